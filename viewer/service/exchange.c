/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests and their answers: see exchange.h. */

#include "exchange.h"

#include "hangup.h"
#include "listener.h"
#include "range.h"
#include "respond.h"
#include "route.h"
#include "router.h"
#include "waiting.h"

#include <pthread.h>
#include <string.h>

/* Answers that workers owe; more are told to come back, so that those taken are
 * given in time. And who waits for them at one thread. */
#define MAX_IN_FLIGHT 512
#define MAX_WAITERS   8192

/* Of all threads that listen. */
static pthread_mutex_t answers_lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by answers_lock. */
static GHashTable *answers; /* key to Answer, without those given up */
static guint n_owed;

struct _VitrailExchanges {
  VitrailService *service;
  GMainContext *context;     /* of the thread */
  GCancellable *cancellable; /* of all */
  guint n_in_flight;         /* exchanges of answers with workers */
  guint n_waiters;
};

/* What is made once for all who ask for it meanwhile. Its request and reply
 * belong to a worker while it works; then the reply is constant. */
typedef struct {
  gatomicrefcount ref_count;
  GError *error;
  /* Guarded by answers_lock. */
  char *key;          /* in answers; NULL when not there */
  GPtrArray *sharers; /* Exchange, one for each thread; NULL: it is made */
  guint n_waiters;    /* of all of them */
  VitrailRequest request;
  VitrailReply reply;
} Answer;

/* One answer and those who wait for it at one thread. */
typedef struct {
  VitrailExchanges *all;
  Answer *answer;
  SoupServerMessage *message; /* whose headers the request borrows, or NULL */
  GPtrArray *waiters;         /* Waiter, owned */
  gulong cancelled_id;
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

static Answer *
answer_new (VitrailService *service)
{
  Answer *self = g_new (Answer, 1);

  /* The path buffers are large and written before they are read. */
  memset (self, 0, G_STRUCT_OFFSET (Answer, request.path));
  g_atomic_ref_count_init (&self->ref_count);
  vitrail_reply_init (&self->reply);
  self->request.service = service;
  return self;
}

static Answer *
answer_ref (Answer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
answer_unref (Answer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->request.query != NULL)
    g_array_unref (self->request.query);
  g_clear_object (&self->request.cancellable);
  g_clear_pointer (&self->request.body, g_bytes_unref);
  g_free (self->request.range);
  g_clear_error (&self->error);
  vitrail_reply_clear (&self->reply);
  g_clear_pointer (&self->sharers, g_ptr_array_unref);
  g_free (self->key);
  g_free (self);
}

/* Nobody else joins it from now on. */
static void
leave_table_locked (Answer *self)
{
  if (self->key == NULL)
    return;
  g_hash_table_remove (answers, self->key);
  g_clear_pointer (&self->key, g_free);
}

static void
exchange_free (Exchange *self)
{
  g_ptr_array_unref (self->waiters);
  g_clear_object (&self->message);
  answer_unref (self->answer);
  g_free (self);
}

/* The client has gone; the last one to go ends the work. */
static void
drop_waiter (Waiter *waiter)
{
  Exchange *self = waiter->exchange;
  Answer *answer = self->answer;

  g_ptr_array_remove_fast (self->waiters, waiter);
  pthread_mutex_lock (&answers_lock);
  const gboolean is_last = --answer->n_waiters == 0;
  if (is_last)
    leave_table_locked (answer);
  pthread_mutex_unlock (&answers_lock);
  if (is_last)
    g_cancellable_cancel (answer->request.cancellable);
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
  vitrail_respond (self->all->service, message, self->answer->request.route,
                   &reply, waiter->start_us);
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
  vitrail_respond (self->all->service, message, self->answer->request.route,
                   &self->answer->reply, start_us);
  soup_server_message_unpause (message);
}

/* Back on a thread where it was asked for. */
static gboolean
answered_cb (gpointer user_data)
{
  Exchange *self = user_data;
  VitrailExchanges *all = self->all;

  g_cancellable_disconnect (all->cancellable, self->cancelled_id);
  all->n_in_flight--;
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

/* Each thread hears of it; the last of them frees it. */
static void
hand_out (Answer *self)
{
  pthread_mutex_lock (&answers_lock);
  leave_table_locked (self);
  n_owed--;
  g_autoptr (GPtrArray) sharers = g_steal_pointer (&self->sharers);
  pthread_mutex_unlock (&answers_lock);
  for (guint i = 0; i < sharers->len; i++) {
    Exchange *exchange = g_ptr_array_index (sharers, i);
    vitrail_listener_send (exchange->all->context, answered_cb, exchange);
  }
}

/* On a worker. */
static void
answer_job (gpointer data, gboolean cancelled)
{
  Answer *self = data;
  const VitrailRoute *route = self->request.route;

  if (cancelled)
    vitrail_reply_set_status_error (&self->reply, 503, "cancelled");
  else if (!route->answer (&self->request, &self->reply, &self->error))
    vitrail_reply_set_error (&self->reply, self->error);
  vitrail_reply_compress (&self->reply, self->request.accept_encoding);
  settle (&self->request, &self->reply);
  hand_out (self);
}

static void
all_cancelled_cb (GCancellable *all, gpointer user_data)
{
  const Exchange *self = user_data;
  g_cancellable_cancel (self->answer->request.cancellable);
}

/* What decides the answer, as it was written. NULL where a second answer may be
 * another one. */
static char *
make_key (const VitrailRequest *request, SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
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

/* The one of this thread, which is made where there is none yet. */
static Exchange *
get_exchange_locked (VitrailExchanges *all, Answer *answer, gboolean *is_new)
{
  for (guint i = 0; i < answer->sharers->len; i++) {
    Exchange *exchange = g_ptr_array_index (answer->sharers, i);
    if (exchange->all == all) {
      *is_new = FALSE;
      return exchange;
    }
  }
  Exchange *self = g_new0 (Exchange, 1);
  self->all = all;
  self->answer = answer_ref (answer);
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  g_ptr_array_add (answer->sharers, self);
  *is_new = TRUE;
  return self;
}

/* The answer of @key that is being made, or @answer from now on; NULL: too much
 * is being made already. */
static Answer *
find_or_begin_locked (Answer *answer, char *key)
{
  if (answers == NULL)
    answers = g_hash_table_new (g_str_hash, g_str_equal);
  Answer *same = key != NULL ? g_hash_table_lookup (answers, key) : NULL;
  if (same != NULL)
    return same;
  if (n_owed >= MAX_IN_FLIGHT)
    return NULL;
  answer->key = g_strdup (key);
  if (key != NULL)
    g_hash_table_insert (answers, answer->key, answer);
  answer->request.cancellable = g_cancellable_new ();
  answer->sharers = g_ptr_array_new ();
  n_owed++;
  return answer;
}

static Exchange *
join (VitrailExchanges *all, Answer *answer, char *key, gboolean *is_new)
{
  Exchange *exchange = NULL;

  pthread_mutex_lock (&answers_lock);
  Answer *shared = find_or_begin_locked (answer, key);
  if (shared != NULL) {
    exchange = get_exchange_locked (all, shared, is_new);
    shared->n_waiters++;
  }
  pthread_mutex_unlock (&answers_lock);
  return exchange;
}

/* To the workers, or to those who wait for the same already; FALSE: neither. */
static gboolean
answer_later (VitrailExchanges *all,
              Answer *answer,
              SoupServerMessage *message,
              gint64 start_us)
{
  g_autofree char *key = make_key (&answer->request, message);
  gboolean is_new = FALSE;
  Exchange *exchange =
      all->n_waiters < MAX_WAITERS ? join (all, answer, key, &is_new) : NULL;

  if (exchange == NULL)
    return FALSE;
  if (is_new) {
    all->n_in_flight++;
    exchange->cancelled_id =
        g_cancellable_connect (all->cancellable, G_CALLBACK (all_cancelled_cb),
                               exchange, NULL);
  }
  add_waiter (exchange, message, start_us);
  if (exchange->answer != answer) {
    vitrail_metrics_count_shared (all->service->metrics);
    return TRUE;
  }
  exchange->message = g_object_ref (message);
  vitrail_waiting_push (all->service, answer->request.route->priority,
                        answer_job, answer, answer->request.cancellable);
  return TRUE;
}

void
vitrail_exchanges_take (VitrailExchanges *self, SoupServerMessage *message)
{
  gint64 start_us = g_get_monotonic_time ();
  Answer *answer = answer_new (self->service);
  VitrailRequest *request = &answer->request;
  VitrailReply *reply = &answer->reply;
  gboolean is_later = FALSE;

  if (vitrail_respond_prepare (message, request, reply)) {
    const VitrailRoute *route = request->route;
    if (request->method != VITRAIL_METHOD_GET || route->at_once == NULL ||
        !route->at_once (request, reply))
    {
      is_later = answer_later (self, answer, message, start_us);
      if (!is_later)
        vitrail_reply_set_status_error (reply, 503, "too busy");
    }
  }
  if (!is_later) {
    settle (request, reply);
    vitrail_respond (self->service, message, request->route, reply, start_us);
  }
  answer_unref (answer);
}

VitrailExchanges *
vitrail_exchanges_new (VitrailService *service)
{
  VitrailExchanges *self = g_new0 (VitrailExchanges, 1);

  self->service = service;
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  return self;
}

void
vitrail_exchanges_free (VitrailExchanges *self)
{
  g_cancellable_cancel (self->cancellable);
  while (self->n_in_flight > 0)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_free (self);
}
