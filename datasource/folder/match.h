/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attribute matching (PS3.4 C.2.2.2): one key, made ready once, against any
 * number of values. Plain text in, yes or no out. */

#pragma once

#include "folder/attributes.h"

G_BEGIN_DECLS

typedef struct _VitrailMatcher VitrailMatcher;

/* @key: as in an identifier, UTF-8: single value, a list separated by
 * backslashes (any of them matches), wild cards * and ?, a range of dates or
 * times ("a-b", "a-", "-b"). @fuzzy: for persons, every word of the key begins
 * some word of the name; case and diacritics do not matter. */
VitrailMatcher *
vitrail_matcher_new (VitrailMatchKind kind, const char *key, gboolean fuzzy);
void vitrail_matcher_free (VitrailMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMatcher, vitrail_matcher_free)

/* Whether the key matches whatever the value is, even none: empty or "*". */
gboolean vitrail_match_is_universal (const char *key);

/* @value: one attribute as stored, several values separated by backslashes;
 * NULL when absent, which only universal keys match. */
gboolean vitrail_matcher_test (const VitrailMatcher *self, const char *value);

G_END_DECLS
