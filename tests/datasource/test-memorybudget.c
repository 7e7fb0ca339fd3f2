/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The budget over all caches: who goes first, what is refused, and that threads
 * that all want room never hold more than there is. */

#include "memorybudget.h"

#include <pthread.h>

/* A cache of numbered things. */
typedef struct {
  VitrailMemoryClient *memory;
  gint *held_bytes; /* atomic: what was really allocated, by all */
  pthread_mutex_t lock;
  GHashTable *things; /* number -> Thing; guarded by lock */
} Cache;

typedef struct {
  VitrailMemoryEntry memory;
  guint number;
  gsize size;
  gint *held_bytes;
  guint8 *bytes;
} Thing;

static Thing *
thing_new (Cache *cache, guint number, gsize size)
{
  Thing *self = g_new0 (Thing, 1);

  self->number = number;
  self->size = size;
  self->bytes = g_malloc0 (size);
  self->held_bytes = cache->held_bytes;
  g_atomic_int_add (self->held_bytes, (gint) size);
  return self;
}

static void
thing_free (gpointer data)
{
  Thing *self = data;

  g_free (self->bytes);
  g_atomic_int_add (self->held_bytes, -(gint) self->size);
  g_free (self);
}

static gsize
evict_cb (gpointer user_data)
{
  Cache *self = user_data;

  pthread_mutex_lock (&self->lock);
  Thing *thing = vitrail_memory_client_get_oldest (self->memory);
  if (thing != NULL) {
    vitrail_memory_client_remove (self->memory, &thing->memory);
    g_hash_table_steal (self->things, GUINT_TO_POINTER (thing->number));
  }
  pthread_mutex_unlock (&self->lock);
  if (thing == NULL)
    return 0;
  gsize size = thing->size;
  thing_free (thing);
  return size;
}

static Cache *
cache_new (VitrailMemoryBudget *budget, const char *name, gint *held_bytes)
{
  Cache *self = g_new0 (Cache, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->held_bytes = held_bytes;
  self->things = g_hash_table_new_full (NULL, NULL, NULL, thing_free);
  self->memory = vitrail_memory_client_new (budget, name, evict_cb, self);
  return self;
}

static void
cache_free (Cache *self)
{
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->things);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* FALSE when there is no room. */
static gboolean
put (Cache *self, guint number, gsize size)
{
  if (!vitrail_memory_client_reserve (self->memory, size))
    return FALSE;
  Thing *thing = thing_new (self, number, size);
  pthread_mutex_lock (&self->lock);
  gboolean is_new =
      !g_hash_table_contains (self->things, GUINT_TO_POINTER (number));
  if (is_new) {
    g_hash_table_insert (self->things, GUINT_TO_POINTER (number), thing);
    vitrail_memory_client_add (self->memory, &thing->memory, thing);
  }
  pthread_mutex_unlock (&self->lock);
  if (!is_new) {
    thing_free (thing);
    vitrail_memory_client_release (self->memory, size);
  }
  return TRUE;
}

static gboolean
use (Cache *self, guint number)
{
  pthread_mutex_lock (&self->lock);
  Thing *thing = g_hash_table_lookup (self->things, GUINT_TO_POINTER (number));
  if (thing != NULL)
    vitrail_memory_client_use (self->memory, &thing->memory);
  pthread_mutex_unlock (&self->lock);
  return thing != NULL;
}

static gboolean
holds (Cache *self, guint number)
{
  pthread_mutex_lock (&self->lock);
  gboolean held =
      g_hash_table_contains (self->things, GUINT_TO_POINTER (number));
  pthread_mutex_unlock (&self->lock);
  return held;
}

/* The oldest of all goes first, in whichever cache it lies. */
static void
test_order (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (100);
  gint held = 0;
  Cache *a = cache_new (budget, "a", &held);
  Cache *b = cache_new (budget, "b", &held);

  g_assert_true (put (a, 1, 30));
  g_assert_true (put (b, 2, 30));
  g_assert_true (put (a, 3, 30));
  g_assert_true (use (a, 1));
  /* 2 is the oldest now. */
  g_assert_true (put (a, 4, 30));
  g_assert_false (holds (b, 2));
  g_assert_true (holds (a, 1) && holds (a, 3) && holds (a, 4));
  /* A large one takes the place of several: 3 and 1. */
  g_assert_true (put (b, 5, 60));
  g_assert_false (holds (a, 3) || holds (a, 1));
  g_assert_true (holds (a, 4) && holds (b, 5));
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==, 90);
  g_assert_cmpint (held, ==, 90);
  cache_free (a);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==, 60);
  cache_free (b);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==, 0);
  g_assert_cmpint (held, ==, 0);
}

/* Nothing goes for what cannot fit anyway, or is reserved for good. */
static void
test_refusal (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (100);
  VitrailMemoryStats stats;
  gint held = 0;
  Cache *a = cache_new (budget, "a", &held);
  Cache *volumes = cache_new (budget, "volumes", &held);

  g_assert_true (put (a, 1, 100));
  g_assert_false (put (volumes, 2, 101));
  g_assert_true (holds (a, 1));
  /* A volume in use is no entry: it stays. */
  g_assert_true (vitrail_memory_client_reserve (volumes->memory, 70));
  g_assert_false (holds (a, 1));
  g_assert_true (put (a, 3, 30));
  g_assert_false (put (a, 4, 31));
  g_assert_false (holds (a, 3));
  vitrail_memory_client_release (volumes->memory, 70);
  g_assert_true (put (a, 5, 100));
  vitrail_memory_client_get_stats (a->memory, &stats);
  g_assert_cmpuint (stats.refusals, ==, 1);
  g_assert_cmpuint (stats.evictions, ==, 2);
  cache_free (volumes);
  cache_free (a);
}

static void
test_limit (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1000);
  gint held = 0;
  Cache *a = cache_new (budget, "a", &held);
  Cache *b = cache_new (budget, "b", &held);

  for (guint i = 0; i < 10; i++)
    g_assert_true (put (i % 2 == 0 ? a : b, i, 100));
  vitrail_memory_budget_set_limit (budget, 250);
  g_assert_cmpuint (vitrail_memory_budget_get_limit (budget), ==, 250);
  g_assert_true (holds (a, 8) && holds (b, 9));
  g_assert_cmpint (held, ==, 200);
  vitrail_memory_budget_set_limit (budget, 0);
  g_assert_cmpint (held, ==, 0);
  g_assert_false (put (a, 1, 1));
  g_assert_true (put (a, 1, 0));
  vitrail_memory_budget_set_limit (budget, 1000);
  g_assert_true (put (a, 2, 1000));
  cache_free (a);
  cache_free (b);
}

/* Two caches of one kind, as of two folders, are told as one. */
static void
test_stats (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1000);
  gint held = 0;
  Cache *caches[3] = { cache_new (budget, "frames", &held),
                       cache_new (budget, "tiles", &held),
                       cache_new (budget, "frames", &held) };

  for (guint i = 0; i < 3; i++)
    put (caches[i], i, 10 * ((gsize) i + 1));
  g_autoptr (GArray) all = vitrail_memory_budget_list_stats (budget);
  g_assert_cmpuint (all->len, ==, 2);
  const VitrailMemoryStats *frames =
      &g_array_index (all, VitrailMemoryStats, 0);
  const VitrailMemoryStats *tiles = &g_array_index (all, VitrailMemoryStats, 1);
  g_assert_cmpstr (frames->name, ==, "frames");
  g_assert_cmpuint (frames->bytes, ==, 40);
  g_assert_cmpuint (frames->n_entries, ==, 2);
  g_assert_cmpstr (tiles->name, ==, "tiles");
  g_assert_cmpuint (tiles->bytes, ==, 20);
  for (guint i = 0; i < 3; i++)
    cache_free (caches[i]);
}

/* --- threads --- */

#define N_CACHES    3
#define N_THREADS   6
#define LIMIT_BYTES 20000

typedef struct {
  VitrailMemoryBudget *budget;
  Cache **caches;
  gint *held_bytes;
  guint seed;
} Hammer;

static void *
hammer (void *data)
{
  Hammer *self = data;
  GRand *rand = g_rand_new_with_seed (self->seed);

  for (guint i = 0; i < 4000; i++) {
    Cache *cache = self->caches[g_rand_int_range (rand, 0, N_CACHES)];
    guint number = (guint) g_rand_int_range (rand, 0, 60);
    gsize size = (gsize) g_rand_int_range (rand, 1, 2000);
    if (!use (cache, number))
      put (cache, number, size);
    g_assert_cmpint (g_atomic_int_get (self->held_bytes), <=, LIMIT_BYTES);
    g_assert_cmpuint (vitrail_memory_budget_get_bytes (self->budget), <=,
                      LIMIT_BYTES);
    /* A cache that comes and goes while others want its room. */
    if (i % 200 == 0) {
      Cache *passing = cache_new (self->budget, "passing", self->held_bytes);
      put (passing, number, size);
      cache_free (passing);
    }
  }
  g_rand_free (rand);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (LIMIT_BYTES);
  gint held = 0;
  Cache *caches[N_CACHES];
  Hammer hammers[N_THREADS];
  pthread_t threads[N_THREADS];
  guint64 n_evictions = 0;

  for (guint i = 0; i < N_CACHES; i++)
    caches[i] = cache_new (budget, "hammered", &held);
  for (guint i = 0; i < N_THREADS; i++) {
    hammers[i] = (Hammer){ budget, caches, &held, i };
    g_assert_cmpint (pthread_create (&threads[i], NULL, hammer, &hammers[i]),
                     ==, 0);
  }
  for (guint i = 0; i < N_THREADS; i++)
    pthread_join (threads[i], NULL);
  g_assert_cmpint (held, ==, (gint) vitrail_memory_budget_get_bytes (budget));
  for (guint i = 0; i < N_CACHES; i++) {
    VitrailMemoryStats stats;
    vitrail_memory_client_get_stats (caches[i]->memory, &stats);
    g_assert_cmpuint (stats.n_entries, ==,
                      g_hash_table_size (caches[i]->things));
    g_assert_cmpuint (stats.evictions, >, 0);
    n_evictions += stats.evictions;
    cache_free (caches[i]);
  }
  g_test_message ("%" G_GUINT64_FORMAT " evictions", n_evictions);
  g_assert_cmpint (held, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memorybudget/order", test_order);
  g_test_add_func ("/memorybudget/refusal", test_refusal);
  g_test_add_func ("/memorybudget/limit", test_limit);
  g_test_add_func ("/memorybudget/stats", test_stats);
  g_test_add_func ("/memorybudget/threads", test_threads);
  return g_test_run ();
}
