/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoded tiles of slides: see tilecache.h. */

#include "slide/tilecache.h"

#include "error.h"

#include <pthread.h>
#include <string.h>

/* Bytes behind the pixels, so that they can be read by fours. */
#define PADDING 1

typedef struct {
  VitrailTileKey key;
  VitrailTile *tile;
  VitrailMemoryEntry memory;
} Entry;

struct _VitrailTileCache {
  VitrailMemoryClient *memory;
  pthread_mutex_t lock;
  GHashTable *entries; /* VitrailTileKey -> Entry; guarded by lock */
};

VitrailTile *
vitrail_tile_new (guint width, guint height)
{
  VitrailTile *self =
      g_try_malloc (sizeof *self + (gsize) width * height * 3 + PADDING);
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

static gsize
tile_size_bytes (const VitrailTile *tile)
{
  return sizeof (Entry) + sizeof *tile + (gsize) tile->width * tile->height * 3;
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

static gsize
evict_cb (gpointer user_data)
{
  VitrailTileCache *self = user_data;

  pthread_mutex_lock (&self->lock);
  Entry *oldest = vitrail_memory_client_get_oldest (self->memory);
  if (oldest != NULL) {
    vitrail_memory_client_remove (self->memory, &oldest->memory);
    g_hash_table_steal (self->entries, &oldest->key);
  }
  pthread_mutex_unlock (&self->lock);
  if (oldest == NULL)
    return 0;
  gsize bytes = tile_size_bytes (oldest->tile);
  entry_free (oldest);
  return bytes;
}

VitrailTileCache *
vitrail_tile_cache_new (VitrailMemoryBudget *budget)
{
  VitrailTileCache *self = g_new0 (VitrailTileCache, 1);
  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_hash_table_new_full (key_hash, key_equal, NULL, entry_free);
  self->memory = vitrail_memory_client_new (budget, "tiles", evict_cb, self);
  return self;
}

void
vitrail_tile_cache_free (VitrailTileCache *self)
{
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->entries);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

VitrailTileCache *
vitrail_tile_cache_get_default (void)
{
  static gsize cache;
  if (g_once_init_enter (&cache))
    g_once_init_leave (&cache, (gsize) vitrail_tile_cache_new (
                                   vitrail_memory_budget_get_default ()));
  return (VitrailTileCache *) cache;
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
    vitrail_memory_client_use (self->memory, &entry->memory);
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
  gsize bytes = tile_size_bytes (tile);

  if (!vitrail_memory_client_reserve (self->memory, bytes))
    return;
  pthread_mutex_lock (&self->lock);
  if (!g_hash_table_contains (self->entries, key)) {
    Entry *entry = g_new0 (Entry, 1);
    entry->key = *key;
    entry->tile = vitrail_tile_ref (tile);
    g_hash_table_insert (self->entries, &entry->key, entry);
    vitrail_memory_client_add (self->memory, &entry->memory, entry);
  } else {
    vitrail_memory_client_release (self->memory, bytes);
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
