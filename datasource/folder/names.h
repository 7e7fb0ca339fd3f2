/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of persons (PS3.5 6.2.1) as people look for them: without case, without
 * diacritics, words in any order. Plain text, pure. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Without case, composed; @plain: without diacritics too. */
char *vitrail_name_fold (const char *text, gboolean plain);

/* What is the same where two spellings mean one person: the first group without
 * case, diacritics and what separates words. NULL where there is none. */
char *vitrail_name_dup_plain (const char *name);

/* What the index keeps of a name beside it: all the forms in which a key may
 * match it, a line each. Where a key matches, literally or by words, the text
 * of vitrail_name_dup_hints () is in it. */
char *vitrail_name_dup_forms (const char *name);

/* Text that is in the forms of each name that @key matches; two of them where
 * @fuzzy, either of which must be there. "" where there is none to look for. */
void vitrail_name_dup_hints (const char *key,
                             gboolean fuzzy,
                             char **hint,
                             char **other);

/* The longest run of @text without wild cards and what separates words. */
char *vitrail_name_dup_run (const char *text);

/* A key by words: each begins a word of the name, or is found in it by its wild
 * cards. "Mueller" is Müller, and a name without blanks may be meant by one
 * with. */
typedef struct _VitrailNameKey VitrailNameKey;

VitrailNameKey *vitrail_name_key_new (const char *key);
void vitrail_name_key_free (VitrailNameKey *self);
gboolean vitrail_name_key_test (const VitrailNameKey *self, const char *name);

G_END_DECLS
