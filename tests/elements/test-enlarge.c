/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reduced frames at full size: samples lie where the wavelet has them, between
 * them it is linear, and the borders are inside. */

#include "decode/enlarge.h"

#include <string.h>

/* Side of the whole frame; two halvings make 13 of it. */
#define SIDE   50
#define REDUCE 2
#define SMALL  13
#define N      ((gsize) SMALL * SMALL)

/* 40 x + 80 y. */
static VitrailFrame *
make_ramp (void)
{
  const VitrailPixelFormat format = {
    .width = SMALL,
    .height = SMALL,
    .samples = 1,
    .bits_allocated = 16,
    .bits_stored = 12,
    .high_bit = 11,
    .photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2,
  };
  uint16_t *samples = g_new (uint16_t, N);

  for (guint i = 0; i < N; i++)
    samples[i] = (uint16_t) (40 * (i % SMALL) + 80 * (i / SMALL));
  VitrailFrame *frame =
      vitrail_frame_new_take (&format,
                              g_bytes_new_take (samples, N * sizeof *samples),
                              SMALL * sizeof *samples);
  frame->normalized = TRUE;
  frame->reduce = REDUCE;
  frame->sample_offset = 5;
  return frame;
}

static guint
get_sample (const VitrailFrame *frame, guint x, guint y)
{
  uint16_t sample = 0;

  memcpy (&sample, frame->data + y * frame->stride + x * sizeof sample,
          sizeof sample);
  return sample;
}

static void
test_ramp (void)
{
  const guint last = (SMALL - 1) << REDUCE;
  g_autoptr (VitrailFrame) small = make_ramp ();
  g_autoptr (VitrailFrame) large =
      vitrail_frame_enlarge (small, NULL, SIDE, SIDE);

  g_assert_nonnull (large);
  g_assert_cmpuint (large->format.width, ==, SIDE);
  g_assert_cmpuint (large->format.height, ==, SIDE);
  g_assert_cmpuint (large->reduce, ==, 0);
  g_assert_cmpuint (large->preview_bytes, >, 0);
  g_assert_cmpfloat (large->sample_offset, ==, 5);
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      g_assert_cmpuint (get_sample (large, x, y), ==,
                        10 * MIN (x, last) + 20 * MIN (y, last));
}

static void
test_other_sizes (void)
{
  g_autoptr (VitrailFrame) small = make_ramp ();

  g_assert_null (vitrail_frame_enlarge (small, NULL, SIDE * 2, SIDE));
  g_assert_null (vitrail_frame_enlarge (small, NULL, SIDE, SIDE / 2));
  g_assert_null (vitrail_frame_enlarge (small, NULL, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enlarge/ramp", test_ramp);
  g_test_add_func ("/enlarge/other-sizes", test_other_sizes);
  return g_test_run ();
}
