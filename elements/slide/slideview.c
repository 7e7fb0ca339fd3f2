/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Views of slides: see slideview.h. The DeepZoom level next finer than the
 * output is put together from its tiles, where the view touches them, and
 * interpolated: every output pixel then spans 1 to 2 source pixels. */

#include "slide/slideview.h"

#include "error.h"

#include <math.h>
#include <string.h>

/* Source pixels of one view: 4 times a screen of 32 megapixels. */
#define MAX_SOURCE_PIXELS ((gint64) 128 * 1024 * 1024)
/* How much coarser tiles may be that stand in for missing ones. */
#define MAX_STAND_IN 8
/* Positions are numbers of 32.32 bits. */
#define FIXED_ONE 4294967296.0

/* One view while it is drawn. */
typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache;
  const VitrailSlideView *view;
  guint level;
  double affine[6]; /* output to source pixels, relative to rect */
  gint64 rect[4];   /* of the level: x, y, width, height */
  uint8_t background[3];
  uint8_t surround[3]; /* beside the slide */
  uint8_t *source;     /* rect's pixels */
  gboolean incomplete;
} Drawing;

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

/* The coarsest level that is at least as fine as the output, and the way to its
 * pixels. */
static void
choose_level (Drawing *self)
{
  const double *a = self->view->affine;
  double scale = sqrt (fabs (a[0] * a[4] - a[1] * a[3]));
  guint shift = 0;

  while (shift + 1 < self->plan->n_levels &&
         ldexp (1.0, (int) shift + 1) <= scale * 1.0001)
    shift++;
  double factor = ldexp (1.0, (int) shift);
  self->level = self->plan->n_levels - 1 - shift;
  for (guint i = 0; i < 6; i++)
    self->affine[i] = a[i] / factor;
  self->affine[2] += 0.5 / factor - 0.5;
  self->affine[5] += 0.5 / factor - 0.5;
}

/* What the view sees of the level, with a margin around the level so that its
 * edge fades into the background. FALSE when that is nothing. */
static gboolean
find_rect (Drawing *self)
{
  const VitrailDeepZoomLevel *level = &self->plan->levels[self->level];
  const double *a = self->affine;
  double low[2] = { INFINITY, INFINITY };
  double high[2] = { -INFINITY, -INFINITY };
  double sides[2] = { (double) level->width, (double) level->height };

  for (guint corner = 0; corner < 4; corner++) {
    double x = (corner & 1) != 0 ? self->view->width - 1 : 0;
    double y = (corner & 2) != 0 ? self->view->height - 1 : 0;
    for (guint axis = 0; axis < 2; axis++) {
      const double *row = a + (size_t) axis * 3;
      double at = row[0] * x + row[1] * y + row[2];
      if (!isfinite (at))
        return FALSE;
      low[axis] = fmin (low[axis], at);
      high[axis] = fmax (high[axis], at);
    }
  }
  for (guint axis = 0; axis < 2; axis++) {
    double from = fmax (floor (low[axis]), -1);
    double to = fmin (floor (high[axis]) + 3, sides[axis] + 2);
    if (!(from < to))
      return FALSE;
    self->rect[axis] = (gint64) from;
    self->rect[axis + 2] = (gint64) (to - from);
  }
  self->affine[2] -= (double) self->rect[0];
  self->affine[5] -= (double) self->rect[1];
  return TRUE;
}

/* The part of a tile that lies in the rectangle: source x, y, width, height and
 * where it lies in the tile. */
typedef struct {
  gint64 to[2];
  gint64 from[2];
  gint64 size[2];
} Overlap;

static void
find_overlap (const Drawing *self, guint column, guint row, Overlap *overlap)
{
  const VitrailDeepZoomLevel *level = &self->plan->levels[self->level];
  gint64 size = self->plan->tile_size;
  gint64 start[2] = { column * size, row * size };
  gint64 ends[2] = { MIN (start[0] + size, (gint64) level->width),
                     MIN (start[1] + size, (gint64) level->height) };

  for (guint axis = 0; axis < 2; axis++) {
    gint64 first = MAX (start[axis], self->rect[axis]);
    gint64 end = MIN (ends[axis], self->rect[axis] + self->rect[axis + 2]);
    overlap->to[axis] = first - self->rect[axis];
    overlap->from[axis] = first - start[axis];
    overlap->size[axis] = MAX (end - first, 0);
  }
}

static void
copy_tile (Drawing *self, const VitrailTile *tile, const Overlap *overlap)
{
  size_t stride = (size_t) self->rect[2] * 3;

  for (gint64 y = 0; y < overlap->size[1]; y++)
    memcpy (self->source + (size_t) (overlap->to[1] + y) * stride +
                (size_t) overlap->to[0] * 3,
            tile->rgb + ((size_t) (overlap->from[1] + y) * tile->width +
                         (size_t) overlap->from[0]) *
                            3,
            (size_t) overlap->size[0] * 3);
}

/* @tile is of a level that is @shift times coarser. */
static void
copy_coarse_tile (Drawing *self,
                  const VitrailTile *tile,
                  guint shift,
                  const guint place[2],
                  const Overlap *overlap)
{
  gint64 size = self->plan->tile_size;
  size_t stride = (size_t) self->rect[2] * 3;
  gint64 origin[2];

  for (guint axis = 0; axis < 2; axis++)
    origin[axis] = (place[axis] & (((gint64) 1 << shift) - 1)) * size +
                   overlap->from[axis];
  for (gint64 y = 0; y < overlap->size[1]; y++) {
    gint64 line = MIN ((origin[1] + y) >> shift, (gint64) tile->height - 1);
    uint8_t *out = self->source + (size_t) (overlap->to[1] + y) * stride +
                   (size_t) overlap->to[0] * 3;
    for (gint64 x = 0; x < overlap->size[0]; x++) {
      gint64 at = MIN ((origin[0] + x) >> shift, (gint64) tile->width - 1);
      memcpy (out + (size_t) x * 3,
              tile->rgb + ((size_t) line * tile->width + (size_t) at) * 3, 3);
    }
  }
}

/* Draws what the cache holds of this place, the finer the better. */
static void
draw_held (Drawing *self, const guint place[2], const Overlap *overlap)
{
  for (guint shift = 0; shift <= MIN (self->level, MAX_STAND_IN); shift++) {
    g_autoptr (VitrailTile) tile =
        vitrail_deepzoom_peek_tile (self->slide, self->plan, self->cache,
                                    self->level - shift, place[0] >> shift,
                                    place[1] >> shift);
    if (tile == NULL)
      continue;
    if (shift == 0) {
      copy_tile (self, tile, overlap);
      return;
    }
    copy_coarse_tile (self, tile, shift, place, overlap);
    break;
  }
  self->incomplete = TRUE;
}

static gboolean
draw_tile (Drawing *self, guint column, guint row, GError **error)
{
  const VitrailSlideView *view = self->view;
  guint place[2] = { column, row };
  Overlap overlap;

  find_overlap (self, column, row, &overlap);
  if (overlap.size[0] == 0 || overlap.size[1] == 0)
    return TRUE;
  if (view->preview) {
    draw_held (self, place, &overlap);
    return TRUE;
  }
  if (view->is_stale != NULL && view->is_stale (view->stale_data)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "the view has changed");
    return FALSE;
  }
  g_autoptr (VitrailTile) tile =
      vitrail_deepzoom_render_tile (self->slide, self->plan, self->cache,
                                    self->level, column, row, error);
  if (tile == NULL)
    return FALSE;
  copy_tile (self, tile, &overlap);
  return TRUE;
}

static gboolean
draw_source (Drawing *self, GError **error)
{
  const VitrailDeepZoomLevel *level = &self->plan->levels[self->level];
  gint64 size = self->plan->tile_size;
  gint64 first_column = MAX (self->rect[0], 0) / size;
  gint64 first_row = MAX (self->rect[1], 0) / size;
  gint64 end_x = self->rect[0] + self->rect[2];
  gint64 end_y = self->rect[1] + self->rect[3];

  vitrail_slide_fill_row (self->source,
                          (size_t) (self->rect[2] * self->rect[3]),
                          self->background);
  for (gint64 row = first_row; row < level->rows && row * size < end_y; row++)
    for (gint64 column = first_column;
         column < level->columns && column * size < end_x; column++)
      if (!draw_tile (self, (guint) column, (guint) row, error))
        return FALSE;
  return TRUE;
}

static void
mix_pixel (const uint8_t *upper,
           size_t stride,
           guint right,
           guint below,
           uint8_t *out)
{
  const uint8_t *lower = upper + stride;

  for (size_t c = 0; c < 3; c++) {
    guint top = upper[c] * (256 - right) + upper[c + 3] * right;
    guint bottom = lower[c] * (256 - right) + lower[c + 3] * right;
    out[c] = (uint8_t) ((top * (256 - below) + bottom * below + 32768) >> 16);
  }
}

/* One output row. Positions outside of the rectangle are beside the slide. */
static void
sample_row (const Drawing *self, guint y, uint8_t *out)
{
  const double *a = self->affine;
  size_t stride = (size_t) self->rect[2] * 3;
  gint64 rounding =
      self->view->nearest ? (gint64) (FIXED_ONE / 2) : (gint64) 1 << 23;
  gint64 u = (gint64) rint ((a[1] * y + a[2]) * FIXED_ONE) + rounding;
  gint64 v = (gint64) rint ((a[4] * y + a[5]) * FIXED_ONE) + rounding;
  gint64 step_u = (gint64) rint (a[0] * FIXED_ONE);
  gint64 step_v = (gint64) rint (a[3] * FIXED_ONE);

  for (guint x = 0; x < self->view->width;
       x++, u += step_u, v += step_v, out += 3)
  {
    gint64 left = u >> 32;
    gint64 top = v >> 32;
    if (left < 0 || top < 0 || left >= self->rect[2] - 1 ||
        top >= self->rect[3] - 1)
      memcpy (out, self->surround, 3);
    else if (self->view->nearest)
      memcpy (out, self->source + (size_t) top * stride + (size_t) left * 3, 3);
    else
      mix_pixel (self->source + (size_t) top * stride + (size_t) left * 3,
                 stride, (guint) ((u >> 24) & 255), (guint) ((v >> 24) & 255),
                 out);
  }
}

static gboolean
allocate_source (Drawing *self, GError **error)
{
  if (self->rect[2] <= MAX_SOURCE_PIXELS / self->rect[3])
    self->source = g_try_malloc_n ((gsize) (self->rect[2] * self->rect[3]), 3);
  if (self->source == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: a view of %u x %u pixels is too large",
                 vitrail_slide_get_name (self->slide), self->view->width,
                 self->view->height);
  return self->source != NULL;
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
  Drawing self = { .slide = slide, .plan = plan, .cache = cache, .view = view };

  vitrail_slide_get_background (slide, self.background);
  if (!view->on_black)
    memcpy (self.surround, self.background, sizeof self.surround);
  choose_level (&self);
  if (incomplete != NULL)
    *incomplete = FALSE;
  if (!find_rect (&self)) {
    for (guint y = 0; y < view->height; y++)
      vitrail_slide_fill_row (rgb + (size_t) y * stride, view->width,
                              self.surround);
    return TRUE;
  }
  gboolean done = allocate_source (&self, error) && draw_source (&self, error);
  for (guint y = 0; done && y < view->height; y++)
    sample_row (&self, y, rgb + (size_t) y * stride);
  g_free (self.source);
  if (incomplete != NULL)
    *incomplete = self.incomplete;
  return done;
}
