/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Curved reformat: a volume along a path through points, laid straight. A
 * picture's columns follow one another along the path, each at right angles to
 * it; both directions are in millimetres. */

#pragma once

#include "volume/mprdraw.h"

G_BEGIN_DECLS

/* Points of a path at most. */
#define VITRAIL_CURVE_POINTS 10000u

/**
 * VitrailCurveWish:
 * @path: "x y z; x y z; ...": two points at least, in millimetres of space
 * @across: what is up in the picture, as far as it is at right angles to the
 *   path; zeroes: what is up at the beginning is carried along
 * @angle: degrees that up turns about the path, clockwise as one looks along it
 * @thickness: millimetres of a slab about the surface; 0 for none
 * @slab, @interpolation: as in VitrailReslice
 * @spacing: millimetres between pixels; 0: the volume's finest
 * @height: pixels; 0: as high as the volume
 */
typedef struct {
  const char *path;
  double across[3];
  double angle;
  double thickness;
  VitrailSlab slab;
  VitrailReslicing interpolation;
  double spacing;
  guint height;
} VitrailCurveWish;

/* Up is the head, as of a path in an axial plane. */
#define VITRAIL_CURVE_WISH_INIT                          \
  {                                                      \
    .across = { 0, 0, 1 }, .slab = VITRAIL_SLAB_MAXIMUM, \
    .interpolation = VITRAIL_RESLICE_LINEAR              \
  }

/**
 * VitrailCurveColumn:
 * @at: of its middle, in space
 * @along, @up: directions, one millimetre long, at right angles
 */
typedef struct {
  double at[3];
  double along[3];
  double up[3];
} VitrailCurveColumn;

/**
 * vitrail_curve_parse:
 *
 * Returns: (element-type double): three a point; NULL with
 *   VITRAIL_ERROR_MALFORMED where @path is none
 */
GArray *vitrail_curve_parse (const char *path, GError **error);

/**
 * vitrail_curve_walk:
 * @spacing: millimetres along the path from a column to the next
 *
 * The path is smooth (centripetal Catmull-Rom) and runs through all its points;
 * the first column is at the first one.
 *
 * Returns: (element-type VitrailCurveColumn): NULL with an error where the
 *   points are one place, or the picture would be beyond limits.h
 */
GArray *vitrail_curve_walk (const VitrailCurveWish *self,
                            double spacing,
                            GError **error);

/**
 * VitrailCurvePicture:
 * @wish: what was asked for, its spacing and height as they are
 * @columns: of VitrailCurveColumn, as many as it is wide
 * @first: the first column's, whose pixels run downwards: what all columns'
 *   samples have in common
 */
typedef struct {
  VitrailCurveWish wish;
  GArray *columns;
  VitrailMprPicture first;
} VitrailCurvePicture;

/* FALSE as vitrail_curve_parse (), _walk () and vitrail_mpr_place () say. */
gboolean vitrail_curve_place (const VitrailCurveWish *self,
                              const VitrailVolumeInfo *info,
                              VitrailCurvePicture *picture,
                              GError **error);
void vitrail_curve_picture_clear (VitrailCurvePicture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailCurvePicture,
                                  vitrail_curve_picture_clear)

/* Lines without gaps, from above, of columns->len pixels, of guint16 or float
 * (vitrail_reslice_is_float () of @first). On all cores; FALSE as
 * vitrail_mpr_draw (). */
gboolean vitrail_curve_draw (VitrailVolume *volume,
                             const VitrailCurvePicture *picture,
                             void *out,
                             GError **error);

G_END_DECLS
