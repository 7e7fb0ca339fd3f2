/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a slide is shown: the value and its defaults. See look.h. */

#include "slide/look.h"

#include <math.h>

G_DEFINE_BOXED_TYPE (VitrailSlideLook,
                     vitrail_slide_look,
                     vitrail_slide_look_copy,
                     vitrail_slide_look_free)

static guint
find_focal_plane (VitrailSlide *slide)
{
  const guint n_planes = vitrail_slide_get_n_focal_planes (slide);
  guint nearest = 0;

  for (guint i = 1; i < n_planes; i++)
    if (fabs (vitrail_slide_get_focal_plane_um (slide, i)) <
        fabs (vitrail_slide_get_focal_plane_um (slide, nearest)))
      nearest = i;
  return nearest;
}

VitrailSlideLook *
vitrail_slide_look_new (VitrailSlide *slide)
{
  VitrailSlideLook *self = g_new0 (VitrailSlideLook, 1);

  self->color_managed = TRUE;
  self->focal_plane = find_focal_plane (slide);
  for (guint i = 0; i < VITRAIL_N_STAINS; i++)
    vitrail_stain_look_init (&self->stains[i], (VitrailStain) i);
  return self;
}

VitrailSlideLook *
vitrail_slide_look_copy (const VitrailSlideLook *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
vitrail_slide_look_free (VitrailSlideLook *self)
{
  g_free (self);
}

void
vitrail_slide_look_set_default_channels (VitrailSlideLook *self,
                                         VitrailSlide *slide)
{
  self->n_channels =
      MIN (vitrail_slide_get_n_paths (slide), VITRAIL_SLIDE_MAX_PATHS);
  for (guint i = 0; i < self->n_channels; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    self->channels[i] = (VitrailChannelLook){
      .visible = TRUE,
      .rgb = { path.rgb[0], path.rgb[1], path.rgb[2] },
      .gamma = 1.0,
      .opacity = 1.0,
    };
  }
}

void
vitrail_slide_look_set_default_stains (VitrailSlideLook *self)
{
  self->has_stains = TRUE;
  for (guint i = 0; i < VITRAIL_N_STAINS; i++) {
    vitrail_stain_look_init (&self->stains[i], (VitrailStain) i);
    self->stains[i].visible = i == (guint) self->stain;
  }
}
