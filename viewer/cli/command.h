/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One command of the program `vitrail`, and what commands share. */

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

/* The same for wrong usage, with a pointer to --help. Returns 2. */
int vitrail_command_wrong_usage (const char *command, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Reads the options of @command into @entries' places; the rest goes where an
 * entry G_OPTION_REMAINING says. @arguments and @summary are for --help, which
 * prints and ends the program. FALSE after saying what is wrong. */
gboolean vitrail_command_parse (const VitrailCommand *command,
                                const GOptionEntry *entries,
                                const char *arguments,
                                int argc,
                                char **argv);

/* Runs "int SYMBOL (int argc, char **argv)" of a module. */
int vitrail_command_run_module (const char *module,
                                const char *symbol,
                                int argc,
                                char **argv);

G_END_DECLS
