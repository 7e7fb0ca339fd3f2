/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for the path along which a volume is laid straight. */

#include "commands.h"
#include "planepath.h"
#include "session-private.h"

static gboolean
run_set_path (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  return vitrail_session_set_path (session, viewport,
                                   g_variant_get_string (argument, NULL),
                                   &error) ||
         vitrail_session_refuse (session, error->message);
}

static gboolean
run_shorten_path (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  return vitrail_session_shorten_path (session) ||
         vitrail_session_refuse (session, "There is no path");
}

static gboolean
run_clear_path (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  vitrail_session_clear_path (session);
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_path_commands[] = {
  { "set-path", "s", "The path along which a volume is laid straight, in millimetres: x y z; x y z; ...", run_set_path },
  { "shorten-path", NULL, "The path without its last point", run_shorten_path },
  { "clear-path", NULL, "No path", run_clear_path },
  { .name = NULL },
};
/* clang-format on */
