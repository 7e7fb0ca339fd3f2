/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing the Native DICOM Model: see xml.h. */

#include "dicom/assembler.h"
#include "dicom/charset.h"
#include "dicom/value.h"
#include "dicom/vr.h"
#include "dicom/xml.h"

#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)

typedef struct {
  GString *xml;
  size_t inline_limit;
  VitrailBulkDataUri uri;
  gpointer user_data;
} Writer;

static void
write_text (GString *xml, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    switch (*p) {
    case '&':
      g_string_append (xml, "&amp;");
      break;
    case '<':
      g_string_append (xml, "&lt;");
      break;
    case '>':
      g_string_append (xml, "&gt;");
      break;
    case '"':
      g_string_append (xml, "&quot;");
      break;
    case '\r': /* a reader would make it a line feed */
      g_string_append (xml, "&#13;");
      break;
    default:
      if ((unsigned char) *p < 0x20 && *p != '\t' && *p != '\n')
        g_string_append (xml, "\357\277\275");
      else
        g_string_append_c (xml, *p);
    }
  }
}

/* One of the five components of a group; nothing where it is empty. */
static void
write_component (GString *xml, const char *name, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return;
  g_string_append_printf (xml, "<%s>", name);
  write_text (xml, text);
  g_string_append_printf (xml, "</%s>", name);
}

static void
write_person_name (GString *xml, guint number, const char *text)
{
  static const char *const groups[] = { "Alphabetic", "Ideographic",
                                        "Phonetic" };
  static const char *const components[] = { "FamilyName", "GivenName",
                                            "MiddleName", "NamePrefix",
                                            "NameSuffix" };
  g_auto (GStrv) parts = g_strsplit (text, "=", G_N_ELEMENTS (groups) + 1);

  g_string_append_printf (xml, "<PersonName number=\"%u\">", number);
  for (guint i = 0; i < G_N_ELEMENTS (groups) && parts[i] != NULL; i++) {
    g_auto (GStrv) words =
        g_strsplit (parts[i], "^", G_N_ELEMENTS (components));
    if (parts[i][0] == '\0')
      continue;
    g_string_append_printf (xml, "<%s>", groups[i]);
    for (guint j = 0; j < G_N_ELEMENTS (components) && words[j] != NULL; j++)
      write_component (xml, components[j], words[j]);
    g_string_append_printf (xml, "</%s>", groups[i]);
  }
  g_string_append (xml, "</PersonName>");
}

static void
write_value (GString *xml, guint number, const char *text)
{
  g_string_append_printf (xml, "<Value number=\"%u\">", number);
  write_text (xml, text);
  g_string_append (xml, "</Value>");
}

/* Empty values are left out, and the numbers of the others tell. */
static void
write_texts (Writer *self,
             const VitrailDataSet *data_set,
             const VitrailElement *element)
{
  VitrailTextIter iter;
  const char *text;
  size_t length;

  vitrail_text_iter_init (&iter, data_set, element);
  for (guint i = 1; vitrail_text_iter_next (&iter, &text, &length); i++) {
    if (length == 0)
      continue;
    g_autofree char *value =
        vitrail_charset_to_utf8 (iter.character_set, iter.vr, text, length);
    if (element->vr == VR_PN)
      write_person_name (self->xml, i, value);
    else
      write_value (self->xml, i, value);
  }
}

static void
write_numbers (Writer *self, const VitrailElement *element)
{
  size_t size = vitrail_vr_value_size (element->vr);

  for (size_t i = 0; size > 0 && i < element->length / size; i++) {
    g_autofree char *value = vitrail_format_binary (element, i);
    write_value (self->xml, (guint) i + 1, value);
  }
}

static void
write_uri (Writer *self, const char *uri)
{
  g_string_append (self->xml, "<BulkData uri=\"");
  write_text (self->xml, uri);
  g_string_append (self->xml, "\"/>");
}

static void
write_binary (Writer *self, const VitrailElement *element)
{
  g_auto (VitrailBinaryText) text;

  vitrail_binary_text_init (&text, element, self->inline_limit, self->uri,
                            self->user_data);
  if (text.base64 != NULL)
    g_string_append_printf (self->xml, "<InlineBinary>%s</InlineBinary>",
                            text.base64);
  if (text.uri != NULL)
    write_uri (self, text.uri);
}

/* A private attribute is named without its block, and its creator. */
static void
write_head (Writer *self,
            const VitrailDataSet *data_set,
            VitrailTag tag,
            VitrailVR vr)
{
  const VitrailDictionaryEntry *entry = vitrail_dictionary_find (tag);
  guint block = VITRAIL_TAG_ELEMENT (tag) >> 8;
  gboolean has_block = VITRAIL_TAG_IS_PRIVATE (tag) && block >= 0x10;
  g_autofree char *creator =
      has_block ? vitrail_data_set_dup_string (
                      data_set, VITRAIL_TAG (VITRAIL_TAG_GROUP (tag), block), 0)
                : NULL;

  if (creator != NULL)
    tag &= 0xffff00ffu;
  g_string_append_printf (self->xml, "<DicomAttribute tag=\"%08X\" vr=\"%c%c\"",
                          tag, vr >> 8, vr & 0xff);
  if (creator != NULL) {
    g_string_append (self->xml, " privateCreator=\"");
    write_text (self->xml, creator);
    g_string_append_c (self->xml, '"');
  } else if (entry != NULL && !VITRAIL_TAG_IS_PRIVATE (tag)) {
    g_string_append_printf (self->xml, " keyword=\"%s\"", entry->keyword);
  }
  g_string_append_c (self->xml, '>');
}

static void write_attributes (Writer *self, const VitrailDataSet *data_set);

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_items (Writer *self,
             const VitrailDataSet *data_set,
             const VitrailElement *element)
{
  for (guint i = 0; i < element->n_items; i++) {
    g_string_append_printf (self->xml, "<Item number=\"%u\">", i + 1);
    write_attributes (self, &data_set->store->items[element->first_item + i]);
    g_string_append (self->xml, "</Item>");
  }
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_attribute (Writer *self,
                 const VitrailDataSet *data_set,
                 const VitrailElement *element)
{
  const VitrailVRInfo *info = vitrail_vr_info (element->vr);
  gboolean is_character_set = element->tag == TAG_CHARACTER_SET;
  VitrailVR vr = is_character_set ? VR_CS : element->vr;
  const char *uri = vitrail_json_get_bulk_data_uri (data_set, element->tag);

  write_head (self, data_set, element->tag, vr);
  if (is_character_set)
    write_value (self->xml, 1, "ISO_IR 192");
  else if (uri != NULL)
    write_uri (self, uri);
  else if (element->vr == VR_SQ)
    write_items (self, data_set, element);
  else if ((info->flags & VITRAIL_VR_TEXT) != 0)
    write_texts (self, data_set, element);
  else if (vitrail_vr_is_bytes (element->vr))
    write_binary (self, element);
  else
    write_numbers (self, element);
  g_string_append (self->xml, "</DicomAttribute>");
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_attributes (Writer *self, const VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (VITRAIL_TAG_GROUP (element->tag) != 0x0002 &&
        VITRAIL_TAG_ELEMENT (element->tag) != 0)
      write_attribute (self, data_set, element);
  }
}

void
vitrail_xml_write (VitrailDataSet *data_set,
                   GString *xml,
                   size_t inline_limit,
                   VitrailBulkDataUri uri,
                   gpointer user_data)
{
  Writer self = { xml, inline_limit, uri, user_data };

  g_string_append (xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<NativeDicomModel xml:space=\"preserve\" xmlns=\""
                        "http://dicom.nema.org/PS3.19/models/NativeDICOM\">");
  write_attributes (&self, data_set);
  g_string_append (xml, "</NativeDicomModel>\n");
}
