/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The arithmetic of wsitiler: see tiler.h. */

#include "slide/tiler.h"

static double
get_aspect (VitrailSlide *slide)
{
  double mpp_um[2];
  return vitrail_slide_get_mpp_um (slide, mpp_um) ? mpp_um[1] / mpp_um[0] : 1.0;
}

/* Level 0 pixels on one of the output; 0 where the slide is to fit. A
 * magnification is one of the objective; where that is unknown, 10 micrometres
 * over the magnification is a pixel. */
static double
get_downsample (const VitrailTilerSettings *self, VitrailSlide *slide)
{
  double power = vitrail_slide_get_objective_power (slide);
  double mpp_um[2];

  if (self->downsample > 0 || !(self->magnification > 0))
    return self->downsample;
  if (power > 0)
    return power / self->magnification;
  if (vitrail_slide_get_mpp_um (slide, mpp_um))
    return 10.0 / self->magnification / mpp_um[0];
  return 0.0;
}

/* The point of level 0, from its upper left corner, where the plane says that
 * the millimetres are. FALSE where they are not asked for, or nowhere. */
static gboolean
find_millimetres (const VitrailTilerSettings *self,
                  VitrailSlide *slide,
                  double centre[2])
{
  double p[12];

  if (self->x_mm <= VITRAIL_TILER_UNSET || self->y_mm <= VITRAIL_TILER_UNSET ||
      !vitrail_slide_get_plane (slide, p))
    return FALSE;
  const double determinant = p[0] * p[5] - p[1] * p[4];
  const double x = self->x_mm - p[3];
  const double y = self->y_mm - p[7];
  if (determinant == 0.0)
    return FALSE;
  centre[0] = (p[5] * x - p[1] * y) / determinant + 0.5;
  centre[1] = (p[0] * y - p[4] * x) / determinant + 0.5;
  return TRUE;
}

void
vitrail_tiler_set_affine (const VitrailTilerSettings *self,
                          VitrailSlide *slide,
                          VitrailSlideView *view)
{
  VitrailView fitted = VITRAIL_VIEW_INIT;
  VitrailSlideLevel finest;
  double downsample = get_downsample (self, slide);

  vitrail_slide_get_level (slide, 0, &finest);
  if (!self->has_view && downsample > 0) {
    double centre[2] = {
      self->x >= 0 ? self->x : (double) finest.width / 2,
      self->y >= 0 ? self->y : (double) finest.height / 2,
    };
    find_millimetres (self, slide, centre);
    vitrail_slide_view_set_centre (view, centre[0], centre[1], downsample,
                                   self->rotation);
    return;
  }
  fitted.rotation = self->rotation;
  if (self->has_view)
    fitted = self->view;
  view->nearest = fitted.interpolation == VITRAIL_INTERPOLATION_NEAREST;
  vitrail_view_get_affine (&fitted, (guint) finest.width, (guint) finest.height,
                           get_aspect (slide), view->width, view->height,
                           view->affine);
}

void
vitrail_tiler_get_level_affine (VitrailSlide *slide,
                                const VitrailSlideLevel *level,
                                const gint64 corner[2],
                                double affine[6])
{
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide, 0, &finest);
  double scale_x = (double) finest.width / (double) level->width;
  double scale_y = (double) finest.height / (double) level->height;
  affine[0] = scale_x;
  affine[1] = 0.0;
  affine[2] = ((double) corner[0] + 0.5) * scale_x - 0.5;
  affine[3] = 0.0;
  affine[4] = scale_y;
  affine[5] = ((double) corner[1] + 0.5) * scale_y - 0.5;
}

void
vitrail_tiler_find_tiles (const VitrailTilerSettings *self,
                          const VitrailSlideLevel *level,
                          guint first[2],
                          guint end[2])
{
  const gint64 *region = self->region;

  first[0] = first[1] = 0;
  end[0] = level->columns;
  end[1] = level->rows;
  if (region[2] <= 0)
    return;
  first[0] = (guint) (MAX (region[0], 0) / level->tile_width);
  first[1] = (guint) (MAX (region[1], 0) / level->tile_height);
  gint64 right = MAX (region[0] + region[2] - 1, -1) / level->tile_width + 1;
  gint64 below = MAX (region[1] + region[3] - 1, -1) / level->tile_height + 1;
  end[0] = (guint) MIN (right, level->columns);
  end[1] = (guint) MIN (below, level->rows);
}
