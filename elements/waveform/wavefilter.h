/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Filters of waveforms for the eye: Butterworth of the second order, forwards
 * and backwards, so that nothing moves in time. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailWaveFilter:
 * @high_pass_hz: below goes away: the wandering of the baseline; 0: no filter
 * @low_pass_hz: above goes away: muscles, noise; 0: no filter
 * @notch_hz: goes away with little around it (Q is 30): the mains; 0: no filter
 *
 * At its edge a filter halves the amplitude, as it comes twice.
 */
typedef struct {
  double high_pass_hz;
  double low_pass_hz;
  double notch_hz;
} VitrailWaveFilter;

/* Whether it changes anything; whether its numbers are finite and not negative.
 */
gboolean vitrail_wave_filter_is_on (const VitrailWaveFilter *self);
gboolean vitrail_wave_filter_is_valid (const VitrailWaveFilter *self);

/* Filters @n values in place, taken at @rate_hz; what is NAN stays, and what
 * lies between is filtered for itself. Edges of half of @rate_hz and more are
 * no filter. FALSE: no memory. */
gboolean vitrail_wave_filter_run (const VitrailWaveFilter *self,
                                  double rate_hz,
                                  float *values,
                                  guint n);

G_END_DECLS
