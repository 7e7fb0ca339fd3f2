/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences of lossless JPEG: see jpegdifference.h. */

#include "codec/jpegdifference.h"

/* Added to n_zeros: so many are never read. */
#define BROKEN (1u << 30)

/* So many samples are worth a table of several at a time. */
#define MIN_JOINED 4096

/* One difference, of up to 32 bits. */
static inline uint16_t
take_one (const VitrailJpegDifferences *self, VitrailJpegBits *bits)
{
  int category = vitrail_jpeg_codes_take (&self->codes, bits);

  if (category < 0)
    bits->n_zeros = BROKEN;
  if (category < 0 || (category == 16 && !self->wide_16))
    return 32768;
  return (uint16_t) vitrail_jpeg_bits_take_signed (bits, (guint) category);
}

/* The first difference of @next bits, if they are enough. */
static VitrailJpegLook
look_up (const VitrailJpegDifferences *self, guint next)
{
  /* Bits that are not known are 0. */
  VitrailJpegBits bits = {
    .bits = (uint64_t) next << (64 - VITRAIL_JPEG_DIFFERENCE_BITS),
    .n_bits = 63,
  };
  VitrailJpegLook look = { .differences = { take_one (self, &bits) } };
  const guint n_bits = 63 - bits.n_bits;

  if (bits.n_zeros == 0 && n_bits <= VITRAIL_JPEG_DIFFERENCE_BITS) {
    look.n_bits = (uint8_t) n_bits;
    look.n_first = n_bits & 63;
    look.n = 1;
  }
  return look;
}

/* Joins the first difference of @next bits with those that fit behind it, of
 * which the entries may be joined ones already. */
static void
join (VitrailJpegDifferences *self, guint next)
{
  const guint mask = (1u << VITRAIL_JPEG_DIFFERENCE_BITS) - 1;
  VitrailJpegLook look = self->look[next];

  while (look.n > 0 && look.n < 3) {
    const VitrailJpegLook *more = &self->look[next << look.n_bits & mask];
    if (more->n == 0 ||
        look.n_bits + more->n_first > VITRAIL_JPEG_DIFFERENCE_BITS)
      break;
    look.differences[look.n] = more->differences[0];
    look.n_bits = (uint8_t) (look.n_bits + more->n_first);
    look.n = (look.n + 1) & 3;
  }
  self->look[next] = look;
}

const char *
vitrail_jpeg_differences_build (VitrailJpegDifferences *self,
                                const VitrailJpegHuffman *table,
                                gboolean wide_16,
                                guint64 n_samples)
{
  const char *reason = vitrail_jpeg_codes_build (&self->codes, table, 16);

  if (reason != NULL)
    return reason;
  self->wide_16 = wide_16;
  for (guint i = 0; i < G_N_ELEMENTS (self->look);) {
    const VitrailJpegLook look = look_up (self, i);
    /* Whatever stands behind it. */
    const guint left = VITRAIL_JPEG_DIFFERENCE_BITS - look.n_bits;
    for (guint same = look.n > 0 ? 1u << left : 1; same > 0; same--)
      self->look[i++] = look;
  }
  if (n_samples >= MIN_JOINED)
    for (guint i = 0; i < G_N_ELEMENTS (self->look); i++)
      join (self, i);
  return NULL;
}

VitrailJpegBits
vitrail_jpeg_differences_take_long (const VitrailJpegDifferences *self,
                                    VitrailJpegBits bits,
                                    uint16_t *difference)
{
  vitrail_jpeg_bits_refill (&bits);
  *difference = take_one (self, &bits);
  vitrail_jpeg_bits_refill (&bits);
  return bits;
}

gboolean
vitrail_jpeg_differences_are_broken (const VitrailJpegBits *bits)
{
  return bits->n_zeros >= BROKEN;
}

/* One to three that @look has; FALSE: it has not even one. */
static inline gboolean
take_some (const VitrailJpegDifferences *self,
           VitrailJpegBits *bits,
           uint16_t **to)
{
  const VitrailJpegLook *look =
      &self->look[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_DIFFERENCE_BITS)];

  if (G_UNLIKELY (look->n_bits == 0))
    return FALSE;
  memcpy (*to, look, sizeof *look);
  *to += look->n;
  vitrail_jpeg_bits_skip (bits, look->n_bits);
  return TRUE;
}

void
vitrail_jpeg_differences_read (const VitrailJpegDifferences *self,
                               VitrailJpegBits *bits,
                               uint16_t *differences,
                               guint n)
{
  VitrailJpegBits local = *bits;
  uint16_t *to = differences;
  const uint16_t *end = differences + n;

  /* 56 bits are enough for four looks, of up to three each. */
  while (end - to >= 12) {
    vitrail_jpeg_bits_refill (&local);
    /* NOLINTNEXTLINE(misc-redundant-expression): each takes what is next */
    if (take_some (self, &local, &to) && take_some (self, &local, &to) &&
        take_some (self, &local, &to) && take_some (self, &local, &to))
      continue;
    vitrail_jpeg_bits_refill (&local);
    *to++ = take_one (self, &local);
  }
  while (to < end) {
    vitrail_jpeg_bits_refill (&local);
    *to++ = vitrail_jpeg_differences_take (self, &local);
  }
  *bits = local;
}
