/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Guessing transfer syntaxes from code streams: see sniff.h. */

#include "dicom/sniff.h"

#include "dicom/fragments.h"
#include "dicom/parser.h"

/* The frame header (SOFn) says which JPEG process it is (ITU T.81 table B.1).
 */
static const char *
sniff_jpeg (const uint8_t *data, size_t length)
{
  size_t position = 2;

  while (length - position >= 4 && data[position] == 0xff) {
    switch (data[position + 1]) {
    case 0xc0:
      return "1.2.840.10008.1.2.4.50";
    case 0xc1:
      return "1.2.840.10008.1.2.4.51";
    case 0xc3:
      return "1.2.840.10008.1.2.4.70";
    case 0xf7:
      return "1.2.840.10008.1.2.4.81";
    default:
      break;
    }
    size_t segment = 2 + (size_t) vitrail_read_u16 (data + position + 2, TRUE);
    if (segment > length - position)
      return NULL;
    position += segment;
  }
  return NULL;
}

/* RLE (PS3.5 G.5): up to 15 segments, the first one behind the 64 bytes of the
 * header. */
static gboolean
is_rle (const uint8_t *data, size_t length)
{
  return length >= 64 && vitrail_read_u32 (data, FALSE) >= 1 &&
         vitrail_read_u32 (data, FALSE) <= 15 &&
         vitrail_read_u32 (data + 4, FALSE) == 64;
}

const char *
vitrail_sniff_transfer_syntax (const VitrailElement *pixels)
{
  VitrailFragments fragments;
  VitrailFragment first;

  if (!vitrail_fragments_init (&fragments, pixels->value, pixels->length) ||
      !vitrail_fragments_read (&fragments, 0, &first) || first.length < 4)
    return NULL;

  const uint8_t *data = fragments.data + first.offset;
  if (data[0] == 0xff && data[1] == 0xd8)
    return sniff_jpeg (data, first.length);
  if (data[0] == 0xff && data[1] == 0x4f)
    return "1.2.840.10008.1.2.4.91";
  return is_rle (data, first.length) ? "1.2.840.10008.1.2.5" : NULL;
}
