/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute matching (PS3.4 C.2.2.2): one key, made ready once, against any
 * number of values. Plain text in, yes or no out. */

#pragma once

#include "folder/attributes.h"

G_BEGIN_DECLS

typedef struct _VitrailMatcher VitrailMatcher;

VitrailMatchKind vitrail_match_kind_for_vr (VitrailVR vr);

/* The key that what is absent or empty matches (PS3.4 C.2.2.2.7). */
#define VITRAIL_MATCH_EMPTY "\"\""

/* Why @key is none, or NULL. Such a key matches nothing. */
const char *vitrail_match_check (VitrailMatchKind kind, const char *key);

/* @key: as in an identifier, UTF-8: single value, a list separated by
 * backslashes (any of them matches), wild cards * and ?, a range of dates or
 * times ("a-b", "a-", "-b"). @fuzzy: persons match by words too (names.h). */
VitrailMatcher *
vitrail_matcher_new (VitrailMatchKind kind, const char *key, gboolean fuzzy);
/* The key's dates and times are @minutes ahead of UTC. */
void vitrail_matcher_set_zone (VitrailMatcher *self, int minutes);
void vitrail_matcher_free (VitrailMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMatcher, vitrail_matcher_free)

/* Whether the key matches whatever the value is, even none: empty or "*". */
gboolean vitrail_match_is_universal (const char *key);

/* @value: one attribute as stored, several values separated by backslashes;
 * NULL when absent, which only universal keys match. */
gboolean vitrail_matcher_test (const VitrailMatcher *self, const char *value);

/* A key of dates, times or both together (PS3.4 C.2.2.2.5) against a date and a
 * time, single values. @zone: "+0100", of those; NULL: that of the key. */
gboolean vitrail_matcher_test_moment (const VitrailMatcher *self,
                                      const char *date,
                                      const char *time,
                                      const char *zone);

/* Whether @text is what @pattern says with its * and ?. */
gboolean vitrail_match_wildcards (const char *pattern, const char *text);

G_END_DECLS
