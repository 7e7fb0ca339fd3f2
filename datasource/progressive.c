/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One frame, from its first bytes to its last: see progressive.h. Bytes come on
 * the network's thread, pictures are made of them on the pool; one step follows
 * the other, so that a better picture never comes before a worse one. */

#include "progressive.h"

#include "codec/codec.h"

#include <pthread.h>

/* The first picture takes no more, so that it comes at once; and no less, since
 * the way there and back takes as long as these bytes. */
#define MIN_FIRST_BYTES ((gsize) 16 * 1024)
#define MAX_FIRST_BYTES ((gsize) 64 * 1024)

/* Headers of a code stream. */
#define HEADER_BYTES 1024

/* Each step has so many times the bytes of the one before: one resolution. */
#define STEP 4

typedef struct {
  VitrailFrameStore *store;
  VitrailProgressiveRequest wish; /* holds instance and cancellable */
  /* Of one step at a time. */
  gsize n_bytes;
  gsize expected; /* of all of the frame, by its header */
  VitrailPixelFormat format;
  GBytes *bytes;
  gboolean is_whole;
  VitrailFrame *shown; /* the last preview, or NULL */
} Progress;

static void
progress_free (Progress *self)
{
  g_object_unref (self->wish.instance);
  g_clear_object (&self->wish.cancellable);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->shown, vitrail_frame_unref);
  g_free (self);
}

gboolean
vitrail_frame_is_better (const VitrailFrame *a, const VitrailFrame *b)
{
  if (a->reduce != b->reduce)
    return a->reduce < b->reduce;
  if (a->preview_bytes == 0 || b->preview_bytes == 0)
    return a->preview_bytes == 0 && b->preview_bytes > 0;
  return a->preview_bytes > b->preview_bytes;
}

static void
ask_store (VitrailFrameStore *store, const VitrailProgressiveRequest *wish)
{
  vitrail_frame_store_request (store, wish->instance, wish->frame, wish->reduce,
                               wish->priority, wish->cancellable, wish->ready,
                               wish->user_data);
}

/* The whole frame, as any other. */
static void
ask_whole (Progress *self)
{
  ask_store (self->store, &self->wish);
  progress_free (self);
}

static gboolean
is_enough (const Progress *self, const VitrailFrame *frame)
{
  return frame->reduce <= self->wish.reduce && frame->preview_bytes == 0;
}

/* --- what pictures take --- */

/* So many kinds are remembered, a little more than was of use the last times.
 */
#define N_LEARNED 32
#define SLACK     12

typedef struct {
  VitrailPixelFormat format; /* of all of the frame */
  guint reduce;
  gsize n_bytes;
} Learned;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. */
static Learned learned[N_LEARNED];
static guint next_learned;

static Learned *
find_learned_locked (const VitrailPixelFormat *format, guint reduce)
{
  for (guint i = 0; i < N_LEARNED; i++) {
    const VitrailPixelFormat *known = &learned[i].format;
    if (learned[i].reduce == reduce && known->width == format->width &&
        known->height == format->height && known->samples == format->samples &&
        known->bits_stored == format->bits_stored)
      return &learned[i];
  }
  return NULL;
}

/* Upwards at once, downwards slowly: once too little costs a way there and
 * back. */
static void
learn_locked (const VitrailPixelFormat *format, guint reduce, gsize used)
{
  Learned *known = find_learned_locked (format, reduce);
  const gsize n_bytes = used + used / SLACK;

  if (known == NULL) {
    known = &learned[next_learned++ % N_LEARNED];
    *known = (Learned){ *format, reduce, n_bytes };
  }
  known->n_bytes = MAX (n_bytes, known->n_bytes - known->n_bytes / 64);
}

static void
learn (const Progress *self, const VitrailFrame *frame)
{
  pthread_mutex_lock (&lock);
  for (guint r = 1; r < VITRAIL_FRAME_BEGINNINGS; r++)
    if (frame->beginnings[r] > 0)
      learn_locked (&self->format, r, frame->beginnings[r]);
  pthread_mutex_unlock (&lock);
}

/* 0: not known yet. */
static gsize
recall (const Progress *self)
{
  pthread_mutex_lock (&lock);
  const Learned *known = find_learned_locked (&self->format, self->wish.reduce);
  const gsize n_bytes = known != NULL ? known->n_bytes : 0;
  pthread_mutex_unlock (&lock);
  return n_bytes;
}

/* --- steps --- */

static void
finish (Progress *self, VitrailFrame *frame)
{
  vitrail_frame_store_keep (self->store, self->wish.instance, self->wish.frame,
                            frame);
  self->wish.ready (frame, NULL, self->wish.user_data);
  progress_free (self);
}

static void
show (Progress *self, VitrailFrame *frame)
{
  if (self->shown != NULL && !vitrail_frame_is_better (frame, self->shown))
    return;
  g_clear_pointer (&self->shown, vitrail_frame_unref);
  self->shown = vitrail_frame_ref (frame);
  if (self->wish.preview != NULL)
    self->wish.preview (frame, self->wish.user_data);
}

/* Takes so many bytes more that the next picture is a better one; at last, all:
 * pictures that come soon after each other are no use. */
static void
plan_more (Progress *self)
{
  self->n_bytes *= STEP;
  if (self->n_bytes > self->expected / STEP)
    self->n_bytes = G_MAXSSIZE;
}

static void take_step (Progress *self);

static VitrailFrame *
decode (const Progress *self)
{
  VitrailFrame *coded =
      vitrail_instance_decode_beginning (self->wish.instance, self->wish.frame,
                                         self->bytes, self->wish.reduce, NULL);

  return coded != NULL ? vitrail_frame_normalize (coded) : NULL;
}

static void
decode_cb (gpointer data, gboolean cancelled)
{
  Progress *self = data;
  g_autoptr (VitrailFrame) frame = cancelled ? NULL : decode (self);

  if (frame != NULL)
    learn (self, frame);
  if (frame != NULL && is_enough (self, frame)) {
    finish (self, frame);
    return;
  }
  /* Why it does not decode, or that nobody wants it, the store says. */
  if (cancelled || self->is_whole) {
    ask_whole (self);
    return;
  }
  if (frame != NULL)
    show (self, frame);
  /* A server that sends less than it is asked for would be asked for ever. */
  if (g_bytes_get_size (self->bytes) < self->n_bytes) {
    ask_whole (self);
    return;
  }
  plan_more (self);
  take_step (self);
}

static void
loaded_cb (GBytes *bytes,
           gboolean is_whole,
           const GError *error,
           gpointer user_data)
{
  Progress *self = user_data;

  if (error != NULL) {
    ask_whole (self);
    return;
  }
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = g_bytes_ref (bytes);
  self->is_whole = is_whole;
  vitrail_pool_push (self->wish.priority, decode_cb, self,
                     self->wish.cancellable);
}

static void
take_step (Progress *self)
{
  if (!vitrail_instance_load_beginning (self->wish.instance, self->wish.frame,
                                        self->n_bytes, self->wish.priority,
                                        self->wish.cancellable, loaded_cb,
                                        self))
    ask_whole (self);
}

/* Bytes that a picture of @reduce takes: what its samples have as they are, for
 * few of them are coded to less. */
static void
plan_first (Progress *self)
{
  const VitrailPixelFormat *format = &self->format;
  const gsize known = recall (self);
  const gsize bits = (gsize) format->width * format->height * format->samples *
                     format->bits_stored;

  self->expected = bits / 8;
  if (known > 0)
    self->n_bytes = known;
  else if (self->wish.reduce > 0)
    self->n_bytes =
        HEADER_BYTES + (bits >> (2 * MIN (self->wish.reduce, 15))) / 8;
  else
    self->n_bytes =
        CLAMP (self->expected / 16, MIN_FIRST_BYTES, MAX_FIRST_BYTES);
}

void
vitrail_progressive_request (VitrailFrameStore *store,
                             const VitrailProgressiveRequest *request)
{
  g_autoptr (VitrailFrame) kept =
      vitrail_frame_store_peek (store, request->instance, request->frame,
                                request->reduce);
  VitrailPixelFormat format;

  if (kept != NULL || !vitrail_instance_takes_beginnings (request->instance) ||
      (request->reduce == 0 && request->preview == NULL) ||
      !vitrail_instance_get_pixel_format (request->instance, &format, NULL))
  {
    ask_store (store, request);
    return;
  }
  Progress *self = g_new0 (Progress, 1);
  self->store = store;
  self->wish = *request;
  g_object_ref (self->wish.instance);
  if (self->wish.cancellable != NULL)
    g_object_ref (self->wish.cancellable);
  self->format = format;
  plan_first (self);
  take_step (self);
}
