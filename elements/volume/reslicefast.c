/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* resliceline.c for 16-bit voxels with AVX2, eight pixels at a time: the same
 * operations in the same order, hence the same bits. No multiplication is fused
 * with an addition: the compiler may not, since only AVX2 is asked for. */

#include "volume/resliceline.h"

#ifdef __x86_64__
#  include <immintrin.h>
#  include <math.h>

#  define AVX2 __attribute__ ((target ("avx2")))

/* What does not change along a line. */
typedef struct {
  __m256 step[3];
  __m256i row;         /* voxels from a row to the next one */
  __m256i slice;       /* and from a slice */
  __m256i padding_low; /* of 16 bits */
  __m256i padding_size;
  const guint16 *voxels;
  const VitrailResliceLine *line;
  gsize slice_bytes;
  int row_bytes;
  guint n_planes;
} Fast;

/* A voxel beside the next one of its row, and the rows and slices behind. */
typedef struct {
  __m256i pair[4];
  __m256 weight[3];
} Taps;

/* What a slab has found. */
typedef struct {
  __m256 value;
  __m256 n; /* samples that counted */
} Total;

AVX2 static inline __attribute__ ((always_inline)) __m256
get_positions (const Fast *self, guint x, guint axis)
{
  const __m256d base = _mm256_set1_pd (self->line->base[axis]);
  const __m256d right = _mm256_set1_pd (self->line->self->right[axis]);
  const __m256d low =
      _mm256_add_pd (_mm256_set1_pd (x), _mm256_setr_pd (0, 1, 2, 3));
  const __m256d high = _mm256_add_pd (low, _mm256_set1_pd (4));

  return _mm256_set_m128 (
      _mm256_cvtpd_ps (_mm256_add_pd (base, _mm256_mul_pd (high, right))),
      _mm256_cvtpd_ps (_mm256_add_pd (base, _mm256_mul_pd (low, right))));
}

AVX2 static inline __attribute__ ((always_inline)) __m256i
gather (const void *voxels, __m256i numbers)
{
  return _mm256_i32gather_epi32 ((const int *) voxels, numbers, 2);
}

AVX2 static inline __attribute__ ((always_inline)) Taps
read_taps (const Fast *self, const __m256 start[3], __m256 plane)
{
  const guint8 *voxels = (const guint8 *) self->voxels;
  __m256i index[3];
  Taps taps;

  for (guint a = 0; a < 3; a++) {
    const __m256 at =
        _mm256_add_ps (start[a], _mm256_mul_ps (plane, self->step[a]));
    index[a] = _mm256_cvttps_epi32 (at);
    taps.weight[a] = _mm256_sub_ps (at, _mm256_cvtepi32_ps (index[a]));
  }
  const __m256i numbers = _mm256_add_epi32 (
      _mm256_add_epi32 (index[0], _mm256_mullo_epi32 (index[1], self->row)),
      _mm256_mullo_epi32 (index[2], self->slice));
  taps.pair[0] = gather (voxels, numbers);
  taps.pair[1] = gather (voxels + self->row_bytes, numbers);
  taps.pair[2] = gather (voxels + self->slice_bytes, numbers);
  taps.pair[3] = gather (voxels + self->slice_bytes + self->row_bytes, numbers);
  return taps;
}

AVX2 static inline __attribute__ ((always_inline)) __m256
mix_pair (__m256i pair, __m256i weights)
{
  const __m256i offset = _mm256_set1_epi16 ((short) VITRAIL_RESLICE_OFFSET);

  return _mm256_cvtepi32_ps (
      _mm256_madd_epi16 (_mm256_xor_si256 (pair, offset), weights));
}

AVX2 static inline __attribute__ ((always_inline)) __m256
mix (__m256 a, __m256 b, __m256 weight)
{
  return _mm256_add_ps (a, _mm256_mul_ps (_mm256_sub_ps (b, a), weight));
}

AVX2 static inline __attribute__ ((always_inline)) __m256
mix_taps (const Taps *taps)
{
  const __m256 one = _mm256_set1_ps (VITRAIL_RESLICE_ONE);
  const __m256i right =
      _mm256_cvtps_epi32 (_mm256_mul_ps (taps->weight[0], one));
  const __m256i left =
      _mm256_sub_epi32 (_mm256_set1_epi32 (VITRAIL_RESLICE_ONE), right);
  const __m256i both = _mm256_or_si256 (left, _mm256_slli_epi32 (right, 16));
  const __m256 front = mix (mix_pair (taps->pair[0], both),
                            mix_pair (taps->pair[1], both), taps->weight[1]);
  const __m256 back = mix (mix_pair (taps->pair[2], both),
                           mix_pair (taps->pair[3], both), taps->weight[1]);

  return _mm256_add_ps (_mm256_mul_ps (mix (front, back, taps->weight[2]),
                                       _mm256_set1_ps (1.0F /
                                                       VITRAIL_RESLICE_ONE)),
                        _mm256_set1_ps (VITRAIL_RESLICE_OFFSET));
}

/* All bits of the 16-bit words that are padding. */
AVX2 static inline __attribute__ ((always_inline)) __m256i
find_padding (const Fast *self, __m256i words)
{
  const __m256i above = _mm256_sub_epi16 (words, self->padding_low);

  return _mm256_cmpeq_epi16 (_mm256_min_epu16 (above, self->padding_size),
                             above);
}

AVX2 static inline __attribute__ ((always_inline)) __m256i
find_nearest (const Taps *taps)
{
  const __m256 half = _mm256_set1_ps (0.5F);
  const __m256i right =
      _mm256_castps_si256 (_mm256_cmp_ps (taps->weight[0], half, _CMP_GE_OQ));
  const __m256i lower =
      _mm256_castps_si256 (_mm256_cmp_ps (taps->weight[1], half, _CMP_GE_OQ));
  const __m256i back =
      _mm256_castps_si256 (_mm256_cmp_ps (taps->weight[2], half, _CMP_GE_OQ));
  const __m256i pair = _mm256_blendv_epi8 (
      _mm256_blendv_epi8 (taps->pair[0], taps->pair[1], lower),
      _mm256_blendv_epi8 (taps->pair[2], taps->pair[3], lower), back);

  return _mm256_and_si256 (
      _mm256_blendv_epi8 (pair, _mm256_srli_epi32 (pair, 16), right),
      _mm256_set1_epi32 (0xffff));
}

/* The nearest voxel in the place of @value beside padding; and what counts. */
AVX2 static inline __attribute__ ((always_inline)) __m256
avoid_padding (const Fast *self, const Taps *taps, __m256 *value)
{
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i any =
      _mm256_or_si256 (_mm256_or_si256 (find_padding (self, taps->pair[0]),
                                        find_padding (self, taps->pair[1])),
                       _mm256_or_si256 (find_padding (self, taps->pair[2]),
                                        find_padding (self, taps->pair[3])));
  const __m256i clean = _mm256_cmpeq_epi32 (any, zero);
  const __m256i nearest = find_nearest (taps);
  /* The upper words are 0, which may be padding. */
  const __m256i lost = _mm256_slli_epi32 (find_padding (self, nearest), 16);

  *value = _mm256_blendv_ps (_mm256_cvtepi32_ps (nearest), *value,
                             _mm256_castsi256_ps (clean));
  return _mm256_castsi256_ps (
      _mm256_or_si256 (clean, _mm256_cmpeq_epi32 (lost, zero)));
}

AVX2 static inline __attribute__ ((always_inline)) __m256
combine (VitrailSlab slab, __m256 total, __m256 value)
{
  if (slab == VITRAIL_SLAB_MAXIMUM)
    return _mm256_max_ps (total, value);
  if (slab == VITRAIL_SLAB_MINIMUM)
    return _mm256_min_ps (total, value);
  return _mm256_add_ps (total, value);
}

AVX2 static inline __attribute__ ((always_inline)) Total
do_slab (const Fast *self,
         const __m256 start[3],
         VitrailSlab slab,
         gboolean padding)
{
  const __m256 zero = _mm256_setzero_ps ();
  Total total = { zero, zero };

  for (guint p = 0; p < self->n_planes; p++) {
    const Taps taps = read_taps (self, start, _mm256_set1_ps ((float) p));
    __m256 value = mix_taps (&taps);
    if (!padding) {
      total.value = p == 0 ? value : combine (slab, total.value, value);
      continue;
    }
    const __m256 counts = avoid_padding (self, &taps, &value);
    const __m256 is_first = _mm256_cmp_ps (total.n, zero, _CMP_EQ_OQ);
    const __m256 next =
        _mm256_blendv_ps (combine (slab, total.value, value), value, is_first);
    total.value = _mm256_blendv_ps (total.value, next, counts);
    total.n =
        _mm256_add_ps (total.n, _mm256_and_ps (counts, _mm256_set1_ps (1)));
  }
  if (!padding)
    total.n = _mm256_set1_ps ((float) self->n_planes);
  return total;
}

AVX2 static inline void
store (const Fast *self, const Total *total, guint x)
{
  const VitrailReslice *reslice = self->line->self;
  const __m256 nothing =
      _mm256_cmp_ps (total->n, _mm256_setzero_ps (), _CMP_EQ_OQ);
  __m256 value = total->value;

  if (reslice->slab == VITRAIL_SLAB_MEAN)
    value = _mm256_div_ps (value, total->n);
  value = _mm256_blendv_ps (value, _mm256_set1_ps ((float) reslice->background),
                            nothing);
  if (vitrail_reslice_is_float (reslice)) {
    _mm256_storeu_ps ((float *) self->line->out + x, value);
    return;
  }
  const __m256i whole = _mm256_cvtps_epi32 (value);
  const __m128i words = _mm_packus_epi32 (_mm256_castsi256_si128 (whole),
                                          _mm256_extracti128_si256 (whole, 1));
  _mm_storeu_si128 ((__m128i *) ((guint16 *) self->line->out + x), words);
}

AVX2 static inline __attribute__ ((always_inline)) void
do_blocks (const Fast *self,
           guint first,
           guint end,
           VitrailSlab slab,
           gboolean padding)
{
  for (guint x = first; x < end; x += 8) {
    const __m256 start[3] = { get_positions (self, x, 0),
                              get_positions (self, x, 1),
                              get_positions (self, x, 2) };
    const Total total = do_slab (self, start, slab, padding);
    store (self, &total, x);
  }
}

/* A loop for each kind. */
AVX2 static void
do_slabs (const Fast *self, guint first, guint end, gboolean padding)
{
  const VitrailSlab slab = self->line->self->slab;

  if (slab == VITRAIL_SLAB_MAXIMUM)
    padding ? do_blocks (self, first, end, VITRAIL_SLAB_MAXIMUM, TRUE)
            : do_blocks (self, first, end, VITRAIL_SLAB_MAXIMUM, FALSE);
  else if (slab == VITRAIL_SLAB_MINIMUM)
    padding ? do_blocks (self, first, end, VITRAIL_SLAB_MINIMUM, TRUE)
            : do_blocks (self, first, end, VITRAIL_SLAB_MINIMUM, FALSE);
  else
    padding ? do_blocks (self, first, end, VITRAIL_SLAB_SUM, TRUE)
            : do_blocks (self, first, end, VITRAIL_SLAB_SUM, FALSE);
}

/* Numbers of voxels have to fit into 32 bits. */
static gboolean
can_do (const VitrailReslice *self)
{
  const guint64 n = (guint64) self->size[0] * self->size[1] * self->size[2];

  return self->type == VITRAIL_VOXEL_U16 && self->size[0] > 1 &&
         self->size[1] > 1 && self->size[2] > 1 && n < G_MAXINT32 &&
         __builtin_cpu_supports ("avx2");
}

/* Whole numbers that are padding; FALSE: there is none. */
AVX2 static gboolean
set_padding (Fast *fast, const VitrailReslice *self)
{
  const double low = ceil (MAX (self->padding_low, 0));
  const double high = floor (MIN (self->padding_high, 65535));

  if (!self->has_padding || !(low <= high))
    return FALSE;
  fast->padding_low = _mm256_set1_epi16 ((short) (int) low);
  fast->padding_size = _mm256_set1_epi16 ((short) (int) (high - low));
  return TRUE;
}

AVX2 static void
do_line (const VitrailResliceLine *line, guint first, guint end)
{
  const VitrailReslice *self = line->self;
  Fast fast = { .voxels = self->voxels, .line = line };

  for (guint a = 0; a < 3; a++)
    fast.step[a] = _mm256_set1_ps (line->step[a]);
  fast.row = _mm256_set1_epi32 ((int) self->size[0]);
  fast.slice = _mm256_set1_epi32 ((int) (self->size[0] * self->size[1]));
  fast.row_bytes = (int) self->size[0] * 2;
  fast.slice_bytes = (gsize) self->size[0] * self->size[1] * 2;
  fast.n_planes = self->n_planes;
  do_slabs (&fast, first, end, set_padding (&fast, self));
}

guint
vitrail_reslice_line_fast (const VitrailResliceLine *line,
                           guint first,
                           guint end)
{
  end -= (end - first) % 8;
  if (end == first || line->self->interpolation != VITRAIL_RESLICE_LINEAR ||
      !can_do (line->self))
    return first;
  do_line (line, first, end);
  return end;
}
#else
guint
vitrail_reslice_line_fast (const VitrailResliceLine *line,
                           guint first,
                           guint end)
{
  return first;
}
#endif
