/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoding and encoding all frames of an object: see transcode.h. */

#include "transcode.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "error.h"
#include "frameinfo.h"
#include "lossylabel.h"

#include <string.h>

#define TAG_SAMPLES_PER_PIXEL    VITRAIL_TAG (0x0028, 0x0002)
#define TAG_PHOTOMETRIC          VITRAIL_TAG (0x0028, 0x0004)
#define TAG_PLANAR_CONFIGURATION VITRAIL_TAG (0x0028, 0x0006)
#define TAG_ROWS                 VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS              VITRAIL_TAG (0x0028, 0x0011)
#define TAG_BITS_ALLOCATED       VITRAIL_TAG (0x0028, 0x0100)
#define TAG_BITS_STORED          VITRAIL_TAG (0x0028, 0x0101)
#define TAG_HIGH_BIT             VITRAIL_TAG (0x0028, 0x0102)
#define TAG_PIXEL_REPRESENTATION VITRAIL_TAG (0x0028, 0x0103)
#define TAG_LOSSY_COMPRESSION    VITRAIL_TAG (0x0028, 0x2110)
#define TAG_EXTENDED_OFFSETS     VITRAIL_TAG (0x7fe0, 0x0001)
#define TAG_EXTENDED_LENGTHS     VITRAIL_TAG (0x7fe0, 0x0002)
#define TAG_ENCAPSULATED_LENGTH  VITRAIL_TAG (0x7fe0, 0x0003)
#define TAG_PIXEL_DATA           VITRAIL_TAG (0x7fe0, 0x0010)

#define BIG_ENDIAN_SYNTAX "1.2.840.10008.1.2.2"
#define JPEG_LS_NEAR      "1.2.840.10008.1.2.4.81"
#define HTJ2K             "1.2.840.10008.1.2.4.203"

/**
 * Transcoding: under way.
 * @format: of the frames as decoded; the first one's, and all have to agree
 * @photometric: of what was encoded
 * @is_packed: Bits Allocated is 1: eight samples share a byte, also those of
 *   two frames
 * @streams: encoded, GBytes
 * @n_decoded, @n_encoded: bytes so far
 */
typedef struct {
  VitrailInstance *instance;
  const VitrailEncodeOptions *options;
  const VitrailCodec *codec;
  VitrailPixelFormat format;
  VitrailPhotometric photometric;
  gboolean is_packed;
  GPtrArray *streams;
  guint64 n_decoded;
  guint64 n_encoded;
} Transcoding;

/* What PS3.3 C.7.6.1.1.5.1 calls the method; NULL: nothing was lost, though a
 * syntax may allow it. */
static const char *
get_lossy_method (const VitrailEncodeOptions *options)
{
  static const struct {
    const char *transfer_syntax;
    const char *method;
  } methods[] = {
    { "1.2.840.10008.1.2.4.50", "ISO_10918_1" },
    { "1.2.840.10008.1.2.4.51", "ISO_10918_1" },
    { JPEG_LS_NEAR, "ISO_14495_1" },
    { "1.2.840.10008.1.2.4.91", "ISO_15444_1" },
    /* HTJ2K is written without loss only, as .203 too. */
  };

  if (g_str_equal (options->transfer_syntax, JPEG_LS_NEAR) &&
      options->near_lossless == 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].transfer_syntax, options->transfer_syntax))
      return methods[i].method;
  return NULL;
}

static gboolean
is_encapsulated (const char *transfer_syntax)
{
  static const char *const native[] = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    NULL,
  };

  return !g_strv_contains (native, transfer_syntax);
}

/* Why @frame cannot be what is asked for; NULL: it can, as far as is known
 * here. */
static const char *
find_refusal (const Transcoding *self, const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;

  if (format->is_float)
    return "floating point pixel data have no other transfer syntax";
  /* The name stays with the samples, which have been spread. */
  if (vitrail_pixel_format_shares_chroma (format))
    return "no name says YBR_PARTIAL_422 of chroma that is not shared";
  /* OW swaps words of 16 bits, others swap all 32. */
  if (format->bits_allocated > 16 &&
      g_str_equal (self->options->transfer_syntax, BIG_ENDIAN_SYNTAX))
    return "32 bits have no order that all agree on in big endian";
  if (self->is_packed && is_encapsulated (self->options->transfer_syntax))
    return "1 bit a sample is written in native transfer syntaxes only";
  if (get_lossy_method (self->options) == NULL)
    return NULL;
  if (format->photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    return "an index beside another is another colour: no loss";
  if (format->bits_allocated <= 32 &&
      vitrail_codec_measure_depth (frame) > format->bits_stored)
    return "bits above Bits Stored allow no loss";
  return NULL;
}

static gboolean
check_frame (const Transcoding *self,
             const VitrailFrame *decoded,
             guint frame,
             GError **error)
{
  const VitrailPixelFormat *format = &decoded->format;
  const char *name = vitrail_instance_get_name (self->instance);

  if (frame > 1 && memcmp (format, &self->format, sizeof *format) != 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: frame %u differs from the first in size or format", name,
                 frame);
    return FALSE;
  }
  const char *reason = find_refusal (self, decoded);
  if (reason != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s",
                 name, reason);
    return FALSE;
  }
  return TRUE;
}

/* Whether samples that have come out as bytes are bits in the object. */
static gboolean
are_bits (const Transcoding *self, const VitrailPixelFormat *format)
{
  const VitrailDataSet *source = vitrail_instance_get_data_set (self->instance);

  return vitrail_data_set_get_int_or (source, TAG_BITS_ALLOCATED, 0) == 1 &&
         format->bits_allocated == 8 && format->bits_stored == 1;
}

static gboolean
add_frame (Transcoding *self,
           guint frame,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (self->instance, frame, 0, cancellable,
                                     error);

  if (decoded == NULL)
    return FALSE;
  if (frame == 1)
    self->is_packed = are_bits (self, &decoded->format);
  if (!check_frame (self, decoded, frame, error))
    return FALSE;
  if (frame == 1) {
    self->format = decoded->format;
    self->photometric = decoded->format.photometric;
    if (self->codec->get_encoded_photometric != NULL)
      self->photometric =
          self->codec->get_encoded_photometric (decoded, self->options);
  }
  GBytes *stream = self->codec->encode (decoded, self->options, error);
  if (stream == NULL) {
    g_prefix_error (error, "%s: frame %u: ",
                    vitrail_instance_get_name (self->instance), frame);
    return FALSE;
  }
  self->n_decoded += decoded->stride * decoded->format.height;
  self->n_encoded += g_bytes_get_size (stream);
  g_ptr_array_add (self->streams, stream);
  return TRUE;
}

/* @n bytes that are 0 or 1 as bits, where they are, the first one lowest (PS3.5
 * 8.1.1); the bytes that they fill. */
static size_t
pack (uint8_t *samples, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const guint bit = (samples[i] & 1u) << (i % 8);
    samples[i / 8] = (uint8_t) (i % 8 == 0 ? bit : samples[i / 8] | bit);
  }
  return (n + 7) / 8;
}

static GBytes *
join_native (const Transcoding *self, GError **error)
{
  uint8_t *data = self->n_encoded < G_MAXSSIZE
                      ? g_try_malloc ((size_t) self->n_encoded + 1)
                      : NULL;
  size_t at = 0;

  if (data == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for %" G_GUINT64_FORMAT " bytes",
                 vitrail_instance_get_name (self->instance), self->n_encoded);
    return NULL;
  }
  for (guint i = 0; i < self->streams->len; i++) {
    gsize length = 0;
    const uint8_t *stream =
        g_bytes_get_data (g_ptr_array_index (self->streams, i), &length);
    memcpy (data + at, stream, length);
    at += length;
  }
  return g_bytes_new_take (data, self->is_packed ? pack (data, at) : at);
}

static void
set_pixel_attributes (const Transcoding *self, VitrailDataSetBuilder *builder)
{
  const VitrailPixelFormat *format = &self->format;

  const struct {
    VitrailTag tag;
    guint value;
  } numbers[] = {
    { TAG_SAMPLES_PER_PIXEL, format->samples },
    { TAG_ROWS, format->height },
    { TAG_COLUMNS, format->width },
    { TAG_BITS_ALLOCATED, self->is_packed ? 1 : format->bits_allocated },
    { TAG_BITS_STORED, format->bits_stored },
    { TAG_HIGH_BIT, format->high_bit },
    { TAG_PIXEL_REPRESENTATION, format->is_signed ? 1 : 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    vitrail_data_set_builder_set_int (builder, numbers[i].tag,
                                      numbers[i].value);
  if (format->samples > 1)
    vitrail_data_set_builder_set_int (builder, TAG_PLANAR_CONFIGURATION, 0);
  vitrail_data_set_builder_set_string (
      builder, TAG_PHOTOMETRIC, vitrail_photometric_text (self->photometric));
  vitrail_data_set_builder_remove (builder, TAG_EXTENDED_OFFSETS);
  vitrail_data_set_builder_remove (builder, TAG_EXTENDED_LENGTHS);
  vitrail_data_set_builder_remove (builder, TAG_ENCAPSULATED_LENGTH);
}

/* Nothing more was lost. What was lost before is said, though the samples no
 * longer tell; and that nothing was, where readers may take it for granted
 * (C.7.6.1.1.5). */
static void
keep_lossy (const Transcoding *self,
            VitrailDataSetBuilder *builder,
            const VitrailDataSet *source)
{
  static const char *const maybe[] = { JPEG_LS_NEAR, HTJ2K, NULL };

  if (vitrail_transfer_syntax_is_lossy (
          vitrail_instance_get_transfer_syntax (self->instance)))
    vitrail_data_set_builder_set_string (builder, TAG_LOSSY_COMPRESSION, "01");
  else if (g_strv_contains (maybe, self->options->transfer_syntax) &&
           !vitrail_data_set_has (source, TAG_LOSSY_COMPRESSION))
    vitrail_data_set_builder_set_string (builder, TAG_LOSSY_COMPRESSION, "00");
}

static void
set_lossy (const Transcoding *self,
           VitrailDataSetBuilder *builder,
           const VitrailDataSet *source)
{
  const char *method = get_lossy_method (self->options);

  if (method == NULL)
    keep_lossy (self, builder, source);
  else
    vitrail_label_lossy (builder, source, method,
                         (double) self->n_decoded /
                             (double) MAX (self->n_encoded, 1));
}

static GBytes *
join (const Transcoding *self, GError **error)
{
  if (is_encapsulated (self->options->transfer_syntax))
    return vitrail_encapsulate ((GBytes *const *) self->streams->pdata,
                                self->streams->len, error);
  return join_native (self, error);
}

static VitrailDataSet *
build (const Transcoding *self, GError **error)
{
  VitrailDataSet *source = vitrail_instance_get_data_set (self->instance);
  const gboolean is_words = !is_encapsulated (self->options->transfer_syntax) &&
                            self->format.bits_allocated > 8;
  g_autoptr (GBytes) pixels = join (self, error);

  if (pixels == NULL)
    return NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (source);
  set_pixel_attributes (self, builder);
  set_lossy (self, builder, source);
  vitrail_data_set_builder_set_bytes (builder, TAG_PIXEL_DATA,
                                      VITRAIL_VR ('O', is_words ? 'W' : 'B'),
                                      pixels);
  return vitrail_data_set_builder_end (builder);
}

static gboolean
check_codec (const Transcoding *self, GError **error)
{
  if (self->codec != NULL && self->codec->encode != NULL)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "transfer syntax %s is not written",
               self->options->transfer_syntax);
  return FALSE;
}

GBytes *
vitrail_transcode_frame (VitrailInstance *instance,
                         guint frame,
                         const VitrailEncodeOptions *options,
                         GCancellable *cancellable,
                         GError **error)
{
  Transcoding self = {
    .instance = instance,
    .options = options,
    .codec = vitrail_codec_find (options->transfer_syntax),
  };

  if (!check_codec (&self, error))
    return NULL;
  if (get_lossy_method (options) != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "a frame that has lost something is one of another object");
    return NULL;
  }
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, 0, cancellable, error);
  if (decoded == NULL)
    return NULL;
  self.is_packed = are_bits (&self, &decoded->format);
  self.format = decoded->format;
  return check_frame (&self, decoded, frame, error)
             ? self.codec->encode (decoded, options, error)
             : NULL;
}

VitrailDataSet *
vitrail_transcode (VitrailInstance *instance,
                   const VitrailEncodeOptions *options,
                   GCancellable *cancellable,
                   GError **error)
{
  const guint n_frames = vitrail_instance_get_n_stated_frames (instance);
  g_autoptr (GPtrArray) streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Transcoding self = {
    .instance = instance,
    .options = options,
    .codec = vitrail_codec_find (options->transfer_syntax),
    .streams = streams,
  };

  if (!check_codec (&self, error))
    return NULL;
  if (n_frames == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: no frames", vitrail_instance_get_name (instance));
    return NULL;
  }
  for (guint frame = 1; frame <= n_frames; frame++)
    if (!add_frame (&self, frame, cancellable, error))
      return NULL;
  return build (&self, error);
}
