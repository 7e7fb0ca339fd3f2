/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Picture parameter sets of H.264 (7.3.2.2), and what a slice header says of
 * the pictures that are kept (7.3.3.1 to 7.3.3.3). */

#pragma once

#include "video/parametersets.h"

G_BEGIN_DECLS

/**
 * VitrailH264Pps:
 * @has_bottom: slices may say where the bottom field stands in the order
 * @is_cut: what is behind @has_bottom is not known; groups of slices, which no
 *   profile of DICOM's has, or a set that was cut off
 * @n_references: of each list, where a slice says nothing else
 */
typedef struct {
  gboolean is_set;
  gboolean has_bottom;
  gboolean is_cut;
  gboolean has_redundant;
  gboolean weighs_p;
  gboolean weighs_b;
  guint8 sps;
  guint n_references[2];
} VitrailH264Pps;

/* Slice types (table 7-6) modulo 5. */
typedef enum {
  VITRAIL_H264_SLICE_P,
  VITRAIL_H264_SLICE_B,
  VITRAIL_H264_SLICE_I,
  VITRAIL_H264_SLICE_SP,
  VITRAIL_H264_SLICE_SI,
} VitrailH264SliceType;

/* @bits: behind the header of the unit. FALSE: beyond what the standard allows,
 * or without its beginning. @id: of the set, below 256. */
gboolean
vitrail_h264_pps_read (VitrailH264Pps *pps, guint *id, VitrailVideoBits *bits);

/* Whether a slice of a reference picture that is no IDR picture resets all
 * counts (memory management control operation 5). @bits: behind the order
 * count. FALSE where that cannot be read. */
gboolean vitrail_h264_slice_resets (const VitrailH264Sps *sps,
                                    const VitrailH264Pps *pps,
                                    VitrailH264SliceType type,
                                    VitrailVideoBits bits);

G_END_DECLS
