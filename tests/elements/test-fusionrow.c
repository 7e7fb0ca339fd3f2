/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows of layers: the fast way does what plain C does, and that is what the
 * formula says. */

#include "volume/fusionrow.h"

#include <math.h>
#include <string.h>

#define N 133u

typedef struct {
  guint16 words[N];
  float values[N];
  guint8 rgba[4 * N];
  guint8 under[4 * N];
} Rows;

static void
fill (Rows *rows)
{
  for (guint i = 0; i < N; i++) {
    rows->words[i] = (guint16) g_test_rand_int_range (0, 65536);
    rows->values[i] = (float) g_test_rand_double_range (-10, 10);
  }
  rows->words[0] = rows->words[17] = 0;
  rows->words[9] = G_MAXUINT16;
  rows->values[3] = rows->values[21] = (float) NAN;
  rows->values[4] = (float) INFINITY;
  rows->values[5] = -4;
  rows->values[6] = 5;
  for (guint i = 0; i < 4 * N; i++) {
    rows->rgba[i] = (guint8) g_test_rand_int_range (0, 256);
    rows->under[i] = (guint8) g_test_rand_int_range (0, 256);
  }
}

static void
test_judge (void)
{
  for (guint round = 0; round < 200; round++) {
    const VitrailFusionRow row = {
      .is_float = round % 2 != 0,
      .low = round % 2 != 0 ? -4 : 1000,
      .high = round % 2 != 0 ? 5 : 60000,
      .nothing = round % 4 == 0 ? 0 : G_MAXUINT16,
      .alpha = (guint) g_test_rand_int_range (0, VITRAIL_FUSION_OPAQUE + 1),
    };
    const gsize n = (gsize) g_test_rand_int_range (0, N + 1);
    Rows rows;
    guint8 out[4 * N];

    fill (&rows);
    const void *samples =
        row.is_float ? (const void *) rows.values : rows.words;
    memcpy (out, rows.under, sizeof out);
    vitrail_fusion_row (&row, samples, rows.rgba, out, n);
    vitrail_fusion_row_c (&row, samples, rows.rgba, rows.under, n);
    g_assert_cmpmem (out, sizeof out, rows.under, sizeof rows.under);
  }
}

/* The bytes of one pixel over another. */
static guint8
mix (const VitrailFusionRow *row, const void *sample, guint8 over, guint8 under)
{
  guint8 out[4] = { under, under, under, under };
  const guint8 rgba[4] = { over, over, over, over };

  vitrail_fusion_row_c (row, sample, rgba, out, 1);
  return out[0];
}

static void
test_formula (void)
{
  for (guint alpha = 0; alpha <= VITRAIL_FUSION_OPAQUE; alpha++)
    for (guint over = 0; over < 256; over += 5)
      for (guint under = 0; under < 256; under += 3) {
        const VitrailFusionRow row = { .low = 0,
                                       .high = 65535,
                                       .nothing = 7,
                                       .alpha = alpha };
        const guint16 sample = 8;
        const double want =
            under + ((double) over - under) * alpha / VITRAIL_FUSION_OPAQUE;
        const guint8 got = mix (&row, &sample, (guint8) over, (guint8) under);
        g_assert_cmpint (got, ==, (int) floor (want + 0.5));
      }
}

static void
test_unseen (void)
{
  const VitrailFusionRow words = { FALSE, 10, 20, 15, VITRAIL_FUSION_OPAQUE };
  const VitrailFusionRow floats = { TRUE, 1, 2, 0, VITRAIL_FUSION_OPAQUE };

  static const struct {
    guint16 word;
    float value;
    guint8 of_word;
    guint8 of_value;
  } cases[] = {
    { 9, 0.9F, 1, 1 },   { 10, 1, 200, 200 }, { 15, 1.5F, 1, 200 },
    { 20, 2, 200, 200 }, { 21, 2.1F, 1, 1 },  { 0, (float) NAN, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpint (mix (&words, &cases[i].word, 200, 1), ==,
                     cases[i].of_word);
    g_assert_cmpint (mix (&floats, &cases[i].value, 200, 1), ==,
                     cases[i].of_value);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusionrow/judge", test_judge);
  g_test_add_func ("/fusionrow/formula", test_formula);
  g_test_add_func ("/fusionrow/unseen", test_unseen);
  return g_test_run ();
}
