/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The voxels that rays go through: a volume's own where they are 16 bits in
 * memory; else a copy, as coarse as it has to be. */

#pragma once

#include "volume/blocks.h"
#include "volume/bounds.h"

G_BEGIN_DECLS

/* Bytes that a copy may have. */
#define VITRAIL_RENDER_BODY_BYTES ((gsize) 256 * 1024 * 1024)

/**
 * VitrailRenderBody:
 * @volume: owned
 * @generation: of it when it was read
 * @info: borrowed from it, but for size, matrices, slope and intercept, which
 *   are of the voxels here
 * @voxels: 16 bits each
 * @copy: owned; NULL where @voxels are the volume's
 * @blocks, @bounds: of all voxels, and of those that are data; NULL: nobody has
 *   asked for them yet
 * @has_padding, @padding: voxels from its first to its second are no data
 * @low, @high: voxels that there are
 */
typedef struct {
  VitrailVolume *volume;
  guint generation;
  VitrailVolumeInfo info;
  const guint16 *voxels;
  guint16 *copy;
  VitrailBlocks *blocks;
  VitrailBounds *bounds[2];
  gboolean has_padding;
  guint16 padding[2];
  double low;
  double high;
} VitrailRenderBody;

void vitrail_render_body_clear (VitrailRenderBody *self);
/* Makes it of what @volume holds now; nothing where it is that already.
 * @limit: bytes of a copy. TRUE in @has_changed: blocks and bounds know no
 * table. */
gboolean vitrail_render_body_update (VitrailRenderBody *self,
                                     VitrailVolume *volume,
                                     gsize limit,
                                     gboolean *has_changed,
                                     GError **error);
/* @blocks of it, as they are under @table. */
void vitrail_render_body_set_blocks (VitrailRenderBody *self,
                                     const VitrailTransferTable *table);
/* Bounds of all of its voxels, or of those alone that are no padding; NULL
 * where there is no memory. */
VitrailBounds *
vitrail_render_body_get_bounds (VitrailRenderBody *self, gboolean is_data);

G_END_DECLS
