/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was drawn on a slide is kept by itself, beside what others keep; files
 * that are imported and exported. */

#include "annotation/geojson.h"
#include "annotation/store.h"
#include "annotationfiles.h"
#include "drawingtest.h"
#include "testarchive.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>

static gboolean
is_there (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

typedef struct {
  VitrailAnnotations *annotations;
  guint n;
} Sets;

static gboolean
has_sets (gpointer data)
{
  const Sets *self = data;
  return vitrail_annotations_get_n_sets (self->annotations) == self->n;
}

static void
wait_for_sets (TestDrawing *self, guint n)
{
  Sets sets = { self->annotations, n };
  g_assert_true (test_wait_until (has_sets, &sets));
}

static gboolean
has_error (gpointer work)
{
  return vitrail_slide_work_get_error (work) != NULL;
}

static gboolean
is_without_error (gpointer work)
{
  return !has_error (work);
}

static void
test_files (TestDrawing *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "out.geojson", NULL);
  g_autoptr (GError) error = NULL;
  test_drawing_use (self, "rectangle");
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  test_drawing_run (self, "export-annotations", g_variant_new_string (path));
  g_assert_true (test_wait_until (is_there, path));
  test_drawing_run (self, "import-annotations", g_variant_new_string (path));
  wait_for_sets (self, 2);
  g_assert_false (vitrail_session_run (self->session, "import-annotations",
                                       g_variant_new_string ("/no/such"),
                                       &error));
  g_assert_nonnull (vitrail_slide_work_get_error (
      vitrail_viewport_get_work (self->viewport)));
}

/* What was drawn is there when the slide is opened again. */
static void
test_saved (TestDrawing *self, gconstpointer data)
{
  guint before = test_drawing_count (self);
  test_drawing_use (self, "rectangle");
  test_drawing_run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  g_assert_cmpuint (test_drawing_count (self), ==, before + 1);
  test_drawing_teardown (self, data);
  test_drawing_setup (self, data);
  test_drawing_use (self, "rectangle");
  g_assert_cmpuint (test_drawing_count (self), ==, before + 1);
  /* Another program changes the file: ours does not go over it. */
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) other =
      vitrail_annotation_set_new (VITRAIL_DRAWN_SET);
  g_assert_true (vitrail_annotation_store_save (
      store, vitrail_slide_get_id (vitrail_slide_work_get_slide (work)), other,
      NULL, NULL, NULL));
  test_drawing_run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
  vitrail_slide_work_flush (work);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  test_drawing_teardown (self, data);
  test_drawing_setup (self, data);
  g_autoptr (VitrailAnnotationSet) ours =
      vitrail_annotations_ref_named (self->annotations, "Annotations 2");
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (ours), ==, before + 2);
}

static const char *
get_id (TestDrawing *self)
{
  return vitrail_slide_get_id (vitrail_slide_work_get_slide (
      vitrail_viewport_get_work (self->viewport)));
}

/* In the store, under this name. */
static guint
count_kept (TestDrawing *self, const char *name)
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
count_files (TestDrawing *self)
{
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_auto (GStrv) names = vitrail_annotation_store_list (store, get_id (self));
  return g_strv_length (names);
}

/* Somebody else saves the first set while ours is open: both are kept. */
static void
test_beside (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) theirs =
      vitrail_annotation_set_new (VITRAIL_DRAWN_SET);
  g_assert_true (vitrail_annotation_store_save (store, get_id (self), theirs,
                                                "", NULL, NULL));
  test_drawing_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 0);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 1);
  g_assert_nonnull (
      strstr (vitrail_slide_work_get_error (work), "\"Annotations 2\""));
  test_drawing_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 2);
  g_assert_cmpuint (count_files (self), ==, 2);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  test_drawing_teardown (self, data);
  test_drawing_setup (self, data);
  g_assert_cmpuint (vitrail_annotations_get_n_sets (self->annotations), ==, 2);
  g_assert_cmpuint (test_drawing_count (self), ==, 0);
}

/* What could not be saved is saved once it can be. */
static void
test_again (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations", NULL);
  g_autofree char *in_the_way = g_build_filename (folder, get_id (self), NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  test_drawing_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_nonnull (vitrail_slide_work_get_error (work));
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
  vitrail_slide_work_flush (work);
  g_assert_null (vitrail_slide_work_get_error (work));
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 1);
}

/* The same without anybody asking, and without waiting here. */
static void
test_retry (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations", NULL);
  g_autofree char *in_the_way = g_build_filename (folder, get_id (self), NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  test_drawing_rectangle (self);
  vitrail_slide_work_save (work);
  g_assert_true (test_wait_until (has_error, work));
  g_assert_cmpint (g_unlink (in_the_way), ==, 0);
  g_assert_true (test_wait_until (is_without_error, work));
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 1);
}

static gboolean
is_gone (gpointer place)
{
  return *(gpointer *) place == NULL;
}

/* Whoever leaves the slide does not wait until it is saved; who comes back
 * finds what was drawn, saved or not. */
static void
test_left (TestDrawing *self, gconstpointer data)
{
  gpointer work = vitrail_viewport_get_work (self->viewport);
  g_autofree char *slide = g_strdup (get_id (self));
  test_drawing_rectangle (self);
  g_object_add_weak_pointer (work, &work);
  vitrail_viewport_show (self->viewport, NULL, NULL);
  g_assert_nonnull (work); /* while it is being saved */
  g_assert_true (test_wait_until (is_gone, &work));
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_store_load (store, slide, VITRAIL_DRAWN_SET, NULL,
                                     NULL, NULL);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), ==, 1);
}

/* A file of the same name stands beside what is there, again and again. */
static void
test_import (TestDrawing *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "import.geojson", NULL);
  test_drawing_rectangle (self);
  test_drawing_run (self, "export-annotations", g_variant_new_string (path));
  g_assert_true (test_wait_until (is_there, path));
  test_drawing_rectangle (self);
  test_drawing_run (self, "import-annotations", g_variant_new_string (path));
  test_drawing_run (self, "import-annotations", g_variant_new_string (path));
  wait_for_sets (self, 3);
  g_assert_cmpuint (test_drawing_count (self), ==, 2);
  vitrail_slide_work_flush (vitrail_viewport_get_work (self->viewport));
  g_assert_cmpuint (count_files (self), ==, 3);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 2);
  g_assert_cmpuint (count_kept (self, "Annotations 2"), ==, 1);
  g_assert_cmpuint (count_kept (self, "Annotations 3"), ==, 1);
}

/* A set each, under its name; what is no GeoJSON says so. */
static void
test_export_all (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "all", NULL);
  g_autofree char *one = g_build_filename (folder, "Annotations.geojson", NULL);
  g_autofree char *two =
      g_build_filename (folder, "Annotations 2.geojson", NULL);
  g_autofree char *bad = g_build_filename (folder, "bad", NULL);
  test_drawing_rectangle (self);
  g_assert_false (vitrail_session_run (self->session, "export-all-annotations",
                                       g_variant_new_string (folder), NULL));
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  test_drawing_run (self, "export-all-annotations",
                    g_variant_new_string (folder));
  g_assert_true (test_wait_until (is_there, one));
  test_drawing_run (self, "import-annotations", g_variant_new_string (one));
  wait_for_sets (self, 2);
  test_drawing_run (self, "export-all-annotations",
                    g_variant_new_string (folder));
  g_assert_true (test_wait_until (is_there, two));
  vitrail_slide_work_set_error (work, NULL);
  g_assert_true (g_file_set_contents (bad, "{", 1, NULL));
  test_drawing_run (self, "import-annotations", g_variant_new_string (bad));
  g_assert_true (test_wait_until (has_error, work));
}

/* A set that takes a while to write. */
static VitrailAnnotationSet *
make_large (void)
{
  GString *text = g_string_new ("{\"type\":\"FeatureCollection\","
                                "\"features\":[");
  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (
        text,
        "%s{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\","
        "\"coordinates\":[%u,%u]},\"properties\":{}}",
        i > 0 ? "," : "", i % 600, i % 400);
  g_string_append (text, "]}");
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "large.geojson", NULL);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_string_free (text, TRUE);
  VitrailAnnotationSet *set = vitrail_geojson_load (path, NULL, NULL);
  g_assert_nonnull (set);
  return set;
}

/* Whoever closes the window at once has the file all the same. */
static void
test_closing_waits (TestDrawing *self, gconstpointer data)
{
  g_autoptr (VitrailAnnotationSet) set = make_large ();
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "closing.geojson", NULL);
  g_autoptr (GError) error = NULL;
  vitrail_annotation_export (vitrail_viewport_get_work (self->viewport), set,
                             path);
  vitrail_session_close (self->session);
  g_autoptr (VitrailAnnotationSet) found =
      vitrail_geojson_load (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (found), ==, 100000);
}

/* What was undone is not there when the slide is opened again; what cannot be
 * read stays. */
static void
test_undone (TestDrawing *self, gconstpointer data)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_data_dir (), "vitrail", "annotations",
                        get_id (self), NULL);
  g_autofree char *bad = g_build_filename (folder, "Bad.geojson", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (bad, "{", 1, NULL));
  test_drawing_teardown (self, data);
  test_drawing_setup (self, data);
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  test_drawing_rectangle (self);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_files (self), ==, 2);
  test_drawing_run (self, "undo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_files (self), ==, 1);
  test_drawing_run (self, "redo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 1);
  test_drawing_run (self, "undo", NULL);
  test_drawing_teardown (self, data);
  test_drawing_setup (self, data);
  g_assert_cmpuint (vitrail_annotations_get_n_sets (self->annotations), ==, 0);
  g_assert_true (g_file_test (bad, G_FILE_TEST_EXISTS));
}

/* Who has changed it meanwhile keeps what was undone here. */
static void
test_undone_elsewhere (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  g_autoptr (VitrailAnnotationStore) store =
      vitrail_annotation_store_new (NULL);
  test_drawing_rectangle (self);
  test_drawing_rectangle (self);
  vitrail_slide_work_flush (work);
  g_autoptr (VitrailAnnotationSet) theirs = test_drawing_ref (self);
  g_assert_true (vitrail_annotation_store_save (store, get_id (self), theirs,
                                                NULL, NULL, NULL));
  test_drawing_run (self, "undo", NULL);
  test_drawing_run (self, "undo", NULL);
  vitrail_slide_work_flush (work);
  g_assert_cmpuint (count_kept (self, VITRAIL_DRAWN_SET), ==, 2);
}

#define ADD(name, function) \
  TEST_DRAWING_ADD ("/annotationkeeper/" name, function)

int
main (int argc, char **argv)
{
  test_drawing_init (&argc, &argv);
  ADD ("files", test_files);
  ADD ("saved", test_saved);
  ADD ("beside", test_beside);
  ADD ("again", test_again);
  ADD ("retry", test_retry);
  ADD ("left", test_left);
  ADD ("import", test_import);
  ADD ("export-all", test_export_all);
  ADD ("closing-waits", test_closing_waits);
  ADD ("undone", test_undone);
  ADD ("undone-elsewhere", test_undone_elsewhere);
  return g_test_run ();
}
