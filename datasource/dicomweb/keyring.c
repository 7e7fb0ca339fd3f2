/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Secrets in a keyring: see keyring.h. */

#include "dicomweb/keyring.h"

#include <gio/gio.h>

#define TOOL "secret-tool"
/* Attributes by which it is found again. */
#define APPLICATION "org.vitrail.Viewer"

/* Runs the tool; its output, or NULL where it failed. */
static char *
run (const char *const *argv, const char *input)
{
  g_autofree char *tool = g_find_program_in_path (TOOL);
  g_autofree char *output = NULL;

  if (tool == NULL)
    return NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE |
                             G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         NULL);
  return process != NULL &&
                 g_subprocess_communicate_utf8 (process,
                                                input != NULL ? input : "",
                                                NULL, &output, NULL, NULL) &&
                 g_subprocess_get_successful (process)
             ? g_steal_pointer (&output)
             : NULL;
}

char *
vitrail_keyring_look_up (const char *key)
{
  const char *argv[] = { TOOL,  "lookup", "application", APPLICATION,
                         "key", key,      NULL };
  char *secret = run (argv, NULL);

  if (secret != NULL && g_strstrip (secret)[0] == '\0')
    g_clear_pointer (&secret, g_free);
  return secret;
}

gboolean
vitrail_keyring_store (const char *key, const char *secret)
{
  g_autofree char *label = g_strdup_printf ("--label=Vitrail: %s", key);
  const char *argv[] = { TOOL,        "store", label, "application",
                         APPLICATION, "key",   key,   NULL };
  g_autofree char *output = run (argv, secret);

  return output != NULL;
}

void
vitrail_keyring_clear (const char *key)
{
  const char *argv[] = { TOOL,  "clear", "application", APPLICATION,
                         "key", key,     NULL };

  g_free (run (argv, NULL));
}
