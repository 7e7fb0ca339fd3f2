/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute matching: see match.h. */

#include "folder/match.h"

#include <string.h>

/* One of the values that a key lists. */
typedef struct {
  char *text;   /* folded as the values will be; of a range the lower bound */
  char *upper;  /* of a range, else NULL */
  char **words; /* fuzzy, else NULL */
} MatchKey;

struct _VitrailMatcher {
  VitrailMatchKind kind;
  gboolean fuzzy;
  gboolean universal;
  GArray *keys; /* MatchKey */
};

/* g_utf8_next_char () without its cast. */
static const char *
next_character (const char *text)
{
  return text + g_utf8_skip[*(const guchar *) text];
}

/* Without case; without diacritics too where @fuzzy. */
static char *
fold_name (const char *text, gboolean fuzzy)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_autofree char *parts = g_utf8_normalize (folded, -1, G_NORMALIZE_NFKD);

  if (!fuzzy)
    return g_utf8_normalize (parts, -1, G_NORMALIZE_NFC);
  GString *plain = g_string_sized_new (strlen (parts));
  for (const char *p = parts; *p != '\0'; p = next_character (p)) {
    gunichar c = g_utf8_get_char (p);
    if (!g_unichar_ismark (c))
      g_string_append_unichar (plain, c);
  }
  return g_string_free (plain, FALSE);
}

static char **
split_words (const char *text)
{
  g_auto (GStrv) raw = g_strsplit_set (text, " ^=,-*?", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; raw[i] != NULL; i++) {
    if (raw[i][0] != '\0')
      g_strv_builder_add (words, raw[i]);
  }
  return g_strv_builder_end (words);
}

/* The digits of a date or time: "2020.01.02" and "10:30" are older standards'
 * ways of writing them (PS3.5 6.2). */
static char *
digits_only (const char *text)
{
  GString *digits = g_string_sized_new (16);

  for (const char *p = text; *p != '\0'; p++) {
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
  }
  return g_string_free (digits, FALSE);
}

static char *
fold_value (const VitrailMatcher *self, const char *text)
{
  switch (self->kind) {
  case VITRAIL_MATCH_PERSON:
    return fold_name (text, self->fuzzy);
  case VITRAIL_MATCH_DATE:
  case VITRAIL_MATCH_TIME:
    return digits_only (text);
  case VITRAIL_MATCH_TEXT:
  case VITRAIL_MATCH_UID:
  case VITRAIL_MATCH_NUMBER:
  default:
    return g_utf8_make_valid (text, -1);
  }
}

static void
match_key_clear (gpointer data)
{
  MatchKey *key = data;

  g_free (key->text);
  g_free (key->upper);
  g_strfreev (key->words);
}

static void
add_key (VitrailMatcher *self, const char *text)
{
  MatchKey key = { 0 };
  const char *dash = strchr (text, '-');
  gboolean is_range = dash != NULL && (self->kind == VITRAIL_MATCH_DATE ||
                                       self->kind == VITRAIL_MATCH_TIME);

  if (is_range) {
    g_autofree char *lower = g_strndup (text, (gsize) (dash - text));
    key.text = fold_value (self, lower);
    key.upper = fold_value (self, dash + 1);
  } else {
    key.text = fold_value (self, text);
    if (self->fuzzy)
      key.words = split_words (key.text);
  }
  g_array_append_val (self->keys, key);
}

gboolean
vitrail_match_is_universal (const char *key)
{
  return key == NULL || key[strspn (key, "*")] == '\0';
}

VitrailMatcher *
vitrail_matcher_new (VitrailMatchKind kind, const char *key, gboolean fuzzy)
{
  VitrailMatcher *self = g_new0 (VitrailMatcher, 1);

  self->kind = kind;
  self->fuzzy = fuzzy && kind == VITRAIL_MATCH_PERSON;
  self->universal = vitrail_match_is_universal (key);
  self->keys = g_array_new (FALSE, FALSE, sizeof (MatchKey));
  g_array_set_clear_func (self->keys, match_key_clear);
  if (self->universal)
    return self;
  g_auto (GStrv) parts = g_strsplit (key, "\\", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    if (parts[i][0] != '\0')
      add_key (self, parts[i]);
  }
  return self;
}

void
vitrail_matcher_free (VitrailMatcher *self)
{
  g_array_unref (self->keys);
  g_free (self);
}

/* * is any run of characters, ? any one (PS3.4 C.2.2.2.4). Goes back only to
 * the last *: time is at most the product of the lengths. */
static gboolean
match_wildcards (const char *pattern, const char *text)
{
  const char *star = NULL;
  const char *resume = NULL;

  while (*text != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      resume = text;
    } else if (*pattern == '?') {
      pattern++;
      text = next_character (text);
    } else if (*pattern == *text) {
      pattern++;
      text++;
    } else if (star != NULL) {
      pattern = star;
      resume = next_character (resume);
      text = resume;
    } else {
      return FALSE;
    }
  }
  return pattern[strspn (pattern, "*")] == '\0';
}

/* The length of @text without the delimiters of empty components at its end
 * (PS3.5 6.2.1). */
static gsize
name_length (const char *text)
{
  gsize length = strlen (text);

  while (length > 0 && (text[length - 1] == '^' || text[length - 1] == ' '))
    length--;
  return length;
}

/* The whole name, or one of its component groups. */
static gboolean
match_person (const MatchKey *key, const char *value)
{
  g_auto (GStrv) groups = g_strsplit (value, "=", -1);
  g_autofree char *pattern = g_strndup (key->text, name_length (key->text));

  if (match_wildcards (key->text, value))
    return TRUE;
  for (guint i = 0; groups[i] != NULL; i++) {
    groups[i][name_length (groups[i])] = '\0';
    if (groups[i][0] != '\0' && match_wildcards (pattern, groups[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_word (char *const *words, const char *prefix)
{
  for (; *words != NULL; words++) {
    if (g_str_has_prefix (*words, prefix))
      return TRUE;
  }
  return FALSE;
}

static gboolean
match_fuzzy (const MatchKey *key, const char *value)
{
  g_auto (GStrv) words = split_words (value);

  for (guint i = 0; key->words[i] != NULL; i++) {
    if (!has_word (words, key->words[i]))
      return FALSE;
  }
  return TRUE;
}

/* Compares as far as both are precise: 10 is any time from 10:00 to 10:59. */
static int
compare_precision (const char *a, const char *b)
{
  return strncmp (a, b, MIN (strlen (a), strlen (b)));
}

static gboolean
match_when (const MatchKey *key, const char *value)
{
  if (key->upper == NULL)
    return key->text[0] != '\0' && compare_precision (key->text, value) == 0;
  if (key->text[0] != '\0' && compare_precision (value, key->text) < 0)
    return FALSE;
  return key->upper[0] == '\0' || compare_precision (value, key->upper) <= 0;
}

static gboolean
match_number (const char *key, const char *value)
{
  gint64 a;
  gint64 b;

  return g_ascii_string_to_signed (key, 10, G_MININT64, G_MAXINT64, &a, NULL) &&
         g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, &b,
                                   NULL) &&
         a == b;
}

static gboolean
test_key (const VitrailMatcher *self, const MatchKey *key, const char *value)
{
  switch (self->kind) {
  case VITRAIL_MATCH_PERSON:
    return self->fuzzy ? match_fuzzy (key, value) : match_person (key, value);
  case VITRAIL_MATCH_DATE:
  case VITRAIL_MATCH_TIME:
    return match_when (key, value);
  case VITRAIL_MATCH_NUMBER:
    return match_number (key->text, value);
  case VITRAIL_MATCH_UID:
    return strcmp (key->text, value) == 0;
  case VITRAIL_MATCH_TEXT:
  default:
    return match_wildcards (key->text, value);
  }
}

/* One value against all keys. */
static gboolean
test_value (const VitrailMatcher *self, const char *value)
{
  g_autofree char *folded = fold_value (self, value);

  if (folded[0] == '\0')
    return FALSE;
  for (guint i = 0; i < self->keys->len; i++) {
    if (test_key (self, &g_array_index (self->keys, MatchKey, i), folded))
      return TRUE;
  }
  return FALSE;
}

gboolean
vitrail_matcher_test (const VitrailMatcher *self, const char *value)
{
  if (self->universal)
    return TRUE;
  if (value == NULL)
    return FALSE;
  if (strchr (value, '\\') == NULL)
    return test_value (self, value);
  g_auto (GStrv) values = g_strsplit (value, "\\", -1);
  for (guint i = 0; values[i] != NULL; i++) {
    if (test_value (self, values[i]))
      return TRUE;
  }
  return FALSE;
}
