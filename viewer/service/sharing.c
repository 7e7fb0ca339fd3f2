/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pages of other origins: see sharing.h. */

#include "sharing.h"

#include <string.h>

gboolean
vitrail_sharing_origin_is_valid (const char *origin)
{
  g_autoptr (GUri) uri = NULL;

  if (strcmp (origin, "*") == 0)
    return TRUE;
  uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_path (uri)[0] == '\0' &&
         g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL &&
         (strcmp (g_uri_get_scheme (uri), "http") == 0 ||
          strcmp (g_uri_get_scheme (uri), "https") == 0);
}

/* Routes that say so, and all of DICOMweb: viewers are at home elsewhere. */
static gboolean
is_open (const VitrailService *service, const VitrailRoute *route)
{
  return service->origins != NULL && route != NULL &&
         (route->is_open ||
          g_str_has_prefix (route->patterns[0], "/dicom-web"));
}

/* What may be said to who asks; NULL: nothing. */
static const char *
find_origin (const VitrailService *service,
             const VitrailRoute *route,
             SoupServerMessage *message)
{
  const char *origin = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Origin");

  if (!is_open (service, route))
    return NULL;
  if (g_strv_contains ((const char *const *) service->origins, "*"))
    return "*";
  if (origin != NULL &&
      g_strv_contains ((const char *const *) service->origins, origin))
    return origin;
  return NULL;
}

void
vitrail_sharing_set_headers (const VitrailService *service,
                             const VitrailRoute *route,
                             SoupServerMessage *message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  const char *origin = find_origin (service, route, message);

  soup_message_headers_append (headers, "Cross-Origin-Resource-Policy",
                               origin != NULL ? "cross-origin" : "same-origin");
  if (is_open (service, route) && g_strcmp0 (origin, "*") != 0)
    soup_message_headers_append (headers, "Vary", "Origin");
  if (origin == NULL)
    return;
  soup_message_headers_append (headers, "Access-Control-Allow-Origin", origin);
  soup_message_headers_append (headers, "Access-Control-Expose-Headers",
                               "Accept-Ranges, Content-Disposition, "
                               "Content-Length, Content-Location, "
                               "Content-Range, ETag, Link, Retry-After, "
                               "Warning, X-Total-Count");
}

gboolean
vitrail_sharing_answer_preflight (const VitrailService *service,
                                  const VitrailRoute *route,
                                  SoupServerMessage *message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  if (strcmp (soup_server_message_get_method (message), "OPTIONS") != 0 ||
      find_origin (service, route, message) == NULL)
    return FALSE;
  soup_message_headers_append (headers, "Access-Control-Allow-Methods",
                               "GET, HEAD, POST");
  soup_message_headers_append (headers, "Access-Control-Allow-Headers",
                               "Accept, Authorization, Cache-Control, "
                               "Content-Type, If-None-Match, If-Range, Range");
  /* Or a browser asks again before each frame. */
  soup_message_headers_append (headers, "Access-Control-Max-Age", "7200");
  return TRUE;
}
