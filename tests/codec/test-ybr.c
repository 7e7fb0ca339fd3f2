/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* YBR_FULL to RGB: plain C against whole fractions, and the vector kernel
 * against plain C, each over all 2^24 colours. */

#include "codec/ybr.h"

#define N_CHROMAS ((size_t) 65536)

/* (numerator / one + @y) to nearest, halves up, in 64-bit integers. */
static int
expect (int64_t numerator, int64_t one, int y)
{
  const int64_t twice = 2 * (numerator + y * one) + one;
  const int64_t level = twice >= 0 ? twice / (2 * one) : -1;

  return (int) CLAMP (level, 0, 255);
}

/* All 65,536 chromas of one luma. */
static void
fill (uint8_t *pixels, int y)
{
  for (size_t i = 0; i < N_CHROMAS; i++) {
    pixels[3 * i] = (uint8_t) y;
    pixels[3 * i + 1] = (uint8_t) (i >> 8);
    pixels[3 * i + 2] = (uint8_t) i;
  }
}

static void
test_formula (void)
{
  g_autofree uint8_t *in = g_malloc (3 * N_CHROMAS);
  g_autofree uint8_t *out = g_malloc (3 * N_CHROMAS);

  for (int y = 0; y < 256; y += 51) {
    fill (in, y);
    vitrail_ybr_full_to_rgb_c (in, out, N_CHROMAS);
    for (size_t i = 0; i < N_CHROMAS; i++) {
      const int64_t cb = (int64_t) (i >> 8) - 128;
      const int64_t cr = (int64_t) (i & 255) - 128;
      g_assert_cmpint (out[3 * i], ==, expect (1402 * cr, 1000, y));
      /* 0.114 * 1.772 and 0.299 * 1.402, over 0.587, in millionths. */
      g_assert_cmpint (out[3 * i + 1], ==,
                       expect (-202008 * cb - 419198 * cr, 587000, y));
      g_assert_cmpint (out[3 * i + 2], ==, expect (1772 * cb, 1000, y));
    }
  }
}

static void
test_vector (void)
{
  g_autofree uint8_t *in = g_malloc (3 * N_CHROMAS);
  g_autofree uint8_t *judge = g_malloc (3 * N_CHROMAS);

  for (int y = 0; y < 256; y++) {
    /* Not a multiple of 16, and in place. */
    const size_t n = N_CHROMAS - (size_t) (y % 16);
    fill (in, y);
    vitrail_ybr_full_to_rgb_c (in, judge, n);
    vitrail_ybr_full_to_rgb (in, in, n);
    g_assert_cmpmem (in, 3 * n, judge, 3 * n);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/ybr/formula", test_formula);
  g_test_add_func ("/codec/ybr/vector", test_vector);
  return g_test_run ();
}
