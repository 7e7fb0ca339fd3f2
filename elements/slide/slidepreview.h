/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Views of slides from what is there already: see slideview.h. */

#pragma once

#include "slide/slideview.h"

G_BEGIN_DECLS

/* Whether all tiles that @view needs are held: then it need be no preview. */
gboolean vitrail_slide_preview_is_held (VitrailSlide *slide,
                                        const VitrailDeepZoom *plan,
                                        VitrailTileCache *cache,
                                        const VitrailSlideView *view);

/* Draws @view, a preview, from what is held. */
void vitrail_slide_preview_draw (VitrailSlide *slide,
                                 const VitrailDeepZoom *plan,
                                 VitrailTileCache *cache,
                                 const VitrailSlideView *view,
                                 uint8_t *rgb,
                                 size_t stride);

G_END_DECLS
