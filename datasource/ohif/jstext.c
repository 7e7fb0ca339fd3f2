/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JavaScript's literals as JSON: see jstext.h. */

#include "ohif/jstext.h"

#include "error.h"
#include "limits.h"
#include "ohif/jsskip.h"

#include <math.h>
#include <string.h>

#define MAX_LEFT_OUT 1000

typedef struct {
  const char *text;
  const char *at;
  const char *end;
  const char *name;
  guint depth;
  GString *json;
  GString *place; /* "a.b." of what is being read */
  GPtrArray *left_out;
} Reader;

static void
reader_clear (Reader *self)
{
  if (self->json != NULL)
    g_string_free (self->json, TRUE);
  g_string_free (self->place, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
fail (const Reader *self, VitrailError code, const char *what, GError **error)
{
  guint line = 1;

  for (const char *at = self->text; at < self->at; at++)
    line += *at == '\n';
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: line %u: %.200s",
               self->name, line, what);
  return FALSE;
}

static char
peek (Reader *self)
{
  self->at = vitrail_js_skip_space (self->at, self->end);
  return self->at < self->end ? *self->at : '\0';
}

static gboolean
take (Reader *self, char c)
{
  if (peek (self) != c || c == '\0')
    return FALSE;
  self->at++;
  return TRUE;
}

/* --- texts --- */

/* Behind a backslash, at @at; returns what follows. */
static const char *
append_escape (GString *text, const char *at, const char *end)
{
  static const char names[] = "bfnrtv0";
  static const char values[] = "\b\f\n\r\t\v";
  const char *name = *at != '\0' ? strchr (names, *at) : NULL;
  const guint n = *at == 'x' ? 2 : 4;
  gunichar character = 0;

  if (name != NULL && *name != '0')
    g_string_append_c (text, values[name - names]);
  else if (*at != 'u' && *at != 'x' && *at != '\n' && name == NULL)
    g_string_append_c (text, *at);
  if (*at != 'u' && *at != 'x')
    return at + 1;
  at++;
  for (guint i = 0; i < n && at < end && g_ascii_isxdigit (*at); i++, at++)
    character = character << 4 | (guint) g_ascii_xdigit_value (*at);
  if (character == 0 || (character >= 0xd800 && character < 0xe000))
    character = 0xfffd;
  g_string_append_unichar (text, character);
  return at;
}

/* The text between quotes at the reader's place, which moves behind it. NULL
 * where it does not end, or is a template with something in it. */
static char *
take_quoted (Reader *self)
{
  const char *at = self->at + 1;
  const char *end = vitrail_js_skip_quoted (self->at, self->end);
  const char quote = *self->at;
  g_autoptr (GString) text = g_string_new (NULL);

  if (end - self->at < 2 || end[-1] != quote)
    return NULL;
  while (at < end - 1) {
    if (quote == '`' && at[0] == '$' && at[1] == '{')
      return NULL;
    if (*at != '\\')
      g_string_append_c (text, *at++);
    else
      at = append_escape (text, at + 1, end - 1);
  }
  self->at = end;
  return g_utf8_make_valid (text->str, (gssize) text->len);
}

static void
write_text (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_printf (json, "\\%c", *text);
    else if ((guchar) *text < 0x20)
      g_string_append_printf (json, "\\u%04x", (guint) *text);
    else
      g_string_append_c (json, *text);
  }
  g_string_append_c (json, '"');
}

/* --- values --- */

/* What stands where a value may end. */
static gboolean
is_at_end (Reader *self)
{
  const char c = peek (self);

  return c == '\0' || c == ',' || c == '}' || c == ']' || c == ';';
}

static gboolean
take_number (Reader *self)
{
  const char *end = self->at;
  char *rest = NULL;

  while (end < self->end && end - self->at < 64 &&
         (g_ascii_isalnum (*end) || strchr ("+-._", *end) != NULL))
    end++;
  g_autofree char *text = g_strndup (self->at, (gsize) (end - self->at));
  const double value = g_ascii_strtod (text, &rest);
  if (rest == text || *rest != '\0' || !isfinite (value) ||
      g_ascii_isalpha (text[0]))
    return FALSE;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append (self->json, g_ascii_dtostr (number, sizeof number, value));
  self->at = end;
  return TRUE;
}

static gboolean
take_word (Reader *self)
{
  static const struct {
    const char *word;
    const char *json;
  } words[] = { { "true", "true" },
                { "false", "false" },
                { "null", "null" },
                { "undefined", "null" } };

  const char *end = vitrail_js_skip_name (self->at, self->end);
  const gsize length = (gsize) (end - self->at);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].word) == length &&
        memcmp (self->at, words[i].word, length) == 0)
    {
      g_string_append (self->json, words[i].json);
      self->at = end;
      return TRUE;
    }
  return FALSE;
}

static gboolean
take_literal (Reader *self)
{
  const char c = peek (self);

  if (c != '\0' && strchr ("'\"`", c) != NULL) {
    g_autofree char *text = take_quoted (self);
    if (text != NULL)
      write_text (self->json, text);
    return text != NULL;
  }
  return take_word (self) || take_number (self);
}

/* A program from @from on: null takes its place. */
static gboolean
leave_out (Reader *self, const char *from, gsize length, GError **error)
{
  const gsize n = self->place->len;

  self->at = vitrail_js_skip_expression (from, self->end);
  if (self->at == self->end)
    return fail (self, VITRAIL_ERROR_MALFORMED,
                 "the end is missing, or brackets do not fit", error);
  g_string_truncate (self->json, length);
  g_string_append (self->json, "null");
  if (self->left_out->len < MAX_LEFT_OUT)
    g_ptr_array_add (self->left_out,
                     g_strndup (self->place->str, n > 0 ? n - 1 : 0));
  return TRUE;
}

static gboolean take_object (Reader *self, GError **error);
static gboolean take_array (Reader *self, GError **error);

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_nested (Reader *self, GError **error)
{
  if (self->depth >= VITRAIL_LIMIT_DEPTH)
    return fail (self, VITRAIL_ERROR_LIMIT, "nested too deeply", error);
  self->depth++;
  const gboolean ok = take (self, '{')
                          ? take_object (self, error)
                          : take (self, '[') && take_array (self, error);
  self->depth--;
  return ok;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_value (Reader *self, GError **error)
{
  const char c = peek (self);
  const char *from = self->at;
  const gsize length = self->json->len;

  if (c == '{' || c == '[') {
    if (!take_nested (self, error))
      return FALSE;
  } else if (!take_literal (self)) {
    return leave_out (self, from, length, error);
  }
  return is_at_end (self) || leave_out (self, from, length, error);
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_array (Reader *self, GError **error)
{
  const gsize place = self->place->len;

  g_string_append_c (self->json, '[');
  for (guint i = 0; !take (self, ']'); i++) {
    if (i > 0)
      g_string_append_c (self->json, ',');
    g_string_append_printf (self->place, "%u.", i);
    if (!take_value (self, error))
      return FALSE;
    g_string_truncate (self->place, place);
    if (!take (self, ',') && peek (self) != ']')
      return fail (self, VITRAIL_ERROR_MALFORMED, "no comma in an array",
                   error);
  }
  g_string_append_c (self->json, ']');
  return TRUE;
}

/* The name of a member, or NULL where what stands there has none. */
static char *
take_key (Reader *self)
{
  const char c = peek (self);

  if (c == '\'' || c == '"')
    return take_quoted (self);
  const char *end = vitrail_js_skip_name (self->at, self->end);
  if (end == self->at)
    return NULL;
  g_autofree char *key = g_strndup (self->at, (gsize) (end - self->at));
  self->at = end;
  return g_utf8_make_valid (key, -1);
}

/* A member whose name has been read; "name (...) {...}", "get name" and "name"
 * alone are programs. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_member (Reader *self, const char *key, GError **error)
{
  const gsize place = self->place->len;
  const gsize length = self->json->len;

  g_string_append_printf (self->place, "%s.", key);
  const gboolean ok = take (self, ':')
                          ? take_value (self, error)
                          : leave_out (self, self->at, length, error);
  g_string_truncate (self->place, place);
  return ok;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
take_object (Reader *self, GError **error)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_string_append_c (self->json, '{');
  while (!take (self, '}')) {
    const char *from = self->at;
    g_autofree char *key = take_key (self);
    g_autofree char *shown =
        key != NULL ? g_strdup (key)
                    : g_strdup_printf ("(%u)", g_hash_table_size (seen));
    if (!g_hash_table_add (seen, g_strdup (shown))) {
      g_autofree char *what = g_strdup_printf ("%s is there twice", shown);
      return fail (self, VITRAIL_ERROR_MALFORMED, what, error);
    }
    if (g_hash_table_size (seen) > 1)
      g_string_append_c (self->json, ',');
    write_text (self->json, shown);
    g_string_append_c (self->json, ':');
    if (key == NULL)
      self->at = from;
    if (!take_member (self, shown, error))
      return FALSE;
    if (!take (self, ',') && peek (self) != '}')
      return fail (self, VITRAIL_ERROR_MALFORMED, "no comma in an object",
                   error);
  }
  g_string_append_c (self->json, '}');
  return TRUE;
}

/* --- the file --- */

/* At the object that "window.config" is made, or that the text is. */
static gboolean
find_config (Reader *self, GError **error)
{
  static const char word[] = "window.config";

  while (peek (self) != '{') {
    if (self->at >= self->end || *self->at == '\0')
      return fail (self, VITRAIL_ERROR_MALFORMED,
                   "neither JSON nor \"window.config = {...}\"", error);
    if ((gsize) (self->end - self->at) > strlen (word) &&
        memcmp (self->at, word, strlen (word)) == 0)
    {
      self->at += strlen (word);
      if (!take (self, '=') || peek (self) != '{')
        return fail (self, VITRAIL_ERROR_UNSUPPORTED,
                     "the configuration is a program: only an object that is "
                     "written out can be read",
                     error);
      return TRUE;
    }
    self->at = strchr ("'\"`", *self->at) != NULL
                   ? vitrail_js_skip_quoted (self->at, self->end)
                   : self->at + 1;
  }
  return TRUE;
}

char *
vitrail_js_text_to_json (GBytes *text,
                         const char *name,
                         GPtrArray *left_out,
                         GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (text, &length);
  g_auto (Reader) self = {
    .text = data != NULL ? data : "",
    .name = name,
    .json = g_string_new (NULL),
    .place = g_string_new (NULL),
    .left_out = left_out,
  };

  self.at = self.text;
  self.end = self.text + length;
  if (!find_config (&self, error) || !take_nested (&self, error))
    return NULL;
  return g_string_free (g_steal_pointer (&self.json), FALSE);
}
