/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frame of which instance holds each tile of one level of a DICOM slide
 * (PS3.3 C.7.6.17.3: TILED_FULL by arithmetic; TILED_SPARSE by the functional
 * groups of the frames). A level may be spread over several instances. */

#pragma once

#include "dicom/dataset.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailTileRef:
 * @part: as given to vitrail_tile_index_add ()
 * @frame: from 1
 */
typedef struct {
  guint32 part;
  guint32 frame;
} VitrailTileRef;

typedef struct _VitrailTileIndex VitrailTileIndex;

/* Total Pixel Matrix and frame size of @data_set as a level (downsample is left
 * 1). Fails with MALFORMED where a number is absent or absurd, with LIMIT where
 * the grid has more than VITRAIL_LIMIT_FRAMES tiles. */
gboolean vitrail_tile_index_read_level (const VitrailDataSet *data_set,
                                        const char *name,
                                        VitrailSlideLevel *level,
                                        GError **error);

/* An empty index for @level's grid; NULL when there is no memory for it. */
VitrailTileIndex *vitrail_tile_index_new (const VitrailSlideLevel *level);
void vitrail_tile_index_free (VitrailTileIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTileIndex, vitrail_tile_index_free)

/* Adds the first @n_frames frames of @data_set. Where several frames show one
 * tile (optical paths, focal planes), the first one stands. @name stands for
 * the file in errors: MALFORMED for a missing or impossible position,
 * UNSUPPORTED for one that is not on the grid. */
gboolean vitrail_tile_index_add (VitrailTileIndex *self,
                                 guint32 part,
                                 const VitrailDataSet *data_set,
                                 guint n_frames,
                                 const char *name,
                                 GError **error);

/* FALSE when the level has nothing there (sparse, or frames are missing). */
gboolean vitrail_tile_index_find (const VitrailTileIndex *self,
                                  guint column,
                                  guint row,
                                  VitrailTileRef *ref);
gsize vitrail_tile_index_get_size_bytes (const VitrailTileIndex *self);
/* How many tiles are there. */
guint vitrail_tile_index_get_n_tiles (const VitrailTileIndex *self);

G_END_DECLS
