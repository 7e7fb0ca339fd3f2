/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing the DICOM JSON model (PS3.18 F.2). */

#include "dicom/assembler.h"
#include "dicom/charset.h"
#include "dicom/json.h"
#include "dicom/jsontext.h"
#include "dicom/value.h"
#include "dicom/vr.h"

#include <math.h>
#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)
#define TAG_FLOAT_PIXEL   VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_PIXEL         VITRAIL_TAG (0x7fe0, 0x0010)

typedef struct {
  GString *json;
  size_t inline_limit;
  VitrailBulkDataUri uri;
  gpointer user_data;
} Writer;

/* "Yamada^Tarou=..." as an object of its component groups (PS3.18 F.2.2). */
static void
write_person_name (GString *json, const char *text)
{
  static const char *const groups[] = { "Alphabetic", "Ideographic",
                                        "Phonetic" };
  g_auto (GStrv) parts = g_strsplit (text, "=", 4);
  gboolean first = TRUE;

  if (text[strspn (text, "=")] == '\0') {
    g_string_append (json, "null");
    return;
  }
  g_string_append_c (json, '{');
  for (guint i = 0; i < G_N_ELEMENTS (groups) && parts[i] != NULL; i++) {
    if (parts[i][0] == '\0')
      continue;
    g_string_append_printf (json, "%s\"%s\":", first ? "" : ",", groups[i]);
    vitrail_json_append_string (json, parts[i]);
    first = FALSE;
  }
  g_string_append_c (json, '}');
}

/* The text behind as many digits as there are; NULL when there are none. */
static const char *
skip_digits (const char *text, const char *end)
{
  const char *p = text;

  while (p < end && g_ascii_isdigit (*p))
    p++;
  return p > text ? p : NULL;
}

/* JSON knows no leading zeros, plus signs or bare points, which DS has. */
static gboolean
is_json_number (const char *text, size_t length)
{
  const char *end = text + length;
  const char *whole = length > 0 && text[0] == '-' ? text + 1 : text;
  const char *p = skip_digits (whole, end);

  if (p == NULL || (*whole == '0' && p > whole + 1))
    return FALSE;
  if (p < end && *p == '.')
    p = skip_digits (p + 1, end);
  if (p != NULL && p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-'))
      p++;
    p = skip_digits (p, end);
  }
  return p == end;
}

/* IS and DS: the digits as they are where JSON allows them. What is no number
 * at all stays a string. */
static void
write_decimal (GString *json, const char *text, size_t length)
{
  double value;

  if (!vitrail_parse_decimal (text, length, &value)) {
    g_autofree char *copy = vitrail_charset_to_utf8 ("", VR_DS, text, length);
    vitrail_json_append_string (json, copy);
  } else if (is_json_number (text, length)) {
    g_string_append_len (json, text, (gssize) length);
  } else {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append (json,
                     g_ascii_formatd (number, sizeof number, "%.17g", value));
  }
}

static void
write_text_value (Writer *self,
                  const VitrailTextIter *iter,
                  const char *text,
                  size_t length)
{
  if (length == 0) {
    g_string_append (self->json, "null");
    return;
  }
  if (iter->vr == VR_IS || iter->vr == VR_DS) {
    write_decimal (self->json, text, length);
    return;
  }
  g_autofree char *value =
      vitrail_charset_to_utf8 (iter->character_set, iter->vr, text, length);
  if (iter->vr == VR_PN)
    write_person_name (self->json, value);
  else
    vitrail_json_append_string (self->json, value);
}

static void
write_text (Writer *self,
            const VitrailDataSet *data_set,
            const VitrailElement *element)
{
  VitrailTextIter iter;
  const char *text;
  size_t length;
  gboolean first = TRUE;

  vitrail_text_iter_init (&iter, data_set, element);
  /* One value that is only padding is no value. */
  VitrailTextIter probe = iter;
  if (!vitrail_text_iter_next (&probe, &text, &length) ||
      (length == 0 && !probe.more))
    return;
  g_string_append (self->json, ",\"Value\":[");
  while (vitrail_text_iter_next (&iter, &text, &length)) {
    if (!first)
      g_string_append_c (self->json, ',');
    first = FALSE;
    write_text_value (self, &iter, text, length);
  }
  g_string_append_c (self->json, ']');
}

static void
write_numbers (Writer *self, const VitrailElement *element)
{
  size_t size = vitrail_vr_value_size (element->vr);
  gboolean first = TRUE;

  if (element->length < size)
    return;
  g_string_append (self->json, ",\"Value\":[");
  for (size_t i = 0; i < element->length / size; i++) {
    g_autofree char *value = vitrail_format_binary (element, i);
    if (!first)
      g_string_append_c (self->json, ',');
    first = FALSE;
    /* JSON has no words for NaN and the infinities: they go as strings. */
    if (element->vr == VR_AT || g_ascii_isalpha (value[value[0] == '-']))
      vitrail_json_append_string (self->json, value);
    else
      g_string_append (self->json, value);
  }
  g_string_append_c (self->json, ']');
}

static char *
dup_base64 (const VitrailElement *element)
{
  size_t size = vitrail_vr_info (element->vr)->size;
  g_autofree uint8_t *swapped = NULL;
  const uint8_t *bytes = element->value;

  if (element->big_endian && size > 1) {
    swapped = g_malloc (element->length);
    for (size_t i = 0; i < element->length; i++) {
      size_t from = i / size * size + size - 1 - i % size;
      swapped[i] = element->value[from < element->length ? from : i];
    }
    bytes = swapped;
  }
  return g_base64_encode (bytes, element->length);
}

void
vitrail_binary_text_init (VitrailBinaryText *self,
                          const VitrailElement *element,
                          size_t inline_limit,
                          VitrailBulkDataUri uri,
                          gpointer user_data)
{
  const gboolean pixels =
      element->tag >= TAG_FLOAT_PIXEL && element->tag <= TAG_PIXEL;

  *self = (VitrailBinaryText){ NULL, NULL };
  if (element->length == 0)
    return;
  if (!pixels && element->length <= inline_limit)
    self->base64 = dup_base64 (element);
  else if (uri != NULL)
    self->uri = uri (element, user_data);
}

void
vitrail_binary_text_clear (VitrailBinaryText *self)
{
  g_clear_pointer (&self->base64, g_free);
  g_clear_pointer (&self->uri, g_free);
}

static void
write_binary (Writer *self, const VitrailElement *element)
{
  g_auto (VitrailBinaryText) text;

  vitrail_binary_text_init (&text, element, self->inline_limit, self->uri,
                            self->user_data);
  if (text.base64 != NULL)
    g_string_append_printf (self->json, ",\"InlineBinary\":\"%s\"",
                            text.base64);
  if (text.uri == NULL)
    return;
  g_string_append (self->json, ",\"BulkDataURI\":");
  vitrail_json_append_string (self->json, text.uri);
}

static void write_object (Writer *self, const VitrailDataSet *data_set);

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_items (Writer *self,
             const VitrailDataSet *data_set,
             const VitrailElement *element)
{
  if (element->n_items == 0)
    return;
  g_string_append (self->json, ",\"Value\":[");
  for (guint i = 0; i < element->n_items; i++) {
    if (i > 0)
      g_string_append_c (self->json, ',');
    write_object (self, &data_set->store->items[element->first_item + i]);
  }
  g_string_append_c (self->json, ']');
}

/* "00100010":{"vr":"PN" */
static void
write_key (GString *json, VitrailTag tag, VitrailVR vr)
{
  static const char digits[] = "0123456789ABCDEF";
  char key[] = "\"00000000\":{\"vr\":\"  \"";

  for (guint i = 0; i < 8; i++)
    key[1 + i] = digits[tag >> (28 - 4 * i) & 0xf];
  key[sizeof key - 4] = (char) (vr >> 8);
  key[sizeof key - 3] = (char) (vr & 0xff);
  g_string_append_len (json, key, sizeof key - 1);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_element (Writer *self,
               const VitrailDataSet *data_set,
               const VitrailElement *element)
{
  const VitrailVRInfo *info = vitrail_vr_info (element->vr);
  VitrailVR vr = element->tag == TAG_CHARACTER_SET ? VR_CS : element->vr;
  const char *uri = vitrail_json_get_bulk_data_uri (data_set, element->tag);

  write_key (self->json, element->tag, vr);
  if (element->tag == TAG_CHARACTER_SET) {
    /* What is written here is UTF-8, whatever it was. */
    g_string_append (self->json, ",\"Value\":[\"ISO_IR 192\"]");
  } else if (uri != NULL) {
    g_string_append (self->json, ",\"BulkDataURI\":");
    vitrail_json_append_string (self->json, uri);
  } else if (element->vr == VR_SQ) {
    write_items (self, data_set, element);
  } else if ((info->flags & VITRAIL_VR_TEXT) != 0) {
    write_text (self, data_set, element);
  } else if (vitrail_vr_is_bytes (element->vr)) {
    write_binary (self, element);
  } else {
    write_numbers (self, element);
  }
  g_string_append_c (self->json, '}');
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
write_object (Writer *self, const VitrailDataSet *data_set)
{
  gboolean first = TRUE;

  g_string_append_c (self->json, '{');
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (VITRAIL_TAG_GROUP (element->tag) == 0x0002 ||
        VITRAIL_TAG_ELEMENT (element->tag) == 0)
      continue;
    if (!first)
      g_string_append_c (self->json, ',');
    first = FALSE;
    write_element (self, data_set, element);
  }
  g_string_append_c (self->json, '}');
}

void
vitrail_json_write (VitrailDataSet *data_set,
                    GString *json,
                    size_t inline_limit,
                    VitrailBulkDataUri uri,
                    gpointer user_data)
{
  Writer self = { json, inline_limit, uri, user_data };

  write_object (&self, data_set);
}
