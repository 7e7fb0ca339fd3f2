/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for where the active viewport is: position in its display set, cine,
 * and how the picture lies. */

#include "commands.h"
#include "tools.h"
#include "viewportslide.h"

#include <math.h>

#define ZOOM_STEP 1.2

/* Position and cine */

/* @step: images forward. */
static gboolean
step_image (VitrailViewport *viewport, GVariant *argument, int step)
{
  gint64 position = (gint64) vitrail_viewport_get_position (viewport) + step;
  vitrail_viewport_set_position (viewport, (guint) MAX (position, 1));
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

static gboolean
run_cine_reverse (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  vitrail_viewport_set_backwards (viewport,
                                  !vitrail_viewport_get_backwards (viewport));
  vitrail_viewport_set_playing (viewport, TRUE);
  return TRUE;
}

static gboolean
run_cine_sweep (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  vitrail_viewport_set_sweeping (viewport,
                                 !vitrail_viewport_get_sweeping (viewport));
  return TRUE;
}

static gboolean
run_toggle_cine_sync (VitrailSession *session,
                      VitrailViewport *viewport,
                      GVariant *argument)
{
  vitrail_session_set_cine_sync (session,
                                 !vitrail_session_get_cine_sync (session));
  return TRUE;
}

static gboolean
run_toggle_clip_strip (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  vitrail_session_set_clip_strip (session,
                                  !vitrail_session_get_clip_strip (session));
  return TRUE;
}

static gboolean
run_loop_start (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  guint position = MAX (vitrail_viewport_get_step (viewport), 1);
  guint first = 0;
  guint last = 0;

  vitrail_viewport_get_loop (viewport, &first, &last);
  vitrail_viewport_set_loop (viewport, position, position < last ? last : 0);
  return TRUE;
}

static gboolean
run_loop_end (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  guint position = MAX (vitrail_viewport_get_step (viewport), 1);
  guint first = 0;
  guint last = 0;

  vitrail_viewport_get_loop (viewport, &first, &last);
  vitrail_viewport_set_loop (viewport, first < position ? first : 1, position);
  return TRUE;
}

static gboolean
run_loop_all (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  vitrail_viewport_set_loop (viewport, 1, 0);
  return TRUE;
}

/* View */

/* @steps: in, or out where negative. */
static gboolean
zoom_centre (VitrailViewport *viewport, GVariant *argument, int steps)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  view.zoom *= pow (ZOOM_STEP, steps);
  vitrail_viewport_set_view (viewport, &view);
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

/* A slide keeps its magnification, unless all of it is to be seen. */
static void
set_rotation (VitrailViewport *viewport, double degrees)
{
  double magnification = vitrail_viewport_get_magnification (viewport);
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  gboolean keep = magnification > 0 && view.zoom != 1.0;
  view.rotation = degrees;
  vitrail_viewport_set_view (viewport, &view);
  if (keep)
    vitrail_viewport_set_magnification (viewport, magnification);
}

static void
rotate (VitrailViewport *viewport, double degrees)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  set_rotation (viewport, view.rotation + degrees);
}

/* @degrees: clockwise. */
static gboolean
rotate_by (VitrailViewport *viewport, GVariant *argument, int degrees)
{
  rotate (viewport, degrees);
  return TRUE;
}

static gboolean
run_turn (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  double degrees = g_variant_get_double (argument);
  if (!isfinite (degrees))
    return FALSE;
  rotate (viewport, degrees);
  return TRUE;
}

static gboolean
run_set_rotation (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  double degrees = g_variant_get_double (argument);
  if (!isfinite (degrees))
    return FALSE;
  set_rotation (viewport, degrees);
  return TRUE;
}

/* What is seen is mirrored: a view flips first and rotates then, and a mirror
 * behind a rotation is one before the opposite rotation. */
static gboolean
flip (VitrailViewport *viewport, GVariant *argument, int is_vertical)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  if (is_vertical)
    view.flip_vertical = !view.flip_vertical;
  else
    view.flip_horizontal = !view.flip_horizontal;
  view.rotation = -view.rotation;
  vitrail_viewport_set_view (viewport, &view);
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_view_commands[] = {
  { "next-image", NULL, "One image on", .vary = step_image, .detail = 1 },
  { "previous-image", NULL, "One image back", .vary = step_image, .detail = -1 },
  { "first-image", NULL, "The first image", run_first_image },
  { "last-image", NULL, "The last image", run_last_image },
  { "go-to-image", "u", "The image with this number, from 1", run_go_to_image },
  { "cine-toggle", NULL, "Plays, or stops playing", run_cine_toggle },
  { "set-speed", "d", "Plays so many times as fast as the data ask for", run_set_speed },
  { "cine-reverse", NULL, "Plays the other way", run_cine_reverse },
  { "cine-sweep", NULL, "Plays to and fro, or round and round", run_cine_sweep },
  { "loop-start", NULL, "Plays from this image on", run_loop_start },
  { "loop-end", NULL, "Plays up to this image", run_loop_end },
  { "loop-all", NULL, "Plays all images", run_loop_all },
  { "toggle-cine-sync", NULL, "The cines of all viewports play as one, or each by itself", run_toggle_cine_sync },
  { "toggle-clip-strip", NULL, "Small pictures of the cine below it, to go to, or not", run_toggle_clip_strip },
  { "zoom-in", NULL, "Larger", .vary = zoom_centre, .detail = 1 },
  { "zoom-out", NULL, "Smaller", .vary = zoom_centre, .detail = -1 },
  { "pan", "(dd)", "Moves the image right and down by parts of the viewport", run_pan },
  { "fit", NULL, "The whole image, centred", run_fit },
  { "reset", NULL, "View and grey levels as they were at first", run_reset },
  { "rotate-right", NULL, "A quarter turn clockwise", .vary = rotate_by, .detail = 90 },
  { "rotate-left", NULL, "A quarter turn counterclockwise", .vary = rotate_by, .detail = -90 },
  { "turn", "d", "Turns clockwise by so many degrees more", run_turn },
  { "set-rotation", "d", "Turned clockwise by so many degrees, 0: not at all", run_set_rotation },
  { "flip-horizontal", NULL, "Left becomes right", .vary = flip, .detail = FALSE },
  { "flip-vertical", NULL, "Top becomes bottom", .vary = flip, .detail = TRUE },
  { .name = NULL },
};
/* clang-format on */
