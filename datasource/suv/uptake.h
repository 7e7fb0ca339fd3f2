/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a region of a PET volume took up: SUVmax, mean, peak, metabolic volume,
 * lesion glycolysis. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/* Millimetres: of the ball of 1 cm3 whose mean is SUVpeak. */
#define VITRAIL_UPTAKE_PEAK_RADIUS 6.203504908994

/**
 * VitrailUptakeThreshold:
 * @is_fraction: @low is a part of the region's highest uptake (0.41)
 * @low: uptake that counts, itself included
 * @high: likewise; INFINITY for no end
 */
typedef struct {
  gboolean is_fraction;
  double low;
  double high;
} VitrailUptakeThreshold;

/**
 * VitrailUptake:
 * @n_voxels: that count; 0: none, and all but the volume are NAN
 * @volume_ml: of them
 * @min, @max, @mean: of their uptake
 * @deviation: its standard deviation, over n
 * @peak: the highest mean of a ball of 1 cm3 about one of them, over all voxels
 *   whose centres lie in it, whether they count or not
 * @glycolysis: @mean times @volume_ml
 * @threshold: what counted, as uptake
 */
typedef struct {
  guint64 n_voxels;
  double volume_ml;
  double min;
  double max;
  double mean;
  double deviation;
  double peak;
  double glycolysis;
  double threshold;
} VitrailUptake;

/**
 * vitrail_uptake_measure:
 * @factor: uptake of one unit of the volume's values
 * @mask: (nullable): one byte a voxel, not 0: in the region; NULL: all
 * @counted: (nullable): one byte a voxel, which becomes 1 where it counts: the
 *   union of several regions; others are left as they are
 *
 * Blocks.
 */
gboolean vitrail_uptake_measure (VitrailVolume *volume,
                                 double factor,
                                 const guint8 *mask,
                                 const VitrailUptakeThreshold *threshold,
                                 guint8 *counted,
                                 VitrailUptake *uptake,
                                 GError **error);

/* "41%" of the highest, "2.5", or "2.5-100"; FALSE where it is something else.
 */
gboolean vitrail_uptake_threshold_from_text (const char *text,
                                             VitrailUptakeThreshold *threshold);

G_END_DECLS
