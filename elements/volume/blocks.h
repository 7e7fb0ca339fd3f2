/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is where in a volume, block by block: so that rays leap over what shows
 * nothing. A block is 8 x 8 x 8 voxels and the ones beside it, between which
 * its last samples lie. */

#pragma once

#include "volume/transfer.h"
#include "volume/volume.h"

G_BEGIN_DECLS

#define VITRAIL_BLOCK 8

/**
 * VitrailBlocks:
 * @size: blocks along i, j, k
 * @low, @high: of the voxels of each; low > high where there is none. An entry
 *   more than there are blocks
 * @distance: blocks, along the axes and across, to the nearest one that shows
 *   something; 0 where it does itself, 255 for that or more. Four bytes more
 *   than there are blocks
 */
typedef struct {
  guint size[3];
  guint16 *low;
  guint16 *high;
  guint8 *distance;
} VitrailBlocks;

/* Of nothing yet: distances are 255. */
VitrailBlocks *vitrail_blocks_new (const guint size[3]);
void vitrail_blocks_free (VitrailBlocks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailBlocks, vitrail_blocks_free)

/* Reads those layers of blocks anew that slices @first to @end - 1 of a volume
 * of 16-bit @voxels of @size take part in, on all cores. */
void vitrail_blocks_update (VitrailBlocks *self,
                            const guint16 *voxels,
                            const guint size[3],
                            guint first,
                            guint end);

/* Which blocks show something under @table, and how far the others are away
 * from them. */
void vitrail_blocks_classify (VitrailBlocks *self,
                              const VitrailTransferTable *table);

G_END_DECLS
