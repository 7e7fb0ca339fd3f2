/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* resamplelinear.c for colours of 8 bits with AVX2, two pixels at a time: each
 * has half a register, a number for each channel. */

#include "pixel/resamplerow.h"

#ifdef __x86_64__
#  include "pixel/resamplelanes.h"

#  include <string.h>

#  define PIXEL_BYTES 3

/* Where eight pixels have their upper left neighbour, and their weights. */
typedef struct {
  int offsets[8];
  __m256i x;
  __m256i y;
} Eight;

AVX2 static inline __attribute__ ((always_inline)) void
find_eight (const VitrailResampleFixed *row,
            guint x,
            gboolean turned,
            Eight *at)
{
  const __m256i fraction = _mm256_set1_epi32 (VITRAIL_POSITION_ONE - 1);
  const __m256i u = get_positions (row->u_slope, row->u0, x);
  const __m256i v = get_positions (row->v_slope, row->v0, turned ? x : 0);
  const __m256i column = _mm256_srai_epi32 (u, 16);
  const __m256i offsets =
      _mm256_add_epi32 (_mm256_mullo_epi32 (_mm256_srai_epi32 (v, 16),
                                            _mm256_set1_epi32 (row->stride)),
                        _mm256_add_epi32 (column,
                                          _mm256_slli_epi32 (column, 1)));

  _mm256_storeu_si256 ((__m256i *) at->offsets, offsets);
  at->x = _mm256_and_si256 (u, fraction);
  at->y = _mm256_and_si256 (v, fraction);
}

/* What lies between left and right of a line, times 65536. */
AVX2 static inline __m256i
mix_columns (const uint8_t *first, const uint8_t *second, __m256i weights)
{
  const __m256i bytes =
      _mm256_set_m128i (_mm_loadl_epi64 ((const __m128i *) second),
                        _mm_loadl_epi64 ((const __m128i *) first));
  const __m256i left = _mm256_shuffle_epi8 (
      bytes, _mm256_setr_epi8 (0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1,
                               -1, -1, -1, 0, -1, -1, -1, 1, -1, -1, -1, 2, -1,
                               -1, -1, -1, -1, -1, -1));
  const __m256i right = _mm256_shuffle_epi8 (
      bytes, _mm256_setr_epi8 (3, -1, -1, -1, 4, -1, -1, -1, 5, -1, -1, -1, -1,
                               -1, -1, -1, 3, -1, -1, -1, 4, -1, -1, -1, 5, -1,
                               -1, -1, -1, -1, -1, -1));

  return _mm256_add_epi32 (_mm256_slli_epi32 (left, 16),
                           _mm256_mullo_epi32 (_mm256_sub_epi32 (right, left),
                                               weights));
}

/* Pixels @k and @k + 1 of eight: their bytes begin each half. */
AVX2 static inline __m256i
mix_two (const VitrailResampleFixed *row, const Eight *at, int k)
{
  const __m256i lanes =
      _mm256_setr_epi32 (k, k, k, k, k + 1, k + 1, k + 1, k + 1);
  const __m256i x = _mm256_permutevar8x32_epi32 (at->x, lanes);
  const __m256i y = _mm256_permutevar8x32_epi32 (at->y, lanes);
  const uint8_t *first = row->base + at->offsets[k];
  const uint8_t *second = row->base + at->offsets[k + 1];
  const __m256i mixed =
      mix_lines (mix_columns (first, second, x),
                 mix_columns (first + row->stride, second + row->stride, x), y);

  return _mm256_shuffle_epi8 (
      mixed, _mm256_setr_epi8 (0, 4, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                               -1, -1, -1, 0, 4, 8, -1, -1, -1, -1, -1, -1, -1,
                               -1, -1, -1, -1, -1, -1));
}

AVX2 static inline __attribute__ ((always_inline)) void
row_loop (const VitrailResampleFixed *row,
          const guint span[2],
          uint8_t *dst,
          gboolean turned)
{
  uint8_t *out = dst + (size_t) span[0] * PIXEL_BYTES;

  for (guint x = span[0]; x < span[1]; x += 8) {
    Eight at;
    find_eight (row, x, turned, &at);
    for (int k = 0; k < 8; k += 2, out += (size_t) 2 * PIXEL_BYTES) {
      const __m256i two = mix_two (row, &at, k);
      const int first = _mm_cvtsi128_si32 (_mm256_castsi256_si128 (two));
      const int second = _mm_cvtsi128_si32 (_mm256_extracti128_si256 (two, 1));
      /* The fourth byte is written over at once. */
      memcpy (out, &first, sizeof first);
      memcpy (out + PIXEL_BYTES, &second, PIXEL_BYTES);
    }
  }
}

AVX2 void
vitrail_resample_row_rgb_lanes (const VitrailResampleFixed *row,
                                const guint span[2],
                                void *dst)
{
  if (row->v_slope != 0)
    row_loop (row, span, dst, TRUE);
  else
    row_loop (row, span, dst, FALSE);
}

#endif
