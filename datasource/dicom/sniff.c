/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Guessing transfer syntaxes from code streams: see sniff.h. */

#include "dicom/sniff.h"

#include "dicom/fragments.h"
#include "dicom/parser.h"

#include <string.h>

#define JPEG_EXTENDED    "1.2.840.10008.1.2.4.51"
#define JPEG_PROGRESSIVE "1.2.840.10008.1.2.4.55"
#define JPEG_LOSSLESS    "1.2.840.10008.1.2.4.70"
#define JPEG_LS          "1.2.840.10008.1.2.4.81"
#define JPEG_2000        "1.2.840.10008.1.2.4.91"
#define JPEG_XL          "1.2.840.10008.1.2.4.112"
#define HTJ2K            "1.2.840.10008.1.2.4.203"

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
      return JPEG_EXTENDED;
    case 0xc2:
      return JPEG_PROGRESSIVE;
    case 0xc3:
      return JPEG_LOSSLESS;
    case 0xf7:
      return JPEG_LS;
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

/* What SIZ says that a decoder needs (ISO/IEC 15444-15 A.2): its bit 14. */
static const char *
sniff_j2k (const uint8_t *data, size_t length)
{
  return length >= 8 && vitrail_read_u16 (data + 2, TRUE) == 0xff51 &&
                 (vitrail_read_u16 (data + 6, TRUE) & 0x4000) != 0
             ? HTJ2K
             : JPEG_2000;
}

/* Files around code streams, as some write them, and JPEG XL. */
static const char *
sniff_signature (const uint8_t *data, size_t length)
{
  static const struct {
    uint8_t bytes[12];
    uint8_t length;
    const char *transfer_syntax;
  } signatures[] = {
    { { 0xff, 0x0a }, 2, JPEG_XL },
    { { 0, 0, 0, 12, 'J', 'X', 'L', ' ', 13, 10, 0x87, 10 }, 12, JPEG_XL },
    { { 0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, 0x87, 10 }, 12, JPEG_2000 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (length >= signatures[i].length &&
        memcmp (data, signatures[i].bytes, signatures[i].length) == 0)
      return signatures[i].transfer_syntax;
  return NULL;
}

const char *
vitrail_sniff_frame (const uint8_t *data, size_t length)
{
  if (length < 4)
    return NULL;
  if (data[0] == 0xff && data[1] == 0xd8)
    return sniff_jpeg (data, length);
  if (data[0] == 0xff && data[1] == 0x4f)
    return sniff_j2k (data, length);
  const char *found = sniff_signature (data, length);
  if (found != NULL)
    return found;
  return is_rle (data, length) ? "1.2.840.10008.1.2.5" : NULL;
}

gboolean
vitrail_sniff_agrees (const char *sniffed, const char *transfer_syntax)
{
  /* What looks like the first may be any that begins like the second. */
  static const char *const kin[][2] = {
    { "1.2.840.10008.1.2.4.50", JPEG_EXTENDED },
    { JPEG_PROGRESSIVE, "1.2.840.10008.1.2.4.53" },
    { JPEG_LOSSLESS, "1.2.840.10008.1.2.4.57" },
    { JPEG_LS, "1.2.840.10008.1.2.4.80" },
    { JPEG_2000, "1.2.840.10008.1.2.4.9" },
    { HTJ2K, "1.2.840.10008.1.2.4.20" },
    { JPEG_XL, "1.2.840.10008.1.2.4.11" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (kin); i++)
    if (strcmp (sniffed, kin[i][0]) == 0 &&
        g_str_has_prefix (transfer_syntax, kin[i][1]))
      return TRUE;
  return strcmp (sniffed, transfer_syntax) == 0;
}

const char *
vitrail_sniff_transfer_syntax (const VitrailElement *pixels)
{
  VitrailFragments fragments;
  VitrailFragment first;

  if (!vitrail_fragments_init (&fragments, pixels->value, pixels->length) ||
      !vitrail_fragments_read (&fragments, 0, &first))
    return NULL;
  return vitrail_sniff_frame (fragments.data + first.offset, first.length);
}
