/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading the DICOM JSON model (PS3.18 F.2) into data sets, attribute by
 * attribute, without a tree of the text in between. */

#include "dicom/assembler.h"
#include "dicom/encode.h"
#include "dicom/json.h"
#include "dicom/jsonlexer.h"
#include "dicom/vr.h"
#include "error.h"
#include "limits.h"

#include <math.h>
#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)
#define UTF8              "ISO_IR 192"

/* Nesting of what is skipped: an attribute has three levels in JSON. */
#define MAX_SKIP (3 * VITRAIL_LIMIT_DEPTH)

typedef struct {
  VitrailJsonLexer lexer;
  const char *name;
  VitrailAssembler *assembler;
  guint n_elements;
} Reader;

/* What one attribute's object said.
 * @has_vr: it has said its VR
 * @has_items: its items are in the data set
 * @value: where a Value starts that came before the VR, else NULL */
typedef struct {
  VitrailTag tag;
  VitrailVR vr;
  gboolean has_vr;
  gboolean has_items;
  const char *value;
  GByteArray *bytes;
  char *uri;
} Attribute;

static void
attribute_clear (Attribute *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->uri, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Attribute, attribute_clear)

static gboolean
fail_at (const Reader *self, VitrailTag tag, const char *what, GError **error)
{
  char text[VITRAIL_TAG_TEXT_SIZE] = "DICOM JSON";

  if (tag != 0)
    vitrail_tag_text (tag, text);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: %s: %s, at character %zu", self->name, text, what,
               (size_t) (self->lexer.position - self->lexer.text));
  return FALSE;
}

static gboolean
add_element (Reader *self, const Attribute *attribute, GError **error)
{
  VitrailElement element = { .tag = attribute->tag, .vr = attribute->vr };

  if (attribute->tag == TAG_CHARACTER_SET) {
    /* JSON is UTF-8, whatever the data set was before. */
    element.value = (const uint8_t *) UTF8;
    element.length = strlen (UTF8);
  } else if (attribute->bytes != NULL && attribute->bytes->len > 0) {
    GByteArray *bytes = g_byte_array_ref (attribute->bytes);
    element.value = bytes->data;
    element.length = bytes->len;
    vitrail_assembler_keep (self->assembler, bytes,
                            (GDestroyNotify) g_byte_array_unref);
  }
  if (attribute->uri != NULL)
    element.first_item =
        vitrail_assembler_add_uri (self->assembler, attribute->uri);
  if (++self->n_elements > VITRAIL_LIMIT_ELEMENTS ||
      !vitrail_assembler_add (self->assembler, &element))
    return fail_at (self, attribute->tag, "too many attributes", error);
  return TRUE;
}

/* The three component groups of a person name, by their names in JSON. */
typedef struct {
  char *groups[3];
} PersonName;

static void
person_name_clear (PersonName *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->groups); i++)
    g_free (self->groups[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PersonName, person_name_clear)

static gboolean
take_component_group (Reader *self, PersonName *name)
{
  static const char *const names[] = { "Alphabetic", "Ideographic",
                                       "Phonetic" };
  VitrailJsonLexer *lexer = &self->lexer;
  char **group = NULL;

  if (!vitrail_json_lexer_take_string (lexer))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (lexer->string->str, names[i]) == 0)
      group = &name->groups[i];
  }
  if (!vitrail_json_lexer_take (lexer, ':'))
    return FALSE;
  if (group == NULL || !vitrail_json_lexer_take_string (lexer))
    return vitrail_json_lexer_skip (lexer, MAX_SKIP);
  g_free (*group);
  *group = g_strdup (lexer->string->str);
  return TRUE;
}

/* {"Alphabetic": A, "Ideographic": I, "Phonetic": P} as "A=I=P" into the
 * lexer's string. */
static gboolean
take_person_name (Reader *self)
{
  g_auto (PersonName) name = { { NULL } };
  VitrailJsonLexer *lexer = &self->lexer;

  vitrail_json_lexer_take (lexer, '{');
  for (guint i = 0; !vitrail_json_lexer_take (lexer, '}'); i++) {
    if ((i > 0 && !vitrail_json_lexer_take (lexer, ',')) ||
        !take_component_group (self, &name))
      return FALSE;
  }
  g_string_truncate (lexer->string, 0);
  for (guint i = 0; i < G_N_ELEMENTS (name.groups); i++) {
    if (i > 0)
      g_string_append_c (lexer->string, '=');
    g_string_append (lexer->string,
                     name.groups[i] != NULL ? name.groups[i] : "");
  }
  while (lexer->string->len > 0 &&
         lexer->string->str[lexer->string->len - 1] == '=')
    g_string_truncate (lexer->string, lexer->string->len - 1);
  return TRUE;
}

/* One value as text into the lexer's string: null is empty. */
static gboolean
take_scalar (Reader *self, VitrailVR vr)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (vr == VR_PN && vitrail_json_lexer_peek (lexer) == '{')
    return take_person_name (self);
  if (vitrail_json_lexer_take_word (lexer, "null")) {
    g_string_truncate (lexer->string, 0);
    return TRUE;
  }
  return vitrail_json_lexer_take_string (lexer) ||
         vitrail_json_lexer_take_number (lexer);
}

/* What F.2.3 writes as a string, since JSON has no number for it. */
static gboolean
encode_special (GByteArray *bytes, VitrailVR vr, const char *text)
{
  if (vr != VR_FL && vr != VR_FD)
    return FALSE;
  if (g_ascii_strcasecmp (text, "NaN") == 0)
    return vitrail_encode_double (bytes, vr, NAN);
  double sign = text[0] == '-' ? -1 : 1;
  if (g_ascii_strncasecmp (text + (sign < 0 ? 1 : 0), "inf", 3) != 0)
    return FALSE;
  return vitrail_encode_double (bytes, vr, sign * INFINITY);
}

/* Appends the scalar read last. */
static gboolean
encode_scalar (Reader *self, Attribute *attribute, guint index)
{
  const GString *text = self->lexer.string;
  gboolean is_text =
      (vitrail_vr_info (attribute->vr)->flags & VITRAIL_VR_TEXT) != 0;

  if (is_text && index > 0)
    g_byte_array_append (attribute->bytes, (const guint8 *) "\\", 1);
  if (is_text) {
    g_byte_array_append (attribute->bytes, (const guint8 *) text->str,
                         (guint) strlen (text->str));
    return TRUE;
  }
  if (text->len == 0)
    return TRUE;
  return vitrail_encode_text (attribute->bytes, attribute->vr, text->str) ||
         encode_special (attribute->bytes, attribute->vr, text->str);
}

static gboolean
read_values (Reader *self, Attribute *attribute, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  /* UN has no values in JSON, only bytes. */
  if (attribute->vr == VR_UN)
    return vitrail_json_lexer_skip (lexer, MAX_SKIP) ||
           fail_at (self, attribute->tag, "no valid JSON", error);
  if (vitrail_json_lexer_take_word (lexer, "null"))
    return TRUE;
  if (!vitrail_json_lexer_take (lexer, '['))
    return fail_at (self, attribute->tag, "Value is no array", error);
  g_clear_pointer (&attribute->bytes, g_byte_array_unref);
  attribute->bytes = g_byte_array_new ();
  for (guint i = 0; !vitrail_json_lexer_take (lexer, ']'); i++) {
    if (i > 0 && !vitrail_json_lexer_take (lexer, ','))
      return fail_at (self, attribute->tag, "no valid JSON", error);
    if (!take_scalar (self, attribute->vr))
      return fail_at (self, attribute->tag, "no valid JSON", error);
    if (!encode_scalar (self, attribute, i))
      return fail_at (self, attribute->tag, "not a value of its VR", error);
  }
  return TRUE;
}

static gboolean read_object (Reader *self, GError **error);

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_items (Reader *self, VitrailTag tag, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  VitrailElement element = { .tag = tag, .vr = VR_SQ };

  if (!vitrail_assembler_begin_sequence (self->assembler, &element)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: DICOM JSON: sequences are nested too deeply", self->name);
    return FALSE;
  }
  if (vitrail_json_lexer_take_word (lexer, "null"))
    return vitrail_assembler_end_sequence (self->assembler);
  if (!vitrail_json_lexer_take (lexer, '['))
    return fail_at (self, tag, "Value is no array", error);
  for (guint i = 0; !vitrail_json_lexer_take (lexer, ']'); i++) {
    if (i > 0 && !vitrail_json_lexer_take (lexer, ','))
      return fail_at (self, tag, "no valid JSON", error);
    if (++self->n_elements > VITRAIL_LIMIT_ELEMENTS)
      return fail_at (self, tag, "too many items", error);
    vitrail_assembler_begin_item (self->assembler);
    /* Some write null for an empty item. */
    if (!vitrail_json_lexer_take_word (lexer, "null") &&
        !read_object (self, error))
      return FALSE;
    vitrail_assembler_end_item (self->assembler);
  }
  vitrail_assembler_end_sequence (self->assembler);
  return TRUE;
}

static gboolean
read_inline_binary (Reader *self, Attribute *attribute, GError **error)
{
  gint state = 0;
  guint save = 0;

  if (!vitrail_json_lexer_take_string (&self->lexer))
    return fail_at (self, attribute->tag, "InlineBinary is no string", error);
  const GString *text = self->lexer.string;
  g_clear_pointer (&attribute->bytes, g_byte_array_unref);
  attribute->bytes = g_byte_array_sized_new ((guint) (text->len / 4 * 3 + 3));
  g_byte_array_set_size (attribute->bytes, (guint) (text->len / 4 * 3 + 3));
  gsize length = g_base64_decode_step (text->str, text->len,
                                       attribute->bytes->data, &state, &save);
  g_byte_array_set_size (attribute->bytes, (guint) length);
  return TRUE;
}

static gboolean
read_vr (Reader *self, Attribute *attribute, GError **error)
{
  if (!vitrail_json_lexer_take_string (&self->lexer))
    return fail_at (self, attribute->tag, "vr is no string", error);
  const GString *text = self->lexer.string;
  if (text->len == 2 &&
      vitrail_vr_info (VITRAIL_VR (text->str[0], text->str[1]))->flags != 0)
    attribute->vr = VITRAIL_VR (text->str[0], text->str[1]);
  attribute->has_vr = TRUE;
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_value (Reader *self, Attribute *attribute, GError **error)
{
  if (attribute->vr != VR_SQ)
    return read_values (self, attribute, error);
  attribute->has_items = TRUE;
  return read_items (self, attribute->tag, error);
}

/* One member of an attribute's object, whose name is in the lexer's string. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_member (Reader *self, Attribute *attribute, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  g_autofree char *member = g_strdup (lexer->string->str);

  if (!vitrail_json_lexer_take (lexer, ':'))
    return fail_at (self, attribute->tag, "no valid JSON", error);
  if (strcmp (member, "vr") == 0)
    return read_vr (self, attribute, error);
  if (strcmp (member, "InlineBinary") == 0)
    return read_inline_binary (self, attribute, error);
  if (strcmp (member, "BulkDataURI") == 0 &&
      vitrail_json_lexer_take_string (lexer))
  {
    g_free (attribute->uri);
    attribute->uri = g_strdup (lexer->string->str);
    return TRUE;
  }
  if (strcmp (member, "Value") == 0) {
    if (attribute->has_vr)
      return read_value (self, attribute, error);
    vitrail_json_lexer_peek (lexer);
    attribute->value = lexer->position;
  }
  return vitrail_json_lexer_skip (lexer, MAX_SKIP) ||
         fail_at (self, attribute->tag, "no valid JSON, or nested too deeply",
                  error);
}

/* Behind all members: a Value that came before the VR, an empty sequence. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
finish_attribute (Reader *self, Attribute *attribute, GError **error)
{
  const char *behind = self->lexer.position;

  if (attribute->value != NULL) {
    self->lexer.position = attribute->value;
    if (!read_value (self, attribute, error))
      return FALSE;
    self->lexer.position = behind;
  }
  if (attribute->vr != VR_SQ)
    return add_element (self, attribute, error);
  if (attribute->has_items)
    return TRUE;
  VitrailElement element = { .tag = attribute->tag, .vr = VR_SQ };
  return (vitrail_assembler_begin_sequence (self->assembler, &element) &&
          vitrail_assembler_end_sequence (self->assembler)) ||
         fail_at (self, attribute->tag, "sequences are nested too deeply",
                  error);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_attribute (Reader *self, VitrailTag tag, GError **error)
{
  g_auto (Attribute) attribute = { .tag = tag };
  VitrailJsonLexer *lexer = &self->lexer;

  attribute.vr = vitrail_dictionary_vr (tag);
  if (!vitrail_json_lexer_take (lexer, ':') ||
      !vitrail_json_lexer_take (lexer, '{'))
    return fail_at (self, tag, "not a JSON object", error);
  for (guint i = 0; !vitrail_json_lexer_take (lexer, '}'); i++) {
    if ((i > 0 && !vitrail_json_lexer_take (lexer, ',')) ||
        !vitrail_json_lexer_take_string (lexer))
      return fail_at (self, tag, "no valid JSON", error);
    if (!read_member (self, &attribute, error))
      return FALSE;
  }
  return finish_attribute (self, &attribute, error);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_object (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '{'))
    return fail_at (self, 0, "not a JSON object", error);
  for (guint i = 0; !vitrail_json_lexer_take (lexer, '}'); i++) {
    VitrailTag tag;
    if ((i > 0 && !vitrail_json_lexer_take (lexer, ',')) ||
        !vitrail_json_lexer_take_string (lexer))
      return fail_at (self, 0, "no valid JSON", error);
    if (!vitrail_tag_parse (lexer->string->str, &tag))
      return fail_at (self, 0, "a name that is no attribute", error);
    if (!read_attribute (self, tag, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_data_set (Reader *self, GPtrArray *data_sets, GError **error)
{
  g_autoptr (VitrailAssembler) assembler = vitrail_assembler_new ();

  vitrail_assembler_set_character_set (assembler, UTF8);
  self->assembler = assembler;
  if (!read_object (self, error))
    return FALSE;
  VitrailDataSet *data_set = vitrail_assembler_end (assembler);
  if (data_set == NULL)
    return fail_at (self, 0, "it does not fit into memory", error);
  g_ptr_array_add (data_sets, data_set);
  /* Readers differ in which of them they believe. */
  const VitrailTag twice = vitrail_assembler_get_twice (assembler);
  return twice == 0 ||
         fail_at (self, twice, "it is there twice in one object", error);
}

static gboolean
read_all (Reader *self, GPtrArray *data_sets, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '[')) {
    if (!read_data_set (self, data_sets, error))
      return FALSE;
  } else {
    for (guint i = 0; !vitrail_json_lexer_take (lexer, ']'); i++) {
      if (i > 0 && !vitrail_json_lexer_take (lexer, ','))
        return fail_at (self, 0, "no valid JSON", error);
      if (!read_data_set (self, data_sets, error))
        return FALSE;
    }
  }
  if (vitrail_json_lexer_peek (lexer) != '\0' || lexer->position != lexer->end)
    return fail_at (self, 0, "something follows", error);
  return TRUE;
}

static void
unref_data_set_cb (gpointer data_set)
{
  vitrail_data_set_unref (data_set);
}

GPtrArray *
vitrail_json_read (const char *json,
                   gssize length,
                   const char *name,
                   GError **error)
{
  g_autoptr (GPtrArray) data_sets =
      g_ptr_array_new_with_free_func (unref_data_set_cb);
  Reader self = { .name = name };
  size_t size = length < 0 ? strlen (json) : (size_t) length;

  if (size > VITRAIL_LIMIT_JSON_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: DICOM JSON: %zu bytes are too many", name, size);
    return NULL;
  }
  if (!g_utf8_validate (json, (gssize) size, NULL)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: DICOM JSON: not valid UTF-8", name);
    return NULL;
  }
  vitrail_json_lexer_init (&self.lexer, json, size);
  gboolean fine = read_all (&self, data_sets, error);
  vitrail_json_lexer_clear (&self.lexer);
  return fine ? g_steal_pointer (&data_sets) : NULL;
}

const char *
vitrail_json_get_bulk_data_uri (const VitrailDataSet *data_set, VitrailTag tag)
{
  const VitrailElement *element = vitrail_data_set_find (data_set, tag);

  if (element == NULL || element->vr == VR_SQ || element->first_item == 0)
    return NULL;
  return g_ptr_array_index (data_set->store->uris, element->first_item - 1);
}
