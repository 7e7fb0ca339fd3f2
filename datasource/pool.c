/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The worker pool: one stack of jobs a priority, one lock, threads that are
 * started at the first push and stay. */

#include "pool.h"

#include <pthread.h>

typedef struct {
  GList link; /* in its stack; link.data is the task */
  VitrailJob job;
  gpointer data;
  GCancellable *cancellable; /* owned, or NULL */
} Task;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pushed = PTHREAD_COND_INITIALIZER;
/* Guarded by lock. The head is the newest. */
static GQueue stacks[VITRAIL_N_PRIORITIES];
static guint n_wanted;
static guint n_started;

/* A cancelled task goes first, whatever its priority: it costs nothing, and
 * somebody may wait for its end. */
static Task *
take_cancelled_locked (void)
{
  for (guint i = 0; i < VITRAIL_N_PRIORITIES; i++)
    for (GList *link = stacks[i].head; link != NULL; link = link->next) {
      Task *task = link->data;
      if (g_cancellable_is_cancelled (task->cancellable)) {
        g_queue_unlink (&stacks[i], link);
        return task;
      }
    }
  return NULL;
}

static Task *
take_newest_locked (void)
{
  for (guint i = 0; i < VITRAIL_N_PRIORITIES; i++) {
    GList *link = g_queue_pop_head_link (&stacks[i]);
    if (link != NULL)
      return link->data;
  }
  return NULL;
}

static void *
work (void *unused)
{
  for (;;) {
    pthread_mutex_lock (&lock);
    Task *task = take_cancelled_locked ();
    while (task == NULL && (task = take_newest_locked ()) == NULL)
      pthread_cond_wait (&pushed, &lock);
    pthread_mutex_unlock (&lock);

    task->job (task->data, g_cancellable_is_cancelled (task->cancellable));
    g_clear_object (&task->cancellable);
    g_free (task);
  }
  return NULL;
}

static guint
get_n_workers_locked (void)
{
  return n_wanted != 0 ? n_wanted : g_get_num_processors ();
}

static void
start_locked (void)
{
  pthread_attr_t attributes;

  pthread_attr_init (&attributes);
  pthread_attr_setdetachstate (&attributes, PTHREAD_CREATE_DETACHED);
  while (n_started < get_n_workers_locked ()) {
    pthread_t thread;
    int result = pthread_create (&thread, &attributes, work, NULL);
    if (result != 0) {
      g_warning ("worker %u: %s", n_started, g_strerror (result));
      break;
    }
    n_started++;
  }
  pthread_attr_destroy (&attributes);
}

void
vitrail_pool_push (VitrailPriority priority,
                   VitrailJob job,
                   gpointer data,
                   GCancellable *cancellable)
{
  Task *task = g_new0 (Task, 1);

  task->job = job;
  task->data = data;
  task->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  task->link.data = task;

  pthread_mutex_lock (&lock);
  if (n_started == 0)
    start_locked ();
  g_queue_push_head_link (&stacks[MIN (priority, VITRAIL_N_PRIORITIES - 1)],
                          &task->link);
  pthread_cond_signal (&pushed);
  pthread_mutex_unlock (&lock);
}

guint
vitrail_pool_get_n_workers (void)
{
  pthread_mutex_lock (&lock);
  guint n = n_started != 0 ? n_started : get_n_workers_locked ();
  pthread_mutex_unlock (&lock);
  return n;
}

void
vitrail_pool_set_n_workers (guint n_workers)
{
  pthread_mutex_lock (&lock);
  n_wanted = n_workers;
  pthread_mutex_unlock (&lock);
}
