/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Grayscale Standard Display Function against DCMTK's dcmdspfn. */

#include "pixel/gsdf.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* dcmdspfn's lines "DDL GSDF": the same to 1e-5, and half of the last digit
 * that it prints. (It puts a spline through whole JNDs, which below 0.1 cd/m2
 * is 6e-5 off the formula: the ranges begin above.) */
static void
test_range (gconstpointer data)
{
  const double *range = data;
  const char *folder = test_data_get_scratch ();
  const double from = vitrail_gsdf_get_jnd (range[0]);
  const double to = vitrail_gsdf_get_jnd (range[1]);
  const guint n = (guint) range[2];
  guint seen = 0;

  g_free (test_data_run ("dcmdspfn +Il %g %g +Cd %u +Og %s/gsdf.txt", range[0],
                         range[1], n, folder));
  g_autofree char *path = g_build_filename (folder, "gsdf.txt", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    char *end = NULL;
    const double ddl = g_ascii_strtod (lines[i], &end);
    if (end == lines[i] || !g_ascii_isdigit (lines[i][0]))
      continue;
    const double want = g_ascii_strtod (end, NULL);
    const double got =
        vitrail_gsdf_get_luminance (from + (to - from) * ddl / (n - 1));
    g_assert_cmpfloat (fabs (got - want), <=, 1e-5 * want + 0.5e-6);
    seen++;
  }
  g_assert_cmpuint (seen, ==, n);
}

/* PS3.14 annex B: the ends of its table, and what it was made for. */
static void
test_table (void)
{
  g_assert_cmpfloat_with_epsilon (vitrail_gsdf_get_luminance (1), 0.0500, 5e-5);
  g_assert_cmpfloat_with_epsilon (vitrail_gsdf_get_luminance (1023), 3993.404,
                                  0.1);
  for (guint jnd = 2; jnd <= 1023; jnd++) {
    const double luminance = vitrail_gsdf_get_luminance (jnd);
    g_assert_cmpfloat (luminance, >, vitrail_gsdf_get_luminance (jnd - 1.0));
    g_assert_cmpfloat_with_epsilon (vitrail_gsdf_get_jnd (luminance), jnd, 0.5);
  }
}

static void
test_ends (void)
{
  static const double beyond[] = { -INFINITY, -1, 0, 0.5, 1024, INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (beyond); i++) {
    g_assert_cmpfloat (vitrail_gsdf_get_luminance (beyond[i]), ==,
                       vitrail_gsdf_get_luminance (beyond[i] < 2 ? 1 : 1023));
    g_assert_cmpfloat (vitrail_gsdf_get_jnd (beyond[i]), >=, 1);
    g_assert_cmpfloat (vitrail_gsdf_get_jnd (beyond[i]), <=, 1023);
  }
  g_assert_true (isfinite (vitrail_gsdf_get_luminance (NAN)));
  g_assert_true (isfinite (vitrail_gsdf_get_jnd (NAN)));
}

int
main (int argc, char **argv)
{
  static const double ranges[][3] = { { 0.5, 500, 256 },
                                      { 0.3, 3900, 1024 },
                                      { 1, 100, 64 },
                                      { 0.8, 170, 4096 } };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    g_autofree char *name = g_strdup_printf ("/gsdf/dcmdspfn/%u", i);
    g_test_add_data_func (name, ranges[i], test_range);
  }
  g_test_add_func ("/gsdf/table", test_table);
  g_test_add_func ("/gsdf/ends", test_ends);
  return g_test_run ();
}
