/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for volumes: the active viewport's images as planes and as a body.
 */

#include "bodyhands.h"
#include "bodysegments.h"
#include "commands.h"
#include "planehands.h"
#include "planelines.h"
#include "planepath.h"
#include "session-private.h"
#include "timeregions.h"
#include "viewport-private.h"
#include "viewportbody.h"
#include "volume/mpr.h"

#include <string.h>

/* What takes the place of the images: planes, then perhaps one more, made by
 * @last. */
typedef struct {
  guint rows;
  guint columns;
  guint n_planes;
  VitrailDisplaySetKind kind; /* of the last one */
  VitrailDisplaySet *(*last) (const VitrailDisplaySet *images);
} Views;

static const Views planes_alone = { 1, 3, 3, VITRAIL_DISPLAY_SET_PLANE, NULL };
static const Views body_alone = { 1, 1, 0, VITRAIL_DISPLAY_SET_BODY,
                                  vitrail_display_set_new_body };
static const Views planes_and_body = { 2, 2, 3, VITRAIL_DISPLAY_SET_BODY,
                                       vitrail_display_set_new_body };
static const Views planes_and_path = { 2, 2, 3, VITRAIL_DISPLAY_SET_PATH,
                                       vitrail_display_set_new_path };

static const VitrailMprOrientation orientations[] = { VITRAIL_MPR_AXIAL,
                                                      VITRAIL_MPR_SAGITTAL,
                                                      VITRAIL_MPR_CORONAL };

static void
go_back (VitrailSession *self)
{
  g_autoptr (VitrailLayoutBefore) before =
      g_steal_pointer (&self->before_planes);

  vitrail_layout_before_restore (before, self);
}

/* The middle of the picture that is shown; FALSE: it lies nowhere. */
static gboolean
get_place (VitrailViewport *viewport, double place[3])
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (viewport, &state);
  if (!state.valid || state.info == NULL || !state.info->has_plane)
    return FALSE;
  vitrail_plane_map (state.info->plane, (state.info->format.width - 1) / 2.0,
                     (state.info->format.height - 1) / 2.0, place);
  return TRUE;
}

/* From the image that is shown on. */
/* What lies over volumes and in them goes where these are shown now. */
static void
update_seen (VitrailSession *self)
{
  vitrail_session_update_fusing (self);
  vitrail_session_update_segments (self);
}

static void
show_views (VitrailSession *self,
            VitrailViewport *viewport,
            VitrailDisplaySet *images,
            const Views *views)
{
  g_autoptr (VitrailDisplaySet) kept = vitrail_display_set_ref (images);
  VitrailDataSource *source = vitrail_session_get_source (self);
  double place[3];
  const gboolean has_place = get_place (viewport, place);

  g_clear_pointer (&self->before_planes, vitrail_layout_before_free);
  self->before_planes = vitrail_layout_before_new (self);
  vitrail_session_set_layout (self, views->rows, views->columns);
  for (guint i = 0; i < views->n_planes; i++) {
    g_autoptr (VitrailDisplaySet) planes =
        vitrail_display_set_new_planes (kept, orientations[i]);
    VitrailViewport *one = vitrail_session_get_viewport (self, i);
    vitrail_viewport_show (one, source, planes);
    if (has_place)
      vitrail_viewport_go_to_place (one, place);
  }
  if (views->last != NULL) {
    g_autoptr (VitrailDisplaySet) last = views->last (kept);
    vitrail_viewport_show (vitrail_session_get_viewport (self, views->n_planes),
                           source, last);
  }
  vitrail_session_set_active (self, 0);
  vitrail_session_show_path (self);
  update_seen (self);
}

/* Whether the viewports are just @views. */
static gboolean
is_shown (VitrailSession *self, const Views *views)
{
  guint rows = 0;
  guint columns = 0;

  vitrail_session_get_layout (self, &rows, &columns);
  if (rows != views->rows || columns != views->columns)
    return FALSE;
  const VitrailDisplaySet *last = vitrail_viewport_get_display_set (
      vitrail_session_get_viewport (self, rows * columns - 1));
  return last != NULL && last->kind == views->kind;
}

/* What was drawn in planes goes with them. */
static void
leave (VitrailSession *session)
{
  vitrail_session_clear_path (session);
  vitrail_session_clear_regions (session);
}

/* From images to @views; from these back; from other views to these. */
static gboolean
toggle (VitrailSession *session, VitrailViewport *viewport, const Views *views)
{
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  const gboolean is_view = set != NULL && session->before_planes != NULL &&
                           vitrail_display_set_is_of_volume (set);

  if (is_view) {
    g_autoptr (VitrailDisplaySet) images =
        vitrail_layout_before_ref_active (session->before_planes);
    const gboolean was_shown = is_shown (session, views);
    go_back (session);
    if (!was_shown && images != NULL)
      show_views (session, vitrail_session_get_active_viewport (session),
                  images, views);
    else
      leave (session);
    update_seen (session);
  } else if (set != NULL && (set->kind == VITRAIL_DISPLAY_SET_STACK ||
                             set->kind == VITRAIL_DISPLAY_SET_CINE))
    show_views (session, viewport, set, views);
  return TRUE;
}

static gboolean
run_mpr (VitrailSession *session, VitrailViewport *viewport, GVariant *argument)
{
  return toggle (session, viewport, &planes_alone);
}

static gboolean
run_volume_3d (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  return toggle (session, viewport, &body_alone);
}

static gboolean
run_four_up (VitrailSession *session,
             VitrailViewport *viewport,
             GVariant *argument)
{
  return toggle (session, viewport, &planes_and_body);
}

/* And the tool that draws it. */
static gboolean
run_curved (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  const gboolean was_shown = is_shown (session, &planes_and_path);

  (void) toggle (session, viewport, &planes_and_path);
  if (is_shown (session, &planes_and_path))
    vitrail_session_set_tool (session, "path");
  else if (was_shown)
    vitrail_session_set_tool (session, "window-level");
  return TRUE;
}

static gboolean
find_word (const char *const *words, GVariant *argument, guint *index)
{
  for (guint i = 0; words[i] != NULL; i++) {
    if (strcmp (words[i], g_variant_get_string (argument, NULL)) == 0) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* --- slabs --- */

static gboolean
run_slab (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  double thickness = 0;
  guint slab = 0;

  vitrail_viewport_get_slab (viewport, &thickness, &slab);
  return vitrail_viewport_set_slab (viewport, g_variant_get_double (argument),
                                    slab);
}

static gboolean
run_slab_mode (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  static const char *const modes[] = { "maximum", "minimum", "mean", "sum",
                                       NULL };
  double thickness = 0;
  guint slab = 0;

  vitrail_viewport_get_slab (viewport, &thickness, &slab);
  return find_word (modes, argument, &slab) &&
         vitrail_viewport_set_slab (viewport, thickness, slab);
}

/* --- the body --- */

static gboolean
run_render_preset (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailBodyLook look;

  vitrail_viewport_get_body (viewport, &look);
  look.mode = VITRAIL_RENDER_COMPOSITE;
  look.preset = g_variant_get_string (argument, NULL);
  look.shift = 0;
  return vitrail_viewport_set_body (viewport, &look);
}

static gboolean
run_render_mode (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  static const char *const modes[] = { "composite", "maximum", "minimum",
                                       "mean",      "surface", NULL };
  VitrailBodyLook look;
  guint mode = 0;

  vitrail_viewport_get_body (viewport, &look);
  if (!find_word (modes, argument, &mode))
    return FALSE;
  look.mode = (VitrailRenderMode) mode;
  return vitrail_viewport_set_body (viewport, &look);
}

static gboolean
run_render_shift (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  VitrailBodyLook look;

  vitrail_viewport_get_body (viewport, &look);
  look.shift += g_variant_get_double (argument);
  return vitrail_viewport_set_body (viewport, &look);
}

static gboolean
run_look_from (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  static const char *const directions[] = { "front", "back", "left", "right",
                                            "head",  "feet", NULL };
  VitrailBodyLook look;
  guint direction = 0;

  vitrail_viewport_get_body (viewport, &look);
  if (!find_word (directions, argument, &direction))
    return FALSE;
  look.direction = (VitrailCameraDirection) direction;
  look.azimuth = look.elevation = 0;
  return vitrail_viewport_set_body (viewport, &look);
}

static gboolean
run_turn_body (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  VitrailBodyLook look;
  double azimuth = 0;
  double elevation = 0;

  g_variant_get (argument, "(dd)", &azimuth, &elevation);
  vitrail_viewport_get_body (viewport, &look);
  look.azimuth += azimuth;
  look.elevation += elevation;
  return vitrail_viewport_set_body (viewport, &look);
}

static gboolean
run_crop_box (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  double box[6];

  g_variant_get (argument, "(dddddd)", &box[0], &box[1], &box[2], &box[3],
                 &box[4], &box[5]);
  return vitrail_viewport_crop_body (viewport, box);
}

static gboolean
run_next_segmentation (VitrailSession *session,
                       VitrailViewport *viewport,
                       GVariant *argument)
{
  return vitrail_session_next_segments (session);
}

static gboolean
run_reset_cuts (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  return vitrail_viewport_reset_body (viewport) ||
         vitrail_session_refuse (session, "Only a body can be whole again");
}

static gboolean
run_turn_planes (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  return vitrail_session_turn_planes (session, viewport,
                                      g_variant_get_double (argument));
}

static gboolean
run_reset_planes (VitrailSession *session,
                  VitrailViewport *viewport,
                  GVariant *argument)
{
  return vitrail_session_reset_planes (session, viewport);
}

static gboolean
run_reference_lines (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  vitrail_session_set_reference_lines (
      session, !vitrail_session_get_reference_lines (session));
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_volume_commands[] = {
  { "mpr", NULL, "Axial, sagittal and coronal planes of the images, or the images again", run_mpr },
  { "slab", "d", "Millimetres of a volume that a plane shows together; 0: the plane alone", run_slab },
  { "slab-mode", "s", "What a slab shows of them: maximum, minimum, mean or sum", run_slab_mode },
  { "turn-planes", "d", "Turns the other planes by degrees, clockwise in the active one", run_turn_planes },
  { "reset-planes", NULL, "Planes through the middle, not turned, without slabs", run_reset_planes },
  { "volume-3d", NULL, "The images' volume as a body, or the images again", run_volume_3d },
  { "four-up", NULL, "The three planes and the body, or the images again", run_four_up },
  { "curved", NULL, "The three planes and what is along a path that is drawn in them, or the images again", run_curved },
  { "render-preset", "s", "Colours and opacities of a body by name: CT-Bone, MR-Angio, ..., and changes of these, as volumerender has them", run_render_preset },
  { "render-mode", "s", "composite, maximum, minimum, mean or surface", run_render_mode },
  { "render-shift", "d", "Moves the curves of a body's preset by so many values", run_render_shift },
  { "look-from", "s", "A body from its front, back, left, right, head or feet", run_look_from },
  { "turn-body", "(dd)", "Goes round a body by degrees, to the right and up", run_turn_body },
  { "crop-box", "(dddddd)", "Parts of a body that are seen, 0 to 1: columns from and to, rows, slices", run_crop_box },
  { "next-segmentation", NULL, "Colours in a body what the study's next segmentation of its volume says; after the last one nothing", run_next_segmentation },
  { "reset-cuts", NULL, "The whole body again", run_reset_cuts },
  { "reference-lines", NULL, "Where the active viewport's image runs through the others, or not", run_reference_lines },
  { .name = NULL },
};
/* clang-format on */
