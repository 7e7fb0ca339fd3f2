/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipStrip: small pictures of a cine, spread evenly over its frames.
 * They are made one after the other, less urgently than all else, of an
 * instance of the strip's own: a video has its decoder for itself, so that
 * nothing of what plays is disturbed, and no frame is kept but its small
 * picture. Lives in the thread-default main context that made it. */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

/* Pixels that a picture has at most, and how many of them a strip. */
#define VITRAIL_CLIP_STRIP_WIDTH  80
#define VITRAIL_CLIP_STRIP_HEIGHT 60
#define VITRAIL_CLIP_STRIP_MOST   64

/* --- which frames --- */

/**
 * vitrail_clip_strip_pick:
 * @n_frames: of the cine, at least 1
 * @n: how many are picked of them, 1 to @n_frames
 * @index: of these, from 0
 *
 * Returns: its frame, from 1: the first frame, the last one, and between them
 *   as evenly as frames go
 */
guint vitrail_clip_strip_pick (guint n_frames, guint n, guint index);

/**
 * vitrail_clip_strip_find:
 * @frame: from 1
 *
 * Returns: the index of the picked frame that is nearest to @frame; of two the
 *   first
 */
guint vitrail_clip_strip_find (guint n_frames, guint n, guint frame);

/**
 * vitrail_clip_strip_locate:
 * @place: in pictures from the left edge of the first one, so that the middle
 *   of picture I is at I + 0.5
 *
 * Returns: the frame that lies there: in the middle of a picture its own,
 *   between two middles those between
 */
guint vitrail_clip_strip_locate (guint n_frames, guint n, double place);

/* --- their pictures --- */

typedef struct _VitrailClipStrip VitrailClipStrip;

/**
 * VitrailClipPicture:
 * @rgb: @width * @height * 3 bytes, or NULL: the frame cannot be decoded
 */
typedef struct {
  guint width;
  guint height;
  GBytes *rgb;
} VitrailClipPicture;

/* A picture has come, or it is known how many frames there are. */
typedef void (*VitrailClipStripChanged) (gpointer user_data);

/* @display_set: a VITRAIL_DISPLAY_SET_CINE. Nothing is read before a number of
 * pictures is set. */
VitrailClipStrip *vitrail_clip_strip_new (VitrailDataSource *source,
                                          VitrailDisplaySet *display_set,
                                          VitrailClipStripChanged changed,
                                          gpointer user_data);
/* Nothing is called any more; what is under way is cancelled. */
void vitrail_clip_strip_free (VitrailClipStrip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailClipStrip, vitrail_clip_strip_free)

/* At most @n pictures, VITRAIL_CLIP_STRIP_MOST and the number of frames. Those
 * of frames that are picked no more are dropped. */
void vitrail_clip_strip_set_n (VitrailClipStrip *self, guint n);
guint vitrail_clip_strip_get_n (const VitrailClipStrip *self);
guint vitrail_clip_strip_get_n_frames (const VitrailClipStrip *self);

/* While held, no further picture is begun: the cine plays. */
void vitrail_clip_strip_set_held (VitrailClipStrip *self, gboolean held);
/* Whether a picture is still to come. */
gboolean vitrail_clip_strip_is_busy (const VitrailClipStrip *self);

/* NULL: not yet. Borrowed until the number is set or a picture comes. */
const VitrailClipPicture *
vitrail_clip_strip_get_picture (const VitrailClipStrip *self, guint index);
/* When @frame, from 1, begins, in seconds from the first; negative: not known.
 */
double
vitrail_clip_strip_get_time_s (const VitrailClipStrip *self, guint frame);

G_END_DECLS
