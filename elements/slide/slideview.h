/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any view of a slide at the viewport's resolution: what wsitiler draws, and
 * what the service and the command line call for pictures of slides. Upright
 * views are slideregion.h's; turned and mirrored ones are interpolated linearly
 * from the next finer source. Tiles are decoded and rows drawn on all cores. */

#pragma once

#include "slide/deepzoom.h"

G_BEGIN_DECLS

/**
 * VitrailSlideView:
 * @affine: output pixel centres to pixel centres of level 0, as in framemeta.h
 * @width, @height: of the output
 * @preview: draw only what the cache holds, from coarser or finer tiles where
 *   it lacks the right ones
 * @preview_us: how long a preview that lacks tiles may take to decode coarser
 *   ones, a few at a time; 0: it decodes nothing
 * @nearest: do not interpolate
 * @on_black: what lies beside the slide is black, as around any image in a
 *   viewport, instead of background
 * @is_stale: polled between tiles (may be NULL); TRUE ends the rendering with
 *   G_IO_ERROR_CANCELLED
 */
typedef struct {
  double affine[6];
  guint width;
  guint height;
  gboolean preview;
  gint64 preview_us;
  gboolean nearest;
  gboolean on_black;
  gboolean (*is_stale) (gpointer data);
  gpointer stale_data;
} VitrailSlideView;

/* Sets the affine: (@x, @y) of level 0, in pixels from its upper left corner,
 * lies in the centre; @downsample pixels of level 0 on one of the output, which
 * is turned @rotation degrees clockwise. Sizes must be set before. */
void vitrail_slide_view_set_centre (VitrailSlideView *self,
                                    double x,
                                    double y,
                                    double downsample,
                                    double rotation);

/* @rgb: rows @stride bytes apart. Pixels beside the slide are background.
 * @incomplete (may be NULL): whether tiles were missing (preview only). */
gboolean vitrail_slide_view_render (VitrailSlide *slide,
                                    const VitrailDeepZoom *plan,
                                    VitrailTileCache *cache,
                                    const VitrailSlideView *view,
                                    uint8_t *rgb,
                                    size_t stride,
                                    gboolean *incomplete,
                                    GError **error);

G_END_DECLS
