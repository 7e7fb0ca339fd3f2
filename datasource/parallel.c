/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One piece of work on several cores: see parallel.h. */

#include "parallel.h"

#include <pthread.h>

/* Held by the caller and by each job, since a job may begin after the caller
 * has done everything. */
typedef struct {
  gint ref_count; /* atomic */
  VitrailPiece piece;
  gpointer data;

  pthread_mutex_t lock;
  pthread_cond_t idle; /* n_active has become 0 */
  guint next;          /* lock */
  guint n;             /* lock; what is begun at most */
  guint n_active;      /* lock: pieces that are worked at */
} Work;

static void
work_unref (Work *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->idle);
  g_free (self);
}

/* FALSE when there is nothing left to begin. */
static gboolean
begin_piece (Work *self, guint *index)
{
  pthread_mutex_lock (&self->lock);
  const gboolean is_left = self->next < self->n;
  if (is_left) {
    *index = self->next++;
    self->n_active++;
  }
  pthread_mutex_unlock (&self->lock);
  return is_left;
}

static void
end_piece (Work *self)
{
  pthread_mutex_lock (&self->lock);
  if (--self->n_active == 0)
    pthread_cond_signal (&self->idle);
  pthread_mutex_unlock (&self->lock);
}

static void
job_cb (gpointer data, gboolean cancelled)
{
  Work *self = data;
  guint index;

  while (begin_piece (self, &index)) {
    self->piece (index, self->data);
    end_piece (self);
  }
  work_unref (self);
}

/* Nothing more is begun; answers whether all was. */
static gboolean
finish (Work *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean all = self->next == self->n;
  self->n = self->next;
  while (self->n_active > 0)
    pthread_cond_wait (&self->idle, &self->lock);
  pthread_mutex_unlock (&self->lock);
  return all;
}

gboolean
vitrail_parallel_run (guint n,
                      VitrailPiece piece,
                      gpointer data,
                      gboolean (*should_stop) (gpointer),
                      gpointer stop_data)
{
  Work *self = g_new0 (Work, 1);
  const guint n_jobs = n > 0 ? MIN (n, vitrail_pool_get_n_workers ()) - 1 : 0;
  guint index;

  self->ref_count = 1 + (gint) n_jobs;
  self->piece = piece;
  self->data = data;
  self->n = n;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->idle, NULL);
  for (guint i = 0; i < n_jobs; i++)
    vitrail_pool_push (VITRAIL_PRIORITY_INTERACTIVE, job_cb, self, NULL);
  while ((should_stop == NULL || !should_stop (stop_data)) &&
         begin_piece (self, &index))
  {
    piece (index, data);
    end_piece (self);
  }
  const gboolean all = finish (self);
  work_unref (self);
  return all;
}
