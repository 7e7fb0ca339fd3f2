/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See histogram.h. */

#include "volume/histogram.h"

#include <string.h>

typedef struct {
  VitrailVoxelType type;
  double slope;
  double intercept;
  double low;
  double scale; /* bins a unit */
  guint32 *bins;
  guint n;
} Counting;

static void
count_voxels (const Counting *self,
              const void *voxels,
              guint64 from,
              guint64 to,
              guint64 step)
{
  const guint16 *whole = voxels;
  const float *real = voxels;

  for (guint64 i = from; i < to; i += step) {
    const double voxel =
        self->type == VITRAIL_VOXEL_U16 ? whole[i] : (double) real[i];
    const double bin =
        (voxel * self->slope + self->intercept - self->low) * self->scale;
    /* Not so for NaN. */
    if (bin >= 0 && bin <= self->n)
      self->bins[MIN ((guint) bin, self->n - 1)]++;
  }
}

gboolean
vitrail_histogram_count (VitrailVolume *volume,
                         double low,
                         double high,
                         guint64 most,
                         guint32 *bins,
                         guint n)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const guint64 slice = (guint64) info->size[0] * info->size[1];
  const guint64 all = slice * info->size[2];
  const void *voxels = vitrail_volume_get_voxels (volume);
  const Counting self = { info->type, info->slope,      info->intercept,
                          low,        n / (high - low), bins,
                          n };
  /* Odd, so that it does not stay in one column for long. */
  const guint64 step = most > 0 && all > most ? (all / most) | 1 : 1;

  memset (bins, 0, n * sizeof *bins);
  if (voxels == NULL || !(high > low) || n == 0)
    return FALSE;
  for (guint k = 0; k < info->size[2]; k++) {
    const VitrailSliceState state = vitrail_volume_get_slice_state (volume, k);
    const guint64 first = (slice * k + step - 1) / step * step;
    if (state != VITRAIL_SLICE_EMPTY && state != VITRAIL_SLICE_FAILED)
      count_voxels (&self, voxels, first, slice * (k + 1), step);
  }
  return TRUE;
}
