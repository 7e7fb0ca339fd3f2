/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail view: see desktop.h. */

#include "desktop.h"

#include "application.h"

#include <gst/gst.h>

/* FALSE for wrong usage, which has been told; --help ends the program. */
static gboolean
parse_options (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[PATH…]");
  g_autoptr (GError) error = NULL;
  g_option_context_set_summary (
      context, "Opens files or folders with DICOM images or slides in the "
               "desktop viewer.");
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  g_printerr ("vitrail: %s\n", error->message);
  return FALSE;
}

int
vitrail_desktop_main (int argc, char **argv)
{
  if (!parse_options (&argc, &argv))
    return 2;
  if (!gtk_init_check ()) {
    g_printerr ("vitrail: view: there is no display (DISPLAY, "
                "WAYLAND_DISPLAY)\n");
    return 1;
  }
  gst_init (NULL, NULL);
  g_autoptr (VitrailApplication) application = vitrail_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
