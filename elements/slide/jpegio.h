/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG files of tiles: written fast, and cropped without decoding. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* @width x @height RGB pixels, rows without gaps, as baseline JPEG with 4:2:0
 * chroma; @quality 1..100. */
GBytes *vitrail_jpeg_encode (const uint8_t *rgb,
                             guint width,
                             guint height,
                             int quality,
                             GError **error);

/* The upper left @width x @height pixels of @jpeg, whose coefficients stay as
 * they are. NULL when it cannot be done (the caller then decodes). */
GBytes *vitrail_jpeg_crop (GBytes *jpeg, guint width, guint height);

G_END_DECLS
