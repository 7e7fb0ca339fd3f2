/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The volume of benchmarks: 512 x 512 x 400 voxels of 0.7 x 0.7 x 1 mm. */

#pragma once

#include "volume/volume.h"

#include <string.h>

enum { COLUMNS = 512, ROWS = 512, SLICES = 400, SIDE = 512 };

/* Of the file named, filled as a series is; NULL where it is no such. */
static inline VitrailVolume *
bench_make_volume (const char *path)
{
  const gsize slice = (gsize) COLUMNS * ROWS * sizeof (guint16);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  VitrailVolumeInfo info = { .size = { COLUMNS, ROWS, SLICES },
                             .type = VITRAIL_VOXEL_U16,
                             .matrix = { 0.7, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, 1, 0,
                                         0, 0, 0, 1 } };
  g_autoptr (VitrailVolume) volume = vitrail_volume_new (&info, NULL, NULL);

  if (volume == NULL || !g_file_get_contents (path, &bytes, &length, NULL) ||
      length != slice * SLICES)
    return NULL;
  for (guint k = 0; k < SLICES; k++) {
    memcpy (vitrail_volume_begin_slice (volume, k), bytes + k * slice, slice);
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return g_steal_pointer (&volume);
}
