/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volume rendering: parallel rays through a volume of 16-bit voxels, what they
 * meet laid over one another from front to back. Plain C is the judge. */

#pragma once

#include "volume/blocks.h"
#include "volume/bounds.h"
#include "volume/transfer.h"

G_BEGIN_DECLS

/* Planes that cut something off. */
#define VITRAIL_RAYCAST_CLIPS 6

/* Volumes in one picture. */
#define VITRAIL_RAYCAST_VOLUMES 3

/* Shapes that cut something out, and pixels of their masks along and down. */
#define VITRAIL_RAYCAST_CUTS     8
#define VITRAIL_RAYCAST_CUT_SIDE 1024
/* Of a mask: eight are read at one go. */
#define VITRAIL_RAYCAST_CUT_BYTES \
  ((gsize) VITRAIL_RAYCAST_CUT_SIDE * VITRAIL_RAYCAST_CUT_SIDE + 8)

/**
 * VitrailRaycastCut:
 * @kept: a mask: 255 is kept, 0 is cut out. Beyond it is as its border
 * @axes: column and row of index (i, j, k): a i + b j + c k + d
 *
 * What is cut out along one direction.
 */
typedef struct {
  const guint8 *kept;
  float axes[2][4];
} VitrailRaycastCut;

/**
 * VitrailRaycastSegment:
 * @color: red, green, blue, 0 to 1
 * @opacity: how much of what a sample shows by its value is the segment's
 * @more: part of the light that a sample of it takes besides
 *
 * How one segment is shown.
 */
typedef struct {
  float color[3];
  float opacity;
  float more;
} VitrailRaycastSegment;

/* A ray that lets less than a hundredth through sees no more behind. */
#define VITRAIL_RAYCAST_OPAQUE 0.99F

typedef struct _VitrailRaycast VitrailRaycast;

/**
 * VitrailRaycast:
 * @voxels: as vitrail_volume_get_voxels () has them, of @size, none below 2
 * @bounds: what is seen under @table; NULL: every sample is taken
 * @blocks: the same for a graphics processor
 * @table: for samples as far apart as @ray is
 * @low, @high: index (i, j, k) of a box's corners: what lies beyond is cut off.
 *   Within 0 and size - 1
 * @origin: of the first pixel, in front of the volume
 * @right, @down: from a pixel to the next one, and from a line to the next
 * @ray: from a sample to the next one, away from the reader
 * @front, @back: numbers of samples along @ray: what is before the one, or
 *   behind the other, is cut off; a @back of 0 cuts off nothing
 * @n_clips, @clips: what lies where a i + b j + c k > d is cut off
 * @n_cuts, @cuts: what shapes cut out shows nothing; at their edges less
 * @labels: (nullable): of each voxel, which of @segments it is of; one whose
 *   opacity is 0 is none. Samples are of the nearest voxel's
 * @inside: how much of what is about each voxel is of any, 0 to 255: at its
 *   slopes light falls on segments where @is_shaded
 * @labels_serial: another one: labels or inside are others
 * @dimming: part of the light that is lost from a sample to the next one, from
 *   the first pixel's on: what is far is dark
 * @is_shaded: whether light falls on it: then @normal takes a gradient of
 *   voxels along i, j, k to one in space, whose third part is along the ray
 * @ambient, @diffuse, @specular, @specular_power: the light, which comes from
 *   where the reader is; both sides of a surface are lit
 * @next: (nullable): another volume in the same picture, with all of this but
 *   light: samples of the same number are at the same place, and its ones are
 *   laid behind ours. At most VITRAIL_RAYCAST_VOLUMES in all
 */
struct _VitrailRaycast {
  const guint16 *voxels;
  const VitrailBounds *bounds;
  const VitrailBlocks *blocks;
  const VitrailTransferTable *table;
  const VitrailRaycast *next;
  guint size[3];
  guint n_clips;
  double low[3];
  double high[3];
  double origin[3];
  double right[3];
  double down[3];
  double ray[3];
  double front;
  double back;
  double clips[VITRAIL_RAYCAST_CLIPS][4];
  VitrailRaycastCut cuts[VITRAIL_RAYCAST_CUTS];
  guint n_cuts;
  const guint8 *labels;
  const guint8 *inside;
  const VitrailRaycastSegment *segments;
  guint64 labels_serial;
  float dimming;
  gboolean is_shaded;
  float normal[9];
  float ambient;
  float diffuse;
  float specular;
  float specular_power;
};

/* Pixels of the parts @first to @end - 1 of a picture: RGBA, colours times
 * opacity. @stride bytes lie between lines. */
void vitrail_raycast_picture (const VitrailRaycast *self,
                              guint width,
                              guint height,
                              guint8 *out,
                              gsize stride);

G_END_DECLS
