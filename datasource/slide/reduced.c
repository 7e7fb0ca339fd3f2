/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles at a fraction of their size: by the reader, from the stored JPEG
 * stream, or halved once they are decoded. */

#include "error.h"
#include "slide/halve.h"
#include "slide/jpegtile.h"
#include "slide/slide.h"

#include <string.h>

/* One tile while it is made. */
typedef struct {
  VitrailSlide *slide;
  guint level;
  guint column;
  guint row;
  guint reduce;
  VitrailSlideLevel geometry;
} Tile;

static guint
shrink (guint64 side, guint reduce)
{
  return (guint) ((side + (1u << reduce) - 1) >> reduce);
}

/* Pixels of the level in a tile that begins at @index * @size. */
static guint64
inside (guint64 side, guint size, guint index)
{
  const guint64 start = (guint64) index * size;

  return start < side ? MIN (size, side - start) : 0;
}

/* Background where no pixel of the level contributes. */
static void
fill_outside (const Tile *self, uint8_t *rgb, size_t stride)
{
  const VitrailSlideLevel *g = &self->geometry;
  const guint width = shrink (g->tile_width, self->reduce);
  const guint height = shrink (g->tile_height, self->reduce);
  const guint n_columns =
      shrink (inside (g->width, g->tile_width, self->column), self->reduce);
  const guint n_rows =
      shrink (inside (g->height, g->tile_height, self->row), self->reduce);
  uint8_t background[3];

  if (n_columns == width && n_rows == height)
    return;
  vitrail_slide_get_background (self->slide, background);
  for (guint y = 0; y < height; y++) {
    const guint first = y < n_rows ? n_columns : 0;
    vitrail_slide_fill_row (rgb + y * stride + (size_t) first * 3,
                            width - first, background);
  }
}

static gboolean
decode_stored (const Tile *self, uint8_t *rgb, size_t stride)
{
  VitrailTileCoding coding = VITRAIL_TILE_NONE;
  g_autoptr (GBytes) stored =
      vitrail_slide_get_tile (self->slide, self->level, self->column, self->row,
                              &coding, NULL);

  return stored != NULL && coding == VITRAIL_TILE_JPEG &&
         vitrail_jpeg_tile_decode_reduced (stored, self->geometry.tile_width,
                                           self->geometry.tile_height,
                                           self->reduce, rgb, stride);
}

static gboolean
decode_and_halve (const Tile *self,
                  uint8_t *rgb,
                  size_t stride,
                  GCancellable *cancellable,
                  GError **error)
{
  guint width = self->geometry.tile_width;
  guint height = self->geometry.tile_height;
  const size_t whole = (size_t) width * 3;
  g_autofree uint8_t *scratch = g_try_malloc_n (height, whole);

  if (scratch == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a tile of level %u",
                 vitrail_slide_get_name (self->slide), self->level);
    return FALSE;
  }
  if (!vitrail_slide_decode_tile (self->slide, self->level, self->column,
                                  self->row, scratch, whole, cancellable,
                                  error))
    return FALSE;
  for (guint i = 0; i < self->reduce; i++) {
    vitrail_halve_rgb (scratch, whole, width, height, scratch, whole);
    width = shrink (width, 1);
    height = shrink (height, 1);
  }
  for (guint y = 0; y < height; y++)
    memcpy (rgb + y * stride, scratch + y * whole, (size_t) width * 3);
  return TRUE;
}

void
vitrail_slide_fill_outside_reduced (VitrailSlide *self,
                                    guint level,
                                    guint column,
                                    guint row,
                                    guint reduce,
                                    uint8_t *rgb,
                                    size_t stride)
{
  Tile tile = { self, level, column, row, reduce, { 0 } };

  vitrail_slide_get_level (self, level, &tile.geometry);
  fill_outside (&tile, rgb, stride);
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, how, what, where to */
vitrail_slide_halve_tile (VitrailSlide *self,
                          guint level,
                          guint column,
                          guint row,
                          guint reduce,
                          uint8_t *rgb,
                          size_t stride,
                          GCancellable *cancellable,
                          GError **error)
{
  Tile tile = { self, level, column, row, reduce, { 0 } };

  vitrail_slide_get_level (self, level, &tile.geometry);
  if (!decode_stored (&tile, rgb, stride) &&
      !decode_and_halve (&tile, rgb, stride, cancellable, error))
    return FALSE;
  fill_outside (&tile, rgb, stride);
  return TRUE;
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, how, what, where to */
vitrail_slide_decode_tile_reduced (VitrailSlide *self,
                                   guint level,
                                   guint column,
                                   guint row,
                                   guint reduce,
                                   uint8_t *rgb,
                                   size_t stride,
                                   GCancellable *cancellable,
                                   GError **error)
{
  VitrailSlideInterface *iface = VITRAIL_SLIDE_GET_IFACE (self);
  VitrailSlideLevel geometry;

  if (reduce == 0)
    return vitrail_slide_decode_tile (self, level, column, row, rgb, stride,
                                      cancellable, error);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  vitrail_slide_get_level (self, level, &geometry);
  if (column >= geometry.columns || row >= geometry.rows ||
      reduce > VITRAIL_SLIDE_MAX_REDUCE)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no tile %u, %u in level %u halved %u times",
                 vitrail_slide_get_name (self), column, row, level, reduce);
    return FALSE;
  }
  return (iface->decode_tile_reduced != NULL
              ? iface->decode_tile_reduced
              : vitrail_slide_halve_tile) (self, level, column, row, reduce,
                                           rgb, stride, cancellable, error);
}
