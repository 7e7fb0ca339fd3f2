/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a viewport shows its picture: view, presentation, size, and where things
 * lie in the picture that is on the screen. */

#include "slidemeta.h"
#include "viewport-private.h"
#include "viewportslide.h"

#include <math.h>

/* Viewport pixels that one image pixel may cover; zoom out to a tenth. */
#define ZOOM_MAX_PX 64.0
#define ZOOM_MIN    0.1

/* The zoom that makes one image pixel ZOOM_MAX_PX large. */
static double
get_zoom_limit (VitrailViewport *self, const VitrailView *view)
{
  VitrailViewportGeometry g;
  if (!vitrail_viewport_get_geometry (self, &g))
    return G_MAXDOUBLE;
  double fit = vitrail_view_get_fit_scale (view, g.image_width, g.image_height,
                                           g.aspect, g.width, g.height);
  return fit > 0 ? fmax (ZOOM_MAX_PX / fit, 1.0) : G_MAXDOUBLE;
}

void
vitrail_viewport_set_view (VitrailViewport *self, const VitrailView *view)
{
  if (!isfinite (view->zoom) || !isfinite (view->pan_x) ||
      !isfinite (view->pan_y) || !isfinite (view->rotation))
    return;
  VitrailView checked = *view;
  checked.zoom = CLAMP (view->zoom, ZOOM_MIN, get_zoom_limit (self, view));
  checked.pan_x = CLAMP (view->pan_x, 0.0, 1.0);
  checked.pan_y = CLAMP (view->pan_y, 0.0, 1.0);
  checked.rotation = fmod (fmod (view->rotation, 360.0) + 360.0, 360.0);
  if (vitrail_view_equal (&self->view, &checked))
    return;
  self->view = checked;
  if (self->graph != NULL)
    vitrail_view_graph_set_view (self->graph, &checked);
  vitrail_viewport_place_body (self);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_get_view (VitrailViewport *self, VitrailView *view)
{
  *view = self->view;
}

void
vitrail_viewport_set_presentation (VitrailViewport *self,
                                   const VitrailPresentation *presentation)
{
  if (presentation->has_window && (!isfinite (presentation->window_center) ||
                                   !isfinite (presentation->window_width)))
    return;
  if (vitrail_presentation_equal (&self->presentation, presentation))
    return;
  self->presentation = *presentation;
  self->presentation.colormap = g_intern_string (presentation->colormap);
  if (self->graph != NULL)
    vitrail_view_graph_set_presentation (self->graph, presentation);
  vitrail_viewport_emit_changed (self);
}

void
vitrail_viewport_get_presentation (VitrailViewport *self,
                                   VitrailPresentation *presentation)
{
  *presentation = self->presentation;
}

void
vitrail_viewport_reset (VitrailViewport *self)
{
  static const VitrailView view = VITRAIL_VIEW_INIT;
  static const VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  vitrail_viewport_set_view (self, &view);
  vitrail_viewport_set_presentation (self, &presentation);
  vitrail_viewport_set_look (self, "", NULL);
}

void
vitrail_viewport_set_size (VitrailViewport *self, guint width, guint height)
{
  if (self->width == width && self->height == height)
    return;
  self->width = width;
  self->height = height;
  vitrail_viewport_place_body (self);
  if (self->graph != NULL)
    vitrail_view_graph_set_size (self->graph, width, height);
}

void
vitrail_viewport_get_shown (VitrailViewport *self, VitrailShownState *state)
{
  /* Beside an error an older picture would look like the one that failed. */
  if (self->shown != NULL && self->error == NULL)
    vitrail_shown_get (self->shown, state);
  else
    *state = (VitrailShownState){ 0 };
}

guint
vitrail_viewport_get_shown_position (VitrailViewport *self)
{
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (self, &state);
  if (state.info == NULL || self->display_set == NULL ||
      self->display_set->kind == VITRAIL_DISPLAY_SET_WAVEFORM ||
      self->display_set->kind == VITRAIL_DISPLAY_SET_BODY ||
      self->display_set->kind == VITRAIL_DISPLAY_SET_PATH)
    return state.valid ? self->position : 0;
  if (self->display_set->kind == VITRAIL_DISPLAY_SET_PLANE)
    return vitrail_viewport_find_plane (self, &state);
  guint first = GPOINTER_TO_UINT (
      g_hash_table_lookup (self->positions, state.info->sop_instance_uid));
  if (first == 0 || self->display_set->kind == VITRAIL_DISPLAY_SET_STACK)
    return first;
  return first + state.info->frame - 1;
}

/* From the reference to the slide that the feed holds. */
static gboolean
get_slide_geometry (VitrailViewport *self, VitrailViewportGeometry *geometry)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  guint generation = 0;
  VitrailSlideLevel finest;
  double mpp_um[2];
  if (!vitrail_feed_peek (self->feed, &buffer, &caps, &generation))
    return FALSE;
  VitrailSlide *slide = vitrail_buffer_get_slide (buffer);
  if (slide == NULL)
    return FALSE;
  vitrail_slide_get_level (slide, 0, &finest);
  geometry->image_width = (guint) MIN (finest.width, G_MAXINT);
  geometry->image_height = (guint) MIN (finest.height, G_MAXINT);
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0)
    geometry->aspect = mpp_um[1] / mpp_um[0];
  return geometry->image_width > 0 && geometry->image_height > 0;
}

gboolean
vitrail_viewport_get_geometry (VitrailViewport *self,
                               VitrailViewportGeometry *geometry)
{
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (self, &state);
  *geometry = (VitrailViewportGeometry){
    .aspect = 1.0,
    .width = self->width,
    .height = self->height,
  };
  if (!state.valid || self->width == 0 || self->height == 0)
    return FALSE;
  if (state.info == NULL)
    return get_slide_geometry (self, geometry);
  geometry->image_width = state.info->format.width;
  geometry->image_height = state.info->format.height;
  geometry->aspect = vitrail_frame_info_get_aspect (state.info);
  return TRUE;
}
