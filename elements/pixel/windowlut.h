/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a VitrailWindowLut holds: shared by window.c, which makes it, and
 * windowrow.c, which applies it. */

#pragma once

#include "pixel/icc.h"
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
 * @channels: 1 for grey levels, 3 for colours
 * @modality_lut, @voi_lut: own copies; in the place of slope and intercept,
 *   and of @voi; or NULL
 * @presentation_lut: own copy, after VOI; or NULL
 * @padding: samples from .. to that are black; none where they are NaN
 * @table: grey level of each sample, 256 or 65,536; NULL for wider samples
 * @identity: @table changes nothing
 * @arithmetic: the fast path below gives what @table does, which was tried for
 *   every sample: round ((sample - base) * scale + bias) ^ flip, and, where
 *   @mask, black from @mask_first to @mask_first + @mask_more
 * @calibration: of the display, for grey levels; or NULL
 * @transform: to the display's colours, for colours of the data; or NULL
 * @warning: why there is none, where there should be; or NULL
 * @colors: of the 256 grey levels, R G B 255; or NULL
 * @palette: n_entries of R G B 255; entry 0 is for the sample palette_first
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
  VitrailLut *presentation_lut;
  double padding[2];
  gboolean invert;
  uint8_t *table;
  gboolean identity;
  gboolean arithmetic;
  int32_t base;
  float scale;
  float bias;
  uint8_t flip;
  gboolean mask;
  uint16_t mask_first;
  uint16_t mask_more;
  const VitrailCalibration *calibration;
  VitrailColorTransform *transform;
  char *warning;
  uint8_t *colors;
  uint8_t *palette;
  gint64 palette_first;
  gint64 n_entries;
};

/* The formula, for one sample. */
uint8_t vitrail_window_lut_eval (const VitrailWindowLut *self, double sample);

/* The data's VOI LUT that counts: the one chosen, unless a person has set a
 * window; or NULL. */
const VitrailLut *
vitrail_window_find_voi_lut (const VitrailFrameInfo *info,
                             const VitrailPresentation *presentation);
/* The window that counts where there is no such LUT; FALSE: neither the
 * presentation nor the data have one. */
gboolean vitrail_window_find (const VitrailFrameInfo *info,
                              const VitrailPresentation *presentation,
                              VitrailVoi *voi);
gboolean vitrail_window_has_palette (const VitrailFrameInfo *info);

static inline gboolean
vitrail_window_lut_is_padding (const VitrailWindowLut *self, double sample)
{
  return sample >= self->padding[0] && sample <= self->padding[1];
}

/* @n RGB pixels of the data, in place, as the display is to have them. */
void vitrail_window_transform_colors (const VitrailWindowLut *self,
                                      uint8_t *rgb,
                                      size_t n);

/* @n grey levels of a grey picture, or RGB bytes of one in colour: without
 * colormap, not for palettes. */
void vitrail_window_levels (const VitrailWindowLut *self,
                            const void *samples,
                            uint8_t *out,
                            size_t n);
/* Plain C: the judge of the above. */
void vitrail_window_levels_c (const VitrailWindowLut *self,
                              const void *samples,
                              uint8_t *out,
                              size_t n);

/* vitrail_window_row_as () of a whole row in plain C: the judge. */
void vitrail_window_row_as_c (const VitrailWindowLut *self,
                              VitrailWindowLayout layout,
                              const void *samples,
                              uint8_t *out,
                              size_t n);

/* The arithmetic path alone, for 8 and 16-bit grey; FALSE when this processor
 * has no such path. Does the first multiple of 16 of @n. */
gboolean vitrail_window_row_arithmetic (const VitrailWindowLut *self,
                                        const void *samples,
                                        uint8_t *out,
                                        size_t n);

G_END_DECLS
