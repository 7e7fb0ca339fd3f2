/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Wide samples: linear in double; NaN stays where it is. */

#include "pixel/resample.h"
#include "testframe.h"

#include <math.h>
#include <string.h>

static void
test_float (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new (4, 2, 1, 32);
  g_autoptr (VitrailFrame) out = test_frame_new (7, 2, 1, 32);
  const VitrailResample self = {
    image, { 0.5, 0, 0, 0, 1, 0.25 }, 0, 0, FALSE, 0, 0
  };
  const float expected[2][7] = {
    { 0.25f, 0.75f, 1.25f, 1.75f, 2.25f, 2.75f, 3.25f },
    { 1, 1.5f, 2, 2.5f, 3, 3.5f, 4 },
  };

  for (guint x = 0; x < 4; x++)
    for (guint y = 0; y < 2; y++)
      test_frame_set (image, x, y, 0, x + y);
  vitrail_resample_rows (&self, 0, 2, 7, (gpointer) out->data, out->stride);
  g_assert_cmpmem (out->data, 2 * out->stride, expected, sizeof expected);
}

static void
test_not_a_number (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new (3, 1, 1, 32);
  g_autoptr (VitrailFrame) out = test_frame_new (5, 1, 1, 32);
  const VitrailResample self = { image, { 0.5, 0, 0, 0, 1, 0 }, 0, 0, FALSE, 0,
                                 0 };

  test_frame_set (image, 0, 0, 0, 7);
  test_frame_set (image, 1, 0, 0, 9);
  test_frame_set (image, 2, 0, 0, NAN);
  vitrail_resample_rows (&self, 0, 1, 5, (gpointer) out->data, out->stride);
  g_assert_cmpfloat (test_frame_get (out, 1, 0, 0), ==, 8);
  g_assert_cmpfloat (test_frame_get (out, 2, 0, 0), ==, 9);
  g_assert_true (isnan (test_frame_get (out, 3, 0, 0)));
  g_assert_true (isnan (test_frame_get (out, 4, 0, 0)));
}

static void
test_integers (void)
{
  const uint32_t samples[2] = { 0xfffffff0u, 0xffffffffu };
  uint32_t got[3];
  VitrailFrame image = { 0 };
  const VitrailResample self = { &image, { 0.5, 0, 0, 0, 1, 0 }, 0, 0, FALSE, 0,
                                 0 };

  image.format.width = 2;
  image.format.height = 1;
  image.format.samples = 1;
  image.format.bits_allocated = 32;
  image.data = (const uint8_t *) samples;
  image.stride = sizeof samples;
  vitrail_resample_rows (&self, 0, 1, 3, got, sizeof got);
  g_assert_cmpuint (got[0], ==, samples[0]);
  g_assert_cmpuint (got[1], ==, 0xfffffff8u);
  g_assert_cmpuint (got[2], ==, samples[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resamplewide/float", test_float);
  g_test_add_func ("/resamplewide/not-a-number", test_not_a_number);
  g_test_add_func ("/resamplewide/integers", test_integers);
  return g_test_run ();
}
