/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Copying attributes between data sets: see copy.h. */

#include "dicom/copy.h"

#include "dicom/charset.h"
#include "dicom/value.h"
#include "dicom/vr.h"

#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)

static gboolean
is_utf8 (const VitrailDataSet *source, const VitrailElement *element)
{
  const char *text = (const char *) element->value;

  if (strcmp (source->character_set, "ISO_IR 192") == 0)
    return TRUE;
  for (size_t i = 0; i < element->length; i++) {
    if ((text[i] & 0x80) != 0 || text[i] == 0x1b)
      return FALSE;
  }
  return strstr (source->character_set, "IR 13") == NULL &&
         strstr (source->character_set, "IR 14") == NULL;
}

/* The values converted one by one: a delimiter ends an escape sequence. */
static gboolean
copy_converted (VitrailAssembler *assembler,
                const VitrailDataSet *source,
                const VitrailElement *element)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  VitrailElement converted = *element;
  VitrailTextIter iter;
  const char *text;
  size_t length;

  vitrail_text_iter_init (&iter, source, element);
  for (gboolean first = TRUE; vitrail_text_iter_next (&iter, &text, &length);
       first = FALSE)
  {
    if (!first)
      g_string_append_c (joined, '\\');
    g_autofree char *value =
        vitrail_charset_to_utf8 (source->character_set, element->vr, text,
                                 length);
    g_string_append (joined, value);
  }
  converted.length = joined->len;
  converted.value =
      (const uint8_t *) g_string_free (g_steal_pointer (&joined), FALSE);
  vitrail_assembler_keep (assembler, (gpointer) (guintptr) converted.value,
                          g_free);
  if (converted.length == 0)
    converted.value = NULL;
  return vitrail_assembler_add (assembler, &converted);
}

static gboolean
copy_elements (VitrailAssembler *assembler, const VitrailDataSet *source);

gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
vitrail_copy_item (VitrailAssembler *assembler, const VitrailDataSet *source)
{
  vitrail_assembler_begin_item (assembler);
  return copy_elements (assembler, source) &&
         vitrail_assembler_end_item (assembler);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
copy_sequence (VitrailAssembler *assembler,
               const VitrailDataSet *source,
               const VitrailElement *element)
{
  if (!vitrail_assembler_begin_sequence (assembler, element))
    return FALSE;
  for (guint i = 0; i < element->n_items; i++) {
    if (!vitrail_copy_item (assembler,
                            &source->store->items[element->first_item + i]))
      return FALSE;
  }
  return vitrail_assembler_end_sequence (assembler);
}

gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
vitrail_copy_element (VitrailAssembler *assembler,
                      const VitrailDataSet *source,
                      const VitrailElement *element)
{
  uint8_t flags = vitrail_vr_info (element->vr)->flags;

  if (element->vr == VR_SQ)
    return copy_sequence (assembler, source, element);
  if ((flags & VITRAIL_VR_CHARSET) != 0 && element->length > 0 &&
      !is_utf8 (source, element))
    return copy_converted (assembler, source, element);
  VitrailElement copy = *element;
  if (element->first_item != 0) {
    const char *uri =
        g_ptr_array_index (source->store->uris, element->first_item - 1);
    copy.first_item = vitrail_assembler_add_uri (assembler, uri);
  }
  return vitrail_assembler_add (assembler, &copy);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
copy_elements (VitrailAssembler *assembler, const VitrailDataSet *source)
{
  for (uint32_t i = 0; i < source->n_elements; i++) {
    const VitrailElement *element = &source->store->elements[source->first + i];
    /* The outer data set's UTF-8 holds here too. */
    if (element->tag != TAG_CHARACTER_SET &&
        !vitrail_copy_element (assembler, source, element))
      return FALSE;
  }
  return TRUE;
}
