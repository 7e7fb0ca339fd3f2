/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of value representations (PS3.5 table 6.2-1). */

#include "dicom/vr.h"

#define K VITRAIL_VR_KNOWN
#define L (VITRAIL_VR_KNOWN | VITRAIL_VR_LONG)
#define T (VITRAIL_VR_KNOWN | VITRAIL_VR_TEXT)
#define C (T | VITRAIL_VR_CHARSET)
/* First letters A to U, second letters A to W. */
#define ROWS     21
#define COLUMNS  26
#define SLOT(vr) [((vr) >> 8) - 'A'][((vr) &0xff) - 'A']

static const VitrailVRInfo table[ROWS][COLUMNS] = {
  SLOT (VR_AE) = { T, 0 },
  SLOT (VR_AS) = { T, 0 },
  SLOT (VR_AT) = { K, 2 },
  SLOT (VR_CS) = { T, 0 },
  SLOT (VR_DA) = { T, 0 },
  SLOT (VR_DS) = { T, 0 },
  SLOT (VR_DT) = { T, 0 },
  SLOT (VR_FD) = { K, 8 },
  SLOT (VR_FL) = { K, 4 },
  SLOT (VR_IS) = { T, 0 },
  SLOT (VR_LO) = { C, 0 },
  SLOT (VR_LT) = { C | VITRAIL_VR_SINGLE | VITRAIL_VR_LEADING, 0 },
  SLOT (VR_OB) = { L, 1 },
  SLOT (VR_OD) = { L, 8 },
  SLOT (VR_OF) = { L, 4 },
  SLOT (VR_OL) = { L, 4 },
  SLOT (VR_OV) = { L, 8 },
  SLOT (VR_OW) = { L, 2 },
  SLOT (VR_PN) = { C, 0 },
  SLOT (VR_SH) = { C, 0 },
  SLOT (VR_SL) = { K, 4 },
  SLOT (VR_SQ) = { L, 0 },
  SLOT (VR_SS) = { K, 2 },
  SLOT (VR_ST) = { C | VITRAIL_VR_SINGLE | VITRAIL_VR_LEADING, 0 },
  SLOT (VR_SV) = { L, 8 },
  SLOT (VR_TM) = { T, 0 },
  SLOT (VR_UC) = { C | VITRAIL_VR_LONG | VITRAIL_VR_LEADING, 0 },
  SLOT (VR_UI) = { T, 0 },
  SLOT (VR_UL) = { K, 4 },
  SLOT (VR_UN) = { L, 0 },
  SLOT (VR_UR) = { T | VITRAIL_VR_LONG | VITRAIL_VR_SINGLE, 0 },
  SLOT (VR_US) = { K, 2 },
  SLOT (VR_UT) = { C | VITRAIL_VR_LONG | VITRAIL_VR_SINGLE | VITRAIL_VR_LEADING,
                   0 },
  SLOT (VR_UV) = { L, 8 },
};

const VitrailVRInfo *
vitrail_vr_info (VitrailVR vr)
{
  static const VitrailVRInfo unknown = { 0, 0 };
  unsigned row = (unsigned) (vr >> 8) - 'A';
  unsigned column = (unsigned) (vr & 0xff) - 'A';

  return row < ROWS && column < COLUMNS ? &table[row][column] : &unknown;
}

gboolean
vitrail_vr_is_bytes (VitrailVR vr)
{
  const VitrailVRInfo *info = vitrail_vr_info (vr);

  /* OB, OD, ..., UN have the long form of length and are no text. */
  return (info->flags & VITRAIL_VR_LONG) != 0 &&
         (info->flags & VITRAIL_VR_TEXT) == 0 && vr != VR_SQ && vr != VR_SV &&
         vr != VR_UV;
}

size_t
vitrail_vr_value_size (VitrailVR vr)
{
  return vr == VR_AT ? 4 : vitrail_vr_info (vr)->size;
}
