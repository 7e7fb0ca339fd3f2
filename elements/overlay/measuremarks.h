/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind annotationoverlay's measurements: lines, handles and what
 * came out, in words, drawn over a picture. */

#pragma once

#include "measurement/measurement.h"
#include "overlay/planes.h"

G_BEGIN_DECLS

#define VITRAIL_MEASURE_COLOR          0xffe066u
#define VITRAIL_MEASURE_COLOR_SELECTED 0x5b9dffu

/**
 * vitrail_measure_marks_draw:
 * @affine: from pixels of @canvas to those of the frame (framemeta.h)
 * @color: 0xRRGGBB; a grey picture gets its luma
 *
 * Words stand at the right of its last point, within the canvas where there is
 * room. Does nothing where the map cannot be inverted.
 */
void vitrail_measure_marks_draw (const VitrailMeasurement *self,
                                 const VitrailCanvas *canvas,
                                 const double affine[6],
                                 guint32 color);

G_END_DECLS
