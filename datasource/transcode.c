/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoding and encoding all frames of an object: see transcode.h. */

#include "transcode.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "error.h"
#include "frameinfo.h"

#include <string.h>

#define TAG_IMAGE_TYPE           VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_CLASS_UID        VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE_UID     VITRAIL_TAG (0x0008, 0x0018)
#define TAG_REFERENCED_CLASS     VITRAIL_TAG (0x0008, 0x1150)
#define TAG_REFERENCED_INSTANCE  VITRAIL_TAG (0x0008, 0x1155)
#define TAG_SOURCE_IMAGE         VITRAIL_TAG (0x0008, 0x2112)
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
#define TAG_LOSSY_RATIO          VITRAIL_TAG (0x0028, 0x2112)
#define TAG_LOSSY_METHOD         VITRAIL_TAG (0x0028, 0x2114)
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
 * @streams: encoded, GBytes
 * @n_decoded, @n_encoded: bytes so far
 */
typedef struct {
  VitrailInstance *instance;
  const VitrailEncodeOptions *options;
  const VitrailCodec *codec;
  VitrailPixelFormat format;
  VitrailPhotometric photometric;
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
  const char *reason = find_refusal (self, decoded);

  if (frame > 1 && memcmp (format, &self->format, sizeof *format) != 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: frame %u differs from the first in size or format", name,
                 frame);
    return FALSE;
  }
  if (reason != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s",
                 name, reason);
    return FALSE;
  }
  return TRUE;
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

  if (decoded == NULL || !check_frame (self, decoded, frame, error))
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
  return g_bytes_new_take (data, at);
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
    { TAG_BITS_ALLOCATED, format->bits_allocated },
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

/* @value behind the values that @tag has already. */
static void
append_value (VitrailDataSetBuilder *builder,
              const VitrailDataSet *source,
              VitrailTag tag,
              const char *value)
{
  g_autofree char *before = vitrail_data_set_dup_strings (source, tag);
  g_autofree char *all = before != NULL && before[0] != '\0'
                             ? g_strconcat (before, "\\", value, NULL)
                             : g_strdup (value);

  vitrail_data_set_builder_set_string (builder, tag, all);
}

static void
set_derived (VitrailDataSetBuilder *builder, const VitrailDataSet *source)
{
  g_autofree char *type = vitrail_data_set_dup_strings (source, TAG_IMAGE_TYPE);
  const char *rest = type != NULL ? strchr (type, '\\') : NULL;
  g_autofree char *derived =
      g_strconcat ("DERIVED", rest != NULL ? rest : "\\PRIMARY", NULL);
  g_autofree char *class_uid =
      vitrail_data_set_dup_strings (source, TAG_SOP_CLASS_UID);
  g_autofree char *instance_uid =
      vitrail_data_set_dup_strings (source, TAG_SOP_INSTANCE_UID);
  g_autofree char *uid = vitrail_uid_new ();

  vitrail_data_set_builder_set_string (builder, TAG_IMAGE_TYPE, derived);
  vitrail_data_set_builder_set_string (builder, TAG_SOP_INSTANCE_UID, uid);
  if (class_uid == NULL || instance_uid == NULL)
    return;
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (item, TAG_REFERENCED_CLASS, class_uid);
  vitrail_data_set_builder_set_string (item, TAG_REFERENCED_INSTANCE,
                                       instance_uid);
  g_autoptr (VitrailDataSet) reference = vitrail_data_set_builder_end (item);
  VitrailDataSet *const items[] = { reference };
  vitrail_data_set_builder_set_items (builder, TAG_SOURCE_IMAGE, items, 1);
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
  char ratio[G_ASCII_DTOSTR_BUF_SIZE];

  if (method == NULL) {
    keep_lossy (self, builder, source);
    return;
  }
  g_ascii_formatd (ratio, sizeof ratio, "%.2f",
                   (double) self->n_decoded /
                       (double) MAX (self->n_encoded, 1));
  vitrail_data_set_builder_set_string (builder, TAG_LOSSY_COMPRESSION, "01");
  append_value (builder, source, TAG_LOSSY_RATIO, ratio);
  append_value (builder, source, TAG_LOSSY_METHOD, method);
  set_derived (builder, source);
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

  if (self.codec == NULL || self.codec->encode == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "transfer syntax %s is not written", options->transfer_syntax);
    return NULL;
  }
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
