/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Progressive scans: see jpegprogressive.h. */

#include "codec/jpegprogressive.h"

#include "limits.h"

#include <string.h>

/* The lowest bit of a coefficient that has come. */
#define NOTHING 255

/**
 * Block:
 * @mask: bit k: the coefficient of zigzag index k, 1 or more, is not zero
 * @coefficients: in vitrail_jpeg_block_order
 *
 * With the mask a scan finds without looking at each which coefficients get
 * another bit.
 */
typedef struct {
  uint64_t mask;
  int16_t coefficients[64];
} Block;

/**
 * Component:
 * @blocks: @width in a row
 * @low: by zigzag index: the lowest bit that has come, or NOTHING
 * @quant: of its first scan, in vitrail_jpeg_block_order
 */
typedef struct {
  Block *blocks;
  guint width;
  uint8_t low[64];
  gboolean begun;
  uint16_t quant[64];
} Component;

struct _VitrailJpegCoefficients {
  guint n;
  Component components[VITRAIL_JPEG_MAX_COMPONENTS];
};

VitrailJpegCoefficients *
vitrail_jpeg_coefficients_new (const VitrailJpegPlanes *planes)
{
  g_autoptr (VitrailJpegCoefficients) self =
      g_new0 (VitrailJpegCoefficients, 1);
  guint64 total = 0;

  self->n = planes->n_planes;
  for (guint i = 0; i < self->n; i++) {
    const VitrailJpegPlane *plane = &planes->planes[i];
    const guint64 bytes =
        (guint64) plane->padded_x * plane->padded_y * sizeof (Block);
    total += bytes;
    if (total > VITRAIL_LIMIT_FRAME_BYTES)
      return NULL;
    self->components[i].width = plane->padded_x;
    self->components[i].blocks = g_try_malloc0 (bytes);
    if (self->components[i].blocks == NULL)
      return NULL;
    memset (self->components[i].low, NOTHING, 64);
  }
  return g_steal_pointer (&self);
}

void
vitrail_jpeg_coefficients_free (VitrailJpegCoefficients *self)
{
  for (guint i = 0; i < self->n; i++)
    g_free (self->components[i].blocks);
  g_free (self);
}

static Block *
get_block (const Component *self, guint x, guint y)
{
  return self->blocks + ((size_t) y * self->width + x);
}

/* G.1.1.1: what a scan adds has to be what comes next. */
static gboolean
note_progress (Component *self, const VitrailJpegScan *scan)
{
  const guint before = scan->high == 0 ? NOTHING : scan->high;

  for (guint k = scan->start; k <= scan->end; k++) {
    if (self->low[k] != before)
      return FALSE;
    self->low[k] = scan->low;
  }
  return TRUE;
}

static gboolean
take_bit (VitrailJpegBits *bits)
{
  if (G_UNLIKELY (bits->n_bits == 0))
    vitrail_jpeg_bits_refill (bits);
  const gboolean bit = vitrail_jpeg_bits_peek (bits, 1) != 0;
  vitrail_jpeg_bits_skip (bits, 1);
  return bit;
}

static inline void
set (Block *self, int index, int value)
{
  self->mask |= UINT64_C (1) << index;
  self->coefficients[vitrail_jpeg_block_order[index]] = (int16_t) value;
}

/* Component @i of the scan: DC, its first bits or one more. */
static gboolean
take_dc (VitrailJpegScanState *state,
         VitrailJpegBits *bits,
         guint i,
         int16_t *dc)
{
  const guint low = state->scan.low;

  if (state->scan.high != 0) {
    if (take_bit (bits))
      *dc = (int16_t) (*dc | 1 << low);
    return TRUE;
  }
  if (!vitrail_jpeg_scan_take_dc (&state->dc[state->scan.dc[i]], bits,
                                  &state->predictions[i]))
    return FALSE;
  const int value = state->predictions[i] * (1 << low);
  *dc = (int16_t) value;
  return value == *dc;
}

/* G.1.2.2: blocks to come without more in this band. */
static void
take_eob_run (VitrailJpegScanState *state, VitrailJpegBits *bits, guint size)
{
  state->eob_run = (1u << size) - 1;
  if (size > 0) {
    state->eob_run += vitrail_jpeg_bits_peek (bits, size);
    vitrail_jpeg_bits_skip (bits, size);
  }
}

/* Code and value apart, as in a sequential scan. The index behind it, 64 at
 * the end of the band, negative: broken. */
static int
take_first_long (VitrailJpegScanState *state,
                 VitrailJpegBits *bits,
                 Block *block,
                 int index)
{
  const VitrailJpegAc *ac = &state->ac[state->scan.ac[0]];
  const int code = vitrail_jpeg_codes_take (&ac->codes, bits);
  const int run = code >> 4;
  const guint size = (guint) code & 15u;

  if (code < 0)
    return -1;
  if (size == 0 && run != 15) {
    take_eob_run (state, bits, (guint) run);
    return 64;
  }
  index += run;
  if (index > state->scan.end || size + state->scan.low > 15)
    return -1;
  if (size > 0)
    set (block, index,
         vitrail_jpeg_bits_take_signed (bits, size) * (1 << state->scan.low));
  return index + 1;
}

/* First bits that are in the table whole, as many as are sure to be there after
 * a refill. The index behind them; 64 or more at the end of the band, negative:
 * broken. */
static inline int
take_first_whole (VitrailJpegScanState *state,
                  VitrailJpegBits *bits,
                  Block *block,
                  int index)
{
  const VitrailJpegAc *ac = &state->ac[state->scan.ac[0]];
  const int end = state->scan.end;
  const int scale = 1 << state->scan.low;

  for (guint i = 0; i < VITRAIL_JPEG_AC_A_REFILL && index <= end; i++) {
    const int32_t whole =
        ac->whole[vitrail_jpeg_bits_peek (bits, VITRAIL_JPEG_AC_BITS)];
    if (whole == 0) {
      vitrail_jpeg_bits_refill (bits);
      return take_first_long (state, bits, block, index);
    }
    const int value = (whole >> 16) * scale;
    vitrail_jpeg_bits_skip (bits, (guint) whole & 31u);
    index += (whole >> 8) & 255;
    if (index > end || value != (int16_t) value)
      return index < VITRAIL_JPEG_AC_END ? -1 : 64;
    set (block, index++, value);
  }
  return index;
}

/* The first bits of a band. */
static gboolean
take_first (VitrailJpegScanState *state, VitrailJpegBits *bits, Block *block)
{
  const int end = state->scan.end;
  int index = state->scan.start;

  if (state->eob_run > 0) {
    state->eob_run--;
    return TRUE;
  }
  while (index >= 0 && index <= end) {
    vitrail_jpeg_bits_refill (bits);
    index = take_first_whole (state, bits, block, index);
  }
  return index >= 0;
}

/* Bits @from..@to. */
static inline uint64_t
get_band (guint from, guint to)
{
  return UINT64_MAX << from & UINT64_MAX >> (63 - to);
}

/* One more bit, @low, of each coefficient of @mask, none of which is zero. */
static inline void
refine (VitrailJpegBits *bits, Block *block, uint64_t mask, guint low)
{
  for (; mask != 0; mask &= mask - 1) {
    int16_t *coefficient =
        &block->coefficients[vitrail_jpeg_block_order[__builtin_ctzll (mask)]];
    const int sign = *coefficient >> 15; /* 0 or -1 */
    if (G_UNLIKELY (bits->n_bits == 0))
      vitrail_jpeg_bits_refill (bits);
    const int more = (int) vitrail_jpeg_bits_peek (bits, 1) << low;
    vitrail_jpeg_bits_skip (bits, 1);
    *coefficient = (int16_t) (*coefficient + ((more ^ sign) - sign));
  }
}

/* @mask without its @n lowest bits, 0..15; mostly 0 to 3, without a branch that
 * nobody could predict. */
static inline uint64_t
drop_lowest (uint64_t mask, guint n)
{
  const uint64_t one = mask & (mask - 1);
  mask ^= (mask ^ one) & -(uint64_t) (n & 1u);
  const uint64_t two = mask & (mask - 1);
  const uint64_t three = two & (two - 1);
  mask ^= (mask ^ three) & -(uint64_t) (n >> 1 & 1u);
  for (n &= 12u; n > 0; n--)
    mask &= mask - 1;
  return mask;
}

/* What a band never holds: DC. */
#define BROKEN 1

/* One code of a band's further bits: at most one coefficient that was zero so
 * far, behind a run of such; those between that are not get their bit. What is
 * left of @band, or BROKEN. */
static inline uint64_t
refine_step (VitrailJpegScanState *state,
             VitrailJpegBits *bits,
             const VitrailJpegCodes *codes,
             Block *block,
             uint64_t band)
{
  const guint low = state->scan.low;
  uint64_t zeros = ~block->mask & band;

  vitrail_jpeg_scan_refill (bits);
  const int code = vitrail_jpeg_codes_take (codes, bits);
  const int run = code >> 4;
  const guint size = (guint) code & 15u;
  if (G_UNLIKELY (code < 0 || size > 1))
    return BROKEN;
  if (size == 0 && run != 15) {
    take_eob_run (state, bits, (guint) run);
    refine (bits, block, block->mask & band, low);
    return 0;
  }
  /* One bit, the sign, where there is a coefficient. */
  const int positive = (int) vitrail_jpeg_bits_peek (bits, 1);
  vitrail_jpeg_bits_skip (bits, size);
  zeros = drop_lowest (zeros, (guint) run);
  if (G_UNLIKELY (zeros == 0))
    return BROKEN;
  const uint64_t at = zeros & -zeros;
  refine (bits, block, block->mask & band & (at - 1), low);
  if (size > 0)
    set (block, __builtin_ctzll (at), (2 * positive - 1) * (1 << low));
  return band & -(at << 1);
}

/* One more bit of a band (G.1.2.3). */
static gboolean
take_refinement (VitrailJpegScanState *state,
                 VitrailJpegBits *bits,
                 Block *block)
{
  const VitrailJpegCodes *codes = &state->ac[state->scan.ac[0]].codes;
  uint64_t band = get_band (state->scan.start, state->scan.end);

  if (state->eob_run > 0) {
    state->eob_run--;
    refine (bits, block, block->mask & band, state->scan.low);
    return TRUE;
  }
  while (band > BROKEN)
    band = refine_step (state, bits, codes, block, band);
  return band != BROKEN;
}

/* The block of a scan that has one component, and so one block in a unit. */
static inline gboolean
take_block (VitrailJpegScanState *state, VitrailJpegBits *bits, Block *block)
{
  if (state->scan.start == 0)
    return take_dc (state, bits, 0, &block->coefficients[0]);
  return state->scan.high == 0 ? take_first (state, bits, block)
                               : take_refinement (state, bits, block);
}

/* Blocks of several components: DC, bands come alone. */
static inline gboolean
take_unit (VitrailJpegCoefficients *self,
           VitrailJpegScanState *state,
           VitrailJpegBits *bits,
           guint x,
           guint y)
{
  const VitrailJpegLayout *layout = &state->layout;

  for (guint i = 0; i < layout->n; i++) {
    const Component *component = &self->components[state->scan.index[i]];
    const guint h = layout->h[i];
    const guint v = layout->v[i];
    for (guint b = 0; b < v; b++)
      for (guint a = 0; a < h; a++)
        if (!take_dc (
                state, bits, i,
                &get_block (component, x * h + a, y * v + b)->coefficients[0]))
          return FALSE;
  }
  return TRUE;
}

static const char *
take_row (VitrailJpegCoefficients *self, VitrailJpegScanState *state, guint y)
{
  const gboolean alone = state->layout.n == 1;
  const guint units_x = state->layout.units_x;
  VitrailJpegBits bits = state->bits;
  Block *block = get_block (&self->components[state->scan.index[0]], 0, y);

  for (guint x = 0; x < units_x; x++) {
    if (state->interval != 0) {
      state->bits = bits;
      if (!vitrail_jpeg_scan_next_unit (state))
        return "no restart marker where one has to be";
      bits = state->bits;
    }
    if (!(alone ? take_block (state, &bits, block++)
                : take_unit (self, state, &bits, x, y)))
      return "a code or a coefficient that cannot be";
  }
  state->bits = bits;
  return vitrail_jpeg_bits_is_short (&state->bits)
             ? "its data end before the picture"
             : NULL;
}

static gboolean
begin_components (VitrailJpegCoefficients *self,
                  const VitrailJpegScanState *state)
{
  for (guint i = 0; i < state->scan.n_components; i++) {
    Component *component = &self->components[state->scan.index[i]];
    if (!component->begun)
      memcpy (component->quant, state->quant[i], sizeof component->quant);
    component->begun = TRUE;
    if (!note_progress (component, &state->scan))
      return FALSE;
  }
  return TRUE;
}

const char *
vitrail_jpeg_coefficients_add (VitrailJpegCoefficients *self,
                               VitrailJpegScanState *state)
{
  const char *problem = NULL;

  if (!begin_components (self, state))
    return "a scan that is none of its progression";
  for (guint y = 0; y < state->layout.units_y && problem == NULL; y++)
    problem = take_row (self, state, y);
  return problem;
}

gboolean
vitrail_jpeg_coefficients_are_there (const VitrailJpegCoefficients *self)
{
  for (guint i = 0; i < self->n; i++)
    if (self->components[i].low[0] == NOTHING)
      return FALSE;
  return TRUE;
}

/* Row @y of blocks. */
static void
transform_row (const Component *self,
               const VitrailJpegIdctRange *range,
               const VitrailJpegPlane *plane,
               guint y)
{
  for (guint x = 0; x < plane->padded_x; x++) {
    const Block *block = get_block (self, x, y);
    uint16_t *out = vitrail_jpeg_plane_block (plane, x, y);
    if (block->mask == 0)
      vitrail_jpeg_idct_flat (range, block->coefficients, self->quant,
                              plane->size, out, plane->stride);
    else
      plane->idct (range, block->coefficients, self->quant, out, plane->stride);
  }
}

void
vitrail_jpeg_coefficients_transform (const VitrailJpegCoefficients *self,
                                     const VitrailJpegIdctRange *range,
                                     const VitrailJpegPlanes *planes,
                                     guint y)
{
  for (guint i = 0; i < self->n; i++) {
    const VitrailJpegPlane *plane = &planes->planes[i];
    for (guint v = 0; v < plane->v; v++)
      transform_row (&self->components[i], range, plane, y * plane->v + v);
  }
}
