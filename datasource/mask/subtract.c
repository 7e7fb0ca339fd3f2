/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Subtraction of pictures: see subtract.h. */

#include "mask/subtract.h"

#include <math.h>

void
vitrail_mask_sum_clear (VitrailMaskSum *self)
{
  g_clear_pointer (&self->samples, g_free);
  self->n = 0;
}

static gboolean
fits (const VitrailMaskSum *self, const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;

  return format->samples == 1 && !format->is_float &&
         (format->bits_allocated == 8 || format->bits_allocated == 16) &&
         (self->samples == NULL ||
          (format->width == self->width && format->height == self->height));
}

static float
look_up (const VitrailLut *lut, float value)
{
  const int at = (int) value - lut->first;

  return lut->values[CLAMP (at, 0, (int) lut->n_entries - 1)];
}

/* Stored values of a row. */
static void
read_row (const VitrailFrame *frame, guint y, float *values)
{
  const float offset = (float) frame->sample_offset;
  const guint8 *row = frame->data + y * frame->stride;
  const gsize width = frame->format.width;

  if (frame->format.bits_allocated == 8)
    for (gsize x = 0; x < width; x++)
      values[x] = (float) row[x] - offset;
  else
    for (gsize x = 0; x < width; x++)
      values[x] = (float) (row[2 * x] | row[2 * x + 1] << 8) - offset;
}

gboolean
vitrail_mask_sum_add (VitrailMaskSum *self,
                      const VitrailFrame *frame,
                      const VitrailLut *lut,
                      double gain)
{
  if (!fits (self, frame))
    return FALSE;
  self->width = frame->format.width;
  self->height = frame->format.height;
  if (self->samples == NULL)
    self->samples = g_try_new0 (float, (gsize) self->width * self->height);
  if (self->samples == NULL)
    return FALSE;
  g_autofree float *values = g_new (float, self->width);
  for (guint y = 0; y < self->height; y++) {
    float *sums = self->samples + (gsize) y * self->width;
    read_row (frame, y, values);
    for (guint x = 0; x < self->width && lut != NULL; x++)
      values[x] = look_up (lut, values[x]);
    for (guint x = 0; x < self->width; x++)
      sums[x] += values[x] * (float) gain;
  }
  self->n++;
  return TRUE;
}

/* Between which two pixels of @n what is shifted to @at comes from; the share
 * of the second. */
static float
find_source (guint at, double shift, guint n, guint *first, guint *second)
{
  const double last = (double) n - 1;
  const double place = CLAMP ((double) at - shift, 0, last);
  const double below = floor (place);

  *first = (guint) below;
  *second = MIN (*first + 1, n - 1);
  return (float) (place - below);
}

static void
take_mask_row (const VitrailMaskSum *mask,
               const double shift[2],
               guint y,
               float *row)
{
  guint top = 0;
  guint bottom = 0;
  const float down = find_source (y, shift[0], mask->height, &top, &bottom);
  const float *above = mask->samples + (gsize) top * mask->width;
  const float *below = mask->samples + (gsize) bottom * mask->width;

  for (guint x = 0; x < mask->width; x++) {
    guint left = 0;
    guint right = 0;
    const float along = find_source (x, shift[1], mask->width, &left, &right);
    const float upper = above[left] + along * (above[right] - above[left]);
    const float lower = below[left] + along * (below[right] - below[left]);
    row[x] = upper + down * (lower - upper);
  }
}

void
vitrail_mask_subtract (const VitrailMaskSum *contrast,
                       const VitrailMaskSum *mask,
                       const double shift[2],
                       double scale,
                       gint16 *out)
{
  const float by = (float) (scale / contrast->n);
  const float less = mask != NULL ? (float) (scale / mask->n) : 0;
  g_autofree float *row = g_new0 (float, contrast->width);

  for (guint y = 0; y < contrast->height; y++) {
    const gsize start = (gsize) y * contrast->width;
    if (mask != NULL)
      take_mask_row (mask, shift, y, row);
    for (guint x = 0; x < contrast->width; x++) {
      const float value = contrast->samples[start + x] * by - row[x] * less;
      out[start + x] =
          (gint16) lrintf (CLAMP (value, (float) G_MININT16, G_MAXINT16));
    }
  }
}
