/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Things that are kept: see kept.h. */

#include "kept.h"

#include "memorybudget.h"

#include <pthread.h>

/* What an entry takes beside its value: key, links. */
#define OVERHEAD_BYTES 256

typedef struct {
  VitrailMemoryEntry memory;
  char *key;
  gpointer value;
  gsize bytes;
} Entry;

struct _VitrailKept {
  VitrailMemoryClient *memory;
  GBoxedCopyFunc ref;
  GDestroyNotify unref;
  pthread_mutex_t lock;
  GHashTable *entries; /* key to Entry; guarded by lock */
};

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
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
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
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

gpointer
vitrail_kept_ref (VitrailKept *self, const char *key)
{
  gpointer value = NULL;

  pthread_mutex_lock (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL) {
    vitrail_memory_client_use (self->memory, &entry->memory);
    value = self->ref (entry->value);
  }
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
