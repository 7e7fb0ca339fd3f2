/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What linear interpolation with AVX2 is made of, eight numbers at a time.
 * x86-64 only. */

#pragma once

#include "pixel/resamplerow.h"

#include <immintrin.h>

#define AVX2 __attribute__ ((target ("avx2")))

/* What does not change along a row. */
typedef struct {
  const VitrailResample *self;
  const uint8_t *base;
  double u_slope;
  double u0;
  double v_slope;
  double v0;
  int stride;
} VitrailResampleFixed;

/* round ((slope * x + origin) * 65536) for x .. x + 7, as
 * vitrail_resample_position (). */
AVX2 static inline __m256i
get_positions (double slope, double origin, guint x)
{
  const __m256d one = _mm256_set1_pd (VITRAIL_POSITION_ONE);
  const __m256d s = _mm256_set1_pd (slope);
  const __m256d o = _mm256_set1_pd (origin);
  const __m256d low =
      _mm256_add_pd (_mm256_set1_pd (x), _mm256_setr_pd (0, 1, 2, 3));
  const __m256d high = _mm256_add_pd (low, _mm256_set1_pd (4));
  const __m128i a = _mm256_cvtpd_epi32 (
      _mm256_mul_pd (_mm256_add_pd (_mm256_mul_pd (s, low), o), one));
  const __m128i b = _mm256_cvtpd_epi32 (
      _mm256_mul_pd (_mm256_add_pd (_mm256_mul_pd (s, high), o), one));

  return _mm256_set_m128i (b, a);
}

/* (upper * (65536 - y) + lower * y + 2^31) >> 32 */
AVX2 static inline __m256i
mix_lines (__m256i upper, __m256i lower, __m256i y)
{
  const __m256i rest =
      _mm256_sub_epi32 (_mm256_set1_epi32 (VITRAIL_POSITION_ONE), y);
  const __m256i half = _mm256_set1_epi64x (1ll << 31);
  const __m256i even =
      _mm256_add_epi64 (_mm256_mul_epu32 (upper, rest),
                        _mm256_add_epi64 (_mm256_mul_epu32 (lower, y), half));
  const __m256i odd = _mm256_add_epi64 (
      _mm256_mul_epu32 (_mm256_srli_epi64 (upper, 32),
                        _mm256_srli_epi64 (rest, 32)),
      _mm256_add_epi64 (_mm256_mul_epu32 (_mm256_srli_epi64 (lower, 32),
                                          _mm256_srli_epi64 (y, 32)),
                        half));

  return _mm256_blend_epi32 (_mm256_srli_epi64 (even, 32), odd, 0xaa);
}

/* Pixels span[0] <= x < span[1] of a row, of three samples of 8 bits, to @dst.
 * All that is read lies within the image; whole eights. */
void vitrail_resample_row_rgb_lanes (const VitrailResampleFixed *row,
                                     const guint span[2],
                                     void *dst);
