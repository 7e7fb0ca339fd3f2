/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6), segmented ones
 * (C.7.9) included. */

#include "error.h"
#include "frameinfo-private.h"

#define TAG_DESCRIPTOR(i) VITRAIL_TAG (0x0028, 0x1101 + (i))
#define TAG_DATA(i)       VITRAIL_TAG (0x0028, 0x1201 + (i))
#define TAG_SEGMENTED(i)  VITRAIL_TAG (0x0028, 0x1221 + (i))

/* One channel, as many entries as were stored. */
typedef struct {
  uint16_t *values;
  guint n_entries;
} Channel;

static gboolean
fail (const char *name, VitrailTag tag, const char *what, GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s %s", name,
               vitrail_tag_text (tag, text), what);
  return FALSE;
}

static gboolean
read_segmented (Channel *self,
                const VitrailDataSet *data_set,
                guint channel,
                const VitrailLutTable *table)
{
  self->n_entries = table->n_declared;
  self->values = g_new (uint16_t, table->n_declared);
  return vitrail_segments_expand (
      vitrail_data_set_find (data_set, TAG_SEGMENTED (channel)), table->bits,
      self->values, table->n_declared);
}

static gboolean
read_channel (Channel *self,
              const VitrailDataSet *data_set,
              guint channel,
              const char *name,
              GError **error)
{
  VitrailLutTable table;

  if (!vitrail_lut_table_read_descriptor (&table, data_set,
                                          TAG_DESCRIPTOR (channel)))
    return fail (name, TAG_DESCRIPTOR (channel), "is missing", error);
  if (vitrail_lut_table_read_data (&table, data_set, TAG_DATA (channel))) {
    self->n_entries = table.n_entries;
    self->values = vitrail_lut_table_dup_values (&table);
    return TRUE;
  }
  if (!vitrail_data_set_has (data_set, TAG_SEGMENTED (channel)))
    return fail (name, TAG_DATA (channel), "is missing", error);
  return read_segmented (self, data_set, channel, &table) ||
         fail (name, TAG_SEGMENTED (channel),
               "does not expand to the entries of its descriptor", error);
}

/* Entries of 16 bits stay what they are, unless the whole palette fits into the
 * low byte: then the writer meant 8 bits. */
static guint
get_factor (const Channel channels[3], guint n_entries)
{
  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < n_entries; i++)
      if (channels[c].values[i] > 0xff)
        return 1;
  return 257;
}

static VitrailPalette *
make_palette (const Channel channels[3], int first)
{
  VitrailPalette *self = g_new0 (VitrailPalette, 1);
  guint n = MIN (channels[0].n_entries, channels[1].n_entries);
  n = MIN (n, channels[2].n_entries);
  const guint factor = get_factor (channels, n);
  uint16_t *rgb = g_new (uint16_t, 3 * (size_t) n);

  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      rgb[3 * (size_t) i + c] = (uint16_t) (channels[c].values[i] * factor);
  self->first = first;
  self->n_entries = n;
  self->rgb = rgb;
  return self;
}

VitrailPalette *
vitrail_palette_new (const VitrailDataSet *data_set,
                     gboolean is_signed,
                     const char *name,
                     GError **error)
{
  Channel channels[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
  VitrailPalette *self = NULL;
  int64_t first = 0;
  guint n = 0;

  while (n < 3 && read_channel (&channels[n], data_set, n, name, error))
    n++;
  if (n == 3) {
    vitrail_data_set_get_int (data_set, TAG_DESCRIPTOR (0), 1, &first);
    self = make_palette (channels,
                         vitrail_lut_fix_first (first, channels[0].n_entries,
                                                is_signed));
  }
  for (guint c = 0; c < 3; c++)
    g_free (channels[c].values);
  return self;
}

void
vitrail_palette_free (VitrailPalette *self)
{
  g_free ((gpointer) (guintptr) self->rgb);
  g_free (self);
}
