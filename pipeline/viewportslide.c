/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A viewport's slide: see viewportslide.h. */

#include "viewportslide.h"

#include "slidemeta.h"
#include "viewport-private.h"

#include <math.h>

#define FIRST_LAYERS (1u << VITRAIL_SLIDE_OVERVIEW)

VitrailSlide *
vitrail_viewport_ref_slide (VitrailViewport *self)
{
  g_autoptr (GstBuffer) buffer = NULL;
  if (!vitrail_viewport_is_slide (self) ||
      !vitrail_feed_peek (self->feed, &buffer, NULL, NULL))
    return NULL;
  VitrailSlide *slide = vitrail_buffer_get_slide (buffer);
  return slide != NULL ? g_object_ref (slide) : NULL;
}

gboolean
vitrail_viewport_is_slide (VitrailViewport *self)
{
  return self->display_set != NULL &&
         self->display_set->kind == VITRAIL_DISPLAY_SET_SLIDE;
}

void
vitrail_viewport_reset_slide (VitrailViewport *self)
{
  self->layers = FIRST_LAYERS;
  vitrail_viewport_set_look (self, "", NULL);
}

/* Look */

gboolean
vitrail_viewport_set_look (VitrailViewport *self,
                           const char *text,
                           GError **error)
{
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (self);
  if (slide != NULL) {
    g_autoptr (VitrailSlideLook) look =
        vitrail_slide_look_from_string (slide, text, error);
    if (look == NULL)
      return FALSE;
  }
  if (g_strcmp0 (self->look, text) == 0)
    return TRUE;
  g_autofree char *old = self->look;
  self->look = g_strdup (text);
  if (self->graph != NULL)
    vitrail_view_graph_set_look (self->graph, text);
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

const char *
vitrail_viewport_get_look (VitrailViewport *self)
{
  return self->look;
}

VitrailSlideLook *
vitrail_viewport_dup_look (VitrailViewport *self, VitrailSlide *slide)
{
  VitrailSlideLook *look =
      vitrail_slide_look_from_string (slide, self->look, NULL);
  return look != NULL ? look : vitrail_slide_look_new (slide);
}

/* Magnification */

double
vitrail_slide_get_full_magnification (VitrailSlide *slide)
{
  double power = vitrail_slide_get_objective_power (slide);
  double mpp_um[2];
  if (power > 0)
    return power;
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0)
    return 10 / mpp_um[0];
  return 0;
}

/* The magnification of a zoom of 1; 0 where unknown. */
static double
get_fit_magnification (VitrailViewport *self)
{
  VitrailViewportGeometry g;
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (self);
  if (slide == NULL || !vitrail_viewport_get_geometry (self, &g))
    return 0;
  return vitrail_slide_get_full_magnification (slide) *
         vitrail_view_get_fit_scale (&self->view, g.image_width, g.image_height,
                                     g.aspect, g.width, g.height);
}

double
vitrail_viewport_get_magnification (VitrailViewport *self)
{
  return get_fit_magnification (self) * self->view.zoom;
}

void
vitrail_viewport_set_magnification (VitrailViewport *self, double magnification)
{
  double fit = get_fit_magnification (self);
  if (!(fit > 0))
    return;
  VitrailView view = self->view;
  view.zoom = magnification / fit;
  vitrail_viewport_set_view (self, &view);
}

/* Layers */

gboolean
vitrail_viewport_get_layer (VitrailViewport *self, VitrailSlideLayer layer)
{
  return (self->layers & (1u << layer)) != 0;
}

void
vitrail_viewport_set_layer (VitrailViewport *self,
                            VitrailSlideLayer layer,
                            gboolean on)
{
  guint layers =
      on ? self->layers | (1u << layer) : self->layers & ~(1u << layer);
  if (layers == self->layers)
    return;
  self->layers = layers;
  vitrail_viewport_emit_changed (self);
}

const char *
vitrail_slide_find_associated (VitrailSlide *slide, VitrailSlideLayer layer)
{
  /* Readers name the scanner's picture one way or the other. */
  static const char *const labels[] = { "label", NULL };
  static const char *const macros[] = { "macro", "overview", NULL };
  const char *const *names = NULL;
  if (layer == VITRAIL_SLIDE_LABEL)
    names = labels;
  else if (layer == VITRAIL_SLIDE_MACRO)
    names = macros;
  const char *const *there = vitrail_slide_list_associated (slide);
  for (; names != NULL && there != NULL && *names != NULL; names++) {
    if (g_strv_contains (there, *names))
      return *names;
  }
  return NULL;
}
