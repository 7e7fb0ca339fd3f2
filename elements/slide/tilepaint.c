/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures laid into others: see tilepaint.h. */

#include "slide/tilepaint.h"

#include <math.h>
#include <string.h>

/* Positions are numbers of 32.32 bits. */
#define FIXED_ONE 4294967296.0

/* The pixels of a row whose position slope * x + origin lies from @low to below
 * @high: narrows @span. The borders of neighbours are the same numbers, so no
 * pixel falls between them. */
static void
narrow (double slope, double origin, double low, double high, double span[2])
{
  if (slope == 0.0) {
    if (!(origin >= low && origin < high))
      span[1] = span[0];
    return;
  }
  const double at_low = (low - origin) / slope;
  const double at_high = (high - origin) / slope;
  const double first = slope > 0 ? ceil (at_low) : floor (at_high) + 1;
  const double end = slope > 0 ? ceil (at_high) : floor (at_low) + 1;
  span[0] = fmax (span[0], first);
  span[1] = fmin (span[1], end);
}

/* Of a position: where it lies between the centres of pixels, in 1/128. */
#define WEIGHT_ONE 128

static inline gint
get_weight (gint64 position)
{
  return (gint) (position >> 25 & (WEIGHT_ONE - 1));
}

/* Anywhere, the outermost pixels going on. */
static void
mix_border (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  const gint64 left = CLAMP (u >> 32, 0, (gint64) self->width - 1);
  const gint64 top = CLAMP (v >> 32, 0, (gint64) self->height - 1);
  const size_t next = u >= 0 && left + 1 < self->width ? 3 : 0;
  const size_t below = v >= 0 && top + 1 < self->height ? self->src_stride : 0;
  const uint8_t *at =
      self->src + (size_t) top * self->src_stride + (size_t) left * 3;
  const gint x = get_weight (u);
  const gint y = get_weight (v);

  for (size_t c = 0; c < 3; c++) {
    const gint upper = at[c] * (WEIGHT_ONE - x) + at[c + next] * x;
    const gint lower =
        at[c + below] * (WEIGHT_ONE - x) + at[c + below + next] * x;
    out[c] = (uint8_t) ((upper * (WEIGHT_ONE - y) + lower * y +
                         WEIGHT_ONE * WEIGHT_ONE / 2) /
                        (WEIGHT_ONE * WEIGHT_ONE));
  }
}

#ifdef __SSE2__
#  include <emmintrin.h>

/* Two neighbours, each channel beside the other's, as 16 bits. Reads a byte
 * beyond the second. */
static inline __m128i
load_pair (const uint8_t *at)
{
  gint32 left;
  gint32 right;

  memcpy (&left, at, 4);
  memcpy (&right, at + 3, 4);
  return _mm_unpacklo_epi8 (_mm_unpacklo_epi8 (_mm_cvtsi32_si128 (left),
                                               _mm_cvtsi32_si128 (right)),
                            _mm_setzero_si128 ());
}

/* The same, where all four neighbours are there. */
static inline void
mix_inside (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  const uint8_t *at = self->src + (size_t) (v >> 32) * self->src_stride +
                      (size_t) (u >> 32) * 3;
  const gint x = get_weight (u);
  const gint y = get_weight (v);
  const gint w01 = x * (WEIGHT_ONE - y);
  const gint w11 = x * y;
  const gint w00 = WEIGHT_ONE * (WEIGHT_ONE - y) - w01;
  const gint w10 = WEIGHT_ONE * y - w11;
  const __m128i upper =
      _mm_madd_epi16 (load_pair (at), _mm_set1_epi32 (w01 << 16 | w00));
  const __m128i lower = _mm_madd_epi16 (load_pair (at + self->src_stride),
                                        _mm_set1_epi32 (w11 << 16 | w10));
  __m128i sum = _mm_add_epi32 (_mm_add_epi32 (upper, lower),
                               _mm_set1_epi32 (WEIGHT_ONE * WEIGHT_ONE / 2));
  sum = _mm_srli_epi32 (sum, 14);
  sum = _mm_packus_epi16 (_mm_packs_epi32 (sum, sum), sum);
  const guint32 pixel = (guint32) _mm_cvtsi128_si32 (sum);
  out[0] = (uint8_t) pixel;
  out[1] = (uint8_t) (pixel >> 8);
  out[2] = (uint8_t) (pixel >> 16);
}
#else
#  define mix_inside mix_border
#endif

static inline void
mix_pixel (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  if (u >= 0 && v >= 0 && (u >> 32) + 1 < self->width &&
      (v >> 32) + 1 < self->height)
    mix_inside (self, u, v, out);
  else
    mix_border (self, u, v, out);
}

static inline void
copy_pixel (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  const gint64 left = CLAMP (u >> 32, 0, (gint64) self->width - 1);
  const gint64 top = CLAMP (v >> 32, 0, (gint64) self->height - 1);

  memcpy (out, self->src + (size_t) top * self->src_stride + (size_t) left * 3,
          3);
}

static gint64
to_fixed (double position)
{
  return (gint64) rint (position * FIXED_ONE);
}

void
vitrail_tile_paint_row (const VitrailTilePaint *self,
                        guint y,
                        guint n,
                        uint8_t *rgb)
{
  const double *a = self->affine;
  const double origin[2] = { a[1] * y + a[2], a[4] * y + a[5] };
  double span[2] = { 0, n };

  narrow (a[0], origin[0], self->low[0], self->high[0], span);
  narrow (a[3], origin[1], self->low[1], self->high[1], span);
  if (!(span[0] < span[1]))
    return;
  const guint first = (guint) span[0];
  const guint end = (guint) span[1];
  uint8_t *out = rgb + (size_t) first * 3;
  if (self->src == NULL) {
    for (guint x = first; x < end; x++, out += 3)
      memcpy (out, self->color, 3);
    return;
  }
  const gint64 half = (gint64) 1 << (self->is_nearest ? 31 : 24);
  const gint64 step_u = to_fixed (a[0]);
  const gint64 step_v = to_fixed (a[3]);
  gint64 u = to_fixed (a[0] * first + origin[0]) + half;
  gint64 v = to_fixed (a[3] * first + origin[1]) + half;
  for (guint x = first; x < end; x++, out += 3, u += step_u, v += step_v)
    if (self->is_nearest)
      copy_pixel (self, u, v, out);
    else
      mix_pixel (self, u, v, out);
}
