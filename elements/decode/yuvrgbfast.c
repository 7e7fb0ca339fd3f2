/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* yuvrgb.c with AVX2, sixteen pixels at a time: the same integers, to the last
 * bit. */

#include "decode/yuvrgb.h"

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))
#  define BITS 16
#  define STEP 16u

/* Sixteen numbers of 32 bits. */
typedef struct {
  __m256i low;
  __m256i high;
} Pair;

AVX2 static inline Pair
add (Pair a, Pair b)
{
  return (Pair){ _mm256_add_epi32 (a.low, b.low),
                 _mm256_add_epi32 (a.high, b.high) };
}

AVX2 static inline Pair
multiply (Pair a, gint32 factor)
{
  const __m256i f = _mm256_set1_epi32 (factor);

  return (Pair){ _mm256_mullo_epi32 (a.low, f),
                 _mm256_mullo_epi32 (a.high, f) };
}

/* Samples less @offset. */
AVX2 static inline Pair
read_samples (const guint8 *samples, gint32 offset)
{
  const __m128i bytes = _mm_loadu_si128 ((const __m128i *) samples);
  const __m256i o = _mm256_set1_epi32 (offset);

  return (Pair){
    _mm256_sub_epi32 (_mm256_cvtepu8_epi32 (bytes), o),
    _mm256_sub_epi32 (_mm256_cvtepu8_epi32 (_mm_srli_si128 (bytes, 8)), o),
  };
}

/* Eight samples, each for two pixels. */
AVX2 static inline Pair
read_shared (const guint8 *samples, gint32 offset)
{
  const __m128i bytes = _mm_loadl_epi64 ((const __m128i *) samples);
  const __m128i twice = _mm_unpacklo_epi8 (bytes, bytes);
  const __m256i o = _mm256_set1_epi32 (offset);

  return (Pair){
    _mm256_sub_epi32 (_mm256_cvtepu8_epi32 (twice), o),
    _mm256_sub_epi32 (_mm256_cvtepu8_epi32 (_mm_srli_si128 (twice, 8)), o),
  };
}

/* What lies below 0 or above 255 becomes that by saturation. */
AVX2 static inline __m128i
to_bytes (Pair value)
{
  const __m256i words = _mm256_permute4x64_epi64 (
      _mm256_packs_epi32 (_mm256_srai_epi32 (value.low, BITS),
                          _mm256_srai_epi32 (value.high, BITS)),
      _MM_SHUFFLE (3, 1, 2, 0));

  return _mm_packus_epi16 (_mm256_castsi256_si128 (words),
                           _mm256_extracti128_si256 (words, 1));
}

/* Byte k of 48 is channel k % 3 of pixel k / 3; a row of the table for each
 * third of the 48 and each channel in it. */
static const gint8 places[9][16] = {
  { 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5 },
  { -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1 },
  { -1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1 },
  { -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1 },
  { 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10 },
  { -1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1 },
  { -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1 },
  { -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1 },
  { 10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15 },
};

AVX2 static inline __m128i
pick (__m128i bytes, guint place)
{
  return _mm_shuffle_epi8 (bytes,
                           _mm_loadu_si128 ((const __m128i *) places[place]));
}

/* The @third of the 48. */
AVX2 static inline __m128i
weave (const __m128i colours[3], guint third)
{
  return _mm_or_si128 (_mm_or_si128 (pick (colours[0], third * 3),
                                     pick (colours[1], third * 3 + 1)),
                       pick (colours[2], third * 3 + 2));
}

AVX2 static inline void
store (guint8 *rgb, const __m128i colours[3])
{
  _mm_storeu_si128 ((__m128i *) rgb, weave (colours, 0));
  _mm_storeu_si128 ((__m128i *) (rgb + 16), weave (colours, 1));
  _mm_storeu_si128 ((__m128i *) (rgb + 32), weave (colours, 2));
}

AVX2 static inline __attribute__ ((always_inline)) void
row_loop (const VitrailYuvMatrix *self,
          const guint8 *const yuv[3],
          guint width,
          gboolean shared,
          guint8 *rgb)
{
  const gint32 grey = 128;
  const __m256i half = _mm256_set1_epi32 (1 << (BITS - 1));

  for (guint x = 0; x < width; x += STEP) {
    const guint c = shared ? x / 2 : x;
    const Pair u = shared ? read_shared (yuv[1] + c, grey)
                          : read_samples (yuv[1] + c, grey);
    const Pair v = shared ? read_shared (yuv[2] + c, grey)
                          : read_samples (yuv[2] + c, grey);
    const Pair y =
        add (multiply (read_samples (yuv[0] + x, self->black), self->luma),
             (Pair){ half, half });
    const __m128i colours[3] = {
      to_bytes (add (y, multiply (v, self->red_v))),
      to_bytes (add (y, add (multiply (u, self->green_u),
                             multiply (v, self->green_v)))),
      to_bytes (add (y, multiply (u, self->blue_u))),
    };
    store (rgb + (gsize) x * 3, colours);
  }
}

AVX2 static void
row_any (const VitrailYuvMatrix *self,
         const guint8 *const yuv[3],
         guint width,
         guint shift,
         guint8 *rgb)
{
  if (shift == 1)
    row_loop (self, yuv, width, TRUE, rgb);
  else
    row_loop (self, yuv, width, FALSE, rgb);
}

guint
vitrail_yuv_to_rgb_fast (const VitrailYuvMatrix *self,
                         const guint8 *const yuv[3],
                         guint width,
                         guint shift,
                         guint8 *rgb)
{
  const guint n = width - width % STEP;

  if (shift > 1 || !__builtin_cpu_supports ("avx2"))
    return 0;
  row_any (self, yuv, n, shift, rgb);
  return n;
}

#else

guint
vitrail_yuv_to_rgb_fast (const VitrailYuvMatrix *self,
                         const guint8 *const yuv[3],
                         guint width,
                         guint shift,
                         guint8 *rgb)
{
  return 0;
}

#endif
