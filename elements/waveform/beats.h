/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Heart rate measured from the samples of an ECG, beside what the object says
 * itself. */

#pragma once

#include "waveform/waveform.h"

G_BEGIN_DECLS

/* No more than this from the group's start on is looked at. */
#define VITRAIL_BEATS_MOST_S 60.0

/**
 * VitrailBeats:
 * @why_not: static: why nothing is measured; then the others are 0
 * @n_beats: QRS complexes that were found, at least 3
 * @rr_s: median of the times between neighbours
 * @rate: beats a minute, by the mean of these times
 */
typedef struct {
  const char *why_not;
  guint n_beats;
  double rr_s;
  double rate;
} VitrailBeats;

/* By all ECG leads of @group, after Pan and Tompkins (1985): the energy of the
 * slopes from 5 to 15 Hz within 120 ms. What is found counts only where most
 * beats look alike. FALSE: see @why_not. */
gboolean vitrail_beats_measure (const VitrailWaveform *waveform,
                                guint group,
                                VitrailBeats *beats);

G_END_DECLS
