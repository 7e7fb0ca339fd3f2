/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Work in pieces: each once, on several threads, also from the workers
 * themselves; what is stopped is not finished. */

#include "parallel.h"

#define N 1000

typedef struct {
  gint counts[N]; /* atomic */
  gint n_stops;
} Counter;

static void
count_cb (guint index, gpointer data)
{
  Counter *self = data;
  g_atomic_int_inc (&self->counts[index]);
}

static void
test_each_once (void)
{
  static const guint lengths[] = { 0, 1, 2, 3, 17, N };

  for (guint k = 0; k < G_N_ELEMENTS (lengths); k++) {
    g_autofree Counter *counter = g_new0 (Counter, 1);
    g_assert_true (
        vitrail_parallel_run (lengths[k], count_cb, counter, NULL, NULL));
    for (guint i = 0; i < N; i++)
      g_assert_cmpint (counter->counts[i], ==, i < lengths[k] ? 1 : 0);
  }
}

static gboolean
stop_cb (gpointer data)
{
  Counter *self = data;
  return ++self->n_stops > 3;
}

static void
slow_cb (guint index, gpointer data)
{
  count_cb (index, data);
  g_usleep (500);
}

static void
test_stopped (void)
{
  g_autofree Counter *counter = g_new0 (Counter, 1);
  guint total = 0;

  g_assert_false (vitrail_parallel_run (N, slow_cb, counter, stop_cb, counter));
  for (guint i = 0; i < N; i++)
    total += (guint) counter->counts[i];
  g_assert_cmpuint (total, >=, 3);
  g_assert_cmpuint (total, <, N);
}

/* Work inside of work, on every worker at once. */
static void
nested_cb (guint index, gpointer data)
{
  g_assert_true (vitrail_parallel_run (N, count_cb, data, NULL, NULL));
}

static void
test_nested (void)
{
  g_autofree Counter *counter = g_new0 (Counter, 1);

  g_assert_true (vitrail_parallel_run (20, nested_cb, counter, NULL, NULL));
  for (guint i = 0; i < N; i++)
    g_assert_cmpint (g_atomic_int_get (&counter->counts[i]), ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vitrail_pool_set_n_workers (4);
  g_test_add_func ("/parallel/each-once", test_each_once);
  g_test_add_func ("/parallel/stopped", test_stopped);
  g_test_add_func ("/parallel/nested", test_nested);
  return g_test_run ();
}
