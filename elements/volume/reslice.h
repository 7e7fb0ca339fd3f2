/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plane, or a slab of planes, of a volume as a picture: multiplanar
 * reconstruction. Plain C and AVX2 give the same picture to the last bit. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/**
 * VitrailReslicing:
 * @VITRAIL_RESLICE_NEAREST: the voxel whose box a point lies in
 * @VITRAIL_RESLICE_LINEAR: trilinear; of 16-bit voxels, weights along a row are
 *   rounded to 1/16384
 * @VITRAIL_RESLICE_CUBIC: Catmull-Rom along each axis (a = -0.5); the same
 */
typedef enum {
  VITRAIL_RESLICE_NEAREST,
  VITRAIL_RESLICE_LINEAR,
  VITRAIL_RESLICE_CUBIC,
} VitrailReslicing;

/* What a slab shows of the samples along its thickness. */
typedef enum {
  VITRAIL_SLAB_MAXIMUM,
  VITRAIL_SLAB_MINIMUM,
  VITRAIL_SLAB_MEAN,
  VITRAIL_SLAB_SUM,
} VitrailSlab;

/**
 * VitrailReslice:
 * @voxels: as vitrail_volume_get_voxels () has them, of @type and @size, and
 *   readable for VITRAIL_VOLUME_SLACK bytes behind the last
 * @background: what lies outside the volume, and where its padding is
 * @has_padding: voxels from @padding_low to @padding_high are no data: they
 *   are never mixed with others
 * @origin: index (i, j, k) of the centre of the first pixel, in the first
 *   plane
 * @right, @down: from a pixel to the next one, and from a line to the next
 * @step: from a plane of the slab to the next one
 * @n_planes: 1 for no slab
 *
 * A point is in the volume up to half a voxel beyond the outer centres. Planes
 * that a line of sight finds outside, or in padding, do not count.
 */
typedef struct {
  const void *voxels;
  VitrailVoxelType type;
  guint size[3];
  double background;
  gboolean has_padding;
  double padding_low;
  double padding_high;
  double origin[3];
  double right[3];
  double down[3];
  double step[3];
  guint n_planes;
  VitrailReslicing interpolation;
  VitrailSlab slab;
} VitrailReslice;

/* Whether pixels come out as float: of a volume of floats, and as a sum, which
 * 16 bits would not hold. Otherwise they are guint16, rounded. */
gboolean vitrail_reslice_is_float (const VitrailReslice *self);

/* Lines @first to @end - 1 of a picture of @width pixels. @out is line @first;
 * @stride bytes lie between lines. */
void vitrail_reslice_lines (const VitrailReslice *self,
                            guint first,
                            guint end,
                            guint width,
                            void *out,
                            gsize stride);

/* All of it, on all cores. */
void vitrail_reslice_picture (const VitrailReslice *self,
                              guint width,
                              guint height,
                              void *out,
                              gsize stride);

G_END_DECLS
