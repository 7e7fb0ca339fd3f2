/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies in the making: see streaming.h. */

#include "streaming.h"

#include "listener.h"
#include "pool.h"
#include "slide/dicomizefile.h"

/* Of one chunk, unless a frame is longer. */
#define CHUNK_BYTES 262144u

/* An instance that comes before a part. */
typedef struct {
  guint before;
  VitrailDicomizedInstance *instance;
} InstancePart;

/* One body on its way. While a worker makes the next chunk, all but @message,
 * the ids and @is_gone is the worker's. */
typedef struct {
  SoupServerMessage *message;
  GMainContext *context; /* of the thread that sends it */
  gulong wrote_id;
  gulong finished_id;
  gboolean is_gone;
  gboolean is_working;
  GCancellable *cancellable;

  GPtrArray *parts;     /* GBytes */
  GPtrArray *instances; /* InstancePart */
  guint part;
  guint instance;
  guint frame; /* of the instance: the next; 0: its head */
  GBytes *chunk;
  GError *error;
} Streaming;

/* Of this thread, which listens; its connections may go without their messages'
 * word. */
static _Thread_local guint n_working;
static _Thread_local gboolean is_ending;

static void
instance_part_free (gpointer data)
{
  InstancePart *self = data;

  g_object_unref (self->instance);
  g_free (self);
}

void
vitrail_reply_add_instance (VitrailReply *reply,
                            VitrailDicomizedInstance *instance)
{
  InstancePart *part = g_new0 (InstancePart, 1);

  if (reply->parts == NULL)
    reply->parts =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (reply->instances == NULL)
    reply->instances = g_ptr_array_new_with_free_func (instance_part_free);
  part->before = reply->parts->len;
  part->instance = g_object_ref (instance);
  g_ptr_array_add (reply->instances, part);
}

static void
streaming_free (Streaming *self)
{
  g_object_unref (self->message);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->instances);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self);
}

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

/* Frames from the next on, and what ends the instance after the last. */
static GBytes *
make_frames (Streaming *self, VitrailDicomizedInstance *instance)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (2 * CHUNK_BYTES);
  guint n = vitrail_instance_get_n_frames (VITRAIL_INSTANCE (instance));

  while (self->frame <= n && out->len < CHUNK_BYTES) {
    g_autoptr (GBytes) frame =
        vitrail_instance_load_frame (VITRAIL_INSTANCE (instance), self->frame,
                                     self->cancellable, &self->error);
    if (frame == NULL)
      return NULL;
    add_frame (out, frame);
    self->frame++;
  }
  if (self->frame > n) {
    g_byte_array_append (out, vitrail_sequence_tail,
                         VITRAIL_SEQUENCE_TAIL_BYTES);
    self->frame = 0;
    self->instance++;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* The next chunk; NULL at the end, or with self->error. */
static GBytes *
make_chunk (Streaming *self)
{
  if (self->instance < self->instances->len) {
    InstancePart *part = g_ptr_array_index (self->instances, self->instance);
    if (part->before == self->part && self->frame > 0)
      return make_frames (self, part->instance);
    if (part->before == self->part) {
      self->frame = 1;
      return vitrail_dicomized_ref_head (
          vitrail_dicomized_instance_get_dicomized (part->instance),
          vitrail_dicomized_instance_get_index (part->instance),
          VITRAIL_OFFSETS_NONE, &self->error);
    }
  }
  return self->part < self->parts->len
             ? g_bytes_ref (g_ptr_array_index (self->parts, self->part++))
             : NULL;
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
  if (self->error != NULL)
    break_off (self);
  else if (self->chunk != NULL)
    soup_message_body_append_bytes (body, self->chunk);
  else
    soup_message_body_complete (body);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  soup_server_message_unpause (self->message);
  return G_SOURCE_REMOVE;
}

/* On a worker. */
static void
make_job (gpointer data, gboolean cancelled)
{
  Streaming *self = data;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    self->chunk = make_chunk (self);
  vitrail_listener_send (self->context, made_cb, self);
}

static void
make_next (Streaming *self)
{
  if (self->is_working)
    return;
  self->is_working = TRUE;
  n_working++;
  vitrail_pool_push (VITRAIL_PRIORITY_PREFETCH, make_job, self, NULL);
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
vitrail_streaming_start (SoupServerMessage *message, const VitrailReply *reply)
{
  Streaming *self = g_new0 (Streaming, 1);

  self->message = g_object_ref (message);
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->parts = g_ptr_array_ref (reply->parts);
  self->instances = g_ptr_array_ref (reply->instances);
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
