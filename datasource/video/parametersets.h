/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sequence parameter sets of H.264 (7.3.2.1.1) and H.265 (7.3.2.2.1), as far
 * as they are needed: up to the size of the pictures and how they are put in
 * order. */

#pragma once

#include "video/bits.h"

G_BEGIN_DECLS

#define VITRAIL_H264_MAX_CYCLE 255

/**
 * VitrailVideoFormat:
 * @profile, @constraints, @level: as they are coded; @constraints: the flags
 *   in one byte, H.264's alone
 * @chroma: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @bits: of a sample, the larger of luma's and chroma's
 * @width, @height: as shown, without what is cut off
 */
typedef struct {
  guint profile;
  guint constraints;
  guint level;
  guint chroma;
  guint bits;
  guint width;
  guint height;
} VitrailVideoFormat;

typedef struct {
  gboolean is_set;
  guint id;
  VitrailVideoFormat format;
  gboolean has_planes;
  gboolean is_progressive; /* frame_mbs_only_flag */
  guint frame_bits;
  guint order_type;
  guint order_bits;
  gboolean has_no_deltas;
  gint32 unreferenced_offset;
  guint cycle_length;
  gint32 cycle[VITRAIL_H264_MAX_CYCLE];
} VitrailH264Sps;

typedef struct {
  gboolean is_set;
  guint id;
  VitrailVideoFormat format;
  gboolean has_planes;
  guint n_sub_layers; /* beyond the first */
  guint order_bits;
} VitrailH265Sps;

/* @bits: behind the header of the unit. FALSE: cut off, or beyond what the
 * standard allows. */
gboolean vitrail_h264_sps_read (VitrailH264Sps *sps, VitrailVideoBits *bits);
gboolean vitrail_h265_sps_read (VitrailH265Sps *sps, VitrailVideoBits *bits);
/* Takes off what is not shown: the flag, and where set the four edges. */
void vitrail_video_crop (VitrailVideoFormat *format,
                         VitrailVideoBits *bits,
                         guint n_fields);

G_END_DECLS
