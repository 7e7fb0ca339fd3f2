/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTissue: where on a slide there is tissue, so that a key can step
 * through it, and what has not been seen yet can be told. Found on a picture of
 * the whole slide, 1,024 pixels long at most: pixels that differ from the
 * background (tissuemask.h), gaps of a 50th closed, parts of less than a
 * 5,000th left out. Immutable. */

#pragma once

#include "slide/deepzoom.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_TISSUE (vitrail_tissue_get_type ())

/**
 * VitrailTissueRegion:
 * @rect: x, y, width, height, in pixels of level 0, as all of this
 * @area: pixels of level 0, holes included where they were closed
 * @points, @n_points: corners of its outline, clockwise, x and y of each; the
 *   first is not repeated
 */
typedef struct {
  double rect[4];
  double area;
  guint n_points;
  const double (*points)[2];
} VitrailTissueRegion;

typedef struct _VitrailTissue VitrailTissue;

GType vitrail_tissue_get_type (void) G_GNUC_CONST;
/* @is_stale, @data: polled now and then (may be NULL); TRUE ends it with
 * G_IO_ERROR_CANCELLED. Channels of a slide without colours are looked at
 * together. Takes a slide a fraction of a second once its coarsest level is
 * small; where none is, the thumbnail beside it is looked at, if there is one.
 * A slide without tissue has no regions. */
VitrailTissue *vitrail_tissue_find (VitrailSlide *slide,
                                    VitrailTileCache *cache,
                                    gboolean (*is_stale) (gpointer),
                                    gpointer data,
                                    GError **error);
VitrailTissue *vitrail_tissue_ref (VitrailTissue *self);
void vitrail_tissue_unref (VitrailTissue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTissue, vitrail_tissue_unref)

/* In reading order: rows from above to below, in each from left to right. */
guint vitrail_tissue_get_n_regions (const VitrailTissue *self);
void vitrail_tissue_get_region (const VitrailTissue *self,
                                guint index,
                                VitrailTissueRegion *region);
/* Which region lies at (@x, @y) of level 0: the one that holds it in its
 * rectangle, else the nearest; -1 where there is none at all. */
int vitrail_tissue_find_region (const VitrailTissue *self, double x, double y);

/* How much of @rect, x, y, width, height in level 0, is tissue: 0 to 1. */
double
vitrail_tissue_get_share (const VitrailTissue *self, const double rect[4]);

/* {"width", "height": of level 0, "is_dark": fluorescence, "regions": [{"rect":
 * [x, y, width, height], "area", "outline": [[x, y], ...]}]} */
char *vitrail_tissue_to_json (const VitrailTissue *self);

G_END_DECLS
