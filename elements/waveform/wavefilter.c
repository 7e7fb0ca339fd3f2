/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Filters of waveforms: see wavefilter.h. */

#include "waveform/wavefilter.h"

#include <math.h>

#define NOTCH_Q 30.0
/* Values that are made up before the first and behind the last, by turning the
 * curve about them: what the filter swings in with. */
#define BORDER 9u

/* y = b x - a y, of the second order; a[0] is 1. */
typedef struct {
  double b[3];
  double a[3];
} Section;

gboolean
vitrail_wave_filter_is_on (const VitrailWaveFilter *self)
{
  return self->high_pass_hz > 0 || self->low_pass_hz > 0 || self->notch_hz > 0;
}

gboolean
vitrail_wave_filter_is_valid (const VitrailWaveFilter *self)
{
  return isfinite (self->high_pass_hz) && self->high_pass_hz >= 0 &&
         isfinite (self->low_pass_hz) && self->low_pass_hz >= 0 &&
         isfinite (self->notch_hz) && self->notch_hz >= 0;
}

/* Butterworth by the bilinear transform, the edge prewarped. */
static Section
make_pass (double edge_hz, double rate_hz, gboolean is_high)
{
  const double k = tan (G_PI * edge_hz / rate_hz);
  const double norm = 1 / (1 + G_SQRT2 * k + k * k);
  const double gain = is_high ? norm : k * k * norm;

  return (Section){
    { gain, is_high ? -2 * gain : 2 * gain, gain },
    { 1, 2 * (k * k - 1) * norm, (1 - G_SQRT2 * k + k * k) * norm },
  };
}

static Section
make_notch (double middle_hz, double rate_hz)
{
  const double angle = 2 * G_PI * middle_hz / rate_hz;
  const double gain = 1 / (1 + tan (angle / NOTCH_Q / 2));

  return (Section){
    { gain, -2 * gain * cos (angle), gain },
    { 1, -2 * gain * cos (angle), 2 * gain - 1 },
  };
}

/* Begins as if the first value had been there for ever. @step: 1, or -1 from
 * the last value to the first. */
static void
pass (const Section *self, double *values, gsize n, gboolean backwards)
{
  const double *a = self->a;
  const double *b = self->b;
  const double rest = (b[0] + b[1] + b[2]) / (1 + a[1] + a[2]);
  const double first = values[backwards ? n - 1 : 0];
  double second = (b[2] - a[2] * rest) * first;
  double state = (b[1] - a[1] * rest) * first + second;

  for (gsize i = 0; i < n; i++) {
    double *value = &values[backwards ? n - 1 - i : i];
    const double y = b[0] * *value + state;
    state = b[1] * *value - a[1] * y + second;
    second = b[2] * *value - a[2] * y;
    *value = y;
  }
}

/* @work: room for n + 2 * BORDER. */
static void
run_section (const Section *self, double *work, gsize n)
{
  const gsize border = MIN (BORDER, n - 1);
  double *values = work + BORDER;

  for (gsize i = 1; i <= border; i++) {
    values[-(gssize) i] = 2 * values[0] - values[i];
    values[n - 1 + i] = 2 * values[n - 1] - values[n - 1 - i];
  }
  pass (self, values - border, n + 2 * border, FALSE);
  pass (self, values - border, n + 2 * border, TRUE);
}

/* How many there are. */
static guint
make_sections (const VitrailWaveFilter *self,
               double rate_hz,
               Section sections[3])
{
  const double highest = rate_hz / 2;
  guint n = 0;

  if (self->high_pass_hz > 0 && self->high_pass_hz < highest)
    sections[n++] = make_pass (self->high_pass_hz, rate_hz, TRUE);
  if (self->low_pass_hz > 0 && self->low_pass_hz < highest)
    sections[n++] = make_pass (self->low_pass_hz, rate_hz, FALSE);
  if (self->notch_hz > 0 && self->notch_hz < highest)
    sections[n++] = make_notch (self->notch_hz, rate_hz);
  return n;
}

static void
run_part (const Section *sections,
          guint n_sections,
          float *values,
          gsize n,
          double *work)
{
  for (gsize i = 0; i < n; i++)
    work[BORDER + i] = values[i];
  for (guint k = 0; k < n_sections; k++)
    run_section (&sections[k], work, n);
  for (gsize i = 0; i < n; i++)
    values[i] = (float) work[BORDER + i];
}

gboolean
vitrail_wave_filter_run (const VitrailWaveFilter *self,
                         double rate_hz,
                         float *values,
                         guint n)
{
  Section sections[3];
  const guint n_sections = make_sections (self, rate_hz, sections);

  if (n_sections == 0)
    return TRUE;
  g_autofree double *work = g_try_new (double, (gsize) n + (gsize) 2 * BORDER);
  if (work == NULL)
    return FALSE;
  for (guint first = 0; first < n;) {
    guint end = first;
    while (end < n && !isnan (values[end]))
      end++;
    if (end - first > 1)
      run_part (sections, n_sections, values + first, end - first, work);
    first = end + 1;
  }
  return TRUE;
}
