/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind annotationoverlay's display shutter. */

#pragma once

#include "overlay/planes.h"
#include "shutter.h"

G_BEGIN_DECLS

/**
 * vitrail_shutter_draw:
 * @affine: from pixels of @canvas to pixels of the image (framemeta.h)
 *
 * Paints each pixel of @canvas whose centre lies in an image pixel that the
 * shutter covers; beside the image nothing is painted. A grey canvas gets
 * Shutter Presentation Value, one in colours Shutter Presentation Color CIELab
 * Value where there is one.
 */
void vitrail_shutter_draw (const VitrailShutter *self,
                           const VitrailCanvas *canvas,
                           const double affine[6]);

G_END_DECLS
