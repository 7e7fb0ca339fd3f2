/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations: files as a reader meets them, put on a small grid. */

#include "volume/labels.h"

#include "dicom/part10.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const double matrix[16] = { 3, 0, 0,  -30, 0, 3, 0, -30,
                                     0, 0, 20, 480, 0, 0, 0, 1 };
  static const guint grid[3] = { 20, 20, 6 };
  guint8 labels[20 * 20 * 6];
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VitrailPart10) part10 =
      vitrail_part10_read (bytes, "fuzz", VITRAIL_READ_ALL, NULL);
  g_autoptr (VitrailInstance) instance =
      part10 != NULL ? vitrail_instance_new (part10, "fuzz") : NULL;
  g_autoptr (VitrailLabels) self =
      instance != NULL ? vitrail_labels_read (instance, NULL) : NULL;

  if (self != NULL)
    vitrail_labels_resample (self, matrix, grid, labels);
  return 0;
}
