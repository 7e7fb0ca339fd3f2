/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances on their way in: how many bytes one may have. */

#include "error.h"
#include "folder/incoming.h"
#include "limits.h"

#include <glib/gstdio.h>

#include <string.h>

/* Nothing beyond the limit is written, and the file goes. */
static void
test_limit (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vitrail-incoming-XXXXXX", NULL);
  VitrailIncoming *file = vitrail_incoming_new (folder, FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_true (vitrail_incoming_write (file, "0123456789", 10, &error));
  g_assert_no_error (error);
  g_autofree char *path = g_strdup (file->path);
  /* As if so many had come before. */
  file->size = VITRAIL_LIMIT_STORED_BYTES - 10;
  file->flushed = file->size;
  g_assert_true (vitrail_incoming_write (file, "0123456789", 10, &error));
  g_assert_no_error (error);
  g_assert_false (vitrail_incoming_write (file, "0", 1, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_assert_cmpuint (file->size, ==, VITRAIL_LIMIT_STORED_BYTES);

  vitrail_incoming_fail (file, error);
  g_assert_cmpint (file->outcome, ==, VITRAIL_OUTCOME_NOT_DICOM);
  g_assert_nonnull (strstr (file->reason, "more than"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  vitrail_incoming_free (file);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/incoming/limit", test_limit);
  return g_test_run ();
}
