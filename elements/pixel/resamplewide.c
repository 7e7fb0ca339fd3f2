/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation of 32 and 64-bit samples, in double. These images are
 * small (dose grids, parametric maps): speed does not matter here. */

#include "pixel/resamplerow.h"
#include "pixel/widesample.h"

#include <string.h>

static double
read_sample (const VitrailFrame *src, size_t column, size_t line, guint channel)
{
  const size_t bytes = vitrail_pixel_format_get_sample_bytes (&src->format);
  const uint8_t *at = src->data + line * src->stride +
                      (column * src->format.samples + channel) * bytes;

  return vitrail_read_wide_sample (at, bytes, src->format.is_float);
}

static void
write_sample (const VitrailPixelFormat *format, uint8_t *at, double value)
{
  const size_t bytes = vitrail_pixel_format_get_sample_bytes (format);
  /* The largest double below 2^64. */
  const double top = bytes == 4 ? (double) G_MAXUINT32 : 0x1.fffffffffffffp63;

  union {
    uint32_t u32;
    uint64_t u64;
    float f32;
    double f64;
  } v;

  if (format->is_float && bytes == 4)
    v.f32 = (float) value;
  else if (format->is_float)
    v.f64 = value;
  else if (bytes == 4)
    v.u32 = (uint32_t) fmin (floor (value + 0.5), top);
  else
    v.u64 = (uint64_t) fmin (floor (value + 0.5), top);
  memcpy (at, &v, bytes);
}

/* A neighbour counts by its weight alone: 0 times NaN would be NaN. */
static void
add_sample (double *sum, double sample, double weight)
{
  if (weight > 0)
    *sum += sample * weight;
}

static gboolean
is_padding (const VitrailResample *self, double sample)
{
  return self->has_padding && sample >= self->padding_low &&
         sample <= self->padding_high;
}

static double
interpolate (const VitrailResample *self, long u, long v, guint channel)
{
  const VitrailFrame *src = self->src;
  const long right = (long) src->format.width - 1;
  const long bottom = (long) src->format.height - 1;
  const double fx = (double) (u & 0xffff) / VITRAIL_POSITION_ONE;
  const double fy = (double) (v & 0xffff) / VITRAIL_POSITION_ONE;
  double sum = 0;

  for (long j = 0; j < 2; j++)
    for (long i = 0; i < 2; i++) {
      const size_t column = (size_t) CLAMP ((u >> 16) + i, 0, right);
      const size_t line = (size_t) CLAMP ((v >> 16) + j, 0, bottom);
      const double s = read_sample (src, column, line, channel);
      if (is_padding (self, s))
        return read_sample (src,
                            vitrail_resample_nearest (u, src->format.width),
                            vitrail_resample_nearest (v, src->format.height),
                            channel);
      add_sample (&sum, s, (i > 0 ? fx : 1 - fx) * (j > 0 ? fy : 1 - fy));
    }
  return sum;
}

void
vitrail_resample_row_wide (const VitrailResampleRow *row)
{
  const VitrailResample *self = row->self;
  const VitrailPixelFormat *format = &self->src->format;
  const size_t bytes = vitrail_pixel_format_get_sample_bytes (format);

  for (guint x = row->first; x < row->end; x++) {
    const long u = vitrail_resample_position (self->affine[0], x, row->u0);
    const long v = vitrail_resample_position (self->affine[3], x, row->v0);
    uint8_t *out = (uint8_t *) row->dst + (size_t) x * format->samples * bytes;
    for (guint c = 0; c < format->samples; c++)
      write_sample (format, out + c * bytes, interpolate (self, u, v, c));
  }
}
