/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One command of the program `vitrail`. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailCommand: one row of the table of commands.
 * @name: the word on the command line
 * @summary: one line for `vitrail --help`
 * @run: @argv[0] is the command's name. Returns the exit status: 0, 1 with one
 *   line on standard error, 2 for wrong usage.
 */
typedef struct {
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} VitrailCommand;

/* One line on standard error: "vitrail: MESSAGE". Returns 1. */
int vitrail_command_fail (const GError *error);

G_END_DECLS
