/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which of a clip's frames a row of small pictures shows. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pictures of a row at most. */
#define VITRAIL_CLIP_FRAMES_MAX 64u

/* How many pictures, @picture pixels wide, a row of @width pixels has of a clip
 * of @n_frames: as many as there is room for, at most one a frame. */
guint vitrail_clip_frames_count (double width, double picture, guint n_frames);
/* The frame, from 1, of picture @index, from 0, of @n: spread evenly, the first
 * and the last frame among them; of one picture the middle one. */
guint vitrail_clip_frames_get_frame (guint index, guint n, guint n_frames);
/* The picture that is nearest to @frame. */
guint vitrail_clip_frames_find (guint frame, guint n, guint n_frames);
/* The frame at @part of the row, 0 to 1: any, not only those that have a
 * picture. */
guint vitrail_clip_frames_find_frame (double part, guint n_frames);

G_END_DECLS
