/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A whole slide as one picture: see overview.h. */

#include "overview.h"

#include "error.h"
#include "pixel/resample.h"

#include <math.h>
#include <string.h>

#define DEFAULT_SIDE 1024
/* Bytes of a level that are in memory at a time. */
#define BAND_BYTES (64u * 1024 * 1024)

/* One level of a slide laid into a picture. */
typedef struct {
  VitrailSlide *slide;
  guint number;
  VitrailSlideLevel level;
  double scale; /* level pixels for one of the picture */
  double left;  /* picture pixels before the slide begins */
  double top;
} Overview;

static void
default_size (const VitrailSlideLevel *finest, guint *width, guint *height)
{
  double longest = (double) MAX (finest->width, finest->height);
  double shrink = MAX (longest / DEFAULT_SIDE, 1.0);

  *width = MAX ((guint) lround ((double) finest->width / shrink), 1);
  *height = MAX ((guint) lround ((double) finest->height / shrink), 1);
}

static void
overview_init (Overview *self, VitrailSlide *slide, guint width, guint height)
{
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  double downsample =
      MAX ((double) finest.width / width, (double) finest.height / height);
  self->slide = slide;
  self->number = vitrail_slide_find_level (slide, downsample);
  vitrail_slide_get_level (slide, self->number, &self->level);
  self->scale = MAX ((double) self->level.width / width,
                     (double) self->level.height / height);
  self->left = (width - (double) self->level.width / self->scale) / 2;
  self->top = (height - (double) self->level.height / self->scale) / 2;
}

/* Rows @first to @end of the level, RGB. */
static VitrailFrame *
read_band (const Overview *self, gint64 first, gint64 end, GError **error)
{
  const gint64 rect[4] = { 0, first, (gint64) self->level.width, end - first };
  const VitrailPixelFormat format = {
    .width = (guint) self->level.width,
    .height = (guint) (end - first),
    .samples = 3,
    .bits_allocated = 8,
    .bits_stored = 8,
    .high_bit = 7,
    .photometric = VITRAIL_PHOTOMETRIC_RGB,
  };
  gsize stride = (gsize) self->level.width * 3;
  g_autofree guint8 *rgb = g_try_malloc_n ((gsize) (end - first), stride);

  if (rgb == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: level %u: no memory for %u rows",
                 vitrail_slide_get_name (self->slide), self->number,
                 format.height);
    return NULL;
  }
  if (!vitrail_slide_read_region (self->slide, self->number, rect, rgb, stride,
                                  NULL, error))
    return NULL;
  GBytes *bytes =
      g_bytes_new_take (g_steal_pointer (&rgb), stride * format.height);
  VitrailFrame *frame = vitrail_frame_new_take (&format, bytes, stride);
  frame->normalized = TRUE;
  return frame;
}

/* Rows @row to @row + @n_rows of the picture. */
static gboolean
render_rows (const Overview *self,
             VitrailImage *image,
             guint row,
             guint n_rows,
             GError **error)
{
  double from = (row - self->top) * self->scale;
  double to = (row + n_rows - self->top) * self->scale;
  gint64 margin = (gint64) ceil (self->scale) + 1;
  gint64 height = (gint64) self->level.height;
  gint64 first = CLAMP ((gint64) floor (from) - margin, 0, height);
  gint64 end = CLAMP ((gint64) ceil (to) + margin, 0, height);

  if (first >= end)
    return TRUE;
  g_autoptr (VitrailFrame) band = read_band (self, first, end, error);
  if (band == NULL)
    return FALSE;
  double half = self->scale / 2 - 0.5;
  const double affine[6] = {
    self->scale, 0,           half - self->left * self->scale,
    0,           self->scale, half + from - (double) first
  };
  VitrailResample resample;
  vitrail_resample_init (&resample, band, NULL, affine,
                         VITRAIL_INTERPOLATION_LINEAR);
  resample.fill = 255;
  vitrail_resample_rows (&resample, 0, n_rows, image->width,
                         image->data + row * image->stride, image->stride);
  return TRUE;
}

static guint
band_rows (const Overview *self, guint height)
{
  double level_rows = (double) BAND_BYTES / (3.0 * (double) self->level.width);

  return (guint) CLAMP (level_rows / self->scale - 2, 1.0, height);
}

gboolean
vitrail_overview_render (VitrailSlide *slide,
                         guint width,
                         guint height,
                         VitrailImage *image,
                         GError **error)
{
  VitrailSlideLevel finest;
  Overview overview;

  vitrail_slide_get_level (slide, 0, &finest);
  if (width == 0)
    default_size (&finest, &width, &height);
  overview_init (&overview, slide, width, height);
  image->width = width;
  image->height = height;
  image->channels = 3;
  image->stride = (gsize) width * 3;
  image->data = g_try_malloc_n (height, image->stride);
  if (image->data == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "no memory for a picture of %u x %u pixels", width, height);
    return FALSE;
  }
  memset (image->data, 0xff, image->stride * height);
  guint step = band_rows (&overview, height);
  for (guint row = 0; row < height; row += step) {
    if (!render_rows (&overview, image, row, MIN (step, height - row), error))
      return FALSE;
  }
  return TRUE;
}
