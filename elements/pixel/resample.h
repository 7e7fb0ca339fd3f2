/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind viewtransform: any affine view of stored samples at
 * viewport resolution. */

#pragma once

#include "pixel/view.h"

G_BEGIN_DECLS

/**
 * vitrail_resample:
 * @src: a normalized frame
 * @affine: output pixel centres to input pixel centres (framemeta.h)
 * @fill: the sample value, of each channel, outside of the image
 * @dst: @width x @height pixels of @src's format, rows @dst_stride bytes apart
 *
 * Linear interpolation (area average where the view shrinks by 2 or more);
 * nearest where asked, for palettes, and next to padding (@has_padding with
 * @padding_low..high in sample values): a padding sample never mixes.
 */
typedef struct {
  const VitrailFrame *src;
  double affine[6];
  uint16_t fill;
  VitrailInterpolation interpolation;
  gboolean has_padding;
  uint32_t padding_low;
  uint32_t padding_high;
} VitrailResample;

void vitrail_resample_rows (const VitrailResample *self,
                            guint first_row,
                            guint n_rows,
                            guint width,
                            void *dst,
                            size_t dst_stride);

G_END_DECLS
