/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the pictures of an elementary stream begin, and in which order they
 * are shown: what their headers say, nothing is decoded. One state for each
 * codec; the stream's parts (what a start code, or a length, begins) are shown
 * to it one after the other. */

#pragma once

#include "video/bits.h"

G_BEGIN_DECLS

/* MPEG-1 is read as MPEG-2. */
typedef enum {
  VITRAIL_VIDEO_MPEG2,
  VITRAIL_VIDEO_H264,
  VITRAIL_VIDEO_H265,
} VitrailVideoCodec;

/**
 * VitrailVideoPart:
 * @VITRAIL_VIDEO_PART_MORE: belongs to what has begun
 * @VITRAIL_VIDEO_PART_HEADER: after a picture, begins the next access unit
 * @VITRAIL_VIDEO_PART_PICTURE: first part of a picture's samples
 * @VITRAIL_VIDEO_PART_FIELD: the same of the second field of a frame
 * @VITRAIL_VIDEO_PART_LOST: of a picture whose headers are not there
 */
typedef enum {
  VITRAIL_VIDEO_PART_MORE,
  VITRAIL_VIDEO_PART_HEADER,
  VITRAIL_VIDEO_PART_PICTURE,
  VITRAIL_VIDEO_PART_FIELD,
  VITRAIL_VIDEO_PART_LOST,
} VitrailVideoPart;

/**
 * VitrailVideoPicture:
 * @sequence, @order: pictures are shown by these, in this order
 * @is_access: decoding may begin here: all that is shown later comes out right
 * @is_closed: of such a one: what is shown before it but stored behind it needs
 *   nothing from before it either
 * @is_intra: needs no other
 * @is_disposable: no other needs it
 * @is_hidden: never shown
 */
typedef struct {
  guint32 sequence;
  gint32 order;
  gboolean is_access;
  gboolean is_closed;
  gboolean is_intra;
  gboolean is_disposable;
  gboolean is_hidden;
} VitrailVideoPicture;

typedef struct _VitrailVideoPictures VitrailVideoPictures;

VitrailVideoPictures *vitrail_video_pictures_new (VitrailVideoCodec codec);
void vitrail_video_pictures_free (VitrailVideoPictures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVideoPictures,
                               vitrail_video_pictures_free)

/* @data: a part without its start code, and @length bytes from there on to the
 * end of what is there: so it may be followed by others. @picture is set for
 * VITRAIL_VIDEO_PART_PICTURE. */
VitrailVideoPart vitrail_video_pictures_look (VitrailVideoPictures *self,
                                              const guint8 *data,
                                              gsize length,
                                              VitrailVideoPicture *picture);
/* Whether a part holds what a decoder needs before any picture. */
gboolean vitrail_video_is_header (VitrailVideoCodec codec, const guint8 *data);

/* The offset of the next 00 00 01 at or after @from; @length: none. */
gsize vitrail_video_find_start (const guint8 *data, gsize length, gsize from);

/* One codec's own; used by vitrail_video_pictures_look () only. */
gsize vitrail_mpeg2_pictures_get_size (void);
gsize vitrail_h264_pictures_get_size (void);
gsize vitrail_h265_pictures_get_size (void);
VitrailVideoPart vitrail_mpeg2_pictures_look (gpointer state,
                                              const guint8 *data,
                                              gsize length,
                                              VitrailVideoPicture *picture);
VitrailVideoPart vitrail_h264_pictures_look (gpointer state,
                                             const guint8 *data,
                                             gsize length,
                                             VitrailVideoPicture *picture);
VitrailVideoPart vitrail_h265_pictures_look (gpointer state,
                                             const guint8 *data,
                                             gsize length,
                                             VitrailVideoPicture *picture);

G_END_DECLS
