/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel that turns 8-bit YBR_FULL into RGB. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* @n interleaved pixels; @out may be @in. The inverse of PS3.3 C.7.6.3.1.2 for
 * YBR_FULL (and ICT, which is the same matrix): R = Y + 1.402 (Cr - 128), B = Y
 * + 1.772 (Cb - 128), and G so that 0.299 R + 0.587 G + 0.114 B = Y; rounded to
 * nearest, halves up, clamped. */
void vitrail_ybr_full_to_rgb (const uint8_t *in, uint8_t *out, size_t n);
/* The same in plain C: the judge. */
void vitrail_ybr_full_to_rgb_c (const uint8_t *in, uint8_t *out, size_t n);

G_END_DECLS
