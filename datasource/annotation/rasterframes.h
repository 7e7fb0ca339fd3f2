/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frames of segmentations and parametric maps, as layers of pixels: what
 * slideraster.c reads once. */

#pragma once

#include "annotation/rasterlayer.h"

G_BEGIN_DECLS

/* VitrailRasterSource: a segment as its object describes it. */
typedef struct {
  guint number;
  char *label;
  guint32 rgb;
} VitrailRasterSource;

/**
 * VitrailRasterFrames:
 * @size: of the total pixel matrix
 * @segments: (element-type VitrailRasterSource)
 * @layers: (element-type VitrailRasterLayer)
 * @room: that they take
 * @affine: from pixel centres of the slide's level 0 to those of the matrix
 * @range: of values
 */
typedef struct {
  VitrailRasterKind kind;
  guint64 size[2];
  GArray *segments;
  GPtrArray *layers;
  VitrailRasterRoom room;
  double affine[6];
  double range[2];
  char *quantity;
  char *unit;
  guint n_missing;
} VitrailRasterFrames;

/* SOP classes that are known: (array zero-terminated=1) */
const char *const *vitrail_raster_frames_list_classes (void);
/* FALSE: not one of them. */
gboolean vitrail_raster_frames_find_kind (const char *sop_class,
                                          VitrailRasterKind *kind);

/* @self: zeroes; to be cleared in any case. */
gboolean vitrail_raster_frames_read (VitrailRasterFrames *self,
                                     VitrailInstance *instance,
                                     VitrailSlide *slide,
                                     GCancellable *cancellable,
                                     GError **error);
void vitrail_raster_frames_clear (VitrailRasterFrames *self);

G_END_DECLS
