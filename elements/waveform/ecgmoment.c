/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms over pictures: see ecgmoment.h. */

#include "waveform/ecgmoment.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define PART     6u /* of the picture's height */
#define LEAST_PX 24u

/* A part of the waveform, and how large it is drawn. */
typedef struct {
  const VitrailEcgMoment *moment;
  double start;
  guint width;
  guint height;
} Strip;

static void
draw_trace (cairo_t *cr, const Strip *strip)
{
  const VitrailEcgMoment *self = strip->moment;
  const double rate = self->rate_hz;
  const double per_value = strip->width / (self->span * rate);
  const double first = floor (strip->start * rate);
  const double last =
      fmin (ceil ((strip->start + self->span) * rate), self->n_values - 1.0);
  const double range = self->high > self->low ? self->high - self->low : 1;
  gboolean down = FALSE;

  for (guint i = (guint) fmax (first, 0); i <= last; i++) {
    const double value = self->values[i];
    const double x = (i - strip->start * rate) * per_value;
    const double y =
        strip->height * (0.92 - 0.84 * (value - self->low) / range);
    if (isfinite (value) && down)
      cairo_line_to (cr, x, y);
    else if (isfinite (value))
      cairo_move_to (cr, x, y);
    down = isfinite (value);
  }
  cairo_set_source_rgb (cr, 0.3, 0.95, 0.45);
  cairo_set_line_width (cr, fmax (1, strip->height / 60.0));
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
}

static void
draw_strip (cairo_t *cr, const Strip *strip)
{
  const VitrailEcgMoment *self = strip->moment;
  const double x = (self->now - strip->start) / self->span * strip->width;
  const double wide = fmax (2, strip->height / 40.0);

  cairo_set_source_rgba (cr, 0, 0, 0, 0.65);
  cairo_paint (cr);
  draw_trace (cr, strip);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, floor (x - wide / 2 + 0.5), 0, round (wide),
                   strip->height);
  cairo_fill (cr);
}

/* cairo's words (premultiplied) over @to. */
static void
blend_pixel (guint32 from, const VitrailCanvas *canvas, guint8 *to)
{
  const guint rest = 255 - (from >> 24);
  const guint rgb[3] = { (from >> 16) & 255, (from >> 8) & 255, from & 255 };

  if (canvas->channels < 3) {
    const guint grey = (rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29) >> 8;
    to[0] = (guint8) MIN (255, grey + to[0] * rest / 255);
    return;
  }
  for (guint i = 0; i < 3; i++) {
    const guint k = canvas->reversed ? 2 - i : i;
    to[k] = (guint8) MIN (255, rgb[i] + to[k] * rest / 255);
  }
}

static void
blend (cairo_surface_t *surface, const VitrailCanvas *canvas, guint height)
{
  const guint8 *pixels = cairo_image_surface_get_data (surface);
  const gsize stride = (gsize) cairo_image_surface_get_stride (surface);

  for (guint y = 0; pixels != NULL && y < height; y++) {
    guint8 *to = canvas->data + (canvas->height - height + y) * canvas->stride;
    for (guint x = 0; x < canvas->width; x++) {
      guint32 pixel = 0;
      memcpy (&pixel, pixels + y * stride + (gsize) x * sizeof pixel,
              sizeof pixel);
      blend_pixel (pixel, canvas, to + (gsize) x * canvas->channels);
    }
  }
}

void
vitrail_ecg_draw_moment (const VitrailCanvas *canvas,
                         const VitrailEcgMoment *moment)
{
  const Strip strip = {
    .moment = moment,
    .start = floor (moment->now / moment->span) * moment->span,
    .width = canvas->width,
    .height = MIN (MAX (canvas->height / PART, LEAST_PX), canvas->height),
  };
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) strip.width,
                                  (int) strip.height);
  cairo_t *cr = cairo_create (surface);

  draw_strip (cr, &strip);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  blend (surface, canvas, strip.height);
  cairo_surface_destroy (surface);
}
