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
assert_window (const VitrailChannelLook *channel, guint path, guint plane)
{
  enum { WIDTH = TEST_CHANNEL_WIDTH / 2, HEIGHT = TEST_CHANNEL_HEIGHT / 2 };

  guint16 samples[WIDTH * HEIGHT];

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    samples[i] =
        test_channel_slide_sample (1, path, plane, i % WIDTH, i / WIDTH);
  qsort (samples, (size_t) WIDTH * HEIGHT, sizeof *samples, compare);
  g_assert_cmpfloat (channel->low, ==,
                     samples[(guint) (0.01 * (WIDTH * HEIGHT - 1))]);
  g_assert_cmpfloat (channel->high, ==,
                     samples[(guint) (0.998 * (WIDTH * HEIGHT - 1))]);
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
      assert_window (&look->channels[path], path, plane);
  }
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
  g_test_add_func ("/channelwindow/kept", test_kept);
  return g_test_run ();
}
