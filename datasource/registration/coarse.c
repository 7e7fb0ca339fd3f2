/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Coarse volumes: see coarse.h. */

#include "registration/coarse.h"

#include "error.h"

#include <math.h>
#include <string.h>

/* To find the hundredths. */
#define LEVELS 4096

static gsize
count_voxels (const VitrailCoarse *self)
{
  return (gsize) self->size[0] * self->size[1] * self->size[2];
}

/* Voxels a box, along each axis. */
static void
set_grid (VitrailCoarse *self,
          const VitrailVolumeInfo *info,
          double spacing,
          guint box[3])
{
  memcpy (self->matrix, info->matrix, sizeof self->matrix);
  for (guint a = 0; a < 3; a++) {
    double square = 0;
    for (guint n = 0; n < 3; n++)
      square += info->matrix[4 * n + a] * info->matrix[4 * n + a];
    box[a] = (guint) CLAMP (floor (spacing / sqrt (square) + 0.01), 1,
                            (double) info->size[a]);
    self->size[a] = info->size[a] / box[a];
    for (gsize n = 0; n < 3; n++) {
      self->matrix[4 * n + 3] += (box[a] - 1) / 2.0 * info->matrix[4 * n + a];
      self->matrix[4 * n + a] *= box[a];
    }
  }
}

/* Adds slice @values to the sums of its boxes. */
static void
add_slice (VitrailCoarse *self,
           const float *values,
           guint columns,
           const guint box[3],
           float *sums)
{
  const float part = 1 / (float) (box[0] * box[1] * box[2]);

  for (guint j = 0; j < self->size[1] * box[1]; j++) {
    const float *from = values + (gsize) j * columns;
    float *to = sums + (gsize) (j / box[1]) * self->size[0];
    for (guint i = 0; i < self->size[0] * box[0]; i++)
      if (isfinite (from[i]))
        to[i / box[0]] += from[i] * part;
  }
}

static gboolean
fill (VitrailCoarse *self,
      VitrailVolume *volume,
      const guint box[3],
      GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const gsize slice = (gsize) info->size[0] * info->size[1];
  g_autofree float *values = g_try_new (float, slice);

  self->bins = g_try_new0 (float, count_voxels (self));
  if (values == NULL || self->bins == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "No memory for a coarse volume");
    return FALSE;
  }
  for (guint k = 0; k < self->size[2] * box[2]; k++) {
    if (!vitrail_volume_read_values (volume, k, values, error))
      return FALSE;
    add_slice (self, values, info->size[0], box,
               self->bins +
                   (gsize) (k / box[2]) * self->size[0] * self->size[1]);
  }
  return TRUE;
}

/* The value below which a @part of them lies. */
static double
find_part (const guint64 *counts,
           guint64 n,
           double part,
           double low,
           double step)
{
  guint64 sum = 0;

  for (guint i = 0; i < LEVELS; i++) {
    sum += counts[i];
    if ((double) sum >= part * (double) n)
      return low + i * step;
  }
  return low + LEVELS * step;
}

static gboolean
find_range (const VitrailCoarse *self, double range[2])
{
  const gsize n = count_voxels (self);
  g_autofree guint64 *counts = g_new0 (guint64, LEVELS + 1);
  double low = INFINITY;
  double high = -INFINITY;

  for (gsize i = 0; i < n; i++) {
    low = fmin (low, (double) self->bins[i]);
    high = fmax (high, (double) self->bins[i]);
  }
  const double step = (high - low) / LEVELS;
  if (!(step > 0) || !isfinite (step))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    counts[(guint) (((double) self->bins[i] - low) / step)]++;
  range[0] = find_part (counts, n, 0.01, low, step);
  range[1] = find_part (counts, n, 0.99, low, step);
  /* Nearly all of it is one value. */
  if (!(range[1] > range[0])) {
    range[0] = low;
    range[1] = high;
  }
  return TRUE;
}

gboolean
vitrail_coarse_make (VitrailCoarse *self,
                     VitrailVolume *volume,
                     double spacing,
                     GError **error)
{
  guint box[3];
  double range[2] = { 0, 0 };

  set_grid (self, vitrail_volume_get_info (volume), spacing, box);
  if (!fill (self, volume, box, error))
    return FALSE;
  if (!vitrail_matrix_invert (self->matrix, self->inverse) ||
      !find_range (self, range))
  {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                         "All values of a volume are the same");
    return FALSE;
  }
  const double scale = (VITRAIL_COARSE_BINS - 1) / (range[1] - range[0]);
  for (gsize i = 0; i < count_voxels (self); i++)
    self->bins[i] = (float) CLAMP (((double) self->bins[i] - range[0]) * scale,
                                   0.0, VITRAIL_COARSE_BINS - 1.0);
  return TRUE;
}

void
vitrail_coarse_clear (VitrailCoarse *self)
{
  g_clear_pointer (&self->bins, g_free);
}
