/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Views of slides: see slideview.h. What is neither upright nor a preview is
 * put together from the tiles of the next finer source, where the view touches
 * them, and interpolated: every output pixel then spans 1 to 2 source pixels.
 */

#include "slide/slideview.h"

#include "error.h"
#include "parallel.h"
#include "slide/slidepreview.h"
#include "slide/slideregion.h"
#include "slide/tilepaint.h"
#include "slide/tilesource.h"

#include <math.h>
#include <string.h>

/* Source pixels of one view: 4 times a screen of 32 megapixels. */
#define MAX_SOURCE_PIXELS ((guint64) 128 * 1024 * 1024)
/* Rows of the picture that are one piece of work. */
#define BAND_ROWS 32

void
vitrail_slide_view_set_centre (VitrailSlideView *self,
                               double x,
                               double y,
                               double downsample,
                               double rotation)
{
  double cosine = cos (rotation * G_PI / 180.0) * downsample;
  double sine = sin (rotation * G_PI / 180.0) * downsample;
  double middle_x = (self->width - 1) / 2.0;
  double middle_y = (self->height - 1) / 2.0;

  if (fmod (rotation, 90.0) == 0.0) { /* exact, where it can be */
    cosine = rint (cosine / downsample) * downsample;
    sine = rint (sine / downsample) * downsample;
  }
  self->affine[0] = cosine;
  self->affine[1] = sine;
  self->affine[3] = -sine;
  self->affine[4] = cosine;
  self->affine[2] = x - 0.5 - cosine * middle_x - sine * middle_y;
  self->affine[5] = y - 0.5 + sine * middle_x - cosine * middle_y;
}

/* One turned view while it is drawn. */
typedef struct {
  const VitrailSlideView *view;
  uint8_t *rgb;
  size_t stride;
  uint8_t surround[3]; /* beside the slide */
  uint8_t background[3];
  VitrailTileSource source;
  VitrailTilePaint paint;
  guint first[2]; /* tiles: columns and rows */
  guint end[2];
  uint8_t *pixels; /* of these tiles */
  gint n_good;     /* atomic: tiles that could be had */
  GError *error;   /* atomic: of the first that could not */
} Drawing;

static gboolean
is_stale (const VitrailSlideView *view)
{
  return view->is_stale != NULL && view->is_stale (view->stale_data);
}

static gboolean
is_stale_cb (gpointer data)
{
  return is_stale (((const Drawing *) data)->view);
}

static void
copy_tile (Drawing *self, const VitrailTile *tile, const guint place[2])
{
  const VitrailTileSource *source = &self->source;
  const size_t left = (size_t) (place[0] - self->first[0]) * source->tile_width;
  const size_t top = (size_t) (place[1] - self->first[1]) * source->tile_height;
  const size_t stride = self->paint.src_stride;

  for (guint y = 0; y < source->tile_height; y++) {
    uint8_t *row = self->pixels + (top + y) * stride + left * 3;
    if (tile == NULL)
      vitrail_slide_fill_row (row, source->tile_width, self->background);
    else if (y < tile->height)
      memcpy (row, tile->rgb + (size_t) y * tile->width * 3,
              (size_t) tile->width * 3);
  }
}

static void
tile_cb (guint index, gpointer data)
{
  Drawing *self = data;
  const guint n_columns = self->end[0] - self->first[0];
  const guint place[2] = { self->first[0] + index % n_columns,
                           self->first[1] + index / n_columns };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTile) tile =
      vitrail_tile_source_get (&self->source, place[0], place[1], &error);

  copy_tile (self, tile, place);
  if (tile != NULL) {
    g_atomic_int_inc (&self->n_good);
    return;
  }
  vitrail_tile_source_report (&self->source, place[0], place[1], error);
  if (g_atomic_pointer_compare_and_exchange (&self->error, NULL, error))
    g_steal_pointer (&error);
}

static void
band_cb (guint index, gpointer data)
{
  const Drawing *self = data;
  const guint first = index * BAND_ROWS;
  const guint end = MIN (first + BAND_ROWS, self->view->height);

  for (guint y = first; y < end; y++) {
    uint8_t *row = self->rgb + y * self->stride;
    vitrail_slide_fill_row (row, self->view->width, self->surround);
    vitrail_tile_paint_row (&self->paint, y, self->view->width, row);
  }
}

static gboolean
allocate (Drawing *self, GError **error)
{
  const VitrailTileSource *source = &self->source;
  const guint64 width =
      (guint64) (self->end[0] - self->first[0]) * source->tile_width;
  const guint64 height =
      (guint64) (self->end[1] - self->first[1]) * source->tile_height;

  if (width <= MAX_SOURCE_PIXELS / height)
    self->pixels = g_try_malloc_n (width * height + 1, 3);
  if (self->pixels == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: a view of %u x %u pixels is too large",
                 vitrail_slide_get_name (source->slide), self->view->width,
                 self->view->height);
  return self->pixels != NULL;
}

/* What is to be painted: the slide, out of the pixels of the tiles. */
static void
prepare_paint (Drawing *self)
{
  const VitrailTileSource *source = &self->source;
  const guint tile[2] = { source->tile_width, source->tile_height };
  const guint64 sides[2] = { source->width, source->height };
  VitrailTilePaint *paint = &self->paint;
  guint64 held[2];

  for (guint axis = 0; axis < 2; axis++) {
    const guint64 start = (guint64) self->first[axis] * tile[axis];
    held[axis] =
        MIN ((guint64) self->end[axis] * tile[axis], sides[axis]) - start;
    paint->affine[(size_t) axis * 3 + 2] -= (double) start;
    paint->low[axis] = -0.5 - (double) start;
    paint->high[axis] = (double) sides[axis] - 0.5 - (double) start;
  }
  paint->src = self->pixels;
  paint->width = (guint) held[0];
  paint->height = (guint) held[1];
  paint->is_nearest = self->view->nearest;
}

static gboolean
draw (Drawing *self, GError **error)
{
  const guint n_columns = self->end[0] - self->first[0];
  const guint n_tiles = n_columns * (self->end[1] - self->first[1]);
  const guint n_bands = (self->view->height + BAND_ROWS - 1) / BAND_ROWS;

  if (!allocate (self, error))
    return FALSE;
  self->paint.src_stride = (size_t) n_columns * self->source.tile_width * 3;
  prepare_paint (self);
  vitrail_tile_source_prefetch (&self->source, self->first, self->end);
  if (!vitrail_parallel_run (n_tiles, tile_cb, self, is_stale_cb, self) ||
      !vitrail_parallel_run (n_bands, band_cb, self, is_stale_cb, self))
  {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "the view has changed");
    return FALSE;
  }
  if (self->error == NULL || self->n_good > 0)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

static void
fill (const Drawing *self)
{
  for (guint y = 0; y < self->view->height; y++)
    vitrail_slide_fill_row (self->rgb + y * self->stride, self->view->width,
                            self->surround);
}

static gboolean
draw_turned (Drawing *self, GError **error)
{
  const guint size[2] = { self->view->width, self->view->height };
  double *affine = self->paint.affine;

  vitrail_tile_source_map (&self->source, self->view->affine, affine);
  if (!vitrail_tile_source_find_tiles (&self->source, affine, size, self->first,
                                       self->end))
  {
    fill (self);
    return TRUE;
  }
  const gboolean done = draw (self, error);
  g_free (self->pixels);
  g_clear_error (&self->error);
  return done;
}

static gboolean
is_upright (const VitrailSlideView *view)
{
  const double *a = view->affine;

  return !view->nearest && a[1] == 0 && a[3] == 0 && a[0] > 0 && a[4] > 0;
}

static void
init_region (VitrailSlideRegion *region, const VitrailSlideView *view)
{
  const double *a = view->affine;

  *region = (VitrailSlideRegion){
    .rect = { a[2] + 0.5 - a[0] / 2, a[5] + 0.5 - a[4] / 2, a[0] * view->width,
              a[4] * view->height },
    .width = view->width,
    .height = view->height,
    .in_parallel = TRUE,
    .on_black = view->on_black,
    .is_stale = view->is_stale,
    .stale_data = view->stale_data,
  };
}

static gboolean
is_finite (const double affine[6])
{
  for (guint i = 0; i < 6; i++)
    if (!isfinite (affine[i]))
      return FALSE;
  return TRUE;
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, what, where to */
vitrail_slide_view_render (VitrailSlide *slide,
                           const VitrailDeepZoom *plan,
                           VitrailTileCache *cache,
                           const VitrailSlideView *view,
                           uint8_t *rgb,
                           size_t stride,
                           gboolean *incomplete,
                           GError **error)
{
  Drawing self = { .view = view, .rgb = rgb, .stride = stride };
  const double *a = view->affine;
  VitrailSlideRegion region;

  vitrail_slide_get_background (slide, self.background);
  if (!view->on_black)
    memcpy (self.surround, self.background, sizeof self.surround);
  if (incomplete != NULL)
    *incomplete = FALSE;
  if (!is_finite (a)) {
    fill (&self);
    return TRUE;
  }
  if (view->preview &&
      !vitrail_slide_preview_is_held (slide, plan, cache, view)) {
    vitrail_slide_preview_draw (slide, plan, cache, view, rgb, stride);
    if (incomplete != NULL)
      *incomplete = TRUE;
    return TRUE;
  }
  init_region (&region, view);
  if (is_upright (view))
    return vitrail_slide_render_region (slide, plan, cache, &region, rgb,
                                        stride, error);
  vitrail_tile_source_init (&self.source, slide, plan, cache,
                            sqrt (fabs (a[0] * a[4] - a[1] * a[3])));
  return draw_turned (&self, error);
}
