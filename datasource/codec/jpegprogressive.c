/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Progressive scans: see jpegprogressive.h. */

#include "codec/jpegprogressive.h"

#include "limits.h"

#include <string.h>

/* The lowest bit of a coefficient that has come. */
#define NOTHING 255

/**
 * Component:
 * @blocks: 64 each, as blocks have them, @width blocks a row
 * @low: by zigzag index: the lowest bit that has come, or NOTHING
 * @quant: of its first scan, as blocks have them
 */
typedef struct {
  int16_t *blocks;
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
        (guint64) plane->padded_x * plane->padded_y * 64 * sizeof (int16_t);
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

static int16_t *
get_block (const Component *self, guint x, guint y)
{
  return self->blocks + ((size_t) y * self->width + x) * 64;
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

/* Component @i of the scan: DC, its first bits or one more. */
static gboolean
take_dc (VitrailJpegScanState *state, guint i, int16_t *block)
{
  const guint low = state->scan.low;

  if (state->scan.high != 0) {
    if (take_bit (&state->bits))
      block[0] = (int16_t) (block[0] | 1 << low);
    return TRUE;
  }
  if (!vitrail_jpeg_scan_take_dc (&state->dc[state->scan.dc[i]], &state->bits,
                                  &state->predictions[i]))
    return FALSE;
  const int value = state->predictions[i] * (1 << low);
  block[0] = (int16_t) value;
  return value == block[0];
}

/* G.1.2.2: blocks without more in this band, this one counted. */
static void
take_eob_run (VitrailJpegScanState *state, VitrailJpegBits *bits, guint size)
{
  state->eob_run = 1u << size;
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
                 int16_t *block,
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
    block[vitrail_jpeg_block_order[index]] =
        (int16_t) (vitrail_jpeg_bits_take_signed (bits, size) *
                   (1 << state->scan.low));
  return index + 1;
}

/* The first bits of a band. */
static gboolean
take_first (VitrailJpegScanState *state, int16_t *block)
{
  const VitrailJpegAc *ac = &state->ac[state->scan.ac[0]];
  const int end = state->scan.end;
  const int scale = 1 << state->scan.low;
  VitrailJpegBits bits = state->bits;
  int index = state->scan.start;

  while (index >= 0 && index <= end && state->eob_run == 0) {
    vitrail_jpeg_scan_refill (&bits);
    const int32_t whole =
        ac->whole[vitrail_jpeg_bits_peek (&bits, VITRAIL_JPEG_AC_BITS)];
    /* A value of the table has 11 bits less its code's: no shift leaves 32. */
    const int value = (whole >> 16) * scale;
    index += (whole >> 8) & 15;
    if (whole == 0) {
      index = take_first_long (state, &bits, block, index);
    } else if (index > end || value != (int16_t) value) {
      index = -1;
    } else {
      vitrail_jpeg_bits_skip (&bits, (guint) whole & 255u);
      block[vitrail_jpeg_block_order[index++]] = (int16_t) value;
    }
  }
  state->bits = bits;
  if (state->eob_run > 0)
    state->eob_run--;
  return index >= 0;
}

/* One more bit of a coefficient that is not zero. */
static inline void
refine (VitrailJpegBits *bits, int16_t *coefficient, int bit)
{
  if (take_bit (bits))
    *coefficient = (int16_t) (*coefficient + (*coefficient < 0 ? -bit : bit));
}

/* From @index on: refines what is not zero, passes @zeros that are, and stops
 * at the next one. Its index, or one behind the band. */
static int
pass_zeros (VitrailJpegScanState *state, int16_t *block, int index, int zeros)
{
  const int end = state->scan.end;
  const int bit = 1 << state->scan.low;
  VitrailJpegBits bits = state->bits;

  for (; index <= end; index++) {
    int16_t *coefficient = &block[vitrail_jpeg_block_order[index]];
    if (*coefficient != 0)
      refine (&bits, coefficient, bit);
    else if (zeros-- == 0)
      break;
  }
  state->bits = bits;
  return index;
}

/* One code of a band's further bits: at most one coefficient that was zero so
 * far, behind a run of such. The index behind it; negative: broken. */
static int
refine_step (VitrailJpegScanState *state, int16_t *block, int index)
{
  const VitrailJpegAc *ac = &state->ac[state->scan.ac[0]];
  const int bit = 1 << state->scan.low;

  vitrail_jpeg_scan_refill (&state->bits);
  const int code = vitrail_jpeg_codes_take (&ac->codes, &state->bits);
  const int run = code >> 4;
  const guint size = (guint) code & 15u;
  if (code < 0 || size > 1)
    return -1;
  if (size == 0 && run != 15) {
    take_eob_run (state, &state->bits, (guint) run);
    return index;
  }
  const int value = size == 0 ? 0 : take_bit (&state->bits) ? bit : -bit;
  index = pass_zeros (state, block, index, run);
  if (index > state->scan.end)
    return -1;
  if (size > 0)
    block[vitrail_jpeg_block_order[index]] = (int16_t) value;
  return index + 1;
}

/* One more bit of a band (G.1.2.3). */
static gboolean
take_refinement (VitrailJpegScanState *state, int16_t *block)
{
  int index = state->scan.start;

  while (index >= 0 && index <= state->scan.end && state->eob_run == 0)
    index = refine_step (state, block, index);
  if (state->eob_run > 0) {
    pass_zeros (state, block, index, 64);
    state->eob_run--;
  }
  return index >= 0;
}

static gboolean
take_block (VitrailJpegScanState *state, guint i, int16_t *block)
{
  if (state->scan.start == 0)
    return take_dc (state, i, block);
  return state->scan.high == 0 ? take_first (state, block)
                               : take_refinement (state, block);
}

static const char *
take_unit (VitrailJpegCoefficients *self,
           VitrailJpegScanState *state,
           guint x,
           guint y)
{
  const VitrailJpegLayout *layout = &state->layout;

  if (!vitrail_jpeg_scan_next_unit (state))
    return "no restart marker where one has to be";
  for (guint i = 0; i < layout->n; i++) {
    const Component *component = &self->components[state->scan.index[i]];
    const guint h = layout->h[i];
    for (guint k = 0; k < h * layout->v[i]; k++) {
      int16_t *block =
          get_block (component, x * h + k % h, y * layout->v[i] + k / h);
      if (!take_block (state, i, block))
        return "a code or a coefficient that cannot be";
    }
  }
  return NULL;
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
  for (guint y = 0; y < state->layout.units_y && problem == NULL; y++) {
    for (guint x = 0; x < state->layout.units_x && problem == NULL; x++)
      problem = take_unit (self, state, x, y);
    if (problem == NULL && vitrail_jpeg_bits_is_short (&state->bits))
      problem = "its data end before the picture";
  }
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

/* Whether all behind the first of 64 are zero. */
static gboolean
is_flat (const int16_t *block)
{
  uint64_t words[16];
  uint64_t any = 0;

  memcpy (words, block, sizeof words);
  for (guint i = 1; i < G_N_ELEMENTS (words); i++)
    any |= words[i];
  return any == 0 && block[1] == 0 && block[2] == 0 && block[3] == 0;
}

void
vitrail_jpeg_coefficients_transform (const VitrailJpegCoefficients *self,
                                     const VitrailJpegIdctRange *range,
                                     const VitrailJpegPlanes *planes,
                                     guint y)
{
  for (guint i = 0; i < self->n; i++) {
    const VitrailJpegPlane *plane = &planes->planes[i];
    const Component *component = &self->components[i];
    const uint16_t *quant = component->quant;
    for (guint k = 0; k < plane->v * plane->padded_x; k++) {
      const guint bx = k % plane->padded_x;
      const guint by = y * plane->v + k / plane->padded_x;
      const int16_t *block = get_block (component, bx, by);
      uint16_t *out = vitrail_jpeg_plane_block (plane, bx, by);
      if (is_flat (block))
        vitrail_jpeg_idct_flat (range, block, quant, plane->size, out,
                                plane->stride);
      else
        plane->idct (range, block, quant, out, plane->stride);
    }
  }
}
