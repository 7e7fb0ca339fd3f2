/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Spatial Registration objects: their matrices, ways through several of them,
 * and what they must not be. */

#include "dicom/builder.h"
#include "error.h"
#include "registration/registration.h"
#include "testdata.h"
#include "volume/volume.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

#define TAG_SOP_CLASS_UID         VITRAIL_TAG (0x0008, 0x0016)
#define TAG_FRAME_OF_REFERENCE    VITRAIL_TAG (0x0020, 0x0052)
#define TAG_MATRIX                VITRAIL_TAG (0x3006, 0x00c6)
#define TAG_REGISTRATION_SEQUENCE VITRAIL_TAG (0x0070, 0x0308)
#define TAG_MATRIX_REGISTRATION   VITRAIL_TAG (0x0070, 0x0309)
#define TAG_MATRIX_SEQUENCE       VITRAIL_TAG (0x0070, 0x030a)
#define TAG_MATRIX_TYPE           VITRAIL_TAG (0x0070, 0x030c)

#define REGISTRATION "1.2.840.10008.5.1.4.1.1.66.1"
#define DEFORMABLE   "1.2.840.10008.5.1.4.1.1.66.3"
#define IDENTITY     "1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1"

/* A data set with one more sequence of one item. */
static VitrailDataSet *
wrap (VitrailDataSetBuilder *builder, VitrailTag tag, VitrailDataSet *item)
{
  vitrail_data_set_builder_set_items (builder, tag, &item, 1);
  vitrail_data_set_unref (item);
  return vitrail_data_set_builder_end (builder);
}

/* One matrix from "2" to "1". */
static VitrailDataSet *
make (const char *sop_class, const char *kind, const char *matrix)
{
  VitrailDataSetBuilder *step = vitrail_data_set_builder_new ();
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  VitrailDataSetBuilder *all = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (step, TAG_MATRIX_TYPE, kind);
  vitrail_data_set_builder_set_string (step, TAG_MATRIX, matrix);
  VitrailDataSet *matrices =
      wrap (vitrail_data_set_builder_new (), TAG_MATRIX_SEQUENCE,
            vitrail_data_set_builder_end (step));
  vitrail_data_set_builder_set_string (item, TAG_FRAME_OF_REFERENCE, "2");
  vitrail_data_set_builder_set_string (all, TAG_SOP_CLASS_UID, sop_class);
  vitrail_data_set_builder_set_string (all, TAG_FRAME_OF_REFERENCE, "1");
  return wrap (all, TAG_REGISTRATION_SEQUENCE,
               wrap (item, TAG_MATRIX_REGISTRATION, matrices));
}

static void
test_kinds (void)
{
  static const struct {
    const char *kind;
    const char *matrix;
    const char *reason; /* or NULL: it is read */
  } cases[] = {
    { "RIGID", IDENTITY, NULL },
    { "RIGID", "0\\-1\\0\\5\\1\\0\\0\\6\\0\\0\\1\\7\\0\\0\\0\\1", NULL },
    { "RIGID", "2\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1", "type" },
    { "RIGID", "-1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1", "type" },
    { "RIGID", "1\\0.5\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1", "type" },
    { "RIGID_SCALE", "0\\-1\\0\\5\\3\\0\\0\\6\\0\\0\\2\\7\\0\\0\\0\\1", NULL },
    { "RIGID_SCALE", "1\\0.5\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1",
      "type" },
    { "AFFINE", "1\\0.5\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1", NULL },
    { "AFFINE", "1\\1\\0\\0\\1\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1", "inverted" },
    { "AFFINE", "1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\1\\1", "inverted" },
    { "AFFINE", "1\\0\\0\\1e999\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1",
      "inverted" },
    { "AFFINE", "nan\\0\\0\\1\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1",
      "inverted" },
    { "AFFINE", "1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0", "inverted" },
    { "AFFINE", IDENTITY "\\0", "inverted" },
    { "AFFINE", "", "inverted" },
    { "BENT", IDENTITY, "none of RIGID" },
    { "", IDENTITY, "none of RIGID" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (VitrailDataSet) data_set =
        make (REGISTRATION, cases[i].kind, cases[i].matrix);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) list =
        vitrail_registrations_read (data_set, "file.dcm", &error);
    g_test_message ("%u %s", i, error != NULL ? error->message : "");
    if (cases[i].reason == NULL) {
      g_assert_no_error (error);
      g_assert_cmpuint (list->len, ==, 1);
      const VitrailRegistration *one = g_ptr_array_index (list, 0);
      g_assert_cmpstr (vitrail_registration_kind_to_text (one->kind), ==,
                       cases[i].kind);
      continue;
    }
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
    g_assert_true (g_str_has_prefix (error->message, "file.dcm: "));
    g_assert_nonnull (strstr (error->message, cases[i].reason));
  }
}

static void
test_objects (void)
{
  g_autoptr (VitrailDataSet) deformable = make (DEFORMABLE, "RIGID", IDENTITY);
  g_autoptr (VitrailDataSet) ct =
      make ("1.2.840.10008.5.1.4.1.1.2", "RIGID", IDENTITY);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_registrations_read (deformable, "f", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (vitrail_registrations_read (ct, "f", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (vitrail_registrations_read (NULL, "f", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
  g_clear_error (&error);
  vitrail_data_set_builder_set_string (builder, TAG_SOP_CLASS_UID,
                                       REGISTRATION);
  g_autoptr (VitrailDataSet) empty = vitrail_data_set_builder_end (builder);
  g_assert_null (vitrail_registrations_read (empty, "f", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "(0020,0052)"));
}

static VitrailRegistration *
make_step (const char *from, const char *to, double turn, double shift)
{
  VitrailRegistration *self = g_new0 (VitrailRegistration, 1);

  self->from = g_strdup (from);
  self->to = g_strdup (to);
  for (guint i = 0; i < 16; i++)
    self->matrix[i] = i % 5 == 0;
  self->matrix[0] = self->matrix[5] = cos (turn);
  self->matrix[1] = -sin (turn);
  self->matrix[4] = sin (turn);
  self->matrix[3] = shift;
  return self;
}

static void
free_cb (gpointer data)
{
  vitrail_registration_free (data);
}

/* There and back again, through others. */
static void
test_ways (void)
{
  static const char *const names[] = { "a", "b", "c", "d" };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_cb);
  double there[16];
  double back[16];

  g_ptr_array_add (list, make_step ("a", "b", 0.5, 10));
  g_ptr_array_add (list, make_step ("c", "b", 1.1, -3));
  g_ptr_array_add (list, make_step ("d", "c", -0.7, 8));
  g_ptr_array_add (list, make_step ("x", "y", 0, 0));
  for (guint i = 0; i < 4; i++)
    for (guint k = 0; k < 4; k++) {
      g_assert_true (
          vitrail_registrations_find (list, names[i], names[k], there, NULL));
      g_assert_true (
          vitrail_registrations_find (list, names[k], names[i], back, NULL));
      vitrail_matrix_multiply (there, back, back);
      for (guint n = 0; n < 16; n++)
        g_assert_cmpfloat_with_epsilon (back[n], n % 5 == 0, 1e-9);
    }
  /* From a to c: to b, and the other way from b to c. */
  const double point[3] = { 0, 0, 0 };
  double at[3];
  g_assert_true (vitrail_registrations_find (list, "a", "c", there, NULL));
  vitrail_matrix_map (there, point, at);
  g_assert_cmpfloat_with_epsilon (at[0], 13 * cos (1.1), 1e-9);
  g_assert_cmpfloat_with_epsilon (at[1], -13 * sin (1.1), 1e-9);
}

static void
test_no_way (void)
{
  static const char *const pairs[][2] = {
    { "a", "x" }, { "", "" }, { "a", "" }, { "", "a" }, { "p", "q" },
  };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_cb);
  double matrix[16];

  g_ptr_array_add (list, make_step ("a", "b", 0.5, 10));
  g_ptr_array_add (list, make_step ("x", "y", 0, 0));
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (vitrail_registrations_find (list, pairs[i][0], pairs[i][1],
                                                matrix, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  }
  g_assert_true (vitrail_registrations_find (NULL, "p", "p", matrix, NULL));
  g_assert_false (vitrail_registrations_find (NULL, "p", "q", matrix, NULL));
}

static void
test_text (void)
{
  double matrix[16];

  g_assert_true (vitrail_registration_matrix_from_text (IDENTITY, matrix));
  g_assert_true (vitrail_registration_matrix_from_text (
      " 1,0,0,2.5 0 1 0 0\n0 0 1 0\t0 0 0 1 ", matrix));
  g_assert_cmpfloat (matrix[3], ==, 2.5);
  g_assert_false (vitrail_registration_matrix_from_text ("", matrix));
  g_assert_false (vitrail_registration_matrix_from_text ("1 2 3", matrix));
  g_assert_false (
      vitrail_registration_matrix_from_text (IDENTITY " 5", matrix));
  g_assert_false (vitrail_registration_matrix_from_text (
      "1 0 0 inf 0 1 0 0 0 0 1 0 0 0 0 1", matrix));
}

/* Files of pydicom's; a folder with others beside them. */
static void
test_files (void)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "elements", "fusiondata.py", NULL);
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "registrations", NULL);
  g_autofree char *bad = g_build_filename (folder, "deformable.dcm", NULL);
  g_autofree char *one = g_build_filename (folder, "one.dcm", NULL);
  g_autofree char *two = g_build_filename (folder, "two.dcm", NULL);
  g_autoptr (GError) error = NULL;
  double a[16];
  double b[16];

  g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script, folder));
  g_autoptr (GPtrArray) first = vitrail_registrations_load (one, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) second = vitrail_registrations_load (two, &error);
  g_assert_no_error (error);
  g_assert_true (
      vitrail_registrations_find (first, "1.2.9.2", "1.2.9.1", a, NULL));
  g_assert_true (
      vitrail_registrations_find (second, "1.2.9.2", "1.2.9.1", b, NULL));
  for (guint i = 0; i < 16; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-8);
  g_assert_null (vitrail_registrations_load (folder, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (bad), ==, 0);
  g_autoptr (GPtrArray) all = vitrail_registrations_load (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registration/kinds", test_kinds);
  g_test_add_func ("/registration/objects", test_objects);
  g_test_add_func ("/registration/ways", test_ways);
  g_test_add_func ("/registration/no-way", test_no_way);
  g_test_add_func ("/registration/text", test_text);
  g_test_add_func ("/registration/files", test_files);
  return g_test_run ();
}
