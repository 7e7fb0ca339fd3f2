/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GTK's renderer: see renderer.h. */

#include "renderer.h"

#define DEVICES "/dev/dri"

gboolean
vitrail_renderer_has_device (const char *devices)
{
  g_autoptr (GDir) dir = g_dir_open (devices, 0, NULL);
  g_autofree char *nvidia = g_build_filename (devices, "..", "nvidiactl", NULL);
  const char *name;

  if (g_file_test (nvidia, G_FILE_TEST_EXISTS))
    return TRUE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  return FALSE;
}

void
vitrail_renderer_choose (void)
{
  const char *asked = g_getenv ("LIBGL_ALWAYS_SOFTWARE");
  const gboolean is_software = asked != NULL && asked[0] != '\0' &&
                               g_strcmp0 (asked, "0") != 0 &&
                               g_strcmp0 (asked, "false") != 0;

  if (is_software || !vitrail_renderer_has_device (DEVICES))
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}
