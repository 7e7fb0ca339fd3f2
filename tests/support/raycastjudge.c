/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See raycastjudge.h. */

#include "raycastjudge.h"

#include <math.h>
#include <string.h>

static const guint size[3] = { 61, 50, 44 };

static guint16
choose_voxel (guint i, guint j, guint k, GRand *rand)
{
  const double x = (i - 30.0) / 24;
  const double y = (j - 25.0) / 20;
  const double z = (k - 21.0) / 19;
  const double bone = hypot ((i - 38.0) / 7, (k - 20.0) / 6);
  const double noise = g_rand_double_range (rand, -12, 12);
  const double hu = bone < 1                      ? 600
                    : x * x + y * y + z * z < 0.8 ? 60
                    : x * x + y * y + z * z < 1   ? -90
                                                  : -1000;

  return (guint16) lrint (hu + noise + 1024);
}

/* Three directions at right angles. */
static void
turn (guint32 seed, double right[3], double down[3], double ray[3])
{
  const double a = seed * 0.7;
  const double b = seed * 1.3;
  const double axes[3][3] = {
    { cos (a), sin (a), 0 },
    { -sin (a) * cos (b), cos (a) * cos (b), sin (b) },
    { sin (a) * sin (b), -cos (a) * sin (b), cos (b) },
  };

  memcpy (right, axes[0], sizeof axes[0]);
  memcpy (down, axes[1], sizeof axes[1]);
  memcpy (ray, axes[2], sizeof axes[2]);
}

static void
set_origin (VitrailRaycast *cast, double far)
{
  for (guint a = 0; a < 3; a++)
    cast->origin[a] =
        (size[a] - 1) / 2.0 -
        (RAYCAST_SCENE_SIDE - 1) / 2.0 * (cast->right[a] + cast->down[a]) -
        far * cast->ray[a];
}

RaycastScene *
raycast_scene_new (const char *preset, guint32 seed, gboolean is_shaded)
{
  const gsize n = (gsize) size[0] * size[1] * size[2];
  const VitrailTransfer *transfer = vitrail_transfer_find_preset (preset);
  RaycastScene *self = g_new0 (RaycastScene, 1);
  VitrailRaycast *cast = &self->cast;
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  self->voxels = g_malloc0 (n * 2 + VITRAIL_VOLUME_SLACK);
  for (guint i = 0; i < n; i++)
    self->voxels[i] = choose_voxel (i % size[0], i / size[0] % size[1],
                                    i / size[0] / size[1], rand);
  self->table =
      vitrail_transfer_table_new (transfer, 0, 1, -1024, 0, 4095, 0.7);
  self->blocks = vitrail_blocks_new (size);
  vitrail_blocks_update (self->blocks, self->voxels, size, 0, size[2]);
  vitrail_blocks_classify (self->blocks, self->table);
  self->bounds = vitrail_bounds_new (self->voxels, size, NULL);
  vitrail_bounds_classify (self->bounds, self->table);
  *cast =
      (VitrailRaycast){ .voxels = self->voxels,
                        .bounds = self->bounds,
                        .blocks = self->blocks,
                        .table = self->table,
                        .is_shaded = is_shaded,
                        .ambient = (float) transfer->ambient,
                        .diffuse = (float) transfer->diffuse,
                        .specular = (float) transfer->specular,
                        .specular_power = (float) transfer->specular_power };
  turn (seed, cast->right, cast->down, cast->ray);
  for (guint a = 0; a < 3; a++) {
    cast->size[a] = size[a];
    cast->high[a] = size[a] - 1;
    cast->normal[a] = (float) cast->right[a];
    cast->normal[3 + a] = (float) cast->down[a];
    cast->normal[6 + a] = (float) cast->ray[a];
    cast->ray[a] *= 0.7;
  }
  set_origin (cast, 90);
  return self;
}

void
raycast_scene_free (RaycastScene *self)
{
  if (self == NULL)
    return;
  g_free (self->voxels);
  vitrail_blocks_free (self->blocks);
  vitrail_bounds_free (self->bounds);
  vitrail_transfer_table_free (self->table);
  g_free (self);
}

void
raycast_scene_set_axes (RaycastScene *self, guint turns, double step)
{
  static const guint orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  VitrailRaycast *cast = &self->cast;

  memset (cast->right, 0, sizeof cast->right);
  memset (cast->down, 0, sizeof cast->down);
  memset (cast->ray, 0, sizeof cast->ray);
  cast->right[orders[turns][0]] = 1;
  cast->down[orders[turns][1]] = 1;
  cast->ray[orders[turns][2]] = step;
  cast->is_shaded = FALSE;
  set_origin (cast, 64 / step);
}

void
raycast_scene_lay_over (RaycastScene *second,
                        const RaycastScene *first,
                        double scale)
{
  VitrailRaycast *cast = &second->cast;
  const VitrailRaycast *from = &first->cast;
  static const guint order[3] = { 2, 0, 1 };

  cast->is_shaded = FALSE;
  for (guint a = 0; a < 3; a++) {
    const guint b = order[a];
    cast->right[a] = from->right[b] * scale;
    cast->down[a] = from->down[b] * scale;
    cast->ray[a] = from->ray[b] * scale;
    cast->origin[a] = (from->origin[b] - (from->size[b] - 1) / 2.0) * scale +
                      (cast->size[a] - 1) / 2.0 + 3;
  }
}
