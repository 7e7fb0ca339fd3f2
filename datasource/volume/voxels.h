/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the samples of frames to voxels: which type holds all slices of a
 * volume, and the loops that fill it. */

#pragma once

#include "volume/plan.h"

G_BEGIN_DECLS

/**
 * VitrailVoxelScale:
 * @type: VITRAIL_VOXEL_U16: voxel = stored + @sample_offset; F32: voxel = value
 *   after the modality LUT
 */
typedef struct {
  VitrailVoxelType type;
  double sample_offset;
} VitrailVoxelScale;

/* 16 bits where all @infos (NULLs are skipped) have samples of 16 bits or less
 * with one rescale, else float. */
VitrailVoxelScale
vitrail_voxel_scale_choose (VitrailFrameInfo *const *infos, guint n);

/* Of @middle, a frame of the volume: units, windows, background, padding, and
 * how voxels become values; owns what it points to. */
void vitrail_voxel_scale_describe (const VitrailVoxelScale *self,
                                   VitrailFrameInfo *middle,
                                   VitrailVolumeInfo *info);

/**
 * vitrail_voxel_scale_convert:
 * @frame: normalized; @frame_info: its
 * @x, @y: its first pixel that is wanted; @size: columns and rows
 * @out: size[0] * size[1] voxels
 *
 * FALSE where the frame is not what its header announced.
 */
gboolean vitrail_voxel_scale_convert (const VitrailVoxelScale *self,
                                      const VitrailFrame *frame,
                                      const VitrailFrameInfo *frame_info,
                                      const guint at[2],
                                      const guint size[2],
                                      void *out,
                                      GError **error);

/* @out = a + (b - a) * @weight, the nearer one where either is no data. */
void vitrail_voxels_interpolate (const VitrailVolumeInfo *info,
                                 const void *a,
                                 const void *b,
                                 double weight,
                                 void *out);

G_END_DECLS
