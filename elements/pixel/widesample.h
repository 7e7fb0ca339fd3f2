/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples of 32 and 64 bits as numbers. */

#pragma once

#include <glib.h>

#include <stdint.h>
#include <string.h>

/* The sample of @bytes (4 or 8) at @at, at any address. */
static inline double
vitrail_read_wide_sample (const uint8_t *at, size_t bytes, gboolean is_float)
{
  union {
    uint32_t u32;
    uint64_t u64;
    float f32;
    double f64;
  } v;

  memcpy (&v, at, bytes);
  if (bytes == 4)
    return is_float ? (double) v.f32 : (double) v.u32;
  return is_float ? v.f64 : (double) v.u64;
}
