/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6). */

#include "frameinfo-private.h"

#define TAG_DESCRIPTOR(i) VITRAIL_TAG (0x0028, 0x1101 + (i))
#define TAG_DATA(i)       VITRAIL_TAG (0x0028, 0x1201 + (i))

/* One channel's table as stored. */
typedef struct {
  const VitrailElement *element;
  guint n_entries;
  gboolean wide; /* one entry fills a 16-bit word */
} Table;

static gboolean
read_table (Table *self, const VitrailDataSet *data_set, guint channel)
{
  int64_t n = 0;
  int64_t bits = 16;

  self->element = vitrail_data_set_find (data_set, TAG_DATA (channel));
  if (self->element == NULL || self->element->length == 0 ||
      !vitrail_data_set_get_int (data_set, TAG_DESCRIPTOR (channel), 0, &n))
    return FALSE;
  vitrail_data_set_get_int (data_set, TAG_DESCRIPTOR (channel), 2, &bits);
  /* 0 stands for 65,536; read as SS it may have become negative. */
  n = n <= 0 ? n + 65536 : n;
  n = CLAMP (n, 1, 65536);
  /* 8-bit entries should lie two in a word, but some writers use a word for
   * each. */
  size_t length = self->element->length;
  self->wide = bits > 8 || length >= 2 * (size_t) n;
  self->n_entries = (guint) MIN ((size_t) n, self->wide ? length / 2 : length);
  return self->n_entries > 0;
}

static guint
get_entry (const Table *self, guint index)
{
  const uint8_t *value = self->element->value;
  gboolean big = self->element->big_endian;

  if (self->wide)
    return (guint) value[2 * index + (big ? 0 : 1)] << 8 |
           value[2 * index + (big ? 1 : 0)];
  /* Bytes of big endian words are swapped in pairs. */
  guint at =
      big && self->element->vr == VITRAIL_VR ('O', 'W') ? index ^ 1u : index;
  return value[MIN (at, self->element->length - 1)];
}

/* Entries of 16 bits give their high byte, unless the whole palette fits into
 * the low one: then the writer meant 8 bits. */
static guint
get_shift (const Table tables[3], guint n_entries)
{
  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < n_entries; i++)
      if (get_entry (&tables[c], i) > 0xff)
        return 8;
  return 0;
}

VitrailPalette *
vitrail_palette_new (const VitrailDataSet *data_set)
{
  Table tables[3];
  int64_t first = 0;

  for (guint c = 0; c < 3; c++)
    if (!read_table (&tables[c], data_set, c))
      return NULL;
  guint n =
      MIN (MIN (tables[0].n_entries, tables[1].n_entries), tables[2].n_entries);
  guint shift = get_shift (tables, n);
  uint8_t *rgb = g_malloc (3 * (size_t) n);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      rgb[3 * i + c] = (uint8_t) (get_entry (&tables[c], i) >> shift);

  vitrail_data_set_get_int (data_set, TAG_DESCRIPTOR (0), 1, &first);
  VitrailPalette *self = g_new0 (VitrailPalette, 1);
  self->first = (int) CLAMP (first, -32768, 65535);
  self->n_entries = n;
  self->rgb = rgb;
  return self;
}

void
vitrail_palette_free (VitrailPalette *self)
{
  g_free ((gpointer) (guintptr) self->rgb);
  g_free (self);
}
