/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Encoding values: see encode.h. */

#include "dicom/encode.h"

#include "dicom/value.h"
#include "dicom/vr.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* PS3.5 6.2: a DS has at most 16 characters. */
#define MAX_DS 16

static void
append_text (GByteArray *bytes, const char *text)
{
  if (bytes->len > 0)
    g_byte_array_append (bytes, (const guint8 *) "\\", 1);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
}

static void
append_bits (GByteArray *bytes, uint64_t bits, size_t size)
{
  guint8 data[8];

  for (size_t i = 0; i < size; i++)
    data[i] = (guint8) (bits >> (8 * i));
  g_byte_array_append (bytes, data, (guint) size);
}

static gboolean
fits_unsigned (int64_t value, size_t size)
{
  return value >= 0 && (size == 8 || value >> (8 * size) == 0);
}

static gboolean
fits_signed (int64_t value, size_t size)
{
  int64_t top = size == 8 ? 0 : value >> (8 * size - 1);

  return top == 0 || top == -1;
}

/* IS and the binary integers. */
static gboolean
encode_integer (GByteArray *bytes, VitrailVR vr, int64_t value)
{
  size_t size = vitrail_vr_value_size (vr);
  char text[24];

  switch (vr) {
  case VR_IS:
    g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, (gint64) value);
    append_text (bytes, text);
    return TRUE;
  case VR_US:
  case VR_UL:
  case VR_UV:
  case VR_OB:
  case VR_OW:
  case VR_OL:
  case VR_OV:
    if (!fits_unsigned (value, size))
      return FALSE;
    append_bits (bytes, (uint64_t) value, size);
    return TRUE;
  case VR_SS:
  case VR_SL:
  case VR_SV:
    if (!fits_signed (value, size))
      return FALSE;
    append_bits (bytes, (uint64_t) value, size);
    return TRUE;
  default:
    return FALSE;
  }
}

/* The shortest text that reads back the same, else the closest that fits. */
static void
append_decimal (GByteArray *bytes, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char best[G_ASCII_DTOSTR_BUF_SIZE] = "0";

  for (int digits = 1; digits <= 17; digits++) {
    char format[8];
    g_snprintf (format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd (text, sizeof text, format, value);
    if (strlen (text) > MAX_DS)
      break;
    g_strlcpy (best, text, sizeof best);
    if (g_ascii_strtod (text, NULL) == value)
      break;
  }
  append_text (bytes, best);
}

/* DS and the binary reals. */
static gboolean
encode_real (GByteArray *bytes, VitrailVR vr, double value)
{
  float single = (float) value;
  uint32_t bits32;
  uint64_t bits64;

  switch (vr) {
  case VR_DS:
    if (!isfinite (value))
      return FALSE;
    append_decimal (bytes, value);
    return TRUE;
  case VR_FL:
  case VR_OF:
    memcpy (&bits32, &single, sizeof bits32);
    append_bits (bytes, bits32, 4);
    return TRUE;
  case VR_FD:
  case VR_OD:
    memcpy (&bits64, &value, sizeof bits64);
    append_bits (bytes, bits64, 8);
    return TRUE;
  default:
    return FALSE;
  }
}

gboolean
vitrail_encode_int (GByteArray *bytes, VitrailVR vr, int64_t value)
{
  return encode_integer (bytes, vr, value) ||
         encode_real (bytes, vr, (double) value);
}

gboolean
vitrail_encode_double (GByteArray *bytes, VitrailVR vr, double value)
{
  return encode_real (bytes, vr, value) ||
         (fabs (value) < 9.2e18 &&
          encode_integer (bytes, vr, (int64_t) llround (value)));
}

gboolean
vitrail_encode_tag (GByteArray *bytes, const char *text)
{
  VitrailTag tag;

  if (!vitrail_tag_parse (text, &tag))
    return FALSE;
  append_bits (bytes, VITRAIL_TAG_GROUP (tag), 2);
  append_bits (bytes, VITRAIL_TAG_ELEMENT (tag), 2);
  return TRUE;
}

/* Digits only, or FALSE. */
static gboolean
parse_integer (const char *text, gboolean is_unsigned, int64_t *value)
{
  char *end = NULL;

  errno = 0;
  *value = is_unsigned ? (int64_t) g_ascii_strtoull (text, &end, 10)
                       : g_ascii_strtoll (text, &end, 10);
  return errno == 0 && end != text && *end == '\0';
}

static gboolean
encode_number_text (GByteArray *bytes, VitrailVR vr, const char *text)
{
  int64_t integer;
  double real;

  if ((vr == VR_UV || vr == VR_OV) && text[0] != '-' &&
      parse_integer (text, TRUE, &integer))
  {
    append_bits (bytes, (uint64_t) integer, 8);
    return TRUE;
  }
  /* -0 is a number of its own in FL and FD. */
  if (parse_integer (text, FALSE, &integer) && integer != 0)
    return vitrail_encode_int (bytes, vr, integer);
  return vitrail_parse_decimal (text, strlen (text), &real) &&
         vitrail_encode_double (bytes, vr, real);
}

gboolean
vitrail_encode_text (GByteArray *bytes, VitrailVR vr, const char *text)
{
  const VitrailVRInfo *info = vitrail_vr_info (vr);

  if ((info->flags & VITRAIL_VR_TEXT) != 0 || info->size == 0) {
    g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
    return TRUE;
  }
  if (*text == '\0')
    return TRUE;
  g_auto (GStrv) values = g_strsplit (text, "\\", -1);
  for (size_t i = 0; values[i] != NULL; i++) {
    g_strstrip (values[i]);
    if (vr == VR_AT ? !vitrail_encode_tag (bytes, values[i])
                    : !encode_number_text (bytes, vr, values[i]))
      return FALSE;
  }
  return TRUE;
}
