/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The inverse DCT: this processor's is plain C's to the last bit, plain C's is
 * within a level of the formula (ISO 10918-1 A.3.3) in double. */

#include "codec/jpegidct.h"

#include <math.h>
#include <string.h>

static const guint sizes[] = { 8, 4, 2, 1 };
static const guint precisions[] = { 8, 12 };

/* ISO 10918-1 A.3.6. */
static const uint8_t natural[64] = {
  0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

/* Coefficients of up to @most at @n places, the first DC. */
static void
fill (GRand *rand, int16_t *block, guint n, gint32 most)
{
  memset (block, 0, 64 * sizeof *block);
  for (guint i = 0; i < n; i++)
    block[i == 0 ? 0 : g_rand_int_range (rand, 0, 64)] =
        (int16_t) g_rand_int_range (rand, -most, most + (most < 32768));
}

static void
compare (guint precision, const int16_t *block, const uint16_t *quant)
{
  const VitrailJpegIdctRange range = vitrail_jpeg_idct_range (precision);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    uint16_t fast[64] = { 0 };
    uint16_t plain[64] = { 0 };
    vitrail_jpeg_idct_find (sizes[i]) (&range, block, quant, fast, 8);
    vitrail_jpeg_idct_find_c (sizes[i]) (&range, block, quant, plain, 8);
    g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
  }
}

/* From blocks that are flat to such as no picture has. */
static void
test_same (void)
{
  static const gint32 most[] = { 1, 30, 500, 2047, 32768 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  int16_t block[64];
  uint16_t quant[64];

  for (guint round = 0; round < 40000; round++) {
    const guint steps = round % 3 == 0 ? 1 : round % 3 == 1 ? 40 : 65535;
    for (guint i = 0; i < 64; i++)
      quant[i] = (uint16_t) g_rand_int_range (rand, 1, (gint32) steps + 1);
    fill (rand, block, 1 + round % 64, most[round / 64 % 5]);
    compare (precisions[round % 2], block, quant);
  }
}

/* A block without AC needs no transform. */
static void
test_flat (void)
{
  const uint16_t quant[64] = { 1 };

  for (gint dc = -16384; dc < 16384; dc += 3)
    for (guint i = 0; i < 8; i++) {
      const VitrailJpegIdctRange range =
          vitrail_jpeg_idct_range (precisions[i % 2]);
      const int16_t block[64] = { (int16_t) (i % 2 == 0 ? dc / 16 : dc) };
      uint16_t all[64] = { 0 };
      uint16_t flat[64] = { 0 };
      vitrail_jpeg_idct_find_c (sizes[i / 2]) (&range, block, quant, all, 8);
      vitrail_jpeg_idct_flat (&range, block, quant, sizes[i / 2], flat, 8);
      g_assert_cmpmem (all, sizeof all, flat, sizeof flat);
    }
}

static double
formula (const double *coefficients, guint x, guint y)
{
  double sum = 0;

  for (guint v = 0; v < 8; v++)
    for (guint u = 0; u < 8; u++)
      sum += (u == 0 ? G_SQRT2 / 2 : 1) * (v == 0 ? G_SQRT2 / 2 : 1) *
             coefficients[8 * v + u] * cos ((2 * x + 1) * u * G_PI / 16) *
             cos ((2 * y + 1) * v * G_PI / 16);
  return sum / 4;
}

static void
assert_formula (guint precision, const double *coefficients)
{
  const VitrailJpegIdctRange range = vitrail_jpeg_idct_range (precision);
  uint16_t quant[64];
  uint16_t out[64];
  int16_t block[64];

  for (guint i = 0; i < 64; i++) {
    block[vitrail_jpeg_block_order[i]] = (int16_t) coefficients[natural[i]];
    quant[i] = 1;
  }
  vitrail_jpeg_idct_find (8) (&range, block, quant, out, 8);
  for (guint i = 0; i < 64; i++) {
    const double exact =
        formula (coefficients, i % 8, i / 8) + (double) range.centre;
    g_assert_cmpfloat (fabs (CLAMP (exact, 0, (double) range.maximum) - out[i]),
                       <, 1);
  }
}

static void
test_formula (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 2000; round++) {
    const guint precision = precisions[round % 2];
    const gint32 most = 1 << (precision + 2);
    double coefficients[64] = { 0 };
    for (guint i = 0; i <= round % 64; i++)
      coefficients[i] =
          trunc ((double) g_rand_int_range (rand, -most, most) / (1.0 + i));
    assert_formula (precision, coefficients);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpegidct/same", test_same);
  g_test_add_func ("/jpegidct/flat", test_flat);
  g_test_add_func ("/jpegidct/formula", test_formula);
  return g_test_run ();
}
