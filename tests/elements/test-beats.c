/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Heart rates of ECGs that numpy makes with known times, and none
 * where there are none. */

#include "testdata.h"
#include "waveform/beats.h"

#include <math.h>
#include <string.h>

#define CHANNELS 12u

static const char *const names[CHANNELS] = { "I",   "II",  "III", "aVR",
                                             "aVL", "aVF", "V1",  "V2",
                                             "V3",  "V4",  "V5",  "V6" };

/* NAME.i16: microvolts of twelve leads, 12 s: P, QRS and T as bells. Arguments:
 * rate of sampling, beats a minute, noise and wander in uV, T in R's heights.
 */
static const char program[] =
    "import numpy as np\n"
    "rng = np.random.default_rng (11)\n"
    "def bell (t, at, wide):\n"
    "    return np.exp (-((t - at) / wide) ** 2)\n"
    "def make (name, rate, bpm, noise=10, wander=0, tall=.3, height=1000,\n"
    "          vary=0):\n"
    "    t = np.arange (12 * rate) / rate\n"
    "    rr = 60 / bpm\n"
    "    x = np.zeros_like (t)\n"
    "    at = .35\n"
    "    i = 0\n"
    "    while at < 11.9:\n"
    "        x += (-.15 * bell (t, at - .03, .01) + bell (t, at, .015)\n"
    "              - .2 * bell (t, at + .03, .012)\n"
    "              + .15 * bell (t, at - .16 * min (1, rr), .03)\n"
    "              + tall * bell (t, at + .32 * rr ** .5, .06 * rr ** .5))\n"
    "        at += rr + (vary if i % 2 else -vary)\n"
    "        i += 1\n"
    "    gains = np.array ([.6, 1, .5, -.8, .2, .7, -.5, -.9, .8, 1.3, 1.1, "
    ".8])\n"
    "    y = height * x[:, None] * gains\n"
    "    y += noise * rng.normal (size=y.shape)\n"
    "    y += wander * np.sin (2 * np.pi * .25 * t)[:, None]\n"
    "    y.round ().astype ('<i2').tofile ('{dir}/' + name + '.i16')\n"
    "for bpm in (30, 45, 60, 75, 100, 150, 200):\n"
    "    for rate in (250, 500, 1000):\n"
    "        make ('%d-%d' % (bpm, rate), rate, bpm)\n"
    "make ('noise', 500, 72, noise=100)\n"
    "make ('wander', 500, 72, wander=2000)\n"
    "make ('tall', 500, 72, tall=1.1)\n"
    "make ('low', 500, 72, height=200)\n"
    "make ('vary', 500, 72, vary=.1)\n"
    "make ('only-noise', 500, 72, noise=100, height=0)\n"
    "make ('silence', 500, 72, noise=0, height=0)\n"
    "make ('few', 500, 8, noise=0)\n"
    "make ('few-noise', 500, 8)\n";

static void
group_free (gpointer data)
{
  VitrailWaveformGroup *self = data;

  for (guint i = 0; i < self->n_channels; i++) {
    g_free (self->channels[i].label);
    g_free (self->channels[i].unit);
  }
  g_free (self->channels);
  g_free (self->label);
  g_bytes_unref (self->data);
  g_free (self);
}

static VitrailBeats
measure (const char *name, double rate_hz, const char *lead)
{
  static gboolean made;
  g_autofree char *file = g_strdup_printf ("%s.i16", name);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  VitrailWaveformGroup *group = g_new0 (VitrailWaveformGroup, 1);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  VitrailWaveform waveform = { .groups = groups };
  char *data = NULL;
  gsize size = 0;
  VitrailBeats beats;

  if (!made)
    g_free (test_data_python (program));
  made = TRUE;
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  group->label = g_strdup ("");
  group->rate_hz = rate_hz;
  group->n_channels = CHANNELS;
  group->n_samples = (guint) (size / sizeof (gint16) / CHANNELS);
  group->coding = VITRAIL_WAVEFORM_SS;
  group->data = g_bytes_new_take (data, size);
  group->channels = g_new0 (VitrailWaveformChannel, CHANNELS);
  for (guint i = 0; i < CHANNELS; i++)
    group->channels[i] = (VitrailWaveformChannel){
      .label = g_strdup (lead != NULL ? lead : names[i]),
      .unit = g_strdup ("uV"),
      .gain = 1,
    };
  g_ptr_array_add (groups, group);
  (void) vitrail_beats_measure (&waveform, 0, &beats);
  return beats;
}

/* Within two samples, and 1 % of the rate. */
static void
assert_rate (const char *name, double rate_hz, double bpm)
{
  const VitrailBeats beats = measure (name, rate_hz, NULL);

  g_test_message ("%s: %u beats, RR %g s, %g /min", name, beats.n_beats,
                  beats.rr_s, beats.rate);
  g_assert_cmpstr (beats.why_not, ==, NULL);
  g_assert_cmpfloat_with_epsilon (beats.rr_s, 60 / bpm, 2.01 / rate_hz);
  g_assert_cmpfloat_with_epsilon (beats.rate, bpm, bpm / 100);
}

static void
test_rates (void)
{
  static const guint rates[] = { 30, 45, 60, 75, 100, 150, 200 };
  static const guint samplings[] = { 250, 500, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (samplings); k++) {
      g_autofree char *name = g_strdup_printf ("%u-%u", rates[i], samplings[k]);
      assert_rate (name, samplings[k], rates[i]);
    }
  }
}

static void
test_hard (void)
{
  assert_rate ("wander", 500, 72);
  assert_rate ("tall", 500, 72);
  assert_rate ("low", 500, 72);
  /* Noise of a tenth of R: 8 ms. */
  VitrailBeats beats = measure ("noise", 500, NULL);
  g_assert_cmpstr (beats.why_not, ==, NULL);
  g_assert_cmpfloat_with_epsilon (beats.rr_s, 60.0 / 72, 0.008);
  g_assert_cmpfloat_with_epsilon (beats.rate, 72, 0.72);
  beats = measure ("vary", 500, NULL);
  g_assert_cmpstr (beats.why_not, ==, NULL);
  g_assert_cmpfloat_with_epsilon (beats.rate, 72, 2);
}

static void
test_not (void)
{
  g_assert_cmpstr (measure ("only-noise", 500, NULL).why_not, ==,
                   "its beats do not stand out");
  g_assert_cmpstr (measure ("silence", 500, NULL).why_not, ==,
                   "there are fewer than three beats");
  g_assert_cmpstr (measure ("few", 500, NULL).why_not, ==,
                   "there are fewer than three beats");
  g_assert_cmpstr (measure ("few-noise", 500, NULL).why_not, ==,
                   "its beats do not stand out");
  g_assert_cmpstr (measure ("60-500", 50, NULL).why_not, ==,
                   "it is sampled at less than 100 Hz");
  g_assert_cmpstr (measure ("60-500", 20000, NULL).why_not, ==,
                   "it is shorter than 2 s");
  g_assert_cmpstr (measure ("60-500", 500, "Pressure").why_not, ==,
                   "there is no ECG lead");
  g_assert_cmpuint (measure ("few", 500, NULL).n_beats, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/beats/rates", test_rates);
  g_test_add_func ("/beats/hard", test_hard);
  g_test_add_func ("/beats/not", test_not);
  return g_test_run ();
}
