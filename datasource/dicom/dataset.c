/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDataSet: looking attributes, items and raw values up. How one comes
 * to be: assembler.c. Values as numbers and text: value.c. */

#include "dicom/dataset.h"

#include "dicom/assembler.h"
#include "dicom/charset.h"
#include "dicom/value.h"
#include "dicom/vr.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (VitrailDataSet,
                     vitrail_data_set,
                     vitrail_data_set_ref,
                     vitrail_data_set_unref)

size_t
vitrail_data_set_get_size_bytes (const VitrailDataSet *self)
{
  return self->store->size_bytes;
}

size_t
vitrail_data_set_get_n_elements (const VitrailDataSet *self)
{
  return self != NULL ? self->n_elements : 0;
}

const VitrailElement *
vitrail_data_set_get_element (const VitrailDataSet *self, size_t index)
{
  if (self == NULL || index >= self->n_elements)
    return NULL;
  return &self->store->elements[self->first + index];
}

const VitrailElement *
vitrail_data_set_find (const VitrailDataSet *self, VitrailTag tag)
{
  if (self == NULL || self->n_elements == 0)
    return NULL;

  const VitrailElement *elements = self->store->elements + self->first;
  size_t low = 0;
  size_t high = self->n_elements;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (elements[middle].tag < tag)
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->n_elements && elements[low].tag == tag ? &elements[low]
                                                            : NULL;
}

gboolean
vitrail_data_set_has (const VitrailDataSet *self, VitrailTag tag)
{
  return vitrail_data_set_find (self, tag) != NULL;
}

guint
vitrail_data_set_get_n_items (const VitrailDataSet *self, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  return element != NULL && element->vr == VR_SQ ? element->n_items : 0;
}

VitrailDataSet *
vitrail_data_set_get_item (const VitrailDataSet *self,
                           VitrailTag tag,
                           guint index)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL || element->vr != VR_SQ || index >= element->n_items)
    return NULL;
  return &self->store->items[element->first_item + index];
}

/* Length of the first of the values in what is left. */
static size_t
value_length (const VitrailTextIter *self)
{
  uint8_t flags = vitrail_vr_info (self->vr)->flags;

  if ((flags & VITRAIL_VR_SINGLE) != 0)
    return self->rest;
  if ((flags & VITRAIL_VR_CHARSET) != 0)
    return vitrail_charset_value_length (self->character_set, self->text,
                                         self->rest);
  const char *end = memchr (self->text, '\\', self->rest);
  return end != NULL ? (size_t) (end - self->text) : self->rest;
}

/* Without what a writer adds to make lengths even, and without what PS3.5 6.2
 * calls insignificant. */
static const char *
trim (VitrailVR vr, const char *text, size_t *length)
{
  gboolean leading = (vitrail_vr_info (vr)->flags & VITRAIL_VR_LEADING) == 0;

  while (*length > 0 && (text[*length - 1] == ' ' || text[*length - 1] == '\0'))
    (*length)--;
  while (leading && *length > 0 && *text == ' ') {
    text++;
    (*length)--;
  }
  return text;
}

void
vitrail_text_iter_init (VitrailTextIter *self,
                        const VitrailDataSet *data_set,
                        const VitrailElement *element)
{
  *self = (VitrailTextIter){
    .character_set = data_set->character_set,
    .text = (const char *) element->value,
    .rest = element->length,
    .vr = element->vr,
    .more = element->length > 0 &&
            (vitrail_vr_info (element->vr)->flags & VITRAIL_VR_TEXT) != 0,
  };
}

gboolean
vitrail_text_iter_next (VitrailTextIter *self,
                        const char **text,
                        size_t *length)
{
  if (!self->more)
    return FALSE;

  size_t size = value_length (self);
  *length = size;
  *text = trim (self->vr, self->text, length);
  self->more = size < self->rest;
  if (self->more) {
    self->text += size + 1;
    self->rest -= size + 1;
  }
  return TRUE;
}

const char *
vitrail_data_set_peek_text (const VitrailDataSet *self,
                            VitrailTag tag,
                            guint index,
                            size_t *length)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);
  VitrailTextIter iter;
  const char *text;

  if (element == NULL)
    return NULL;
  vitrail_text_iter_init (&iter, self, element);
  while (vitrail_text_iter_next (&iter, &text, length)) {
    if (index-- == 0)
      return *length > 0 ? text : NULL;
  }
  return NULL;
}

gboolean
vitrail_data_set_text_is (const VitrailDataSet *self,
                          VitrailTag tag,
                          guint index,
                          const char *text)
{
  size_t length;
  const char *value = vitrail_data_set_peek_text (self, tag, index, &length);

  return value != NULL && length == strlen (text) &&
         memcmp (value, text, length) == 0;
}

static guint
count_text_values (const VitrailDataSet *self, const VitrailElement *element)
{
  VitrailTextIter iter;
  const char *text;
  size_t length;
  guint n = 0;

  vitrail_text_iter_init (&iter, self, element);
  while (vitrail_text_iter_next (&iter, &text, &length))
    n++;
  return n;
}

guint
vitrail_data_set_get_n_values (const VitrailDataSet *self, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL || element->length == 0)
    return 0;
  if ((vitrail_vr_info (element->vr)->flags & VITRAIL_VR_TEXT) != 0)
    return count_text_values (self, element);
  size_t size = vitrail_vr_value_size (element->vr);
  return size > 0 ? (guint) MIN (element->length / size, G_MAXUINT) : 0;
}

static void
unref_data_set_cb (gpointer data_set)
{
  vitrail_data_set_unref (data_set);
}

GBytes *
vitrail_data_set_ref_value (VitrailDataSet *self, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (self, tag);

  if (element == NULL || element->vr == VR_SQ)
    return NULL;
  return g_bytes_new_with_free_func (element->value, element->length,
                                     unref_data_set_cb,
                                     vitrail_data_set_ref (self));
}

const char *
vitrail_data_set_get_character_set (const VitrailDataSet *self)
{
  return self != NULL ? self->character_set : "";
}
