/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind slideoverlay: annotation sets drawn over a view of their
 * slide, a million polygons as well as one.
 *
 * What a shape is drawn as depends on its size on the canvas:
 *  - from 16 pixels on: its outline, smooth, and its inside as style says;
 *  - from 4 on: its outline, vertices closer than a pixel left out;
 *  - smaller: the box around it, each pixel as much as it is covered;
 *  - where 16 and more lie within one pixel: one dot for all of them, in the
 *    colour of one that is visible.
 * Where more than 60,000 are to be seen, boxes stand for outlines up to a
 * larger size, so that time stays bounded. */

#pragma once

#include "annotation/annotationset.h"
#include "overlay/planes.h"

G_BEGIN_DECLS

/**
 * VitrailShapeStyle:
 * @line_px: how wide outlines are
 * @point_px: how wide points are
 * @opacity: of all, 0 to 1
 * @fill: how much of it closed shapes are filled with, 0 to 1
 * @has_selected, @selected: the shape that stands out
 */
typedef struct {
  double line_px;
  double point_px;
  double opacity;
  double fill;
  gboolean has_selected;
  guint selected;
} VitrailShapeStyle;

#define VITRAIL_SHAPE_STYLE_INIT                             \
  {                                                          \
    .line_px = 1.5, .point_px = 7, .opacity = 1, .fill = 0.2 \
  }

/* How much was drawn, and as what. */
typedef struct {
  guint n_outlines;
  guint n_boxes;
  guint n_dots;
} VitrailShapesDrawn;

/**
 * vitrail_slide_shapes_draw:
 * @set: its visible groups are drawn, in no particular order
 * @affine: from pixel centres of @canvas to those of level 0 (framemeta.h)
 * @drawn: (nullable): counts
 *
 * FALSE where nothing could be drawn: a map that cannot be inverted, no memory
 * for the index.
 */
gboolean vitrail_slide_shapes_draw (const VitrailAnnotationSet *set,
                                    const VitrailCanvas *canvas,
                                    const double affine[6],
                                    const VitrailShapeStyle *style,
                                    VitrailShapesDrawn *drawn);

G_END_DECLS
