/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Length and area of what is drawn on a slide, with pixels that need not be
 * square. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

/**
 * VitrailShapeSize:
 * @length: of an open line; of a closed one its way round, holes included; of
 *   points 0
 * @area: of a closed shape, its holes taken off; else 0
 * @is_closed: whether it has an area
 * @is_calibrated: in mm and mm2; else in pixels of level 0
 */
typedef struct {
  double length;
  double area;
  gboolean is_closed;
  gboolean is_calibrated;
} VitrailShapeSize;

/**
 * vitrail_annotation_set_measure:
 * @mpp_x, @mpp_y: micrometres per pixel of level 0; 0: not known
 * @size: (out caller-allocates): the result
 *
 * Ellipses are measured as such, not as the polygon that is drawn for them.
 * Edges of a polygon that cross each other count with their signs.
 *
 * Returns: FALSE where there is no such shape
 */
gboolean vitrail_annotation_set_measure (const VitrailAnnotationSet *self,
                                         guint index,
                                         double mpp_x,
                                         double mpp_y,
                                         VitrailShapeSize *size);

/**
 * vitrail_shape_size_to_string:
 *
 * For a person: "1.234 mm", "0.567 mm2" behind a closed shape's way round,
 * "12.3 um" where it is small, "120 px", "300 px2"; "" of points.
 *
 * Returns: (transfer full): with a dot as decimal mark
 */
char *vitrail_shape_size_to_string (const VitrailShapeSize *self);

G_END_DECLS
