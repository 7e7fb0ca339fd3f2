/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colour deconvolution against NumPy in double precision: the same published
 * colours, its own inverse. */

#include "slide/stain.h"
#include "testdata.h"

#include <stdlib.h>
#include <string.h>

#define N_PIXELS 4096

/* 16 steps a colour, extremes among them. */
static void
fill (guint8 *rgb)
{
  for (guint i = 0; i < N_PIXELS; i++) {
    guint8 *pixel = rgb + (gsize) i * 3;
    pixel[0] = (guint8) ((i & 15) * 17);
    pixel[1] = (guint8) ((i >> 4 & 15) * 17);
    pixel[2] = (guint8) ((i >> 8) * 17);
  }
}

static guint8 *
judge (void)
{
  static const char program[] =
      "import numpy as np\n"
      "hed = np.array([[0.650, 0.704, 0.286], [0.072, 0.990, 0.105],\n"
      "                [0.268, 0.570, 0.776]])\n"
      "i = np.arange(4096)\n"
      "rgb = np.stack([i % 16, i // 16 % 16, i // 256], -1) * 17.0\n"
      "amounts = -np.log10(np.maximum(rgb, 1) / 255) @ np.linalg.inv(hed)\n"
      "alone = [255 * 10 ** -np.outer(np.maximum(amounts[:, s], 0), hed[s])\n"
      "         for s in range(3)]\n"
      "np.rint(alone).astype('u1').tofile('{dir}/stains.raw')\n";
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "stains.raw", NULL);
  char *data = NULL;
  gsize length = 0;

  g_free (test_data_python (program));
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  g_assert_cmpuint (length, ==, (gsize) N_PIXELS * 9);
  return (guint8 *) data;
}

static void
test_numpy (void)
{
  g_autofree guint8 *expected = judge ();
  g_autofree VitrailStainTable *table = g_new (VitrailStainTable, 1);
  g_autofree guint8 *rgb = g_malloc ((gsize) N_PIXELS * 3);

  for (guint stain = 0; stain < 3; stain++) {
    const guint8 *wanted = expected + (gsize) stain * N_PIXELS * 3;
    int most = 0;
    vitrail_stain_table_init (
        table, (VitrailStain) (stain + VITRAIL_STAIN_HEMATOXYLIN));
    fill (rgb);
    vitrail_stain_row (table, rgb, N_PIXELS);
    for (guint i = 0; i < N_PIXELS * 3; i++)
      most = MAX (most, abs (rgb[i] - wanted[i]));
    g_test_message ("stain %u: at most %d off", stain, most);
    g_assert_cmpint (most, <=, 1);
  }
}

/* A stain's own colour stays, the others vanish. */
static void
test_pure (void)
{
  static const guint8 colors[3][3] = { /* amount 0.5 of each */
                                       { 121, 113, 183 },
                                       { 235, 82, 226 },
                                       { 187, 132, 104 }
  };
  g_autofree VitrailStainTable *table = g_new (VitrailStainTable, 1);

  for (guint stain = 0; stain < 3; stain++) {
    vitrail_stain_table_init (
        table, (VitrailStain) (stain + VITRAIL_STAIN_HEMATOXYLIN));
    for (guint i = 0; i < 3; i++) {
      guint8 rgb[3];
      memcpy (rgb, colors[i], 3);
      vitrail_stain_row (table, rgb, 1);
      for (guint c = 0; c < 3; c++)
        g_assert_cmpint (abs (rgb[c] - (i == stain ? colors[i][c] : 255)), <=,
                         5);
    }
    guint8 white[3] = { 255, 255, 255 };
    vitrail_stain_row (table, white, 1);
    g_assert_cmpmem (white, 3, "\xff\xff\xff", 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stain/numpy", test_numpy);
  g_test_add_func ("/stain/pure", test_pure);
  return g_test_run ();
}
