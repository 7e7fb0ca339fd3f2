/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail view: see desktop.h. */

#include "desktop.h"

#include "application.h"

#include <gst/gst.h>

int
vitrail_desktop_main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_autoptr (VitrailApplication) application = vitrail_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
