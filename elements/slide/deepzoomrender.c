/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DeepZoom tiles as pixels: a level of the slide as it is stored, interpolated,
 * or halved from the next finer level. */

#include "error.h"
#include "slide/deepzoom-private.h"

#include <math.h>
#include <string.h>

/* Tiles that may be decoded to compute a single one. */
#define MAX_COMPUTED_TILES ((guint64) 1024 * 1024)

/* One tile while it is looked for. */
typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache;
  guint number; /* of the slide in the cache */
} Rendering;

static VitrailTile *
new_tile (VitrailSlide *slide, guint width, guint height, GError **error)
{
  VitrailTile *tile = vitrail_tile_new (width, height);
  if (tile == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a tile of %u x %u pixels",
                 vitrail_slide_get_name (slide), width, height);
  return tile;
}

/* Cut off at the level's edges. */
static VitrailTile *
new_tile_at (const Rendering *self,
             const VitrailDeepZoomLevel *level,
             guint column,
             guint row,
             GError **error)
{
  guint size = self->plan->tile_size;

  return new_tile (self->slide,
                   vitrail_deepzoom_tile_side (level->width, size, column),
                   vitrail_deepzoom_tile_side (level->height, size, row),
                   error);
}

/* Repeats the last of @inside pixels of each row, and the last row. */
static void
extend_tile (VitrailTile *tile, guint inside_x, guint inside_y)
{
  size_t stride = (size_t) tile->width * 3;

  for (guint y = 0; y < inside_y; y++) {
    uint8_t *row = tile->rgb + y * stride;
    for (guint x = inside_x; x < tile->width; x++)
      memcpy (row + (size_t) x * 3, row + (size_t) (inside_x - 1) * 3, 3);
  }
  for (guint y = inside_y; y < tile->height; y++)
    memcpy (tile->rgb + y * stride, tile->rgb + (inside_y - 1) * stride,
            stride);
}

/* A rectangle of a level, pixel by pixel. Sides that the writer has rounded
 * down are one short of ours: the last pixels are repeated. */
static VitrailTile *
render_stored (const Rendering *self,
               const VitrailDeepZoomLevel *level,
               guint column,
               guint row,
               GError **error)
{
  guint size = self->plan->tile_size;
  VitrailSlideLevel native;
  gint64 rect[4];

  vitrail_slide_get_level (self->slide, level->native, &native);
  g_autoptr (VitrailTile) tile = new_tile_at (self, level, column, row, error);
  if (tile == NULL)
    return NULL;
  rect[0] = (gint64) MIN ((guint64) column * size, native.width - 1);
  rect[1] = (gint64) MIN ((guint64) row * size, native.height - 1);
  rect[2] = MIN ((gint64) native.width - rect[0], tile->width);
  rect[3] = MIN ((gint64) native.height - rect[1], tile->height);
  if (!vitrail_slide_read_region (self->slide, level->native, rect, tile->rgb,
                                  (size_t) tile->width * 3, NULL, error))
    return NULL;
  extend_tile (tile, (guint) rect[2], (guint) rect[3]);
  return g_steal_pointer (&tile);
}

/* Linear interpolation of @src, whose pixel (0, 0) lies at @origin, at
 * (x + 0.5) * @scale - 0.5. */
typedef struct {
  const uint8_t *rgb;
  gint64 rect[4];
  double scale[2];
} Interpolation;

static void
interpolate_pixel (const Interpolation *self, double x, double y, uint8_t *out)
{
  double u = CLAMP (x - (double) self->rect[0], 0, (double) self->rect[2] - 1);
  double v = CLAMP (y - (double) self->rect[1], 0, (double) self->rect[3] - 1);
  size_t left = (size_t) u;
  size_t top = (size_t) v;
  size_t right = MIN (left + 1, (size_t) self->rect[2] - 1);
  size_t bottom = MIN (top + 1, (size_t) self->rect[3] - 1);
  size_t stride = (size_t) self->rect[2] * 3;
  double fx = u - (double) left;
  double fy = v - (double) top;

  for (size_t c = 0; c < 3; c++) {
    double upper = self->rgb[top * stride + left * 3 + c] * (1 - fx) +
                   self->rgb[top * stride + right * 3 + c] * fx;
    double lower = self->rgb[bottom * stride + left * 3 + c] * (1 - fx) +
                   self->rgb[bottom * stride + right * 3 + c] * fx;
    out[c] = (uint8_t) (upper * (1 - fy) + lower * fy + 0.5);
  }
}

static VitrailTile *
render_resampled (const Rendering *self,
                  const VitrailDeepZoomLevel *level,
                  guint column,
                  guint row,
                  GError **error)
{
  guint size = self->plan->tile_size;
  guint64 left = (guint64) column * size;
  guint64 top = (guint64) row * size;
  guint shift = self->plan->n_levels - 1 - (guint) (level - self->plan->levels);
  double downsample = (double) ((guint64) 1 << shift);
  VitrailSlideLevel finest;
  VitrailSlideLevel native;
  Interpolation source;

  vitrail_slide_get_level (self->slide, 0, &finest);
  vitrail_slide_get_level (self->slide, level->native, &native);
  /* Not by the sides of @level, the last pixels of which may be parts. */
  source.scale[0] = downsample * (double) native.width / (double) finest.width;
  source.scale[1] =
      downsample * (double) native.height / (double) finest.height;
  g_autoptr (VitrailTile) tile = new_tile_at (self, level, column, row, error);
  if (tile == NULL)
    return NULL;
  source.rect[0] = (gint64) floor ((double) left * source.scale[0]);
  source.rect[1] = (gint64) floor ((double) top * source.scale[1]);
  source.rect[2] = (gint64) ceil (tile->width * source.scale[0]) + 1;
  source.rect[3] = (gint64) ceil (tile->height * source.scale[1]) + 1;
  source.rect[2] = MIN (source.rect[2], (gint64) native.width - source.rect[0]);
  source.rect[3] =
      MIN (source.rect[3], (gint64) native.height - source.rect[1]);
  g_autoptr (VitrailTile) region =
      new_tile (self->slide, (guint) source.rect[2], (guint) source.rect[3],
                error);
  if (region == NULL ||
      !vitrail_slide_read_region (self->slide, level->native, source.rect,
                                  region->rgb, (size_t) region->width * 3, NULL,
                                  error))
    return NULL;
  source.rgb = region->rgb;
  for (guint y = 0; y < tile->height; y++)
    for (guint x = 0; x < tile->width; x++)
      interpolate_pixel (&source,
                         ((double) (left + x) + 0.5) * source.scale[0] - 0.5,
                         ((double) (top + y) + 0.5) * source.scale[1] - 0.5,
                         tile->rgb + ((size_t) y * tile->width + x) * 3);
  return g_steal_pointer (&tile);
}

static VitrailTile *render (const Rendering *self,
                            guint index,
                            guint column,
                            guint row,
                            GError **error);

/* A slide may have a single level of any size. */
static gboolean
check_cost (const Rendering *self,
            const VitrailDeepZoomLevel *level,
            GError **error)
{
  const VitrailDeepZoomLevel *source = level + level->halvings;
  guint64 n_tiles = (guint64) source->columns * source->rows;

  if (level->halvings < 16)
    n_tiles = MIN (n_tiles, (guint64) 1 << (2 * level->halvings));
  if (n_tiles <= MAX_COMPUTED_TILES)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: no level near to one of %" G_GUINT64_FORMAT
               " x %" G_GUINT64_FORMAT " pixels",
               vitrail_slide_get_name (self->slide), level->width,
               level->height);
  return FALSE;
}

/* --- an eighth of a stored level --- */

/* Whether the tile is VITRAIL_SLIDE_MAX_REDUCE halvings of stored tiles none of
 * which hangs over the edge: what lies there would be mixed in. */
static gboolean
is_reduced (const Rendering *self,
            const VitrailDeepZoomLevel *level,
            guint column,
            guint row)
{
  const guint reduce = VITRAIL_SLIDE_MAX_REDUCE;
  const guint64 size = (guint64) self->plan->tile_size << reduce;
  const guint mask = (1u << reduce) - 1;
  VitrailSlideLevel native;

  if (level->halvings != reduce ||
      level[reduce].kind != VITRAIL_DEEPZOOM_STORED)
    return FALSE;
  vitrail_slide_get_level (self->slide, level[reduce].native, &native);
  if ((native.tile_width & mask) != 0 || (native.tile_height & mask) != 0)
    return FALSE;
  const guint64 right = (column + 1) * size + native.tile_width - 1;
  const guint64 bottom = (row + 1) * size + native.tile_height - 1;
  return right / native.tile_width * native.tile_width <= native.width &&
         bottom / native.tile_height * native.tile_height <= native.height;
}

/* The part of @from, which lies at (@x, @y) of the level, that is in @to, which
 * lies at (@left, @top). */
static void
copy_part (VitrailTile *to,
           const gint64 corner[2],
           const VitrailTile *from,
           const gint64 at[2])
{
  const gint64 x0 = MAX (corner[0], at[0]);
  const gint64 x1 = MIN (corner[0] + to->width, at[0] + from->width);
  const gint64 y0 = MAX (corner[1], at[1]);
  const gint64 y1 = MIN (corner[1] + to->height, at[1] + from->height);

  for (gint64 y = y0; y < y1 && x0 < x1; y++)
    memcpy (to->rgb + ((size_t) (y - corner[1]) * to->width +
                       (size_t) (x0 - corner[0])) *
                          3,
            from->rgb +
                ((size_t) (y - at[1]) * from->width + (size_t) (x0 - at[0])) *
                    3,
            (size_t) (x1 - x0) * 3);
}

/* From stored tiles at an eighth of their size, which for JPEG means to decode
 * little more than each block's mean. */
static VitrailTile *
render_reduced (const Rendering *self,
                const VitrailDeepZoomLevel *level,
                guint column,
                guint row,
                GError **error)
{
  const guint reduce = VITRAIL_SLIDE_MAX_REDUCE;
  const guint index = level[reduce].native;
  VitrailSlideLevel native;

  vitrail_slide_get_level (self->slide, index, &native);
  g_autoptr (VitrailTile) tile = new_tile_at (self, level, column, row, error);
  g_autoptr (VitrailTile) part =
      new_tile (self->slide, native.tile_width >> reduce,
                native.tile_height >> reduce, error);
  if (tile == NULL || part == NULL)
    return NULL;
  const gint64 corner[2] = { (gint64) column * self->plan->tile_size,
                             (gint64) row * self->plan->tile_size };
  const gint64 end[2] = { corner[0] + tile->width, corner[1] + tile->height };
  for (gint64 y = corner[1] / part->height; y * part->height < end[1]; y++)
    for (gint64 x = corner[0] / part->width; x * part->width < end[0]; x++) {
      const gint64 at[2] = { x * part->width, y * part->height };
      if (!vitrail_slide_decode_tile_reduced (self->slide, index, (guint) x,
                                              (guint) y, reduce, part->rgb,
                                              (size_t) part->width * 3, NULL,
                                              error))
        return NULL;
      copy_part (tile, corner, part, at);
    }
  return g_steal_pointer (&tile);
}

/* Four tiles of the next finer level, halved into one. */
static VitrailTile *
/* NOLINTNEXTLINE(misc-no-recursion): bounded by the number of levels, 34 */
render_halved (const Rendering *self,
               guint index,
               guint column,
               guint row,
               GError **error)
{
  guint size = self->plan->tile_size;
  const VitrailDeepZoomLevel *level = &self->plan->levels[index];
  const VitrailDeepZoomLevel *finer = &self->plan->levels[index + 1];

  if (!check_cost (self, level, error))
    return NULL;
  g_autoptr (VitrailTile) tile = new_tile_at (self, level, column, row, error);

  if (tile == NULL)
    return NULL;
  size_t stride = (size_t) tile->width * 3;
  for (guint quarter = 0; quarter < 4; quarter++) {
    guint right = quarter & 1;
    guint below = quarter >> 1;
    if (column * 2 + right >= finer->columns || row * 2 + below >= finer->rows)
      continue;
    g_autoptr (VitrailTile) part =
        render (self, index + 1, column * 2 + right, row * 2 + below, error);
    if (part == NULL)
      return NULL;
    vitrail_halve_rgb (part->rgb, (size_t) part->width * 3, part->width,
                       part->height,
                       tile->rgb + (size_t) below * (size / 2) * stride +
                           (size_t) right * (size / 2) * 3,
                       stride);
  }
  return g_steal_pointer (&tile);
}

static VitrailTile *
/* NOLINTNEXTLINE(misc-no-recursion): bounded by the number of levels, 34 */
render (const Rendering *self,
        guint index,
        guint column,
        guint row,
        GError **error)
{
  const VitrailDeepZoomLevel *level = &self->plan->levels[index];
  VitrailTileKey key = { self->number, VITRAIL_TILE_KEY_DERIVED | index, column,
                         row };
  VitrailTile *tile;

  if (vitrail_deepzoom_is_whole_stored (self->slide, self->plan, index, column,
                                        row))
    return vitrail_tile_cache_get (self->cache, self->slide, level->native,
                                   column, row, error);
  tile = vitrail_tile_cache_peek (self->cache, &key);
  if (tile != NULL)
    return tile;
  if (level->kind == VITRAIL_DEEPZOOM_HALVED &&
      is_reduced (self, level, column, row))
    tile = render_reduced (self, level, column, row, error);
  else if (level->kind == VITRAIL_DEEPZOOM_HALVED)
    tile = render_halved (self, index, column, row, error);
  else if (level->kind == VITRAIL_DEEPZOOM_RESAMPLED)
    tile = render_resampled (self, level, column, row, error);
  else
    tile = render_stored (self, level, column, row, error);
  if (tile != NULL)
    vitrail_tile_cache_insert (self->cache, &key, tile);
  return tile;
}

VitrailTile *
vitrail_deepzoom_render_tile (VitrailSlide *slide,
                              const VitrailDeepZoom *self,
                              VitrailTileCache *cache,
                              guint level,
                              guint column,
                              guint row,
                              GError **error)
{
  Rendering rendering = { slide, self, cache,
                          vitrail_tile_cache_get_slide_number (slide) };

  if (!vitrail_deepzoom_check_place (slide, self, level, column, row, error))
    return NULL;
  return render (&rendering, level, column, row, error);
}

VitrailTile *
vitrail_deepzoom_peek_tile (VitrailSlide *slide,
                            const VitrailDeepZoom *self,
                            VitrailTileCache *cache,
                            guint level,
                            guint column,
                            guint row)
{
  VitrailTileKey key = { vitrail_tile_cache_get_slide_number (slide),
                         VITRAIL_TILE_KEY_DERIVED | level, column, row };

  if (!vitrail_deepzoom_check_place (slide, self, level, column, row, NULL))
    return NULL;
  if (vitrail_deepzoom_is_whole_stored (slide, self, level, column, row))
    key.level = self->levels[level].native;
  return vitrail_tile_cache_peek (cache, &key);
}
