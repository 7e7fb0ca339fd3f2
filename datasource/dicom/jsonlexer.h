/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON texts (RFC 8259) value by value, without a tree: what DICOM JSON and
 * GeoJSON are read with. Nothing is allocated but the one string read last,
 * nothing recurses. Internal to datasource. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailJsonLexer:
 * @text, @end: the whole text
 * @position: what comes next
 * @string: the string read last, decoded; may hold NULs (see its len)
 */
typedef struct {
  const char *text;
  const char *end;
  const char *position;
  GString *string;
} VitrailJsonLexer;

void vitrail_json_lexer_init (VitrailJsonLexer *self,
                              const char *text,
                              size_t length);
void vitrail_json_lexer_clear (VitrailJsonLexer *self);

/* The next character that is no white space, not taken; 0 at the end. */
char vitrail_json_lexer_peek (VitrailJsonLexer *self);
/* Takes @c if it comes next. */
gboolean vitrail_json_lexer_take (VitrailJsonLexer *self, char c);
/* Takes one of true, false, null. */
gboolean
vitrail_json_lexer_take_word (VitrailJsonLexer *self, const char *word);
/* Takes a string into @string. */
gboolean vitrail_json_lexer_take_string (VitrailJsonLexer *self);
/* Takes a number as it is written into @string. */
gboolean vitrail_json_lexer_take_number (VitrailJsonLexer *self);
/* Takes one value of any kind, nested no deeper than @depth. */
gboolean vitrail_json_lexer_skip (VitrailJsonLexer *self, guint depth);

/* Whether @text is one JSON value, nested no deeper than @depth: what may be
 * given to a parser that recurses. */
gboolean vitrail_json_is_shallow (const char *text, size_t length, guint depth);

G_END_DECLS
