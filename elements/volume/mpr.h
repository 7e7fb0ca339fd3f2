/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a plane through a volume lies: from what a person asks for, in the
 * patient's terms, to what reslice.h wants, in the volume's. */

#pragma once

#include "volume/reslice.h"

G_BEGIN_DECLS

/**
 * VitrailMprOrientation:
 * @VITRAIL_MPR_AXIAL: seen from the feet; the back is down
 * @VITRAIL_MPR_CORONAL: from the front; the feet are down
 * @VITRAIL_MPR_SAGITTAL: from the left; the front is left
 * @VITRAIL_MPR_ACQUISITION: as the slices were acquired
 * @VITRAIL_MPR_OBLIQUE: as the directions say
 */
typedef enum {
  VITRAIL_MPR_AXIAL,
  VITRAIL_MPR_CORONAL,
  VITRAIL_MPR_SAGITTAL,
  VITRAIL_MPR_ACQUISITION,
  VITRAIL_MPR_OBLIQUE,
} VitrailMprOrientation;

/**
 * VitrailMpr:
 * @orientation: what right and down are
 * @right, @down: of OBLIQUE: directions in space; made one long and at right
 *   angles, right going first
 * @turn: degrees about the middle's line down: to the reader's right
 * @offset: millimetres away from the reader, from the middle of the volume
 * @has_center, @center: millimetres in space, in the place of the middle
 * @thickness: millimetres of a slab about the plane; 0 for none
 * @slab, @interpolation: as in VitrailReslice
 * @spacing: millimetres between pixels; 0: the volume's finest
 * @width, @height: pixels; 0: what shows all of the volume
 */
typedef struct {
  VitrailMprOrientation orientation;
  double right[3];
  double down[3];
  double turn;
  double offset;
  gboolean has_center;
  double center[3];
  double thickness;
  VitrailSlab slab;
  VitrailReslicing interpolation;
  double spacing;
  guint width;
  guint height;
} VitrailMpr;

/* The axial plane through the middle. */
#define VITRAIL_MPR_INIT                                                     \
  {                                                                          \
    .right = { 1, 0, 0 }, .down = { 0, 1, 0 }, .slab = VITRAIL_SLAB_MAXIMUM, \
    .interpolation = VITRAIL_RESLICE_LINEAR                                  \
  }

/**
 * VitrailMprPicture:
 * @reslice: what draws it; @voxels are not set
 * @plane: as VitrailFrameInfo has it, for its pixels
 * @spacing: millimetres between its pixels
 */
typedef struct {
  VitrailReslice reslice;
  guint width;
  guint height;
  double plane[12];
  double spacing;
} VitrailMprPicture;

/**
 * VitrailMprWay:
 * @n_planes: one for each voxel along the axis that runs most away from the
 *   reader
 * @step: millimetres from one to the next
 * @right, @down: directions of the pictures, one millimetre long
 * @away: the direction; the first plane is the nearest
 * @middle: of the volume, or the center
 *
 * Where planes lie that are looked through one by one.
 */
typedef struct {
  guint n_planes;
  double step;
  double right[3];
  double down[3];
  double away[3];
  double middle[3];
} VitrailMprWay;

/* @self's thickness and offset do not count. FALSE as vitrail_mpr_place (). */
gboolean vitrail_mpr_get_way (const VitrailMpr *self,
                              const VitrailVolumeInfo *info,
                              VitrailMprWay *way,
                              GError **error);

/* The offset of plane @number, from 1; and the number at a place in
 * millimetres, within 1 and n_planes. */
double vitrail_mpr_way_get_offset (const VitrailMprWay *self, guint number);
guint vitrail_mpr_way_find (const VitrailMprWay *self, const double place[3]);

/* Pixels along one side of a square that shows all of the volume however a
 * plane through its middle is turned; within limits.h. @spacing: millimetres
 * between them. */
guint vitrail_mpr_get_widest (const VitrailVolumeInfo *info, double spacing);

/**
 * vitrail_mpr_place: (skip)
 *
 * Returns: FALSE with VITRAIL_ERROR_LIMIT where it would be beyond limits.h,
 *   VITRAIL_ERROR_MALFORMED where directions are none
 */
gboolean vitrail_mpr_place (const VitrailMpr *self,
                            const VitrailVolumeInfo *info,
                            VitrailMprPicture *picture,
                            GError **error);

G_END_DECLS
