/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines, boxes, discs and filled outlines on a canvas. */

#include "overlay/strokes.h"

#include <math.h>
#include <string.h>

#define SIDE 64

typedef struct {
  VitrailCanvas canvas;
  uint8_t grey[SIDE * SIDE];
} Page;

static void
page_init (Page *page)
{
  memset (page, 0, sizeof *page);
  page->canvas = (VitrailCanvas){ SIDE, SIDE, 1, SIDE, page->grey, FALSE };
}

/* All that was painted, in pixels. */
static double
sum (const Page *page)
{
  double total = 0;

  for (guint i = 0; i < SIDE * SIDE; i++)
    total += page->grey[i];
  return total / 255;
}

/* A line covers its length times its width, at any angle, and its middle of
 * mass is its own. */
static void
test_lines (void)
{
  for (guint i = 0; i < 32; i++) {
    const double angle = G_PI * i / 16;
    const double from[2] = { 32 - 20 * cos (angle), 32 - 20 * sin (angle) };
    const double to[2] = { 32 + 20 * cos (angle), 32 + 20 * sin (angle) };
    double middle[2] = { 0, 0 };
    Page page;
    VitrailPen pen;
    page_init (&page);
    vitrail_pen_init (&pen, &page.canvas, 0xffffff, 1);
    vitrail_pen_line (&pen, from, to, 2);
    const double total = sum (&page);
    for (guint y = 0; y < SIDE; y++)
      for (guint x = 0; x < SIDE; x++) {
        middle[0] += (x + 0.5) * page.grey[y * SIDE + x] / 255 / total;
        middle[1] += (y + 0.5) * page.grey[y * SIDE + x] / 255 / total;
      }
    g_assert_cmpfloat_with_epsilon (total, 80, 2);
    g_assert_cmpfloat_with_epsilon (middle[0], 32, 0.1);
    g_assert_cmpfloat_with_epsilon (middle[1], 32, 0.1);
  }
}

/* What lies far outside draws what lies inside, and nothing else. */
static void
test_cut_lines (void)
{
  const double far_ends[][4] = {
    { -1e9, 10, 1e9, 10 },   { 10, -1e9, 10, 1e9 },   { -1e9, -1e9, 1e9, 1e9 },
    { -1e9, 200, 1e9, 200 }, { -500, -3, -400, 1e9 },
  };
  const double expected[] = { 64, 64, 64 * G_SQRT2, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (far_ends); i++) {
    Page page;
    VitrailPen pen;
    page_init (&page);
    vitrail_pen_init (&pen, &page.canvas, 0xffffff, 1);
    vitrail_pen_line (&pen, far_ends[i], far_ends[i] + 2, 1);
    g_assert_cmpfloat_with_epsilon (sum (&page), expected[i], 1.5);
  }
}

static void
test_boxes (void)
{
  const double centre[2] = { 10.25, 20.5 };
  const double half[2] = { 2, 1.25 };
  const double tiny[2] = { 0.01, 0.01 };
  const double outside[2] = { -5, 20 };
  Page page;
  VitrailPen pen;

  page_init (&page);
  vitrail_pen_init (&pen, &page.canvas, 0xffffff, 1);
  vitrail_pen_box (&pen, centre, half, 0);
  g_assert_cmpfloat_with_epsilon (sum (&page), 10, 0.1);
  g_assert_cmpuint (page.grey[20 * SIDE + 10], ==, 255);
  g_assert_cmpuint (page.grey[20 * SIDE + 13], ==, 0);
  page_init (&page);
  vitrail_pen_box (&pen, centre, tiny, 128);
  g_assert_cmpfloat_with_epsilon (sum (&page), 0.5, 0.01);
  page_init (&page);
  vitrail_pen_box (&pen, outside, half, 256);
  g_assert_cmpfloat (sum (&page), ==, 0);
}

static void
test_discs (void)
{
  const double centre[2] = { 30, 31 };
  Page page;
  VitrailPen pen;

  page_init (&page);
  vitrail_pen_init (&pen, &page.canvas, 0xffffff, 1);
  vitrail_pen_disc (&pen, centre, 10);
  g_assert_cmpfloat_with_epsilon (sum (&page), 100 * G_PI, 3);
}

static void
add_ring (VitrailFillRoom *room, const float *xy, guint n)
{
  for (size_t i = 0; i < n; i++) {
    const size_t next = (i + 1) % n;
    const VitrailEdge edge = { xy[2 * i], xy[2 * i + 1], xy[2 * next],
                               xy[2 * next + 1] };
    g_array_append_val (room->edges, edge);
  }
}

/* A ring with a hole that goes round the same way, and a star. */
static void
test_fill (void)
{
  static const float outer[] = { 10, 10, 50, 10, 50, 50, 10, 50 };
  static const float hole[] = { 20, 20, 30.5f, 20, 30.5f, 40, 20, 40 };
  static const float large[] = { -1e6f, -1e6f, 1e6f, -1e6f, 0, 1e6f };
  VitrailFillRoom room;
  Page page;
  VitrailPen pen;

  page_init (&page);
  vitrail_fill_room_init (&room);
  vitrail_pen_init (&pen, &page.canvas, 0xffffff, 1);
  add_ring (&room, outer, 4);
  add_ring (&room, hole, 4);
  vitrail_pen_fill (&pen, &room);
  g_assert_cmpfloat_with_epsilon (sum (&page), 1600 - 210, 0.5);
  g_assert_cmpuint (page.grey[30 * SIDE + 25], ==, 0);
  g_assert_cmpuint (page.grey[30 * SIDE + 35], ==, 255);
  g_assert_cmpuint (page.grey[5 * SIDE + 35], ==, 0);
  /* The room is used again; nothing of before is left in it. */
  page_init (&page);
  add_ring (&room, large, 3);
  vitrail_pen_fill (&pen, &room);
  g_assert_cmpfloat (sum (&page), ==, SIDE * SIDE);
  vitrail_fill_room_clear (&room);
}

/* Channels in their order, and half of the opacity. */
static void
test_colors (void)
{
  const double centre[2] = { 0.5, 0.5 };
  const double half[2] = { 0.5, 0.5 };
  uint8_t pixel[4] = { 100, 100, 100, 255 };
  VitrailCanvas canvas = { 1, 1, 4, 4, pixel, TRUE };
  VitrailPen pen;

  vitrail_pen_init (&pen, &canvas, 0xc80000, 0.5);
  vitrail_pen_box (&pen, centre, half, 256);
  g_assert_cmpuint (pixel[0], ==, 50);
  g_assert_cmpuint (pixel[1], ==, 50);
  g_assert_cmpuint (pixel[2], ==, 150);
  g_assert_cmpuint (pixel[3], ==, 255);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/strokes/lines", test_lines);
  g_test_add_func ("/strokes/cut-lines", test_cut_lines);
  g_test_add_func ("/strokes/boxes", test_boxes);
  g_test_add_func ("/strokes/discs", test_discs);
  g_test_add_func ("/strokes/fill", test_fill);
  g_test_add_func ("/strokes/colors", test_colors);
  return g_test_run ();
}
