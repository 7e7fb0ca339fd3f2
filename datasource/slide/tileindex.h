/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frame of which instance holds each tile of one level of a DICOM slide,
 * for each optical path and focal plane. A level may be spread over several
 * instances; its frames may lie beside the grid. */

#pragma once

#include "dicom/dataset.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailTileRef:
 * @part: the number of the instance, as whoever fills the index counts them
 * @frame: from 1
 */
typedef struct {
  guint32 part;
  guint32 frame;
} VitrailTileRef;

/**
 * VitrailLooseTile:
 * @x, @y: where its upper left corner lies in the tile that it covers a part
 *   of, in pixels: above -tile_width, below tile_width; not both 0
 *
 * A frame that is not on the grid.
 */
typedef struct {
  VitrailTileRef ref;
  gint32 x;
  gint32 y;
} VitrailLooseTile;

typedef struct _VitrailTileIndex VitrailTileIndex;

/* Total Pixel Matrix and frame size of @data_set as a level (downsample is left
 * 1). Fails with MALFORMED where a number is absent or absurd, with LIMIT where
 * the grid has more than VITRAIL_LIMIT_FRAMES tiles. */
gboolean vitrail_tile_index_read_level (const VitrailDataSet *data_set,
                                        const char *name,
                                        VitrailSlideLevel *level,
                                        GError **error);

/* An empty index for @level's grid. */
VitrailTileIndex *vitrail_tile_index_new (const VitrailSlideLevel *level,
                                          guint n_paths,
                                          guint n_planes);
void vitrail_tile_index_free (VitrailTileIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTileIndex, vitrail_tile_index_free)

/**
 * VitrailTileFit: what became of a frame.
 * @VITRAIL_TILE_FITS: it is a tile
 * @VITRAIL_TILE_LOOSE: it lies beside the grid
 * @VITRAIL_TILE_COVERED: another one was there before, which stays; or too many
 *   loose ones
 * @VITRAIL_TILE_NO_ROOM: no memory, or more than VITRAIL_LIMIT_FRAMES tiles in
 *   all paths and planes
 */
typedef enum {
  VITRAIL_TILE_FITS,
  VITRAIL_TILE_LOOSE,
  VITRAIL_TILE_COVERED,
  VITRAIL_TILE_NO_ROOM,
} VitrailTileFit;

/* Puts the frame @ref, whose upper left pixel is (@x, @y) of the level, inside
 * of it, into one path and plane. */
VitrailTileFit vitrail_tile_index_add (VitrailTileIndex *self,
                                       guint path,
                                       guint plane,
                                       guint64 x,
                                       guint64 y,
                                       VitrailTileRef ref);

/* When all is there: a plane of which the level has nothing shows the nearest
 * one of the same path, by @z_um of all planes, that it has. */
void vitrail_tile_index_settle (VitrailTileIndex *self, const double *z_um);

/* FALSE when the level has nothing there (sparse, or frames are missing). */
gboolean vitrail_tile_index_find (const VitrailTileIndex *self,
                                  guint path,
                                  guint plane,
                                  guint column,
                                  guint row,
                                  VitrailTileRef *ref);
/* The loose frames that lie over a tile, the last on top: (array length=n),
 * NULL where there are none. */
const VitrailLooseTile *
vitrail_tile_index_find_loose (const VitrailTileIndex *self,
                               guint path,
                               guint plane,
                               guint column,
                               guint row,
                               guint *n);
gsize vitrail_tile_index_get_size_bytes (const VitrailTileIndex *self);
/* How many tiles are there in the fullest path and plane. */
guint vitrail_tile_index_get_n_tiles (const VitrailTileIndex *self);

G_END_DECLS
