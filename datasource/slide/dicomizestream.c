/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a Part 10 stream of frames: see dicomizefile.h. */

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "error.h"
#include "slide/dicomizefile.h"

#include <string.h>

#define TAG_EXTENDED_OFFSETS VITRAIL_TAG (0x7fe0, 0x0001)
#define TAG_EXTENDED_LENGTHS VITRAIL_TAG (0x7fe0, 0x0002)

/* (7FE0,0010) OB of undefined length. */
static const uint8_t pixel_data[12] = { 0xe0, 0x7f, 0x10, 0x00, 'O',  'B',
                                        0,    0,    0xff, 0xff, 0xff, 0xff };

const uint8_t vitrail_sequence_tail[VITRAIL_SEQUENCE_TAIL_BYTES] = {
  0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0
};

void
vitrail_item_head_write (uint8_t head[VITRAIL_ITEM_HEAD_BYTES], gsize length)
{
  static const uint8_t tag[4] = { 0xfe, 0xff, 0x00, 0xe0 };
  const guint32 even_le = GUINT32_TO_LE ((guint32) (length + (length & 1)));

  memcpy (head, tag, sizeof tag);
  memcpy (head + sizeof tag, &even_le, sizeof even_le);
}

static void
add_extended_table (VitrailDataSetBuilder *builder, guint n_frames)
{
  const gsize length = (gsize) n_frames * sizeof (guint64);
  g_autoptr (GBytes) zeroes = g_bytes_new_take (g_malloc0 (length), length);

  vitrail_data_set_builder_set_bytes (builder, TAG_EXTENDED_OFFSETS,
                                      VITRAIL_VR ('O', 'V'), zeroes);
  vitrail_data_set_builder_set_bytes (builder, TAG_EXTENDED_LENGTHS,
                                      VITRAIL_VR ('O', 'V'), zeroes);
}

GBytes *
vitrail_dicomized_ref_head (VitrailDicomized *self,
                            guint i,
                            VitrailOffsets offsets,
                            GError **error)
{
  const guint n_frames = vitrail_dicomized_get_n_frames (self, i);
  const gsize n_table =
      offsets == VITRAIL_OFFSETS_BASIC ? (gsize) n_frames * 4 : 0;
  g_autoptr (VitrailDataSet) data_set =
      vitrail_dicomized_ref_data_set (self, i, VITRAIL_DICOMIZE_WHOLE, error);

  if (data_set == NULL)
    return NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  if (offsets == VITRAIL_OFFSETS_EXTENDED)
    add_extended_table (builder, n_frames);
  g_autoptr (VitrailDataSet) whole = vitrail_data_set_builder_end (builder);
  g_autoptr (GBytes) start = vitrail_write_part10 (
      whole, vitrail_dicomized_get_transfer_syntax (self, i), error);
  if (start == NULL)
    return NULL;

  gsize n_start;
  const uint8_t *bytes = g_bytes_get_data (start, &n_start);
  gsize length =
      n_start + sizeof pixel_data + VITRAIL_ITEM_HEAD_BYTES + n_table;
  uint8_t *head = g_malloc0 (length);
  memcpy (head, bytes, n_start);
  memcpy (head + n_start, pixel_data, sizeof pixel_data);
  vitrail_item_head_write (head + n_start + sizeof pixel_data, n_table);
  return g_bytes_new_take (head, length);
}
