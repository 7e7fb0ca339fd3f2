/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Luma and chroma to RGB: against the equations in double, and AVX2 against
 * plain C. */

#include "decode/yuvrgb.h"

#include <math.h>
#include <string.h>

/* Odd, and longer than several steps. */
#define WIDTH 83u

typedef struct {
  double kr;
  double kb;
  gboolean is_full;
} Case;

static const Case cases[] = {
  { 0.299, 0.114, FALSE },   { 0.299, 0.114, TRUE },
  { 0.2126, 0.0722, FALSE }, { 0.2126, 0.0722, TRUE },
  { 0.2627, 0.0593, FALSE },
};

/* ITU-R BT.601 and BT.709, solved for red, green and blue. */
static void
get_exact (const Case *one, const guint8 yuv[3], double rgb[3])
{
  const double kg = 1 - one->kr - one->kb;
  const double y = one->is_full ? yuv[0] : (yuv[0] - 16) * 255.0 / 219;
  const double u = (yuv[1] - 128) * (one->is_full ? 1 : 255.0 / 224);
  const double v = (yuv[2] - 128) * (one->is_full ? 1 : 255.0 / 224);

  rgb[0] = y + 2 * (1 - one->kr) * v;
  rgb[2] = y + 2 * (1 - one->kb) * u;
  rgb[1] = (y - one->kr * rgb[0] - one->kb * rgb[2]) / kg;
}

static void
test_equations (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailYuvMatrix matrix;
    vitrail_yuv_matrix_init (&matrix, cases[i].kr, cases[i].kb,
                             cases[i].is_full);
    for (guint value = 0; value < 1u << 24; value += 997) {
      const guint8 yuv[3] = { (guint8) value, (guint8) (value >> 8),
                              (guint8) (value >> 16) };
      const guint8 *const rows[3] = { yuv, yuv + 1, yuv + 2 };
      double exact[3];
      guint8 rgb[3];
      get_exact (&cases[i], yuv, exact);
      vitrail_yuv_to_rgb (&matrix, rows, 1, 0, rgb);
      for (guint k = 0; k < 3; k++)
        g_assert_cmpfloat (fabs (rgb[k] - CLAMP (exact[k], 0, 255)), <, 0.51);
    }
  }
}

static void
fill (guint8 *row, guint n, GRand *random)
{
  /* The ends are what saturates. */
  for (guint i = 0; i < n; i++)
    row[i] = i % 7 == 0   ? 0
             : i % 7 == 1 ? 255
                          : (guint8) g_rand_int_range (random, 0, 256);
}

static void
check_row (const VitrailYuvMatrix *matrix,
           guint width,
           guint shift,
           GRand *random)
{
  guint8 samples[3][WIDTH];
  guint8 fast[WIDTH * 3 + 1];
  guint8 plain[WIDTH * 3 + 1];
  const guint8 *const rows[3] = { samples[0], samples[1], samples[2] };

  for (guint k = 0; k < 3; k++)
    fill (samples[k], WIDTH, random);
  memset (fast, 77, sizeof fast);
  memset (plain, 77, sizeof plain);
  vitrail_yuv_to_rgb (matrix, rows, width, shift, fast);
  vitrail_yuv_to_rgb_c (matrix, rows, width, shift, plain);
  g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
}

static void
test_fast (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailYuvMatrix matrix;
    vitrail_yuv_matrix_init (&matrix, cases[i].kr, cases[i].kb,
                             cases[i].is_full);
    for (guint width = 0; width <= WIDTH; width++)
      for (guint shift = 0; shift < 2; shift++)
        check_row (&matrix, width, shift, random);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yuvrgb/equations", test_equations);
  g_test_add_func ("/yuvrgb/fast", test_fast);
  return g_test_run ();
}
