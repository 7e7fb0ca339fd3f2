/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute matching: see match.h. */

#include "folder/match.h"

#include "folder/moment.h"
#include "folder/names.h"

#include <string.h>

/* One of the values that a key lists. */
typedef struct {
  char *text;        /* folded as the values will be */
  gboolean is_plain; /* of text: without wild cards */
  double number;
  VitrailMomentRange range; /* of dates and times */
  VitrailNameKey *words;    /* fuzzy, else NULL */
} MatchKey;

struct _VitrailMatcher {
  VitrailMatchKind kind;
  gboolean fuzzy;
  gboolean universal;
  gboolean empty; /* what has no value is asked for too */
  gboolean has_zone;
  int zone;     /* minutes */
  GArray *keys; /* MatchKey */
};

/* g_utf8_next_char () without its cast. */
static const char *
next_character (const char *text)
{
  return text + g_utf8_skip[*(const guchar *) text];
}

VitrailMatchKind
vitrail_match_kind_for_vr (VitrailVR vr)
{
  switch (vr) {
  case VITRAIL_VR ('U', 'I'):
    return VITRAIL_MATCH_UID;
  case VITRAIL_VR ('P', 'N'):
    return VITRAIL_MATCH_PERSON;
  case VITRAIL_VR ('D', 'A'):
    return VITRAIL_MATCH_DATE;
  case VITRAIL_VR ('T', 'M'):
    return VITRAIL_MATCH_TIME;
  case VITRAIL_VR ('D', 'T'):
    return VITRAIL_MATCH_DATE_TIME;
  case VITRAIL_VR ('S', 'Q'):
    return VITRAIL_MATCH_ITEMS;
  case VITRAIL_VR ('D', 'S'):
  case VITRAIL_VR ('F', 'D'):
  case VITRAIL_VR ('F', 'L'):
  case VITRAIL_VR ('I', 'S'):
  case VITRAIL_VR ('S', 'L'):
  case VITRAIL_VR ('S', 'S'):
  case VITRAIL_VR ('S', 'V'):
  case VITRAIL_VR ('U', 'L'):
  case VITRAIL_VR ('U', 'S'):
  case VITRAIL_VR ('U', 'V'):
    return VITRAIL_MATCH_NUMBER;
  default:
    return VITRAIL_MATCH_TEXT;
  }
}

static gboolean
is_moment (VitrailMatchKind kind, VitrailMomentKind *moment)
{
  *moment = kind == VITRAIL_MATCH_DATE   ? VITRAIL_MOMENT_DATE
            : kind == VITRAIL_MATCH_TIME ? VITRAIL_MOMENT_TIME
                                         : VITRAIL_MOMENT_DATE_TIME;
  return kind == VITRAIL_MATCH_DATE || kind == VITRAIL_MATCH_TIME ||
         kind == VITRAIL_MATCH_DATE_TIME;
}

static gboolean
parse_number (const char *text, double *number)
{
  char *end = NULL;

  *number = g_ascii_strtod (text, &end);
  return end > text && *end == '\0';
}

static char *
fold_value (const VitrailMatcher *self, const char *text)
{
  VitrailMomentKind moment;

  if (self->kind == VITRAIL_MATCH_PERSON)
    return vitrail_name_fold (text, FALSE);
  if (is_moment (self->kind, &moment))
    return vitrail_moment_dup_digits (text);
  return g_utf8_make_valid (text, -1);
}

static void
match_key_clear (gpointer data)
{
  MatchKey *key = data;

  g_free (key->text);
  vitrail_moment_range_clear (&key->range);
  vitrail_name_key_free (key->words);
}

static void
add_key (VitrailMatcher *self, const char *text)
{
  MatchKey key = { 0 };
  VitrailMomentKind moment;
  const char *reason = NULL;

  if (is_moment (self->kind, &moment)) {
    if (!vitrail_moment_range_parse (&key.range, moment, text, &reason))
      vitrail_moment_range_clear (&key.range);
  } else if (self->kind == VITRAIL_MATCH_NUMBER) {
    if (!parse_number (text, &key.number))
      return;
  } else {
    key.text = fold_value (self, text);
    key.words = self->fuzzy ? vitrail_name_key_new (text) : NULL;
    key.is_plain = key.text[strcspn (key.text, "*?")] == '\0';
  }
  g_array_append_val (self->keys, key);
}

gboolean
vitrail_match_is_universal (const char *key)
{
  return key == NULL || key[strspn (key, "*")] == '\0';
}

/* What one value of a key must be; NULL where it is all right. */
static const char *
check_value (VitrailMatchKind kind, const char *text)
{
  VitrailMomentRange range = { 0 };
  VitrailMomentKind moment;
  const char *reason = NULL;
  double number;

  if (is_moment (kind, &moment)) {
    gboolean ok = vitrail_moment_range_parse (&range, moment, text, &reason);
    vitrail_moment_range_clear (&range);
    return ok ? NULL : reason;
  }
  if (kind == VITRAIL_MATCH_NUMBER)
    return parse_number (text, &number) ? NULL : "not a number";
  if (kind == VITRAIL_MATCH_ITEMS)
    return "a sequence is matched by what is in its items";
  return NULL;
}

const char *
vitrail_match_check (VitrailMatchKind kind, const char *key)
{
  if (vitrail_match_is_universal (key))
    return NULL;
  g_auto (GStrv) parts = g_strsplit (key, "\\", -1);
  const char *reason = NULL;
  for (guint i = 0; parts[i] != NULL && reason == NULL; i++)
    if (parts[i][0] != '\0' && strcmp (parts[i], VITRAIL_MATCH_EMPTY) != 0)
      reason = check_value (kind, parts[i]);
  return reason;
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
    if (strcmp (parts[i], VITRAIL_MATCH_EMPTY) == 0)
      self->empty = TRUE;
    else if (parts[i][0] != '\0')
      add_key (self, parts[i]);
  }
  return self;
}

void
vitrail_matcher_set_zone (VitrailMatcher *self, int minutes)
{
  self->has_zone = TRUE;
  self->zone = minutes;
}

void
vitrail_matcher_free (VitrailMatcher *self)
{
  g_array_unref (self->keys);
  g_free (self);
}

/* * is any run of characters, ? any one (PS3.4 C.2.2.2.4). Goes back only to
 * the last *: time is at most the product of the lengths. */
gboolean
vitrail_match_wildcards (const char *pattern, const char *text)
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

  if (vitrail_match_wildcards (key->text, value))
    return TRUE;
  for (guint i = 0; groups[i] != NULL; i++) {
    groups[i][name_length (groups[i])] = '\0';
    if (groups[i][0] != '\0' && vitrail_match_wildcards (pattern, groups[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
test_key (const VitrailMatcher *self, const MatchKey *key, const char *value)
{
  double number;

  switch (self->kind) {
  case VITRAIL_MATCH_PERSON:
    return match_person (key, value) ||
           (key->words != NULL && vitrail_name_key_test (key->words, value));
  case VITRAIL_MATCH_DATE:
  case VITRAIL_MATCH_TIME:
  case VITRAIL_MATCH_DATE_TIME:
    return vitrail_moment_range_test (&key->range, value);
  case VITRAIL_MATCH_NUMBER:
    return parse_number (value, &number) && number >= key->number &&
           number <= key->number;
  case VITRAIL_MATCH_UID:
    return strcmp (key->text, value) == 0;
  case VITRAIL_MATCH_TEXT:
  case VITRAIL_MATCH_ITEMS:
  default:
    return vitrail_match_wildcards (key->text, value);
  }
}

/* One value, folded, against all keys. */
static gboolean
test_folded (const VitrailMatcher *self, const char *folded)
{
  if (folded[0] == '\0')
    return FALSE;
  for (guint i = 0; i < self->keys->len; i++) {
    if (test_key (self, &g_array_index (self->keys, MatchKey, i), folded))
      return TRUE;
  }
  return FALSE;
}

/* One key of text without wild cards is compared without a copy. */
static gboolean
is_plain_text (const VitrailMatcher *self)
{
  return self->keys->len == 1 &&
         (self->kind == VITRAIL_MATCH_TEXT ||
          self->kind == VITRAIL_MATCH_UID) &&
         g_array_index (self->keys, MatchKey, 0).is_plain;
}

static gboolean
test_value (const VitrailMatcher *self, const char *value)
{
  if (is_plain_text (self))
    return strcmp (g_array_index (self->keys, MatchKey, 0).text, value) == 0;
  g_autofree char *folded = fold_value (self, value);

  return test_folded (self, folded);
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || text[0] == '\0';
}

gboolean
vitrail_matcher_test (const VitrailMatcher *self, const char *value)
{
  if (self->universal)
    return TRUE;
  if (is_empty (value))
    return self->empty;
  if (strchr (value, '\\') == NULL)
    return test_value (self, value);
  g_auto (GStrv) values = g_strsplit (value, "\\", -1);
  for (guint i = 0; values[i] != NULL; i++) {
    if (test_value (self, values[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
vitrail_matcher_test_moment (const VitrailMatcher *self,
                             const char *date,
                             const char *time,
                             const char *zone)
{
  int minutes = 0;

  if (self->universal)
    return TRUE;
  if (self->empty && is_empty (self->kind == VITRAIL_MATCH_TIME ? time : date))
    return TRUE;
  g_autofree char *day = vitrail_moment_dup_digits (date != NULL ? date : "");
  g_autofree char *hour = vitrail_moment_dup_digits (time != NULL ? time : "");
  g_autofree char *both = g_strconcat (day, hour, NULL);
  g_autofree char *moved =
      self->has_zone && zone != NULL &&
              vitrail_utc_offset_parse (zone, &minutes)
          ? vitrail_moment_dup_moved (both, self->zone - minutes)
          : NULL;
  const char *moment = moved != NULL ? moved : both;

  if (self->kind != VITRAIL_MATCH_TIME)
    return day[0] != '\0' && test_folded (self, moment);
  return test_folded (self, moved != NULL ? moved + strlen (day) : hour);
}
