/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG (ISO 10918-1; PS3.5 8.2.1): which decoder a stream wants is what its
 * frame header says, whatever the transfer syntax is. */

#include "codec/jpegencode.h"
#include "codec/jpegstream.h"
#include "error.h"

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailJpegStream stream;

  if (!vitrail_jpeg_stream_open (&stream, input, error))
    return NULL;
  switch (stream.frame.sof) {
  case 0xc0:
  case 0xc1:
  case 0xc2:
    if (stream.frame.precision == 8)
      return vitrail_jpeg_decode_8 (&stream, input, error);
    return vitrail_jpeg_decode_12 (&stream, input, error);
  case 0xc3:
    return vitrail_jpeg_decode_lossless (&stream, input, error);
  case 0xc9:
  case 0xca:
  case 0xcb:
    return vitrail_codec_refuse (input, error, "JPEG with arithmetic coding");
  default:
    return vitrail_codec_refuse (input, error, "hierarchical JPEG");
  }
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  if (g_str_equal (options->transfer_syntax, "1.2.840.10008.1.2.4.50"))
    return vitrail_jpeg_encode_8 (frame, options->quality, error);
  if (g_str_equal (options->transfer_syntax, "1.2.840.10008.1.2.4.57") ||
      g_str_equal (options->transfer_syntax, "1.2.840.10008.1.2.4.70"))
    return vitrail_jpeg_encode_lossless (frame, error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "JPEG is not written as %s", options->transfer_syntax);
  return NULL;
}

/* Baseline makes luma and chroma of RGB. */
static VitrailPhotometric
get_encoded_photometric (const VitrailFrame *frame,
                         const VitrailEncodeOptions *options)
{
  const gboolean is_baseline =
      g_str_equal (options->transfer_syntax, "1.2.840.10008.1.2.4.50");

  return is_baseline && frame->format.samples == 3
             ? VITRAIL_PHOTOMETRIC_YBR_FULL
             : frame->format.photometric;
}

/* The first is what is written where nobody says what. */
static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.4.70", /* Lossless, Selection Value 1 (Process 14) */
  "1.2.840.10008.1.2.4.57", /* Lossless (Process 14) */
  "1.2.840.10008.1.2.4.50", /* Baseline (Process 1) */
  "1.2.840.10008.1.2.4.51", /* Extended (Process 2 & 4) */
  "1.2.840.10008.1.2.4.53", /* Spectral Selection (Process 6 & 8), retired */
  "1.2.840.10008.1.2.4.55", /* Full Progression (Process 10 & 12), retired */
  NULL,
};

const VitrailCodec vitrail_codec_jpeg = {
  .name = "jpeg",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
  .encode = encode,
  .get_encoded_photometric = get_encoded_photometric,
};
