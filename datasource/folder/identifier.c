/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Matching data sets: see identifier.h. */

#include "folder/identifier.h"

/* A key: a matcher, or of a sequence what its item must be. */
typedef struct {
  VitrailTag tag;
  VitrailMatcher *matcher;
  VitrailIdentifier *item;
} Key;

struct _VitrailIdentifier {
  GArray *keys; /* Key */
};

static void
key_clear (gpointer data)
{
  Key *key = data;

  g_clear_pointer (&key->matcher, vitrail_matcher_free);
  /* NOLINTNEXTLINE(misc-no-recursion): bounded by the data set's depth */
  g_clear_pointer (&key->item, vitrail_identifier_free);
}

/* NOLINTBEGIN(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH, beyond which
 * there is no data set */

void
vitrail_identifier_free (VitrailIdentifier *self)
{
  g_array_unref (self->keys);
  g_free (self);
}

VitrailIdentifier *
vitrail_identifier_new (const VitrailDataSet *keys, gboolean fuzzy)
{
  VitrailIdentifier *self = g_new0 (VitrailIdentifier, 1);

  self->keys = g_array_new (FALSE, FALSE, sizeof (Key));
  g_array_set_clear_func (self->keys, key_clear);
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (keys); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (keys, i);
    Key key = { .tag = element->tag };
    if (VITRAIL_TAG_GROUP (key.tag) == 0x0008 &&
        VITRAIL_TAG_ELEMENT (key.tag) == 0x0005)
      continue; /* the character set of the keys */
    VitrailDataSet *item = vitrail_data_set_get_item (keys, key.tag, 0);
    g_autofree char *text = vitrail_data_set_dup_strings (keys, key.tag);
    if (item != NULL)
      key.item = vitrail_identifier_new (item, fuzzy);
    else if (vitrail_match_is_universal (text))
      continue;
    else
      key.matcher =
          vitrail_matcher_new (vitrail_match_kind_for_vr (element->vr), text,
                               fuzzy);
    g_array_append_val (self->keys, key);
  }
  return self;
}

static gboolean
test_items (const Key *key, const VitrailDataSet *data_set)
{
  guint n_items = vitrail_data_set_get_n_items (data_set, key->tag);

  for (guint i = 0; i < n_items; i++)
    if (vitrail_identifier_test (
            key->item, vitrail_data_set_get_item (data_set, key->tag, i)))
      return TRUE;
  /* Nothing is asked of the item: then there need be none. */
  return key->item->keys->len == 0;
}

gboolean
vitrail_identifier_test (const VitrailIdentifier *self,
                         const VitrailDataSet *data_set)
{
  for (guint i = 0; i < self->keys->len; i++) {
    const Key *key = &g_array_index (self->keys, Key, i);
    if (key->item != NULL) {
      if (!test_items (key, data_set))
        return FALSE;
      continue;
    }
    g_autofree char *value = vitrail_data_set_dup_strings (data_set, key->tag);
    if (!vitrail_matcher_test (key->matcher, value))
      return FALSE;
  }
  return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
