/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets by keywords: see naturaljson.h. */

#include "dicom/naturaljson.h"

#include "dicom/vr.h"
#include "error.h"
#include "limits.h"

#include <string.h>

/* Of what is skipped. */
#define MAX_SKIP (3 * VITRAIL_LIMIT_DEPTH)

typedef struct {
  VitrailJsonLexer *lexer;
  const char *name;
  guint depth; /* of sequences */
} Reader;

static gboolean
fail (const Reader *self, VitrailError code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %.100s, at character %zu",
               self->name, what,
               (size_t) (self->lexer->position - self->lexer->text));
  return FALSE;
}

static gboolean
fail_syntax (const Reader *self, GError **error)
{
  return fail (self, VITRAIL_ERROR_MALFORMED, "no valid JSON", error);
}

/* The next key of an object, which is @seen by then. FALSE without @error at
 * the end. */
static gboolean
take_key (Reader *self, GHashTable *seen, char **key, GError **error)
{
  VitrailJsonLexer *lexer = self->lexer;
  const gboolean is_first = g_hash_table_size (seen) == 0;

  if (vitrail_json_lexer_take (lexer, '}'))
    return FALSE;
  if ((!is_first && !vitrail_json_lexer_take (lexer, ',')) ||
      !vitrail_json_lexer_take_string (lexer))
    return fail_syntax (self, error);
  g_autofree char *found = g_utf8_make_valid (lexer->string->str, -1);
  if (!vitrail_json_lexer_take (lexer, ':'))
    return fail_syntax (self, error);
  if (!g_hash_table_add (seen, g_strdup (found))) {
    g_autofree char *what = g_strdup_printf ("%.64s is there twice", found);
    return fail (self, VITRAIL_ERROR_MALFORMED, what, error);
  }
  *key = g_steal_pointer (&found);
  return TRUE;
}

static GHashTable *
new_seen (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* --- values --- */

/* What the attribute's value is, as a builder takes it. */
typedef struct {
  const VitrailDictionaryEntry *entry;
  GString *text; /* values joined; NULL: none */
  GBytes *bytes;
} Value;

static void
value_clear (Value *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Value, value_clear)

static void
add_text (Value *self, const char *text)
{
  if (self->text == NULL)
    self->text = g_string_new (NULL);
  else
    g_string_append_c (self->text, '\\');
  g_string_append (self->text, text);
}

/* "A=I=P" of the groups that a name has. */
static char *
join_groups (char *const groups[3])
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 3; i++)
    g_string_append_printf (name, "%s%s", i > 0 ? "=" : "",
                            groups[i] != NULL ? groups[i] : "");
  while (name->len > 0 && name->str[name->len - 1] == '=')
    g_string_truncate (name, name->len - 1);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
set_binary (Value *self, const char *text)
{
  gsize length = 0;
  guchar *data = g_base64_decode (text, &length);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = g_bytes_new_take (data, length);
}

/* Where the member @key of such an object goes: NULL where it is not used. */
static char **
find_group (char *groups[3], const char *key)
{
  static const char *const names[] = { "Alphabetic", "Ideographic",
                                       "Phonetic" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (key, names[i]) == 0)
      return &groups[i];
  return NULL;
}

/* An object that is a value: a person's name, or bytes. */
static gboolean
take_object_value (Reader *self, Value *value, GError **error)
{
  g_autoptr (GHashTable) seen = new_seen ();
  g_autoptr (GError) failed = NULL;
  g_autofree char *key = NULL;
  char *groups[3] = { NULL, NULL, NULL };
  VitrailJsonLexer *lexer = self->lexer;

  while (take_key (self, seen, &key, &failed)) {
    char **group = find_group (groups, key);
    const gboolean is_binary = strcmp (key, "InlineBinary") == 0;
    g_clear_pointer (&key, g_free);
    if ((group != NULL || is_binary) && vitrail_json_lexer_take_string (lexer))
    {
      if (is_binary)
        set_binary (value, lexer->string->str);
      else
        *group = g_strdup (lexer->string->str);
    } else if (!vitrail_json_lexer_skip (lexer, MAX_SKIP)) {
      fail_syntax (self, &failed);
      break;
    }
  }
  g_autofree char *name = join_groups (groups);
  if (name[0] != '\0')
    add_text (value, name);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    g_free (groups[i]);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

/* One that is no array. */
static gboolean
take_single (Reader *self, Value *value, GError **error)
{
  VitrailJsonLexer *lexer = self->lexer;

  if (vitrail_json_lexer_take (lexer, '{'))
    return take_object_value (self, value, error);
  if (vitrail_json_lexer_take_word (lexer, "null"))
    add_text (value, "");
  else if (vitrail_json_lexer_take_string (lexer) ||
           vitrail_json_lexer_take_number (lexer))
    add_text (value, lexer->string->str);
  else if (!vitrail_json_lexer_skip (lexer, MAX_SKIP))
    return fail_syntax (self, error);
  return TRUE;
}

static gboolean
take_values (Reader *self, Value *value, GError **error)
{
  VitrailJsonLexer *lexer = self->lexer;

  if (!vitrail_json_lexer_take (lexer, '['))
    return take_single (self, value, error);
  for (guint i = 0; !vitrail_json_lexer_take (lexer, ']'); i++) {
    if (i > 0 && !vitrail_json_lexer_take (lexer, ','))
      return fail_syntax (self, error);
    /* Values of values are none of DICOM. */
    if (vitrail_json_lexer_peek (lexer) == '[') {
      if (!vitrail_json_lexer_skip (lexer, MAX_SKIP))
        return fail_syntax (self, error);
    } else if (!take_single (self, value, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static void
set_value (VitrailDataSetBuilder *builder, const Value *value)
{
  const VitrailVR vr = vitrail_dictionary_vr (value->entry->tag);

  if (value->bytes != NULL)
    vitrail_data_set_builder_set_bytes (builder, value->entry->tag, vr,
                                        value->bytes);
  else if (value->text != NULL)
    vitrail_data_set_builder_set_string (builder, value->entry->tag,
                                         value->text->str);
}

/* --- data sets --- */

static gboolean take_object (Reader *self,
                             VitrailDataSetBuilder *builder,
                             VitrailNaturalMember *members,
                             GError **error);

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_item (Reader *self, GPtrArray *items, GError **error)
{
  g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();

  if (!take_object (self, builder, NULL, error))
    return FALSE;
  g_ptr_array_add (items,
                   vitrail_data_set_builder_end (g_steal_pointer (&builder)));
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_item_list (Reader *self, GPtrArray *items, GError **error)
{
  VitrailJsonLexer *lexer = self->lexer;

  if (vitrail_json_lexer_peek (lexer) == '{')
    return take_item (self, items, error);
  if (!vitrail_json_lexer_take (lexer, '['))
    return vitrail_json_lexer_skip (lexer, MAX_SKIP) ||
           fail_syntax (self, error);
  for (guint i = 0; !vitrail_json_lexer_take (lexer, ']'); i++) {
    if (i > 0 && !vitrail_json_lexer_take (lexer, ','))
      return fail_syntax (self, error);
    if (vitrail_json_lexer_take_word (lexer, "null"))
      continue;
    if (!take_item (self, items, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_items (Reader *self,
            VitrailTag tag,
            VitrailDataSetBuilder *builder,
            GError **error)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  if (self->depth >= VITRAIL_LIMIT_DEPTH)
    return fail (self, VITRAIL_ERROR_LIMIT, "sequences are nested too deeply",
                 error);
  self->depth++;
  if (!take_item_list (self, items, error))
    return FALSE;
  self->depth--;
  vitrail_data_set_builder_set_items (builder, tag,
                                      (VitrailDataSet *const *) items->pdata,
                                      items->len);
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_attribute (Reader *self,
                const char *key,
                VitrailDataSetBuilder *builder,
                GError **error)
{
  const VitrailDictionaryEntry *entry =
      builder != NULL ? vitrail_dictionary_find_keyword (key) : NULL;
  g_auto (Value) value = { .entry = entry };

  if (entry == NULL)
    return vitrail_json_lexer_skip (self->lexer, MAX_SKIP) ||
           fail_syntax (self, error);
  if (vitrail_dictionary_vr (entry->tag) == VR_SQ)
    return take_items (self, entry->tag, builder, error);
  if (!take_values (self, &value, error))
    return FALSE;
  set_value (builder, &value);
  return TRUE;
}

static VitrailNaturalMember *
find_member (VitrailNaturalMember *members, const char *key)
{
  for (; members != NULL && members->key != NULL; members++)
    if (strcmp (members->key, key) == 0)
      return members;
  return NULL;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_object (Reader *self,
             VitrailDataSetBuilder *builder,
             VitrailNaturalMember *members,
             GError **error)
{
  g_autoptr (GHashTable) seen = new_seen ();
  g_autoptr (GError) failed = NULL;
  g_autofree char *key = NULL;
  gboolean ok = TRUE;

  if (!vitrail_json_lexer_take (self->lexer, '{'))
    return fail_syntax (self, error);
  while (ok && take_key (self, seen, &key, &failed)) {
    VitrailNaturalMember *member = find_member (members, key);
    if (member == NULL) {
      ok = take_attribute (self, key, builder, &failed);
    } else {
      vitrail_json_lexer_peek (self->lexer);
      member->value = self->lexer->position;
      ok = vitrail_json_lexer_skip (self->lexer, MAX_SKIP) ||
           fail_syntax (self, &failed);
    }
    g_clear_pointer (&key, g_free);
  }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
vitrail_natural_json_take (VitrailJsonLexer *lexer,
                           VitrailDataSetBuilder *builder,
                           VitrailNaturalMember *members,
                           const char *name,
                           GError **error)
{
  Reader self = { .lexer = lexer, .name = name };

  return take_object (&self, builder, members, error);
}
