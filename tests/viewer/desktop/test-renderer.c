/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which renderer draws the window. */

#include "renderer.h"
#include "testdata.h"

#include <glib/gstdio.h>

static void
test_devices (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "dev", "dri", NULL);
  g_autofree char *card = g_build_filename (folder, "card0", NULL);
  g_autofree char *node = g_build_filename (folder, "renderD128", NULL);
  g_autofree char *nvidia =
      g_build_filename (test_data_get_scratch (), "dev", "nvidiactl", NULL);

  g_assert_false (vitrail_renderer_has_device (folder));
  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  /* A screen alone draws nothing. */
  g_assert_true (g_file_set_contents (card, "", 0, NULL));
  g_assert_false (vitrail_renderer_has_device (folder));
  g_assert_true (g_file_set_contents (node, "", 0, NULL));
  g_assert_true (vitrail_renderer_has_device (folder));
  g_unlink (node);
  g_assert_true (g_file_set_contents (nvidia, "", 0, NULL));
  g_assert_true (vitrail_renderer_has_device (folder));
}

static void
test_choice (void)
{
  g_unsetenv ("GSK_RENDERER");
  g_setenv ("LIBGL_ALWAYS_SOFTWARE", "1", TRUE);
  vitrail_renderer_choose ();
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "cairo");
  g_setenv ("GSK_RENDERER", "gl", TRUE);
  vitrail_renderer_choose ();
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "gl");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/renderer/devices", test_devices);
  g_test_add_func ("/renderer/choice", test_choice);
  return g_test_run ();
}
