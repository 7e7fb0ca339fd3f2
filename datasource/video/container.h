/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the video lies inside a container: pieces of the file which, one after
 * the other, are the elementary stream. MP4 (ISO/IEC 14496-12), MPEG transport
 * and program streams (ISO/IEC 13818-1). The first video track counts. */

#pragma once

#include "video/pictures.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_VIDEO_ELEMENTARY,
  VITRAIL_VIDEO_MP4,
  VITRAIL_VIDEO_TS,
  VITRAIL_VIDEO_PS,
} VitrailVideoContainer;

/* @length bytes at @from of the file, that are at @at of the stream. */
typedef struct {
  guint64 at;
  guint64 from;
  guint64 length;
} VitrailVideoSpan;

/**
 * VitrailVideoTrack:
 * @spans: VitrailVideoSpan, in order of the stream; of MP4 one for each sample
 * @hidden: of MP4: for each sample whether the edit list leaves it out, as
 *   bytes; or NULL
 * @shown: of MP4: when each sample is shown, as gint64; or NULL
 * @syncs: of MP4: for each sample whether decoding may begin there, as bytes;
 *   or NULL
 * @nal_bytes: what stands before each NAL unit is its length, in so many bytes;
 *   0: start codes
 * @headers: parameter sets that are not in the stream, with start codes; or
 *   NULL
 * @limit: so many bytes of stream at most: as many as the file has
 * @frame_ns: how long a frame stands on the average; 0: not said
 */
typedef struct {
  VitrailVideoCodec codec;
  GArray *spans;
  GByteArray *hidden;
  GArray *shown;
  GByteArray *syncs;
  guint nal_bytes;
  GByteArray *headers;
  guint64 limit;
  guint64 frame_ns;
} VitrailVideoTrack;

void vitrail_video_track_clear (VitrailVideoTrack *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailVideoTrack, vitrail_video_track_clear)

/* Adds a piece to the end; joins it with the last where they touch and are no
 * samples. FALSE where there are too many. */
gboolean
vitrail_video_track_add (VitrailVideoTrack *self, guint64 from, guint64 length);

VitrailVideoContainer
vitrail_video_container_find (const guint8 *data, gsize length);

/* Each sets all but the codec where the container does not say it. FALSE where
 * there is no video that we know: @why is a constant. */
gboolean vitrail_video_mp4_read (VitrailVideoTrack *self,
                                 const guint8 *data,
                                 gsize length,
                                 const char **why);
gboolean vitrail_video_ts_read (VitrailVideoTrack *self,
                                const guint8 *data,
                                gsize length,
                                const char **why);
gboolean vitrail_video_ps_read (VitrailVideoTrack *self,
                                const guint8 *data,
                                gsize length,
                                const char **why);

/* The bytes of a transport packet, and where the first begins; 0: none. */
guint
vitrail_video_ts_find_packets (const guint8 *data, gsize length, gsize *first);

G_END_DECLS
