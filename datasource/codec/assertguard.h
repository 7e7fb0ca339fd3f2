/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Assertions of a library that do not end the process. OpenJPH and OpenJPEG, as
 * Debian builds them, assert () that the entropy-coded data of HTJ2K looks as
 * it should: a broken stream must not be the end of all others, and no check
 * before the call finds what lies inside that data. */

#pragma once

#include <glib.h>

#include <setjmp.h>

G_BEGIN_DECLS

/* This thread's way out of the library's code; NULL while it is not in there:
 * then a failed assertion ends the process as ever. */
extern __thread jmp_buf *vitrail_assert_escape;

/* What did not hold when control came back that way. */
extern __thread const char *vitrail_assert_text;

/**
 * vitrail_assert_guard:
 * @library: part of its file's name
 *
 * From now on a failed assertion in @library, and nowhere else, sets
 * vitrail_assert_text and jumps to vitrail_assert_escape. To be called once for
 * each.
 *
 * Returns: how many of its references to the assertion's function were
 *   replaced: none where it was built without them
 */
guint vitrail_assert_guard (const char *library);

/* Makes @library, and nobody else, call @replacement where it calls @symbol.
 * Returns how many references were replaced. */
guint vitrail_import_replace (const char *library,
                              const char *symbol,
                              void (*replacement) (void));

/* Jumps out with @text. Does not return while there is a way out. */
void vitrail_assert_leave (const char *text);

G_END_DECLS
