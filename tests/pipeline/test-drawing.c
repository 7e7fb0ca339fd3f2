/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing on a slide as a hand does it, without a display: every tool, handles,
 * undo, words. */

#include "annotation/measure.h"
#include "drawingtest.h"

#include <math.h>
#include <string.h>

static void
check_size (TestDrawing *self, guint shape, const char *expected)
{
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  VitrailShapeSize size;
  g_assert_true (vitrail_annotation_set_measure (set, shape, 0.5, 0.5, &size));
  g_autofree char *text = vitrail_shape_size_to_string (&size);
  if (strstr (text, expected) == NULL)
    g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, expected));
}

static void
check_point (TestDrawing *self, guint shape, guint point, double x, double y)
{
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  double at[2] = { 0, 0 };
  g_assert_true (
      vitrail_annotation_set_get_point (set, shape, 0, point, &at[0], &at[1]));
  g_assert_cmpfloat_with_epsilon (at[0], x, 0.01);
  g_assert_cmpfloat_with_epsilon (at[1], y, 0.01);
}

static void
test_tools (TestDrawing *self, gconstpointer data)
{
  static const struct {
    const char *tool;
    VitrailShapeKind kind;
    const char *size;
  } rows[] = {
    { "point", VITRAIL_SHAPE_POINTS, "" },
    { "line", VITRAIL_SHAPE_POLYLINE, "um" },
    { "rectangle", VITRAIL_SHAPE_RECTANGLE, "5000 um2" },
    { "ellipse", VITRAIL_SHAPE_ELLIPSE, "um2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    VitrailShape shape;
    test_drawing_use (self, rows[i].tool);
    test_drawing_run (self, "select-annotation",
                      g_variant_new ("(su)", "", 0u));
    test_drawing_drag (self, test_drawing_a, test_drawing_b);
    g_assert_cmpuint (test_drawing_count (self), ==, i + 1);
    g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
    g_assert_true (vitrail_annotation_set_get_shape (set, i, &shape));
    g_assert_cmpint (shape.kind, ==, rows[i].kind);
    if (*rows[i].size != '\0') {
      VitrailShapeSize size;
      vitrail_annotation_set_measure (set, i, 0.5, 0.5, &size);
      g_assert_true (size.is_calibrated);
      g_assert_true (size.length > 0);
    }
  }
  check_point (self, 0, 0, 300, 200); /* where the button came up */
  check_point (self, 1, 0, 100, 100);
  check_point (self, 1, 1, 300, 200);
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  VitrailShapeSize size;
  vitrail_annotation_set_measure (set, 1, 0.5, 0.5, &size);
  g_assert_cmpfloat_with_epsilon (size.length, hypot (200, 100) * 0.0005, 1e-6);
  vitrail_annotation_set_measure (set, 2, 0.5, 0.5, &size);
  g_assert_cmpfloat_with_epsilon (size.area, 0.1 * 0.05, 1e-6);
  vitrail_annotation_set_measure (set, 3, 0.5, 0.5, &size);
  g_assert_cmpfloat_with_epsilon (size.area, G_PI / 4 * 0.1 * 0.05, 1e-6);
  check_size (self, 2, "5000 um2");
}

static void
test_polygon (TestDrawing *self, gconstpointer data)
{
  static const double corners[][2] = { { 100, 100 },
                                       { 200, 100 },
                                       { 200, 200 },
                                       { 100, 200 } };
  test_drawing_use (self, "polygon");
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    test_drawing_drag (self, corners[i], corners[i]);
  g_assert_cmpuint (test_drawing_count (self), ==, 0);
  test_drawing_drag (self, corners[0], corners[0]); /* where it began */
  g_assert_cmpuint (test_drawing_count (self), ==, 1);
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, 0, 0), ==, 4);

  static const double others[][2] = { { 300, 100 },
                                      { 400, 100 },
                                      { 400, 200 } };
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    test_drawing_drag (self, others[i], others[i]);
  test_drawing_run (self, "finish-drawing", NULL);
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
  test_drawing_drag (self, corners[2], corners[2]);
  test_drawing_run (self, "cancel-drawing", NULL);
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
}

static void
test_freehand (TestDrawing *self, gconstpointer data)
{
  test_drawing_use (self, "freehand");
  g_assert_true (vitrail_drawing_press (self->viewport, VITRAIL_DRAW_FREEHAND,
                                        test_drawing_a));
  for (int i = 1; i < 60; i++) {
    const double at[2] = { 100 + 60 * sin (i * 0.1), 160 - 60 * cos (i * 0.1) };
    vitrail_drawing_move (self->viewport, at);
  }
  vitrail_drawing_release (self->viewport, test_drawing_a);
  g_assert_cmpuint (test_drawing_count (self), ==, 1);
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, 0, 0), >, 40);
  VitrailShapeSize size;
  vitrail_annotation_set_measure (set, 0, 0.5, 0.5, &size);
  double expected = G_PI * 0.03 * 0.03;
  g_assert_cmpfloat_with_epsilon (size.area, expected, expected * 0.03);
}

/* A click without a drag draws no line; with the hand it selects. */
static void
test_handles (TestDrawing *self, gconstpointer data)
{
  static const double far[2] = { 400, 300 };
  static const double other[2] = { 350, 120 };
  test_drawing_use (self, "line");
  test_drawing_drag (self, test_drawing_a, test_drawing_a);
  g_assert_cmpuint (test_drawing_count (self), ==, 0);
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  test_drawing_use (self, "pan");
  test_drawing_drag (self, test_drawing_b,
                     far); /* the handle of the selected one */
  g_assert_cmpuint (test_drawing_count (self), ==, 1);
  check_point (self, 0, 1, 400, 300);
  test_drawing_run (self, "undo", NULL);
  check_point (self, 0, 1, 300, 200);
  test_drawing_run (self, "redo", NULL);
  check_point (self, 0, 1, 400, 300);

  test_drawing_use (self, "rectangle");
  test_drawing_run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  test_drawing_use (self, "pan");
  test_drawing_drag (self, test_drawing_b,
                     other); /* its corner: it stays a rectangle */
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
  check_point (self, 1, 2, 350, 120);
  check_point (self, 1, 1, 350, 100);
  check_point (self, 1, 3, 100, 120);

  g_autofree char *name = NULL;
  guint shape = 9;
  static const double on_line[2] = { 250, 200 };
  static const double beside[2] = { 550, 350 };
  vitrail_drawing_select (self->viewport, on_line);
  g_assert_true (
      vitrail_annotations_get_selected (self->annotations, &name, &shape));
  g_assert_cmpuint (shape, ==, 0);
  vitrail_drawing_select (self->viewport, beside);
  g_assert_false (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  test_drawing_run (self, "select-annotation",
                    g_variant_new ("(su)", VITRAIL_DRAWN_SET, 2u));
  test_drawing_run (self, "delete-annotation", NULL);
  g_assert_cmpuint (test_drawing_count (self), ==, 1);
  test_drawing_run (self, "undo", NULL);
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
}

/* Marks as near one another as cells are, each of them counted, on the edge of
 * a counting field too. */
static void
test_near (TestDrawing *self, gconstpointer data)
{
  static const double places[][2] = { { 100, 100 },
                                      { 104, 100 },
                                      { 102, 103 },
                                      { 200, 200 } };
  test_drawing_run (self, "counting-field",
                    g_variant_new ("(sd)", "square", 0.01));
  test_drawing_use (self, "point");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    test_drawing_drag (self, places[i], places[i]);
  g_assert_cmpuint (test_drawing_count (self), ==, G_N_ELEMENTS (places));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    check_point (self, i, 0, places[i][0], places[i][1]);
  const VitrailCountingField *field =
      vitrail_slide_work_get_field (vitrail_viewport_get_work (self->viewport));
  g_assert_cmpfloat (field->x, ==, 300);
  g_assert_cmpfloat (field->y, ==, 200);
}

/* A click beside the middle of a handle moves nothing and is no step to undo; a
 * drag from there moves the point by its own length. */
static void
test_still_handle (TestDrawing *self, gconstpointer data)
{
  static const double beside[2] = { 304, 203 };
  static const double to[2] = { 354, 253 };
  test_drawing_use (self, "line");
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  test_drawing_use (self, "pan");
  g_autoptr (VitrailAnnotationSet) before = test_drawing_ref (self);
  test_drawing_drag (self, beside, beside);
  g_autoptr (VitrailAnnotationSet) after = test_drawing_ref (self);
  g_assert_true (after == before);
  g_assert_cmpint (vitrail_viewport_get_draft (self->viewport)->kind, ==,
                   VITRAIL_DRAW_NOTHING);
  test_drawing_drag (self, beside, to);
  check_point (self, 0, 1, 350, 250);
  test_drawing_run (self, "undo", NULL);
  check_point (self, 0, 1, 300, 200);
  test_drawing_run (self, "undo", NULL); /* what was drawn, not the click */
  g_assert_cmpuint (test_drawing_count (self), ==, 0);
}

/* Where no handles are drawn there are none to take. */
static void
test_many_points (TestDrawing *self, gconstpointer data)
{
  const guint most = VITRAIL_DRAWING_MAX_HANDLES;
  static const double first[2] = { 50, 350 };
  for (guint n = most; n <= most + 1; n++) {
    test_drawing_run (self, "select-annotation",
                      g_variant_new ("(su)", "", 0u));
    g_assert_true (
        vitrail_drawing_press (self->viewport, VITRAIL_DRAW_FREEHAND, first));
    for (guint i = 1; i < n; i++) {
      const double at[2] = { 50 + (i % 2) * 100.0, 350 - i * 1.5 };
      vitrail_drawing_move (self->viewport, at);
    }
    const guint i = n - 1; /* where it already is: no further point */
    const double last[2] = { 50 + (i % 2) * 100.0, 350 - i * 1.5 };
    vitrail_drawing_release (self->viewport, last);
    g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
    g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, n - most, 0),
                      ==, n);
    g_assert_cmpint (vitrail_drawing_press (self->viewport,
                                            VITRAIL_DRAW_NOTHING, first),
                     ==, n == most);
    vitrail_drawing_cancel (self->viewport);
  }
}

/* The same place on the glass, however the picture lies. */
static void
test_turned (TestDrawing *self, gconstpointer data)
{
  double place[2];
  double pixel[2];
  test_drawing_run (self, "set-magnification", g_variant_new_double (40));
  test_drawing_run (self, "set-rotation", g_variant_new_double (30));
  test_drawing_run (self, "flip-horizontal", NULL);
  for (int i = 0; i < 50; i++) { /* until it is on the screen */
    g_main_context_iteration (NULL, FALSE);
    g_usleep (5000);
  }
  g_assert_true (
      vitrail_viewport_to_slide (self->viewport, test_drawing_a, place));
  g_assert_true (vitrail_viewport_from_slide (self->viewport, place, pixel));
  g_assert_cmpfloat_with_epsilon (pixel[0], test_drawing_a[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (pixel[1], test_drawing_a[1], 1e-6);
  test_drawing_use (self, "rectangle");
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  VitrailShapeSize size;
  vitrail_annotation_set_measure (set, 0, 0.5, 0.5, &size);
  g_assert_cmpfloat_with_epsilon (size.area, 0.05 * 0.025, 1e-6);
}

static void
test_words (TestDrawing *self, gconstpointer data)
{
  VitrailShape shape;
  test_drawing_use (self, "rectangle");
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  test_drawing_run (self, "name-annotation", g_variant_new_string ("Margin"));
  test_drawing_run (self, "label-annotation",
                    g_variant_new ("(su)", "Tumor", 0xff8000u));
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  g_assert_cmpstr (vitrail_annotation_set_get_text (set, 0,
                                                    VITRAIL_ANNOTATION_NAME),
                   ==, "Margin");
  vitrail_annotation_set_get_shape (set, 0, &shape);
  g_assert_cmpuint (shape.rgb, ==, 0xff8000);
  g_assert_cmpstr (vitrail_annotation_set_get_group (set, shape.group)->label,
                   ==, "Tumor");
  test_drawing_run (self, "zoom-to-annotation", NULL);
  g_assert_cmpfloat (vitrail_viewport_get_magnification (self->viewport), >=,
                     20);
}

/* Neither undo nor redo leaves a shape selected, or one half drawn. */
static void
test_undo_selected (TestDrawing *self, gconstpointer data)
{
  static const double corners[][2] = { { 400, 250 },
                                       { 500, 250 },
                                       { 500, 350 } };
  guint shape;
  test_drawing_rectangle (self);
  test_drawing_rectangle (self);
  g_assert_true (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  test_drawing_run (self, "undo", NULL);
  g_assert_false (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  test_drawing_run (self, "select-annotation",
                    g_variant_new ("(su)", VITRAIL_DRAWN_SET, 1u));
  test_drawing_use (self, "polygon");
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    test_drawing_drag (self, corners[i], corners[i]);
  test_drawing_run (self, "redo", NULL);
  g_assert_false (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  test_drawing_run (self, "finish-drawing", NULL);
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
}

#define ADD(name, function) TEST_DRAWING_ADD ("/drawing/" name, function)

int
main (int argc, char **argv)
{
  test_drawing_init (&argc, &argv);
  ADD ("tools", test_tools);
  ADD ("polygon", test_polygon);
  ADD ("freehand", test_freehand);
  ADD ("handles", test_handles);
  ADD ("near", test_near);
  ADD ("still-handle", test_still_handle);
  ADD ("many-points", test_many_points);
  ADD ("turned", test_turned);
  ADD ("words", test_words);
  ADD ("undo-selected", test_undo_selected);
  return g_test_run ();
}
