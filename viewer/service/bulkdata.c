/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk data names: see bulkdata.h. */

#include "bulkdata.h"

#include "limits.h"

#include <stdlib.h>
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
vitrail_bulkdata_index (VitrailDataSet *data_set, gsize limit_bytes)
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
vitrail_bulkdata_find (VitrailDataSet *data_set,
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

/* Bytes of one value that change places with the byte order. */
static gsize
get_unit (VitrailVR vr)
{
  switch (vr) {
  case VITRAIL_VR ('A', 'T'):
  case VITRAIL_VR ('O', 'W'):
  case VITRAIL_VR ('S', 'S'):
  case VITRAIL_VR ('U', 'S'):
    return 2;
  case VITRAIL_VR ('F', 'L'):
  case VITRAIL_VR ('O', 'F'):
  case VITRAIL_VR ('O', 'L'):
  case VITRAIL_VR ('S', 'L'):
  case VITRAIL_VR ('U', 'L'):
    return 4;
  case VITRAIL_VR ('F', 'D'):
  case VITRAIL_VR ('O', 'D'):
  case VITRAIL_VR ('O', 'V'):
  case VITRAIL_VR ('S', 'V'):
  case VITRAIL_VR ('U', 'V'):
    return 8;
  default:
    return 1;
  }
}

GBytes *
vitrail_bulkdata_ref_value (VitrailDataSet *holder, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (holder, tag);
  gsize unit = element->big_endian ? get_unit (element->vr) : 1;

  if (unit == 1 || element->length == 0)
    return vitrail_data_set_ref_value (holder, tag);

  gsize length = element->length;
  uint8_t *bytes = g_try_malloc (length);
  if (bytes == NULL)
    return NULL;
  memcpy (bytes, element->value, length);
  for (gsize i = 0; i + unit <= length; i += unit)
    for (gsize j = 0; j < unit; j++)
      bytes[i + j] = element->value[i + unit - 1 - j];
  return g_bytes_new_take (bytes, length);
}
