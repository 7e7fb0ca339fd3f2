/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lookup tables as data sets hold them: a descriptor of three values, and data
 * in bytes or words (PS3.3 C.7.6.3.1.5, C.11.1.1, C.11.2.1.1). */

#include "error.h"
#include "frameinfo-private.h"

#define TAG_DESCRIPTOR  VITRAIL_TAG (0x0028, 0x3002)
#define TAG_EXPLANATION VITRAIL_TAG (0x0028, 0x3003)
#define TAG_DATA        VITRAIL_TAG (0x0028, 0x3006)

gboolean
vitrail_lut_table_read_descriptor (VitrailLutTable *self,
                                   const VitrailDataSet *data_set,
                                   VitrailTag tag)
{
  int64_t n = 0;
  int64_t bits = 16;

  if (!vitrail_data_set_get_int (data_set, tag, 0, &n))
    return FALSE;
  vitrail_data_set_get_int (data_set, tag, 2, &bits);
  /* 0 stands for 65,536; read as SS it may have become negative. */
  n = n <= 0 ? n + 65536 : n;
  self->n_declared = (guint) CLAMP (n, 1, 65536);
  self->bits = (guint) CLAMP (bits, 0, 65535);
  return TRUE;
}

gboolean
vitrail_lut_table_read_data (VitrailLutTable *self,
                             const VitrailDataSet *data_set,
                             VitrailTag tag)
{
  self->element = vitrail_data_set_find (data_set, tag);
  if (self->element == NULL || self->element->length == 0)
    return FALSE;
  /* 8-bit entries should lie two in a word, but some writers use a word for
   * each. */
  size_t length = self->element->length;
  self->wide = length >= 2 * (size_t) self->n_declared ||
               (self->bits > 8 && length != self->n_declared &&
                length != (size_t) self->n_declared + 1);
  /* And some say 16 bits of bytes. */
  if (!self->wide)
    self->bits = MIN (self->bits, 8);
  self->n_entries =
      (guint) MIN ((size_t) self->n_declared, self->wide ? length / 2 : length);
  return self->n_entries > 0;
}

uint16_t
vitrail_lut_get_entry (const VitrailElement *element,
                       gboolean wide,
                       size_t index)
{
  const uint8_t *value = element->value;
  const gboolean big = element->big_endian;

  if (wide)
    return (uint16_t) (value[2 * index + (big ? 0 : 1)] << 8 |
                       value[2 * index + (big ? 1 : 0)]);
  /* Bytes of big endian words are swapped in pairs. */
  const size_t at =
      big && element->vr == VITRAIL_VR ('O', 'W') ? index ^ 1u : index;
  return value[MIN (at, element->length - 1)];
}

uint16_t *
vitrail_lut_table_dup_values (const VitrailLutTable *self)
{
  uint16_t *values = g_new (uint16_t, self->n_entries);

  for (guint i = 0; i < self->n_entries; i++)
    values[i] = vitrail_lut_get_entry (self->element, self->wide, i);
  return values;
}

int
vitrail_lut_fix_first (int64_t first, guint n_entries, gboolean is_signed)
{
  if (is_signed && first >= 0x8000 && first <= 0xffff)
    first -= 0x10000;
  else if (!is_signed && first < 0 && first + n_entries <= 0)
    first += 0x10000;
  return (int) CLAMP (first, -32768, 65535);
}

static VitrailLut *
fail (const char *name, VitrailTag tag, GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: %s is missing", name, vitrail_tag_text (tag, text));
  return NULL;
}

VitrailLut *
vitrail_lut_new (const VitrailDataSet *item,
                 gboolean is_signed,
                 const char *name,
                 GError **error)
{
  VitrailLutTable table;
  int64_t first = 0;

  if (!vitrail_lut_table_read_descriptor (&table, item, TAG_DESCRIPTOR))
    return fail (name, TAG_DESCRIPTOR, error);
  if (!vitrail_lut_table_read_data (&table, item, TAG_DATA))
    return fail (name, TAG_DATA, error);
  vitrail_data_set_get_int (item, TAG_DESCRIPTOR, 1, &first);

  VitrailLut *self = g_new0 (VitrailLut, 1);
  self->first = vitrail_lut_fix_first (first, table.n_entries, is_signed);
  self->bits = CLAMP (table.bits, 1, 16);
  self->n_entries = table.n_entries;
  self->values = vitrail_lut_table_dup_values (&table);
  self->explanation = vitrail_data_set_dup_string (item, TAG_EXPLANATION, 0);
  return self;
}

void
vitrail_lut_free (VitrailLut *self)
{
  g_free ((gpointer) (guintptr) self->values);
  g_free (self->explanation);
  g_free (self);
}
