/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where one picture's plane runs through another picture. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailPlanePicture:
 * @plane: of its pixels, as VitrailFrameInfo has it, in millimetres
 * @width, @height: pixels
 */
typedef struct {
  const double *plane;
  double width;
  double height;
} VitrailPlanePicture;

/**
 * vitrail_plane_line_find: (skip)
 * @here: in whose pixels the line is wanted
 * @other: whose plane it is of: the line ends where that picture does
 * @from, @to: (out): pixels of @here, their centres at whole numbers
 *
 * Returns: FALSE where they do not meet within both, or lie within 10 degrees
 *   of parallel: such a line would say nothing
 */
gboolean vitrail_plane_line_find (const VitrailPlanePicture *here,
                                  const VitrailPlanePicture *other,
                                  double from[2],
                                  double to[2]);

G_END_DECLS
