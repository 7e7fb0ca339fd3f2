/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* resamplelinear.c for grey samples, and colours of 8 bits
 * (resamplelinearrgb.c), with AVX2, eight pixels at a time: the same integers,
 * to the last bit. Pixels whose neighbours are cut off by the image's border
 * are left to plain C. */

#include "pixel/resamplerow.h"

#ifdef __x86_64__
#  include "pixel/resamplelanes.h"

/* left and right of a line, and what lies between them times 65536. */
typedef struct {
  __m256i left;
  __m256i right;
  __m256i mixed;
} Line;

AVX2 static inline __attribute__ ((always_inline)) Line
read_line (const uint8_t *base, __m256i offsets, __m256i weights, gboolean wide)
{
  const __m256i both =
      _mm256_i32gather_epi32 ((const int *) (gconstpointer) base, offsets, 1);
  const __m256i mask = _mm256_set1_epi32 (wide ? 0xffff : 0xff);
  Line line;

  line.left = _mm256_and_si256 (both, mask);
  line.right = wide ? _mm256_srli_epi32 (both, 16)
                    : _mm256_and_si256 (_mm256_srli_epi32 (both, 8), mask);
  /* left * (65536 - w) + right * w, modulo 2^32, below which it lies. */
  line.mixed = _mm256_add_epi32 (
      _mm256_slli_epi32 (line.left, 16),
      _mm256_mullo_epi32 (_mm256_sub_epi32 (line.right, line.left), weights));
  return line;
}

AVX2 static inline __m256i
get_padding (const VitrailResample *self, __m256i samples)
{
  const int low = (int) MIN (self->padding_low, 65536);
  const int high = (int) MIN (self->padding_high, 65536);

  return _mm256_and_si256 (
      _mm256_cmpgt_epi32 (samples, _mm256_set1_epi32 (low - 1)),
      _mm256_cmpgt_epi32 (_mm256_set1_epi32 (high + 1), samples));
}

/* The nearest sample in the place of @mixed wherever one of four is padding. */
AVX2 static inline __m256i
choose_nearest (const VitrailResample *self,
                const Line lines[2],
                __m256i x,
                __m256i y,
                __m256i mixed)
{
  const __m256i middle = _mm256_set1_epi32 (VITRAIL_POSITION_ONE / 2 - 1);
  const __m256i right = _mm256_cmpgt_epi32 (x, middle);
  const __m256i lower = _mm256_cmpgt_epi32 (y, middle);
  const __m256i a = _mm256_blendv_epi8 (lines[0].left, lines[0].right, right);
  const __m256i b = _mm256_blendv_epi8 (lines[1].left, lines[1].right, right);
  const __m256i pad =
      _mm256_or_si256 (_mm256_or_si256 (get_padding (self, lines[0].left),
                                        get_padding (self, lines[0].right)),
                       _mm256_or_si256 (get_padding (self, lines[1].left),
                                        get_padding (self, lines[1].right)));

  return _mm256_blendv_epi8 (mixed, _mm256_blendv_epi8 (a, b, lower), pad);
}

AVX2 static inline __attribute__ ((always_inline)) void
store (uint8_t *out, __m256i values, gboolean wide)
{
  const __m256i words =
      _mm256_permute4x64_epi64 (_mm256_packus_epi32 (values, values),
                                _MM_SHUFFLE (3, 1, 2, 0));
  const __m128i low = _mm256_castsi256_si128 (words);

  if (wide)
    _mm_storeu_si128 ((__m128i *) out, low);
  else
    _mm_storel_epi64 ((__m128i *) out, _mm_packus_epi16 (low, low));
}

AVX2 static inline __attribute__ ((always_inline)) void
row_loop (const VitrailResampleFixed *row,
          const guint span[2],
          void *dst,
          gboolean wide,
          gboolean turned)
{
  __m256i v = get_positions (row->v_slope, row->v0, span[0]);
  const __m256i fraction = _mm256_set1_epi32 (VITRAIL_POSITION_ONE - 1);
  const __m256i stride = _mm256_set1_epi32 (row->stride);
  uint8_t *out = (uint8_t *) dst + (size_t) span[0] * (wide ? 2 : 1);

  for (guint x = span[0]; x < span[1]; x += 8, out += wide ? 16 : 8) {
    const __m256i u = get_positions (row->u_slope, row->u0, x);
    if (turned)
      v = get_positions (row->v_slope, row->v0, x);
    const __m256i column = _mm256_srai_epi32 (u, 16);
    const __m256i offsets =
        _mm256_add_epi32 (_mm256_mullo_epi32 (_mm256_srai_epi32 (v, 16),
                                              stride),
                          wide ? _mm256_slli_epi32 (column, 1) : column);
    const __m256i wx = _mm256_and_si256 (u, fraction);
    const __m256i wy = _mm256_and_si256 (v, fraction);
    const Line lines[2] = {
      read_line (row->base, offsets, wx, wide),
      read_line (row->base, _mm256_add_epi32 (offsets, stride), wx, wide),
    };
    __m256i mixed = mix_lines (lines[0].mixed, lines[1].mixed, wy);
    if (row->self->has_padding)
      mixed = choose_nearest (row->self, lines, wx, wy, mixed);
    store (out, mixed, wide);
  }
}

/* A loop for each kind: in a view that is not turned, all of a row lies between
 * the same two lines. */
AVX2 static void
row_any (const VitrailResampleFixed *row, const guint span[2], void *dst)
{
  const gboolean turned = row->v_slope != 0;

  if (row->self->src->format.samples == 3)
    vitrail_resample_row_rgb_lanes (row, span, dst);
  else if (row->self->src->format.bits_allocated > 8)
    turned ? row_loop (row, span, dst, TRUE, TRUE)
           : row_loop (row, span, dst, TRUE, FALSE);
  else
    turned ? row_loop (row, span, dst, FALSE, TRUE)
           : row_loop (row, span, dst, FALSE, FALSE);
}

/* Whether the bytes that are read of two lines, four or, of colours, eight, lie
 * within them. */
static gboolean
is_inner (const VitrailResampleRow *row, guint x)
{
  const VitrailPixelFormat *format = &row->self->src->format;
  const double *m = row->self->affine;
  const long u = vitrail_resample_position (m[0], x, row->u0) >> 16;
  const long v = vitrail_resample_position (m[3], x, row->v0) >> 16;
  const long more = format->bits_allocated > 8 ? 1
                    : format->samples == 3     ? 2
                                               : 3;

  return u >= 0 && u + more < (long) format->width && v >= 0 &&
         v + 1 < (long) format->height;
}

/* Positions and offsets have to fit into 32 bits. */
static gboolean
can_do (const VitrailResampleRow *row)
{
  const VitrailFrame *src = row->self->src;

  return ((src->format.samples == 1 && src->format.bits_allocated <= 16) ||
          (src->format.samples == 3 && src->format.bits_allocated == 8)) &&
         src->format.width < 32768 && src->format.height < 32768 &&
         src->stride < 65536 * 2 + 64 &&
         src->stride * src->format.height < G_MAXINT32 &&
         __builtin_cpu_supports ("avx2");
}

gboolean
vitrail_resample_row_linear_fast (const VitrailResampleRow *row, guint span[2])
{
  const VitrailResample *self = row->self;
  const double *m = self->affine;
  const VitrailResampleFixed fixed = {
    self, self->src->data, m[0], row->u0, m[3], row->v0, (int) self->src->stride
  };

  span[0] = row->first;
  span[1] = row->end;
  if (!can_do (row))
    return FALSE;
  /* Positions rise or fall along the row: the inner ones are one piece. */
  while (span[0] < span[1] && !is_inner (row, span[0]))
    span[0]++;
  while (span[0] < span[1] && !is_inner (row, span[1] - 1))
    span[1]--;
  span[1] -= (span[1] - span[0]) % 8;
  row_any (&fixed, span, row->dst);
  return TRUE;
}
#else
gboolean
vitrail_resample_row_linear_fast (const VitrailResampleRow *row, guint span[2])
{
  return FALSE;
}
#endif
