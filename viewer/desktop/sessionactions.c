/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands as actions: see sessionactions.h. */

#include "sessionactions.h"

#include "pixel/colormap.h"
#include "viewportslide.h"

#include <string.h>

/* Attached to the group: whose actions they are, and the active viewport, whose
 * changes are listened to. */
#define SESSION_KEY  "vitrail-session"
#define VIEWPORT_KEY "vitrail-viewport"

static void
activate_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  vitrail_session_act (user_data, g_action_get_name (G_ACTION (action)),
                       parameter);
}

static const struct {
  const char *command;
  VitrailSlideLayer layer;
} layers[] = {
  { "toggle-overview", VITRAIL_SLIDE_OVERVIEW },
  { "toggle-label", VITRAIL_SLIDE_LABEL },
  { "toggle-macro", VITRAIL_SLIDE_MACRO },
  { "toggle-coverage", VITRAIL_SLIDE_COVERAGE },
};

/* Which is shown alone; "several": none is. */
static const char *
get_stain (const VitrailSlideLook *look)
{
  static const char *const stains[VITRAIL_N_STAINS] = { "none", "hematoxylin",
                                                        "eosin", "dab" };
  guint n_shown = 0;
  guint shown = 0;
  if (!look->has_stains)
    return stains[look->stain];
  if (vitrail_stain_looks_are_plain (look->stains))
    return stains[VITRAIL_STAIN_NONE];
  for (guint i = 0; i < VITRAIL_N_STAINS; i++)
    if (look->stains[i].visible) {
      n_shown++;
      shown = i;
    }
  return n_shown == 1 && shown != VITRAIL_STAIN_NONE ? stains[shown]
                                                     : "several";
}

/* The same for slides. */
static GVariant *
get_slide_state (VitrailSession *session, const char *name)
{
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    if (strcmp (name, layers[i].command) == 0)
      return g_variant_new_boolean (
          vitrail_viewport_get_layer (viewport, layers[i].layer));
  }
  if (strcmp (name, "toggle-sync") == 0)
    return g_variant_new_boolean (vitrail_session_get_sync (session));
  if (strcmp (name, "toggle-cine-sync") == 0)
    return g_variant_new_boolean (vitrail_session_get_cine_sync (session));
  if (strcmp (name, "toggle-clip-strip") == 0)
    return g_variant_new_boolean (vitrail_session_get_clip_strip (session));
  gboolean is_icc = strcmp (name, "toggle-icc") == 0;
  if (!is_icc && strcmp (name, "set-stain") != 0)
    return NULL;
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  g_autoptr (VitrailSlideLook) look =
      slide != NULL ? vitrail_viewport_dup_look (viewport, slide) : NULL;
  if (is_icc)
    return g_variant_new_boolean (look == NULL || look->color_managed);
  return g_variant_new_string (look != NULL ? get_stain (look) : "none");
}

/* The state of the command @name, as menus and buttons mark it; NULL where it
 * has none. "voi" is 0 while a window is set that is not the data's own. */
static GVariant *
get_state (VitrailSession *session, const char *name)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (
      vitrail_session_get_active_viewport (session), &presentation);
  if (strcmp (name, "set-tool") == 0)
    return g_variant_new_string (vitrail_session_get_tool (session));
  if (strcmp (name, "colormap") == 0)
    return g_variant_new_string (presentation.colormap != NULL
                                     ? presentation.colormap
                                     : vitrail_colormap_list ()[0]);
  if (strcmp (name, "overlays-toggle") == 0)
    return g_variant_new_boolean (!presentation.hide_overlays);
  if (strcmp (name, "voi") == 0)
    return g_variant_new_uint32 (
        presentation.has_window ? 0 : presentation.voi + 1);
  return get_slide_state (session, name);
}

static void
update_states (GActionMap *group)
{
  VitrailSession *session = g_object_get_data (G_OBJECT (group), SESSION_KEY);
  const char *const *names = vitrail_session_list_commands ();
  for (guint i = 0; names[i] != NULL; i++) {
    GVariant *state = get_state (session, names[i]);
    if (state != NULL)
      g_simple_action_set_state (
          G_SIMPLE_ACTION (g_action_map_lookup_action (group, names[i])),
          state);
  }
}

static void
follow_active (GActionMap *group)
{
  VitrailSession *session = g_object_get_data (G_OBJECT (group), SESSION_KEY);
  VitrailViewport *active = vitrail_session_get_active_viewport (session);
  VitrailViewport *old = g_object_get_data (G_OBJECT (group), VIEWPORT_KEY);
  if (active != old) {
    if (old != NULL)
      g_signal_handlers_disconnect_by_data (old, group);
    g_signal_connect_object (active, "changed", G_CALLBACK (update_states),
                             group, G_CONNECT_SWAPPED);
    g_object_set_data_full (G_OBJECT (group), VIEWPORT_KEY,
                            g_object_ref (active), g_object_unref);
  }
  update_states (group);
}

static GSimpleAction *
make_action (VitrailSession *session, const char *name)
{
  const char *text = vitrail_session_get_command_type (name);
  g_autoptr (GVariantType) type =
      text != NULL ? g_variant_type_new (text) : NULL;
  GVariant *state = get_state (session, name);
  return state != NULL ? g_simple_action_new_stateful (name, type, state)
                       : g_simple_action_new (name, type);
}

GActionGroup *
vitrail_session_actions_new (VitrailSession *session)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();
  const char *const *names = vitrail_session_list_commands ();
  g_object_set_data_full (G_OBJECT (group), SESSION_KEY, g_object_ref (session),
                          g_object_unref);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GSimpleAction) action = make_action (session, names[i]);
    g_signal_connect_object (action, "activate", G_CALLBACK (activate_cb),
                             session, 0);
    g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  }
  g_signal_connect_object (session, "changed", G_CALLBACK (follow_active),
                           group, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "layout-changed",
                           G_CALLBACK (follow_active), group,
                           G_CONNECT_SWAPPED);
  follow_active (G_ACTION_MAP (group));
  return G_ACTION_GROUP (group);
}
