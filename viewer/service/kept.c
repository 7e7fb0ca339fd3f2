/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Things that are kept: see kept.h. */

#include "kept.h"

#include "error.h"
#include "memorybudget.h"

#include <pthread.h>

/* What an entry takes beside its value: key, links. */
#define OVERHEAD_BYTES 256
/* Failures that are remembered, and for how long: memory may become free. */
#define MAX_FAULTS 256u
#define FAULT_US   ((gint64) 30 * G_USEC_PER_SEC)

typedef struct {
  VitrailMemoryEntry memory;
  char *key;
  gpointer value;
  gsize bytes;
} Entry;

typedef struct {
  GError *error;
  gint64 until_us;
} Fault;

struct _VitrailKept {
  VitrailMemoryClient *memory;
  GBoxedCopyFunc ref;
  GDestroyNotify unref;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t ended; /* one is being made no more */
  GHashTable *entries;  /* key to Entry */
  GHashTable *making;   /* set of keys */
  GHashTable *faults;   /* key to Fault */
};

static void
fault_free (gpointer data)
{
  Fault *self = data;

  g_error_free (self->error);
  g_free (self);
}

static void
entry_free (const VitrailKept *self, Entry *entry)
{
  self->unref (entry->value);
  g_free (entry->key);
  g_free (entry);
}

/* Freed without the lock: it may take its time. */
static gsize
evict_cb (gpointer user_data)
{
  VitrailKept *self = user_data;

  pthread_mutex_lock (&self->lock);
  Entry *entry = vitrail_memory_client_get_oldest (self->memory);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->memory, &entry->memory);
    g_hash_table_steal (self->entries, entry->key);
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return 0;
  const gsize bytes = entry->bytes;
  entry_free (self, entry);
  return bytes;
}

VitrailKept *
vitrail_kept_new (const char *name, GBoxedCopyFunc ref, GDestroyNotify unref)
{
  VitrailKept *self = g_new0 (VitrailKept, 1);

  self->ref = ref;
  self->unref = unref;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->ended, NULL);
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  self->making = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->faults =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, fault_free);
  self->memory =
      vitrail_memory_client_new (vitrail_memory_budget_get_default (), name,
                                 evict_cb, self);
  return self;
}

void
vitrail_kept_free (VitrailKept *self)
{
  GHashTableIter iter;
  gpointer entry;

  if (self == NULL)
    return;
  vitrail_memory_client_free (self->memory);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    entry_free (self, entry);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->making);
  g_hash_table_unref (self->faults);
  pthread_cond_destroy (&self->ended);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static gpointer
ref_locked (VitrailKept *self, const char *key)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    return NULL;
  vitrail_memory_client_use (self->memory, &entry->memory);
  return self->ref (entry->value);
}

gpointer
vitrail_kept_ref (VitrailKept *self, const char *key)
{
  pthread_mutex_lock (&self->lock);
  gpointer value = ref_locked (self, key);
  pthread_mutex_unlock (&self->lock);
  return value;
}

/* FALSE: there is one as its key already. */
static gboolean
add_locked (VitrailKept *self, Entry *entry)
{
  if (g_hash_table_contains (self->entries, entry->key))
    return FALSE;
  g_hash_table_insert (self->entries, entry->key, entry);
  vitrail_memory_client_add (self->memory, &entry->memory, entry);
  return TRUE;
}

gboolean
vitrail_kept_add (VitrailKept *self,
                  const char *key,
                  gpointer value,
                  gsize bytes)
{
  bytes += OVERHEAD_BYTES;
  if (!vitrail_memory_client_reserve (self->memory, bytes))
    return FALSE;
  Entry *entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->value = self->ref (value);
  entry->bytes = bytes;
  pthread_mutex_lock (&self->lock);
  const gboolean added = add_locked (self, entry);
  pthread_mutex_unlock (&self->lock);
  if (!added) {
    vitrail_memory_client_release (self->memory, bytes);
    entry_free (self, entry);
  }
  return TRUE;
}

/* --- one at a time --- */

/* Another try may do better where the system or a server refused, or nobody
 * waited any more. */
static gboolean
is_lasting (const GError *error)
{
  return error->domain == VITRAIL_ERROR && error->code != VITRAIL_ERROR_IO &&
         error->code != VITRAIL_ERROR_NOT_FOUND;
}

static const GError *
find_fault_locked (VitrailKept *self, const char *key)
{
  const Fault *fault = g_hash_table_lookup (self->faults, key);

  return fault != NULL && fault->until_us > g_get_monotonic_time ()
             ? fault->error
             : NULL;
}

gboolean
vitrail_kept_begin (VitrailKept *self,
                    const char *key,
                    gpointer *value,
                    GError **error)
{
  const GError *fault = NULL;

  pthread_mutex_lock (&self->lock);
  while (g_hash_table_contains (self->making, key))
    pthread_cond_wait (&self->ended, &self->lock);
  *value = ref_locked (self, key);
  if (*value == NULL)
    fault = find_fault_locked (self, key);
  const gboolean begins = *value == NULL && fault == NULL;
  if (begins)
    g_hash_table_add (self->making, g_strdup (key));
  else if (fault != NULL && error != NULL)
    *error = g_error_copy (fault);
  pthread_mutex_unlock (&self->lock);
  return begins;
}

static void
remember_locked (VitrailKept *self, const char *key, const GError *error)
{
  Fault *fault = g_new0 (Fault, 1);

  fault->error = g_error_copy (error);
  fault->until_us = g_get_monotonic_time () + FAULT_US;
  if (g_hash_table_size (self->faults) >= MAX_FAULTS)
    g_hash_table_remove_all (self->faults);
  g_hash_table_insert (self->faults, g_strdup (key), fault);
}

void
vitrail_kept_end (VitrailKept *self, const char *key, const GError *fault)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_remove (self->making, key);
  if (fault != NULL && is_lasting (fault))
    remember_locked (self, key, fault);
  pthread_cond_broadcast (&self->ended);
  pthread_mutex_unlock (&self->lock);
}
