/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of DICOM slides: see dicomtile.h. */

#include "slide/dicomtile.h"

#include "codec/codec.h"
#include "error.h"
#include "frameinfo-private.h"
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

/* @bytes as a stream that says by itself what its colours are, or NULL. */
static GBytes *
complete_jpeg (GBytes *bytes, const VitrailPixelFormat *format)
{
  return vitrail_jpeg_tile_state_colour (bytes, format->photometric ==
                                                    VITRAIL_PHOTOMETRIC_RGB);
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
  GBytes *complete = complete_jpeg (bytes, &format);
  if (complete == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "%s: frame %u: not a JPEG stream",
                 vitrail_instance_get_name (instance), frame);
  return complete;
}

/* A sample of @bits as one of @wanted bits. */
static guint
scale (guint value, guint bits, guint wanted)
{
  if (bits > wanted)
    return value >> (bits - wanted);
  if (bits >= 8)
    return value << (wanted - bits);
  return value * ((1u << wanted) - 1) / ((1u << bits) - 1);
}

static guint
get_sample (const VitrailFrame *frame, const uint8_t *row, guint index)
{
  const uint8_t *wide = row + (size_t) index * 2;

  return frame->format.bits_allocated == 8 ? row[index]
                                           : (guint) (wide[0] | wide[1] << 8);
}

/* One row of normalized samples, grey or colour, as RGB of 8 bits. */
static void
row_to_rgb (const VitrailFrame *frame, guint row, uint8_t *rgb, guint n_pixels)
{
  const VitrailPixelFormat *format = &frame->format;
  const uint8_t *samples = frame->data + (size_t) row * frame->stride;
  gboolean inverted = format->photometric == VITRAIL_PHOTOMETRIC_MONOCHROME1;
  guint n = format->samples;

  for (guint x = 0; x < n_pixels; x++) {
    uint8_t *pixel = rgb + (size_t) x * 3;
    if (n >= 3 && format->bits_allocated == 8) {
      memcpy (pixel, samples + (size_t) x * n, 3);
      continue;
    }
    for (guint c = 0; c < 3; c++) {
      guint value = get_sample (frame, samples, x * n + (n >= 3 ? c : 0));
      value = scale (value, format->bits_stored, 8);
      pixel[c] = (uint8_t) (inverted ? 255 - value : value);
    }
  }
}

/* One row of indices. */
static void
row_to_colors (const VitrailFrame *frame,
               const VitrailPalette *palette,
               guint row,
               const VitrailDicomTileTarget *target)
{
  const VitrailPixelFormat *format = &frame->format;
  const uint8_t *samples = frame->data + (size_t) row * frame->stride;
  const int offset = format->is_signed ? 1 << (format->bits_stored - 1) : 0;
  const gint64 first = (gint64) palette->first + offset;
  const gint64 last = (gint64) palette->n_entries - 1;
  uint8_t *rgb = target->rgb + (size_t) row * target->stride;

  for (guint x = 0; x < target->width; x++) {
    const gint64 i =
        CLAMP ((gint64) get_sample (frame, samples, x) - first, 0, last);
    for (guint c = 0; c < 3; c++)
      rgb[(size_t) x * 3 + c] =
          (uint8_t) ((palette->rgb[i * 3 + c] + 128u) / 257u);
  }
}

/* A palette is read again for each tile: writers of slides have no more than
 * 256 entries. */
static gboolean
frame_to_colors (VitrailInstance *instance,
                 const VitrailFrame *frame,
                 const VitrailDicomTileTarget *target,
                 GError **error)
{
  VitrailPalette *palette =
      vitrail_palette_new (vitrail_instance_get_data_set (instance),
                           frame->format.is_signed,
                           vitrail_instance_get_name (instance), error);

  if (palette == NULL)
    return FALSE;
  for (guint y = 0; y < target->height; y++)
    row_to_colors (frame, palette, y, target);
  vitrail_palette_free (palette);
  return TRUE;
}

static void
row_to_samples (const VitrailFrame *frame,
                guint row,
                uint16_t *to,
                const VitrailDicomTileTarget *target)
{
  const uint8_t *samples = frame->data + (size_t) row * frame->stride;
  const guint bits = frame->format.bits_stored;
  const guint most = (1u << target->bits) - 1;

  for (guint x = 0; x < target->width; x++) {
    guint value = get_sample (frame, samples, x);
    if (bits != target->bits)
      value = scale (value, bits, target->bits);
    to[x] = (uint16_t) MIN (value, most);
  }
}

static gboolean
fail_frame (VitrailInstance *instance,
            guint number,
            VitrailError code,
            const char *what,
            GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: frame %u: %s",
               vitrail_instance_get_name (instance), number, what);
  return FALSE;
}

static gboolean
check_frame (VitrailInstance *instance,
             guint number,
             const VitrailFrame *frame,
             const VitrailDicomTileTarget *target,
             GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  const gboolean is_color =
      format->samples >= 3 ||
      format->photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  char what[96];

  if (format->width != target->width || format->height != target->height) {
    g_snprintf (what, sizeof what, "%u x %u pixels, not %u x %u", format->width,
                format->height, target->width, target->height);
    return fail_frame (instance, number, VITRAIL_ERROR_CORRUPT, what, error);
  }
  if ((is_color ? target->rgb != NULL : format->samples == 1) &&
      !format->is_float && format->bits_allocated <= 16)
    return TRUE;
  g_snprintf (what, sizeof what, "%u samples of %u bits in a slide",
              format->samples, format->bits_allocated);
  return fail_frame (instance, number, VITRAIL_ERROR_UNSUPPORTED, what, error);
}

/* JPEG in colour goes straight to RGB, with the result of whoever is handed the
 * stored tile. What is unusual or broken is left to the codec: FALSE without an
 * error. */
static gboolean
decode_jpeg (VitrailInstance *instance,
             guint frame,
             const VitrailDicomTileTarget *target,
             GError **error)
{
  VitrailPixelFormat format;

  if (target->rgb == NULL ||
      get_coding (instance, &format) != VITRAIL_TILE_JPEG)
    return FALSE;
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, frame, target->cancellable, error);
  g_autoptr (GBytes) tile =
      bytes != NULL ? complete_jpeg (bytes, &format) : NULL;
  return tile != NULL &&
         vitrail_jpeg_tile_decode (tile, target->width, target->height,
                                   target->rgb, target->stride);
}

static void
copy_row (const VitrailFrame *frame,
          guint row,
          const VitrailDicomTileTarget *target)
{
  if (target->rgb != NULL)
    row_to_rgb (frame, row, target->rgb + (size_t) row * target->stride,
                target->width);
  else
    row_to_samples (frame, row,
                    target->samples + (size_t) row * target->stride / 2,
                    target);
}

gboolean
vitrail_dicom_tile_decode (VitrailInstance *instance,
                           guint frame,
                           const VitrailDicomTileTarget *target,
                           GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (decode_jpeg (instance, frame, target, &failed))
    return TRUE;
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, 0, target->cancellable,
                                     error);
  if (decoded == NULL)
    return FALSE;
  decoded = vitrail_frame_normalize (g_steal_pointer (&decoded));
  if (!check_frame (instance, frame, decoded, target, error))
    return FALSE;
  if (decoded->format.photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    return frame_to_colors (instance, decoded, target, error);
  for (guint y = 0; y < target->height; y++)
    copy_row (decoded, y, target);
  return TRUE;
}

gboolean
vitrail_dicom_tile_decode_reduced (VitrailInstance *instance,
                                   guint frame,
                                   guint reduce,
                                   const VitrailDicomTileTarget *target)
{
  VitrailPixelFormat format;

  if (get_coding (instance, &format) != VITRAIL_TILE_JPEG2000)
    return FALSE;
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, reduce, NULL, NULL);
  if (decoded == NULL)
    return FALSE;
  decoded = vitrail_frame_normalize (g_steal_pointer (&decoded));
  if (!check_frame (instance, frame, decoded, target, NULL))
    return FALSE;
  for (guint y = 0; y < target->height; y++)
    copy_row (decoded, y, target);
  return TRUE;
}

/* The part of @from that lies inside of @to when it is laid at (@x, @y). */
static void
lay (const VitrailDicomTileTarget *to, const uint8_t *from, gint32 x, gint32 y)
{
  const size_t pixel = to->rgb != NULL ? 3 : 2;
  const size_t stride = to->width * pixel;
  uint8_t *pixels = to->rgb != NULL ? to->rgb : (uint8_t *) to->samples;
  size_t left = (size_t) MAX (x, 0);
  size_t skipped = (size_t) MAX (-x, 0);

  for (guint row = 0; row < to->height; row++) {
    gint64 at = (gint64) row + y;
    if (at < 0 || at >= to->height)
      continue;
    memcpy (pixels + (size_t) at * to->stride + left * pixel,
            from + row * stride + skipped * pixel,
            (to->width - left - skipped) * pixel);
  }
}

gboolean
vitrail_dicom_tile_decode_at (VitrailInstance *instance,
                              guint frame,
                              const VitrailDicomTileTarget *target,
                              gint32 x,
                              gint32 y,
                              GError **error)
{
  const size_t pixel = target->rgb != NULL ? 3 : 2;
  VitrailDicomTileTarget whole = *target;

  whole.stride = target->width * pixel;
  g_autofree uint8_t *pixels = g_try_malloc_n (target->height, whole.stride);
  if (pixels == NULL)
    return fail_frame (instance, frame, VITRAIL_ERROR_LIMIT,
                       "no memory for a tile", error);
  if (target->rgb != NULL)
    whole.rgb = pixels;
  else
    whole.samples = (gpointer) pixels;
  if (!vitrail_dicom_tile_decode (instance, frame, &whole, error))
    return FALSE;
  lay (target, pixels, x, y);
  return TRUE;
}
