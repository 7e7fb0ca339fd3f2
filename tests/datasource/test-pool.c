/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pool with one worker, whose order can be told: urgent first, newest
 * first, cancelled ones at once and marked. */

#include "pool.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* Guarded by lock. */
static GString *order;
static gboolean gate_open;
static gboolean at_gate;
static guint n_done;

/* Keeps the worker until all others are queued. */
static void
gate_cb (gpointer data, gboolean cancelled)
{
  pthread_mutex_lock (&lock);
  at_gate = TRUE;
  pthread_cond_broadcast (&changed);
  while (!gate_open)
    pthread_cond_wait (&changed, &lock);
  n_done++;
  pthread_mutex_unlock (&lock);
}

static void
job_cb (gpointer data, gboolean cancelled)
{
  pthread_mutex_lock (&lock);
  g_string_append (order, data);
  if (cancelled)
    g_string_append_c (order, '!');
  n_done++;
  pthread_cond_broadcast (&changed);
  pthread_mutex_unlock (&lock);
}

static void
close_gate (void)
{
  pthread_mutex_lock (&lock);
  order = g_string_new (NULL);
  gate_open = FALSE;
  at_gate = FALSE;
  n_done = 0;
  pthread_mutex_unlock (&lock);
  vitrail_pool_push (VITRAIL_PRIORITY_INTERACTIVE, gate_cb, NULL, NULL);
  pthread_mutex_lock (&lock);
  while (!at_gate)
    pthread_cond_wait (&changed, &lock);
  pthread_mutex_unlock (&lock);
}

static char *
open_gate (guint n_jobs)
{
  pthread_mutex_lock (&lock);
  gate_open = TRUE;
  pthread_cond_broadcast (&changed);
  while (n_done < n_jobs + 1)
    pthread_cond_wait (&changed, &lock);
  char *text = g_string_free (g_steal_pointer (&order), FALSE);
  pthread_mutex_unlock (&lock);
  return text;
}

static void
push (VitrailPriority priority, const char *name, GCancellable *cancellable)
{
  vitrail_pool_push (priority, job_cb, (gpointer) (guintptr) name, cancellable);
}

static void
test_order (void)
{
  close_gate ();
  push (VITRAIL_PRIORITY_BACKGROUND, "a", NULL);
  push (VITRAIL_PRIORITY_PREFETCH, "b", NULL);
  push (VITRAIL_PRIORITY_INTERACTIVE, "c", NULL);
  push (VITRAIL_PRIORITY_PREFETCH, "d", NULL);
  push (VITRAIL_PRIORITY_THUMBNAIL, "e", NULL);
  push (VITRAIL_PRIORITY_INTERACTIVE, "f", NULL);
  g_autofree char *text = open_gate (6);
  g_assert_cmpstr (text, ==, "fcedba");
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) one = g_cancellable_new ();
  g_autoptr (GCancellable) two = g_cancellable_new ();

  close_gate ();
  push (VITRAIL_PRIORITY_BACKGROUND, "a", one);
  push (VITRAIL_PRIORITY_INTERACTIVE, "b", two);
  push (VITRAIL_PRIORITY_INTERACTIVE, "c", NULL);
  g_cancellable_cancel (one);
  g_autofree char *text = open_gate (3);
  g_assert_cmpstr (text, ==, "a!cb");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vitrail_pool_set_n_workers (1);
  g_assert_cmpuint (vitrail_pool_get_n_workers (), ==, 1);
  g_test_add_func ("/pool/order", test_order);
  g_test_add_func ("/pool/cancelled", test_cancelled);
  return g_test_run ();
}
