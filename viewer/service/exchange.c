/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests and their answers: see exchange.h. */

#include "exchange.h"

#include "hangup.h"
#include "listener.h"
#include "pool.h"
#include "range.h"
#include "respond.h"
#include "route.h"
#include "router.h"

#include <string.h>

/* Answers that workers owe; more are told to come back, so that those taken are
 * given in time. And who waits for them. */
#define MAX_IN_FLIGHT 512
#define MAX_WAITERS   8192

/* Of all threads that listen; atomic. */
static int n_owed;

struct _VitrailExchanges {
  VitrailService *service;
  GMainContext *context;     /* of the thread */
  GCancellable *cancellable; /* of all */
  GHashTable *in_flight;     /* key to Exchange, without those given up */
  guint n_in_flight;         /* with workers */
  guint n_waiters;
};

/* One answer. Its request and reply belong to a worker while it works. */
typedef struct {
  VitrailExchanges *all;
  char *key;                  /* in in_flight; NULL when not there */
  SoupServerMessage *message; /* whose headers the request borrows */
  GPtrArray *waiters;         /* Waiter, owned */
  gulong cancelled_id;
  GError *error;
  VitrailRequest request;
  VitrailReply reply;
} Exchange;

/* A client that wants it. */
typedef struct {
  Exchange *exchange;
  SoupServerMessage *message;
  gint64 start_us;
  gulong finished_id;
  GSource *watch; /* of the connection */
} Waiter;

static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  self->exchange->all->n_waiters--;
  g_signal_handler_disconnect (self->message, self->finished_id);
  if (self->watch != NULL) {
    g_source_destroy (self->watch);
    g_source_unref (self->watch);
  }
  g_object_unref (self->message);
  g_free (self);
}

static Exchange *
exchange_new (VitrailExchanges *all, SoupServerMessage *message)
{
  Exchange *self = g_new (Exchange, 1);

  /* The path buffers are large and written before they are read. */
  memset (self, 0, G_STRUCT_OFFSET (Exchange, request.path));
  vitrail_reply_init (&self->reply);
  self->all = all;
  self->message = g_object_ref (message);
  self->request.service = all->service;
  return self;
}

static void
exchange_free (Exchange *self)
{
  if (self->request.query != NULL)
    g_array_unref (self->request.query);
  g_clear_object (&self->request.cancellable);
  g_clear_pointer (&self->request.body, g_bytes_unref);
  g_free (self->request.range);
  g_clear_error (&self->error);
  vitrail_reply_clear (&self->reply);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_object_unref (self->message);
  g_free (self->key);
  g_free (self);
}

/* Nobody else joins it from now on. */
static void
leave_table (Exchange *self)
{
  if (self->key == NULL)
    return;
  g_hash_table_remove (self->all->in_flight, self->key);
  g_clear_pointer (&self->key, g_free);
}

/* The client has gone; the last one to go ends the work. */
static void
drop_waiter (Waiter *waiter)
{
  Exchange *self = waiter->exchange;

  g_ptr_array_remove_fast (self->waiters, waiter);
  if (self->waiters->len > 0)
    return;
  leave_table (self);
  g_cancellable_cancel (self->request.cancellable);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  drop_waiter (user_data);
}

/* libsoup does not look at a connection whose message is paused. */
static gboolean
hung_up_cb (gpointer user_data)
{
  Waiter *waiter = user_data;
  Exchange *self = waiter->exchange;
  g_autoptr (SoupServerMessage) message = g_object_ref (waiter->message);
  g_auto (VitrailReply) reply = { 0 };

  vitrail_reply_set_status_error (&reply, 499, "the client has gone");
  vitrail_respond (self->all->service, message, self->request.route, &reply,
                   waiter->start_us);
  drop_waiter (waiter);
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static void
add_waiter (Exchange *self, SoupServerMessage *message, gint64 start_us)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->exchange = self;
  waiter->message = g_object_ref (message);
  waiter->start_us = start_us;
  waiter->finished_id =
      g_signal_connect (message, "finished", G_CALLBACK (finished_cb), waiter);
  waiter->watch =
      vitrail_hangup_watch (soup_server_message_get_socket (message),
                            hung_up_cb, waiter);
  soup_server_message_pause (message);
  g_ptr_array_add (self->waiters, waiter);
  self->all->n_waiters++;
}

/* One of them gets the answer, and leaves before anything is sent: what happens
 * then is no longer our business. */
static void
serve_waiter (Exchange *self)
{
  Waiter *waiter = g_ptr_array_index (self->waiters, self->waiters->len - 1);
  g_autoptr (SoupServerMessage) message = g_object_ref (waiter->message);
  gint64 start_us = waiter->start_us;

  g_ptr_array_set_size (self->waiters, (gint) self->waiters->len - 1);
  vitrail_respond (self->all->service, message, self->request.route,
                   &self->reply, start_us);
  soup_server_message_unpause (message);
}

/* Back on the thread that heard it. */
static gboolean
answered_cb (gpointer user_data)
{
  Exchange *self = user_data;
  VitrailExchanges *all = self->all;

  g_cancellable_disconnect (all->cancellable, self->cancelled_id);
  leave_table (self);
  all->n_in_flight--;
  g_atomic_int_add (&n_owed, -1);
  while (self->waiters->len > 0)
    serve_waiter (self);
  exchange_free (self);
  return G_SOURCE_REMOVE;
}

/* What the client has already is not sent, and no more than it asked for. */
static void
settle (const VitrailRequest *request, VitrailReply *reply)
{
  if (vitrail_reply_is_known (reply, request->if_none_match))
    vitrail_reply_set_known (reply);
  else
    vitrail_range_apply (request, reply);
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
  settle (&self->request, &self->reply);
  vitrail_listener_send (self->all->context, answered_cb, self);
}

static void
all_cancelled_cb (GCancellable *all, gpointer user_data)
{
  Exchange *self = user_data;
  g_cancellable_cancel (self->request.cancellable);
}

/* What decides the answer, as it was written. NULL where a second answer may be
 * another one. */
static char *
make_key (const Exchange *self)
{
  const VitrailRequest *request = &self->request;
  GUri *uri = soup_server_message_get_uri (self->message);
  const char *query = g_uri_get_query (uri);

  if (request->method != VITRAIL_METHOD_GET)
    return NULL;
  return g_strjoin (
      "\n", g_uri_get_path (uri), query != NULL ? query : "", request->host,
      request->accept != NULL ? request->accept : "",
      request->accept_encoding != NULL ? request->accept_encoding : "",
      request->if_none_match != NULL ? request->if_none_match : "",
      request->range != NULL ? request->range : "",
      request->if_range != NULL ? request->if_range : "", NULL);
}

/* To the workers; TRUE: the exchange is theirs, or was not needed. */
static gboolean
answer_later (Exchange *self, gint64 start_us)
{
  VitrailExchanges *all = self->all;

  if (all->n_waiters >= MAX_WAITERS)
    return FALSE;
  self->key = make_key (self);
  Exchange *same = self->key != NULL
                       ? g_hash_table_lookup (all->in_flight, self->key)
                       : NULL;
  if (same != NULL) {
    vitrail_metrics_count_shared (all->service->metrics);
    add_waiter (same, self->message, start_us);
    g_clear_pointer (&self->key, g_free);
    exchange_free (self);
    return TRUE;
  }
  if (g_atomic_int_get (&n_owed) >= MAX_IN_FLIGHT) {
    g_clear_pointer (&self->key, g_free);
    return FALSE;
  }
  self->request.cancellable = g_cancellable_new ();
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  self->cancelled_id =
      g_cancellable_connect (all->cancellable, G_CALLBACK (all_cancelled_cb),
                             self, NULL);
  if (self->key != NULL)
    g_hash_table_insert (all->in_flight, self->key, self);
  all->n_in_flight++;
  g_atomic_int_add (&n_owed, 1);
  add_waiter (self, self->message, start_us);
  vitrail_pool_push (self->request.route->priority, answer_job, self,
                     self->request.cancellable);
  return TRUE;
}

void
vitrail_exchanges_take (VitrailExchanges *self, SoupServerMessage *message)
{
  gint64 start_us = g_get_monotonic_time ();
  Exchange *exchange = exchange_new (self, message);
  VitrailRequest *request = &exchange->request;
  VitrailReply *reply = &exchange->reply;

  if (vitrail_respond_prepare (message, request, reply)) {
    const VitrailRoute *route = request->route;
    if (request->method != VITRAIL_METHOD_GET || route->at_once == NULL ||
        !route->at_once (request, reply))
    {
      if (answer_later (exchange, start_us))
        return;
      vitrail_reply_set_status_error (reply, 503, "too busy");
    }
  }
  settle (request, reply);
  vitrail_respond (self->service, message, request->route, reply, start_us);
  exchange_free (exchange);
}

VitrailExchanges *
vitrail_exchanges_new (VitrailService *service)
{
  VitrailExchanges *self = g_new0 (VitrailExchanges, 1);

  self->service = service;
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->in_flight = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
vitrail_exchanges_free (VitrailExchanges *self)
{
  g_cancellable_cancel (self->cancellable);
  while (self->n_in_flight > 0)
    g_main_context_iteration (self->context, TRUE);
  g_hash_table_unref (self->in_flight);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_free (self);
}
