/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Curves of regions over time, as text: a table, or a drawing. */

#pragma once

#include "volume/plan.h"

G_BEGIN_DECLS

/**
 * VitrailTimeCurves:
 * @n_times: of each curve
 * @times: (array length=n_times): what they are by; one that is no number
 *   counts as its place, from 1
 * @name, @unit: of that: "trigger time", "ms"
 * @n_regions: curves
 * @means: n_times of each region, one region after the other; NAN: there is
 *   none
 *
 * All borrowed.
 */
typedef struct {
  guint n_times;
  const double *times;
  const char *name;
  const char *unit;
  guint n_regions;
  const double *means;
} VitrailTimeCurves;

/* Of the points in time of @plan, without regions. */
VitrailTimeCurves vitrail_time_curves_of (const VitrailVolumePlan *plan);
/* The place of @time (from 0) in time. */
double vitrail_time_curves_get_time (const VitrailTimeCurves *self, guint time);
/* Lowest and highest of @n numbers, those that are none left out; never the
 * same. */
void vitrail_time_curves_find_range (const double *numbers,
                                     gsize n,
                                     double range[2]);
/* 0xRRGGBB of the curve of @region, on white and on black. */
guint32 vitrail_time_curves_get_color (guint region);

/* (transfer full): "frame,NAME,region 1,...", a line each time. */
char *vitrail_time_curves_to_csv (const VitrailTimeCurves *self);
/* (transfer full): 640 x 400 pixels. */
char *vitrail_time_curves_to_svg (const VitrailTimeCurves *self);

G_END_DECLS
