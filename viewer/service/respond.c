/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages in and out: see respond.h. */

#include "respond.h"

#include "capabilities.h"
#include "route.h"
#include "router.h"
#include "sharing.h"
#include "streaming.h"
#include "writing.h"

#include <string.h>

/* Bodies in parts up to this size are sent as one. */
#define MAX_JOINED_BYTES ((gsize) 256 * 1024)

/* What a page may load: its own files, pictures that it drew, nothing else. */
static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

static const char *const caching[] = {
  [VITRAIL_CACHING_NONE] = "no-store",
  [VITRAIL_CACHING_REVALIDATE] = "private, no-cache",
  [VITRAIL_CACHING_IMMUTABLE] = "private, max-age=31536000, immutable",
};

/* Those that are as the reply has them. */
static void
set_texts (const VitrailReply *reply, SoupMessageHeaders *headers)
{
  const struct {
    const char *name;
    const char *text;
  } texts[] = {
    { "Content-Type", reply->content_type },   { "Allow", reply->allow },
    { "Location", reply->location },           { "Link", reply->link },
    { "Content-Range", reply->content_range }, { "Warning", reply->warning },
    { "X-Total-Count", reply->total_count },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].text != NULL)
      soup_message_headers_append (headers, texts[i].name, texts[i].text);
}

static void
set_headers (const VitrailReply *reply, SoupMessageHeaders *headers)
{
  soup_message_headers_append (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_append (headers, "Cache-Control",
                               caching[reply->caching]);
  if (reply->etag[0] != '\0') {
    char quoted[sizeof reply->etag + 2];
    g_snprintf (quoted, sizeof quoted, "\"%s\"", reply->etag);
    soup_message_headers_append (headers, "ETag", quoted);
  }
  set_texts (reply, headers);
  if (reply->is_gzip)
    soup_message_headers_append (headers, "Content-Encoding", "gzip");
  if (vitrail_reply_takes_ranges (reply) || reply->status == 206)
    soup_message_headers_append (headers, "Accept-Ranges", "bytes");
  if (reply->status == 503)
    soup_message_headers_append (headers, "Retry-After", "1");
  /* libsoup does so after it, and does not say it. */
  if (reply->status == 204)
    soup_message_headers_append (headers, "Connection", "close");
  if (reply->file_name != NULL) {
    g_autofree char *text =
        g_strdup_printf ("attachment; filename=\"%s\"", reply->file_name);
    soup_message_headers_append (headers, "Content-Disposition", text);
  }
  if (reply->is_page) {
    soup_message_headers_append (headers, "Content-Security-Policy",
                                 page_policy);
    soup_message_headers_append (headers, "Referrer-Policy", "no-referrer");
    soup_message_headers_append (headers, "Cross-Origin-Opener-Policy",
                                 "same-origin");
  }
  /* One URL, several representations. */
  if (!reply->is_single)
    soup_message_headers_append (headers, "Vary", "Accept, Accept-Encoding");
}

/* Each part costs a system call, which takes longer than to copy a small one.
 */
static GBytes *
join_parts (const VitrailReply *reply)
{
  gsize length = vitrail_reply_get_length (reply);
  guint8 *joined = g_malloc (length);
  gsize at = 0;

  for (guint i = 0; i < reply->parts->len; i++) {
    gsize part = 0;
    const void *data =
        g_bytes_get_data (g_ptr_array_index (reply->parts, i), &part);
    memcpy (joined + at, data, part);
    at += part;
  }
  return g_bytes_new_take (joined, length);
}

/* libsoup takes none that are empty. */
static void
append_bytes (SoupMessageBody *body, GBytes *bytes)
{
  if (g_bytes_get_size (bytes) > 0)
    soup_message_body_append_bytes (body, bytes);
}

static void
append_body (const VitrailReply *reply, SoupMessageBody *body)
{
  gsize length = reply->parts != NULL ? vitrail_reply_get_length (reply) : 0;

  if (length > 0 && length <= MAX_JOINED_BYTES) {
    g_autoptr (GBytes) joined = join_parts (reply);
    soup_message_body_append_bytes (body, joined);
    soup_message_body_complete (body);
    return;
  }
  if (reply->body != NULL)
    append_bytes (body, reply->body);
  for (guint i = 0; reply->parts != NULL && i < reply->parts->len; i++)
    append_bytes (body, g_ptr_array_index (reply->parts, i));
  soup_message_body_complete (body);
}

static void
count (VitrailService *service,
       SoupServerMessage *message,
       const VitrailRoute *route,
       const VitrailReply *reply,
       gint64 duration_us)
{
  gsize length = vitrail_reply_get_length (reply);

  vitrail_metrics_count (service->metrics, route, reply->status, duration_us,
                         length);
  if (service->access_log != NULL)
    vitrail_access_log_write (
        service->access_log, soup_server_message_get_method (message),
        g_uri_get_path (soup_server_message_get_uri (message)), reply->status,
        length, duration_us);
}

void
vitrail_respond (VitrailService *service,
                 SoupServerMessage *message,
                 const VitrailRoute *route,
                 const VitrailReply *reply,
                 gint64 start_us)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  vitrail_sharing_set_headers (service, route, message);
  set_headers (reply, headers);
  if (reply->made != NULL)
    vitrail_streaming_start (service, message, reply);
  else
    append_body (reply, soup_server_message_get_response_body (message));
  soup_server_message_set_status (message, reply->status, NULL);
  count (service, message, route, reply, g_get_monotonic_time () - start_us);
}

/* A page elsewhere can have its name resolve to 127.0.0.1 and read us through
 * the visitor's browser (DNS rebinding); its Host header tells. */
gboolean
vitrail_respond_is_local (const char *host)
{
  static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

  for (guint i = 0; host != NULL && i < G_N_ELEMENTS (names); i++) {
    gsize length = strlen (names[i]);
    if (g_ascii_strncasecmp (host, names[i], length) != 0)
      continue;
    if (host[length] == '\0')
      return TRUE;
    if (host[length] == ':' &&
        strspn (host + length + 1, "0123456789") == strlen (host + length + 1))
      return TRUE;
  }
  return FALSE;
}

void
vitrail_respond_set_host (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  int port = g_uri_get_port (uri);
  const char *host = g_uri_get_host (uri);
  g_autofree char *authority = NULL;

  if (soup_server_message_get_http_version (message) != SOUP_HTTP_2_0 ||
      host == NULL)
    return;
  authority = g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%d" : "%s:%d",
                               host, port);
  if (port <= 0)
    *strrchr (authority, ':') = '\0';
  soup_message_headers_replace (
      soup_server_message_get_request_headers (message), "Host", authority);
}

static void
read_headers (SoupServerMessage *message, VitrailRequest *request)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  request->host = soup_message_headers_get_one (headers, "Host");
  request->accept = soup_message_headers_get_list (headers, "Accept");
  request->accept_encoding =
      soup_message_headers_get_list (headers, "Accept-Encoding");
  request->if_none_match =
      soup_message_headers_get_list (headers, "If-None-Match");
  request->if_match = soup_message_headers_get_list (headers, "If-Match");
  request->if_range = soup_message_headers_get_one (headers, "If-Range");
  /* libsoup would cut any answer, a multipart one too. */
  request->range = g_strdup (soup_message_headers_get_one (headers, "Range"));
  soup_message_headers_remove (headers, "Range");
}

/* GET and HEAD, and what writing.h checks. A page of another origin asks first
 * what it may (Fetch 4.8); that, too, is answered here. */
static gboolean
check_method (SoupServerMessage *message,
              VitrailRequest *request,
              VitrailReply *reply)
{
  const char *method = soup_server_message_get_method (message);

  if (strcmp (method, "GET") == 0)
    return TRUE;
  if (strcmp (method, "HEAD") == 0) {
    g_clear_pointer (&request->range, g_free); /* of GET alone */
    return TRUE;
  }
  if (strcmp (method, "POST") == 0 && request->route->takes_store) {
    /* One that is taken is an upload (upload.h). */
    if (vitrail_writing_check_store (message, request, reply))
      vitrail_reply_set_status_error (reply, 503, "too busy");
    return FALSE;
  }
  if (vitrail_sharing_answer_preflight (request->service, request->route,
                                        message))
    return FALSE; /* 200: libsoup ends the connection after a 204 */
  if (strcmp (method, "OPTIONS") == 0 &&
      vitrail_capabilities_answer (request, reply))
    return FALSE;
  if (request->route->max_body_bytes > 0)
    return vitrail_writing_prepare (message, request, reply);
  vitrail_reply_set_status_error (reply, 405, "only GET and HEAD");
  reply->allow = "GET, HEAD";
  return FALSE;
}

static void
set_unmatched (VitrailReply *reply, guint status)
{
  vitrail_reply_set_status_error (reply, status,
                                  status == 404   ? "no such route"
                                  : status == 414 ? "path too long"
                                                  : "path malformed");
}

gboolean
vitrail_respond_prepare (SoupServerMessage *message,
                         VitrailRequest *request,
                         VitrailReply *reply)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GError) error = NULL;

  read_headers (message, request);
  if (!vitrail_respond_is_local (request->host)) {
    vitrail_reply_set_status_error (reply, 403,
                                    "this service answers to localhost only");
    return FALSE;
  }
  guint status = vitrail_router_match (g_uri_get_path (uri), request);
  if (status != 200) {
    set_unmatched (reply, status);
    return FALSE;
  }
  if (!check_method (message, request, reply))
    return FALSE;
  if (!vitrail_url_query_parse (g_uri_get_query (uri), &request->query, &error))
  {
    vitrail_reply_set_error (reply, error);
    return FALSE;
  }
  return TRUE;
}
