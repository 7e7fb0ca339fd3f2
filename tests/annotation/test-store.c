/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets in files: saved, found, replaced only by who knows them. */

#include "annotation/store.h"
#include "error.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

static VitrailAnnotationStore *
make_store (const char *name)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), name, NULL);
  return vitrail_annotation_store_new (folder);
}

static VitrailAnnotationSet *
make_set (const char *name, double x)
{
  const double xy[] = { x, 2 };
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new (name);
  return vitrail_annotation_set_with_shape (empty, VITRAIL_SHAPE_POINTS, 0, xy,
                                            2, NULL);
}

static void
test_round (void)
{
  g_autoptr (VitrailAnnotationStore) store = make_store ("round");
  g_autoptr (VitrailAnnotationSet) set = make_set ("Tumour (2) é", 1);
  g_autoptr (VitrailAnnotationSet) other = make_set ("A", 5);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *loaded = NULL;
  g_autoptr (GError) error = NULL;
  double x;
  double y;

  g_auto (GStrv) none = vitrail_annotation_store_list (store, "1.2.3");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  vitrail_annotation_store_save (store, "1.2.3", set, NULL, &first, &error);
  g_assert_no_error (error);
  vitrail_annotation_store_save (store, "1.2.3", other, NULL, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) names = vitrail_annotation_store_list (store, "1.2.3");
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "A");
  g_assert_cmpstr (names[1], ==, "Tumour (2) é");
  g_autoptr (VitrailAnnotationSet) again =
      vitrail_annotation_store_load (store, "1.2.3", "Tumour (2) é", &loaded,
                                     NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (loaded, ==, first);
  vitrail_annotation_set_get_point (again, 0, 0, 0, &x, &y);
  g_assert_cmpfloat (x, ==, 1);
  g_assert_cmpstr (vitrail_annotation_set_get_name (again), ==, "Tumour (2) é");
  vitrail_annotation_store_save (store, "1.2.3", set, first, &second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
}

/* Who does not know what is there does not replace it. */
static void
test_conflicts (void)
{
  g_autoptr (VitrailAnnotationStore) store = make_store ("conflicts");
  g_autoptr (VitrailAnnotationSet) set = make_set ("A", 1);
  const char *const place[2] = { "s", "A" };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;
  gboolean conflict;

  vitrail_annotation_store_save (store, "s", set, NULL, &first, &error);
  vitrail_annotation_store_save (store, "s", set, first, &second, &error);
  g_assert_no_error (error);
  g_assert_false (
      vitrail_annotation_store_save (store, "s", set, first, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (
      vitrail_annotation_store_delete (store, place, first, &conflict, &error));
  g_assert_true (conflict);
  g_clear_error (&error);
  g_assert_true (vitrail_annotation_store_delete (store, place, second,
                                                  &conflict, &error));
  g_assert_false (
      vitrail_annotation_store_delete (store, place, NULL, &conflict, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_false (conflict);
}

/* A new set goes over none that somebody else has made meanwhile. */
static void
test_new (void)
{
  g_autoptr (VitrailAnnotationStore) store = make_store ("new");
  g_autoptr (VitrailAnnotationSet) set = make_set ("A", 1);
  g_autofree char *first = NULL;
  g_autofree char *there = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vitrail_annotation_store_save (store, "s", set, "", &first, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, "");
  g_assert_false (
      vitrail_annotation_store_save (store, "s", set, "", NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_autoptr (VitrailAnnotationSet) again =
      vitrail_annotation_store_load (store, "s", "A", &there, NULL, NULL);
  g_assert_cmpstr (there, ==, first);
}

static void
test_numbers (void)
{
  g_autofree char *fill = g_strnfill (96, 'a');
  g_autofree char *long_name = g_strconcat (fill, "éé", NULL);
  g_autofree char *expected = g_strconcat (fill, "é 2", NULL);
  g_autofree char *shorter = g_strconcat (fill, " 10", NULL);
  g_autofree char *plain = vitrail_annotation_name_number ("Tumour", 3);
  g_autofree char *cut = vitrail_annotation_name_number (long_name, 2);
  g_autofree char *cut_within = vitrail_annotation_name_number (long_name, 10);

  g_assert_cmpstr (plain, ==, "Tumour 3");
  g_assert_cmpstr (cut, ==, expected);
  g_assert_cmpstr (cut_within, ==, shorter);
  g_assert_true (vitrail_annotation_name_is_valid (cut));
  g_assert_true (vitrail_annotation_name_is_valid (cut_within));
}

static void
test_names (void)
{
  static const char *const bad[] = {
    "", ".", "..", ".hidden", "../x", "a/b", "a\\b", "a\nb", " a", "a ", "\xff",
  };
  g_autoptr (VitrailAnnotationStore) store = make_store ("names");
  g_autofree char *longest = g_strnfill (100, 'a');
  g_autofree char *longer = g_strnfill (101, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (VitrailAnnotationSet) set = make_set (bad[i], 1);
    g_autoptr (GError) error = NULL;
    g_assert_false (vitrail_annotation_name_is_valid (bad[i]));
    g_assert_false (
        vitrail_annotation_store_save (store, "s", set, NULL, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  }
  g_assert_true (vitrail_annotation_name_is_valid (longest));
  g_assert_false (vitrail_annotation_name_is_valid (longer));
  static const char *const slides[] = { "", "..", "../s", "a/b", ".s" };
  for (guint i = 0; i < G_N_ELEMENTS (slides); i++) {
    g_autoptr (VitrailAnnotationSet) set = make_set ("A", 1);
    g_autoptr (GError) error = NULL;
    g_assert_false (vitrail_annotation_store_save (store, slides[i], set, NULL,
                                                   NULL, &error));
    g_auto (GStrv) none = vitrail_annotation_store_list (store, slides[i]);
    g_assert_cmpuint (g_strv_length (none), ==, 0);
  }
}

/* Nothing but the set is left behind, for nobody else to read. */
static void
test_files (void)
{
  g_autoptr (VitrailAnnotationStore) store = make_store ("files");
  g_autoptr (VitrailAnnotationSet) set = make_set ("A", 1);
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "files", "s", NULL);
  struct stat state;

  vitrail_annotation_store_save (store, "s", set, NULL, NULL, NULL);
  vitrail_annotation_store_save (store, "s", set, NULL, NULL, NULL);
  g_autofree char *listing = test_data_run ("ls -A '%s'", folder);
  g_assert_cmpstr (listing, ==, "A.geojson\n");
  g_assert_cmpint (stat (folder, &state), ==, 0);
  g_assert_cmpuint (state.st_mode & 0777, ==, 0700);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/round", test_round);
  g_test_add_func ("/store/conflicts", test_conflicts);
  g_test_add_func ("/store/new", test_new);
  g_test_add_func ("/store/numbers", test_numbers);
  g_test_add_func ("/store/names", test_names);
  g_test_add_func ("/store/files", test_files);
  return g_test_run ();
}
