/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences of lossless JPEG: see jpegdifference.h. */

#include "codec/jpegdifference.h"

/* Added to n_zeros: so many are never read. */
#define BROKEN (1u << 30)

/* What @look holds for @next bits, if they are enough. */
static int32_t
look_up (const VitrailJpegDifferences *self, guint next)
{
  /* Enough bits, those that are not known being 0. */
  VitrailJpegBits bits = {
    .bits = (uint64_t) next << (64 - VITRAIL_JPEG_DIFFERENCE_BITS),
    .n_bits = 63,
  };
  int category = vitrail_jpeg_codes_take (&self->codes, &bits);

  if (category < 0 || (category == 16 && self->wide_16))
    return 0;
  int difference =
      category == 16 ? 32768
                     : vitrail_jpeg_bits_take_signed (&bits, (guint) category);
  guint n = 63 - bits.n_bits;
  return n > VITRAIL_JPEG_DIFFERENCE_BITS ? 0 : difference * 64 + (int) n;
}

const char *
vitrail_jpeg_differences_build (VitrailJpegDifferences *self,
                                const VitrailJpegHuffman *table,
                                gboolean wide_16)
{
  const char *reason = vitrail_jpeg_codes_build (&self->codes, table, 16);

  self->wide_16 = wide_16;
  for (guint i = 0; reason == NULL && i < G_N_ELEMENTS (self->look); i++)
    self->look[i] = look_up (self, i);
  return reason;
}

VitrailJpegBits
vitrail_jpeg_differences_take_long (const VitrailJpegDifferences *self,
                                    VitrailJpegBits bits,
                                    uint16_t *difference)
{
  vitrail_jpeg_bits_refill (&bits);
  int category = vitrail_jpeg_codes_take (&self->codes, &bits);
  if (category < 0)
    bits.n_zeros = BROKEN;
  else if (category == 16 && !self->wide_16)
    *difference = 32768;
  else
    *difference =
        (uint16_t) vitrail_jpeg_bits_take_signed (&bits, (guint) category);
  vitrail_jpeg_bits_refill (&bits);
  return bits;
}

gboolean
vitrail_jpeg_differences_are_broken (const VitrailJpegBits *bits)
{
  return bits->n_zeros >= BROKEN;
}

void
vitrail_jpeg_differences_read (const VitrailJpegDifferences *self,
                               VitrailJpegBits *bits,
                               uint16_t *differences,
                               guint n)
{
  VitrailJpegBits local = *bits;
  guint i = 0;

  /* 56 bits are enough for four that @look has. */
  for (; i + 4 <= n; i += 4) {
    vitrail_jpeg_bits_refill (&local);
    differences[i] = vitrail_jpeg_differences_take (self, &local);
    differences[i + 1] = vitrail_jpeg_differences_take (self, &local);
    differences[i + 2] = vitrail_jpeg_differences_take (self, &local);
    differences[i + 3] = vitrail_jpeg_differences_take (self, &local);
  }
  for (; i < n; i++) {
    vitrail_jpeg_bits_refill (&local);
    differences[i] = vitrail_jpeg_differences_take (self, &local);
  }
  *bits = local;
}
