/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The whole way from a decoded frame to a picture, as a function: what the
 * elements viewtransform and dcmwindow do one after the other. The service and
 * the command line call this; a test compares the bytes. */

#pragma once

#include "pixel/view.h"

G_BEGIN_DECLS

/**
 * VitrailImage:
 *
 * A picture. @channels 1 (grey) or 3 (RGB), 8 bit, @stride bytes a row. Whoever
 * was given one calls vitrail_image_clear ().
 */
typedef struct {
  guint width;
  guint height;
  guint channels;
  size_t stride;
  uint8_t *data;
} VitrailImage;

void vitrail_image_clear (VitrailImage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailImage, vitrail_image_clear)

/**
 * vitrail_present:
 * @view: (nullable): NULL for the defaults
 * @presentation: (nullable): NULL for the defaults
 * @image: (out caller-allocates): the picture
 *
 * @width, @height 0: the frame's own size, one pixel each, @view ignored (no
 * resampling at all). Beside the image it is black, whatever the presentation.
 * The display shutter covers what it says, overlay planes lie on top, unless
 * the presentation hides them. VITRAIL_ERROR_LIMIT for sizes beyond limits.h.
 */
gboolean vitrail_present (const VitrailFrame *frame,
                          const VitrailFrameInfo *info,
                          const VitrailView *view,
                          const VitrailPresentation *presentation,
                          guint width,
                          guint height,
                          VitrailImage *image,
                          GError **error);

/* Picture files, in memory. PNG: exact, deflated for speed, of 1, 3 or (with
 * opacity, which colours are not multiplied by) 4 channels. JPEG: @quality
 * 1..100, colour not subsampled. */
GBytes *vitrail_image_to_png (const VitrailImage *image, GError **error);
GBytes *
vitrail_image_to_jpeg (const VitrailImage *image, int quality, GError **error);

/* The samples themselves, of a normalized frame of 8 or 16-bit samples, as a
 * 16-bit grey or RGB PNG. Signed samples carry + 2^(bits stored - 1), since a
 * PNG knows no others; the significant bits are bits stored.
 * VITRAIL_ERROR_UNSUPPORTED for wider samples. */
GBytes *vitrail_frame_to_png16 (const VitrailFrame *frame, GError **error);

G_END_DECLS
