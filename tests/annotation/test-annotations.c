/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets, their edits, what undoes them, and their sizes. */

#include "annotation/annotations.h"
#include "annotation/measure.h"
#include "error.h"

#include <math.h>

static VitrailAnnotationSet *
add (VitrailAnnotationSet *set,
     VitrailShapeKind kind,
     const double *xy,
     guint n_numbers)
{
  g_autoptr (GError) error = NULL;
  VitrailAnnotationSet *more =
      vitrail_annotation_set_with_shape (set, kind, 0, xy, n_numbers, &error);

  g_assert_no_error (error);
  return more;
}

static void
expect_size (VitrailShapeKind kind,
             const double *xy,
             guint n_numbers,
             const double mpp[2],
             const double expected[2])
{
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("s");
  g_autoptr (VitrailAnnotationSet) set = add (empty, kind, xy, n_numbers);
  VitrailShapeSize size;

  g_assert_true (
      vitrail_annotation_set_measure (set, 0, mpp[0], mpp[1], &size));
  g_assert_cmpfloat_with_epsilon (size.length, expected[0],
                                  1e-12 * (1 + expected[0]));
  g_assert_cmpfloat_with_epsilon (size.area, expected[1],
                                  1e-12 * (1 + expected[1]));
  g_assert_cmpint (size.is_calibrated, ==, mpp[0] > 0);
}

static void
test_sizes (void)
{
  const double px[] = { 0, 0 };
  const double mm[] = { 0.25, 0.5 }; /* not square */
  const double line[] = { 1000000, 7, 1000300, 407 };
  const double box[] = { 0, 0, 4000, 0, 4000, 2000, 0, 2000 };
  const double ellipse[] = { 0, 0, 8000, 0, 4000, -2000, 4000, 2000 };
  /* On the glass a circle of 1 mm. */
  const double circle[] = { 0, 0, 4000, 0, 2000, -1000, 2000, 1000 };

  expect_size (VITRAIL_SHAPE_POINTS, line, 4, mm, (const double[]){ 0, 0 });
  expect_size (VITRAIL_SHAPE_POLYLINE, line, 4, px, (const double[]){ 500, 0 });
  expect_size (VITRAIL_SHAPE_POLYLINE, line, 4, mm,
               (const double[]){ hypot (0.075, 0.2), 0 });
  expect_size (VITRAIL_SHAPE_RECTANGLE, box, 8, mm, (const double[]){ 4, 1 });
  expect_size (VITRAIL_SHAPE_POLYGON, box, 8, px,
               (const double[]){ 12000, 8e6 });
  expect_size (VITRAIL_SHAPE_ELLIPSE, circle, 8, mm,
               (const double[]){ G_PI, G_PI / 4 });
  /* Half axes 4000 and 2000: 4 a E (3/4) with E (3/4) = 1.2110560275684594 */
  expect_size (VITRAIL_SHAPE_ELLIPSE, ellipse, 8, px,
               (const double[]){ 16000 * 1.2110560275684594, 8e6 * G_PI });
}

/* A turned ellipse with pixels that are not square against a fine polygon. */
static void
test_turned_ellipse (void)
{
  const double axes[] = { 0, 0, 300, 400, 230, 160, 70, 240 };
  double xy[2 * VITRAIL_ELLIPSE_POINTS];
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("s");
  g_autoptr (VitrailAnnotationSet) one =
      add (empty, VITRAIL_SHAPE_ELLIPSE, axes, 8);
  VitrailShapeSize exact;
  VitrailShapeSize drawn;

  vitrail_ellipse_get_outline (axes, xy);
  g_autoptr (VitrailAnnotationSet) both =
      add (one, VITRAIL_SHAPE_POLYGON, xy, G_N_ELEMENTS (xy));
  vitrail_annotation_set_measure (both, 0, 250, 700, &exact);
  vitrail_annotation_set_measure (both, 1, 250, 700, &drawn);
  g_assert_cmpfloat_with_epsilon (exact.area / drawn.area, 1, 1e-3);
  g_assert_cmpfloat_with_epsilon (exact.length / drawn.length, 1, 1e-3);
  g_assert_cmpfloat (exact.length, >, drawn.length);
}

static void
test_words (void)
{
  static const struct {
    VitrailShapeSize size;
    const char *words;
  } cases[] = {
    { { 1.23456, 0, FALSE, TRUE }, "1.235 mm" },
    { { 0.01234, 0, FALSE, TRUE }, "12.34 um" },
    { { 4, 1, TRUE, TRUE }, "4 mm, 1 mm2" },
    { { 0.05, 0.0001, TRUE, TRUE }, "50 um, 100 um2" },
    { { 500, 0, FALSE, FALSE }, "500 px" },
    { { 12000, 8e6, TRUE, FALSE }, "12000 px, 8000000 px2" },
    { { 0, 0, FALSE, TRUE }, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *words = vitrail_shape_size_to_string (&cases[i].size);
    g_assert_cmpstr (words, ==, cases[i].words);
  }
}

static void
test_edits (void)
{
  const double line[] = { 0, 0, 10, 0 };
  const double moved[] = { 5, 5, 15, 5, 20, 5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("Mine");
  g_autoptr (VitrailAnnotationSet) one =
      add (empty, VITRAIL_SHAPE_POLYLINE, line, 4);
  g_autoptr (VitrailAnnotationSet) two =
      add (one, VITRAIL_SHAPE_POINTS, line, 2);
  g_autoptr (VitrailAnnotationSet) named =
      vitrail_annotation_set_with_text (two, 0, VITRAIL_ANNOTATION_NAME, "edge",
                                        &error);
  g_autoptr (VitrailAnnotationSet) changed =
      vitrail_annotation_set_with_points (named, 0, 0, moved, 6, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailAnnotationSet) without =
      vitrail_annotation_set_without (changed, 1, &error);
  VitrailShape shape;

  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (empty), ==, 0);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (two), ==, 2);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (without), ==, 1);
  g_assert_null (
      vitrail_annotation_set_get_text (two, 0, VITRAIL_ANNOTATION_NAME));
  g_assert_cmpstr (vitrail_annotation_set_get_text (without, 0,
                                                    VITRAIL_ANNOTATION_NAME),
                   ==, "edge");
  g_assert_cmpstr (
      vitrail_annotation_set_get_text (without, 0, VITRAIL_ANNOTATION_ID), ==,
      vitrail_annotation_set_get_text (one, 0, VITRAIL_ANNOTATION_ID));
  vitrail_annotation_set_get_shape (without, 0, &shape);
  g_assert_cmpuint (shape.n_points, ==, 3);
  g_assert_cmpfloat (shape.bounds[2], ==, 20);
}

static void
test_refused_edits (void)
{
  const double bad[] = { 0, 0, NAN, 0 };
  const double line[] = { 0, 0, 10, 0 };
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("Mine");
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_annotation_set_with_shape (
      empty, VITRAIL_SHAPE_POLYLINE, 0, bad, 4, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (vitrail_annotation_set_with_shape (
      empty, VITRAIL_SHAPE_POLYGON, 0, line, 4, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (vitrail_annotation_set_with_shape (
      empty, VITRAIL_SHAPE_POLYLINE, 7, line, 4, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (vitrail_annotation_set_without (empty, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

/* Groups change without copying shapes. */
static void
test_groups (void)
{
  const double line[] = { 0, 0, 10, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("Mine");
  g_autoptr (VitrailAnnotationSet) set =
      add (empty, VITRAIL_SHAPE_POLYLINE, line, 4);
  g_autoptr (VitrailAnnotationGroup) group =
      vitrail_annotation_group_new ("Tumor", 0xff0000);
  g_autoptr (VitrailAnnotationSet) more =
      vitrail_annotation_set_with_group (set, 1, group, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailAnnotationSet) classified =
      vitrail_annotation_set_with_shape_group (more, 0, 1, &error);
  VitrailShape shape;

  g_assert_true (vitrail_annotation_set_get_arrays (more)->points ==
                 vitrail_annotation_set_get_arrays (set)->points);
  g_assert_cmpuint (vitrail_annotation_set_get_shapes_serial (more), ==,
                    vitrail_annotation_set_get_shapes_serial (set));
  g_assert_cmpuint (vitrail_annotation_set_get_serial (more), !=,
                    vitrail_annotation_set_get_serial (set));
  vitrail_annotation_set_get_shape (classified, 0, &shape);
  g_assert_cmphex (shape.rgb, ==, 0xff0000);
  g_assert_null (vitrail_annotation_set_with_group (set, 3, group, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

static void
count_cb (VitrailAnnotations *annotations, gpointer user_data)
{
  ++*(guint *) user_data;
}

static guint
count_shapes (VitrailAnnotations *annotations)
{
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotations_ref_named (annotations, "Mine");

  return set != NULL ? vitrail_annotation_set_get_n_shapes (set) : G_MAXUINT;
}

static void
test_undo (void)
{
  const double line[] = { 0, 0, 10, 0 };
  VitrailAnnotations *annotations = vitrail_annotations_new ();
  g_autoptr (VitrailAnnotationSet) set = vitrail_annotation_set_new ("Mine");
  guint n_changes = 0;

  g_signal_connect (annotations, "changed", G_CALLBACK (count_cb), &n_changes);
  vitrail_annotations_put (annotations, set, NULL);
  g_assert_false (vitrail_annotations_undo (annotations));
  for (guint i = 0; i < 250; i++) {
    g_autoptr (VitrailAnnotationSet) before = g_steal_pointer (&set);
    set = add (before, VITRAIL_SHAPE_POLYLINE, line, 4);
    vitrail_annotations_put (annotations, set, i < 249 ? "Draw" : "Last");
  }
  g_assert_cmpuint (n_changes, ==, 251);
  g_autofree char *step = vitrail_annotations_dup_undo_step (annotations);
  g_assert_cmpstr (step, ==, "Last");
  g_assert_true (vitrail_annotations_undo (annotations));
  g_assert_cmpuint (count_shapes (annotations), ==, 249);
  g_assert_true (vitrail_annotations_redo (annotations));
  g_assert_cmpuint (count_shapes (annotations), ==, 250);
  g_assert_false (vitrail_annotations_redo (annotations));
  for (guint i = 0; i < 200; i++)
    g_assert_true (vitrail_annotations_undo (annotations));
  g_assert_false (vitrail_annotations_undo (annotations));
  g_assert_cmpuint (count_shapes (annotations), ==, 50);
  vitrail_annotations_remove (annotations, "Mine", "Delete set");
  g_assert_cmpuint (vitrail_annotations_get_n_sets (annotations), ==, 0);
  g_assert_null (vitrail_annotations_dup_redo_step (annotations));
  g_assert_true (vitrail_annotations_undo (annotations));
  g_assert_cmpuint (count_shapes (annotations), ==, 50);
  g_assert_finalize_object (annotations);
}

static void
test_selection (void)
{
  VitrailAnnotations *annotations = vitrail_annotations_new ();
  g_autofree char *name = NULL;
  guint shape;
  guint n_changes = 0;

  g_signal_connect (annotations, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (vitrail_annotations_get_selected (annotations, NULL, &shape));
  vitrail_annotations_select (annotations, "Mine", 3);
  vitrail_annotations_select (annotations, "Mine", 3);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_true (vitrail_annotations_get_selected (annotations, &name, &shape));
  g_assert_cmpstr (name, ==, "Mine");
  g_assert_cmpuint (shape, ==, 3);
  g_assert_finalize_object (annotations);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/annotations/sizes", test_sizes);
  g_test_add_func ("/annotations/turned-ellipse", test_turned_ellipse);
  g_test_add_func ("/annotations/words", test_words);
  g_test_add_func ("/annotations/edits", test_edits);
  g_test_add_func ("/annotations/refused-edits", test_refused_edits);
  g_test_add_func ("/annotations/groups", test_groups);
  g_test_add_func ("/annotations/undo", test_undo);
  g_test_add_func ("/annotations/selection", test_selection);
  return g_test_run ();
}
