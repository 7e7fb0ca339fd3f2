/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel that draws what stands for a frame that could not be decoded. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Black with a grey frame and both diagonals: nobody takes it for a picture.
 * @channels bytes a pixel, rows @stride bytes apart. */
void vitrail_blank_draw (uint8_t *data,
                         size_t stride,
                         guint width,
                         guint height,
                         guint channels);

G_END_DECLS
