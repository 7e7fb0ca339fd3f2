/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planelayer.h. */

#include "planelayer.h"

#include "overlay.h"
#include "planelines.h"

#include <math.h>

/* A line of this width, in GTK's pixels, with a thin dark outline. */
#define WIDTH 1.5f
/* Half of a handle. */
#define RING   5.5f
#define SQUARE 4.5f

static const GdkRGBA outline_color = { 0, 0, 0, 0.5f };
static const GdkRGBA fill_color = { 0, 0, 0, 0.35f };

static void
draw_bar (GtkSnapshot *snapshot,
          double length,
          float width,
          const GdkRGBA *color)
{
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (0, -width / 2, (float) length,
                                                  width));
}

static GdkRGBA
get_color (const VitrailPlaneLine *line)
{
  return (GdkRGBA){ (float) (line->color >> 16 & 0xff) / 255,
                    (float) (line->color >> 8 & 0xff) / 255,
                    (float) (line->color & 0xff) / 255, 0.9f };
}

/* A pixel as a point of the widget: the centre of pixel 0 is half a pixel from
 * the edge. */
static graphene_point_t
to_point (const double pixel[2], int scale)
{
  return GRAPHENE_POINT_INIT ((float) ((pixel[0] + 0.5) / scale),
                              (float) ((pixel[1] + 0.5) / scale));
}

static void
draw_line (GtkSnapshot *snapshot, const VitrailPlaneLine *line, int scale)
{
  const GdkRGBA color = get_color (line);
  const double dx = (line->to[0] - line->from[0]) / scale;
  const double dy = (line->to[1] - line->from[1]) / scale;
  const graphene_point_t from = to_point (line->from, scale);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &from);
  gtk_snapshot_rotate (snapshot, (float) (atan2 (dy, dx) * 180 / G_PI));
  draw_bar (snapshot, hypot (dx, dy), WIDTH + 2, &outline_color);
  draw_bar (snapshot, hypot (dx, dy), WIDTH, &color);
  gtk_snapshot_restore (snapshot);
}

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

/* Where the slab begins and ends. */
static void
draw_slab (cairo_t *cr, const VitrailPlaneLine *line, int scale)
{
  static const double dashes[2] = { 6, 5 };
  const GdkRGBA color = get_color (line);

  cairo_save (cr);
  cairo_set_dash (cr, dashes, 2, 0);
  for (int face = -1; face <= 1; face += 2) {
    const double from[2] = { line->from[0] + face * line->half[0],
                             line->from[1] + face * line->half[1] };
    const double to[2] = { line->to[0] + face * line->half[0],
                           line->to[1] + face * line->half[1] };
    const graphene_point_t a = to_point (from, scale);
    const graphene_point_t b = to_point (to, scale);
    cairo_move_to (cr, a.x, a.y);
    cairo_line_to (cr, b.x, b.y);
    stroke (cr, &color);
  }
  cairo_restore (cr);
}

/* Rings turn, squares make thicker. */
static void
draw_handles (cairo_t *cr, const VitrailPlaneLine *line, int scale)
{
  const GdkRGBA color = get_color (line);

  for (guint i = 0; i < line->n_turns + line->n_slabs; i++) {
    const gboolean is_ring = i < line->n_turns;
    const graphene_point_t at =
        to_point (is_ring ? line->turns[i] : line->slabs[i - line->n_turns],
                  scale);
    if (is_ring)
      cairo_arc (cr, at.x, at.y, RING, 0, 2 * G_PI);
    else
      cairo_rectangle (cr, at.x - SQUARE, at.y - SQUARE, 2 * SQUARE,
                       2 * SQUARE);
    gdk_cairo_set_source_rgba (cr, &fill_color);
    cairo_fill_preserve (cr);
    stroke (cr, &color);
  }
}

/* How thick it is, beside its first handle. */
static void
draw_thickness (GtkWidget *widget,
                GtkSnapshot *snapshot,
                const VitrailPlaneLine *line,
                int scale)
{
  g_autoptr (PangoLayout) layout = vitrail_overlay_new_layout (widget);
  const graphene_point_t at = to_point (line->slabs[line->n_slabs - 1], scale);
  g_autofree char *text = g_strdup_printf ("%.1f mm", line->slab_mm);
  int width = 0;
  int height = 0;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  const float room = (float) (gtk_widget_get_width (widget) - width) - 2;
  vitrail_overlay_draw_text (snapshot, layout,
                             MIN (at.x + 2 * SQUARE, MAX (room, 0)),
                             at.y + SQUARE);
}

void
vitrail_plane_layer_snapshot (VitrailSession *session,
                              guint index,
                              GtkWidget *widget,
                              GtkSnapshot *snapshot)
{
  g_autoptr (GArray) lines = vitrail_session_find_plane_lines (session, index);
  const int scale = gtk_widget_get_scale_factor (widget);

  for (guint i = 0; i < lines->len; i++)
    draw_line (snapshot, &g_array_index (lines, VitrailPlaneLine, i), scale);
  if (lines->len == 0)
    return;
  const graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                          (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  for (guint i = 0; i < lines->len; i++) {
    const VitrailPlaneLine *line = &g_array_index (lines, VitrailPlaneLine, i);
    if (line->slab_mm > 0)
      draw_slab (cr, line, scale);
    draw_handles (cr, line, scale);
  }
  cairo_destroy (cr);
  for (guint i = 0; i < lines->len; i++) {
    const VitrailPlaneLine *line = &g_array_index (lines, VitrailPlaneLine, i);
    if (line->slab_mm > 0 && line->n_slabs > 0)
      draw_thickness (widget, snapshot, line, scale);
  }
}
