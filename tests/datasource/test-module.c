/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loading modules by name: the sample beside this program, what is missing, and
 * what is no module. */

#include "error.h"
#include "module.h"
#include "testdata.h"

#include <glib/gstdio.h>

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vitrail_module_load ("sample", &error));
  g_assert_no_error (error);
  g_assert_true (vitrail_module_load ("sample", &error));
  int (*answer) (void) = (int (*) (void)) vitrail_module_find_symbol (
      "sample", "vitrail_sample_answer", &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer (), ==, 42);

  g_assert_null (vitrail_module_find_symbol ("sample", "no_such", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_true (
      g_str_has_suffix (error->message, "libvitrail-sample.so: no no_such"));
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("libvitrail-nothing.so: not in %s",
                                           g_getenv ("VITRAIL_MODULE_PATH"));

  g_assert_false (vitrail_module_load ("nothing", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, text);
}

static void
test_no_module (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "libvitrail-text.so", NULL);

  g_assert_true (g_file_set_contents (path, "no library", -1, NULL));
  g_assert_false (vitrail_module_load ("text", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The build folder has the sample one folder down, among the tests. */
  g_autofree char *folders =
      g_strjoin (":", "/nowhere", test_data_get_scratch (),
                 g_getenv ("VITRAIL_BUILD"), NULL);
  g_setenv ("VITRAIL_MODULE_PATH", folders, TRUE);
  g_test_add_func ("/module/load", test_load);
  g_test_add_func ("/module/missing", test_missing);
  g_test_add_func ("/module/no-module", test_no_module);
  return g_test_run ();
}
