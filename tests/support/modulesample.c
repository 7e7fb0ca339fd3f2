/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A module for test-module: one function, and the entry points of a GIO module
 * that leave a trace. */

#include <gio/gio.h>

int vitrail_sample_answer (void);

int
vitrail_sample_answer (void)
{
  return g_io_extension_point_lookup ("vitrail-test-sample") != NULL ? 42 : 0;
}

void
g_io_module_load (GIOModule *module)
{
  g_io_extension_point_register ("vitrail-test-sample");
}

void
g_io_module_unload (GIOModule *module)
{
}
