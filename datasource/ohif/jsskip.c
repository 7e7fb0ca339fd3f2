/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pieces of JavaScript: see jsskip.h. */

#include "ohif/jsskip.h"

#include <string.h>

/* Brackets in brackets. */
#define MAX_OPEN 256

static const char *
skip_line (const char *at, const char *end)
{
  while (at < end && *at != '\n')
    at++;
  return at;
}

static const char *
skip_block (const char *at, const char *end)
{
  for (at += 2; end - at >= 2; at++)
    if (at[0] == '*' && at[1] == '/')
      return at + 2;
  return end;
}

const char *
vitrail_js_skip_space (const char *at, const char *end)
{
  for (;;) {
    while (at < end && g_ascii_isspace (*at))
      at++;
    if (end - at < 2 || at[0] != '/' || (at[1] != '/' && at[1] != '*'))
      return at;
    at = at[1] == '/' ? skip_line (at, end) : skip_block (at, end);
  }
}

const char *
vitrail_js_skip_quoted (const char *at, const char *end)
{
  const char quote = *at;

  for (at++; at < end; at++) {
    if (*at == quote)
      return at + 1;
    if (*at == '\\' && at + 1 < end)
      at++;
  }
  return end;
}

/* A regular expression: its classes may hold slashes. */
static const char *
skip_pattern (const char *at, const char *end)
{
  gboolean in_class = FALSE;

  for (at++; at < end && *at != '\n'; at++) {
    if (*at == '\\' && at + 1 < end)
      at++;
    else if (*at == '[')
      in_class = TRUE;
    else if (*at == ']')
      in_class = FALSE;
    else if (*at == '/' && !in_class)
      return at + 1;
  }
  return at;
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

const char *
vitrail_js_skip_name (const char *at, const char *end)
{
  while (at < end && is_name_byte (*at))
    at++;
  return at;
}

/* Behind what may be no division, a slash begins a pattern. */
static gboolean
begins_pattern (char before)
{
  return before == '\0' || strchr ("(,=:[!&|?{};+-*<>~^%", before) != NULL;
}

/* The brackets that are open in an expression. */
typedef struct {
  char closing[MAX_OPEN];
  guint n;
} Brackets;

/* FALSE where @c is a bracket that does not fit. */
static gboolean
take_bracket (Brackets *self, char c)
{
  static const char opening[] = "([{";
  static const char closing[] = ")]}";
  const char *found = strchr (opening, c);

  if (found != NULL) {
    if (self->n == MAX_OPEN)
      return FALSE;
    self->closing[self->n++] = closing[found - opening];
    return TRUE;
  }
  if (strchr (closing, c) == NULL)
    return TRUE;
  return self->n > 0 && self->closing[--self->n] == c;
}

const char *
vitrail_js_skip_expression (const char *at, const char *end)
{
  Brackets brackets = { .n = 0 };
  char before = '\0';

  while ((at = vitrail_js_skip_space (at, end)) < end && *at != '\0') {
    if (brackets.n == 0 && strchr (",)]}", *at) != NULL)
      return at;
    const char c = *at;
    if (strchr ("'\"`", c) != NULL)
      at = vitrail_js_skip_quoted (at, end);
    else if (c == '/' && begins_pattern (before))
      at = skip_pattern (at, end);
    else if (take_bracket (&brackets, c))
      at++;
    else
      return end;
    before = c;
  }
  return end;
}
