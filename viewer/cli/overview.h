/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A whole slide as one picture. */

#pragma once

#include "pixel/present.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/* The slide fitted into @width x @height pixels, white around it; with 0, 0 its
 * longest side is 1024 pixels, or what it has if that is less. Read in bands:
 * memory does not grow with the slide. */
gboolean vitrail_overview_render (VitrailSlide *slide,
                                  guint width,
                                  guint height,
                                  VitrailImage *image,
                                  GError **error);

G_END_DECLS
