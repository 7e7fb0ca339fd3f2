/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP server: see server.h. */

#include "server.h"

#include "exchange.h"
#include "streaming.h"
#include "writing.h"

#include <string.h>

struct _VitrailServer {
  SoupServer *soup;
  VitrailExchanges *exchanges;
};

static void
request_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  VitrailServer *self = user_data;
  vitrail_exchanges_take (self->exchanges, message);
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

/* Few requests have bodies that we want: no other is kept in memory, and one
 * that is announced as large or without a length is refused before it comes. */
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

  if (vitrail_writing_takes_body (message))
    return;
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

  self->exchanges = vitrail_exchanges_new (service);
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
  vitrail_exchanges_free (self->exchanges);
  soup_server_disconnect (self->soup);
  vitrail_streaming_drain ();
  g_object_unref (self->soup);
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
