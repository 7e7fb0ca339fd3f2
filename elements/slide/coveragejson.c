/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been looked at, as text: see coverage.h. */

#include "error.h"
#include "slide/coverage.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* A text that came from us is far shorter. */
#define MAX_TEXT_BYTES ((gsize) 256 * 1024)

/* --- to text --- */

static char
get_letter (const VitrailCoverage *self, guint index)
{
  const int step = vitrail_coverage_get_step (self, index % self->columns,
                                              index / self->columns);

  return step >= 0 ? (char) ('a' + step) : '.';
}

char *
vitrail_coverage_to_json (const VitrailCoverage *self)
{
  GString *json = g_string_new (NULL);
  const guint n = self->columns * self->rows;
  guint first = 0;

  g_string_append_printf (json,
                          "{\"width\":%" G_GUINT64_FORMAT
                          ",\"height\":%" G_GUINT64_FORMAT
                          ",\"columns\":%u,\"rows\":%u,\"ms\":%u,\"cells\":\"",
                          self->width, self->height, self->columns, self->rows,
                          self->ms);
  for (guint i = 1; i <= n; i++) {
    if (i < n && get_letter (self, i) == get_letter (self, first))
      continue;
    if (i - first > 1)
      g_string_append_printf (json, "%u", i - first);
    g_string_append_c (json, get_letter (self, first));
    first = i;
  }
  g_string_append (json, "\"}");
  return g_string_free (json, FALSE);
}

/* --- from text --- */

static gboolean
refuse (VitrailSlide *slide, const char *reason, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "%s: coverage: %s",
               vitrail_slide_get_name (slide), reason);
  return FALSE;
}

/* How often the next letter comes. */
static guint
read_count (const char **text)
{
  char *end = NULL;

  if (!g_ascii_isdigit (**text))
    return 1;
  const guint64 number = g_ascii_strtoull (*text, &end, 10);
  *text = end;
  return (guint) MIN (number, G_MAXUINT);
}

static gboolean
read_cells (VitrailCoverage *self, const char *text)
{
  const guint n = self->columns * self->rows;
  guint index = 0;

  while (*text != '\0') {
    const guint count = read_count (&text);
    const int step = *text - 'a';
    if (count > n - index ||
        (*text != '.' && (step < 0 || step >= VITRAIL_COVERAGE_STEPS)))
      return FALSE;
    for (guint i = index; *text != '.' && i < index + count; i++)
      vitrail_coverage_set_step (self, i % self->columns, i / self->columns,
                                 (guint) step);
    index += count;
    text++;
  }
  return index == n;
}

/* A member that is such a value, or NULL. */
static JsonNode *
get_member (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == type
             ? node
             : NULL;
}

static gboolean
has_number (JsonObject *object, const char *name, guint64 wanted)
{
  JsonNode *node = get_member (object, name, G_TYPE_INT64);

  return node != NULL && json_node_get_int (node) == (gint64) wanted;
}

static gboolean
read_object (VitrailCoverage *self,
             VitrailSlide *slide,
             JsonObject *object,
             GError **error)
{
  JsonNode *ms = get_member (object, "ms", G_TYPE_INT64);
  JsonNode *cells = get_member (object, "cells", G_TYPE_STRING);

  if (ms == NULL || cells == NULL)
    return refuse (slide, "ms or cells are not there", error);
  if (!has_number (object, "width", self->width) ||
      !has_number (object, "height", self->height) ||
      !has_number (object, "columns", self->columns) ||
      !has_number (object, "rows", self->rows))
    return refuse (slide, "of another slide", error);
  /* Whoever calls less or more "seen" is not to be merged with others. */
  if (json_node_get_int (ms) != (gint64) self->ms)
    return refuse (slide, "seen for another time", error);
  return read_cells (self, json_node_get_string (cells)) ||
         refuse (slide, "cells are not what they should be", error);
}

VitrailCoverage *
vitrail_coverage_from_json (VitrailSlide *slide,
                            const char *json,
                            GError **error)
{
  g_autoptr (VitrailCoverage) self =
      vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
  g_autoptr (JsonParser) parser = json_parser_new ();
  const gsize length = strlen (json);

  /* Objects within objects would be read recursively. */
  if (length > MAX_TEXT_BYTES || json[0] != '{' ||
      strpbrk (json + 1, "{[") != NULL ||
      !json_parser_load_from_data (parser, json, (gssize) length, NULL))
  {
    refuse (slide, "no such text", error);
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (slide, "no object", error);
    return NULL;
  }
  return read_object (self, slide, json_node_get_object (root), error)
             ? g_steal_pointer (&self)
             : NULL;
}
