/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Uptake factors against suvtruth.py, which computes them from the published
 * formulas; reasons where there are none; what a reader corrects. */

#include "dicom/part10.h"
#include "error.h"
#include "suv/suv.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

/* The standard asked of: a thousandth. Times are to the microsecond. */
#define TOLERANCE 1e-7

static GPtrArray *
read_series (const char *name)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "suv", name, NULL);
  g_autoptr (GPtrArray) files = test_data_list_files (folder);
  GPtrArray *series =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  g_assert_cmpuint (files->len, >, 0);
  for (guint i = 0; i < files->len; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file =
        vitrail_part10_open (files->pdata[i], VITRAIL_READ_ALL, &error);
    g_assert_no_error (error);
    g_ptr_array_add (series,
                     vitrail_data_set_ref (vitrail_part10_get_data_set (file)));
  }
  return series;
}

static gboolean
read_facts (const char *name, VitrailSuvFacts *facts, GError **error)
{
  g_autoptr (GPtrArray) series = read_series (name);

  return vitrail_suv_facts_read (facts, (VitrailDataSet *const *) series->pdata,
                                 series->len, error);
}

/* NAN: none, with a reason. */
static double
get_factor (const char *name, VitrailSuvKind kind)
{
  g_autoptr (GError) error = NULL;
  VitrailSuvFacts facts;
  double factor = NAN;

  if (read_facts (name, &facts, &error) &&
      vitrail_suv_factor (&facts, kind, &factor, &error))
    return factor;
  g_assert_true (error != NULL && error->domain == VITRAIL_ERROR);
  g_assert_true (g_str_has_prefix (error->message, "No SUV"));
  g_assert_true (isnan (factor));
  return NAN;
}

static void
check_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  VitrailSuvKind kind;

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  g_assert_true (vitrail_suv_kind_from_text (words[1], &kind));
  const double factor = get_factor (words[0], kind);
  g_test_message ("%s: %.9g", line, factor);
  if (strcmp (words[2], "-") == 0) {
    g_assert_true (isnan (factor));
    return;
  }
  const double wanted = g_ascii_strtod (words[2], NULL);
  g_assert_cmpfloat_with_epsilon (factor, wanted, wanted * TOLERANCE);
}

/* Makes the series; lines of what they are worth. */
static char *
dup_truth (void)
{
  const char *data = test_data_get_folder ();
  g_autofree char *metadata =
      data != NULL ? g_build_filename (data, "suv", "test", "metadata", NULL)
                   : NULL;
  const gboolean is_there =
      metadata != NULL && g_file_test (metadata, G_FILE_TEST_IS_DIR);
  g_autofree char *script =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "datasource", "suvtruth.py",
                        NULL);

  if (!is_there)
    g_test_message ("8 real series skipped: they are not there");
  return test_data_run ("/usr/bin/python3 -W ignore '%s' '%s/suv' %s", script,
                        test_data_get_scratch (), is_there ? metadata : "");
}

static void
test_factors (gconstpointer truth)
{
  g_auto (GStrv) lines = g_strsplit (truth, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >=, 200);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      check_line (lines[i]);
}

static void
check_reason (const char *series, VitrailSuvKind kind, const char *reason)
{
  g_autoptr (GError) error = NULL;
  VitrailSuvFacts facts;
  double factor = 0;

  g_assert_false (read_facts (series, &facts, &error) &&
                  vitrail_suv_factor (&facts, kind, &factor, &error));
  g_assert_cmpstr (error->message, ==, reason);
}

static void
test_reasons (void)
{
  const VitrailSuvKind bw = VITRAIL_SUV_BODY_WEIGHT;

  check_reason ("no-weight", bw,
                "No SUV: Patient's Weight (0010,1030) is missing or no "
                "positive number");
  check_reason ("no-injection", bw,
                "No SUV: the time of the injection, Radiopharmaceutical Start "
                "Date Time (0018,1078) or Start Time (0018,1072), is missing "
                "or no positive number");
  check_reason ("date-time-later", bw,
                "No SUV: the injection is -1.0 hours before the scan, with a "
                "half life of 1.8");
  check_reason ("other-sex", VITRAIL_SUV_LEAN_BODY_MASS,
                "No SUV: Patient's Sex (0010,0040) is neither M nor F");
  check_reason ("short", VITRAIL_SUV_LEAN_BODY_MASS_JAMES,
                "No SUV by LBMJAMES128: its formula does not hold for 60.0 kg "
                "and 0.50 m");
  check_reason ("decay-none", bw,
                "No SUV: Decay Correction (0054,1102) is neither START nor "
                "ADMIN");
  check_reason ("prop", bw,
                "No SUV: Units (0054,1001) are \"PROPCNTS\": neither BQML, "
                "CNTS, GML nor CM2ML");
}

/* What a reader edits is computed anew. */
static void
test_edited (void)
{
  g_autoptr (GError) error = NULL;
  VitrailSuvFacts facts;
  double before = 0;
  double after = 0;

  g_assert_true (read_facts ("plain", &facts, &error));
  g_assert_true (
      vitrail_suv_factor (&facts, VITRAIL_SUV_BODY_WEIGHT, &before, &error));
  facts.weight_kg /= 2;
  g_assert_true (
      vitrail_suv_factor (&facts, VITRAIL_SUV_BODY_WEIGHT, &after, &error));
  g_assert_cmpfloat_with_epsilon (after, before / 2, before * TOLERANCE);
  facts.injection_s -= facts.half_life_s;
  g_assert_true (
      vitrail_suv_factor (&facts, VITRAIL_SUV_BODY_WEIGHT, &after, &error));
  g_assert_cmpfloat_with_epsilon (after, before, before * TOLERANCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *truth = dup_truth ();
  g_test_add_data_func ("/suv/factors", truth, test_factors);
  g_test_add_func ("/suv/reasons", test_reasons);
  g_test_add_func ("/suv/edited", test_edited);
  return g_test_run ();
}
