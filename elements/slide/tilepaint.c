/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures laid into others: see tilepaint.h. */

#include "slide/tilepaint.h"

#include <math.h>
#include <string.h>

/* Positions are numbers of 32.32 bits. */
#define FIXED_ONE 4294967296.0

/* The pixels of a row whose position slope * x + origin lies from @low to below
 * @high: narrows @span. The borders of neighbours are the same numbers, so no
 * pixel falls between them. */
static void
narrow (double slope, double origin, double low, double high, double span[2])
{
  if (slope == 0.0) {
    if (!(origin >= low && origin < high))
      span[1] = span[0];
    return;
  }
  const double at_low = (low - origin) / slope;
  const double at_high = (high - origin) / slope;
  const double first = slope > 0 ? ceil (at_low) : floor (at_high) + 1;
  const double end = slope > 0 ? ceil (at_high) : floor (at_low) + 1;
  span[0] = fmax (span[0], first);
  span[1] = fmin (span[1], end);
}

/* Red, green, blue and nothing. */
typedef guint32 Lanes __attribute__ ((vector_size (16)));

static inline Lanes
load (const uint8_t *rgb)
{
  return (Lanes){ rgb[0], rgb[1], rgb[2], 0 };
}

static inline void
mix_pixel (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  const gint64 left = CLAMP (u >> 32, 0, (gint64) self->width - 1);
  const gint64 top = CLAMP (v >> 32, 0, (gint64) self->height - 1);
  const size_t next = u >= 0 && left + 1 < self->width ? 3 : 0;
  const size_t below = v >= 0 && top + 1 < self->height ? self->src_stride : 0;
  const uint8_t *at =
      self->src + (size_t) top * self->src_stride + (size_t) left * 3;
  const guint32 x = (guint32) (u >> 24) & 255;
  const guint32 y = (guint32) (v >> 24) & 255;
  const Lanes upper = load (at) * (256 - x) + load (at + next) * x;
  const Lanes lower =
      load (at + below) * (256 - x) + load (at + below + next) * x;
  const Lanes mixed = (upper * (256 - y) + lower * y + 32768) >> 16;

  out[0] = (uint8_t) mixed[0];
  out[1] = (uint8_t) mixed[1];
  out[2] = (uint8_t) mixed[2];
}

static inline void
copy_pixel (const VitrailTilePaint *self, gint64 u, gint64 v, uint8_t *out)
{
  const gint64 left = CLAMP (u >> 32, 0, (gint64) self->width - 1);
  const gint64 top = CLAMP (v >> 32, 0, (gint64) self->height - 1);

  memcpy (out, self->src + (size_t) top * self->src_stride + (size_t) left * 3,
          3);
}

static gint64
to_fixed (double position)
{
  return (gint64) rint (position * FIXED_ONE);
}

void
vitrail_tile_paint_row (const VitrailTilePaint *self,
                        guint y,
                        guint n,
                        uint8_t *rgb)
{
  const double *a = self->affine;
  const double origin[2] = { a[1] * y + a[2], a[4] * y + a[5] };
  double span[2] = { 0, n };

  narrow (a[0], origin[0], self->low[0], self->high[0], span);
  narrow (a[3], origin[1], self->low[1], self->high[1], span);
  if (!(span[0] < span[1]))
    return;
  const guint first = (guint) span[0];
  const guint end = (guint) span[1];
  uint8_t *out = rgb + (size_t) first * 3;
  if (self->src == NULL) {
    for (guint x = first; x < end; x++, out += 3)
      memcpy (out, self->color, 3);
    return;
  }
  const gint64 half = (gint64) 1 << (self->is_nearest ? 31 : 23);
  const gint64 step_u = to_fixed (a[0]);
  const gint64 step_v = to_fixed (a[3]);
  gint64 u = to_fixed (a[0] * first + origin[0]) + half;
  gint64 v = to_fixed (a[3] * first + origin[1]) + half;
  for (guint x = first; x < end; x++, out += 3, u += step_u, v += step_v)
    if (self->is_nearest)
      copy_pixel (self, u, v, out);
    else
      mix_pixel (self, u, v, out);
}
