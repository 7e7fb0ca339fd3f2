/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* URLs of archives and series: see location.h. */

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
  { "http", "http", 80 },
  { "https", "https", 443 },
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
  g_free (self->root_url);
  g_free (self->root_name);
  g_free (self->series_url);
  g_free (self->name);
  g_free (self->study);
  g_free (self->series);
  g_free (self->instance);
  g_free (self->authorization);
  g_free (self->query_url);
  g_free (self->query_authorization);
  g_clear_pointer (&self->options, vitrail_web_options_unref);
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
  const gsize length = strcspn (uri, "?");

  if (start == NULL || start > uri + length)
    return g_strndup (uri, length);
  start += 3;
  const char *end = start + strcspn (start, "/?#");
  const char *at = g_strrstr_len (start, end - start, "@");
  if (at == NULL)
    return g_strndup (uri, length);
  return g_strdup_printf ("%.*s%.*s", (int) (start - uri), uri,
                          (int) (uri + length - at - 1), at + 1);
}

gboolean
vitrail_web_location_is_uid (const char *text)
{
  const gsize length = strlen (text);

  return length >= 1 && length <= MAX_UID &&
         strspn (text, "0123456789.") == length && text[0] != '.';
}

/* Takes "@word/UID" from the end of the @n words. */
static char *
take_level (char **words, guint *n, const char *word)
{
  if (*n < 2 || strcmp (words[*n - 2], word) != 0 ||
      !vitrail_web_location_is_uid (words[*n - 1]))
    return NULL;
  *n -= 2;
  return g_strdup (words[*n + 1]);
}

/* Nothing that leads elsewhere, nor what should have been a level. */
static gboolean
is_root_word (const char *word)
{
  static const char *const others[] = { "",        ".",         "..", "series",
                                        "studies", "instances", NULL };

  return !g_strv_contains (others, word);
}

/* "[/studies/UID[/series/UID[/instances/UID]]]" is taken from the end of @path;
 * the root before it, or NULL. */
static char *
read_path (VitrailWebLocation *self, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, "/", -1);
  guint n = g_strv_length (words);

  if (n > 0 && words[n - 1][0] == '\0')
    n--;
  self->instance = take_level (words, &n, "instances");
  self->series = take_level (words, &n, "series");
  self->study = take_level (words, &n, "studies");
  if ((self->instance != NULL && self->series == NULL) ||
      (self->series != NULL && self->study == NULL))
    return NULL;
  g_autoptr (GString) root = g_string_new (NULL);
  for (guint i = 1; i < n; i++) {
    if (!is_root_word (words[i]))
      return NULL;
    g_string_append_printf (root, "/%s", words[i]);
  }
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

char *
vitrail_web_location_dup_authorization (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *origin = parsed != NULL ? find_origin (parsed) : NULL;

  return origin != NULL ? find_authorization (origin, NULL) : NULL;
}

/* What is known of the archive at the root. */
static void
set_options (VitrailWebLocation *self)
{
  self->options = vitrail_web_options_find (self->root_url);
  const char *query_url = self->options->query_url;
  self->query_url = g_strdup (query_url != NULL ? query_url : self->root_url);
  self->query_authorization =
      query_url != NULL ? vitrail_web_location_dup_authorization (query_url)
                        : g_strdup (self->authorization);
}

/* What follows from the root and the UIDs. */
static void
set_names (VitrailWebLocation *self)
{
  g_autoptr (GString) path = g_string_new (NULL);

  if (self->study != NULL)
    g_string_append_printf (path, "/studies/%s", self->study);
  if (self->series != NULL)
    g_string_append_printf (path, "/series/%s", self->series);
  self->name = g_strconcat (self->root_name, path->str, NULL);
  if (self->series != NULL)
    self->series_url = g_strconcat (self->root_url, path->str, NULL);
}

static void
set_urls (VitrailWebLocation *self, GUri *uri, const char *root)
{
  const gboolean is_tls = g_str_has_suffix (g_uri_get_scheme (uri), "s");

  self->origin = make_origin (uri, schemes[is_tls].asked, schemes[is_tls].port);
  self->root_url = g_strconcat (self->origin, root, NULL);
  self->root_name =
      g_strconcat (schemes[is_tls].written,
                   self->root_url + strlen (schemes[is_tls].asked), NULL);
  self->authorization =
      find_authorization (self->origin, g_uri_get_userinfo (uri));
  set_options (self);
  set_names (self);
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
                 "%s: not the URL of an archive, nor, ending with "
                 "/studies/UID/series/UID, that of a series",
                 public_name);
    return NULL;
  }
  set_urls (self, uri, root);
  return g_steal_pointer (&self);
}

VitrailWebLocation *
vitrail_web_location_parse_series (const char *location, GError **error)
{
  g_autoptr (VitrailWebLocation) self =
      vitrail_web_location_parse (location, error);

  if (self == NULL || self->series != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: not the URL of a series, which ends with "
               "/studies/UID/series/UID",
               self->name);
  return NULL;
}

VitrailWebLocation *
vitrail_web_location_new_series (const VitrailWebLocation *self,
                                 const char *study,
                                 const char *series)
{
  if (!vitrail_web_location_is_uid (study) ||
      !vitrail_web_location_is_uid (series))
    return NULL;
  VitrailWebLocation *location = g_new0 (VitrailWebLocation, 1);
  location->origin = g_strdup (self->origin);
  location->root_url = g_strdup (self->root_url);
  location->root_name = g_strdup (self->root_name);
  location->authorization = g_strdup (self->authorization);
  location->query_url = g_strdup (self->query_url);
  location->query_authorization = g_strdup (self->query_authorization);
  location->options = vitrail_web_options_ref (self->options);
  location->study = g_strdup (study);
  location->series = g_strdup (series);
  set_names (location);
  return location;
}
