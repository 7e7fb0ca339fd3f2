/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailBricks: the voxels of a volume for which there is no room in memory,
 * in a file without a name. They lie in cubes, so that a plane in any direction
 * reads a small part of it; cubes that were read are kept as long as the memory
 * budget likes. Safe on any thread. */

#pragma once

#include "memorybudget.h"

G_BEGIN_DECLS

typedef struct _VitrailBricks VitrailBricks;

/* VITRAIL_ERROR_IO where there is no room for the file. */
VitrailBricks *vitrail_bricks_new (const guint size[3],
                                   guint voxel_bytes,
                                   VitrailMemoryBudget *budget,
                                   GError **error);
void vitrail_bricks_free (VitrailBricks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailBricks, vitrail_bricks_free)

/* @voxels: size[0] * size[1] of them. */
gboolean vitrail_bricks_write_slice (VitrailBricks *self,
                                     guint k,
                                     const void *voxels,
                                     GError **error);

#define VITRAIL_BRICKS_EMPTY G_MAXUINT

/**
 * vitrail_bricks_read_box:
 * @from, @size: within the volume
 * @slices: (array length=size[2]): which slice to read for each; left alone
 *   where it is VITRAIL_BRICKS_EMPTY
 * @out: as in vitrail_volume_read_box ()
 */
gboolean vitrail_bricks_read_box (VitrailBricks *self,
                                  const guint from[3],
                                  const guint size[3],
                                  const guint *slices,
                                  void *out,
                                  GError **error);

G_END_DECLS
