/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several volumes as layers of one picture: a PET over the CT of the same
 * patient. Each is cut where the picture lies, however its own voxels do. */

#pragma once

#include "pixel/view.h"
#include "volume/mpr.h"

G_BEGIN_DECLS

/* Volumes in one picture. */
#define VITRAIL_FUSION_LAYERS 16

/**
 * VitrailFusionLook:
 * @presentation: window and colormap, in the layer's own values
 * @opacity: 0 to 1
 * @low, @high: values that are seen, both included; others are not there
 * @interpolation: between its voxels
 */
typedef struct {
  VitrailPresentation presentation;
  double opacity;
  double low;
  double high;
  VitrailReslicing interpolation;
} VitrailFusionLook;

#define VITRAIL_FUSION_LOOK_INIT                               \
  {                                                            \
    VITRAIL_PRESENTATION_INIT, 1.0, -G_MAXDOUBLE, G_MAXDOUBLE, \
        VITRAIL_RESLICE_LINEAR                                 \
  }

/**
 * VitrailFusionLayer:
 * @volume: borrowed
 * @matrix: from its own space to that of the picture, millimetres to
 *   millimetres, 4 x 4, row by row
 */
typedef struct {
  VitrailVolume *volume;
  double matrix[16];
  VitrailFusionLook look;
} VitrailFusionLayer;

/**
 * VitrailFusionLayers:
 * @n: how many; the lowest first
 * @layers: each with a reference to its volume
 * @thickness, @slab: as in VitrailMpr, of all of them
 *
 * What lies over a picture. A value: copied as a whole.
 */
typedef struct {
  guint n;
  VitrailFusionLayer layers[VITRAIL_FUSION_LAYERS];
  double thickness;
  VitrailSlab slab;
} VitrailFusionLayers;

#define VITRAIL_TYPE_FUSION_LAYERS (vitrail_fusion_layers_get_type ())
GType vitrail_fusion_layers_get_type (void);
VitrailFusionLayers *
vitrail_fusion_layers_copy (const VitrailFusionLayers *self);
void vitrail_fusion_layers_free (VitrailFusionLayers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFusionLayers, vitrail_fusion_layers_free)

/**
 * vitrail_fusion_draw_over: (skip)
 * @plane: of the picture's pixels, which are square, as VitrailFrameInfo has it
 * @rgba: width * height * 4 bytes: the picture, lines without gaps
 *
 * Returns: FALSE with VITRAIL_ERROR_MALFORMED where pixels are not square or a
 *   matrix cannot be inverted, else as vitrail_mpr_draw ()
 */
gboolean vitrail_fusion_draw_over (const VitrailFusionLayers *self,
                                   const double plane[12],
                                   guint width,
                                   guint height,
                                   guint8 *rgba,
                                   GError **error);

/**
 * vitrail_fusion_draw: (skip)
 * @layers: (array length=n): the lowest first; over black
 * @mpr: how thick the picture is, and what a slab shows of it
 * @picture: where it lies, as vitrail_mpr_place () says for the volume whose
 *   space is the picture's
 * @rgba: width * height * 4 bytes; the last of each four becomes 255
 *
 * Where a layer has no voxels, or padding, those below it are seen. (Of a
 * volume that has all 65,536 values its lowest is taken for padding.)
 *
 * Returns: FALSE with VITRAIL_ERROR_MALFORMED where a matrix cannot be
 *   inverted, else as vitrail_mpr_draw ()
 */
gboolean vitrail_fusion_draw (const VitrailFusionLayer *layers,
                              guint n,
                              const VitrailMpr *mpr,
                              const VitrailMprPicture *picture,
                              guint8 *rgba,
                              GError **error);

G_END_DECLS
