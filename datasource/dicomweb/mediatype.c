/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Media types: see mediatype.h. */

#include "dicomweb/mediatype.h"

#include <string.h>

#define WHITE " \t\r\n"

gboolean
vitrail_media_type_is (const char *text, const char *type)
{
  if (text == NULL)
    return FALSE;
  text += strspn (text, WHITE);
  const gsize length = strcspn (text, "; \t\r\n");
  const gsize wanted = strlen (type);

  if (wanted > 0 && type[wanted - 1] == '/')
    return length > wanted && g_ascii_strncasecmp (text, type, wanted) == 0;
  return length == wanted && g_ascii_strncasecmp (text, type, wanted) == 0;
}

/* The quoted text at *@at, which is moved behind it. */
static char *
read_quoted (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *p = *at + 1;

  for (; *p != '\0' && *p != '"'; p++) {
    if (*p == '\\' && p[1] != '\0')
      p++;
    g_string_append_c (value, *p);
  }
  *at = *p == '"' ? p + 1 : p;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

static char *
read_value (const char **at)
{
  if (**at == '"')
    return read_quoted (at);
  const gsize length = strcspn (*at, "; \t\r\n");
  char *value = g_strndup (*at, length);
  *at += length;
  return value;
}

char *
vitrail_media_type_dup_parameter (const char *text, const char *name)
{
  const gsize wanted = strlen (name);

  if (text == NULL)
    return NULL;
  const char *at = text + strcspn (text, ";");
  while (*at == ';') {
    at += strspn (at, ";" WHITE);
    const gsize length = strcspn (at, "=; \t\r\n");
    const gboolean is_it =
        length == wanted && g_ascii_strncasecmp (at, name, length) == 0;
    at += length;
    at += strspn (at, WHITE);
    if (*at == '=') {
      at++;
      at += strspn (at, WHITE);
      g_autofree char *value = read_value (&at);
      if (is_it)
        return g_steal_pointer (&value);
    }
    at += strcspn (at, ";");
  }
  return NULL;
}
