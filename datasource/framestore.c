/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frame store. Three structures under one lock: the cache (a client of the
 * process's memory budget), the flights (decodes asked for and not finished,
 * each with its waiters), and the figures.
 *
 * Every request has a job of its own in the pool, so that a later and more
 * urgent one pulls the decode forward; whichever job comes first decodes for
 * all, the others find nothing left to do. A frame that comes over a network
 * has its jobs there only once its bytes are here: no worker waits for them. No
 * callback runs under the lock. */

#include "framestore.h"

#include "codec/codec.h"
#include "error.h"
#include "framekey.h"
#include "framequota.h"

#include <pthread.h>

typedef struct {
  VitrailFrameKey key;
  VitrailMemoryEntry memory;
  VitrailFrame *frame;
  size_t bytes;
} Entry;

typedef enum {
  QUEUED,  /* no job has taken it yet */
  RUNNING, /* somebody decodes */
  DONE,    /* frame or error is set; no longer in the table */
} State;

typedef struct {
  gint ref_count;
  VitrailFrameKey key;
  VitrailInstance *instance;
  /* Guarded by the store's lock until DONE, then constant. */
  State state;
  GList *waiters;  /* of Request, newest first */
  guint n_blocked; /* threads in vitrail_frame_store_get () */
  VitrailFrame *frame;
  GError *error;
} Flight;

/* Held by its job in the pool and, until it is answered, by its flight. */
typedef struct {
  gint ref_count;
  VitrailFrameStore *store;
  Flight *flight;
  VitrailPriority priority;
  GCancellable *cancellable;
  VitrailFrameReady ready;
  gpointer user_data;
  /* What came over a network, before its job was in the pool. */
  GBytes *stored;
  GError *failed;
} Request;

struct _VitrailFrameStore {
  pthread_mutex_t lock;
  pthread_cond_t done; /* a flight is, or a waiting thread was cancelled */
  VitrailMemoryClient *memory;
  /* Guarded by lock. */
  GHashTable *entries; /* Key in Entry -> Entry */
  VitrailFrameQuota *quota;
  GHashTable *flights; /* Key in Flight -> Flight */
  guint n_jobs;        /* in the pool */
  VitrailFrameStoreStats stats;
};

static void
entry_free (gpointer pointer)
{
  Entry *entry = pointer;

  vitrail_frame_unref (entry->frame);
  g_free (entry);
}

static Flight *
flight_ref (Flight *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
flight_unref (Flight *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_object_unref (self->instance);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_clear_error (&self->error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flight, flight_unref)

static void
request_unref (Request *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  flight_unref (self->flight);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->stored, g_bytes_unref);
  g_clear_error (&self->failed);
  g_free (self);
}

/* Freed without the lock, since that may unmap a file. */
static gsize
evict_cb (gpointer user_data)
{
  VitrailFrameStore *self = user_data;

  pthread_mutex_lock (&self->lock);
  Entry *entry = vitrail_memory_client_get_oldest (self->memory);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->memory, &entry->memory);
    g_hash_table_steal (self->entries, &entry->key);
    vitrail_frame_quota_remove (self->quota, &entry->key);
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return 0;
  gsize bytes = entry->bytes;
  entry_free (entry);
  return bytes;
}

VitrailFrameStore *
vitrail_frame_store_new (VitrailMemoryBudget *budget)
{
  VitrailFrameStore *self = g_new0 (VitrailFrameStore, 1);

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->done, NULL);
  self->entries =
      g_hash_table_new_full (vitrail_frame_key_hash, vitrail_frame_key_equal,
                             NULL, entry_free);
  self->flights =
      g_hash_table_new_full (vitrail_frame_key_hash, vitrail_frame_key_equal,
                             NULL, (GDestroyNotify) flight_unref);
  self->quota = vitrail_frame_quota_new ();
  self->memory = vitrail_memory_client_new (budget, "frames", evict_cb, self);
  return self;
}

static VitrailFrameStore *default_store;

static void
make_default (void)
{
  default_store =
      vitrail_frame_store_new (vitrail_memory_budget_get_default ());
}

VitrailFrameStore *
vitrail_frame_store_get_default (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, make_default);
  return default_store;
}

/* What has to go because of what is kept for @key now: of Entry, to be freed
 * without the lock. */
static GSList *
take_surplus_locked (VitrailFrameStore *self,
                     const VitrailFrameKey *key,
                     gsize most_bytes)
{
  VitrailFrameKey oldest;
  GSList *surplus = NULL;

  while (vitrail_frame_quota_take (self->quota, key->serial, most_bytes,
                                   &oldest)) {
    Entry *entry = g_hash_table_lookup (self->entries, &oldest);
    vitrail_memory_client_remove (self->memory, &entry->memory);
    vitrail_memory_client_release (self->memory, entry->bytes);
    g_hash_table_steal (self->entries, &oldest);
    surplus = g_slist_prepend (surplus, entry);
  }
  return surplus;
}

/* Keeps @frame, for which there is room; another thread may have been faster,
 * since a codec that did not reduce gives what somebody else asked for. Answers
 * what to free in its place. */
static GSList *
insert_locked (VitrailFrameStore *self,
               const VitrailFrameKey *key,
               gsize most_bytes,
               VitrailFrame *frame)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->key = *key;
  /* What was really done: a codec may not have reduced. */
  entry->key.reduce = frame->reduce;
  entry->bytes = vitrail_frame_get_size_bytes (frame);
  if (g_hash_table_contains (self->entries, &entry->key)) {
    vitrail_memory_client_release (self->memory, entry->bytes);
    g_free (entry);
    return NULL;
  }
  entry->frame = vitrail_frame_ref (frame);
  g_hash_table_insert (self->entries, &entry->key, entry);
  vitrail_memory_client_add (self->memory, &entry->memory, entry);
  if (most_bytes == 0)
    return NULL;
  vitrail_frame_quota_add (self->quota, &entry->key, entry->bytes);
  return take_surplus_locked (self, &entry->key, most_bytes);
}

/* The frame, or a better one. */
static VitrailFrame *
lookup_locked (VitrailFrameStore *self, VitrailFrameKey key)
{
  for (;; key.reduce--) {
    Entry *entry = g_hash_table_lookup (self->entries, &key);
    if (entry != NULL) {
      vitrail_memory_client_use (self->memory, &entry->memory);
      return vitrail_frame_ref (entry->frame);
    }
    if (key.reduce == 0)
      return NULL;
  }
}

/* The flight that brings @key: one under way or a new one. */
static Flight *
join_locked (VitrailFrameStore *self,
             const VitrailFrameKey *key,
             VitrailInstance *instance)
{
  Flight *flight = g_hash_table_lookup (self->flights, key);

  if (flight != NULL)
    return flight_ref (flight);
  flight = g_new0 (Flight, 1);
  flight->ref_count = 1;
  flight->key = *key;
  flight->instance = g_object_ref (instance);
  g_hash_table_insert (self->flights, &flight->key, flight_ref (flight));
  self->stats.in_flight++;
  return flight;
}

/* Takes @flight out of the table: from now on nobody joins it. */
static void
leave_locked (VitrailFrameStore *self, Flight *flight)
{
  flight->state = DONE;
  self->stats.in_flight--;
  g_hash_table_remove (self->flights, &flight->key);
}

static VitrailFrameKey
make_key (VitrailInstance *instance, guint frame, guint reduce)
{
  return (VitrailFrameKey){ vitrail_instance_get_serial (instance), frame,
                            MIN (reduce, 15) };
}

/* Without the lock, for a request that is out of its flight's list. Without
 * @frame and @error it was cancelled. */
static void
answer (Request *request, VitrailFrame *frame, const GError *error)
{
  g_autoptr (GError) cancelled = NULL;

  if (g_cancellable_is_cancelled (request->cancellable) ||
      (frame == NULL && error == NULL))
  {
    g_set_error_literal (&cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "Operation was cancelled");
    request->ready (NULL, cancelled, request->user_data);
  } else {
    request->ready (frame, error, request->user_data);
  }
  request_unref (request);
}

/* @request (nullable): whose job it is. */
static VitrailFrame *
decode_coded (Flight *flight,
              const Request *request,
              GCancellable *cancellable,
              GError **error)
{
  if (request != NULL && request->stored != NULL)
    return vitrail_instance_decode_stored (flight->instance, flight->key.frame,
                                           request->stored, flight->key.reduce,
                                           error);
  if (request == NULL || request->failed == NULL)
    return vitrail_instance_decode_frame (flight->instance, flight->key.frame,
                                          flight->key.reduce, cancellable,
                                          error);
  g_propagate_error (error, g_error_copy (request->failed));
  return NULL;
}

static VitrailFrame *
decode (Flight *flight,
        const Request *request,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (VitrailFrame) coded =
      decode_coded (flight, request, cancellable, error);

  if (coded == NULL)
    return NULL;
  VitrailFrame *frame = vitrail_frame_normalize (g_steal_pointer (&coded));
  if (frame == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u: no memory",
                 vitrail_instance_get_name (flight->instance),
                 flight->key.frame);
  return frame;
}

/* The same, and room for it; @has_room FALSE: it is not kept. */
static VitrailFrame *
decode_for_keeps (VitrailFrameStore *self,
                  Flight *flight,
                  const Request *request,
                  GCancellable *cancellable,
                  gboolean *has_room,
                  GError **error)
{
  VitrailFrame *frame = decode (flight, request, cancellable, error);

  *has_room =
      frame != NULL &&
      vitrail_memory_client_reserve (self->memory,
                                     vitrail_frame_get_size_bytes (frame));
  return frame;
}

/* Does anybody still want it? */
static gboolean
is_wanted_locked (const Flight *flight)
{
  for (GList *link = flight->waiters; link != NULL; link = link->next) {
    const Request *request = link->data;
    if (!g_cancellable_is_cancelled (request->cancellable))
      return TRUE;
  }
  return flight->n_blocked > 0;
}

/* Decodes a flight that the caller has set RUNNING, and answers all. The load
 * can be stopped by @cancellable, which is one waiter's; when others have come
 * meanwhile it is done again for them. */
static void
fly (VitrailFrameStore *self,
     Flight *flight,
     const Request *request,
     GCancellable *cancellable)
{
  GError *error = NULL;
  gboolean has_room = FALSE;
  VitrailFrame *frame =
      decode_for_keeps (self, flight, request, cancellable, &has_room, &error);

  pthread_mutex_lock (&self->lock);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      is_wanted_locked (flight))
  {
    pthread_mutex_unlock (&self->lock);
    g_clear_error (&error);
    frame = decode_for_keeps (self, flight, NULL, NULL, &has_room, &error);
    pthread_mutex_lock (&self->lock);
  }
  leave_locked (self, flight);
  flight->frame = frame;
  flight->error = error;
  GSList *surplus = NULL;
  if (has_room)
    surplus =
        insert_locked (self, &flight->key,
                       VITRAIL_INSTANCE_GET_CLASS (flight->instance)->most_kept,
                       frame);
  GList *waiters = g_list_reverse (g_steal_pointer (&flight->waiters));
  pthread_cond_broadcast (&self->done);
  pthread_mutex_unlock (&self->lock);

  for (GList *link = waiters; link != NULL; link = link->next)
    answer (link->data, frame, error);
  g_list_free (waiters);
  g_slist_free_full (surplus, entry_free);
}

/* Takes a cancelled request out of its flight; FALSE when it was answered. */
static gboolean
withdraw (Request *request)
{
  VitrailFrameStore *self = request->store;
  Flight *flight = request->flight;

  pthread_mutex_lock (&self->lock);
  GList *link = g_list_find (flight->waiters, request);
  if (link != NULL)
    flight->waiters = g_list_delete_link (flight->waiters, link);
  if (link != NULL && flight->waiters == NULL && flight->state == QUEUED)
    leave_locked (self, flight);
  pthread_mutex_unlock (&self->lock);
  return link != NULL;
}

static gboolean
take_off (VitrailFrameStore *self, Flight *flight)
{
  pthread_mutex_lock (&self->lock);
  gboolean mine = flight->state == QUEUED;
  if (mine)
    flight->state = RUNNING;
  pthread_mutex_unlock (&self->lock);
  return mine;
}

static void
end_job (VitrailFrameStore *self)
{
  pthread_mutex_lock (&self->lock);
  self->n_jobs--;
  pthread_cond_broadcast (&self->done);
  pthread_mutex_unlock (&self->lock);
}

static void
request_cb (gpointer data, gboolean cancelled)
{
  Request *request = data;
  VitrailFrameStore *self = request->store;

  if (cancelled && withdraw (request))
    answer (request, NULL, NULL);
  else if (!cancelled && take_off (self, request->flight))
    fly (self, request->flight, request, request->cancellable);
  request_unref (request);
  end_job (self);
}

/* Decodes when it is its turn. */
static void
queue (Request *request)
{
  vitrail_pool_push (request->priority, request_cb, request,
                     request->cancellable);
}

static void
stored_cb (GBytes *bytes, const GError *error, gpointer user_data)
{
  Request *request = user_data;

  if (bytes != NULL)
    request->stored = g_bytes_ref (bytes);
  else
    request->failed = g_error_copy (error);
  queue (request);
}

void
vitrail_frame_store_request (VitrailFrameStore *self,
                             VitrailInstance *instance,
                             guint frame,
                             guint reduce,
                             VitrailPriority priority,
                             GCancellable *cancellable,
                             VitrailFrameReady ready,
                             gpointer user_data)
{
  const VitrailFrameKey key = make_key (instance, frame, reduce);

  pthread_mutex_lock (&self->lock);
  g_autoptr (VitrailFrame) cached = lookup_locked (self, key);
  if (cached != NULL) {
    self->stats.hits++;
    pthread_mutex_unlock (&self->lock);
    ready (cached, NULL, user_data);
    return;
  }
  self->stats.misses++;
  Request *request = g_new0 (Request, 1);
  request->ref_count = 2;
  request->store = self;
  request->flight = join_locked (self, &key, instance);
  request->cancellable =
      cancellable != NULL ? g_object_ref (cancellable) : NULL;
  request->priority = priority;
  request->ready = ready;
  request->user_data = user_data;
  request->flight->waiters = g_list_prepend (request->flight->waiters, request);
  self->n_jobs++;
  pthread_mutex_unlock (&self->lock);

  if (!vitrail_instance_fetch_frame (instance, frame, priority, cancellable,
                                     stored_cb, request))
    queue (request);
}

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  VitrailFrameStore *self = user_data;

  pthread_mutex_lock (&self->lock);
  pthread_cond_broadcast (&self->done);
  pthread_mutex_unlock (&self->lock);
}

static void
wait_for (VitrailFrameStore *self, Flight *flight, GCancellable *cancellable)
{
  gulong id = 0;

  if (cancellable != NULL)
    id = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);
  pthread_mutex_lock (&self->lock);
  while (flight->state != DONE && !g_cancellable_is_cancelled (cancellable))
    pthread_cond_wait (&self->done, &self->lock);
  flight->n_blocked--;
  pthread_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, id);
}

VitrailFrame *
vitrail_frame_store_get (VitrailFrameStore *self,
                         VitrailInstance *instance,
                         guint frame,
                         guint reduce,
                         GCancellable *cancellable,
                         GError **error)
{
  const VitrailFrameKey key = make_key (instance, frame, reduce);

  pthread_mutex_lock (&self->lock);
  VitrailFrame *cached = lookup_locked (self, key);
  if (cached != NULL) {
    self->stats.hits++;
    pthread_mutex_unlock (&self->lock);
    return cached;
  }
  self->stats.misses++;
  g_autoptr (Flight) flight = join_locked (self, &key, instance);
  gboolean mine = flight->state == QUEUED;
  flight->state = RUNNING;
  flight->n_blocked += mine ? 0 : 1;
  pthread_mutex_unlock (&self->lock);

  if (mine)
    fly (self, flight, NULL, cancellable);
  else
    wait_for (self, flight, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (flight->frame != NULL)
    return vitrail_frame_ref (flight->frame);
  g_propagate_error (error, g_error_copy (flight->error));
  return NULL;
}

VitrailFrame *
vitrail_frame_store_peek (VitrailFrameStore *self,
                          VitrailInstance *instance,
                          guint frame,
                          guint reduce)
{
  pthread_mutex_lock (&self->lock);
  VitrailFrame *cached =
      lookup_locked (self, make_key (instance, frame, reduce));
  pthread_mutex_unlock (&self->lock);
  return cached;
}

void
vitrail_frame_store_keep (VitrailFrameStore *self,
                          VitrailInstance *instance,
                          guint number,
                          VitrailFrame *frame)
{
  const VitrailFrameKey key = make_key (instance, number, frame->reduce);

  if (!vitrail_memory_client_reserve (self->memory,
                                      vitrail_frame_get_size_bytes (frame)))
    return;
  pthread_mutex_lock (&self->lock);
  GSList *surplus =
      insert_locked (self, &key,
                     VITRAIL_INSTANCE_GET_CLASS (instance)->most_kept, frame);
  pthread_mutex_unlock (&self->lock);
  g_slist_free_full (surplus, entry_free);
}

void
vitrail_frame_store_get_stats (VitrailFrameStore *self,
                               VitrailFrameStoreStats *stats)
{
  VitrailMemoryStats memory;

  vitrail_memory_client_get_stats (self->memory, &memory);
  pthread_mutex_lock (&self->lock);
  *stats = self->stats;
  pthread_mutex_unlock (&self->lock);
  stats->bytes = memory.bytes;
  stats->evictions = memory.evictions;
}

void
vitrail_frame_store_free (VitrailFrameStore *self)
{
  /* Jobs in the pool still point here. */
  pthread_mutex_lock (&self->lock);
  while (self->n_jobs > 0 || self->stats.in_flight > 0)
    pthread_cond_wait (&self->done, &self->lock);
  pthread_mutex_unlock (&self->lock);
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->flights);
  vitrail_frame_quota_free (self->quota);
  pthread_cond_destroy (&self->done);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}
