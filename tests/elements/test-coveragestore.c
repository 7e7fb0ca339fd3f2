/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been seen, kept: added up from several threads, found again,
 * forgotten. */

#include "channelslide.h"
#include "slide/coveragestore.h"

#define N_THREADS 4

static int
get_step (VitrailSlide *slide, guint column, guint row)
{
  g_autoptr (VitrailCoverage) kept = vitrail_coverage_store_load (slide);

  return vitrail_coverage_get_step (kept, column, row);
}

static void
test_add (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailCoverage) first = vitrail_coverage_store_load (slide);
  g_autoptr (VitrailCoverage) second = vitrail_coverage_copy (first);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (get_step (slide, 3, 2), ==, -1);
  vitrail_coverage_set_step (first, 3, 2, 12);
  vitrail_coverage_set_step (first, 4, 2, 5);
  g_assert_true (vitrail_coverage_store_add (slide, first, &error));
  g_assert_no_error (error);
  vitrail_coverage_set_step (second, 4, 2, 9);
  g_assert_true (vitrail_coverage_store_add (slide, second, &error));
  g_assert_no_error (error);
  /* Each knows of the other, and the higher step counts. */
  g_assert_cmpint (vitrail_coverage_get_step (second, 3, 2), ==, 12);
  g_assert_cmpint (get_step (slide, 3, 2), ==, 12);
  g_assert_cmpint (get_step (slide, 4, 2), ==, 9);
  g_assert_true (vitrail_coverage_store_forget (slide, &error));
  g_assert_true (vitrail_coverage_store_forget (slide, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_step (slide, 3, 2), ==, -1);
}

static gpointer
add_thread (gpointer data)
{
  static gint next;
  VitrailSlide *slide = data;

  for (guint i = 0; i < 8; i++) {
    g_autoptr (VitrailCoverage) coverage =
        vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
    g_autoptr (GError) error = NULL;
    vitrail_coverage_set_step (coverage, (guint) g_atomic_int_add (&next, 1), 5,
                               7);
    g_assert_true (vitrail_coverage_store_add (slide, coverage, &error));
    g_assert_no_error (error);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("add", add_thread, slide);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS * 8; i++)
    g_assert_cmpint (get_step (slide, i, 5), ==, 7);
}

static void
test_later (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailCoverage) coverage =
      vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);

  vitrail_coverage_set_step (coverage, 60, 60, 3);
  vitrail_coverage_store_add_later (slide, coverage);
  g_assert_cmpint (get_step (slide, 60, 60), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/coveragestore/add", test_add);
  g_test_add_func ("/coveragestore/threads", test_threads);
  g_test_add_func ("/coveragestore/later", test_later);
  return g_test_run ();
}
