/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRasters: segmentations and parametric maps of slides as the service
 * shows them: read once, kept within the memory budget, and cut into tiles on
 * the slide's own DeepZoom grid. Workers only. */

#pragma once

#include "annotation/slideraster.h"
#include "rasterwish.h"
#include "slideobjects.h"

G_BEGIN_DECLS

typedef struct _VitrailRasters VitrailRasters;

VitrailRasters *vitrail_rasters_new (void);
void vitrail_rasters_free (VitrailRasters *self);

/* Those of @slide: (element-type VitrailSlideObject) */
GPtrArray *vitrail_rasters_list (const VitrailRequest *request,
                                 const VitrailOpenSlide *slide);

#define VITRAIL_RASTER_TAG_SIZE 64

/**
 * vitrail_rasters_ref:
 * @uid: of an object that vitrail_rasters_list () has
 * @tag: of its content and the slide's
 *
 * Reads all of it, unless it is kept: may take long. VITRAIL_ERROR_NOT_FOUND;
 * VITRAIL_ERROR_LIMIT where it is too large to be kept.
 */
VitrailSlideRaster *vitrail_rasters_ref (const VitrailRequest *request,
                                         const VitrailOpenSlide *slide,
                                         const char *uid,
                                         char tag[VITRAIL_RASTER_TAG_SIZE],
                                         GError **error);

/* What lies in the tile at @place (DeepZoom: level, column, row) of @slide, as
 * PNG with opacity. VITRAIL_ERROR_NOT_FOUND where there is no such tile. */
GBytes *vitrail_raster_make_tile (VitrailSlideRaster *raster,
                                  const VitrailRasterWish *wish,
                                  const VitrailDeepZoom *plan,
                                  const guint place[3],
                                  GError **error);
/* The same, kept; @key: names raster and wish. */
GBytes *vitrail_rasters_ref_tile (VitrailRasters *self,
                                  const char *key,
                                  VitrailSlideRaster *raster,
                                  const VitrailRasterWish *wish,
                                  const VitrailOpenSlide *slide,
                                  const guint place[3],
                                  GError **error);

G_END_DECLS
