/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory of frames: as much as was asked for, each piece its owner's alone. */

#include "framememory.h"

#include <string.h>

#define N_THREADS 4
#define N_ROUNDS  200

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0,       1,       4095,    262143,  262144,
                                 1000000, 6220800, 6220801, 33554432 };

  for (guint round = 0; round < 2; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
      guint8 *data = NULL;
      g_autoptr (GBytes) bytes = vitrail_frame_memory_new (sizes[i], &data);
      g_assert_nonnull (bytes);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizes[i]);
      memset (data, 1, sizes[i]);
    }
}

static void
test_too_much (void)
{
  guint8 *data = NULL;

  g_assert_null (vitrail_frame_memory_new (G_MAXSIZE, &data));
  g_assert_null (vitrail_frame_memory_new (G_MAXSIZE / 2, &data));
}

/* Each writes its own, and finds it again. */
static gpointer
use_cb (gpointer data)
{
  const guint8 mark = (guint8) GPOINTER_TO_UINT (data);

  for (guint i = 0; i < N_ROUNDS; i++) {
    guint8 *mine = NULL;
    const gsize size = 300000 + (gsize) (i % 3) * 4096;
    g_autoptr (GBytes) bytes = vitrail_frame_memory_new (size, &mine);
    memset (mine, mark, size);
    g_thread_yield ();
    for (gsize k = 0; k < size; k += 997)
      g_assert_cmpuint (mine[k], ==, mark);
  }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("use", use_cb, GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/framememory/sizes", test_sizes);
  g_test_add_func ("/framememory/too-much", test_too_much);
  g_test_add_func ("/framememory/threads", test_threads);
  return g_test_run ();
}
