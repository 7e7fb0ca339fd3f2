/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An archive over DICOMweb: see webarchive.h. */

#include "dicomweb/webarchive.h"

#include "dicom/builder.h"
#include "dicomweb/client.h"
#include "dicomweb/webanswers.h"
#include "dicomweb/webinstance.h"
#include "dicomweb/webquery.h"
#include "dicomweb/webseries.h"
#include "dicomweb/webslides.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)

/* Series whose metadata are kept. */
#define MAX_SERIES 64u

/* What the server says of one series; constant once made. */
typedef struct {
  gint ref_count; /* atomic */
  VitrailWebLocation *location;
  GPtrArray *data_sets; /* VitrailDataSet */
  GHashTable *by_uid;   /* SOP Instance UID, owned -> VitrailDataSet */
} Series;

struct _VitrailWebArchive {
  VitrailWebLocation *location;
  VitrailWebSlides *slides;
  pthread_mutex_t lock;
  pthread_cond_t fetched; /* somebody fetches no more, or was cancelled */
  /* Guarded by lock: */
  GHashTable *series;   /* "study/series", owned -> Series */
  GQueue order;         /* their keys, borrowed, the last used first */
  GHashTable *fetching; /* set of keys, owned */
  GHashTable *places;   /* SOP Instance UID, owned -> key, a constant string */
};

static Series *
series_ref (Series *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
series_unref (Series *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  vitrail_web_location_free (self->location);
  g_hash_table_unref (self->by_uid);
  g_ptr_array_unref (self->data_sets);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Series, series_unref)

VitrailWebArchive *
vitrail_web_archive_new (VitrailWebLocation *location)
{
  VitrailWebArchive *self = g_new0 (VitrailWebArchive, 1);

  self->location = location;
  self->slides = vitrail_web_slides_new (location);
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->fetched, NULL);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) series_unref);
  g_queue_init (&self->order);
  self->fetching =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) g_ref_string_release);
  return self;
}

void
vitrail_web_archive_free (VitrailWebArchive *self)
{
  g_queue_clear (&self->order);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->fetching);
  g_hash_table_unref (self->series);
  vitrail_web_slides_free (self->slides);
  vitrail_web_location_free (self->location);
  pthread_cond_destroy (&self->fetched);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* --- the metadata of a series --- */

static Series *
series_new (const VitrailWebLocation *location,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GPtrArray) data_sets =
      vitrail_web_series_read_metadata (location, cancellable, error);

  if (data_sets == NULL)
    return NULL;
  Series *self = g_new0 (Series, 1);
  self->ref_count = 1;
  self->location = vitrail_web_location_new_series (location, location->study,
                                                    location->series);
  self->data_sets = g_steal_pointer (&data_sets);
  self->by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (self->data_sets, i);
    char *uid = vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE, 0);
    if (uid != NULL)
      g_hash_table_replace (self->by_uid, uid, data_set);
  }
  return self;
}

/* Takes a reference to @key. */
static void
note_place_locked (VitrailWebArchive *self, const char *uid, char *key)
{
  g_hash_table_replace (self->places, g_strdup (uid),
                        g_ref_string_acquire (key));
}

static void
use_locked (VitrailWebArchive *self, const char *key)
{
  GList *link = g_queue_find_custom (&self->order, key, (GCompareFunc) strcmp);

  if (link != NULL) {
    g_queue_unlink (&self->order, link);
    g_queue_push_head_link (&self->order, link);
  }
}

static void
keep_locked (VitrailWebArchive *self, const char *key, Series *series)
{
  GHashTableIter iter;
  gpointer uid = NULL;
  char *owned = g_strdup (key);
  char *shared = g_ref_string_new (key);

  g_hash_table_insert (self->series, owned, series_ref (series));
  g_queue_push_head (&self->order, owned);
  if (self->order.length > MAX_SERIES)
    g_hash_table_remove (self->series, g_queue_pop_tail (&self->order));
  g_hash_table_iter_init (&iter, series->by_uid);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    note_place_locked (self, uid, shared);
  g_ref_string_release (shared);
}

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  VitrailWebArchive *self = user_data;

  pthread_mutex_lock (&self->lock);
  pthread_cond_broadcast (&self->fetched);
  pthread_mutex_unlock (&self->lock);
}

/* What is known under @key, or NULL. @is_ours: the caller fetches it, and ends
 * that with end_fetching () whatever comes between; else it was cancelled. */
static Series *
begin_fetching (VitrailWebArchive *self,
                const char *key,
                GCancellable *cancellable,
                gboolean *is_ours)
{
  const gulong id =
      cancellable != NULL
          ? g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self,
                                   NULL)
          : 0;

  pthread_mutex_lock (&self->lock);
  while (g_hash_table_contains (self->fetching, key) &&
         !g_cancellable_is_cancelled (cancellable))
    pthread_cond_wait (&self->fetched, &self->lock);
  Series *series = g_hash_table_lookup (self->series, key);
  if (series != NULL) {
    series_ref (series);
    use_locked (self, key);
  }
  *is_ours = series == NULL && !g_hash_table_contains (self->fetching, key);
  if (*is_ours)
    g_hash_table_add (self->fetching, g_strdup (key));
  pthread_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, id);
  return series;
}

static void
end_fetching (VitrailWebArchive *self, const char *key, Series *series)
{
  pthread_mutex_lock (&self->lock);
  if (series != NULL)
    keep_locked (self, key, series);
  g_hash_table_remove (self->fetching, key);
  pthread_cond_broadcast (&self->fetched);
  pthread_mutex_unlock (&self->lock);
}

static Series *
get_series (VitrailWebArchive *self,
            const char *study,
            const char *uid,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *key = g_strconcat (study, "/", uid, NULL);
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_new_series (self->location, study, uid);
  gboolean is_ours = FALSE;
  Series *series = begin_fetching (self, key, cancellable, &is_ours);

  if (!is_ours) {
    if (series == NULL)
      g_cancellable_set_error_if_cancelled (cancellable, error);
    return series;
  }
  series = series_new (location, cancellable, error);
  if (series != NULL)
    vitrail_web_slides_take_series (self->slides, location, series->data_sets);
  end_fetching (self, key, series);
  return series;
}

/* --- queries --- */

/* A UID of @match, or what the location says. */
static char *
dup_wanted (const char *of_location,
            const VitrailDataSet *match,
            VitrailTag tag)
{
  return of_location != NULL ? g_strdup (of_location)
                             : vitrail_web_query_dup_uid (match, tag);
}

/* Remembers of which series the instances of @answers are. */
static void
note_places (VitrailWebArchive *self, const GPtrArray *answers)
{
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < answers->len; i++) {
    const VitrailDataSet *answer = g_ptr_array_index (answers, i);
    g_autofree char *study = vitrail_web_query_dup_uid (answer, TAG_STUDY);
    g_autofree char *series = vitrail_web_query_dup_uid (answer, TAG_SERIES);
    g_autofree char *uid = vitrail_web_query_dup_uid (answer, TAG_SOP_INSTANCE);
    if (study == NULL || series == NULL || uid == NULL)
      continue;
    g_autofree char *key = g_strconcat (study, "/", series, NULL);
    char *shared = g_ref_string_new_intern (key);
    note_place_locked (self, uid, shared);
    g_ref_string_release (shared);
  }
  pthread_mutex_unlock (&self->lock);
}

static GPtrArray *
search (VitrailWebArchive *self,
        const VitrailQuery *query,
        GCancellable *cancellable,
        GError **error)
{
  GPtrArray *answers =
      vitrail_web_query (self->location, query, cancellable, error);

  if (answers != NULL && query->level == VITRAIL_LEVEL_INSTANCE)
    note_places (self, answers);
  if (answers != NULL && query->level == VITRAIL_LEVEL_SERIES)
    vitrail_web_slides_take_answers (self->slides, answers);
  return answers;
}

/* Whether somebody else may know what the metadata do not say. */
static gboolean
may_search (const VitrailWebArchive *self, const GError *error)
{
  return self->location->series == NULL && error->domain == VITRAIL_WEB_ERROR;
}

GPtrArray *
vitrail_web_archive_query (VitrailWebArchive *self,
                           const VitrailQuery *query,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree char *study =
      dup_wanted (self->location->study, query->match, TAG_STUDY);
  g_autofree char *uid =
      dup_wanted (self->location->series, query->match, TAG_SERIES);
  g_autoptr (GError) failed = NULL;

  if (study == NULL || uid == NULL ||
      (query->level != VITRAIL_LEVEL_INSTANCE &&
       self->location->series == NULL))
    return search (self, query, cancellable, error);
  g_autoptr (Series) series =
      get_series (self, study, uid, cancellable, &failed);
  if (series != NULL)
    return vitrail_web_answers_new (series->data_sets, query,
                                    self->location->instance);
  if (may_search (self, failed))
    return search (self, query, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

/* --- instances --- */

/* "study/series" of @uid, or NULL. */
static char *
dup_place (VitrailWebArchive *self, const char *uid)
{
  pthread_mutex_lock (&self->lock);
  char *place = g_strdup (g_hash_table_lookup (self->places, uid));
  pthread_mutex_unlock (&self->lock);
  if (place == NULL && self->location->series != NULL)
    place =
        g_strconcat (self->location->study, "/", self->location->series, NULL);
  return place;
}

static char *
find_place (VitrailWebArchive *self,
            const char *uid,
            GCancellable *cancellable,
            GError **error)
{
  char *place = dup_place (self, uid);
  VitrailDataSetBuilder *builder;

  if (place != NULL || !vitrail_web_location_is_uid (uid))
    return place;
  builder = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (builder, TAG_SOP_INSTANCE, uid);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match,
                               .limit = 1 };
  g_autoptr (GPtrArray) found = search (self, &query, cancellable, error);
  return found != NULL ? dup_place (self, uid) : NULL;
}

static VitrailInstance *
open_data_set (const Series *series,
               VitrailDataSet *data_set,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);
  g_autoptr (VitrailDataSet) filled =
      vitrail_web_series_fill (series->location, data_set, cancellable);

  /* Without all of its values it would be a wrong one for everybody else. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return vitrail_web_instance_new (series->location, filled, syntax,
                                   cancellable, error);
}

VitrailInstance *
vitrail_web_archive_open (VitrailWebArchive *self,
                          const char *sop_instance_uid,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *place =
      find_place (self, sop_instance_uid, cancellable, &failed);
  g_auto (GStrv) uids = place != NULL ? g_strsplit (place, "/", 2) : NULL;
  g_autoptr (Series) series =
      uids != NULL ? get_series (self, uids[0], uids[1], cancellable, &failed)
                   : NULL;
  VitrailDataSet *data_set =
      series != NULL ? g_hash_table_lookup (series->by_uid, sop_instance_uid)
                     : NULL;

  if (data_set != NULL)
    return open_data_set (series, data_set, cancellable, error);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no instance %s", self->location->name, sop_instance_uid);
  return NULL;
}

char *
vitrail_web_archive_dup_path (VitrailWebArchive *self,
                              const char *sop_instance_uid)
{
  g_autofree char *place = dup_place (self, sop_instance_uid);
  g_auto (GStrv) uids = place != NULL ? g_strsplit (place, "/", 2) : NULL;

  if (uids == NULL)
    return NULL;
  return g_strdup_printf ("%s/studies/%s/series/%s/instances/%s",
                          self->location->root_name, uids[0], uids[1],
                          sop_instance_uid);
}

GPtrArray *
vitrail_web_archive_list_slides (VitrailWebArchive *self)
{
  return vitrail_web_slides_list (self->slides);
}

/* --- from the beginning --- */

/* Not all services can be asked for series of all studies: then their slides
 * are known when somebody looks into their study. */
static void
find_slides (VitrailWebArchive *self, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, TAG_MODALITY, "SM");
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_SERIES, .match = match };
  g_autoptr (GPtrArray) found = search (self, &query, cancellable, &error);
  if (found == NULL)
    g_info ("%s: slides are not listed: %s", self->location->name,
            error->message);
}

gboolean
vitrail_web_archive_refresh (VitrailWebArchive *self,
                             GCancellable *cancellable,
                             GError **error)
{
  const VitrailQuery one = { .level = VITRAIL_LEVEL_STUDY, .limit = 1 };

  pthread_mutex_lock (&self->lock);
  g_queue_clear (&self->order);
  g_hash_table_remove_all (self->series);
  pthread_mutex_unlock (&self->lock);
  vitrail_web_slides_forget (self->slides);
  g_autoptr (GPtrArray) found =
      vitrail_web_archive_query (self, &one, cancellable, error);
  if (found == NULL)
    return FALSE;
  if (self->location->series == NULL)
    find_slides (self, cancellable);
  return TRUE;
}
