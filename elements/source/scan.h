/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The images of one series below a folder, without an index: for
 * dicomfilesrc. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailScanImage: one file.
 * @n_frames: as its header says, at least 1
 * @frame_ms: how long a frame stands, 0 where the header does not say
 */
typedef struct {
  char *path;
  guint n_frames;
  double frame_ms;
} VitrailScanImage;

/* Reads the headers of all files below @folder; images of @series, or of the
 * first series (by Series Number, then UID) where NULL: (element-type
 * VitrailScanImage) in display order. Fails when there are none. */
GPtrArray *
vitrail_scan_series (const char *folder, const char *series, GError **error);

G_END_DECLS
