/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of persons: see names.h. */

#include "folder/names.h"

#include "folder/match.h"

#include <string.h>

/* Between the words of a name and its component groups. */
#define SEPARATORS " ^=,-\n"

struct _VitrailNameKey {
  char **words;   /* patterns */
  char **reduced; /* the same of the reduced key */
};

/* g_utf8_next_char () without its cast. */
static const char *
next_character (const char *text)
{
  return text + g_utf8_skip[*(const guchar *) text];
}

char *
vitrail_name_fold (const char *text, gboolean plain)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_autofree char *parts = g_utf8_normalize (folded, -1, G_NORMALIZE_NFKD);

  if (!plain)
    return g_utf8_normalize (parts, -1, G_NORMALIZE_NFC);
  GString *out = g_string_sized_new (strlen (parts));
  for (const char *p = parts; *p != '\0'; p = next_character (p)) {
    gunichar c = g_utf8_get_char (p);
    if (!g_unichar_ismark (c))
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

/* An e behind a, o and u is how an umlaut is written without one. */
static char *
reduce (const char *folded)
{
  GString *out = g_string_sized_new (strlen (folded));

  for (const char *p = folded; *p != '\0'; p++) {
    gboolean is_mark = *p == 'e' && p > folded && strchr ("aou", p[-1]) != NULL;
    if (!is_mark)
      g_string_append_c (out, *p);
  }
  return g_string_free (out, FALSE);
}

/* Names in scripts without blanks are typed without the delimiters too. NULL
 * where the group has only ASCII. */
static char *
join_group (const char *group)
{
  if (g_str_is_ascii (group))
    return NULL;
  GString *out = g_string_new (NULL);
  for (const char *p = group; *p != '\0'; p++)
    if (strchr (SEPARATORS, *p) == NULL)
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

char *
vitrail_name_dup_plain (const char *name)
{
  const char *group = name + strspn (name, SEPARATORS);
  g_autofree char *first = g_strndup (group, strcspn (group, "="));
  g_autofree char *folded = vitrail_name_fold (first, TRUE);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p++)
    if (*p != '.' && strchr (SEPARATORS, *p) == NULL)
      g_string_append_c (plain, *p);
  return plain->len > 0 ? g_string_free (g_steal_pointer (&plain), FALSE)
                        : NULL;
}

char *
vitrail_name_dup_forms (const char *name)
{
  g_autofree char *folded = vitrail_name_fold (name, TRUE);
  g_autofree char *reduced = reduce (folded);
  g_auto (GStrv) groups = g_strsplit (folded, "=", -1);
  GString *forms = g_string_new (folded);

  if (strcmp (folded, reduced) != 0)
    g_string_append_printf (forms, "\n%s", reduced);
  for (guint i = 0; groups[i] != NULL; i++) {
    g_autofree char *joined = join_group (groups[i]);
    if (joined != NULL)
      g_string_append_printf (forms, "\n%s", joined);
  }
  return g_string_free (forms, FALSE);
}

char *
vitrail_name_dup_run (const char *text)
{
  const char *longest = text;
  gsize length = 0;

  while (*text != '\0') {
    gsize run = strcspn (text, "*?\\" SEPARATORS);
    if (run > length) {
      longest = text;
      length = run;
    }
    text += run + (text[run] != '\0');
  }
  return g_strndup (longest, length);
}

void
vitrail_name_dup_hints (const char *key,
                        gboolean fuzzy,
                        char **hint,
                        char **other)
{
  g_autofree char *folded = vitrail_name_fold (key, TRUE);
  g_autofree char *reduced = reduce (folded);

  *hint = vitrail_name_dup_run (folded);
  *other = vitrail_name_dup_run (fuzzy ? reduced : folded);
}

/* Words as patterns: each with a * behind it. */
static char **
split_patterns (const char *folded)
{
  g_auto (GStrv) raw = g_strsplit_set (folded, SEPARATORS, -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; raw[i] != NULL; i++) {
    if (raw[i][strspn (raw[i], "*")] == '\0')
      continue;
    g_autofree char *pattern = g_strconcat (raw[i], "*", NULL);
    g_strv_builder_add (words, pattern);
  }
  return g_strv_builder_end (words);
}

VitrailNameKey *
vitrail_name_key_new (const char *key)
{
  VitrailNameKey *self = g_new0 (VitrailNameKey, 1);
  g_autofree char *folded = vitrail_name_fold (key, TRUE);
  g_autofree char *reduced = reduce (folded);

  self->words = split_patterns (folded);
  self->reduced = split_patterns (reduced);
  return self;
}

void
vitrail_name_key_free (VitrailNameKey *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->words);
  g_strfreev (self->reduced);
  g_free (self);
}

static gboolean
has_word (char *const *words, const char *pattern)
{
  for (; *words != NULL; words++)
    if (vitrail_match_wildcards (pattern, *words))
      return TRUE;
  return FALSE;
}

static gboolean
has_words (char *const *words, char *const *patterns)
{
  for (; *patterns != NULL; patterns++)
    if (!has_word (words, *patterns))
      return FALSE;
  return TRUE;
}

gboolean
vitrail_name_key_test (const VitrailNameKey *self, const char *name)
{
  g_autofree char *forms = vitrail_name_dup_forms (name);
  g_auto (GStrv) words = g_strsplit_set (forms, SEPARATORS, -1);

  return has_words (words, self->words) || has_words (words, self->reduced);
}
