/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layouts of rows: the fast path against plain C, both against what the levels
 * and the colormap say; black beside the image and for padding; nothing written
 * beyond a row. */

#include "pixel/colormap.h"
#include "pixel/windowlut.h"

#include <string.h>

enum { LENGTH = 2500 };

static const VitrailWindowLayout layouts[] = { VITRAIL_WINDOW_RGB,
                                               VITRAIL_WINDOW_RGBA,
                                               VITRAIL_WINDOW_BGRX };

static guint
get_bytes (VitrailWindowLayout layout)
{
  return layout == VITRAIL_WINDOW_GRAY  ? 1
         : layout == VITRAIL_WINDOW_RGB ? 3
                                        : 4;
}

static VitrailFrameInfo
make_info (guint bits, guint samples)
{
  VitrailFrameInfo info = { 0 };

  info.format.samples = samples;
  info.format.bits_allocated = bits;
  info.format.bits_stored = bits;
  info.slope = 1;
  info.ref_count = 1;
  return info;
}

static void
fill_noise (void *data, size_t n, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  uint8_t *bytes = data;

  for (size_t i = 0; i < n; i++)
    bytes[i] = (uint8_t) g_rand_int (rand);
}

/* Pixel @i of @out as 0xRRGGBB. */
static uint32_t
get_color (const uint8_t *out, size_t i, VitrailWindowLayout layout)
{
  const uint8_t *at = out + i * get_bytes (layout);
  const guint red = layout == VITRAIL_WINDOW_BGRX ? 2 : 0;

  if (get_bytes (layout) == 4)
    g_assert_cmpuint (at[3], ==, 255);
  return (uint32_t) at[red] << 16 | (uint32_t) at[1] << 8 | at[2 - red];
}

/* Row @in of @n, in all layouts; @expected are its colours. */
static void
check_row (const VitrailWindowLut *lut,
           const void *in,
           const uint32_t *expected,
           guint n)
{
  g_autofree uint8_t *fast = g_malloc (4 * LENGTH + 1);
  g_autofree uint8_t *plain = g_malloc (4 * LENGTH + 1);

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++) {
    const size_t size = (size_t) n * get_bytes (layouts[i]);
    const guint span[2] = { 0, n };
    memset (fast, 0xa5, 4 * LENGTH + 1);
    memset (plain, 0xa5, 4 * LENGTH + 1);
    vitrail_window_row_as (lut, layouts[i], in, fast, n, span);
    vitrail_window_row_as_c (lut, layouts[i], in, plain, n);
    g_assert_cmpmem (fast, 4 * LENGTH + 1, plain, 4 * LENGTH + 1);
    g_assert_cmpuint (fast[size], ==, 0xa5);
    for (guint x = 0; x < n; x++)
      g_assert_cmphex (get_color (fast, x, layouts[i]), ==, expected[x]);
  }
}

/* The levels in the colours of @colors, or grey; padding black. */
static void
expect_colors (const VitrailWindowLut *lut,
               const VitrailFrameInfo *info,
               const uint32_t *colors,
               const uint16_t *in,
               uint32_t *expected)
{
  const uint8_t *bytes = (const uint8_t *) in;
  uint8_t levels[LENGTH];

  vitrail_window_levels_c (lut, in, levels, LENGTH);
  for (guint x = 0; x < LENGTH; x++) {
    const guint sample = info->format.bits_allocated == 8 ? bytes[x] : in[x];
    expected[x] = colors != NULL ? colors[levels[x]] : levels[x] * 0x010101u;
    if (sample >= info->padding_low && sample <= info->padding_high)
      expected[x] = 0;
  }
}

static void
test_grey (gconstpointer data)
{
  const guint bits = GPOINTER_TO_UINT (data);
  const char *const names[] = { NULL, "viridis", "X Ray" };
  VitrailFrameInfo info = make_info (bits, 1);
  g_autofree uint16_t *in = g_new (uint16_t, LENGTH);
  g_autofree uint32_t *expected = g_new (uint32_t, LENGTH);

  info.has_padding = TRUE;
  info.padding_low = bits == 8 ? 70 : 30000;
  info.padding_high = bits == 8 ? 80 : 31000;
  fill_noise (in, (size_t) 2 * LENGTH, bits);
  for (guint i = 0; i < 6; i++) {
    const VitrailPresentation p = { TRUE,
                                    bits == 8 ? 90 : 31000,
                                    bits == 8 ? 151 : 20000,
                                    0,
                                    i >= 3,
                                    0,
                                    names[i % 3],
                                    FALSE };
    const uint32_t *colors = vitrail_colormap_find (p.colormap);
    g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
    g_assert_cmpuint (vitrail_window_lut_get_channels (lut), ==,
                      colors != NULL ? 3 : 1);
    expect_colors (lut, &info, colors, in, expected);
    for (guint n = 0; n < 40; n++)
      check_row (lut, in, expected, n);
    check_row (lut, in, expected, LENGTH);
  }
}

static void
test_colour (void)
{
  g_autofree uint16_t *in = g_new (uint16_t, 4 * LENGTH);
  g_autofree uint32_t *expected = g_new (uint32_t, LENGTH);
  const VitrailPresentation inverted = { .invert = TRUE,
                                         .colormap = "viridis" };
  const VitrailFrameInfo narrow = make_info (8, 3);
  const VitrailFrameInfo wide = make_info (16, 4);
  const uint8_t *bytes = (const uint8_t *) in;

  fill_noise (in, (size_t) 8 * LENGTH, 7);
  g_autoptr (VitrailWindowLut) plain =
      vitrail_window_lut_new (&narrow, NULL, NULL);
  g_assert_true (vitrail_window_lut_is_identity (plain));
  for (guint x = 0; x < LENGTH; x++)
    expected[x] = (uint32_t) bytes[(size_t) 3 * x] << 16 |
                  (uint32_t) bytes[(size_t) 3 * x + 1] << 8 |
                  bytes[(size_t) 3 * x + 2];
  for (guint n = 0; n < 40; n++)
    check_row (plain, in, expected, n);
  check_row (plain, in, expected, LENGTH);

  g_autoptr (VitrailWindowLut) negative =
      vitrail_window_lut_new (&narrow, &inverted, NULL);
  g_assert_false (vitrail_window_lut_is_identity (negative));
  for (guint x = 0; x < LENGTH; x++)
    expected[x] ^= 0xffffff;
  check_row (negative, in, expected, LENGTH);

  g_autoptr (VitrailWindowLut) deep =
      vitrail_window_lut_new (&wide, NULL, NULL);
  for (guint x = 0; x < LENGTH; x++)
    expected[x] = (uint32_t) ((in[(size_t) 4 * x] + 128) / 257) << 16 |
                  (uint32_t) ((in[(size_t) 4 * x + 1] + 128) / 257) << 8 |
                  (uint32_t) ((in[(size_t) 4 * x + 2] + 128) / 257);
  check_row (deep, in, expected, LENGTH);
}

static void
test_palette (void)
{
  uint16_t rgb[3 * 100];
  const VitrailPalette palette = { -20, 100, rgb };
  VitrailFrameInfo info = make_info (8, 1);
  uint8_t in[256];
  uint32_t expected[256];

  fill_noise (rgb, sizeof rgb, 3);
  info.palette = (VitrailPalette *) (gpointer) &palette;
  info.format.photometric = VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  info.sample_offset = 128;
  for (guint i = 0; i < 256; i++) {
    const int entry = CLAMP ((int) i - 128 + 20, 0, 99);
    in[i] = (uint8_t) i;
    expected[i] = 0;
    for (guint c = 0; c < 3; c++)
      expected[i] = expected[i] << 8 | (rgb[3 * entry + (int) c] + 128u) / 257;
  }
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, NULL, NULL);
  check_row (lut, in, expected, 256);
}

static void
test_beside (void)
{
  const VitrailFrameInfo info = make_info (8, 1);
  const VitrailPresentation p = { .invert = TRUE, .colormap = "X Ray" };
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
  const guint span[2] = { 5, 9 };
  const uint8_t in[20] = { 0 };
  uint8_t out[80];

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++) {
    vitrail_window_row_as (lut, layouts[i], in, out, 20, span);
    for (guint x = 0; x < 20; x++)
      g_assert_cmphex (get_color (out, x, layouts[i]), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/windowlayout/grey/8", GUINT_TO_POINTER (8),
                        test_grey);
  g_test_add_data_func ("/windowlayout/grey/16", GUINT_TO_POINTER (16),
                        test_grey);
  g_test_add_func ("/windowlayout/colour", test_colour);
  g_test_add_func ("/windowlayout/palette", test_palette);
  g_test_add_func ("/windowlayout/beside", test_beside);
  return g_test_run ();
}
