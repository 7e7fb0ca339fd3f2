/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over time: see volumetimes.h. */

#include "volumetimes.h"

#include "error.h"
#include "timecurves.h"

#include <string.h>

static gboolean
measure (VitrailVolumeTimes *times,
         const char *region,
         double *means,
         GError **error)
{
  VitrailBall ball;

  if (region == NULL)
    return vitrail_volume_times_measure (times, NULL, means, NULL, error);
  if (!vitrail_ball_from_text (region, &ball)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s is no region: X,Y,Z,RADIUS in millimetres", region);
    return FALSE;
  }
  return vitrail_volume_times_measure_ball (times, &ball, means, NULL, error);
}

char *
vitrail_volume_curve_make (VitrailVolumeTimes *times,
                           const VitrailVolumePlan *plan,
                           const char *path,
                           char **regions,
                           GError **error)
{
  const guint n_regions = regions != NULL ? g_strv_length (regions) : 1;
  g_autofree double *means = g_new (double, (gsize) n_regions * plan->n_times);
  VitrailTimeCurves curves = vitrail_time_curves_of (plan);

  curves.n_regions = n_regions;
  curves.means = means;
  for (guint r = 0; r < n_regions; r++)
    if (!measure (times, regions != NULL ? regions[r] : NULL,
                  means + (gsize) r * plan->n_times, error))
      return NULL;
  return g_str_has_suffix (path, ".svg") ? vitrail_time_curves_to_svg (&curves)
                                         : vitrail_time_curves_to_csv (&curves);
}
