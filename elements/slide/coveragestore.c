/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been seen, kept: see coveragestore.h. */

#include "slide/coveragestore.h"

#include "annotation/store.h"
#include "error.h"

#include <gio/gio.h>

#include <pthread.h>
#include <string.h>

#define NAME "seen"
/* Another process may write between reading and writing. */
#define N_TRIES 8

/* Held from reading what is kept to replacing it. */
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;

/* What is on its way to be added; guarded by lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t added = PTHREAD_COND_INITIALIZER;
static guint n_waiting;

static VitrailAnnotationStore *
new_store (void)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "coverage", NULL);

  return vitrail_annotation_store_new_of (folder, ".json");
}

/* NULL where nothing is kept that can be read. */
static VitrailCoverage *
load (VitrailSlide *slide, char tag[VITRAIL_ANNOTATION_TAG_SIZE])
{
  gsize length = 0;
  g_autoptr (VitrailAnnotationStore) store = new_store ();
  g_autoptr (GBytes) text =
      vitrail_annotation_store_ref_text (store, vitrail_slide_get_id (slide),
                                         NAME, tag, NULL);
  const char *data = text != NULL ? g_bytes_get_data (text, &length) : NULL;
  g_autofree char *json = data != NULL ? g_strndup (data, length) : NULL;

  return json != NULL ? vitrail_coverage_from_json (slide, json, NULL) : NULL;
}

void
vitrail_coverage_store_wait (void)
{
  pthread_mutex_lock (&lock);
  while (n_waiting > 0)
    pthread_cond_wait (&added, &lock);
  pthread_mutex_unlock (&lock);
}

VitrailCoverage *
vitrail_coverage_store_load (VitrailSlide *slide)
{
  char tag[VITRAIL_ANNOTATION_TAG_SIZE];

  vitrail_coverage_store_wait ();
  VitrailCoverage *kept = load (slide, tag);
  return kept != NULL ? kept
                      : vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
}

/* @conflict: something else is there by now. */
static gboolean
try_to_add (VitrailSlide *slide,
            VitrailCoverage *coverage,
            gboolean *conflict,
            GError **error)
{
  const char *const place[2] = { vitrail_slide_get_id (slide), NAME };
  char tag[VITRAIL_ANNOTATION_TAG_SIZE] = "";
  g_autoptr (VitrailAnnotationStore) store = new_store ();
  g_autoptr (VitrailCoverage) kept = load (slide, tag);

  if (kept != NULL)
    vitrail_coverage_merge (coverage, kept);
  char *json = vitrail_coverage_to_json (coverage);
  g_autoptr (GBytes) text = g_bytes_new_take (json, strlen (json));
  return vitrail_annotation_store_put (store, place, text,
                                       *tag != '\0' ? VITRAIL_EXPECT_TAG
                                                    : VITRAIL_EXPECT_NOTHING,
                                       tag, conflict, error);
}

gboolean
vitrail_coverage_store_add (VitrailSlide *slide,
                            VitrailCoverage *coverage,
                            GError **error)
{
  gboolean conflict = TRUE;
  gboolean done = FALSE;

  pthread_mutex_lock (&adding);
  for (guint i = 1; i < N_TRIES && conflict && !done; i++)
    done = try_to_add (slide, coverage, &conflict, NULL);
  done = done || try_to_add (slide, coverage, &conflict, error);
  pthread_mutex_unlock (&adding);
  return done;
}

/* --- later --- */

static void
add_thread (GTask *task,
            gpointer source,
            gpointer task_data,
            GCancellable *cancellable)
{
  VitrailCoverage *coverage = task_data;
  g_autoptr (GError) error = NULL;
  const gboolean done =
      vitrail_coverage_store_add (VITRAIL_SLIDE (source), coverage, &error);

  if (!done)
    g_message ("%s", error->message);
  pthread_mutex_lock (&lock);
  n_waiting--;
  pthread_cond_broadcast (&added);
  pthread_mutex_unlock (&lock);
  if (done)
    g_task_return_pointer (task, vitrail_coverage_copy (coverage),
                           (GDestroyNotify) vitrail_coverage_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
vitrail_coverage_store_add_async (VitrailSlide *slide,
                                  const VitrailCoverage *coverage,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (slide, NULL, callback, user_data);

  g_task_set_task_data (task, vitrail_coverage_copy (coverage),
                        (GDestroyNotify) vitrail_coverage_free);
  pthread_mutex_lock (&lock);
  n_waiting++;
  pthread_mutex_unlock (&lock);
  g_task_run_in_thread (task, add_thread);
}

VitrailCoverage *
vitrail_coverage_store_add_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
vitrail_coverage_store_forget (VitrailSlide *slide, GError **error)
{
  const char *const place[2] = { vitrail_slide_get_id (slide), NAME };
  g_autoptr (VitrailAnnotationStore) store = new_store ();
  g_autoptr (GError) fault = NULL;
  gboolean conflict;

  if (vitrail_annotation_store_delete (store, place, NULL, &conflict, &fault) ||
      g_error_matches (fault, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}
