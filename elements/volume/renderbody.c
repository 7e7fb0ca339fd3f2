/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See renderbody.h. */

#include "volume/renderbody.h"

#include "error.h"

#include <math.h>
#include <string.h>

void
vitrail_render_body_clear (VitrailRenderBody *self)
{
  g_clear_object (&self->volume);
  g_clear_pointer (&self->copy, g_free);
  g_clear_pointer (&self->blocks, vitrail_blocks_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->bounds); i++)
    g_clear_pointer (&self->bounds[i], vitrail_bounds_free);
  memset (self, 0, sizeof *self);
}

static guint
count_voxels (guint n, guint step)
{
  return (n - 1) / step + 1;
}

/* Every which voxel along each axis makes a copy that is small enough. */
static guint
choose_step (const VitrailVolumeInfo *info, gsize limit)
{
  guint step = 1;

  for (;; step++) {
    double bytes = sizeof (guint16);
    for (guint a = 0; a < 3; a++)
      bytes *= count_voxels (info->size[a], step);
    if (bytes <= (double) limit || bytes <= 16)
      return step;
  }
}

/* The lattice of the copy: it has the first voxel, and each @step-th. */
static gboolean
thin_out (VitrailVolumeInfo *info, guint step)
{
  for (guint a = 0; a < 3; a++) {
    info->size[a] = count_voxels (info->size[a], step);
    for (guint row = 0; row < 3; row++)
      info->matrix[4 * row + a] *= step;
  }
  return vitrail_matrix_invert (info->matrix, info->inverse);
}

/* What is no data lies below all others where floats have become steps. */
static guint16
to_voxel (const VitrailRenderBody *self, double value)
{
  const VitrailVolumeInfo *from = vitrail_volume_get_info (self->volume);
  const gboolean was_float = from->type == VITRAIL_VOXEL_F32;
  const double there = (value - from->intercept) / from->slope;
  const double voxel = (value - self->info.intercept) / self->info.slope;

  if (isnan (voxel) ||
      (was_float && from->has_padding && there >= from->padding_low &&
       there <= from->padding_high))
    return 0;
  return (guint16) lrint (CLAMP (voxel, was_float ? 1 : 0, 65535));
}

static gboolean
copy_slice (const VitrailRenderBody *self,
            guint k,
            guint step,
            float *values,
            GError **error)
{
  const VitrailVolumeInfo *from = vitrail_volume_get_info (self->volume);
  const guint *size = self->info.size;
  guint16 *out = self->copy + (gsize) k * size[1] * size[0];

  if (!vitrail_volume_read_values (self->volume, k * step, values, error))
    return FALSE;
  for (guint j = 0; j < size[1]; j++) {
    const float *row = values + (gsize) j * step * from->size[0];
    for (guint i = 0; i < size[0]; i++)
      *out++ = to_voxel (self, (double) row[(gsize) i * step]);
  }
  return TRUE;
}

/* 65535 steps from the lowest to the highest, and one for padding; 16 bits stay
 * what they are. */
static void
set_scale (VitrailRenderBody *self)
{
  double range[2];

  if (self->info.type == VITRAIL_VOXEL_U16)
    return;
  if (!vitrail_volume_get_range (self->volume, &range[0], &range[1]))
    range[0] = range[1] = 0;
  const double low = range[0] * self->info.slope + self->info.intercept;
  const double high = range[1] * self->info.slope + self->info.intercept;
  self->info.slope = fabs (high - low) / 65534;
  if (!(self->info.slope > 0) || !isfinite (self->info.slope))
    self->info.slope = 1;
  self->info.intercept = MIN (low, high) - self->info.slope;
  self->info.type = VITRAIL_VOXEL_U16;
}

static gboolean
make_copy (VitrailRenderBody *self, gsize limit, GError **error)
{
  const VitrailVolumeInfo *from = vitrail_volume_get_info (self->volume);
  const guint step = choose_step (from, limit);
  g_autofree float *values =
      g_try_new (float, (gsize) from->size[0] * from->size[1]);

  set_scale (self);
  const gboolean is_lattice = thin_out (&self->info, step);
  const guint *size = self->info.size;
  const gsize n = (gsize) size[0] * size[1] * size[2];
  self->copy = g_try_malloc (n * sizeof *self->copy + VITRAIL_VOLUME_SLACK);
  if (!is_lattice || values == NULL || self->copy == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a copy of the volume");
    return FALSE;
  }
  for (guint k = 0; k < size[2]; k++)
    if (!copy_slice (self, k, step, values, error))
      return FALSE;
  self->voxels = self->copy;
  return TRUE;
}

/* Of 16 bits, as the volume has it; of what was float, 0. */
static void
set_padding (VitrailRenderBody *self)
{
  const VitrailVolumeInfo *from = vitrail_volume_get_info (self->volume);
  const double low = ceil (MAX (from->padding_low, 0));
  const double high = floor (MIN (from->padding_high, 65535));

  self->has_padding = TRUE;
  if (from->type == VITRAIL_VOXEL_F32)
    return;
  self->has_padding = from->has_padding && low <= high;
  if (!self->has_padding)
    return;
  self->padding[0] = (guint16) low;
  self->padding[1] = (guint16) high;
}

static gboolean
read_volume (VitrailRenderBody *self, gsize limit, GError **error)
{
  self->generation = vitrail_volume_get_generation (self->volume);
  self->info = *vitrail_volume_get_info (self->volume);
  self->voxels = self->info.type == VITRAIL_VOXEL_U16
                     ? vitrail_volume_get_voxels (self->volume)
                     : NULL;
  if (self->voxels == NULL && !make_copy (self, limit, error))
    return FALSE;
  set_padding (self);
  self->low = 0;
  self->high = 65535;
  if (self->copy == NULL)
    vitrail_volume_get_range (self->volume, &self->low, &self->high);
  /* Padding, and what is nowhere, may be beyond: it is as the outermost. */
  self->high = CLAMP (self->high, self->low + 1, 65535);
  return TRUE;
}

gboolean
vitrail_render_body_update (VitrailRenderBody *self,
                            VitrailVolume *volume,
                            gsize limit,
                            gboolean *has_changed,
                            GError **error)
{
  *has_changed = self->volume != volume ||
                 self->generation != vitrail_volume_get_generation (volume);
  if (!*has_changed)
    return TRUE;
  g_autoptr (VitrailVolume) kept = g_object_ref (volume);
  vitrail_render_body_clear (self);
  self->volume = g_steal_pointer (&kept);
  if (!read_volume (self, limit, error)) {
    vitrail_render_body_clear (self);
    return FALSE;
  }
  return TRUE;
}

void
vitrail_render_body_set_blocks (VitrailRenderBody *self,
                                const VitrailTransferTable *table)
{
  const guint *size = self->info.size;

  if (self->blocks == NULL) {
    self->blocks = vitrail_blocks_new (size);
    vitrail_blocks_update (self->blocks, self->voxels, size, 0, size[2]);
  }
  vitrail_blocks_classify (self->blocks, table);
}

VitrailBounds *
vitrail_render_body_get_bounds (VitrailRenderBody *self, gboolean is_data)
{
  const guint which = is_data && self->has_padding;

  if (self->bounds[which] == NULL)
    self->bounds[which] =
        vitrail_bounds_new (self->voxels, self->info.size,
                            which == 1 ? self->padding : NULL);
  return self->bounds[which];
}
