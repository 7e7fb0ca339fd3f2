/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Projections in plain C: see project.h. */

#include "volume/project.h"

#include "parallel.h"
#include "volume/projectray.h"
#include "volume/raycastcell.h"

#include <math.h>

/* Halves of the way between two samples: to a 256th of it. */
#define HALVES 8

static void
find_at (const VitrailRaycast *cast, const float start[3], float n, float at[3])
{
  for (guint a = 0; a < 3; a++)
    at[a] = start[a] + n * (float) cast->ray[a];
}

static float
read_at (const VitrailRaycast *cast, const float at[3])
{
  const int here[3] = { 0, 0, 0 };
  VitrailRaycastCell cell;

  vitrail_raycast_find_cell (cast, at, 0, &cell);
  return vitrail_raycast_read_cell (cast, &cell, here);
}

static gboolean
is_padding (const VitrailProjection *self, guint16 voxel)
{
  return self->has_padding && voxel >= self->padding[0] &&
         voxel <= self->padding[1];
}

/* NAN where nothing is that counts, or it is cut out; beside padding, the
 * nearest voxel. */
static float
read_sample (const VitrailProjection *self, const float at[3])
{
  const VitrailRaycast *cast = self->cast;
  const gsize row = cast->size[0];
  const gsize slice = row * cast->size[1];
  VitrailRaycastCell cell;
  gsize nearest = 0;
  gboolean is_beside = FALSE;

  if (cast->n_cuts > 0 && vitrail_raycast_get_kept (cast, at) < 0.5F)
    return NAN;
  if (!self->has_padding)
    return read_at (cast, at);
  vitrail_raycast_find_cell (cast, at, 0, &cell);
  const guint16 *v = cast->voxels + cell.index[2] * slice +
                     cell.index[1] * row + cell.index[0];
  for (guint corner = 0; corner < 8; corner++)
    is_beside |= is_padding (
        self,
        v[(corner >> 2) * slice + (corner >> 1 & 1) * row + (corner & 1)]);
  if (!is_beside)
    return read_at (cast, at);
  nearest += cell.weight[0] >= 0.5F ? 1 : 0;
  nearest += cell.weight[1] >= 0.5F ? row : 0;
  nearest += cell.weight[2] >= 0.5F ? slice : 0;
  return is_padding (self, v[nearest]) ? NAN : (float) v[nearest];
}

/* The number of the first sample that is in the surface. */
static float
find_first (const VitrailProjection *self,
            const float start[3],
            const float span[2])
{
  for (guint n = (guint) span[0]; n <= (guint) span[1]; n++) {
    float at[3];
    find_at (self->cast, start, (float) n, at);
    if (read_sample (self, at) >= self->threshold)
      return (float) n;
  }
  return NAN;
}

static float
do_ray (const VitrailProjection *self, guint x, guint y)
{
  const VitrailRaycast *cast = self->cast;
  float start[3];
  float span[2];
  float low = INFINITY;
  float high = -INFINITY;
  double sum = 0;
  guint n_counted = 0;

  if (!vitrail_raycast_begin (cast, x, y, start, span))
    return NAN;
  if (self->mode == VITRAIL_PROJECT_SURFACE)
    return find_first (self, start, span);
  for (guint n = (guint) span[0]; n <= (guint) span[1]; n++) {
    float at[3];
    find_at (cast, start, (float) n, at);
    const float value = read_sample (self, at);
    if (isnan (value))
      continue;
    n_counted++;
    low = MIN (low, value);
    high = MAX (high, value);
    sum += (double) value;
  }
  if (n_counted == 0)
    return NAN;
  if (self->mode == VITRAIL_PROJECT_MEAN)
    return (float) (sum / n_counted);
  return self->mode == VITRAIL_PROJECT_MINIMUM ? low : high;
}

/* --- surfaces --- */

/* Between the sample @n and the one before, as near as halves come. */
static float
refine (const VitrailProjection *self, const float start[3], float n)
{
  float outside = n - 1;
  float inside = n;

  for (guint i = 0; i < HALVES; i++) {
    const float middle = (outside + inside) / 2;
    float at[3];
    find_at (self->cast, start, middle, at);
    if (read_sample (self, at) >= self->threshold)
      inside = middle;
    else
      outside = middle;
  }
  return inside;
}

/* How bright it is; where a box or a clip cuts through, the cut is lit. */
static float
light_up (const VitrailProjection *self, guint x, guint y, float n)
{
  const VitrailRaycast *cast = self->cast;
  float start[3];
  float span[2];
  float at[3];

  if (isnan (n) || !vitrail_raycast_begin (cast, x, y, start, span))
    return NAN;
  find_at (cast, start, n > span[0] ? refine (self, start, n) : n, at);
  const float cosine = MIN (vitrail_raycast_get_cosine (cast, at), 1.0F);
  const float back = MAX (2 * cosine * cosine - 1, 0.0F);
  return vitrail_raycast_dim (cast, n) *
         MIN (cast->ambient + cast->diffuse * cosine +
                  cast->specular * powf (back, cast->specular_power),
              1.0F);
}

/* --- pictures --- */

static void
do_part (guint index, gpointer data)
{
  const VitrailProjectPart *self = data;
  const VitrailProjection *projection = self->projection;
  const guint side = VITRAIL_RAYCAST_PART;
  const guint columns = (self->width + side - 1) / side;
  const guint from[2] = { index % columns * side, index / columns * side };
  const guint end[2] = { MIN (from[0] + side, self->width),
                         MIN (from[1] + side, self->height) };
  const gboolean is_done = vitrail_project_part_fast (self, from, end);

  for (guint y = from[1]; y < end[1]; y++) {
    float *out = self->out + (gsize) y * self->width;
    for (guint x = from[0]; x < end[0] && !is_done; x++)
      out[x] = do_ray (projection, x, y);
    if (projection->mode != VITRAIL_PROJECT_SURFACE)
      continue;
    for (guint x = from[0]; x < end[0]; x++)
      out[x] = light_up (projection, x, y, out[x]);
  }
}

/* NOLINTBEGIN(readability-non-const-parameter): written by way of do_part () */
void
vitrail_project_picture (const VitrailProjection *self,
                         guint width,
                         guint height,
                         float *out)
{
  VitrailProjectPart part = { self, width, height, out };
  const guint side = VITRAIL_RAYCAST_PART;

  vitrail_parallel_run (((width + side - 1) / side) *
                            ((height + side - 1) / side),
                        do_part, &part, NULL, NULL);
}

/* NOLINTEND(readability-non-const-parameter) */
