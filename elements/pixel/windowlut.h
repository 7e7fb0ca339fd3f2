/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a VitrailWindowLut holds: shared by window.c, which makes it, and
 * windowrow.c, which applies it. */

#pragma once

#include "pixel/window.h"

G_BEGIN_DECLS

/* Value -> grey level times 255 (PS3.3 C.11.2). */
typedef struct {
  VitrailVoiFunction function;
  double center;
  double width;
} VitrailVoi;

/**
 * VitrailWindowLut:
 * @samples, @sample_bytes, @is_float: of one input pixel
 * @channels: bytes of one output pixel
 * @modality_lut, @voi_lut: own copies; in the place of slope and intercept,
 *   and of @voi; or NULL
 * @table: grey level of each sample, 256 or 65,536; NULL for wider samples
 * @identity: @table changes nothing
 * @arithmetic: the fast path below gives what @table does, which was tried for
 *   every sample: round ((sample - base) * scale + bias) ^ flip
 * @palette: n_entries RGB triples; entry 0 is for the sample palette_first
 */
struct _VitrailWindowLut {
  guint samples;
  guint sample_bytes;
  gboolean is_float;
  guint channels;
  gboolean has_window;
  double sample_offset;
  double slope;
  double intercept;
  VitrailVoi voi;
  VitrailLut *modality_lut;
  VitrailLut *voi_lut;
  gboolean invert;
  uint8_t *table;
  gboolean identity;
  gboolean arithmetic;
  int32_t base;
  float scale;
  float bias;
  uint8_t flip;
  uint8_t *palette;
  gint64 palette_first;
  gint64 n_entries;
};

/* The formula, for one sample. */
uint8_t vitrail_window_lut_eval (const VitrailWindowLut *self, double sample);

/* The arithmetic path alone, for 8 and 16-bit grey; FALSE when this processor
 * has no such path. Does the first multiple of 16 of @n. */
gboolean vitrail_window_row_arithmetic (const VitrailWindowLut *self,
                                        const void *samples,
                                        uint8_t *out,
                                        size_t n);

G_END_DECLS
