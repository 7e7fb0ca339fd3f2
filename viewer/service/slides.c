/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Open slides and their tiles: see slides.h. */

#include "slides.h"

#include "error.h"
#include "iccmarker.h"
#include "kept.h"
#include "memorybudget.h"
#include "request.h"
#include "slide/look.h"
#include "slidejson.h"
#include "slideversion.h"

#include <pthread.h>
#include <string.h>

/* A slide holds files open. */
#define MAX_OPEN 64
/* How long nobody asks whether its files are as they were. */
#define CURRENT_US ((gint64) 2 * G_USEC_PER_SEC)

/* What is kept of one that is open. */
typedef struct {
  char *key;
  VitrailOpenSlide *slide;
  gsize bytes;
  gint64 checked_us; /* when its files were as they had been; guarded by lock */
  VitrailMemoryEntry memory;
} OpenEntry;

struct _VitrailSlideCache {
  VitrailDataSource *source;
  VitrailMemoryClient *open_memory;
  VitrailKept *tiles;       /* encoded; GBytes */
  pthread_mutex_t lock;     /* guards all below */
  pthread_cond_t opened;    /* one is opening no more */
  GHashTable *opening;      /* set of open_key (): each by one at a time */
  GHashTable *open;         /* open_key () to OpenEntry */
  GHashTable *descriptions; /* id to VitrailSlideDescription */
};

VitrailOpenSlide *
vitrail_open_slide_ref (VitrailOpenSlide *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_open_slide_unref (VitrailOpenSlide *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_object (&self->slide);
  g_clear_object (&self->source);
  g_free (self->id);
  g_free (self->name);
  g_free (self->version);
  g_free (self->tag);
  g_clear_pointer (&self->markers, g_bytes_unref);
  g_free (self);
}

static void
open_entry_free (gpointer data)
{
  OpenEntry *entry = data;
  vitrail_open_slide_unref (entry->slide);
  g_free (entry->key);
  g_free (entry);
}

/* Freed without the lock: closing files may take its time. */
static gsize
evict_open_cb (gpointer user_data)
{
  VitrailSlideCache *self = user_data;

  pthread_mutex_lock (&self->lock);
  OpenEntry *entry = vitrail_memory_client_get_oldest (self->open_memory);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->open_memory, &entry->memory);
    g_hash_table_steal (self->open, entry->key);
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return 0;
  gsize bytes = entry->bytes;
  open_entry_free (entry);
  return bytes;
}

VitrailSlideCache *
vitrail_slide_cache_new (VitrailDataSource *source)
{
  VitrailSlideCache *self = g_new0 (VitrailSlideCache, 1);

  self->source = source;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->opened, NULL);
  self->opening = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, open_entry_free);
  self->descriptions =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                             (GDestroyNotify) vitrail_slide_description_unref);
  self->tiles = vitrail_kept_new ("encoded-tiles", (GBoxedCopyFunc) g_bytes_ref,
                                  (GDestroyNotify) g_bytes_unref);
  self->open_memory =
      vitrail_memory_client_new (vitrail_memory_budget_get_default (), "slides",
                                 evict_open_cb, self);
  return self;
}

void
vitrail_slide_cache_free (VitrailSlideCache *self)
{
  if (self == NULL)
    return;
  vitrail_kept_free (self->tiles);
  vitrail_memory_client_free (self->open_memory);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->descriptions);
  g_hash_table_unref (self->opening);
  pthread_cond_destroy (&self->opened);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* From here to end_opening () nobody else opens @key; others may, as a server
 * that is slow must not hold up all. */
static void
begin_opening (VitrailSlideCache *self, const char *key)
{
  pthread_mutex_lock (&self->lock);
  while (g_hash_table_contains (self->opening, key))
    pthread_cond_wait (&self->opened, &self->lock);
  g_hash_table_add (self->opening, g_strdup (key));
  pthread_mutex_unlock (&self->lock);
}

static void
end_opening (VitrailSlideCache *self, const char *key)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_remove (self->opening, key);
  pthread_cond_broadcast (&self->opened);
  pthread_mutex_unlock (&self->lock);
}

/* Ids hold no spaces. @look is as it was written. */
static char *
make_open_key (const char *id, const char *look)
{
  return g_strconcat (id, look != NULL ? " " : NULL, look, NULL);
}

/* @age_us: how old the last look at its files may be. */
static VitrailOpenSlide *
find_open (VitrailSlideCache *self, const char *key, gint64 age_us)
{
  const gint64 now = g_get_monotonic_time ();
  VitrailOpenSlide *slide = NULL;

  pthread_mutex_lock (&self->lock);
  OpenEntry *entry = g_hash_table_lookup (self->open, key);
  if (entry != NULL && now - entry->checked_us <= age_us) {
    vitrail_memory_client_use (self->open_memory, &entry->memory);
    slide = vitrail_open_slide_ref (entry->slide);
  }
  pthread_mutex_unlock (&self->lock);
  return slide;
}

static VitrailOpenSlide *
peek (VitrailSlideCache *self, const char *key)
{
  return find_open (self, key, CURRENT_US);
}

/* It is as it was. */
static void
touch_open (VitrailSlideCache *self, const char *key)
{
  pthread_mutex_lock (&self->lock);
  OpenEntry *entry = g_hash_table_lookup (self->open, key);
  if (entry != NULL)
    entry->checked_us = g_get_monotonic_time ();
  pthread_mutex_unlock (&self->lock);
}

/* It is another one now: those who have it keep it. */
static void
drop_open (VitrailSlideCache *self, const char *key)
{
  pthread_mutex_lock (&self->lock);
  OpenEntry *entry = g_hash_table_lookup (self->open, key);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->open_memory, &entry->memory);
    g_hash_table_steal (self->open, key);
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return;
  vitrail_memory_client_release (self->open_memory, entry->bytes);
  open_entry_free (entry);
}

/* What is open as @key, if that is of @version; else nothing is any more. */
static VitrailOpenSlide *
check_open (VitrailSlideCache *self, const char *key, const char *version)
{
  VitrailOpenSlide *slide = find_open (self, key, G_MAXINT64);

  if (slide == NULL)
    return NULL;
  if (strcmp (slide->version, version) == 0) {
    touch_open (self, key);
    return slide;
  }
  drop_open (self, key);
  vitrail_open_slide_unref (slide);
  return NULL;
}

VitrailOpenSlide *
vitrail_slide_cache_peek (VitrailSlideCache *self, const char *id)
{
  return peek (self, id);
}

VitrailOpenSlide *
vitrail_slide_cache_peek_look (VitrailSlideCache *self,
                               const char *id,
                               const char *look)
{
  g_autofree char *key = make_open_key (id, look);

  return peek (self, key);
}

/* Where there is room. Nobody else opens it. */
static void
keep_open (VitrailSlideCache *self, const char *key, VitrailOpenSlide *slide)
{
  gsize bytes = sizeof *slide + vitrail_slide_get_size_bytes (slide->slide);

  if (!vitrail_memory_client_reserve (self->open_memory, bytes))
    return;
  OpenEntry *entry = g_new0 (OpenEntry, 1);
  entry->key = g_strdup (key);
  entry->slide = vitrail_open_slide_ref (slide);
  entry->bytes = bytes;
  entry->checked_us = g_get_monotonic_time ();
  pthread_mutex_lock (&self->lock);
  g_hash_table_insert (self->open, entry->key, entry);
  vitrail_memory_client_add (self->open_memory, &entry->memory, entry);
  gboolean is_full = g_hash_table_size (self->open) > MAX_OPEN;
  pthread_mutex_unlock (&self->lock);
  if (is_full)
    vitrail_memory_client_release (self->open_memory, evict_open_cb (self));
}

/* Whether its channels mean little one by one. */
static gboolean
is_mixed (VitrailSlide *slide)
{
  VitrailSlidePath path;

  vitrail_slide_get_path (slide, 0, &path);
  return !path.is_color && vitrail_slide_get_n_paths (slide) > 1;
}

/* Shows @slide with @look, which may be NULL. */
static void
set_slide (VitrailOpenSlide *self,
           VitrailSlide *slide,
           const VitrailSlideLook *look)
{
  g_autofree char *text =
      look != NULL ? vitrail_slide_look_to_string (look) : g_strdup ("");

  self->source = g_object_ref (slide);
  self->slide = look != NULL ? vitrail_slide_ref_with_look (slide, look)
                             : g_object_ref (slide);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (self->slide);
  g_autofree char *hash =
      g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1);
  self->tag = self->slide == slide
                  ? g_strdup (self->version)
                  : g_strdup_printf ("%s-%.16s", self->version, hash);
  self->markers = profile != NULL ? vitrail_icc_markers_new (profile) : NULL;
  vitrail_deepzoom_init (&self->plan, self->slide);
}

static VitrailOpenSlide *
open_entry (const VitrailSlideEntry *entry, GError **error)
{
  g_autoptr (VitrailSlide) slide =
      vitrail_slide_open ((const char *const *) entry->paths, error);
  if (slide == NULL)
    return NULL;

  VitrailOpenSlide *self = g_new0 (VitrailOpenSlide, 1);
  self->ref_count = 1;
  self->id = g_strdup (entry->id);
  self->name = g_strdup (entry->name);
  self->version = vitrail_slide_make_version (entry, slide);
  if (is_mixed (slide)) {
    g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
    set_slide (self, slide, look);
  } else {
    set_slide (self, slide, NULL);
  }
  return self;
}

/* Nobody else opens it. */
static VitrailOpenSlide *
find_current (VitrailSlideCache *self, const VitrailSlideEntry *entry)
{
  VitrailOpenSlide *slide = peek (self, entry->id);
  if (slide != NULL)
    return slide;
  g_autoptr (VitrailOpenSlide) old = find_open (self, entry->id, G_MAXINT64);
  if (old == NULL)
    return NULL;
  g_autofree char *version = vitrail_slide_make_version (entry, old->source);
  return check_open (self, entry->id, version);
}

static VitrailOpenSlide *
open_once (VitrailSlideCache *self,
           const VitrailSlideEntry *entry,
           GError **error)
{
  begin_opening (self, entry->id);
  VitrailOpenSlide *slide = find_current (self, entry);
  if (slide == NULL) {
    slide = open_entry (entry, error);
    if (slide != NULL)
      keep_open (self, entry->id, slide);
  }
  end_opening (self, entry->id);
  return slide;
}

VitrailOpenSlide *
vitrail_slide_cache_open (VitrailSlideCache *self,
                          const char *id,
                          GError **error)
{
  VitrailOpenSlide *slide = vitrail_slide_cache_peek (self, id);
  if (slide != NULL)
    return slide;

  g_autoptr (GPtrArray) entries =
      vitrail_data_source_list_slides (self->source);
  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (entries, i);
    if (strcmp (entry->id, id) == 0)
      return open_once (self, entry, error);
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND, "no slide %s",
               id);
  return NULL;
}

/* Nobody else opens @key, which is of @plain with the look @text. */
static VitrailOpenSlide *
open_look (VitrailSlideCache *self,
           VitrailOpenSlide *plain,
           const char *text,
           const char *key,
           GError **error)
{
  g_autoptr (GError) bad = NULL;
  VitrailOpenSlide *slide = check_open (self, key, plain->version);

  if (slide != NULL)
    return slide;
  g_autoptr (VitrailSlideLook) look =
      vitrail_slide_look_from_string (plain->source, text, &bad);
  if (look == NULL) {
    g_set_error_literal (error, VITRAIL_HTTP_ERROR, 400, bad->message);
    return NULL;
  }
  slide = g_new0 (VitrailOpenSlide, 1);
  slide->ref_count = 1;
  slide->id = g_strdup (plain->id);
  slide->name = g_strdup (plain->name);
  slide->version = g_strdup (plain->version);
  set_slide (slide, plain->source, look);
  keep_open (self, key, slide);
  return slide;
}

VitrailOpenSlide *
vitrail_slide_cache_open_look (VitrailSlideCache *self,
                               const char *id,
                               const char *look,
                               GError **error)
{
  if (look == NULL)
    return vitrail_slide_cache_open (self, id, error);
  VitrailOpenSlide *slide = vitrail_slide_cache_peek_look (self, id, look);
  if (slide != NULL)
    return slide;
  g_autoptr (VitrailOpenSlide) plain =
      vitrail_slide_cache_open (self, id, error);
  if (plain == NULL)
    return NULL;
  g_autofree char *key = make_open_key (plain->id, look);
  begin_opening (self, key);
  slide = open_look (self, plain, look, key, error);
  end_opening (self, key);
  return slide;
}

/* NULL when it has not been described as it is now. */
static VitrailSlideDescription *
ref_known (VitrailSlideCache *self, const VitrailSlideEntry *entry)
{
  g_autoptr (VitrailOpenSlide) slide = peek (self, entry->id);

  pthread_mutex_lock (&self->lock);
  VitrailSlideDescription *found =
      g_hash_table_lookup (self->descriptions, entry->id);
  g_autoptr (VitrailSlideDescription) known =
      found != NULL ? vitrail_slide_description_ref (found) : NULL;
  pthread_mutex_unlock (&self->lock);
  /* What is on another server one knows only while it is open. */
  return known != NULL &&
                 vitrail_slide_description_is_of (known, entry,
                                                  slide != NULL ? slide->version
                                                                : NULL)
             ? g_steal_pointer (&known)
             : NULL;
}

gboolean
vitrail_slide_cache_describe (VitrailSlideCache *self,
                              const VitrailSlideEntry *entry,
                              GString *json)
{
  g_autoptr (VitrailSlideDescription) known = ref_known (self, entry);

  if (known == NULL) {
    g_autoptr (VitrailOpenSlide) slide = open_once (self, entry, NULL);
    if (slide == NULL)
      return FALSE;
    known = vitrail_slide_description_new (
        slide->source, slide->version,
        vitrail_open_slide_to_json (slide, entry->paths[0]));
    pthread_mutex_lock (&self->lock);
    g_hash_table_insert (self->descriptions, g_strdup (entry->id),
                         vitrail_slide_description_ref (known));
    pthread_mutex_unlock (&self->lock);
  }
  g_string_append (json, known->json);
  return TRUE;
}

#define KEY_SIZE 280

static void
write_key (char key[KEY_SIZE],
           const VitrailOpenSlide *slide,
           const guint place[3])
{
  g_snprintf (key, KEY_SIZE, "%s %s %u %u %u", slide->id, slide->tag, place[0],
              place[1], place[2]);
}

GBytes *
vitrail_slide_cache_peek_tile (VitrailSlideCache *self,
                               const VitrailOpenSlide *slide,
                               const guint place[3])
{
  char key[KEY_SIZE];
  GBytes *found =
      vitrail_deepzoom_ref_stored_tile (slide->slide, &slide->plan, place[0],
                                        place[1], place[2]);

  if (found != NULL)
    return found;
  write_key (key, slide, place);
  return vitrail_kept_ref (self->tiles, key);
}

GBytes *
vitrail_slide_cache_ref_tile (VitrailSlideCache *self,
                              const VitrailOpenSlide *slide,
                              const guint place[3],
                              GError **error)
{
  GBytes *tile = vitrail_slide_cache_peek_tile (self, slide, place);

  if (tile != NULL)
    return tile;
  tile = vitrail_deepzoom_ref_tile (slide->slide, &slide->plan, place[0],
                                    place[1], place[2], NULL, error);
  if (tile != NULL) {
    char key[KEY_SIZE];
    write_key (key, slide, place);
    vitrail_kept_add (self->tiles, key, tile, g_bytes_get_size (tile));
  }
  return tile;
}
