/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands: see commands.h. */

#include "commands.h"

#include "error.h"
#include "pixel/colormap.h"
#include "tools.h"

#include <math.h>
#include <string.h>

#define ZOOM_STEP 1.2

/* Windows of the keys 1 to 4 for CT, in the order of the OHIF viewer: center,
 * width in HU. Elsewhere the windows that the data bring along. */
static const double ct_windows[][2] = {
  { 40, 400 },    /* soft tissue */
  { -600, 1500 }, /* lung */
  { 90, 150 },    /* liver */
  { 480, 2500 },  /* bone */
};

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
    if (strcmp (set->id, current->id) == 0)
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

/* Position and cine */

static void
step_image (VitrailViewport *viewport, int step)
{
  gint64 position = (gint64) vitrail_viewport_get_position (viewport) + step;
  vitrail_viewport_set_position (viewport, (guint) MAX (position, 1));
}

static gboolean
run_next_image (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  step_image (viewport, 1);
  return TRUE;
}

static gboolean
run_previous_image (VitrailSession *session,
                    VitrailViewport *viewport,
                    GVariant *argument)
{
  step_image (viewport, -1);
  return TRUE;
}

static gboolean
run_first_image (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  vitrail_viewport_set_position (viewport, 1);
  return TRUE;
}

static gboolean
run_last_image (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  vitrail_viewport_set_position (viewport,
                                 vitrail_viewport_get_n_positions (viewport));
  return TRUE;
}

static gboolean
run_go_to_image (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  vitrail_viewport_set_position (viewport, g_variant_get_uint32 (argument));
  return TRUE;
}

static gboolean
run_cine_toggle (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  vitrail_viewport_set_playing (viewport,
                                !vitrail_viewport_get_playing (viewport));
  return TRUE;
}

static gboolean
run_set_speed (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  vitrail_viewport_set_speed (viewport, g_variant_get_double (argument));
  return TRUE;
}

/* View */

static void
zoom_centre (VitrailViewport *viewport, double factor)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.zoom *= factor;
  vitrail_viewport_set_view (viewport, &view);
}

static gboolean
run_zoom_in (VitrailSession *session,
             VitrailViewport *viewport,
             GVariant *argument)
{
  zoom_centre (viewport, ZOOM_STEP);
  return TRUE;
}

static gboolean
run_zoom_out (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  zoom_centre (viewport, 1.0 / ZOOM_STEP);
  return TRUE;
}

static gboolean
run_pan (VitrailSession *session, VitrailViewport *viewport, GVariant *argument)
{
  double right = 0;
  double down = 0;
  g_variant_get (argument, "(dd)", &right, &down);
  if (!isfinite (right) || !isfinite (down))
    return FALSE;
  vitrail_viewport_pan_by (viewport, right, down);
  return TRUE;
}

static gboolean
run_fit (VitrailSession *session, VitrailViewport *viewport, GVariant *argument)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.zoom = 1.0;
  view.pan_x = 0.5;
  view.pan_y = 0.5;
  vitrail_viewport_set_view (viewport, &view);
  return TRUE;
}

static gboolean
run_reset (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  vitrail_viewport_reset (viewport);
  return TRUE;
}

static void
rotate (VitrailViewport *viewport, double degrees)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.rotation += degrees;
  vitrail_viewport_set_view (viewport, &view);
}

static gboolean
run_rotate_right (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  rotate (viewport, 90);
  return TRUE;
}

static gboolean
run_rotate_left (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  rotate (viewport, -90);
  return TRUE;
}

/* What is seen is mirrored: a view flips first and rotates then, and a mirror
 * behind a rotation is one before the opposite rotation. */
static gboolean
run_flip_horizontal (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.flip_horizontal = !view.flip_horizontal;
  view.rotation = -view.rotation;
  vitrail_viewport_set_view (viewport, &view);
  return TRUE;
}

static gboolean
run_flip_vertical (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.flip_vertical = !view.flip_vertical;
  view.rotation = -view.rotation;
  vitrail_viewport_set_view (viewport, &view);
  return TRUE;
}

/* Presentation */

static gboolean
run_invert (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.invert = !presentation.invert;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_colormap (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  VitrailPresentation presentation;
  const char *name =
      vitrail_colormap_find_name (g_variant_get_string (argument, NULL));
  if (name == NULL)
    return FALSE;
  vitrail_viewport_get_presentation (viewport, &presentation);
  /* The first one of the list is no colours. */
  presentation.colormap = name == vitrail_colormap_list ()[0] ? NULL : name;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_overlays_toggle (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.hide_overlays = !presentation.hide_overlays;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

/* The data's own: VOI LUTs, then windows, from 1; FALSE beyond the last. */
static gboolean
set_voi (VitrailViewport *viewport, const VitrailFrameInfo *info, guint number)
{
  VitrailPresentation presentation;
  if (number < 1 || number > vitrail_frame_info_get_n_voi (info))
    return FALSE;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.has_window = FALSE;
  presentation.voi = number - 1;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_voi (VitrailSession *session, VitrailViewport *viewport, GVariant *argument)
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  return shown.info != NULL &&
         set_voi (viewport, shown.info, g_variant_get_uint32 (argument));
}

static void
set_window (VitrailViewport *viewport, double center, double width)
{
  VitrailPresentation presentation;
  if (!vitrail_viewport_find_window (viewport, &presentation))
    return; /* colour, or nothing shown */
  presentation.window_center = center;
  presentation.window_width = width;
  vitrail_viewport_set_presentation (viewport, &presentation);
}

static gboolean
run_set_window (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  double center = 0;
  double width = 0;
  g_variant_get (argument, "(dd)", &center, &width);
  if (!(width > 0))
    return FALSE;
  set_window (viewport, center, width);
  return TRUE;
}

/* Parts of the width: the same step of brightness in every window. */
static gboolean
run_change_window (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailPresentation presentation;
  double shift = 0;
  double factor = 1;
  g_variant_get (argument, "(dd)", &shift, &factor);
  if (!isfinite (shift) || !isfinite (factor) || !(factor > 0))
    return FALSE;
  if (!vitrail_viewport_find_window (viewport, &presentation))
    return TRUE; /* colour, or nothing shown */
  double width = presentation.window_width * factor;
  /* PS3.3 C.11.2.1.2: LINEAR needs a width of at least 1. */
  if (presentation.function == VITRAIL_VOI_LINEAR)
    width = fmax (width, 1.0);
  set_window (viewport,
              presentation.window_center + shift * presentation.window_width,
              width);
  return TRUE;
}

static gboolean
run_window_preset (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  guint number = g_variant_get_uint32 (argument);
  if (number < 1 || number > G_N_ELEMENTS (ct_windows))
    return FALSE;
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  if (shown.info == NULL)
    return TRUE;
  if (strcmp (shown.info->modality, "CT") == 0)
    set_window (viewport, ct_windows[number - 1][0], ct_windows[number - 1][1]);
  else
    set_voi (viewport, shown.info, number);
  return TRUE;
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
  { "set-tool", "s", "What the left button does: window-level, zoom, pan or scroll", run_set_tool },
  { "next-image", NULL, "One image on", run_next_image },
  { "previous-image", NULL, "One image back", run_previous_image },
  { "first-image", NULL, "The first image", run_first_image },
  { "last-image", NULL, "The last image", run_last_image },
  { "go-to-image", "u", "The image with this number, from 1", run_go_to_image },
  { "cine-toggle", NULL, "Plays, or stops playing", run_cine_toggle },
  { "set-speed", "d", "Plays so many times as fast as the data ask for", run_set_speed },
  { "zoom-in", NULL, "Larger", run_zoom_in },
  { "zoom-out", NULL, "Smaller", run_zoom_out },
  { "pan", "(dd)", "Moves the image right and down by parts of the viewport", run_pan },
  { "fit", NULL, "The whole image, centred", run_fit },
  { "reset", NULL, "View and grey levels as they were at first", run_reset },
  { "rotate-right", NULL, "A quarter turn clockwise", run_rotate_right },
  { "rotate-left", NULL, "A quarter turn counterclockwise", run_rotate_left },
  { "flip-horizontal", NULL, "Left becomes right", run_flip_horizontal },
  { "flip-vertical", NULL, "Top becomes bottom", run_flip_vertical },
  { "invert", NULL, "Black becomes white", run_invert },
  { "colormap", "s", "Shows grey levels in the colours of this name; Grayscale: in none", run_colormap },
  { "overlays-toggle", NULL, "Hides the overlay planes of the data, or shows them again", run_overlays_toggle },
  { "voi", "u", "The data's own VOI LUT or window with this number, from 1", run_voi },
  { "set-window", "(dd)", "Window centre and width, in values after the modality LUT", run_set_window },
  { "change-window", "(dd)", "Moves the window's centre by a part of its width, multiplies its width", run_change_window },
  { "window-preset", "u", "Window 1 to 4: for CT soft tissue, lung, liver, bone; else the data's own", run_window_preset },
};
/* clang-format on */

const guint vitrail_session_n_commands =
    G_N_ELEMENTS (vitrail_session_commands);

static const VitrailSessionCommand *
find_command (const char *name)
{
  for (guint i = 0; i < vitrail_session_n_commands; i++) {
    if (strcmp (vitrail_session_commands[i].name, name) == 0)
      return &vitrail_session_commands[i];
  }
  return NULL;
}

static gboolean
has_type (const VitrailSessionCommand *command, GVariant *argument)
{
  if (command->type == NULL || argument == NULL)
    return command->type == NULL && argument == NULL;
  return g_variant_is_of_type (argument, G_VARIANT_TYPE (command->type));
}

gboolean
vitrail_session_run (VitrailSession *self,
                     const char *name,
                     GVariant *argument,
                     GError **error)
{
  g_autoptr (GVariant) owned =
      argument != NULL ? g_variant_ref_sink (argument) : NULL;
  const VitrailSessionCommand *command = find_command (name);

  if (command == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no such command", name);
    return FALSE;
  }
  if (has_type (command, owned) &&
      command->run (self, vitrail_session_get_active_viewport (self), owned))
    return TRUE;
  g_autofree char *text =
      owned != NULL ? g_variant_print (owned, FALSE) : g_strdup ("nothing");
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: cannot be done with %s", name, text);
  return FALSE;
}

const char *const *
vitrail_session_list_commands (void)
{
  static const char *names[G_N_ELEMENTS (vitrail_session_commands) + 1];
  for (guint i = 0; i < vitrail_session_n_commands; i++)
    names[i] = vitrail_session_commands[i].name;
  return names;
}

const char *
vitrail_session_get_command_type (const char *name)
{
  const VitrailSessionCommand *command = find_command (name);
  return command != NULL ? command->type : NULL;
}

const char *
vitrail_session_get_command_summary (const char *name)
{
  const VitrailSessionCommand *command = find_command (name);
  return command != NULL ? command->summary : NULL;
}
