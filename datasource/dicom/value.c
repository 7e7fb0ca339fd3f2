/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values of a data set as numbers and as text in UTF-8. */

#include "dicom/value.h"

#include "dicom/assembler.h"
#include "dicom/charset.h"
#include "dicom/parser.h"
#include "dicom/vr.h"

#include <math.h>
#include <string.h>

/* DS has at most 16 characters; writers of more digits exist. */
#define MAX_NUMBER_TEXT 63

/* A number as read: integers keep all 64 bits. */
typedef struct {
  gboolean is_integer;
  gboolean is_unsigned; /* @integer holds a uint64_t */
  int64_t integer;
  double real;
} Number;

static Number
from_signed (int64_t value)
{
  return (Number){ TRUE, FALSE, value, (double) value };
}

static Number
from_unsigned (uint64_t value)
{
  return (Number){ TRUE, TRUE, (int64_t) value, (double) value };
}

static Number
from_real (double value)
{
  return (Number){ FALSE, FALSE, 0, value };
}

static double
read_double (const uint8_t *p, gboolean big_endian)
{
  uint64_t bits = vitrail_read_u64 (p, big_endian);
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static float
read_float (const uint8_t *p, gboolean big_endian)
{
  uint32_t bits = vitrail_read_u32 (p, big_endian);
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* The binary number at @p, which has the VR's size. */
static gboolean
read_binary (VitrailVR vr, const uint8_t *p, gboolean big, Number *number)
{
  switch (vr) {
  case VR_OB:
    *number = from_unsigned (p[0]);
    return TRUE;
  case VR_US:
  case VR_OW:
    *number = from_unsigned (vitrail_read_u16 (p, big));
    return TRUE;
  case VR_SS:
    *number = from_signed ((int16_t) vitrail_read_u16 (p, big));
    return TRUE;
  case VR_UL:
  case VR_OL:
    *number = from_unsigned (vitrail_read_u32 (p, big));
    return TRUE;
  case VR_SL:
    *number = from_signed ((int32_t) vitrail_read_u32 (p, big));
    return TRUE;
  case VR_UV:
  case VR_OV:
    *number = from_unsigned (vitrail_read_u64 (p, big));
    return TRUE;
  case VR_SV:
    *number = from_signed ((int64_t) vitrail_read_u64 (p, big));
    return TRUE;
  case VR_FL:
  case VR_OF:
    *number = from_real (read_float (p, big));
    return TRUE;
  case VR_FD:
  case VR_OD:
    *number = from_real (read_double (p, big));
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
parse_number (const char *text, size_t length, Number *number)
{
  char copy[MAX_NUMBER_TEXT + 1];
  char *end = NULL;

  if (length > MAX_NUMBER_TEXT)
    return FALSE;
  memcpy (copy, text, length);
  copy[length] = '\0';
  /* strtod would also take 0x1p3, INF and NAN. */
  if (strspn (copy, "0123456789+-.eE") != length)
    return FALSE;

  double real = g_ascii_strtod (copy, &end);
  if (end == copy || *end != '\0' || !isfinite (real))
    return FALSE;
  *number = from_real (real);
  if (strpbrk (copy, ".eE") == NULL && length <= 18) {
    number->is_integer = TRUE;
    number->integer = g_ascii_strtoll (copy, NULL, 10);
  }
  return TRUE;
}

gboolean
vitrail_parse_decimal (const char *text, size_t length, double *value)
{
  Number number;

  if (length == 0 || !parse_number (text, length, &number))
    return FALSE;
  *value = number.real;
  return TRUE;
}

gboolean
vitrail_element_get_double (const VitrailElement *element, double *value)
{
  const char *text = (const char *) element->value;
  size_t length = element->length;
  size_t size = vitrail_vr_value_size (element->vr);
  Number number;

  if (element->vr == VR_IS || element->vr == VR_DS) {
    const char *end = memchr (text, '\\', length);
    length = end != NULL ? (size_t) (end - text) : length;
    for (; length > 0 && text[0] == ' '; length--)
      text++;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
      length--;
    return vitrail_parse_decimal (text, length, value);
  }
  if (size == 0 || length < size ||
      !read_binary (element->vr, element->value, element->big_endian != 0,
                    &number) ||
      !isfinite (number.real))
    return FALSE;
  *value = number.real;
  return TRUE;
}

static gboolean
get_number (const VitrailDataSet *self,
            VitrailTag tag,
            guint index,
            Number *number)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL || element->length == 0)
    return FALSE;
  if (element->vr == VR_IS || element->vr == VR_DS) {
    size_t length;
    const char *text = vitrail_data_set_peek_text (self, tag, index, &length);
    return text != NULL && parse_number (text, length, number);
  }
  size_t size = vitrail_vr_value_size (element->vr);
  if (size == 0 || index >= element->length / size)
    return FALSE;
  return read_binary (element->vr, element->value + index * size,
                      element->big_endian, number);
}

gboolean
vitrail_data_set_get_double (const VitrailDataSet *self,
                             VitrailTag tag,
                             guint index,
                             double *value)
{
  Number number;

  if (!get_number (self, tag, index, &number) || !isfinite (number.real))
    return FALSE;
  *value = number.real;
  return TRUE;
}

gboolean
vitrail_data_set_get_int (const VitrailDataSet *self,
                          VitrailTag tag,
                          guint index,
                          int64_t *value)
{
  Number number;

  if (!get_number (self, tag, index, &number))
    return FALSE;
  if (number.is_integer) {
    if (number.is_unsigned && number.integer < 0)
      return FALSE;
    *value = number.integer;
    return TRUE;
  }
  /* "512.0" is an integer that was written the long way. */
  if (!(fabs (number.real) < 9007199254740992.0) ||
      number.real != trunc (number.real))
    return FALSE;
  *value = (int64_t) number.real;
  return TRUE;
}

static gboolean
get_text_doubles (const VitrailDataSet *self,
                  const VitrailElement *element,
                  double *values,
                  guint n)
{
  VitrailTextIter iter;
  const char *text;
  size_t length;

  vitrail_text_iter_init (&iter, self, element);
  for (guint i = 0; i < n; i++) {
    if (!vitrail_text_iter_next (&iter, &text, &length) ||
        !vitrail_parse_decimal (text, length, &values[i]))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_data_set_get_doubles (const VitrailDataSet *self,
                              VitrailTag tag,
                              double *values,
                              guint n)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL)
    return FALSE;
  if (element->vr == VR_IS || element->vr == VR_DS)
    return get_text_doubles (self, element, values, n);
  for (guint i = 0; i < n; i++) {
    if (!vitrail_data_set_get_double (self, tag, i, &values[i]))
      return FALSE;
  }
  return TRUE;
}

int64_t
vitrail_data_set_get_int_or (const VitrailDataSet *self,
                             VitrailTag tag,
                             int64_t fallback)
{
  int64_t value = fallback;

  vitrail_data_set_get_int (self, tag, 0, &value);
  return value;
}

/* The shortest decimal that reads back as the same number. */
static char *
format_real (VitrailVR vr, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean is_float = vr == VR_FL || vr == VR_OF;

  for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
    char format[8];
    g_snprintf (format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd (text, sizeof text, format, value);
    double back = g_ascii_strtod (text, NULL);
    if (is_float ? (float) back == (float) value : back == value)
      break;
  }
  return g_strdup (text);
}

char *
vitrail_format_binary (const VitrailElement *element, size_t index)
{
  size_t size = vitrail_vr_value_size (element->vr);
  Number number;

  if (size == 0 || index >= element->length / size)
    return NULL;
  const uint8_t *p = element->value + index * size;
  if (element->vr == VR_AT) {
    return g_strdup_printf ("%04X%04X",
                            vitrail_read_u16 (p, element->big_endian),
                            vitrail_read_u16 (p + 2, element->big_endian));
  }
  if (!read_binary (element->vr, p, element->big_endian, &number))
    return NULL;
  if (!number.is_integer)
    return format_real (element->vr, number.real);
  return number.is_unsigned
             ? g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) number.integer)
             : g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number.integer);
}

char *
vitrail_data_set_dup_string (const VitrailDataSet *self,
                             VitrailTag tag,
                             guint index)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);
  size_t length;

  if (element == NULL || element->length == 0)
    return NULL;
  if ((vitrail_vr_info (element->vr)->flags & VITRAIL_VR_TEXT) == 0)
    return vitrail_format_binary (element, index);
  const char *text = vitrail_data_set_peek_text (self, tag, index, &length);
  if (text == NULL)
    return NULL;
  return vitrail_charset_to_utf8 (self->character_set, element->vr, text,
                                  length);
}

static char *
join_text (const VitrailDataSet *self, const VitrailElement *element)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  VitrailTextIter iter;
  const char *text;
  size_t length;
  gboolean any = FALSE;

  vitrail_text_iter_init (&iter, self, element);
  for (guint i = 0; vitrail_text_iter_next (&iter, &text, &length); i++) {
    if (i > 0)
      g_string_append_c (joined, '\\');
    if (length == 0)
      continue;
    any = TRUE;
    g_autofree char *value =
        vitrail_charset_to_utf8 (self->character_set, element->vr, text,
                                 length);
    g_string_append (joined, value);
  }
  return any ? g_string_free (g_steal_pointer (&joined), FALSE) : NULL;
}

static char *
join_numbers (const VitrailElement *element)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  size_t size = vitrail_vr_value_size (element->vr);

  if (size == 0 || element->length < size)
    return NULL;
  for (size_t i = 0; i < element->length / size; i++) {
    g_autofree char *value = vitrail_format_binary (element, i);
    if (i > 0)
      g_string_append_c (joined, '\\');
    g_string_append (joined, value);
  }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

char *
vitrail_data_set_dup_strings (const VitrailDataSet *self, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL || element->length == 0)
    return NULL;
  return (vitrail_vr_info (element->vr)->flags & VITRAIL_VR_TEXT) != 0
             ? join_text (self, element)
             : join_numbers (element);
}
