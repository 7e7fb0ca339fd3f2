/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Marks of measurements: see measuremarks.h. */

#include "overlay/measuremarks.h"

#include "annotation/annotationset.h"
#include "overlay/strokes.h"

#include <math.h>
#include <pango/pangocairo.h>

#define LINE_PX   1.6
#define SHADOW_PX 3.6
#define HANDLE_PX 2.5
#define SHADOW    0.55
#define GAP_PX    8
#define PAD_PX    3
#define FONT_PX   13
/* Points that get a handle each: more would hide the line. */
#define MAX_HANDLES 8u

typedef struct {
  const VitrailCanvas *canvas;
  const double *affine;
  VitrailPen pen;
  VitrailPen shadow;
} Marks;

static gboolean
can_invert (const double a[6])
{
  const double determinant = a[0] * a[4] - a[1] * a[3];

  return isfinite (determinant) && determinant != 0;
}

/* Corners of pixels on both sides, where the map is of centres. */
static void
to_canvas (const Marks *self, const double *place, double at[2])
{
  const double *a = self->affine;
  const double determinant = a[0] * a[4] - a[1] * a[3];
  const double x = place[0] - 0.5 - a[2];
  const double y = place[1] - 0.5 - a[5];

  at[0] = (a[4] * x - a[1] * y) / determinant + 0.5;
  at[1] = (a[0] * y - a[3] * x) / determinant + 0.5;
}

static void
draw_path (const Marks *self, const double *xy, guint n, gboolean is_closed)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i + 1 < n + (is_closed ? 1 : 0); i++) {
      double a[2];
      double b[2];
      to_canvas (self, &xy[2 * (gsize) i], a);
      to_canvas (self, &xy[2 * (gsize) ((i + 1) % n)], b);
      vitrail_pen_line (pass == 0 ? &self->shadow : &self->pen, a, b,
                        pass == 0 ? SHADOW_PX : LINE_PX);
    }
}

static void
draw_points (const Marks *self, const double *xy, guint n)
{
  for (guint i = 0; i < n && n <= MAX_HANDLES; i++) {
    double at[2];
    to_canvas (self, &xy[2 * (gsize) i], at);
    vitrail_pen_disc (&self->shadow, at, HANDLE_PX + 1);
    vitrail_pen_disc (&self->pen, at, HANDLE_PX);
  }
}

static void
draw_shape (const Marks *self, const VitrailMeasurement *what)
{
  double outline[2 * VITRAIL_ELLIPSE_POINTS];

  if (what->kind == VITRAIL_MEASURE_ELLIPSE) {
    vitrail_ellipse_get_outline (what->xy, outline);
    draw_path (self, outline, VITRAIL_ELLIPSE_POINTS, TRUE);
  } else
    draw_path (self, what->xy, what->n_points,
               vitrail_measure_kind_is_closed (what->kind));
  if (what->has_axis)
    draw_path (self, what->axis, 2, FALSE);
  draw_points (self, what->xy, what->n_points);
}

/* --- words --- */

static PangoLayout *
make_layout (const char *text)
{
  /* Of its own for each picture: Pango's default one is one thread's. */
  PangoFontMap *map = pango_cairo_font_map_new ();
  PangoContext *context = pango_font_map_create_context (map);
  PangoLayout *layout = pango_layout_new (context);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, FONT_PX * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  g_object_unref (context);
  g_object_unref (map);
  return layout;
}

static void
paint_cover (const Marks *self, cairo_surface_t *surface, int left, int top)
{
  const int width = cairo_image_surface_get_width (surface);
  const int height = cairo_image_surface_get_height (surface);
  const int stride = cairo_image_surface_get_stride (surface);
  const uint8_t *cover = cairo_image_surface_get_data (surface);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const guint column = (guint) (left + x);
      const guint row = (guint) (top + y);
      if (column >= self->canvas->width || row >= self->canvas->height)
        continue;
      vitrail_pen_pixel (&self->shadow, column, row, 256);
      vitrail_pen_pixel (&self->pen, column, row,
                         cover[(gssize) y * stride + x] * 256u / 255);
    }
}

static void
draw_words (const Marks *self, const char *text, const double at[2])
{
  PangoLayout *layout = make_layout (text);
  int width = 0;
  int height = 0;

  pango_layout_get_pixel_size (layout, &width, &height);
  width += 2 * PAD_PX;
  height += 2 * PAD_PX;
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_A8, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_move_to (cr, PAD_PX, PAD_PX);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  const double right = (double) self->canvas->width - width;
  const double bottom = (double) self->canvas->height - height;
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    paint_cover (self, surface, (int) fmax (fmin (at[0] + GAP_PX, right), 0),
                 (int) fmax (fmin (at[1] + GAP_PX, bottom), 0));
  cairo_surface_destroy (surface);
  g_object_unref (layout);
}

void
vitrail_measure_marks_draw (const VitrailMeasurement *self,
                            const VitrailCanvas *canvas,
                            const double affine[6],
                            guint32 color)
{
  Marks marks = { .canvas = canvas, .affine = affine };
  g_autofree char *text = vitrail_measurement_dup_text (self);
  double at[2];

  if (!can_invert (affine) || self->n_points == 0)
    return;
  vitrail_pen_init (&marks.pen, canvas, color, 1);
  vitrail_pen_init (&marks.shadow, canvas, 0, SHADOW);
  draw_shape (&marks, self);
  to_canvas (&marks, &self->xy[2 * ((gsize) self->n_points - 1)], at);
  if (text[0] != '\0')
    draw_words (&marks, text, at);
}
