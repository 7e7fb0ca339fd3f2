/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Upright regions of slides: see slideregion.h. */

#include "slide/slideregion.h"

#include "slide/slideview.h"

gboolean
/* NOLINTNEXTLINE(readability-function-size): where from, what, where to */
vitrail_slide_render_region (VitrailSlide *slide,
                             const VitrailDeepZoom *plan,
                             VitrailTileCache *cache,
                             const VitrailSlideRegion *region,
                             uint8_t *rgb,
                             size_t stride,
                             GError **error)
{
  const double scale_x = region->rect[2] / region->width;
  const double scale_y = region->rect[3] / region->height;
  const VitrailSlideView view = {
    .affine = { scale_x, 0, region->rect[0] + scale_x / 2 - 0.5, 0, scale_y,
                region->rect[1] + scale_y / 2 - 0.5 },
    .width = region->width,
    .height = region->height,
    .is_stale = region->is_stale,
    .stale_data = region->stale_data,
  };

  return vitrail_slide_view_render (slide, plan, cache, &view, rgb, stride,
                                    NULL, error);
}
