/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pens behind slideshapes: smooth lines, boxes, discs and filled outlines
 * on a canvas. Coordinates are of the canvas: the centre of its first pixel is
 * (0.5, 0.5). What lies outside is cut. */

#pragma once

#include "overlay/planes.h"

G_BEGIN_DECLS

/**
 * VitrailPen:
 * @paint: samples of the colour in the order of the canvas
 * @opacity: 0 to 256
 */
typedef struct {
  const VitrailCanvas *canvas;
  uint8_t paint[4];
  guint opacity;
} VitrailPen;

/* @rgb: 0xRRGGBB; a grey canvas gets its luma (ITU-R BT.601). @opacity: 0 to
 * 1. */
void vitrail_pen_init (VitrailPen *self,
                       const VitrailCanvas *canvas,
                       guint32 rgb,
                       double opacity);

/* A line of @width pixels between two points. */
void vitrail_pen_line (const VitrailPen *self,
                       const double from[2],
                       const double to[2],
                       double width);
/* A box around @centre, @half: half of its sides; each pixel as far as it is
 * covered, but never less than @least (0 to 256) of one where it is small. */
void vitrail_pen_box (const VitrailPen *self,
                      const double centre[2],
                      const double half[2],
                      guint least);
/* A pixel of the canvas; @cover: 0 to 256. */
void vitrail_pen_pixel (const VitrailPen *self, guint x, guint y, guint cover);
/* The pixel around @centre; @cover: 0 to 256, and beyond for 256. */
void
vitrail_pen_dot (const VitrailPen *self, const double centre[2], guint cover);
void vitrail_pen_disc (const VitrailPen *self,
                       const double centre[2],
                       double radius);

/* One edge of an outline that is filled. */
typedef struct {
  float x0, y0, x1, y1;
} VitrailEdge;

/**
 * VitrailFillRoom: memory of filling, kept from one outline to the next.
 * @edges: (element-type VitrailEdge) of the outline, in any order
 * @crossings: (element-type float)
 * @cover: (element-type guint16) one row
 */
typedef struct {
  GArray *edges;
  GArray *crossings;
  GArray *cover;
  /*< private >*/
  guint first; /* column that the outline touches */
  guint end;
  guint n_active; /* edges that the current line crosses */
  guint next;     /* the first edge that has not begun */
} VitrailFillRoom;

void vitrail_fill_room_init (VitrailFillRoom *self);
void vitrail_fill_room_clear (VitrailFillRoom *self);

/* Fills what @room's edges enclose by the even-odd rule; the edges are used up.
 */
void vitrail_pen_fill (const VitrailPen *self, VitrailFillRoom *room);

G_END_DECLS
