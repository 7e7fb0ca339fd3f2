/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Halving: see halve.h. */

#include "slide/halve.h"

void
vitrail_halve_rgb (const uint8_t *src,
                   size_t src_stride,
                   guint width,
                   guint height,
                   uint8_t *dst,
                   size_t dst_stride)
{
  guint pairs = width / 2;

  for (guint y = 0; y < (height + 1) / 2; y++) {
    const uint8_t *upper = src + (size_t) y * 2 * src_stride;
    const uint8_t *lower = 2 * y + 1 < height ? upper + src_stride : upper;
    uint8_t *out = dst + (size_t) y * dst_stride;
    for (size_t x = 0; x < pairs; x++)
      for (size_t c = 0; c < 3; c++)
        out[x * 3 + c] =
            (uint8_t) ((upper[x * 6 + c] + upper[x * 6 + 3 + c] +
                        lower[x * 6 + c] + lower[x * 6 + 3 + c] + 2) >>
                       2);
    for (size_t c = 0; width % 2 != 0 && c < 3; c++)
      out[(size_t) pairs * 3 + c] =
          (uint8_t) ((upper[(size_t) pairs * 6 + c] +
                      lower[(size_t) pairs * 6 + c] + 1) >>
                     1);
  }
}
