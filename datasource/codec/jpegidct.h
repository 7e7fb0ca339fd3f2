/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The inverse DCT of our own JPEG decoder, in whole numbers: C. Loeffler, A.
 * Ligtenberg and G. Moschytz, "Practical fast 1-D DCT algorithms with 11
 * multiplications", ICASSP 1989, columns, then rows, with the roundings of the
 * Independent JPEG Group's accurate ("islow") transform, so that samples are
 * those of the decoders that others judge by. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailJpegIdctRange:
 * @pass_bits: bits of fraction that columns hand to rows: 2 for samples of up
 *   to 8 bits, 1 for deeper ones
 * @centre: what stands for 0: 2^(precision - 1)
 * @maximum: 2^precision - 1; samples are clamped to 0..@maximum
 *
 * What depends on the precision.
 */
typedef struct {
  int pass_bits;
  int32_t centre;
  int32_t maximum;
} VitrailJpegIdctRange;

VitrailJpegIdctRange vitrail_jpeg_idct_range (guint precision);

/* Where the coefficients of a zigzag index (ISO 10918-1 A.3.6) lie in a block:
 * rows in pairs 0 and 2, 4 and 6, 1 and 3, 5 and 7, whose samples alternate;
 * in each, columns 0, 2, 4, 6, 1, 3, 5, 7. So multiply-and-add finds its
 * operands side by side, in both passes. An index of 64 or more, which no block
 * has, is a place behind it. */
extern const uint8_t vitrail_jpeg_block_order[192];

/**
 * VitrailJpegIdct:
 * @block: 64 coefficients, in that order
 * @quant: their steps, in that order
 * @out: rows of samples, @stride samples apart
 *
 * One block. Products beyond 16 bits and sums beyond 32 wrap around: no stream
 * of a picture has them.
 */
typedef void (*VitrailJpegIdct) (const VitrailJpegIdctRange *range,
                                 const int16_t *block,
                                 const uint16_t *quant,
                                 uint16_t *out,
                                 size_t stride);

/* What the transforms to @size x @size give for a block that has DC only. */
void vitrail_jpeg_idct_flat (const VitrailJpegIdctRange *range,
                             const int16_t *block,
                             const uint16_t *quant,
                             guint size,
                             uint16_t *out,
                             size_t stride);

/* The transform to blocks of @size x @size samples, 8, 4, 2 or 1: those below 8
 * are the block reduced. The fastest that this processor runs, or the one in
 * plain C, which is their judge: both give the same. */
VitrailJpegIdct vitrail_jpeg_idct_find (guint size);
VitrailJpegIdct vitrail_jpeg_idct_find_c (guint size);

G_END_DECLS
