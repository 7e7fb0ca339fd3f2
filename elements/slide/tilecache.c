/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoded tiles of slides: see tilecache.h. */

#include "slide/tilecache.h"

#include "error.h"

#include <pthread.h>
#include <string.h>

#define DEFAULT_BUDGET_BYTES (128ull * 1024 * 1024)

typedef struct {
  VitrailTileKey key;
  VitrailTile *tile;
  GList link; /* in the queue; data is the entry */
} Entry;

struct _VitrailTileCache {
  pthread_mutex_t lock;
  /* All guarded by lock. */
  GHashTable *entries; /* VitrailTileKey -> Entry */
  GQueue recent;       /* newest first */
  guint64 size_bytes;
  guint64 budget_bytes;
};

VitrailTile *
vitrail_tile_new (guint width, guint height)
{
  VitrailTile *self = g_try_malloc (sizeof *self + (gsize) width * height * 3);
  if (self == NULL)
    return NULL;
  self->width = width;
  self->height = height;
  self->ref_count = 1;
  return self;
}

VitrailTile *
vitrail_tile_ref (VitrailTile *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_tile_unref (VitrailTile *self)
{
  if (g_atomic_int_dec_and_test (&self->ref_count))
    g_free (self);
}

static guint64
tile_size_bytes (const VitrailTile *tile)
{
  return sizeof (Entry) + sizeof *tile +
         (guint64) tile->width * tile->height * 3;
}

static guint
key_hash (gconstpointer data)
{
  const VitrailTileKey *key = data;
  guint64 hash = key->slide;
  hash = hash * 0x9e3779b97f4a7c15u + key->level;
  hash = hash * 0x9e3779b97f4a7c15u + key->column;
  hash = hash * 0x9e3779b97f4a7c15u + key->row;
  return (guint) (hash ^ (hash >> 32));
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (VitrailTileKey)) == 0;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  vitrail_tile_unref (entry->tile);
  g_free (entry);
}

VitrailTileCache *
vitrail_tile_cache_new (guint64 budget_bytes)
{
  VitrailTileCache *self = g_new0 (VitrailTileCache, 1);
  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_hash_table_new_full (key_hash, key_equal, NULL, entry_free);
  g_queue_init (&self->recent);
  self->budget_bytes = budget_bytes;
  return self;
}

void
vitrail_tile_cache_free (VitrailTileCache *self)
{
  g_hash_table_unref (self->entries);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

VitrailTileCache *
vitrail_tile_cache_get_default (void)
{
  static gsize cache;
  if (g_once_init_enter (&cache))
    g_once_init_leave (&cache,
                       (gsize) vitrail_tile_cache_new (DEFAULT_BUDGET_BYTES));
  return (VitrailTileCache *) cache;
}

static void
shrink_locked (VitrailTileCache *self)
{
  while (self->size_bytes > self->budget_bytes &&
         !g_queue_is_empty (&self->recent))
  {
    Entry *oldest = self->recent.tail->data;
    g_queue_unlink (&self->recent, &oldest->link);
    self->size_bytes -= tile_size_bytes (oldest->tile);
    g_hash_table_remove (self->entries, &oldest->key);
  }
}

void
vitrail_tile_cache_set_budget (VitrailTileCache *self, guint64 budget_bytes)
{
  pthread_mutex_lock (&self->lock);
  self->budget_bytes = budget_bytes;
  shrink_locked (self);
  pthread_mutex_unlock (&self->lock);
}

guint64
vitrail_tile_cache_get_size_bytes (VitrailTileCache *self)
{
  pthread_mutex_lock (&self->lock);
  guint64 size_bytes = self->size_bytes;
  pthread_mutex_unlock (&self->lock);
  return size_bytes;
}

guint
vitrail_tile_cache_get_slide_number (VitrailSlide *slide)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static GQuark quark; /* guarded by lock */
  static guint last;   /* guarded by lock */

  pthread_mutex_lock (&lock);
  if (quark == 0)
    quark = g_quark_from_static_string ("vitrail-slide-number");
  guint number =
      GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (slide), quark));
  if (number == 0) {
    number = ++last;
    g_object_set_qdata (G_OBJECT (slide), quark, GUINT_TO_POINTER (number));
  }
  pthread_mutex_unlock (&lock);
  return number;
}

VitrailTile *
vitrail_tile_cache_peek (VitrailTileCache *self, const VitrailTileKey *key)
{
  VitrailTile *tile = NULL;

  pthread_mutex_lock (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL) {
    g_queue_unlink (&self->recent, &entry->link);
    g_queue_push_head_link (&self->recent, &entry->link);
    tile = vitrail_tile_ref (entry->tile);
  }
  pthread_mutex_unlock (&self->lock);
  return tile;
}

void
vitrail_tile_cache_insert (VitrailTileCache *self,
                           const VitrailTileKey *key,
                           VitrailTile *tile)
{
  guint64 size_bytes = tile_size_bytes (tile);

  pthread_mutex_lock (&self->lock);
  if (size_bytes <= self->budget_bytes &&
      !g_hash_table_contains (self->entries, key))
  {
    Entry *entry = g_new0 (Entry, 1);
    entry->key = *key;
    entry->tile = vitrail_tile_ref (tile);
    entry->link.data = entry;
    g_hash_table_insert (self->entries, &entry->key, entry);
    g_queue_push_head_link (&self->recent, &entry->link);
    self->size_bytes += size_bytes;
    shrink_locked (self);
  }
  pthread_mutex_unlock (&self->lock);
}

VitrailTile *
vitrail_tile_cache_get (VitrailTileCache *self,
                        VitrailSlide *slide,
                        guint level,
                        guint column,
                        guint row,
                        GError **error)
{
  VitrailTileKey key = { vitrail_tile_cache_get_slide_number (slide), level,
                         column, row };
  VitrailTile *held = vitrail_tile_cache_peek (self, &key);
  VitrailSlideLevel geometry;

  if (held != NULL)
    return held;
  vitrail_slide_get_level (slide, level, &geometry);
  g_autoptr (VitrailTile) tile =
      vitrail_tile_new (geometry.tile_width, geometry.tile_height);
  if (tile == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for a tile of level %u",
                 vitrail_slide_get_name (slide), level);
    return NULL;
  }
  if (!vitrail_slide_decode_tile (slide, level, column, row, tile->rgb,
                                  (size_t) tile->width * 3, NULL, error))
    return NULL;
  vitrail_tile_cache_insert (self, &key, tile);
  return g_steal_pointer (&tile);
}
