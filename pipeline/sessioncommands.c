/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands that change the session: what is open, the layout of viewports, the
 * tool. */

#include "commands.h"

#include <string.h>

/* Sources and studies */

static gboolean
run_open (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  vitrail_session_open_async (session, g_variant_get_string (argument, NULL),
                              NULL, NULL, NULL);
  return TRUE;
}

static gboolean
run_open_study (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  vitrail_session_open_study (session, g_variant_get_string (argument, NULL));
  return TRUE;
}

static gboolean
run_show (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  VitrailDisplaySet *set =
      vitrail_session_find_display_set (session,
                                        g_variant_get_string (argument, NULL));
  if (set == NULL)
    return FALSE;
  vitrail_viewport_show (viewport, vitrail_session_get_source (session), set);
  return TRUE;
}

/* The display set @step from that of @viewport; those that cannot be shown are
 * left out. */
static gboolean
step_series (VitrailSession *session, VitrailViewport *viewport, int step)
{
  GPtrArray *sets = vitrail_session_get_display_sets (session);
  const VitrailDisplaySet *current =
      vitrail_viewport_get_display_set (viewport);
  gint64 index = step > 0 ? -1 : (gint64) sets->len;
  for (guint i = 0; i < sets->len && current != NULL; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    /* Planes are of the set whose id theirs begins with. */
    if (strcmp (set->id, current->id) == 0 ||
        (vitrail_display_set_is_of_volume (current) &&
         g_str_has_prefix (current->id, set->id)))
      index = i;
  }
  for (index += step; index >= 0 && index < sets->len; index += step) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, index);
    if (set->kind != VITRAIL_DISPLAY_SET_UNSUPPORTED) {
      vitrail_viewport_show (viewport, vitrail_session_get_source (session),
                             set);
      break;
    }
  }
  return TRUE;
}

static gboolean
run_next_series (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  return step_series (session, viewport, 1);
}

static gboolean
run_previous_series (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  return step_series (session, viewport, -1);
}

/* Layout */

static gboolean
run_layout (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  guint rows = 0;
  guint columns = 0;
  g_variant_get (argument, "(uu)", &rows, &columns);
  if (rows < 1 || rows > VITRAIL_SESSION_MAX_SIDE || columns < 1 ||
      columns > VITRAIL_SESSION_MAX_SIDE)
    return FALSE;
  vitrail_session_set_layout (session, rows, columns);
  return TRUE;
}

static gboolean
run_activate (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  guint index = g_variant_get_uint32 (argument);
  if (index < 1 || index > vitrail_session_get_n_viewports (session))
    return FALSE;
  vitrail_session_set_active (session, index - 1);
  return TRUE;
}

static gboolean
run_next_viewport (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  guint n = vitrail_session_get_n_viewports (session);
  vitrail_session_set_active (session,
                              (vitrail_session_get_active (session) + 1) % n);
  return TRUE;
}

static gboolean
run_previous_viewport (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  guint n = vitrail_session_get_n_viewports (session);
  vitrail_session_set_active (
      session, (vitrail_session_get_active (session) + n - 1) % n);
  return TRUE;
}

static gboolean
run_one_up_toggle (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  vitrail_session_set_one_up (session, !vitrail_session_get_one_up (session));
  return TRUE;
}

/* Tools */

static gboolean
run_set_tool (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  return vitrail_session_set_tool (session,
                                   g_variant_get_string (argument, NULL));
}

/* clang-format off */
const VitrailSessionCommand vitrail_session_commands[] = {
  { "open", "s", "Opens a file or folder", run_open },
  { "open-study", "s", "Opens the study with this StudyInstanceUID", run_open_study },
  { "show", "s", "Shows the display set with this id in the active viewport", run_show },
  { "next-series", NULL, "Shows the next display set of the study", run_next_series },
  { "previous-series", NULL, "Shows the previous display set of the study", run_previous_series },
  { "layout", "(uu)", "Rows and columns of viewports, 1 to 4 each", run_layout },
  { "activate-viewport", "u", "Makes this viewport, from 1, the active one", run_activate },
  { "next-viewport", NULL, "Makes the next viewport the active one", run_next_viewport },
  { "previous-viewport", NULL, "Makes the previous viewport the active one", run_previous_viewport },
  { "one-up-toggle", NULL, "Shows only the active viewport, or all again", run_one_up_toggle },
  { "set-tool", "s", "What the left button does: window-level, zoom, pan, scroll, crosshairs, path, region, move-layer, turn-layer; on a waveform also caliper; on a slide also point, line, polygon, freehand, rectangle, ellipse", run_set_tool },
  { .name = NULL },
};
/* clang-format on */
