/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an object says of its waveform itself, on the page: statements and
 * measured values in its head, places in time below its traces. */

#pragma once

#include "waveform/ecg.h"

G_BEGIN_DECLS

/* Letters of 3.5 mm, those of notes smaller. */
void vitrail_ecg_draw_text (cairo_t *cr,
                            double x,
                            double y,
                            double height,
                            const char *text);

/* Statements from @left on, values right of them, above @bottom. */
void vitrail_ecg_draw_findings (cairo_t *cr,
                                const VitrailWaveform *waveform,
                                guint group,
                                double left,
                                double bottom);

/**
 * VitrailEcgSpan: a part of a row.
 * @start: seconds at its left edge
 * @x, @y: the line that places are marked at
 * @channel: whose they are; those of all channels with @for_all
 */
typedef struct {
  guint group;
  guint channel;
  gboolean for_all;
  double x;
  double y;
  double width;
  double start;
  double speed;
} VitrailEcgSpan;

/* A short line at each place, with its name where there is room. */
void vitrail_ecg_draw_places (cairo_t *cr,
                              const VitrailWaveform *waveform,
                              const VitrailEcgSpan *span);

G_END_DECLS
