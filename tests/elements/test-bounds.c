/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bounds against the plainest way to find out: every voxel in reach. */

#include "reslicejudge.h"
#include "volume/bounds.h"

static const guint16 padding[2] = { 7, 8 };

static void
check_entry (const VitrailBounds *bounds,
             const guint16 *voxels,
             const guint size[3],
             const guint entry[3],
             gboolean has_padding)
{
  const gsize number =
      ((gsize) entry[2] * bounds->size[1] + entry[1]) * bounds->size[0] +
      entry[0];
  guint16 low = 65535;
  guint16 high = 0;
  guint first[3];
  guint end[3];

  for (guint a = 0; a < 3; a++) {
    first[a] = entry[a] > 0 ? entry[a] * 4 - 2 : 0;
    end[a] = MIN (entry[a] * 4 + 7, size[a]);
  }
  for (guint k = first[2]; k < end[2]; k++)
    for (guint j = first[1]; j < end[1]; j++)
      for (guint i = first[0]; i < end[0]; i++) {
        const guint16 voxel = voxels[((gsize) k * size[1] + j) * size[0] + i];
        if (has_padding && voxel >= padding[0] && voxel <= padding[1])
          continue;
        low = MIN (low, voxel);
        high = MAX (high, voxel);
      }
  g_assert_cmpuint (bounds->low[number], ==, low);
  g_assert_cmpuint (bounds->high[number], ==, high);
}

static void
check (const guint size[3], gboolean has_padding)
{
  g_autofree guint16 *voxels =
      reslice_judge_make_noise (size[0], size, has_padding);
  g_autoptr (VitrailBounds) bounds =
      vitrail_bounds_new (voxels, size, has_padding ? padding : NULL);
  guint entry[3];

  g_assert_nonnull (bounds);
  for (guint a = 0; a < 3; a++)
    g_assert_cmpuint (bounds->size[a], ==, (size[a] + 3) / 4);
  for (entry[2] = 0; entry[2] < bounds->size[2]; entry[2]++)
    for (entry[1] = 0; entry[1] < bounds->size[1]; entry[1]++)
      for (entry[0] = 0; entry[0] < bounds->size[0]; entry[0]++)
        check_entry (bounds, voxels, size, entry, has_padding);
}

static void
test_ranges (void)
{
  static const guint sizes[][3] = { { 53, 33, 40 },
                                    { 4, 5, 9 },
                                    { 1, 2, 3 },
                                    { 64, 7, 6 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    check (sizes[i], FALSE);
    check (sizes[i], TRUE);
  }
}

/* Nothing but padding is nothing. */
static void
test_nothing (void)
{
  static const guint size[3] = { 5, 5, 5 };
  static guint16 voxels[5 * 5 * 5];

  for (guint i = 0; i < G_N_ELEMENTS (voxels); i++)
    voxels[i] = padding[i % 2];
  g_autoptr (VitrailBounds) bounds = vitrail_bounds_new (voxels, size, padding);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpuint (bounds->low[i], >, bounds->high[i]);
}

/* What samples between an entry's voxels may show: they take the nearest entry
 * of the table. */
static void
test_seen (void)
{
  static const guint size[3] = { 21, 18, 9 };
  const VitrailTransfer *transfer = vitrail_transfer_find_preset ("CT-Fat");
  g_autoptr (VitrailTransferTable) table =
      vitrail_transfer_table_new (transfer, 0, 1, -1024, 0, 4095, 0.7);
  g_autofree guint16 *voxels = reslice_judge_make_noise (5, size, FALSE);
  gsize n_seen = 0;

  for (guint i = 0; i < size[0] * size[1] * size[2]; i++)
    voxels[i] = (guint16) (880 + voxels[i] % 30 + (i % 400 == 0 ? 50 : 0));
  g_autoptr (VitrailBounds) bounds = vitrail_bounds_new (voxels, size, NULL);
  const gsize n = (gsize) bounds->size[0] * bounds->size[1] * bounds->size[2];
  g_assert_true (bounds->is_seen[0]);
  vitrail_bounds_classify (bounds, table);
  for (gsize i = 0; i < n; i++) {
    gboolean is_seen = FALSE;
    for (guint voxel = bounds->low[i]; voxel <= bounds->high[i]; voxel++)
      is_seen |= table->opacity_red[voxel] >> 16 != 0;
    g_assert_cmpint (bounds->is_seen[i], ==, is_seen);
    n_seen += is_seen ? 1 : 0;
  }
  g_assert_cmpuint (n_seen, >, 0);
  g_assert_cmpuint (n_seen, <, n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bounds/ranges", test_ranges);
  g_test_add_func ("/bounds/nothing", test_nothing);
  g_test_add_func ("/bounds/seen", test_seen);
  return g_test_run ();
}
