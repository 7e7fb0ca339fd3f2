/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sparse pyramids of samples: what slideraster.c keeps of its frames. */

#pragma once

#include "annotation/slideraster.h"

G_BEGIN_DECLS

/**
 * VitrailRasterRoom: what all layers of one raster may take, and have.
 * @n_tiles: places for tiles that may still be made
 * @bytes: of tiles likewise
 * @reserved: bytes that were taken from the memory budget: they are given back
 *   by vitrail_raster_room_clear ()
 */
typedef struct {
  VitrailRasterKind kind;
  guint64 n_tiles;
  guint64 bytes;
  gsize reserved;
} VitrailRasterRoom;

/* When the layers are gone. */
void vitrail_raster_room_clear (VitrailRasterRoom *self);

size_t vitrail_raster_get_sample_bytes (VitrailRasterKind kind);

/* @width x @height samples. NULL where there is no room. */
VitrailRasterLayer *vitrail_raster_layer_new (VitrailRasterRoom *room,
                                              guint64 width,
                                              guint64 height,
                                              GError **error);
void vitrail_raster_layer_free (VitrailRasterLayer *self);

/* Lays @width x @height samples, rows without gaps, at (@x, @y); what lies
 * outside is cut. Samples that are nothing (0, NaN) change nothing. */
gboolean vitrail_raster_layer_paste (VitrailRasterLayer *self,
                                     VitrailRasterRoom *room,
                                     const void *samples,
                                     const guint size[2],
                                     const gint64 place[2],
                                     GError **error);
/* Makes the coarser levels. */
gboolean vitrail_raster_layer_finish (VitrailRasterLayer *self,
                                      VitrailRasterRoom *room,
                                      GError **error);

G_END_DECLS
