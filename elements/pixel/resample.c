/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which way a view is resampled, what of a row shows the image, and the ways
 * that need no arithmetic: copying and nearest. */

#include "pixel/resamplerow.h"

#include <string.h>

static gboolean
is_inside (double slope, guint x, double origin, guint size)
{
  const double half = 0.5 * VITRAIL_POSITION_ONE;
  const double limit = (double) size * VITRAIL_POSITION_ONE;
  const double at = rint ((slope * x + origin) * VITRAIL_POSITION_ONE);

  return at >= -half && at <= limit - half;
}

/* Narrows @span to the x with slope * x + origin inside of the image. */
static void
clip_span (double slope, double origin, guint size, guint span[2])
{
  const double a = (-0.5 - origin) / slope;
  const double b = (size - 0.5 - origin) / slope;

  if (slope != 0 && isfinite (a) && isfinite (b)) {
    /* Rounding moves the border by a position; the loops below settle it. */
    const double low = fmax (span[0], floor (fmin (a, b)) - 1);
    const double high = fmin (span[1], ceil (fmax (a, b)) + 2);
    if (!(low < high)) {
      span[1] = span[0];
      return;
    }
    span[0] = (guint) low;
    span[1] = (guint) high;
  }
  while (span[0] < span[1] && !is_inside (slope, span[0], origin, size))
    span[0]++;
  while (span[0] < span[1] && !is_inside (slope, span[1] - 1, origin, size))
    span[1]--;
}

void
vitrail_resample_get_span (const double affine[6],
                           const VitrailPixelFormat *image,
                           guint row,
                           guint width,
                           guint span[2])
{
  span[0] = 0;
  span[1] = width;
  clip_span (affine[0], affine[1] * row + affine[2], image->width, span);
  clip_span (affine[3], affine[4] * row + affine[5], image->height, span);
}

static uint32_t
to_sample (double value)
{
  return (uint32_t) CLAMP (value, 0.0, (double) G_MAXUINT32);
}

void
vitrail_resample_init (VitrailResample *self,
                       const VitrailFrame *src,
                       const VitrailFrameInfo *info,
                       const double affine[6],
                       VitrailInterpolation interpolation)
{
  memset (self, 0, sizeof *self);
  self->src = src;
  memcpy (self->affine, affine, sizeof self->affine);
  self->interpolation = interpolation;
  if (info == NULL)
    return;
  if (info->palette != NULL)
    self->interpolation = VITRAIL_INTERPOLATION_NEAREST;
  if (info->inverted && src->format.samples == 1)
    self->fill =
        (uint16_t) ((1u << CLAMP (info->format.bits_stored, 1, 16)) - 1);
  const double low = ceil (info->padding_low + info->sample_offset);
  const double high = floor (info->padding_high + info->sample_offset);
  if (info->has_padding && src->format.samples == 1 && low <= high && high >= 0)
  {
    self->has_padding = TRUE;
    self->padding_low = to_sample (low);
    self->padding_high = to_sample (high);
  }
}

static void
fill_pixels (const VitrailResample *self, void *dst, guint first, guint end)
{
  const VitrailPixelFormat *format = &self->src->format;
  const size_t bytes = vitrail_pixel_format_get_sample_bytes (format);
  const size_t from = (size_t) first * format->samples;
  const size_t n = (size_t) (end - first) * format->samples;

  if (bytes == 2 && self->fill != 0) {
    uint16_t *out = (uint16_t *) dst + from;
    for (size_t i = 0; i < n; i++)
      out[i] = self->fill;
  } else {
    memset ((uint8_t *) dst + from * bytes, bytes == 1 ? self->fill : 0,
            n * bytes);
  }
}

/* @bytes of a pixel is a constant in the caller. */
static inline __attribute__ ((always_inline)) void
copy_nearest (const VitrailResampleRow *row, size_t bytes)
{
  const VitrailResample *self = row->self;
  const VitrailFrame *src = self->src;
  const gboolean turned = self->affine[3] != 0;
  uint8_t *out = (uint8_t *) row->dst + row->first * bytes;
  long v = vitrail_resample_position (self->affine[3], row->first, row->v0);

  for (guint x = row->first; x < row->end; x++, out += bytes) {
    const long u = vitrail_resample_position (self->affine[0], x, row->u0);
    const size_t column = vitrail_resample_nearest (u, src->format.width);
    if (turned)
      v = vitrail_resample_position (self->affine[3], x, row->v0);
    const size_t line = vitrail_resample_nearest (v, src->format.height);
    memcpy (out, src->data + line * src->stride + column * bytes, bytes);
  }
}

static void
row_nearest (const VitrailResampleRow *row)
{
  const size_t bytes =
      vitrail_pixel_format_get_pixel_bytes (&row->self->src->format);

  if (bytes == 1)
    copy_nearest (row, 1);
  else if (bytes == 2)
    copy_nearest (row, 2);
  else if (bytes == 3)
    copy_nearest (row, 3);
  else
    copy_nearest (row, bytes);
}

/* A shift by whole pixels: position of pixel 0 is an integer. */
static void
row_copy (const VitrailResampleRow *row)
{
  const VitrailFrame *src = row->self->src;
  const size_t bytes = vitrail_pixel_format_get_pixel_bytes (&src->format);
  const size_t column = (size_t) ((long) row->first + lrint (row->u0));
  const size_t line = (size_t) lrint (row->v0);

  memcpy ((uint8_t *) row->dst + row->first * bytes,
          src->data + line * src->stride + column * bytes,
          (row->end - row->first) * bytes);
}

typedef void (*RowFunction) (const VitrailResampleRow *row);

static RowFunction
choose (const VitrailResample *self)
{
  const double *m = self->affine;

  if (m[0] == 1 && m[1] == 0 && m[3] == 0 && m[4] == 1 && m[2] == rint (m[2]) &&
      m[5] == rint (m[5]))
    return row_copy;
  if (self->interpolation == VITRAIL_INTERPOLATION_NEAREST ||
      self->src->format.photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    return row_nearest;
  if (self->src->format.bits_allocated > 16)
    return vitrail_resample_row_wide;
  if (vitrail_resample_step_x (self) >= 2 ||
      vitrail_resample_step_y (self) >= 2)
    return vitrail_resample_row_box;
  return vitrail_resample_row_linear;
}

void
vitrail_resample_rows (const VitrailResample *self,
                       guint first_row,
                       guint n_rows,
                       guint width,
                       void *dst,
                       size_t dst_stride)
{
  const RowFunction function = choose (self);
  const double *m = self->affine;

  for (guint y = 0; y < n_rows; y++) {
    const guint line = first_row + y;
    const VitrailResampleRow row = { self,
                                     m[1] * line + m[2],
                                     m[4] * line + m[5],
                                     0,
                                     0,
                                     (uint8_t *) dst + y * dst_stride };
    guint span[2];

    vitrail_resample_get_span (m, &self->src->format, line, width, span);
    fill_pixels (self, row.dst, 0, span[0]);
    fill_pixels (self, row.dst, span[1], width);
    if (span[0] == span[1])
      continue;
    const VitrailResampleRow inside = { self,    row.u0,  row.v0,
                                        span[0], span[1], row.dst };
    function (&inside);
  }
}
