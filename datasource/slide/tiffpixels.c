/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples of TIFF to pixels: see tiffpixels.h. */

#include "slide/tiffpixels.h"

#include <string.h>

/* Sample @index of the pixel at @pixel. */
static inline unsigned
get_sample (const VitrailTiffRow *row, const uint8_t *pixel, unsigned index)
{
  uint16_t wide;

  if (row->sample_bytes == 1)
    return pixel[index];
  memcpy (&wide, pixel + (size_t) index * 2, sizeof wide);
  return row->is_swapped ? (unsigned) ((wide >> 8 | wide << 8) & 0xffff) : wide;
}

static inline uint8_t
to_byte (const VitrailTiffRow *row, unsigned sample)
{
  return (uint8_t) (row->sample_bytes == 1 ? sample : (sample + 128) / 257);
}

/* A grey sample as a number from 0. */
static inline unsigned
get_grey (const VitrailTiffRow *row, const uint8_t *pixel)
{
  unsigned sample = get_sample (row, pixel, row->channel);

  if (row->is_signed)
    sample ^= row->sample_bytes == 1 ? 0x80u : 0x8000u;
  return sample;
}

static inline uint8_t
blend (unsigned value, unsigned alpha, unsigned kind, unsigned background)
{
  unsigned rest = (background * (255 - alpha) + 127) / 255;

  if (kind == 2)
    value = (value * alpha + 127) / 255;
  return (uint8_t) (value + rest > 255 ? 255 : value + rest);
}

static void
add_alpha (const VitrailTiffRow *row,
           uint8_t *rgb,
           size_t n_pixels,
           const uint8_t background[3])
{
  size_t step = (size_t) row->n_samples * row->sample_bytes;
  unsigned index = row->is_grey ? 1 : 3;

  for (size_t i = 0; i < n_pixels; i++) {
    unsigned alpha =
        to_byte (row, get_sample (row, row->data + i * step, index));
    for (unsigned c = 0; alpha < 255 && c < 3; c++)
      rgb[i * 3 + c] = blend (rgb[i * 3 + c], alpha, row->alpha, background[c]);
  }
}

static void
grey_to_rgb (const VitrailTiffRow *row, uint8_t *rgb, size_t n_pixels)
{
  size_t step = (size_t) row->n_samples * row->sample_bytes;
  unsigned shift = row->bits > 8 ? row->bits - 8 : 0;

  for (size_t i = 0; i < n_pixels; i++) {
    unsigned value = get_grey (row, row->data + i * step) >> shift;
    value = value > 255 ? 255 : value;
    memset (rgb + i * 3, (int) (row->is_inverted ? 255 - value : value), 3);
  }
}

static void
colours_to_rgb (const VitrailTiffRow *row, uint8_t *rgb, size_t n_pixels)
{
  size_t step = (size_t) row->n_samples * row->sample_bytes;

  if (row->sample_bytes == 1) {
    for (size_t i = 0; i < n_pixels; i++)
      memcpy (rgb + i * 3, row->data + i * step, 3);
    return;
  }
  for (size_t i = 0; i < n_pixels; i++)
    for (unsigned c = 0; c < 3; c++)
      rgb[i * 3 + c] = to_byte (row, get_sample (row, row->data + i * step, c));
}

void
vitrail_tiff_row_to_rgb (const VitrailTiffRow *row,
                         uint8_t *rgb,
                         size_t n_pixels,
                         const uint8_t background[3])
{
  if (row->is_grey)
    grey_to_rgb (row, rgb, n_pixels);
  else if (row->n_samples == 3 && row->sample_bytes == 1)
    memcpy (rgb, row->data, n_pixels * 3);
  else
    colours_to_rgb (row, rgb, n_pixels);
  if (row->alpha != 0)
    add_alpha (row, rgb, n_pixels, background);
}

void
vitrail_tiff_row_to_samples (const VitrailTiffRow *row,
                             uint16_t *samples,
                             size_t n_pixels)
{
  size_t step = (size_t) row->n_samples * row->sample_bytes;

  for (size_t i = 0; i < n_pixels; i++)
    samples[i] = (uint16_t) get_grey (row, row->data + i * step);
}

void
vitrail_tiff_rgba_to_rgb (const uint32_t *rgba,
                          uint8_t *rgb,
                          size_t n_pixels,
                          const uint8_t background[3])
{
  for (size_t i = 0; i < n_pixels; i++) {
    uint32_t pixel = rgba[i];
    unsigned alpha = pixel >> 24;
    for (unsigned c = 0; c < 3; c++) {
      unsigned value = (pixel >> (8 * c)) & 255;
      rgb[i * 3 + c] = alpha == 255 ? (uint8_t) value
                                    : blend (value, alpha, 1, background[c]);
    }
  }
}
