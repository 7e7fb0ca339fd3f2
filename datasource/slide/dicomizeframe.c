/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of a slide that becomes DICOM: see dicomizeplan.h. In TILED_FULL they
 * come row by row, then by focal plane, then by optical path (PS3.3
 * C.7.6.17.3). */

#include "codec/codec.h"
#include "error.h"
#include "limits.h"
#include "slide/dicomizeplan.h"
#include "slide/jpegcut.h"

#include <string.h>

/* Frames that the ratio is measured on. */
#define MEASURED_STORED  64u
#define MEASURED_ENCODED 8u

#define MARKER_APP0 0xe0

/* Which tile of which facet a frame is. */
typedef struct {
  VitrailSlide *facet;
  guint column;
  guint row;
} FramePlace;

guint
vitrail_dicomized_image_get_n_frames (const VitrailDicomizedImage *self)
{
  return self->grid.columns * self->grid.rows * self->n_paths * self->n_planes;
}

static FramePlace
find_place (const VitrailDicomizedImage *image, guint frame)
{
  guint n_tiles = image->grid.columns * image->grid.rows;
  guint tile = (frame - 1) % n_tiles;

  return (FramePlace){ g_ptr_array_index (image->facets, (frame - 1) / n_tiles),
                       tile % image->grid.columns, tile / image->grid.columns };
}

/* A baseline stream of RGB as it is: without the JFIF marker, which says that
 * it is luma and chroma. */
static GBytes *
mark_as_rgb (GBytes *jpeg)
{
  gsize length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  size_t end = length >= 6 && data[2] == 0xff && data[3] == MARKER_APP0
                   ? 4 + ((size_t) data[4] << 8 | data[5])
                   : 2;
  g_autoptr (GByteArray) bare = g_byte_array_new ();

  g_byte_array_append (bare, data, 2);
  g_byte_array_append (bare, data + end, (guint) (length - end));
  g_autoptr (GBytes) bytes =
      g_byte_array_free_to_bytes (g_steal_pointer (&bare));
  return vitrail_jpeg_tile_state_colour (bytes, TRUE);
}

/* @samples in the colour model of @image. RGB in luma and chroma is for the
 * codec to make. */
static GBytes *
encode (const VitrailDicomized *self,
        const VitrailDicomizedImage *image,
        GBytes *samples,
        GError **error)
{
  VitrailPixelFormat format = image->format;
  const gboolean is_jpeg =
      strcmp (image->transfer_syntax, VITRAIL_SYNTAX_JPEG) == 0;
  const gboolean keeps_rgb =
      is_jpeg && format.photometric == VITRAIL_PHOTOMETRIC_RGB;
  const VitrailEncodeOptions options = {
    .transfer_syntax = image->transfer_syntax,
    .quality = image->is_encoded ? self->quality : VITRAIL_DICOMIZE_QUALITY,
  };

  if (format.samples == 3)
    format.photometric =
        keeps_rgb ? VITRAIL_PHOTOMETRIC_YBR_FULL : VITRAIL_PHOTOMETRIC_RGB;
  g_autoptr (VitrailFrame) frame = vitrail_frame_new_take (
      &format, g_bytes_ref (samples),
      (size_t) format.width * vitrail_pixel_format_get_pixel_bytes (&format));
  g_autoptr (GBytes) stream = vitrail_codec_find (image->transfer_syntax)
                                  ->encode (frame, &options, error);
  if (stream == NULL) {
    g_prefix_error (error, "%s: %s: ", vitrail_slide_get_name (self->slide),
                    image->name);
    return NULL;
  }
  return keeps_rgb ? mark_as_rgb (stream) : g_steal_pointer (&stream);
}

/* --- tiles --- */

static GBytes *
decode_colour (const VitrailDicomizedImage *image,
               const FramePlace *place,
               GCancellable *cancellable,
               GError **error)
{
  const size_t stride = (size_t) image->format.width * 3;
  const size_t n_pixels = (size_t) image->format.width * image->format.height;
  g_autofree uint8_t *rgb = g_try_malloc_n (n_pixels, 3);

  if (rgb == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a tile");
    return NULL;
  }
  if (!vitrail_slide_decode_tile (place->facet, image->level, place->column,
                                  place->row, rgb, stride, cancellable, error))
    return NULL;
  if (image->format.samples == 3)
    return g_bytes_new_take (g_steal_pointer (&rgb), n_pixels * 3);
  /* Grey JPEG tiles of a slide in colour. */
  for (size_t i = 0; i < n_pixels; i++)
    rgb[i] = rgb[3 * i + 1];
  return g_bytes_new_take (g_steal_pointer (&rgb), n_pixels);
}

static GBytes *
decode_samples (const VitrailDicomizedImage *image,
                const FramePlace *place,
                GCancellable *cancellable,
                GError **error)
{
  const size_t n_pixels = (size_t) image->format.width * image->format.height;
  const size_t sample = image->format.bits_allocated / 8;
  g_autofree uint16_t *samples = g_try_malloc0_n (n_pixels, sizeof *samples);

  if (samples == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a tile");
    return NULL;
  }
  if (!vitrail_slide_decode_samples (place->facet, image->level, place->column,
                                     place->row, samples, image->format.width,
                                     cancellable, error))
    return NULL;
  uint8_t *bytes = (uint8_t *) samples;
  for (size_t i = 0; i < n_pixels; i++) {
    uint16_t value = samples[i];
    bytes[i * sample] = (uint8_t) value;
    if (sample == 2)
      bytes[i * 2 + 1] = (uint8_t) (value >> 8);
  }
  return g_bytes_new_take (g_steal_pointer (&samples), n_pixels * sample);
}

static GBytes *
encode_tile (const VitrailDicomized *self,
             const VitrailDicomizedImage *image,
             const FramePlace *place,
             GCancellable *cancellable,
             GError **error)
{
  VitrailSlidePath path;

  vitrail_slide_get_path (self->slide, image->first_path, &path);
  g_autoptr (GBytes) samples =
      path.is_color ? decode_colour (image, place, cancellable, error)
                    : decode_samples (image, place, cancellable, error);
  return samples != NULL ? encode (self, image, samples, error) : NULL;
}

/* The stored tile, where it is as the header of the instance says, or can be
 * made so without another loss. */
static GBytes *
ref_stored (const VitrailDicomizedImage *image,
            const FramePlace *place,
            GError **error)
{
  VitrailTileCoding coding = VITRAIL_TILE_NONE;
  VitrailPixelFormat format = image->format;
  const char *syntax = NULL;
  g_autoptr (GBytes) tile =
      vitrail_slide_get_tile (place->facet, image->level, place->column,
                              place->row, &coding, error);

  if (tile == NULL)
    return NULL;
  const VitrailTileVerdict verdict =
      vitrail_tile_judge (tile, coding, image->is_lossy, &format, &syntax);
  if (verdict == VITRAIL_TILE_ILLEGAL ||
      strcmp (syntax, image->transfer_syntax) != 0 ||
      memcmp (&format, &image->format, sizeof format) != 0)
    return NULL;
  return verdict == VITRAIL_TILE_LEGAL ? g_steal_pointer (&tile)
                                       : vitrail_jpeg_to_baseline (tile, NULL);
}

static GBytes *
load_tile (const VitrailDicomized *self,
           const VitrailDicomizedImage *image,
           guint frame,
           GCancellable *cancellable,
           GError **error)
{
  const FramePlace place = find_place (image, frame);
  g_autoptr (GError) failed = NULL;

  if (!image->is_encoded) {
    GBytes *tile = ref_stored (image, &place, &failed);
    if (tile != NULL)
      return tile;
    if (failed != NULL) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  }
  /* What is not there, or not legal. */
  return encode_tile (self, image, &place, cancellable, error);
}

/* --- pictures --- */

/* @frame without gaps between its rows. */
static GBytes *
pack (const VitrailFrame *frame)
{
  const size_t row = (size_t) frame->format.width *
                     vitrail_pixel_format_get_pixel_bytes (&frame->format);
  uint8_t *packed = g_try_malloc_n (frame->format.height, row);

  if (packed == NULL)
    return NULL;
  for (guint y = 0; y < frame->format.height; y++)
    memcpy (packed + (size_t) y * row, frame->data + (size_t) y * frame->stride,
            row);
  return g_bytes_new_take (packed, row * frame->format.height);
}

static GBytes *
encode_picture (const VitrailDicomized *self,
                const VitrailDicomizedImage *image,
                GError **error)
{
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (self->slide, image->associated, error);

  if (frame == NULL)
    return NULL;
  g_autoptr (GBytes) samples = pack (frame);
  if (samples != NULL && frame->format.width == image->format.width &&
      frame->format.height == image->format.height)
    return encode (self, image, samples, error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s: %s cannot be taken in",
               vitrail_slide_get_name (self->slide), image->name);
  return NULL;
}

/* Encoded once. */
static GBytes *
load_picture (const VitrailDicomized *self,
              VitrailDicomizedImage *image,
              GError **error)
{
  pthread_mutex_lock (&image->lock);
  GBytes *stream = image->stream != NULL ? g_bytes_ref (image->stream) : NULL;
  pthread_mutex_unlock (&image->lock);
  if (stream != NULL)
    return stream;
  stream = encode_picture (self, image, error);
  if (stream == NULL)
    return NULL;
  pthread_mutex_lock (&image->lock);
  if (image->stream == NULL)
    image->stream = g_bytes_ref (stream);
  pthread_mutex_unlock (&image->lock);
  return stream;
}

GBytes *
vitrail_dicomized_image_load (VitrailDicomized *self,
                              VitrailDicomizedImage *image,
                              guint frame,
                              GCancellable *cancellable,
                              GError **error)
{
  if (image->associated != NULL)
    return load_picture (self, image, error);
  return load_tile (self, image, frame, cancellable, error);
}

double
vitrail_dicomized_image_measure (VitrailDicomized *self,
                                 VitrailDicomizedImage *image,
                                 GError **error)
{
  const guint n_frames = vitrail_dicomized_image_get_n_frames (image);
  const guint n =
      MIN (n_frames, image->is_encoded ? MEASURED_ENCODED : MEASURED_STORED);
  const double raw = (double) image->format.width * image->format.height *
                     vitrail_pixel_format_get_pixel_bytes (&image->format);
  double coded = 0.0;

  pthread_mutex_lock (&image->lock);
  double ratio = image->ratio;
  pthread_mutex_unlock (&image->lock);
  if (ratio > 0.0)
    return ratio;
  for (guint i = 0; i < n; i++) {
    guint frame = (guint) (((guint64) n_frames * (2 * (guint64) i + 1)) /
                           (2 * (guint64) n)) +
                  1;
    g_autoptr (GBytes) stream =
        vitrail_dicomized_image_load (self, image, frame, NULL, error);
    if (stream == NULL)
      return 0.0;
    coded += (double) MAX (g_bytes_get_size (stream), 1);
  }
  ratio = raw * n / coded;
  pthread_mutex_lock (&image->lock);
  image->ratio = ratio;
  pthread_mutex_unlock (&image->lock);
  return ratio;
}
