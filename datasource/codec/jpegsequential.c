/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sequential scans, baseline and extended (ISO 10918-1 F.2): see jpegscan.h. */

#include "codec/jpegscan.h"

#include <string.h>

typedef int16_t Line __attribute__ ((vector_size (16)));

/**
 * Block:
 * @coefficients: 64, and behind them a place for what leaves the block
 * @lines: the same, to be cleared
 *
 * One block while it is read.
 */
typedef union {
  int16_t coefficients[72];
  Line lines[9];
} Block;

/* Code and value apart. The index behind it, 64 at the end of the block,
 * negative: broken. */
static int
take_long (const VitrailJpegAc *ac,
           VitrailJpegBits *bits,
           int16_t *block,
           int index)
{
  const int code = vitrail_jpeg_codes_take (&ac->codes, bits);
  const guint size = (guint) code & 15u;

  if (code < 0)
    return -1;
  if (size == 0 && code != 0xf0)
    return 64;
  index += code >> 4;
  if (index > 63)
    return -1;
  if (size != 0)
    block[vitrail_jpeg_block_order[index]] =
        (int16_t) vitrail_jpeg_bits_take_signed (bits, size);
  return index + 1;
}

/* Codes up to VITRAIL_JPEG_AC_A_REFILL that are in the table whole. The index
 * behind them; beyond 64 + VITRAIL_JPEG_AC_END at the end of the block. */
static inline int
take_whole (const VitrailJpegAc *ac,
            VitrailJpegBits *bits,
            int16_t *block,
            int index)
{
  for (guint i = 0; i < VITRAIL_JPEG_AC_A_REFILL && index < 64; i++) {
    const int32_t whole =
        ac->whole[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_AC_BITS)];
    if (G_UNLIKELY (whole == 0)) {
      vitrail_jpeg_bits_refill (bits);
      return take_long (ac, bits, block, index);
    }
    index += (whole >> 8) & 255;
    vitrail_jpeg_bits_skip (bits, (guint) whole & 31u);
    block[vitrail_jpeg_block_order[index]] = (int16_t) (whole >> 16);
    index++;
  }
  return index;
}

/* The coefficients behind DC. Whether there are any; negative: broken. */
static inline int
take_ac (const VitrailJpegAc *ac, VitrailJpegBits *bits, int16_t *block)
{
  int index = 1;

  while (index >= 0 && index < 64) {
    vitrail_jpeg_bits_refill (bits);
    index = take_whole (ac, bits, block, index);
  }
  if (index < 0 || (index > 64 && index < VITRAIL_JPEG_AC_END))
    return -1;
  return index != VITRAIL_JPEG_AC_END + 2;
}

/* Eight stores: for so few bytes compilers choose an instruction that takes
 * longer than that to get going. */
static inline void
clear (Block *self)
{
  const Line zero = { 0 };

  self->lines[0] = zero;
  self->lines[1] = zero;
  self->lines[2] = zero;
  self->lines[3] = zero;
  self->lines[4] = zero;
  self->lines[5] = zero;
  self->lines[6] = zero;
  self->lines[7] = zero;
}

/* Component @i's block at @x, @y, into its plane. */
static inline gboolean
take_block (VitrailJpegScanState *state,
            VitrailJpegBits *bits,
            const VitrailJpegIdctRange *range,
            guint i,
            guint x,
            guint y)
{
  const VitrailJpegPlane *plane = state->layout.planes[i];
  const uint16_t *quant = state->quant[i];
  uint16_t *out = vitrail_jpeg_plane_block (plane, x, y);
  Block block;
  int16_t *coefficients = block.coefficients;

  clear (&block);
  if (!vitrail_jpeg_scan_take_dc (&state->dc[state->scan.dc[i]], bits,
                                  &state->predictions[i]))
    return FALSE;
  coefficients[0] = (int16_t) state->predictions[i];
  const int any = take_ac (&state->ac[state->scan.ac[i]], bits, coefficients);
  if (any > 0)
    plane->idct (range, coefficients, quant, out, plane->stride);
  else
    vitrail_jpeg_idct_flat (range, coefficients, quant, plane->size, out,
                            plane->stride);
  return any >= 0;
}

static inline const char *
take_unit (VitrailJpegScanState *state,
           VitrailJpegBits *bits,
           const VitrailJpegIdctRange *range,
           guint x,
           guint y)
{
  const VitrailJpegLayout *layout = &state->layout;

  for (guint i = 0; i < layout->n; i++) {
    const guint h = layout->h[i];
    const guint v = layout->v[i];
    for (guint b = 0; b < v; b++)
      for (guint a = 0; a < h; a++)
        if (!take_block (state, bits, range, i, x * h + a, y * v + b))
          return "a code or a coefficient that cannot be";
  }
  return NULL;
}

const char *
vitrail_jpeg_sequential_row (VitrailJpegScanState *state,
                             const VitrailJpegIdctRange *range,
                             guint y)
{
  const char *problem = NULL;
  VitrailJpegBits bits = state->bits;

  for (guint x = 0; x < state->layout.units_x && problem == NULL; x++) {
    if (state->interval != 0) {
      state->bits = bits;
      if (!vitrail_jpeg_scan_next_unit (state))
        return "no restart marker where one has to be";
      bits = state->bits;
    }
    problem = take_unit (state, &bits, range, x, y);
  }
  state->bits = bits;
  if (problem == NULL && vitrail_jpeg_bits_is_short (&state->bits))
    problem = "its data end before the picture";
  return problem;
}
