/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Layers over layers: see fusionrow.h. */

#include "volume/fusionrow.h"

#define HALF (VITRAIL_FUSION_OPAQUE / 2)

static gboolean
is_seen (const VitrailFusionRow *self, const void *samples, gsize x)
{
  if (self->is_float) {
    const float sample = ((const float *) samples)[x];
    return sample >= self->low && sample <= self->high;
  }
  const guint16 word = ((const guint16 *) samples)[x];
  return word != self->nothing && (float) word >= self->low &&
         (float) word <= self->high;
}

/* Pixels from @first on. */
static void
mix_c (const VitrailFusionRow *self,
       const void *samples,
       const guint8 *rgba,
       guint8 *out,
       const gsize span[2])
{
  const guint rest = VITRAIL_FUSION_OPAQUE - self->alpha;

  for (gsize x = span[0]; x < span[1]; x++) {
    if (!is_seen (self, samples, x))
      continue;
    for (gsize c = 4 * x; c < 4 * x + 4; c++)
      out[c] = (guint8) ((rgba[c] * self->alpha + out[c] * rest + HALF) /
                         VITRAIL_FUSION_OPAQUE);
  }
}

void
vitrail_fusion_row_c (const VitrailFusionRow *self,
                      const void *samples,
                      const guint8 *rgba,
                      guint8 *out,
                      gsize n)
{
  const gsize span[2] = { 0, n };

  mix_c (self, samples, rgba, out, span);
}

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))

/* All bits of a pixel that is seen. */
AVX2 static inline __m256i
find_seen (const VitrailFusionRow *self, const void *samples, gsize x)
{
  __m256i is_data = _mm256_set1_epi32 (-1);
  __m256 values;

  if (self->is_float) {
    values = _mm256_loadu_ps ((const float *) samples + x);
  } else {
    const __m256i words = _mm256_cvtepu16_epi32 (_mm_loadu_si128 (
        (const __m128i *) (gconstpointer) ((const guint16 *) samples + x)));
    values = _mm256_cvtepi32_ps (words);
    is_data = _mm256_andnot_si256 (
        _mm256_cmpeq_epi32 (words, _mm256_set1_epi32 (self->nothing)), is_data);
  }
  const __m256 within = _mm256_and_ps (
      _mm256_cmp_ps (values, _mm256_set1_ps (self->low), _CMP_GE_OQ),
      _mm256_cmp_ps (values, _mm256_set1_ps (self->high), _CMP_LE_OQ));
  return _mm256_and_si256 (is_data, _mm256_castps_si256 (within));
}

/* Four pixels of words; @alpha likewise. */
AVX2 static inline __m256i
mix_words (__m256i over, __m256i under, __m256i alpha)
{
  const __m256i rest =
      _mm256_sub_epi16 (_mm256_set1_epi16 (VITRAIL_FUSION_OPAQUE), alpha);
  const __m256i sum = _mm256_add_epi16 (_mm256_mullo_epi16 (over, alpha),
                                        _mm256_mullo_epi16 (under, rest));

  return _mm256_srli_epi16 (_mm256_add_epi16 (sum, _mm256_set1_epi16 (HALF)),
                            8);
}

/* Answers how many pixels it did. */
AVX2 static gsize
mix_avx2 (const VitrailFusionRow *self,
          const void *samples,
          const guint8 *rgba,
          guint8 *out,
          gsize n)
{
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i alpha = _mm256_set1_epi16 ((short) self->alpha);
  gsize x = 0;

  for (; x + 8 <= n; x += 8) {
    __m256i *to = (__m256i *) (gpointer) (out + 4 * x);
    const __m256i over =
        _mm256_loadu_si256 ((const __m256i *) (gconstpointer) (rgba + 4 * x));
    const __m256i under = _mm256_loadu_si256 (to);
    const __m256i part = _mm256_and_si256 (find_seen (self, samples, x), alpha);
    const __m256i low = mix_words (_mm256_unpacklo_epi8 (over, zero),
                                   _mm256_unpacklo_epi8 (under, zero),
                                   _mm256_unpacklo_epi32 (part, part));
    const __m256i high = mix_words (_mm256_unpackhi_epi8 (over, zero),
                                    _mm256_unpackhi_epi8 (under, zero),
                                    _mm256_unpackhi_epi32 (part, part));
    _mm256_storeu_si256 (to, _mm256_packus_epi16 (low, high));
  }
  return x;
}
#endif

void
vitrail_fusion_row (const VitrailFusionRow *self,
                    const void *samples,
                    const guint8 *rgba,
                    guint8 *out,
                    gsize n)
{
  gsize span[2] = { 0, n };

#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    span[0] = mix_avx2 (self, samples, rgba, out, n);
#endif
  mix_c (self, samples, rgba, out, span);
}
