/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk data names: see bulkname.h. */

#include "dicom/bulkname.h"

#include "limits.h"

#include <string.h>

typedef struct {
  GHashTable *names;
  gsize limit_bytes;
  GString *prefix; /* "54000100.0." */
} Index;

/* NOLINTBEGIN(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
static void
index_data_set (Index *self, VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    guint n_items = vitrail_data_set_get_n_items (data_set, element->tag);
    gsize length = self->prefix->len;

    if (element->value != NULL &&
        (element->length > self->limit_bytes || element->tag == 0x7fe00010u))
      /* The table takes the key's type as not const. */
      g_hash_table_insert (
          self->names, GSIZE_TO_POINTER ((gsize) element->value),
          g_strdup_printf ("%s%08X", self->prefix->str, element->tag));
    for (guint j = 0; j < n_items; j++) {
      g_string_append_printf (self->prefix, "%08X.%u.", element->tag, j);
      index_data_set (self,
                      vitrail_data_set_get_item (data_set, element->tag, j));
      g_string_truncate (self->prefix, length);
    }
  }
}

/* NOLINTEND(misc-no-recursion) */

GHashTable *
vitrail_bulk_names_new (VitrailDataSet *data_set, gsize limit_bytes)
{
  g_autoptr (GString) prefix = g_string_new (NULL);
  Index self = { .limit_bytes = limit_bytes, .prefix = prefix };

  self.names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  index_data_set (&self, data_set);
  return self.names;
}

static gboolean
parse_tag (const char *text, VitrailTag *tag)
{
  guint64 value = 0;

  if (strlen (text) != 8 ||
      !g_ascii_string_to_unsigned (text, 16, 0, G_MAXUINT32, &value, NULL))
    return FALSE;
  *tag = (VitrailTag) value;
  return TRUE;
}

gboolean
vitrail_bulk_name_find (VitrailDataSet *data_set,
                        const char *name,
                        VitrailDataSet **holder,
                        VitrailTag *tag)
{
  g_auto (GStrv) words = g_strsplit (name, ".", 2 * VITRAIL_LIMIT_DEPTH);
  guint n = g_strv_length (words);

  if (n % 2 == 0)
    return FALSE;
  *holder = data_set;
  for (guint i = 0; i + 1 < n; i += 2) {
    guint64 item = 0;
    if (!parse_tag (words[i], tag) ||
        !g_ascii_string_to_unsigned (words[i + 1], 10, 0, G_MAXUINT32, &item,
                                     NULL))
      return FALSE;
    *holder = vitrail_data_set_get_item (*holder, *tag, (guint) item);
    if (*holder == NULL)
      return FALSE;
  }
  return parse_tag (words[n - 1], tag) &&
         vitrail_data_set_has (*holder, *tag) &&
         vitrail_data_set_get_n_items (*holder, *tag) == 0;
}
