/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Markers of JPEG 2000 code streams (ISO 15444-1 A, 15444-15 A), and numbers
 * appended to one. */

#pragma once

#include <glib.h>

#include <stdint.h>

enum {
  MARKER_SOC = 0xff4f,
  MARKER_CAP = 0xff50,
  MARKER_SIZ = 0xff51,
  MARKER_COD = 0xff52,
  MARKER_COC = 0xff53,
  MARKER_TLM = 0xff55,
  MARKER_PRF = 0xff56,
  MARKER_PLM = 0xff57,
  MARKER_PLT = 0xff58,
  MARKER_CPF = 0xff59,
  MARKER_QCD = 0xff5c,
  MARKER_QCC = 0xff5d,
  MARKER_RGN = 0xff5e,
  MARKER_POC = 0xff5f,
  MARKER_PPM = 0xff60,
  MARKER_PPT = 0xff61,
  MARKER_CRG = 0xff63,
  MARKER_COM = 0xff64,
  MARKER_SOT = 0xff90,
  MARKER_SOD = 0xff93,
  MARKER_EOC = 0xffd9,
};

/* SIZ without components, from its length on. */
#define SIZ_FIXED_BYTES 38
/* SOT with its marker. */
#define SOT_BYTES 12
/* Of the coding style: sizes of precincts follow. */
#define STYLE_PRECINCTS 0x01

static inline void
vitrail_j2k_put_u16 (GByteArray *out, guint value)
{
  const uint8_t data[] = { (uint8_t) (value >> 8), (uint8_t) value };

  g_byte_array_append (out, data, sizeof data);
}

static inline void
vitrail_j2k_put_u32 (GByteArray *out, guint value)
{
  vitrail_j2k_put_u16 (out, value >> 16);
  vitrail_j2k_put_u16 (out, value & 0xffffu);
}
