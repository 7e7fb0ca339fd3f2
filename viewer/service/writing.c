/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PUT, DELETE and POST: see writing.h. */

#include "writing.h"

#include "respond.h"
#include "route.h"
#include "router.h"
#include "service.h"
#include "stow.h"

#include <string.h>

static const char *
get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), name);
}

/* Browsers say where a page that writes is from; programs say nothing. */
static gboolean
is_same_origin (SoupServerMessage *message)
{
  const char *origin = get_header (message, "Origin");
  const char *host = get_header (message, "Host");
  const char *site = get_header (message, "Sec-Fetch-Site");
  g_autoptr (GUri) uri =
      origin != NULL ? g_uri_parse (origin, G_URI_FLAGS_NONE, NULL) : NULL;

  if (site != NULL && strcmp (site, "same-origin") != 0 &&
      strcmp (site, "none") != 0)
    return FALSE;
  if (origin == NULL)
    return TRUE;
  if (uri == NULL || host == NULL)
    return FALSE;
  /* The scheme is the one that the page was got by: we have no other. */
  const char *end = strstr (origin, "://");
  return strcmp (g_uri_get_scheme (uri),
                 g_uri_get_scheme (soup_server_message_get_uri (message))) ==
             0 &&
         end != NULL && g_ascii_strcasecmp (end + 3, host) == 0;
}

static gboolean
is_json (SoupServerMessage *message)
{
  const char *type = soup_message_headers_get_content_type (
      soup_server_message_get_request_headers (message), NULL);

  return type != NULL &&
         (g_ascii_strcasecmp (type, "application/geo+json") == 0 ||
          g_ascii_strcasecmp (type, "application/json") == 0);
}

gboolean
vitrail_writing_takes_body (SoupServerMessage *message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  VitrailRequest request = { 0 };

  return strcmp (soup_server_message_get_method (message), "PUT") == 0 &&
         vitrail_router_match (path, &request) == 200 &&
         soup_message_headers_get_encoding (headers) ==
             SOUP_ENCODING_CONTENT_LENGTH &&
         soup_message_headers_get_content_length (headers) <=
             (goffset) request.route->max_body_bytes &&
         is_json (message) && is_same_origin (message);
}

gboolean
vitrail_writing_prepare (SoupServerMessage *message,
                         VitrailRequest *request,
                         VitrailReply *reply)
{
  const char *method = soup_server_message_get_method (message);
  const gboolean is_put = strcmp (method, "PUT") == 0;

  if (!is_put && strcmp (method, "DELETE") != 0) {
    vitrail_reply_set_status_error (reply, 405, "only GET, HEAD, PUT, DELETE");
    reply->allow = "GET, HEAD, PUT, DELETE";
    return FALSE;
  }
  if (!is_same_origin (message)) {
    vitrail_reply_set_status_error (reply, 403,
                                    "pages of other origins do not write here");
    return FALSE;
  }
  request->method = is_put ? VITRAIL_METHOD_PUT : VITRAIL_METHOD_DELETE;
  if (!is_put)
    return TRUE;
  if (!is_json (message)) {
    vitrail_reply_set_status_error (
        reply, 415, "Content-Type must be application/geo+json");
    return FALSE;
  }
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  if (!soup_message_body_get_accumulate (body)) {
    vitrail_reply_set_status_error (reply, 413, "a body that is not taken");
    return FALSE;
  }
  request->body = soup_message_body_flatten (body);
  return TRUE;
}

/* Named one by one: what "*" stands for may read, not write. */
static gboolean
is_named_origin (const VitrailService *service, SoupServerMessage *message)
{
  const char *origin = get_header (message, "Origin");

  return origin != NULL && service->origins != NULL &&
         strcmp (origin, "*") != 0 &&
         g_strv_contains ((const char *const *) service->origins, origin);
}

static gboolean
is_encoded (SoupServerMessage *message)
{
  const char *encoding = get_header (message, "Content-Encoding");

  return encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0;
}

gboolean
vitrail_writing_check_store (SoupServerMessage *message,
                             const VitrailRequest *request,
                             VitrailReply *reply)
{
  g_autoptr (GError) error = NULL;

  if (!vitrail_respond_is_local (get_header (message, "Host")) ||
      (!is_same_origin (message) &&
       !is_named_origin (request->service, message)))
    vitrail_reply_set_status_error (reply, 403,
                                    "pages of other origins do not write here");
  else if (request->service->store == NULL ||
           vitrail_request_get_value (request, "series") != NULL)
    vitrail_reply_set_status_error (reply, 405, "nothing is stored here");
  else if (soup_server_message_get_http_version (message) == SOUP_HTTP_2_0)
    vitrail_reply_set_status_error (reply, 505,
                                    "instances are taken over HTTP/1.1 only");
  else if (is_encoded (message))
    vitrail_reply_set_status_error (reply, 415, "no Content-Encoding is taken");
  else if (!vitrail_stow_takes (get_header (message, "Content-Type"), &error))
    vitrail_reply_set_error (reply, error);
  else
    return TRUE;
  if (reply->status == 405)
    reply->allow = "GET, HEAD";
  return FALSE;
}
