/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel that gives 16-bit colour the fourth channel of RGBA64. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* @n pixels: R G B -> R G B 65535. The rows do not overlap. */
void vitrail_widen_row (const uint16_t *restrict rgb,
                        uint16_t *restrict rgba,
                        size_t n);
