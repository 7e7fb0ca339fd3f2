/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Descriptions of displays: any text. Levels never fall. */

#include "fuzz.h"
#include "pixel/gsdf.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VitrailCalibration) calibration =
      vitrail_calibration_new ((const char *) data, size, "fuzz", NULL);
  guint before = 0;

  for (guint i = 0; calibration != NULL && i < 256; i++) {
    const guint level = vitrail_calibration_get_level (calibration, i);
    g_assert_cmpuint (level, >=, before);
    before = level;
  }
  return 0;
}
