/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail view: the desktop viewer is a module, since it brings GTK. */

#include "command.h"

static int
run (int argc, char **argv)
{
  return vitrail_command_run_module ("desktop", "vitrail_desktop_main", argc,
                                     argv);
}

extern const VitrailCommand vitrail_command_view;
const VitrailCommand vitrail_command_view = { "view", "the desktop viewer",
                                              run };
