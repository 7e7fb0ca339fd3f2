/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations as files: see annotationfiles.h. */

#include "annotationfiles.h"

#include "annotation/geojson.h"
#include "annotation/store.h"

#include <pthread.h>

/* Files that are being written; guarded by lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t written = PTHREAD_COND_INITIALIZER;
static guint n_writing;

/* Reading */

typedef struct {
  char *path;
  VitrailAnnotationSet *set;
  char *warning;
} Import;

static void
import_free (gpointer data)
{
  Import *self = data;
  g_clear_pointer (&self->set, vitrail_annotation_set_unref);
  g_free (self->warning);
  g_free (self->path);
  g_free (self);
}

static void
import_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  Import *self = data;
  GError *error = NULL;
  self->set = vitrail_geojson_load (self->path, &self->warning, &error);
  if (self->set != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Under a name that it can be kept under, beside what is there. */
static void
add_set (VitrailSlideWork *work, VitrailAnnotationSet *set)
{
  const char *own = vitrail_annotation_set_get_name (set);
  g_autofree char *name = vitrail_slide_work_dup_free_name (
      work, vitrail_annotation_name_is_valid (own) ? own : "Imported");
  g_autoptr (VitrailAnnotationSet) named =
      vitrail_annotation_set_with_name (set, name);
  vitrail_annotations_put (vitrail_slide_work_get_annotations (work), named,
                           "Import");
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSlideWork) work = user_data;
  const Import *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    vitrail_slide_work_set_error (work, error->message);
    return;
  }
  vitrail_slide_work_set_error (work, self->warning);
  add_set (work, self->set);
}

gboolean
vitrail_annotation_import (VitrailSlideWork *work, const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_autofree char *message = g_strdup_printf ("%s: no such file", path);
    vitrail_slide_work_set_error (work, message);
    return FALSE;
  }
  Import *self = g_new0 (Import, 1);
  g_autoptr (GTask) task =
      g_task_new (NULL, NULL, imported_cb, g_object_ref (work));
  self->path = g_strdup (path);
  g_task_set_task_data (task, self, import_free);
  g_task_run_in_thread (task, import_thread);
  return TRUE;
}

/* Writing */

typedef struct {
  GPtrArray *sets;  /* (element-type VitrailAnnotationSet) */
  GPtrArray *paths; /* (element-type utf8) of each */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;
  g_ptr_array_unref (self->sets);
  g_ptr_array_unref (self->paths);
  g_free (self);
}

static Export *
export_new (void)
{
  Export *self = g_new (Export, 1);
  self->sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_annotation_set_unref);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gboolean
write_set (VitrailAnnotationSet *set, const char *path, GError **error)
{
  g_autoptr (GBytes) text = vitrail_geojson_to_bytes (set, error);

  return text != NULL &&
         g_file_set_contents (path, g_bytes_get_data (text, NULL),
                              (gssize) g_bytes_get_size (text), error);
}

static void
count_writing (int change)
{
  pthread_mutex_lock (&lock);
  n_writing += (guint) change;
  pthread_cond_broadcast (&written);
  pthread_mutex_unlock (&lock);
}

void
vitrail_annotation_files_wait (void)
{
  pthread_mutex_lock (&lock);
  while (n_writing > 0)
    pthread_cond_wait (&written, &lock);
  pthread_mutex_unlock (&lock);
}

static void
export_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  Export *self = data;
  GError *error = NULL;
  gboolean done = TRUE;

  for (guint i = 0; i < self->sets->len && done; i++)
    done = write_set (g_ptr_array_index (self->sets, i),
                      g_ptr_array_index (self->paths, i), &error);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  count_writing (-1);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSlideWork) work = user_data;
  g_autoptr (GError) error = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    vitrail_slide_work_set_error (work, error->message);
}

/* @self: (transfer full) */
static void
start_export (VitrailSlideWork *work, Export *self)
{
  g_autoptr (GTask) task =
      g_task_new (NULL, NULL, exported_cb, g_object_ref (work));
  g_task_set_task_data (task, self, export_free);
  count_writing (1);
  g_task_run_in_thread (task, export_thread);
}

void
vitrail_annotation_export (VitrailSlideWork *work,
                           VitrailAnnotationSet *set,
                           const char *path)
{
  Export *self = export_new ();
  g_ptr_array_add (self->sets, vitrail_annotation_set_ref (set));
  g_ptr_array_add (self->paths, g_strdup (path));
  start_export (work, self);
}

gboolean
vitrail_annotation_export_all (VitrailSlideWork *work, const char *folder)
{
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  guint n = vitrail_annotations_get_n_sets (annotations);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_autofree char *message = g_strdup_printf ("%s: no such folder", folder);
    vitrail_slide_work_set_error (work, message);
    return FALSE;
  }
  Export *self = export_new ();
  for (guint i = 0; i < n; i++) {
    VitrailAnnotationSet *set = vitrail_annotations_ref_set (annotations, i);
    g_autofree char *base =
        g_strconcat (vitrail_annotation_set_get_name (set), ".geojson", NULL);
    g_ptr_array_add (self->sets, set);
    g_ptr_array_add (self->paths, g_build_filename (folder, base, NULL));
  }
  start_export (work, self);
  return TRUE;
}
