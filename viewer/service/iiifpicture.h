/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures and descriptions of a slide as the IIIF Image API wants them. */

#pragma once

#include "iiif.h"
#include "slides.h"

G_BEGIN_DECLS

/* What may be asked of @slide. */
void vitrail_iiif_get_limits (const VitrailOpenSlide *slide,
                              VitrailIiifLimits *limits);

/* info.json (section 5); @base: the image's URL. */
GString *
vitrail_iiif_describe (const VitrailOpenSlide *slide, const char *base);

/* @picture drawn, turned and encoded. Blocks. */
GBytes *vitrail_iiif_draw (const VitrailOpenSlide *slide,
                           const VitrailIiifPicture *picture,
                           GCancellable *cancellable,
                           GError **error);

/* The kernel behind it: @from, @width x @height pixels of @channels bytes
 * without gaps, mirrored left to right where asked, then turned @rotation
 * degrees (0, 90, 180, 270) clockwise, into @to. */
void vitrail_iiif_turn (const uint8_t *from,
                        guint width,
                        guint height,
                        guint channels,
                        const VitrailIiifPicture *how,
                        uint8_t *to);

G_END_DECLS
