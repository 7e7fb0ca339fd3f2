/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* raycastray.c with AVX2, for packets of four by two rays that go in step, in
 * segments of some samples: those in which none of them can meet what shows are
 * left out. Within a level of plain C's picture.
 */

#include "volume/raycastcell.h"

#ifdef __x86_64__
#  include "volume/raycastlanes.h"

/* Segments that are looked at in advance. */
#  define SEGMENTS 16

typedef struct {
  const VitrailRays *rays;
  __m256 color[3];
  __m256 opacity;
} Packet;

/* A row of four voxels for each ray: the middle ones mixed, and how the mix
 * rises along the row. */
typedef struct {
  __m256 middle;
  __m256 rise;
} Row;

typedef struct {
  const guint8 *voxels;
  __m128i numbers[2]; /* of rays 0, 1, 4, 5 and 2, 3, 6, 7 */
  __m256i weights;
} Rows;

INLINE void
read_four (const Rows *self, gssize bytes, __m256i *left, __m256i *right)
{
  const long long *row =
      (const long long *) (const void *) (self->voxels + bytes);
  const __m256 a =
      _mm256_castsi256_ps (_mm256_i32gather_epi64 (row, self->numbers[0], 2));
  const __m256 b =
      _mm256_castsi256_ps (_mm256_i32gather_epi64 (row, self->numbers[1], 2));

  *left = _mm256_castps_si256 (_mm256_shuffle_ps (a, b, 0x88));
  *right = _mm256_castps_si256 (_mm256_shuffle_ps (a, b, 0xdd));
}

INLINE Row
read_rise (const Rows *self, gssize bytes)
{
  __m256i left;
  __m256i right;
  Row row;

  read_four (self, bytes, &left, &right);
  const __m256i middle = _mm256_or_si256 (_mm256_srli_epi32 (left, 16),
                                          _mm256_slli_epi32 (right, 16));
  row.middle = _mm256_cvtepi32_ps (mix_pair (middle, self->weights));
  row.rise =
      _mm256_cvtepi32_ps (_mm256_sub_epi32 (mix_pair (right, self->weights),
                                            mix_pair (left, self->weights)));
  return row;
}

INLINE __m256
read_middle (const Rows *self, gssize bytes)
{
  __m256i left;
  __m256i right;

  read_four (self, bytes, &left, &right);
  return _mm256_cvtepi32_ps (
      mix_pair (_mm256_or_si256 (_mm256_srli_epi32 (left, 16),
                                 _mm256_slli_epi32 (right, 16)),
                self->weights));
}

/* Central differences, times 2 * ONE, along i, j and k. */
INLINE void
read_gradients (const Fast *self, const Place *place, __m256 gradient[3])
{
  const __m256i order = _mm256_setr_epi32 (0, 1, 4, 5, 2, 3, 6, 7);
  const __m256i one = _mm256_set1_epi32 (1);
  const __m256 zero = _mm256_setzero_ps ();
  const gssize row = (gssize) self->row;
  const gssize slice = (gssize) self->slice;
  __m256i index[3];
  __m256 w[3];

#  pragma GCC unroll 3
  for (guint a = 0; a < 3; a++) {
    index[a] = _mm256_max_epi32 (
        one, _mm256_min_epi32 (place->index[a],
                               _mm256_sub_epi32 (self->cell[a], one)));
    w[a] = _mm256_sub_ps (place->at[a], _mm256_cvtepi32_ps (index[a]));
    w[a] = _mm256_min_ps (_mm256_max_ps (w[a], zero), _mm256_set1_ps (1));
  }
  const __m256i number =
      _mm256_permutevar8x32_epi32 (get_number (self, index), order);
  const Rows rows = { (const guint8 *) self->cast->voxels - 2,
                      { _mm256_castsi256_si128 (number),
                        _mm256_extracti128_si256 (number, 1) },
                      get_weights (w[0]) };
  const Row a = read_rise (&rows, 0);
  const Row b = read_rise (&rows, row);
  const Row c = read_rise (&rows, slice);
  const Row d = read_rise (&rows, slice + row);
  gradient[0] =
      mix (mix (a.rise, b.rise, w[1]), mix (c.rise, d.rise, w[1]), w[2]);
  gradient[1] =
      mix (mix (_mm256_sub_ps (b.middle, read_middle (&rows, -row)),
                _mm256_sub_ps (read_middle (&rows, 2 * row), a.middle), w[1]),
           mix (_mm256_sub_ps (d.middle, read_middle (&rows, slice - row)),
                _mm256_sub_ps (read_middle (&rows, slice + 2 * row), c.middle),
                w[1]),
           w[2]);
  gradient[2] =
      mix (mix (_mm256_sub_ps (c.middle, read_middle (&rows, -slice)),
                _mm256_sub_ps (d.middle, read_middle (&rows, row - slice)),
                w[1]),
           mix (_mm256_sub_ps (read_middle (&rows, 2 * slice), a.middle),
                _mm256_sub_ps (read_middle (&rows, 2 * slice + row), b.middle),
                w[1]),
           w[2]);
}

/* As much of the light as falls on each, and what is sent straight back. */
INLINE void
light_up (const Fast *self,
          const float *highlights,
          const Place *place,
          __m256 color[3])
{
  const VitrailRaycast *cast = self->cast;
  const __m256 most = _mm256_set1_ps (1);
  __m256 gradient[3];
  __m256 normal[3];

  read_gradients (self, place, gradient);
  const __m256 *row = self->normal;
#  pragma GCC unroll 3
  for (guint a = 0; a < 3; a++, row += 3)
    normal[a] =
        _mm256_fmadd_ps (gradient[0], row[0],
                         _mm256_fmadd_ps (gradient[1], row[1],
                                          _mm256_mul_ps (gradient[2], row[2])));
  const __m256 squares =
      _mm256_fmadd_ps (normal[0], normal[0],
                       _mm256_fmadd_ps (normal[1], normal[1],
                                        _mm256_mul_ps (normal[2], normal[2])));
  const __m256 length =
      _mm256_max_ps (_mm256_sqrt_ps (squares), _mm256_set1_ps (1e-30F));
  const __m256 up = _mm256_andnot_ps (_mm256_set1_ps (-0.0F), normal[2]);
  const __m256 cosine = _mm256_min_ps (_mm256_div_ps (up, length), most);
  const __m256 light = _mm256_fmadd_ps (_mm256_set1_ps (cast->diffuse), cosine,
                                        _mm256_set1_ps (cast->ambient));
  const __m256i step = _mm256_cvtps_epi32 (
      _mm256_mul_ps (cosine, _mm256_set1_ps (VITRAIL_RAYCAST_HIGHLIGHTS)));
  const __m256 more = _mm256_i32gather_ps (highlights, step, 4);
#  pragma GCC unroll 3
  for (guint c = 0; c < 3; c++)
    color[c] = _mm256_min_ps (_mm256_fmadd_ps (color[c], light, more), most);
}

INLINE __m256
to_part (__m256i word)
{
  return _mm256_mul_ps (_mm256_cvtepi32_ps (word),
                        _mm256_set1_ps (1.0F / 65535));
}

/* What samples have to be done with; the same for all of a picture. */
enum { SHADED = 1, CUT = 2, LABELLED = 4 };

/* What samples of each ray are of, one ray after the other: few are of any. */
typedef struct {
  const VitrailRaycastSegment *found[LANES];
  float at[3][LANES];
  float shares[LANES];
} Segments;

/* FALSE: none of those that are @in is of any. */
FAST static gboolean
find_segments (const Fast *self,
               const Place *place,
               __m256 in,
               Segments *segments)
{
  const guint lanes = (guint) _mm256_movemask_ps (in);
  gboolean is_any = FALSE;

  for (guint a = 0; a < 3; a++)
    _mm256_storeu_ps (segments->at[a], place->at[a]);
  for (guint n = 0; n < LANES; n++) {
    const float at[3] = { segments->at[0][n], segments->at[1][n],
                          segments->at[2][n] };
    segments->found[n] = (lanes >> n & 1) != 0
                             ? vitrail_raycast_find_segment (self->cast, at)
                             : NULL;
    is_any |= segments->found[n] != NULL;
  }
  return is_any;
}

FAST static __m256
add_more (Segments *segments, __m256 seen)
{
  float parts[LANES];

  _mm256_storeu_ps (parts, seen);
  for (guint n = 0; n < LANES; n++)
    if (segments->found[n] != NULL)
      parts[n] = vitrail_raycast_add_segment (segments->found[n], parts[n],
                                              &segments->shares[n]);
  return _mm256_loadu_ps (parts);
}

FAST static void
tint (const Fast *self, const Segments *segments, __m256 color[3])
{
  float colors[3][LANES];

  for (guint c = 0; c < 3; c++)
    _mm256_storeu_ps (colors[c], color[c]);
  for (guint n = 0; n < LANES; n++) {
    const float at[3] = { segments->at[0][n], segments->at[1][n],
                          segments->at[2][n] };
    float one[3] = { colors[0][n], colors[1][n], colors[2][n] };
    if (segments->found[n] == NULL)
      continue;
    vitrail_raycast_tint (self->cast, segments->found[n], at,
                          segments->shares[n], one);
    for (guint c = 0; c < 3; c++)
      colors[c][n] = one[c];
  }
  for (guint c = 0; c < 3; c++)
    color[c] = _mm256_loadu_ps (colors[c]);
}

/* Lays one sample of each ray that is @in behind what it has seen. */
INLINE void
add_samples (const Fast *self,
             Packet *packet,
             const Place *place,
             float n,
             __m256 in,
             gboolean is_inner,
             guint how)
{
  const VitrailTransferTable *table = self->cast->table;
  const __m256i low_word = _mm256_set1_epi32 (0xffff);
  const __m256 entry =
      _mm256_mul_ps (_mm256_sub_ps (read_values (self, place, is_inner),
                                    _mm256_set1_ps (table->low)),
                     _mm256_set1_ps (table->scale));
  const __m256i number = _mm256_cvtps_epi32 (
      _mm256_min_ps (_mm256_max_ps (entry, _mm256_setzero_ps ()),
                     _mm256_set1_ps ((float) (table->n - 1))));
  const __m256i opacity_red = _mm256_and_si256 (
      _mm256_i32gather_epi32 ((const int *) table->opacity_red, number, 4),
      _mm256_castps_si256 (in));
  const __m256i opacity = _mm256_srli_epi32 (opacity_red, 16);

  Segments segments;
  const gboolean is_labelled =
      (how & LABELLED) != 0 && find_segments (self, place, in, &segments);
  if (!is_labelled && _mm256_testz_si256 (opacity, opacity))
    return;
  __m256 seen = to_part (opacity);
  if (is_labelled)
    seen = add_more (&segments, seen);
  if (how & CUT) {
    seen = _mm256_mul_ps (seen, find_kept (self->cast, place));
    if (_mm256_testz_si256 (_mm256_castps_si256 (seen),
                            _mm256_castps_si256 (seen)))
      return;
  }
  const __m256i green_blue =
      _mm256_i32gather_epi32 ((const int *) table->green_blue, number, 4);
  __m256 color[3] = { to_part (_mm256_and_si256 (opacity_red, low_word)),
                      to_part (_mm256_srli_epi32 (green_blue, 16)),
                      to_part (_mm256_and_si256 (green_blue, low_word)) };
  if (how & SHADED)
    light_up (self, packet->rays->highlights, place, color);
  if (is_labelled)
    tint (self, &segments, color);
  const __m256 part =
      _mm256_mul_ps (_mm256_sub_ps (_mm256_set1_ps (1), packet->opacity), seen);
  const __m256 lit =
      _mm256_mul_ps (part,
                     _mm256_set1_ps (vitrail_raycast_dim (self->cast, n)));
#  pragma GCC unroll 3
  for (guint c = 0; c < 3; c++)
    packet->color[c] = _mm256_fmadd_ps (color[c], lit, packet->color[c]);
  packet->opacity = _mm256_add_ps (packet->opacity, part);
}

/* Rays that are not behind the volume yet, nor opaque. */
INLINE __m256
find_going (const Packet *packet, const Path *path, float n)
{
  return _mm256_and_ps (
      _mm256_cmp_ps (_mm256_set1_ps (n), path->end, _CMP_LE_OQ),
      _mm256_cmp_ps (packet->opacity, _mm256_set1_ps (VITRAIL_RAYCAST_OPAQUE),
                     _CMP_LT_OQ));
}

/* Lanes whose segment from sample @n on may show something. */
INLINE gboolean
may_show (const Fast *self, const Path *path, float n, gboolean *is_inner)
{
  const __m256 last = _mm256_set1_ps (n + (float) (self->samples - 1));
  const __m256 in =
      _mm256_and_ps (_mm256_cmp_ps (last, path->first, _CMP_GE_OQ),
                     _mm256_cmp_ps (_mm256_set1_ps (n), path->end, _CMP_LE_OQ));
  const __m256i seen = _mm256_i32gather_epi32 (
      (const int *) (const void *) self->cast->bounds->is_seen,
      find_entry (self, path, n, is_inner), 1);

  return !_mm256_testz_si256 (_mm256_and_si256 (seen, _mm256_set1_epi32 (0xff)),
                              _mm256_castps_si256 (in));
}

/* Sample @n of each ray. */
INLINE void
add_sample (const Fast *self,
            Packet *packet,
            const Path *path,
            float n,
            gboolean is_inner,
            guint how)
{
  const __m256 number = _mm256_set1_ps (n);
  const Place place = find_place (self, path, number, is_inner);
  const __m256 in =
      _mm256_and_ps (find_going (packet, path, n),
                     _mm256_cmp_ps (number, path->first, _CMP_GE_OQ));

  add_samples (self, packet, &place, n, in, is_inner, how);
}

/* What each segment has to be done with. */
enum { NOTHING, INNER, OUTER };

INLINE guint8
find_way (const Fast *self, const Path *path, float n)
{
  gboolean is_inner = FALSE;

  if (self->cast->bounds != NULL && !may_show (self, path, n, &is_inner))
    return NOTHING;
  return is_inner ? INNER : OUTER;
}

/* Of the segments from sample @n on. */
INLINE void
look_ahead (const Fast *self, const Path *path, float n, guint8 ways[SEGMENTS])
{
  for (guint s = 0; s < SEGMENTS; s++)
    ways[s] = find_way (self, path, n + (float) (s * self->samples));
}

INLINE void
go (const Fast *self, Packet *packet, const Path *path, guint how)
{
  const float first = get_lowest (path->first);
  const float left = get_highest (path->end) - first;
  const guint n_segments = left < 0 ? 0 : (guint) left / self->samples + 1;
  guint8 ways[SEGMENTS];

  for (guint s = 0; s < n_segments; s++) {
    const float n = first + (float) (s * self->samples);
    if (s % SEGMENTS == 0)
      look_ahead (self, path, n, ways);
    const guint8 way = ways[s % SEGMENTS];
    if (way == NOTHING)
      continue;
    if (_mm256_movemask_ps (find_going (packet, path, n)) == 0)
      return;
    if (way == INNER)
      for (guint i = 0; i < self->samples; i++)
        add_sample (self, packet, path, n + (float) i, TRUE, how);
    else
      for (guint i = 0; i < self->samples; i++)
        add_sample (self, packet, path, n + (float) i, FALSE, how);
  }
}

FAST static void
go_shaded (const Fast *self, Packet *packet, const Path *path)
{
  go (self, packet, path, SHADED);
}

FAST static void
go_plain (const Fast *self, Packet *packet, const Path *path)
{
  go (self, packet, path, 0);
}

FAST static void
go_cut (const Fast *self, Packet *packet, const Path *path)
{
  go (self, packet, path, CUT | (self->cast->is_shaded ? SHADED : 0));
}

FAST static void
go_labelled (const Fast *self, Packet *packet, const Path *path)
{
  go (self, packet, path,
      LABELLED | (self->cast->n_cuts > 0 ? CUT : 0u) |
          (self->cast->is_shaded ? SHADED : 0u));
}

/* --- several volumes --- */

typedef struct {
  guint n;
  Fast fast[VITRAIL_RAYCAST_VOLUMES];
  Path paths[VITRAIL_RAYCAST_VOLUMES];
} Volumes;

/* Segments are as long as the shortest of any of them. */
FAST static void
set_up_volumes (Volumes *self, const VitrailRaycast *cast)
{
  guint samples = LONGEST;

  for (; cast != NULL; cast = cast->next, self->n++) {
    set_up (&self->fast[self->n], cast, cast->bounds);
    samples = MIN (samples, self->fast[self->n].samples);
  }
  for (guint v = 0; v < self->n; v++)
    self->fast[v].samples = samples;
}

INLINE void
add_of_volume (const Fast *self, Packet *packet, const Path *path, float n)
{
  const VitrailRaycast *cast = self->cast;
  const guint how = (cast->n_cuts > 0 ? CUT : 0u) |
                    (cast->is_shaded ? SHADED : 0u) |
                    (cast->labels != NULL ? LABELLED : 0u);

  add_sample (self, packet, path, n, FALSE, how);
}

/* The segment from sample @n on; FALSE where no ray goes on. */
FAST static gboolean
add_volumes (const Volumes *self, Packet *packet, float n)
{
  guint8 ways[VITRAIL_RAYCAST_VOLUMES];
  gboolean is_seen = FALSE;
  int going = 0;

  for (guint v = 0; v < self->n; v++) {
    ways[v] = find_way (&self->fast[v], &self->paths[v], n);
    is_seen |= ways[v] != NOTHING;
    going |= _mm256_movemask_ps (find_going (packet, &self->paths[v], n));
  }
  for (guint s = 0; is_seen && s < self->fast[0].samples; s++)
    for (guint v = 0; v < self->n; v++)
      if (ways[v] != NOTHING)
        add_of_volume (&self->fast[v], packet, &self->paths[v], n + (float) s);
  return going != 0;
}

FAST static void
go_volumes (const Volumes *self, Packet *packet)
{
  const guint samples = self->fast[0].samples;
  float first = G_MAXFLOAT;
  float end = -1;

  for (guint v = 0; v < self->n; v++) {
    first = MIN (first, get_lowest (self->paths[v].first));
    end = MAX (end, get_highest (self->paths[v].end));
  }
  while (first <= end && add_volumes (self, packet, first))
    first += (float) samples;
}

FAST static void
store (const Packet *packet, guint x, guint y, const guint end[2])
{
  const VitrailRays *rays = packet->rays;
  float rgba[4][LANES];

#  pragma GCC unroll 3
  for (guint c = 0; c < 3; c++)
    _mm256_storeu_ps (rgba[c], packet->color[c]);
  _mm256_storeu_ps (rgba[3], packet->opacity);
  for (guint lane = 0; lane < LANES; lane++) {
    const guint column = x + lane % COLUMNS;
    const guint line = y + lane / COLUMNS;
    if (column >= end[0] || line >= end[1])
      continue;
    guint8 *pixel = rays->out + line * rays->stride + (gsize) column * 4;
    for (guint c = 0; c < 4; c++)
      pixel[c] = vitrail_raycast_to_byte (rgba[c][lane]);
  }
}

/* All volumes of a picture. */
FAST static void
do_volumes (const VitrailRays *rays, guint left, guint top, const guint end[2])
{
  Volumes self = { 0 };

  set_up_volumes (&self, rays->cast);
  for (guint y = top; y < end[1]; y += LINES)
    for (guint x = left; x < end[0]; x += COLUMNS) {
      Packet packet = { .rays = rays };
      for (guint v = 0; v < self.n; v++)
        begin (&self.fast[v], x, y, end, &self.paths[v]);
      go_volumes (&self, &packet);
      store (&packet, x, y, end);
    }
}

FAST static void
do_part (const VitrailRays *rays, guint left, guint top, const guint end[2])
{
  Fast self = { 0 };

  set_up (&self, rays->cast, rays->cast->bounds);
  for (guint y = top; y < end[1]; y += LINES)
    for (guint x = left; x < end[0]; x += COLUMNS) {
      Packet packet = { .rays = rays };
      Path path;
      begin (&self, x, y, end, &path);
      if (rays->cast->labels != NULL)
        go_labelled (&self, &packet, &path);
      else if (rays->cast->n_cuts > 0)
        go_cut (&self, &packet, &path);
      else if (rays->cast->is_shaded)
        go_shaded (&self, &packet, &path);
      else
        go_plain (&self, &packet, &path);
      store (&packet, x, y, end);
    }
}

gboolean
vitrail_raycast_part_fast (const VitrailRays *self,
                           guint x,
                           guint y,
                           guint x_end,
                           guint y_end)
{
  const guint end[2] = { x_end, y_end };

  const VitrailRaycast *cast = self->cast;

  for (; cast->next != NULL; cast = cast->next)
    if (!can_do (cast))
      return FALSE;
  if (!can_do (cast))
    return FALSE;
  if (self->cast->next != NULL)
    do_volumes (self, x, y, end);
  else
    do_part (self, x, y, end);
  return TRUE;
}
#else
gboolean
vitrail_raycast_part_fast (const VitrailRays *self,
                           guint x,
                           guint y,
                           guint x_end,
                           guint y_end)
{
  return FALSE;
}
#endif
