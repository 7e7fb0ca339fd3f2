/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Further volumes in the picture of a body: a PET in a CT. */

#pragma once

#include "volume/fusion.h"
#include "volume/raycast.h"
#include "volume/renderbody.h"

G_BEGIN_DECLS

/* Besides the first one. */
#define VITRAIL_RENDER_LAYERS (VITRAIL_RAYCAST_VOLUMES - 1)

/**
 * VitrailRenderLayer:
 * @volume: borrowed
 * @matrix: from its own space to that of the first volume, millimetres to
 *   millimetres, 4 x 4, row by row
 * @transfer: colours and opacities by its own values; no light falls on it
 */
typedef struct {
  VitrailVolume *volume;
  double matrix[16];
  VitrailTransfer transfer;
} VitrailRenderLayer;

/* Makes @self->transfer of a window and a colormap: what is at the window's
 * lower end is not there, nor what is beyond @look's low and high, and 10 mm at
 * its upper end let all through but its opacity. Without a window it is as wide
 * as the volume's values. */
void vitrail_render_layer_set_look (VitrailRenderLayer *self,
                                    const VitrailFusionLook *look);

/* What is kept from one picture to the next. */
typedef struct {
  VitrailRenderBody body;
  VitrailTransferTable *table;
  VitrailTransfer transfer; /* that the table was made of */
  double step;
} VitrailRenderLayerState;

void vitrail_render_layer_clear (VitrailRenderLayerState *self);

/* @self->body is the layer's. @cast: rays through @info's volume, @step mm
 * between samples; becomes the same through the layer. FALSE with
 * VITRAIL_ERROR_MALFORMED for a matrix that cannot be inverted and for a single
 * slice, VITRAIL_ERROR_LIMIT where there is no memory. */
gboolean vitrail_render_layer_place (VitrailRenderLayerState *self,
                                     const VitrailRenderLayer *layer,
                                     const VitrailVolumeInfo *info,
                                     double step,
                                     VitrailRaycast *cast,
                                     GError **error);

G_END_DECLS
