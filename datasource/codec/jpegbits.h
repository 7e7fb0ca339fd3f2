/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The entropy-coded part of JPEG streams (ISO 10918-1 F.2.2): a reader of bits
 * that stops at markers, and Huffman codes. What lies behind the end reads as
 * zeros; vitrail_jpeg_bits_is_short () tells that some were taken. */

#pragma once

#include "codec/jpegstream.h"

#include <string.h>

G_BEGIN_DECLS

/**
 * VitrailJpegBits:
 * @at: next byte to be taken
 * @bits: the next bit is the highest
 * @n_bits: how many of them count, 0..63
 * @n_zeros: how many of those come from behind the end
 *
 * Copy it into a local variable for a loop and back after it: its functions are
 * written so that all of it stays in registers.
 */
typedef struct {
  const uint8_t *at;
  const uint8_t *end;
  uint64_t bits;
  guint n_bits;
  guint n_zeros;
} VitrailJpegBits;

/* From a scan's first byte, @stream->at, on. */
void
vitrail_jpeg_bits_init (VitrailJpegBits *self, const VitrailJpegStream *stream);
/* Byte by byte: stuffed zeros are taken out, markers and the end give zeros. */
VitrailJpegBits vitrail_jpeg_bits_refill_slow (VitrailJpegBits self);
/* Forgets what is left before the next marker, which has to be RST with @n
 * modulo 8 and is taken. FALSE where it is not. */
gboolean vitrail_jpeg_bits_restart (VitrailJpegBits *self, guint n);

/* Whether more bits have been taken than were there. To be asked once in a
 * while: every row of samples or MCUs. */
static inline gboolean
vitrail_jpeg_bits_is_short (const VitrailJpegBits *self)
{
  return self->n_bits < self->n_zeros;
}

/* Afterwards there are at least 56 bits. */
static inline void
vitrail_jpeg_bits_refill (VitrailJpegBits *self)
{
  if (G_LIKELY (self->end - self->at >= 8)) {
    uint64_t next = 0;
    memcpy (&next, self->at, 8);
    next = GUINT64_FROM_BE (next);
    /* No byte is 0xff. */
    if (G_LIKELY (((~next - G_GUINT64_CONSTANT (0x0101010101010101)) & next &
                   G_GUINT64_CONSTANT (0x8080808080808080)) == 0))
    {
      /* Bits beyond those that count come again, the same, next time. */
      self->bits |= next >> self->n_bits;
      self->at += (63 - self->n_bits) / 8;
      self->n_bits |= 56;
      return;
    }
  }
  *self = vitrail_jpeg_bits_refill_slow (*self);
}

/* The next @n bits, 1..32, and past @n of them, 0..56: there have to be so many
 * after the last refill. */
static inline guint
vitrail_jpeg_bits_peek (const VitrailJpegBits *self, guint n)
{
  return (guint) (self->bits >> (64 - n));
}

static inline void
vitrail_jpeg_bits_skip (VitrailJpegBits *self, guint n)
{
  self->bits <<= n;
  self->n_bits -= n;
}

/* A number of @n bits, 0..16, where a leading 0 means negative (F.2.2.1). */
static inline int
vitrail_jpeg_bits_take_signed (VitrailJpegBits *self, guint n)
{
  if (n == 0)
    return 0;
  int value = (int) vitrail_jpeg_bits_peek (self, n);
  vitrail_jpeg_bits_skip (self, n);
  return value < 1 << (n - 1) ? value - (1 << n) + 1 : value;
}

#define VITRAIL_JPEG_LOOK_BITS 9

/**
 * VitrailJpegCodes:
 * @look: by the next bits: length << 8 | value; 0: a longer code, or none
 * @limit: by length: the first code that is longer, as 16 bits; so for none
 * @offset: by length: of a code's value in @values, less the code
 *
 * A Huffman table made ready for reading.
 */
typedef struct {
  uint16_t look[1 << VITRAIL_JPEG_LOOK_BITS];
  guint limit[17];
  int offset[17];
  uint8_t values[256];
} VitrailJpegCodes;

/* NULL, or what is wrong: not defined, more codes than there are of a length, a
 * value above @max_value. */
const char *vitrail_jpeg_codes_build (VitrailJpegCodes *self,
                                      const VitrailJpegHuffman *table,
                                      guint max_value);
int vitrail_jpeg_codes_find_long (const VitrailJpegCodes *self, guint next);

/* The next value; -1 where no code begins so. Takes up to 16 bits. */
static inline int
vitrail_jpeg_codes_take (const VitrailJpegCodes *self, VitrailJpegBits *bits)
{
  int found = self->look[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_LOOK_BITS)];

  if (G_UNLIKELY (found == 0))
    found =
        vitrail_jpeg_codes_find_long (self, vitrail_jpeg_bits_peek (bits, 16));
  if (G_UNLIKELY (found < 0))
    return -1;
  vitrail_jpeg_bits_skip (bits, (guint) found >> 8);
  return found & 0xff;
}

G_END_DECLS
