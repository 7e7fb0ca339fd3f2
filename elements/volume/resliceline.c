/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reslicing in plain C: see resliceline.h. */

#include "volume/resliceline.h"

#include <math.h>

/* Where a point lies: the voxels around it and how much of each. */
typedef struct {
  gsize index[3]; /* the lower one's */
  gsize more[3];  /* to the upper one; 0 at the outer centre */
  float weight[3];
} Place;

static gsize
get_step (const VitrailReslice *self, guint axis)
{
  const gsize row = self->size[0];

  return axis == 0 ? 1 : axis == 1 ? row : row * self->size[1];
}

static float
get_voxel (const VitrailReslice *self, gsize number)
{
  if (self->type == VITRAIL_VOXEL_F32)
    return ((const float *) self->voxels)[number];
  return ((const guint16 *) self->voxels)[number];
}

static gboolean
is_padding (const VitrailReslice *self, float voxel)
{
  return self->has_padding && voxel >= self->padding_low &&
         voxel <= self->padding_high;
}

static gboolean
find_place (const VitrailReslice *self, const float at[3], Place *place)
{
  for (guint a = 0; a < 3; a++) {
    const float last = (float) (self->size[a] - 1);
    if (!(at[a] >= -0.5F && at[a] < last + 0.5F))
      return FALSE;
    const float inner = CLAMP (at[a], 0, last);
    gsize index = (gsize) inner;
    if (index + 1 >= self->size[a] && index > 0)
      index--;
    place->index[a] = index;
    place->more[a] = self->size[a] > 1 ? get_step (self, a) : 0;
    place->weight[a] = inner - (float) index;
  }
  return TRUE;
}

static gsize
get_number (const VitrailReslice *self, const Place *place)
{
  return (place->index[2] * self->size[1] + place->index[1]) * self->size[0] +
         place->index[0];
}

static float
read_nearest (const VitrailReslice *self, const Place *place)
{
  gsize number = get_number (self, place);

  for (guint a = 0; a < 3; a++)
    if (place->weight[a] >= 0.5F)
      number += place->more[a];
  return get_voxel (self, number);
}

static gboolean
touches_padding (const VitrailReslice *self, const Place *place)
{
  const gsize number = get_number (self, place);

  for (guint n = 0; n < 8 && self->has_padding; n++)
    if (is_padding (self,
                    get_voxel (self, number + (n & 1 ? place->more[0] : 0) +
                                         (n & 2 ? place->more[1] : 0) +
                                         (n & 4 ? place->more[2] : 0))))
      return TRUE;
  return FALSE;
}

/* Between two voxels of a row. */
static float
mix_row (const VitrailReslice *self, gsize number, const Place *place)
{
  const float left = get_voxel (self, number);
  const float right = get_voxel (self, number + place->more[0]);

  if (self->type == VITRAIL_VOXEL_F32)
    return left + (right - left) * place->weight[0];
  const int weight = (int) lrintf (place->weight[0] * VITRAIL_RESLICE_ONE);
  return (float) (((int) left - VITRAIL_RESLICE_OFFSET) *
                      (VITRAIL_RESLICE_ONE - weight) +
                  ((int) right - VITRAIL_RESLICE_OFFSET) * weight);
}

static float
mix_rows (const VitrailReslice *self, gsize number, const Place *place)
{
  const float upper = mix_row (self, number, place);
  const float lower = mix_row (self, number + place->more[1], place);

  return upper + (lower - upper) * place->weight[1];
}

static float
read_linear (const VitrailReslice *self, const Place *place)
{
  const gsize number = get_number (self, place);
  const float front = mix_rows (self, number, place);
  const float back = mix_rows (self, number + place->more[2], place);
  const float mixed = front + (back - front) * place->weight[2];

  if (self->type == VITRAIL_VOXEL_F32)
    return mixed;
  return mixed * (1.0F / VITRAIL_RESLICE_ONE) + VITRAIL_RESLICE_OFFSET;
}

/* The number of voxel @index + @n - 1 along @axis, the outer one for those
 * beyond it. */
static gsize
get_tap (const VitrailReslice *self, const Place *place, guint axis, guint n)
{
  const gsize at = place->index[axis] + n;
  const gsize inner = CLAMP (at, 1, self->size[axis]);

  return (inner - 1) * get_step (self, axis);
}

/* What is summed up of four by four by four voxels: of each row along j, two
 * sums over k, as a vector of eight has them. */
typedef struct {
  gsize taps[3][4];
  float weights[3][4];
  int across[4]; /* of 16-bit voxels: weights along i, VITRAIL_RESLICE_ONE */
} Cubic;

static void
set_cubic (const VitrailReslice *self, const Place *place, Cubic *cubic)
{
  const float one = VITRAIL_RESLICE_ONE;

  for (guint a = 0; a < 3; a++) {
    for (guint t = 0; t < 4; t++)
      cubic->taps[a][t] = get_tap (self, place, a, t);
    vitrail_reslice_cubic_weights (place->weight[a], cubic->weights[a]);
  }
  for (guint t = 0; t < 4; t++)
    cubic->across[t] = (int) lrintf (cubic->weights[0][t] * one);
  cubic->across[2] = VITRAIL_RESLICE_ONE - cubic->across[0] - cubic->across[1] -
                     cubic->across[3];
}

static gboolean
is_row_padding (const VitrailReslice *self, const Cubic *cubic, gsize row)
{
  for (guint t = 0; t < 4; t++)
    if (is_padding (self, get_voxel (self, row + cubic->taps[0][t])))
      return TRUE;
  return FALSE;
}

/* Two voxels of a row, the @half-th ones. */
static float
mix_half (const VitrailReslice *self, const Cubic *cubic, gsize row, guint half)
{
  const guint t = 2 * half;
  const float left = get_voxel (self, row + cubic->taps[0][t]);
  const float right = get_voxel (self, row + cubic->taps[0][t + 1]);

  if (self->type == VITRAIL_VOXEL_F32)
    return left * cubic->weights[0][t] + right * cubic->weights[0][t + 1];
  return (float) (((int) left - VITRAIL_RESLICE_OFFSET) * cubic->across[t] +
                  ((int) right - VITRAIL_RESLICE_OFFSET) *
                      cubic->across[t + 1]);
}

/* FALSE: one of the voxels is padding. */
static gboolean
sum_voxels (const VitrailReslice *self, const Cubic *cubic, float sums[8])
{
  for (guint n = 0; n < 8; n++)
    sums[n] = 0;
  for (guint k = 0; k < 4; k++)
    for (guint j = 0; j < 4; j++) {
      const gsize row = cubic->taps[1][j] + cubic->taps[2][k];
      if (self->has_padding && is_row_padding (self, cubic, row))
        return FALSE;
      for (guint half = 0; half < 2; half++)
        sums[2 * j + half] +=
            mix_half (self, cubic, row, half) * cubic->weights[2][k];
    }
  return TRUE;
}

static gboolean
read_cubic (const VitrailReslice *self, const Place *place, float *value)
{
  Cubic cubic;
  float sums[8];

  set_cubic (self, place, &cubic);
  if (!sum_voxels (self, &cubic, sums))
    return FALSE;
  for (guint n = 0; n < 8; n++)
    sums[n] *= cubic.weights[1][n / 2];
  for (guint n = 0; n < 4; n++)
    sums[n] += sums[n + 4];
  const float sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  if (self->type == VITRAIL_VOXEL_F32)
    *value = sum;
  else
    *value = CLAMP (sum * (1.0F / VITRAIL_RESLICE_ONE) + VITRAIL_RESLICE_OFFSET,
                    0, 65535);
  return TRUE;
}

/* FALSE: nothing that counts is there. */
static gboolean
read_point (const VitrailReslice *self, const float at[3], float *value)
{
  Place place;

  if (!find_place (self, at, &place))
    return FALSE;
  if (self->interpolation == VITRAIL_RESLICE_CUBIC &&
      read_cubic (self, &place, value))
    return TRUE;
  if (self->interpolation == VITRAIL_RESLICE_NEAREST ||
      touches_padding (self, &place))
  {
    *value = read_nearest (self, &place);
    return !is_padding (self, *value);
  }
  *value = read_linear (self, &place);
  return TRUE;
}

static float
combine (VitrailSlab slab, float so_far, float value)
{
  if (slab == VITRAIL_SLAB_MAXIMUM)
    return MAX (so_far, value);
  if (slab == VITRAIL_SLAB_MINIMUM)
    return MIN (so_far, value);
  return so_far + value;
}

static float
read_pixel (const VitrailResliceLine *line, guint x)
{
  const VitrailReslice *self = line->self;
  float total = 0;
  guint n = 0;

  for (guint p = 0; p < self->n_planes; p++) {
    const float at[3] = { vitrail_reslice_position (line, x, p, 0),
                          vitrail_reslice_position (line, x, p, 1),
                          vitrail_reslice_position (line, x, p, 2) };
    float value;
    if (read_point (self, at, &value))
      total = n++ == 0 ? value : combine (self->slab, total, value);
  }
  if (n == 0)
    return (float) self->background;
  return self->slab == VITRAIL_SLAB_MEAN && n > 1 ? total / (float) n : total;
}

void
vitrail_reslice_line_c (const VitrailResliceLine *line, guint first, guint end)
{
  const gboolean is_float = vitrail_reslice_is_float (line->self);

  for (guint x = first; x < end; x++) {
    const float value = read_pixel (line, x);
    if (is_float)
      ((float *) line->out)[x] = value;
    else
      ((guint16 *) line->out)[x] = (guint16) lrintf (CLAMP (value, 0, 65535));
  }
}
