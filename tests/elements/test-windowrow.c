/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows: whatever path is taken, plain C is the judge; lengths and alignments of
 * all kinds, and nothing written beyond. */

#include "pixel/windowlut.h"

#include <math.h>
#include <string.h>

enum { LENGTH = 1000 };

static VitrailFrameInfo
make_info (guint bits)
{
  VitrailFrameInfo info = { 0 };

  info.format.samples = 1;
  info.format.bits_allocated = bits;
  info.format.bits_stored = bits;
  info.slope = 1;
  info.ref_count = 1;
  return info;
}

static void
compare (const VitrailWindowLut *lut,
         const uint8_t *in,
         guint in_bytes,
         guint first,
         guint n)
{
  uint8_t fast[LENGTH + 1];
  uint8_t plain[LENGTH + 1];

  memset (fast, 0xa5, sizeof fast);
  memset (plain, 0xa5, sizeof plain);
  vitrail_window_row (lut, in + (size_t) first * in_bytes, fast, n);
  vitrail_window_row_c (lut, in + (size_t) first * in_bytes, plain, n);
  g_assert_cmpmem (fast, sizeof fast, plain, sizeof plain);
  g_assert_cmpuint (fast[n], ==, 0xa5);
}

static void
test_judge (gconstpointer data)
{
  const guint bits = GPOINTER_TO_UINT (data);
  const VitrailFrameInfo info = make_info (bits);
  g_autoptr (GRand) rand = g_rand_new_with_seed (bits);
  uint16_t in[LENGTH];
  guint arithmetic = 0;

  for (guint i = 0; i < LENGTH; i++)
    in[i] = (uint16_t) g_rand_int (rand);
  for (guint i = 0; i < 500; i++) {
    const double top = ldexp (1, (int) bits);
    const VitrailPresentation p = {
      TRUE, g_rand_double_range (rand, -0.1 * top, 1.1 * top),
      1 + g_rand_double_range (rand, 0, 1) * g_rand_double_range (rand, 0, top),
      (VitrailVoiFunction) g_rand_int_range (rand, 0, 3), g_rand_boolean (rand)
    };
    g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
    const guint first = (guint) g_rand_int_range (rand, 0, 40);
    const guint n =
        (guint) g_rand_int_range (rand, 0, (gint32) (LENGTH - first));
    arithmetic += lut->arithmetic;
    compare (lut, (const uint8_t *) in, bits / 8, first, n);
  }
  g_test_message ("%u of 500 windows by arithmetic, the rest by table",
                  arithmetic);
}

/* The path is not only there, it is taken: for most windows. */
static void
test_taken (void)
{
  const VitrailFrameInfo info = make_info (16);
  guint taken = 0;

  if (!__builtin_cpu_supports ("avx2")) {
    g_test_skip ("this processor has no AVX2");
    return;
  }
  for (guint w = 2; w < 2002; w++) {
    const VitrailPresentation p = { TRUE, 1064.3, w, VITRAIL_VOI_LINEAR,
                                    FALSE };
    g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
    taken += lut->arithmetic;
  }
  g_test_message ("%u of 2000", taken);
  g_assert_cmpuint (taken, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/windowrow/judge/8", GUINT_TO_POINTER (8), test_judge);
  g_test_add_data_func ("/windowrow/judge/16", GUINT_TO_POINTER (16),
                        test_judge);
  g_test_add_func ("/windowrow/taken", test_taken);
  return g_test_run ();
}
