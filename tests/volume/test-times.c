/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over time: each is there when asked for, kept within the budget and
 * no longer; sums and curves are what was written. */

#include "error.h"
#include "testdata.h"
#include "volume/times.h"
#include "volumedata.h"

#define VOLUME_BYTES \
  (2ull * TEST_VOLUME_COLUMNS * TEST_VOLUME_ROWS * TEST_VOLUME_SLICES)

static VitrailVolumeTimes *
make_times (TestSeries *series, VitrailMemoryBudget *budget)
{
  g_autofree char *folder = test_volume_dup_folder ("times");

  test_series_open (series, folder);
  return vitrail_volume_times_new (
      g_ptr_array_index (series->plans->volumes, 0),
      (VitrailInstance *const *) series->instances->pdata,
      series->instances->len, budget);
}

static void
check_time (VitrailVolumeTimes *times, guint time)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_times_ref_volume (times, time, &error);

  g_assert_no_error (error);
  g_assert_true (vitrail_volume_wait (volume, G_MAXUINT, NULL));
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    test_volume_check_slice (volume, k, k, 1000 * time);
}

static void
test_lazy (void)
{
  VitrailMemoryBudget *budget = test_volume_budget_new (VOLUME_BYTES * 5 / 2);
  g_auto (TestSeries) series = { 0 };
  g_autoptr (VitrailVolumeTimes) times = make_times (&series, budget);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_volume_times_get_n (times), ==, 3);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==, 0);
  /* Two fit at a time: the one that was not used for longest goes. */
  check_time (times, 0);
  check_time (times, 1);
  check_time (times, 0);
  check_time (times, 2);
  g_assert_true (vitrail_volume_times_is_kept (times, 0));
  g_assert_false (vitrail_volume_times_is_kept (times, 1));
  g_assert_true (vitrail_volume_times_is_kept (times, 2));
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==,
                    2 * VOLUME_BYTES);
  check_time (times, 1);
  g_assert_null (vitrail_volume_times_ref_volume (times, 3, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

/* Not even one fits: it is in a file then, and right. */
static void
test_no_room (void)
{
  VitrailMemoryBudget *budget = test_volume_budget_new (VOLUME_BYTES / 2);
  g_auto (TestSeries) series = { 0 };
  g_autoptr (VitrailVolumeTimes) times = make_times (&series, budget);

  for (guint time = 0; time < 3; time++) {
    check_time (times, time);
    g_assert_false (vitrail_volume_times_is_kept (times, time));
  }
}

static void
check_computed (VitrailVolumeTimes *times,
                VitrailTimesOperation operation,
                double factor,
                double more)
{
  static const guint chosen[3] = { 2, 0, 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_times_compute (times, operation, chosen, 3, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (vitrail_volume_is_complete (volume));
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    for (guint j = 0; j < TEST_VOLUME_ROWS; j++)
      g_assert_cmpfloat_with_epsilon (test_volume_look (volume, 4, j, k),
                                      factor * test_volume_get_value (4, j, k) +
                                          more,
                                      1e-3);
}

static void
test_computed (void)
{
  g_auto (TestSeries) series = { 0 };
  g_autoptr (VitrailVolumeTimes) times = make_times (&series, NULL);
  g_autoptr (GError) error = NULL;

  check_computed (times, VITRAIL_TIMES_SUM, 3, 3000);
  check_computed (times, VITRAIL_TIMES_MEAN, 1, 1000);
  check_computed (times, VITRAIL_TIMES_MAXIMUM, 1, 2000);
  check_computed (times, VITRAIL_TIMES_SUBTRACT, -1, 1000);
  g_assert_null (vitrail_volume_times_compute (times, VITRAIL_TIMES_SUM, NULL,
                                               0, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

static void
test_curve (void)
{
  g_auto (TestSeries) series = { 0 };
  g_autoptr (VitrailVolumeTimes) times = make_times (&series, NULL);
  g_autoptr (GError) error = NULL;
  uint8_t mask[TEST_VOLUME_COLUMNS * TEST_VOLUME_ROWS * TEST_VOLUME_SLICES] = {
    0
  };
  double means[3];

  /* Voxels (2, 3, 5) and (4, 3, 5). */
  mask[(5 * TEST_VOLUME_ROWS + 3) * TEST_VOLUME_COLUMNS + 2] = 1;
  mask[(5 * TEST_VOLUME_ROWS + 3) * TEST_VOLUME_COLUMNS + 4] = 255;
  vitrail_volume_times_measure (times, mask, means, NULL, &error);
  g_assert_no_error (error);
  for (guint time = 0; time < 3; time++)
    g_assert_cmpfloat (means[time], ==, 33 + 1000.0 * time);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/times/lazy", test_lazy);
  g_test_add_func ("/times/no-room", test_no_room);
  g_test_add_func ("/times/computed", test_computed);
  g_test_add_func ("/times/curve", test_curve);
  return g_test_run ();
}
