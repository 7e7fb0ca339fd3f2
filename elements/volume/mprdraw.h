/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of volumes, wherever their voxels are. */

#pragma once

#include "volume/mpr.h"

G_BEGIN_DECLS

/**
 * vitrail_mpr_draw: (skip)
 * @picture: as vitrail_mpr_place () made it for this volume
 * @out: lines without gaps, of guint16 or float (vitrail_reslice_is_float ())
 *
 * On all cores. Of voxels that lie on disk, those around a few lines are read
 * at a time.
 *
 * Returns: FALSE with VITRAIL_ERROR_IO where they cannot be read, or
 *   VITRAIL_ERROR_LIMIT where there is no memory
 */
gboolean vitrail_mpr_draw (VitrailVolume *volume,
                           const VitrailMprPicture *picture,
                           void *out,
                           GError **error);

/* A sum's samples are values: of all planes, whose intercepts add up. Others
 * stay as they were drawn. */
void vitrail_mpr_make_values (const VitrailVolumeInfo *info,
                              const VitrailMprPicture *picture,
                              void *samples);

G_END_DECLS
