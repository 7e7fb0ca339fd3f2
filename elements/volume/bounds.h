/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What voxels may lie near a place: so that rays look only where something
 * shows, or where they may find more. */

#pragma once

#include "volume/transfer.h"

G_BEGIN_DECLS

/* Voxels from one entry to the next, and how far beyond its own each reaches.
 */
#define VITRAIL_BOUNDS_STEP  4
#define VITRAIL_BOUNDS_REACH 2

/**
 * VitrailBounds:
 * @size: entries along i, j, k
 * @low, @high: entry b has voxels 4 b - 2 to 4 b + 6 along each axis: all that
 *   are mixed within two voxels of a place in 4 b to 4 b + 4. Padding does not
 *   count; low > high where there is nothing else. One more than there are
 *   entries
 * @is_seen: whether any of those shows under a table; four bytes more
 */
typedef struct {
  guint size[3];
  guint16 *low;
  guint16 *high;
  guint8 *is_seen;
} VitrailBounds;

/**
 * vitrail_bounds_new: (skip)
 * @voxels: of @size
 * @padding: (nullable): lowest and highest voxel that is none
 *
 * Reads all voxels, on all cores.
 *
 * Returns: NULL where there is no memory
 */
VitrailBounds *vitrail_bounds_new (const guint16 *voxels,
                                   const guint size[3],
                                   const guint16 *padding);
/* Which entries show something under @table: all of them do until then. */
void vitrail_bounds_classify (VitrailBounds *self,
                              const VitrailTransferTable *table);
void vitrail_bounds_free (VitrailBounds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailBounds, vitrail_bounds_free)

G_END_DECLS
