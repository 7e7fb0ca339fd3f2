/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Orthanc's REST interface: see rest.h. */

#include "rest.h"

#include "error.h"

#include <string.h>

struct _Rest {
  SoupSession *session;
  char *root; /* "http://host:port" */
  char *name;
  char *authorization; /* or NULL */
};

/* "Basic ..." for the name and password of @uri, or NULL. */
static char *
make_authorization (GUri *uri)
{
  g_autofree char *info =
      g_uri_get_userinfo (uri) != NULL
          ? g_uri_unescape_string (g_uri_get_userinfo (uri), NULL)
          : NULL;

  if (info == NULL)
    return NULL;
  g_autofree char *coded =
      g_base64_encode ((const guchar *) info, strlen (info));
  return g_strconcat ("Basic ", coded, NULL);
}

Rest *
rest_new (const char *location, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (location, G_URI_FLAGS_ENCODED, error);

  if (uri == NULL)
    return NULL;
  if (g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0') {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "orthanc: no host is named");
    return NULL;
  }
  const gboolean is_tls = strcmp (g_uri_get_scheme (uri), "orthancs") == 0;
  g_autoptr (GUri) root =
      g_uri_build (G_URI_FLAGS_ENCODED, is_tls ? "https" : "http", NULL,
                   g_uri_get_host (uri), g_uri_get_port (uri),
                   g_uri_get_path (uri), NULL, NULL);
  g_autoptr (GUri) shown =
      g_uri_build (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), NULL,
                   g_uri_get_host (uri), g_uri_get_port (uri),
                   g_uri_get_path (uri), NULL, NULL);
  Rest *self = g_new0 (Rest, 1);
  self->session = soup_session_new_with_options ("timeout", 30, NULL);
  self->root = g_uri_to_string (root);
  if (g_str_has_suffix (self->root, "/"))
    self->root[strlen (self->root) - 1] = '\0';
  self->name = g_uri_to_string (shown);
  self->authorization = make_authorization (uri);
  return self;
}

void
rest_free (Rest *self)
{
  g_object_unref (self->session);
  g_free (self->root);
  g_free (self->name);
  g_free (self->authorization);
  g_free (self);
}

const char *
rest_get_name (const Rest *self)
{
  return self->name;
}

/* @body: (nullable) (transfer full): then it is posted. */
static GBytes *
ask (Rest *self,
     const char *path,
     GBytes *body,
     GCancellable *cancellable,
     GError **error)
{
  g_autofree char *url = g_strconcat (self->root, path, NULL);
  g_autoptr (SoupMessage) message =
      soup_message_new (body != NULL ? "POST" : "GET", url);
  g_autoptr (GBytes) posted = body;
  g_autoptr (GError) failed = NULL;

  if (message == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, "%s: no URL",
                 self->name);
    return NULL;
  }
  /* What is asked for lies there and nowhere else. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->authorization != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message),
                                  "Authorization", self->authorization);
  if (posted != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json",
                                              posted);
  GBytes *answer =
      soup_session_send_and_read (self->session, message, cancellable, &failed);
  const guint status = soup_message_get_status (message);
  if (answer != NULL && status == SOUP_STATUS_OK)
    return answer;
  g_clear_pointer (&answer, g_bytes_unref);
  if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&failed));
  else if (failed != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s%s: %s", self->name,
                 path, failed->message);
  else
    g_set_error (error, VITRAIL_ERROR,
                 status == SOUP_STATUS_NOT_FOUND ? VITRAIL_ERROR_NOT_FOUND
                                                 : VITRAIL_ERROR_IO,
                 "%s%s: the server answers %u", self->name, path, status);
  return NULL;
}

static JsonNode *
read_json (Rest *self, const char *path, GBytes *text, GError **error)
{
  g_autoptr (GBytes) owned = text;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) failed = NULL;
  gsize length = 0;

  if (owned == NULL)
    return NULL;
  const char *data = g_bytes_get_data (owned, &length);
  if (json_parser_load_from_data (parser, data, (gssize) length, &failed) &&
      json_parser_get_root (parser) != NULL)
    return json_node_ref (json_parser_get_root (parser));
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s%s: no JSON: %s", self->name, path,
               failed != NULL ? failed->message : "empty");
  return NULL;
}

GBytes *
rest_get (Rest *self,
          GCancellable *cancellable,
          GError **error,
          const char *path,
          ...)
{
  va_list args;

  va_start (args, path);
  g_autofree char *full = g_strdup_vprintf (path, args);
  va_end (args);
  return ask (self, full, NULL, cancellable, error);
}

JsonNode *
rest_get_json (Rest *self,
               GCancellable *cancellable,
               GError **error,
               const char *path,
               ...)
{
  va_list args;

  va_start (args, path);
  g_autofree char *full = g_strdup_vprintf (path, args);
  va_end (args);
  return read_json (self, full, ask (self, full, NULL, cancellable, error),
                    error);
}

JsonNode *
rest_post (Rest *self,
           const char *path,
           GBytes *body,
           GCancellable *cancellable,
           GError **error)
{
  return read_json (self, path, ask (self, path, body, cancellable, error),
                    error);
}
