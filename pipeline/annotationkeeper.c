/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationKeeper: see annotationkeeper.h. */

#include "annotationkeeper.h"

#include "annotationjob.h"
#include "annotationsread.h"

#include <string.h>

/* After a change, before it is saved. */
#define SAVE_MS 400
/* After a failure, before it is tried again: twice as long each time. */
#define RETRY_MS     2000
#define MAX_RETRY_MS 60000
/* Another program may take each name that is tried. */
#define MAX_ROUNDS 8

struct _VitrailAnnotationKeeper {
  GObject *owner; /* owns us */
  void (*changed) (gpointer owner);
  char *slide;
  VitrailAnnotations *annotations;
  VitrailAnnotationStore *store;
  GHashTable *saved; /* name of a set -> its serial that is on the disk */
  GHashTable *tags;  /* name of a set -> tag of what is on the disk */
  /* Name of a set -> name of its file, where its own was taken meanwhile. */
  GHashTable *places;
  guint save_timer;
  guint retry_ms;            /* before the next try; 0: the last went well */
  VitrailAnnotationJob *job; /* under way, or NULL */
  struct Started *started;   /* who waits for it, or NULL */
  gboolean loading;          /* what changes now is on the disk */
  gboolean is_ready;
  char *error;
  gboolean is_saving_error; /* which goes away once it is saved */
};

static void
set_error (VitrailAnnotationKeeper *self,
           const char *message,
           gboolean is_saving_error)
{
  self->is_saving_error = is_saving_error;
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  self->changed (self->owner);
}

void
vitrail_annotation_keeper_set_error (VitrailAnnotationKeeper *self,
                                     const char *message)
{
  set_error (self, message, FALSE);
}

const char *
vitrail_annotation_keeper_get_error (VitrailAnnotationKeeper *self)
{
  return self->error;
}

gboolean
vitrail_annotation_keeper_is_ready (VitrailAnnotationKeeper *self)
{
  return self->is_ready;
}

VitrailAnnotations *
vitrail_annotation_keeper_get_annotations (VitrailAnnotationKeeper *self)
{
  return self->annotations;
}

/* Names */

static const char *
get_place (VitrailAnnotationKeeper *self, const char *name)
{
  const char *place = g_hash_table_lookup (self->places, name);
  return place != NULL ? place : name;
}

/* Neither here nor on the disk. */
static gboolean
is_free (VitrailAnnotationKeeper *self, const char *name)
{
  VitrailAnnotationFile file;
  GHashTableIter iter;
  gpointer place;
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotations_ref_named (self->annotations, name);
  gboolean is_taken = set != NULL || g_hash_table_contains (self->tags, name);
  g_hash_table_iter_init (&iter, self->places);
  while (!is_taken && g_hash_table_iter_next (&iter, NULL, &place))
    is_taken = strcmp (place, name) == 0;
  return !is_taken &&
         !vitrail_annotation_store_look (self->store, self->slide, name, &file);
}

char *
vitrail_annotation_keeper_dup_free_name (VitrailAnnotationKeeper *self,
                                         const char *name)
{
  char *numbered = g_strdup (name);
  for (guint number = 2; !is_free (self, numbered); number++) {
    g_free (numbered);
    numbered = vitrail_annotation_name_number (name, number);
  }
  return numbered;
}

/* What is kept under another name; NULL where nothing is. */
static char *
dup_moved (VitrailAnnotationKeeper *self)
{
  GHashTableIter iter;
  gpointer name;
  gpointer place;
  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &name, &place))
    if (g_hash_table_contains (self->saved, name))
      return g_strdup_printf ("\"%s\" has been changed meanwhile: what was "
                              "drawn here is kept as \"%s\"",
                              (const char *) name, (const char *) place);
  return NULL;
}

/* Saving */

static void
add_item (VitrailAnnotationKeeper *self,
          VitrailAnnotationJob *job,
          VitrailAnnotationSet *set,
          char *name)
{
  const VitrailAnnotationItem item = {
    .set = set,
    .name = name,
    .place = (char *) get_place (self, name),
    .known = g_hash_table_lookup (self->tags, name),
  };
  vitrail_annotation_job_add (job, &item);
}

static void
add_changed (VitrailAnnotationKeeper *self, VitrailAnnotationJob *job)
{
  guint n = vitrail_annotations_get_n_sets (self->annotations);
  for (guint i = 0; i < n; i++) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_set (self->annotations, i);
    const char *name = vitrail_annotation_set_get_name (set);
    const guint64 *saved = g_hash_table_lookup (self->saved, name);
    if (saved == NULL || *saved != vitrail_annotation_set_get_serial (set))
      add_item (self, job, set, (char *) name);
  }
}

/* Sets whose making was undone. */
static void
add_undone (VitrailAnnotationKeeper *self, VitrailAnnotationJob *job)
{
  GHashTableIter iter;
  gpointer name;
  gpointer tag;
  g_hash_table_iter_init (&iter, self->tags);
  while (g_hash_table_iter_next (&iter, &name, &tag)) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_named (self->annotations, name);
    if (set == NULL && strcmp (tag, VITRAIL_TAG_UNREADABLE) != 0)
      add_item (self, job, NULL, name);
  }
}

/* What is to be done now; NULL: nothing. */
static VitrailAnnotationJob *
make_job (VitrailAnnotationKeeper *self)
{
  if (!self->is_ready)
    return NULL;
  g_autoptr (VitrailAnnotationJob) job =
      vitrail_annotation_job_new (self->store, self->slide);
  add_changed (self, job);
  add_undone (self, job);
  return vitrail_annotation_job_get_n_items (job) > 0 ? g_steal_pointer (&job)
                                                      : NULL;
}

/* FALSE where it was not done and trying again at once would not help. */
static gboolean
take_written (VitrailAnnotationKeeper *self, const VitrailAnnotationItem *item)
{
  if (item->done) {
    guint64 serial = vitrail_annotation_set_get_serial (item->set);
    g_hash_table_insert (self->tags, g_strdup (item->name),
                         g_strdup (item->tag));
    g_hash_table_insert (self->saved, g_strdup (item->name),
                         g_memdup2 (&serial, sizeof serial));
    return TRUE;
  }
  if (!item->conflict)
    return FALSE;
  /* Beside what somebody else has saved: nobody's work is lost. */
  g_hash_table_insert (self->places, g_strdup (item->name),
                       vitrail_annotation_keeper_dup_free_name (self,
                                                                item->name));
  g_hash_table_remove (self->tags, item->name);
  return TRUE;
}

/* Who has changed it meanwhile keeps it. */
static gboolean
take_deleted (VitrailAnnotationKeeper *self, const VitrailAnnotationItem *item)
{
  if (!item->done && !item->conflict)
    return FALSE;
  g_hash_table_remove (self->saved, item->name);
  g_hash_table_remove (self->tags, item->name);
  return TRUE;
}

/* The job is done: what came of it. */
static gboolean
take_job (VitrailAnnotationKeeper *self)
{
  g_autoptr (VitrailAnnotationJob) job = g_steal_pointer (&self->job);
  guint n = vitrail_annotation_job_get_n_items (job);
  gboolean well = TRUE;
  for (guint i = 0; i < n; i++) {
    const VitrailAnnotationItem *item =
        vitrail_annotation_job_get_item (job, i);
    if (item->set != NULL ? take_written (self, item)
                          : take_deleted (self, item))
      continue;
    well = FALSE;
    set_error (self, item->error->message, TRUE);
  }
  return well;
}

static gboolean
save_cb (gpointer user_data)
{
  VitrailAnnotationKeeper *self = user_data;
  self->save_timer = 0;
  vitrail_annotation_keeper_save (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (VitrailAnnotationKeeper *self, guint ms)
{
  if (self->save_timer == 0)
    self->save_timer = g_timeout_add (ms, save_cb, self);
}

/* All that could be saved is; @well: and nothing is left. */
static void
end_saving (VitrailAnnotationKeeper *self, gboolean well)
{
  if (!well) {
    self->retry_ms = CLAMP (self->retry_ms * 2, RETRY_MS, MAX_RETRY_MS);
    set_timer (self, self->retry_ms);
    return;
  }
  self->retry_ms = 0;
  g_autofree char *moved = dup_moved (self);
  if (moved != NULL || self->is_saving_error)
    set_error (self, moved, TRUE);
}

/* What saved_cb () is called with. */
typedef struct Started {
  VitrailAnnotationKeeper *keeper;
  GObject *owner; /* NULL: somebody else has waited for the job */
} Started;

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Started *started = user_data;
  g_autoptr (GObject) owner = started->owner;
  VitrailAnnotationKeeper *self = started->keeper;
  if (owner == NULL)
    return;
  self->started = NULL;
  if (!take_job (self)) {
    end_saving (self, FALSE);
    return;
  }
  vitrail_annotation_keeper_save (self); /* what has changed since */
  if (self->job == NULL)
    end_saving (self, TRUE);
}

void
vitrail_annotation_keeper_save (VitrailAnnotationKeeper *self)
{
  if (self->job != NULL)
    return;
  g_clear_handle_id (&self->save_timer, g_source_remove);
  self->job = make_job (self);
  if (self->job == NULL)
    return;
  self->started = g_new (Started, 1);
  self->started->keeper = self;
  self->started->owner = g_object_ref (self->owner);
  vitrail_annotation_job_start (self->job, saved_cb, self->started);
}

/* Whoever calls holds the owner too. */
static gboolean
wait_for_job (VitrailAnnotationKeeper *self)
{
  vitrail_annotation_job_wait (self->job);
  g_clear_object (&self->started->owner);
  self->started = NULL;
  return take_job (self);
}

void
vitrail_annotation_keeper_flush (VitrailAnnotationKeeper *self)
{
  gboolean well = TRUE;
  gboolean is_waiting =
      self->save_timer != 0 || self->job != NULL || self->retry_ms > 0;
  g_clear_handle_id (&self->save_timer, g_source_remove);
  if (self->job != NULL)
    well = wait_for_job (self);
  for (guint i = 0; i < MAX_ROUNDS; i++) {
    self->job = make_job (self);
    if (self->job == NULL || (!well && i > 0))
      break;
    vitrail_annotation_job_run (self->job);
    well = take_job (self);
  }
  g_clear_pointer (&self->job, vitrail_annotation_job_unref);
  if (is_waiting || !well)
    end_saving (self, well);
}

static void
annotations_cb (VitrailAnnotationKeeper *self)
{
  if (self->retry_ms > 0)
    g_clear_handle_id (&self->save_timer, g_source_remove);
  if (!self->loading)
    set_timer (self, SAVE_MS);
  self->changed (self->owner);
}

/* Reading */

static void
take_loaded (VitrailAnnotationKeeper *self,
             VitrailAnnotationSet *set,
             const char *tag)
{
  const char *name = vitrail_annotation_set_get_name (set);
  guint64 serial = vitrail_annotation_set_get_serial (set);
  g_hash_table_insert (self->tags, g_strdup (name), g_strdup (tag));
  g_hash_table_insert (self->saved, g_strdup (name),
                       g_memdup2 (&serial, sizeof serial));
  vitrail_annotations_put (self->annotations, set, NULL);
}

/* What loaded_cb () is called with. */
typedef struct {
  VitrailAnnotationKeeper *keeper; /* which the owner keeps */
  GObject *owner;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Loading *loading = user_data;
  g_autoptr (GObject) owner = loading->owner;
  VitrailAnnotationKeeper *self = loading->keeper;
  const VitrailAnnotationsRead *read = vitrail_annotations_read_finish (result);
  self->loading = TRUE;
  for (guint i = 0; i < read->sets->len; i++)
    take_loaded (self, g_ptr_array_index (read->sets, i),
                 g_ptr_array_index (read->tags, i));
  self->loading = FALSE;
  self->is_ready = TRUE;
  for (guint i = 0; i < read->bad->len; i++)
    g_hash_table_insert (self->tags,
                         g_strdup (g_ptr_array_index (read->bad, i)),
                         g_strdup (VITRAIL_TAG_UNREADABLE));
  if (read->error != NULL)
    vitrail_annotation_keeper_set_error (self, read->error);
  self->changed (self->owner);
}

static void
load (VitrailAnnotationKeeper *self)
{
  Loading *loading = g_new0 (Loading, 1);
  loading->keeper = self;
  loading->owner = g_object_ref (self->owner);
  vitrail_annotations_read_async (self->store, self->slide, loaded_cb, loading);
}

/* The object */

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

VitrailAnnotationKeeper *
vitrail_annotation_keeper_new (GObject *owner,
                               const char *slide,
                               void (*changed) (gpointer owner))
{
  VitrailAnnotationKeeper *self = g_new0 (VitrailAnnotationKeeper, 1);
  self->owner = owner;
  self->changed = changed;
  self->slide = g_strdup (slide);
  self->annotations = vitrail_annotations_new ();
  self->store = vitrail_annotation_store_new (NULL);
  self->saved = new_table ();
  self->tags = new_table ();
  self->places = new_table ();
  g_signal_connect_swapped (self->annotations, "changed",
                            G_CALLBACK (annotations_cb), self);
  load (self);
  return self;
}

void
vitrail_annotation_keeper_free (VitrailAnnotationKeeper *self)
{
  vitrail_annotation_keeper_flush (self);
  g_clear_handle_id (&self->save_timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->annotations, self);
  g_object_unref (self->annotations);
  g_hash_table_unref (self->saved);
  g_hash_table_unref (self->tags);
  g_hash_table_unref (self->places);
  vitrail_annotation_store_unref (self->store);
  g_free (self->slide);
  g_free (self->error);
  g_free (self);
}
