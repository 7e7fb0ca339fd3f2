/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The HTTP server: see server.h. */

#include "server.h"

#include "listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct _VitrailServer {
  VitrailService *service;
  GPtrArray *listeners; /* VitrailListener */
};

VitrailServer *
vitrail_server_new (VitrailService *service)
{
  VitrailServer *self = g_new0 (VitrailServer, 1);

  self->service = service;
  self->listeners =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_listener_free);
  return self;
}

void
vitrail_server_free (VitrailServer *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->listeners);
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

/* Other sockets of this user may have the same port. */
static gboolean
set_shared (GSocket *socket, GError **error)
{
  return g_socket_set_option (socket, SOL_SOCKET, SO_REUSEPORT, TRUE, error);
}

/* g_socket_bind () itself, but for SO_REUSEPORT, which that takes away. */
static gboolean
bind_shared (GSocket *socket, GSocketAddress *address, GError **error)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);

  if (!set_shared (socket, error) ||
      !g_socket_address_to_native (address, &native, sizeof native, error))
    return FALSE;
  if (bind (g_socket_get_fd (socket), (const struct sockaddr *) &native,
            (socklen_t) size) == 0)
    return TRUE;
  int saved_errno = errno;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                       g_strerror (saved_errno));
  return FALSE;
}

/* A listening socket, bound to @address. libsoup's own has a backlog of 10: of
 * a burst of clients most would wait for a second, until they are heard at
 * their second attempt. */
static GSocket *
open_socket (GSocketAddress *address, gboolean is_shared, GError **error)
{
  const int backlog = 1024;
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                    G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, backlog);
  /* The first one binds alone: a port that anybody has is refused. */
  if (is_shared ? !bind_shared (socket, address, error)
                : !g_socket_bind (socket, address, TRUE, error) ||
                      !set_shared (socket, error))
    return NULL;
  return g_socket_listen (socket, error) ? g_steal_pointer (&socket) : NULL;
}

/* @n sockets of one port, among which the kernel shares connections out. */
static GPtrArray *
open_sockets (GInetAddress *inet, guint port, guint n, GError **error)
{
  g_autoptr (GPtrArray) sockets =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new (inet, (guint16) port);

  for (guint i = 0; i < n; i++) {
    GSocket *socket = open_socket (address, i > 0, error);
    if (socket == NULL)
      return NULL;
    g_ptr_array_add (sockets, socket);
    g_object_unref (address);
    address = g_socket_get_local_address (socket, error);
    if (address == NULL)
      return NULL;
  }
  return g_steal_pointer (&sockets);
}

static char *
make_url (const VitrailService *service, GSocket *socket, GError **error)
{
  g_autoptr (GSocketAddress) address =
      g_socket_get_local_address (socket, error);
  if (address == NULL)
    return NULL;
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host =
      g_inet_address_to_string (g_inet_socket_address_get_address (inet));

  return g_uri_join (G_URI_FLAGS_NONE, vitrail_service_get_scheme (service),
                     NULL, host, g_inet_socket_address_get_port (inet), "/",
                     NULL, NULL);
}

static gboolean
add_listeners (VitrailServer *self, const GPtrArray *sockets, GError **error)
{
  for (guint i = 0; i < sockets->len; i++) {
    VitrailListener *listener =
        vitrail_listener_new (self->service, g_ptr_array_index (sockets, i),
                              error);
    if (listener == NULL)
      return FALSE;
    g_ptr_array_add (self->listeners, listener);
  }
  return TRUE;
}

char *
vitrail_server_listen (VitrailServer *self,
                       const char *bind,
                       guint port,
                       guint n_threads,
                       GError **error)
{
  g_autoptr (GInetAddress) inet = parse_loopback (bind, error);
  if (inet == NULL)
    return NULL;

  g_autoptr (GPtrArray) sockets = open_sockets (inet, port, n_threads, error);
  g_autofree char *url =
      sockets != NULL
          ? make_url (self->service, g_ptr_array_index (sockets, 0), error)
          : NULL;
  if (url == NULL || !add_listeners (self, sockets, error)) {
    g_prefix_error (error, "%s port %u: ", bind, port);
    return NULL;
  }
  return g_steal_pointer (&url);
}
