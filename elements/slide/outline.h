/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: connected parts of a mask, with their outlines. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailOutline: a part whose pixels touch by their sides or corners
 * @rect: x, y, width, height
 * @area: pixels
 * @points: (element-type guint[2]): corners of pixels around it, clockwise, the
 *   first not repeated; holes are not told
 */
typedef struct {
  guint rect[4];
  gsize area;
  GArray *points;
} VitrailOutline;

void vitrail_outline_free (VitrailOutline *self);

/* Parts of at least @min_area pixels, in the order of their first pixels, rows
 * first. Corners that lie within @tolerance pixels of the
 * line between others are left out. @mask: 1 where set, 0 elsewhere; holds 2
 * where parts were found afterwards. NULL when there is no memory. */
GPtrArray *vitrail_outline_find (uint8_t *mask,
                                 guint width,
                                 guint height,
                                 gsize min_area,
                                 double tolerance);

G_END_DECLS
