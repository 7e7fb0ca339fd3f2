/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The volumes of a folder, series by series, as `vitrail volume` tells them. */

#pragma once

#include "contents.h"
#include "volume/plan.h"

G_BEGIN_DECLS

/**
 * VitrailVolumeSeries:
 * @series: its answer, borrowed from the contents
 * @instances: (element-type VitrailInstance): what @plans number
 * @plans: of all of them
 *
 * A series with images.
 */
typedef struct {
  const VitrailDataSet *series;
  GPtrArray *instances;
  VitrailVolumePlans *plans;
} VitrailVolumeSeries;

/* (element-type VitrailVolumeSeries): as long as @contents. What does not open
 * is left out: `vitrail info` says why. */
GPtrArray *vitrail_volume_list_new (const VitrailContents *contents);

/* One JSON object and a newline (docs/volumes.md). */
char *vitrail_volume_list_to_json (GPtrArray *list, gboolean with_slices);
/* Lines for a person. */
char *vitrail_volume_list_to_text (GPtrArray *list);

G_END_DECLS
