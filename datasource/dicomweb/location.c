/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* URLs of series: see location.h. */

#include "dicomweb/location.h"

#include "error.h"

#include <pthread.h>
#include <string.h>

/* Of a UID (PS3.5 9.1). */
#define MAX_UID 64
#define MAX_URL 2048

/* Those of the URLs that people write, and of what is asked. */
static const struct {
  const char *written;
  const char *asked;
  int port;
} schemes[] = {
  { "dicomweb", "http", 80 },
  { "dicomwebs", "https", 443 },
};

static gboolean
has_scheme (const char *location, const char *scheme)
{
  const gsize length = strlen (scheme);

  return g_ascii_strncasecmp (location, scheme, length) == 0 &&
         g_str_has_prefix (location + length, "://");
}

gboolean
vitrail_web_location_is (const char *location)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (has_scheme (location, schemes[i].written))
      return TRUE;
  return FALSE;
}

void
vitrail_web_location_free (VitrailWebLocation *self)
{
  g_free (self->origin);
  g_free (self->series_url);
  g_free (self->name);
  g_free (self->study);
  g_free (self->series);
  g_free (self->instance);
  g_free (self->authorization);
  g_free (self);
}

static char *
make_origin (GUri *uri, const char *scheme, int default_port)
{
  const char *host = g_uri_get_host (uri);
  const gboolean is_v6 = strchr (host, ':') != NULL;
  const int port = g_uri_get_port (uri);
  g_autofree char *lower = g_ascii_strdown (host, -1);

  return g_strdup_printf ("%s://%s%s%s:%d", scheme, is_v6 ? "[" : "", lower,
                          is_v6 ? "]" : "", port > 0 ? port : default_port);
}

/* The origin of an http or https URI, or NULL. */
static char *
find_origin (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  for (guint i = 0;
       host != NULL && host[0] != '\0' && i < G_N_ELEMENTS (schemes); i++)
    if (strcmp (g_uri_get_scheme (uri), schemes[i].asked) == 0)
      return make_origin (uri, schemes[i].asked, schemes[i].port);
  return NULL;
}

gboolean
vitrail_web_location_has_origin (const char *uri, const char *origin)
{
  g_autoptr (GUri) parsed =
      g_uri_parse (uri, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);

  if (parsed == NULL || g_uri_get_userinfo (parsed) != NULL)
    return FALSE;
  g_autofree char *found = find_origin (parsed);
  return g_strcmp0 (found, origin) == 0;
}

char *
vitrail_web_location_dup_public (const char *uri)
{
  const char *start = strstr (uri, "://");

  if (start == NULL)
    return g_strdup (uri);
  start += 3;
  const char *end = start + strcspn (start, "/?#");
  const char *at = g_strrstr_len (start, end - start, "@");
  if (at == NULL)
    return g_strdup (uri);
  return g_strdup_printf ("%.*s%s", (int) (start - uri), uri, at + 1);
}

static gboolean
is_uid (const char *text)
{
  const gsize length = strlen (text);

  return length >= 1 && length <= MAX_UID &&
         strspn (text, "0123456789.") == length && text[0] != '.';
}

/* ".../studies/UID/series/UID[/instances/UID]": the root before it. */
static char *
read_path (VitrailWebLocation *self, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, "/", -1);
  guint n = g_strv_length (words);

  if (n > 0 && words[n - 1][0] == '\0')
    n--;
  if (n >= 6 && strcmp (words[n - 2], "instances") == 0) {
    self->instance = g_strdup (words[n - 1]);
    n -= 2;
  }
  if (n < 5 || strcmp (words[n - 4], "studies") != 0 ||
      strcmp (words[n - 2], "series") != 0 || !is_uid (words[n - 3]) ||
      !is_uid (words[n - 1]) ||
      (self->instance != NULL && !is_uid (self->instance)))
    return NULL;
  self->study = g_strdup (words[n - 3]);
  self->series = g_strdup (words[n - 1]);
  g_autoptr (GString) root = g_string_new (NULL);
  for (guint i = 1; i + 4 < n; i++)
    g_string_append_printf (root, "/%s", words[i]);
  return g_string_free (g_steal_pointer (&root), FALSE);
}

static char *
make_authorization (const char *info)
{
  g_autofree char *plain = g_uri_unescape_string (info, NULL);

  if (plain == NULL)
    return NULL;
  g_autofree char *coded =
      g_base64_encode ((const guchar *) plain, strlen (plain));
  return g_strconcat ("Basic ", coded, NULL);
}

/* The header for @origin: that of @info, which is noted, or the last noted. */
static char *
find_authorization (const char *origin, const char *info)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static GHashTable *known; /* guarded by lock: origin -> header */

  pthread_mutex_lock (&lock);
  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  char *given = info != NULL ? make_authorization (info) : NULL;
  if (given != NULL)
    g_hash_table_insert (known, g_strdup (origin), given);
  char *found = g_strdup (g_hash_table_lookup (known, origin));
  pthread_mutex_unlock (&lock);
  return found;
}

static void
set_urls (VitrailWebLocation *self, GUri *uri, const char *root)
{
  const gboolean is_tls = strcmp (g_uri_get_scheme (uri), "dicomwebs") == 0;

  self->origin = make_origin (uri, schemes[is_tls].asked, schemes[is_tls].port);
  self->series_url = g_strdup_printf ("%s%s/studies/%s/series/%s", self->origin,
                                      root, self->study, self->series);
  self->name =
      g_strconcat (schemes[is_tls].written,
                   self->series_url + strlen (schemes[is_tls].asked), NULL);
  self->authorization =
      find_authorization (self->origin, g_uri_get_userinfo (uri));
}

VitrailWebLocation *
vitrail_web_location_parse (const char *location, GError **error)
{
  g_autoptr (VitrailWebLocation) self = g_new0 (VitrailWebLocation, 1);
  g_autofree char *public_name = vitrail_web_location_dup_public (location);
  g_autoptr (GUri) uri =
      vitrail_web_location_is (location) && strlen (location) <= MAX_URL
          ? g_uri_parse (location, G_URI_FLAGS_ENCODED, NULL)
          : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL ||
      g_uri_get_host (uri)[0] == '\0')
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not a URL with a host", public_name);
    return NULL;
  }
  g_autofree char *root = read_path (self, g_uri_get_path (uri));
  if (root == NULL || g_uri_get_query (uri) != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not the URL of a series, which ends with "
                 "/studies/UID/series/UID",
                 public_name);
    return NULL;
  }
  set_urls (self, uri, root);
  return g_steal_pointer (&self);
}
