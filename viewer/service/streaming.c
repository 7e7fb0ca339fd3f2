/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies in the making: see streaming.h. */

#include "streaming.h"

#include "listener.h"
#include "slide/dicomizefile.h"
#include "waiting.h"

/* Of one chunk, unless a frame is longer. */
#define CHUNK_BYTES 262144u

/* What is made and comes before a part. */
typedef struct {
  guint before;
  VitrailMakeChunks make;
  gpointer data;
  GDestroyNotify destroy;
} MadePart;

/* One body on its way. While a worker makes the next chunks, all but @message,
 * the ids and @is_gone is the worker's. */
typedef struct {
  const VitrailService *service;
  SoupServerMessage *message;
  GMainContext *context; /* of the thread that sends it */
  gulong wrote_id;
  gulong finished_id;
  gboolean is_gone;
  gboolean is_working;
  GCancellable *cancellable;

  GPtrArray *parts; /* GBytes */
  GPtrArray *made;  /* MadePart */
  guint part;
  guint made_part;
  guint step;    /* of the made part: the next */
  GQueue chunks; /* GBytes: made, not yet sent */
  GError *error;
} Streaming;

/* Of this thread, which listens; its connections may go without their messages'
 * word. */
static _Thread_local guint n_working;
static _Thread_local gboolean is_ending;

static void
made_part_free (gpointer data)
{
  MadePart *self = data;

  self->destroy (self->data);
  g_free (self);
}

void
vitrail_reply_add_made (VitrailReply *reply,
                        VitrailMakeChunks make,
                        gpointer data,
                        GDestroyNotify destroy)
{
  MadePart *part = g_new0 (MadePart, 1);

  if (reply->parts == NULL)
    reply->parts =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (reply->made == NULL)
    reply->made = g_ptr_array_new_with_free_func (made_part_free);
  part->before = reply->parts->len;
  part->make = make;
  part->data = data;
  part->destroy = destroy;
  g_ptr_array_add (reply->made, part);
}

static void
streaming_free (Streaming *self)
{
  g_object_unref (self->message);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->made);
  g_queue_clear_full (&self->chunks, (GDestroyNotify) g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- instances that slides become --- */

static void
add_frame (GByteArray *out, GBytes *frame)
{
  static const guint8 padding = 0;
  guint8 head[VITRAIL_ITEM_HEAD_BYTES];
  gsize length;
  const guint8 *data = g_bytes_get_data (frame, &length);

  vitrail_item_head_write (head, length);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data, (guint) length);
  g_byte_array_append (out, &padding, length & 1);
}

/* Frames from *@frame on, and what ends the instance after the last. */
static gboolean
make_frames (VitrailInstance *instance,
             guint *frame,
             GQueue *chunks,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (2 * CHUNK_BYTES);
  const guint n = vitrail_instance_get_n_frames (instance);

  while (*frame <= n && out->len < CHUNK_BYTES) {
    g_autoptr (GBytes) bytes =
        vitrail_instance_load_frame (instance, *frame, cancellable, error);
    if (bytes == NULL)
      return FALSE;
    add_frame (out, bytes);
    ++*frame;
  }
  if (*frame > n) {
    g_byte_array_append (out, vitrail_sequence_tail,
                         VITRAIL_SEQUENCE_TAIL_BYTES);
    *frame = 0;
  }
  g_queue_push_tail (chunks,
                     g_byte_array_free_to_bytes (g_steal_pointer (&out)));
  return TRUE;
}

/* Its head, then its frames. */
static gboolean
make_instance (gpointer data,
               guint *step,
               GQueue *chunks,
               GCancellable *cancellable,
               GError **error)
{
  VitrailDicomizedInstance *instance = data;

  if (*step > 0)
    return make_frames (data, step, chunks, cancellable, error);
  GBytes *head = vitrail_dicomized_ref_head (
      vitrail_dicomized_instance_get_dicomized (instance),
      vitrail_dicomized_instance_get_index (instance), VITRAIL_OFFSETS_NONE,
      error);
  if (head == NULL)
    return FALSE;
  g_queue_push_tail (chunks, head);
  *step = 1;
  return TRUE;
}

void
vitrail_reply_add_instance (VitrailReply *reply,
                            VitrailDicomizedInstance *instance)
{
  vitrail_reply_add_made (reply, make_instance, g_object_ref (instance),
                          g_object_unref);
}

/* --- sending --- */

/* libsoup takes none that are empty. */
static void
drop_empty (GQueue *chunks)
{
  while (chunks->length > 0 &&
         g_bytes_get_size (g_queue_peek_head (chunks)) == 0)
    g_bytes_unref (g_queue_pop_head (chunks));
}

static gboolean
make_some (Streaming *self)
{
  const MadePart *made = self->made_part < self->made->len
                             ? g_ptr_array_index (self->made, self->made_part)
                             : NULL;

  if (made == NULL || made->before != self->part) {
    g_queue_push_tail (&self->chunks,
                       g_bytes_ref (
                           g_ptr_array_index (self->parts, self->part++)));
    return TRUE;
  }
  if (!made->make (made->data, &self->step, &self->chunks, self->cancellable,
                   &self->error))
    return FALSE;
  self->made_part += self->step == 0;
  return TRUE;
}

/* The next chunks; none at the end, or with self->error. */
static void
make_chunks (Streaming *self)
{
  gboolean fine = TRUE;

  while (fine && self->chunks.length == 0 &&
         (self->part < self->parts->len || self->made_part < self->made->len))
  {
    fine = make_some (self);
    drop_empty (&self->chunks);
  }
}

/* What has begun cannot be called an error any more: the client sees that the
 * last chunk is missing. */
static void
break_off (Streaming *self)
{
  g_message ("%s", self->error->message);
  g_socket_shutdown (soup_server_message_get_socket (self->message), TRUE, TRUE,
                     NULL);
}

/* The message has nothing to say to us any more. */
static void
forget (Streaming *self)
{
  g_signal_handler_disconnect (self->message, self->wrote_id);
  g_signal_handler_disconnect (self->message, self->finished_id);
  self->is_gone = TRUE;
}

/* Back on the listening thread. */
static gboolean
made_cb (gpointer user_data)
{
  Streaming *self = user_data;

  n_working--;
  self->is_working = FALSE;
  if (is_ending && !self->is_gone)
    forget (self);
  if (self->is_gone) {
    streaming_free (self);
    return G_SOURCE_REMOVE;
  }
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  g_autoptr (GBytes) chunk = g_queue_pop_head (&self->chunks);
  drop_empty (&self->chunks);
  if (self->error != NULL)
    break_off (self);
  else if (chunk != NULL)
    soup_message_body_append_bytes (body, chunk);
  else
    soup_message_body_complete (body);
  soup_server_message_unpause (self->message);
  return G_SOURCE_REMOVE;
}

/* On a worker. */
static void
make_job (gpointer data, gboolean cancelled)
{
  Streaming *self = data;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    make_chunks (self);
  vitrail_listener_send (self->context, made_cb, self);
}

static void
make_next (Streaming *self)
{
  if (self->is_working)
    return;
  self->is_working = TRUE;
  n_working++;
  if (self->chunks.length > 0)
    vitrail_listener_send (self->context, made_cb, self);
  else
    vitrail_waiting_push (self->service, VITRAIL_PRIORITY_PREFETCH, make_job,
                          self, NULL);
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  make_next (user_data);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Streaming *self = user_data;

  forget (self);
  g_cancellable_cancel (self->cancellable);
  if (!self->is_working)
    streaming_free (self);
}

void
vitrail_streaming_start (const VitrailService *service,
                         SoupServerMessage *message,
                         const VitrailReply *reply)
{
  Streaming *self = g_new0 (Streaming, 1);

  self->service = service;
  self->message = g_object_ref (message);
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->parts = g_ptr_array_ref (reply->parts);
  self->made = g_ptr_array_ref (reply->made);
  g_queue_init (&self->chunks);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (
                                         message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (
      soup_server_message_get_response_body (message), FALSE);
  self->wrote_id = g_signal_connect (message, "wrote-chunk",
                                     G_CALLBACK (wrote_chunk_cb), self);
  self->finished_id =
      g_signal_connect (message, "finished", G_CALLBACK (finished_cb), self);
  make_next (self);
}

void
vitrail_streaming_drain (void)
{
  is_ending = TRUE;
  while (n_working > 0)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  is_ending = FALSE;
}
