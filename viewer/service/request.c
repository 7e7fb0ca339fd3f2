/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests: path values by name, query strings. */

#include "request.h"

#include <string.h>

G_DEFINE_QUARK (vitrail - http - error - quark, vitrail_http_error)

const char *
vitrail_request_get_value (const VitrailRequest *self, const char *name)
{
  for (guint i = 0; i < self->n_values; i++)
    if (strcmp (self->values[i].name, name) == 0)
      return self->values[i].value;
  return NULL;
}

const char *
vitrail_request_get_query (const VitrailRequest *self, const char *key)
{
  for (guint i = 0; self->query != NULL && i < self->query->len; i++) {
    const VitrailUrlPair *pair =
        &g_array_index (self->query, VitrailUrlPair, i);
    if (strcmp (pair->key, key) == 0)
      return pair->value;
  }
  return NULL;
}

static void
clear_pair (gpointer data)
{
  VitrailUrlPair *pair = data;
  g_free (pair->key);
  g_free (pair->value);
}

/* The text of one key or value, or NULL when it does not decode to UTF-8. */
static char *
decode_text (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  for (char *c = copy; *c != '\0'; c++)
    if (*c == '+')
      *c = ' ';
  /* Refuses %00 and broken escapes. */
  g_autofree char *decoded = g_uri_unescape_string (copy, NULL);
  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
    return NULL;
  return g_steal_pointer (&decoded);
}

static gboolean
append_pair (GArray *pairs, const char *text, gsize length, GError **error)
{
  const char *equals = memchr (text, '=', length);
  gsize key_length = equals != NULL ? (gsize) (equals - text) : length;
  VitrailUrlPair pair = { 0 };

  pair.key = decode_text (text, key_length);
  pair.value = equals != NULL
                   ? decode_text (equals + 1, length - key_length - 1)
                   : g_strdup ("");
  if (pair.key == NULL || pair.value == NULL) {
    clear_pair (&pair);
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "query: a key or value is not URL-encoded UTF-8");
    return FALSE;
  }
  g_array_append_val (pairs, pair);
  return TRUE;
}

gboolean
vitrail_url_query_parse (const char *query, GArray **pairs, GError **error)
{
  g_autoptr (GArray) found = NULL;

  *pairs = NULL;
  if (query == NULL || *query == '\0')
    return TRUE;
  if (strnlen (query, VITRAIL_REQUEST_QUERY_SIZE) == VITRAIL_REQUEST_QUERY_SIZE)
  {
    g_set_error (error, VITRAIL_HTTP_ERROR, 414, "query: longer than %d bytes",
                 VITRAIL_REQUEST_QUERY_SIZE);
    return FALSE;
  }
  found = g_array_new (FALSE, TRUE, sizeof (VitrailUrlPair));
  g_array_set_clear_func (found, clear_pair);
  while (*query != '\0') {
    gsize length = strcspn (query, "&");
    if (found->len == VITRAIL_REQUEST_N_KEYS) {
      g_set_error (error, VITRAIL_HTTP_ERROR, 400, "query: more than %d keys",
                   VITRAIL_REQUEST_N_KEYS);
      return FALSE;
    }
    if (length > 0 && !append_pair (found, query, length, error))
      return FALSE;
    query += length + (query[length] == '&');
  }
  *pairs = g_steal_pointer (&found);
  return TRUE;
}
