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

/* The same; @places: (element-type guint) (out callee-allocates) (nullable):
 * samples of the group that the beats lie at, whatever part of QRS that is; or
 * NULL where nothing is measured. */
gboolean vitrail_beats_find (const VitrailWaveform *waveform,
                             guint group,
                             VitrailBeats *beats,
                             GArray **places);

/* Channels of @group that are ECG leads; how many there are, 32 at most. */
#define VITRAIL_BEATS_MOST_LEADS 32u
guint vitrail_beats_find_leads (const VitrailWaveformGroup *group,
                                guint leads[VITRAIL_BEATS_MOST_LEADS]);

G_END_DECLS
