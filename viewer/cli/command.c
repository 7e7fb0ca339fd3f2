/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the commands share: see command.h. */

#include "command.h"

#include "module.h"

#include <string.h>

int
vitrail_command_fail (const GError *error)
{
  g_autofree char *line = g_strdup (error->message);

  /* Whatever a library says: one line. */
  g_strdelimit (line, "\r\n", ' ');
  g_printerr ("vitrail: %s\n", g_strchomp (line));
  return 1;
}

int
vitrail_command_wrong_usage (const char *command, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("vitrail %s: %s (see vitrail %s --help)\n", command, message,
              command);
  return 2;
}

gboolean
vitrail_command_parse (const VitrailCommand *command,
                       const GOptionEntry *entries,
                       const char *arguments,
                       int argc,
                       char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autofree char *name = g_strconcat ("vitrail ", command->name, NULL);
  g_autoptr (GError) error = NULL;

  g_set_prgname (name);
  g_option_context_set_summary (context, command->summary);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error))
    return TRUE;
  vitrail_command_wrong_usage (command->name, "%s", error->message);
  return FALSE;
}

int
vitrail_command_run_module (const char *module,
                            const char *symbol,
                            int argc,
                            char **argv)
{
  g_autoptr (GError) error = NULL;
  int (*run) (int, char **) =
      vitrail_module_find_symbol (module, symbol, &error);

  return run != NULL ? run (argc, argv) : vitrail_command_fail (error);
}
