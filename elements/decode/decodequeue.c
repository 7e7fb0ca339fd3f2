/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frames that dcmdecode has in flight: see decodequeue.h. */

#include "decode/decodequeue.h"

#include "codec/codec.h"
#include "decode/enlarge.h"
#include "error.h"
#include "framemeta.h"
#include "instancemeta.h"
#include "progressive.h"

#include <pthread.h>

#define BIG_ENDIAN_SYNTAX "1.2.840.10008.1.2.2"

/* One frame; held by the queue while it is in flight, and by its decode. */
typedef struct {
  gint ref_count;
  VitrailDecodeQueue *queue;
  GstBuffer *input;
  VitrailStoredFormat *format;
  GCancellable *cancellable;
  guint64 serial;
  gboolean takes_previews;
  /* Guarded by the queue's lock. */
  gboolean is_done;
  VitrailFrame *frame;
  GError *error;
} Job;

struct _VitrailDecodeQueue {
  gint ref_count;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. */
  gboolean flushing;
  gboolean newest;
  GQueue jobs;             /* in flight, oldest first */
  Job *waiting;            /* newest: starts when another is finished */
  Job *ready;              /* newest: finished, not yet popped */
  VitrailDecoded *preview; /* newest: of a job in flight, not yet popped */
  guint64 preview_serial;
  guint64 last_serial;
  gboolean is_idle; /* newest: the popper waits for more */
  GCancellable *cancellable;
};

static void start (Job *job);

VitrailStoredFormat *
vitrail_stored_format_new (const VitrailPixelFormat *format,
                           const char *transfer_syntax)
{
  VitrailStoredFormat *self = g_atomic_rc_box_new0 (VitrailStoredFormat);

  self->format = *format;
  self->transfer_syntax = g_strdup (transfer_syntax);
  return self;
}

static void
stored_format_clear (gpointer data)
{
  VitrailStoredFormat *self = data;

  g_free (self->transfer_syntax);
}

void
vitrail_stored_format_unref (VitrailStoredFormat *self)
{
  g_atomic_rc_box_release_full (self, stored_format_clear);
}

void
vitrail_decoded_free (VitrailDecoded *self)
{
  gst_clear_buffer (&self->input);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
job_unref (Job *job)
{
  if (!g_atomic_int_dec_and_test (&job->ref_count))
    return;
  gst_clear_buffer (&job->input);
  vitrail_stored_format_unref (job->format);
  g_clear_pointer (&job->frame, vitrail_frame_unref);
  g_clear_error (&job->error);
  g_object_unref (job->cancellable);
  vitrail_decode_queue_unref (job->queue);
  g_free (job);
}

/* Ends the queue's hold on @job. */
static VitrailDecoded *
take_result (Job *job)
{
  VitrailDecoded *decoded = g_new0 (VitrailDecoded, 1);

  decoded->input = gst_buffer_ref (job->input);
  decoded->frame = g_steal_pointer (&job->frame);
  decoded->error = g_steal_pointer (&job->error);
  job_unref (job);
  return decoded;
}

VitrailDecodeQueue *
vitrail_decode_queue_new (void)
{
  VitrailDecodeQueue *self = g_new0 (VitrailDecodeQueue, 1);

  self->ref_count = 1;
  self->flushing = TRUE;
  g_queue_init (&self->jobs);
  self->cancellable = g_cancellable_new ();
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  return self;
}

void
vitrail_decode_queue_unref (VitrailDecodeQueue *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_object_unref (self->cancellable);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
  g_free (self);
}

/* What is left, for the caller to drop outside of the lock. */
static GQueue
steal_locked (VitrailDecodeQueue *self)
{
  GQueue stolen = self->jobs;

  g_clear_pointer (&self->preview, vitrail_decoded_free);
  g_queue_init (&self->jobs);
  if (self->waiting != NULL)
    g_queue_push_tail (&stolen, g_steal_pointer (&self->waiting));
  if (self->ready != NULL)
    g_queue_push_tail (&stolen, g_steal_pointer (&self->ready));
  return stolen;
}

static void
drop_all (VitrailDecodeQueue *self)
{
  GCancellable *fresh = g_cancellable_new ();

  pthread_mutex_lock (&self->lock);
  GQueue dropped = steal_locked (self);
  GCancellable *old = self->cancellable;
  self->cancellable = fresh;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);

  g_cancellable_cancel (old);
  g_object_unref (old);
  g_queue_clear_full (&dropped, (GDestroyNotify) job_unref);
}

void
vitrail_decode_queue_set_flushing (VitrailDecodeQueue *self, gboolean flushing)
{
  pthread_mutex_lock (&self->lock);
  self->flushing = flushing;
  self->is_idle = TRUE;
  pthread_mutex_unlock (&self->lock);
  drop_all (self);
}

void
vitrail_decode_queue_set_newest (VitrailDecodeQueue *self, gboolean newest)
{
  pthread_mutex_lock (&self->lock);
  self->newest = newest;
  pthread_mutex_unlock (&self->lock);
}

/* Newest first: @job leaves the row; it is kept only if nothing newer is
 * finished. The waiting one, if any, takes its place and is to be started: the
 * caller's reference. */
static Job *
finish_newest_locked (VitrailDecodeQueue *self, Job *job, Job **dropped)
{
  if (self->preview != NULL && self->preview_serial <= job->serial)
    g_clear_pointer (&self->preview, vitrail_decoded_free);
  *dropped = job;
  if (job->serial > self->last_serial &&
      (self->ready == NULL || job->serial > self->ready->serial))
  {
    *dropped = self->ready;
    self->ready = job;
  }
  Job *next = g_steal_pointer (&self->waiting);
  if (next != NULL) {
    g_queue_push_tail (&self->jobs, next);
    g_atomic_int_inc (&next->ref_count);
  }
  return next;
}

/* On a worker, or inside of the request. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by the frames pushed meanwhile */
ready_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  Job *job = user_data;
  VitrailDecodeQueue *self = job->queue;
  Job *next = NULL;
  Job *dropped = NULL;

  pthread_mutex_lock (&self->lock);
  job->is_done = TRUE;
  job->frame = frame != NULL ? vitrail_frame_ref (frame) : NULL;
  job->error = error != NULL ? g_error_copy (error) : NULL;
  GList *link = self->newest ? g_queue_find (&self->jobs, job) : NULL;
  if (link != NULL) {
    g_queue_delete_link (&self->jobs, link);
    next = finish_newest_locked (self, job, &dropped);
  }
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);

  g_clear_pointer (&dropped, job_unref);
  if (next != NULL) {
    start (next);
    job_unref (next);
  }
  job_unref (job);
}

/* Newest first: a job of which there is a picture, but not the last one, stays
 * in the row. What is older is not shown after it. */
static void
offer_preview_locked (VitrailDecodeQueue *self, Job *job, VitrailFrame *frame)
{
  if (!self->newest || job->is_done || self->flushing ||
      job->serial <= self->last_serial ||
      (self->ready != NULL && self->ready->serial >= job->serial) ||
      (self->preview != NULL && self->preview_serial > job->serial) ||
      g_queue_find (&self->jobs, job) == NULL)
    return;
  g_clear_pointer (&self->preview, vitrail_decoded_free);
  self->preview = g_new0 (VitrailDecoded, 1);
  self->preview->input = gst_buffer_ref (job->input);
  self->preview->frame = vitrail_frame_ref (frame);
  self->preview_serial = job->serial;
  pthread_cond_broadcast (&self->changed);
}

/* On a worker. */
static void
preview_cb (VitrailFrame *frame, gpointer user_data)
{
  Job *job = user_data;
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (job->input);
  g_autoptr (VitrailFrame) large =
      vitrail_frame_enlarge (frame, meta != NULL ? meta->info : NULL,
                             job->format->format.width,
                             job->format->format.height);

  if (large == NULL)
    return;
  pthread_mutex_lock (&job->queue->lock);
  offer_preview_locked (job->queue, job, large);
  pthread_mutex_unlock (&job->queue->lock);
}

/* Bytes that stay as long as they are needed, without a copy. */
typedef struct {
  GstBuffer *buffer;
  GstMapInfo map;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  gst_buffer_unmap (mapping->buffer, &mapping->map);
  gst_buffer_unref (mapping->buffer);
  g_free (mapping);
}

static GBytes *
map_buffer (GstBuffer *buffer)
{
  Mapping *mapping = g_new0 (Mapping, 1);

  mapping->buffer = gst_buffer_ref (buffer);
  if (!gst_buffer_map (buffer, &mapping->map, GST_MAP_READ)) {
    gst_buffer_unref (mapping->buffer);
    g_free (mapping);
    return g_bytes_new (NULL, 0);
  }
  return g_bytes_new_with_free_func (mapping->map.data, mapping->map.size,
                                     mapping_free, mapping);
}

/* What its data set, where there is one at hand, says of the bits beside the
 * values. */
static void
take_overlays (const Job *job, VitrailFrame *frame)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (job->input);

  if (meta != NULL && meta->info != NULL)
    frame->overlays =
        vitrail_overlays_new_embedded (meta->info->data_set, frame, "stream");
}

static VitrailFrame *
decode_bytes (Job *job, GError **error)
{
  const char *transfer_syntax = job->format->transfer_syntax;
  const VitrailCodec *codec = vitrail_codec_find (transfer_syntax);

  if (codec == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "stream: no codec for transfer syntax %s", transfer_syntax);
    return NULL;
  }
  g_autoptr (GBytes) bytes = map_buffer (job->input);
  VitrailCodecInput input = { .format = job->format->format,
                              .bytes = bytes,
                              .name = "stream" };
  gsize length = 0;
  input.data = g_bytes_get_data (bytes, &length);
  input.length = length;
  input.big_endian = g_str_equal (transfer_syntax, BIG_ENDIAN_SYNTAX);
  /* People count from 1. */
  input.frame = GST_BUFFER_OFFSET_IS_VALID (job->input)
                    ? (guint) GST_BUFFER_OFFSET (job->input) + 1
                    : (guint) job->serial;
  VitrailFrame *frame = codec->decode (&input, error);
  if (frame == NULL)
    return NULL;
  take_overlays (job, frame);
  frame = vitrail_frame_normalize (frame);
  if (frame == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "stream: frame %u: no memory", input.frame);
  return frame;
}

static void
decode_cb (gpointer data, gboolean cancelled)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame =
      cancelled ? NULL : decode_bytes (data, &error);

  ready_cb (frame, error, data);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by the frames pushed meanwhile */
request (Job *job, const VitrailInstanceMeta *meta)
{
  const VitrailProgressiveRequest wish = {
    .instance = meta->instance,
    .frame = meta->frame,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
    .cancellable = job->cancellable,
    .preview = job->takes_previews ? preview_cb : NULL,
    .ready = ready_cb,
    .user_data = job,
  };

  vitrail_progressive_request (vitrail_frame_store_get_default (), &wish);
}

/* Hands @job over to whoever decodes it. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by the frames pushed meanwhile */
start (Job *job)
{
  const VitrailInstanceMeta *meta =
      vitrail_buffer_get_instance_meta (job->input);

  g_atomic_int_inc (&job->ref_count);
  if (GST_BUFFER_FLAG_IS_SET (job->input, GST_BUFFER_FLAG_CORRUPTED))
    ready_cb (NULL, NULL, job);
  else if (meta != NULL)
    request (job, meta);
  else
    vitrail_pool_push (VITRAIL_PRIORITY_INTERACTIVE, decode_cb, job,
                       job->cancellable);
}

/* Whether @job is to be started now; @dropped: what it took the place of. */
static gboolean
enqueue_locked (VitrailDecodeQueue *self, Job *job, Job **dropped)
{
  if (self->flushing) {
    *dropped = job;
    return FALSE;
  }
  if (self->newest && self->jobs.length >= vitrail_pool_get_n_workers ()) {
    *dropped = self->waiting;
    self->waiting = job;
    return FALSE;
  }
  g_queue_push_tail (&self->jobs, job);
  g_atomic_int_inc (&job->ref_count);
  return TRUE;
}

void
vitrail_decode_queue_push (VitrailDecodeQueue *self,
                           GstBuffer *buffer,
                           VitrailStoredFormat *format)
{
  static guint64 serial;
  Job *job = g_new0 (Job, 1);
  Job *dropped = NULL;

  g_atomic_int_inc (&self->ref_count);
  job->ref_count = 1;
  job->queue = self;
  job->input = buffer;
  job->format = g_atomic_rc_box_acquire (format);
  pthread_mutex_lock (&self->lock);
  job->cancellable = g_object_ref (self->cancellable);
  job->serial = __atomic_add_fetch (&serial, 1, __ATOMIC_RELAXED);
  job->takes_previews = self->newest;
  gboolean is_started = enqueue_locked (self, job, &dropped);
  pthread_mutex_unlock (&self->lock);

  g_clear_pointer (&dropped, job_unref);
  if (!is_started)
    return;
  start (job);
  job_unref (job);
}

VitrailDecoded *
vitrail_decode_queue_pop_oldest (VitrailDecodeQueue *self, guint most)
{
  VitrailDecoded *decoded = NULL;

  pthread_mutex_lock (&self->lock);
  Job *job = g_queue_peek_head (&self->jobs);
  while (job != NULL && !job->is_done && self->jobs.length > most) {
    pthread_cond_wait (&self->changed, &self->lock);
    job = g_queue_peek_head (&self->jobs);
  }
  if (job != NULL && job->is_done)
    decoded = take_result (g_queue_pop_head (&self->jobs));
  pthread_mutex_unlock (&self->lock);
  return decoded;
}

VitrailDecoded *
vitrail_decode_queue_pop_newest (VitrailDecodeQueue *self)
{
  VitrailDecoded *decoded = NULL;

  pthread_mutex_lock (&self->lock);
  self->is_idle = TRUE;
  pthread_cond_broadcast (&self->changed);
  while (self->ready == NULL && self->preview == NULL && !self->flushing)
    pthread_cond_wait (&self->changed, &self->lock);
  if (self->ready == NULL && self->preview != NULL) {
    self->is_idle = FALSE;
    self->last_serial = self->preview_serial - 1;
    decoded = g_steal_pointer (&self->preview);
  } else if (self->ready != NULL) {
    self->is_idle = FALSE;
    self->last_serial = self->ready->serial;
    decoded = take_result (g_steal_pointer (&self->ready));
  }
  pthread_mutex_unlock (&self->lock);
  return decoded;
}

static gboolean
is_empty_locked (const VitrailDecodeQueue *self)
{
  return self->jobs.length == 0 && self->waiting == NULL &&
         self->ready == NULL && self->preview == NULL;
}

void
vitrail_decode_queue_wait_idle (VitrailDecodeQueue *self, gboolean drop)
{
  if (drop)
    drop_all (self);
  pthread_mutex_lock (&self->lock);
  while (!self->flushing && !(self->is_idle && is_empty_locked (self)))
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
}
