/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* YBR_FULL to RGB, exact: in plain C, and with AVX2 where there is such. */

#include "codec/ybr.h"

/* In whole 1,000ths and 587,000ths, for there are halves that floating point
 * puts on either side. Lifted above 0, because C divides towards it. */
#define LIFT      256
#define GREEN_ONE 587000
#define GREEN_CB  202008
#define GREEN_CR  419198

static inline int32_t
divide (int32_t numerator, int32_t one)
{
  return (int32_t) ((uint32_t) (LIFT * one + one / 2 + numerator) /
                    (uint32_t) one) -
         LIFT;
}

static inline uint8_t
clamp_8 (int32_t value)
{
  return (uint8_t) CLAMP (value, 0, 255);
}

void
vitrail_ybr_full_to_rgb_c (const uint8_t *in, uint8_t *out, size_t n)
{
  for (size_t i = 0; i < n; i++, in += 3, out += 3) {
    int32_t y = in[0];
    int32_t cb = in[1] - 128;
    int32_t cr = in[2] - 128;
    out[0] = clamp_8 (y + divide (1402 * cr, 1000));
    out[1] = clamp_8 (y + divide (-GREEN_CB * cb - GREEN_CR * cr, GREEN_ONE));
    out[2] = clamp_8 (y + divide (1772 * cb, 1000));
  }
}

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2"))) static inline

/* Shuffles between 48 interleaved bytes and three times 16: masks[a][b] moves
 * what register a of one side has of register b of the other. */
typedef struct {
  __m128i apart[3][3]; /* from part to plane */
  __m128i join[3][3];  /* from plane to part */
} Shuffles;

AVX2 void
make_shuffles (Shuffles *self)
{
  for (int part = 0; part < 3; part++)
    for (int plane = 0; plane < 3; plane++) {
      uint8_t apart[16];
      uint8_t join[16];
      for (int k = 0; k < 16; k++) {
        const int from = 3 * k + plane - 16 * part;
        const int at = 16 * part + k;
        apart[k] = from >= 0 && from < 16 ? (uint8_t) from : 0x80;
        join[k] = at % 3 == plane ? (uint8_t) (at / 3) : 0x80;
      }
      self->apart[part][plane] = _mm_loadu_si128 ((const __m128i *) apart);
      self->join[plane][part] = _mm_loadu_si128 ((const __m128i *) join);
    }
}

AVX2 __m128i
gather (const __m128i from[3], const __m128i masks[3][3], int to)
{
  return _mm_or_si128 (_mm_or_si128 (_mm_shuffle_epi8 (from[0], masks[0][to]),
                                     _mm_shuffle_epi8 (from[1], masks[1][to])),
                       _mm_shuffle_epi8 (from[2], masks[2][to]));
}

/* (chroma * scale + round) >> 14, for 16 of them: these numbers give what
 * divide () does for all 256. */
AVX2 __m256i
scale_chroma (__m256i chroma, int scale, int round)
{
  const __m256i one = _mm256_set1_epi16 (1);
  const __m256i by = _mm256_set1_epi32 ((round << 16) | scale);
  const __m256i low = _mm256_srai_epi32 (
      _mm256_madd_epi16 (_mm256_unpacklo_epi16 (chroma, one), by), 14);
  const __m256i high = _mm256_srai_epi32 (
      _mm256_madd_epi16 (_mm256_unpackhi_epi16 (chroma, one), by), 14);

  return _mm256_packs_epi32 (low, high);
}

/* divide (-GREEN_CB * cb - GREEN_CR * cr, GREEN_ONE) of 8: by multiplying with
 * 2^51 / GREEN_ONE, rounded up, which is exact below 2^28. */
AVX2 __m256i
divide_green (__m128i cb, __m128i cr)
{
  const __m256i lift = _mm256_set1_epi32 (LIFT * GREEN_ONE + GREEN_ONE / 2);
  const __m256i inverse = _mm256_set1_epi64x (INT64_C (3836115526));
  const __m256i products =
      _mm256_add_epi32 (_mm256_mullo_epi32 (_mm256_cvtepi16_epi32 (cb),
                                            _mm256_set1_epi32 (GREEN_CB)),
                        _mm256_mullo_epi32 (_mm256_cvtepi16_epi32 (cr),
                                            _mm256_set1_epi32 (GREEN_CR)));
  const __m256i v = _mm256_sub_epi32 (lift, products);
  const __m256i even = _mm256_srli_epi64 (_mm256_mul_epu32 (v, inverse), 51);
  const __m256i odd =
      _mm256_srli_epi64 (_mm256_mul_epu32 (_mm256_srli_epi64 (v, 32), inverse),
                         51);

  return _mm256_sub_epi32 (_mm256_or_si256 (even, _mm256_slli_epi64 (odd, 32)),
                           _mm256_set1_epi32 (LIFT));
}

AVX2 __m128i
add_clamped (__m256i luma, __m256i chroma)
{
  const __m256i sum = _mm256_add_epi16 (luma, chroma);

  return _mm_packus_epi16 (_mm256_castsi256_si128 (sum),
                           _mm256_extracti128_si256 (sum, 1));
}

AVX2 void
convert_16 (const Shuffles *shuffles, const uint8_t *in, uint8_t *out)
{
  const __m256i zero = _mm256_set1_epi16 (128);
  const __m128i parts[3] = {
    _mm_loadu_si128 ((const __m128i *) in),
    _mm_loadu_si128 ((const __m128i *) (in + 16)),
    _mm_loadu_si128 ((const __m128i *) (in + 32)),
  };
  const __m256i y = _mm256_cvtepu8_epi16 (gather (parts, shuffles->apart, 0));
  const __m256i cb = _mm256_sub_epi16 (
      _mm256_cvtepu8_epi16 (gather (parts, shuffles->apart, 1)), zero);
  const __m256i cr = _mm256_sub_epi16 (
      _mm256_cvtepu8_epi16 (gather (parts, shuffles->apart, 2)), zero);
  const __m256i green = _mm256_permute4x64_epi64 (
      _mm256_packs_epi32 (divide_green (_mm256_castsi256_si128 (cb),
                                        _mm256_castsi256_si128 (cr)),
                          divide_green (_mm256_extracti128_si256 (cb, 1),
                                        _mm256_extracti128_si256 (cr, 1))),
      _MM_SHUFFLE (3, 1, 2, 0));
  const __m128i planes[3] = {
    add_clamped (y, scale_chroma (cr, 22970, 8178)),
    add_clamped (y, green),
    add_clamped (y, scale_chroma (cb, 29032, 8248)),
  };

  for (int part = 0; part < 3; part++)
    _mm_storeu_si128 ((__m128i *) (out + (size_t) part * 16),
                      gather (planes, shuffles->join, part));
}

/* Whole 16s of @n; returns how many. */
__attribute__ ((target ("avx2"))) static size_t
convert_avx2 (const uint8_t *in, uint8_t *out, size_t n)
{
  Shuffles shuffles;
  size_t i = 0;

  make_shuffles (&shuffles);
  for (; i + 16 <= n; i += 16)
    convert_16 (&shuffles, in + 3 * i, out + 3 * i);
  return i;
}

void
vitrail_ybr_full_to_rgb (const uint8_t *in, uint8_t *out, size_t n)
{
  const size_t done =
      __builtin_cpu_supports ("avx2") ? convert_avx2 (in, out, n) : 0;

  vitrail_ybr_full_to_rgb_c (in + 3 * done, out + 3 * done, n - done);
}
#else
void
vitrail_ybr_full_to_rgb (const uint8_t *in, uint8_t *out, size_t n)
{
  vitrail_ybr_full_to_rgb_c (in, out, n);
}
#endif
