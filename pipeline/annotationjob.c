/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationJob: see annotationjob.h. */

#include "annotationjob.h"

#include "annotation/geojson.h"
#include "error.h"

#include <pthread.h>

struct _VitrailAnnotationJob {
  gatomicrefcount refs;
  VitrailAnnotationStore *store;
  char *slide;
  /* Of whoever made it, then of the thread that does it, then, once it is done,
   * of whoever made it. */
  GArray *items;

  pthread_mutex_t lock;
  pthread_cond_t done_cond;
  gboolean done; /* lock */
};

static void
item_clear (gpointer data)
{
  VitrailAnnotationItem *self = data;
  g_clear_pointer (&self->set, vitrail_annotation_set_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->place, g_free);
  g_clear_pointer (&self->known, g_free);
  g_clear_error (&self->error);
}

VitrailAnnotationJob *
vitrail_annotation_job_new (VitrailAnnotationStore *store, const char *slide)
{
  VitrailAnnotationJob *self = g_new0 (VitrailAnnotationJob, 1);
  g_atomic_ref_count_init (&self->refs);
  self->store = vitrail_annotation_store_ref (store);
  self->slide = g_strdup (slide);
  self->items = g_array_new (FALSE, TRUE, sizeof (VitrailAnnotationItem));
  g_array_set_clear_func (self->items, item_clear);
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->done_cond, NULL);
  return self;
}

static VitrailAnnotationJob *
job_ref (VitrailAnnotationJob *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
vitrail_annotation_job_unref (VitrailAnnotationJob *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  vitrail_annotation_store_unref (self->store);
  g_array_unref (self->items);
  g_free (self->slide);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->done_cond);
  g_free (self);
}

void
vitrail_annotation_job_add (VitrailAnnotationJob *self,
                            const VitrailAnnotationItem *item)
{
  const VitrailAnnotationItem own = {
    .set = item->set != NULL ? vitrail_annotation_set_ref (item->set) : NULL,
    .name = g_strdup (item->name),
    .place = g_strdup (item->place),
    .known = g_strdup (item->known),
  };
  g_array_append_val (self->items, own);
}

guint
vitrail_annotation_job_get_n_items (const VitrailAnnotationJob *self)
{
  return self->items->len;
}

const VitrailAnnotationItem *
vitrail_annotation_job_get_item (const VitrailAnnotationJob *self, guint index)
{
  return &g_array_index (self->items, VitrailAnnotationItem, index);
}

static gboolean
put_set (VitrailAnnotationJob *self, VitrailAnnotationItem *item)
{
  const char *const place[2] = { self->slide, item->place };
  g_autoptr (VitrailAnnotationSet) placed =
      vitrail_annotation_set_with_name (item->set, item->place);
  g_autoptr (GBytes) text = vitrail_geojson_to_bytes (placed, &item->error);
  if (text == NULL)
    return FALSE;
  if (item->known != NULL)
    g_strlcpy (item->tag, item->known, sizeof item->tag);
  return vitrail_annotation_store_put (
      self->store, place, text,
      item->known != NULL ? VITRAIL_EXPECT_TAG : VITRAIL_EXPECT_NOTHING,
      item->tag, &item->conflict, &item->error);
}

/* What is not there need not be deleted. */
static gboolean
delete_set (VitrailAnnotationJob *self, VitrailAnnotationItem *item)
{
  const char *const place[2] = { self->slide, item->place };
  return vitrail_annotation_store_delete (self->store, place, item->known,
                                          &item->conflict, &item->error) ||
         g_error_matches (item->error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

void
vitrail_annotation_job_run (VitrailAnnotationJob *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    VitrailAnnotationItem *item =
        &g_array_index (self->items, VitrailAnnotationItem, i);
    item->done =
        item->set != NULL ? put_set (self, item) : delete_set (self, item);
  }
  pthread_mutex_lock (&self->lock);
  self->done = TRUE;
  pthread_cond_broadcast (&self->done_cond);
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_annotation_job_wait (VitrailAnnotationJob *self)
{
  pthread_mutex_lock (&self->lock);
  while (!self->done)
    pthread_cond_wait (&self->done_cond, &self->lock);
  pthread_mutex_unlock (&self->lock);
}

static void
run_thread (GTask *task,
            gpointer source,
            gpointer data,
            GCancellable *cancellable)
{
  vitrail_annotation_job_run (data);
  g_task_return_boolean (task, TRUE);
}

static void
task_unref_job (gpointer data)
{
  vitrail_annotation_job_unref (data);
}

void
vitrail_annotation_job_start (VitrailAnnotationJob *self,
                              GAsyncReadyCallback done_cb,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, user_data);
  g_task_set_task_data (task, job_ref (self), task_unref_job);
  g_task_run_in_thread (task, run_thread);
}
