/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDataSetBuilder: see builder.h. Attributes wait in a sorted array; the
 * end is one pass over them into an assembler. What comes from other data sets
 * is taken by reference, except text that is not in UTF-8 yet. */

#include "dicom/builder.h"

#include "dicom/assembler.h"
#include "dicom/charset.h"
#include "dicom/copy.h"
#include "dicom/encode.h"
#include "dicom/vr.h"

#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)

/* One attribute: exactly one of @bytes, @items and @base is set. */
typedef struct {
  VitrailTag tag;
  VitrailVR vr;
  GBytes *bytes;
  GPtrArray *items;
  const VitrailElement *base;
} Entry;

struct _VitrailDataSetBuilder {
  gatomicrefcount ref_count;
  VitrailDataSet *base;
  GArray *entries;
};

static void
clear_entry (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->bytes, g_bytes_unref);
  g_clear_pointer (&entry->items, g_ptr_array_unref);
}

/* Bindings hold references of their own; vitrail_data_set_builder_free () gives
 * one up. */
static VitrailDataSetBuilder *
ref_builder (VitrailDataSetBuilder *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

G_DEFINE_BOXED_TYPE (VitrailDataSetBuilder,
                     vitrail_data_set_builder,
                     ref_builder,
                     vitrail_data_set_builder_free)

VitrailDataSetBuilder *
vitrail_data_set_builder_new (void)
{
  VitrailDataSetBuilder *self = g_new0 (VitrailDataSetBuilder, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  return self;
}

VitrailDataSetBuilder *
vitrail_data_set_builder_new_from (VitrailDataSet *base)
{
  VitrailDataSetBuilder *self = vitrail_data_set_builder_new ();

  self->base = vitrail_data_set_ref (base);
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (base); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (base, i);
    Entry entry = { .tag = element->tag, .vr = element->vr, .base = element };
    g_array_append_val (self->entries, entry);
  }
  return self;
}

void
vitrail_data_set_builder_free (VitrailDataSetBuilder *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->base, vitrail_data_set_unref);
  g_array_unref (self->entries);
  g_free (self);
}

/* Where @tag is, or where it would be put. */
static guint
find_entry (const VitrailDataSetBuilder *self, VitrailTag tag, gboolean *found)
{
  guint low = 0;
  guint high = self->entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (self->entries, Entry, middle).tag < tag)
      low = middle + 1;
    else
      high = middle;
  }
  *found = low < self->entries->len &&
           g_array_index (self->entries, Entry, low).tag == tag;
  return low;
}

/* Takes what @entry holds. */
static void
put_entry (VitrailDataSetBuilder *self, Entry entry)
{
  gboolean found;
  guint index = find_entry (self, entry.tag, &found);

  if (found) {
    Entry *old = &g_array_index (self->entries, Entry, index);
    clear_entry (old);
    *old = entry;
  } else {
    g_array_insert_val (self->entries, index, entry);
  }
}

static void
put_bytes (VitrailDataSetBuilder *self,
           VitrailTag tag,
           VitrailVR vr,
           GByteArray *bytes)
{
  Entry entry = { .tag = tag, .vr = vr };

  entry.bytes = g_byte_array_free_to_bytes (bytes);
  put_entry (self, entry);
}

void
vitrail_data_set_builder_set_string (VitrailDataSetBuilder *self,
                                     VitrailTag tag,
                                     const char *text)
{
  VitrailVR vr = vitrail_dictionary_vr (tag);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (vitrail_encode_text (bytes, vr, text))
    put_bytes (self, tag, vr, g_steal_pointer (&bytes));
  else
    vitrail_data_set_builder_remove (self, tag);
}

void
vitrail_data_set_builder_set_double (VitrailDataSetBuilder *self,
                                     VitrailTag tag,
                                     double value)
{
  VitrailVR vr = vitrail_dictionary_vr (tag);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (vitrail_encode_double (bytes, vr, value))
    put_bytes (self, tag, vr, g_steal_pointer (&bytes));
  else
    vitrail_data_set_builder_remove (self, tag);
}

void
vitrail_data_set_builder_set_int (VitrailDataSetBuilder *self,
                                  VitrailTag tag,
                                  int64_t value)
{
  VitrailVR vr = vitrail_dictionary_vr (tag);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (vitrail_encode_int (bytes, vr, value))
    put_bytes (self, tag, vr, g_steal_pointer (&bytes));
  else
    vitrail_data_set_builder_remove (self, tag);
}

void
vitrail_data_set_builder_set_bytes (VitrailDataSetBuilder *self,
                                    VitrailTag tag,
                                    VitrailVR vr,
                                    GBytes *bytes)
{
  Entry entry = { .tag = tag, .vr = vr, .bytes = g_bytes_ref (bytes) };

  put_entry (self, entry);
}

static void
unref_item_cb (gpointer item)
{
  vitrail_data_set_unref (item);
}

void
vitrail_data_set_builder_set_items (VitrailDataSetBuilder *self,
                                    VitrailTag tag,
                                    VitrailDataSet *const *items,
                                    guint n_items)
{
  Entry entry = { .tag = tag, .vr = VR_SQ };

  entry.items = g_ptr_array_new_with_free_func (unref_item_cb);
  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (entry.items, vitrail_data_set_ref (items[i]));
  put_entry (self, entry);
}

void
vitrail_data_set_builder_remove (VitrailDataSetBuilder *self, VitrailTag tag)
{
  gboolean found;
  guint index = find_entry (self, tag, &found);

  if (found)
    g_array_remove_index (self->entries, index);
}

static void
add_bytes (VitrailAssembler *assembler, const Entry *entry)
{
  VitrailElement element = { .tag = entry->tag, .vr = entry->vr };

  element.value = g_bytes_get_data (entry->bytes, &element.length);
  if (element.length == 0)
    element.value = NULL;
  vitrail_assembler_keep (assembler, g_bytes_ref (entry->bytes),
                          (GDestroyNotify) g_bytes_unref);
  vitrail_assembler_add (assembler, &element);
}

static void
add_items (VitrailAssembler *assembler, const Entry *entry)
{
  VitrailElement element = { .tag = entry->tag, .vr = VR_SQ };

  vitrail_assembler_begin_sequence (assembler, &element);
  for (guint i = 0; i < entry->items->len; i++) {
    VitrailDataSet *item = g_ptr_array_index (entry->items, i);
    vitrail_assembler_keep (assembler, vitrail_data_set_ref (item),
                            unref_item_cb);
    vitrail_copy_item (assembler, item);
  }
  vitrail_assembler_end_sequence (assembler);
}

/* File meta information and commands have no character set. */
static gboolean
needs_character_set (const VitrailDataSetBuilder *self)
{
  guint n = self->entries->len;

  return n > 0 && VITRAIL_TAG_GROUP (
                      g_array_index (self->entries, Entry, n - 1).tag) > 2;
}

VitrailDataSet *
vitrail_data_set_builder_end (VitrailDataSetBuilder *self)
{
  g_autoptr (VitrailDataSetBuilder) owned = self;
  g_autoptr (VitrailAssembler) assembler = vitrail_assembler_new ();

  if (self->base != NULL)
    vitrail_assembler_keep (assembler, vitrail_data_set_ref (self->base),
                            unref_item_cb);
  vitrail_data_set_builder_remove (self, TAG_CHARACTER_SET);
  if (needs_character_set (self)) {
    Entry entry = { .tag = TAG_CHARACTER_SET, .vr = VR_CS };
    entry.bytes = g_bytes_new_static ("ISO_IR 192", strlen ("ISO_IR 192"));
    put_entry (self, entry);
  }
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = &g_array_index (self->entries, Entry, i);
    if (entry->bytes != NULL)
      add_bytes (assembler, entry);
    else if (entry->items != NULL)
      add_items (assembler, entry);
    else
      vitrail_copy_element (assembler, self->base, entry->base);
  }
  return vitrail_assembler_end (assembler);
}
