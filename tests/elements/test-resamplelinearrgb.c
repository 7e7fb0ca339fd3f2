/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation of colours against double arithmetic: half a step, and
 * what positions rounded to 1/65536 pixel change. That AVX2 equals plain C to
 * the last bit is test-resamplelinearfast.c's. */

#include "pixel/resamplerow.h"
#include "testframe.h"

#include <math.h>

#define WIDTH  97u
#define HEIGHT 61u
#define OUT    160u

static double
get_sample (const VitrailFrame *frame, long x, long y, guint channel)
{
  const long column = CLAMP (x, 0, (long) WIDTH - 1);
  const long line = CLAMP (y, 0, (long) HEIGHT - 1);

  return frame
      ->data[(gsize) line * frame->stride + (gsize) column * 3 + channel];
}

static double
interpolate (const VitrailFrame *frame, double u, double v, guint channel)
{
  const long x = (long) floor (u);
  const long y = (long) floor (v);
  const double a = u - (double) x;
  const double b = v - (double) y;

  return (1 - b) * ((1 - a) * get_sample (frame, x, y, channel) +
                    a * get_sample (frame, x + 1, y, channel)) +
         b * ((1 - a) * get_sample (frame, x, y + 1, channel) +
              a * get_sample (frame, x + 1, y + 1, channel));
}

static void
check_row (const VitrailResample *self, guint line)
{
  static uint8_t out[OUT * 3];
  const double *m = self->affine;
  guint span[2];

  vitrail_resample_rows (self, line, 1, OUT, out, sizeof out);
  vitrail_resample_get_span (m, &self->src->format, line, OUT, span);
  for (guint i = span[0] * 3; i < span[1] * 3; i++) {
    const guint x = i / 3;
    const double u = m[0] * x + m[1] * line + m[2];
    const double v = m[3] * x + m[4] * line + m[5];
    g_assert_cmpfloat (fabs (out[i] - interpolate (self->src, u, v, i % 3)), <,
                       0.51);
  }
}

static void
test_colours (gconstpointer data)
{
  const double *affine = data;
  g_autoptr (VitrailFrame) frame =
      test_frame_new_noise (WIDTH, HEIGHT, 3, 8, 9);
  VitrailResample self;

  vitrail_resample_init (&self, frame, NULL, affine,
                         VITRAIL_INTERPOLATION_LINEAR);
  for (guint line = 0; line < OUT; line++)
    check_row (&self, line);
}

int
main (int argc, char **argv)
{
  static const double upright[] = { 0.71, 0, -0.3, 0, 0.43, -0.2 };
  static const double mirrored[] = { -1.31, 0, 96.2, 0, 0.37, 0.1 };
  static const double turned[] = { 0.61, -0.35, 20.5, 0.35, 0.61, -8.25 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/resamplelinearrgb/upright", upright, test_colours);
  g_test_add_data_func ("/resamplelinearrgb/mirrored", mirrored, test_colours);
  g_test_add_data_func ("/resamplelinearrgb/turned", turned, test_colours);
  return g_test_run ();
}
