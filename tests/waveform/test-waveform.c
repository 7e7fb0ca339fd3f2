/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms against what waveforms.py wrote, and pydicom reads. */

#include "dicom/part10.h"
#include "error.h"
#include "testdata.h"
#include "waveform/waveform.h"

#include <math.h>
#include <string.h>

static VitrailWaveform *
open_waveform (const char *name, GError **error)
{
  g_autofree char *path =
      g_strdup_printf ("%s/%s.dcm", test_data_get_scratch (), name);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &wrong);

  g_assert_no_error (wrong);
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  g_assert_true (vitrail_waveform_is_there (data_set));
  return vitrail_waveform_new (data_set, error);
}

static VitrailWaveform *
open_right (const char *name)
{
  g_autoptr (GError) error = NULL;
  VitrailWaveform *waveform = open_waveform (name, &error);

  g_assert_no_error (error);
  return waveform;
}

static double
read_f64 (const char *data)
{
  guint64 bits = 0;
  double value = 0;

  memcpy (&bits, data, sizeof bits);
  bits = GUINT64_FROM_LE (bits);
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* As a float holds them. */
static void
check_values (const VitrailWaveform *waveform, const char *name, guint number)
{
  const VitrailWaveformGroup *group = waveform->groups->pdata[number];
  g_autofree char *path =
      g_strdup_printf ("%s/%s-%u.f64", test_data_get_scratch (), name, number);
  g_autofree float *values = g_new (float, group->n_samples);
  g_autofree char *truth = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &truth, &length, NULL));
  g_assert_cmpuint (length, ==, 8ull * group->n_samples * group->n_channels);
  for (guint c = 0; c < group->n_channels; c++) {
    vitrail_waveform_group_get_values (group, c, 0, group->n_samples, values);
    for (guint i = 0; i < group->n_samples; i++) {
      const double want =
          read_f64 (truth + 8 * ((gsize) i * group->n_channels + c));
      g_assert_true (isnan (want) == isnan (values[i]));
      if (!isnan (want))
        g_assert_cmpfloat_with_epsilon (values[i], want,
                                        fabs (want) * 1e-6 + 1e-6);
    }
  }
}

static void
test_codings (void)
{
  static const char *const kinds[] = { "explicit", "implicit", "big" };
  guint n = 0;

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < VITRAIL_N_WAVEFORM_CODINGS; i++) {
      const char *coding = vitrail_waveform_coding_to_text (i);
      g_autofree char *name = g_strdup_printf ("%s-%s", kinds[k], coding);
      g_autofree char *path =
          g_strdup_printf ("%s/%s.dcm", test_data_get_scratch (), name);
      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      g_autoptr (VitrailWaveform) waveform = open_right (name);
      g_test_message ("%s", name);
      check_values (waveform, name, 0);
      g_assert_cmpuint (waveform->warnings->len, ==, 0);
      n++;
    }
  g_assert_cmpuint (n, ==, 24);
}

static void
check_channel (const VitrailWaveformChannel *channel,
               const char *label,
               const char *code,
               double delay_s)
{
  g_assert_cmpstr (channel->label, ==, label);
  g_assert_cmpstr (channel->code, ==, code);
  g_assert_cmpfloat_with_epsilon (channel->delay_s, delay_s, 1e-9);
}

static void
test_groups (void)
{
  g_autoptr (VitrailWaveform) waveform = open_right ("groups");

  check_values (waveform, "groups", 0);
  check_values (waveform, "groups", 1);
  const VitrailWaveformGroup *first = waveform->groups->pdata[0];
  const VitrailWaveformGroup *second = waveform->groups->pdata[1];
  g_assert_cmpstr (first->label, ==, "RHYTHM");
  g_assert_cmpstr (second->label, ==, "");
  g_assert_cmpfloat_with_epsilon (first->offset_s, 0.02, 1e-9);
  g_assert_cmpfloat_with_epsilon (first->trigger_s, -0.005, 1e-9);
  g_assert_true (isnan (second->trigger_s));
  g_assert_cmpfloat (second->rate_hz, ==, 100);
  check_channel (&first->channels[0], "I", "MDC_I", 0.001);
  check_channel (&first->channels[1], "II", "MDC_II", 0.504);
  check_channel (&second->channels[0], "Pressure", "X", 0);
  g_assert_cmpfloat (first->channels[0].low_hz, ==, 0.05);
  g_assert_cmpfloat (first->channels[0].high_hz, ==, 150);
  g_assert_cmpfloat (first->channels[0].notch_hz, ==, 50);
  g_assert_true (isnan (first->channels[1].low_hz));
  g_assert_true (isnan (first->channels[1].high_hz));
}

static void
test_annotations (void)
{
  g_autoptr (VitrailWaveform) waveform = open_right ("groups");

  g_assert_cmpuint (waveform->annotations->len, ==, 3);
  const VitrailWaveformAnnotation *point = waveform->annotations->pdata[0];
  const VitrailWaveformAnnotation *segment = waveform->annotations->pdata[1];
  const VitrailWaveformAnnotation *number = waveform->annotations->pdata[2];
  g_assert_cmpstr (point->name, ==, "QRS onset");
  g_assert_cmpstr (point->type, ==, "POINT");
  g_assert_cmpuint (point->group, ==, 0);
  g_assert_cmpuint (point->channel, ==, 1);
  g_assert_cmpuint (point->n_times, ==, 1);
  g_assert_cmpfloat_with_epsilon (point->times_s[0], 0.05, 1e-9);
  g_assert_cmpstr (segment->text, ==, "artefact");
  g_assert_cmpuint (segment->group, ==, 1);
  g_assert_cmpuint (segment->channel, ==, VITRAIL_WAVEFORM_ALL);
  g_assert_cmpuint (segment->n_times, ==, 2);
  g_assert_cmpfloat_with_epsilon (segment->times_s[1], 0.2505, 1e-9);
  g_assert_cmpfloat (number->value, ==, 72);
  g_assert_cmpstr (number->unit, ==, "/min");
  g_assert_cmpuint (number->group, ==, VITRAIL_WAVEFORM_ALL);
  g_assert_cmpuint (waveform->warnings->len, ==, 1);
  g_assert_cmpstr (waveform->warnings->pdata[0], ==,
                   "1 of 4 annotations (0040,B020) belong to channels that are "
                   "not there");
}

static void
check_warning (const char *name, const char *warning)
{
  g_autoptr (VitrailWaveform) waveform = open_right (name);

  check_values (waveform, name, 0);
  g_assert_cmpuint (waveform->warnings->len, ==, 1);
  g_assert_cmpstr (waveform->warnings->pdata[0], ==, warning);
}

static void
test_warnings (void)
{
  check_warning ("cut", "Waveform Data (5400,1010) has 24 of 50 samples");
  check_warning ("defined", "Channel Definition Sequence (003A,0200) has 1 "
                            "items for 2 channels");
  check_warning ("second", "Group 1 of Waveform Sequence (5400,0100) is left "
                           "out: Sampling Frequency (003A,001A) is 0");
}

static void
test_wrong (void)
{
  static const struct {
    const char *name;
    const char *message;
  } wrong[] = {
    { "rate", "Sampling Frequency (003A,001A) is -1" },
    { "channels", "Number of Waveform Channels (003A,0005) is 0" },
    { "samples", "Number of Waveform Samples (003A,0010) is 0" },
    { "bits", "Waveform Bits Allocated (5400,1004) is 8, which is not SS, the "
              "Waveform Sample Interpretation (5400,1006)" },
    { "coding", "Waveform Sample Interpretation (5400,1006) \"XX\" is none" },
    { "data", "Waveform Data (5400,1010) has no samples" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *name = g_strconcat ("wrong-", wrong[i].name, NULL);
    g_autoptr (GError) error = NULL;
    g_assert_null (open_waveform (name, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
    g_assert_cmpstr (error->message, ==, wrong[i].message);
  }
}

/* Twelve leads of ten seconds, as a cart wrote them. */
static void
test_real (void)
{
  g_autoptr (VitrailWaveform) waveform = open_right ("real-0");

  g_assert_cmpuint (waveform->groups->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    check_values (waveform, "real-0", i);
  const VitrailWaveformGroup *group = waveform->groups->pdata[0];
  g_assert_cmpuint (group->n_channels, ==, 12);
  g_assert_cmpuint (group->n_samples, ==, 10000);
  g_assert_cmpfloat (group->rate_hz, ==, 1000);
  g_assert_cmpstr (group->channels[1].label, ==, "Lead II");
  g_assert_cmpstr (group->channels[1].unit, ==, "uV");
  g_assert_cmpuint (waveform->annotations->len, >, 0);
}

int
main (int argc, char **argv)
{
  static const char files[] =
      "/usr/lib/python3/dist-packages/pydicom/data/test_files/waveform_ecg.dcm";

  g_test_init (&argc, &argv, NULL);
  const gboolean has_real = g_file_test (files, G_FILE_TEST_EXISTS);
  g_free (test_data_run (
      "/usr/bin/python3 -W ignore '%s/waveform/waveforms.py' '%s' %s",
      g_getenv ("G_TEST_SRCDIR"), test_data_get_scratch (),
      has_real ? files : ""));
  g_test_add_func ("/waveform/codings", test_codings);
  g_test_add_func ("/waveform/groups", test_groups);
  g_test_add_func ("/waveform/annotations", test_annotations);
  g_test_add_func ("/waveform/warnings", test_warnings);
  g_test_add_func ("/waveform/wrong", test_wrong);
  if (has_real)
    g_test_add_func ("/waveform/real", test_real);
  else
    g_test_message ("1 file skipped: pydicom's test files are not there");
  return g_test_run ();
}
