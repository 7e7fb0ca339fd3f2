/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are stored while they come: see upload.h. */

#include "upload.h"

#include "listener.h"
#include "pool.h"
#include "refuse.h"
#include "respond.h"
#include "route.h"
#include "router.h"
#include "stow.h"
#include "writing.h"

#include <pthread.h>
#include <string.h>

#define DATA_KEY "vitrail-upload"

/* Bytes that wait to be written: with more the client is not listened to. */
#define MAX_QUEUED ((gsize) 4 * 1024 * 1024)

/* Of a body that cannot be read so much is thrown away, for its client to come
 * to an end and hear why; then the connection is closed. */
#define MAX_DISCARDED ((gsize) 64 * 1024 * 1024)

/* A client that sends nothing for so long is given up; and sooner when its body
 * cannot be read. */
#define IDLE_SECONDS   60u
#define FAILED_SECONDS 2u

#define MAX_UPLOADS 256u

/* One body. While a worker is at it @stow is the worker's. */
typedef struct {
  gatomicrefcount ref_count;
  VitrailService *service;
  VitrailStow *stow;
  GCancellable *gone; /* cancelled when nobody waits for it */

  /* Of the listening thread, whose @context is. */
  GMainContext *context;
  SoupServerMessage *message; /* NULL when it has finished */
  const VitrailRoute *route;
  char *base; /* of URLs */
  gulong chunk_id;
  gulong finished_id;
  GSource *idle;
  gint64 start_us;
  gint64 last_us;
  gsize discarded;
  gboolean is_paused;
  gboolean is_listed;

  /* Of the worker that answers, then of the listening thread. */
  VitrailReply reply;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  GQueue chunks; /* GBytes */
  gsize queued;
  gboolean is_working; /* a worker has it */
  gboolean has_ended;
  gboolean has_failed;
} Upload;

/* Of this listening thread: (element-type Upload), each with a reference. */
static _Thread_local GList *uploads;
static _Thread_local guint n_uploads;

static Upload *
upload_ref (Upload *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
upload_unref (Upload *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->stow, vitrail_stow_free);
  g_object_unref (self->gone);
  g_queue_clear_full (&self->chunks, (GDestroyNotify) g_bytes_unref);
  pthread_mutex_destroy (&self->lock);
  vitrail_reply_clear (&self->reply);
  g_main_context_unref (self->context);
  g_free (self->base);
  g_free (self);
}

static void
stop_timer (Upload *self)
{
  if (self->idle == NULL)
    return;
  g_source_destroy (self->idle);
  g_clear_pointer (&self->idle, g_source_unref);
}

static void
forget_message (Upload *self)
{
  stop_timer (self);
  if (self->message == NULL)
    return;
  g_signal_handler_disconnect (self->message, self->chunk_id);
  g_signal_handler_disconnect (self->message, self->finished_id);
  g_object_set_data (G_OBJECT (self->message), DATA_KEY, NULL);
  g_clear_object (&self->message);
}

/* The message and the list forget it. */
static void
leave (Upload *self)
{
  forget_message (self);
  if (!self->is_listed)
    return;
  self->is_listed = FALSE;
  uploads = g_list_remove (uploads, self);
  n_uploads--;
  upload_unref (self);
}

/* --- the answer --- */

static gboolean
answered_cb (gpointer user_data)
{
  Upload *self = user_data;
  SoupServerMessage *message = self->message;

  vitrail_service_repeat_scan (self->service);
  if (message != NULL) {
    vitrail_respond (self->service, message, self->route, &self->reply,
                     self->start_us);
    g_object_ref (message);
    leave (self);
    soup_server_message_unpause (message);
    g_object_unref (message);
  } else {
    leave (self);
  }
  upload_unref (self);
  return G_SOURCE_REMOVE;
}

static void
answer_job (gpointer data, gboolean cancelled)
{
  Upload *self = data;

  vitrail_stow_answer (self->stow, self->base, &self->reply);
  vitrail_listener_send (self->context, answered_cb, self);
}

/* On the store's thread, which has others to serve. */
static void
committed_cb (gpointer user_data)
{
  vitrail_pool_push (VITRAIL_PRIORITY_INTERACTIVE, answer_job, user_data, NULL);
}

/* --- on a worker --- */

static gboolean
resume_cb (gpointer user_data)
{
  Upload *self = user_data;

  if (self->is_paused && self->message != NULL) {
    self->is_paused = FALSE;
    soup_server_message_unpause (self->message);
  }
  upload_unref (self);
  return G_SOURCE_REMOVE;
}

typedef enum {
  NEXT_CHUNKS,
  NEXT_WAIT, /* for more */
  NEXT_END,
  NEXT_GIVE_UP,
} Next;

/* What there is to do; the chunks are moved to @chunks. */
static Next
take_next (Upload *self, GQueue *chunks)
{
  Next next = NEXT_CHUNKS;

  pthread_mutex_lock (&self->lock);
  if (g_cancellable_is_cancelled (self->gone))
    next = NEXT_GIVE_UP;
  else if (self->chunks.length == 0)
    next = self->has_ended ? NEXT_END : NEXT_WAIT;
  *chunks = self->chunks;
  g_queue_init (&self->chunks);
  self->queued = 0;
  if (next != NEXT_CHUNKS)
    self->is_working = FALSE;
  pthread_mutex_unlock (&self->lock);
  return next;
}

static void
push_chunks (Upload *self, GQueue *chunks)
{
  GBytes *chunk;
  gboolean fine = TRUE;

  while ((chunk = g_queue_pop_head (chunks)) != NULL) {
    fine = fine && !g_cancellable_is_cancelled (self->gone) &&
           vitrail_stow_push (self->stow, chunk);
    g_bytes_unref (chunk);
  }
  if (fine)
    return;
  pthread_mutex_lock (&self->lock);
  self->has_failed = TRUE;
  pthread_mutex_unlock (&self->lock);
}

static gboolean
gone_cb (gpointer user_data)
{
  leave (user_data);
  upload_unref (user_data);
  return G_SOURCE_REMOVE;
}

static void
work_job (gpointer data, gboolean cancelled)
{
  Upload *self = data;
  GQueue chunks;
  Next next;

  while ((next = take_next (self, &chunks)) == NEXT_CHUNKS) {
    push_chunks (self, &chunks);
    vitrail_listener_send (self->context, resume_cb, upload_ref (self));
  }
  g_queue_clear_full (&chunks, (GDestroyNotify) g_bytes_unref);
  if (next == NEXT_END && vitrail_stow_end (self->stow))
    vitrail_stow_commit (self->stow, committed_cb, upload_ref (self));
  else if (next == NEXT_END)
    answer_job (upload_ref (self), FALSE);
  if (next == NEXT_GIVE_UP) {
    /* While the list has it: the store is there as long as that. */
    g_clear_pointer (&self->stow, vitrail_stow_free);
    vitrail_listener_send (self->context, gone_cb, upload_ref (self));
  }
  upload_unref (self);
}

/* Hands it to a worker, unless one has it. */
static void
start_work_locked (Upload *self)
{
  if (self->is_working)
    return;
  self->is_working = TRUE;
  vitrail_pool_push (VITRAIL_PRIORITY_INTERACTIVE, work_job, upload_ref (self),
                     NULL);
}

/* --- what libsoup says --- */

/* Nobody waits any more. A worker frees what has come, which may be many files;
 * until then the list has it. */
static void
give_up (Upload *self)
{
  forget_message (self);
  if (g_cancellable_is_cancelled (self->gone))
    return;
  g_cancellable_cancel (self->gone);
  pthread_mutex_lock (&self->lock);
  start_work_locked (self);
  pthread_mutex_unlock (&self->lock);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Upload *self = user_data;

  pthread_mutex_lock (&self->lock);
  const gboolean has_ended = self->has_ended;
  pthread_mutex_unlock (&self->lock);
  if (!has_ended) {
    /* One that sends no more, or what is no body, may listen still. */
    vitrail_refuse_body_text (message, 400, "a body that ends too soon");
    give_up (self);
    return;
  }
  /* It is being stored: that goes on, and nobody hears of it. */
  g_signal_handler_disconnect (self->message, self->chunk_id);
  g_signal_handler_disconnect (self->message, self->finished_id);
  g_clear_object (&self->message);
}

/* The connection ends with what is wrong, before the body does. */
static void
refuse_rest (Upload *self)
{
  g_auto (VitrailReply) reply = { 0 };

  pthread_mutex_lock (&self->lock);
  const gboolean is_told = self->has_failed && !self->is_working;
  pthread_mutex_unlock (&self->lock);
  if (!is_told)
    return;
  vitrail_stow_answer (self->stow, self->base, &reply);
  vitrail_refuse_body (self->message, &reply);
}

static void
chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Upload *self = user_data;
  const gsize length = g_bytes_get_size (chunk);

  self->last_us = g_get_monotonic_time ();
  pthread_mutex_lock (&self->lock);
  const gboolean has_failed = self->has_failed;
  if (!has_failed) {
    g_queue_push_tail (&self->chunks, g_bytes_ref (chunk));
    self->queued += length;
    start_work_locked (self);
  }
  const gboolean is_full = self->queued > MAX_QUEUED;
  pthread_mutex_unlock (&self->lock);
  if (has_failed)
    self->discarded += length;
  if (self->discarded > MAX_DISCARDED) {
    refuse_rest (self);
    return;
  }
  if (!is_full || self->is_paused)
    return;
  self->is_paused = TRUE;
  soup_server_message_pause (message);
}

static gboolean
idle_cb (gpointer user_data)
{
  Upload *self = user_data;
  const gint64 idle_us = g_get_monotonic_time () - self->last_us;

  if (self->message == NULL || self->is_paused)
    return G_SOURCE_CONTINUE;
  if (idle_us > (gint64) IDLE_SECONDS * G_USEC_PER_SEC)
    vitrail_refuse_body_text (self->message, 408, "nothing came for a minute");
  else if (idle_us > (gint64) FAILED_SECONDS * G_USEC_PER_SEC)
    refuse_rest (self);
  return G_SOURCE_CONTINUE;
}

static Upload *
upload_new (VitrailService *service, SoupServerMessage *message)
{
  Upload *self = g_new0 (Upload, 1);

  g_atomic_ref_count_init (&self->ref_count);
  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->chunks);
  vitrail_reply_init (&self->reply);
  self->service = service;
  self->gone = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->message = g_object_ref (message);
  self->start_us = g_get_monotonic_time ();
  self->last_us = self->start_us;
  self->base = g_strdup_printf (
      "%s://%s/dicom-web", vitrail_service_get_scheme (service),
      soup_message_headers_get_one (
          soup_server_message_get_request_headers (message), "Host"));
  return self;
}

/* What is taken; else NULL, and @reply may say why not. */
static VitrailStow *
make_stow (SoupServerMessage *message,
           VitrailRequest *request,
           VitrailReply *reply)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  if (strcmp (soup_server_message_get_method (message), "POST") != 0 ||
      vitrail_router_match (path, request) != 200 ||
      !request->route->takes_store ||
      !vitrail_writing_check_store (message, request, reply))
    return NULL;
  if (n_uploads >= MAX_UPLOADS) {
    vitrail_reply_set_status_error (reply, 503, "too busy");
    return NULL;
  }
  return vitrail_stow_new (
      request->service->store,
      soup_message_headers_get_one (
          soup_server_message_get_request_headers (message), "Content-Type"),
      vitrail_request_get_value (request, "study"));
}

gboolean
vitrail_upload_begin (VitrailService *service,
                      SoupServerMessage *message,
                      VitrailReply *reply)
{
  VitrailRequest request = { .service = service };
  VitrailStow *stow = make_stow (message, &request, reply);

  if (stow == NULL)
    return FALSE;

  Upload *self = upload_new (service, message);
  self->route = request.route;
  self->stow = stow;
  soup_message_body_set_accumulate (
      soup_server_message_get_request_body (message), FALSE);
  self->chunk_id =
      g_signal_connect (message, "got-chunk", G_CALLBACK (chunk_cb), self);
  self->finished_id =
      g_signal_connect (message, "finished", G_CALLBACK (finished_cb), self);
  self->idle = g_timeout_source_new_seconds (1);
  g_source_set_callback (self->idle, idle_cb, self, NULL);
  g_source_attach (self->idle, self->context);
  g_object_set_data (G_OBJECT (message), DATA_KEY, self);
  uploads = g_list_prepend (uploads, self);
  self->is_listed = TRUE;
  n_uploads++;
  return TRUE;
}

gboolean
vitrail_upload_end (SoupServerMessage *message)
{
  Upload *self = g_object_get_data (G_OBJECT (message), DATA_KEY);

  if (self == NULL)
    return FALSE;
  stop_timer (self);
  self->is_paused = FALSE;
  soup_server_message_pause (message);
  pthread_mutex_lock (&self->lock);
  self->has_ended = TRUE;
  start_work_locked (self);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

void
vitrail_upload_give_up (void)
{
  GList *next;

  for (GList *l = uploads; l != NULL; l = next) {
    Upload *self = l->data;
    next = l->next;
    pthread_mutex_lock (&self->lock);
    const gboolean has_ended = self->has_ended;
    pthread_mutex_unlock (&self->lock);
    if (!has_ended)
      give_up (self);
  }
}

void
vitrail_upload_drain (void)
{
  vitrail_upload_give_up ();
  while (uploads != NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}
