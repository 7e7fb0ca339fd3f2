/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Signals, thresholds and closed gaps, against what is put in. */

#include "slide/tissuemask.h"

#include <string.h>

static void
test_signal (void)
{
  const guint8 rgb[] = { 255, 255, 255, 240, 100, 200, 10, 20, 5, 0, 0, 0 };
  guint8 signal[4];

  vitrail_tissue_get_signal (rgb, 4, FALSE, signal);
  g_assert_cmpmem (signal, 4, ((guint8[]){ 0, 155, 250, 255 }), 4);
  vitrail_tissue_get_signal (rgb, 4, TRUE, signal);
  g_assert_cmpmem (signal, 4, ((guint8[]){ 255, 240, 20, 0 }), 4);
  g_assert_false (vitrail_tissue_is_dark (rgb, 3));
  g_assert_true (vitrail_tissue_is_dark (rgb + 3, 3));
}

/* n values around @middle, up to @spread away. */
static void
fill (GArray *values, guint n, guint middle, guint spread)
{
  for (guint i = 0; i < n; i++) {
    const guint8 value = (guint8) (middle + i * 7 % (2 * spread + 1) - spread);
    g_array_append_val (values, value);
  }
}

static guint
find (const GArray *values)
{
  return vitrail_tissue_find_threshold ((guint8 *) values->data, values->len);
}

static void
test_threshold (void)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, 1);

  fill (values, 10000, 10, 4); /* nothing but noise */
  g_assert_cmpuint (find (values), ==, VITRAIL_TISSUE_NONE);
  fill (values, 30, 60, 5); /* a grain */
  g_assert_cmpuint (find (values), >, 14);
  g_assert_cmpuint (find (values), <=, 55);
  fill (values, 5000, 90, 30); /* tissue */
  g_assert_cmpuint (find (values), >, 14);
  g_assert_cmpuint (find (values), <=, 60);
  fill (values, 5000, 220, 20); /* and very dark tissue */
  g_assert_cmpuint (find (values), <=, 60);
}

/* Gaps as wide as twice the radius close, wider ones stay; nothing grows. */
static void
test_close (void)
{
  enum { WIDTH = 60, HEIGHT = 20, RADIUS = 3 };

  guint8 mask[WIDTH * HEIGHT];
  guint8 before[WIDTH * HEIGHT];
  guint8 scratch[WIDTH * HEIGHT];

  for (guint i = 0; i < WIDTH * HEIGHT; i++) {
    const guint x = i % WIDTH;
    const guint y = i / WIDTH;
    const gboolean is_inside = y >= 5 && y < 15;
    before[i] = is_inside && ((x >= 4 && x < 10) || (x >= 16 && x < 22) ||
                              (x >= 29 && x < 36));
  }
  memcpy (mask, before, sizeof mask);
  vitrail_tissue_close (mask, WIDTH, HEIGHT, RADIUS, scratch);
  for (guint i = 0; i < WIDTH * HEIGHT; i++) {
    const guint x = i % WIDTH;
    const guint y = i / WIDTH;
    const gboolean is_gap = y >= 5 && y < 15 && x >= 10 && x < 16;
    g_assert_cmpuint (mask[i], ==, before[i] || is_gap);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tissuemask/signal", test_signal);
  g_test_add_func ("/tissuemask/threshold", test_threshold);
  g_test_add_func ("/tissuemask/close", test_close);
  return g_test_run ();
}
