/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The JSON lexer: see jsonlexer.h. */

#include "dicom/jsonlexer.h"

#include <string.h>

void
vitrail_json_lexer_init (VitrailJsonLexer *self,
                         const char *text,
                         size_t length)
{
  self->text = text;
  self->position = text;
  self->end = text + length;
  self->string = g_string_new (NULL);
}

void
vitrail_json_lexer_clear (VitrailJsonLexer *self)
{
  g_string_free (self->string, TRUE);
}

char
vitrail_json_lexer_peek (VitrailJsonLexer *self)
{
  while (self->position < self->end &&
         (*self->position == ' ' || *self->position == '\t' ||
          *self->position == '\n' || *self->position == '\r'))
    self->position++;
  return self->position < self->end ? *self->position : '\0';
}

gboolean
vitrail_json_lexer_take (VitrailJsonLexer *self, char c)
{
  if (vitrail_json_lexer_peek (self) != c || c == '\0')
    return FALSE;
  self->position++;
  return TRUE;
}

gboolean
vitrail_json_lexer_take_word (VitrailJsonLexer *self, const char *word)
{
  size_t length = strlen (word);

  vitrail_json_lexer_peek (self);
  if ((size_t) (self->end - self->position) < length ||
      memcmp (self->position, word, length) != 0)
    return FALSE;
  self->position += length;
  return TRUE;
}

/* Four hexadecimal digits; -1 when they are not there. */
static int
take_hex (VitrailJsonLexer *self)
{
  int value = 0;

  if (self->end - self->position < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (self->position[i]);
    if (digit < 0)
      return -1;
    value = value << 4 | digit;
  }
  self->position += 4;
  return value;
}

/* Behind \u: one UTF-16 unit, or a pair of surrogates. */
static gboolean
take_unicode (VitrailJsonLexer *self)
{
  int unit = take_hex (self);
  gunichar character;

  if (unit < 0)
    return FALSE;
  character = (gunichar) unit;
  if (unit >= 0xd800 && unit < 0xdc00 && self->end - self->position >= 6 &&
      self->position[0] == '\\' && self->position[1] == 'u')
  {
    const char *before = self->position;
    self->position += 2;
    int low = take_hex (self);
    if (low >= 0xdc00 && low < 0xe000)
      character =
          0x10000u + (((guint) unit & 0x3ffu) << 10) + ((guint) low & 0x3ffu);
    else
      self->position = before;
  }
  if (character >= 0xd800 && character < 0xe000)
    character = 0xfffd;
  g_string_append_unichar (self->string, character);
  return TRUE;
}

/* Behind a backslash. */
static gboolean
take_escape (VitrailJsonLexer *self)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";

  if (self->position == self->end)
    return FALSE;
  char c = *self->position++;
  if (c == 'u')
    return take_unicode (self);
  const char *name = c != '\0' ? strchr (names, c) : NULL;
  if (name == NULL)
    return FALSE;
  g_string_append_c (self->string, values[name - names]);
  return TRUE;
}

gboolean
vitrail_json_lexer_take_string (VitrailJsonLexer *self)
{
  if (!vitrail_json_lexer_take (self, '"'))
    return FALSE;
  g_string_truncate (self->string, 0);
  while (self->position < self->end) {
    const char *start = self->position;
    while (self->position < self->end && *self->position != '"' &&
           *self->position != '\\')
      self->position++;
    g_string_append_len (self->string, start, self->position - start);
    if (self->position == self->end)
      return FALSE;
    if (*self->position++ == '"')
      return TRUE;
    if (!take_escape (self))
      return FALSE;
  }
  return FALSE;
}

gboolean
vitrail_json_lexer_take_number (VitrailJsonLexer *self)
{
  char first = vitrail_json_lexer_peek (self);
  const char *start = self->position;

  if (first != '-' && !g_ascii_isdigit (first))
    return FALSE;
  while (self->position < self->end &&
         (g_ascii_isdigit (*self->position) || *self->position == '.' ||
          *self->position == '-' || *self->position == '+' ||
          *self->position == 'e' || *self->position == 'E'))
    self->position++;
  g_string_truncate (self->string, 0);
  g_string_append_len (self->string, start, self->position - start);
  return TRUE;
}

static gboolean
skip_scalar (VitrailJsonLexer *self, char first)
{
  if (first == '"')
    return vitrail_json_lexer_take_string (self);
  return vitrail_json_lexer_take_number (self) ||
         vitrail_json_lexer_take_word (self, "true") ||
         vitrail_json_lexer_take_word (self, "false") ||
         vitrail_json_lexer_take_word (self, "null");
}

/* One token of what is skipped. Brackets are counted, not matched: nothing of
 * it means anything to us. */
static gboolean
skip_token (VitrailJsonLexer *self, guint depth, guint *open)
{
  char c = vitrail_json_lexer_peek (self);

  switch (c) {
  case '{':
  case '[':
    self->position++;
    return ++*open <= depth;
  case '}':
  case ']':
    self->position++;
    return (*open)-- > 0;
  case ',':
  case ':':
    self->position++;
    return *open > 0;
  default:
    return skip_scalar (self, c);
  }
}

gboolean
vitrail_json_lexer_skip (VitrailJsonLexer *self, guint depth)
{
  guint open = 0;

  do {
    if (!skip_token (self, depth, &open))
      return FALSE;
  } while (open > 0);
  return TRUE;
}

gboolean
vitrail_json_is_shallow (const char *text, size_t length, guint depth)
{
  VitrailJsonLexer lexer;

  vitrail_json_lexer_init (&lexer, text, length);
  const gboolean fine = vitrail_json_lexer_skip (&lexer, depth) &&
                        vitrail_json_lexer_peek (&lexer) == '\0' &&
                        lexer.position == lexer.end;
  vitrail_json_lexer_clear (&lexer);
  return fine;
}
