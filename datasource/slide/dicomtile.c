/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of DICOM slides: see dicomtile.h. */

#include "slide/dicomtile.h"

#include "codec/codec.h"
#include "error.h"
#include "slide/jpegtile.h"

#include <string.h>

#define JPEG_BASELINE "1.2.840.10008.1.2.4.50"
#define J2K_LOSSLESS  "1.2.840.10008.1.2.4.90"
#define J2K           "1.2.840.10008.1.2.4.91"

static VitrailTileCoding
get_coding (VitrailInstance *instance, VitrailPixelFormat *format)
{
  const char *syntax = vitrail_instance_get_transfer_syntax (instance);

  /* A polarity that only the header tells would be lost. */
  if (!vitrail_instance_get_pixel_format (instance, format, NULL) ||
      format->photometric == VITRAIL_PHOTOMETRIC_MONOCHROME1 ||
      format->photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    return VITRAIL_TILE_NONE;
  if (strcmp (syntax, JPEG_BASELINE) == 0)
    return VITRAIL_TILE_JPEG;
  if (strcmp (syntax, J2K_LOSSLESS) == 0 || strcmp (syntax, J2K) == 0)
    return VITRAIL_TILE_JPEG2000;
  return VITRAIL_TILE_NONE;
}

GBytes *
vitrail_dicom_tile_ref_stored (VitrailInstance *instance,
                               guint frame,
                               VitrailTileCoding *coding,
                               GError **error)
{
  VitrailPixelFormat format;

  *coding = get_coding (instance, &format);
  if (*coding == VITRAIL_TILE_NONE)
    return NULL;
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, frame, NULL, error);
  if (bytes == NULL || *coding != VITRAIL_TILE_JPEG)
    return g_steal_pointer (&bytes);
  GBytes *complete =
      vitrail_jpeg_tile_state_colour (bytes, format.photometric !=
                                                 VITRAIL_PHOTOMETRIC_RGB);
  if (complete == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: frame %u: not a JPEG stream",
                 vitrail_instance_get_name (instance), frame);
  return complete;
}

/* One row of normalized samples, grey or colour, as RGB of 8 bits. */
static void
row_to_rgb (const VitrailFrame *frame, guint row, uint8_t *rgb, guint n_pixels)
{
  const VitrailPixelFormat *format = &frame->format;
  const uint8_t *samples = frame->data + (size_t) row * frame->stride;
  gboolean inverted = format->photometric == VITRAIL_PHOTOMETRIC_MONOCHROME1;
  guint shift = format->bits_stored > 8 ? format->bits_stored - 8 : 0;

  if (format->samples >= 3 && format->bits_allocated == 8) {
    for (guint x = 0; x < n_pixels; x++)
      memcpy (rgb + (size_t) x * 3, samples + (size_t) x * format->samples, 3);
    return;
  }
  for (guint x = 0; x < n_pixels; x++) {
    const uint8_t *wide = samples + (size_t) x * 2;
    uint8_t value = samples[x];
    if (format->bits_allocated == 16)
      value = (uint8_t) ((wide[0] | wide[1] << 8) >> shift);
    memset (rgb + (size_t) x * 3, inverted ? 255 - value : value, 3);
  }
}

static gboolean
check_frame (const VitrailFrame *frame,
             const VitrailSlideLevel *level,
             const char *name,
             guint number,
             GError **error)
{
  const VitrailPixelFormat *format = &frame->format;

  if (format->width != level->tile_width ||
      format->height != level->tile_height) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: frame %u: %u x %u pixels, not %u x %u", name, number,
                 format->width, format->height, level->tile_width,
                 level->tile_height);
    return FALSE;
  }
  if ((format->samples >= 3 && format->bits_allocated == 8) ||
      (format->samples == 1 && format->bits_allocated <= 16 &&
       format->photometric != VITRAIL_PHOTOMETRIC_PALETTE_COLOR))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: frame %u: %u samples of %u bits in a slide", name, number,
               format->samples, format->bits_allocated);
  return FALSE;
}

/* JPEG in colour goes straight to RGB, with the result of whoever is handed the
 * stored tile. What is unusual or broken is left to the codec. */
static gboolean
decode_jpeg (VitrailInstance *instance,
             guint frame,
             const VitrailSlideLevel *level,
             uint8_t *rgb,
             size_t stride)
{
  VitrailTileCoding coding;
  g_autoptr (GBytes) tile =
      vitrail_dicom_tile_ref_stored (instance, frame, &coding, NULL);

  return tile != NULL && coding == VITRAIL_TILE_JPEG &&
         vitrail_jpeg_tile_decode (tile, level->tile_width, level->tile_height,
                                   rgb, stride);
}

static gboolean
decode_frame (VitrailInstance *instance,
              guint number,
              const VitrailSlideLevel *level,
              uint8_t *rgb,
              size_t stride,
              GError **error)
{
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, number, 0, NULL, error);

  if (frame == NULL)
    return FALSE;
  frame = vitrail_frame_normalize (g_steal_pointer (&frame));
  if (!check_frame (frame, level, vitrail_instance_get_name (instance), number,
                    error))
    return FALSE;
  for (guint y = 0; y < level->tile_height; y++)
    row_to_rgb (frame, y, rgb + (size_t) y * stride, level->tile_width);
  return TRUE;
}

gboolean
vitrail_dicom_tile_decode (VitrailInstance *instance,
                           guint frame,
                           const VitrailSlideLevel *level,
                           uint8_t *rgb,
                           size_t stride,
                           GError **error)
{
  return decode_jpeg (instance, frame, level, rgb, stride) ||
         decode_frame (instance, frame, level, rgb, stride, error);
}
