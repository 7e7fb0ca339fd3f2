/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The inverse DCT: see jpegidct.h. */

#include "codec/jpegidct.h"

#include <string.h>

#ifdef __x86_64__
#  include <immintrin.h>
#endif

/* Constants have 13 bits of fraction. */
#define CONST_BITS 13
#define FIX(x)     ((uint32_t) (int32_t) ((x) *8192 + ((x) < 0 ? -0.5 : 0.5)))

const uint8_t vitrail_jpeg_block_order[192] = {
  0,  8,  32, 1,  40, 2,  10, 34, 9,  33, 16, 41, 3,
  42, 4,  12, 36, 11, 35, 24, 48, 17, 56, 18, 43, 5,
  44, 6,  14, 38, 13, 37, 26, 50, 25, 49, 57, 19, 58,
  20, 45, 7,  46, 15, 39, 28, 52, 27, 51, 59, 21, 60,
  22, 47, 30, 54, 29, 53, 61, 23, 62, 31, 55, 63, [64 ... 191] = 64,
};

/* Row @y, column @x in that order. */
static inline guint
get_place (guint x, guint y)
{
  const guint pair = (y & 1u) * 2 + (y >> 2);
  const guint column = (x >> 1) + (x & 1u) * 4;

  return 16 * pair + 2 * column + ((y >> 1) & 1u);
}

VitrailJpegIdctRange
vitrail_jpeg_idct_range (guint precision)
{
  return (VitrailJpegIdctRange){
    .pass_bits = precision <= 8 ? 2 : 1,
    .centre = 1 << (precision - 1),
    .maximum = (1 << precision) - 1,
  };
}

static inline uint32_t
multiply (const int16_t *block, const uint16_t *quant, guint place)
{
  return (uint32_t) (int16_t) ((uint32_t) block[place] * quant[place]);
}

/* Sums wrap around, so they are of unsigned numbers. */
static inline int32_t
descale (uint32_t value, int bits)
{
  return (int32_t) (value + (1u << (bits - 1))) >> bits;
}

static inline uint16_t
clamp (const VitrailJpegIdctRange *range, int32_t value)
{
  const int32_t sample = value + range->centre;

  return (uint16_t) CLAMP (sample, 0, range->maximum);
}

/* 8 numbers -> 8, scaled by sqrt (8) and 2^13. */
static inline void
transform_8 (const uint32_t in[8], uint32_t out[8])
{
  const uint32_t z = (in[2] + in[6]) * FIX (0.541196100);
  const uint32_t even2 = z + in[6] * FIX (-1.847759065);
  const uint32_t even3 = z + in[2] * FIX (0.765366865);
  const uint32_t sum = (in[0] + in[4]) << CONST_BITS;
  const uint32_t difference = (in[0] - in[4]) << CONST_BITS;

  const uint32_t all = (in[7] + in[3] + in[5] + in[1]) * FIX (1.175875602);
  const uint32_t z1 = (in[7] + in[1]) * FIX (-0.899976223);
  const uint32_t z2 = (in[5] + in[3]) * FIX (-2.562915447);
  const uint32_t z3 = (in[7] + in[3]) * FIX (-1.961570560) + all;
  const uint32_t z4 = (in[5] + in[1]) * FIX (-0.390180644) + all;
  const uint32_t odd0 = in[1] * FIX (1.501321110) + z1 + z4;
  const uint32_t odd1 = in[3] * FIX (3.072711026) + z2 + z3;
  const uint32_t odd2 = in[5] * FIX (2.053119869) + z2 + z4;
  const uint32_t odd3 = in[7] * FIX (0.298631336) + z1 + z3;

  out[0] = sum + even3 + odd0;
  out[1] = difference + even2 + odd1;
  out[2] = difference - even2 + odd2;
  out[3] = sum - even3 + odd3;
  out[4] = sum - even3 - odd3;
  out[5] = difference - even2 - odd2;
  out[6] = difference + even2 - odd1;
  out[7] = sum + even3 - odd0;
}

/* 8 numbers -> 4: what the 8 point transform gives, averaged in pairs; number 4
 * is not seen. Twice the scale. */
static inline void
transform_4 (const uint32_t in[8], uint32_t out[4])
{
  const uint32_t base = in[0] << (CONST_BITS + 1);
  const uint32_t even = in[2] * FIX (1.847759065) + in[6] * FIX (-0.765366865);
  const uint32_t odd0 = in[7] * FIX (-0.509795579) +
                        in[5] * FIX (-0.601344887) + in[3] * FIX (0.899976223) +
                        in[1] * FIX (2.562915447);
  const uint32_t odd1 = in[7] * FIX (-0.211164243) + in[5] * FIX (1.451774981) +
                        in[3] * FIX (-2.172734803) + in[1] * FIX (1.061594337);

  out[0] = base + even + odd0;
  out[1] = base - even + odd1;
  out[2] = base - even - odd1;
  out[3] = base + even - odd0;
}

/* 8 numbers -> 2. Four times the scale. */
static inline void
transform_2 (const uint32_t in[8], uint32_t out[2])
{
  const uint32_t base = in[0] << (CONST_BITS + 2);
  const uint32_t odd = in[7] * FIX (-0.720959822) + in[5] * FIX (0.850430095) +
                       in[3] * FIX (-1.272758580) + in[1] * FIX (3.624509785);

  out[0] = base + odd;
  out[1] = base - odd;
}

/* DC adds the same to all samples, here before their last shift, by @rows: it
 * goes around the columns, so that what they hand to rows is small. */
static inline uint32_t
get_base (const int16_t *block, const uint16_t *quant, int rows)
{
  return multiply (block, quant, 0) << (rows - 3);
}

/* Columns, then rows. @bits: log2 of the scale beyond sqrt (8) and 2^13. DC
 * adds the same to all samples: it goes around the columns, so that what they
 * hand to rows is small. */
#define DEFINE_IDCT(size, bits)                                         \
  static void idct_##size (const VitrailJpegIdctRange *range,           \
                           const int16_t *block, const uint16_t *quant, \
                           uint16_t *out, size_t stride)                \
  {                                                                     \
    const int columns = CONST_BITS - range->pass_bits + (bits);         \
    const int rows = CONST_BITS + range->pass_bits + 3 + (bits);        \
    const uint32_t base = get_base (block, quant, rows);                \
    uint32_t work[size][8];                                             \
    uint32_t line[size];                                                \
                                                                        \
    for (guint x = 0; x < 8; x++) {                                     \
      uint32_t in[8];                                                   \
      for (guint y = 0; y < 8; y++)                                     \
        in[y] = multiply (block, quant, get_place (x, y));              \
      in[0] = x == 0 ? 0 : in[0];                                       \
      transform_##size (in, line);                                      \
      for (guint y = 0; y < (size); y++)                                \
        work[y][x] = (uint32_t) descale (line[y], columns);             \
    }                                                                   \
    for (guint y = 0; y < (size); y++, out += stride) {                 \
      transform_##size (work[y], line);                                 \
      for (guint x = 0; x < (size); x++)                                \
        out[x] = clamp (range, descale (line[x] + base, rows));         \
    }                                                                   \
  }

DEFINE_IDCT (8, 0)
DEFINE_IDCT (4, 1)
DEFINE_IDCT (2, 2)

static void
idct_1 (const VitrailJpegIdctRange *range,
        const int16_t *block,
        const uint16_t *quant,
        uint16_t *out,
        size_t stride)
{
  vitrail_jpeg_idct_flat (range, block, quant, 1, out, stride);
}

void
vitrail_jpeg_idct_flat (const VitrailJpegIdctRange *range,
                        const int16_t *block,
                        const uint16_t *quant,
                        guint size,
                        uint16_t *out,
                        size_t stride)
{
  const uint16_t sample =
      clamp (range, descale (multiply (block, quant, 0), 3));
  const uint64_t four = sample * UINT64_C (0x0001000100010001);

  for (guint y = 0; size == 8 && y < 8; y++, out += stride) {
    memcpy (out, &four, 8);
    memcpy (out + 4, &four, 8);
  }
  for (guint y = 0; size < 8 && y < size; y++, out += stride)
    for (guint x = 0; x < size; x++)
      out[x] = sample;
}

VitrailJpegIdct
vitrail_jpeg_idct_find_c (guint size)
{
  return size == 8 ? idct_8 : size == 4 ? idct_4 : size == 2 ? idct_2 : idct_1;
}

#ifdef __x86_64__

#  define AVX2 __attribute__ ((target ("avx2")))
#  define ADD  _mm256_add_epi32
#  define SUB  _mm256_sub_epi32

/* @a times one of each pair, plus @b times the other. */
AVX2 static inline __m256i
combine (__m256i pairs, int a, int b)
{
  return _mm256_madd_epi16 (
      pairs, _mm256_set1_epi32 ((int) ((uint32_t) b << 16 | (uint16_t) a)));
}

/* transform_8 () as a matrix. @in: pairs of numbers 0 and 2, 4 and 6, 1 and 3,
 * 5 and 7 in eight lanes; @out is theirs plus @constant, shifted. */
AVX2 static inline void
transform_avx2 (const __m256i in[4],
                __m256i out[8],
                uint32_t constant,
                int bits)
{
  const __m256i add = _mm256_set1_epi32 ((int32_t) constant);
  const __m256i even[4] = {
    ADD (combine (in[0], 8192, 10703), combine (in[1], 8192, 4433)),
    ADD (combine (in[0], 8192, 4433), combine (in[1], -8192, -10704)),
    ADD (combine (in[0], 8192, -4433), combine (in[1], -8192, 10704)),
    ADD (combine (in[0], 8192, -10703), combine (in[1], 8192, -4433)),
  };
  const __m256i odd[4] = {
    ADD (combine (in[2], 11363, 9633), combine (in[3], 6437, 2260)),
    ADD (combine (in[2], 9633, -2259), combine (in[3], -11362, -6436)),
    ADD (combine (in[2], 6437, -11362), combine (in[3], 2261, 9633)),
    ADD (combine (in[2], 2260, -6436), combine (in[3], 9633, -11363)),
  };
  const __m128i shift = _mm_cvtsi32_si128 (bits);

  for (guint i = 0; i < 4; i++) {
    const __m256i base = ADD (even[i], add);
    out[i] = _mm256_sra_epi32 (ADD (base, odd[i]), shift);
    out[7 - i] = _mm256_sra_epi32 (SUB (base, odd[i]), shift);
  }
}

/* Rows, whose lanes are columns 0, 2, 4, 6, 1, 3, 5, 7 -> pairs of columns,
 * whose lanes are rows. FALSE: a number is beyond 16 bits, or about to be. */
AVX2 static inline gboolean
transpose_avx2 (const __m256i v[8], __m256i pairs[4])
{
  __m256i p[4];
  __m256i most = _mm256_setzero_si256 ();

  for (guint i = 0; i < 4; i++) {
    p[i] = _mm256_packs_epi32 (v[i], v[i + 4]);
    most = _mm256_max_epu16 (most, _mm256_abs_epi16 (p[i]));
  }
  const __m256i a = _mm256_unpacklo_epi32 (p[0], p[1]);
  const __m256i b = _mm256_unpackhi_epi32 (p[0], p[1]);
  const __m256i c = _mm256_unpacklo_epi32 (p[2], p[3]);
  const __m256i d = _mm256_unpackhi_epi32 (p[2], p[3]);
  const __m256i low0 = _mm256_unpacklo_epi64 (a, c);
  const __m256i low1 = _mm256_unpackhi_epi64 (a, c);
  const __m256i high0 = _mm256_unpacklo_epi64 (b, d);
  const __m256i high1 = _mm256_unpackhi_epi64 (b, d);
  pairs[0] = _mm256_permute2x128_si256 (low0, high0, 0x20);
  pairs[1] = _mm256_permute2x128_si256 (low1, high1, 0x20);
  pairs[2] = _mm256_permute2x128_si256 (low0, high0, 0x31);
  pairs[3] = _mm256_permute2x128_si256 (low1, high1, 0x31);
  most = _mm256_subs_epu16 (most, _mm256_set1_epi16 (0x7ffe));
  return _mm256_testz_si256 (most, most) != 0;
}

AVX2 static inline void
store_avx2 (uint16_t *out, size_t stride, __m256i rows)
{
  _mm_storeu_si128 ((__m128i *) out, _mm256_castsi256_si128 (rows));
  _mm_storeu_si128 ((__m128i *) (out + 4 * stride),
                    _mm256_extracti128_si256 (rows, 1));
}

/* Columns, whose lanes are rows, to rows of samples. */
AVX2 static inline void
write_avx2 (const VitrailJpegIdctRange *range,
            const __m256i v[8],
            uint16_t *out,
            size_t stride)
{
  const __m256i centre = _mm256_set1_epi32 (range->centre);
  const __m256i maximum = _mm256_set1_epi16 ((int16_t) range->maximum);
  __m256i p[4];

  for (guint i = 0; i < 4; i++)
    p[i] = _mm256_min_epu16 (_mm256_packus_epi32 (ADD (v[i], centre),
                                                  ADD (v[i + 4], centre)),
                             maximum);
  const __m256i a = _mm256_unpacklo_epi16 (p[0], p[1]);
  const __m256i b = _mm256_unpackhi_epi16 (p[0], p[1]);
  const __m256i c = _mm256_unpacklo_epi16 (p[2], p[3]);
  const __m256i d = _mm256_unpackhi_epi16 (p[2], p[3]);
  const __m256i left0 = _mm256_unpacklo_epi32 (a, c);
  const __m256i left1 = _mm256_unpackhi_epi32 (a, c);
  const __m256i right0 = _mm256_unpacklo_epi32 (b, d);
  const __m256i right1 = _mm256_unpackhi_epi32 (b, d);
  store_avx2 (out, stride, _mm256_unpacklo_epi64 (left0, right0));
  store_avx2 (out + stride, stride, _mm256_unpackhi_epi64 (left0, right0));
  store_avx2 (out + 2 * stride, stride, _mm256_unpacklo_epi64 (left1, right1));
  store_avx2 (out + 3 * stride, stride, _mm256_unpackhi_epi64 (left1, right1));
}

AVX2 static void
idct_8_avx2 (const VitrailJpegIdctRange *range,
             const int16_t *block,
             const uint16_t *quant,
             uint16_t *out,
             size_t stride)
{
  const int columns = CONST_BITS - range->pass_bits;
  const int rows = CONST_BITS + range->pass_bits + 3;
  const uint32_t base = get_base (block, quant, rows);
  __m256i pairs[4];
  __m256i v[8];

  for (guint i = 0; i < 4; i++)
    pairs[i] = _mm256_mullo_epi16 (
        _mm256_loadu_si256 ((const __m256i *) (block + (size_t) 16 * i)),
        _mm256_loadu_si256 ((const __m256i *) (quant + (size_t) 16 * i)));
  pairs[0] = _mm256_and_si256 (pairs[0], _mm256_setr_epi32 (-65536, -1, -1, -1,
                                                            -1, -1, -1, -1));
  transform_avx2 (pairs, v, 1u << (columns - 1), columns);
  if (G_UNLIKELY (!transpose_avx2 (v, pairs))) {
    idct_8 (range, block, quant, out, stride);
    return;
  }
  transform_avx2 (pairs, v, base + (1u << (rows - 1)), rows);
  write_avx2 (range, v, out, stride);
}
#endif

VitrailJpegIdct
vitrail_jpeg_idct_find (guint size)
{
#ifdef __x86_64__
  if (size == 8 && __builtin_cpu_supports ("avx2"))
    return idct_8_avx2;
#endif
  return vitrail_jpeg_idct_find_c (size);
}
