/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames under way, each asked for once however many wait for it: see frames.h.
 * A flight ends when its last waiter is cancelled, unless it was wanted
 * beforehand. Nobody is called under the lock. */

#include "dicomweb/client.h"
#include "dicomweb/frameanswer.h"
#include "error.h"

#include <pthread.h>

/* The last frames, for who decodes one twice: bytes and number. */
#define MAX_RECENT_BYTES ((gsize) 32 * 1024 * 1024)
#define MAX_RECENT       256u
/* Beside the frame: headers of parts. */
#define ENVELOPE_BYTES 65536

/* One frame under way. */
typedef struct {
  GList *waiters; /* this and below: guarded by lock; of Waiter, newest first */
  gboolean is_wanted; /* beforehand: goes on without anyone who waits */
  VitrailWebPriority priority;
  char *key;
  char *transfer_syntax; /* asked for, then had */
  GBytes *bytes;
  /* Constant. */
  VitrailWebFrame frame; /* with its own texts */
  GCancellable *cancellable;
  guint step;    /* a VitrailAsk: this and how many were tried are the */
  guint n_steps; /* client's thread's */
} Flight;

/* Somebody who waits for one: held by the flight and by the cancellable. */
typedef struct {
  gint ref_count; /* atomic */
  Flight *flight; /* guarded by lock: NULL before it joins and once answered */
  gboolean is_cancelled; /* guarded by lock */
  GCancellable *cancellable;
  gulong id;
  VitrailWebFrameReady ready;
  gpointer user_data;
} Waiter;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. Key -> Flight: under way, or among the last. */
static GHashTable *flights;
static GQueue recent; /* Flight, done, the last first */
static gsize recent_bytes;

static void
flight_free (Flight *self)
{
  g_free (self->key);
  g_free (self->transfer_syntax);
  g_free ((gpointer) (guintptr) self->frame.url);
  g_free ((gpointer) (guintptr) self->frame.what);
  g_free ((gpointer) (guintptr) self->frame.transfer_syntax);
  g_free ((gpointer) (guintptr) self->frame.authorization);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_object_unref (self->cancellable);
  g_free (self);
}

static Flight *
flight_new (const VitrailWebFrame *frame, const char *key)
{
  Flight *self = g_new0 (Flight, 1);

  self->key = g_strdup (key);
  self->transfer_syntax = g_strdup (frame->transfer_syntax);
  self->frame = *frame;
  self->frame.url = g_strdup (frame->url);
  self->frame.what = g_strdup (frame->what);
  self->frame.transfer_syntax = g_strdup (frame->transfer_syntax);
  self->frame.authorization = g_strdup (frame->authorization);
  self->cancellable = g_cancellable_new ();
  return self;
}

/* --- who waits --- */

static void
waiter_unref (gpointer data)
{
  Waiter *self = data;

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_object (&self->cancellable);
  g_free (self);
}

/* Tells @self, which no flight has any more. */
static void
answer_waiter (Waiter *self,
               GBytes *bytes,
               const char *transfer_syntax,
               const GError *error)
{
  if (self->id != 0)
    g_cancellable_disconnect (self->cancellable, self->id);
  self->ready (bytes, transfer_syntax, error, self->user_data);
  waiter_unref (self);
}

static void
refuse_waiter (Waiter *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                           "Operation was cancelled");

  self->ready (NULL, NULL, error, self->user_data);
  waiter_unref (self);
}

/* Unless another one has taken its place. */
static void
forget_locked (const Flight *self)
{
  if (g_hash_table_lookup (flights, self->key) == self)
    g_hash_table_remove (flights, self->key);
}

/* What to cancel where nobody wants @self any more: nobody may join what is
 * about to end. */
static GCancellable *
abandon_locked (const Flight *self)
{
  if (self->bytes != NULL || self->waiters != NULL || self->is_wanted)
    return NULL;
  forget_locked (self);
  return g_object_ref (self->cancellable);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *self = user_data;
  g_autoptr (GCancellable) abandoned = NULL;

  pthread_mutex_lock (&lock);
  Flight *flight = g_steal_pointer (&self->flight);
  self->is_cancelled = TRUE;
  if (flight != NULL) {
    flight->waiters = g_list_remove (flight->waiters, self);
    abandoned = abandon_locked (flight);
  }
  pthread_mutex_unlock (&lock);
  if (abandoned != NULL)
    g_cancellable_cancel (abandoned);
  if (flight == NULL)
    return;
  /* Not g_cancellable_disconnect (), which waits for this to end. */
  g_signal_handler_disconnect (cancellable, self->id);
  refuse_waiter (self);
}

static Waiter *
waiter_new (GCancellable *cancellable,
            VitrailWebFrameReady ready,
            gpointer user_data)
{
  Waiter *self = g_new0 (Waiter, 1);

  self->ref_count = 1;
  self->ready = ready;
  self->user_data = user_data;
  if (cancellable == NULL)
    return self;
  self->cancellable = g_object_ref (cancellable);
  self->ref_count++;
  self->id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                    self, waiter_unref);
  return self;
}

/* One that was cancelled before it could wait. */
static void
turn_away (Waiter *self)
{
  if (self->id != 0)
    g_cancellable_disconnect (self->cancellable, self->id);
  refuse_waiter (self);
}

/* --- requests --- */

/* Another way to ask, while there is one. */
static gboolean
can_ask_otherwise (Flight *self)
{
  if (++self->n_steps >= VITRAIL_N_ASKS)
    return FALSE;
  self->step = (self->step + 1) % VITRAIL_N_ASKS;
  return TRUE;
}

/* Which of them a server took last: the next frame is asked for so. */
static gint good_step; /* atomic; a VitrailAsk */

/* Keeps the last ones: the flight stays in the table. */
static void
remember_locked (Flight *self)
{
  recent_bytes += g_bytes_get_size (self->bytes);
  g_queue_push_head (&recent, self);
  while (recent.length > MAX_RECENT ||
         (recent_bytes > MAX_RECENT_BYTES && recent.length > 1))
  {
    Flight *oldest = g_queue_pop_tail (&recent);
    recent_bytes -= g_bytes_get_size (oldest->bytes);
    forget_locked (oldest);
    flight_free (oldest);
  }
}

/* What was asked for without knowing its transfer syntax is found by that,
 * too. */
static void
keep_landed (const Flight *self, GBytes *bytes, const char *transfer_syntax)
{
  VitrailWebFrame known = self->frame;

  vitrail_web_frame_keep (self->key, transfer_syntax, bytes);
  if (known.transfer_syntax[0] != '\0')
    return;
  known.transfer_syntax = transfer_syntax;
  g_autofree char *key = vitrail_web_frame_make_key (&known);
  vitrail_web_frame_keep (key, transfer_syntax, bytes);
}

/* Takes all who wait out of @self, the first who came first. */
static GList *
take_waiters_locked (Flight *self)
{
  GList *waiters = g_list_reverse (g_steal_pointer (&self->waiters));

  for (GList *link = waiters; link != NULL; link = link->next)
    ((Waiter *) link->data)->flight = NULL;
  return waiters;
}

static void
land (Flight *self,
      GBytes *bytes,
      const char *transfer_syntax,
      const GError *error)
{
  pthread_mutex_lock (&lock);
  GList *waiters = take_waiters_locked (self);
  if (bytes != NULL) {
    self->bytes = g_bytes_ref (bytes);
    g_free (self->transfer_syntax);
    self->transfer_syntax = g_strdup (transfer_syntax);
    remember_locked (self);
  } else {
    forget_locked (self);
    flight_free (self);
  }
  pthread_mutex_unlock (&lock);
  for (GList *link = waiters; link != NULL; link = link->next)
    answer_waiter (link->data, bytes, transfer_syntax, error);
  g_list_free (waiters);
}

static void ask (Flight *self);

static void
answered_cb (const VitrailWebAnswer *answer,
             const GError *error,
             gpointer user_data)
{
  Flight *self = user_data;
  g_autofree char *syntax = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;

  if (vitrail_web_frame_is_refusal (error) && can_ask_otherwise (self)) {
    ask (self);
    return;
  }
  if (answer == NULL) {
    land (self, NULL, NULL, error);
    return;
  }
  bytes = vitrail_web_frame_read_answer (answer->body, answer->content_type,
                                         &self->frame, &syntax, &problem);
  if (g_error_matches (problem, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED) &&
      can_ask_otherwise (self))
  {
    ask (self);
    return;
  }
  if (bytes != NULL) {
    g_atomic_int_set (&good_step, (gint) self->step);
    keep_landed (self, bytes, syntax);
  }
  land (self, bytes, syntax, problem);
}

static gboolean
is_anyone_waiting_locked (const Flight *self)
{
  for (const GList *link = self->waiters; link != NULL; link = link->next) {
    const Waiter *waiter = link->data;
    if (!g_cancellable_is_cancelled (waiter->cancellable))
      return TRUE;
  }
  return FALSE;
}

/* Nobody joins a flight that is about to end for want of them. */
static gboolean
is_wanted_cb (gpointer user_data)
{
  const Flight *self = user_data;

  pthread_mutex_lock (&lock);
  const gboolean is_wanted = self->is_wanted || is_anyone_waiting_locked (self);
  if (!is_wanted)
    forget_locked (self);
  pthread_mutex_unlock (&lock);
  return is_wanted;
}

static void
ask (Flight *self)
{
  g_autofree char *accept =
      vitrail_web_frame_make_accept (self->step, self->frame.transfer_syntax);
  pthread_mutex_lock (&lock);
  const VitrailWebPriority priority = self->priority;
  pthread_mutex_unlock (&lock);
  const VitrailWebRequest request = {
    .uri = self->frame.url,
    .accept = accept,
    .authorization = self->frame.authorization,
    .as_it_is = !self->frame.may_be_packed,
    .max_bytes = self->frame.max_bytes + ENVELOPE_BYTES,
    .priority = priority,
    .tag = self,
    .is_wanted = is_wanted_cb,
  };

  vitrail_web_client_start (&request, self->cancellable, answered_cb, self);
}

/* The flight for @key, made where there is none: then *@is_new. */
static Flight *
get_flight_locked (const VitrailWebFrame *frame,
                   const char *key,
                   VitrailWebPriority priority,
                   gboolean *is_new)
{
  if (flights == NULL)
    flights = g_hash_table_new (g_str_hash, g_str_equal);
  Flight *self = g_hash_table_lookup (flights, key);
  *is_new = self == NULL;
  if (self != NULL)
    return self;
  self = flight_new (frame, key);
  self->priority = priority;
  self->step = (guint) g_atomic_int_get (&good_step);
  g_hash_table_replace (flights, self->key, self);
  return self;
}

/* Makes @self as urgent as @priority, if it was less: TRUE where it was. */
static gboolean
raise_locked (Flight *self, VitrailWebPriority priority)
{
  if (self->bytes != NULL || priority <= self->priority)
    return FALSE;
  self->priority = priority;
  return TRUE;
}

/* A copy in memory: the file is not held. */
static GBytes *
find_recent (const char *key, char **transfer_syntax)
{
  GBytes *bytes = NULL;

  pthread_mutex_lock (&lock);
  const Flight *flight =
      flights != NULL ? g_hash_table_lookup (flights, key) : NULL;
  if (flight != NULL && flight->bytes != NULL) {
    bytes = g_bytes_ref (flight->bytes);
    if (transfer_syntax != NULL)
      *transfer_syntax = g_strdup (flight->transfer_syntax);
  }
  pthread_mutex_unlock (&lock);
  return bytes;
}

static GBytes *
find_held (const char *key, char **transfer_syntax)
{
  GBytes *bytes = find_recent (key, transfer_syntax);

  return bytes != NULL ? bytes
                       : vitrail_web_frame_recall (key, transfer_syntax);
}

/* What joining a flight came to: nothing where the waiter was cancelled. */
typedef struct {
  Flight *asked;  /* a new one */
  Flight *raised; /* one under way that was less urgent: its tag */
  GBytes *bytes;  /* of one that has landed just now */
  char *transfer_syntax;
} Joined;

/* Lets @waiter wait for the flight for @key. */
static void
join_locked (Joined *joined,
             const VitrailWebFrame *frame,
             const char *key,
             VitrailWebPriority priority,
             Waiter *waiter)
{
  gboolean is_new = FALSE;
  Flight *flight = get_flight_locked (frame, key, priority, &is_new);

  if (flight->bytes != NULL) {
    joined->bytes = g_bytes_ref (flight->bytes);
    joined->transfer_syntax = g_strdup (flight->transfer_syntax);
    return;
  }
  waiter->flight = flight;
  flight->waiters = g_list_prepend (flight->waiters, waiter);
  if (is_new)
    joined->asked = flight;
  else if (raise_locked (flight, priority))
    joined->raised = flight;
}

static void
start (const VitrailWebFrame *frame,
       const char *key,
       VitrailWebPriority priority,
       Waiter *waiter)
{
  Joined joined = { 0 };

  pthread_mutex_lock (&lock);
  const gboolean is_cancelled = waiter->is_cancelled;
  if (!is_cancelled)
    join_locked (&joined, frame, key, priority, waiter);
  pthread_mutex_unlock (&lock);
  if (joined.asked != NULL)
    ask (joined.asked);
  else if (joined.raised != NULL)
    vitrail_web_client_hasten (joined.raised, priority);
  else if (joined.bytes != NULL)
    answer_waiter (waiter, joined.bytes, joined.transfer_syntax, NULL);
  else if (is_cancelled)
    turn_away (waiter);
  g_clear_pointer (&joined.bytes, g_bytes_unref);
  g_free (joined.transfer_syntax);
}

void
vitrail_web_frame_start (const VitrailWebFrame *self,
                         VitrailWebPriority priority,
                         GCancellable *cancellable,
                         VitrailWebFrameReady ready,
                         gpointer user_data)
{
  g_autofree char *key = vitrail_web_frame_make_key (self);
  g_autofree char *syntax = NULL;
  g_autoptr (GBytes) held = find_held (key, &syntax);

  if (held != NULL)
    ready (held, syntax, NULL, user_data);
  else
    start (self, key, priority, waiter_new (cancellable, ready, user_data));
}

/* --- and wait --- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  gboolean is_done; /* this and below: guarded by lock */
  GBytes *bytes;
  char *transfer_syntax;
  GError *error;
} Awaiting;

static void
awaited_cb (GBytes *bytes,
            const char *transfer_syntax,
            const GError *error,
            gpointer user_data)
{
  Awaiting *self = user_data;

  pthread_mutex_lock (&self->lock);
  if (bytes != NULL)
    self->bytes = g_bytes_ref (bytes);
  else
    self->error = g_error_copy (error);
  self->transfer_syntax = g_strdup (transfer_syntax);
  self->is_done = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

GBytes *
vitrail_web_frame_get (const VitrailWebFrame *self,
                       GCancellable *cancellable,
                       char **transfer_syntax,
                       GError **error)
{
  Awaiting awaiting = { 0 };

  pthread_mutex_init (&awaiting.lock, NULL);
  pthread_cond_init (&awaiting.changed, NULL);
  vitrail_web_frame_start (self, VITRAIL_WEB_NOW, cancellable, awaited_cb,
                           &awaiting);
  pthread_mutex_lock (&awaiting.lock);
  while (!awaiting.is_done)
    pthread_cond_wait (&awaiting.changed, &awaiting.lock);
  pthread_mutex_unlock (&awaiting.lock);
  pthread_cond_destroy (&awaiting.changed);
  pthread_mutex_destroy (&awaiting.lock);
  if (awaiting.error != NULL)
    g_propagate_error (error, awaiting.error);
  if (awaiting.bytes != NULL && transfer_syntax != NULL)
    *transfer_syntax = g_steal_pointer (&awaiting.transfer_syntax);
  g_free (awaiting.transfer_syntax);
  return awaiting.bytes;
}

void
vitrail_web_frame_prefetch (const VitrailWebFrame *self)
{
  g_autofree char *key = vitrail_web_frame_make_key (self);
  gboolean is_new = FALSE;

  if (vitrail_web_frame_is_held (self))
    return;
  pthread_mutex_lock (&lock);
  Flight *flight = get_flight_locked (self, key, VITRAIL_WEB_SOON, &is_new);
  flight->is_wanted = TRUE;
  pthread_mutex_unlock (&lock);
  if (is_new)
    ask (flight);
}

gboolean
vitrail_web_frame_is_held (const VitrailWebFrame *self)
{
  g_autofree char *key = vitrail_web_frame_make_key (self);
  g_autoptr (GBytes) bytes = find_held (key, NULL);

  return bytes != NULL;
}
