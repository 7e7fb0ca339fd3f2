/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A volume between its voxels, in plain C. */

#pragma once

#include "volume/raycastray.h"

#include <math.h>

G_BEGIN_DECLS

/* How much more is inside two voxels further on, where a border is one. */
#define VITRAIL_RAYCAST_STEEP 128.0F

/* Where the next voxel is the nearest: more than half, so that rays that lie
 * half way between voxels are of one of them however they are rounded. */
#define VITRAIL_RAYCAST_HALF 0.501F

typedef struct {
  gsize index[3];
  float weight[3];
} VitrailRaycastCell;

/* The cell that @at lies in, not nearer to the border than @margin voxels. */
static inline void
vitrail_raycast_find_cell (const VitrailRaycast *self,
                           const float at[3],
                           guint margin,
                           VitrailRaycastCell *place)
{
  for (guint a = 0; a < 3; a++) {
    const gsize last = self->size[a] - 2 - margin;
    const float inner = CLAMP (at[a], 0, (float) (self->size[a] - 1));
    const gsize index = (gsize) inner;
    place->index[a] = CLAMP (index, margin, last);
    place->weight[a] = CLAMP (inner - (float) place->index[a], 0, 1);
  }
}

/* @di, @dj, @dk: voxels away from the cell. */
static inline float
vitrail_raycast_read_cell (const VitrailRaycast *self,
                           const VitrailRaycastCell *place,
                           const int away[3])
{
  const gsize row = self->size[0];
  const gsize slice = row * self->size[1];
  const guint16 *v = self->voxels +
                     (place->index[2] + (gsize) away[2]) * slice +
                     (place->index[1] + (gsize) away[1]) * row +
                     (place->index[0] + (gsize) away[0]);
  const float *w = place->weight;
  const float a = v[0] + (v[1] - v[0]) * w[0];
  const float b = v[row] + (v[row + 1] - v[row]) * w[0];
  const float c = v[slice] + (v[slice + 1] - v[slice]) * w[0];
  const float d = v[slice + row] + (v[slice + row + 1] - v[slice + row]) * w[0];
  const float front = a + (b - a) * w[1];
  const float back = c + (d - c) * w[1];

  return front + (back - front) * w[2];
}

/* The cosine between the surface's slope and the light; 0 where it has none. */
static inline float
vitrail_raycast_get_cosine (const VitrailRaycast *self, const float at[3])
{
  const float *m = self->normal;
  float gradient[3];
  VitrailRaycastCell place;

  if (self->size[0] < 4 || self->size[1] < 4 || self->size[2] < 4)
    return 0;
  vitrail_raycast_find_cell (self, at, 1, &place);
  for (guint a = 0; a < 3; a++) {
    const int more[3] = { a == 0, a == 1, a == 2 };
    const int less[3] = { -more[0], -more[1], -more[2] };
    gradient[a] = vitrail_raycast_read_cell (self, &place, more) -
                  vitrail_raycast_read_cell (self, &place, less);
  }
  float normal[3];
  for (guint a = 0; a < 3; a++, m += 3)
    normal[a] = gradient[0] * m[0] + gradient[1] * m[1] + gradient[2] * m[2];
  const float squares =
      normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2];
  return squares > 0 ? fabsf (normal[2]) / sqrtf (squares) : 0;
}

/* What a place is of; NULL: no segment that is seen. */
static inline const VitrailRaycastSegment *
vitrail_raycast_find_segment (const VitrailRaycast *self, const float at[3])
{
  gsize index[3];

  for (guint a = 0; a < 3; a++)
    index[a] = (gsize) (CLAMP (at[a], 0, (float) (self->size[a] - 1)) +
                        VITRAIL_RAYCAST_HALF);
  const guint8 label =
      self->labels[(index[2] * self->size[1] + index[1]) * self->size[0] +
                   index[0]];
  return self->segments[label].opacity > 0 ? &self->segments[label] : NULL;
}

/* @inside between its voxels. */
static inline float
vitrail_raycast_read_inside (const VitrailRaycast *self, const float at[3])
{
  const gsize row = self->size[0];
  const gsize slice = row * self->size[1];
  VitrailRaycastCell place;

  vitrail_raycast_find_cell (self, at, 0, &place);
  const guint8 *v = self->inside + place.index[2] * slice +
                    place.index[1] * row + place.index[0];
  const float *w = place.weight;
  float lines[4];
  for (guint n = 0; n < 4; n++) {
    const guint8 *line = v + (n & 1) * row + (gsize) (n >> 1) * slice;
    lines[n] = line[0] + (float) (line[1] - line[0]) * w[0];
  }
  const float front = lines[0] + (lines[1] - lines[0]) * w[1];
  const float back = lines[2] + (lines[3] - lines[2]) * w[1];
  return front + (back - front) * w[2];
}

/* How much light falls on a segment: all of it within, at its border as much as
 * on a surface. */
static inline float
vitrail_raycast_light_segment (const VitrailRaycast *self, const float at[3])
{
  const float *m = self->normal;
  float gradient[3];
  float normal[3];
  float steep = 0;

  for (guint a = 0; a < 3; a++) {
    float less[3] = { at[0], at[1], at[2] };
    float more[3] = { at[0], at[1], at[2] };
    less[a] -= 1;
    more[a] += 1;
    gradient[a] = vitrail_raycast_read_inside (self, more) -
                  vitrail_raycast_read_inside (self, less);
    steep += gradient[a] * gradient[a];
  }
  for (guint a = 0; a < 3; a++, m += 3)
    normal[a] = gradient[0] * m[0] + gradient[1] * m[1] + gradient[2] * m[2];
  const float squares =
      normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2];
  if (!(squares > 0))
    return 1;
  const float cosine = fabsf (normal[2]) / sqrtf (squares);
  const float light = MIN (self->ambient + self->diffuse * cosine, 1.0F);
  const float border = MIN (sqrtf (steep) / VITRAIL_RAYCAST_STEEP, 1.0F);
  return 1 + (light - 1) * border;
}

/* What a sample takes of the light with that of its segment, and in @share how
 * much of that is the segment's: all of it where values show nothing. */
static inline float
vitrail_raycast_add_segment (const VitrailRaycastSegment *segment,
                             float seen,
                             float *share)
{
  const float both = seen + (1 - seen) * segment->more;

  *share = both > 0 ? 1 - seen * (1 - segment->opacity) / both : 0;
  return both;
}

/* A sample's colour, lit, becomes that of its segment by @share. */
static inline void
vitrail_raycast_tint (const VitrailRaycast *self,
                      const VitrailRaycastSegment *segment,
                      const float at[3],
                      float share,
                      float color[3])
{
  const float light =
      self->is_shaded ? vitrail_raycast_light_segment (self, at) : 1;

  for (guint c = 0; c < 3; c++)
    color[c] += (segment->color[c] * light - color[c]) * share;
}

/* How much of a place is not cut out, from 0 to 1. */
static inline float
vitrail_raycast_get_kept (const VitrailRaycast *self, const float at[3])
{
  const float most = VITRAIL_RAYCAST_CUT_SIDE - 1.001F;
  float part = 1;

  for (guint c = 0; c < self->n_cuts; c++) {
    const VitrailRaycastCut *cut = &self->cuts[c];
    gsize cell[2];
    float weight[2];
    for (guint a = 0; a < 2; a++) {
      const float *axis = cut->axes[a];
      const float place =
          axis[0] * at[0] + axis[1] * at[1] + axis[2] * at[2] + axis[3];
      const float inner = CLAMP (place, 0, most);
      cell[a] = (gsize) inner;
      weight[a] = inner - (float) cell[a];
    }
    const guint8 *kept =
        cut->kept + cell[1] * VITRAIL_RAYCAST_CUT_SIDE + cell[0];
    const guint8 *below = kept + VITRAIL_RAYCAST_CUT_SIDE;
    const float a = kept[0] + (float) (kept[1] - kept[0]) * weight[0];
    const float b = below[0] + (float) (below[1] - below[0]) * weight[0];
    part *= (a + (b - a) * weight[1]) / 255;
  }
  return part;
}

G_END_DECLS
