/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* 16-bit colour with an opaque alpha: see widen.h. */

#include "decode/widen.h"

void
vitrail_widen_row (const uint16_t *restrict rgb,
                   uint16_t *restrict rgba,
                   size_t n)
{
  for (size_t i = 0; i < n; i++) {
    rgba[4 * i] = rgb[3 * i];
    rgba[4 * i + 1] = rgb[3 * i + 1];
    rgba[4 * i + 2] = rgb[3 * i + 2];
    rgba[4 * i + 3] = 65535;
  }
}
