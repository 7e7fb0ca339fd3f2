/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Resampling in one direction after the other: weights against the filter's
 * definition in double precision, pictures against sums over all of it. */

#include "slide/separable.h"

#include <math.h>

typedef struct {
  double origin;
  double step;
  guint n;
  gint64 size;
} Case;

static const Case cases[] = {
  { 0, 1, 50, 50 },      { 3, 1, 20, 50 },      { 2.3, 1, 20, 50 },
  { 0.7, 1.37, 30, 50 }, { 5, 2, 20, 50 },      { 1.25, 7.9, 6, 50 },
  { 0.4, 0.33, 90, 50 }, { -3.6, 1.2, 50, 50 }, { -2, 0.5, 120, 50 },
  { 40, 3.1, 20, 50 },   { 0, 50, 1, 50 },      { 12, 0.001, 40, 50 },
  { 0, 0.25, 40, 1 },    { -9, 5, 3, 1 },
};

/* The value of a row whose pixel i is i * i % 251, between two positions. */
static double
value_of (gint64 i, gint64 size)
{
  const gint64 at = CLAMP (i, 0, size - 1);
  return (double) (at * at % 251);
}

static double
get_exact (const Case *self, guint x)
{
  const double from = self->origin + x * self->step;
  const double centre = from + self->step / 2 - 0.5;
  const gint64 left = (gint64) floor (centre);
  double sum = 0;

  if (self->step < 1)
    return value_of (left, self->size) * (1 - (centre - (double) left)) +
           value_of (left + 1, self->size) * (centre - (double) left);
  for (gint64 i = (gint64) floor (from) - 1; i < from + self->step + 1; i++) {
    const double part =
        fmin (from + self->step, (double) i + 1) - fmax (from, (double) i);
    sum += fmax (part, 0) * value_of (i, self->size);
  }
  return sum / self->step;
}

static void
test_weights (void)
{
  for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
    g_auto (VitrailTaps) taps = { 0 };
    g_assert_true (vitrail_taps_init (&taps, cases[k].origin, cases[k].step,
                                      cases[k].n, cases[k].size));
    g_assert_cmpint (taps.low, >=, 0);
    g_assert_cmpint (taps.end, <=, cases[k].size);
    for (guint x = 0; x < taps.n; x++) {
      const VitrailTap *tap = &taps.taps[x];
      double sum = 0;
      double whole = 0;
      g_assert_cmpint (tap->first, >=, taps.low);
      g_assert_cmpint (tap->first + tap->n, <=, taps.end);
      for (guint i = 0; i < tap->n; i++) {
        sum += tap->weights[i] * value_of (tap->first + i, cases[k].size);
        whole += tap->weights[i];
      }
      g_assert_cmpfloat (fabs (whole - 1), <, 1e-6);
      g_assert_cmpfloat (fabs (sum - get_exact (&cases[k], x)), <, 1e-3);
    }
  }
}

static void
test_refused (void)
{
  static const double places[][2] = {
    { INFINITY, 1 }, { 0, INFINITY }, { NAN, 1 }, { 0, 1e9 }, { 1e300, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_auto (VitrailTaps) taps = { 0 };
    g_assert_false (
        vitrail_taps_init (&taps, places[i][0], places[i][1], 10, 100));
  }
}

/* A row of a picture, and nothing written beyond it. */
static void
test_rows (void)
{
  enum { N = 37, SIZE = 64 };

  float sum[SIZE * 3 + 1] = { 0 };
  guint8 bytes[SIZE * 3];
  guint8 rgb[N * 3 + 1];
  g_auto (VitrailTaps) taps = { 0 };

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * i % 251);
  g_assert_true (vitrail_taps_init (&taps, 0, (double) SIZE / N, N, SIZE));
  vitrail_separable_add_row (sum, bytes, 0.25f, sizeof bytes);
  vitrail_separable_add_row (sum, bytes, 0.75f, sizeof bytes);
  rgb[sizeof rgb - 1] = 77;
  vitrail_separable_finish_row (&taps, sum, rgb);
  g_assert_cmpuint (rgb[sizeof rgb - 1], ==, 77);
  for (guint x = 0; x < N; x++)
    for (guint c = 0; c < 3; c++) {
      double exact = 0;
      for (guint i = 0; i < taps.taps[x].n; i++)
        exact += taps.taps[x].weights[i] *
                 bytes[((gsize) taps.taps[x].first + i) * 3 + c];
      g_assert_cmpfloat (fabs (rgb[x * 3 + c] - exact), <=, 0.5001);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/separable/weights", test_weights);
  g_test_add_func ("/separable/refused", test_refused);
  g_test_add_func ("/separable/rows", test_rows);
  return g_test_run ();
}
