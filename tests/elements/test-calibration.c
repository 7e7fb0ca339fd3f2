/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calibrated displays: against DCMTK, against what the eye is to see, and files
 * that are none. */

#include "error.h"
#include "pixel/gsdf.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

/* Displays: black, white, ambient light, gamma, maximum, step of the measured
 * levels. */
typedef struct {
  double black;
  double white;
  double ambient;
  double gamma;
  guint max;
  guint step;
} Display;

static const Display displays[] = {
  { 0.3, 350, 0.2, 2.2, 255, 1 },    { 0.5, 170, 0.5, 2.2, 255, 15 },
  { 0.8, 1000, 0.0, 2.4, 1023, 33 }, { 0.1, 100, 1.0, 1.8, 255, 5 },
  { 1.0, 450, 0.1, 2.0, 4095, 65 },
};

static char *
describe (const Display *display)
{
  GString *text = g_string_new ("# made for a test\n");

  g_string_append_printf (text, "max %u\n\tamb\t%g # in the room\n",
                          display->max, display->ambient);
  for (guint level = 0; level <= display->max; level += display->step) {
    const double x = (double) level / display->max;
    g_string_append_printf (text, "%u %.6f\n", level,
                            display->black + (display->white - display->black) *
                                                 pow (x, display->gamma));
  }
  return g_string_free (text, FALSE);
}

static VitrailCalibration *
make (const Display *display)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = describe (display);
  VitrailCalibration *self =
      vitrail_calibration_new (text, strlen (text), "display", &error);

  g_assert_no_error (error);
  return self;
}

/* dcmdspfn's columns: characteristic curve, GSDF, and the curve after its own
 * standardization, which takes the level nearest to the GSDF as we do. */
static void
compare_with_dcmtk (const char *file)
{
  const char *folder = test_data_get_scratch ();
  g_autofree char *out = g_build_filename (folder, "curves.txt", NULL);
  g_autofree char *text = NULL;
  g_autofree char *curves = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  guint seen = 0;

  g_free (test_data_run ("dcmdspfn +Im %s +Og %s", file, out));
  g_assert_true (g_file_get_contents (file, &text, &length, NULL));
  g_assert_true (g_file_get_contents (out, &curves, NULL, NULL));
  g_autoptr (VitrailCalibration) self =
      vitrail_calibration_new (text, length, file, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (curves, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], "\t", -1);
    if (g_strv_length (words) != 4 || !g_ascii_isdigit (words[0][0]))
      continue;
    const guint ddl = (guint) g_ascii_strtoull (words[0], NULL, 10);
    const double curve = g_ascii_strtod (words[1], NULL);
    const double gsdf = g_ascii_strtod (words[2], NULL);
    const double standardized = g_ascii_strtod (words[3], NULL);
    const double target = vitrail_calibration_get_target (self, ddl);
    const guint8 level = vitrail_calibration_get_level (self, ddl);
    g_assert_cmpfloat (fabs (self->luminance[ddl] - curve), <=, 1e-5 * curve);
    g_assert_cmpfloat (fabs (target - gsdf), <=, 1e-5 * gsdf);
    g_assert_cmpfloat (fabs (self->luminance[level] - standardized), <=,
                       1e-5 * standardized);
    seen++;
  }
  g_assert_cmpuint (seen, ==, 256);
}

static void
test_dcmtk (void)
{
  g_autofree char *text = describe (&displays[0]);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "monitor.lut", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  compare_with_dcmtk (path);
  if (g_file_test ("/usr/share/dcmtk/monitor.lut", G_FILE_TEST_EXISTS))
    compare_with_dcmtk ("/usr/share/dcmtk/monitor.lut");
}

/* Every grey value, also those between levels, has the nearest level; none
 * falls. */
static void
test_nearest (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (displays); d++) {
    g_autoptr (VitrailCalibration) self = make (&displays[d]);
    guint before = 0;
    for (guint i = 0; i <= 255 * 16; i++) {
      const double target = vitrail_calibration_get_target (self, i / 16.0);
      const guint level = vitrail_calibration_get_level (self, i / 16.0);
      const double off = fabs (self->luminance[level] - target);
      g_assert_cmpuint (level, >=, before);
      for (guint k = 0; k < 256; k++)
        g_assert_cmpfloat (off, <=,
                           fabs (self->luminance[k] - target) + 1e-9 * target);
      before = level;
    }
    g_assert_cmpuint (vitrail_calibration_get_level (self, 0), ==, 0);
    g_assert_cmpuint (vitrail_calibration_get_level (self, 255), ==, 255);
    g_assert_cmpuint (vitrail_calibration_get_level (self, NAN), ==, 0);
    g_assert_cmpuint (vitrail_calibration_get_level (self, -INFINITY), ==, 0);
    g_assert_cmpuint (vitrail_calibration_get_level (self, INFINITY), ==, 255);
  }
}

/* AAPM TG18 and TG270: of 18 evenly spaced grey values all are distinct, and
 * the JNDs between neighbours are within 10 % of their mean. */
static void
test_uniform (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (displays); d++) {
    g_autoptr (VitrailCalibration) self = make (&displays[d]);
    const double mean = (self->jnd[1] - self->jnd[0]) / 17;
    for (guint i = 1; i < 18; i++) {
      const guint a = vitrail_calibration_get_level (self, 15.0 * (i - 1));
      const guint b = vitrail_calibration_get_level (self, 15.0 * i);
      const double step = vitrail_gsdf_get_jnd (self->luminance[b]) -
                          vitrail_gsdf_get_jnd (self->luminance[a]);
      g_assert_cmpuint (b, >, a);
      g_assert_cmpfloat (fabs (step - mean), <=, 0.1 * mean);
    }
  }
}

/* Few measured levels, and more than 256: the curve between them. */
static void
test_interpolation (void)
{
  for (guint d = 0; d < G_N_ELEMENTS (displays); d++) {
    const Display *display = &displays[d];
    g_autoptr (VitrailCalibration) self = make (display);
    for (guint k = 0; k < 256; k++) {
      const double want =
          display->ambient + display->black +
          (display->white - display->black) * pow (k / 255.0, display->gamma);
      g_assert_cmpfloat (fabs (self->luminance[k] - want), <=, 0.04 * want);
      if (k > 0)
        g_assert_cmpfloat (self->luminance[k], >=, self->luminance[k - 1]);
    }
  }
}

static void
test_bad (void)
{
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "d: fewer than two levels" },
    { "max 255\n0 1\n", "d: fewer than two levels" },
    { "max\n", "d: line 1: not two words" },
    { "max 1 2\n", "d: line 1: not two words" },
    { "\nmax 0\n", "d: line 2: max is 1 to 65535" },
    { "max 65536\n", "d: line 1: max is 1 to 65535" },
    { "max 1e999\n", "d: line 1: max is 1 to 65535" },
    { "max nan\n", "d: line 1: max is 1 to 65535" },
    { "max 1.5\n", "d: line 1: max is 1 to 65535" },
    { "amb -1\n", "d: line 1: amb is not a number from 0" },
    { "amb inf\n", "d: line 1: amb is not a number from 0" },
    { "Hello there\n", "d: line 1: not a keyword or a level" },
    { "0 1\n", "d: line 1: max has to come before the levels" },
    { "max 9\n-1 1\n", "d: line 2: the level is not a number from 0 to 9" },
    { "max 9\n10 1\n", "d: line 2: the level is not a number from 0 to 9" },
    { "max 9\n0.5 1\n", "d: line 2: the level is not a number from 0 to 9" },
    { "max 9\n0 x\n",
      "d: line 2: the luminance is not a number from 0 to 100000" },
    { "max 9\n0 1e6\n",
      "d: line 2: the luminance is not a number from 0 to 100000" },
    { "max 9\n0 1\n0 2\n", "d: line 3: levels have to rise" },
    { "max 9\n0 2\n9 1\n",
      "d: line 3: the luminance falls: optical density, or no display" },
    { "max 9\n1 1\n9 2\n", "d: levels are from 1 to 9, not 0 to 9" },
    { "max 9\n0 1\n8 2\n", "d: levels are from 0 to 8, not 0 to 9" },
    { "max 9\n0 1\n9 1\n", "d: all levels are equally bright" },
    { "max 9\n0 0\n9 0.01\n",
      "d: no difference between black and white is seen" },
    { "max 255\nlum 2000\n",
      "d: line 2: illumination: a printer or camera, not a monitor" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_calibration_new (
        cases[i].text, strlen (cases[i].text), "d", &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (vitrail_calibration_new ("max\0 9", 6, "d", &error));
  g_assert_cmpstr (error->message, ==, "d: not a text");
  g_clear_error (&error);
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, '\n');
  g_assert_null (vitrail_calibration_new (large, 1024 * 1024 + 1, "d", &error));
  g_assert_cmpstr (error->message, ==,
                   "d: larger than a description of a display");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calibration/dcmtk", test_dcmtk);
  g_test_add_func ("/calibration/nearest", test_nearest);
  g_test_add_func ("/calibration/uniform", test_uniform);
  g_test_add_func ("/calibration/interpolation", test_interpolation);
  g_test_add_func ("/calibration/bad", test_bad);
  return g_test_run ();
}
