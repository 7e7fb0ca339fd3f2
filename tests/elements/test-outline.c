/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of masks: their pixels counted, their outlines filled again. */

#include "slide/outline.h"

#include <string.h>

enum { WIDTH = 64, HEIGHT = 48 };

/* Even-odd, at the centre of the pixel. */
static gboolean
is_inside (const GArray *points, guint x, guint y)
{
  guint (*at)[2] = (gpointer) points->data;
  gboolean inside = FALSE;

  for (guint i = 0; i < points->len; i++) {
    const guint *a = at[i];
    const guint *b = at[(i + 1) % points->len];
    const double px = x + 0.5;
    const double py = y + 0.5;
    if ((a[1] > py) != (b[1] > py) &&
        px < ((double) b[0] - a[0]) * (py - a[1]) / ((double) b[1] - a[1]) +
                 a[0])
      inside = !inside;
  }
  return inside;
}

/* A disc, a ring, and two single pixels. */
static void
draw (guint8 *mask)
{
  for (guint i = 0; i < WIDTH * HEIGHT; i++) {
    const int x = (int) (i % WIDTH);
    const int y = (int) (i / WIDTH);
    const int disc = (x - 14) * (x - 14) + (y - 14) * (y - 14);
    const int ring = (x - 45) * (x - 45) + (y - 28) * (y - 28);
    mask[i] = disc <= 100 || (ring <= 144 && ring > 36) ||
              (x == 60 && y == 2) || (x == 0 && y == 47);
  }
}

static void
test_parts (void)
{
  guint8 mask[WIDTH * HEIGHT];
  guint8 drawn[WIDTH * HEIGHT];

  draw (mask);
  memcpy (drawn, mask, sizeof mask);
  g_autoptr (GPtrArray) parts =
      vitrail_outline_find (mask, WIDTH, HEIGHT, 2, 0.0);
  g_assert_cmpuint (parts->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const VitrailOutline *part = g_ptr_array_index (parts, i);
    gsize area = 0;
    for (guint k = 0; k < WIDTH * HEIGHT; k++) {
      const gboolean inside = is_inside (part->points, k % WIDTH, k / WIDTH);
      const gboolean in_hole =
          i == 1 && inside && drawn[k] == 0; /* holes are not told */
      area += inside && !in_hole;
      if (inside && !in_hole)
        g_assert_cmpuint (drawn[k], ==, 1);
    }
    g_assert_cmpuint (area, ==, part->area);
  }
  const VitrailOutline *disc = g_ptr_array_index (parts, 0);
  g_assert_cmpmem (disc->rect, sizeof disc->rect, ((guint[]){ 4, 4, 21, 21 }),
                   sizeof disc->rect);
}

static gboolean
is_set (guint kind, guint x, guint y)
{
  const guint i = y * WIDTH + x;

  switch (kind) {
  case 0:
    return (x ^ y) & 1;
  case 1:
    return !(x & 1) && !(y & 1);
  case 2:
    return TRUE;
  default:
    return i * i % 7 < 3;
  }
}

/* Every pixel a part of its own or diagonal chains: no way gets lost. */
static void
test_odd (void)
{
  for (guint kind = 0; kind < 4; kind++) {
    guint8 mask[WIDTH * HEIGHT];
    gsize n_set = 0;
    gsize area = 0;
    for (guint i = 0; i < WIDTH * HEIGHT; i++) {
      const guint x = i % WIDTH;
      const guint y = i / WIDTH;
      mask[i] = is_set (kind, x, y);
      n_set += mask[i];
    }
    g_autoptr (GPtrArray) parts =
        vitrail_outline_find (mask, WIDTH, HEIGHT, 1, 0.0);
    for (guint i = 0; i < parts->len; i++) {
      const VitrailOutline *part = g_ptr_array_index (parts, i);
      area += part->area;
      g_assert_cmpuint (part->points->len, >=, 4);
    }
    g_assert_cmpuint (area, ==, n_set);
    if (kind == 1)
      g_assert_cmpuint (parts->len, ==, n_set);
    else if (kind != 3)
      g_assert_cmpuint (parts->len, ==, 1);
  }
}

/* Fewer corners, near to the same area. */
static void
test_tolerance (void)
{
  guint8 mask[WIDTH * HEIGHT];

  draw (mask);
  g_autoptr (GPtrArray) all = vitrail_outline_find (mask, WIDTH, HEIGHT, 2, 0);
  draw (mask);
  g_autoptr (GPtrArray) few = vitrail_outline_find (mask, WIDTH, HEIGHT, 2, 1);
  const VitrailOutline *exact = g_ptr_array_index (all, 0);
  const VitrailOutline *near = g_ptr_array_index (few, 0);
  gsize area = 0;

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    area += is_inside (near->points, i % WIDTH, i / WIDTH);
  g_assert_cmpuint (near->points->len, <, exact->points->len / 2);
  g_assert_cmpuint (area, >, exact->area * 9 / 10);
  g_assert_cmpuint (area, <, exact->area * 11 / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outline/parts", test_parts);
  g_test_add_func ("/outline/odd", test_odd);
  g_test_add_func ("/outline/tolerance", test_tolerance);
  return g_test_run ();
}
