/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute matching (PS3.4 C.2.2.2): each row of the table is a test. */

#include "folder/match.h"
#include "folder/moment.h"
#include "folder/names.h"

#include <string.h>

typedef struct {
  VitrailMatchKind kind;
  const char *key;
  const char *value;
  gboolean fuzzy;
  gboolean matches;
} Case;

/* clang-format off */
static const Case cases[] = {
  /* universal */
  { VITRAIL_MATCH_TEXT, "", "CT", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "*", NULL, FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "***", "CT", FALSE, TRUE },
  /* single value */
  { VITRAIL_MATCH_TEXT, "CT", "CT", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "CT", "ct", FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "CT", "CTX", FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "CT", NULL, FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "CT", "", FALSE, FALSE },
  /* one of several values on either side */
  { VITRAIL_MATCH_TEXT, "PRIMARY", "ORIGINAL\\PRIMARY", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "MR\\CT", "CT", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "MR\\CT", "PT\\US", FALSE, FALSE },
  /* wild cards */
  { VITRAIL_MATCH_TEXT, "A*", "A12", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "*2", "A12", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "A?2", "A12", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "A?2", "A2", FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "?", "\303\244", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "*a*a*b", "xaaaaaaaaaab", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "*a*a*b", "xaaaaaaaaaaa", FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "A*B*C", "AxxBxxBxxC", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "*\377*", "\377\377", FALSE, TRUE },
  /* persons */
  { VITRAIL_MATCH_PERSON, "doe^john", "Doe^John", FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "doe^john^^", "Doe^John", FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "Doe^John", "Doe^John^^", FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "doe*", "Doe^John", FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "doe", "Doe^John", FALSE, FALSE },
  { VITRAIL_MATCH_PERSON, "john*", "Doe^John", FALSE, FALSE },
  { VITRAIL_MATCH_PERSON, "m\303\274ller*", "M\303\234LLER^Eva", FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "muller*", "M\303\234LLER^Eva", FALSE, FALSE },
  { VITRAIL_MATCH_PERSON, "\345\261\261\347\224\260*",
    "Yamada^Tarou=\345\261\261\347\224\260^\345\244\252\351\203\216",
    FALSE, TRUE },
  { VITRAIL_MATCH_PERSON, "yamada^tarou",
    "Yamada^Tarou=\345\261\261\347\224\260^\345\244\252\351\203\216",
    FALSE, TRUE },
  /* fuzzy: words in any order, as beginnings */
  { VITRAIL_MATCH_PERSON, "joh do", "Doe^John", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "doe^jane", "Doe^John", TRUE, FALSE },
  { VITRAIL_MATCH_PERSON, "ohn", "Doe^John", TRUE, FALSE },
  { VITRAIL_MATCH_PERSON, "muller", "M\303\234LLER^Eva", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "M\303\234L*", "Muller^Eva", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "strasse", "Stra\303\237e^A", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "*ohn", "Doe^John", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "*oe*", "Doe^John", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "d?e jo", "Doe^John", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "mueller", "M\303\234LLER^Eva", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "m\303\274ller", "Mueller^Eva", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "*eller", "Mueller^Eva", TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "\345\261\261\347\224\260\345\244\252",
    "Yamada^Tarou=\345\261\261\347\224\260^\345\244\252\351\203\216",
    TRUE, TRUE },
  { VITRAIL_MATCH_PERSON, "\345\244\252",
    "Yamada^Tarou=\345\261\261\347\224\260^\345\244\252\351\203\216",
    TRUE, TRUE },
  { VITRAIL_MATCH_TEXT, "ct", "CT", TRUE, FALSE },
  /* UIDs: no wild cards, no prefixes */
  { VITRAIL_MATCH_UID, "1.2.3", "1.2.3", FALSE, TRUE },
  { VITRAIL_MATCH_UID, "1.2.3\\1.2.4", "1.2.4", FALSE, TRUE },
  { VITRAIL_MATCH_UID, "1.2", "1.2.4", FALSE, FALSE },
  { VITRAIL_MATCH_UID, "1.2.?", "1.2.4", FALSE, FALSE },
  /* dates */
  { VITRAIL_MATCH_DATE, "20260102", "20260102", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "20260102", "2026.01.02", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "20260101-20260131", "20260131", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "20260101-20260131", "20260201", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "20260101-", "20991231", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "20260101-", "20251231", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "-20260101", "19991231", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "-20260101", "20260102", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "-20260101", NULL, FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "20260101-", "unknown", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "yesterday", "20260102", FALSE, FALSE },
  /* times, to the precision that both have */
  { VITRAIL_MATCH_TIME, "10", "103015.25", FALSE, TRUE },
  { VITRAIL_MATCH_TIME, "1030-1045", "104559", FALSE, TRUE },
  { VITRAIL_MATCH_TIME, "1030-1045", "104600", FALSE, FALSE },
  { VITRAIL_MATCH_TIME, "10:30-", "103000", FALSE, TRUE },
  { VITRAIL_MATCH_TIME, "1030-1045,", "104000", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "20260131-20260101", "20260115", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "-", "20260115", FALSE, FALSE },
  { VITRAIL_MATCH_DATE, "20261301", "20261301", FALSE, FALSE },
  /* both together, with offsets from UTC, which are no range */
  { VITRAIL_MATCH_DATE_TIME, "2026010210-2026010212", "20260102110000", FALSE,
    TRUE },
  { VITRAIL_MATCH_DATE_TIME, "2026010210-", "20260102095959.9", FALSE, FALSE },
  { VITRAIL_MATCH_DATE_TIME, "20260102100000-0500", "20260102100000", FALSE,
    TRUE },
  { VITRAIL_MATCH_DATE_TIME, "20260102100000-0500-", "20270102100000", FALSE,
    TRUE },
  { VITRAIL_MATCH_DATE_TIME, "2026-2028", "20270102100000+0100", FALSE, TRUE },
  { VITRAIL_MATCH_DATE_TIME, "2026-2028", "2029", FALSE, FALSE },
  /* empty values (PS3.4 C.2.2.2.7) */
  { VITRAIL_MATCH_TEXT, "\"\"", "", FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "\"\"", NULL, FALSE, TRUE },
  { VITRAIL_MATCH_TEXT, "\"\"", "CT", FALSE, FALSE },
  { VITRAIL_MATCH_TEXT, "\"\"\\CT", "CT", FALSE, TRUE },
  { VITRAIL_MATCH_DATE, "\"\"", NULL, FALSE, TRUE },
  /* numbers */
  { VITRAIL_MATCH_NUMBER, "1.50", "1.5", FALSE, TRUE },
  { VITRAIL_MATCH_NUMBER, "1e1", "10", FALSE, TRUE },
  { VITRAIL_MATCH_NUMBER, "5", "5", FALSE, TRUE },
  { VITRAIL_MATCH_NUMBER, "05", "5", FALSE, TRUE },
  { VITRAIL_MATCH_NUMBER, "5", "15", FALSE, FALSE },
  { VITRAIL_MATCH_NUMBER, "5x", "5", FALSE, FALSE },
};

/* clang-format on */

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (VitrailMatcher) matcher =
        vitrail_matcher_new (c->kind, c->key, c->fuzzy);
    if (vitrail_matcher_test (matcher, c->value) != c->matches) {
      g_test_message ("row %u: \"%s\" against \"%s\"", i, c->key, c->value);
      g_test_fail ();
    }
  }
}

/* What lets a search pass most names over must never pass one over that
 * matches. */
static void
test_hints (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autofree char *hint = NULL;
    g_autofree char *other = NULL;
    if (c->kind != VITRAIL_MATCH_PERSON || !c->matches)
      continue;
    g_autofree char *forms = vitrail_name_dup_forms (c->value);
    vitrail_name_dup_hints (c->key, c->fuzzy, &hint, &other);
    if (strstr (forms, hint) == NULL && strstr (forms, other) == NULL) {
      g_test_message ("row %u: \"%s\" and \"%s\" are not in \"%s\"", i, hint,
                      other, forms);
      g_test_fail ();
    }
  }
}

static gboolean
test_moment (VitrailMatchKind kind,
             const char *key,
             const char *key_zone,
             const char *date,
             const char *time,
             const char *zone)
{
  g_autoptr (VitrailMatcher) matcher = vitrail_matcher_new (kind, key, FALSE);
  int minutes;

  if (key_zone != NULL) {
    g_assert_true (vitrail_utc_offset_parse (key_zone, &minutes));
    vitrail_matcher_set_zone (matcher, minutes);
  }
  return vitrail_matcher_test_moment (matcher, date, time, zone);
}

static void
test_moments (void)
{
  const VitrailMatchKind both = VITRAIL_MATCH_DATE_TIME;

  g_assert_true (test_moment (both, "202601011000-202601031200", NULL,
                              "20260103", "115959", NULL));
  g_assert_false (test_moment (both, "202601011000-202601031200", NULL,
                               "20260103", "120100", NULL));
  g_assert_true (
      test_moment (both, "202601011000-", NULL, "20260101", NULL, NULL));
  g_assert_false (
      test_moment (both, "202601011000-", NULL, NULL, "110000", NULL));
  /* An hour before midnight in one zone is the next day in the other. */
  g_assert_true (test_moment (VITRAIL_MATCH_DATE, "20260102", "+0100",
                              "20260101", "233000", "+0000"));
  g_assert_false (test_moment (VITRAIL_MATCH_DATE, "20260101", "+0100",
                               "20260101", "233000", "+0000"));
  g_assert_true (test_moment (VITRAIL_MATCH_DATE, "20260101", "+0100",
                              "20260101", "233000", NULL));
  g_assert_true (test_moment (VITRAIL_MATCH_TIME, "0000-0059", "+0100",
                              "20260101", "233000", "+0000"));
  g_assert_true (test_moment (VITRAIL_MATCH_TIME, "1800", "-0500", "20260301",
                              "003000.5", "+0130"));
}

static void
test_refused (void)
{
  static const struct {
    VitrailMatchKind kind;
    const char *key;
  } refused[] = {
    { VITRAIL_MATCH_DATE, "yesterday" },
    { VITRAIL_MATCH_DATE, "2026010" },
    { VITRAIL_MATCH_DATE, "20260132" },
    { VITRAIL_MATCH_DATE, "20260102-20260101" },
    { VITRAIL_MATCH_DATE, "20260101-20260102-20260103" },
    { VITRAIL_MATCH_DATE, "20260101\\x" },
    { VITRAIL_MATCH_TIME, "2500" },
    { VITRAIL_MATCH_TIME, "-" },
    { VITRAIL_MATCH_DATE_TIME, "20260102T10" },
    { VITRAIL_MATCH_NUMBER, "five" },
    { VITRAIL_MATCH_ITEMS, "1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_nonnull (vitrail_match_check (refused[i].kind, refused[i].key));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (cases[i].matches)
      g_assert_null (vitrail_match_check (cases[i].kind, cases[i].key));
}

/* A hostile pattern must not take longer than its length times the text's. */
static void
test_many_stars (void)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autofree char *value = g_strnfill (20000, 'a');

  for (guint i = 0; i < 500; i++)
    g_string_append (key, "a*");
  g_string_append_c (key, 'b');
  gint64 start = g_get_monotonic_time ();
  g_autoptr (VitrailMatcher) matcher =
      vitrail_matcher_new (VITRAIL_MATCH_TEXT, key->str, FALSE);
  g_assert_false (vitrail_matcher_test (matcher, value));
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/match/cases", test_cases);
  g_test_add_func ("/folder/match/hints", test_hints);
  g_test_add_func ("/folder/match/moments", test_moments);
  g_test_add_func ("/folder/match/refused", test_refused);
  g_test_add_func ("/folder/match/many-stars", test_many_stars);
  return g_test_run ();
}
