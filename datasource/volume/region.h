/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which voxels of a volume lie in a part of space. */

#pragma once

#include "volume/volume.h"

G_BEGIN_DECLS

/**
 * VitrailBall:
 * @center: millimetres in the volume's space
 * @radius: millimetres
 */
typedef struct {
  double center[3];
  double radius;
} VitrailBall;

/* "X,Y,Z,RADIUS" in millimetres; FALSE where it is something else. */
gboolean vitrail_ball_from_text (const char *text, VitrailBall *ball);

/* One byte a voxel: 1 where its centre lies in @ball. NULL with
 * VITRAIL_ERROR_LIMIT where there is no memory, VITRAIL_ERROR_NOT_FOUND where
 * no voxel's centre does. Freed with g_free (). */
guint8 *vitrail_ball_make_mask (const VitrailBall *ball,
                                const VitrailVolumeInfo *info,
                                GError **error);

/* Of one voxel, in cubic millimetres. */
double vitrail_volume_info_get_voxel_size (const VitrailVolumeInfo *info);

G_END_DECLS
