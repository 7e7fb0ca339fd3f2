/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of a volume on disk are those of the volume in memory. */

#include "reslicejudge.h"
#include "volume/mprdraw.h"

#include <string.h>

enum { SIDE = 90 };

static const guint size[3] = { 70, 61, 83 };

static VitrailVolume *
make_volume (const guint16 *voxels, VitrailMemoryBudget *budget)
{
  const gsize slice = (gsize) size[0] * size[1];
  const VitrailVolumeInfo info = { .size = { size[0], size[1], size[2] },
                                   .type = VITRAIL_VOXEL_U16,
                                   .matrix = { 0.5, 0.1, 0, -3, 0, 0.6, 0.2, 4,
                                               0, 0, 0.7, 50, 0, 0, 0, 1 },
                                   .background = 5 };
  const VitrailVolumeHold hold = { .budget = budget };
  g_autoptr (GError) error = NULL;
  VitrailVolume *volume = vitrail_volume_new (&info, &hold, &error);

  g_assert_no_error (error);
  for (guint k = 0; k < size[2]; k++) {
    memcpy (vitrail_volume_begin_slice (volume, k), voxels + k * slice,
            slice * sizeof *voxels);
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

static void
test_disk (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (1, size, FALSE);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 16);
  g_autoptr (VitrailVolume) memory = make_volume (voxels, NULL);
  g_autoptr (VitrailVolume) disk = make_volume (voxels, budget);
  g_autofree guint8 *want = g_malloc ((gsize) SIDE * SIDE * 4);
  g_autofree guint8 *got = g_malloc ((gsize) SIDE * SIDE * 4);

  g_assert_nonnull (vitrail_volume_get_voxels (memory));
  g_assert_null (vitrail_volume_get_voxels (disk));
  for (guint i = 0; i < 24; i++) {
    const VitrailMpr mpr = { .orientation = (VitrailMprOrientation) (i % 4),
                             .turn = i > 4 ? 17 * (double) i : 0,
                             .offset = i % 3 * 14.0,
                             .thickness = i % 5 == 0 ? 6 : 0,
                             .slab = (VitrailSlab) (i % 4),
                             .interpolation = (VitrailReslicing) (i % 3),
                             .width = SIDE,
                             .height = SIDE };
    VitrailMprPicture picture;
    g_autoptr (GError) error = NULL;
    vitrail_mpr_place (&mpr, vitrail_volume_get_info (memory), &picture, NULL);
    const gsize bytes = (gsize) SIDE * SIDE *
                        (vitrail_reslice_is_float (&picture.reslice) ? 4 : 2);
    g_assert_true (vitrail_mpr_draw (memory, &picture, want, &error));
    g_assert_true (vitrail_mpr_draw (disk, &picture, got, &error));
    g_assert_no_error (error);
    guint n_far = 0;
    for (gsize n = 0; n < bytes; n++)
      n_far += want[n] != got[n];
    /* A point's distance from the box may be rounded otherwise than that from
     * the volume's corner. */
    g_assert_cmpuint (n_far, <, bytes / 20);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mprdraw/disk", test_disk);
  return g_test_run ();
}
