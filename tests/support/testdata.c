/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Test data: see testdata.h. */

#include "testdata.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <stdlib.h>
#include <string.h>

static char *scratch;

const char *
test_data_get_folder (void)
{
  static char *folder;

  if (folder != NULL)
    return folder;
  const char *given = g_getenv ("VITRAIL_TEST_DATA");
  const char *source = g_getenv ("VITRAIL_SOURCE");
  if (given != NULL)
    folder = g_strdup (given);
  else if (source != NULL)
    folder = g_build_filename (source, "..", "shared", "data", NULL);
  if (folder == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_clear_pointer (&folder, g_free);
    g_test_message ("no folder of real files: set VITRAIL_TEST_DATA; "
                    "about 1700 files skipped");
  }
  return folder;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
test_data_list_files (const char *folder)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (folders, g_strdup (folder));
  for (guint i = 0; i < folders->len; i++) {
    const char *current = g_ptr_array_index (folders, i);
    g_autoptr (GDir) dir = g_dir_open (current, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *path = g_build_filename (current, name, NULL);
      gboolean is_dir = g_file_test (path, G_FILE_TEST_IS_DIR);
      g_ptr_array_add (is_dir ? folders : files, g_steal_pointer (&path));
    }
  }
  g_ptr_array_sort (files, compare_paths);
  return g_steal_pointer (&files);
}

static void
remove_scratch (void)
{
  g_autofree char *quoted = g_shell_quote (scratch);
  g_autofree char *command = g_strdup_printf ("rm -rf %s", quoted);
  if (system (command) != 0) /* NOLINT(cert-env33-c) */
    g_printerr ("%s: not removed\n", scratch);
  g_free (scratch);
}

const char *
test_data_get_scratch (void)
{
  if (scratch == NULL) {
    scratch = g_dir_make_tmp ("vitrail-test-XXXXXX", NULL);
    g_assert_nonnull (scratch);
    atexit (remove_scratch);
  }
  return scratch;
}

static char *
run_argv (const char *const *argv)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                &out, &err, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", argv[0], error->message, err);
  return g_steal_pointer (&out);
}

char *
test_data_run (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *command = g_strdup_vprintf (format, args);
  va_end (args);

  const char *argv[] = { "sh", "-c", command, NULL };
  return run_argv (argv);
}

char *
test_data_python (const char *program)
{
  g_autoptr (GString) text = g_string_new (program);
  g_string_replace (text, "{dir}", test_data_get_scratch (), 0);

  const char *argv[] = { "/usr/bin/python3", "-c", text->str, NULL };
  return run_argv (argv);
}
