/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind viewtransform: any affine view of stored samples at
 * viewport resolution. */

#pragma once

#include "pixel/view.h"

G_BEGIN_DECLS

/**
 * VitrailResample:
 * @src: a normalized frame, 1 to 4 interleaved channels
 * @affine: output pixel centres to input pixel centres (framemeta.h)
 * @fill: the sample value, of each channel, outside of the image
 *
 * Linear interpolation of 8 and 16-bit samples, rounded half up, at positions
 * rounded to 1/65536 pixel; area average where the view shrinks by 2 or more in
 * a direction, at borders rounded to 1/256 pixel; nearest where asked, for
 * palettes, and next to padding (@has_padding with @padding_low..high in sample
 * values): a padding sample never mixes. Wider samples: linear in double, or
 * nearest. Shifts by whole pixels copy. The image reaches half a pixel beyond
 * the centres of its outermost pixels.
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

/* What presenting @src of @info asks for: its padding, black beside it, nearest
 * for palettes. @info may be NULL. */
void vitrail_resample_init (VitrailResample *self,
                            const VitrailFrame *src,
                            const VitrailFrameInfo *info,
                            const double affine[6],
                            VitrailInterpolation interpolation);

/* Rows @first_row .. @first_row + @n_rows - 1 of an output @width pixels wide,
 * in @src's layout; @dst is where the first of them goes. Rows do not depend on
 * each other: any number of threads may do some each. */
void vitrail_resample_rows (const VitrailResample *self,
                            guint first_row,
                            guint n_rows,
                            guint width,
                            void *dst,
                            size_t dst_stride);

/* Which pixels of a row show the image: span[0] <= x < span[1]. */
void vitrail_resample_get_span (const double affine[6],
                                const VitrailPixelFormat *image,
                                guint row,
                                guint width,
                                guint span[2]);

G_END_DECLS
