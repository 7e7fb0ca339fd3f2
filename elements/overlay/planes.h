/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind annotationoverlay's 60xx planes: bits drawn over a picture
 * through the map from its pixels to those of the image. */

#pragma once

#include "overlays.h"

G_BEGIN_DECLS

/**
 * VitrailCanvas: a picture that is drawn on.
 * @channels: 1 (grey), 3 (RGB) or 4 (RGBA)
 * @reversed: blue comes first (BGRx)
 */
typedef struct {
  guint width;
  guint height;
  guint channels;
  size_t stride;
  uint8_t *data;
  gboolean reversed;
} VitrailCanvas;

/* White: what letters in X-ray pictures look like. */
#define VITRAIL_OVERLAY_COLOR 0xffffffu

/**
 * vitrail_overlays_draw:
 * @affine: from pixels of @canvas to pixels of the image (framemeta.h)
 * @color: 0xRRGGBB; a grey picture gets its luma (ITU-R BT.601)
 *
 * A pixel of @canvas is painted, opaque, where a bit is set in the image pixel
 * under its centre or, where it covers more than one, in any whose centre it
 * covers: bits stay sharp when enlarged and are never lost when reduced. Of
 * regions (type R) only the bits on the edge are drawn, those with a neighbour
 * above, below, left or right that is not set.
 *
 * Does nothing where the map cannot be inverted.
 */
void vitrail_overlays_draw (const VitrailOverlays *self,
                            const VitrailCanvas *canvas,
                            const double affine[6],
                            guint32 color);

G_END_DECLS
