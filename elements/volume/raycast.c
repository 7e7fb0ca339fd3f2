/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A picture in parts: see raycast.h. */

#include "volume/raycast.h"

#include "parallel.h"
#include "volume/raycastray.h"

#include <math.h>

/* What float counts. */
#define MOST_SAMPLES 16777216.0

/* What planes leave of the way from sample @first to sample @last. */
static void
cut (const VitrailRaycast *self,
     const float start[3],
     double *first,
     double *last)
{
  for (guint p = 0; p < self->n_clips; p++) {
    const double *clip = self->clips[p];
    double beyond = -clip[3];
    double rise = 0;
    for (guint a = 0; a < 3; a++) {
      beyond += clip[a] * (double) start[a];
      rise += clip[a] * self->ray[a];
    }
    if (rise > 0)
      *last = MIN (*last, -beyond / rise);
    else if (rise < 0)
      *first = MAX (*first, -beyond / rise);
    else if (beyond > 0)
      *last = -1;
  }
}

gboolean
vitrail_raycast_begin (const VitrailRaycast *self,
                       guint x,
                       guint y,
                       float start[3],
                       float span[2])
{
  double first = MAX (self->front, 0);
  double last = self->back > 0 ? MIN (self->back, MOST_SAMPLES) : MOST_SAMPLES;

  for (guint a = 0; a < 3; a++)
    start[a] =
        (float) (self->origin[a] + x * self->right[a] + y * self->down[a]);
  for (guint a = 0; a < 3; a++) {
    const double at = self->origin[a] + x * self->right[a] + y * self->down[a];
    const double near = (self->low[a] - at) / self->ray[a];
    const double far = (self->high[a] - at) / self->ray[a];
    if (!isfinite (at) || !isfinite (self->ray[a]))
      return FALSE;
    if (self->ray[a] != 0) {
      first = MAX (first, MIN (near, far));
      last = MIN (last, MAX (near, far));
    } else if (!(at >= self->low[a] && at <= self->high[a])) {
      return FALSE;
    }
  }
  cut (self, start, &first, &last);
  span[0] = (float) ceil (first);
  span[1] = (float) floor (last);
  return first <= last && span[0] <= span[1];
}

/* Of a mirror, more or less rough: the light comes back where twice the angle
 * to it is small. */
void
vitrail_raycast_get_highlights (const VitrailRaycast *self, float *highlights)
{
  for (guint i = 0; i <= VITRAIL_RAYCAST_HIGHLIGHTS; i++) {
    const double cosine = i / (double) VITRAIL_RAYCAST_HIGHLIGHTS;
    const double back = MAX (2 * cosine * cosine - 1, 0);
    highlights[i] =
        (float) (self->specular * pow (back, (double) self->specular_power));
  }
}

static void
do_part (guint index, gpointer data)
{
  const VitrailRays *self = data;
  const guint n =
      (self->width + VITRAIL_RAYCAST_PART - 1) / VITRAIL_RAYCAST_PART;
  const guint x = index % n * VITRAIL_RAYCAST_PART;
  const guint y = index / n * VITRAIL_RAYCAST_PART;
  const guint x_end = MIN (x + VITRAIL_RAYCAST_PART, self->width);
  const guint y_end = MIN (y + VITRAIL_RAYCAST_PART, self->height);

  if (!vitrail_raycast_part_fast (self, x, y, x_end, y_end))
    vitrail_raycast_part_c (self, x, y, x_end, y_end);
}

/* NOLINTBEGIN(readability-non-const-parameter): written by way of do_part () */
void
vitrail_raycast_picture (const VitrailRaycast *self,
                         guint width,
                         guint height,
                         guint8 *out,
                         gsize stride)
{
  VitrailRays rays = { .cast = self,
                       .width = width,
                       .height = height,
                       .out = out,
                       .stride = stride };
  const guint columns =
      (width + VITRAIL_RAYCAST_PART - 1) / VITRAIL_RAYCAST_PART;
  const guint rows = (height + VITRAIL_RAYCAST_PART - 1) / VITRAIL_RAYCAST_PART;

  vitrail_raycast_get_highlights (self, rays.highlights);
  vitrail_parallel_run (columns * rows, do_part, &rays, NULL, NULL);
}

/* NOLINTEND(readability-non-const-parameter) */
