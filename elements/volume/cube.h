/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A cube in the corner of a body's picture, with the letters of the patient's
 * sides on its faces, that turns as the body does. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pictures whose shorter side has fewer pixels have no room for one. */
#define VITRAIL_CUBE_LEAST 160

/**
 * vitrail_cube_draw:
 * @plane: the picture's, as VitrailFrameInfo has it, in the patient's space
 * @out: RGBA, @width * 4 bytes a line
 *
 * Its edges are a tenth of the picture's shorter side long, and its middle is
 * as far from the right and lower borders. Letters stand upright where they
 * are seen straight on in one of the six directions of VitrailCamera.
 */
void vitrail_cube_draw (const double plane[12],
                        guint width,
                        guint height,
                        guint8 *out);

G_END_DECLS
