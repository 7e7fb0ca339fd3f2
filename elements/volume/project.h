/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What of all that a ray meets is shown alone: the highest voxel, the lowest,
 * the mean, or the first surface. Plain C is the judge. */

#pragma once

#include "volume/bounds.h"
#include "volume/raycast.h"

G_BEGIN_DECLS

/**
 * VitrailProjecting:
 * @VITRAIL_PROJECT_SURFACE: where a ray first comes to a threshold, lit
 */
typedef enum {
  VITRAIL_PROJECT_MAXIMUM,
  VITRAIL_PROJECT_MINIMUM,
  VITRAIL_PROJECT_MEAN,
  VITRAIL_PROJECT_SURFACE,
} VitrailProjecting;

/**
 * VitrailProjection:
 * @cast: rays and voxels; no blocks, no table. The light falls on surfaces
 * @threshold: the lowest voxel within the surface
 * @bounds: (nullable): of those voxels, without that padding; NULL: every
 *   sample is taken
 * @has_padding: voxels from @padding's first to its second are no data: samples
 *   in them do not count, those beside them are as the nearest voxel
 */
typedef struct {
  const VitrailRaycast *cast;
  VitrailProjecting mode;
  float threshold;
  const VitrailBounds *bounds;
  gboolean has_padding;
  guint16 padding[2];
} VitrailProjection;

/* @out: @width * @height voxels; of a surface, how bright it is, from 0 to 1.
 * NAN where a ray meets nothing. On all cores. */
void vitrail_project_picture (const VitrailProjection *self,
                              guint width,
                              guint height,
                              float *out);

G_END_DECLS
