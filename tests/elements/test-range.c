/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The range of samples, for each container, with padding and NaN. */

#include "pixel/window.h"

#include <math.h>

static void
check (guint bits, gboolean is_float, const void *data)
{
  VitrailFrameInfo info = { 0 };
  VitrailFrame frame = { 0 };
  double range[2];

  frame.format.width = 4;
  frame.format.height = 2;
  frame.format.samples = 1;
  frame.format.bits_allocated = bits;
  frame.format.is_float = is_float;
  frame.data = data;
  frame.stride = 4 * bits / 8;
  g_assert_true (vitrail_window_get_range (&frame, &info, range));
  g_assert_cmpfloat (range[0], ==, 3);
  g_assert_cmpfloat (range[1], ==, 200);
  info.has_padding = TRUE;
  info.sample_offset = 100;
  info.padding_low = 99;
  info.padding_high = 1e30;
  g_assert_true (vitrail_window_get_range (&frame, &info, range));
  g_assert_cmpfloat (range[0], ==, 3);
  g_assert_cmpfloat (range[1], ==, 90);
  info.padding_low = -1e30;
  g_assert_false (vitrail_window_get_range (&frame, &info, range));
}

#define CHECK(type, is_float)                                \
  {                                                          \
    const type data[8] = { 50, 90, 3, 60, 70, 200, 199, 3 }; \
    check (8 * sizeof (type), is_float, data);               \
  }

static void
test_containers (void)
{
  CHECK (uint8_t, FALSE)
  CHECK (uint16_t, FALSE)
  CHECK (uint32_t, FALSE)
  CHECK (uint64_t, FALSE)
  CHECK (float, TRUE)
  CHECK (double, TRUE)
}

static void
test_not_numbers (void)
{
  const float some[8] = { NAN, INFINITY, 3, 60, -INFINITY, 200, NAN, 3 };
  const float none[8] = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
  VitrailFrameInfo info = { 0 };
  VitrailFrame frame = { 0 };
  double range[2];

  check (32, TRUE, (const float[8]){ NAN, 90, 3, 60, 70, 200, INFINITY, 3 });
  frame.format.width = 8;
  frame.format.height = 1;
  frame.format.samples = 1;
  frame.format.bits_allocated = 32;
  frame.format.is_float = TRUE;
  frame.stride = sizeof some;
  frame.data = (const uint8_t *) some;
  g_assert_true (vitrail_window_get_range (&frame, &info, range));
  g_assert_cmpfloat (range[0], ==, 3);
  g_assert_cmpfloat (range[1], ==, 200);
  frame.data = (const uint8_t *) none;
  g_assert_false (vitrail_window_get_range (&frame, &info, range));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range/containers", test_containers);
  g_test_add_func ("/range/not-numbers", test_not_numbers);
  return g_test_run ();
}
