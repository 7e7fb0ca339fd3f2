/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Specific character sets (PS3.5 6.1, PS3.3 C.12.1.1.2): text in any of them
 * to UTF-8. Internal to datasource/dicom. */

#pragma once

#include "dicom/tag.h"

G_BEGIN_DECLS

/* @text as UTF-8. @character_set: (0008,0005) as written, "" for none. What is
 * not valid becomes U+FFFD. @vr tells whether backslash and the PN delimiters
 * end an escape sequence's effect. */
char *vitrail_charset_to_utf8 (const char *character_set,
                               VitrailVR vr,
                               const char *text,
                               size_t length);

/* The length of the first value in @text, up to a backslash that is one, not
 * the second byte of a character. */
size_t vitrail_charset_value_length (const char *character_set,
                                     const char *text,
                                     size_t length);

G_END_DECLS
