/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ICC profiles of images: any bytes. One in 512 also with what is calculated in
 * advance, which takes as long as hundreds without. */

#include "pixel/icc.h"

#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) profile = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  const gboolean exact = g_bytes_hash (profile) % 512 != 0;
  uint8_t rgb[3 * 27];

  for (guint i = 0; i < sizeof rgb; i++)
    rgb[i] = (uint8_t) (i * 41);
  g_autoptr (VitrailColorTransform) transform =
      vitrail_color_transform_new (profile, NULL, NULL, exact, &error);
  if (transform != NULL)
    vitrail_color_transform_row (transform, rgb, sizeof rgb / 3);
  else
    g_assert_true (g_str_has_prefix (error->message, "ICC profile: "));
  return 0;
}
