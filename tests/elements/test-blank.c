/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stands for a frame that could not be decoded: in any size and format it
 * is black but for the mark, and the mark reaches all four corners. */

#include "pixel/blank.h"

#include <string.h>

static void
check (guint width, guint height, guint channels)
{
  const size_t stride = (size_t) width * channels + 5;
  g_autofree uint8_t *data = g_malloc (stride * height);
  size_t n_grey = 0;

  memset (data, 77, stride * height);
  vitrail_blank_draw (data, stride, width, height, channels);
  for (guint y = 0; y < height; y++) {
    for (guint x = 0; x < width; x++) {
      const uint8_t *pixel = data + y * stride + (size_t) x * channels;
      g_assert_true (pixel[0] == 0 || pixel[0] == 128);
      for (guint c = 1; c < MIN (channels, 3); c++)
        g_assert_cmpuint (pixel[c], ==, pixel[0]);
      if (channels == 4)
        g_assert_cmpuint (pixel[3], ==, 255);
      n_grey += pixel[0] == 128;
    }
    /* Not a byte beside it. */
    for (guint k = 0; k < 5; k++)
      g_assert_cmpuint (data[y * stride + (size_t) width * channels + k], ==,
                        77);
  }
  const size_t corner = (size_t) (width - 1) * channels;
  g_assert_cmpuint (data[0], ==, 128);
  g_assert_cmpuint (data[corner], ==, 128);
  g_assert_cmpuint (data[(height - 1) * stride], ==, 128);
  g_assert_cmpuint (data[(height - 1) * stride + corner], ==, 128);
  if (width >= 32 && height >= 32)
    g_assert_cmpuint (n_grey, <, (size_t) width * height / 4);
}

static void
test_sizes (void)
{
  static const guint sides[] = { 1, 2, 7, 64, 513 };

  for (guint w = 0; w < G_N_ELEMENTS (sides); w++)
    for (guint h = 0; h < G_N_ELEMENTS (sides); h++)
      for (guint channels = 1; channels <= 4; channels++)
        if (channels != 2)
          check (sides[w], sides[h], channels);
}

/* The diagonals meet in the middle. */
static void
test_cross (void)
{
  uint8_t data[101 * 101];

  vitrail_blank_draw (data, 101, 101, 101, 1);
  g_assert_cmpuint (data[50 * 101 + 50], ==, 128);
  g_assert_cmpuint (data[25 * 101 + 25], ==, 128);
  g_assert_cmpuint (data[25 * 101 + 75], ==, 128);
  g_assert_cmpuint (data[25 * 101 + 50], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/elements/blank/sizes", test_sizes);
  g_test_add_func ("/elements/blank/cross", test_cross);
  return g_test_run ();
}
