/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples to voxels: see voxels.h. */

#include "volume/voxels.h"

#include "error.h"

#include <math.h>
#include <string.h>

/* What is shown outside of a volume, in Hounsfield units: air. */
#define AIR (-1024.0)

static gboolean
are_same_scale (const VitrailFrameInfo *a, const VitrailFrameInfo *b)
{
  return a->slope == b->slope && a->intercept == b->intercept &&
         (a->modality_lut == NULL) == (b->modality_lut == NULL);
}

static gboolean
is_small_integer (const VitrailFrameInfo *info)
{
  return !info->format.is_float && info->format.bits_allocated <= 16;
}

/* Whether samples moved to @offset stay within 16 bits. */
static gboolean
does_fit (const VitrailFrameInfo *info, double offset)
{
  return offset - info->sample_offset +
             ldexp (1, (int) info->format.bits_stored) <=
         65536;
}

static double
find_offset (VitrailFrameInfo *const *infos, guint n)
{
  double offset = 0;

  for (guint i = 0; i < n; i++)
    if (infos[i] != NULL)
      offset = MAX (offset, infos[i]->sample_offset);
  return offset;
}

VitrailVoxelScale
vitrail_voxel_scale_choose (VitrailFrameInfo *const *infos, guint n)
{
  const VitrailVoxelScale values = { VITRAIL_VOXEL_F32, 0 };
  const VitrailVoxelScale samples = { VITRAIL_VOXEL_U16,
                                      find_offset (infos, n) };
  const VitrailFrameInfo *first = NULL;

  for (guint i = 0; i < n; i++) {
    const VitrailFrameInfo *info = infos[i];
    if (info == NULL)
      continue;
    if (first == NULL)
      first = info;
    if (!is_small_integer (info) || !are_same_scale (first, info) ||
        !does_fit (info, samples.sample_offset))
      return values;
  }
  return samples;
}

static double
get_background_value (const VitrailFrameInfo *info)
{
  return strcmp (info->modality, "CT") == 0 ? AIR : 0;
}

static void
describe_samples (const VitrailVoxelScale *self,
                  const VitrailFrameInfo *middle,
                  VitrailVolumeInfo *info)
{
  const double offset = self->sample_offset;

  info->slope = middle->slope;
  info->intercept = middle->intercept - offset * middle->slope;
  info->padding_low = middle->padding_low + offset;
  info->padding_high = middle->padding_high + offset;
  const double voxel =
      (get_background_value (middle) - info->intercept) / info->slope;
  info->background =
      middle->modality_lut != NULL ? offset : CLAMP (voxel, 0, 65535);
}

static void
describe_values (const VitrailFrameInfo *middle, VitrailVolumeInfo *info)
{
  info->slope = 1;
  info->intercept = 0;
  info->padding_low = info->frame->padding_low;
  info->padding_high = info->frame->padding_high;
  info->background = get_background_value (middle);
}

void
vitrail_voxel_scale_describe (const VitrailVoxelScale *self,
                              VitrailFrameInfo *middle,
                              VitrailVolumeInfo *info)
{
  const VitrailSampleScale as = {
    self->type == VITRAIL_VOXEL_F32,
    self->type == VITRAIL_VOXEL_F32 ? 0 : self->sample_offset,
    info->size[0],
    info->size[1],
  };

  info->type = self->type;
  info->frame = vitrail_frame_info_ref_as (middle, &as);
  info->has_padding = middle->has_padding;
  if (self->type == VITRAIL_VOXEL_U16)
    describe_samples (self, middle, info);
  else
    describe_values (middle, info);
}

/* --- rows --- */

static void
add_row (const VitrailFrame *frame,
         const uint8_t *row,
         guint n,
         int shift,
         uint16_t *out)
{
  const uint16_t *wide = (const uint16_t *) (gconstpointer) row;

  if (frame->format.bits_allocated == 16 && shift == 0)
    memcpy (out, row, n * sizeof *out);
  else if (frame->format.bits_allocated == 16)
    for (guint i = 0; i < n; i++)
      out[i] = (uint16_t) CLAMP (wide[i] + shift, 0, 65535);
  else
    for (guint i = 0; i < n; i++)
      out[i] = (uint16_t) CLAMP (row[i] + shift, 0, 65535);
}

static double
get_sample (const VitrailPixelFormat *format, const uint8_t *row, guint i)
{
  float single = 0;
  double wide = 0;
  uint32_t integer = 0;

  if (format->bits_allocated == 8)
    return row[i];
  if (format->bits_allocated == 16)
    return ((const uint16_t *) (gconstpointer) row)[i];
  if (format->bits_allocated == 64) {
    memcpy (&wide, row + (size_t) i * 8, sizeof wide);
    return wide;
  }
  if (format->is_float) {
    memcpy (&single, row + (size_t) i * 4, sizeof single);
    return single;
  }
  memcpy (&integer, row + (size_t) i * 4, sizeof integer);
  return integer;
}

/* No number has no place in a table, and stays what it is: no data. */
static double
look_up (const VitrailLut *lut, double stored)
{
  const double index = stored - lut->first;

  if (isnan (index))
    return stored;
  return lut->values[(guint) CLAMP (index, 0, lut->n_entries - 1)];
}

static void
convert_row (const VitrailFrame *frame,
             const VitrailFrameInfo *info,
             const uint8_t *row,
             guint n,
             float *out)
{
  for (guint i = 0; i < n; i++) {
    const double stored =
        get_sample (&frame->format, row, i) - frame->sample_offset;
    out[i] = (float) (info->modality_lut != NULL
                          ? look_up (info->modality_lut, stored)
                          : stored * info->slope + info->intercept);
  }
}

static gboolean
check_frame (const VitrailVoxelScale *self,
             const VitrailFrame *frame,
             const guint at[2],
             const guint size[2],
             GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  const gboolean is_held = self->type == VITRAIL_VOXEL_F32 ||
                           (!format->is_float && format->bits_allocated <= 16);

  if (is_held && format->samples == 1 && frame->reduce == 0 &&
      at[0] <= format->width && size[0] <= format->width - at[0] &&
      at[1] <= format->height && size[1] <= format->height - at[1])
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "a frame of %u x %u pixels, %u samples of %u bits is not what "
               "its header announced",
               format->width, format->height, format->samples,
               format->bits_allocated);
  return FALSE;
}

gboolean
vitrail_voxel_scale_convert (const VitrailVoxelScale *self,
                             const VitrailFrame *frame,
                             const VitrailFrameInfo *frame_info,
                             const guint at[2],
                             const guint size[2],
                             void *out,
                             GError **error)
{
  const size_t sample = vitrail_pixel_format_get_sample_bytes (&frame->format);
  const int shift = (int) (self->sample_offset - frame->sample_offset);
  uint16_t *integers = out;
  float *floats = out;

  if (!check_frame (self, frame, at, size, error))
    return FALSE;
  for (guint j = 0; j < size[1]; j++) {
    const uint8_t *row =
        frame->data + (at[1] + j) * frame->stride + at[0] * sample;
    if (self->type == VITRAIL_VOXEL_U16)
      add_row (frame, row, size[0], shift, integers + (size_t) j * size[0]);
    else
      convert_row (frame, frame_info, row, size[0],
                   floats + (size_t) j * size[0]);
  }
  return TRUE;
}

/* --- between slices --- */

static gboolean
is_padding (const VitrailVolumeInfo *info, double voxel)
{
  return isnan (voxel) || (info->has_padding && voxel >= info->padding_low &&
                           voxel <= info->padding_high);
}

static double
mix (const VitrailVolumeInfo *info, double a, double b, double weight)
{
  if (is_padding (info, a) || is_padding (info, b))
    return weight < 0.5 ? a : b;
  return a + (b - a) * weight;
}

void
vitrail_voxels_interpolate (const VitrailVolumeInfo *info,
                            const void *a,
                            const void *b,
                            double weight,
                            void *out)
{
  const size_t n = (size_t) info->size[0] * info->size[1];

  if (info->type == VITRAIL_VOXEL_F32) {
    const float *from = a;
    const float *to = b;
    float *voxels = out;
    for (size_t i = 0; i < n; i++)
      voxels[i] = (float) mix (info, from[i], to[i], weight);
    return;
  }
  const uint16_t *from = a;
  const uint16_t *to = b;
  uint16_t *voxels = out;
  for (size_t i = 0; i < n; i++)
    voxels[i] = (uint16_t) lround (mix (info, from[i], to[i], weight));
}
