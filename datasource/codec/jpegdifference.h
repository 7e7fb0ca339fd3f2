/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences of lossless JPEG (ISO 10918-1 H.1.2.2): a Huffman code says of
 * how many bits a number is, which follows. */

#pragma once

#include "codec/jpegbits.h"

G_BEGIN_DECLS

#define VITRAIL_JPEG_DIFFERENCE_BITS 12

/**
 * VitrailJpegDifferences:
 * @look: by the next bits: difference << 6 | bits of code and number; 0: more
 *   than these bits, or no code
 * @wide_16: category 16, which is 32768 without a number behind it, has one:
 *   there have been such writers
 *
 * One table made ready.
 */
typedef struct {
  int32_t look[1 << VITRAIL_JPEG_DIFFERENCE_BITS];
  VitrailJpegCodes codes;
  gboolean wide_16;
} VitrailJpegDifferences;

/* NULL, or what is wrong. */
const char *vitrail_jpeg_differences_build (VitrailJpegDifferences *self,
                                            const VitrailJpegHuffman *table,
                                            gboolean wide_16);

/* What @look has not: afterwards there are 56 bits again. */
VitrailJpegBits
vitrail_jpeg_differences_take_long (const VitrailJpegDifferences *self,
                                    VitrailJpegBits bits,
                                    uint16_t *difference);

/* Of @n samples of one table, one after the other. */
void vitrail_jpeg_differences_read (const VitrailJpegDifferences *self,
                                    VitrailJpegBits *bits,
                                    uint16_t *differences,
                                    guint n);

/* Whether a code was met that is none; vitrail_jpeg_bits_is_short () is TRUE
 * then too. */
gboolean vitrail_jpeg_differences_are_broken (const VitrailJpegBits *bits);

/* One, modulo 2^16. Takes up to VITRAIL_JPEG_DIFFERENCE_BITS, or refills. */
static inline uint16_t
vitrail_jpeg_differences_take (const VitrailJpegDifferences *self,
                               VitrailJpegBits *bits)
{
  const int32_t found =
      self->look[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_DIFFERENCE_BITS)];
  uint16_t difference = 0;

  if (G_LIKELY (found != 0)) {
    vitrail_jpeg_bits_skip (bits, (guint) found & 63);
    return (uint16_t) (found >> 6);
  }
  *bits = vitrail_jpeg_differences_take_long (self, *bits, &difference);
  return difference;
}

G_END_DECLS
