/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See clipframes.h. */

#include "clipframes.h"

#include <math.h>

guint
vitrail_clip_frames_count (double width, double picture, guint n_frames)
{
  if (!(width >= picture) || !(picture > 0))
    return n_frames > 0 && width > 0 ? 1 : 0;
  return (guint) MIN (MIN (floor (width / picture), n_frames),
                      VITRAIL_CLIP_FRAMES_MAX);
}

/* The same arithmetic as for a hand: what is in the middle of a picture is its
 * frame. */
guint
vitrail_clip_frames_get_frame (guint index, guint n, guint n_frames)
{
  if (n < 2)
    return (n_frames + 1) / 2;
  return vitrail_clip_frames_find_frame ((double) MIN (index, n - 1) / (n - 1),
                                         n_frames);
}

guint
vitrail_clip_frames_find (guint frame, guint n, guint n_frames)
{
  if (n < 2 || n_frames < 2)
    return 0;
  const double place =
      (double) (CLAMP (frame, 1, n_frames) - 1) * (n - 1) / (n_frames - 1);
  return (guint) lround (place);
}

guint
vitrail_clip_frames_find_frame (double part, guint n_frames)
{
  if (n_frames < 2 || !isfinite (part))
    return n_frames;
  return 1 + (guint) lround (CLAMP (part, 0, 1) * (n_frames - 1));
}
