/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each value representation means for reading and writing (PS3.5 6.2).
 * Internal to datasource/dicom. */

#pragma once

#include "dicom/tag.h"

G_BEGIN_DECLS

/* The VRs as constants for switch. */
#define VR_AE ('A' << 8 | 'E')
#define VR_AS ('A' << 8 | 'S')
#define VR_AT ('A' << 8 | 'T')
#define VR_CS ('C' << 8 | 'S')
#define VR_DA ('D' << 8 | 'A')
#define VR_DS ('D' << 8 | 'S')
#define VR_DT ('D' << 8 | 'T')
#define VR_FD ('F' << 8 | 'D')
#define VR_FL ('F' << 8 | 'L')
#define VR_IS ('I' << 8 | 'S')
#define VR_LO ('L' << 8 | 'O')
#define VR_LT ('L' << 8 | 'T')
#define VR_OB ('O' << 8 | 'B')
#define VR_OD ('O' << 8 | 'D')
#define VR_OF ('O' << 8 | 'F')
#define VR_OL ('O' << 8 | 'L')
#define VR_OV ('O' << 8 | 'V')
#define VR_OW ('O' << 8 | 'W')
#define VR_PN ('P' << 8 | 'N')
#define VR_SH ('S' << 8 | 'H')
#define VR_SL ('S' << 8 | 'L')
#define VR_SQ ('S' << 8 | 'Q')
#define VR_SS ('S' << 8 | 'S')
#define VR_ST ('S' << 8 | 'T')
#define VR_SV ('S' << 8 | 'V')
#define VR_TM ('T' << 8 | 'M')
#define VR_UC ('U' << 8 | 'C')
#define VR_UI ('U' << 8 | 'I')
#define VR_UL ('U' << 8 | 'L')
#define VR_UN ('U' << 8 | 'N')
#define VR_UR ('U' << 8 | 'R')
#define VR_US ('U' << 8 | 'S')
#define VR_UT ('U' << 8 | 'T')
#define VR_UV ('U' << 8 | 'V')

/**
 * VitrailVRFlags:
 * @VITRAIL_VR_KNOWN: one of PS3.5's; 0 for any other two bytes
 * @VITRAIL_VR_LONG: explicit length field of 32 bits after two reserved bytes
 * @VITRAIL_VR_TEXT: a string; else binary, a sequence or unknown bytes
 * @VITRAIL_VR_CHARSET: text in the Specific Character Set
 * @VITRAIL_VR_SINGLE: backslash is an ordinary character
 * @VITRAIL_VR_LEADING: leading spaces are significant
 */
typedef enum {
  VITRAIL_VR_KNOWN = 1 << 0,
  VITRAIL_VR_LONG = 1 << 1,
  VITRAIL_VR_TEXT = 1 << 2,
  VITRAIL_VR_CHARSET = 1 << 3,
  VITRAIL_VR_SINGLE = 1 << 4,
  VITRAIL_VR_LEADING = 1 << 5,
} VitrailVRFlags;

/**
 * VitrailVRInfo:
 * @flags: VitrailVRFlags
 * @size: bytes of one binary number, in which byte order matters; 1 for OB, 0
 *   for text, SQ and UN. AT is two numbers of 2.
 */
typedef struct {
  uint8_t flags;
  uint8_t size;
} VitrailVRInfo;

/* Never NULL; all zero for what is no VR. */
const VitrailVRInfo *vitrail_vr_info (VitrailVR vr);
/* Neither text nor numbers nor items: OB, OD, ..., UN. */
gboolean vitrail_vr_is_bytes (VitrailVR vr);

/* Bytes of one value: those of the number, 4 for AT; 0 where there are no
 * binary numbers. */
size_t vitrail_vr_value_size (VitrailVR vr);

/* TRUE for attributes that are US or SS by Pixel Representation. */
gboolean vitrail_dictionary_is_us_or_ss (VitrailTag tag);

G_END_DECLS
