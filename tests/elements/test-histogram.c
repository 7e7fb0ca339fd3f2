/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How often values occur: as counted one by one; what is not there does not. */

#include "volume/histogram.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 13, ROWS = 7, SLICES = 5, BINS = 10 };

/* Slice 3 never comes. */
static VitrailVolume *
make_volume (VitrailVoxelType type, VitrailMemoryBudget *budget)
{
  const VitrailVolumeInfo info = { .size = { COLUMNS, ROWS, SLICES },
                                   .type = type,
                                   .matrix = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1,
                                               0, 0, 0, 0, 1 },
                                   .slope = 0.5,
                                   .intercept = -10 };
  const VitrailVolumeHold hold = { .budget = budget };
  g_autoptr (GError) error = NULL;
  VitrailVolume *volume = vitrail_volume_new (&info, &hold, &error);

  g_assert_no_error (error);
  for (guint k = 0; k < SLICES; k++) {
    if (k == 3) {
      vitrail_volume_fail_slice (volume, k, "lost");
      continue;
    }
    gpointer out = vitrail_volume_begin_slice (volume, k);
    for (guint i = 0; i < COLUMNS * ROWS; i++) {
      const guint voxel = (i * 7 + k * 31) % 60;
      if (type == VITRAIL_VOXEL_U16)
        ((guint16 *) out)[i] = (guint16) voxel;
      else
        ((float *) out)[i] = i == 5 ? NAN : (float) voxel;
    }
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

/* Values -10 to 19.5; bins of 2 from -8 to 12, whose end is in the last one. */
static void
count (gboolean has_nan, guint32 bins[BINS])
{
  memset (bins, 0, BINS * sizeof *bins);
  for (guint k = 0; k < SLICES; k++)
    for (guint i = 0; i < COLUMNS * ROWS; i++) {
      const double value = (i * 7 + k * 31) % 60 * 0.5 - 10;
      if (k == 3 || (has_nan && i == 5) || value < -8 || value > 12)
        continue;
      bins[MIN ((guint) ((value + 8) / 2), BINS - 1)]++;
    }
}

static void
test_all (void)
{
  for (guint i = 0; i < 2; i++) {
    const VitrailVoxelType type =
        i == 0 ? VITRAIL_VOXEL_U16 : VITRAIL_VOXEL_F32;
    g_autoptr (VitrailVolume) volume = make_volume (type, NULL);
    guint32 want[BINS];
    guint32 got[BINS];
    count (type == VITRAIL_VOXEL_F32, want);
    g_assert_true (vitrail_histogram_count (volume, -8, 12, 0, got, BINS));
    g_assert_cmpmem (got, sizeof got, want, sizeof want);
    g_assert_true (
        vitrail_histogram_count (volume, -8, 12, 1 << 20, got, BINS));
    g_assert_cmpmem (got, sizeof got, want, sizeof want);
  }
}

/* So many as are asked for, from all over. */
static void
test_some (void)
{
  g_autoptr (VitrailVolume) volume = make_volume (VITRAIL_VOXEL_U16, NULL);
  guint32 bins[BINS];
  guint n = 0;

  g_assert_true (vitrail_histogram_count (volume, -10, 20, 90, bins, BINS));
  for (guint i = 0; i < BINS; i++) {
    g_assert_cmpuint (bins[i], >, 0);
    n += bins[i];
  }
  /* Each fifth of four slices of 91. */
  g_assert_cmpuint (n, >=, 72);
  g_assert_cmpuint (n, <=, 74);
}

static void
test_refused (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 6);
  g_autoptr (VitrailVolume) disk = make_volume (VITRAIL_VOXEL_U16, budget);
  g_autoptr (VitrailVolume) memory = make_volume (VITRAIL_VOXEL_U16, NULL);
  guint32 bins[BINS];

  g_assert_null (vitrail_volume_get_voxels (disk));
  g_assert_false (vitrail_histogram_count (disk, 0, 1, 0, bins, BINS));
  g_assert_false (vitrail_histogram_count (memory, 1, 1, 0, bins, BINS));
  g_assert_false (vitrail_histogram_count (memory, NAN, 1, 0, bins, BINS));
  g_assert_false (vitrail_histogram_count (memory, 0, 1, 0, bins, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histogram/all", test_all);
  g_test_add_func ("/histogram/some", test_some);
  g_test_add_func ("/histogram/refused", test_refused);
  return g_test_run ();
}
