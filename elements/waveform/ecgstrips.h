/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the traces of a page lie: what ecg.c and its parts share. */

#pragma once

#include "waveform/ecg.h"

G_BEGIN_DECLS

#define VITRAIL_ECG_MOST_STRIPS 65u

/**
 * VitrailEcgStrip: one trace: a channel within a part of a row.
 * @x, @y: its left end and its middle, mm
 * @start: seconds at its left end
 * @room: above the line, for the lead
 * @step: from row to row
 * @begins: nothing of its row is left of it
 * @ends: what belongs to no channel is marked below it
 */
typedef struct {
  const VitrailWaveformGroup *group;
  guint channel;
  double x;
  double y;
  double width;
  double start;
  double room;
  double step;
  gboolean begins;
  gboolean ends;
} VitrailEcgStrip;

/* How many there are. */
guint vitrail_ecg_lay_out (const VitrailWaveformGroup *group,
                           const VitrailEcgLook *look,
                           VitrailEcgStrip strips[VITRAIL_ECG_MOST_STRIPS]);

/* mm that one unit of @channel is high; 0 for what is no voltage. */
double
vitrail_ecg_get_height (const VitrailWaveformChannel *channel, double gain);

/* The caliper of @look, if it has one, on all strips of its channel. */
void vitrail_ecg_draw_caliper (cairo_t *cr,
                               const VitrailEcgLook *look,
                               const VitrailEcgStrip *strips,
                               guint n_strips);

G_END_DECLS
