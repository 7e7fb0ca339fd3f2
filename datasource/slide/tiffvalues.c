/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers and texts of TIFF: see tiffvalues.h. */

#include "slide/tiffvalues.h"

#include <math.h>
#include <string.h>

/* Field types (TIFF 6.0 section 2, Technical Note 1, BigTIFF). */
enum {
  TYPE_BYTE = 1,
  TYPE_ASCII = 2,
  TYPE_SHORT = 3,
  TYPE_LONG = 4,
  TYPE_RATIONAL = 5,
  TYPE_SBYTE = 6,
  TYPE_UNDEFINED = 7,
  TYPE_SSHORT = 8,
  TYPE_SLONG = 9,
  TYPE_SRATIONAL = 10,
  TYPE_FLOAT = 11,
  TYPE_DOUBLE = 12,
  TYPE_IFD = 13,
  TYPE_LONG8 = 16,
  TYPE_SLONG8 = 17,
  TYPE_IFD8 = 18,
};

/* Bytes of a value of each type; 0: there is no such type. */
static const uint8_t type_sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4,
                                      8, 4, 8, 4, 0, 0, 8, 8, 8 };

gboolean
vitrail_tiff_read_number (const VitrailTiffBytes *self,
                          guint64 at,
                          guint size,
                          guint64 *value)
{
  if (at > self->length || size > self->length - at)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < size; i++) {
    guint64 byte = self->data[at + i];
    *value |= byte << (8 * (self->is_big_endian ? size - 1 - i : i));
  }
  return TRUE;
}

VitrailTiffEntryState
vitrail_tiff_read_entry (const VitrailTiffBytes *self,
                         guint64 at,
                         guint64 *tag,
                         VitrailTiffValues *values)
{
  guint word = self->is_big ? 8 : 4;
  guint64 field = at + 4 + word;
  guint64 type = 0;
  guint64 beyond;

  *tag = 0;
  if (!vitrail_tiff_read_number (self, at, 2, tag) ||
      !vitrail_tiff_read_number (self, at + 2, 2, &type) ||
      !vitrail_tiff_read_number (self, at + 4, word, &values->count) ||
      !vitrail_tiff_read_number (self, field, word, &beyond))
    return VITRAIL_TIFF_BEYOND;
  values->type = (guint) type;
  values->size = type < G_N_ELEMENTS (type_sizes) ? type_sizes[type] : 0;
  values->at = field;
  if (values->size == 0)
    return VITRAIL_TIFF_OTHER;
  if (values->count > self->length / values->size)
    return VITRAIL_TIFF_BEYOND;
  guint64 n_bytes = values->count * values->size;
  if (n_bytes > word)
    values->at = beyond;
  return values->at <= self->length && n_bytes <= self->length - values->at
             ? VITRAIL_TIFF_FINE
             : VITRAIL_TIFF_BEYOND;
}

/* Two's complement of @size bytes. */
static gint64
to_signed (guint64 value, guint size)
{
  guint shift = 64 - 8 * CLAMP (size, 1, 8);
  return (gint64) (value << shift) >> shift;
}

static gboolean
is_signed (guint type)
{
  return type == TYPE_SBYTE || type == TYPE_SSHORT || type == TYPE_SLONG ||
         type == TYPE_SLONG8;
}

static gboolean
is_whole (guint type)
{
  return type == TYPE_BYTE || type == TYPE_SHORT || type == TYPE_LONG ||
         type == TYPE_UNDEFINED || type == TYPE_IFD || type == TYPE_LONG8 ||
         type == TYPE_IFD8 || is_signed (type);
}

gboolean
vitrail_tiff_read_value (const VitrailTiffBytes *self,
                         const VitrailTiffValues *values,
                         guint64 index,
                         guint64 *value)
{
  return index < values->count && is_whole (values->type) &&
         vitrail_tiff_read_number (self, values->at + index * values->size,
                                   values->size, value) &&
         !(is_signed (values->type) && to_signed (*value, values->size) < 0);
}

static double
read_ratio (const VitrailTiffBytes *self, guint64 at, gboolean has_sign)
{
  guint64 above = 0;
  guint64 below = 0;

  if (!vitrail_tiff_read_number (self, at, 4, &above) ||
      !vitrail_tiff_read_number (self, at + 4, 4, &below) || below == 0)
    return 0.0;
  if (has_sign)
    return (double) to_signed (above, 4) / (double) to_signed (below, 4);
  return (double) above / (double) below;
}

double
vitrail_tiff_read_double (const VitrailTiffBytes *self,
                          const VitrailTiffValues *values,
                          guint64 index)
{
  guint64 at = values->at + index * values->size;
  guint64 bits = 0;
  double value = 0.0;

  if (index >= values->count)
    return 0.0;
  if (values->type == TYPE_RATIONAL || values->type == TYPE_SRATIONAL)
    return read_ratio (self, at, values->type == TYPE_SRATIONAL);
  if (!vitrail_tiff_read_number (self, at, values->size, &bits))
    return 0.0;
  if (values->type == TYPE_DOUBLE) {
    memcpy (&value, &bits, sizeof value);
  } else if (values->type == TYPE_FLOAT) {
    guint32 half = (guint32) bits;
    float narrow;
    memcpy (&narrow, &half, sizeof narrow);
    value = (double) narrow;
  } else {
    value = is_signed (values->type) ? (double) to_signed (bits, values->size)
                                     : (double) bits;
  }
  return isfinite (value) ? value : 0.0;
}

char *
vitrail_tiff_read_text (const VitrailTiffBytes *self,
                        const VitrailTiffValues *values,
                        guint64 max_bytes)
{
  if (values->count == 0 || values->size != 1 || values->count > max_bytes)
    return NULL;
  const char *text = (const char *) self->data + values->at;
  g_autofree char *copy = g_strndup (text, values->count);
  if (g_utf8_validate (copy, -1, NULL))
    return g_steal_pointer (&copy);
  char *utf8 = g_convert (copy, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  return utf8 != NULL ? utf8 : g_utf8_make_valid (copy, -1);
}
