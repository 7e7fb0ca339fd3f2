/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTileCache: decoded tiles of slides, a client of the memory budget.
 * Shared by DeepZoom, slide views and thumbnails; safe on any thread. */

#pragma once

#include "memorybudget.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailTile: immutable RGB pixels, rows without gaps; a byte behind the last
 * one can be read.
 */
typedef struct {
  /*< public, read only >*/
  guint width;
  guint height;
  /*< private >*/
  gint ref_count;
  uint8_t rgb[];
} VitrailTile;

/* Uninitialised pixels, to be filled before it is shared; NULL when there is no
 * memory. */
VitrailTile *vitrail_tile_new (guint width, guint height);
VitrailTile *vitrail_tile_ref (VitrailTile *self);
void vitrail_tile_unref (VitrailTile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTile, vitrail_tile_unref)

/**
 * VitrailTileKey: a place in a pyramid.
 * @slide: vitrail_tile_cache_get_slide_number ()
 * @level: a level of the slide, or VITRAIL_TILE_KEY_DERIVED | a level that is
 *   computed from it
 */
typedef struct {
  guint slide;
  guint level;
  guint column;
  guint row;
} VitrailTileKey;

#define VITRAIL_TILE_KEY_DERIVED 0x80000000u

typedef struct _VitrailTileCache VitrailTileCache;

VitrailTileCache *vitrail_tile_cache_get_default (void);
VitrailTileCache *vitrail_tile_cache_new (VitrailMemoryBudget *budget);
void vitrail_tile_cache_free (VitrailTileCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTileCache, vitrail_tile_cache_free)

/* A number of its own for every slide object. */
guint vitrail_tile_cache_get_slide_number (VitrailSlide *slide);

/* What is held, newly referenced, or NULL. */
VitrailTile *
vitrail_tile_cache_peek (VitrailTileCache *self, const VitrailTileKey *key);
/* Takes its own reference; replaces nothing: the first one stands. */
void vitrail_tile_cache_insert (VitrailTileCache *self,
                                const VitrailTileKey *key,
                                VitrailTile *tile);

/* A stored tile of @slide, decoded on the calling thread where it is not held:
 * tile_width x tile_height, with background outside of the level. */
VitrailTile *vitrail_tile_cache_get (VitrailTileCache *self,
                                     VitrailSlide *slide,
                                     guint level,
                                     guint column,
                                     guint row,
                                     GError **error);

G_END_DECLS
