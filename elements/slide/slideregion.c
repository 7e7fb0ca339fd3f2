/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Upright regions of slides: see slideregion.h. Rows of the picture are made
 * from above to below; of the source's tiles only those that are still needed
 * are held. */

#include "slide/slideregion.h"

#include "error.h"
#include "slide/separable.h"
#include "slide/tilesource.h"

#include <math.h>
#include <string.h>

/* How much longer than wide a pixel may be, before it is taken from a coarser
 * source. */
#define MAX_STRETCH 8.0

/* One region while it is drawn. */
typedef struct {
  VitrailSlide *slide;
  const VitrailSlideRegion *region;
  VitrailTileSource source;
  VitrailTaps across;
  VitrailTaps down;
  float *sum;          /* one row of the source between across.low and end */
  gint64 first_column; /* of the tiles that are touched */
  gint64 first_row;
  guint n_columns;
  guint n_rows;
  guint held_from; /* of n_rows: rows that are held */
  guint held_end;
  VitrailTile **tiles; /* n_columns x n_rows, NULL where not held */
} Drawing;

static gboolean
refuse (VitrailSlide *slide, const char *reason, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "%s: region: %s",
               vitrail_slide_get_name (slide), reason);
  return FALSE;
}

static gboolean
check (const Drawing *self, GError **error)
{
  const VitrailSlideRegion *region = self->region;

  for (guint i = 0; i < 4; i++)
    if (!isfinite (region->rect[i]))
      return refuse (self->slide, "not a number", error);
  if (region->width == 0 || region->height == 0 || !(region->rect[2] > 0) ||
      !(region->rect[3] > 0))
    return refuse (self->slide, "no pixels", error);
  return TRUE;
}

static gboolean
prepare (Drawing *self, GError **error)
{
  const VitrailSlideRegion *region = self->region;
  const VitrailTileSource *source = &self->source;
  const double *rect = region->rect;

  if (!vitrail_taps_init (&self->across, rect[0] / source->scale[0],
                          rect[2] / region->width / source->scale[0],
                          region->width, (gint64) source->width) ||
      !vitrail_taps_init (&self->down, rect[1] / source->scale[1],
                          rect[3] / region->height / source->scale[1],
                          region->height, (gint64) source->height))
    return refuse (self->slide, "too large", error);
  self->first_column = self->across.low / source->tile_width;
  self->first_row = self->down.low / source->tile_height;
  self->n_columns = (guint) ((self->across.end - 1) / source->tile_width -
                             self->first_column + 1);
  self->n_rows = (guint) ((self->down.end - 1) / source->tile_height -
                          self->first_row + 1);
  self->tiles =
      g_try_new0 (VitrailTile *, (gsize) self->n_columns * self->n_rows);
  self->sum =
      g_try_new (float, (gsize) (self->across.end - self->across.low) * 3 + 1);
  return (self->tiles != NULL && self->sum != NULL) ||
         refuse (self->slide, "too large", error);
}

static void
clear (Drawing *self)
{
  const gsize n_tiles = (gsize) self->n_columns * self->n_rows;

  for (gsize i = 0; self->tiles != NULL && i < n_tiles; i++)
    g_clear_pointer (&self->tiles[i], vitrail_tile_unref);
  g_free (self->tiles);
  g_free (self->sum);
  vitrail_taps_clear (&self->across);
  vitrail_taps_clear (&self->down);
}

static gboolean
get_tile (Drawing *self, guint column, guint row, GError **error)
{
  const VitrailSlideRegion *region = self->region;
  VitrailTile **tile = &self->tiles[(gsize) row * self->n_columns + column];

  if (region->is_stale != NULL && region->is_stale (region->stale_data)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "the region is no longer wanted");
    return FALSE;
  }
  *tile = vitrail_tile_source_get (&self->source,
                                   (guint) self->first_column + column,
                                   (guint) self->first_row + row, error);
  return *tile != NULL;
}

/* Holds the tiles of rows from @first to @last, and lets those above go. */
static gboolean
hold_rows (Drawing *self, guint first, guint last, GError **error)
{
  for (; self->held_from < first; self->held_from++)
    for (guint i = 0; i < self->n_columns; i++)
      g_clear_pointer (
          &self->tiles[(gsize) self->held_from * self->n_columns + i],
          vitrail_tile_unref);
  for (; self->held_end <= last; self->held_end++)
    for (guint i = 0; i < self->n_columns; i++)
      if (!get_tile (self, i, self->held_end, error))
        return FALSE;
  return TRUE;
}

/* Adds a row of the source to the sum. */
static void
add_row (const Drawing *self, gint64 line, float weight)
{
  const VitrailTileSource *source = &self->source;
  const gint64 row = line / source->tile_height - self->first_row;
  const size_t y = (size_t) (line % source->tile_height);

  for (guint i = 0; i < self->n_columns; i++) {
    const VitrailTile *tile = self->tiles[(gsize) row * self->n_columns + i];
    const gint64 left = (self->first_column + i) * source->tile_width;
    const gint64 from = MAX (left, self->across.low);
    const gint64 end = MIN (left + source->tile_width, self->across.end);
    vitrail_separable_add_row (
        self->sum + (size_t) (from - self->across.low) * 3,
        tile->rgb + (y * tile->width + (size_t) (from - left)) * 3, weight,
        (size_t) (end - from) * 3);
  }
}

static gboolean
draw_row (Drawing *self, guint y, uint8_t *rgb, GError **error)
{
  const VitrailTap *tap = &self->down.taps[y];
  const guint size = self->source.tile_height;
  const gint64 last = tap->first + tap->n - 1;

  if (!hold_rows (self, (guint) (tap->first / size - self->first_row),
                  (guint) (last / size - self->first_row), error))
    return FALSE;
  memset (self->sum, 0,
          ((size_t) (self->across.end - self->across.low) * 3 + 1) *
              sizeof *self->sum);
  for (guint i = 0; i < tap->n; i++)
    add_row (self, tap->first + i, tap->weights[i]);
  vitrail_separable_finish_row (&self->across, self->sum, rgb);
  return TRUE;
}

/* The pixels of a direction whose centres lie on the slide. */
static void
find_inside (double origin, double extent, guint n, guint64 side, guint span[2])
{
  const double step = extent / n;
  const double from = ceil (-origin / step - 0.5);
  const double end = ceil (((double) side - origin) / step - 0.5);

  span[0] = (guint) CLAMP (from, 0, n);
  span[1] = (guint) CLAMP (end, span[0], n);
}

static gboolean
draw (Drawing *self, uint8_t *rgb, size_t stride, GError **error)
{
  const VitrailSlideRegion *region = self->region;
  VitrailSlideLevel finest;
  uint8_t background[3];
  guint columns[2];
  guint rows[2];

  vitrail_slide_get_level (self->slide, 0, &finest);
  vitrail_slide_get_background (self->slide, background);
  find_inside (region->rect[0], region->rect[2], region->width, finest.width,
               columns);
  find_inside (region->rect[1], region->rect[3], region->height, finest.height,
               rows);
  for (guint y = 0; y < region->height; y++) {
    uint8_t *line = rgb + (size_t) y * stride;
    const gboolean is_inside =
        y >= rows[0] && y < rows[1] && columns[0] < columns[1];
    if (is_inside && !draw_row (self, y, line, error))
      return FALSE;
    const guint first = is_inside ? columns[0] : region->width;
    const guint end = is_inside ? columns[1] : region->width;
    vitrail_slide_fill_row (line, first, background);
    vitrail_slide_fill_row (line + (size_t) end * 3, region->width - end,
                            background);
  }
  return TRUE;
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, what, where to */
vitrail_slide_render_region (VitrailSlide *slide,
                             const VitrailDeepZoom *plan,
                             VitrailTileCache *cache,
                             const VitrailSlideRegion *region,
                             uint8_t *rgb,
                             size_t stride,
                             GError **error)
{
  Drawing self = { .slide = slide, .region = region };
  const double step_x = region->rect[2] / region->width;
  const double step_y = region->rect[3] / region->height;
  const double finer = fmin (step_x, step_y);

  if (!check (&self, error))
    return FALSE;
  vitrail_tile_source_init (&self.source, slide, plan, cache,
                            fmax (finer, fmax (step_x, step_y) / MAX_STRETCH));
  const gboolean done =
      prepare (&self, error) && draw (&self, rgb, stride, error);
  clear (&self);
  return done;
}
