/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Blocks against the plainest way to find out: every voxel, and every block
 * against every other. */

#include "reslicejudge.h"
#include "volume/blocks.h"

#include <string.h>

static const guint size[3] = { 53, 33, 40 };

static void
check_range (const VitrailBlocks *blocks,
             const guint16 *voxels,
             const guint block[3])
{
  const gsize number =
      ((gsize) block[2] * blocks->size[1] + block[1]) * blocks->size[0] +
      block[0];
  guint16 low = 65535;
  guint16 high = 0;
  guint end[3];

  for (guint a = 0; a < 3; a++)
    end[a] = MIN (block[a] * 8 + 9, size[a]);
  for (guint k = block[2] * 8; k < end[2]; k++)
    for (guint j = block[1] * 8; j < end[1]; j++)
      for (guint i = block[0] * 8; i < end[0]; i++) {
        const guint16 voxel = voxels[(k * size[1] + j) * size[0] + i];
        low = MIN (low, voxel);
        high = MAX (high, voxel);
      }
  g_assert_cmpuint (blocks->low[number], ==, low);
  g_assert_cmpuint (blocks->high[number], ==, high);
}

static void
find_block (const VitrailBlocks *blocks, guint n, guint block[3])
{
  block[0] = n % blocks->size[0];
  block[1] = n / blocks->size[0] % blocks->size[1];
  block[2] = n / blocks->size[0] / blocks->size[1];
}

static guint
count (const VitrailBlocks *blocks)
{
  return blocks->size[0] * blocks->size[1] * blocks->size[2];
}

static void
check_ranges (const VitrailBlocks *blocks, const guint16 *voxels)
{
  for (guint n = 0; n < count (blocks); n++) {
    guint block[3];
    find_block (blocks, n, block);
    check_range (blocks, voxels, block);
  }
}

/* As a whole, and after each slice that comes. */
static void
test_ranges (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (3, size, FALSE);
  g_autofree guint16 *coming =
      g_malloc0 ((gsize) size[0] * size[1] * size[2] * sizeof *coming);
  const gsize slice = (gsize) size[0] * size[1];
  g_autoptr (VitrailBlocks) whole = vitrail_blocks_new (size);
  g_autoptr (VitrailBlocks) parts = vitrail_blocks_new (size);

  g_assert_cmpuint (whole->size[0], ==, 7);
  g_assert_cmpuint (whole->size[1], ==, 5);
  g_assert_cmpuint (whole->size[2], ==, 5);
  g_assert_cmpuint (whole->low[0], >, whole->high[0]);
  vitrail_blocks_update (whole, voxels, size, 0, size[2]);
  check_ranges (whole, voxels);
  vitrail_blocks_update (parts, coming, size, 0, size[2]);
  for (guint n = 0; n < size[2]; n++) {
    const guint k = n * 17 % size[2];
    memcpy (coming + k * slice, voxels + k * slice, slice * sizeof *voxels);
    vitrail_blocks_update (parts, coming, size, k, k + 1);
    if (n % 8 == 0)
      check_ranges (parts, coming);
  }
  check_ranges (parts, voxels);
}

static guint
get_distance (const VitrailBlocks *blocks, guint n, const gboolean *is_seen)
{
  guint here[3];
  guint nearest = 255;

  find_block (blocks, n, here);
  for (guint other = 0; other < count (blocks); other++) {
    guint there[3];
    guint away = 0;
    if (!is_seen[other])
      continue;
    find_block (blocks, other, there);
    for (guint a = 0; a < 3; a++)
      away = MAX (away,
                  here[a] > there[a] ? here[a] - there[a] : there[a] - here[a]);
    nearest = MIN (nearest, away);
  }
  return nearest;
}

/* Some voxels that CT-Fat shows, among those that it does not. */
static void
check_distances (guint32 seed, guint n_shown)
{
  const gsize n = (gsize) size[0] * size[1] * size[2];
  g_autofree guint16 *voxels = g_malloc0 (n * sizeof *voxels);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (VitrailBlocks) blocks = vitrail_blocks_new (size);
  g_autoptr (VitrailTransferTable) table =
      vitrail_transfer_table_new (vitrail_transfer_find_preset ("CT-Fat"), 0, 1,
                                  -1024, 0, 4095, 0.7);
  g_autofree gboolean *is_seen = g_new0 (gboolean, count (blocks));

  for (guint i = 0; i < n_shown; i++)
    voxels[(gsize) g_rand_int_range (rand, 0, (gint32) n)] = 950;
  vitrail_blocks_update (blocks, voxels, size, 0, size[2]);
  vitrail_blocks_classify (blocks, table);
  /* What has both may have everything between. */
  for (guint b = 0; b < count (blocks); b++)
    is_seen[b] = blocks->high[b] == 950;
  for (guint b = 0; b < count (blocks); b++)
    g_assert_cmpuint (blocks->distance[b], ==,
                      get_distance (blocks, b, is_seen));
}

static void
test_distances (void)
{
  check_distances (1, 0);
  for (guint32 seed = 2; seed < 30; seed++)
    check_distances (seed, seed / 4);
}

/* Blocks whose values lie on both sides of what shows do show something;
 * those beside it do not. */
static void
test_curves (void)
{
  const guint small[3] = { 8, 8, 8 };

  const struct {
    guint16 low;
    guint16 high;
    gboolean is_seen;
  } cases[] = { { 0, 900, FALSE },   { 0, 924, FALSE },  { 0, 926, TRUE },
                { 0, 4095, TRUE },   { 930, 940, TRUE }, { 966, 2000, FALSE },
                { 964, 2000, TRUE }, { 960, 960, TRUE }, { 0, 0, FALSE } };

  g_autoptr (VitrailTransferTable) table =
      vitrail_transfer_table_new (vitrail_transfer_find_preset ("CT-Fat"), 0, 1,
                                  -1024, 0, 4095, 0.7);

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
    g_autoptr (VitrailBlocks) blocks = vitrail_blocks_new (small);
    guint16 voxels[512];
    for (guint i = 0; i < 512; i++)
      voxels[i] = i % 2 ? cases[c].low : cases[c].high;
    vitrail_blocks_update (blocks, voxels, small, 0, 8);
    vitrail_blocks_classify (blocks, table);
    g_assert_cmpuint (blocks->distance[0] == 0, ==, cases[c].is_seen);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/ranges", test_ranges);
  g_test_add_func ("/blocks/distances", test_distances);
  g_test_add_func ("/blocks/curves", test_curves);
  return g_test_run ();
}
