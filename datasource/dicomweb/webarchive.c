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
#include "dicomweb/wholeinstance.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)

/* Series whose metadata are kept. */
#define MAX_SERIES    64u
#define FRESH_SECONDS 60

/* What the server says of one series; constant once made, but for when it said
 * so last (guarded by the archive's lock). */
typedef struct {
  gint ref_count;     /* atomic */
  gint64 asked_at_us; /* monotonic */
  char *version;      /* of its metadata */
  VitrailWebLocation *location;
  GPtrArray *data_sets; /* VitrailDataSet */
  GHashTable *by_uid;   /* SOP Instance UID, owned -> VitrailDataSet */
} Series;

struct _VitrailWebArchive {
  VitrailWebLocation *location;
  VitrailWebSlides *slides;
  gint64 fresh_us;
  void (*changed) (gpointer user_data);
  gpointer user_data;
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
  g_free (self->version);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Series, series_unref)

/* For how long what a server said of a series stands without asking again. */
static gint64
get_fresh_us (void)
{
  const char *text = g_getenv ("VITRAIL_DICOMWEB_FRESH");
  guint64 seconds = FRESH_SECONDS;

  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, 86400, &seconds, NULL);
  return (gint64) seconds * G_USEC_PER_SEC;
}

VitrailWebArchive *
vitrail_web_archive_new (VitrailWebLocation *location,
                         void (*changed) (gpointer user_data),
                         gpointer user_data)
{
  VitrailWebArchive *self = g_new0 (VitrailWebArchive, 1);

  self->fresh_us = get_fresh_us ();
  self->changed = changed;
  self->user_data = user_data;
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
  g_autofree char *version = NULL;
  g_autoptr (GPtrArray) data_sets =
      vitrail_web_series_read_metadata (location, &version, cancellable, error);

  if (data_sets == NULL)
    return NULL;
  Series *self = g_new0 (Series, 1);
  self->ref_count = 1;
  self->version = g_steal_pointer (&version);
  self->asked_at_us = g_get_monotonic_time ();
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
drop_locked (VitrailWebArchive *self, const char *key)
{
  GList *link = g_queue_find_custom (&self->order, key, (GCompareFunc) strcmp);

  if (link != NULL)
    g_queue_delete_link (&self->order, link);
  g_hash_table_remove (self->series, key);
}

static void
keep_locked (VitrailWebArchive *self, const char *key, Series *series)
{
  GHashTableIter iter;
  gpointer uid = NULL;
  char *owned = g_strdup (key);
  char *shared = g_ref_string_new (key);

  drop_locked (self, key);
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
  if (series != NULL &&
      g_get_monotonic_time () - series->asked_at_us > self->fresh_us)
    series = NULL;
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

/* Takes @fetched (transfer full), NULL where it @failed, instead of what was
 * known under @key, and returns what is known from now on: what was, where that
 * is the same, or nobody can say. @is_changed (out): what was known is so no
 * longer. */
static Series *
settle_locked (VitrailWebArchive *self,
               const char *key,
               Series *fetched,
               const GError *failed,
               gboolean *is_changed)
{
  Series *known = g_hash_table_lookup (self->series, key);

  if (known != NULL &&
      (fetched != NULL ? g_strcmp0 (known->version, fetched->version) == 0
                       : vitrail_web_error_is_outage (failed)))
  {
    known->asked_at_us = g_get_monotonic_time ();
    g_clear_pointer (&fetched, series_unref);
    return series_ref (known);
  }
  *is_changed = known != NULL &&
                (fetched != NULL ||
                 !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  if (fetched != NULL)
    keep_locked (self, key, fetched);
  else if (*is_changed)
    drop_locked (self, key);
  return fetched;
}

static Series *
end_fetching (VitrailWebArchive *self,
              const char *key,
              Series *fetched,
              const GError *failed)
{
  gboolean is_changed = FALSE;

  pthread_mutex_lock (&self->lock);
  Series *series = settle_locked (self, key, fetched, failed, &is_changed);
  g_hash_table_remove (self->fetching, key);
  pthread_cond_broadcast (&self->fetched);
  pthread_mutex_unlock (&self->lock);
  if (is_changed && self->changed != NULL)
    self->changed (self->user_data);
  return series;
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
  g_autoptr (GError) failed = NULL;
  gboolean is_ours = FALSE;
  Series *series = begin_fetching (self, key, cancellable, &is_ours);

  if (!is_ours) {
    if (series == NULL)
      g_cancellable_set_error_if_cancelled (cancellable, error);
    return series;
  }
  series = series_new (location, cancellable, &failed);
  if (series != NULL)
    vitrail_web_slides_take_series (self->slides, location, series->data_sets);
  series = end_fetching (self, key, series, failed);
  if (series == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
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

/* Takes @answers (transfer full); FALSE where they are NULL. */
static gboolean
add_answers (GPtrArray *all, GPtrArray *answers)
{
  if (answers == NULL)
    return FALSE;
  for (guint i = 0; i < answers->len; i++)
    g_ptr_array_add (all,
                     vitrail_data_set_ref (g_ptr_array_index (answers, i)));
  g_ptr_array_unref (answers);
  return TRUE;
}

/* Files of one kind name those of the next: all series of the studies that
 * @query is about. */
static GPtrArray *
list_static_series (VitrailWebArchive *self,
                    const VitrailQuery *query,
                    GCancellable *cancellable,
                    GError **error)
{
  const VitrailQuery studies = { .level = VITRAIL_LEVEL_STUDY,
                                 .match = query->match };
  g_autoptr (GPtrArray) found =
      vitrail_web_query (self->location, &studies, cancellable, error);
  g_autoptr (GPtrArray) all =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  if (found == NULL)
    return NULL;
  for (guint i = 0; i < found->len; i++) {
    g_autofree char *uid =
        vitrail_web_query_dup_uid (g_ptr_array_index (found, i), TAG_STUDY);
    VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
    vitrail_data_set_builder_set_string (builder, TAG_STUDY, uid);
    g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
    const VitrailQuery series = { .level = VITRAIL_LEVEL_SERIES,
                                  .match = match };
    if (!add_answers (all, vitrail_web_query (self->location, &series,
                                              cancellable, error)))
      return NULL;
  }
  return g_steal_pointer (&all);
}

/* Searches for series or instances at an archive of files. */
static GPtrArray *
search_static (VitrailWebArchive *self,
               const VitrailQuery *query,
               GCancellable *cancellable,
               GError **error)
{
  const VitrailQuery wanted = { .level = VITRAIL_LEVEL_SERIES,
                                .match = query->match };
  g_autoptr (GPtrArray) listed =
      list_static_series (self, query, cancellable, error);
  g_autoptr (GPtrArray) all =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  if (listed == NULL || query->level == VITRAIL_LEVEL_SERIES)
    return listed != NULL ? vitrail_web_answers_filter (listed, query) : NULL;
  g_autoptr (GPtrArray) found = vitrail_web_answers_filter (listed, &wanted);
  for (guint i = 0; i < found->len; i++) {
    const VitrailDataSet *answer = g_ptr_array_index (found, i);
    g_autofree char *study = vitrail_web_query_dup_uid (answer, TAG_STUDY);
    g_autofree char *uid = vitrail_web_query_dup_uid (answer, TAG_SERIES);
    g_autoptr (Series) series =
        get_series (self, study, uid, cancellable, error);
    if (series == NULL)
      return NULL;
    add_answers (all, g_ptr_array_ref (series->data_sets));
  }
  return vitrail_web_answers_new (all, query, NULL);
}

static GPtrArray *
search (VitrailWebArchive *self,
        const VitrailQuery *query,
        GCancellable *cancellable,
        GError **error)
{
  const gboolean is_static =
      self->location->options->is_static && query->level != VITRAIL_LEVEL_STUDY;
  GPtrArray *answers =
      is_static ? search_static (self, query, cancellable, error)
                : vitrail_web_query (self->location, query, cancellable, error);

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

/* The series that @uid is of, and its data set there (borrowed). */
static Series *
find_instance (VitrailWebArchive *self,
               const char *uid,
               VitrailDataSet **data_set,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *place = find_place (self, uid, cancellable, &failed);
  g_auto (GStrv) uids = place != NULL ? g_strsplit (place, "/", 2) : NULL;
  g_autoptr (Series) series =
      uids != NULL ? get_series (self, uids[0], uids[1], cancellable, &failed)
                   : NULL;

  *data_set = series != NULL ? g_hash_table_lookup (series->by_uid, uid) : NULL;
  if (*data_set != NULL)
    return g_steal_pointer (&series);
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no instance %s", self->location->name, uid);
  return NULL;
}

/* @data_set of @series with its long values: without all of them it would be a
 * wrong one for everybody else, so that what is cancelled is an error. */
static VitrailDataSet *
fill (const Series *series,
      VitrailDataSet *data_set,
      GCancellable *cancellable,
      gboolean *is_whole,
      GError **error)
{
  g_autoptr (VitrailDataSet) filled =
      vitrail_web_series_fill (series->location, data_set, cancellable,
                               is_whole);

  return g_cancellable_set_error_if_cancelled (cancellable, error)
             ? NULL
             : g_steal_pointer (&filled);
}

VitrailDataSet *
vitrail_web_archive_read (VitrailWebArchive *self,
                          const char *sop_instance_uid,
                          char **transfer_syntax,
                          GCancellable *cancellable,
                          GError **error)
{
  VitrailDataSet *data_set = NULL;
  g_autoptr (Series) series =
      find_instance (self, sop_instance_uid, &data_set, cancellable, error);
  g_autofree char *syntax =
      series != NULL ? vitrail_web_series_dup_syntax (data_set) : NULL;
  gboolean is_whole = FALSE;
  VitrailDataSet *filled =
      series != NULL ? fill (series, data_set, cancellable, &is_whole, error)
                     : NULL;

  if (filled != NULL && syntax[0] != '\0')
    *transfer_syntax = g_steal_pointer (&syntax);
  return filled;
}

VitrailInstance *
vitrail_web_archive_open (VitrailWebArchive *self,
                          const char *sop_instance_uid,
                          GCancellable *cancellable,
                          gboolean *is_whole,
                          GError **error)
{
  VitrailDataSet *data_set = NULL;
  g_autoptr (Series) series =
      find_instance (self, sop_instance_uid, &data_set, cancellable, error);
  g_autofree char *syntax =
      series != NULL ? vitrail_web_series_dup_syntax (data_set) : NULL;
  g_autoptr (VitrailDataSet) filled =
      series != NULL ? fill (series, data_set, cancellable, is_whole, error)
                     : NULL;

  return filled != NULL ? vitrail_web_instance_new (series->location, filled,
                                                    syntax, cancellable, error)
                        : NULL;
}

VitrailPart10 *
vitrail_web_archive_read_file (VitrailWebArchive *self,
                               const char *sop_instance_uid,
                               GCancellable *cancellable,
                               GError **error)
{
  VitrailDataSet *data_set = NULL;
  g_autoptr (Series) series =
      find_instance (self, sop_instance_uid, &data_set, cancellable, error);

  return series != NULL
             ? vitrail_whole_instance_fetch (series->location, sop_instance_uid,
                                             cancellable, error)
             : NULL;
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
