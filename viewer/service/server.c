/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP server: see server.h. One Exchange is one request with its reply;
 * it belongs to the main loop, but for the time a worker answers it. */

#include "server.h"

#include "pool.h"
#include "router.h"

#include <libsoup/soup.h>

#include <string.h>

/* Requests with workers; more are told to come back, so that those taken are
 * answered in time. */
#define MAX_IN_FLIGHT 512

struct _VitrailServer {
  VitrailService *service;
  SoupServer *soup;
  GCancellable *cancellable; /* of all requests */
  guint n_in_flight;         /* exchanges with workers; main loop only */
};

typedef struct {
  VitrailServer *server;
  SoupServerMessage *message;
  gint64 start_us;
  gulong finished_id;
  gulong cancelled_id;
  gboolean is_gone; /* the client has hung up; main loop only */
  GError *error;
  VitrailRequest request;
  VitrailReply reply;
} Exchange;

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

static void
exchange_free (Exchange *self)
{
  if (self->request.query != NULL)
    g_array_unref (self->request.query);
  g_clear_object (&self->request.cancellable);
  g_clear_error (&self->error);
  vitrail_reply_clear (&self->reply);
  g_object_unref (self->message);
  g_free (self);
}

static void
set_headers (const VitrailReply *reply, SoupMessageHeaders *headers)
{
  soup_message_headers_append (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_append (headers, "Cross-Origin-Resource-Policy",
                               "same-origin");
  soup_message_headers_append (headers, "Cache-Control",
                               caching[reply->caching]);
  if (reply->etag[0] != '\0') {
    char quoted[sizeof reply->etag + 2];
    g_snprintf (quoted, sizeof quoted, "\"%s\"", reply->etag);
    soup_message_headers_append (headers, "ETag", quoted);
  }
  if (reply->content_type != NULL)
    soup_message_headers_append (headers, "Content-Type", reply->content_type);
  if (reply->is_gzip)
    soup_message_headers_append (headers, "Content-Encoding", "gzip");
  if (reply->allow != NULL)
    soup_message_headers_append (headers, "Allow", reply->allow);
  if (reply->status == 503)
    soup_message_headers_append (headers, "Retry-After", "1");
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
  soup_message_headers_append (headers, "Vary", "Accept, Accept-Encoding");
}

static void
append_body (const VitrailReply *reply, SoupMessageBody *body)
{
  if (reply->body != NULL)
    soup_message_body_append_bytes (body, reply->body);
  for (guint i = 0; reply->parts != NULL && i < reply->parts->len; i++)
    soup_message_body_append_bytes (body, g_ptr_array_index (reply->parts, i));
  soup_message_body_complete (body);
}

/* Turns the reply into the message's response. */
static void
send_reply (Exchange *self)
{
  VitrailReply *reply = &self->reply;
  SoupServerMessage *message = self->message;

  if (vitrail_reply_is_known (reply, self->request.if_none_match)) {
    reply->status = 304;
    g_clear_pointer (&reply->body, g_bytes_unref);
    g_clear_pointer (&reply->parts, g_ptr_array_unref);
  }
  set_headers (reply, soup_server_message_get_response_headers (message));
  append_body (reply, soup_server_message_get_response_body (message));
  soup_server_message_set_status (message, reply->status, NULL);
  vitrail_metrics_count (self->server->service->metrics, self->request.route,
                         reply->status,
                         g_get_monotonic_time () - self->start_us,
                         vitrail_reply_get_length (reply));
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Exchange *self = user_data;
  self->is_gone = TRUE;
  g_cancellable_cancel (self->request.cancellable);
}

static void
all_cancelled_cb (GCancellable *all, gpointer user_data)
{
  Exchange *self = user_data;
  g_cancellable_cancel (self->request.cancellable);
}

/* Back on the main loop. */
static gboolean
answered_cb (gpointer user_data)
{
  Exchange *self = user_data;

  g_cancellable_disconnect (self->server->cancellable, self->cancelled_id);
  g_signal_handler_disconnect (self->message, self->finished_id);
  self->server->n_in_flight--;
  if (!self->is_gone) {
    send_reply (self);
    soup_server_message_unpause (self->message);
  }
  exchange_free (self);
  return G_SOURCE_REMOVE;
}

/* On a worker. */
static void
answer_job (gpointer data, gboolean cancelled)
{
  Exchange *self = data;
  const VitrailRoute *route = self->request.route;

  if (cancelled)
    vitrail_reply_set_status_error (&self->reply, 503, "cancelled");
  else if (!route->answer (&self->request, &self->reply, &self->error))
    vitrail_reply_set_error (&self->reply, self->error);
  vitrail_reply_compress (&self->reply, self->request.accept_encoding);
  g_idle_add_full (G_PRIORITY_DEFAULT, answered_cb, self, NULL);
}

static void
answer_later (Exchange *self)
{
  VitrailServer *server = self->server;

  self->request.cancellable = g_cancellable_new ();
  self->finished_id = g_signal_connect (self->message, "finished",
                                        G_CALLBACK (finished_cb), self);
  self->cancelled_id =
      g_cancellable_connect (server->cancellable, G_CALLBACK (all_cancelled_cb),
                             self, NULL);
  server->n_in_flight++;
  soup_server_message_pause (self->message);
  vitrail_pool_push (self->request.route->priority, answer_job, self,
                     self->request.cancellable);
}

/* A page elsewhere can have its name resolve to 127.0.0.1 and read us through
 * the visitor's browser (DNS rebinding); its Host header tells. */
static gboolean
is_local_host (const char *host)
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

/* Checks all that is the same for every route, and finds the route. TRUE when
 * there is one to ask; else the reply is there. */
static gboolean
prepare (Exchange *self)
{
  SoupServerMessage *message = self->message;
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  const char *method = soup_server_message_get_method (message);
  VitrailRequest *request = &self->request;
  g_autoptr (GError) error = NULL;

  request->host = soup_message_headers_get_one (headers, "Host");
  request->accept = soup_message_headers_get_list (headers, "Accept");
  request->accept_encoding =
      soup_message_headers_get_list (headers, "Accept-Encoding");
  request->if_none_match =
      soup_message_headers_get_list (headers, "If-None-Match");
  if (!is_local_host (request->host)) {
    vitrail_reply_set_status_error (&self->reply, 403,
                                    "this service answers to localhost only");
    return FALSE;
  }
  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0) {
    vitrail_reply_set_status_error (&self->reply, 405, "only GET and HEAD");
    self->reply.allow = "GET, HEAD";
    return FALSE;
  }

  guint status = vitrail_router_match (g_uri_get_path (uri), request);
  if (status != 200) {
    vitrail_reply_set_status_error (&self->reply, status,
                                    status == 404   ? "no such route"
                                    : status == 414 ? "path too long"
                                                    : "path malformed");
    return FALSE;
  }
  if (!vitrail_url_query_parse (g_uri_get_query (uri), &request->query, &error))
  {
    vitrail_reply_set_error (&self->reply, error);
    return FALSE;
  }
  return TRUE;
}

static void
request_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  VitrailServer *server = user_data;
  Exchange *self = g_new (Exchange, 1);

  /* The path buffers are large and written before they are read. */
  memset (self, 0, G_STRUCT_OFFSET (Exchange, request.path));
  vitrail_reply_init (&self->reply);
  self->server = server;
  self->message = g_object_ref (message);
  self->start_us = g_get_monotonic_time ();
  self->request.service = server->service;

  if (prepare (self)) {
    const VitrailRoute *route = self->request.route;
    if (route->at_once == NULL ||
        !route->at_once (&self->request, &self->reply)) {
      if (server->n_in_flight < MAX_IN_FLIGHT) {
        answer_later (self);
        return;
      }
      vitrail_reply_set_status_error (&self->reply, 503, "too busy");
    }
  }
  send_reply (self);
  exchange_free (self);
}

/* Answers on the socket itself and ends the connection: libsoup would first
 * read the body that was announced. */
static void
refuse_body (SoupServerMessage *message)
{
  static const char text[] =
      "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: 33\r\n\r\n"
      "{\"error\": \"bodies are not taken\"}";
  GSocket *socket = soup_server_message_get_socket (message);

  g_socket_send (socket, text, sizeof text - 1, NULL, NULL);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* Requests have no bodies that we want: none is kept in memory, and one that is
 * announced as large or without a length is refused before it comes. */
static void
early_cb (SoupServer *soup,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer user_data)
{
  const goffset largest_bytes = 65536;
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  soup_message_body_set_accumulate (
      soup_server_message_get_request_body (message), FALSE);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
      soup_message_headers_get_content_length (headers) > largest_bytes)
    refuse_body (message);
}

VitrailServer *
vitrail_server_new (VitrailService *service)
{
  VitrailServer *self = g_new0 (VitrailServer, 1);

  self->service = service;
  self->cancellable = g_cancellable_new ();
  self->soup =
      soup_server_new ("raw-paths", TRUE, "server-header", "vitrail", NULL);
  soup_server_add_early_handler (self->soup, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->soup, NULL, request_cb, self, NULL);
  return self;
}

void
vitrail_server_free (VitrailServer *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  while (self->n_in_flight > 0)
    g_main_context_iteration (NULL, TRUE);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_object_unref (self->cancellable);
  g_free (self);
}

static GInetAddress *
parse_loopback (const char *bind, GError **error)
{
  const char *text = strcmp (bind, "localhost") == 0 ? "127.0.0.1" : bind;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (address == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "--bind %s: not an IP address", bind);
    return NULL;
  }
  if (!g_inet_address_get_is_loopback (address)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "--bind %s: only loopback addresses, as there is no "
                 "authentication yet",
                 bind);
    return NULL;
  }
  return g_steal_pointer (&address);
}

/* A listening socket. libsoup's own has a backlog of 10: of a burst of clients
 * most would wait for a second, until they are heard at their second attempt.
 */
static GSocket *
open_socket (GInetAddress *inet, guint port, GError **error)
{
  const int backlog = 1024;
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, (guint16) port);
  g_autoptr (GSocket) socket =
      g_socket_new (g_inet_address_get_family (inet), G_SOCKET_TYPE_STREAM,
                    G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, backlog);
  if (!g_socket_bind (socket, address, TRUE, error) ||
      !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

char *
vitrail_server_listen (VitrailServer *self,
                       const char *bind,
                       guint port,
                       GError **error)
{
  g_autoptr (GInetAddress) inet = parse_loopback (bind, error);
  if (inet == NULL)
    return NULL;

  g_autoptr (GSocket) socket = open_socket (inet, port, error);
  if (socket == NULL ||
      !soup_server_listen_socket (self->soup, socket, 0, error)) {
    g_prefix_error (error, "%s port %u: ", bind, port);
    return NULL;
  }
  GSList *uris = soup_server_get_uris (self->soup);
  char *url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}
