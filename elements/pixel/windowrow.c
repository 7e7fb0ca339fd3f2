/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples to grey levels by a VitrailWindowLut: in plain C, and with AVX2 where
 * the arithmetic has been proved to give the table's bytes. */

#include "pixel/widesample.h"
#include "pixel/windowlut.h"

#include <string.h>

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))

/* 16 samples, as two times 8 integers -> 16 bytes. */
AVX2 static inline __m128i
levels_avx2 (const VitrailWindowLut *self, __m256i a, __m256i b)
{
  const __m256i base = _mm256_set1_epi32 (self->base);
  const __m256 scale = _mm256_set1_ps (self->scale);
  const __m256 bias = _mm256_set1_ps (self->bias);
  const __m256 black = _mm256_setzero_ps ();
  const __m256 white = _mm256_set1_ps (255.0f);
  __m256 x = _mm256_cvtepi32_ps (_mm256_sub_epi32 (a, base));
  __m256 y = _mm256_cvtepi32_ps (_mm256_sub_epi32 (b, base));

  x = _mm256_add_ps (_mm256_mul_ps (x, scale), bias);
  y = _mm256_add_ps (_mm256_mul_ps (y, scale), bias);
  x = _mm256_min_ps (_mm256_max_ps (x, black), white);
  y = _mm256_min_ps (_mm256_max_ps (y, black), white);
  __m256i words =
      _mm256_packs_epi32 (_mm256_cvtps_epi32 (x), _mm256_cvtps_epi32 (y));
  words = _mm256_permute4x64_epi64 (words, _MM_SHUFFLE (3, 1, 2, 0));
  const __m128i bytes = _mm_packus_epi16 (_mm256_castsi256_si128 (words),
                                          _mm256_extracti128_si256 (words, 1));
  return _mm_xor_si128 (bytes, _mm_set1_epi8 ((char) self->flip));
}

/* Black where the sample is padding. */
AVX2 static inline __m128i
mask8_avx2 (const VitrailWindowLut *self, __m128i samples, __m128i levels)
{
  const __m128i first = _mm_set1_epi8 ((char) self->mask_first);
  const __m128i more = _mm_set1_epi8 ((char) self->mask_more);
  const __m128i beyond = _mm_subs_epu8 (_mm_sub_epi8 (samples, first), more);

  return _mm_andnot_si128 (_mm_cmpeq_epi8 (beyond, _mm_setzero_si128 ()),
                           levels);
}

AVX2 static inline __m128i
mask16_avx2 (const VitrailWindowLut *self, __m256i samples, __m128i levels)
{
  const __m256i first = _mm256_set1_epi16 ((short) self->mask_first);
  const __m256i more = _mm256_set1_epi16 ((short) self->mask_more);
  const __m256i beyond =
      _mm256_subs_epu16 (_mm256_sub_epi16 (samples, first), more);
  const __m256i pad = _mm256_cmpeq_epi16 (beyond, _mm256_setzero_si256 ());
  const __m128i bytes = _mm_packs_epi16 (_mm256_castsi256_si128 (pad),
                                         _mm256_extracti128_si256 (pad, 1));

  return _mm_andnot_si128 (bytes, levels);
}

AVX2 static inline __attribute__ ((always_inline)) void
row8_avx2 (const VitrailWindowLut *self,
           const uint8_t *in,
           uint8_t *out,
           size_t n,
           gboolean mask)
{
  for (size_t i = 0; i + 16 <= n; i += 16) {
    const __m128i v = _mm_loadu_si128 ((const __m128i *) (in + i));
    const __m256i a = _mm256_cvtepu8_epi32 (v);
    const __m256i b = _mm256_cvtepu8_epi32 (_mm_srli_si128 (v, 8));
    const __m128i levels = levels_avx2 (self, a, b);
    _mm_storeu_si128 ((__m128i *) (out + i),
                      mask ? mask8_avx2 (self, v, levels) : levels);
  }
}

AVX2 static inline __attribute__ ((always_inline)) void
row16_avx2 (const VitrailWindowLut *self,
            const uint16_t *in,
            uint8_t *out,
            size_t n,
            gboolean mask)
{
  for (size_t i = 0; i + 16 <= n; i += 16) {
    const __m256i v = _mm256_loadu_si256 ((const __m256i *) (in + i));
    const __m256i a = _mm256_cvtepu16_epi32 (_mm256_castsi256_si128 (v));
    const __m256i b = _mm256_cvtepu16_epi32 (_mm256_extracti128_si256 (v, 1));
    const __m128i levels = levels_avx2 (self, a, b);
    _mm_storeu_si128 ((__m128i *) (out + i),
                      mask ? mask16_avx2 (self, v, levels) : levels);
  }
}

/* A loop for each kind. */
AVX2 static void
row_avx2 (const VitrailWindowLut *self,
          const void *samples,
          uint8_t *out,
          size_t n)
{
  if (self->sample_bytes == 1 && self->mask)
    row8_avx2 (self, samples, out, n, TRUE);
  else if (self->sample_bytes == 1)
    row8_avx2 (self, samples, out, n, FALSE);
  else if (self->mask)
    row16_avx2 (self, samples, out, n, TRUE);
  else
    row16_avx2 (self, samples, out, n, FALSE);
}

gboolean
vitrail_window_row_arithmetic (const VitrailWindowLut *self,
                               const void *samples,
                               uint8_t *out,
                               size_t n)
{
  if (!__builtin_cpu_supports ("avx2"))
    return FALSE;
  row_avx2 (self, samples, out, n);
  return TRUE;
}
#else
gboolean
vitrail_window_row_arithmetic (const VitrailWindowLut *self,
                               const void *samples,
                               uint8_t *out,
                               size_t n)
{
  return FALSE;
}
#endif

/* Sample @i as a number. */
static double
read_wide (const VitrailWindowLut *self, const uint8_t *in, size_t i)
{
  return vitrail_read_wide_sample (in + i * self->sample_bytes,
                                   self->sample_bytes, self->is_float);
}

/* Samples a pixel, those that count: RGBA64 has a fourth that does not. */
static guint
get_used (const VitrailWindowLut *self)
{
  return self->samples >= 3 ? 3 : 1;
}

static void
row_wide (const VitrailWindowLut *self,
          const uint8_t *in,
          uint8_t *out,
          size_t n)
{
  const guint used = get_used (self);

  for (size_t i = 0; i < n; i++)
    for (guint c = 0; c < used; c++)
      out[i * used + c] =
          vitrail_window_lut_eval (self,
                                   read_wide (self, in, i * self->samples + c));
}

static void
row8 (const VitrailWindowLut *self, const uint8_t *in, uint8_t *out, size_t n)
{
  const uint8_t *table = self->table;
  const guint used = get_used (self);

  for (size_t i = 0; i < n; i++)
    for (guint c = 0; c < used; c++)
      out[i * used + c] = table[in[i * self->samples + c]];
}

static void
row16 (const VitrailWindowLut *self, const uint16_t *in, uint8_t *out, size_t n)
{
  const uint8_t *table = self->table;
  const guint used = get_used (self);

  for (size_t i = 0; i < n; i++)
    for (guint c = 0; c < used; c++)
      out[i * used + c] = table[in[i * self->samples + c]];
}

/* One sample in, one byte out: worth loops of their own. */
static void
row_grey (const VitrailWindowLut *self,
          const void *samples,
          uint8_t *out,
          size_t n)
{
  const uint8_t *table = self->table;
  const uint8_t *in8 = samples;
  const uint16_t *in16 = samples;

  if (self->sample_bytes == 1)
    for (size_t i = 0; i < n; i++)
      out[i] = table[in8[i]];
  else
    for (size_t i = 0; i < n; i++)
      out[i] = table[in16[i]];
}

void
vitrail_window_levels_c (const VitrailWindowLut *self,
                         const void *samples,
                         uint8_t *out,
                         size_t n)
{
  if (self->table == NULL)
    row_wide (self, samples, out, n);
  else if (self->samples == 1)
    row_grey (self, samples, out, n);
  else if (self->sample_bytes == 1)
    row8 (self, samples, out, n);
  else
    row16 (self, samples, out, n);
}

void
vitrail_window_levels (const VitrailWindowLut *self,
                       const void *samples,
                       uint8_t *out,
                       size_t n)
{
  size_t done = 0;

  if (self->identity && self->samples == get_used (self)) {
    memcpy (out, samples, n * self->samples);
    return;
  }
  if (self->arithmetic && vitrail_window_row_arithmetic (self, samples, out, n))
    done = n & ~(size_t) 15;
  vitrail_window_levels_c (self,
                           (const uint8_t *) samples +
                               done * self->samples * self->sample_bytes,
                           out + done * get_used (self), n - done);
}
