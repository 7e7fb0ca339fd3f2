/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several data sources as one: see merge.h. All are asked at the same time,
 * each on a thread of its own. What several have is answered once; a study that
 * lies in several has the series of all of them. One that fails hides no other:
 * it is listed as unreadable, with its reason. */

#include "merge.h"

#include "dicom/builder.h"
#include "dicomweb/client.h"
#include "dicomweb/location.h"
#include "error.h"
#include "folder.h"
#include "mergeanswers.h"

#include <pthread.h>
#include <string.h>

#define PREFIX      "merge:"
#define MAX_MEMBERS 64u

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)

/* One of the sources. */
typedef struct {
  char *name;
  VitrailDataSource *source;
  char *problem; /* of its last call, or NULL; guarded by the lock */
} Member;

struct _VitrailMerge {
  GObject parent_instance;
  GPtrArray *members; /* Member; constant, but for their problems */
  pthread_mutex_t lock;
  GHashTable *places; /* SOP Instance UID -> Member; guarded by lock */
};

#define VITRAIL_TYPE_MERGE (vitrail_merge_get_type ())
G_DECLARE_FINAL_TYPE (VitrailMerge, vitrail_merge, VITRAIL, MERGE, GObject)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailMerge,
                               vitrail_merge,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
member_free (Member *self)
{
  g_object_unref (self->source);
  g_free (self->name);
  g_free (self->problem);
  g_free (self);
}

static void
vitrail_merge_finalize (GObject *object)
{
  VitrailMerge *self = VITRAIL_MERGE (object);

  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->members);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_merge_parent_class)->finalize (object);
}

static void
vitrail_merge_class_init (VitrailMergeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_merge_finalize;
}

static void
vitrail_merge_init (VitrailMerge *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) member_free);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* --- all at the same time --- */

/* One call of one member: a query, or where @query is NULL a refresh. */
typedef struct {
  Member *member;
  const VitrailQuery *query;
  GCancellable *cancellable;
  GPtrArray *answers;
  GError *error;
} Call;

static void
call_clear (gpointer data)
{
  Call *self = data;

  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_error (&self->error);
}

static gpointer
call_thread (gpointer data)
{
  Call *self = data;

  if (self->query != NULL)
    self->answers =
        vitrail_data_source_query (self->member->source, self->query,
                                   self->cancellable, &self->error);
  else
    vitrail_data_source_refresh (self->member->source, self->cancellable,
                                 &self->error);
  return NULL;
}

/* Whether somebody merely does not have what was asked for. */
static gboolean
is_absence (const GError *error)
{
  return g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND) ||
         g_error_matches (error, VITRAIL_WEB_ERROR, 404);
}

/* Notes how it went. */
static void
note_problem (VitrailMerge *self, const Call *call)
{
  const gboolean failed = call->error != NULL && !is_absence (call->error);

  pthread_mutex_lock (&self->lock);
  g_clear_pointer (&call->member->problem, g_free);
  if (failed)
    call->member->problem = g_strdup (call->error->message);
  pthread_mutex_unlock (&self->lock);
  if (failed)
    g_message ("left out: %s", call->error->message);
}

/* The calls, all of which have ended; NULL with the first error where all have
 * failed. */
static GArray *
call_all (VitrailMerge *self,
          const VitrailQuery *query,
          GCancellable *cancellable,
          GError **error)
{
  const guint n = self->members->len;
  g_autoptr (GArray) calls = g_array_sized_new (FALSE, TRUE, sizeof (Call), n);
  g_autofree GThread **threads = g_new0 (GThread *, n);
  guint n_failed = 0;
  guint first = 0;

  g_array_set_clear_func (calls, call_clear);
  g_array_set_size (calls, n);
  for (guint i = 0; i < n; i++) {
    Call *call = &g_array_index (calls, Call, i);
    *call = (Call){ .member = g_ptr_array_index (self->members, i),
                    .query = query,
                    .cancellable = cancellable };
    threads[i] = g_thread_new ("merge", call_thread, call);
  }
  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  for (guint i = 0; i < n; i++) {
    const Call *call = &g_array_index (calls, Call, i);
    note_problem (self, call);
    if (call->error != NULL && n_failed++ == 0)
      first = i;
  }
  if (n_failed < n)
    return g_steal_pointer (&calls);
  g_propagate_error (error,
                     g_error_copy (g_array_index (calls, Call, first).error));
  return NULL;
}

/* --- queries --- */

static void
note_places (VitrailMerge *self, const Call *call)
{
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < call->answers->len; i++) {
    char *uid =
        vitrail_data_set_dup_string (g_ptr_array_index (call->answers, i),
                                     TAG_SOP_INSTANCE, 0);
    if (uid != NULL && !g_hash_table_contains (self->places, uid))
      g_hash_table_insert (self->places, uid, call->member);
    else
      g_free (uid);
  }
  pthread_mutex_unlock (&self->lock);
}

static GPtrArray *list_below (VitrailMerge *self,
                              VitrailLevel level,
                              VitrailDataSet *answer,
                              GCancellable *cancellable);

/* All that the members answer, each once, in the order of the members. */
static GPtrArray *
/* NOLINTNEXTLINE(misc-no-recursion): from studies to series to instances */
query_all (VitrailMerge *self,
           const VitrailQuery *query,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GArray) calls = call_all (self, query, cancellable, error);
  g_autoptr (VitrailMergeAnswers) merged =
      vitrail_merge_answers_new (query->level);

  if (calls == NULL)
    return NULL;
  for (guint i = 0; i < calls->len; i++) {
    const Call *call = &g_array_index (calls, Call, i);
    if (call->answers == NULL)
      continue;
    vitrail_merge_answers_add (merged, call->answers);
    if (query->level == VITRAIL_LEVEL_INSTANCE)
      note_places (self, call);
  }
  /* What lies in several is counted by what it holds. */
  for (guint i = 0; i < vitrail_merge_answers_get_n (merged); i++) {
    if (!vitrail_merge_answers_is_shared (merged, i))
      continue;
    g_autoptr (GPtrArray) below =
        list_below (self, (VitrailLevel) (query->level + 1),
                    vitrail_merge_answers_get (merged, i), cancellable);
    vitrail_merge_answers_count (merged, i, below);
  }
  return vitrail_merge_answers_dup_list (merged);
}

/* The series of the study, or the instances of the series, that @answer is. */
static GPtrArray *
/* NOLINTNEXTLINE(misc-no-recursion): from studies to series to instances */
list_below (VitrailMerge *self,
            VitrailLevel level,
            VitrailDataSet *answer,
            GCancellable *cancellable)
{
  g_autoptr (VitrailDataSet) match =
      vitrail_merge_answers_make_match (level, answer);
  const VitrailQuery below = { .level = level, .match = match };

  return query_all (self, &below, cancellable, NULL);
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  VitrailQuery asked = *query;

  asked.offset = 0;
  if (query->limit > 0)
    asked.limit = query->limit > G_MAXUINT - query->offset
                      ? 0
                      : query->offset + query->limit;
  g_autoptr (GPtrArray) all =
      query_all (VITRAIL_MERGE (source), &asked, cancellable, error);
  if (all == NULL)
    return NULL;
  if (query->limit > 0 && all->len > asked.limit && asked.limit > 0)
    g_ptr_array_set_size (all, (int) asked.limit);
  g_ptr_array_remove_range (all, 0, MIN (query->offset, all->len));
  return g_steal_pointer (&all);
}

static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  g_autoptr (GArray) calls = call_all (self, NULL, cancellable, error);

  pthread_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->places);
  pthread_mutex_unlock (&self->lock);
  return calls != NULL;
}

/* --- instances --- */

static Member *
find_place (VitrailMerge *self, const char *uid)
{
  pthread_mutex_lock (&self->lock);
  Member *member = g_hash_table_lookup (self->places, uid);
  pthread_mutex_unlock (&self->lock);
  return member;
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *uid)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  Member *member = find_place (self, uid);
  VitrailInstance *found =
      member != NULL ? vitrail_data_source_peek_instance (member->source, uid)
                     : NULL;

  for (guint i = 0; found == NULL && i < self->members->len; i++) {
    member = g_ptr_array_index (self->members, i);
    found = vitrail_data_source_peek_instance (member->source, uid);
  }
  return found;
}

/* NULL without @failed where it has none. */
static VitrailInstance *
open_at (Member *member,
         const char *uid,
         GCancellable *cancellable,
         GError **failed)
{
  g_autoptr (GError) error = NULL;
  VitrailInstance *found =
      vitrail_data_source_open_instance (member->source, uid, cancellable,
                                         &error);

  if (found == NULL && !is_absence (error) && *failed == NULL)
    *failed = g_steal_pointer (&error);
  return found;
}

/* Where it was found, then wherever else it may be. */
static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *uid,
               GCancellable *cancellable,
               GError **error)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  Member *place = find_place (self, uid);
  g_autoptr (GError) failed = NULL;
  VitrailInstance *found =
      place != NULL ? open_at (place, uid, cancellable, &failed) : NULL;

  for (guint i = 0; found == NULL && i < self->members->len; i++) {
    Member *member = g_ptr_array_index (self->members, i);
    if (member != place && !g_cancellable_is_cancelled (cancellable))
      found = open_at (member, uid, cancellable, &failed);
  }
  if (found != NULL)
    return found;
  if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%u sources: no instance %s", self->members->len, uid);
  return NULL;
}

/* Where it was found, then wherever else it may be. */
static VitrailPart10 *
read_file (VitrailDataSource *source,
           const char *uid,
           GCancellable *cancellable,
           GError **error)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  const Member *place = find_place (self, uid);
  g_autoptr (GError) failed = NULL;
  VitrailPart10 *found =
      place != NULL ? vitrail_data_source_read_file (place->source, uid,
                                                     cancellable, &failed)
                    : NULL;

  for (guint i = 0; found == NULL && i < self->members->len; i++) {
    const Member *member = g_ptr_array_index (self->members, i);
    g_autoptr (GError) again = NULL;
    if (member == place || g_cancellable_is_cancelled (cancellable))
      continue;
    found = vitrail_data_source_read_file (member->source, uid, cancellable,
                                           &again);
    if (found == NULL && failed == NULL)
      failed = g_steal_pointer (&again);
  }
  if (found == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return found;
}

static VitrailDataSet *
read_metadata (VitrailDataSource *source,
               const char *uid,
               char **transfer_syntax,
               GCancellable *cancellable,
               GError **error)
{
  const Member *place = find_place (VITRAIL_MERGE (source), uid);

  if (place != NULL) {
    VitrailDataSet *found =
        vitrail_data_source_read_metadata (place->source, uid, transfer_syntax,
                                           cancellable, NULL);
    if (found != NULL)
      return found;
  }
  g_autoptr (VitrailInstance) instance =
      open_instance (source, uid, cancellable, error);
  if (instance == NULL)
    return NULL;
  g_free (*transfer_syntax);
  *transfer_syntax = g_strdup (vitrail_instance_get_transfer_syntax (instance));
  return vitrail_data_set_ref (vitrail_instance_get_data_set (instance));
}

static char *
dup_path (VitrailDataSource *source, const char *uid)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  Member *place = find_place (self, uid);
  char *path =
      place != NULL ? vitrail_data_source_dup_path (place->source, uid) : NULL;

  for (guint i = 0; path == NULL && i < self->members->len; i++) {
    Member *member = g_ptr_array_index (self->members, i);
    path = vitrail_data_source_dup_path (member->source, uid);
  }
  return path;
}

/* --- lists --- */

static GPtrArray *
list_slides (VitrailDataSource *source)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *all = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_slide_entry_free);

  for (guint i = 0; i < self->members->len; i++) {
    Member *member = g_ptr_array_index (self->members, i);
    g_autoptr (GPtrArray) slides =
        vitrail_data_source_list_slides (member->source);
    for (guint k = 0; k < slides->len; k++) {
      const VitrailSlideEntry *entry = g_ptr_array_index (slides, k);
      if (g_hash_table_add (seen, g_strdup (entry->id)))
        g_ptr_array_add (all, vitrail_slide_entry_copy (entry));
    }
  }
  return all;
}

static GPtrArray *
list_unreadable (VitrailDataSource *source)
{
  VitrailMerge *self = VITRAIL_MERGE (source);
  GPtrArray *all =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_unreadable_free);

  for (guint i = 0; i < self->members->len; i++) {
    Member *member = g_ptr_array_index (self->members, i);
    g_autoptr (GPtrArray) list =
        vitrail_data_source_list_unreadable (member->source);
    for (guint k = 0; k < list->len; k++)
      g_ptr_array_add (all,
                       vitrail_unreadable_copy (g_ptr_array_index (list, k)));
    pthread_mutex_lock (&self->lock);
    if (member->problem != NULL)
      g_ptr_array_add (all,
                       vitrail_unreadable_new (member->name, member->problem));
    pthread_mutex_unlock (&self->lock);
  }
  return all;
}

/* --- the source --- */

/* Whether a folder has no room for it. */
static gboolean
is_own_source (const char *location)
{
  g_autoptr (VitrailWebLocation) series =
      vitrail_web_location_is (location)
          ? vitrail_web_location_parse_series (location, NULL)
          : NULL;

  return series == NULL && vitrail_data_source_is_location (location);
}

char *
vitrail_merge_dup_location (const char *const *locations)
{
  g_autoptr (GString) merged = g_string_new (PREFIX);
  gboolean is_needed = FALSE;

  for (guint i = 0; locations[i] != NULL; i++) {
    /* A path may hold what stands between them. */
    g_autofree char *absolute =
        vitrail_data_source_is_location (locations[i])
            ? NULL
            : g_canonicalize_filename (locations[i], NULL);
    g_autofree char *uri =
        absolute != NULL ? g_filename_to_uri (absolute, NULL, NULL) : NULL;
    is_needed = is_needed || is_own_source (locations[i]);
    g_string_append_printf (merged, "%s%s", i > 0 ? "|" : "",
                            uri != NULL ? uri : locations[i]);
  }
  return is_needed && locations[1] != NULL
             ? g_string_free (g_steal_pointer (&merged), FALSE)
             : NULL;
}

VitrailDataSource *
vitrail_merge_open (const char *const *locations, GError **error)
{
  g_autofree char *merged = vitrail_merge_dup_location (locations);

  if (merged != NULL)
    return vitrail_data_source_new (merged, error);
  if (locations[0] != NULL && locations[1] == NULL &&
      vitrail_data_source_is_location (locations[0]))
    return vitrail_data_source_new (locations[0], error);
  return VITRAIL_DATA_SOURCE (vitrail_folder_new (locations, NULL));
}

static gboolean
takes (const char *location)
{
  return g_str_has_prefix (location, PREFIX);
}

static gboolean
add_member (VitrailMerge *self, const char *location, GError **error)
{
  VitrailDataSource *source = vitrail_data_source_new (location, error);

  if (source == NULL)
    return FALSE;
  Member *member = g_new0 (Member, 1);
  member->name = vitrail_web_location_dup_public (location);
  member->source = source;
  g_ptr_array_add (self->members, member);
  return TRUE;
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  g_autoptr (VitrailMerge) self = g_object_new (VITRAIL_TYPE_MERGE, NULL);

  /* One in another is all of them. */
  while (takes (location))
    location += strlen (PREFIX);
  g_auto (GStrv) words = g_strsplit (location, "|", (int) MAX_MEMBERS + 1);
  const guint n = g_strv_length (words);
  if (n == 0 || n > MAX_MEMBERS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "merge: no source, or more than %u", MAX_MEMBERS);
    return NULL;
  }
  for (guint i = 0; i < n; i++)
    if (!add_member (self, words[i], error))
      return NULL;
  return VITRAIL_DATA_SOURCE (g_steal_pointer (&self));
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = takes;
  iface->open = open_location;
  iface->query = query;
  iface->open_instance = open_instance;
  iface->refresh = refresh;
  iface->peek_instance = peek_instance;
  iface->dup_path = dup_path;
  iface->list_slides = list_slides;
  iface->list_unreadable = list_unreadable;
  iface->read_metadata = read_metadata;
  iface->read_file = read_file;
}

void vitrail_source_merge_register (void);

void
vitrail_source_merge_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_MERGE, "merge", 10);
}
