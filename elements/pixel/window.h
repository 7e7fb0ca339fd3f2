/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel behind dcmwindow: samples -> 8-bit grey or RGB by modality LUT,
 * VOI, presentation LUT or polarity, and colormap; or palette. Output is the
 * exact formula of PS3.3 C.11.2 in double, times 255, rounded to nearest with
 * ties to even, clamped. Padding is black. */

#pragma once

#include "pixel/view.h"

G_BEGIN_DECLS

/**
 * VitrailWindowLut: presentation and frame info boiled down to a table over all
 * sample values (8 or 16 bit), or to a linear map for wider samples. A value:
 * make it once per presentation and info, use it for any rows on any thread.
 */
typedef struct _VitrailWindowLut VitrailWindowLut;

/* @frame is read only where neither @presentation nor @info give a window (its
 * range is then used); it may be NULL then too (full range of bits stored).
 * @presentation may be NULL for the default. */
VitrailWindowLut *
vitrail_window_lut_new (const VitrailFrameInfo *info,
                        const VitrailPresentation *presentation,
                        const VitrailFrame *frame);
/* The same where only a part of the frame is at hand: @range is what
 * vitrail_window_get_range () said of the whole; NULL as above. */
VitrailWindowLut *
vitrail_window_lut_new_for_range (const VitrailFrameInfo *info,
                                  const VitrailPresentation *presentation,
                                  const double range[2]);
void vitrail_window_lut_free (VitrailWindowLut *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWindowLut, vitrail_window_lut_free)

/* Whether both infos give the same table: the frames of a series mostly do. */
gboolean vitrail_window_is_same_mapping (const VitrailFrameInfo *a,
                                         const VitrailFrameInfo *b);

/* Whether neither @presentation nor @info give a window, so that the range of
 * the samples decides. FALSE for colour and palettes. */
gboolean vitrail_window_needs_range (const VitrailFrameInfo *info,
                                     const VitrailPresentation *presentation);
/* Lowest and highest sample of @frame that is neither padding nor NaN; FALSE
 * when there is none, or for colour. */
gboolean vitrail_window_get_range (const VitrailFrame *frame,
                                   const VitrailFrameInfo *info,
                                   double range[2]);

/* 1: grey, 3: RGB (palette, colormap or colour). */
guint vitrail_window_lut_get_channels (const VitrailWindowLut *self);
/* Whether the bytes that come out are the bytes that go in. */
gboolean vitrail_window_lut_is_identity (const VitrailWindowLut *self);
/* What is wrong with the data's ICC profile, so that colours are as stored;
 * NULL mostly. */
const char *vitrail_window_lut_get_warning (const VitrailWindowLut *self);
/* What is applied, in values after the modality LUT; FALSE for colour. */
gboolean vitrail_window_lut_get_window (const VitrailWindowLut *self,
                                        double *center,
                                        double *width);

/**
 * VitrailWindowLayout:
 * @VITRAIL_WINDOW_GRAY: one byte; only where there is one channel
 * @VITRAIL_WINDOW_RGB: three bytes
 * @VITRAIL_WINDOW_RGBA: four bytes, the last is 255
 * @VITRAIL_WINDOW_BGRX: four bytes, the last is 255
 *
 * Pixels as a row of them comes out; grey ones repeat their level in each.
 */
typedef enum {
  VITRAIL_WINDOW_GRAY,
  VITRAIL_WINDOW_RGB,
  VITRAIL_WINDOW_RGBA,
  VITRAIL_WINDOW_BGRX,
} VitrailWindowLayout;

/* One row of @n pixels in @layout of which span[0] <= x < span[1] show the
 * image: black beside it, also where the picture is inverted. */
void vitrail_window_row_as (const VitrailWindowLut *self,
                            VitrailWindowLayout layout,
                            const void *samples,
                            uint8_t *out,
                            size_t n,
                            const guint span[2]);

/* One row of @n pixels: @samples as in a normalized frame of the info's format
 * -> grey bytes or RGB bytes. */
void vitrail_window_row (const VitrailWindowLut *self,
                         const void *samples,
                         uint8_t *out,
                         size_t n);
/* vitrail_window_row () in plain C: the judge. */
void vitrail_window_row_c (const VitrailWindowLut *self,
                           const void *samples,
                           uint8_t *out,
                           size_t n);

G_END_DECLS
