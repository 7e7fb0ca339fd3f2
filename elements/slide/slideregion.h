/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any rectangle of a slide in any size, upright: what the IIIF Image API asks
 * for. Turned views: slideview.h. */

#pragma once

#include "slide/deepzoom.h"

G_BEGIN_DECLS

/**
 * VitrailSlideRegion:
 * @rect: x, y, width, height in pixels of level 0, whose upper left corner is
 *   (0, 0); fractions are welcome; what lies beside the slide is background
 * @width, @height: of the picture; a pixel need not be square
 * @in_parallel: on all cores (parallel.h), for what somebody waits for; else on
 *   the calling thread alone
 * @on_black: what lies beside the slide is black instead of background
 * @is_stale: polled between tiles, on the calling thread (may be NULL); TRUE
 *   ends the rendering with G_IO_ERROR_CANCELLED
 */
typedef struct {
  double rect[4];
  guint width;
  guint height;
  gboolean in_parallel;
  gboolean on_black;
  gboolean (*is_stale) (gpointer data);
  gpointer stale_data;
} VitrailSlideRegion;

/* @rgb: @height rows of @width pixels, @stride bytes apart. The picture depends
 * on the slide and the region only, not on what @cache holds. @plan is
 * vitrail_deepzoom_init ()'s for @slide. A tile that cannot be had is
 * background and named in the log, once; its error is returned only where no
 * tile could be had. VITRAIL_ERROR_LIMIT where the region is too large, or no
 * level is near.
 */
gboolean vitrail_slide_render_region (VitrailSlide *slide,
                                      const VitrailDeepZoom *plan,
                                      VitrailTileCache *cache,
                                      const VitrailSlideRegion *region,
                                      uint8_t *rgb,
                                      size_t stride,
                                      GError **error);

G_END_DECLS
