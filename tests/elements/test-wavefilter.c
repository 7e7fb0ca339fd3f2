/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Filters of waveforms against scipy.signal.filtfilt, value by value. */

#include "testdata.h"
#include "waveform/wavefilter.h"

#include <math.h>
#include <string.h>

#define RATE 500.0

/* in.f32: an ECG's band with the mains, a wandering baseline and noise;
 * NAME.f64: each case by scipy. */
static const char program[] =
    "import numpy as np\n"
    "from scipy import signal\n"
    "t = np.arange (5000) / 500\n"
    "rng = np.random.default_rng (7)\n"
    "x = (np.exp (-((t % .8 - .3) / .01) ** 2) + .3 * np.sin (2 * np.pi * .2 * "
    "t)\n"
    "     + .1 * np.sin (2 * np.pi * 50 * t) + .05 * rng.normal "
    "(size=t.size))\n"
    "x = x.astype ('<f4')\n"
    "x.tofile ('{dir}/in.f32')\n"
    "def run (name, x, high, low, notch):\n"
    "    y = x.astype (float)\n"
    "    for part in ((signal.butter (2, high, 'high', fs=500) if high else "
    "None),\n"
    "                 (signal.butter (2, low, 'low', fs=500) if low else "
    "None),\n"
    "                 (signal.iirnotch (notch, 30, fs=500) if notch else "
    "None)):\n"
    "        if part is not None:\n"
    "            y = signal.filtfilt (*part, y)\n"
    "    y.astype ('<f8').tofile ('{dir}/%s.f64' % name)\n"
    "run ('high', x, .5, 0, 0)\n"
    "run ('low', x, 0, 40, 0)\n"
    "run ('notch', x, 0, 0, 50)\n"
    "run ('all', x, .05, 150, 50)\n"
    "run ('gap', x[1200:], .5, 40, 0)\n";

static float *
read_in (guint *n)
{
  static gboolean made;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "in.f32", NULL);
  char *data = NULL;
  gsize size = 0;

  if (!made)
    g_free (test_data_python (program));
  made = TRUE;
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  *n = (guint) (size / sizeof (float));
  return (float *) (void *) data;
}

/* @values are those of scipy. */
static void
assert_same (const char *name, const float *values, guint n)
{
  g_autofree char *file = g_strdup_printf ("%s.f64", name);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  g_autofree char *data = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_cmpuint (size, ==, (gsize) n * sizeof (double));
  for (guint i = 0; i < n; i++) {
    double wanted = 0;
    memcpy (&wanted, data + (gsize) i * sizeof wanted, sizeof wanted);
    g_assert_cmpfloat_with_epsilon (values[i], wanted, 2e-6);
  }
}

static void
test_scipy (void)
{
  static const struct {
    const char *name;
    VitrailWaveFilter filter;
  } cases[] = {
    { "high", { 0.5, 0, 0 } },
    { "low", { 0, 40, 0 } },
    { "notch", { 0, 0, 50 } },
    { "all", { 0.05, 150, 50 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint n = 0;
    g_autofree float *values = read_in (&n);
    g_assert_true (vitrail_wave_filter_is_on (&cases[i].filter));
    g_assert_true (vitrail_wave_filter_run (&cases[i].filter, RATE, values, n));
    assert_same (cases[i].name, values, n);
  }
}

/* Padding stays, and what is behind it knows nothing of what was before. */
static void
test_gap (void)
{
  const VitrailWaveFilter filter = { 0.5, 40, 0 };
  guint n = 0;
  g_autofree float *values = read_in (&n);
  const float alone = values[3];

  values[2] = values[4] = NAN;
  for (guint i = 1000; i < 1200; i++)
    values[i] = NAN;
  g_assert_true (vitrail_wave_filter_run (&filter, RATE, values, n));
  g_assert_true (isnan (values[1000]) && isnan (values[1199]));
  g_assert_cmpfloat (values[3], ==, alone);
  assert_same ("gap", values + 1200, n - 1200);
}

/* Edges that the rate cannot have are no filter; nor is nothing. */
static void
test_none (void)
{
  static const VitrailWaveFilter none[] = { { 0, 0, 0 },
                                            { 0, 250, 0 },
                                            { 300, 0, 250 } };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    guint n = 0;
    g_autofree float *values = read_in (&n);
    g_autofree float *before = g_memdup2 (values, (gsize) n * sizeof *values);
    g_assert_true (vitrail_wave_filter_run (&none[i], RATE, values, n));
    g_assert_cmpmem (values, (gsize) n * sizeof *values, before,
                     (gsize) n * sizeof *values);
    g_assert_true (vitrail_wave_filter_run (&none[i], RATE, values, 0));
  }
  g_assert_false (vitrail_wave_filter_is_on (&none[0]));
  g_assert_false (
      vitrail_wave_filter_is_valid (&(VitrailWaveFilter){ -1, 0, 0 }));
  g_assert_false (
      vitrail_wave_filter_is_valid (&(VitrailWaveFilter){ 0, NAN, 0 }));
}

/* However short. */
static void
test_short (void)
{
  const VitrailWaveFilter filter = { 0.5, 40, 50 };

  for (guint n = 1; n < 12; n++) {
    float values[12];
    for (guint i = 0; i < n; i++)
      values[i] = 1;
    g_assert_true (vitrail_wave_filter_run (&filter, RATE, values, n));
    for (guint i = 0; i < n; i++)
      g_assert_true (isfinite (values[i]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wavefilter/scipy", test_scipy);
  g_test_add_func ("/wavefilter/gap", test_gap);
  g_test_add_func ("/wavefilter/none", test_none);
  g_test_add_func ("/wavefilter/short", test_short);
  return g_test_run ();
}
