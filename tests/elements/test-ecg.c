/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ECG pages, looked at pixel by pixel: 20 pixels are a millimetre. */

#include "waveform/ecg.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define SCALE    20
#define RATE     500
#define N        5000
#define CHANNELS 12

static const char *const names[CHANNELS] = {
  "V6",  "I",   "LEAD II",  "III", "Lead aVR (Goldberger)",
  "AVL", "aVF", "Channel1", "V2",  "V3",
  "V4",  "V5"
};

/* Each channel rests at 0; II is 1 mV high from 2 s on, and each has one spike
 * of 2 mV, one sample long, at 1 s. */
static VitrailWaveformGroup *
make_group (guint n_channels, const char *unit)
{
  VitrailWaveformGroup *self = g_new0 (VitrailWaveformGroup, 1);
  gint16 *samples = g_new0 (gint16, (gsize) N * n_channels);

  for (guint i = 0; i < N && n_channels > 2; i++)
    samples[i * n_channels + 2] = GINT16_TO_LE (i >= 2 * RATE ? 1000 : 0);
  for (guint i = 0; i < n_channels; i++)
    samples[RATE * n_channels + i] = GINT16_TO_LE (2000);
  self->label = g_strdup ("");
  self->rate_hz = RATE;
  self->n_samples = N;
  self->n_channels = n_channels;
  self->coding = VITRAIL_WAVEFORM_SS;
  self->data =
      g_bytes_new_take (samples, (gsize) N * n_channels * sizeof *samples);
  self->channels = g_new0 (VitrailWaveformChannel, n_channels);
  for (guint i = 0; i < n_channels; i++)
    self->channels[i] = (VitrailWaveformChannel){
      .label = g_strdup (names[i]),
      .code = g_strdup (i == 7 ? "5.6.3-9-3" : NULL),
      .unit = g_strdup (unit),
      .gain = 1,
      .low_hz = NAN,
      .high_hz = NAN,
      .notch_hz = NAN,
    };
  return self;
}

static void
group_free (gpointer data)
{
  VitrailWaveformGroup *self = data;

  for (guint i = 0; i < self->n_channels; i++) {
    g_free (self->channels[i].label);
    g_free (self->channels[i].code);
    g_free (self->channels[i].unit);
  }
  g_free (self->channels);
  g_free (self->label);
  g_bytes_unref (self->data);
  g_free (self);
}

static cairo_surface_t *
draw (VitrailWaveformGroup *group, const VitrailEcgLook *look)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                  (int) VITRAIL_ECG_WIDTH * SCALE,
                                  (int) VITRAIL_ECG_HEIGHT * SCALE);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  g_autoptr (GPtrArray) annotations = g_ptr_array_new ();
  const VitrailWaveform waveform = { .groups = groups,
                                     .annotations = annotations };
  cairo_t *cr = cairo_create (surface);

  g_ptr_array_add (groups, group);
  cairo_scale (cr, SCALE, SCALE);
  g_assert_true (vitrail_ecg_draw (cr, &waveform, look));
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
get_pixel (cairo_surface_t *surface, int x, int y)
{
  guint32 pixel = 0;

  memcpy (&pixel,
          cairo_image_surface_get_data (surface) +
              (gsize) y * (guint) cairo_image_surface_get_stride (surface) +
              (gsize) x * 4,
          sizeof pixel);
  return pixel & 0xffffff;
}

/* Whether a trace passes at (@x, @y) mm. */
static gboolean
is_black (cairo_surface_t *surface, double x, double y)
{
  const guint32 pixel =
      get_pixel (surface, (int) (x * SCALE), (int) (y * SCALE));

  return (pixel & 0xff) < 0x40 && (pixel >> 16) < 0x40;
}

/* Rows of 55 mm (3x4): the first line lies at 30 + 27.5. */
static void
test_scale (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_3X4, 0, 0, 25, 10, NULL };
  VitrailWaveformGroup *group = make_group (CHANNELS, "uV");
  cairo_surface_t *page = draw (group, &look);

  /* II, second row, a millivolt up after 2 s of 25 mm. */
  g_assert_true (is_black (page, 25 + 40, 112.5));
  g_assert_false (is_black (page, 25 + 40, 102.5));
  g_assert_true (is_black (page, 25 + 55, 102.5));
  g_assert_false (is_black (page, 25 + 55, 112.5));
  /* The spike of I at 1 s reaches 20 mm and no further. */
  g_assert_true (is_black (page, 50, 57.5 - 19));
  g_assert_false (is_black (page, 50, 57.5 - 21));
  /* The pulse: 10 mm high, 5 mm wide. */
  g_assert_true (is_black (page, 20, 47.5));
  g_assert_true (is_black (page, 17.5, 52));
  g_assert_true (is_black (page, 22.5, 52));
  cairo_surface_destroy (page);
  group_free (group);
}

static void
test_speed_and_gain (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_12X1, 0, 0, 50, 5, NULL };
  VitrailWaveformGroup *group = make_group (CHANNELS, "uV");
  cairo_surface_t *page = draw (group, &look);
  const double y = 30 + 165.0 / 12 * 1.5;

  g_assert_true (is_black (page, 25 + 90, y));
  g_assert_true (is_black (page, 25 + 110, y - 5));
  g_assert_true (is_black (page, 25 + 50, y - 9));
  cairo_surface_destroy (page);
  group_free (group);
}

/* Many samples in one column: what sticks out of them is drawn. */
static void
test_peaks (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_12X1, 0, 0, 0.5, 10, NULL };
  VitrailWaveformGroup *group = make_group (1, "mV");
  group->channels[0].gain = 1e-3;
  cairo_surface_t *page = draw (group, &look);

  gboolean found = FALSE;
  for (int i = 0; i < 3; i++)
    found = found || is_black (page, 25.45 + i * 0.05, 112.5 - 15);
  g_assert_true (found);
  cairo_surface_destroy (page);
  group_free (group);
}

static void
test_grid (void)
{
  const VitrailEcgLook look = { VITRAIL_ECG_3X4_1, 0, 100, 25, 10, NULL };
  VitrailWaveformGroup *group = make_group (CHANNELS, "uV");
  cairo_surface_t *page = draw (group, &look);
  const int y = (int) (30.5 * SCALE);
  const guint32 coarse = get_pixel (page, 30 * SCALE, y);
  const guint32 fine = get_pixel (page, 31 * SCALE, y);

  g_assert_cmphex (coarse, !=, fine);
  for (int x = 25; x <= 275; x++) {
    g_assert_cmphex (get_pixel (page, x * SCALE, y), ==,
                     x % 5 == 0 ? coarse : fine);
    if (x < 275)
      g_assert_cmphex (get_pixel (page, x * SCALE + SCALE / 2, y), ==,
                       0xffffff);
  }
  cairo_surface_destroy (page);
  group_free (group);
}

static void
test_leads (void)
{
  static const char *const leads[CHANNELS] = { "V6",  "I",   "II",  "III",
                                               "aVR", "aVL", "aVF", "V1",
                                               "V2",  "V3",  "V4",  "V5" };
  VitrailWaveformGroup *group = make_group (CHANNELS, "uV");

  for (guint i = 0; i < CHANNELS; i++)
    g_assert_cmpstr (vitrail_ecg_get_lead (&group->channels[i]), ==, leads[i]);
  g_free (group->channels[0].label);
  group->channels[0].label = g_strdup ("Pressure");
  g_assert_null (vitrail_ecg_get_lead (&group->channels[0]));
  group_free (group);
}

/* Blue lines, and nothing of them beyond the trace. */
static gboolean
is_blue (cairo_surface_t *surface, double x, double y)
{
  const guint32 pixel =
      get_pixel (surface, (int) (x * SCALE), (int) (y * SCALE));

  return (pixel & 0xff) > 0xc0 && (pixel >> 16) < 0x60;
}

static void
test_caliper (void)
{
  VitrailEcgLook look = { VITRAIL_ECG_3X4, 0, 1, 25, 10, NULL };
  VitrailWaveformGroup *group = make_group (CHANNELS, "uV");
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  const VitrailWaveform waveform = { .groups = groups };
  /* The second row: II; from 1.4 s on, 20 mm and 1.5 mV. */
  const double from[2] = { 35, 112.5 };
  const double to[2] = { 55, 97.5 };
  const double outside[2] = { 20, 112.5 };
  const double beyond[2] = { 200, 112.5 };

  g_ptr_array_add (groups, group);
  g_assert_true (
      vitrail_ecg_find_caliper (&waveform, &look, from, to, &look.caliper));
  g_assert_cmpuint (look.caliper.channel, ==, 3);
  g_assert_cmpfloat_with_epsilon (look.caliper.from_s, 1.4, 1e-9);
  g_assert_cmpfloat_with_epsilon (look.caliper.to_s, 2.2, 1e-9);
  g_assert_cmpfloat_with_epsilon (look.caliper.to_mv, 1.5, 1e-9);
  g_autofree char *text = vitrail_ecg_caliper_to_text (&look.caliper);
  g_assert_cmpstr (text, ==, "800 ms   75 /min   +1.50 mV");
  cairo_surface_t *page = draw (group, &look);
  g_assert_true (is_blue (page, 35, 95));
  g_assert_true (is_blue (page, 55, 95));
  g_assert_true (is_blue (page, 45, 97.5));
  g_assert_false (is_blue (page, 35, 80));
  g_assert_false (is_blue (page, 60, 97.5));
  cairo_surface_destroy (page);
  /* It stays at its time. */
  look.start = 1.4;
  page = draw (group, &look);
  g_assert_true (is_blue (page, 45, 95));
  g_assert_false (is_blue (page, 55, 95));
  cairo_surface_destroy (page);
  g_assert_false (
      vitrail_ecg_find_caliper (&waveform, &look, outside, to, &look.caliper));
  g_assert_true (
      vitrail_ecg_find_caliper (&waveform, &look, from, beyond, &look.caliper));
  g_assert_cmpfloat_with_epsilon (look.caliper.to_s, 1.4 + 2.5, 1e-9);
  group_free (group);
}

/* A pressure from 0 to 2000 in one row of 165 mm: 72 % of it, whatever the
 * gain; the bar before it is 1000 high and stands on 1000. */
static void
test_pressure (void)
{
  const double height = 0.72 * 165;

  for (guint i = 0; i < 2; i++) {
    VitrailEcgLook look = { VITRAIL_ECG_3X4, 0, i, 25, 10 - 5.0 * i, NULL };
    VitrailWaveformGroup *group = make_group (1, "mm[Hg]");
    cairo_surface_t *page = draw (group, &look);
    /* Rests at 0, its spike is at 1 s. */
    g_assert_true (is_black (page, 100, 112.5 + height / 2));
    if (i == 0)
      g_assert_true (is_black (page, 50, 112.5 - height / 2 + 1));
    g_assert_false (is_black (page, 50, 112.5 - height / 2 - 1));
    g_assert_true (is_black (page, 22, 112.5 - height / 4));
    g_assert_true (is_black (page, 23, 112.5));
    g_assert_true (is_black (page, 23, 112.5 - height / 2));
    g_assert_false (is_black (page, 22, 112.5 + height / 4));
    cairo_surface_destroy (page);
    group_free (group);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecg/scale", test_scale);
  g_test_add_func ("/ecg/speed-and-gain", test_speed_and_gain);
  g_test_add_func ("/ecg/peaks", test_peaks);
  g_test_add_func ("/ecg/grid", test_grid);
  g_test_add_func ("/ecg/leads", test_leads);
  g_test_add_func ("/ecg/pressure", test_pressure);
  g_test_add_func ("/ecg/caliper", test_caliper);
  return g_test_run ();
}
