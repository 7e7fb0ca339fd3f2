/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who waits for archives: see waiting.h. */

#include "waiting.h"

/* What waits takes a stack and little else; who asks when so many wait already
 * waits for one of them. */
#define MAX_THREADS 256

typedef struct {
  VitrailJob job;
  gpointer data;
  GCancellable *cancellable;
} Work;

static void
run (gpointer data, gpointer user_data)
{
  g_autofree Work *work = data;
  const gboolean cancelled = g_cancellable_is_cancelled (work->cancellable);

  g_clear_object (&work->cancellable);
  work->job (work->data, cancelled);
}

static GThreadPool *
get_threads (void)
{
  static gsize threads = 0;

  if (g_once_init_enter (&threads))
    g_once_init_leave (&threads,
                       (gsize) g_thread_pool_new (run, NULL, MAX_THREADS, FALSE,
                                                  NULL));
  return (GThreadPool *) threads;
}

void
vitrail_waiting_push (const VitrailService *service,
                      VitrailPriority priority,
                      VitrailJob job,
                      gpointer data,
                      GCancellable *cancellable)
{
  if (vitrail_service_has_files (service)) {
    vitrail_pool_push (priority, job, data, cancellable);
    return;
  }
  Work *work = g_new (Work, 1);

  work->job = job;
  work->data = data;
  work->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  g_thread_pool_push (get_threads (), work, NULL);
}
