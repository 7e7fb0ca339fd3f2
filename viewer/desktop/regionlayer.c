/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See regionlayer.h. */

#include "regionlayer.h"

#include "timeregions.h"

/* In GTK's pixels. */
#define WIDTH 2.0

static const GdkRGBA outline_color = { 0, 0, 0, 0.5f };

static void
draw (cairo_t *cr, const VitrailRegionMark *mark, int scale)
{
  const GdkRGBA color = { (float) (mark->color >> 16 & 0xff) / 255,
                          (float) (mark->color >> 8 & 0xff) / 255,
                          (float) (mark->color & 0xff) / 255, 1 };

  /* The centre of pixel 0 is half a pixel from the edge. */
  cairo_arc (cr, (mark->center[0] + 0.5) / scale,
             (mark->center[1] + 0.5) / scale, mark->radius / scale, 0,
             2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &outline_color);
  cairo_set_line_width (cr, WIDTH + 2);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, WIDTH);
  cairo_stroke (cr);
}

void
vitrail_region_layer_snapshot (VitrailSession *session,
                               guint index,
                               GtkWidget *widget,
                               GtkSnapshot *snapshot)
{
  g_autoptr (GArray) marks = vitrail_session_find_region_marks (session, index);
  const int scale = gtk_widget_get_scale_factor (widget);

  if (marks->len == 0)
    return;
  const graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                          (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  for (guint i = 0; i < marks->len; i++)
    draw (cr, &g_array_index (marks, VitrailRegionMark, i), scale);
  cairo_destroy (cr);
}
