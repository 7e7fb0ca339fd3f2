/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG 2000 (ISO 15444-1; PS3.5 8.2.4, A.4.4) through OpenJPEG. The headers are
 * read here first, so that nothing is allocated by a size that the data set's
 * header does not confirm, and so that HTJ2K (ISO 15444-15) does not get there:
 * OpenJPEG 2.5.0 reads its blocks with assertions that a broken one fails. */

#include "codec/codec.h"
#include "codec/j2kheader.h"
#include "error.h"

#include <openjpeg.h>
#include <string.h>

/* OpenJPEG holds 4 bytes a sample. So much is fine for any stream, beyond it a
 * stream must not be 1024 times smaller than its samples. */
#define MODEST_SAMPLES (64ull * 1024 * 1024)
#define MAX_RATIO      1024

/* OpenJPEG's view of the code stream. */
typedef struct {
  const uint8_t *data;
  size_t length;
  size_t at;
} Reader;

static OPJ_SIZE_T
read_cb (void *buffer, OPJ_SIZE_T n, void *data)
{
  Reader *self = data;
  size_t left = self->length - self->at;

  n = MIN (n, left);
  if (n == 0)
    return (OPJ_SIZE_T) -1;
  memcpy (buffer, self->data + self->at, n);
  self->at += n;
  return n;
}

static OPJ_OFF_T
skip_cb (OPJ_OFF_T n, void *data)
{
  Reader *self = data;

  if (n < 0 || (guint64) n > self->length - self->at)
    return -1;
  self->at += (size_t) n;
  return n;
}

static OPJ_BOOL
seek_cb (OPJ_OFF_T to, void *data)
{
  Reader *self = data;

  if (to < 0 || (guint64) to > self->length)
    return OPJ_FALSE;
  self->at = (size_t) to;
  return OPJ_TRUE;
}

/* Keeps the first message: it is the cause, the rest is consequence. */
static void
error_cb (const char *message, void *data)
{
  GString *text = data;

  if (text->len == 0)
    g_string_append_len (text, message, (gssize) strcspn (message, "\n"));
}

static void
warning_cb (const char *message, void *data)
{
  g_debug ("JPEG 2000: %.*s", (int) strcspn (message, "\n"), message);
}

static void
destroy_stream (opj_stream_t *stream)
{
  opj_stream_destroy (stream);
}

static void
destroy_codec (opj_codec_t *codec)
{
  opj_destroy_codec (codec);
}

typedef opj_stream_t *Stream;
typedef opj_codec_t *Codec;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Stream, destroy_stream, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Codec, destroy_codec, NULL)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (opj_image_t, opj_image_destroy)

static opj_stream_t *
open_stream (Reader *reader)
{
  size_t buffer = CLAMP (reader->length, 4096, 65536);
  opj_stream_t *stream = opj_stream_create (buffer, OPJ_TRUE);

  if (stream == NULL)
    return NULL;
  opj_stream_set_user_data (stream, reader, NULL);
  opj_stream_set_user_data_length (stream, reader->length);
  opj_stream_set_read_function (stream, read_cb);
  opj_stream_set_skip_function (stream, skip_cb);
  opj_stream_set_seek_function (stream, seek_cb);
  return stream;
}

/* NULL, with OpenJPEG's own words in @text, when it does not decode. */
static opj_image_t *
decode_image (const VitrailJ2kHeader *header, guint reduce, GString *text)
{
  Reader reader = { header->data, header->length, 0 };
  opj_dparameters_t parameters;
  g_auto (Stream) stream = open_stream (&reader);
  g_auto (Codec) codec = opj_create_decompress (OPJ_CODEC_J2K);
  opj_image_t *image = NULL;

  if (stream == NULL || codec == NULL)
    return NULL;
  opj_set_error_handler (codec, error_cb, text);
  opj_set_warning_handler (codec, warning_cb, NULL);
  opj_set_default_decoder_parameters (&parameters);
  parameters.cp_reduce = reduce;
  if (!opj_setup_decoder (codec, &parameters) ||
      !opj_read_header (stream, codec, &image))
    return NULL;
  g_autoptr (opj_image_t) owned = image;
  if (!opj_decode (codec, stream, owned))
    return NULL;
  return g_steal_pointer (&owned);
}

static gboolean
check (const VitrailCodecInput *input,
       const VitrailJ2kHeader *header,
       GError **error)
{
  const VitrailPixelFormat *format = &input->format;
  guint64 samples = (guint64) format->width * format->height * format->samples;

  if (header->width != format->width || header->height != format->height ||
      header->n_components != format->samples)
    vitrail_codec_fail (input, error,
                        "the JPEG 2000 stream has %u x %u x %u samples, the "
                        "header %u x %u x %u",
                        header->width, header->height, header->n_components,
                        format->width, format->height, format->samples);
  else if (format->is_float || format->bits_allocated > 32 ||
           header->precision > MAX (format->bits_allocated, 8))
    vitrail_codec_fail (input, error,
                        "the JPEG 2000 stream has %u bits a sample, the header "
                        "%u",
                        header->precision, format->bits_allocated);
  else if (header->has_ht_blocks)
    vitrail_codec_refuse (input, error, "HTJ2K in a JPEG 2000 stream");
  else if (header->subsampled)
    vitrail_codec_refuse (input, error, "JPEG 2000 with halved chroma");
  else if (samples > MODEST_SAMPLES && samples / MAX_RATIO > input->length)
    vitrail_codec_fail (input, error,
                        "%" G_GSIZE_FORMAT
                        " bytes of JPEG 2000 for %u x %u pixels",
                        input->length, format->width, format->height);
  else
    return TRUE;
  return FALSE;
}

/* Signed samples in an unsigned stream are two's complement of the stream's
 * precision: some writers store them so. */
static int32_t
sign_extend (int32_t value, guint precision)
{
  int32_t sign = 1 << (precision - 1);

  return ((value & (2 * sign - 1)) ^ sign) - sign;
}

#define DEFINE_STORE(bits)                                                   \
  static void store_##bits (const opj_image_comp_t *component, uint8_t *out, \
                            guint step, gboolean extend)                     \
  {                                                                          \
    size_t n = (size_t) component->w * component->h;                         \
    uint##bits##_t *to = (void *) out;                                       \
    const guint precision = component->prec;                                 \
                                                                             \
    if (extend)                                                              \
      for (size_t i = 0; i < n; i++)                                         \
        to[i * step] =                                                       \
            (uint##bits##_t) sign_extend (component->data[i], precision);    \
    else if (step == 1)                                                      \
      for (size_t i = 0; i < n; i++)                                         \
        to[i] = (uint##bits##_t) component->data[i];                         \
    else                                                                     \
      for (size_t i = 0; i < n; i++)                                         \
        to[i * step] = (uint##bits##_t) component->data[i];                  \
  }

DEFINE_STORE (8)
DEFINE_STORE (16)
DEFINE_STORE (32)

static gboolean
has_all_samples (const opj_image_t *image, const VitrailPixelFormat *format)
{
  if (image->numcomps != format->samples)
    return FALSE;
  for (guint c = 0; c < image->numcomps; c++)
    if (image->comps[c].data == NULL || image->comps[c].w != format->width ||
        image->comps[c].h != format->height)
      return FALSE;
  return TRUE;
}

static void
store (const opj_image_t *image,
       const VitrailPixelFormat *format,
       uint8_t *samples)
{
  for (guint c = 0; c < image->numcomps; c++) {
    const opj_image_comp_t *component = &image->comps[c];
    gboolean extend =
        format->is_signed && !component->sgnd && component->prec < 31;
    if (format->bits_allocated == 8)
      store_8 (component, samples + c, image->numcomps, extend);
    else if (format->bits_allocated == 16)
      store_16 (component, samples + (size_t) c * 2, image->numcomps, extend);
    else
      store_32 (component, samples + (size_t) c * 4, image->numcomps, extend);
  }
}

/* After the inverse component transform samples are RGB, whatever the header
 * calls them. Without one they are what the header says, and what would have to
 * be transformed is RGB. */
static VitrailPhotometric
get_photometric (const VitrailCodecInput *input, const VitrailJ2kHeader *header)
{
  VitrailPhotometric said = input->format.photometric;

  if (input->format.samples != 3)
    return said;
  if (header->has_component_transform || said == VITRAIL_PHOTOMETRIC_YBR_ICT ||
      said == VITRAIL_PHOTOMETRIC_YBR_RCT)
    return VITRAIL_PHOTOMETRIC_RGB;
  return said == VITRAIL_PHOTOMETRIC_YBR_FULL_422 ? VITRAIL_PHOTOMETRIC_YBR_FULL
                                                  : said;
}

static guint
halve (guint side, guint times)
{
  return (guint) (((guint64) side + (1u << times) - 1) >> times);
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailJ2kHeader header;
  VitrailPixelFormat format;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *reason =
      vitrail_j2k_header_read (&header, input->data, input->length);

  if (reason != NULL)
    return vitrail_codec_fail (input, error, "JPEG 2000: %s", reason);
  if (!check (input, &header, error))
    return NULL;
  vitrail_codec_get_output_format (input, &format);
  format.photometric = get_photometric (input, &header);
  guint reduce = MIN (input->reduce, header.n_levels);
  format.width = halve (format.width, reduce);
  format.height = halve (format.height, reduce);

  size_t length = 0;
  g_autofree uint8_t *samples =
      vitrail_codec_alloc (&format, &length, input, error);
  if (samples == NULL)
    return NULL;
  g_autoptr (opj_image_t) image = decode_image (&header, reduce, text);
  if (image == NULL)
    return vitrail_codec_fail (input, error, "JPEG 2000: %s",
                               text->len > 0 ? text->str : "does not decode");
  if (!has_all_samples (image, &format))
    return vitrail_codec_fail (input, error, "JPEG 2000: samples are missing");
  store (image, &format, samples);
  VitrailFrame *frame =
      vitrail_codec_finish (&format, g_steal_pointer (&samples), length);
  frame->reduce = reduce;
  return frame;
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.90", /* JPEG 2000, lossless only */
  "1.2.840.10008.1.2.4.91", /* JPEG 2000 */
  NULL,
};

const VitrailCodec vitrail_codec_jpeg2000 = {
  .name = "jpeg2000",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
};
