/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail serve: the service is a module, since it brings libsoup. */

#include "command.h"

static int
run (int argc, char **argv)
{
  return vitrail_command_run_module ("service", "vitrail_service_main", argc,
                                     argv);
}

extern const VitrailCommand vitrail_command_serve;
const VitrailCommand vitrail_command_serve = {
  "serve", "DICOMweb, slides and a worklist page over HTTP", run
};
