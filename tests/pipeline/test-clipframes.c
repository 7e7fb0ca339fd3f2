/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frames of a clip have small pictures, and where each of them is. */

#include "clipframes.h"

#include <math.h>

static void
test_count (void)
{
  g_assert_cmpuint (vitrail_clip_frames_count (720, 72, 300), ==, 10);
  g_assert_cmpuint (vitrail_clip_frames_count (719, 72, 300), ==, 9);
  g_assert_cmpuint (vitrail_clip_frames_count (720, 72, 4), ==, 4);
  g_assert_cmpuint (vitrail_clip_frames_count (1e6, 72, 1000), ==,
                    VITRAIL_CLIP_FRAMES_MAX);
  g_assert_cmpuint (vitrail_clip_frames_count (50, 72, 300), ==, 1);
  g_assert_cmpuint (vitrail_clip_frames_count (0, 72, 300), ==, 0);
  g_assert_cmpuint (vitrail_clip_frames_count (NAN, 72, 300), ==, 0);
  g_assert_cmpuint (vitrail_clip_frames_count (720, 72, 0), ==, 0);
}

/* Evenly, both ends among them; each frame's nearest picture is found, and what
 * is in the middle of a picture is its frame. */
static void
check_row (guint n, guint frames)
{
  guint last = 0;

  for (guint i = 0; i < n; i++) {
    const guint frame = vitrail_clip_frames_get_frame (i, n, frames);
    g_assert_cmpuint (frame, >, last);
    g_assert_cmpuint (frame, <=, frames);
    g_assert_cmpuint (vitrail_clip_frames_find (frame, n, frames), ==, i);
    last = frame;
    if (n > 1)
      g_assert_cmpuint (vitrail_clip_frames_find_frame ((double) i / (n - 1),
                                                        frames),
                        ==, frame);
  }
  if (n > 1) {
    g_assert_cmpuint (vitrail_clip_frames_get_frame (0, n, frames), ==, 1);
    g_assert_cmpuint (last, ==, frames);
  }
}

static void
test_spread (void)
{
  for (guint frames = 1; frames < 90; frames++)
    for (guint n = 1; n <= MIN (frames, 20); n++)
      check_row (n, frames);
}

static void
test_nearest (void)
{
  for (guint frame = 1; frame <= 300; frame++) {
    const guint found = vitrail_clip_frames_find (frame, 11, 300);
    guint best = 0;
    for (guint i = 1; i < 11; i++)
      if (fabs (frame - 1 - i * 29.9) < fabs (frame - 1 - best * 29.9))
        best = i;
    g_assert_cmpuint (found, ==, best);
  }
  g_assert_cmpuint (vitrail_clip_frames_find (999, 11, 300), ==, 10);
  g_assert_cmpuint (vitrail_clip_frames_find (0, 11, 300), ==, 0);
  g_assert_cmpuint (vitrail_clip_frames_find_frame (-1, 300), ==, 1);
  g_assert_cmpuint (vitrail_clip_frames_find_frame (2, 300), ==, 300);
  g_assert_cmpuint (vitrail_clip_frames_find_frame (0.5, 1), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip-frames/count", test_count);
  g_test_add_func ("/clip-frames/spread", test_spread);
  g_test_add_func ("/clip-frames/nearest", test_nearest);
  return g_test_run ();
}
