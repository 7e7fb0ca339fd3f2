/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Area averages: exact by whole factors, and near the integral otherwise. */

#include "pixel/resample.h"
#include "testframe.h"

#include <math.h>

static VitrailFrame *
shrink (const VitrailFrame *image, guint width, guint height, double rotation)
{
  const VitrailPixelFormat *f = &image->format;
  VitrailFrame *out =
      test_frame_new (width, height, f->samples, f->bits_allocated);
  VitrailView view = VITRAIL_VIEW_INIT;
  VitrailResample self;
  double m[6];

  view.rotation = rotation;
  vitrail_view_get_affine (&view, f->width, f->height, 1, width, height, m);
  vitrail_resample_init (&self, image, NULL, m, 0);
  vitrail_resample_rows (&self, 0, height, width, (gpointer) out->data,
                         out->stride);
  return out;
}

/* The mean over [x0, x1) x [y0, y1), in pixels. */
static double
integral (const VitrailFrame *image, const double box[4], guint c)
{
  double sum = 0;

  for (guint y = 0; y < image->format.height; y++)
    for (guint x = 0; x < image->format.width; x++) {
      const double w = fmin (box[1], x + 1.0) - fmax (box[0], x);
      const double h = fmin (box[3], y + 1.0) - fmax (box[2], y);
      if (w > 0 && h > 0)
        sum += w * h * test_frame_get (image, x, y, c);
    }
  return sum / ((box[1] - box[0]) * (box[3] - box[2]));
}

static void
compare (guint samples, guint bits, double factor, double tolerance)
{
  const guint w = 12;
  const guint h = 9;
  g_autoptr (VitrailFrame) image =
      test_frame_new_noise ((guint) (w * factor), (guint) (h * factor), samples,
                            bits, bits);
  g_autoptr (VitrailFrame) out = shrink (image, w, h, 0);

  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      for (guint c = 0; c < samples; c++) {
        const double box[4] = { x * factor, (x + 1) * factor, y * factor,
                                (y + 1) * factor };
        g_assert_cmpfloat (fabs (test_frame_get (out, x, y, c) -
                                 integral (image, box, c)),
                           <=, tolerance);
      }
}

static void
test_whole (void)
{
  for (guint bits = 8; bits <= 16; bits += 8)
    for (guint samples = 1; samples <= 4; samples++)
      for (guint factor = 2; factor < 20; factor += 3)
        compare (samples, bits, factor, 0.5);
}

static void
test_any (void)
{
  /* Borders are rounded to 1/256 pixel: at a third of a 5 x 5 pixel area that
   * is up to 0.1 % of the range of noise. */
  compare (1, 8, 2 + 1.0 / 3, 0.5 + 0.4);
  compare (1, 16, 5 + 1.0 / 3, 0.5 + 80);
  compare (3, 8, 2 + 2.0 / 3, 0.5 + 0.4);
}

/* Turned, but along the axes: the same averages in another place. */
static void
test_turned (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (60, 44, 1, 16, 3);
  g_autoptr (VitrailFrame) small = shrink (image, 15, 11, 0);
  g_autoptr (VitrailFrame) expected = test_frame_turn (small);
  g_autoptr (VitrailFrame) turned = shrink (image, 11, 15, 90);

  g_assert_cmpuint (test_frame_count_different (expected, turned), ==, 0);
}

/* At any angle a plain area keeps its value, and the mean of noise stays. */
static void
test_angle (void)
{
  g_autoptr (VitrailFrame) plain = test_frame_new (200, 200, 1, 16);
  g_autoptr (VitrailFrame) noise = test_frame_new_noise (200, 200, 1, 16, 9);
  double sum = 0;
  guint n = 0;

  for (guint y = 0; y < 200; y++)
    for (guint x = 0; x < 200; x++)
      test_frame_set (plain, x, y, 0, 54321);
  g_autoptr (VitrailFrame) a = shrink (plain, 40, 40, 27);
  g_autoptr (VitrailFrame) b = shrink (noise, 40, 40, 27);
  for (guint y = 0; y < 40; y++)
    for (guint x = 0; x < 40; x++)
      if (test_frame_get (a, x, y, 0) != 0) {
        g_assert_cmpfloat (test_frame_get (a, x, y, 0), ==, 54321);
        sum += test_frame_get (b, x, y, 0);
        n++;
      }
  g_assert_cmpuint (n, >, 700);
  g_assert_cmpfloat (fabs (sum / n - 32768), <, 500);
}

/* One pixel of everything: the mean of all. */
static void
test_all (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new_noise (3000, 10, 1, 16, 3);
  g_autoptr (VitrailFrame) out = test_frame_new (1, 1, 1, 16);
  const VitrailResample self = {
    image, { 3000, 0, 1499.5, 0, 10, 4.5 }, 0, 0, FALSE, 0, 0
  };
  const double box[4] = { 0, 3000, 0, 10 };

  vitrail_resample_rows (&self, 0, 1, 1, (gpointer) out->data, out->stride);
  g_assert_cmpfloat (
      fabs (test_frame_get (out, 0, 0, 0) - integral (image, box, 0)), <=, 0.5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resamplebox/whole", test_whole);
  g_test_add_func ("/resamplebox/any", test_any);
  g_test_add_func ("/resamplebox/turned", test_turned);
  g_test_add_func ("/resamplebox/angle", test_angle);
  g_test_add_func ("/resamplebox/all", test_all);
  return g_test_run ();
}
