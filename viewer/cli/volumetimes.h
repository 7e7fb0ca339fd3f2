/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over time, as `vitrail volume` computes with them: one volume of
 * several points in time, and the curve of a region. */

#pragma once

#include "volume/times.h"

G_BEGIN_DECLS

/**
 * vitrail_volume_curve_make:
 * @path: ends with .svg for a plot, else it is CSV
 * @regions: (array zero-terminated=1) (nullable): "X,Y,Z,RADIUS" each; NULL:
 *   all of the volume
 *
 * A row a point in time: its number, what it is by, and each region's mean.
 *
 * Returns: the file
 */
char *vitrail_volume_curve_make (VitrailVolumeTimes *times,
                                 const VitrailVolumePlan *plan,
                                 const char *path,
                                 char **regions,
                                 GError **error);

G_END_DECLS
