/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rays in plain C: see raycastray.h. */

#include "volume/raycastcell.h"

#include <math.h>

static void
light_up (const VitrailRays *self, const float at[3], float color[3])
{
  const VitrailRaycast *cast = self->cast;
  const float cosine = MIN (vitrail_raycast_get_cosine (cast, at), 1.0F);
  const float light = cast->ambient + cast->diffuse * cosine;
  const float more =
      self->highlights[lrintf (cosine * VITRAIL_RAYCAST_HIGHLIGHTS)];

  for (guint c = 0; c < 3; c++)
    color[c] = MIN (color[c] * light + more, 1.0F);
}

/* Lays the sample at @at of @cast behind @rgba. */
static void
add_sample (const VitrailRays *self,
            const VitrailRaycast *cast,
            const float at[3],
            float dim,
            float rgba[4])
{
  const int here[3] = { 0, 0, 0 };
  const VitrailTransferTable *table = cast->table;
  VitrailRaycastCell place;

  vitrail_raycast_find_cell (cast, at, 0, &place);
  const float entry =
      (vitrail_raycast_read_cell (cast, &place, here) - table->low) *
      table->scale;
  const long i = lrintf (CLAMP (entry, 0, (float) (table->n - 1)));
  const guint32 opacity_red = table->opacity_red[i];
  const VitrailRaycastSegment *segment =
      cast->labels != NULL ? vitrail_raycast_find_segment (cast, at) : NULL;
  float share = 0;
  float seen = (float) (opacity_red >> 16) / 65535;
  if (segment != NULL)
    seen = vitrail_raycast_add_segment (segment, seen, &share);
  if (seen == 0)
    return;
  const float kept = vitrail_raycast_get_kept (cast, at);
  if (kept == 0)
    return;
  const guint32 green_blue = table->green_blue[i];
  float color[3] = { (float) (opacity_red & 0xffff) / 65535,
                     (float) (green_blue >> 16) / 65535,
                     (float) (green_blue & 0xffff) / 65535 };
  if (cast->is_shaded)
    light_up (self, at, color);
  if (segment != NULL)
    vitrail_raycast_tint (cast, segment, at, share, color);
  const float part = (1 - rgba[3]) * kept * seen;
  for (guint c = 0; c < 3; c++)
    rgba[c] += color[c] * dim * part;
  rgba[3] += part;
}

/* A ray through one of the volumes. */
typedef struct {
  const VitrailRaycast *cast;
  float start[3];
  float span[2];
} Path;

/* Those that a pixel's ray goes through, and @span of all of them. */
static guint
find_paths (const VitrailRaycast *cast,
            guint x,
            guint y,
            Path paths[VITRAIL_RAYCAST_VOLUMES],
            float span[2])
{
  guint n = 0;

  span[0] = INFINITY;
  span[1] = -1;
  for (; cast != NULL; cast = cast->next) {
    Path *path = &paths[n];
    if (!vitrail_raycast_begin (cast, x, y, path->start, path->span))
      continue;
    path->cast = cast;
    span[0] = MIN (span[0], path->span[0]);
    span[1] = MAX (span[1], path->span[1]);
    n++;
  }
  return n;
}

static void
do_ray (const VitrailRays *self, guint x, guint y, guint8 pixel[4])
{
  Path paths[VITRAIL_RAYCAST_VOLUMES];
  float rgba[4] = { 0 };
  float span[2];
  const guint n_paths = find_paths (self->cast, x, y, paths, span);

  const gint64 end = (gint64) span[1];

  for (gint64 number = n_paths > 0 ? (gint64) span[0] : 0;
       number <= end && rgba[3] < VITRAIL_RAYCAST_OPAQUE; number++)
    for (guint p = 0; p < n_paths; p++) {
      const Path *path = &paths[p];
      const float n = (float) number;
      const double *ray = path->cast->ray;
      const float at[3] = { path->start[0] + n * (float) ray[0],
                            path->start[1] + n * (float) ray[1],
                            path->start[2] + n * (float) ray[2] };
      if (n >= path->span[0] && n <= path->span[1])
        add_sample (self, path->cast, at, vitrail_raycast_dim (self->cast, n),
                    rgba);
    }
  for (guint c = 0; c < 4; c++)
    pixel[c] = vitrail_raycast_to_byte (rgba[c]);
}

void
vitrail_raycast_part_c (const VitrailRays *self,
                        guint x,
                        guint y,
                        guint x_end,
                        guint y_end)
{
  for (guint row = y; row < y_end; row++)
    for (guint column = x; column < x_end; column++)
      do_ray (self, column, row,
              self->out + row * self->stride + (gsize) 4 * column);
}
