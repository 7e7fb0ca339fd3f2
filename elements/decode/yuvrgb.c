/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Luma and chroma to RGB: see yuvrgb.h. */

#include "decode/yuvrgb.h"

#include <math.h>

#define BITS 16
#define ONE  (1 << BITS)

static gint32
to_fixed (double value)
{
  return (gint32) lround (value * ONE);
}

void
vitrail_yuv_matrix_init (VitrailYuvMatrix *self,
                         double kr,
                         double kb,
                         gboolean is_full)
{
  const double kg = 1 - kr - kb;
  const double luma = is_full ? 1 : 255.0 / 219;
  const double chroma = is_full ? 1 : 255.0 / 224;

  self->luma = to_fixed (luma);
  self->red_v = to_fixed (2 * (1 - kr) * chroma);
  self->green_u = to_fixed (-2 * (1 - kb) * kb / kg * chroma);
  self->green_v = to_fixed (-2 * (1 - kr) * kr / kg * chroma);
  self->blue_u = to_fixed (2 * (1 - kb) * chroma);
  self->black = is_full ? 0 : 16;
}

static guint8
to_byte (gint32 value)
{
  value >>= BITS;
  return (guint8) CLAMP (value, 0, 255);
}

void
vitrail_yuv_to_rgb_c (const VitrailYuvMatrix *self,
                      const guint8 *const yuv[3],
                      guint width,
                      guint shift,
                      guint8 *rgb)
{
  const guint8 *luma = yuv[0];
  const gint32 grey = 128;

  for (guint x = 0; x < width; x++) {
    gint32 u = yuv[1][x >> shift] - grey;
    gint32 v = yuv[2][x >> shift] - grey;
    gint32 y = (luma[x] - self->black) * self->luma + ONE / 2;
    guint8 *pixel = rgb + (gsize) x * 3;
    pixel[0] = to_byte (y + self->red_v * v);
    pixel[1] = to_byte (y + self->green_u * u + self->green_v * v);
    pixel[2] = to_byte (y + self->blue_u * u);
  }
}

void
vitrail_yuv_to_rgb (const VitrailYuvMatrix *self,
                    const guint8 *const yuv[3],
                    guint width,
                    guint shift,
                    guint8 *rgb)
{
  const guint done = vitrail_yuv_to_rgb_fast (self, yuv, width, shift, rgb);
  /* A multiple of what shares a sample. */
  const guint8 *const rest[3] = { yuv[0] + done, yuv[1] + (done >> shift),
                                  yuv[2] + (done >> shift) };

  vitrail_yuv_to_rgb_c (self, rest, width - done, shift,
                        rgb + (gsize) done * 3);
}
