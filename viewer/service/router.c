/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The router: see router.h. What reaches a route from a path has passed one of
 * the checks below, so that no route ever sees a separator, a dot-dot, a
 * control character or an over-long name. */

#include "router.h"

#include "annotation/store.h"
#include "route.h"

#include <string.h>

#define MAX_SEGMENTS 12

/* A UID: 64 characters, digits and single dots (PS3.5 9.1). Letters, '-' and
 * '_' pass, because real files have hashes and the like there. */
static gboolean
is_uid (const char *text, gsize length)
{
  if (length == 0 || length > 64 || text[0] == '.' || text[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    if (text[i] == '.' && text[i - 1] == '.')
      return FALSE;
    if (!g_ascii_isalnum (text[i]) && strchr (".-_", text[i]) == NULL)
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_router_is_uid (const char *text)
{
  return is_uid (text, strlen (text));
}

/* A name without separators; not one that begins with a dot. */
static gboolean
is_name (const char *text, gsize length)
{
  if (length == 0 || length > 160 || text[0] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("._-", text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Numbers of up to 9 digits separated by @separator, none empty. */
static gboolean
is_numbers (const char *text, gsize length, char separator)
{
  guint digits = 0;
  for (gsize i = 0; i < length; i++) {
    if (text[i] == separator && digits > 0)
      digits = 0;
    else if (!g_ascii_isdigit (text[i]) || ++digits > 9)
      return FALSE;
  }
  return digits > 0;
}

static gboolean
is_frames (const char *text, gsize length)
{
  return is_numbers (text, length, ',');
}

/* "TAG" or "TAG.ITEM.TAG...": eight hexadecimal digits, items from 0. */
static gboolean
is_attribute (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (text[i]) && (text[i] != '.' || i == 0))
      return FALSE;
  return length >= 8 && length <= 512;
}

/* A part of an IIIF request or of a tile's place: any text that is short; the
 * route says what is wrong with it. */
static gboolean
is_part (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] > '~' || text[i] == '%')
      return FALSE;
  return length > 0 && length <= 80 && text[0] != '.';
}

/* The name of an annotation set. */
static gboolean
is_set (const char *text, gsize length)
{
  g_autofree char *name = g_strndup (text, length);
  return vitrail_annotation_name_is_valid (name);
}

/* What each {name} may hold. */
static const struct {
  const char *name;
  gboolean (*check) (const char *text, gsize length);
} kinds[] = {
  { "study", is_uid },    { "series", is_uid },
  { "instance", is_uid }, { "frames", is_frames },
  { "slide", is_name },   { "level", is_part },
  { "tile", is_part },    { "file", is_name },
  { "picture", is_name }, { "attribute", is_attribute },
  { "set", is_set },      { "region", is_part },
  { "size", is_part },    { "rotation", is_part },
  { "quality", is_part },
};

static int
find_kind (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strncmp (kinds[i].name, name, length) == 0 &&
        kinds[i].name[length] == '\0')
      return (int) i;
  return -1;
}

/* The byte at @c, an %xx decoded, and moves behind it; -1 when it is none that
 * a segment may hold. */
static int
decode_byte (const char **c)
{
  int value = (unsigned char) **c;

  if (value == '%') {
    int high = g_ascii_xdigit_value ((*c)[1]);
    int low = high < 0 ? -1 : g_ascii_xdigit_value ((*c)[2]);
    if (low < 0)
      return -1;
    value = high * 16 + low;
    *c += 2;
  }
  *c += 1;
  if (value < 0x20 || value == 0x7f || value == '/' || value == '\\')
    return -1;
  return value;
}

/* Decodes @path into @request's buffer and splits it there. Returns the number
 * of segments, -1 where the path is not one. */
static int
split (const char *path, VitrailRequest *request, char **segments)
{
  char *out = request->path;
  int n = 0;

  while (*path != '\0') {
    if (*path == '/') {
      if (n == MAX_SEGMENTS)
        return -1;
      *out++ = '\0';
      segments[n++] = out;
      path++;
      continue;
    }
    int value = decode_byte (&path);
    if (value < 0)
      return -1;
    *out++ = (char) value;
  }
  *out = '\0';
  return n;
}

/* Matches one segment; on a {name} keeps its value, without the suffix. */
static gboolean
match_segment (const char *pattern,
               gsize pattern_length,
               const char *segment,
               VitrailUrlValue *value,
               gsize *value_length)
{
  const char *end = memchr (pattern, '}', pattern_length);
  gsize length = strlen (segment);

  *value_length = 0;
  if (pattern[0] != '{' || end == NULL)
    return length == pattern_length && memcmp (segment, pattern, length) == 0;

  gsize suffix = pattern_length - (gsize) (end - pattern) - 1;
  if (length <= suffix ||
      memcmp (segment + length - suffix, end + 1, suffix) != 0)
    return FALSE;
  int kind = find_kind (pattern + 1, (gsize) (end - pattern) - 1);
  if (kind < 0 || !kinds[kind].check (segment, length - suffix))
    return FALSE;
  value->name = kinds[kind].name;
  value->value = segment;
  *value_length = length - suffix;
  return TRUE;
}

static gboolean
match_pattern (const char *pattern,
               char **segments,
               int n_segments,
               VitrailRequest *request)
{
  gsize lengths[VITRAIL_REQUEST_N_VALUES];
  guint n = 0;

  for (int i = 0; i < n_segments; i++) {
    VitrailUrlValue value;
    gsize length = 0;
    if (*pattern != '/' || n == VITRAIL_REQUEST_N_VALUES)
      return FALSE;
    pattern++;
    gsize pattern_length = strcspn (pattern, "/");
    if (!match_segment (pattern, pattern_length, segments[i], &value, &length))
      return FALSE;
    if (length > 0) {
      request->values[n] = value;
      lengths[n++] = length;
    }
    pattern += pattern_length;
  }
  if (*pattern != '\0')
    return FALSE;
  /* Cut the suffixes off only now: a failed match must not change segments. */
  for (guint i = 0; i < n; i++)
    request->path[request->values[i].value - request->path + lengths[i]] = '\0';
  request->n_values = n;
  return TRUE;
}

guint
vitrail_router_match (const char *path, VitrailRequest *request)
{
  char *segments[MAX_SEGMENTS];

  request->route = NULL;
  request->n_values = 0;
  if (strnlen (path, VITRAIL_REQUEST_PATH_SIZE) == VITRAIL_REQUEST_PATH_SIZE)
    return 414;
  if (*path != '/')
    return 400;
  int n = split (path, request, segments);
  if (n < 0)
    return 400;

  for (guint i = 0; i < vitrail_n_routes; i++)
    for (guint j = 0; vitrail_routes[i]->patterns[j] != NULL; j++)
      if (match_pattern (vitrail_routes[i]->patterns[j], segments, n, request))
      {
        request->route = vitrail_routes[i];
        return 200;
      }
  return 404;
}
