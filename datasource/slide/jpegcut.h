/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Baseline JPEG cut into tiles without decoding: the quantized coefficients of
 * its blocks are coded anew, none of them changed. For pictures of any size
 * whose restart intervals (ISO/IEC 10918-1 B.2.4.4) can be found. */

#pragma once

#include "slide/jpegtile.h"

G_BEGIN_DECLS

/**
 * VitrailJpegHead:
 * @data, @length: from SOI to the end of the first scan's header; borrowed
 * @size_at: where @data holds the lines and samples a line
 * @interval_at: where it holds the restart interval; 0: nowhere
 * @width, @height: as it says; what is too large for it is said as 0 or as
 *   something else
 * @mcu_width, @mcu_height: pixels
 * @interval: MCUs, 0: none
 *
 * The head of a picture that can be cut: Huffman coded, 8 bits, all components
 * in one scan.
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  size_t size_at;
  size_t interval_at;
  guint width;
  guint height;
  guint mcu_width;
  guint mcu_height;
  guint n_components;
  guint interval;
} VitrailJpegHead;

/* FALSE when it is not such a head, or not in the first @length bytes. */
gboolean vitrail_jpeg_head_read (VitrailJpegHead *self,
                                 const uint8_t *data,
                                 size_t length);

/**
 * VitrailJpegBand:
 * @mcus: across
 * @rows: of MCUs
 * @parts: entropy coded bytes without markers between them: of all MCUs, or of
 *   each row of them
 * @n_parts: 1 or @rows
 *
 * What is cut at a time.
 */
typedef struct {
  const VitrailJpegHead *head;
  guint mcus;
  guint rows;
  const VitrailJpegPart *parts;
  guint n_parts;
} VitrailJpegBand;

/* @band as tiles of @tile_width x @tile_height, multiples of an MCU, from left
 * to right, then down; below and right of it what lies at its edges is
 * repeated: (element-type GBytes). Each stream states its colour model. NULL
 * with VITRAIL_ERROR_CORRUPT or _LIMIT, without a name. */
GPtrArray *vitrail_jpeg_cut (const VitrailJpegBand *band,
                             guint tile_width,
                             guint tile_height,
                             GError **error);

/* Any JPEG stream of 8 bits as a baseline stream of the same coefficients; NULL
 * as above. */
GBytes *vitrail_jpeg_to_baseline (GBytes *jpeg, GError **error);

G_END_DECLS
