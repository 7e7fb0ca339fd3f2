/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Uptake of regions: see uptake.h. */

#include "suv/uptake.h"

#include "error.h"
#include "volume/region.h"

#include <math.h>
#include <string.h>

/* A step from a voxel to another one. */
typedef struct {
  int by[3];
} Step;

typedef struct {
  const guint *size;
  float *values; /* uptake of all voxels */
  gsize n;
  const guint8 *mask;
  GArray *ball; /* Step: to the voxels within 1 cm3 */
} Work;

static gboolean
read_values (VitrailVolume *volume, double factor, Work *self, GError **error)
{
  const gsize slice = (gsize) self->size[0] * self->size[1];

  self->n = slice * self->size[2];
  self->values = g_try_new (float, self->n);
  if (self->values == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "No memory for the values of %zu voxels", self->n);
    return FALSE;
  }
  for (guint k = 0; k < self->size[2]; k++)
    if (!vitrail_volume_read_values (volume, k, self->values + slice * k,
                                     error))
      return FALSE;
  for (gsize i = 0; i < self->n; i++)
    self->values[i] = (float) ((double) self->values[i] * factor);
  return TRUE;
}

/* Steps as long as the ball's radius at most. */
static void
fill_ball (Work *self, const VitrailVolumeInfo *info)
{
  int reach[3];
  Step step;

  for (guint a = 0; a < 3; a++) {
    const double *row = info->inverse + (gsize) 4 * a;
    const double far =
        VITRAIL_UPTAKE_PEAK_RADIUS *
        sqrt (row[0] * row[0] + row[1] * row[1] + row[2] * row[2]);
    reach[a] = (int) MIN (ceil (far), (double) self->size[a]);
  }
  for (step.by[2] = -reach[2]; step.by[2] <= reach[2]; step.by[2]++)
    for (step.by[1] = -reach[1]; step.by[1] <= reach[1]; step.by[1]++)
      for (step.by[0] = -reach[0]; step.by[0] <= reach[0]; step.by[0]++) {
        double square = 0;
        for (gsize n = 0; n < 3; n++) {
          const double *row = info->matrix + 4 * n;
          const double way =
              row[0] * step.by[0] + row[1] * step.by[1] + row[2] * step.by[2];
          square += way * way;
        }
        if (square <= VITRAIL_UPTAKE_PEAK_RADIUS * VITRAIL_UPTAKE_PEAK_RADIUS)
          g_array_append_val (self->ball, step);
      }
}

/* Of the ball about voxel @index. */
static double
get_ball_mean (const Work *self, gsize index)
{
  const gsize slice = (gsize) self->size[0] * self->size[1];
  const gint64 at[3] = { (gint64) (index % self->size[0]),
                         (gint64) (index % slice / self->size[0]),
                         (gint64) (index / slice) };
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < self->ball->len; i++) {
    const Step *step = &g_array_index (self->ball, Step, i);
    const gint64 x = at[0] + step->by[0];
    const gint64 y = at[1] + step->by[1];
    const gint64 z = at[2] + step->by[2];
    if (x < 0 || y < 0 || z < 0 || x >= self->size[0] || y >= self->size[1] ||
        z >= self->size[2])
      continue;
    const gsize to =
        ((gsize) z * self->size[1] + (gsize) y) * self->size[0] + (gsize) x;
    sum += (double) self->values[to];
    n++;
  }
  return sum / n;
}

static double
find_highest (const Work *self)
{
  double highest = -INFINITY;

  for (gsize i = 0; i < self->n; i++)
    if (self->mask == NULL || self->mask[i] != 0)
      highest = fmax (highest, (double) self->values[i]);
  return highest;
}

static void
add (const Work *self, gsize index, VitrailUptake *uptake)
{
  const double value = (double) self->values[index];

  uptake->n_voxels++;
  uptake->mean += value;
  uptake->deviation += value * value;
  uptake->min = fmin (uptake->min, value);
  uptake->max = fmax (uptake->max, value);
  uptake->peak = fmax (uptake->peak, get_ball_mean (self, index));
}

static void
count (const Work *self,
       const VitrailUptakeThreshold *threshold,
       guint8 *counted,
       VitrailUptake *uptake)
{
  const double nan = (double) NAN;

  *uptake = (VitrailUptake){ .min = nan, .max = nan, .peak = nan };
  uptake->threshold = threshold->is_fraction
                          ? threshold->low * find_highest (self)
                          : threshold->low;
  for (gsize i = 0; i < self->n; i++) {
    const double value = (double) self->values[i];
    if ((self->mask != NULL && self->mask[i] == 0) ||
        !(value >= uptake->threshold && value <= threshold->high))
      continue;
    if (counted != NULL)
      counted[i] = 1;
    add (self, i, uptake);
  }
}

gboolean
vitrail_uptake_measure (VitrailVolume *volume,
                        double factor,
                        const guint8 *mask,
                        const VitrailUptakeThreshold *threshold,
                        guint8 *counted,
                        VitrailUptake *uptake,
                        GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  g_autoptr (GArray) ball = g_array_new (FALSE, FALSE, sizeof (Step));
  Work work = { .size = info->size, .mask = mask, .ball = ball };

  if (!read_values (volume, factor, &work, error)) {
    g_free (work.values);
    return FALSE;
  }
  fill_ball (&work, info);
  count (&work, threshold, counted, uptake);
  g_free (work.values);
  const double n = (double) uptake->n_voxels;
  uptake->volume_ml = n * vitrail_volume_info_get_voxel_size (info) / 1000;
  uptake->mean /= n;
  uptake->deviation =
      sqrt (fmax (0, uptake->deviation / n - uptake->mean * uptake->mean));
  if (uptake->n_voxels == 0)
    uptake->mean = uptake->deviation = (double) NAN;
  uptake->glycolysis = uptake->mean * uptake->volume_ml;
  return TRUE;
}

gboolean
vitrail_uptake_threshold_from_text (const char *text,
                                    VitrailUptakeThreshold *threshold)
{
  char *end = NULL;

  *threshold = (VitrailUptakeThreshold){ .high = INFINITY };
  threshold->low = g_ascii_strtod (text, &end);
  if (end == text || !isfinite (threshold->low))
    return FALSE;
  if (strcmp (end, "%") == 0) {
    threshold->is_fraction = TRUE;
    threshold->low /= 100;
    return threshold->low > 0 && threshold->low <= 1;
  }
  if (*end == '-') {
    const char *rest = end + 1;
    threshold->high = g_ascii_strtod (rest, &end);
    return end != rest && *end == '\0' && threshold->high >= threshold->low;
  }
  return *end == '\0';
}
