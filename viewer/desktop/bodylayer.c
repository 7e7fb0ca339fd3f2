/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See bodylayer.h. */

#include "bodylayer.h"

#include "bodyhands.h"

#define WIDTH 1.5
/* Half of a handle. */
#define HANDLE 5.0

static const GdkRGBA outline_color = { 0, 0, 0, 0.5f };
static const GdkRGBA fill_color = { 0, 0, 0, 0.5f };
static const GdkRGBA accent_color = { 0.36f, 0.62f, 1.0f, 0.9f };
static const GdkRGBA far_color = { 0.36f, 0.62f, 1.0f, 0.55f };

/* With a thin dark outline. */
static void
stroke (cairo_t *cr, const GdkRGBA *color)
{
  gdk_cairo_set_source_rgba (cr, &outline_color);
  cairo_set_line_width (cr, WIDTH + 2);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, WIDTH);
  cairo_stroke (cr);
}

static double
to_point (double pixel, int scale)
{
  return (pixel + 0.5) / scale;
}

/* Those that are @is_far, or the others. */
static void
draw_edges (cairo_t *cr,
            const VitrailBodyMarks *marks,
            int scale,
            gboolean is_far)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks->edges); i++) {
    const VitrailBodyEdge *edge = &marks->edges[i];
    if (edge->is_far != is_far)
      continue;
    cairo_move_to (cr, to_point (edge->from[0], scale),
                   to_point (edge->from[1], scale));
    cairo_line_to (cr, to_point (edge->to[0], scale),
                   to_point (edge->to[1], scale));
  }
  stroke (cr, is_far ? &far_color : &accent_color);
}

static void
draw_handles (cairo_t *cr,
              const VitrailBodyMarks *marks,
              int scale,
              gboolean is_far)
{
  for (guint i = 0; i < marks->n_handles; i++) {
    const double *at = marks->handles[i];
    if (marks->is_far[i] != is_far)
      continue;
    cairo_rectangle (cr, to_point (at[0], scale) - HANDLE,
                     to_point (at[1], scale) - HANDLE, 2 * HANDLE, 2 * HANDLE);
    gdk_cairo_set_source_rgba (cr, is_far ? &fill_color : &accent_color);
    cairo_fill_preserve (cr);
    stroke (cr, is_far ? &far_color : &accent_color);
  }
}

/* What is in front lies over what is behind. */
static void
draw_box (cairo_t *cr, const VitrailBodyMarks *marks, int scale)
{
  draw_edges (cr, marks, scale, TRUE);
  draw_handles (cr, marks, scale, TRUE);
  draw_edges (cr, marks, scale, FALSE);
  draw_handles (cr, marks, scale, FALSE);
}

/* Closed by a dashed line, as it will be. */
static void
draw_shape (cairo_t *cr, const GArray *points, int scale)
{
  static const double dashes[2] = { 6, 5 };
  const double (*xy)[2] = (const double (*)[2]) (gconstpointer) points->data;
  const guint n = points->len / 2;

  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, to_point (xy[i][0], scale), to_point (xy[i][1], scale));
  stroke (cr, &accent_color);
  cairo_set_dash (cr, dashes, 2, 0);
  cairo_move_to (cr, to_point (xy[n - 1][0], scale),
                 to_point (xy[n - 1][1], scale));
  cairo_line_to (cr, to_point (xy[0][0], scale), to_point (xy[0][1], scale));
  stroke (cr, &accent_color);
}

void
vitrail_body_layer_snapshot (VitrailViewport *viewport,
                             GtkWidget *widget,
                             GtkSnapshot *snapshot)
{
  const int scale = gtk_widget_get_scale_factor (widget);
  VitrailBodyMarks marks;

  if (!vitrail_viewport_find_body_marks (viewport, &marks))
    return;
  const graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                          (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  if (marks.has_box)
    draw_box (cr, &marks, scale);
  if (marks.points != NULL)
    draw_shape (cr, marks.points, scale);
  cairo_destroy (cr);
}
