/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pixels laid into a picture: against linear interpolation in double precision,
 * and parts side by side without a gap. */

#include "slide/tilepaint.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 23, HEIGHT = 17, SIDE = 61 };

static void
fill (guint8 *src)
{
  for (guint i = 0; i < WIDTH * HEIGHT * 3; i++)
    src[i] = (guint8) (i * i % 253);
}

/* Turned, mirrored, larger and smaller. */
static const double affines[][6] = {
  { 1, 0, -10, 0, 1, -5 },           { 0.31, 0.2, -3, -0.2, 0.31, 8 },
  { 0, -0.4, 23, 0.4, 0, -1 },       { -0.5, 0, 25, 0, 0.5, -4 },
  { 2.3, 0.7, -40, -0.7, 2.3, -20 },
};

static double
pixel_of (const guint8 *src, gint64 x, gint64 y, guint c)
{
  const gsize at_x = (gsize) CLAMP (x, 0, WIDTH - 1);
  const gsize at_y = (gsize) CLAMP (y, 0, HEIGHT - 1);
  return src[(at_y * WIDTH + at_x) * 3 + c];
}

static double
get_exact (const guint8 *src, double u, double v, guint c)
{
  const gint64 left = (gint64) floor (u);
  const gint64 top = (gint64) floor (v);
  const double x = u - (double) left;
  const double y = v - (double) top;

  return (pixel_of (src, left, top, c) * (1 - x) +
          pixel_of (src, left + 1, top, c) * x) *
             (1 - y) +
         (pixel_of (src, left, top + 1, c) * (1 - x) +
          pixel_of (src, left + 1, top + 1, c) * x) *
             y;
}

static gboolean
is_border (double position, guint side)
{
  return fabs (position + 0.5) < 1e-9 || fabs (position - side + 0.5) < 1e-9;
}

/* Whether pixel (@x, @y) of the output lies within the source; 77: untouched.
 */
static gboolean
compare_linear (const guint8 *src,
                const double a[6],
                guint x,
                guint y,
                const guint8 rgb[3])
{
  const double u = a[0] * x + a[1] * y + a[2];
  const double v = a[3] * x + a[4] * y + a[5];
  const gboolean is_inside =
      u >= -0.5 && v >= -0.5 && u < WIDTH - 0.5 && v < HEIGHT - 0.5;

  /* On the border itself either is right. */
  if (is_border (u, WIDTH) || is_border (v, HEIGHT))
    return FALSE;
  for (guint c = 0; c < 3; c++)
    g_assert_cmpfloat (fabs (rgb[c] -
                             (is_inside ? get_exact (src, u, v, c) : 77)),
                       <=, 2.5); /* 1/256 pixel of at most 253 levels, twice */
  return is_inside;
}

static void
test_linear (void)
{
  guint8 src[WIDTH * HEIGHT * 3 + 1];
  guint8 row[SIDE * 3];

  fill (src);
  for (guint k = 0; k < G_N_ELEMENTS (affines); k++) {
    const double *a = affines[k];
    guint n_inside = 0;
    VitrailTilePaint paint = {
      .src = src,
      .src_stride = (size_t) WIDTH * 3,
      .low = { -0.5, -0.5 },
      .high = { WIDTH - 0.5, HEIGHT - 0.5 },
      .width = WIDTH,
      .height = HEIGHT,
    };
    memcpy (paint.affine, a, sizeof paint.affine);
    for (guint y = 0; y < SIDE; y++) {
      memset (row, 77, sizeof row);
      vitrail_tile_paint_row (&paint, y, SIDE, row);
      for (guint x = 0; x < SIDE; x++)
        n_inside += compare_linear (src, a, x, y, row + (gsize) x * 3);
    }
    g_assert_cmpuint (n_inside, >, 50);
  }
}

/* One of four colours that meet in one place. */
static void
paint_quarter (guint part, const double affine[6], guint y, guint8 *row)
{
  const double meet[2] = { 7.25, 3.5 };
  VitrailTilePaint paint = { .color = { (guint8) (part + 1) } };

  memcpy (paint.affine, affine, sizeof paint.affine);
  for (guint axis = 0; axis < 2; axis++) {
    const gboolean upper = (part >> axis & 1) != 0;
    paint.low[axis] = upper ? meet[axis] : -1e9;
    paint.high[axis] = upper ? 1e9 : meet[axis];
  }
  vitrail_tile_paint_row (&paint, y, SIDE, row);
}

/* Four colours that meet anywhere: each pixel has exactly one. */
static void
test_seams (void)
{
  guint8 row[SIDE * 3];

  for (guint k = 0; k < G_N_ELEMENTS (affines); k++)
    for (guint y = 0; y < SIDE; y++) {
      memset (row, 0, sizeof row);
      for (guint part = 0; part < 4; part++)
        paint_quarter (part, affines[k], y, row);
      for (gsize x = 0; x < sizeof row; x += 3)
        g_assert_cmpuint (row[x], >, 0);
    }
}

static void
test_nearest (void)
{
  guint8 src[WIDTH * HEIGHT * 3 + 1];
  guint8 row[WIDTH * 12];
  VitrailTilePaint paint = {
    .affine = { 0.25, 0, -0.375, 0, 1, 4 },
    .src = src,
    .src_stride = (size_t) WIDTH * 3,
    .low = { -0.5, -0.5 },
    .high = { WIDTH - 0.5, HEIGHT - 0.5 },
    .width = WIDTH,
    .height = HEIGHT,
    .is_nearest = TRUE,
  };

  fill (src);
  vitrail_tile_paint_row (&paint, 2, WIDTH * 4, row);
  for (guint x = 0; x < WIDTH * 4; x++)
    g_assert_cmpmem (row + (gsize) x * 3, 3,
                     src + ((gsize) 6 * WIDTH + x / 4) * 3, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tilepaint/linear", test_linear);
  g_test_add_func ("/tilepaint/seams", test_seams);
  g_test_add_func ("/tilepaint/nearest", test_nearest);
  return g_test_run ();
}
