/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies in a viewport: see viewportbody.h. */

#include "viewportbody.h"

#include "viewport-private.h"

#include <math.h>

gboolean
vitrail_viewport_is_body (VitrailViewport *self)
{
  return self->display_set != NULL &&
         self->display_set->kind == VITRAIL_DISPLAY_SET_BODY;
}

/* Millimetres between pixels when all of the volume is seen; 0: not known. */
static double
get_spacing (VitrailViewport *self)
{
  VitrailVolume *volume = vitrail_viewport_get_volume (self);
  VitrailCamera camera = VITRAIL_CAMERA_INIT;
  VitrailCameraPicture picture;

  camera.width = self->width;
  camera.height = self->height;
  return volume != NULL &&
                 vitrail_camera_place (&camera,
                                       vitrail_volume_get_info (volume),
                                       &picture, NULL)
             ? picture.spacing
             : 0;
}

void
vitrail_viewport_place_body (VitrailViewport *self)
{
  const double spacing = get_spacing (self);
  const double pan[2] = {
    (0.5 - self->view.pan_x) * self->width * spacing,
    (0.5 - self->view.pan_y) * self->height * spacing,
  };

  if (self->graph != NULL && vitrail_viewport_is_body (self))
    vitrail_view_graph_set_body (self->graph, &self->body, self->view.zoom,
                                 self->view.rotation, pan);
}

void
vitrail_viewport_get_body (VitrailViewport *self, VitrailBodyLook *look)
{
  *look = self->body;
}

/* Shapes are read only where they are not the ones that are there: a body is
 * turned at each move of a hand. */
static gboolean
is_cut (const VitrailBodyLook *before, const VitrailBodyLook *look)
{
  for (guint a = 0; a < 3; a++) {
    const double *ends = look->box + (gsize) 2 * a;
    if (!(ends[0] >= 0 && ends[0] < ends[1] && ends[1] <= 1))
      return FALSE;
  }
  if (g_strcmp0 (before->cuts, look->cuts) == 0)
    return TRUE;
  g_autoptr (VitrailCuts) cuts = vitrail_cuts_new (look->cuts, NULL);
  return cuts != NULL;
}

gboolean
vitrail_viewport_set_body (VitrailViewport *self, const VitrailBodyLook *look)
{
  VitrailTransfer transfer;

  if (!vitrail_viewport_is_body (self) ||
      !vitrail_transfer_parse (look->preset, &transfer, NULL) ||
      !isfinite (look->azimuth) || !isfinite (look->elevation) ||
      !isfinite (look->shift) || !is_cut (&self->body, look))
    return FALSE;
  self->body = *look;
  self->body.preset = g_intern_string (look->preset);
  self->body.cuts = g_intern_string (look->cuts);
  self->body.azimuth = fmod (look->azimuth, 360);
  self->body.elevation = CLAMP (look->elevation, -90, 90);
  vitrail_viewport_place_body (self);
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

void
vitrail_viewport_set_segments (VitrailViewport *self,
                               const VitrailRenderSegments *segments)
{
  if (segments == NULL && self->segments == NULL)
    return;
  g_clear_pointer (&self->segments, vitrail_render_segments_free);
  if (segments != NULL)
    self->segments = vitrail_render_segments_copy (segments);
  if (self->graph != NULL)
    vitrail_view_graph_set_segments (self->graph, self->segments);
}

VitrailVolume *
vitrail_viewport_get_volume (VitrailViewport *self)
{
  return self->volume != NULL ? vitrail_volume_work_get_volume (self->volume)
                              : NULL;
}
