/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernels: rows of samples as TIFF has them -> RGB of 8 bits, or one sample a
 * pixel. No allocation, no state. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * VitrailTiffRow:
 * @data: the first pixel
 * @n_samples: of a pixel, side by side
 * @sample_bytes: 1 or 2
 * @is_swapped: 16-bit samples are not in this machine's order
 * @is_grey: the first sample is grey, else the first three are RGB
 * @is_inverted: of grey, 0 is white
 * @is_signed: 2^(bits - 1) is added
 * @bits: of a grey sample
 * @alpha: the sample behind the colours: 0 is none, 1 associated, 2 not
 * @channel: of which samples are wanted, or which is grey
 */
typedef struct {
  const uint8_t *data;
  unsigned n_samples;
  unsigned sample_bytes;
  int is_swapped;
  int is_grey;
  int is_inverted;
  int is_signed;
  unsigned bits;
  unsigned alpha;
  unsigned channel;
} VitrailTiffRow;

/* Colour of 16 bits: (v + 128) / 257, as libtiff does; grey: its upper 8 bits,
 * as everywhere here. Alpha goes over @background. */
void vitrail_tiff_row_to_rgb (const VitrailTiffRow *row,
                              uint8_t *rgb,
                              size_t n_pixels,
                              const uint8_t background[3]);
void vitrail_tiff_row_to_samples (const VitrailTiffRow *row,
                                  uint16_t *samples,
                                  size_t n_pixels);
/* Premultiplied RGBA as libtiff packs it (R in the lowest byte). */
void vitrail_tiff_rgba_to_rgb (const uint32_t *rgba,
                               uint8_t *rgb,
                               size_t n_pixels,
                               const uint8_t background[3]);
