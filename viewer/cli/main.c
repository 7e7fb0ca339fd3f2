/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail: finds the command named by the first argument and runs it. */

#include "config.h"

#include "command.h"
#include "commands.h" /* generated: VITRAIL_COMMANDS */
#include "signing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One object a word in meson.build's list. */
#define VITRAIL_COMMAND(name) \
  extern const VitrailCommand vitrail_command_##name;
VITRAIL_COMMANDS
#undef VITRAIL_COMMAND

#define VITRAIL_COMMAND(name) &vitrail_command_##name,
static const VitrailCommand *const commands[] = { VITRAIL_COMMANDS };
#undef VITRAIL_COMMAND

static void
print_help (void)
{
  g_print ("Usage:\n  vitrail COMMAND [OPTION...]\n\n"
           "DICOM and whole-slide images: what is there, its pixels, its "
           "pictures.\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i]->name, commands[i]->summary);
  g_print ("\nvitrail COMMAND --help says more about each.\n");
}

/* A program in its build tree finds the modules and elements beside it. */
static void
use_build_tree (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *modules =
      g_build_filename (folder, "datasource", "modules", NULL);
  if (access (modules, F_OK) != 0)
    return;
  g_autofree char *path = g_strdup_printf ("%s:%s/viewer", modules, folder);
  g_autofree char *plugins = g_build_filename (folder, "elements", NULL);
  g_setenv ("VITRAIL_MODULE_PATH", path, FALSE);
  g_setenv ("GST_PLUGIN_PATH_1_0", plugins, FALSE);
}

static int
run_command (int argc, char **argv)
{
  /* A service runs by itself, wherever it was started. */
  if (strcmp (argv[0], "serve") != 0)
    vitrail_signing_allow_at_terminal ();
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (argv[0], commands[i]->name) == 0)
      return commands[i]->run (argc, argv);
  }
  g_printerr ("vitrail: no command \"%s\" (see vitrail --help)\n", argv[0]);
  return 2;
}

int
main (int argc, char **argv)
{
  if (argc < 2) {
    g_printerr ("vitrail: no command given (see vitrail --help)\n");
    return 2;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 ||
      strcmp (argv[1], "help") == 0)
  {
    print_help ();
    return 0;
  }
  if (strcmp (argv[1], "--version") == 0) {
    g_print ("vitrail %s\n", VITRAIL_VERSION);
    return 0;
  }
  use_build_tree ();
  return run_command (argc - 1, argv + 1);
}
