/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures at half their size. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Kernel: each pixel of @dst is the mean, rounded half up, of 2 x 2 pixels of
 * @src (@width x @height); the last column and row of odd sizes count twice.
 * @dst: (width + 1) / 2 x (height + 1) / 2. */
void vitrail_halve_rgb (const uint8_t *src,
                        size_t src_stride,
                        guint width,
                        guint height,
                        uint8_t *dst,
                        size_t dst_stride);

G_END_DECLS
