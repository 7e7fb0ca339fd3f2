/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients that go: see hangup.h. */

#include "hangup.h"

#include <errno.h>
#include <sys/socket.h>

typedef struct {
  GSourceFunc gone;
  gpointer user_data;
} Watch;

static gboolean
event_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  const Watch *watch = user_data;
  char byte;
  ssize_t n =
      recv (g_socket_get_fd (socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    return G_SOURCE_REMOVE;
  return watch->gone (watch->user_data);
}

GSource *
vitrail_hangup_watch (GSocket *socket, GSourceFunc gone, gpointer user_data)
{
  if (socket == NULL)
    return NULL;
  Watch *watch = g_new (Watch, 1);
  GSource *source =
      g_socket_create_source (socket, G_IO_IN | G_IO_HUP | G_IO_ERR, NULL);

  watch->gone = gone;
  watch->user_data = user_data;
  g_source_set_callback (source, G_SOURCE_FUNC (event_cb), watch, g_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}
