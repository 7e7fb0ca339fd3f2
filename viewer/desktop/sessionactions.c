/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands as actions: see sessionactions.h. */

#include "sessionactions.h"

static void
activate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  if (!vitrail_session_run (user_data, g_action_get_name (G_ACTION (action)),
                            parameter, &error))
    g_debug ("%s", error->message);
}

static void
update_tool_cb (VitrailSession *session, GSimpleAction *action)
{
  g_simple_action_set_state (action, g_variant_new_string (
                                         vitrail_session_get_tool (session)));
}

static GSimpleAction *
make_action (VitrailSession *session, const char *name)
{
  const char *text = vitrail_session_get_command_type (name);
  g_autoptr (GVariantType) type =
      text != NULL ? g_variant_type_new (text) : NULL;
  if (g_strcmp0 (name, "set-tool") != 0)
    return g_simple_action_new (name, type);
  GSimpleAction *action = g_simple_action_new_stateful (
      name, type, g_variant_new_string (vitrail_session_get_tool (session)));
  g_signal_connect_object (session, "changed", G_CALLBACK (update_tool_cb),
                           action, 0);
  return action;
}

GActionGroup *
vitrail_session_actions_new (VitrailSession *session)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();
  const char *const *names = vitrail_session_list_commands ();
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GSimpleAction) action = make_action (session, names[i]);
    g_signal_connect_object (action, "activate", G_CALLBACK (activate_cb),
                             session, 0);
    g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  }
  return G_ACTION_GROUP (group);
}
