/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How often values occur in a volume. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/**
 * vitrail_histogram_count: (skip)
 * @low, @high: values (after the rescale) of the first bin's beginning and the
 *   last one's end
 * @most: voxels that are looked at, evenly apart; 0: all
 * @bins: (out) (array length=n): how many are in each
 *
 * Of the slices that are there. Values outside count nowhere, NaN neither.
 *
 * Returns: FALSE where the voxels are not in memory, or @high is not above
 *   @low
 */
gboolean vitrail_histogram_count (VitrailVolume *volume,
                                  double low,
                                  double high,
                                  guint64 most,
                                  guint32 *bins,
                                  guint n);

G_END_DECLS
