/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cubic reslicing with AVX2 gives plain C's bits. */

#include "reslicejudge.h"

static const guint size[3] = { 45, 41, 37 };

static void
compare_all (gboolean padding, guint n_planes)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (9, size, padding);
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_planes);
  guint n_done = 0;

  for (guint i = 0; i < 24; i++) {
    VitrailReslice self = { .voxels = voxels,
                            .type = VITRAIL_VOXEL_U16,
                            .size = { size[0], size[1], size[2] },
                            .has_padding = padding,
                            .padding_low = 7,
                            .padding_high = 8,
                            .n_planes = n_planes,
                            .interpolation = VITRAIL_RESLICE_CUBIC,
                            .slab = i % 4 };
    reslice_judge_set_plane (&self, rand, 40);
    n_done +=
        reslice_judge_compare (&self, vitrail_reslice_line_cubic_fast, 40, 40);
  }
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    g_assert_cmpuint (n_done, >, 1000);
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
  compare_all (FALSE, 4);
}

static void
test_padding (void)
{
  compare_all (TRUE, 1);
  compare_all (TRUE, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reslicecubic/plane", test_plane);
  g_test_add_func ("/reslicecubic/slab", test_slab);
  g_test_add_func ("/reslicecubic/padding", test_padding);
  return g_test_run ();
}
