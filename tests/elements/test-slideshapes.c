/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations over a view: at the right place, at any scale, turned or not. */

#include "annotation/annotationbuilder.h"
#include "annotation/shapeindex.h"
#include "letter.h"
#include "overlay/slideshapes.h"

#include <math.h>
#include <string.h>

#define SIDE 200

typedef struct {
  VitrailCanvas canvas;
  uint8_t rgb[SIDE * SIDE * 3];
} Page;

static void
page_init (Page *page)
{
  memset (page, 0, sizeof *page);
  page->canvas =
      (VitrailCanvas){ SIDE, SIDE, 3, (size_t) SIDE * 3, page->rgb, FALSE };
}

/* Where the letter F stands. */
#define LEFT 1000
#define TOP  2000

static VitrailAnnotationSet *
make_letter (void)
{
  return test_letter_new (LEFT, TOP, 0);
}

/* Every pixel but those on the edge is what the letter says. */
static void
check_view (const double affine[6])
{
  g_autoptr (VitrailAnnotationSet) set = make_letter ();
  VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  const double pixel = hypot (affine[0], affine[3]);
  guint n_inside = 0;
  Page page;

  page_init (&page);
  style.fill = 1;
  g_assert_true (
      vitrail_slide_shapes_draw (set, &page.canvas, affine, &style, NULL));
  for (size_t i = 0; i < (size_t) SIDE * SIDE; i++) {
    const double column = (double) (i % SIDE);
    const double row = floor ((double) i / SIDE);
    const double x = affine[0] * column + affine[1] * row + affine[2] + 0.5;
    const double y = affine[3] * column + affine[4] * row + affine[5] + 0.5;
    if (test_letter_is_near_edge (x - LEFT, y - TOP, 1.8 * pixel))
      continue;
    n_inside += test_letter_has (x - LEFT, y - TOP);
    g_assert_cmpuint (page.rgb[3 * i], ==,
                      test_letter_has (x - LEFT, y - TOP) ? 255 : 0);
  }
  g_assert_cmpuint (n_inside, >, 100);
}

static void
test_places (void)
{
  for (guint i = 0; i < 24; i++) {
    const double angle = 2 * G_PI * i / 24;
    const double scale = i % 3 == 0 ? 1 : (i % 3 == 1 ? 0.4 : 1.5);
    const double flip = i % 2 == 0 ? 1 : -1;
    double affine[6] = { scale * cos (angle), -scale * sin (angle) * flip, 0,
                         scale * sin (angle), scale * cos (angle) * flip,  0 };
    /* (1025, 2045) in the middle. */
    affine[2] = 1025 - (affine[0] + affine[1]) * SIDE / 2;
    affine[5] = 2045 - (affine[3] + affine[4]) * SIDE / 2;
    check_view (affine);
  }
}

/* Pixels of one canvas pixel exactly: nothing is half a pixel off. */
static void
test_half_pixels (void)
{
  const double box[] = { 10, 20, 13, 20, 13, 22, 10, 22 };
  const double affine[6] = { 0.05, 0, 9 - 0.475, 0, 0.05, 19 - 0.475 };
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("box");
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_set_with_shape (empty, VITRAIL_SHAPE_RECTANGLE, 0, box,
                                         8, NULL);
  VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  Page page;

  /* The canvas begins at (9, 19), 20 of its pixels on one. */
  page_init (&page);
  style.fill = 1;
  style.line_px = 0.01;
  vitrail_slide_shapes_draw (set, &page.canvas, affine, &style, NULL);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      const gboolean inside = x >= 20 && x < 80 && y >= 20 && y < 60;
      const uint8_t *pixel = &page.rgb[((size_t) y * SIDE + (size_t) x) * 3];
      g_assert_cmpuint (pixel[0] > 127, ==, inside);
    }
}

static VitrailAnnotationSet *
make_many (guint n_side)
{
  VitrailAnnotationBuilder *builder = vitrail_annotation_builder_new ("many");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_side * n_side; i++) {
    const double x = 10.0 * (i % n_side);
    const double y = 10.0 * floor ((double) i / n_side);
    const double xy[] = { x, y, x + 5, y, x + 5, y + 5, x, y + 5 };
    vitrail_annotation_builder_add_points (builder, xy, 4, &error);
    vitrail_annotation_builder_end_part (builder, FALSE, &error);
    vitrail_annotation_builder_end_shape (
        builder, VITRAIL_SHAPE_POLYGON,
        vitrail_annotation_builder_find_group (
            builder, x < 10.0 * n_side / 2 ? "left" : "right",
            x < 10.0 * n_side / 2 ? 0xff0000 : 0x00ff00),
        &error);
  }
  g_assert_no_error (error);
  return vitrail_annotation_builder_end (builder, &error);
}

/* From afar each pixel shows that there is something, in its colour. */
static void
test_density (void)
{
  const guint n_side = 400;
  const double downsample = 10.0 * n_side / SIDE;
  g_autoptr (VitrailAnnotationSet) set = make_many (n_side);
  const double affine[6] = { downsample, 0,          downsample / 2 - 0.5,
                             0,          downsample, downsample / 2 - 0.5 };
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  VitrailShapesDrawn drawn;
  Page page;

  page_init (&page);
  vitrail_slide_shapes_draw (set, &page.canvas, affine, &style, &drawn);
  g_assert_cmpuint (drawn.n_outlines, ==, 0);
  g_assert_cmpuint (drawn.n_boxes + drawn.n_dots, >, 0);
  for (size_t i = 0; i < (size_t) SIDE * SIDE; i++) {
    const gboolean is_left = i % SIDE < SIDE / 2;
    g_assert_cmpuint (page.rgb[3 * i + (is_left ? 0 : 1)], >, 40);
    if (i % SIDE + 2 < SIDE / 2 || i % SIDE > SIDE / 2 + 2)
      g_assert_cmpuint (page.rgb[3 * i + (is_left ? 1 : 0)], ==, 0);
  }
}

static void
test_hidden_groups (void)
{
  g_autoptr (VitrailAnnotationSet) set = make_many (400);
  g_autoptr (VitrailAnnotationGroup) hidden =
      vitrail_annotation_group_copy (vitrail_annotation_set_get_group (set, 0));
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  static const double downsamples[] = { 0.5, 20, 200 };

  hidden->visible = FALSE;
  g_autoptr (VitrailAnnotationSet) half =
      vitrail_annotation_set_with_group (set, 0, hidden, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (downsamples); i++) {
    const double d = downsamples[i];
    const double affine[6] = { d, 0, 2000 - d * SIDE / 2,
                               0, d, 2000 - d * SIDE / 2 };
    guint sums[2] = { 0, 0 };
    Page page;
    page_init (&page);
    vitrail_slide_shapes_draw (half, &page.canvas, affine, &style, NULL);
    for (size_t j = 0; j < (size_t) SIDE * SIDE; j++) {
      sums[0] += page.rgb[3 * j];
      sums[1] += page.rgb[3 * j + 1];
    }
    g_assert_cmpuint (sums[0], ==, 0);
    g_assert_cmpuint (sums[1], >, 100);
  }
}

/* The index finds what a look at each shape finds. */
static void
test_index (void)
{
  g_autoptr (VitrailAnnotationSet) set = make_many (137);
  const VitrailShapeIndex *index = vitrail_annotation_set_get_index (set);

  for (guint i = 0; i < 100; i++) {
    const double x = g_test_rand_double_range (-100, 1400);
    const double y = g_test_rand_double_range (-100, 1400);
    const double bounds[4] = { x, y, x + g_test_rand_double_range (0, 300),
                               y + g_test_rand_double_range (0, 300) };
    VitrailShapeCursor cursor;
    guint n_found = 0;
    guint n_expected = 0;
    guint n_coarse = 0;
    vitrail_shape_cursor_init (&cursor, index, bounds, 0);
    while (vitrail_shape_cursor_next (&cursor)) {
      g_assert_cmpuint (cursor.n, ==, 1);
      n_found++;
    }
    vitrail_shape_cursor_init (&cursor, index, bounds, 60);
    while (vitrail_shape_cursor_next (&cursor))
      n_coarse += cursor.n;
    for (guint j = 0; j < 137 * 137; j++) {
      VitrailShape shape;
      vitrail_annotation_set_get_shape (set, j, &shape);
      n_expected +=
          shape.bounds[0] <= bounds[2] && shape.bounds[1] <= bounds[3] &&
          shape.bounds[2] >= bounds[0] && shape.bounds[3] >= bounds[1];
    }
    g_assert_cmpuint (n_found, ==, n_expected);
    g_assert_cmpuint (n_coarse, >=, n_expected);
  }
}

static void
test_find (void)
{
  g_autoptr (VitrailAnnotationSet) set = make_letter ();
  const double around[] = { 900, 1900, 1200, 1900, 1200, 2200, 900, 2200 };
  g_autoptr (VitrailAnnotationSet) both =
      vitrail_annotation_set_with_shape (set, VITRAIL_SHAPE_RECTANGLE, 0,
                                         around, 8, NULL);
  guint shape;

  g_assert_true (
      vitrail_annotation_set_find_shape (both, 1010, 2050, 3, &shape));
  g_assert_cmpuint (shape, ==, 0);
  /* In the letter's box but beside its lines. */
  g_assert_true (
      vitrail_annotation_set_find_shape (both, 1050, 2080, 3, &shape));
  g_assert_cmpuint (shape, ==, 1);
  g_assert_true (
      vitrail_annotation_set_find_shape (both, 898, 2000, 3, &shape));
  g_assert_cmpuint (shape, ==, 1);
  g_assert_false (
      vitrail_annotation_set_find_shape (both, 895, 2000, 3, &shape));
}

/* Nothing to draw, and maps that are none. */
static void
test_nothing (void)
{
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("none");
  g_autoptr (VitrailAnnotationSet) set = make_letter ();
  const double plain[6] = { 1, 0, 0, 0, 1, 0 };
  const double flat[6] = { 1, 0, 0, 1, 0, 0 };
  const double wild[6] = { NAN, 0, 0, 0, 1, INFINITY };
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  Page page;

  page_init (&page);
  g_assert_true (
      vitrail_slide_shapes_draw (empty, &page.canvas, plain, &style, NULL));
  g_assert_false (
      vitrail_slide_shapes_draw (set, &page.canvas, flat, &style, NULL));
  g_assert_false (
      vitrail_slide_shapes_draw (set, &page.canvas, wild, &style, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slideshapes/places", test_places);
  g_test_add_func ("/slideshapes/half-pixels", test_half_pixels);
  g_test_add_func ("/slideshapes/density", test_density);
  g_test_add_func ("/slideshapes/hidden-groups", test_hidden_groups);
  g_test_add_func ("/slideshapes/index", test_index);
  g_test_add_func ("/slideshapes/find", test_find);
  g_test_add_func ("/slideshapes/nothing", test_nothing);
  return g_test_run ();
}
