/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of DeepZoom ask of a plan. */

#pragma once

#include "slide/deepzoom.h"

G_BEGIN_DECLS

/* How much of a tile lies within a level's side. */
guint vitrail_deepzoom_tile_side (guint64 side, guint tile_size, guint index);
/* FALSE, with @error, outside of the plan. */
gboolean vitrail_deepzoom_check_place (VitrailSlide *slide,
                                       const VitrailDeepZoom *self,
                                       guint level,
                                       guint column,
                                       guint row,
                                       GError **error);
/* Whether the tile here is a whole one of the slide's own grid. */
gboolean vitrail_deepzoom_is_whole_stored (VitrailSlide *slide,
                                           const VitrailDeepZoom *self,
                                           guint index,
                                           guint column,
                                           guint row);

G_END_DECLS
