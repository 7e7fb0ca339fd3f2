/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers as bytes in either order, at any address. */

#pragma once

#include <glib.h>

#include <stdint.h>

static inline uint16_t
vitrail_read_u16 (const uint8_t *p, gboolean big_endian)
{
  return (uint16_t) (big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static inline uint32_t
vitrail_read_u32 (const uint8_t *p, gboolean big_endian)
{
  return big_endian ? (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16 |
                          (uint32_t) p[2] << 8 | p[3]
                    : (uint32_t) p[3] << 24 | (uint32_t) p[2] << 16 |
                          (uint32_t) p[1] << 8 | p[0];
}

static inline uint64_t
vitrail_read_u64 (const uint8_t *p, gboolean big_endian)
{
  uint64_t first = vitrail_read_u32 (p, big_endian);
  uint64_t second = vitrail_read_u32 (p + 4, big_endian);
  return big_endian ? first << 32 | second : second << 32 | first;
}
