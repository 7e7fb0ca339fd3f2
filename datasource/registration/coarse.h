/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A volume as coarse as a search wants it, its values in few steps. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/* Steps of values. */
#define VITRAIL_COARSE_BINS 48

/**
 * VitrailCoarse:
 * @size, @matrix, @inverse: as in VitrailVolumeInfo
 * @bins: a voxel's value: 0 to VITRAIL_COARSE_BINS - 1, with fractions
 */
typedef struct {
  guint size[3];
  double matrix[16];
  double inverse[16];
  float *bins;
} VitrailCoarse;

/* Means of boxes of about @spacing millimetres; values beyond the lowest and
 * highest hundredth are those. FALSE with VITRAIL_ERROR_LIMIT without memory,
 * VITRAIL_ERROR_UNSUPPORTED where all values are the same. */
gboolean vitrail_coarse_make (VitrailCoarse *self,
                              VitrailVolume *volume,
                              double spacing,
                              GError **error);
void vitrail_coarse_clear (VitrailCoarse *self);

G_END_DECLS
