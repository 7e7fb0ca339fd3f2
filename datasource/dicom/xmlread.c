/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading the Native DICOM Model: see xml.h. What is read is written as DICOM
 * JSON, which then is read: the two say the same in other words. */

#include "dicom/jsontext.h"
#include "dicom/tag.h"
#include "dicom/value.h"
#include "dicom/xml.h"
#include "error.h"
#include "limits.h"

#include <stdlib.h>
#include <string.h>

/* Values that are left out between others, of one document. */
#define MAX_GAPS 1000000u

/* The root or an item. */
typedef struct {
  gboolean has_attributes;
  GHashTable *creators; /* block and group to private creator */
  /* Of the attribute that is open. */
  guint32 tag;
  guint n_values;
} Level;

typedef struct {
  GString *json;
  GString *text;  /* of the element that is open */
  GArray *levels; /* Level */
  guint n_gaps;
  /* Of the person name that is open. */
  gboolean has_groups;
  guint n_carets; /* that are due before the next component */
} Reader;

static void
level_clear (gpointer data)
{
  Level *self = data;

  g_clear_pointer (&self->creators, g_hash_table_unref);
}

static Level *
get_level (const Reader *self)
{
  return &g_array_index (self->levels, Level, self->levels->len - 1);
}

static gboolean
fail (int code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, code, "%s", what);
  return FALSE;
}

static gboolean
open_level (Reader *self, GError **error)
{
  Level level = { .creators =
                      g_hash_table_new_full (NULL, NULL, NULL, g_free) };

  g_array_append_val (self->levels, level);
  g_string_append_c (self->json, '{');
  return self->levels->len <= VITRAIL_LIMIT_DEPTH ||
         fail (VITRAIL_ERROR_LIMIT, "sequences are nested too deeply", error);
}

static void
close_level (Reader *self)
{
  g_string_append_c (self->json, '}');
  g_array_set_size (self->levels, self->levels->len - 1);
}

static const char *
find (const char **names, const char **values, const char *wanted)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], wanted) == 0)
      return values[i];
  return NULL;
}

/* --- attributes --- */

/* A private attribute is named without its block. */
static gboolean
find_block (const Level *level, const char *creator, guint32 *tag)
{
  const guint32 group = *tag & 0xffff0000u;

  if (creator == NULL || (*tag & 0x0001ff00u) != 0x00010000u)
    return TRUE;
  for (guint32 block = 0x10; block <= 0xff; block++) {
    const char *known =
        g_hash_table_lookup (level->creators, GUINT_TO_POINTER (group | block));
    if (known != NULL && strcmp (known, creator) == 0) {
      *tag |= block << 8;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
open_attribute (Reader *self,
                const char **names,
                const char **values,
                GError **error)
{
  Level *level = get_level (self);
  const char *tag = find (names, values, "tag");
  const char *vr = find (names, values, "vr");
  const char *creator = find (names, values, "privateCreator");

  if (tag == NULL || strlen (tag) != 8 ||
      strspn (tag, "0123456789abcdefABCDEF") != 8)
    return fail (VITRAIL_ERROR_MALFORMED, "an attribute without a tag", error);
  if (vr == NULL || strlen (vr) != 2 || !g_ascii_isupper (vr[0]) ||
      !g_ascii_isupper (vr[1]))
    return fail (VITRAIL_ERROR_MALFORMED, "an attribute without a VR", error);
  level->tag = (guint32) strtoul (tag, NULL, 16);
  level->n_values = 0;
  if (!find_block (level, creator, &level->tag))
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a private attribute without its creator", error);
  g_string_append_printf (self->json, "%s\"%08X\":{\"vr\":\"%s\"",
                          level->has_attributes ? "," : "", level->tag, vr);
  level->has_attributes = TRUE;
  return TRUE;
}

static void
close_attribute (Reader *self)
{
  g_string_append (self->json, get_level (self)->n_values > 0 ? "]}" : "}");
}

/* The place of the value of @number among the others. */
static gboolean
open_value (Reader *self,
            const char **names,
            const char **values,
            GError **error)
{
  Level *level = get_level (self);
  const char *text = find (names, values, "number");
  guint64 number = level->n_values + 1;

  if (text != NULL && !g_ascii_string_to_unsigned (
                          text, 10, number, number + MAX_GAPS, &number, NULL))
    return fail (VITRAIL_ERROR_MALFORMED, "values out of order", error);
  self->n_gaps += (guint) number - level->n_values - 1;
  if (self->n_gaps > MAX_GAPS)
    return fail (VITRAIL_ERROR_LIMIT, "too many values are left out", error);
  for (; level->n_values < number; level->n_values++) {
    g_string_append (self->json, level->n_values == 0 ? ",\"Value\":[" : ",");
    if (level->n_values + 1 < number)
      g_string_append (self->json, "null");
  }
  g_string_truncate (self->text, 0);
  return TRUE;
}

static void
close_value (Reader *self)
{
  const Level *level = get_level (self);
  const guint32 element = level->tag & 0xffffu;

  if ((level->tag & 0x00010000u) != 0 && element >= 0x10 && element <= 0xff)
    g_hash_table_replace (level->creators, GUINT_TO_POINTER (level->tag),
                          g_strdup (self->text->str));
  vitrail_json_append_string (self->json, self->text->str);
}

static gboolean
open_bulk (Reader *self,
           const char **names,
           const char **values,
           GError **error)
{
  const char *uri = find (names, values, "uri");

  if (uri == NULL)
    uri = find (names, values, "uuid");
  if (uri == NULL || get_level (self)->n_values > 0)
    return fail (VITRAIL_ERROR_MALFORMED, "bulk data without a URI", error);
  g_string_append (self->json, ",\"BulkDataURI\":");
  vitrail_json_append_string (self->json, uri);
  return TRUE;
}

static void
close_inline (Reader *self)
{
  g_string_append (self->json, ",\"InlineBinary\":");
  vitrail_json_append_string (self->json, self->text->str);
}

/* --- person names --- */

static gboolean
open_name (Reader *self,
           const char **names,
           const char **values,
           GError **error)
{
  if (!open_value (self, names, values, error))
    return FALSE;
  self->has_groups = FALSE;
  g_string_append_c (self->json, '{');
  return TRUE;
}

static void
close_brace (Reader *self)
{
  g_string_append_c (self->json, '}');
}

/* @self->text is the whole group: components are put behind one another. */
static void
open_group (Reader *self, const char *name)
{
  g_string_append_printf (self->json, "%s\"%s\":", self->has_groups ? "," : "",
                          name);
  self->has_groups = TRUE;
  self->n_carets = 0;
  g_string_truncate (self->text, 0);
}

static void
close_group (Reader *self)
{
  vitrail_json_append_string (self->json, self->text->str);
}

static void
open_component (Reader *self, guint index)
{
  for (; self->n_carets < index; self->n_carets++)
    g_string_append_c (self->text, '^');
}

/* --- what GLib says --- */

typedef enum {
  ROOT,
  ATTRIBUTE,
  VALUE,
  NAME,
  ITEM,
  BULK,
  INLINE,
  GROUP,
  COMPONENT,
} Kind;

/* Which element stands in which. A component's @index is its place. */
static const struct {
  const char *name;
  const char *parent;
  Kind kind;
  guint index;
} elements[] = {
  { "NativeDicomModel", NULL, ROOT, 0 },
  { "DicomAttribute", "NativeDicomModel", ATTRIBUTE, 0 },
  { "DicomAttribute", "Item", ATTRIBUTE, 0 },
  { "Value", "DicomAttribute", VALUE, 0 },
  { "PersonName", "DicomAttribute", NAME, 0 },
  { "Item", "DicomAttribute", ITEM, 0 },
  { "BulkData", "DicomAttribute", BULK, 0 },
  { "InlineBinary", "DicomAttribute", INLINE, 0 },
  { "Alphabetic", "PersonName", GROUP, 0 },
  { "Ideographic", "PersonName", GROUP, 0 },
  { "Phonetic", "PersonName", GROUP, 0 },
  { "FamilyName", NULL, COMPONENT, 0 },
  { "GivenName", NULL, COMPONENT, 1 },
  { "MiddleName", NULL, COMPONENT, 2 },
  { "NamePrefix", NULL, COMPONENT, 3 },
  { "NameSuffix", NULL, COMPONENT, 4 },
};

static gboolean
is_group (const char *name)
{
  return g_strcmp0 (name, "Alphabetic") == 0 ||
         g_strcmp0 (name, "Ideographic") == 0 ||
         g_strcmp0 (name, "Phonetic") == 0;
}

/* The row of what is open, or -1. */
static int
find_row (GMarkupParseContext *context)
{
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  const char *name = stack->data;
  const char *parent = stack->next != NULL ? stack->next->data : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    const gboolean fits = elements[i].kind == COMPONENT
                              ? is_group (parent)
                              : g_strcmp0 (elements[i].parent, parent) == 0;
    if (fits && strcmp (elements[i].name, name) == 0)
      return (int) i;
  }
  return -1;
}

static gboolean
open_row (Reader *self,
          int row,
          const char **names,
          const char **values,
          GError **error)
{
  switch (elements[row].kind) {
  case ROOT:
    return open_level (self, error);
  case ATTRIBUTE:
    return open_attribute (self, names, values, error);
  case VALUE:
    return open_value (self, names, values, error);
  case NAME:
    return open_name (self, names, values, error);
  case ITEM:
    return open_value (self, names, values, error) && open_level (self, error);
  case BULK:
    return open_bulk (self, names, values, error);
  case INLINE:
    g_string_truncate (self->text, 0);
    return TRUE;
  case GROUP:
    open_group (self, elements[row].name);
    return TRUE;
  case COMPONENT:
    open_component (self, elements[row].index);
    return TRUE;
  }
  return TRUE;
}

static void
start_cb (GMarkupParseContext *context,
          const char *name,
          const char **names,
          const char **values,
          gpointer user_data,
          GError **error)
{
  const int row = find_row (context);

  if (row < 0)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "<%.64s> is not of the Native DICOM Model there", name);
  else
    open_row (user_data, row, names, values, error);
}

static void
end_cb (GMarkupParseContext *context,
        const char *name,
        gpointer user_data,
        GError **error)
{
  static void (*const close_kind[]) (Reader *) = {
    [ROOT] = close_level,  [ATTRIBUTE] = close_attribute,
    [VALUE] = close_value, [NAME] = close_brace,
    [ITEM] = close_level,  [INLINE] = close_inline,
    [GROUP] = close_group, [COMPONENT] = NULL,
  };
  const int row = find_row (context);

  if (row >= 0 && close_kind[elements[row].kind] != NULL)
    close_kind[elements[row].kind](user_data);
}

static void
text_cb (GMarkupParseContext *context,
         const char *text,
         gsize length,
         gpointer user_data,
         GError **error)
{
  Reader *self = user_data;
  const int row = find_row (context);

  if (row >= 0 &&
      (elements[row].kind == VALUE || elements[row].kind == INLINE ||
       elements[row].kind == COMPONENT))
    g_string_append_len (self->text, text, (gssize) length);
}

gboolean
vitrail_xml_to_json (const char *xml,
                     gssize length,
                     GString *json,
                     GError **error)
{
  const GMarkupParser parser = { .start_element = start_cb,
                                 .end_element = end_cb,
                                 .text = text_cb };
  Reader self = { .json = json,
                  .text = g_string_new (NULL),
                  .levels = g_array_new (FALSE, TRUE, sizeof (Level)) };
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &self,
                                  NULL);
  g_autoptr (GError) failed = NULL;

  g_array_set_clear_func (self.levels, level_clear);
  const gboolean done =
      (length == 0 ||
       g_markup_parse_context_parse (context, xml, length, &failed)) &&
      g_markup_parse_context_end_parse (context, &failed);
  g_string_free (self.text, TRUE);
  g_array_unref (self.levels);
  if (!done && failed->domain == VITRAIL_ERROR)
    g_propagate_error (error, g_steal_pointer (&failed));
  else if (!done)
    fail (VITRAIL_ERROR_MALFORMED, "no valid XML", error);
  return done;
}
