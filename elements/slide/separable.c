/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Upright pictures in another size: see separable.h. */

#include "slide/separable.h"

#include <math.h>
#include <string.h>

/* The most pixels of the source that one of the picture may need. */
#define MAX_TAPS (1 << 20)

/* Unnormalised: how much of the source pixel at @index the picture's pixel from
 * @origin on covers, or how near its centre is. */
static double
get_weight (double origin, double step, gint64 index)
{
  if (step >= 1.0)
    return fmin (origin + step, (double) index + 1) -
           fmax (origin, (double) index);
  return 1.0 - fabs (origin + step / 2 - 0.5 - (double) index);
}

/* Weights of the source pixels @first to @last; those beyond the border fall to
 * the outermost. */
static void
fill_tap (VitrailTap *self,
          float *weights,
          const double place[2], /* origin, step */
          const gint64 range[3]) /* first, last, size */
{
  const gint64 from = CLAMP (range[0], 0, range[2] - 1);
  const gint64 to = CLAMP (range[1], 0, range[2] - 1);
  const double whole = fmax (place[1], 1.0);

  *self = (VitrailTap){ from, (guint) (to - from + 1), weights };
  for (guint i = 0; i < self->n; i++)
    weights[i] = 0.0f;
  for (gint64 i = range[0]; i <= range[1]; i++) {
    const gint64 at = CLAMP (i, from, to) - from;
    weights[at] +=
        (float) (fmax (get_weight (place[0], place[1], i), 0.0) / whole);
  }
}

gboolean
vitrail_taps_init (VitrailTaps *self,
                   double origin,
                   double step,
                   guint n,
                   gint64 size)
{
  const double reach = ceil (fmax (step, 1.0)) + 1;

  *self = (VitrailTaps){ .n = n, .low = size, .end = 0 };
  if (!(reach <= MAX_TAPS) || !isfinite (origin) ||
      fabs (origin) + step * n > 1e15)
    return FALSE;
  self->taps = g_try_new (VitrailTap, n);
  self->weights = g_try_new (float, (gsize) reach *n);
  if (self->taps == NULL || self->weights == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const double place[2] = { origin + i * step, step };
    const double from = step >= 1.0 ? place[0] : place[0] + step / 2 - 0.5;
    const double to = from + fmax (step, 1.0);
    const gint64 range[3] = {
      (gint64) floor (from),
      MAX ((gint64) ceil (to) - 1, (gint64) floor (from)), size
    };
    VitrailTap *tap = &self->taps[i];

    fill_tap (tap, self->weights + (gsize) reach * i, place, range);
    self->low = MIN (self->low, tap->first);
    self->end = MAX (self->end, tap->first + tap->n);
  }
  return TRUE;
}

void
vitrail_taps_clear (VitrailTaps *self)
{
  g_clear_pointer (&self->taps, g_free);
  g_clear_pointer (&self->weights, g_free);
}

void
vitrail_separable_add_row (float *restrict sum,
                           const uint8_t *restrict bytes,
                           float weight,
                           size_t n_bytes)
{
  for (size_t i = 0; i < n_bytes; i++)
    sum[i] += weight * (float) bytes[i];
}

/* Red, green, blue and what happens to lie behind them, in one register. */
typedef float Lanes __attribute__ ((vector_size (16), aligned (4)));

#ifdef __SSE2__
#  include <emmintrin.h>

static inline void
store (Lanes total, uint8_t *rgb)
{
  const __m128i whole = _mm_cvttps_epi32 ((__m128) total);
  const __m128i words = _mm_packs_epi32 (whole, whole);
  const gint32 pixel = _mm_cvtsi128_si32 (_mm_packus_epi16 (words, words));

  memcpy (rgb, &pixel, 3);
}
#else
static inline void
store (Lanes total, uint8_t *rgb)
{
  for (guint c = 0; c < 3; c++)
    rgb[c] = (uint8_t) (int) total[c];
}
#endif

static inline Lanes
load (const float *at)
{
  return *(const Lanes *) (gconstpointer) at;
}

void
vitrail_separable_finish_row (const VitrailTaps *taps,
                              const float *sum,
                              uint8_t *rgb)
{
  const VitrailTap *tap = taps->taps;
  const VitrailTap *end = tap + taps->n;

  for (; tap < end; tap++, rgb += 3) {
    const float *weights = tap->weights;
    const float *at = sum + (size_t) (tap->first - taps->low) * 3;
    Lanes total = load (at) * weights[0] + 0.5f;

    for (guint i = 1; i < tap->n; i++)
      total += load (at + (size_t) i * 3) * weights[i];
    store (total, rgb);
  }
}
