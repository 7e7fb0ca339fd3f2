/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG XL (ISO 18181; PS3.5 8.2.14), also what was a JPEG stream before,
 * through libjxl: the samples as they were coded, without any colour
 * management. */

#include "byteorder.h"
#include "codec/codec.h"
#include "codec/stream.h"

#include <jxl/decode.h>
#include <string.h>

/* Alpha and what else lies beside the colours; none of it is handed out. */
#define MAX_EXTRA_CHANNELS 4

/* What libjxl 0.7 can hand out as integers. */
#define MAX_PRECISION 16

typedef struct {
  const VitrailCodecInput *input;
  JxlDecoder *decoder;
  VitrailStream stream;
  VitrailPixelFormat format;
  char *warning;    /* owned */
  uint8_t *samples; /* owned */
  size_t length;
} Decoder;

static void
decoder_clear (Decoder *self)
{
  JxlDecoderDestroy (self->decoder);
  g_free (self->warning);
  g_free (self->samples);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoder, decoder_clear)

/* Whether a box (ISO 18181-2) tells how the JPEG stream was that this one was
 * made of. */
static gboolean
was_jpeg (const uint8_t *data, size_t length)
{
  static const uint8_t signature[8] = { 0, 0, 0, 12, 'J', 'X', 'L', ' ' };

  if (length < sizeof signature ||
      memcmp (data, signature, sizeof signature) != 0)
    return FALSE;
  while (length >= 16) {
    guint64 box = vitrail_read_u32 (data, TRUE);
    if (memcmp (data + 4, "jbrd", 4) == 0)
      return TRUE;
    if (box == 1)
      box = vitrail_read_u64 (data + 8, TRUE);
    if (box < 8 || box > length)
      return FALSE;
    data += box;
    length -= (size_t) box;
  }
  return FALSE;
}

/* Luma and chroma of a JPEG stream and libjxl's own colours come out as RGB;
 * lossless channels as they went in. */
static VitrailStreamColour
get_colour (const VitrailCodecInput *input, const JxlBasicInfo *info)
{
  if (was_jpeg (input->data, input->length))
    return VITRAIL_STREAM_COLOUR_RESTORED;
  return info->uses_original_profile ? VITRAIL_STREAM_COLOUR_UNSHARED
                                     : VITRAIL_STREAM_COLOUR_RGB;
}

static gboolean
check (const VitrailCodecInput *input, const JxlBasicInfo *info, GError **error)
{
  if (info->exponent_bits_per_sample != 0)
    vitrail_codec_refuse (input, error, "JPEG XL of floating point numbers");
  else if (info->bits_per_sample > MAX_PRECISION)
    vitrail_codec_refuse (input, error, "JPEG XL of %u bits a sample",
                          info->bits_per_sample);
  else if (info->num_extra_channels > MAX_EXTRA_CHANNELS)
    vitrail_codec_refuse (input, error, "JPEG XL with %u extra channels",
                          info->num_extra_channels);
  else
    return TRUE;
  return FALSE;
}

/* After the stream's header: what will come out, and where it goes. */
static gboolean
prepare (Decoder *self, GError **error)
{
  JxlBasicInfo info;
  const VitrailCodecInput *input = self->input;

  if (JxlDecoderGetBasicInfo (self->decoder, &info) != JXL_DEC_SUCCESS)
    return vitrail_codec_fail (input, error, "JPEG XL without header") != NULL;
  self->stream = (VitrailStream){
    .kind = "JPEG XL",
    .width = info.xsize,
    .height = info.ysize,
    .samples = info.num_color_channels,
    .precision = info.bits_per_sample,
    .sign = VITRAIL_STREAM_SIGN_UNSAID,
    .colour = get_colour (input, &info),
  };
  if (!vitrail_stream_reconcile (&self->stream, input, &self->format,
                                 &self->warning, error) ||
      !check (input, &info, error))
    return FALSE;
  self->samples =
      vitrail_codec_alloc (&self->format, &self->length, input, error);
  return self->samples != NULL;
}

/* libjxl writes 8 or 16 bits: at the end of a frame of 32. */
static gboolean
set_buffer (Decoder *self, GError **error)
{
  const gboolean narrow = self->format.bits_allocated == 8;
  const size_t size =
      self->format.bits_allocated == 32 ? self->length / 2 : self->length;
  const JxlPixelFormat format = {
    .num_channels = self->format.samples,
    .data_type = narrow ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
    .endianness = JXL_LITTLE_ENDIAN,
  };
  size_t needed = 0;

  if (self->samples != NULL &&
      JxlDecoderImageOutBufferSize (self->decoder, &format, &needed) ==
          JXL_DEC_SUCCESS &&
      needed == size &&
      JxlDecoderSetImageOutBuffer (self->decoder, &format,
                                   self->samples + (self->length - size),
                                   size) == JXL_DEC_SUCCESS)
    return TRUE;
  vitrail_codec_fail (self->input, error, "JPEG XL: samples are missing");
  return FALSE;
}

static gboolean
run (Decoder *self, GError **error)
{
  for (;;) {
    switch (JxlDecoderProcessInput (self->decoder)) {
    case JXL_DEC_BASIC_INFO:
      if (!prepare (self, error))
        return FALSE;
      break;
    case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
      if (!set_buffer (self, error))
        return FALSE;
      break;
    case JXL_DEC_FULL_IMAGE:
      return TRUE;
    case JXL_DEC_NEED_MORE_INPUT:
      vitrail_codec_fail (self->input, error, "JPEG XL: ends too early");
      return FALSE;
    default:
      vitrail_codec_fail (self->input, error, "JPEG XL: does not decode");
      return FALSE;
    }
  }
}

/* libjxl spreads samples of any precision over all of 8 or 16 bits: the only
 * value of the precision that is spread to it is the one that was coded. */
static void
unspread (Decoder *self)
{
  const guint bits = self->format.bits_allocated == 8 ? 8 : 16;
  const uint32_t most = bits == 8 ? 255 : 65535;
  const uint32_t coded = (1u << self->stream.precision) - 1;
  const guint bytes = vitrail_pixel_format_get_sample_bytes (&self->format);
  const size_t n =
      (size_t) self->format.width * self->format.height * self->format.samples;

  if (bytes == 1 && coded != most)
    for (size_t i = 0; i < n; i++)
      self->samples[i] =
          (uint8_t) ((self->samples[i] * coded + most / 2) / most);
  if (bytes == 1 || (bytes == 2 && coded == most))
    return;
  uint16_t *in = (gpointer) (self->samples + (self->length - 2 * n));
  for (size_t i = 0; i < n; i++) {
    const uint32_t value = (in[i] * coded + most / 2) / most;
    if (bytes == 2)
      in[i] = (uint16_t) value;
    else
      memcpy (self->samples + 4 * i, &value, sizeof value);
  }
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  g_auto (Decoder) self = { .input = input,
                            .decoder = JxlDecoderCreate (NULL) };

  if (self.decoder == NULL)
    return vitrail_codec_fail (input, error, "no memory");
  if (JxlDecoderSubscribeEvents (self.decoder,
                                 JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE) !=
          JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation (self.decoder, JXL_TRUE) !=
          JXL_DEC_SUCCESS ||
      JxlDecoderSetInput (self.decoder, input->data, input->length) !=
          JXL_DEC_SUCCESS)
    return vitrail_codec_fail (input, error, "JPEG XL: does not start");
  JxlDecoderCloseInput (self.decoder);
  if (!run (&self, error))
    return NULL;
  unspread (&self);
  if (vitrail_stream_needs_signs (&self.stream, &self.format)) {
    const VitrailPixelFormat *format = &self.format;
    vitrail_stream_extend_signs (
        &self.stream, self.samples,
        (size_t) format->width * format->height * format->samples,
        vitrail_pixel_format_get_sample_bytes (format));
  }
  VitrailFrame *frame =
      vitrail_codec_finish (&self.format, g_steal_pointer (&self.samples),
                            self.length);
  frame->warning = g_steal_pointer (&self.warning);
  return frame;
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.110", /* JPEG XL, lossless */
  "1.2.840.10008.1.2.4.111", /* JPEG XL, JPEG streams recompressed */
  "1.2.840.10008.1.2.4.112", /* JPEG XL */
  NULL,
};

const VitrailCodec vitrail_codec_jpegxl = {
  .name = "jpegxl",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
};
