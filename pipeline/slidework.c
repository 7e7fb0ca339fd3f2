/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideWork: see slidework.h. */

#include "slidework.h"

#include "annotation/geojson.h"
#include "annotation/store.h"
#include "error.h"

#include <math.h>
#include <string.h>

/* After a change, before it is saved. */
#define SAVE_MS 400
/* Nobody looks longer at one picture: who does has gone away. */
#define LOOK_MAX_MS 5000
/* No content has this tag: what cannot be read is not written over. */
#define UNREADABLE "unreadable"

struct _VitrailSlideWork {
  GObject parent_instance;

  VitrailSlide *slide;
  char *id; /* of the slide, and in the table of works */
  VitrailAnnotations *annotations;
  VitrailAnnotationStore *store;
  GHashTable *saved; /* name of a set -> its serial that is on the disk */
  GHashTable *tags;  /* name of a set -> tag of what is on the disk */
  /* Name of a set -> name of its file, where its own was taken meanwhile. */
  GHashTable *places;
  guint save_timer;
  gboolean save_failed; /* the last time */
  gboolean loading;     /* what changes now is on the disk */
  gboolean is_ready;
  char *error;

  VitrailTissue *tissue;
  gboolean finding_tissue; /* or it has been looked for */
  gboolean is_tissue_known;

  VitrailCoverage *coverage;
  GHashTable *looks; /* viewer -> Look */
  VitrailCountingField field;
  gboolean is_restored; /* or there was nothing to restore */
};

/* What outlives the work on a slide. */
typedef struct {
  VitrailCoverage *coverage;
  VitrailCountingField field;
} Kept;

/* What is being looked at since when. */
typedef struct {
  double affine[6];
  guint size[2];
  double magnification;
  gint64 since_us;
} Look;

static guint changed_signal;

G_DEFINE_FINAL_TYPE (VitrailSlideWork, vitrail_slide_work, G_TYPE_OBJECT)

static void
emit_changed (VitrailSlideWork *self)
{
  g_signal_emit (self, changed_signal, 0);
}

void
vitrail_slide_work_set_error (VitrailSlideWork *self, const char *message)
{
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  emit_changed (self);
}

const char *
vitrail_slide_work_get_error (VitrailSlideWork *self)
{
  return self->error;
}

/* Annotations: saved by themselves */

static const char *
get_place (VitrailSlideWork *self, const char *name)
{
  const char *place = g_hash_table_lookup (self->places, name);
  return place != NULL ? place : name;
}

/* Neither here nor on the disk. */
static gboolean
is_free (VitrailSlideWork *self, const char *name)
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
         !vitrail_annotation_store_look (self->store, self->id, name, &file);
}

char *
vitrail_slide_work_dup_free_name (VitrailSlideWork *self, const char *name)
{
  char *numbered = g_strdup (name);
  for (guint number = 2; !is_free (self, numbered); number++) {
    g_free (numbered);
    numbered = vitrail_annotation_name_number (name, number);
  }
  return numbered;
}

static gboolean
put_set (VitrailSlideWork *self,
         VitrailAnnotationSet *set,
         gboolean *conflict,
         GError **error)
{
  const char *name = vitrail_annotation_set_get_name (set);
  const char *const place[2] = { self->id, get_place (self, name) };
  const char *known = g_hash_table_lookup (self->tags, name);
  guint64 serial = vitrail_annotation_set_get_serial (set);
  char tag[VITRAIL_ANNOTATION_TAG_SIZE] = "";
  g_autoptr (VitrailAnnotationSet) placed =
      vitrail_annotation_set_with_name (set, place[1]);
  g_autoptr (GBytes) text = vitrail_geojson_to_bytes (placed, error);

  *conflict = FALSE;
  if (text == NULL)
    return FALSE;
  if (known != NULL)
    g_strlcpy (tag, known, sizeof tag);
  if (!vitrail_annotation_store_put (self->store, place, text,
                                     known != NULL ? VITRAIL_EXPECT_TAG
                                                   : VITRAIL_EXPECT_NOTHING,
                                     tag, conflict, error))
    return FALSE;
  g_hash_table_insert (self->tags, g_strdup (name), g_strdup (tag));
  g_hash_table_insert (self->saved, g_strdup (name),
                       g_memdup2 (&serial, sizeof serial));
  return TRUE;
}

static gboolean
save_set (VitrailSlideWork *self, VitrailAnnotationSet *set)
{
  const char *name = vitrail_annotation_set_get_name (set);
  const guint64 *saved = g_hash_table_lookup (self->saved, name);
  g_autoptr (GError) error = NULL;
  gboolean conflict;

  if (saved != NULL && *saved == vitrail_annotation_set_get_serial (set))
    return TRUE;
  gboolean done = put_set (self, set, &conflict, &error);
  if (conflict) {
    /* Beside what somebody else has saved: nobody's work is lost. */
    g_hash_table_insert (self->places, g_strdup (name),
                         vitrail_slide_work_dup_free_name (self, name));
    g_hash_table_remove (self->tags, name);
    g_clear_error (&error);
    done = put_set (self, set, &conflict, &error);
  }
  if (!done)
    vitrail_slide_work_set_error (self, error->message);
  return done;
}

/* FALSE where its file could not be deleted. Who has changed it meanwhile
 * keeps it. */
static gboolean
forget_set (VitrailSlideWork *self, const char *name)
{
  const char *const place[2] = { self->id, get_place (self, name) };
  g_autoptr (GError) error = NULL;
  gboolean conflict;
  if (!vitrail_annotation_store_delete (self->store, place,
                                        g_hash_table_lookup (self->tags, name),
                                        &conflict, &error) &&
      !conflict &&
      !g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND))
  {
    vitrail_slide_work_set_error (self, error->message);
    return FALSE;
  }
  g_hash_table_remove (self->saved, name);
  g_hash_table_remove (self->tags, name);
  return TRUE;
}

/* Sets whose making was undone. */
static gboolean
forget_undone (VitrailSlideWork *self)
{
  gboolean well = TRUE;
  g_autoptr (GList) names = g_hash_table_get_keys (self->tags);
  for (const GList *at = names; at != NULL; at = at->next) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_named (self->annotations, at->data);
    const char *tag = g_hash_table_lookup (self->tags, at->data);
    if (set == NULL && strcmp (tag, UNREADABLE) != 0)
      well = forget_set (self, at->data) && well;
  }
  return well;
}

/* What is kept under another name; NULL where nothing is. */
static char *
dup_moved (VitrailSlideWork *self)
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

void
vitrail_slide_work_flush (VitrailSlideWork *self)
{
  gboolean well = TRUE;
  gboolean is_waiting = self->save_timer != 0 || self->save_failed;
  g_clear_handle_id (&self->save_timer, g_source_remove);
  if (!self->is_ready)
    return;
  guint n = vitrail_annotations_get_n_sets (self->annotations);
  for (guint i = 0; i < n; i++) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_set (self->annotations, i);
    well = save_set (self, set) && well;
  }
  well = forget_undone (self) && well;
  self->save_failed = !well;
  if (well && is_waiting) {
    g_autofree char *moved = dup_moved (self);
    vitrail_slide_work_set_error (self, moved);
  }
}

static gboolean
save_cb (gpointer user_data)
{
  vitrail_slide_work_flush (user_data);
  return G_SOURCE_REMOVE;
}

static void
annotations_cb (VitrailSlideWork *self)
{
  if (!self->loading && self->save_timer == 0)
    self->save_timer = g_timeout_add (SAVE_MS, save_cb, self);
  emit_changed (self);
}

/* Read on another thread: there may be millions of shapes. */
typedef struct {
  VitrailAnnotationStore *store;
  char *id;
  GPtrArray *sets; /* (element-type VitrailAnnotationSet) */
  GPtrArray *tags; /* (element-type utf8) of each */
  GPtrArray *bad;  /* (element-type utf8) names of those that cannot be read */
  char *error;     /* of the last that could not be read, or NULL */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *self = data;
  vitrail_annotation_store_unref (self->store);
  g_ptr_array_unref (self->sets);
  g_ptr_array_unref (self->tags);
  g_ptr_array_unref (self->bad);
  g_free (self->id);
  g_free (self->error);
  g_free (self);
}

static void
load_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  Loading *self = data;
  g_auto (GStrv) names = vitrail_annotation_store_list (self->store, self->id);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    char *tag = NULL;
    VitrailAnnotationSet *set =
        vitrail_annotation_store_load (self->store, self->id, names[i], &tag,
                                       NULL, &error);
    if (set == NULL) {
      g_free (self->error);
      self->error = g_strdup (error->message);
      g_ptr_array_add (self->bad, g_strdup (names[i]));
      continue;
    }
    g_ptr_array_add (self->sets, set);
    g_ptr_array_add (self->tags, tag);
  }
  g_task_return_boolean (task, TRUE);
}

static void
take_loaded (VitrailSlideWork *self, VitrailAnnotationSet *set, const char *tag)
{
  const char *name = vitrail_annotation_set_get_name (set);
  guint64 serial = vitrail_annotation_set_get_serial (set);
  g_hash_table_insert (self->tags, g_strdup (name), g_strdup (tag));
  g_hash_table_insert (self->saved, g_strdup (name),
                       g_memdup2 (&serial, sizeof serial));
  vitrail_annotations_put (self->annotations, set, NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSlideWork) self = user_data;
  const Loading *loading = g_task_get_task_data (G_TASK (result));
  self->loading = TRUE;
  for (guint i = 0; i < loading->sets->len; i++)
    take_loaded (self, g_ptr_array_index (loading->sets, i),
                 g_ptr_array_index (loading->tags, i));
  self->loading = FALSE;
  self->is_ready = TRUE;
  for (guint i = 0; i < loading->bad->len; i++)
    g_hash_table_insert (self->tags,
                         g_strdup (g_ptr_array_index (loading->bad, i)),
                         g_strdup (UNREADABLE));
  if (loading->error != NULL)
    vitrail_slide_work_set_error (self, loading->error);
  emit_changed (self);
}

static void
load (VitrailSlideWork *self)
{
  Loading *loading = g_new0 (Loading, 1);
  /* The task's thread may hold it a moment longer than we live. */
  g_autoptr (GTask) task =
      g_task_new (NULL, NULL, loaded_cb, g_object_ref (self));
  loading->store = vitrail_annotation_store_ref (self->store);
  loading->id = g_strdup (self->id);
  loading->sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_annotation_set_unref);
  loading->tags = g_ptr_array_new_with_free_func (g_free);
  loading->bad = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_thread);
}

gboolean
vitrail_slide_work_is_ready (VitrailSlideWork *self)
{
  return self->is_ready;
}

VitrailAnnotations *
vitrail_slide_work_get_annotations (VitrailSlideWork *self)
{
  return self->annotations;
}

VitrailAnnotationSet *
vitrail_slide_work_ref_drawn (VitrailSlideWork *self)
{
  VitrailAnnotationSet *set =
      vitrail_annotations_ref_named (self->annotations, VITRAIL_DRAWN_SET);
  return set != NULL ? set : vitrail_annotation_set_new (VITRAIL_DRAWN_SET);
}

/* Tissue */

static void
tissue_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  GError *error = NULL;
  VitrailTissue *tissue =
      vitrail_tissue_find (data, vitrail_tile_cache_get_default (), NULL, NULL,
                           &error);
  if (tissue != NULL)
    g_task_return_pointer (task, tissue, (GDestroyNotify) vitrail_tissue_unref);
  else
    g_task_return_error (task, error);
}

static void
tissue_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSlideWork) self = user_data;
  g_autoptr (GError) error = NULL;
  self->tissue = g_task_propagate_pointer (G_TASK (result), &error);
  self->is_tissue_known = TRUE;
  if (self->tissue == NULL)
    g_debug ("tissue: %s", error->message);
  emit_changed (self);
}

VitrailTissue *
vitrail_slide_work_get_tissue (VitrailSlideWork *self)
{
  if (self->tissue == NULL && !self->finding_tissue) {
    g_autoptr (GTask) task =
        g_task_new (NULL, NULL, tissue_cb, g_object_ref (self));
    self->finding_tissue = TRUE;
    g_task_set_task_data (task, g_object_ref (self->slide), g_object_unref);
    g_task_run_in_thread (task, tissue_thread);
  }
  return self->tissue;
}

gboolean
vitrail_slide_work_is_tissue_known (VitrailSlideWork *self)
{
  return self->is_tissue_known;
}

/* What has been seen */

void
vitrail_slide_work_look (VitrailSlideWork *self,
                         gpointer viewer,
                         const double affine[6],
                         const guint size[2],
                         double magnification)
{
  const Look *before = g_hash_table_lookup (self->looks, viewer);
  gint64 now = g_get_monotonic_time ();
  if (before != NULL && before->magnification > 0) {
    gint64 ms = (now - before->since_us) / 1000;
    vitrail_coverage_add (self->coverage, before->affine, before->size,
                          before->magnification,
                          (guint) CLAMP (ms, 0, LOOK_MAX_MS));
  }
  if (affine == NULL) {
    g_hash_table_remove (self->looks, viewer);
    return;
  }
  Look *look = g_new0 (Look, 1);
  for (int i = 0; i < 6; i++)
    look->affine[i] = affine[i];
  look->size[0] = size[0];
  look->size[1] = size[1];
  look->magnification = magnification;
  look->since_us = now;
  g_hash_table_insert (self->looks, viewer, look);
}

VitrailCoverage *
vitrail_slide_work_get_coverage (VitrailSlideWork *self)
{
  return self->coverage;
}

void
vitrail_slide_work_take_coverage (VitrailSlideWork *self,
                                  VitrailCoverage *coverage)
{
  vitrail_coverage_free (self->coverage);
  self->coverage = coverage;
  emit_changed (self);
}

/* Counting field */

const VitrailCountingField *
vitrail_slide_work_get_field (VitrailSlideWork *self)
{
  return &self->field;
}

void
vitrail_slide_work_set_field (VitrailSlideWork *self,
                              const VitrailCountingField *field)
{
  VitrailSlideLevel finest;
  vitrail_slide_get_level (self->slide, 0, &finest);
  self->field = *field;
  self->field.x = CLAMP (field->x, 0, (double) finest.width);
  self->field.y = CLAMP (field->y, 0, (double) finest.height);
  emit_changed (self);
}

gboolean
vitrail_slide_work_get_field_half (VitrailSlideWork *self, double half[2])
{
  double mpp_um[2];
  if (!(self->field.area_mm2 > 0) ||
      !vitrail_slide_get_mpp_um (self->slide, mpp_um) || !(mpp_um[0] > 0) ||
      !(mpp_um[1] > 0))
    return FALSE;
  double area_um2 = self->field.area_mm2 * 1e6;
  double half_um =
      self->field.is_round ? sqrt (area_um2 / G_PI) : sqrt (area_um2) / 2;
  half[0] = half_um / mpp_um[0];
  half[1] = half_um / mpp_um[1];
  return TRUE;
}

/* Kept while nobody shows the slide */

static void
kept_free (gpointer data)
{
  Kept *self = data;
  vitrail_coverage_free (self->coverage);
  g_free (self);
}

GHashTable *
vitrail_slide_work_new_kept (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
}

void
vitrail_slide_work_keep (VitrailSlideWork *self, GHashTable *kept)
{
  Kept *entry = g_new (Kept, 1);
  entry->coverage = vitrail_coverage_copy (self->coverage);
  entry->field = self->field;
  g_hash_table_insert (kept, g_strdup (self->id), entry);
}

void
vitrail_slide_work_restore (VitrailSlideWork *self, GHashTable *kept)
{
  const Kept *entry = g_hash_table_lookup (kept, self->id);
  if (self->is_restored)
    return;
  self->is_restored = TRUE;
  if (entry == NULL)
    return;
  self->field = entry->field;
  vitrail_slide_work_take_coverage (self,
                                    vitrail_coverage_copy (entry->coverage));
}

/* The object, and the table of all */

/* Id of a slide -> its work, not owned. */
static GHashTable *
get_works (void)
{
  static GHashTable *works;
  if (works == NULL)
    works = g_hash_table_new (g_str_hash, g_str_equal);
  return works;
}

VitrailSlideWork *
vitrail_slide_work_get (VitrailSlide *slide)
{
  const char *id = vitrail_slide_get_id (slide);
  VitrailSlideWork *self = g_hash_table_lookup (get_works (), id);
  if (self != NULL)
    return g_object_ref (self);
  self = g_object_new (VITRAIL_TYPE_SLIDE_WORK, NULL);
  self->slide = g_object_ref (slide);
  self->id = g_strdup (id);
  self->coverage = vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
  g_hash_table_insert (get_works (), self->id, self);
  load (self);
  return self;
}

VitrailSlide *
vitrail_slide_work_get_slide (VitrailSlideWork *self)
{
  return self->slide;
}

static void
vitrail_slide_work_dispose (GObject *object)
{
  VitrailSlideWork *self = VITRAIL_SLIDE_WORK (object);
  if (self->annotations != NULL)
    vitrail_slide_work_flush (self);
  if (self->id != NULL && g_hash_table_lookup (get_works (), self->id) == self)
    g_hash_table_remove (get_works (), self->id);
  g_clear_object (&self->annotations);
  g_clear_object (&self->slide);
  G_OBJECT_CLASS (vitrail_slide_work_parent_class)->dispose (object);
}

static void
vitrail_slide_work_finalize (GObject *object)
{
  VitrailSlideWork *self = VITRAIL_SLIDE_WORK (object);
  g_free (self->id);
  g_free (self->error);
  g_hash_table_unref (self->saved);
  g_hash_table_unref (self->tags);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->looks);
  vitrail_annotation_store_unref (self->store);
  g_clear_pointer (&self->tissue, vitrail_tissue_unref);
  g_clear_pointer (&self->coverage, vitrail_coverage_free);
  G_OBJECT_CLASS (vitrail_slide_work_parent_class)->finalize (object);
}

static void
vitrail_slide_work_class_init (VitrailSlideWorkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vitrail_slide_work_dispose;
  G_OBJECT_CLASS (klass)->finalize = vitrail_slide_work_finalize;
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_SLIDE_WORK, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_slide_work_init (VitrailSlideWork *self)
{
  self->annotations = vitrail_annotations_new ();
  self->store = vitrail_annotation_store_new (NULL);
  self->saved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->places =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->looks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_signal_connect_object (self->annotations, "changed",
                           G_CALLBACK (annotations_cb), self,
                           G_CONNECT_SWAPPED);
}
