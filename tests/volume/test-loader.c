/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes of files: each voxel's value is what pydicom wrote there, whatever
 * way it is held; slices that are missing or broken are told, and spoil no
 * other; orders of slices. */

#include "error.h"
#include "testdata.h"
#include "volumedata.h"

static void
open_series (TestSeries *series, const char *name)
{
  g_autofree char *folder = test_volume_dup_folder (name);

  test_series_open (series, folder);
}

static void
test_ct (void)
{
  g_auto (TestSeries) series = { 0 };
  static const double matrix[16] = { 0.5, 0, 0, -10, 0, 0.7, 0, 20,
                                     0,   0, 2, 0,   0, 0,   0, 1 };

  open_series (&series, "ct");
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, NULL);
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  double low = 0;
  double high = 0;

  g_assert_cmpint (info->type, ==, VITRAIL_VOXEL_U16);
  g_assert_cmpstr (info->frame->units, ==, "HU");
  for (guint i = 0; i < 16; i++)
    g_assert_cmpfloat_with_epsilon (info->matrix[i], matrix[i], 1e-12);
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    test_volume_check_slice (volume, k, k, 0);
  g_assert_cmpuint (vitrail_volume_get_n_there (volume), ==, 8);
  g_assert_true (vitrail_volume_get_range (volume, &low, &high));
  g_assert_cmpfloat (low * info->slope + info->intercept, ==, -500);
  g_assert_cmpfloat (high * info->slope + info->intercept, ==, 268);
  g_assert_cmpfloat (info->background * info->slope + info->intercept, ==,
                     -1024);
}

/* No room in memory. */
static void
test_bricked (void)
{
  g_auto (TestSeries) series = { 0 };
  VitrailMemoryBudget *budget = test_volume_budget_new (500);

  open_series (&series, "ct");
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, budget);
  g_assert_null (vitrail_volume_get_voxels (volume));
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    test_volume_check_slice (volume, k, k, 0);
}

static void
test_pet (void)
{
  g_auto (TestSeries) series = { 0 };

  open_series (&series, "pet");
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, NULL);
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);

  g_assert_cmpint (info->type, ==, VITRAIL_VOXEL_F32);
  g_assert_true (info->frame->format.is_float);
  g_assert_cmpfloat (info->frame->slope, ==, 1);
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    test_volume_check_slice (volume, k, k, 0);
}

static void
test_gap (void)
{
  g_auto (TestSeries) series = { 0 };

  open_series (&series, "gap");
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, NULL);
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);

  for (guint k = 0; k < TEST_VOLUME_SLICES; k++) {
    test_volume_check_slice (volume, k, k, 0);
    g_assert_cmpint (vitrail_volume_get_slice_state (volume, k), ==,
                     k == 3 ? VITRAIL_SLICE_INTERPOLATED : VITRAIL_SLICE_THERE);
  }
  g_assert_cmpstr (info->notes[0], ==,
                   "Missing slices, interpolated from their neighbours: 1");
}

static void
test_broken (void)
{
  g_auto (TestSeries) series = { 0 };

  open_series (&series, "broken");
  g_autoptr (VitrailVolume) volume = test_series_load (&series, 0, NULL);
  g_autofree char *warning = vitrail_volume_dup_warning (volume);

  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    if (k != 5)
      test_volume_check_slice (volume, k, k, 0);
  g_assert_cmpint (vitrail_volume_get_slice_state (volume, 5), ==,
                   VITRAIL_SLICE_FAILED);
  g_assert_cmpfloat (test_volume_look (volume, 4, 4, 5), ==, -1024);
  g_assert_nonnull (warning);
  g_test_message ("%s", warning);
}

static void
test_times (void)
{
  g_auto (TestSeries) series = { 0 };

  open_series (&series, "times");
  for (guint time = 0; time < 3; time++) {
    g_autoptr (VitrailVolume) volume = test_series_load (&series, time, NULL);
    for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
      test_volume_check_slice (volume, k, k, 1000 * time);
  }
}

static void
test_none (void)
{
  g_auto (TestSeries) series = { 0 };

  open_series (&series, "flat");
  g_assert_cmpuint (series.plans->volumes->len, ==, 0);
  g_assert_cmpstr (series.plans->reasons[0], ==,
                   "8 images: they say no orientation");
}

/* What has not come fails; nobody waits for ever. */
static void
test_cancelled (void)
{
  g_auto (TestSeries) series = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  open_series (&series, "ct");
  const VitrailVolumeRequest request = {
    .plan = g_ptr_array_index (series.plans->volumes, 0),
    .instances = (VitrailInstance *const *) series.instances->pdata,
  };
  g_cancellable_cancel (cancellable);
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_load (&request, cancellable, &error);
  g_assert_no_error (error);
  g_assert_true (vitrail_volume_wait (volume, G_MAXUINT, NULL));
  g_assert_cmpuint (vitrail_volume_get_n_failed (volume), ==, 8);
}

static void
check_order (VitrailSliceOrder order, const guint expected[20])
{
  g_autofree guint *slices = vitrail_slice_order_new (order, 20);

  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (slices[i], ==, expected[i]);
}

static void
test_orders (void)
{
  static const guint interleaved[20] = { 10, 0, 19, 2, 6,  14, 18, 4, 8,  12,
                                         16, 1, 5,  9, 13, 17, 3,  7, 11, 15 };
  static const guint center[20] = { 10, 9, 11, 8, 12, 7, 13, 6, 14, 5,
                                    15, 4, 16, 3, 17, 2, 18, 1, 19, 0 };
  static const guint nth[20] = { 0, 1,  8, 9, 10, 11, 12, 17, 18, 19,
                                 2, 16, 5, 4, 6,  14, 3,  7,  13, 15 };
  VitrailSliceOrder order = VITRAIL_ORDER_INTERLEAVED;

  check_order (VITRAIL_ORDER_INTERLEAVED, interleaved);
  check_order (VITRAIL_ORDER_CENTER, center);
  check_order (VITRAIL_ORDER_NTH, nth);
  g_assert_true (vitrail_slice_order_parse ("nth", &order));
  g_assert_cmpint (order, ==, VITRAIL_ORDER_NTH);
  g_assert_false (vitrail_slice_order_parse ("n", &order));
  for (guint n = 0; n < 9; n++)
    for (guint kind = 0; kind < 4; kind++) {
      g_autofree guint *slices = vitrail_slice_order_new (kind, n);
      guint seen = 0;
      for (guint i = 0; i < n; i++)
        seen |= 1u << slices[i];
      g_assert_cmpuint (seen, ==, (1u << n) - 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loader/ct", test_ct);
  g_test_add_func ("/loader/bricked", test_bricked);
  g_test_add_func ("/loader/pet", test_pet);
  g_test_add_func ("/loader/gap", test_gap);
  g_test_add_func ("/loader/broken", test_broken);
  g_test_add_func ("/loader/times", test_times);
  g_test_add_func ("/loader/none", test_none);
  g_test_add_func ("/loader/cancelled", test_cancelled);
  g_test_add_func ("/loader/orders", test_orders);
  return g_test_run ();
}
