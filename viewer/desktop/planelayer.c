/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planelayer.h. */

#include "planelayer.h"

#include "planelines.h"

#include <math.h>

/* A line of this width, in GTK's pixels, with a thin dark outline. */
#define WIDTH 1.5f

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

static void
draw_line (GtkSnapshot *snapshot, const VitrailPlaneLine *line, int scale)
{
  static const GdkRGBA outline = { 0, 0, 0, 0.5f };
  const GdkRGBA color = { (float) (line->color >> 16 & 0xff) / 255,
                          (float) (line->color >> 8 & 0xff) / 255,
                          (float) (line->color & 0xff) / 255, 0.9f };
  const double dx = (line->to[0] - line->from[0]) / scale;
  const double dy = (line->to[1] - line->from[1]) / scale;

  gtk_snapshot_save (snapshot);
  /* The centre of pixel 0 is half a pixel from the edge. */
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) ((line->from[0] + 0.5) / scale),
                                      (float) ((line->from[1] + 0.5) / scale)));
  gtk_snapshot_rotate (snapshot, (float) (atan2 (dy, dx) * 180 / G_PI));
  draw_bar (snapshot, hypot (dx, dy), WIDTH + 2, &outline);
  draw_bar (snapshot, hypot (dx, dy), WIDTH, &color);
  gtk_snapshot_restore (snapshot);
}

void
vitrail_plane_layer_snapshot (VitrailSession *session,
                              guint index,
                              int scale,
                              GtkSnapshot *snapshot)
{
  g_autoptr (GArray) lines = vitrail_session_find_plane_lines (session, index);

  for (guint i = 0; i < lines->len; i++)
    draw_line (snapshot, &g_array_index (lines, VitrailPlaneLine, i), scale);
}
