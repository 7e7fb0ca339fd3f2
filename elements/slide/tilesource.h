/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTileSource: the tiles that a picture of a slide is best drawn from: a
 * level of the slide, as it is or decoded at a fraction of its size, or a level
 * that is computed (deepzoom.h) where none is near. */

#pragma once

#include "slide/deepzoom.h"

G_BEGIN_DECLS

/**
 * VitrailTileSource:
 * @width, @height: of all tiles together, in the source's pixels
 * @tile_width, @tile_height, @columns, @rows: their grid
 * @scale: pixels of level 0 on one of the source, across and down; the upper
 *   left corners coincide
 * @level: of the slide, or of the plan where @is_computed
 * @reduce: how often tiles are halved while they are decoded
 */
typedef struct {
  guint64 width;
  guint64 height;
  guint tile_width;
  guint tile_height;
  guint columns;
  guint rows;
  double scale[2];
  /*< private >*/
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache;
  gboolean is_computed;
  guint level;
  guint reduce;
} VitrailTileSource;

/* The coarsest source at least as fine as @downsample; borrows the others. */
void vitrail_tile_source_init (VitrailTileSource *self,
                               VitrailSlide *slide,
                               const VitrailDeepZoom *plan,
                               VitrailTileCache *cache,
                               double downsample);

/* A tile, which may be larger than what lies on the slide. */
VitrailTile *vitrail_tile_source_get (const VitrailTileSource *self,
                                      guint column,
                                      guint row,
                                      GError **error);
/* Only what the cache holds, else NULL. */
VitrailTile *vitrail_tile_source_peek (const VitrailTileSource *self,
                                       guint column,
                                       guint row);

G_END_DECLS
