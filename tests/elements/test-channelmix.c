/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of mixed channels, straight and as a slide with a look: against the
 * formula of the samples. */

#include "channelslide.h"
#include "slide/channelmix.h"

#include <math.h>
#include <string.h>

#define STRIDE ((gsize) TEST_CHANNEL_TILE * 3)

static double
get_exact (const VitrailSlideLook *look,
           guint level,
           const guint at[2],
           guint c)
{
  double sum = 0;

  for (guint i = 0; i < look->n_channels; i++) {
    const VitrailChannelLook *channel = &look->channels[i];
    const guint16 sample =
        test_channel_slide_sample (level, i, look->focal_plane, at[0], at[1]);
    const double part =
        CLAMP ((sample - channel->low) / (channel->high - channel->low), 0, 1);
    if (channel->visible)
      sum +=
          pow (part, 1 / channel->gamma) * channel->opacity * channel->rgb[c];
  }
  return MIN (sum, 255);
}

static void
compare_tile (const VitrailSlideLook *look,
              guint level,
              const guint place[2],
              const guint8 *rgb)
{
  for (guint y = 0; y < TEST_CHANNEL_TILE; y++)
    for (guint x = 0; x < TEST_CHANNEL_TILE; x++) {
      const guint at[2] = { place[0] * TEST_CHANNEL_TILE + x,
                            place[1] * TEST_CHANNEL_TILE + y };
      if (at[0] < TEST_CHANNEL_WIDTH >> level &&
          at[1] < TEST_CHANNEL_HEIGHT >> level)
        for (guint c = 0; c < 3; c++)
          g_assert_cmpfloat (fabs (rgb[y * STRIDE + (gsize) x * 3 + c] -
                                   get_exact (look, level, at, c)),
                             <=, 0.51);
    }
}

static VitrailSlideLook *
read_look (VitrailSlide *slide, const char *text)
{
  g_autoptr (GError) error = NULL;
  VitrailSlideLook *look = vitrail_slide_look_from_string (slide, text, &error);

  g_assert_no_error (error);
  return look;
}

static const char *const texts[] = {
  "z=0;channels=0:FF0000:0-1500,1:00FF00:100-800:2.2:0.5",
  "z=2;channels=2:808000:0-4095,3:FFFFFF:500-700:0.5",
  "z=1;channels=",
};

static void
test_tiles (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (4, 3);
  guint8 rgb[TEST_CHANNEL_TILE * STRIDE];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (VitrailSlideLook) look = read_look (slide, texts[i]);
    g_autoptr (VitrailChannelMix) mix = vitrail_channel_mix_new (slide, look);
    g_autoptr (VitrailSlide) mixed = vitrail_slide_ref_with_look (slide, look);
    for (guint level = 0; level < 2; level++) {
      const guint place[2] = { 1, level == 0 ? 2 : 1 };
      vitrail_channel_mix_decode_tile (mix, level, place[0], place[1], rgb,
                                       STRIDE, NULL, NULL);
      compare_tile (look, level, place, rgb);
      memset (rgb, 7, sizeof rgb);
      g_assert_true (vitrail_slide_decode_tile (
          mixed, level, place[0], place[1], rgb, STRIDE, NULL, NULL));
      compare_tile (look, level, place, rgb);
    }
  }
}

/* Nobody said anything: all channels, windows from the data, one object. */
static void
test_default (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 3);
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
  g_autoptr (VitrailSlide) a = vitrail_slide_ref_with_look (slide, look);
  g_autoptr (VitrailSlide) b = vitrail_slide_ref_with_look (slide, look);
  guint8 rgb[TEST_CHANNEL_TILE * STRIDE];
  guint8 background[3];
  guint brightest = 0;

  g_assert_true (a == b);
  g_assert_true (a != slide);
  vitrail_slide_get_background (a, background);
  g_assert_cmpmem (background, 3, "\0\0\0", 3);
  g_assert_true (
      vitrail_slide_decode_tile (a, 0, 0, 0, rgb, STRIDE, NULL, NULL));
  for (gsize i = 0; i < sizeof rgb; i++)
    brightest = MAX (brightest, rgb[i]);
  g_assert_cmpuint (brightest, ==, 255); /* of samples below 1500 of 4095 */
  vitrail_slide_look_set_default_channels (look, slide);
  vitrail_slide_look_find_windows (look, slide);
  const guint place[2] = { 0, 0 };
  compare_tile (look, 0, place, rgb);
}

/* A region is put together from tiles. */
static void
test_region (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (2, 1);
  g_autoptr (VitrailSlideLook) look =
      read_look (slide, "channels=0:FF0000:0-1500,1:0000FF:0-1500");
  g_autoptr (VitrailSlide) mixed = vitrail_slide_ref_with_look (slide, look);
  const gint64 rect[4] = { 60, 60, 10, 10 };
  guint8 rgb[10 * 30];

  g_assert_true (
      vitrail_slide_read_region (mixed, 0, rect, rgb, 30, NULL, NULL));
  for (guint i = 0; i < 100; i++) {
    const guint at[2] = { 60 + i % 10, 60 + i / 10 };
    for (guint c = 0; c < 3; c++)
      g_assert_cmpfloat (fabs (rgb[i * 3 + c] - get_exact (look, 0, at, c)), <=,
                         0.51);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channelmix/tiles", test_tiles);
  g_test_add_func ("/channelmix/default", test_default);
  g_test_add_func ("/channelmix/region", test_region);
  return g_test_run ();
}
