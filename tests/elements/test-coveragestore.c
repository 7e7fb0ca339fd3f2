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

/* What was seen is taken once; what adds up to it at a higher step stays. */
static void
test_take_seen (void)
{
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  static const guint all[2] = { 100000, 100000 };
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailCoverage) own =
      vitrail_coverage_new (slide, VITRAIL_COVERAGE_MS);
  const guint half = VITRAIL_COVERAGE_MS / 2 + 1;

  vitrail_coverage_add (own, same, all, 20, half);
  g_assert_null (vitrail_coverage_take_seen (own));
  vitrail_coverage_add (own, same, all, 10, half);
  g_autoptr (VitrailCoverage) at_10 = vitrail_coverage_take_seen (own);
  g_assert_nonnull (at_10);
  g_assert_cmpfloat (vitrail_coverage_get_share (at_10, NULL, 10), ==, 1);
  g_assert_cmpfloat (vitrail_coverage_get_share (at_10, NULL, 20), ==, 0);
  g_assert_null (vitrail_coverage_take_seen (own));
  vitrail_coverage_add (own, same, all, 20, half);
  g_autoptr (VitrailCoverage) at_20 = vitrail_coverage_take_seen (own);
  g_assert_cmpfloat (vitrail_coverage_get_share (at_20, NULL, 20), ==, 1);
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
  vitrail_coverage_store_add_async (slide, coverage, NULL, NULL);
  g_assert_cmpint (get_step (slide, 60, 60), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/coveragestore/take-seen", test_take_seen);
  g_test_add_func ("/coveragestore/add", test_add);
  g_test_add_func ("/coveragestore/threads", test_threads);
  g_test_add_func ("/coveragestore/later", test_later);
  return g_test_run ();
}
