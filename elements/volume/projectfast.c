/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Projections with AVX2. A ray goes in segments of some samples. First it reads
 * of each the highest voxel that may be met there, all at one go, since none
 * has to wait for the other. It looks first where the rays beside it have found
 * something, and then only where there may be more.
 * Within rounding of plain C's. */

#include "volume/projectray.h"

#ifdef __x86_64__
#  include "volume/raycastlanes.h"

/* What rays have found: a voxel, a sum of them, or a number of a sample;
 * FAR_OFF where there is none yet. */
#  define FAR_OFF 1e9F

/* Segments whose bounds are read at one go. */
#  define SEGMENTS 128

/* What is the same for all packets. */
typedef struct {
  Fast fast;
  __m256i padding_low;
  __m256i padding_size;
  const VitrailProjection *projection;
  const guint16 *bounds;
} Way;

typedef struct {
  Path path;
  __m256 found;
  __m256 n_found; /* samples that count */
  __m256 where;   /* the first sample of the segment that had it */
} Packet;

/* --- samples --- */

/* All bits of the 16-bit words that are padding. */
INLINE __m256i
find_padding (const Way *self, __m256i words)
{
  const __m256i above = _mm256_sub_epi16 (words, self->padding_low);

  return _mm256_cmpeq_epi16 (_mm256_min_epu16 (above, self->padding_size),
                             above);
}

/* The voxel nearest to each place in the stead of @value where one of the eight
 * about it is padding; which lanes have something that counts. */
INLINE __m256
avoid_padding (const Way *self, const Place *place, __m256 *value)
{
  const Fast *fast = &self->fast;
  const guint8 *voxels = (const guint8 *) fast->cast->voxels;
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i low_word = _mm256_set1_epi32 (0xffff);
  __m256i index[3];
  __m256i nearest[3];
  __m256i any = zero;

#  pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    index[a] = _mm256_min_epi32 (place->index[a], fast->cell[a]);
    const __m256 weight =
        _mm256_sub_ps (place->at[a], _mm256_cvtepi32_ps (index[a]));
    nearest[a] =
        _mm256_sub_epi32 (index[a],
                          _mm256_castps_si256 (_mm256_cmp_ps (
                              weight, _mm256_set1_ps (0.5F), _CMP_GE_OQ)));
  }
  const __m256i number = get_number (fast, index);
  for (guint n = 0; n < 4; n++) {
    const gsize away = (n & 1) * fast->row + (n >> 1) * fast->slice;
    any = _mm256_or_si256 (
        any,
        find_padding (self, _mm256_i32gather_epi32 (
                                (const int *) (const void *) (voxels + away),
                                number, 2)));
  }
  const __m256i clean = _mm256_cmpeq_epi32 (any, zero);
  const __m256i voxel = _mm256_and_si256 (
      _mm256_i32gather_epi32 ((const int *) (const void *) voxels,
                              get_number (fast, nearest), 2),
      low_word);
  const __m256i lost = _mm256_and_si256 (find_padding (self, voxel), low_word);
  *value = _mm256_blendv_ps (_mm256_cvtepi32_ps (voxel), *value,
                             _mm256_castsi256_ps (clean));
  return _mm256_castsi256_ps (
      _mm256_or_si256 (clean, _mm256_cmpeq_epi32 (lost, zero)));
}

INLINE __m256
combine (const Way *self,
         __m256 found,
         __m256 value,
         __m256 n,
         VitrailProjecting mode)
{
  if (mode == VITRAIL_PROJECT_MAXIMUM)
    return _mm256_max_ps (found, value);
  if (mode == VITRAIL_PROJECT_MINIMUM)
    return _mm256_min_ps (found, value);
  if (mode == VITRAIL_PROJECT_MEAN)
    return _mm256_add_ps (found, value);
  const __m256 is_first = _mm256_and_ps (
      _mm256_cmp_ps (value, _mm256_set1_ps (self->projection->threshold),
                     _CMP_GE_OQ),
      _mm256_cmp_ps (found, _mm256_set1_ps (FAR_OFF), _CMP_EQ_OQ));
  return _mm256_blendv_ps (found, n, is_first);
}

/* @samples of each ray, from its number @n on, as far as it has them. */
INLINE void
look (const Way *self,
      Packet *packet,
      __m256 n,
      guint samples,
      VitrailProjecting mode)
{
  const __m256 one = _mm256_set1_ps (1);
  const gboolean is_padded = self->projection->has_padding;
  const Path *path = &packet->path;
  const __m256 before = packet->found;
  const __m256 from = n;

  for (guint s = 0; s < samples; s++, n = _mm256_add_ps (n, one)) {
    const Place place = find_place (&self->fast, path, n, FALSE);
    __m256 value = read_values (&self->fast, &place, FALSE);
    __m256 in = _mm256_and_ps (_mm256_cmp_ps (n, path->first, _CMP_GE_OQ),
                               _mm256_cmp_ps (n, path->end, _CMP_LE_OQ));
    if (is_padded)
      in = _mm256_and_ps (in, avoid_padding (self, &place, &value));
    if (self->fast.cast->n_cuts > 0)
      in =
          _mm256_and_ps (in, _mm256_cmp_ps (find_kept (self->fast.cast, &place),
                                            _mm256_set1_ps (0.5F), _CMP_GE_OQ));
    packet->found =
        _mm256_blendv_ps (packet->found,
                          combine (self, packet->found, value, n, mode), in);
    if (mode == VITRAIL_PROJECT_MEAN)
      packet->n_found =
          _mm256_add_ps (packet->n_found, _mm256_and_ps (in, one));
  }
  packet->where =
      _mm256_blendv_ps (packet->where, from,
                        _mm256_cmp_ps (before, packet->found, _CMP_NEQ_OQ));
}

/* --- segments --- */

/* The highest voxel (lowest, for a minimum) of each ray's segment that begins
 * with sample @n. */
INLINE __m256
read_bounds (const Way *self, const Path *path, float n)
{
  const __m256i number = find_entry (&self->fast, path, n, NULL);

  return _mm256_cvtepi32_ps (_mm256_and_si256 (
      _mm256_i32gather_epi32 ((const int *) (const void *) self->bounds, number,
                              2),
      _mm256_set1_epi32 (0xffff)));
}

/* Where @bound lets a ray hope for more than it has found. */
INLINE __m256
find_hope (const Way *self,
           const Packet *packet,
           __m256 bound,
           VitrailProjecting mode)
{
  if (mode == VITRAIL_PROJECT_MAXIMUM)
    return _mm256_cmp_ps (bound, packet->found, _CMP_GT_OQ);
  if (mode == VITRAIL_PROJECT_MINIMUM)
    return _mm256_cmp_ps (bound, packet->found, _CMP_LT_OQ);
  return _mm256_and_ps (
      _mm256_cmp_ps (bound, _mm256_set1_ps (self->projection->threshold),
                     _CMP_GE_OQ),
      _mm256_cmp_ps (packet->found, _mm256_set1_ps (FAR_OFF), _CMP_EQ_OQ));
}

/* Of @n_segments from sample @n on. */
INLINE void
scan (const Way *self,
      Packet *packet,
      float n,
      guint n_segments,
      VitrailProjecting mode)
{
  const float length = (float) self->fast.samples;
  __m256 bounds[SEGMENTS];

  for (guint s = 0; s < n_segments; s++)
    bounds[s] = read_bounds (self, &packet->path, n + (float) s * length);
  for (guint s = 0; s < n_segments; s++) {
    const __m256 hope = find_hope (self, packet, bounds[s], mode);
    if (_mm256_movemask_ps (hope) != 0)
      look (self, packet, _mm256_set1_ps (n + (float) s * length),
            self->fast.samples, mode);
  }
}

INLINE void
go (const Way *self, Packet *packet, VitrailProjecting mode)
{
  const float end =
      -get_lowest (_mm256_sub_ps (_mm256_setzero_ps (), packet->path.end));
  const float length = (float) self->fast.samples;
  float n = get_lowest (packet->path.first);

  while (n <= end) {
    const float left = ceilf ((end - n + 1) / length);
    const guint n_segments = left < SEGMENTS ? (guint) left : SEGMENTS;
    if (mode == VITRAIL_PROJECT_MEAN || self->bounds == NULL)
      look (self, packet, _mm256_set1_ps (n), n_segments * self->fast.samples,
            mode);
    else
      scan (self, packet, n, n_segments, mode);
    n += SEGMENTS * length;
  }
}

/* --- packets --- */

FAST static void
find_maximum (const Way *self, Packet *packet, const __m256 hints[2])
{
  packet->found = _mm256_set1_ps (-1);
  for (guint i = 0; i < 2; i++)
    look (self, packet, hints[i], self->fast.samples, VITRAIL_PROJECT_MAXIMUM);
  go (self, packet, VITRAIL_PROJECT_MAXIMUM);
}

FAST static void
find_minimum (const Way *self, Packet *packet, const __m256 hints[2])
{
  packet->found = _mm256_set1_ps (FAR_OFF);
  for (guint i = 0; i < 2; i++)
    look (self, packet, hints[i], self->fast.samples, VITRAIL_PROJECT_MINIMUM);
  go (self, packet, VITRAIL_PROJECT_MINIMUM);
}

FAST static void
find_mean (const Way *self, Packet *packet, const __m256 hints[2])
{
  packet->found = _mm256_setzero_ps ();
  packet->n_found = _mm256_setzero_ps ();
  go (self, packet, VITRAIL_PROJECT_MEAN);
  packet->found = _mm256_div_ps (packet->found, packet->n_found);
}

FAST static void
find_surface (const Way *self, Packet *packet, const __m256 hints[2])
{
  packet->found = _mm256_set1_ps (FAR_OFF);
  go (self, packet, VITRAIL_PROJECT_SURFACE);
}

FAST static void
store (const VitrailProjectPart *part,
       const Packet *packet,
       guint x,
       guint y,
       const guint end[2])
{
  float found[LANES];

  _mm256_storeu_ps (found, packet->found);
  for (guint lane = 0; lane < LANES; lane++) {
    const guint column = x + lane % COLUMNS;
    const guint line = y + lane / COLUMNS;
    /* A mean of nothing is NAN. */
    const gboolean is_none = !(found[lane] >= 0 && found[lane] < FAR_OFF);
    if (column < end[0] && line < end[1])
      part->out[(gsize) line * part->width + column] =
          is_none ? NAN : found[lane];
  }
}

FAST static void
set_way (Way *self, const VitrailProjection *projection)
{
  const VitrailBounds *bounds = projection->bounds;

  set_up (&self->fast, projection->cast, bounds);
  self->projection = projection;
  self->padding_low = _mm256_set1_epi16 ((short) projection->padding[0]);
  self->padding_size = _mm256_set1_epi16 (
      (short) (projection->padding[1] - projection->padding[0]));
  if (bounds == NULL)
    return;
  self->bounds =
      projection->mode == VITRAIL_PROJECT_MINIMUM ? bounds->low : bounds->high;
}

FAST static void
do_part (const VitrailProjectPart *self,
         const guint from[2],
         const guint end[2])
{
  static void (*const ways[]) (const Way *, Packet *, const __m256 *) = {
    [VITRAIL_PROJECT_MAXIMUM] = find_maximum,
    [VITRAIL_PROJECT_MINIMUM] = find_minimum,
    [VITRAIL_PROJECT_MEAN] = find_mean,
    [VITRAIL_PROJECT_SURFACE] = find_surface,
  };
  Way way = { 0 };
  /* Where the rays above have found what they show. */
  __m256 above[VITRAIL_RAYCAST_PART / COLUMNS] = { _mm256_setzero_ps () };

  set_way (&way, self->projection);
  for (guint y = from[1]; y < end[1]; y += LINES) {
    __m256 *hint = above;
    __m256 left = above[0];
    for (guint x = from[0]; x < end[0]; x += COLUMNS, hint++) {
      const __m256 hints[2] = { left, *hint };
      Packet packet = { .where = *hint };
      begin (&way.fast, x, y, end, &packet.path);
      ways[self->projection->mode](&way, &packet, hints);
      store (self, &packet, x, y, end);
      *hint = left = packet.where;
    }
  }
}

gboolean
vitrail_project_part_fast (const VitrailProjectPart *self,
                           const guint from[2],
                           const guint end[2])
{
  if (!can_do (self->projection->cast))
    return FALSE;
  do_part (self, from, end);
  return TRUE;
}
#else
gboolean
vitrail_project_part_fast (const VitrailProjectPart *self,
                           const guint from[2],
                           const guint end[2])
{
  return FALSE;
}
#endif
