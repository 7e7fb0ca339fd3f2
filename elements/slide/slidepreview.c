/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Previews: tiles of the right source where they are held, over finer ones,
 * over coarser ones. */

#include "slide/slidepreview.h"

#include "parallel.h"
#include "slide/standin.h"
#include "slide/tilepaint.h"
#include "slide/tilesource.h"

#include <math.h>
#include <string.h>

/* Sources that are twice as coarse each: how many stand in. */
#define MAX_COARSER 8
/* How many tiles a preview decodes at most, of a source that is at least four
 * times as coarse. */
#define MAX_DECODED 12
#define MIN_COARSER 2
/* Tiles of a source that are looked for. */
#define MAX_LOOKED_AT 4096
/* A slide whose coarsest level has more tiles has none that is there at once.
 */
#define MANY_TILES 64
/* Rows of the picture that are one piece of work. */
#define BAND_ROWS 32

/* A preview while it is drawn. */
typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache;
  const VitrailSlideView *view;
  double scale; /* level 0 pixels on one of the picture */
  uint8_t *rgb;
  size_t stride;
  uint8_t background[3];
  GArray *paints;   /* of VitrailTilePaint, the lowest first */
  GPtrArray *tiles; /* that they need */
  gint64 deadline_us;
} Drawing;

/* The tiles of one source that the picture touches. */
typedef struct {
  VitrailTileSource source;
  double affine[6];
  guint first[2];
  guint end[2];
  gboolean is_seen; /* FALSE: none */
} Layer;

static void
init_layer (const Drawing *self, Layer *layer, double factor)
{
  const guint size[2] = { self->view->width, self->view->height };

  vitrail_tile_source_init (&layer->source, self->slide, self->plan,
                            self->cache, self->scale * factor);
  vitrail_tile_source_map (&layer->source, self->view->affine, layer->affine);
  layer->is_seen =
      vitrail_tile_source_find_tiles (&layer->source, layer->affine, size,
                                      layer->first, layer->end);
}

static guint64
count_tiles (const Layer *layer)
{
  return layer->is_seen ? (guint64) (layer->end[0] - layer->first[0]) *
                              (layer->end[1] - layer->first[1])
                        : 0;
}

static void
add_paint (Drawing *self,
           const Layer *layer,
           VitrailTile *tile,
           const guint place[2])
{
  const VitrailTileSource *source = &layer->source;
  const double corner[2] = { (double) place[0] * source->tile_width,
                             (double) place[1] * source->tile_height };
  const guint width =
      (guint) MIN (tile->width,
                   source->width - (guint64) place[0] * source->tile_width);
  const guint height =
      (guint) MIN (tile->height,
                   source->height - (guint64) place[1] * source->tile_height);
  VitrailTilePaint paint = {
    .src = tile->rgb,
    .src_stride = (size_t) tile->width * 3,
    .low = { -0.5, -0.5 },
    .high = { width - 0.5, height - 0.5 },
    .width = width,
    .height = height,
  };

  memcpy (paint.affine, layer->affine, sizeof paint.affine);
  paint.affine[2] -= corner[0];
  paint.affine[5] -= corner[1];
  g_array_append_val (self->paints, paint);
  g_ptr_array_add (self->tiles, vitrail_tile_ref (tile));
}

/* Adds what is held of a layer; TRUE when that is all of it. */
static gboolean
add_held (Drawing *self, const Layer *layer)
{
  gboolean all = TRUE;

  if (count_tiles (layer) > MAX_LOOKED_AT)
    return FALSE;
  if (!layer->is_seen)
    return TRUE;
  for (guint row = layer->first[1]; row < layer->end[1]; row++)
    for (guint column = layer->first[0]; column < layer->end[0]; column++) {
      const guint place[2] = { column, row };
      g_autoptr (VitrailTile) tile =
          vitrail_tile_source_peek (&layer->source, column, row);
      if (tile != NULL)
        add_paint (self, layer, tile, place);
      all = all && tile != NULL;
    }
  return all;
}

/* --- what stands in --- */

static void
decode_cb (guint index, gpointer data)
{
  const Layer *layer = data;
  const guint n_columns = layer->end[0] - layer->first[0];
  const guint column = layer->first[0] + index % n_columns;
  const guint row = layer->first[1] + index / n_columns;

  /* A preview waits for no server. */
  if (!vitrail_tile_source_is_at_hand (&layer->source, column, row))
    return;
  g_autoptr (VitrailTile) tile =
      vitrail_tile_source_get (&layer->source, column, row, NULL);
}

static gboolean
is_late_cb (gpointer data)
{
  const Drawing *self = data;

  return g_get_monotonic_time () >= self->deadline_us ||
         (self->view->is_stale != NULL &&
          self->view->is_stale (self->view->stale_data));
}

/* The finest coarser level whose tiles are few enough to be decoded at once.
 * Those that would come from the same stored tiles are no help. */
static void
decode_coarser (Drawing *self)
{
  for (guint i = MIN_COARSER; i <= MAX_COARSER; i++) {
    Layer layer;
    init_layer (self, &layer, ldexp (1.0, (int) i));
    if (layer.source.is_computed || layer.source.reduce > 0 ||
        count_tiles (&layer) > MAX_DECODED)
      continue;
    if (layer.is_seen)
      vitrail_tile_source_prefetch (&layer.source, layer.first, layer.end);
    vitrail_parallel_run ((guint) count_tiles (&layer), decode_cb, &layer,
                          is_late_cb, self);
    return;
  }
}

/* The picture of all of the slide that lies beside it. */
static void
add_stand_in (Drawing *self)
{
  g_autoptr (VitrailTile) tile =
      vitrail_slide_is_large (self->slide, MANY_TILES)
          ? vitrail_slide_ref_stand_in (self->slide, self->cache)
          : NULL;
  VitrailSlideLevel finest;

  if (tile == NULL)
    return;
  vitrail_slide_get_level (self->slide, 0, &finest);
  VitrailTilePaint paint = {
    .src = tile->rgb,
    .src_stride = (size_t) tile->width * 3,
    .low = { -0.5, -0.5 },
    .high = { tile->width - 0.5, tile->height - 0.5 },
    .width = tile->width,
    .height = tile->height,
  };
  const double scale[2] = { (double) finest.width / tile->width,
                            (double) finest.height / tile->height };
  for (guint axis = 0; axis < 2; axis++) {
    const double *from = self->view->affine + (size_t) axis * 3;
    double *to = paint.affine + (size_t) axis * 3;
    to[0] = from[0] / scale[axis];
    to[1] = from[1] / scale[axis];
    to[2] = (from[2] + 0.5) / scale[axis] - 0.5;
  }
  g_array_append_val (self->paints, paint);
  g_ptr_array_add (self->tiles, vitrail_tile_ref (tile));
}

/* The right layer, under it a finer one, under it coarser ones, down to the
 * first that covers everything. */
static void
add_layers (Drawing *self)
{
  Layer layer;

  init_layer (self, &layer, 1.0);
  gboolean covers = add_held (self, &layer);
  if (!covers && self->view->preview_us > 0)
    decode_coarser (self);
  init_layer (self, &layer, 0.5);
  covers = covers || add_held (self, &layer);
  for (guint i = 1; i <= MAX_COARSER && !covers; i++) {
    init_layer (self, &layer, ldexp (1.0, (int) i));
    covers = add_held (self, &layer);
  }
  if (!covers)
    add_stand_in (self);
}

/* Under everything: the slide itself. */
static void
add_slide (Drawing *self)
{
  VitrailSlideLevel finest;
  VitrailTilePaint paint = { .low = { -0.5, -0.5 } };

  vitrail_slide_get_level (self->slide, 0, &finest);
  paint.high[0] = (double) finest.width - 0.5;
  paint.high[1] = (double) finest.height - 0.5;
  memcpy (paint.affine, self->view->affine, sizeof paint.affine);
  memcpy (paint.color, self->background, sizeof paint.color);
  g_array_append_val (self->paints, paint);
}

static void
band_cb (guint index, gpointer data)
{
  const Drawing *self = data;
  const guint first = index * BAND_ROWS;
  const guint end = MIN (first + BAND_ROWS, self->view->height);
  uint8_t surround[3] = { 0, 0, 0 };

  if (!self->view->on_black)
    memcpy (surround, self->background, sizeof surround);
  for (guint y = first; y < end; y++) {
    uint8_t *row = self->rgb + y * self->stride;
    vitrail_slide_fill_row (row, self->view->width, surround);
    for (guint i = self->paints->len; i-- > 0;)
      vitrail_tile_paint_row (&g_array_index (self->paints, VitrailTilePaint,
                                              i),
                              y, self->view->width, row);
  }
}

static void
init_drawing (Drawing *self, const VitrailSlideView *view)
{
  const double *a = view->affine;

  self->view = view;
  self->scale = sqrt (fabs (a[0] * a[4] - a[1] * a[3]));
}

gboolean
vitrail_slide_preview_is_held (VitrailSlide *slide,
                               const VitrailDeepZoom *plan,
                               VitrailTileCache *cache,
                               const VitrailSlideView *view)
{
  Drawing self = { .slide = slide, .plan = plan, .cache = cache };
  Layer layer;

  init_drawing (&self, view);
  init_layer (&self, &layer, 1.0);
  if (count_tiles (&layer) > MAX_LOOKED_AT)
    return FALSE;
  if (!layer.is_seen)
    return TRUE;
  for (guint row = layer.first[1]; row < layer.end[1]; row++)
    for (guint column = layer.first[0]; column < layer.end[0]; column++) {
      g_autoptr (VitrailTile) tile =
          vitrail_tile_source_peek (&layer.source, column, row);
      if (tile == NULL)
        return FALSE;
    }
  return TRUE;
}

void
vitrail_slide_preview_draw (
    VitrailSlide *slide,
    const VitrailDeepZoom *plan,
    VitrailTileCache *cache,
    const VitrailSlideView *view,
    /* NOLINTNEXTLINE(*-non-const-parameter): bands write */
    uint8_t *rgb,
    size_t stride)
{
  g_autoptr (GArray) paints =
      g_array_new (FALSE, FALSE, sizeof (VitrailTilePaint));
  g_autoptr (GPtrArray) tiles =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_tile_unref);
  Drawing self = {
    .slide = slide,
    .plan = plan,
    .cache = cache,
    .rgb = rgb,
    .stride = stride,
    .paints = paints,
    .tiles = tiles,
    .deadline_us = g_get_monotonic_time () + view->preview_us,
  };

  init_drawing (&self, view);
  vitrail_slide_get_background (slide, self.background);
  add_layers (&self);
  add_slide (&self);
  vitrail_parallel_run ((view->height + BAND_ROWS - 1) / BAND_ROWS, band_cb,
                        &self, NULL, NULL);
}
