/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Windows from the data: percentiles of the coarsest level, as sorting its
 * samples gives them. */

#include "channelslide.h"
#include "slide/look.h"

#include <stdlib.h>

static int
compare (const void *a, const void *b)
{
  return *(const guint16 *) a - *(const guint16 *) b;
}

static void
assert_window (const VitrailChannelLook *channel,
               guint level,
               guint path,
               guint plane)
{
  const guint width = TEST_CHANNEL_WIDTH >> level;
  const guint n = width * (TEST_CHANNEL_HEIGHT >> level);
  g_autofree guint16 *samples = g_new (guint16, n);

  for (guint i = 0; i < n; i++)
    samples[i] =
        test_channel_slide_sample (level, path, plane, i % width, i / width);
  qsort (samples, n, sizeof *samples, compare);
  g_assert_cmpfloat (channel->low, ==, samples[(guint) (0.01 * (n - 1))]);
  g_assert_cmpfloat (channel->high, ==, samples[(guint) (0.998 * (n - 1))]);
}

static void
test_percentiles (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 2);

  for (guint plane = 0; plane < 2; plane++) {
    g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
    look->focal_plane = plane;
    vitrail_slide_look_set_default_channels (look, slide);
    vitrail_slide_look_find_windows (look, slide);
    for (guint path = 0; path < 3; path++)
      assert_window (&look->channels[path], 1, path, plane);
  }
}

/* A channel that the coarsest level does not have has the window of a finer
 * one, and its samples are counted there. */
static void
test_left_out (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 1);
  guint64 counts[VITRAIL_CHANNEL_BINS];

  test_channel_slide_leave_out (slide, 1);
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
  vitrail_slide_look_set_default_channels (look, slide);
  vitrail_slide_look_find_windows (look, slide);
  assert_window (&look->channels[0], 1, 0, 0);
  assert_window (&look->channels[1], 0, 1, 0);
  assert_window (&look->channels[2], 1, 2, 0);
  vitrail_slide_count_channel (slide, 1, 0, counts);
  g_assert_cmpuint (counts[0], <,
                    (guint64) TEST_CHANNEL_WIDTH * TEST_CHANNEL_HEIGHT);
}

/* What was set stays, and what is hidden costs nothing. */
static void
test_kept (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (2, 1);
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);

  vitrail_slide_look_set_default_channels (look, slide);
  look->channels[0].visible = FALSE;
  look->channels[1].low = 5;
  look->channels[1].high = 9;
  vitrail_slide_look_find_windows (look, slide);
  g_assert_cmpfloat (look->channels[0].high, ==, 0);
  g_assert_cmpfloat (look->channels[1].low, ==, 5);
  g_assert_cmpfloat (look->channels[1].high, ==, 9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channelwindow/percentiles", test_percentiles);
  g_test_add_func ("/channelwindow/left-out", test_left_out);
  g_test_add_func ("/channelwindow/kept", test_kept);
  return g_test_run ();
}
