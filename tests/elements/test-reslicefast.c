/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear reslicing with AVX2 gives plain C's bits: slabs of all kinds, with and
 * without padding, at any angle. */

#include "reslicejudge.h"

static const guint size[3] = { 61, 47, 39 };

static void
compare_all (gboolean padding, guint n_planes)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (5, size, padding);
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_planes);
  guint n_done = 0;

  for (guint i = 0; i < 60; i++) {
    VitrailReslice self = { .voxels = voxels,
                            .type = VITRAIL_VOXEL_U16,
                            .size = { size[0], size[1], size[2] },
                            .background = 3,
                            .has_padding = padding,
                            .padding_low = 6.5,
                            .padding_high = 8,
                            .n_planes = n_planes,
                            .interpolation = VITRAIL_RESLICE_LINEAR,
                            .slab = i % 4 };
    reslice_judge_set_plane (&self, rand, 50);
    n_done += reslice_judge_compare (&self, vitrail_reslice_line_fast, 50, 50);
  }
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    g_assert_cmpuint (n_done, >, 5000);
#endif
}

static void
test_plane (void)
{
  compare_all (FALSE, 1);
}

static void
test_slab (void)
{
  compare_all (FALSE, 9);
}

static void
test_padding (void)
{
  compare_all (TRUE, 1);
  compare_all (TRUE, 5);
}

/* Whatever it cannot do it leaves alone. */
static void
test_left (void)
{
  const guint flat[3] = { 61, 47, 1 };
  g_autofree guint16 *voxels = reslice_judge_make_noise (5, size, FALSE);
  VitrailReslice self = { .voxels = voxels,
                          .type = VITRAIL_VOXEL_U16,
                          .size = { flat[0], flat[1], flat[2] },
                          .right = { 1, 0, 0 },
                          .n_planes = 1,
                          .interpolation = VITRAIL_RESLICE_LINEAR };
  guint16 out[32] = { 0 };
  const VitrailResliceLine line = { .self = &self, .out = out };

  g_assert_cmpuint (vitrail_reslice_line_fast (&line, 8, 32), ==, 8);
  self.size[2] = size[2];
  self.type = VITRAIL_VOXEL_F32;
  g_assert_cmpuint (vitrail_reslice_line_fast (&line, 8, 32), ==, 8);
  self.type = VITRAIL_VOXEL_U16;
  self.interpolation = VITRAIL_RESLICE_NEAREST;
  g_assert_cmpuint (vitrail_reslice_line_fast (&line, 8, 32), ==, 8);
  for (guint x = 0; x < 32; x++)
    g_assert_cmpuint (out[x], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reslicefast/plane", test_plane);
  g_test_add_func ("/reslicefast/slab", test_slab);
  g_test_add_func ("/reslicefast/padding", test_padding);
  g_test_add_func ("/reslicefast/left", test_left);
  return g_test_run ();
}
