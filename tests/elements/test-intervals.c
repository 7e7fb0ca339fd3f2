/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PR, QRS and QT of ECGs that numpy makes with known onsets and ends; none
 * where there are none. */

#include "testdata.h"
#include "waveform/intervals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHANNELS 12u

static const char *const names[CHANNELS] = { "I",   "II",  "III", "aVR",
                                             "aVL", "aVF", "V1",  "V2",
                                             "V3",  "V4",  "V5",  "V6" };

/* NAME.i16: microvolts of twelve leads, 10 s. P and T are halves of cosines
 * that begin and end where they are said to, QRS has corners. Prints a line for
 * each: KIND NAME sampling bpm PR QRS QT. */
static const char program[] =
    "import numpy as np\n"
    "Q = np.array ([.6, 1, .5, -.8, .2, .7, -.5, -.9, .8, 1.3, 1.1, .8])\n"
    "T = np.array ([.5, .9, .4, -.7, .1, .6, -.2, .5, 1, 1.2, .9, .6])\n"
    "P = np.array ([.6, 1, .5, -.8, .1, .7, .5, .4, .4, .4, .4, .4])\n"
    "def hump (t, a, p, b):\n"
    "    y = np.zeros_like (t)\n"
    "    up, down = (t > a) & (t <= p), (t > p) & (t < b)\n"
    "    y[up] = (1 - np.cos (np.pi * (t[up] - a) / (p - a))) / 2\n"
    "    y[down] = (1 + np.cos (np.pi * (t[down] - p) / (b - p))) / 2\n"
    "    return y\n"
    "def beat (t, pr, qrs, qt, p, tall):\n"
    "    wide = min (.2, qt - qrs - .05)\n"
    "    corners = np.array ([0, .2, .5, .8, 1]) * qrs\n"
    "    return (np.outer (np.interp (t, corners, [0, -.12, 1, -.25, 0]), Q)\n"
    "            + p * np.outer (hump (t, -pr, .05 - pr, .1 - pr), P)\n"
    "            + tall * np.outer (hump (t, qt - wide, qt - .45 * wide, qt),\n"
    "                               T))\n"
    "n = 0\n"
    "def make (kind, rate, bpm, pr, qrs, qt, noise=10, p=.12, tall=.3,\n"
    "          vary=.02, wander=0, mains=0, f=0, odd=0, height=1000):\n"
    "    global n\n"
    "    n += 1\n"
    "    rng = np.random.default_rng (n)\n"
    "    t = np.arange (10 * rate) / rate\n"
    "    x = np.zeros ((len (t), 12))\n"
    "    at, i = .45, 0\n"
    "    while at < 10.5:\n"
    "        i += 1\n"
    "        if odd and i % odd == 0:\n"
    "            x += 1.4 * np.outer (hump (t - at, -.1, -.02, .1), -Q)\n"
    "        else:\n"
    "            x += beat (t - at, pr, qrs, qt, p, tall)\n"
    "        at += 60 / bpm * (1 + rng.uniform (-vary, vary))\n"
    "    phase = np.cumsum (6 + np.cumsum (rng.normal (size=len (t))) * .02)\n"
    "    x += f * np.sin (2 * np.pi * phase / rate)[:, None] * P\n"
    "    x = x * height + noise * rng.normal (size=x.shape)\n"
    "    x += wander * np.sin (2 * np.pi * .25 * t)[:, None]\n"
    "    x += mains * np.sin (2 * np.pi * 50 * t)[:, None]\n"
    "    x.round ().astype ('<i2').tofile ('{dir}/%d.i16' % n)\n"
    "    print (kind, n, rate, bpm, pr, qrs, qt)\n"
    "qts = ((40, .46), (60, .4), (75, .37), (100, .33), (130, .29))\n"
    "for rate in (250, 500, 1000):\n"
    "    for bpm, qt in qts:\n"
    "        for i, pr in enumerate ((.12, .16, .2, .28)):\n"
    "            qrs = (.08, .1, .14)[(n + i) % 3]\n"
    "            if 60 / bpm - qt - qrs + .09 - pr > .03:\n"
    "                make ('plain', rate, bpm, pr, qrs, qt + qrs - .09,\n"
    "                      10 if rate == 250 or qrs > .13 or i % 2 else 20)\n"
    "        make ('af', rate, bpm, .16, .09, qt, p=0, vary=.25, f=.06)\n"
    "        make ('no-p', rate, bpm, .16, .09, qt, p=0)\n"
    "for bpm, qt in qts:\n"
    "    if bpm > 40:\n"
    "        make ('plain', 500, bpm, .12, .09, qt, wander=300)\n"
    "    make ('plain', 500, bpm, .12, .09, qt, mains=10)\n"
    "    make ('plain', 500, bpm, .12, .09, qt, tall=-.3)\n"
    "    make ('plain', 500, bpm, .12, .09, qt, p=.06)\n"
    "    make ('flat', 500, bpm, .16, .09, qt, tall=0)\n"
    "    for noise in (40, 60, 100):\n"
    "        make ('noisy', 500, bpm, .16, .1, qt, noise)\n"
    "        make ('noisy', 250, bpm, .16, .1, qt, noise)\n"
    "make ('plain', 500, 72, .16, .09, .38, odd=5)\n"
    "make ('plain', 2000, 72, .16, .09, .38)\n"
    "make ('plain', 8000, 72, .16, .09, .38)\n"
    "make ('nothing', 500, 72, .16, .09, .38, height=0, noise=100)\n"
    "make ('nothing', 500, 20, .16, .09, .38, vary=0, noise=0)\n";

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

static VitrailIntervals
measure (const char *name, double rate_hz)
{
  g_autofree char *file = g_strdup_printf ("%s.i16", name);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  VitrailWaveformGroup *group = g_new0 (VitrailWaveformGroup, 1);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  VitrailWaveform waveform = { .groups = groups };
  char *data = NULL;
  gsize size = 0;
  VitrailIntervals intervals;

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
      .label = g_strdup (names[i]),
      .unit = g_strdup ("uV"),
      .gain = 1,
    };
  g_ptr_array_add (groups, group);
  (void) vitrail_intervals_measure (&waveform, 0, &intervals);
  return intervals;
}

/* A made ECG: what numpy says of it, and what is measured. */
typedef struct {
  char name[16];
  double rate_hz;
  double bpm;
  double pr_s;
  double qrs_s;
  double qt_s;
  VitrailIntervals measured;
} Case;

/* The made ECGs of this kind. */
static GArray *
measure_kind (const char *kind)
{
  static char *list;
  GArray *cases = g_array_new (FALSE, TRUE, sizeof (Case));

  if (list == NULL)
    list = test_data_python (program);
  g_auto (GStrv) lines = g_strsplit (list, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 7);
    Case one = { 0 };
    g_assert_cmpuint (g_strv_length (words), ==, 7);
    if (strcmp (words[0], kind) != 0)
      continue;
    g_strlcpy (one.name, words[1], sizeof one.name);
    one.rate_hz = g_ascii_strtod (words[2], NULL);
    one.bpm = g_ascii_strtod (words[3], NULL);
    one.pr_s = g_ascii_strtod (words[4], NULL);
    one.qrs_s = g_ascii_strtod (words[5], NULL);
    one.qt_s = g_ascii_strtod (words[6], NULL);
    one.measured = measure (one.name, one.rate_hz);
    g_autofree char *text = vitrail_intervals_to_text (&one.measured);
    g_test_message ("%s: %s", lines[i], text);
    g_array_append_val (cases, one);
  }
  g_assert_cmpuint (cases->len, >, 0);
  return cases;
}

static void
assert_near (const VitrailInterval *interval, double truth_s, double most_s)
{
  g_assert_cmpstr (interval->why_not, ==, NULL);
  g_assert_cmpfloat_with_epsilon (interval->seconds, truth_s, most_s);
}

static void
assert_all_near (const Case *one)
{
  const VitrailIntervals *measured = &one->measured;
  const double rr_s = 60 / measured->beats.rate;

  assert_near (&measured->qrs, one->qrs_s, 0.010);
  assert_near (&measured->qt, one->qt_s, 0.015);
  assert_near (&measured->pr, one->pr_s, 0.010);
  g_assert_cmpfloat_with_epsilon (measured->qtc_bazett_s,
                                  measured->qt.seconds / sqrt (rr_s), 1e-9);
  g_assert_cmpfloat_with_epsilon (measured->qtc_fridericia_s,
                                  measured->qt.seconds / cbrt (rr_s), 1e-9);
}

static void
test_plain (void)
{
  g_autoptr (GArray) cases = measure_kind ("plain");

  g_assert_cmpuint (cases->len, >=, 60);
  for (guint i = 0; i < cases->len; i++)
    assert_all_near (&g_array_index (cases, Case, i));
}

/* Without P: with the waves of atrial fibrillation, or with nothing. */
static void
test_no_p (void)
{
  static const char *const kinds[] = { "af", "no-p" };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
    g_autoptr (GArray) cases = measure_kind (kinds[k]);
    for (guint i = 0; i < cases->len; i++) {
      const Case *one = &g_array_index (cases, Case, i);
      g_assert_nonnull (one->measured.pr.why_not);
      g_assert_cmpfloat (one->measured.pr.seconds, ==, 0);
      if (one->measured.qt.why_not == NULL)
        assert_near (&one->measured.qt, one->qt_s, 0.030);
      if (one->measured.qrs.why_not == NULL)
        assert_near (&one->measured.qrs, one->qrs_s, 0.020);
    }
  }
}

static void
test_no_t (void)
{
  g_autoptr (GArray) cases = measure_kind ("flat");

  for (guint i = 0; i < cases->len; i++) {
    const Case *one = &g_array_index (cases, Case, i);
    assert_near (&one->measured.qrs, one->qrs_s, 0.010);
    g_assert_nonnull (one->measured.qt.why_not);
    g_assert_cmpfloat (one->measured.qtc_bazett_s, ==, 0);
    g_assert_nonnull (one->measured.pr.why_not);
  }
}

/* Right within twice as much, or not measured. */
static void
test_noisy (void)
{
  g_autoptr (GArray) cases = measure_kind ("noisy");

  for (guint i = 0; i < cases->len; i++) {
    const Case *one = &g_array_index (cases, Case, i);
    if (one->measured.qrs.why_not == NULL)
      assert_near (&one->measured.qrs, one->qrs_s, 0.020);
    if (one->measured.qt.why_not == NULL)
      assert_near (&one->measured.qt, one->qt_s, 0.030);
    if (one->measured.pr.why_not == NULL)
      assert_near (&one->measured.pr, one->pr_s, 0.020);
  }
}

static void
test_nothing (void)
{
  g_autoptr (GArray) cases = measure_kind ("nothing");
  const VitrailIntervals *noise = &g_array_index (cases, Case, 0).measured;
  const VitrailIntervals *few = &g_array_index (cases, Case, 1).measured;

  g_assert_cmpstr (noise->pr.why_not, ==, "the beats are not measured");
  g_assert_null (vitrail_intervals_to_text (noise));
  g_assert_cmpstr (few->qt.why_not, ==,
                   "there are fewer than four beats that look alike");
  g_autofree char *text = vitrail_intervals_to_text (few);
  g_assert_cmpstr (text, ==,
                   "PR, QRS and QT not measured, because there are fewer than "
                   "four beats that look alike");
}

static void
test_words (void)
{
  const VitrailIntervals some = { .pr = { 0, "no P wave stands out" },
                                  .qrs = { 0.0904, NULL },
                                  .qt = { 0.38, NULL },
                                  .qtc_bazett_s = 0.4,
                                  .qtc_fridericia_s = 0.39 };
  g_autofree char *text = vitrail_intervals_to_text (&some);

  g_assert_cmpstr (text, ==,
                   "QRS 90 ms, QT 380 ms, QTc 400 ms (Bazett), 390 ms "
                   "(Fridericia); PR not measured, because no P wave stands "
                   "out");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/intervals/plain", test_plain);
  g_test_add_func ("/intervals/no-p", test_no_p);
  g_test_add_func ("/intervals/no-t", test_no_t);
  g_test_add_func ("/intervals/noisy", test_noisy);
  g_test_add_func ("/intervals/nothing", test_nothing);
  g_test_add_func ("/intervals/words", test_words);
  return g_test_run ();
}
