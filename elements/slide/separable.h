/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: upright pictures in another size, one direction after the other.
 *
 * The filter: where a pixel of the picture covers one of the source or more, it
 * is the mean over the area that it covers, in which source pixels are squares
 * of one colour; where it covers less, it is interpolated linearly between the
 * centres of source pixels. At the same size both are the same. Beyond the
 * border the outermost pixels go on. Single precision throughout, rounded half
 * up at the end. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* VitrailTap: @n source pixels from @first on make one of the picture, by
 * @weights, which add up to 1. */
typedef struct {
  gint64 first;
  guint n;
  const float *weights;
} VitrailTap;

/**
 * VitrailTaps: one direction of a picture
 * @n: pixels of the picture
 * @low, @end: the source pixels that are needed: low <= i < end
 */
typedef struct {
  guint n;
  gint64 low;
  gint64 end;
  VitrailTap *taps;
  /*< private >*/
  float *weights;
} VitrailTaps;

/* @n pixels, of which the first begins at @origin (0: the upper left corner of
 * the source) and each covers @step source pixels, of which there are @size.
 * FALSE when there is no memory. */
gboolean vitrail_taps_init (VitrailTaps *self,
                            double origin,
                            double step,
                            guint n,
                            gint64 size);
void vitrail_taps_clear (VitrailTaps *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailTaps, vitrail_taps_clear)

/* sum[i] += weight * bytes[i] */
void vitrail_separable_add_row (float *sum,
                                const uint8_t *bytes,
                                float weight,
                                size_t n_bytes);

/* One row of RGB pixels from sums that begin at @taps->low and have 1 float
 * more than 3 a pixel. */
void vitrail_separable_finish_row (const VitrailTaps *taps,
                                   const float *sum,
                                   uint8_t *rgb);

G_END_DECLS
