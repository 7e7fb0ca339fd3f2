/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See pathlayer.h. */

#include "pathlayer.h"

#include "planepath.h"

#include <math.h>

/* In GTK's pixels. */
#define WIDTH 2.0
#define POINT 4.5
/* Millimetres from the plane: what is nearer is bright, and points that are
 * farther are rings. */
#define NEAR_MM 2.0

static const GdkRGBA outline_color = { 0, 0, 0, 0.5f };

static GdkRGBA
get_color (double away_mm)
{
  return (GdkRGBA){ 1.0f, 0.45f, 0.85f, away_mm <= NEAR_MM ? 1.0f : 0.35f };
}

/* The centre of pixel 0 is half a pixel from the edge. */
static graphene_point_t
to_point (const VitrailPathMark *mark, int scale)
{
  return GRAPHENE_POINT_INIT ((float) ((mark->pixel[0] + 0.5) / scale),
                              (float) ((mark->pixel[1] + 0.5) / scale));
}

static gboolean
is_near (const VitrailPathMark *mark)
{
  return mark->away_mm <= NEAR_MM;
}

/* What is as near, from @first on; where it ends. */
static guint
draw_run (cairo_t *cr, const GArray *marks, guint first, int scale)
{
  const VitrailPathMark *start = &g_array_index (marks, VitrailPathMark, first);
  const graphene_point_t from = to_point (start, scale);
  const GdkRGBA color = get_color (start->away_mm);
  guint i = first + 1;

  cairo_move_to (cr, from.x, from.y);
  for (; i < marks->len; i++) {
    const VitrailPathMark *mark = &g_array_index (marks, VitrailPathMark, i);
    if (mark->is_point)
      break;
    const graphene_point_t to = to_point (mark, scale);
    cairo_line_to (cr, to.x, to.y);
    if (is_near (mark) != is_near (start))
      break;
  }
  gdk_cairo_set_source_rgba (cr, &outline_color);
  cairo_set_line_width (cr, WIDTH + 2);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, WIDTH);
  cairo_stroke (cr);
  return i;
}

static void
draw_point (cairo_t *cr, const VitrailPathMark *mark, int scale)
{
  const graphene_point_t at = to_point (mark, scale);
  const GdkRGBA color = get_color (0);

  cairo_arc (cr, at.x, at.y, POINT, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, is_near (mark) ? &color : &outline_color);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, is_near (mark) ? &outline_color : &color);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

void
vitrail_path_layer_snapshot (VitrailSession *session,
                             guint index,
                             GtkWidget *widget,
                             GtkSnapshot *snapshot)
{
  g_autoptr (GArray) marks = vitrail_session_find_path_marks (session, index);
  const int scale = gtk_widget_get_scale_factor (widget);
  guint i = 0;

  if (marks->len == 0)
    return;
  const graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                          (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  while (i < marks->len && !g_array_index (marks, VitrailPathMark, i).is_point)
    i = draw_run (cr, marks, i, scale);
  for (; i < marks->len; i++)
    draw_point (cr, &g_array_index (marks, VitrailPathMark, i), scale);
  cairo_destroy (cr);
}
