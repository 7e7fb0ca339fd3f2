/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoIndex: which access unit of a video is which frame as it is
 * shown, where its bytes lie, and where decoding has to begin for it. Made by
 * one walk over the headers, of MPEG-2, H.264 and H.265, as an elementary
 * stream or inside of MP4, transport or program streams; then immutable.
 *
 * Frames are those that the stream has, whatever the data set says: pictures
 * that an edit list leaves out, or that lie before the first point where a
 * decoder can begin, are none. A pair of fields is one frame. Counted from 0
 * here. */

#pragma once

#include "video/container.h"
#include "video/videostream.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _VitrailVideoIndex VitrailVideoIndex;

/* No frame: of a unit that is not shown. */
#define VITRAIL_VIDEO_NO_FRAME G_MAXUINT32

/**
 * VitrailVideoUnit:
 * @offset, @size: bytes of the elementary stream; of MP4 of its samples, one
 *   after the other
 * @frame: as it is shown, or VITRAIL_VIDEO_NO_FRAME
 * @access: the unit where decoding begins to have this one right
 * @flags: VITRAIL_VIDEO_UNIT_*
 */
typedef struct {
  guint64 offset;
  guint32 size;
  guint32 frame;
  guint32 access;
  guint32 flags;
} VitrailVideoUnit;

#define VITRAIL_VIDEO_UNIT_HAS_HEADERS 1u
#define VITRAIL_VIDEO_UNIT_ACCESS      2u
/* No other needs it. */
#define VITRAIL_VIDEO_UNIT_DISPOSABLE 4u

/* Whether a transfer syntax is one of video (PS3.5 8.2.5 to 8.2.9); @codec: of
 * what holds no other word for it, may be NULL. */
gboolean vitrail_video_find_syntax (const char *transfer_syntax,
                                    VitrailVideoCodec *codec);

/* @stream: all of the pixel data, fragments joined; referenced. @codec: as the
 * transfer syntax says; a container knows better. @name stands for the file in
 * errors. */
VitrailVideoIndex *vitrail_video_index_new (GBytes *stream,
                                            VitrailVideoCodec codec,
                                            const char *name,
                                            GError **error);
/* Of an MP4 file that lies elsewhere, by its tables, which is all that is
 * fetched. VITRAIL_ERROR_UNSUPPORTED where that does not do. May block. */
VitrailVideoIndex *vitrail_video_index_new_remote (VitrailVideoStream *stream,
                                                   VitrailVideoCodec codec,
                                                   const char *name,
                                                   GError **error);
VitrailVideoIndex *vitrail_video_index_ref (VitrailVideoIndex *self);
void vitrail_video_index_unref (VitrailVideoIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVideoIndex, vitrail_video_index_unref)

VitrailVideoCodec vitrail_video_index_get_codec (const VitrailVideoIndex *self);
VitrailVideoContainer
vitrail_video_index_get_container (const VitrailVideoIndex *self);
guint vitrail_video_index_get_n_frames (const VitrailVideoIndex *self);
guint vitrail_video_index_get_n_units (const VitrailVideoIndex *self);
/* How long a frame stands; 0: the container does not say. */
guint64 vitrail_video_index_get_frame_ns (const VitrailVideoIndex *self);
const VitrailVideoUnit *
vitrail_video_index_get_unit (const VitrailVideoIndex *self, guint unit);
/* The unit of frame @frame, which must be below n_frames. */
guint
vitrail_video_index_find_frame (const VitrailVideoIndex *self, guint frame);
/* Has the bytes of @unit there, which may block where they lie elsewhere. */
gboolean vitrail_video_index_fetch_unit (const VitrailVideoIndex *self,
                                         guint unit,
                                         GError **error);
/* The bytes of @unit as a decoder takes them: with start codes, and where
 * decoding may begin there, with headers. */
GBytes *
vitrail_video_index_ref_unit (const VitrailVideoIndex *self, guint unit);

/* All but the stream, to be kept; and back again: NULL where that does not fit
 * the stream. */
GBytes *vitrail_video_index_pack (const VitrailVideoIndex *self);
VitrailVideoIndex *vitrail_video_index_unpack (GBytes *packed, GBytes *stream);

G_END_DECLS
