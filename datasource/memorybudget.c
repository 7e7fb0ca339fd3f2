/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One budget over all caches: see memorybudget.h, also for the order of locks.
 *
 * Each client keeps its entries in their order of use. The budget's clock
 * ticks at each use, so that two clients' oldest entries can be compared; the
 * age of its oldest is all that the budget knows of a client's order. */

#include "memorybudget.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* The age of a client that holds nothing. */
#define NEVER G_MAXUINT64

struct _VitrailMemoryBudget {
  guint64 clock; /* atomic */
  pthread_mutex_t lock;
  pthread_cond_t evicted;
  /* Guarded by lock. */
  guint64 limit_bytes;
  guint64 bytes;
  GPtrArray *clients; /* VitrailMemoryClient, borrowed */
};

struct _VitrailMemoryClient {
  /* Constant. */
  VitrailMemoryBudget *budget;
  const char *name;
  VitrailMemoryEvict evict;
  gpointer user_data;

  GQueue recent; /* the latest first; guarded by the client's own lock */
  /* Atomic, for it is read without that lock. */
  guint64 oldest;
  guint64 n_entries;

  /* Guarded by the budget's lock. */
  guint64 bytes;
  guint64 evictions;
  guint64 refusals;
  guint n_evicting; /* calls of evict () under way */
};

/* --- the budget --- */

static guint64
get_default_limit (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page = sysconf (_SC_PAGESIZE);

  return pages > 0 && page > 0 ? (guint64) pages * (guint64) page / 2
                               : G_GUINT64_CONSTANT (1) << 30;
}

VitrailMemoryBudget *
vitrail_memory_budget_new (guint64 limit_bytes)
{
  VitrailMemoryBudget *self = g_new0 (VitrailMemoryBudget, 1);

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->evicted, NULL);
  self->limit_bytes = limit_bytes;
  self->clients = g_ptr_array_new ();
  return self;
}

void
vitrail_memory_budget_free (VitrailMemoryBudget *self)
{
  g_ptr_array_unref (self->clients);
  pthread_cond_destroy (&self->evicted);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static VitrailMemoryBudget *default_budget;

static void
make_default (void)
{
  default_budget = vitrail_memory_budget_new (get_default_limit ());
}

VitrailMemoryBudget *
vitrail_memory_budget_get_default (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, make_default);
  return default_budget;
}

/* The client with the oldest entry, which stays until end_eviction (); NULL
 * when nobody has any. */
static VitrailMemoryClient *
begin_eviction (VitrailMemoryBudget *self)
{
  VitrailMemoryClient *found = NULL;
  guint64 oldest = NEVER;

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->clients->len; i++) {
    VitrailMemoryClient *client = g_ptr_array_index (self->clients, i);
    guint64 age = __atomic_load_n (&client->oldest, __ATOMIC_RELAXED);
    if (age < oldest) {
      oldest = age;
      found = client;
    }
  }
  if (found != NULL)
    found->n_evicting++;
  pthread_mutex_unlock (&self->lock);
  return found;
}

static void
end_eviction (VitrailMemoryClient *client, gsize bytes)
{
  VitrailMemoryBudget *self = client->budget;

  pthread_mutex_lock (&self->lock);
  client->bytes -= bytes;
  self->bytes -= bytes;
  client->evictions += bytes > 0 ? 1 : 0;
  client->n_evicting--;
  pthread_cond_broadcast (&self->evicted);
  pthread_mutex_unlock (&self->lock);
}

/* FALSE when there is nothing left that could go. */
static gboolean
evict_oldest (VitrailMemoryBudget *self)
{
  VitrailMemoryClient *client = begin_eviction (self);

  if (client == NULL)
    return FALSE;
  end_eviction (client, client->evict (client->user_data));
  return TRUE;
}

void
vitrail_memory_budget_set_limit (VitrailMemoryBudget *self, guint64 limit_bytes)
{
  gboolean is_above = TRUE;

  pthread_mutex_lock (&self->lock);
  self->limit_bytes = limit_bytes;
  pthread_mutex_unlock (&self->lock);
  while (is_above) {
    pthread_mutex_lock (&self->lock);
    is_above = self->bytes > self->limit_bytes;
    pthread_mutex_unlock (&self->lock);
    if (is_above && !evict_oldest (self))
      return;
  }
}

guint64
vitrail_memory_budget_get_limit (VitrailMemoryBudget *self)
{
  pthread_mutex_lock (&self->lock);
  guint64 limit_bytes = self->limit_bytes;
  pthread_mutex_unlock (&self->lock);
  return limit_bytes;
}

guint64
vitrail_memory_budget_get_bytes (VitrailMemoryBudget *self)
{
  pthread_mutex_lock (&self->lock);
  guint64 bytes = self->bytes;
  pthread_mutex_unlock (&self->lock);
  return bytes;
}

/* --- clients --- */

VitrailMemoryClient *
vitrail_memory_client_new (VitrailMemoryBudget *budget,
                           const char *name,
                           VitrailMemoryEvict evict,
                           gpointer user_data)
{
  VitrailMemoryClient *self = g_new0 (VitrailMemoryClient, 1);

  self->budget = budget;
  self->name = name;
  self->evict = evict;
  self->user_data = user_data;
  self->oldest = NEVER;
  g_queue_init (&self->recent);
  pthread_mutex_lock (&budget->lock);
  g_ptr_array_add (budget->clients, self);
  pthread_mutex_unlock (&budget->lock);
  return self;
}

void
vitrail_memory_client_free (VitrailMemoryClient *self)
{
  VitrailMemoryBudget *budget = self->budget;

  pthread_mutex_lock (&budget->lock);
  g_ptr_array_remove (budget->clients, self);
  while (self->n_evicting > 0)
    pthread_cond_wait (&budget->evicted, &budget->lock);
  pthread_mutex_unlock (&budget->lock);
  while (__atomic_load_n (&self->oldest, __ATOMIC_RELAXED) != NEVER)
    vitrail_memory_client_release (self, self->evict (self->user_data));
  vitrail_memory_client_release (self, self->bytes);
  g_free (self);
}

/* What can never fit is refused before anything goes for it. */
typedef enum {
  TAKEN,
  NO_ROOM,
  TOO_LARGE,
} Taking;

static Taking
take (VitrailMemoryClient *self, gsize bytes)
{
  VitrailMemoryBudget *budget = self->budget;
  Taking result = NO_ROOM;

  pthread_mutex_lock (&budget->lock);
  if (bytes > budget->limit_bytes) {
    result = TOO_LARGE;
  } else if (budget->bytes <= budget->limit_bytes - bytes) {
    budget->bytes += bytes;
    self->bytes += bytes;
    result = TAKEN;
  }
  pthread_mutex_unlock (&budget->lock);
  return result;
}

gboolean
vitrail_memory_client_reserve (VitrailMemoryClient *self, gsize bytes)
{
  Taking taking = take (self, bytes);

  while (taking == NO_ROOM && evict_oldest (self->budget))
    taking = take (self, bytes);
  /* Somebody else's eviction may have been the last one. */
  if (taking == NO_ROOM)
    taking = take (self, bytes);
  if (taking == TAKEN)
    return TRUE;
  pthread_mutex_lock (&self->budget->lock);
  self->refusals++;
  pthread_mutex_unlock (&self->budget->lock);
  return FALSE;
}

void
vitrail_memory_client_release (VitrailMemoryClient *self, gsize bytes)
{
  pthread_mutex_lock (&self->budget->lock);
  self->bytes -= bytes;
  self->budget->bytes -= bytes;
  pthread_mutex_unlock (&self->budget->lock);
}

/* --- the order of use --- */

static void
tell_oldest (VitrailMemoryClient *self)
{
  const VitrailMemoryEntry *entry = NULL;

  if (self->recent.tail != NULL)
    entry = G_STRUCT_MEMBER_P (self->recent.tail,
                               -G_STRUCT_OFFSET (VitrailMemoryEntry, link));
  __atomic_store_n (&self->oldest, entry != NULL ? entry->used : NEVER,
                    __ATOMIC_RELAXED);
  __atomic_store_n (&self->n_entries, self->recent.length, __ATOMIC_RELAXED);
}

static void
put_first (VitrailMemoryClient *self, VitrailMemoryEntry *entry)
{
  entry->used = __atomic_fetch_add (&self->budget->clock, 1, __ATOMIC_RELAXED);
  g_queue_push_head_link (&self->recent, &entry->link);
  tell_oldest (self);
}

void
vitrail_memory_client_add (VitrailMemoryClient *self,
                           VitrailMemoryEntry *entry,
                           gpointer owner)
{
  entry->link = (GList){ .data = owner };
  put_first (self, entry);
}

void
vitrail_memory_client_use (VitrailMemoryClient *self, VitrailMemoryEntry *entry)
{
  g_queue_unlink (&self->recent, &entry->link);
  put_first (self, entry);
}

void
vitrail_memory_client_remove (VitrailMemoryClient *self,
                              VitrailMemoryEntry *entry)
{
  g_queue_unlink (&self->recent, &entry->link);
  tell_oldest (self);
}

gpointer
vitrail_memory_client_get_oldest (VitrailMemoryClient *self)
{
  return g_queue_peek_tail (&self->recent);
}

/* --- figures --- */

static void
add_stats_locked (const VitrailMemoryClient *self, VitrailMemoryStats *stats)
{
  stats->name = self->name;
  stats->bytes += self->bytes;
  stats->n_entries += __atomic_load_n (&self->n_entries, __ATOMIC_RELAXED);
  stats->evictions += self->evictions;
  stats->refusals += self->refusals;
}

void
vitrail_memory_client_get_stats (VitrailMemoryClient *self,
                                 VitrailMemoryStats *stats)
{
  *stats = (VitrailMemoryStats){ 0 };
  pthread_mutex_lock (&self->budget->lock);
  add_stats_locked (self, stats);
  pthread_mutex_unlock (&self->budget->lock);
}

static VitrailMemoryStats *
find_stats (GArray *all, const char *name)
{
  const VitrailMemoryStats none = { 0 };

  for (guint i = 0; i < all->len; i++) {
    VitrailMemoryStats *stats = &g_array_index (all, VitrailMemoryStats, i);
    if (strcmp (stats->name, name) == 0)
      return stats;
  }
  g_array_append_val (all, none);
  return &g_array_index (all, VitrailMemoryStats, all->len - 1);
}

GArray *
vitrail_memory_budget_list_stats (VitrailMemoryBudget *self)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (VitrailMemoryStats));

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->clients->len; i++) {
    const VitrailMemoryClient *client = g_ptr_array_index (self->clients, i);
    add_stats_locked (client, find_stats (all, client->name));
  }
  pthread_mutex_unlock (&self->lock);
  return all;
}
