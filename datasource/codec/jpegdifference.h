/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences of lossless JPEG (ISO 10918-1 H.1.2.2): a Huffman code says of
 * how many bits a number is, which follows. */

#pragma once

#include "codec/jpegbits.h"

G_BEGIN_DECLS

#define VITRAIL_JPEG_DIFFERENCE_BITS 12

/**
 * VitrailJpegLook:
 * @n_bits: of @n differences, code and number; 0: the first alone has more than
 *   VITRAIL_JPEG_DIFFERENCE_BITS, or is no code
 * @n: 1..3
 * @n_first: bits of the first alone
 *
 * What the next bits begin with: 8 bytes, to be copied whole.
 */
typedef struct {
  uint16_t differences[3];
  uint8_t n_bits;
  uint8_t n : 2;
  uint8_t n_first : 6;
} VitrailJpegLook;

/**
 * VitrailJpegDifferences:
 * @look: by the next bits
 * @wide_16: category 16, which is 32768 without a number behind it, has one:
 *   there have been such writers
 *
 * One table made ready.
 */
typedef struct {
  VitrailJpegLook look[1 << VITRAIL_JPEG_DIFFERENCE_BITS];
  VitrailJpegCodes codes;
  gboolean wide_16;
} VitrailJpegDifferences;

/* For @n_samples about. NULL, or what is wrong. */
const char *vitrail_jpeg_differences_build (VitrailJpegDifferences *self,
                                            const VitrailJpegHuffman *table,
                                            gboolean wide_16,
                                            guint64 n_samples);

/* What @look has not. */
VitrailJpegBits
vitrail_jpeg_differences_take_long (const VitrailJpegDifferences *self,
                                    VitrailJpegBits bits,
                                    uint16_t *difference);

#define VITRAIL_JPEG_DIFFERENCES_SLACK 1

/* Of @n samples of one table, one after the other. There is room for
 * VITRAIL_JPEG_DIFFERENCES_SLACK more, which may be written to. */
void vitrail_jpeg_differences_read (const VitrailJpegDifferences *self,
                                    VitrailJpegBits *bits,
                                    uint16_t *differences,
                                    guint n);

/* Whether a code was met that is none; vitrail_jpeg_bits_is_short () is TRUE
 * then too. */
gboolean vitrail_jpeg_differences_are_broken (const VitrailJpegBits *bits);

/* One, modulo 2^16. Takes up to VITRAIL_JPEG_DIFFERENCE_BITS, or refills before
 * and after it takes more. */
static inline uint16_t
vitrail_jpeg_differences_take (const VitrailJpegDifferences *self,
                               VitrailJpegBits *bits)
{
  const VitrailJpegLook *look =
      &self->look[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_DIFFERENCE_BITS)];
  uint16_t difference = 0;

  if (G_LIKELY (look->n_bits != 0)) {
    vitrail_jpeg_bits_skip (bits, look->n_first);
    return look->differences[0];
  }
  *bits = vitrail_jpeg_differences_take_long (self, *bits, &difference);
  return difference;
}

G_END_DECLS
