/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing on a slide as a hand does it, without a display: every tool, handles,
 * undo, files, saving by itself; tissue, what has been seen, a counting field.
 */

#include "annotation/measure.h"
#include "annotation/store.h"
#include "session.h"
#include "slidedata.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/video/navigation.h>

#include <math.h>
#include <string.h>

/* The slide has 600 x 400 pixels of 0.5 micrometres; the viewport shows all of
 * it, one pixel on one. */
#define WIDTH  600
#define HEIGHT 400

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  VitrailAnnotations *annotations; /* of the slide */
} Fixture;

static gboolean
is_ready (gpointer data)
{
  VitrailViewport *viewport =
      vitrail_session_get_active_viewport (VITRAIL_SESSION (data));
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  return work != NULL && vitrail_slide_work_is_ready (work);
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static const char *
get_path (void)
{
  static char *path;
  if (path == NULL)
    path = test_slide_make_svs (WIDTH, HEIGHT, 80);
  return path;
}

static void
setup (Fixture *self, gconstpointer data)
{
  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  vitrail_viewport_set_size (self->viewport, WIDTH, HEIGHT);
  vitrail_session_open_async (self->session, get_path (), NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_ready, self->session));
  self->annotations = vitrail_slide_work_get_annotations (
      vitrail_viewport_get_work (self->viewport));
}

static void
teardown (Fixture *self, gconstpointer data)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  g_assert_finalize_object (self->session);
}

static void
run (Fixture *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

static void
use (Fixture *self, const char *tool)
{
  run (self, "set-tool", g_variant_new_string (tool));
}

static void
drag (Fixture *self, const double from[2], const double to[2])
{
  const VitrailDrawKind kinds[] = {
    VITRAIL_DRAW_NOTHING, VITRAIL_DRAW_POINT,    VITRAIL_DRAW_LINE,
    VITRAIL_DRAW_POLYGON, VITRAIL_DRAW_FREEHAND, VITRAIL_DRAW_RECTANGLE,
    VITRAIL_DRAW_ELLIPSE,
  };
  static const char *const names[] = { "pan",     "point",    "line",
                                       "polygon", "freehand", "rectangle",
                                       "ellipse" };
  const char *tool = vitrail_viewport_get_tool (self->viewport);
  guint which = 0;
  while (!g_str_equal (names[which], tool))
    which++;
  if (!vitrail_drawing_press (self->viewport, kinds[which], from))
    return;
  for (int i = 1; i <= 4; i++) {
    const double at[2] = { from[0] + (to[0] - from[0]) * i / 4,
                           from[1] + (to[1] - from[1]) * i / 4 };
    vitrail_drawing_move (self->viewport, at);
  }
  vitrail_drawing_release (self->viewport, to);
}

static VitrailAnnotationSet *
ref_drawn (Fixture *self)
{
  return vitrail_slide_work_ref_drawn (
      vitrail_viewport_get_work (self->viewport));
}

static guint
count (Fixture *self)
{
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  return vitrail_annotation_set_get_n_shapes (set);
}

static void
check_size (Fixture *self, guint shape, const char *expected)
{
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  VitrailShapeSize size;
  g_assert_true (vitrail_annotation_set_measure (set, shape, 0.5, 0.5, &size));
  g_autofree char *text = vitrail_shape_size_to_string (&size);
  if (strstr (text, expected) == NULL)
    g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, expected));
}

static void
check_point (Fixture *self, guint shape, guint point, double x, double y)
{
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  double at[2] = { 0, 0 };
  g_assert_true (
      vitrail_annotation_set_get_point (set, shape, 0, point, &at[0], &at[1]));
  g_assert_cmpfloat_with_epsilon (at[0], x, 0.01);
  g_assert_cmpfloat_with_epsilon (at[1], y, 0.01);
}

static const double a[2] = { 100, 100 };
static const double b[2] = { 300, 200 };

static void
test_tools (Fixture *self, gconstpointer data)
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
    use (self, rows[i].tool);
    run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
    drag (self, a, b);
    g_assert_cmpuint (count (self), ==, i + 1);
    g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
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
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
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
test_polygon (Fixture *self, gconstpointer data)
{
  static const double corners[][2] = { { 100, 100 },
                                       { 200, 100 },
                                       { 200, 200 },
                                       { 100, 200 } };
  use (self, "polygon");
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    drag (self, corners[i], corners[i]);
  g_assert_cmpuint (count (self), ==, 0);
  drag (self, corners[0], corners[0]); /* where it began */
  g_assert_cmpuint (count (self), ==, 1);
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, 0, 0), ==, 4);

  static const double others[][2] = { { 300, 100 },
                                      { 400, 100 },
                                      { 400, 200 } };
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    drag (self, others[i], others[i]);
  run (self, "finish-drawing", NULL);
  g_assert_cmpuint (count (self), ==, 2);
  drag (self, corners[2], corners[2]);
  run (self, "cancel-drawing", NULL);
  g_assert_cmpuint (count (self), ==, 2);
}

static void
test_freehand (Fixture *self, gconstpointer data)
{
  use (self, "freehand");
  g_assert_true (
      vitrail_drawing_press (self->viewport, VITRAIL_DRAW_FREEHAND, a));
  for (int i = 1; i < 60; i++) {
    const double at[2] = { 100 + 60 * sin (i * 0.1), 160 - 60 * cos (i * 0.1) };
    vitrail_drawing_move (self->viewport, at);
  }
  vitrail_drawing_release (self->viewport, a);
  g_assert_cmpuint (count (self), ==, 1);
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, 0, 0), >, 40);
  VitrailShapeSize size;
  vitrail_annotation_set_measure (set, 0, 0.5, 0.5, &size);
  double expected = G_PI * 0.03 * 0.03;
  g_assert_cmpfloat_with_epsilon (size.area, expected, expected * 0.03);
}

/* A click without a drag draws no line; with the hand it selects. */
static void
test_handles (Fixture *self, gconstpointer data)
{
  static const double far[2] = { 400, 300 };
  static const double other[2] = { 350, 120 };
  use (self, "line");
  drag (self, a, a);
  g_assert_cmpuint (count (self), ==, 0);
  drag (self, a, b);
  use (self, "pan");
  drag (self, b, far); /* the handle of the selected one */
  g_assert_cmpuint (count (self), ==, 1);
  check_point (self, 0, 1, 400, 300);
  run (self, "undo", NULL);
  check_point (self, 0, 1, 300, 200);
  run (self, "redo", NULL);
  check_point (self, 0, 1, 400, 300);

  use (self, "rectangle");
  run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  drag (self, a, b);
  use (self, "pan");
  drag (self, b, other); /* its corner: it stays a rectangle */
  g_assert_cmpuint (count (self), ==, 2);
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
  run (self, "select-annotation",
       g_variant_new ("(su)", VITRAIL_DRAWN_SET, 2u));
  run (self, "delete-annotation", NULL);
  g_assert_cmpuint (count (self), ==, 1);
  run (self, "undo", NULL);
  g_assert_cmpuint (count (self), ==, 2);
}

/* Marks as near one another as cells are, each of them counted, on the edge of
 * a counting field too. */
static void
test_near (Fixture *self, gconstpointer data)
{
  static const double places[][2] = { { 100, 100 },
                                      { 104, 100 },
                                      { 102, 103 },
                                      { 200, 200 } };
  run (self, "counting-field", g_variant_new ("(sd)", "square", 0.01));
  use (self, "point");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    drag (self, places[i], places[i]);
  g_assert_cmpuint (count (self), ==, G_N_ELEMENTS (places));
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
test_still_handle (Fixture *self, gconstpointer data)
{
  static const double beside[2] = { 304, 203 };
  static const double to[2] = { 354, 253 };
  use (self, "line");
  drag (self, a, b);
  use (self, "pan");
  g_autoptr (VitrailAnnotationSet) before = ref_drawn (self);
  drag (self, beside, beside);
  g_autoptr (VitrailAnnotationSet) after = ref_drawn (self);
  g_assert_true (after == before);
  g_assert_cmpint (vitrail_viewport_get_draft (self->viewport)->kind, ==,
                   VITRAIL_DRAW_NOTHING);
  drag (self, beside, to);
  check_point (self, 0, 1, 350, 250);
  run (self, "undo", NULL);
  check_point (self, 0, 1, 300, 200);
  run (self, "undo", NULL); /* what was drawn, not the click */
  g_assert_cmpuint (count (self), ==, 0);
}

/* Where no handles are drawn there are none to take. */
static void
test_many_points (Fixture *self, gconstpointer data)
{
  const guint most = VITRAIL_DRAWING_MAX_HANDLES;
  static const double first[2] = { 50, 350 };
  for (guint n = most; n <= most + 1; n++) {
    run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
    g_assert_true (
        vitrail_drawing_press (self->viewport, VITRAIL_DRAW_FREEHAND, first));
    for (guint i = 1; i < n; i++) {
      const double at[2] = { 50 + (i % 2) * 100.0, 350 - i * 1.5 };
      vitrail_drawing_move (self->viewport, at);
    }
    const guint i = n - 1; /* where it already is: no further point */
    const double last[2] = { 50 + (i % 2) * 100.0, 350 - i * 1.5 };
    vitrail_drawing_release (self->viewport, last);
    g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
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
test_turned (Fixture *self, gconstpointer data)
{
  double place[2];
  double pixel[2];
  run (self, "set-magnification", g_variant_new_double (40));
  run (self, "set-rotation", g_variant_new_double (30));
  run (self, "flip-horizontal", NULL);
  for (int i = 0; i < 50; i++) { /* until it is on the screen */
    g_main_context_iteration (NULL, FALSE);
    g_usleep (5000);
  }
  g_assert_true (vitrail_viewport_to_slide (self->viewport, a, place));
  g_assert_true (vitrail_viewport_from_slide (self->viewport, place, pixel));
  g_assert_cmpfloat_with_epsilon (pixel[0], a[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (pixel[1], a[1], 1e-6);
  use (self, "rectangle");
  drag (self, a, b);
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  VitrailShapeSize size;
  vitrail_annotation_set_measure (set, 0, 0.5, 0.5, &size);
  g_assert_cmpfloat_with_epsilon (size.area, 0.05 * 0.025, 1e-6);
}

static void
test_words (Fixture *self, gconstpointer data)
{
  VitrailShape shape;
  use (self, "rectangle");
  drag (self, a, b);
  run (self, "name-annotation", g_variant_new_string ("Margin"));
  run (self, "label-annotation", g_variant_new ("(su)", "Tumor", 0xff8000u));
  g_autoptr (VitrailAnnotationSet) set = ref_drawn (self);
  g_assert_cmpstr (vitrail_annotation_set_get_text (set, 0,
                                                    VITRAIL_ANNOTATION_NAME),
                   ==, "Margin");
  vitrail_annotation_set_get_shape (set, 0, &shape);
  g_assert_cmpuint (shape.rgb, ==, 0xff8000);
  g_assert_cmpstr (vitrail_annotation_set_get_group (set, shape.group)->label,
                   ==, "Tumor");
  run (self, "zoom-to-annotation", NULL);
  g_assert_cmpfloat (vitrail_viewport_get_magnification (self->viewport), >=,
                     20);
}

static void
test_files (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "out.geojson", NULL);
  g_autoptr (GError) error = NULL;
  use (self, "rectangle");
  drag (self, a, b);
  run (self, "export-annotations", g_variant_new_string (path));
  run (self, "import-annotations", g_variant_new_string (path));
  g_assert_cmpuint (vitrail_annotations_get_n_sets (self->annotations), >=, 1);
  g_assert_false (vitrail_session_run (self->session, "import-annotations",
                                       g_variant_new_string ("/no/such"),
                                       &error));
  g_assert_nonnull (vitrail_slide_work_get_error (
      vitrail_viewport_get_work (self->viewport)));
}

/* What was drawn is there when the slide is opened again. */
static void
test_saved (Fixture *self, gconstpointer data)
{
  guint before = count (self);
  use (self, "rectangle");
  run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  drag (self, a, b);
  g_assert_cmpuint (count (self), ==, before + 1);
  teardown (self, data);
  setup (self, data);
  use (self, "rectangle");
  g_assert_cmpuint (count (self), ==, before + 1);
  /* Another program changes the file: ours does not go over it. */
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) other =
      vitrail_annotation_set_new (VITRAIL_DRAWN_SET);
  g_assert_true (vitrail_annotation_store_save (
      store, vitrail_slide_get_id (vitrail_slide_work_get_slide (work)), other,
      NULL, NULL, NULL));
  run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  drag (self, a, b);
  vitrail_slide_work_flush (work);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  teardown (self, data);
  setup (self, data);
  g_autoptr (VitrailAnnotationSet) ours =
      vitrail_annotations_ref_named (self->annotations, "Annotations 2");
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (ours), ==, before + 2);
}

static const char *
get_id (Fixture *self)
{
  return vitrail_slide_get_id (vitrail_slide_work_get_slide (
      vitrail_viewport_get_work (self->viewport)));
}

/* In the store, under this name. */
static guint
count_kept (Fixture *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_store_load (store, get_id (self), name, NULL, NULL,
                                     &error);
  g_assert_no_error (error);
  return vitrail_annotation_set_get_n_shapes (set);
}

static guint
count_files (Fixture *self)
{
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_auto (GStrv) names = vitrail_annotation_store_list (store, get_id (self));
  return g_strv_length (names);
}

static void
draw_rectangle (Fixture *self)
{
  use (self, "rectangle");
  run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  drag (self, a, b);
}

/* Somebody else saves the first set while ours is open: both are kept. */
static void
test_beside (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) theirs =
      vitrail_annotation_set_new (VITRAIL_DRAWN_SET);
  g_assert_true (vitrail_annotation_store_save (store, get_id (self), theirs,
                                                "", NULL, NULL));
  draw_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 0);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 1);
  g_assert_nonnull (
      strstr (vitrail_slide_work_get_error (work), "\"Annotations 2\""));
  draw_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 2);
  g_assert_cmpuint (count_files (self), ==, 2);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  teardown (self, data);
  setup (self, data);
  g_assert_cmpuint (vitrail_annotations_get_n_sets (self->annotations), ==, 2);
  g_assert_cmpuint (count (self), ==, 0);
}

/* What could not be saved is saved once it can be. */
static void
test_again (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations", NULL);
  g_autofree char *in_the_way = g_build_filename (folder, get_id (self), NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  draw_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
  vitrail_slide_work_flush (work);
  g_assert_null (vitrail_slide_work_get_error (work));
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 1);
}

/* A file of the same name stands beside what is there, again and again. */
static void
test_import (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "import.geojson", NULL);
  draw_rectangle (self);
  run (self, "export-annotations", g_variant_new_string (path));
  draw_rectangle (self);
  run (self, "import-annotations", g_variant_new_string (path));
  run (self, "import-annotations", g_variant_new_string (path));
  g_assert_cmpuint (count (self), ==, 2);
  vitrail_slide_work_flush (vitrail_viewport_get_work (self->viewport));
  g_assert_cmpuint (count_files (self), ==, 3);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 2);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 1);
  g_assert_cmpuint (count_kept (self, "Annotations 3"), ==, 1);
}

/* What was undone is not there when the slide is opened again; what cannot be
 * read stays. */
static void
test_undone (Fixture *self, gconstpointer data)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations",
                        get_id (self), NULL);
  g_autofree char *bad = g_build_filename (folder, "Bad.geojson", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (bad, "{", 1, NULL));
  teardown (self, data);
  setup (self, data);
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  draw_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_files (self), ==, 2);
  run (self, "undo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_files (self), ==, 1);
  run (self, "redo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 1);
  run (self, "undo", NULL);
  teardown (self, data);
  setup (self, data);
  g_assert_cmpuint (vitrail_annotations_get_n_sets (self->annotations), ==, 0);
  g_assert_true (g_file_test (bad, G_FILE_TEST_EXISTS));
}

/* Who has changed it meanwhile keeps what was undone here. */
static void
test_undone_elsewhere (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  draw_rectangle (self);
  draw_rectangle (self);
  vitrail_slide_work_flush (work);
  g_autoptr (VitrailAnnotationSet) theirs = ref_drawn (self);
  g_assert_true (vitrail_annotation_store_save (store, get_id (self), theirs,
                                                NULL, NULL, NULL));
  run (self, "undo", NULL);
  run (self, "undo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 2);
}

/* Neither undo nor redo leaves a shape selected, or one half drawn. */
static void
test_undo_selected (Fixture *self, gconstpointer data)
{
  static const double corners[][2] = { { 400, 250 },
                                       { 500, 250 },
                                       { 500, 350 } };
  guint shape;
  draw_rectangle (self);
  draw_rectangle (self);
  g_assert_true (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  run (self, "undo", NULL);
  g_assert_false (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  run (self, "select-annotation",
       g_variant_new ("(su)", VITRAIL_DRAWN_SET, 1u));
  use (self, "polygon");
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    drag (self, corners[i], corners[i]);
  run (self, "redo", NULL);
  g_assert_false (
      vitrail_annotations_get_selected (self->annotations, NULL, &shape));
  run (self, "finish-drawing", NULL);
  g_assert_cmpuint (count (self), ==, 2);
}

static gboolean
has_tissue (gpointer work)
{
  return vitrail_slide_work_get_tissue (work) != NULL;
}

static void
test_tissue (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  run (self, "set-magnification", g_variant_new_double (40));
  run (self, "next-tissue", NULL); /* done once tissue has been found */
  g_assert_true (test_wait_until (has_tissue, work));
  if (vitrail_tissue_get_n_regions (vitrail_slide_work_get_tissue (work)) > 0)
    g_assert_cmpfloat (vitrail_viewport_get_magnification (self->viewport), !=,
                       40);
  run (self, "next-tissue", NULL);
  run (self, "previous-tissue", NULL);
  run (self, "next-unseen", NULL);
}

/* Nobody is sent to bare glass because tissue is not known yet. */
static void
test_unseen (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  VitrailView before;
  VitrailView after;
  run (self, "set-magnification", g_variant_new_double (40));
  vitrail_viewport_get_view (self->viewport, &before);
  g_assert_false (vitrail_slide_work_is_tissue_known (work));
  run (self, "next-unseen", NULL);
  vitrail_viewport_get_view (self->viewport, &after);
  g_assert_cmpfloat (after.pan_x, ==, before.pan_x);
  g_assert_cmpfloat (after.pan_y, ==, before.pan_y);
  g_assert_true (test_wait_until (has_tissue, work));
  vitrail_viewport_get_view (self->viewport, &after);
  g_assert_true (after.pan_x != before.pan_x || after.pan_y != before.pan_y);

  VitrailViewportGeometry g;
  VitrailTissue *tissue = vitrail_slide_work_get_tissue (work);
  double centre[2] = { before.pan_x * WIDTH, before.pan_y * HEIGHT };
  g_assert_true (vitrail_viewport_get_geometry (self->viewport, &g));
  g_assert_true (vitrail_coverage_find_unseen (
      vitrail_slide_work_get_coverage (work), tissue, 40, centre));
  g_assert_cmpfloat_with_epsilon (after.pan_x * g.image_width, centre[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (after.pan_y * g.image_height, centre[1],
                                  1e-6);
}

static void
test_seen (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  const VitrailCoverage *coverage = vitrail_slide_work_get_coverage (work);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 1), ==, 0);
  g_usleep ((gulong) (VITRAIL_COVERAGE_MS + 50) * 1000);
  const guint size[2] = { WIDTH, HEIGHT };
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  vitrail_slide_work_look (work, self->viewport, same, size, 20);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 10), >, 0.95);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 40), ==, 0);
  g_autofree char *json = vitrail_session_to_json (self->session);
  g_assert_nonnull (strstr (json, "\"seen\""));
}

static void
test_field (Fixture *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  double half[2];
  g_assert_false (vitrail_slide_work_get_field_half (work, half));
  run (self, "counting-field", g_variant_new ("(sd)", "square", 0.01));
  g_assert_true (vitrail_slide_work_get_field_half (work, half));
  g_assert_cmpfloat_with_epsilon (half[0], 100, 1e-9);
  /* Moved by its edge. */
  static const double edge[2] = { 200, 200 };
  static const double to[2] = { 230, 210 };
  use (self, "pan");
  drag (self, edge, to);
  const VitrailCountingField *field = vitrail_slide_work_get_field (work);
  g_assert_cmpfloat_with_epsilon (field->x, 330, 1e-6);
  g_assert_cmpfloat_with_epsilon (field->y, 210, 1e-6);
  run (self, "counting-field", g_variant_new ("(sd)", "circle", 0.01));
  g_assert_true (vitrail_slide_work_get_field_half (work, half));
  g_assert_cmpfloat_with_epsilon (half[0], sqrt (10000 / G_PI) / 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (field->x, 330, 1e-6);
  g_assert_false (vitrail_session_run (self->session, "counting-field",
                                       g_variant_new ("(sd)", "star", 1.0),
                                       NULL));
  run (self, "counting-field", g_variant_new ("(sd)", "circle", 0.0));
  g_assert_false (vitrail_slide_work_get_field_half (work, half));
}

/* Each begins without what others have left. */
static void
setup_fresh (Fixture *self, gconstpointer data)
{
  g_autofree char *said =
      test_data_run ("rm -rf %s/vitrail", g_get_user_data_dir ());
  setup (self, data);
}

#define ADD(name, function) \
  g_test_add ("/drawing/" name, Fixture, NULL, setup_fresh, function, teardown)

int
main (int argc, char **argv)
{
  /* Before anybody asks for the user's folders: the first answer stays, and
   * what is in them is deleted here. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("XDG_DATA_HOME", test_data_get_scratch (), TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("tools", test_tools);
  ADD ("polygon", test_polygon);
  ADD ("freehand", test_freehand);
  ADD ("handles", test_handles);
  ADD ("near", test_near);
  ADD ("still-handle", test_still_handle);
  ADD ("many-points", test_many_points);
  ADD ("turned", test_turned);
  ADD ("words", test_words);
  ADD ("files", test_files);
  ADD ("saved", test_saved);
  ADD ("beside", test_beside);
  ADD ("again", test_again);
  ADD ("import", test_import);
  ADD ("undone", test_undone);
  ADD ("undone-elsewhere", test_undone_elsewhere);
  ADD ("undo-selected", test_undo_selected);
  ADD ("tissue", test_tissue);
  ADD ("unseen", test_unseen);
  ADD ("seen", test_seen);
  ADD ("field", test_field);
  return g_test_run ();
}
