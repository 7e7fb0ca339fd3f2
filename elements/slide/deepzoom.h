/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any slide as a DeepZoom pyramid: levels that halve exactly, up to one pixel.
 * Where one of them is a level of the slide, its tiles are handed out as they
 * are stored; the others are computed from the next finer one. The same levels
 * are what slide views are drawn from. */

#pragma once

#include "slide/halve.h"
#include "slide/tilecache.h"

G_BEGIN_DECLS

/* Sides have 32 bits: 33 levels at most. */
#define VITRAIL_DEEPZOOM_MAX_LEVELS 34

/** Where the pixels of a DeepZoom level come from. */
typedef enum {
  VITRAIL_DEEPZOOM_STORED,   /* a level of the slide, pixel by pixel */
  VITRAIL_DEEPZOOM_HALVED,   /* the mean of 2 x 2 pixels of the level above */
  VITRAIL_DEEPZOOM_RESAMPLED /* a level of the slide, interpolated */
} VitrailDeepZoomKind;

/**
 * VitrailDeepZoomLevel:
 * @native: the slide's level (STORED, RESAMPLED)
 * @halvings: how many levels finer the one is that HALVED ends at
 * @can_pass: tiles may be handed out as stored: same grid
 */
typedef struct {
  guint64 width;
  guint64 height;
  guint columns;
  guint rows;
  VitrailDeepZoomKind kind;
  guint native;
  guint halvings;
  gboolean can_pass;
} VitrailDeepZoomLevel;

/**
 * VitrailDeepZoom: a plan; made once per slide, then only read. Level
 * n_levels - 1 is the slide's level 0, level 0 a single pixel.
 */
typedef struct {
  guint tile_size;
  guint n_levels;
  int quality; /* of tiles that are encoded anew, 1..100; may be changed */
  VitrailDeepZoomLevel levels[VITRAIL_DEEPZOOM_MAX_LEVELS];
} VitrailDeepZoom;

void vitrail_deepzoom_init (VitrailDeepZoom *self, VitrailSlide *slide);

/* The .dzi document. */
char *vitrail_deepzoom_to_xml (const VitrailDeepZoom *self);

/* One tile as a JPEG file. @passthrough (may be NULL) tells whether the stored
 * code stream was handed out; a tile at the right or lower edge may have been
 * cropped in it, without decoding. VITRAIL_ERROR_NOT_FOUND outside;
 * VITRAIL_ERROR_LIMIT where over a million stored tiles would have to be
 * decoded for it. */
GBytes *vitrail_deepzoom_ref_tile (VitrailSlide *slide,
                                   const VitrailDeepZoom *self,
                                   guint level,
                                   guint column,
                                   guint row,
                                   gboolean *passthrough,
                                   GError **error);

/* Only what is stored as a whole DeepZoom tile: quick, nothing is decoded or
 * cropped. NULL, without error, where there is no such tile. */
GBytes *vitrail_deepzoom_ref_stored_tile (VitrailSlide *slide,
                                          const VitrailDeepZoom *self,
                                          guint level,
                                          guint column,
                                          guint row);

/* The same tile as pixels, cut off at the level's edges, through @cache. */
VitrailTile *vitrail_deepzoom_render_tile (VitrailSlide *slide,
                                           const VitrailDeepZoom *self,
                                           VitrailTileCache *cache,
                                           guint level,
                                           guint column,
                                           guint row,
                                           GError **error);
/* Only what @cache holds, else NULL. */
VitrailTile *vitrail_deepzoom_peek_tile (VitrailSlide *slide,
                                         const VitrailDeepZoom *self,
                                         VitrailTileCache *cache,
                                         guint level,
                                         guint column,
                                         guint row);

G_END_DECLS
