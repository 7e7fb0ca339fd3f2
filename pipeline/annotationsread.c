/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading annotation sets: see annotationsread.h. */

#include "annotationsread.h"

typedef struct {
  VitrailAnnotationsRead read;
  VitrailAnnotationStore *store;
  char *slide;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;
  vitrail_annotation_store_unref (self->store);
  g_ptr_array_unref (self->read.sets);
  g_ptr_array_unref (self->read.tags);
  g_ptr_array_unref (self->read.bad);
  g_free (self->read.error);
  g_free (self->slide);
  g_free (self);
}

static void
set_error (VitrailAnnotationsRead *self, const char *message)
{
  g_free (self->error);
  self->error = g_strdup (message);
}

static void
read_one (Reading *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  char *tag = NULL;
  VitrailAnnotationSet *set =
      vitrail_annotation_store_load (self->store, self->slide, name, &tag,
                                     &warning, &error);
  if (set == NULL) {
    set_error (&self->read, error->message);
    g_ptr_array_add (self->read.bad, g_strdup (name));
    return;
  }
  /* What was left out is still in the file, which is not written over: it is
   * taken for one that somebody else has changed. */
  if (warning != NULL) {
    set_error (&self->read, warning);
    g_free (tag);
    tag = g_strdup (VITRAIL_TAG_UNREADABLE);
  }
  g_ptr_array_add (self->read.sets, set);
  g_ptr_array_add (self->read.tags, tag);
}

static void
read_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  Reading *self = data;
  g_auto (GStrv) names =
      vitrail_annotation_store_list (self->store, self->slide);
  for (guint i = 0; names[i] != NULL; i++)
    read_one (self, names[i]);
  g_task_return_boolean (task, TRUE);
}

void
vitrail_annotations_read_async (VitrailAnnotationStore *store,
                                const char *slide,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  Reading *self = g_new0 (Reading, 1);
  /* The task's thread may hold the task a moment longer than whoever asked
   * lives, so the task holds nobody. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  self->store = vitrail_annotation_store_ref (store);
  self->slide = g_strdup (slide);
  self->read.sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_annotation_set_unref);
  self->read.tags = g_ptr_array_new_with_free_func (g_free);
  self->read.bad = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, self, reading_free);
  g_task_run_in_thread (task, read_thread);
}

const VitrailAnnotationsRead *
vitrail_annotations_read_finish (GAsyncResult *result)
{
  const Reading *self = g_task_get_task_data (G_TASK (result));

  return &self->read;
}
