/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Upright regions of slides: see slideregion.h. On one thread rows of the
 * picture are made from above to below, and of the source's tiles only those
 * that are still needed are held; on several all tiles come first. */

#include "slide/slideregion.h"

#include "error.h"
#include "parallel.h"
#include "slide/separable.h"
#include "slide/tilesource.h"

#include <math.h>
#include <string.h>

/* How much longer than wide a pixel may be, before it is taken from a coarser
 * source. */
#define MAX_STRETCH 8.0

/* Rows of the picture that are one piece of work. */
#define BAND_ROWS 32

/* One region while it is drawn. */
typedef struct {
  VitrailSlide *slide;
  const VitrailSlideRegion *region;
  uint8_t *rgb;
  size_t stride;
  guint columns[2]; /* of the picture that lie on the slide, and rows */
  guint rows[2];
  VitrailTileSource source;
  VitrailTaps across;
  VitrailTaps down;
  gint64 first_column; /* of the tiles that are touched */
  gint64 first_row;
  guint n_columns;
  guint n_rows;
  guint held_from; /* of n_rows: rows that are held */
  guint held_end;
  VitrailTile **tiles; /* n_columns x n_rows, NULL where not held, or bad */
  uint8_t *blank;      /* stands for a row of a bad tile */
  gint n_good;         /* atomic: tiles that could be had */
  GError *error;       /* atomic: of the first that could not */
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

/* FALSE where the picture shows nothing of the slide. */
static gboolean
find_slide (Drawing *self)
{
  const VitrailSlideRegion *region = self->region;
  VitrailSlideLevel finest;

  vitrail_slide_get_level (self->slide, 0, &finest);
  find_inside (region->rect[0], region->rect[2], region->width, finest.width,
               self->columns);
  find_inside (region->rect[1], region->rect[3], region->height, finest.height,
               self->rows);
  return self->columns[0] < self->columns[1] && self->rows[0] < self->rows[1];
}

/* --- tiles --- */

static gboolean
allocate (Drawing *self, GError **error)
{
  const guint tile_width = self->source.tile_width;
  uint8_t background[3];

  self->tiles =
      g_try_new0 (VitrailTile *, (gsize) self->n_columns * self->n_rows);
  self->blank = g_try_malloc_n (tile_width, 3);
  if (self->tiles == NULL || self->blank == NULL)
    return refuse (self->slide, "too large", error);
  vitrail_slide_get_background (self->slide, background);
  vitrail_slide_fill_row (self->blank, tile_width, background);
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
  return allocate (self, error);
}

static void
clear (Drawing *self)
{
  const gsize n_tiles = (gsize) self->n_columns * self->n_rows;

  for (gsize i = 0; self->tiles != NULL && i < n_tiles; i++)
    g_clear_pointer (&self->tiles[i], vitrail_tile_unref);
  g_free (self->tiles);
  g_free (self->blank);
  g_clear_error (&self->error);
  vitrail_taps_clear (&self->across);
  vitrail_taps_clear (&self->down);
}

/* On any thread. */
static void
fetch_cb (guint index, gpointer data)
{
  Drawing *self = data;
  const guint column = (guint) self->first_column + index % self->n_columns;
  const guint row = (guint) self->first_row + index / self->n_columns;
  g_autoptr (GError) error = NULL;

  self->tiles[index] =
      vitrail_tile_source_get (&self->source, column, row, &error);
  if (self->tiles[index] != NULL) {
    g_atomic_int_inc (&self->n_good);
    return;
  }
  vitrail_tile_source_report (&self->source, column, row, error);
  if (g_atomic_pointer_compare_and_exchange (&self->error, NULL, error))
    g_steal_pointer (&error);
}

static gboolean
is_stale (const VitrailSlideRegion *region)
{
  return region->is_stale != NULL && region->is_stale (region->stale_data);
}

static gboolean
cancel (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                       "the region is no longer wanted");
  return FALSE;
}

/* Holds the tiles of rows from @first to @last, and lets those above go. */
static gboolean
hold_rows (Drawing *self, guint first, guint last, GError **error)
{
  for (; self->held_from < first; self->held_from++)
    for (guint i = 0; i < self->n_columns; i++)
      g_clear_pointer (&self->tiles[self->held_from * self->n_columns + i],
                       vitrail_tile_unref);
  for (; self->held_end <= last; self->held_end++)
    for (guint i = 0; i < self->n_columns; i++) {
      if (is_stale (self->region))
        return cancel (error);
      fetch_cb (self->held_end * self->n_columns + i, self);
    }
  return TRUE;
}

/* --- rows --- */

/* Adds a row of the source to the sum. */
static void
add_row (const Drawing *self, gint64 line, float weight, float *sum)
{
  const VitrailTileSource *source = &self->source;
  const gint64 row = line / source->tile_height - self->first_row;
  const size_t y = (size_t) (line % source->tile_height);

  for (guint i = 0; i < self->n_columns; i++) {
    const VitrailTile *tile = self->tiles[(gsize) row * self->n_columns + i];
    const uint8_t *bytes =
        tile != NULL ? tile->rgb + y * tile->width * 3 : self->blank;
    const gint64 left = (self->first_column + i) * source->tile_width;
    const gint64 from = MAX (left, self->across.low);
    const gint64 end = MIN (left + source->tile_width, self->across.end);
    vitrail_separable_add_row (sum + (size_t) (from - self->across.low) * 3,
                               bytes + (size_t) (from - left) * 3, weight,
                               (size_t) (end - from) * 3);
  }
}

static gsize
get_sum_length (const Drawing *self)
{
  return (gsize) (self->across.end - self->across.low) * 3 + 1;
}

/* What lies beside the slide, from pixel @first on. */
static void
fill (const Drawing *self, guint y, guint first, guint end)
{
  uint8_t color[3] = { 0, 0, 0 };

  if (!self->region->on_black)
    vitrail_slide_get_background (self->slide, color);
  vitrail_slide_fill_row (self->rgb + y * self->stride + (size_t) first * 3,
                          end - first, color);
}

static void
draw_row (const Drawing *self, guint y, float *sum)
{
  const VitrailTap *tap = &self->down.taps[y];

  memset (sum, 0, get_sum_length (self) * sizeof *sum);
  for (guint i = 0; i < tap->n; i++)
    add_row (self, tap->first + i, tap->weights[i], sum);
  vitrail_separable_finish_row (&self->across, sum,
                                self->rgb + y * self->stride);
  fill (self, y, 0, self->columns[0]);
  fill (self, y, self->columns[1], self->region->width);
}

static gboolean
draw_alone (Drawing *self, GError **error)
{
  const guint size = self->source.tile_height;
  g_autofree float *sum = g_try_new (float, get_sum_length (self));

  if (sum == NULL)
    return refuse (self->slide, "too large", error);
  for (guint y = self->rows[0]; y < self->rows[1]; y++) {
    const VitrailTap *tap = &self->down.taps[y];
    const gint64 first = tap->first / size - self->first_row;
    const gint64 last = (tap->first + tap->n - 1) / size - self->first_row;
    if (!hold_rows (self, (guint) first, (guint) last, error))
      return FALSE;
    draw_row (self, y, sum);
  }
  return TRUE;
}

static void
band_cb (guint index, gpointer data)
{
  const Drawing *self = data;
  const guint first = self->rows[0] + index * BAND_ROWS;
  const guint end = MIN (first + BAND_ROWS, self->rows[1]);
  g_autofree float *sum = g_try_new (float, get_sum_length (self));

  for (guint y = first; y < end; y++)
    if (sum != NULL)
      draw_row (self, y, sum);
    else
      fill (self, y, 0, self->region->width);
}

static gboolean
is_stale_cb (gpointer data)
{
  return is_stale (data);
}

/* Servers are asked for all of it before anyone waits. */
static void
prefetch (const Drawing *self)
{
  const guint first[2] = { (guint) self->first_column,
                           (guint) self->first_row };
  const guint end[2] = { first[0] + self->n_columns, first[1] + self->n_rows };

  vitrail_tile_source_prefetch (&self->source, first, end);
}

static gboolean
draw_in_parallel (Drawing *self, GError **error)
{
  const guint n_lines = self->rows[1] - self->rows[0];
  const gsize n_tiles = (gsize) self->n_columns * self->n_rows;
  VitrailSlideRegion region = *self->region;

  if (n_tiles > G_MAXUINT)
    return refuse (self->slide, "too large", error);
  /* Few tiles are there before anyone asks whether they are still wanted. */
  if (is_stale (self->region))
    return cancel (error);
  if (!vitrail_parallel_run ((guint) n_tiles, fetch_cb, self, is_stale_cb,
                             &region) ||
      !vitrail_parallel_run ((n_lines + BAND_ROWS - 1) / BAND_ROWS, band_cb,
                             self, is_stale_cb, &region))
    return cancel (error);
  return TRUE;
}

static gboolean
draw (Drawing *self, GError **error)
{
  prefetch (self);
  const gboolean done = self->region->in_parallel
                            ? draw_in_parallel (self, error)
                            : draw_alone (self, error);

  if (!done || self->error == NULL || self->n_good > 0)
    return done;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, what, where to */
vitrail_slide_render_region (VitrailSlide *slide,
                             const VitrailDeepZoom *plan,
                             VitrailTileCache *cache,
                             const VitrailSlideRegion *region,
                             /* NOLINTNEXTLINE(*-non-const-parameter): rows */
                             uint8_t *rgb,
                             size_t stride,
                             GError **error)
{
  Drawing self = { .slide = slide,
                   .region = region,
                   .rgb = rgb,
                   .stride = stride };
  const double step_x = region->rect[2] / region->width;
  const double step_y = region->rect[3] / region->height;
  const double finer = fmin (step_x, step_y);

  if (!check (&self, error))
    return FALSE;
  const gboolean is_there = find_slide (&self);
  for (guint y = 0; y < region->height; y++)
    if (!is_there || y < self.rows[0] || y >= self.rows[1])
      fill (&self, y, 0, region->width);
  if (!is_there)
    return TRUE;
  vitrail_tile_source_init (&self.source, slide, plan, cache,
                            fmax (finer, fmax (step_x, step_y) / MAX_STRETCH));
  const gboolean done = prepare (&self, error) && draw (&self, error);
  clear (&self);
  return done;
}
