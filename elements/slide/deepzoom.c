/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DeepZoom pyramids: see deepzoom.h. */

#include "slide/deepzoom.h"

#include "error.h"
#include "slide/jpegio.h"

#include <math.h>
#include <string.h>

#define DEFAULT_TILE_SIZE 256
#define MIN_TILE_SIZE     64
#define MAX_TILE_SIZE     2048
#define DEFAULT_QUALITY   87
/* Tiles that may be decoded to compute a single one. */
#define MAX_COMPUTED_TILES ((guint64) 1024 * 1024)

/* One tile while it is looked for. */
typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache;
  guint number; /* of the slide in the cache */
} Rendering;

/* The slide's own tile size where DeepZoom can use it: square, and even so that
 * two tiles halve into one. */
static guint
choose_tile_size (const VitrailSlideLevel *finest)
{
  guint size = finest->tile_width;

  if (size != finest->tile_height || size % 2 != 0 || size < MIN_TILE_SIZE ||
      size > MAX_TILE_SIZE)
    return DEFAULT_TILE_SIZE;
  return size;
}

/* Whether @native is level 0 shrunk 2^@shift times: sides are then rounded down
 * or up, depending on the writer. */
static gboolean
halves_exactly (const VitrailSlideLevel *finest,
                const VitrailSlideLevel *native,
                guint shift)
{
  guint64 mask = ((guint64) 1 << shift) - 1;
  guint64 width = finest->width >> shift;
  guint64 height = finest->height >> shift;

  return (native->width == width ||
          native->width == (finest->width + mask) >> shift) &&
         (native->height == height ||
          native->height == (finest->height + mask) >> shift);
}

/* Where the pixels of the level that is @shift times halved come from. */
static void
choose_source (VitrailDeepZoomLevel *self,
               VitrailSlide *slide,
               guint shift,
               guint tile_size)
{
  guint n_levels = vitrail_slide_get_n_levels (slide);
  double downsample = (double) ((guint64) 1 << shift);
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  for (guint i = 0; i < n_levels; i++) {
    VitrailSlideLevel native;
    vitrail_slide_get_level (slide, i, &native);
    if (!halves_exactly (&finest, &native, shift))
      continue;
    self->kind = VITRAIL_DEEPZOOM_STORED;
    self->native = i;
    self->can_pass =
        native.tile_width == tile_size && native.tile_height == tile_size;
    return;
  }
  VitrailSlideLevel nearest;
  self->native = vitrail_slide_find_level (slide, downsample);
  vitrail_slide_get_level (slide, self->native, &nearest);
  /* A level between this one and the next finer one is better than that. */
  self->kind = nearest.downsample > downsample / 2 * 1.001
                   ? VITRAIL_DEEPZOOM_RESAMPLED
                   : VITRAIL_DEEPZOOM_HALVED;
}

void
vitrail_deepzoom_init (VitrailDeepZoom *self, VitrailSlide *slide)
{
  VitrailSlideLevel finest;
  guint max_level = 0;

  memset (self, 0, sizeof *self);
  vitrail_slide_get_level (slide, 0, &finest);
  self->tile_size = choose_tile_size (&finest);
  self->quality = DEFAULT_QUALITY;
  guint64 side = MAX (finest.width, finest.height);
  while (((guint64) 1 << max_level) < side &&
         max_level < VITRAIL_DEEPZOOM_MAX_LEVELS - 1)
    max_level++;
  self->n_levels = max_level + 1;
  for (guint shift = 0; shift <= max_level; shift++) {
    VitrailDeepZoomLevel *level = &self->levels[max_level - shift];
    guint64 mask = ((guint64) 1 << shift) - 1;
    level->width = (finest.width + mask) >> shift;
    level->height = (finest.height + mask) >> shift;
    level->columns =
        (guint) ((level->width + self->tile_size - 1) / self->tile_size);
    level->rows =
        (guint) ((level->height + self->tile_size - 1) / self->tile_size);
    choose_source (level, slide, shift, self->tile_size);
    if (level->kind == VITRAIL_DEEPZOOM_HALVED)
      level->halvings = level[1].halvings + 1;
  }
}

char *
vitrail_deepzoom_to_xml (const VitrailDeepZoom *self)
{
  const VitrailDeepZoomLevel *finest = &self->levels[self->n_levels - 1];

  return g_strdup_printf (
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" "
      "Format=\"jpg\" Overlap=\"0\" TileSize=\"%u\">\n"
      "  <Size Width=\"%" G_GUINT64_FORMAT "\" Height=\"%" G_GUINT64_FORMAT
      "\"/>\n"
      "</Image>\n",
      self->tile_size, finest->width, finest->height);
}

void
vitrail_halve_rgb (const uint8_t *src,
                   size_t src_stride,
                   guint width,
                   guint height,
                   uint8_t *dst,
                   size_t dst_stride)
{
  guint pairs = width / 2;

  for (guint y = 0; y < (height + 1) / 2; y++) {
    const uint8_t *upper = src + (size_t) y * 2 * src_stride;
    const uint8_t *lower = 2 * y + 1 < height ? upper + src_stride : upper;
    uint8_t *out = dst + (size_t) y * dst_stride;
    for (size_t x = 0; x < pairs; x++)
      for (size_t c = 0; c < 3; c++)
        out[x * 3 + c] =
            (uint8_t) ((upper[x * 6 + c] + upper[x * 6 + 3 + c] +
                        lower[x * 6 + c] + lower[x * 6 + 3 + c] + 2) >>
                       2);
    for (size_t c = 0; width % 2 != 0 && c < 3; c++)
      out[(size_t) pairs * 3 + c] =
          (uint8_t) ((upper[(size_t) pairs * 6 + c] +
                      lower[(size_t) pairs * 6 + c] + 1) >>
                     1);
  }
}

static guint
tile_side (guint64 side, guint tile_size, guint index)
{
  return (guint) MIN (tile_size, side - (guint64) index * tile_size);
}

static gboolean
check_place (VitrailSlide *slide,
             const VitrailDeepZoom *self,
             guint level,
             guint column,
             guint row,
             GError **error)
{
  if (level < self->n_levels && column < self->levels[level].columns &&
      row < self->levels[level].rows)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no DeepZoom tile %u/%u_%u", vitrail_slide_get_name (slide),
               level, column, row);
  return FALSE;
}

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
  g_autoptr (VitrailTile) tile =
      new_tile (self->slide, tile_side (level->width, size, column),
                tile_side (level->height, size, row), error);
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
  VitrailSlideLevel native;
  Interpolation source;

  vitrail_slide_get_level (self->slide, level->native, &native);
  source.scale[0] = (double) native.width / (double) level->width;
  source.scale[1] = (double) native.height / (double) level->height;
  g_autoptr (VitrailTile) tile =
      new_tile (self->slide, tile_side (level->width, size, column),
                tile_side (level->height, size, row), error);
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
  g_autoptr (VitrailTile) tile =
      new_tile (self->slide, tile_side (level->width, size, column),
                tile_side (level->height, size, row), error);

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

/* Whether the tile here is a whole one of the slide's own grid. */
static gboolean
is_whole_stored (VitrailSlide *slide,
                 const VitrailDeepZoom *self,
                 guint index,
                 guint column,
                 guint row)
{
  const VitrailDeepZoomLevel *level = &self->levels[index];
  guint size = self->tile_size;
  VitrailSlideLevel native;

  if (level->kind != VITRAIL_DEEPZOOM_STORED || !level->can_pass)
    return FALSE;
  vitrail_slide_get_level (slide, level->native, &native);
  return (guint64) (column + 1) * size <= native.width &&
         (guint64) (row + 1) * size <= native.height;
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

  if (is_whole_stored (self->slide, self->plan, index, column, row))
    return vitrail_tile_cache_get (self->cache, self->slide, level->native,
                                   column, row, error);
  tile = vitrail_tile_cache_peek (self->cache, &key);
  if (tile != NULL)
    return tile;
  if (level->kind == VITRAIL_DEEPZOOM_HALVED)
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

  if (!check_place (slide, self, level, column, row, error))
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

  if (!check_place (slide, self, level, column, row, NULL))
    return NULL;
  if (is_whole_stored (slide, self, level, column, row))
    key.level = self->levels[level].native;
  return vitrail_tile_cache_peek (cache, &key);
}

GBytes *
vitrail_deepzoom_ref_stored_tile (VitrailSlide *slide,
                                  const VitrailDeepZoom *self,
                                  guint level,
                                  guint column,
                                  guint row)
{
  VitrailTileCoding coding = VITRAIL_TILE_NONE;

  if (!check_place (slide, self, level, column, row, NULL) ||
      !is_whole_stored (slide, self, level, column, row))
    return NULL;
  GBytes *tile = vitrail_slide_get_tile (slide, self->levels[level].native,
                                         column, row, &coding, NULL);
  if (coding != VITRAIL_TILE_JPEG)
    g_clear_pointer (&tile, g_bytes_unref);
  return tile;
}

/* The stored tile, cropped to the level where it lies on its edge; NULL without
 * error where it has to be computed. */
static GBytes *
pass_tile (VitrailSlide *slide,
           const VitrailDeepZoom *self,
           guint index,
           guint column,
           guint row,
           GError **error)
{
  const VitrailDeepZoomLevel *level = &self->levels[index];
  VitrailTileCoding coding;
  VitrailSlideLevel native;

  if (level->kind != VITRAIL_DEEPZOOM_STORED || !level->can_pass)
    return NULL;
  gboolean whole = is_whole_stored (slide, self, index, column, row);
  vitrail_slide_get_level (slide, level->native, &native);
  if (!whole &&
      (native.width != level->width || native.height != level->height))
    return NULL;
  g_autoptr (GBytes) stored =
      vitrail_slide_get_tile (slide, level->native, column, row, &coding,
                              error);
  if (stored == NULL || coding != VITRAIL_TILE_JPEG)
    return NULL;
  if (whole)
    return g_steal_pointer (&stored);
  return vitrail_jpeg_crop (stored,
                            tile_side (level->width, self->tile_size, column),
                            tile_side (level->height, self->tile_size, row));
}

GBytes *
vitrail_deepzoom_ref_tile (VitrailSlide *slide,
                           const VitrailDeepZoom *self,
                           guint level,
                           guint column,
                           guint row,
                           gboolean *passthrough,
                           GError **error)
{
  g_autoptr (GError) local = NULL;

  if (passthrough != NULL)
    *passthrough = FALSE;
  if (!check_place (slide, self, level, column, row, error))
    return NULL;
  GBytes *stored = pass_tile (slide, self, level, column, row, &local);
  if (stored != NULL && passthrough != NULL)
    *passthrough = TRUE;
  if (stored != NULL)
    return stored;
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  g_autoptr (VitrailTile) tile =
      vitrail_deepzoom_render_tile (slide, self,
                                    vitrail_tile_cache_get_default (), level,
                                    column, row, error);
  if (tile == NULL)
    return NULL;
  return vitrail_jpeg_encode (tile->rgb, tile->width, tile->height,
                              self->quality, error);
}
