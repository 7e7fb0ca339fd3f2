/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plugin libgstvitrailgtk: elements that link GTK. */

#include "config.h"

#include <gst/gst.h>

GST_ELEMENT_REGISTER_DECLARE (vitrailpaintablesink)

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (vitrailpaintablesink, plugin);
}

#define PACKAGE "vitrail"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR,
                   GST_VERSION_MINOR,
                   vitrailgtk,
                   "Pictures for GTK 4",
                   plugin_init,
                   VITRAIL_VERSION,
                   "LGPL",
                   "vitrail",
                   "vitrail")
