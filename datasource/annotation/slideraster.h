/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideRaster: a segmentation (binary, fractional, label map) or a
 * parametric map of a slide, of whatever resolution, to be drawn over it: its
 * pixels as a sparse pyramid in memory, and how each segment, or its values,
 * are shown. Safe on any thread. */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_RASTER (vitrail_slide_raster_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideRaster,
                      vitrail_slide_raster,
                      VITRAIL,
                      SLIDE_RASTER,
                      GObject)

/**
 * VitrailSlideRaster::changed:
 *
 * It is shown in another way now.
 */

/**
 * VitrailRasterKind:
 * @VITRAIL_RASTER_COVERAGE: how much of a pixel each segment covers (binary and
 *   fractional segmentations); segments may lie over each other
 * @VITRAIL_RASTER_LABELS: which segment a pixel is of (label maps)
 * @VITRAIL_RASTER_VALUES: numbers (parametric maps)
 */
typedef enum {
  VITRAIL_RASTER_COVERAGE,
  VITRAIL_RASTER_LABELS,
  VITRAIL_RASTER_VALUES,
} VitrailRasterKind;

/**
 * vitrail_slide_raster_new:
 * @instance: Segmentation, Label Map Segmentation or Parametric Map
 * @slide: what it lies on
 *
 * Reads all frames: may take long. It is placed by slide millimetres, where
 * both say any, else stretched over the slide. Frames that cannot be read are
 * left out and counted. What it takes is taken from the memory budget before it
 * is allocated, and given back with the raster.
 *
 * VITRAIL_ERROR_FORMAT: another kind of object; VITRAIL_ERROR_LIMIT: more than
 * VITRAIL_LIMIT_RASTER_BYTES of pixels that are not empty, or than the budget
 * has room for.
 *
 * Returns: (transfer full): the raster
 */
VitrailSlideRaster *vitrail_slide_raster_new (VitrailInstance *instance,
                                              VitrailSlide *slide,
                                              GCancellable *cancellable,
                                              GError **error);

/* SOP classes of what can be a raster: (array zero-terminated=1) */
const char *const *vitrail_slide_raster_list_classes (void);
/* Whether objects of @sop_class have values; else segments. */
gboolean vitrail_slide_raster_class_has_values (const char *sop_class);

VitrailRasterKind vitrail_slide_raster_get_kind (VitrailSlideRaster *self);
/* Frames that could not be read. */
guint vitrail_slide_raster_get_n_missing (VitrailSlideRaster *self);

/**
 * VitrailRasterSegment:
 * @number: as its object counts
 * @label: for a person, UTF-8
 * @rgb: 0xRRGGBB
 * @opacity: 0 to 1; 0: hidden
 */
typedef struct {
  guint number;
  const char *label;
  guint32 rgb;
  double opacity;
} VitrailRasterSegment;

/* 0 for values. */
guint vitrail_slide_raster_get_n_segments (VitrailSlideRaster *self);
/**
 * vitrail_slide_raster_get_segment:
 * @segment: (out caller-allocates): its texts live as long as the raster
 *
 * Returns: FALSE beyond the last
 */
gboolean vitrail_slide_raster_get_segment (VitrailSlideRaster *self,
                                           guint index,
                                           VitrailRasterSegment *segment);
void vitrail_slide_raster_set_segment (VitrailSlideRaster *self,
                                       guint index,
                                       guint32 rgb,
                                       double opacity);

/**
 * vitrail_slide_raster_get_range:
 * @low: (out): least value
 * @high: (out): greatest value
 *
 * Returns: FALSE where there are no values
 */
gboolean vitrail_slide_raster_get_range (VitrailSlideRaster *self,
                                         double *low,
                                         double *high);
/* What the values are of and their unit (UCUM), "" where not known. */
const char *vitrail_slide_raster_get_quantity (VitrailSlideRaster *self);
const char *vitrail_slide_raster_get_unit (VitrailSlideRaster *self);
/**
 * vitrail_slide_raster_set_colors:
 * @colormap: one of vitrail_colormap_list ()
 * @low, @high: values that get its first and last colour; those below @low are
 *   not shown
 * @opacity: 0 to 1
 *
 * How values are shown; at first "inferno" over their range, at 0.6.
 */
void vitrail_slide_raster_set_colors (VitrailSlideRaster *self,
                                      const char *colormap,
                                      double low,
                                      double high,
                                      double opacity);

#ifndef __GI_SCANNER__ /* for C only */

/* Samples on each side of a tile. */
#  define VITRAIL_RASTER_TILE 256u
/* 2^24 tiles at most, halved until one is left. */
#  define VITRAIL_RASTER_LEVELS 34

/**
 * VitrailRasterLevel:
 * @tiles: @columns a row; NULL: empty. Samples are uint8_t (coverage), uint16_t
 *   (labels: place of the segment, from 1) or float (values, NaN: none)
 */
typedef struct {
  guint columns;
  guint rows;
  void **tiles;
} VitrailRasterLevel;

/* VitrailRasterLayer: all of a segment, or of all labels, or of the values. */
typedef struct {
  guint n_levels;
  VitrailRasterLevel levels[VITRAIL_RASTER_LEVELS];
} VitrailRasterLayer;

/**
 * VitrailRasterStyle: how it is shown, a copy.
 * @segments: (element-type VitrailRasterSegment); NULL for values
 * @colormap: name, owned by nobody
 */
typedef struct {
  GArray *segments;
  const char *colormap;
  double low;
  double high;
  double opacity;
} VitrailRasterStyle;

guint vitrail_slide_raster_get_n_layers (VitrailSlideRaster *self);
/* NULL where nothing is in it. */
const VitrailRasterLayer *
vitrail_slide_raster_get_layer (VitrailSlideRaster *self, guint layer);
void vitrail_slide_raster_get_size (VitrailSlideRaster *self, guint64 size[2]);
/* From pixel centres of level 0 of the slide to those of the raster. */
void
vitrail_slide_raster_get_affine (VitrailSlideRaster *self, double affine[6]);
/* To be cleared by vitrail_raster_style_clear (). */
void vitrail_slide_raster_get_style (VitrailSlideRaster *self,
                                     VitrailRasterStyle *style);
void vitrail_raster_style_clear (VitrailRasterStyle *style);

#endif

G_END_DECLS
