/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation against the formula in double. */

#include "pixel/resample.h"
#include "testframe.h"

#include <math.h>

static double
clamped (const VitrailFrame *image, double x, double y, guint c)
{
  return test_frame_get (image, (guint) CLAMP (x, 0, image->format.width - 1.0),
                         (guint) CLAMP (y, 0, image->format.height - 1.0), c);
}

static double
formula (const VitrailFrame *image, double u, double v, guint c)
{
  const double x = floor (u);
  const double y = floor (v);
  const double fx = u - x;
  const double fy = v - y;

  return (1 - fy) * ((1 - fx) * clamped (image, x, y, c) +
                     fx * clamped (image, x + 1, y, c)) +
         fy * ((1 - fx) * clamped (image, x, y + 1, c) +
               fx * clamped (image, x + 1, y + 1, c));
}

/* @tolerance: positions are rounded to 1/65536 pixel, and noise goes from one
 * end to the other in one pixel: 1 of 65535 more than rounding. */
static void
compare (guint samples, guint bits, double zoom, double rotation)
{
  g_autoptr (VitrailFrame) image =
      test_frame_new_noise (31, 29, samples, bits, bits + samples);
  g_autoptr (VitrailFrame) out = test_frame_new (60, 50, samples, bits);
  const double tolerance = bits == 16 ? 2.01 : 0.51;
  VitrailView view = VITRAIL_VIEW_INIT;
  VitrailResample self;
  double m[6];

  view.zoom = zoom;
  view.rotation = rotation;
  vitrail_view_get_affine (&view, 31, 29, 1, 60, 50, m);
  vitrail_resample_init (&self, image, NULL, m, 0);
  vitrail_resample_rows (&self, 0, 50, 60, (gpointer) out->data, out->stride);
  for (guint y = 0; y < 50; y++) {
    guint span[2];
    vitrail_resample_get_span (m, &image->format, y, 60, span);
    for (guint x = span[0]; x < span[1]; x++)
      for (guint c = 0; c < samples; c++) {
        const double expected = formula (image, m[0] * x + m[1] * y + m[2],
                                         m[3] * x + m[4] * y + m[5], c);
        g_assert_cmpfloat (fabs (test_frame_get (out, x, y, c) - expected), <=,
                           tolerance);
      }
  }
}

static void
test_formula (void)
{
  for (guint bits = 8; bits <= 16; bits += 8)
    for (guint samples = 1; samples <= 4; samples++)
      for (guint i = 0; i < 6; i++) {
        const double zoom = 0.6 * pow (1.7, i);
        compare (samples, bits, zoom, 0);
        compare (samples, bits, zoom, 33.3);
      }
}

/* A gradient stays one: no step, no shift by half a pixel. */
static void
test_gradient (void)
{
  g_autoptr (VitrailFrame) image = test_frame_new (64, 64, 1, 16);
  g_autoptr (VitrailFrame) out = test_frame_new (200, 160, 1, 16);
  VitrailView view = VITRAIL_VIEW_INIT;
  VitrailResample self;
  double m[6];

  for (guint y = 0; y < 64; y++)
    for (guint x = 0; x < 64; x++)
      test_frame_set (image, x, y, 0, 100 + 300 * x + 500 * y);
  view.zoom = 3;
  for (guint i = 0; i < 9; i++) {
    view.rotation = 10 * i;
    vitrail_view_get_affine (&view, 64, 64, 1, 200, 160, m);
    vitrail_resample_init (&self, image, NULL, m, 0);
    vitrail_resample_rows (&self, 0, 160, 200, (gpointer) out->data,
                           out->stride);
    for (guint y = 0; y < 160; y++)
      for (guint x = 0; x < 200; x++) {
        const double u = m[0] * x + m[1] * y + m[2];
        const double v = m[3] * x + m[4] * y + m[5];
        if (u < 0 || v < 0 || u > 63 || v > 63)
          continue;
        g_assert_cmpfloat (fabs (test_frame_get (out, x, y, 0) -
                                 (100 + 300 * u + 500 * v)),
                           <=, 0.51);
      }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resamplelinear/formula", test_formula);
  g_test_add_func ("/resamplelinear/gradient", test_gradient);
  return g_test_run ();
}
