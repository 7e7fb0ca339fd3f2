/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A thread that waits: see deadline.h. */

#include "dicomweb/deadline.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

struct _VitrailDeadline {
  GCancellable *cancellable;
  GThread *thread;
  struct timespec end;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  gboolean is_over; /* guarded by lock */
};

static gpointer
wait_thread (gpointer data)
{
  VitrailDeadline *self = data;
  int code = 0;

  pthread_mutex_lock (&self->lock);
  while (!self->is_over && code != ETIMEDOUT)
    code = pthread_cond_timedwait (&self->changed, &self->lock, &self->end);
  const gboolean is_late = !self->is_over;
  pthread_mutex_unlock (&self->lock);
  if (is_late)
    g_cancellable_cancel (self->cancellable);
  return NULL;
}

VitrailDeadline *
vitrail_deadline_new (guint seconds)
{
  VitrailDeadline *self = g_new0 (VitrailDeadline, 1);
  pthread_condattr_t monotonic;

  self->cancellable = g_cancellable_new ();
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &monotonic);
  pthread_condattr_destroy (&monotonic);
  clock_gettime (CLOCK_MONOTONIC, &self->end);
  self->end.tv_sec += (time_t) seconds;
  self->thread = g_thread_new ("deadline", wait_thread, self);
  return self;
}

void
vitrail_deadline_free (VitrailDeadline *self)
{
  pthread_mutex_lock (&self->lock);
  self->is_over = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->lock);
  g_object_unref (self->cancellable);
  g_free (self);
}

GCancellable *
vitrail_deadline_get_cancellable (VitrailDeadline *self)
{
  return self->cancellable;
}
