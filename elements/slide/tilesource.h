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

/* @affine: as in framemeta.h, from a picture to level 0; @mapped: to the
 * source.
 */
void vitrail_tile_source_map (const VitrailTileSource *self,
                              const double affine[6],
                              double mapped[6]);
/* The tiles that a picture of @width x @height pixels touches, neighbours of
 * its outermost positions included: columns and rows from @first to before
 * @end. FALSE where that is none. */
gboolean vitrail_tile_source_find_tiles (const VitrailTileSource *self,
                                         const double mapped[6],
                                         const guint size[2],
                                         guint first[2],
                                         guint end[2]);

/* A tile, which may be larger than what lies on the slide. */
VitrailTile *vitrail_tile_source_get (const VitrailTileSource *self,
                                      guint column,
                                      guint row,
                                      GError **error);
/* Only what the cache holds, else NULL. */
VitrailTile *vitrail_tile_source_peek (const VitrailTileSource *self,
                                       guint column,
                                       guint row);
/* Whether getting a tile takes no network. */
gboolean vitrail_tile_source_is_at_hand (const VitrailTileSource *self,
                                         guint column,
                                         guint row);
/* Begins to fetch those tiles, columns and rows from @first to before @end,
 * that are neither in the cache nor at hand. Returns at once. */
void vitrail_tile_source_prefetch (const VitrailTileSource *self,
                                   const guint first[2],
                                   const guint end[2]);
/* Names a tile that could not be had in the log, unless it has been there. */
void vitrail_tile_source_report (const VitrailTileSource *self,
                                 guint column,
                                 guint row,
                                 const GError *error);

G_END_DECLS
