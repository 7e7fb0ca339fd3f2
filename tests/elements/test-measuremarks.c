/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Marks of measurements: where they lie, and that words come with them. */

#include "overlay/measuremarks.h"

#include <string.h>

#define WIDTH  200u
#define HEIGHT 120u

static guint8 pixels[WIDTH * HEIGHT];

static guint
count (guint x, guint y, guint width, guint height)
{
  guint n = 0;

  for (guint i = y; i < y + height; i++)
    for (guint k = x; k < x + width; k++)
      n += pixels[(gsize) i * WIDTH + k] > 200;
  return n;
}

static void
draw (VitrailMeasureKind kind,
      const double *xy,
      guint n_points,
      const double affine[6],
      VitrailValue *value)
{
  const VitrailCanvas canvas = { .width = WIDTH,
                                 .height = HEIGHT,
                                 .channels = 1,
                                 .stride = WIDTH,
                                 .data = pixels };
  static char none[] = "";
  double own[8];
  const VitrailMeasurement what = { .kind = kind,
                                    .label = none,
                                    .xy = own,
                                    .n_points = n_points,
                                    .values = value,
                                    .n_values = value != NULL ? 1 : 0 };

  g_assert_cmpuint (n_points, <=, 4);
  memcpy (own, xy, 2 * sizeof *xy * n_points);
  memset (pixels, 100, sizeof pixels);
  vitrail_measure_marks_draw (&what, &canvas, affine, 0xffffff);
}

static void
test_line (void)
{
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  static const double twice[6] = { 0.5, 0, 0, 0, 0.5, 0 };
  static const double flat[6] = { 0, 0, 0, 0, 0, 0 };
  const double xy[4] = { 10, 20, 60, 20 };

  draw (VITRAIL_MEASURE_LENGTH, xy, 2, same, NULL);
  g_assert_cmpuint (count (14, 18, 40, 4), >=, 40);
  g_assert_cmpuint (count (0, 30, WIDTH, 60), ==, 0);
  draw (VITRAIL_MEASURE_LENGTH, xy, 2, twice, NULL);
  g_assert_cmpuint (count (24, 36, 90, 8), >=, 90);
  g_assert_cmpuint (count (0, 0, WIDTH, 30), ==, 0);
  draw (VITRAIL_MEASURE_LENGTH, xy, 2, flat, NULL);
  g_assert_cmpuint (count (0, 0, WIDTH, HEIGHT), ==, 0);
}

static void
test_words (void)
{
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  const double corner[2] = { 195, 118 };
  const double ellipse[8] = { 20, 50, 80, 50, 50, 30, 50, 70 };
  VitrailValue value = { .quantity = VITRAIL_QUANTITY_LENGTH, .value = 12.5 };

  draw (VITRAIL_MEASURE_POINT, corner, 1, same, NULL);
  const guint bare = count (0, 0, WIDTH, HEIGHT);
  draw (VITRAIL_MEASURE_POINT, corner, 1, same, &value);
  /* They are moved into the picture. */
  g_assert_cmpuint (count (0, 0, WIDTH, HEIGHT), >, bare + 50);
  draw (VITRAIL_MEASURE_ELLIPSE, ellipse, 4, same, NULL);
  g_assert_cmpuint (count (45, 27, 10, 6), >=, 8);
  g_assert_cmpuint (count (40, 40, 20, 20), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measuremarks/line", test_line);
  g_test_add_func ("/measuremarks/words", test_words);
  return g_test_run ();
}
