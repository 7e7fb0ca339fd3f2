/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A whole file's frames: native, by offset tables, by a scan. */

#include "dicom/frameindex.h"

#include "dicom/part10.h"
#include "fuzz.h"

#define MAX_FRAMES 64u

/* Each byte of a frame is looked at: all must be inside the file. */
static guint
sum (GBytes *frame)
{
  gsize size;
  const uint8_t *bytes = g_bytes_get_data (frame, &size);
  guint total = 0;

  for (gsize i = 0; i < size; i++)
    total += bytes[i];
  return total;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, "fuzz", VITRAIL_READ_HEADER, NULL);
  static volatile guint total;

  if (file == NULL)
    return 0;
  g_autoptr (VitrailFrameIndex) index =
      vitrail_frame_index_new (vitrail_part10_get_data_set (file),
                               vitrail_part10_get_transfer_syntax (file),
                               "fuzz", NULL);
  if (index == NULL)
    return 0;
  guint n = vitrail_frame_index_get_n_frames (index);
  g_assert_cmpuint (n, >, 0);
  for (guint i = 1; i <= MIN (n, MAX_FRAMES); i++) {
    g_autoptr (GBytes) frame = vitrail_frame_index_ref_frame (index, i, NULL);
    total = frame != NULL ? total + sum (frame) : total;
  }
  return 0;
}
