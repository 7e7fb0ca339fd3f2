/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Displays are found by what their files say, and stay. */

#include "pixel/display.h"
#include "testdata.h"

#include <string.h>

static const char *
write_file (const char *name, const char *text)
{
  static GPtrArray *paths;
  char *path = g_build_filename (test_data_get_scratch (), name, NULL);

  if (paths == NULL)
    paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (paths, path);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static const VitrailDisplay *
find (const char *calibration, const char *profile, gboolean black_point)
{
  const VitrailDisplayFiles files = { calibration, profile, black_point };
  g_autoptr (GError) error = NULL;
  const VitrailDisplay *display = NULL;

  vitrail_display_find (&files, &display, &error);
  g_assert_no_error (error);
  return display;
}

static void
test_same (void)
{
  g_autofree char *profile =
      g_test_build_filename (G_TEST_DIST, "elements", "profiles", "srgb-4.icc",
                             NULL);
  const char *a = write_file ("a.lut", "max 255\n0 1\n255 100\n");
  const char *b = write_file ("b.lut", "max 255\n0 1\n255 100\n");
  const char *c = write_file ("c.lut", "max 255\n0 1\n255 200\n");
  const VitrailDisplay *first = find (a, NULL, FALSE);

  g_assert_null (find (NULL, NULL, FALSE));
  g_assert_null (find ("", "", FALSE));
  g_assert_nonnull (first->calibration);
  g_assert_null (first->profile);
  g_assert_true (find (a, "", FALSE) == first);
  g_assert_true (find (b, NULL, FALSE) == first);
  g_assert_true (find (c, NULL, FALSE) != first);
  g_assert_true (find (a, "none", FALSE)->keeps_colors);
  g_assert_true (find (NULL, NULL, TRUE)->black_point);
  const VitrailDisplay *colour = find (a, profile, FALSE);
  g_assert_nonnull (colour->profile);
  g_assert_true (find (a, profile, FALSE) == colour);
  g_assert_true (find (NULL, profile, FALSE) != colour);
  /* The file was measured anew. */
  write_file ("a.lut", "max 255\n0 1\n255 300\n");
  g_assert_true (find (a, NULL, FALSE) != first);
  g_assert_cmpfloat (first->calibration->luminance[255], ==, 100);
}

static void
expect_error (const char *calibration, const char *profile, const char *message)
{
  const VitrailDisplayFiles files = { calibration, profile, FALSE };
  const VitrailDisplay *display = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_display_find (&files, &display, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, message) == NULL)
    g_error ("%s", error->message);
}

static void
test_errors (void)
{
  const char *bad = write_file ("bad.lut", "max 255\nlum 2000\n");

  expect_error (bad, NULL, "bad.lut: line 2: illumination");
  expect_error (NULL, bad, "bad.lut: ICC profile: cannot be read");
  expect_error ("/nowhere/a.lut", NULL, "/nowhere/a.lut");
  expect_error (NULL, "/nowhere/a.icc", "/nowhere/a.icc");
  expect_error (test_data_get_scratch (), NULL, test_data_get_scratch ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/display/same", test_same);
  g_test_add_func ("/display/errors", test_errors);
  return g_test_run ();
}
