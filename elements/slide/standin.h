/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small picture of all of a slide that is there already, beside it: what is
 * shown, or looked at, where the levels are too large for that. */

#pragma once

#include "slide/tilecache.h"

G_BEGIN_DECLS

/* The associated image "thumbnail" where it shows what level 0 does, as its
 * shape tells; through @cache. NULL where there is none, it is broken, or a
 * server would have to be asked for it. */
VitrailTile *
vitrail_slide_ref_stand_in (VitrailSlide *slide, VitrailTileCache *cache);

/* Whether no level of @slide is small: even the coarsest has more than @n_tiles
 * tiles. */
gboolean vitrail_slide_is_large (VitrailSlide *slide, guint n_tiles);

G_END_DECLS
