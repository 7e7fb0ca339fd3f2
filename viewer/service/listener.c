/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Threads that hear requests: see listener.h. */

#include "listener.h"

#include "exchange.h"
#include "refuse.h"
#include "respond.h"
#include "streaming.h"
#include "upload.h"
#include "writing.h"

struct _VitrailListener {
  VitrailService *service;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  /* The thread's, once it runs. */
  SoupServer *soup;
  VitrailExchanges *exchanges;
};

void
vitrail_listener_send (GMainContext *context,
                       GSourceFunc function,
                       gpointer user_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, user_data, NULL);
  g_source_attach (source, context);
}

static void
request_cb (SoupServer *soup,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  VitrailListener *self = user_data;

  if (vitrail_upload_end (message))
    return;
  vitrail_exchanges_take (self->exchanges, message);
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
  const VitrailListener *self = user_data;
  const goffset largest_bytes = 65536;
  g_auto (VitrailReply) reply = { 0 };
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  if (!vitrail_refuse_check_header (message))
    return;
  vitrail_respond_set_host (message);
  if (vitrail_upload_begin (self->service, message, &reply) ||
      vitrail_writing_takes_body (message))
    return;
  soup_message_body_set_accumulate (
      soup_server_message_get_request_body (message), FALSE);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
      soup_message_headers_get_content_length (headers) > largest_bytes)
  {
    if (reply.status < 400)
      vitrail_reply_set_status_error (&reply, 413, "bodies are not taken");
    vitrail_refuse_body (message, &reply);
  }
}

/* The end: all that the thread has goes with it. Requests come in while the
 * exchanges are waited for, and are taken and given up likewise. */
static void
close_all (VitrailListener *self)
{
  vitrail_exchanges_free (self->exchanges);
  soup_server_remove_handler (self->soup, NULL);
  /* Those bodies are cut by us and not by their clients. */
  vitrail_upload_give_up ();
  soup_server_disconnect (self->soup);
  vitrail_streaming_drain ();
  vitrail_upload_drain ();
  g_clear_object (&self->soup);
}

static gpointer
listen_thread (gpointer data)
{
  VitrailListener *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  close_all (self);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* With the listener's context as the thread's own: libsoup and what answers
 * keep to it. */
static gboolean
open_all (VitrailListener *self, GSocket *socket, GError **error)
{
  self->exchanges = vitrail_exchanges_new (self->service);
  self->soup =
      soup_server_new ("raw-paths", TRUE, "server-header", "vitrail", NULL);
  vitrail_refuse_watch (self->soup, self->service->certificate != NULL);
  soup_server_add_early_handler (self->soup, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->soup, NULL, request_cb, self, NULL);
  if (self->service->certificate == NULL)
    return soup_server_listen_socket (self->soup, socket, 0, error);
  soup_server_set_tls_certificate (self->soup, self->service->certificate);
  return soup_server_listen_socket (self->soup, socket,
                                    SOUP_SERVER_LISTEN_HTTPS, error);
}

VitrailListener *
vitrail_listener_new (VitrailService *service, GSocket *socket, GError **error)
{
  g_autoptr (VitrailListener) self = g_new0 (VitrailListener, 1);

  self->service = service;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_main_context_push_thread_default (self->context);
  gboolean is_open = open_all (self, socket, error);
  if (!is_open)
    close_all (self);
  g_main_context_pop_thread_default (self->context);
  if (!is_open)
    return NULL;
  self->thread = g_thread_new ("listener", listen_thread, self);
  return g_steal_pointer (&self);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
vitrail_listener_free (VitrailListener *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL) {
    /* By way of the loop: it may not have begun to run. */
    vitrail_listener_send (self->context, quit_cb, self->loop);
    g_thread_join (self->thread);
  }
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}
