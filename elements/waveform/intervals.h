/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PR, QRS, QT and QTc measured from the samples of an ECG. */

#pragma once

#include "waveform/beats.h"

G_BEGIN_DECLS

/**
 * VitrailInterval:
 * @seconds: 0 where it is not measured
 * @why_not: static: why it is not measured, or NULL
 */
typedef struct {
  double seconds;
  const char *why_not;
} VitrailInterval;

/**
 * VitrailIntervals:
 * @beats: rate and RR; where these are not measured, nothing else is
 * @pr: from the onset of P to that of QRS
 * @qrs: from the onset of QRS to its end, over all leads
 * @qt: from the onset of QRS to the end of T
 * @qtc_bazett_s: @qt by the square root of the mean RR interval; 0 where @qt is
 *   not measured
 * @qtc_fridericia_s: by its cube root
 */
typedef struct {
  VitrailBeats beats;
  VitrailInterval pr;
  VitrailInterval qrs;
  VitrailInterval qt;
  double qtc_bazett_s;
  double qtc_fridericia_s;
} VitrailIntervals;

/* From the median beat of all ECG leads of @group, of beats that look alike.
 * An interval counts only where every other beat and the rest agree on it, and
 * P and T only where they come back with each beat; else it says why not.
 * FALSE: nothing but @beats, if that, is measured. */
gboolean vitrail_intervals_measure (const VitrailWaveform *waveform,
                                    guint group,
                                    VitrailIntervals *intervals);

/* One line for a person, without "measured": "PR 158 ms, QRS 74 ms, ..."; what
 * is not measured comes behind, with the reason. NULL: the beats are not
 * measured. */
char *vitrail_intervals_to_text (const VitrailIntervals *self);

G_END_DECLS
