/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Eight rays at a time with AVX2: what all that look through volumes so share.
 * Packets are four by two rays that go in step. */

#pragma once

#include "volume/raycastray.h"

#include <immintrin.h>
#include <math.h>

G_BEGIN_DECLS

#define FAST   __attribute__ ((target ("avx2,fma")))
#define INLINE FAST static inline __attribute__ ((always_inline))

#define COLUMNS 4
#define LINES   2
#define LANES   (COLUMNS * LINES)
/* Samples of the longest segment. */
#define LONGEST 16
/* Weights within a row of voxels, which are integers. */
#define ONE 16384

/* What is the same for all packets. */
typedef struct {
  __m256 ray[3];
  __m256 last[3];  /* the upper centres */
  __m256i cell[3]; /* the last cell */
  __m256i strides[2];
  __m256i entries[2]; /* of bounds, to the next row and layer of them */
  __m256 normal[9];
  const VitrailRaycast *cast;
  gsize row; /* bytes to the next one */
  gsize slice;
  guint samples; /* of a segment */
} Fast;

/* Rays: where they begin, and their first and last sample. */
typedef struct {
  __m256 start[3];
  __m256 first;
  __m256 end;
} Path;

/* Where samples are. */
typedef struct {
  __m256 at[3];
  __m256i index[3];
} Place;

INLINE __m256
mix (__m256 a, __m256 b, __m256 weight)
{
  return _mm256_fmadd_ps (_mm256_sub_ps (b, a), weight, a);
}

INLINE __m256i
get_number (const Fast *self, const __m256i index[3])
{
  return _mm256_add_epi32 (
      index[0],
      _mm256_add_epi32 (_mm256_mullo_epi32 (index[1], self->strides[0]),
                        _mm256_mullo_epi32 (index[2], self->strides[1])));
}

/* @is_inner: all of them are between the outer centres. */
INLINE Place
find_place (const Fast *self, const Path *path, __m256 steps, gboolean is_inner)
{
  const __m256 zero = _mm256_setzero_ps ();
  Place place;

#pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    const __m256 at = _mm256_fmadd_ps (steps, self->ray[a], path->start[a]);
    place.at[a] =
        is_inner ? at : _mm256_min_ps (_mm256_max_ps (at, zero), self->last[a]);
    place.index[a] = _mm256_cvttps_epi32 (place.at[a]);
  }
  return place;
}

/* Weights of a voxel and the next one in its row, side by side. */
INLINE __m256i
get_weights (__m256 weight)
{
  const __m256i right =
      _mm256_cvtps_epi32 (_mm256_mul_ps (weight, _mm256_set1_ps (ONE)));

  return _mm256_or_si256 (_mm256_sub_epi32 (_mm256_set1_epi32 (ONE), right),
                          _mm256_slli_epi32 (right, 16));
}

/* Of a row's pairs of voxels, times ONE. */
INLINE __m256i
mix_pair (__m256i pair, __m256i weights)
{
  const __m256i middle = _mm256_set1_epi16 ((short) 32768);

  return _mm256_madd_epi16 (_mm256_xor_si256 (pair, middle), weights);
}

INLINE __m256
read_row (const guint8 *voxels, __m256i number, __m256i weights)
{
  return _mm256_cvtepi32_ps (mix_pair (
      _mm256_i32gather_epi32 ((const int *) (const void *) voxels, number, 2),
      weights));
}

/* Voxels between voxels. */
INLINE __m256
read_values (const Fast *self, const Place *place, gboolean is_inner)
{
  const guint8 *voxels = (const guint8 *) self->cast->voxels;
  __m256i index[3];
  __m256 weight[3];

#pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    index[a] = is_inner ? place->index[a]
                        : _mm256_min_epi32 (place->index[a], self->cell[a]);
    weight[a] = _mm256_sub_ps (place->at[a], _mm256_cvtepi32_ps (index[a]));
  }
  const __m256i number = get_number (self, index);
  const __m256i weights = get_weights (weight[0]);
  const __m256 front =
      mix (read_row (voxels, number, weights),
           read_row (voxels + self->row, number, weights), weight[1]);
  const __m256 back =
      mix (read_row (voxels + self->slice, number, weights),
           read_row (voxels + self->slice + self->row, number, weights),
           weight[1]);
  return _mm256_fmadd_ps (mix (front, back, weight[2]),
                          _mm256_set1_ps (1.0F / ONE), _mm256_set1_ps (32768));
}

/* As vitrail_raycast_get_kept (). */
INLINE __m256
find_kept (const VitrailRaycast *self, const Place *place)
{
  const __m256 zero = _mm256_setzero_ps ();
  const __m256 most = _mm256_set1_ps (VITRAIL_RAYCAST_CUT_SIDE - 1.001F);
  const __m256i byte = _mm256_set1_epi32 (0xff);

  __m256 kept = _mm256_set1_ps (1);
  for (guint c = 0; c < self->n_cuts; c++) {
    const VitrailRaycastCut *cut = &self->cuts[c];
    const guint8 *mask = cut->kept;
    __m256i cell[2];
    __m256 weight[2];
    __m256 mixed[2];
    for (guint a = 0; a < 2; a++) {
      const float *axis = cut->axes[a];
      __m256 at = _mm256_set1_ps (axis[3]);
      for (guint b = 0; b < 3; b++)
        at = _mm256_fmadd_ps (place->at[b], _mm256_set1_ps (axis[b]), at);
      at = _mm256_min_ps (_mm256_max_ps (at, zero), most);
      cell[a] = _mm256_cvttps_epi32 (at);
      weight[a] = _mm256_sub_ps (at, _mm256_cvtepi32_ps (cell[a]));
    }
    const __m256i number = _mm256_add_epi32 (
        cell[0], _mm256_mullo_epi32 (cell[1], _mm256_set1_epi32 (
                                                  VITRAIL_RAYCAST_CUT_SIDE)));
    for (guint r = 0; r < 2; r++, mask += VITRAIL_RAYCAST_CUT_SIDE) {
      const __m256i pixels =
          _mm256_i32gather_epi32 ((const int *) (const void *) mask, number, 1);
      const __m256i right =
          _mm256_and_si256 (_mm256_srli_epi32 (pixels, 8), byte);
      mixed[r] = mix (_mm256_cvtepi32_ps (_mm256_and_si256 (pixels, byte)),
                      _mm256_cvtepi32_ps (right), weight[0]);
    }
    kept =
        _mm256_mul_ps (kept, _mm256_mul_ps (mix (mixed[0], mixed[1], weight[1]),
                                            _mm256_set1_ps (1.0F / 255)));
  }
  return kept;
}

INLINE float
get_lowest (__m256 values)
{
  __m128 low = _mm_min_ps (_mm256_castps256_ps128 (values),
                           _mm256_extractf128_ps (values, 1));

  low = _mm_min_ps (low, _mm_movehl_ps (low, low));
  low = _mm_min_ss (low, _mm_shuffle_ps (low, low, 1));
  return _mm_cvtss_f32 (low);
}

INLINE float
get_highest (__m256 values)
{
  return -get_lowest (_mm256_sub_ps (_mm256_setzero_ps (), values));
}

/* The entry of bounds for the segments that begin with sample @n. TRUE in
 * @is_inner: no sample of them needs more than is there on all sides. */
INLINE __m256i
find_entry (const Fast *self, const Path *path, float n, gboolean *is_inner)
{
  const float middle = n + (float) (self->samples - 1) / 2;
  const __m256 reach = _mm256_set1_ps (VITRAIL_BOUNDS_REACH + 2);
  const Place place = find_place (self, path, _mm256_set1_ps (middle), FALSE);
  __m256 is_out = _mm256_setzero_ps ();
  __m256i entry[3];

#pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    entry[a] = _mm256_srli_epi32 (place.index[a], 2);
    is_out = _mm256_or_ps (
        is_out,
        _mm256_or_ps (_mm256_cmp_ps (place.at[a], reach, _CMP_LT_OQ),
                      _mm256_cmp_ps (_mm256_sub_ps (self->last[a], place.at[a]),
                                     reach, _CMP_LT_OQ)));
  }
  if (is_inner != NULL)
    *is_inner = _mm256_testz_si256 (_mm256_castps_si256 (is_out),
                                    _mm256_castps_si256 (is_out)) != 0;
  return _mm256_add_epi32 (
      entry[0],
      _mm256_add_epi32 (_mm256_mullo_epi32 (entry[1], self->entries[0]),
                        _mm256_mullo_epi32 (entry[2], self->entries[1])));
}

/* Lanes beyond the part, or beside the volume, have no samples. */
INLINE void
begin (const Fast *self, guint x, guint y, const guint end[2], Path *path)
{
  float start[3][LANES] = { { 0 } };
  float spans[2][LANES];

  for (guint lane = 0; lane < LANES; lane++) {
    const guint column = x + lane % COLUMNS;
    const guint line = y + lane / COLUMNS;
    float at[3];
    float span[2];
    spans[0][lane] = 2e9F;
    spans[1][lane] = -1;
    if (column >= end[0] || line >= end[1] ||
        !vitrail_raycast_begin (self->cast, column, line, at, span))
      continue;
#pragma GCC unroll 3
    for (guint a = 0; a < 3; a++)
      start[a][lane] = at[a];
    spans[0][lane] = span[0];
    spans[1][lane] = span[1];
  }
#pragma GCC unroll 3
  for (guint a = 0; a < 3; a++)
    path->start[a] = _mm256_loadu_ps (start[a]);
  path->first = _mm256_loadu_ps (spans[0]);
  path->end = _mm256_loadu_ps (spans[1]);
}

INLINE void
set_up (Fast *self, const VitrailRaycast *cast, const VitrailBounds *bounds)
{
  const guint *size = cast->size;
  double longest = 1e-6;

  self->cast = cast;
#pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    self->ray[a] = _mm256_set1_ps ((float) cast->ray[a]);
    longest = MAX (longest, fabs (cast->ray[a]));
    self->last[a] = _mm256_set1_ps ((float) (size[a] - 1));
    self->cell[a] = _mm256_set1_epi32 ((int) size[a] - 2);
  }
  self->strides[0] = _mm256_set1_epi32 ((int) size[0]);
  self->strides[1] = _mm256_set1_epi32 ((int) (size[0] * size[1]));
  self->row = (gsize) size[0] * 2;
  self->slice = self->row * size[1];
  /* So that no sample is beyond the reach of the middle one. */
  self->samples =
      1 + (guint) MIN (1.999 * VITRAIL_BOUNDS_REACH / longest, LONGEST - 1);
  if (bounds != NULL) {
    self->entries[0] = _mm256_set1_epi32 ((int) bounds->size[0]);
    self->entries[1] =
        _mm256_set1_epi32 ((int) (bounds->size[0] * bounds->size[1]));
  }
  for (guint i = 0; i < 9; i++)
    self->normal[i] = _mm256_set1_ps (cast->normal[i]);
}

/* Numbers of voxels have to fit into 32 bits, and gradients into the volume. */
static inline gboolean
can_do (const VitrailRaycast *cast)
{
  const guint *size = cast->size;
  const guint64 n = (guint64) size[0] * size[1] * size[2];

  return n < G_MAXINT32 && size[0] >= 4 && size[1] >= 4 && size[2] >= 4 &&
         __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
}

G_END_DECLS
