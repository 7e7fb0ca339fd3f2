/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The whole way from a decoded frame to a picture, as a function: what the
 * elements viewtransform and dcmwindow do one after the other. The service and
 * the command line call this; a test compares the bytes. */

#pragma once

#include "pixel/view.h"

G_BEGIN_DECLS

/**
 * VitrailImage: a picture. @channels 1 (grey) or 3 (RGB), 8 bit, @stride bytes
 * a row.
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

/* @width, @height 0: the frame's own size, one pixel each, @view ignored (no
 * resampling at all). @view and @presentation may be NULL for the defaults. */
gboolean vitrail_present (const VitrailFrame *frame,
                          const VitrailFrameInfo *info,
                          const VitrailView *view,
                          const VitrailPresentation *presentation,
                          guint width,
                          guint height,
                          VitrailImage *image,
                          GError **error);

/* Picture files, in memory: "png", "jpeg" (@quality 1..100). */
GBytes *vitrail_image_to_png (const VitrailImage *image, GError **error);
GBytes *
vitrail_image_to_jpeg (const VitrailImage *image, int quality, GError **error);

G_END_DECLS
