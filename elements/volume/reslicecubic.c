/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cubic reslicing of 16-bit voxels with AVX2: what depends on positions is
 * found for eight pixels at a time, and four rows of four voxels of a pixel are
 * one vector. The bits are resliceline.c's. */

#include "volume/resliceline.h"

#ifdef __x86_64__
#  include <immintrin.h>
#  include <math.h>

#  define AVX2   __attribute__ ((target ("avx2")))
#  define INLINE AVX2 static inline __attribute__ ((always_inline))

/* What does not change along a line. */
typedef struct {
  const VitrailResliceLine *line;
  const guint16 *voxels;
  gsize row;
  gsize slice;
  __m256 step[3];
  __m256i padding_low; /* of 16 bits */
  __m256i padding_size;
} Fast;

/* Of eight pixels in one plane: the first voxel of each, and weights: four of
 * 16 bits along i, four along j, and along k those of all pixels together. */
typedef struct {
  gint32 number[8];
  guint64 across[8];
  float down[8][4];
  float deep[4][8];
} Taps;

INLINE __m256
get_positions (const Fast *self, guint x, guint plane, guint axis)
{
  const __m256d base = _mm256_set1_pd (self->line->base[axis]);
  const __m256d right = _mm256_set1_pd (self->line->self->right[axis]);
  const __m256d low =
      _mm256_add_pd (_mm256_set1_pd (x), _mm256_setr_pd (0, 1, 2, 3));
  const __m256d high = _mm256_add_pd (low, _mm256_set1_pd (4));
  const __m256 there = _mm256_set_m128 (
      _mm256_cvtpd_ps (_mm256_add_pd (base, _mm256_mul_pd (high, right))),
      _mm256_cvtpd_ps (_mm256_add_pd (base, _mm256_mul_pd (low, right))));

  return _mm256_add_ps (there, _mm256_mul_ps (_mm256_set1_ps ((float) plane),
                                              self->step[axis]));
}

/* As vitrail_reslice_cubic_weights () has them. */
INLINE void
get_weights (__m256 t, __m256 weights[4])
{
  const __m256 one = _mm256_set1_ps (1);
  const __m256 half = _mm256_set1_ps (-0.5F);
  const __m256 more = _mm256_set1_ps (1.5F);
  const __m256 u = _mm256_sub_ps (one, t);

  weights[0] = _mm256_mul_ps (_mm256_mul_ps (_mm256_mul_ps (half, t), u), u);
  weights[3] = _mm256_mul_ps (_mm256_mul_ps (_mm256_mul_ps (half, u), t), t);
  weights[1] = _mm256_mul_ps (
      u, _mm256_sub_ps (_mm256_add_ps (one, t),
                        _mm256_mul_ps (_mm256_mul_ps (more, t), t)));
  weights[2] = _mm256_mul_ps (
      t, _mm256_sub_ps (_mm256_add_ps (one, u),
                        _mm256_mul_ps (_mm256_mul_ps (more, u), u)));
}

INLINE __m256i
to_whole (__m256 weight)
{
  return _mm256_cvtps_epi32 (
      _mm256_mul_ps (weight, _mm256_set1_ps (VITRAIL_RESLICE_ONE)));
}

/* The lower words of @low, and those of @high above them. */
INLINE __m256i
pack (__m256i low, __m256i high)
{
  return _mm256_or_si256 (_mm256_and_si256 (low, _mm256_set1_epi32 (0xffff)),
                          _mm256_slli_epi32 (high, 16));
}

/* Whole numbers whose sum is VITRAIL_RESLICE_ONE. */
INLINE void
set_across (Taps *taps, const __m256 weights[4])
{
  const __m256i w0 = to_whole (weights[0]);
  const __m256i w1 = to_whole (weights[1]);
  const __m256i w3 = to_whole (weights[3]);
  const __m256i w2 = _mm256_sub_epi32 (
      _mm256_sub_epi32 (_mm256_set1_epi32 (VITRAIL_RESLICE_ONE), w0),
      _mm256_add_epi32 (w1, w3));
  const __m256i first = pack (w0, w1);
  const __m256i last = pack (w2, w3);
  const __m256i low = _mm256_unpacklo_epi32 (first, last);  /* 0 1 4 5 */
  const __m256i high = _mm256_unpackhi_epi32 (first, last); /* 2 3 6 7 */

  _mm256_storeu_si256 ((__m256i *) &taps->across[0],
                       _mm256_permute2x128_si256 (low, high, 0x20));
  _mm256_storeu_si256 ((__m256i *) &taps->across[4],
                       _mm256_permute2x128_si256 (low, high, 0x31));
}

/* Pixel by pixel. */
INLINE void
set_down (Taps *taps, const __m256 weights[4])
{
  const __m256 a = _mm256_unpacklo_ps (weights[0], weights[1]);
  const __m256 b = _mm256_unpacklo_ps (weights[2], weights[3]);
  const __m256 c = _mm256_unpackhi_ps (weights[0], weights[1]);
  const __m256 d = _mm256_unpackhi_ps (weights[2], weights[3]);
  const __m256 even[2] = { _mm256_shuffle_ps (a, b, 0x44),   /* 0 4 */
                           _mm256_shuffle_ps (c, d, 0x44) }; /* 2 6 */
  const __m256 odd[2] = { _mm256_shuffle_ps (a, b, 0xee),    /* 1 5 */
                          _mm256_shuffle_ps (c, d, 0xee) };  /* 3 7 */

  for (gsize n = 0; n < 2; n++) {
    _mm256_storeu_ps (taps->down[2 * n],
                      _mm256_permute2f128_ps (even[n], odd[n], 0x20));
    _mm256_storeu_ps (taps->down[4 + 2 * n],
                      _mm256_permute2f128_ps (even[n], odd[n], 0x31));
  }
}

INLINE void
find_taps (const Fast *self, guint x, guint plane, Taps *taps)
{
  const __m256i strides[3] = { _mm256_set1_epi32 (1),
                               _mm256_set1_epi32 ((int) self->row),
                               _mm256_set1_epi32 ((int) self->slice) };
  __m256i number = _mm256_set1_epi32 (-(int) (1 + self->row + self->slice));
  __m256 weights[3][4];

  for (guint a = 0; a < 3; a++) {
    const __m256 at = get_positions (self, x, plane, a);
    const __m256i index = _mm256_cvttps_epi32 (at);
    number = _mm256_add_epi32 (number, _mm256_mullo_epi32 (index, strides[a]));
    get_weights (_mm256_sub_ps (at, _mm256_cvtepi32_ps (index)), weights[a]);
  }
  _mm256_storeu_si256 ((__m256i *) taps->number, number);
  set_across (taps, weights[0]);
  set_down (taps, weights[1]);
  for (guint k = 0; k < 4; k++)
    _mm256_storeu_ps (taps->deep[k], weights[2][k]);
}

/* Four rows of four voxels. */
INLINE __m256i
read_rows (const Fast *self, const guint16 *voxels)
{
  const __m128i first = _mm_loadl_epi64 ((const __m128i *) voxels);
  const __m128i third =
      _mm_loadl_epi64 ((const __m128i *) (voxels + 2 * self->row));
  const __m128d both = _mm_loadh_pd (_mm_castsi128_pd (first),
                                     (const double *) (voxels + self->row));
  const __m128d more = _mm_loadh_pd (_mm_castsi128_pd (third),
                                     (const double *) (voxels + 3 * self->row));

  return _mm256_castpd_si256 (_mm256_set_m128d (more, both));
}

INLINE __m256i
find_padding (const Fast *self, __m256i words)
{
  const __m256i above = _mm256_sub_epi16 (words, self->padding_low);

  return _mm256_cmpeq_epi16 (_mm256_min_epu16 (above, self->padding_size),
                             above);
}

/* Of pixel @n: times VITRAIL_RESLICE_ONE, less the offset. */
INLINE float
sum_voxels (const Fast *self,
            const Taps *taps,
            guint n,
            gboolean may_be_padding,
            gboolean *padding)
{
  const guint16 *voxels = self->voxels + taps->number[n];
  const __m256i across = _mm256_set1_epi64x ((long long) taps->across[n]);
  const __m256i offset = _mm256_set1_epi16 ((short) VITRAIL_RESLICE_OFFSET);
  const __m256 down = _mm256_permutevar8x32_ps (
      _mm256_castps128_ps256 (_mm_loadu_ps (taps->down[n])),
      _mm256_setr_epi32 (0, 0, 1, 1, 2, 2, 3, 3));
  __m256i lost = _mm256_setzero_si256 ();
  __m256 sums = _mm256_setzero_ps ();

  for (guint k = 0; k < 4; k++, voxels += self->slice) {
    const __m256i words = read_rows (self, voxels);
    if (may_be_padding)
      lost = _mm256_or_si256 (lost, find_padding (self, words));
    const __m256 rows = _mm256_cvtepi32_ps (
        _mm256_madd_epi16 (_mm256_xor_si256 (words, offset), across));
    sums = _mm256_add_ps (sums, _mm256_mul_ps (rows, _mm256_broadcast_ss (
                                                         &taps->deep[k][n])));
  }
  if (may_be_padding)
    *padding |= !_mm256_testz_si256 (lost, lost);
  const __m256 all = _mm256_mul_ps (sums, down);
  const __m128 four =
      _mm_add_ps (_mm256_castps256_ps128 (all), _mm256_extractf128_ps (all, 1));
  const __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));
  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

INLINE __m256
combine (VitrailSlab slab, __m256 so_far, __m256 value)
{
  if (slab == VITRAIL_SLAB_MAXIMUM)
    return _mm256_max_ps (so_far, value);
  if (slab == VITRAIL_SLAB_MINIMUM)
    return _mm256_min_ps (so_far, value);
  return _mm256_add_ps (so_far, value);
}

INLINE __m256
clamp (__m256 value)
{
  return _mm256_max_ps (_mm256_min_ps (value, _mm256_set1_ps (65535)),
                        _mm256_setzero_ps ());
}

INLINE __m256
read_points (const Fast *self,
             guint x,
             guint plane,
             gboolean may_be_padding,
             gboolean lost[8])
{
  Taps taps;
  float sums[8];

  find_taps (self, x, plane, &taps);
  for (guint n = 0; n < 8; n++)
    sums[n] = sum_voxels (self, &taps, n, may_be_padding, &lost[n]);
  return clamp (_mm256_add_ps (_mm256_mul_ps (_mm256_loadu_ps (sums),
                                              _mm256_set1_ps (
                                                  1.0F / VITRAIL_RESLICE_ONE)),
                               _mm256_set1_ps (VITRAIL_RESLICE_OFFSET)));
}

INLINE void
store (const Fast *self, __m256 value, guint x)
{
  if (vitrail_reslice_is_float (self->line->self)) {
    _mm256_storeu_ps ((float *) self->line->out + x, value);
    return;
  }
  const __m256i whole = _mm256_cvtps_epi32 (value);
  const __m128i words = _mm_packus_epi32 (_mm256_castsi256_si128 (whole),
                                          _mm256_extracti128_si256 (whole, 1));
  _mm_storeu_si128 ((__m128i *) ((guint16 *) self->line->out + x), words);
}

/* Eight pixels; those beside padding are plain C's. */
INLINE void
do_block (const Fast *self, guint x, gboolean may_be_padding)
{
  const VitrailReslice *reslice = self->line->self;
  const guint n_planes = reslice->n_planes;
  gboolean lost[8] = { FALSE };
  __m256 total = read_points (self, x, 0, may_be_padding, lost);

  for (guint p = 1; p < n_planes; p++)
    total = combine (reslice->slab, total,
                     read_points (self, x, p, may_be_padding, lost));
  if (reslice->slab == VITRAIL_SLAB_MEAN && n_planes > 1)
    total = _mm256_div_ps (total, _mm256_set1_ps ((float) n_planes));
  store (self, total, x);
  for (guint n = 0; may_be_padding && n < 8; n++)
    if (lost[n])
      vitrail_reslice_line_c (self->line, x + n, x + n + 1);
}

AVX2 static void
do_line (const VitrailResliceLine *line, guint first, guint end)
{
  const VitrailReslice *self = line->self;
  Fast fast = { .line = line, .voxels = self->voxels, .row = self->size[0] };
  const double low = ceil (MAX (self->padding_low, 0));
  const double high = floor (MIN (self->padding_high, 65535));
  const gboolean has_padding = self->has_padding && low <= high;

  fast.slice = fast.row * self->size[1];
  for (guint a = 0; a < 3; a++)
    fast.step[a] = _mm256_set1_ps (line->step[a]);
  if (has_padding) {
    fast.padding_low = _mm256_set1_epi16 ((short) (int) low);
    fast.padding_size = _mm256_set1_epi16 ((short) (int) (high - low));
  }
  /* A loop for each kind. */
  for (guint x = first; x < end && !has_padding; x += 8)
    do_block (&fast, x, FALSE);
  for (guint x = first; x < end && has_padding; x += 8)
    do_block (&fast, x, TRUE);
}

/* Numbers of voxels have to fit into 32 bits. */
static gboolean
can_do (const VitrailReslice *self)
{
  const guint64 n = (guint64) self->size[0] * self->size[1] * self->size[2];

  return self->type == VITRAIL_VOXEL_U16 && n < G_MAXINT32 &&
         __builtin_cpu_supports ("avx2");
}

guint
vitrail_reslice_line_cubic_fast (const VitrailResliceLine *line,
                                 guint first,
                                 guint end)
{
  end -= (end - first) % 8;
  if (end == first || !can_do (line->self))
    return first;
  do_line (line, first, end);
  return end;
}
#else
guint
vitrail_reslice_line_cubic_fast (const VitrailResliceLine *line,
                                 guint first,
                                 guint end)
{
  return first;
}
#endif
