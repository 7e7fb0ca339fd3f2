/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind slideoverlay's raster: a segmentation or a parametric map
 * over a view of its slide, and the legend of the latter. */

#pragma once

#include "annotation/slideraster.h"
#include "overlay/planes.h"

G_BEGIN_DECLS

/* @affine: from pixel centres of @canvas to those of the slide's level 0
 * (framemeta.h). Pixels stay sharp where they are enlarged; reduced, those of
 * the pyramid's next finer level count. */
void vitrail_slide_raster_draw (VitrailSlideRaster *raster,
                                const VitrailCanvas *canvas,
                                const double affine[6]);

/* The same as @style says instead of the raster. An RGBA canvas that was empty
 * has colours multiplied by their opacity afterwards. */
void vitrail_slide_raster_draw_style (VitrailSlideRaster *raster,
                                      const VitrailRasterStyle *style,
                                      const VitrailCanvas *canvas,
                                      const double affine[6]);

/* A bar of the colormap at the right, above the middle, its least and greatest
 * value beside it; left of those of @n_before others. FALSE where there are no
 * values, or no room. */
gboolean vitrail_slide_raster_draw_legend (VitrailSlideRaster *raster,
                                           const VitrailCanvas *canvas,
                                           guint n_before);

G_END_DECLS
