/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A whole file: preamble, file meta information, data set, both ways of
 * reading it. */

#include "dicom/part10.h"
#include "fuzz.h"
#include "walk.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const VitrailReadFlags flags[] = { VITRAIL_READ_ALL,
                                            VITRAIL_READ_HEADER };
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);

  vitrail_part10_probe (data, size);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file =
        vitrail_part10_read (bytes, "fuzz", flags[i], &error);
    g_assert_true ((file == NULL) == (error != NULL));
    if (file == NULL)
      continue;
    fuzz_walk (vitrail_part10_get_meta (file));
    fuzz_walk (vitrail_part10_get_data_set (file));
    g_assert_nonnull (vitrail_part10_get_transfer_syntax (file));
  }
  return 0;
}
