/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG-LS (ISO 14495-1; PS3.5 8.2.3), lossless and near lossless, through
 * CharLS, which decodes straight into the frame where its samples have the
 * frame's layout already. */

#include "codec/codec.h"
#include "codec/stream.h"
#include "error.h"

#include <charls/charls.h>
#include <string.h>

/* The longest run that one bit can stand for (14495-1 A.7.1: J is at most 15).
 * No run goes beyond its line. */
#define MAX_RUN 32768

/* More than any header around the samples of one frame. */
#define HEADER_BYTES 1024

typedef charls_jpegls_decoder *Decoder;
typedef charls_jpegls_encoder *Encoder;

static void
destroy_decoder (charls_jpegls_decoder *decoder)
{
  charls_jpegls_decoder_destroy (decoder);
}

static void
destroy_encoder (charls_jpegls_encoder *encoder)
{
  charls_jpegls_encoder_destroy (encoder);
}

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Decoder, destroy_decoder, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Encoder, destroy_encoder, NULL)

/* What CharLS says: correct, but not for it. */
static gboolean
is_unsupported (charls_jpegls_errc code)
{
  return code == CHARLS_JPEGLS_ERRC_PARAMETER_VALUE_NOT_SUPPORTED ||
         code == CHARLS_JPEGLS_ERRC_BIT_DEPTH_FOR_TRANSFORM_NOT_SUPPORTED ||
         code == CHARLS_JPEGLS_ERRC_COLOR_TRANSFORM_NOT_SUPPORTED ||
         code == CHARLS_JPEGLS_ERRC_ENCODING_NOT_SUPPORTED ||
         code ==
             CHARLS_JPEGLS_ERRC_JPEGLS_PRESET_EXTENDED_PARAMETER_TYPE_NOT_SUPPORTED;
}

static gboolean
check (const VitrailCodecInput *input, charls_jpegls_errc code, GError **error)
{
  const char *reason = charls_get_error_message (code);

  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    return TRUE;
  if (is_unsupported (code))
    vitrail_codec_refuse (input, error, "JPEG-LS: %s", reason);
  else
    vitrail_codec_fail (input, error, "JPEG-LS: %s", reason);
  return FALSE;
}

static VitrailStreamColour
get_spiff_colour (const charls_spiff_header *spiff)
{
  if (spiff->color_space == CHARLS_SPIFF_COLOR_SPACE_RGB)
    return VITRAIL_STREAM_COLOUR_RGB;
  if (spiff->color_space == CHARLS_SPIFF_COLOR_SPACE_YCBCR_ITU_BT_601_1_RGB)
    return VITRAIL_STREAM_COLOUR_YBR;
  return VITRAIL_STREAM_COLOUR_UNSAID;
}

/* Each line of each component takes a bit a run. */
static gboolean
has_room (const VitrailCodecInput *input, const charls_frame_info *info)
{
  const guint64 runs = (guint64) (info->width + MAX_RUN - 1) / MAX_RUN;

  return runs * info->height * (guint64) info->component_count / 8 <=
         input->length;
}

/* Where EOI ends: only padding follows it. CharLS 2.4.1 goes on for seconds
 * where a stream stops without a marker; 0 then. */
static size_t
find_end (const VitrailCodecInput *input)
{
  for (size_t end = input->length; end >= 2; end--)
    if (input->data[end - 1] == 0xd9 && input->data[end - 2] == 0xff)
      return end;
  return 0;
}

static gboolean
read_header (const VitrailCodecInput *input,
             charls_jpegls_decoder *decoder,
             VitrailStream *stream,
             GError **error)
{
  charls_spiff_header spiff = { 0 };
  charls_frame_info info = { 0 };
  charls_color_transformation transform = CHARLS_COLOR_TRANSFORMATION_NONE;
  int32_t has_spiff = 0;

  if (!check (input,
              charls_jpegls_decoder_set_source_buffer (decoder, input->data,
                                                       find_end (input)),
              error) ||
      !check (input,
              charls_jpegls_decoder_read_spiff_header (decoder, &spiff,
                                                       &has_spiff),
              error) ||
      !check (input, charls_jpegls_decoder_read_header (decoder), error) ||
      !check (input, charls_jpegls_decoder_get_frame_info (decoder, &info),
              error) ||
      !check (input,
              charls_jpegls_decoder_get_color_transformation (decoder,
                                                              &transform),
              error))
    return FALSE;
  *stream = (VitrailStream){
    .kind = "JPEG-LS",
    .width = info.width,
    .height = info.height,
    .samples = (guint) info.component_count,
    .precision = (guint) info.bits_per_sample,
  };
  if (has_spiff != 0)
    stream->colour = get_spiff_colour (&spiff);
  /* CharLS undoes Hewlett-Packard's reversible transforms. */
  if (transform != CHARLS_COLOR_TRANSFORMATION_NONE)
    stream->colour = VITRAIL_STREAM_COLOUR_RGB;
  if (has_room (input, &info))
    return TRUE;
  vitrail_codec_fail (input, error,
                      "%" G_GSIZE_FORMAT
                      " bytes of JPEG-LS cannot be %u x %u pixels",
                      input->length, info.width, info.height);
  return FALSE;
}

/* @n samples of @from bytes become samples of @to, 2 or 4, bytes. They may lie
 * in @out already, at its end. */
static void
widen (const uint8_t *in, guint from, uint8_t *out, guint to, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const uint8_t low = in[i * from];
    const uint8_t high = from == 2 ? in[2 * i + 1] : 0;
    memset (out + i * to, 0, to);
    out[i * to] = low;
    out[i * to + 1] = high;
  }
}

#define DEFINE_INTERLEAVE(bits)                                                \
  static void interleave_##bits (const uint##bits##_t *in,                     \
                                 uint##bits##_t *out, size_t n, guint samples) \
  {                                                                            \
    for (guint s = 0; s < samples; s++)                                        \
      for (size_t i = 0; i < n; i++)                                           \
        out[i * samples + s] = in[s * n + i];                                  \
  }

DEFINE_INTERLEAVE (8)
DEFINE_INTERLEAVE (16)

/* How CharLS hands samples out. */
typedef struct {
  guint sample_bytes;
  size_t length;
  gboolean planes;
} Layout;

/* Not straight into the frame: planes by way of a copy, narrower samples at its
 * end. */
static gboolean
decode_aside (const VitrailCodecInput *input,
              charls_jpegls_decoder *decoder,
              const Layout *layout,
              const VitrailPixelFormat *format,
              uint8_t *samples,
              GError **error)
{
  const guint bytes = vitrail_pixel_format_get_sample_bytes (format);
  const size_t n = layout->length / layout->sample_bytes;
  uint8_t *end = samples + n * (bytes - layout->sample_bytes);
  g_autofree uint8_t *planes = NULL;

  if (layout->planes) {
    planes = g_try_malloc (layout->length);
    if (planes == NULL)
      return vitrail_codec_fail (input, error, "no memory") != NULL;
  }
  if (!check (input,
              charls_jpegls_decoder_decode_to_buffer (
                  decoder, planes != NULL ? planes : end, layout->length, 0),
              error))
    return FALSE;
  if (planes != NULL && layout->sample_bytes == 1)
    interleave_8 (planes, end, n / format->samples, format->samples);
  else if (planes != NULL)
    interleave_16 ((const uint16_t *) (gconstpointer) planes, (gpointer) end,
                   n / format->samples, format->samples);
  if (bytes > layout->sample_bytes)
    widen (end, layout->sample_bytes, samples, bytes, n);
  return TRUE;
}

static gboolean
decode_samples (const VitrailCodecInput *input,
                charls_jpegls_decoder *decoder,
                const VitrailPixelFormat *format,
                uint8_t *samples,
                GError **error)
{
  charls_frame_info info = { 0 };
  charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;

  if (!check (input, charls_jpegls_decoder_get_frame_info (decoder, &info),
              error) ||
      !check (input, charls_jpegls_decoder_get_interleave_mode (decoder, &mode),
              error))
    return FALSE;
  Layout layout = { .sample_bytes = info.bits_per_sample > 8 ? 2 : 1 };
  layout.length =
      (size_t) info.width * info.height * format->samples * layout.sample_bytes;
  layout.planes = mode == CHARLS_INTERLEAVE_MODE_NONE && format->samples > 1;
  if (layout.planes ||
      layout.sample_bytes != vitrail_pixel_format_get_sample_bytes (format))
    return decode_aside (input, decoder, &layout, format, samples, error);
  return check (input,
                charls_jpegls_decoder_decode_to_buffer (decoder, samples,
                                                        layout.length, 0),
                error);
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailStream stream;
  VitrailPixelFormat format;
  g_autofree char *warning = NULL;
  g_auto (Decoder) decoder = charls_jpegls_decoder_create ();
  size_t length = 0;

  if (decoder == NULL)
    return vitrail_codec_fail (input, error, "no memory");
  if (find_end (input) == 0)
    return vitrail_codec_fail (input, error, "JPEG-LS: ends without EOI");
  if (!read_header (input, decoder, &stream, error) ||
      !vitrail_stream_reconcile (&stream, input, &format, &warning, error))
    return NULL;
  g_autofree uint8_t *samples =
      vitrail_codec_alloc (&format, &length, input, error);
  if (samples == NULL ||
      !decode_samples (input, decoder, &format, samples, error))
    return NULL;
  if (vitrail_stream_needs_signs (&stream, &format)) {
    const guint bytes = vitrail_pixel_format_get_sample_bytes (&format);
    vitrail_stream_extend_signs (&stream, samples, length / bytes, bytes);
  }
  VitrailFrame *frame =
      vitrail_codec_finish (&format, g_steal_pointer (&samples), length);
  frame->warning = g_steal_pointer (&warning);
  return frame;
}

static GBytes *
refuse (GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "JPEG-LS: %s",
               reason);
  return NULL;
}

/* What CharLS is to take: samples without sign extension, in bytes where they
 * are of 8 bits at most. NULL where that is what the frame has; else a copy, to
 * be freed. */
static uint8_t *
prepare (const VitrailFrame *frame, guint precision)
{
  const guint bytes = vitrail_pixel_format_get_sample_bytes (&frame->format);
  const guint out_bytes = precision > 8 ? 2 : 1;
  const guint mask = (1u << precision) - 1;
  const size_t n = frame->stride * frame->format.height / bytes;

  if (bytes == out_bytes &&
      (!frame->format.is_signed || precision == 8 * bytes))
    return NULL;
  uint8_t *out = g_malloc (n * out_bytes);
  for (size_t i = 0; i < n; i++) {
    out[i * out_bytes] = (uint8_t) (frame->data[i * bytes] & mask);
    if (out_bytes == 2)
      out[2 * i + 1] = (uint8_t) (frame->data[2 * i + 1] & mask >> 8);
  }
  return out;
}

static charls_jpegls_errc
run_encoder (charls_jpegls_encoder *encoder,
             const charls_frame_info *info,
             const uint8_t *samples,
             guint near,
             GByteArray *out)
{
  const size_t stride = (size_t) info->width * (size_t) info->component_count *
                        (info->bits_per_sample > 8 ? 2 : 1);
  const charls_interleave_mode mode = info->component_count > 1
                                          ? CHARLS_INTERLEAVE_MODE_LINE
                                          : CHARLS_INTERLEAVE_MODE_NONE;
  size_t written = 0;
  charls_jpegls_errc code =
      charls_jpegls_encoder_set_frame_info (encoder, info);

  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    code = charls_jpegls_encoder_set_near_lossless (encoder, (int32_t) near);
  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    code = charls_jpegls_encoder_set_interleave_mode (encoder, mode);
  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    code = charls_jpegls_encoder_set_destination_buffer (encoder, out->data,
                                                         out->len);
  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    code = charls_jpegls_encoder_encode_from_buffer (encoder, samples,
                                                     stride * info->height,
                                                     (uint32_t) stride);
  if (code == CHARLS_JPEGLS_ERRC_SUCCESS)
    code = charls_jpegls_encoder_get_bytes_written (encoder, &written);
  g_byte_array_set_size (out, (guint) written);
  return code;
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  const VitrailPixelFormat *format = &frame->format;
  const size_t size = frame->stride * format->height;
  const gboolean is_near =
      g_strcmp0 (options->transfer_syntax, "1.2.840.10008.1.2.4.81") == 0;
  const guint near = is_near ? options->near_lossless : 0;
  g_auto (Encoder) encoder = charls_jpegls_encoder_create ();

  if (format->is_float || format->bits_allocated > 16)
    return refuse (error, "samples of more than 16 bits");
  /* A difference of 1 would turn -1 into the largest number. */
  if (near > 0 && format->is_signed)
    return refuse (error, "signed samples with loss");
  /* Their stream has two: the other would come to be. */
  if (near > 0 && format->bits_stored < 2)
    return refuse (error, "samples of one bit with loss");
  if (encoder == NULL || size > G_MAXINT32)
    return refuse (error, "a frame of that size");
  const charls_frame_info info = {
    .width = format->width,
    .height = format->height,
    .bits_per_sample = (int32_t) MAX (vitrail_codec_measure_depth (frame), 2),
    .component_count = (int32_t) format->samples,
  };
  /* 14495-1 C.2.3; CharLS asserts it. */
  if (near > MIN (255, ((1u << info.bits_per_sample) - 1) / 2))
    return refuse (error, "more loss than half of what a sample can be");
  g_autofree uint8_t *copy = prepare (frame, (guint) info.bits_per_sample);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  /* Noise grows: at most by the escape code's bits a sample. */
  g_byte_array_set_size (out, (guint) (size + size / 2 + HEADER_BYTES));
  charls_jpegls_errc code =
      run_encoder (encoder, &info, copy != NULL ? copy : frame->data, near,
                   out);
  if (code != CHARLS_JPEGLS_ERRC_SUCCESS)
    return refuse (error, charls_get_error_message (code));
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.80", /* JPEG-LS, lossless */
  "1.2.840.10008.1.2.4.81", /* JPEG-LS, near lossless */
  NULL,
};

const VitrailCodec vitrail_codec_jpegls = {
  .name = "jpegls",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
  .encode = encode,
};
