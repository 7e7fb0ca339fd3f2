/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG 2000 (ISO 15444-1, of 15444-2 the component transforms; PS3.5 8.2.4,
 * A.4.4) through OpenJPEG. HTJ2K (ISO 15444-15) never gets there: its decoder
 * of those blocks asserts what they say. */

#include "codec/j2kframe.h"
#include "error.h"

#include <openjpeg.h>
#include <string.h>

#define LOSSLESS "1.2.840.10008.1.2.4.90"
#define LOSSY    "1.2.840.10008.1.2.4.91"

/* The deepest samples that we write: the wavelets add bits of their own, and
 * OpenJPEG counts in 32. */
#define MAX_PRECISION 24

/* Deeper ones may not come back: RCT and wavelets make four bits more, and
 * OpenJPEG codes six fractional bits besides. */
#define SAFE_PRECISION 20

/* Wavelet levels, where there is something to halve. */
#define MAX_LEVELS 5

/* In the code block style. */
#define STYLE_HT 0x40

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

/* The header has been read and has none. But the code that decodes them asserts
 * what they say, so OpenJPEG's own view of the header counts too. */
static gboolean
has_ht_blocks (opj_codec_t *codec)
{
  opj_codestream_info_v2_t *info = opj_get_cstr_info (codec);
  const opj_tccp_info_t *coding =
      info == NULL ? NULL : info->m_default_tile_info.tccp_info;
  gboolean has = coding == NULL;

  for (guint c = 0; !has && c < info->nbcomps; c++)
    has = (coding[c].cblksty & STYLE_HT) != 0;
  opj_destroy_cstr_info (&info);
  return has;
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
      !opj_decoder_set_strict_mode (codec, !header->is_cut) ||
      !opj_read_header (stream, codec, &image))
    return NULL;
  g_autoptr (opj_image_t) owned = image;
  if (has_ht_blocks (codec)) {
    g_string_assign (text, "blocks of HTJ2K behind another header");
    return NULL;
  }
  if (!opj_decode (codec, stream, owned))
    return NULL;
  return g_steal_pointer (&owned);
}

static gboolean
has_all_samples (const VitrailJ2kJob *self, const opj_image_t *image)
{
  if (image->numcomps != self->format.samples)
    return FALSE;
  for (guint c = 0; c < image->numcomps; c++) {
    guint width = 0;
    guint height = 0;
    vitrail_j2k_get_component_size (self, c, &width, &height);
    if (image->comps[c].data == NULL || image->comps[c].w != width ||
        image->comps[c].h != height)
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_j2k_run_openjpeg (const VitrailJ2kJob *self, GString *text)
{
  g_autoptr (opj_image_t) image =
      decode_image (self->header, self->reduce, text);

  if (image == NULL)
    return FALSE;
  if (!has_all_samples (self, image)) {
    g_string_assign (text, "samples are missing");
    return FALSE;
  }
  for (guint c = 0; c < image->numcomps; c++) {
    const opj_image_comp_t *component = &image->comps[c];
    for (guint y = 0; y < component->h; y++)
      vitrail_j2k_put_row (self, c, y,
                           component->data + (size_t) y * component->w);
  }
  return TRUE;
}

/* What OpenJPEG writes, and where. */
typedef struct {
  GByteArray *bytes;
  size_t at;
} Writer;

/* The length of one codestream is an int to many who read it. */
static gboolean
reserve (Writer *self, size_t n)
{
  if (n > G_MAXINT32 - self->at)
    return FALSE;
  if (self->at + n > self->bytes->len)
    g_byte_array_set_size (self->bytes, (guint) (self->at + n));
  return TRUE;
}

static OPJ_SIZE_T
write_cb (void *buffer, OPJ_SIZE_T n, void *data)
{
  Writer *self = data;

  if (!reserve (self, n))
    return (OPJ_SIZE_T) -1;
  memcpy (self->bytes->data + self->at, buffer, n);
  self->at += n;
  return n;
}

static OPJ_OFF_T
skip_writing_cb (OPJ_OFF_T n, void *data)
{
  Writer *self = data;

  if (n < 0 || !reserve (self, (size_t) n))
    return -1;
  self->at += (size_t) n;
  return n;
}

static OPJ_BOOL
seek_writing_cb (OPJ_OFF_T to, void *data)
{
  Writer *self = data;

  if (to < 0 || (guint64) to > self->bytes->len)
    return OPJ_FALSE;
  self->at = (size_t) to;
  return OPJ_TRUE;
}

static opj_image_t *
make_image (const VitrailFrame *frame, guint precision)
{
  const VitrailPixelFormat *format = &frame->format;
  opj_image_cmptparm_t components[4] = { 0 };

  for (guint c = 0; c < format->samples; c++)
    components[c] = (opj_image_cmptparm_t){ .dx = 1,
                                            .dy = 1,
                                            .w = format->width,
                                            .h = format->height,
                                            .prec = precision,
                                            .sgnd = format->is_signed };
  opj_image_t *image =
      opj_image_create (format->samples, components,
                        format->samples == 1 ? OPJ_CLRSPC_GRAY
                                             : OPJ_CLRSPC_SRGB);
  if (image == NULL)
    return NULL;
  image->x1 = format->width;
  image->y1 = format->height;
  for (guint c = 0; c < format->samples; c++)
    for (guint y = 0; y < format->height; y++)
      vitrail_j2k_get_row (frame, c, y,
                           image->comps[c].data + (size_t) y * format->width);
  return image;
}

/* With loss the peak signal is so many decibels above the noise: 70 with a
 * quality of 100, where 8 bits hardly differ, 30 with 0. */
static void
set_parameters (opj_cparameters_t *self,
                const VitrailPixelFormat *format,
                const VitrailEncodeOptions *options)
{
  guint n_levels = 0;

  opj_set_default_encoder_parameters (self);
  while (n_levels < MAX_LEVELS &&
         MIN (format->width, format->height) >> (n_levels + 1) > 0)
    n_levels++;
  self->numresolution = (int) n_levels + 1;
  self->tcp_numlayers = 1;
  self->tcp_mct = vitrail_j2k_is_transformed (format) ? 1 : 0;
  self->cp_disto_alloc = 1;
  if (g_strcmp0 (options->transfer_syntax, LOSSY) != 0)
    return;
  self->irreversible = 1;
  self->cp_disto_alloc = 0;
  self->cp_fixed_quality = 1;
  self->tcp_distoratio[0] =
      30 + 0.4f * (float) CLAMP (options->quality, 0, 100);
}

static gboolean
run_encoder (opj_cparameters_t *parameters,
             opj_image_t *image,
             GByteArray *bytes,
             GString *text)
{
  Writer writer = { bytes, 0 };
  g_auto (Stream) stream = opj_stream_create (65536, OPJ_FALSE);
  g_auto (Codec) codec = opj_create_compress (OPJ_CODEC_J2K);

  if (stream == NULL || codec == NULL)
    return FALSE;
  opj_stream_set_user_data (stream, &writer, NULL);
  opj_stream_set_write_function (stream, write_cb);
  opj_stream_set_skip_function (stream, skip_writing_cb);
  opj_stream_set_seek_function (stream, seek_writing_cb);
  opj_set_error_handler (codec, error_cb, text);
  opj_set_warning_handler (codec, warning_cb, NULL);
  return opj_setup_encoder (codec, parameters, image) &&
         opj_start_compress (codec, image, stream) &&
         opj_encode (codec, stream) && opj_end_compress (codec, stream);
}

static gboolean
reads_back (const GByteArray *bytes, const VitrailFrame *frame)
{
  const VitrailJ2kHeader header = { .data = bytes->data, .length = bytes->len };
  const guint width = frame->format.width;
  g_autofree int32_t *row = g_new (int32_t, width);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (opj_image_t) image = decode_image (&header, 0, text);

  if (image == NULL || image->numcomps != frame->format.samples)
    return FALSE;
  for (guint c = 0; c < image->numcomps; c++)
    for (guint y = 0; y < frame->format.height; y++) {
      vitrail_j2k_get_row (frame, c, y, row);
      if (memcmp (image->comps[c].data + (size_t) y * width, row,
                  width * sizeof *row) != 0)
        return FALSE;
    }
  return TRUE;
}

static GBytes *
refuse (GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "JPEG 2000: %s",
               reason);
  return NULL;
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  opj_cparameters_t parameters;

  if (g_strcmp0 (options->transfer_syntax, LOSSLESS) != 0 &&
      g_strcmp0 (options->transfer_syntax, LOSSY) != 0)
    return refuse (error, "part 2 is not written");
  if (format->is_float || format->bits_allocated > 32)
    return refuse (error, "samples that are no integers of 32 bits at most");
  const guint precision = vitrail_codec_measure_depth (frame);
  if (precision > MAX_PRECISION)
    return refuse (error, "samples of more than 24 bits");
  g_autoptr (opj_image_t) image = make_image (frame, precision);
  if (image == NULL)
    return refuse (error, "no memory");
  set_parameters (&parameters, format, options);
  if (!run_encoder (&parameters, image, bytes, text))
    return refuse (error, text->len > 0 ? text->str : "does not encode");
  if (precision > SAFE_PRECISION && parameters.irreversible == 0 &&
      !reads_back (bytes, frame))
    return refuse (error, "samples too deep to be coded without loss");
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static const char *const transfer_syntaxes[] = {
  LOSSLESS,                 /* JPEG 2000, lossless only */
  LOSSY,                    /* JPEG 2000 */
  "1.2.840.10008.1.2.4.92", /* part 2, components, lossless only */
  "1.2.840.10008.1.2.4.93", /* part 2, components */
  NULL,
};

const VitrailCodec vitrail_codec_jpeg2000 = {
  .name = "jpeg2000",
  .transfer_syntaxes = transfer_syntaxes,
  .takes_beginnings = TRUE,
  .decode = vitrail_j2k_decode,
  .encode = encode,
  .get_encoded_photometric = vitrail_j2k_get_encoded_photometric,
};
