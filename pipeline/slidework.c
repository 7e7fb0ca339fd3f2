/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideWork: see slidework.h. */

#include "slidework.h"

#include "annotationkeeper.h"
#include "objectfinder.h"
#include "pixel/colormap.h"
#include "slide/coveragestore.h"
#include "slidekept.h"
#include "slideseen.h"

#include <math.h>
#include <string.h>

#define MAX_FIELD_MM2 1e4

struct _VitrailSlideWork {
  GObject parent_instance;

  VitrailSlide *slide;
  char *id; /* of the slide, and in the table of works */
  VitrailAnnotationKeeper *keeper;

  VitrailSlideObjects *objects;
  VitrailDataSource *source; /* that they are from, or NULL */
  GCancellable *cancellable; /* of all that is asked of it */
  GHashTable *styles;        /* of objects that have not been found yet */

  VitrailTissue *tissue;
  gboolean finding_tissue; /* or it has been looked for */
  gboolean is_tissue_known;

  VitrailSlideSeen *seen;
  VitrailCountingField field;
  gboolean is_restored; /* or there was nothing to restore */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (VitrailSlideWork, vitrail_slide_work, G_TYPE_OBJECT)

static void
emit_changed (gpointer self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* Annotations */

void
vitrail_slide_work_set_error (VitrailSlideWork *self, const char *message)
{
  vitrail_annotation_keeper_set_error (self->keeper, message);
}

const char *
vitrail_slide_work_get_error (VitrailSlideWork *self)
{
  return vitrail_annotation_keeper_get_error (self->keeper);
}

char *
vitrail_slide_work_dup_free_name (VitrailSlideWork *self, const char *name)
{
  return vitrail_annotation_keeper_dup_free_name (self->keeper, name);
}

void
vitrail_slide_work_save (VitrailSlideWork *self)
{
  vitrail_annotation_keeper_save (self->keeper);
}

void
vitrail_slide_work_flush (VitrailSlideWork *self)
{
  vitrail_annotation_keeper_flush (self->keeper);
  vitrail_slide_seen_flush (self->seen);
}

gboolean
vitrail_slide_work_is_ready (VitrailSlideWork *self)
{
  return vitrail_annotation_keeper_is_ready (self->keeper);
}

VitrailAnnotations *
vitrail_slide_work_get_annotations (VitrailSlideWork *self)
{
  return vitrail_annotation_keeper_get_annotations (self->keeper);
}

VitrailAnnotationSet *
vitrail_slide_work_ref_drawn (VitrailSlideWork *self)
{
  VitrailAnnotationSet *set =
      vitrail_annotations_ref_named (vitrail_slide_work_get_annotations (self),
                                     VITRAIL_DRAWN_SET);
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
  vitrail_slide_seen_look (self->seen, viewer, affine, size, magnification);
}

VitrailCoverage *
vitrail_slide_work_get_coverage (VitrailSlideWork *self)
{
  return vitrail_slide_seen_get (self->seen);
}

void
vitrail_slide_work_take_coverage (VitrailSlideWork *self,
                                  VitrailCoverage *coverage)
{
  vitrail_slide_seen_take (self->seen, coverage);
}

/* Counting field */

gboolean
vitrail_counting_field_is_valid (const VitrailCountingField *self)
{
  return self->area_mm2 >= 0 && self->area_mm2 <= MAX_FIELD_MM2 &&
         isfinite (self->x) && isfinite (self->y);
}

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

/* Objects */

VitrailSlideObjects *
vitrail_slide_work_get_objects (VitrailSlideWork *self)
{
  return self->objects;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  if (!vitrail_find_objects_finish (result, &error))
    g_debug ("objects of a slide: %s", error->message);
}

void
vitrail_slide_work_find_objects (VitrailSlideWork *self,
                                 VitrailDataSource *source)
{
  g_set_object (&self->source, source);
  vitrail_find_objects_async (source, self->slide, self->objects,
                              self->cancellable, found_cb, NULL);
}

/* Those that are new are shown as was wished; those that are to be seen are
 * read. */
static void
objects_cb (VitrailSlideWork *self)
{
  guint n = vitrail_slide_objects_get_n (self->objects);
  for (guint i = 0; i < n; i++) {
    VitrailSlideObject object = { 0 };
    g_autofree char *id = NULL;
    g_autofree char *style = NULL;
    vitrail_slide_objects_get (self->objects, i, &object);
    if (g_hash_table_steal_extended (self->styles, object.id, (gpointer *) &id,
                                     (gpointer *) &style))
      vitrail_slide_work_style_object (self, object.id, style);
    if (self->source != NULL &&
        vitrail_slide_objects_begin_reading (self->objects, i))
      vitrail_read_object (self->source, self->slide, self->objects, i,
                           self->cancellable);
  }
  emit_changed (self);
}

/* The one it names exists, or it names none. */
static gboolean
names_colormap (const char *text)
{
  const char *at = strstr (text, "colormap=");
  if (at == NULL)
    return TRUE;
  at += strlen ("colormap=");
  g_autofree char *name = g_strndup (at, strcspn (at, ";"));
  return vitrail_colormap_find_name (name) != NULL;
}

gboolean
vitrail_slide_work_style_object (VitrailSlideWork *self,
                                 const char *id,
                                 const char *text)
{
  guint index;
  if (!names_colormap (text))
    return FALSE;
  if (vitrail_slide_objects_find (self->objects, id, &index))
    return vitrail_slide_objects_style (self->objects, index, text, NULL);
  g_hash_table_insert (self->styles, g_strdup (id), g_strdup (text));
  return TRUE;
}

/* Kept while nobody shows the slide */

static void
keep_styles (VitrailSlideWork *self, VitrailSlideKept *entry)
{
  GHashTableIter iter;
  gpointer id;
  gpointer style;
  g_hash_table_iter_init (&iter, self->styles);
  while (g_hash_table_iter_next (&iter, &id, &style))
    g_hash_table_insert (entry->styles, g_strdup (id), g_strdup (style));
  guint n = vitrail_slide_objects_get_n (self->objects);
  for (guint i = 0; i < n; i++) {
    VitrailSlideObject object = { 0 };
    vitrail_slide_objects_get (self->objects, i, &object);
    g_hash_table_insert (entry->styles, g_strdup (object.id),
                         vitrail_slide_objects_dup_style (self->objects, i));
  }
}

void
vitrail_slide_work_keep (VitrailSlideWork *self, GHashTable *kept)
{
  VitrailSlideKept *entry = vitrail_slide_kept_ensure (kept, self->id);
  if (entry == NULL || entry->is_fresh)
    return;
  g_free (entry->seen);
  entry->seen = vitrail_coverage_to_json (vitrail_slide_seen_get (self->seen));
  entry->field = self->field;
  keep_styles (self, entry);
}

static void
restore_styles (VitrailSlideWork *self, GHashTable *styles)
{
  GHashTableIter iter;
  gpointer id;
  gpointer style;
  g_hash_table_iter_init (&iter, styles);
  while (g_hash_table_iter_next (&iter, &id, &style))
    vitrail_slide_work_style_object (self, id, style);
}

void
vitrail_slide_work_restore (VitrailSlideWork *self, GHashTable *kept)
{
  VitrailSlideKept *entry = g_hash_table_lookup (kept, self->id);
  gboolean wanted = !self->is_restored || (entry != NULL && entry->is_fresh);
  self->is_restored = TRUE;
  if (entry == NULL || !wanted)
    return;
  /* What this session has seen is kept for all: others may have begun anew. */
  const gboolean is_fresh = entry->is_fresh;
  entry->is_fresh = FALSE;
  restore_styles (self, entry->styles);
  VitrailCoverage *coverage =
      is_fresh && entry->seen != NULL
          ? vitrail_coverage_from_json (self->slide, entry->seen, NULL)
          : NULL;
  if (coverage != NULL)
    vitrail_slide_work_take_coverage (self, coverage);
  vitrail_slide_work_set_field (self, &entry->field);
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
  self->seen = vitrail_slide_seen_new (slide, G_OBJECT (self), emit_changed);
  g_hash_table_insert (get_works (), self->id, self);
  self->keeper =
      vitrail_annotation_keeper_new (G_OBJECT (self), id, emit_changed);
  return self;
}

void
vitrail_slide_work_flush_all (void)
{
  g_autoptr (GList) works = g_hash_table_get_values (get_works ());
  /* Saving one may end another. */
  g_list_foreach (works, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (const GList *at = works; at != NULL; at = at->next) {
    g_autoptr (VitrailSlideWork) self = at->data;
    vitrail_slide_work_flush (self);
  }
  /* Those that ended before are being saved. */
  vitrail_coverage_store_wait ();
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
  g_clear_pointer (&self->keeper, vitrail_annotation_keeper_free);
  g_clear_pointer (&self->seen, vitrail_slide_seen_free);
  if (self->id != NULL && g_hash_table_lookup (get_works (), self->id) == self)
    g_hash_table_remove (get_works (), self->id);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->slide);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (vitrail_slide_work_parent_class)->dispose (object);
}

static void
vitrail_slide_work_finalize (GObject *object)
{
  VitrailSlideWork *self = VITRAIL_SLIDE_WORK (object);
  g_free (self->id);
  g_hash_table_unref (self->styles);
  g_object_unref (self->objects);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->tissue, vitrail_tissue_unref);
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
  self->styles =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancellable = g_cancellable_new ();
  self->objects = vitrail_slide_objects_new ();
  g_signal_connect_object (self->objects, "changed", G_CALLBACK (objects_cb),
                           self, G_CONNECT_SWAPPED);
}
