/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples to voxels: what no table and no number can say. */

#include "volume/voxels.h"

#include <math.h>
#include <string.h>

#define WIDTH 6u

/* Float samples through a table of three entries from 10 on. */
static void
test_float_table (void)
{
  static const float stored[WIDTH] = { 11,   NAN,      -INFINITY,
                                       -NAN, INFINITY, 12.75f };
  static const uint16_t entries[3] = { 100, 200, 300 };
  VitrailLut lut = { .first = 10, .n_entries = 3, .values = entries };
  const VitrailFrameInfo info = { .modality_lut = &lut, .slope = 1 };
  const VitrailPixelFormat format = {
    .width = WIDTH,
    .height = 1,
    .samples = 1,
    .bits_allocated = 32,
    .bits_stored = 32,
    .is_float = TRUE,
  };
  g_autoptr (VitrailFrame) frame =
      vitrail_frame_new_take (&format, g_bytes_new (stored, sizeof stored),
                              sizeof stored);
  const VitrailVoxelScale scale = { .type = VITRAIL_VOXEL_F32 };
  const guint at[2] = { 0, 0 };
  const guint size[2] = { WIDTH, 1 };
  float out[WIDTH] = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (vitrail_voxel_scale_convert (&scale, frame, &info, at, size,
                                              out, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (out[0], ==, 200);
  g_assert_true (isnan (out[1]));
  g_assert_cmpfloat (out[2], ==, 100);
  g_assert_true (isnan (out[3]));
  g_assert_cmpfloat (out[4], ==, 300);
  g_assert_cmpfloat (out[5], ==, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voxels/float-table", test_float_table);
  return g_test_run ();
}
