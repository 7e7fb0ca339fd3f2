/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a segmentation or a parametric map is to be shown, as a query says it.
 * Pure. */

#pragma once

#include "annotation/slideraster.h"
#include "request.h"

G_BEGIN_DECLS

/**
 * VitrailRasterWish:
 * @colormap: a constant; NULL: the usual one
 * @has_low, @has_high: whether @low, @high replace the least and greatest value
 * @segments: (element-type guint) numbers of those that are shown; NULL: all
 */
typedef struct {
  const char *colormap;
  gboolean has_low;
  gboolean has_high;
  double low;
  double high;
  GArray *segments;
} VitrailRasterWish;

/* Reads colormap=, low=, high= and segments=1,2,... @self is to be cleared in
 * any case. VITRAIL_HTTP_ERROR 400 names what is wrong. */
gboolean vitrail_raster_wish_parse (VitrailRasterWish *self,
                                    const VitrailRequest *request,
                                    GError **error);
void vitrail_raster_wish_clear (VitrailRasterWish *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailRasterWish, vitrail_raster_wish_clear)

/* Everything that it says, for keys. */
char *vitrail_raster_wish_to_string (const VitrailRasterWish *self);

/* Makes @style what it says; all opaque: how much is seen through, the page
 * decides. */
void vitrail_raster_wish_apply (const VitrailRasterWish *self,
                                VitrailRasterStyle *style);

G_END_DECLS
