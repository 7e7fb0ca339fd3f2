/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for what lies over planes: a PET over a CT. */

#include "commands.h"
#include "fusing.h"
#include "fusinghand.h"
#include "session-private.h"

#include <string.h>

static gboolean
run_fuse (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  const char *id = g_variant_get_string (argument, NULL);
  VitrailDisplaySet *set = vitrail_session_find_display_set (session, id);

  if (id[0] != '\0' && set == NULL)
    return vitrail_session_refuse (session, "The study has no such series");
  return vitrail_session_fuse (session, set);
}

static gboolean
run_unfuse (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  vitrail_session_unfuse (session);
  return TRUE;
}

static gboolean
run_toggle_fusion (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailFusingStatus status;

  if (!vitrail_session_get_fusing (session, &status))
    return vitrail_session_fuse (session, NULL);
  vitrail_session_unfuse (session);
  return TRUE;
}

static gboolean
run_align_layer (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  return vitrail_session_align_layer (session);
}

static gboolean
run_place_layer (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  return vitrail_session_place_layer (session);
}

static gboolean
run_move_layer (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  double right = 0;
  double down = 0;

  g_variant_get (argument, "(dd)", &right, &down);
  return vitrail_session_move_layer (session, viewport, right, down);
}

static gboolean
run_turn_layer (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  return vitrail_session_turn_layer (session, viewport,
                                     g_variant_get_double (argument));
}

static gboolean
run_reset_layer (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  return vitrail_session_reset_layer (session);
}

/* As it is now; what it was at first where there is none, which is refused. */
static VitrailFusionLook
get_look (VitrailSession *session)
{
  VitrailFusingStatus status = { .look = VITRAIL_FUSION_LOOK_INIT };

  (void) vitrail_session_get_fusing (session, &status);
  return status.look;
}

static gboolean
run_layer_opacity (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailFusionLook look = get_look (session);

  look.opacity = g_variant_get_double (argument);
  return vitrail_session_set_fusing_look (session, &look);
}

static gboolean
run_change_layer_opacity (VitrailSession *session,
                          VitrailViewport *viewport,
                          GVariant *argument)
{
  VitrailFusionLook look = get_look (session);

  look.opacity = CLAMP (look.opacity + g_variant_get_double (argument), 0, 1);
  return vitrail_session_set_fusing_look (session, &look);
}

static gboolean
run_layer_window (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  VitrailFusionLook look = get_look (session);

  g_variant_get (argument, "(dd)", &look.presentation.window_center,
                 &look.presentation.window_width);
  return vitrail_session_set_fusing_look (session, &look);
}

static gboolean
run_layer_threshold (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  VitrailFusionLook look = get_look (session);

  g_variant_get (argument, "(dd)", &look.low, &look.high);
  return vitrail_session_set_fusing_look (session, &look);
}

static gboolean
run_layer_colormap (VitrailSession *session,
                    VitrailViewport *viewport,
                    GVariant *argument)
{
  VitrailFusionLook look = get_look (session);

  look.presentation.colormap = g_variant_get_string (argument, NULL);
  return vitrail_session_set_fusing_look (session, &look);
}

/* clang-format off */
const VitrailSessionCommand vitrail_fusion_commands[] = {
  { "fuse", "s", "Lays the display set with this id over the planes, or into the body; an empty one: the likeliest", run_fuse },
  { "unfuse", NULL, "Nothing lies over the planes, nor in the body", run_unfuse },
  { "toggle-fusion", NULL, "Lays the likeliest series over the planes or into the body, or nothing", run_toggle_fusion },
  { "align-layer", NULL, "Moves what lies over the planes or in the body until both tell most of each other", run_align_layer },
  { "place-layer", NULL, "Shows a layer of which nothing says how it lies with its middle in that of the volume, to be moved by hand", run_place_layer },
  { "move-layer", "(dd)", "The layer by millimetres, to the right and down in the active plane", run_move_layer },
  { "turn-layer", "d", "The layer about the middle of the active plane, by degrees, clockwise", run_turn_layer },
  { "reset-layer", NULL, "The layer as it was before a hand moved it", run_reset_layer },
  { "layer-opacity", "d", "How much of the layer is seen, 0 to 1", run_layer_opacity },
  { "change-layer-opacity", "d", "So much more of it", run_change_layer_opacity },
  { "layer-window", "(dd)", "Its window's centre and width, in its values", run_layer_window },
  { "layer-threshold", "(dd)", "Lowest and highest of its values that are seen", run_layer_threshold },
  { "layer-colormap", "s", "Its colours by name", run_layer_colormap },
  { .name = NULL },
};
/* clang-format on */
