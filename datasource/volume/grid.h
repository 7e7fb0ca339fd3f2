/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the positions of parallel slices to a regular grid: one step from each
 * slice to the next, and for each slice of the grid which acquired ones it is
 * made of. Pure arithmetic. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailGridKind:
 * @VITRAIL_GRID_REGULAR: all steps are the same: the slices are the grid's
 * @VITRAIL_GRID_GAPS: the same but for slices that are missing, which are
 *   interpolated
 * @VITRAIL_GRID_VARIABLE: slices lie where they like: the grid has the least
 *   of the steps, and most of its slices are interpolated
 */
typedef enum {
  VITRAIL_GRID_REGULAR,
  VITRAIL_GRID_GAPS,
  VITRAIL_GRID_VARIABLE,
} VitrailGridKind;

/**
 * VitrailGridSlice:
 * @a, @b: numbers of acquired slices, by position; both VITRAIL_GRID_NONE: too
 *   far from any, nothing is there
 * @weight: of @b; 0: the slice is @a as it is
 */
typedef struct {
  guint a;
  guint b;
  double weight;
} VitrailGridSlice;

#define VITRAIL_GRID_NONE G_MAXUINT

/**
 * VitrailGrid:
 * @slices: (array length=n_slices)
 * @origin: of the first slice; @step: to each next one, in millimetres. Not
 *   along the normal where the gantry was tilted
 * @tilt_degrees: between step and normal
 * @n_missing: of GAPS
 */
typedef struct {
  VitrailGridKind kind;
  guint n_slices;
  VitrailGridSlice *slices;
  double origin[3];
  double step[3];
  double tilt_degrees;
  guint n_missing;
} VitrailGrid;

/**
 * vitrail_grid_fit:
 * @positions: (array length=3n): x, y, z of @n slices, in ascending order along
 *   @normal, no two at the same distance
 * @normal: unit vector
 * @tolerance: millimetres that positions may be off a straight line
 *
 * Returns: FALSE with VITRAIL_ERROR_MALFORMED where they lie on no line, or too
 *   unevenly
 */
gboolean vitrail_grid_fit (VitrailGrid *self,
                           const double *positions,
                           guint n,
                           const double normal[3],
                           double tolerance,
                           GError **error);
void vitrail_grid_clear (VitrailGrid *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailGrid, vitrail_grid_clear)

G_END_DECLS
