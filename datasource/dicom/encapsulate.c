/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames as the items of encapsulated Pixel Data (PS3.5 A.4). */

#include "dicom/encoder.h"
#include "dicom/vr.h"
#include "dicom/writer.h"
#include "error.h"

#define TAG_ITEM VITRAIL_TAG (0xfffe, 0xe000)

/* Bytes of the offset table: none when an offset does not fit into 32 bits. */
static size_t
measure_frames (GBytes *const *frames, guint n_frames, size_t *total)
{
  size_t last = 0;

  *total = 0;
  for (guint i = 0; i < n_frames; i++) {
    last = *total;
    *total += 8 + vitrail_encoder_padded (g_bytes_get_size (frames[i]));
  }
  return last <= VITRAIL_ENCODER_MAX_LENGTH ? 4 * (size_t) n_frames : 0;
}

GBytes *
vitrail_encapsulate (GBytes *const *frames, guint n_frames, GError **error)
{
  VitrailEncoder writer = { .implicit = TRUE };
  size_t total;
  size_t table = measure_frames (frames, n_frames, &total);
  uint32_t offset = 0;

  for (guint i = 0; i < n_frames; i++) {
    if (g_bytes_get_size (frames[i]) <= VITRAIL_ENCODER_MAX_LENGTH - 1)
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "frame %u: longer than 4 GB", i + 1);
    return NULL;
  }
  uint8_t *out = g_try_malloc (8 + table + total);
  if (out == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%u frames of %zu bytes do not fit into memory", n_frames,
                 total);
    return NULL;
  }
  writer.out = out;
  vitrail_encoder_put_tag (&writer, TAG_ITEM, table);
  for (guint i = 0; table > 0 && i < n_frames; i++) {
    vitrail_encoder_put_u32 (&writer, offset);
    offset +=
        (uint32_t) (8 + vitrail_encoder_padded (g_bytes_get_size (frames[i])));
  }
  for (guint i = 0; i < n_frames; i++) {
    VitrailElement frame = { .vr = VR_OB };
    frame.value = g_bytes_get_data (frames[i], &frame.length);
    vitrail_encoder_put_tag (&writer, TAG_ITEM,
                             vitrail_encoder_padded (frame.length));
    vitrail_encoder_put_value (&writer, &frame, VR_OB);
  }
  return g_bytes_new_take (out, 8 + table + total);
}
