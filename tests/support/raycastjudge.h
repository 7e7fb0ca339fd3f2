/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scenes for tests of volume rendering. */

#pragma once

#include "volume/raycast.h"

G_BEGIN_DECLS

/**
 * RaycastScene:
 * A body of soft tissue with a bone in it and air around, of voxels that are HU
 * + 1024, as seen from somewhere.
 */
typedef struct {
  guint16 *voxels;
  VitrailBlocks *blocks;
  VitrailBounds *bounds;
  VitrailTransferTable *table;
  VitrailRaycast cast;
} RaycastScene;

/* Of a @preset, turned by @seed. */
RaycastScene *
raycast_scene_new (const char *preset, guint32 seed, gboolean is_shaded);
void raycast_scene_free (RaycastScene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RaycastScene, raycast_scene_free)

/* Looks along an axis, voxel by pixel, samples @step voxels apart; nothing is
 * shaded. @turn: 0 to 5, of right, down and away. */
void raycast_scene_set_axes (RaycastScene *self, guint turn, double step);

/* Lets @second, whose voxels are 1 / @scale as large and turned, lie about the
 * middle of @first: it has rays where that has none. */
void raycast_scene_lay_over (RaycastScene *second,
                             const RaycastScene *first,
                             double scale);

#define RAYCAST_SCENE_SIDE 72

G_END_DECLS
