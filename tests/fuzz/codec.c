/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a codec over a code stream with any header: see codec.h. */

#include "codec.h"

#include "codec/codec.h"

#include <string.h>

static const guint samples[3] = { 1, 3, 4 };
static const guint containers[4] = { 1, 8, 16, 32 };

static VitrailCodecInput
make_input (const uint8_t *data, size_t size)
{
  VitrailCodecInput input = {
    .data = data + FUZZ_CODEC_HEADER_BYTES,
    .length = size - FUZZ_CODEC_HEADER_BYTES,
    .big_endian = (data[5] & 4u) != 0,
    .is_beginning = (data[5] & 8u) != 0,
    .reduce = data[7] % 4,
    .name = "fuzz",
    .frame = 1,
  };
  VitrailPixelFormat *format = &input.format;

  format->width = data[0] + 1u;
  format->height = data[1] + 1u;
  format->samples = samples[data[2] % 3];
  format->bits_allocated = containers[data[3] % 4];
  format->bits_stored = data[4] % format->bits_allocated + 1;
  format->high_bit = format->bits_stored - 1;
  format->is_signed = (data[5] & 1u) != 0;
  format->planar = (data[5] & 2u) != 0;
  format->photometric =
      (VitrailPhotometric) (data[6] % (VITRAIL_PHOTOMETRIC_YBR_RCT + 1));
  return input;
}

/* Each byte is looked at: all must be there. */
static void
look_at (const VitrailFrame *frame)
{
  static volatile guint total;
  size_t size = frame->stride * frame->format.height;

  g_assert_cmpuint (frame->stride, ==,
                    (size_t) frame->format.width *
                        vitrail_pixel_format_get_pixel_bytes (&frame->format));
  for (size_t i = 0; i < size; i++)
    total += frame->data[i];
}

/* What we write we read. (A frame with its chroma spread out is native only
 * once it is called YBR_FULL.) */
static void
write_and_read (const VitrailCodec *codec,
                const VitrailCodecInput *input,
                const VitrailFrame *frame)
{
  const VitrailEncodeOptions options = { codec->transfer_syntaxes[0], 100, 0 };
  g_autoptr (GBytes) coded = codec->encode (frame, &options, NULL);
  if (coded == NULL ||
      frame->format.photometric == VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422)
    return;

  gsize length = 0;
  VitrailCodecInput again = *input;
  again.data = g_bytes_get_data (coded, &length);
  again.length = length;
  again.format = frame->format;
  again.big_endian = FALSE;
  again.reduce = 0;
  again.is_beginning = FALSE;
  g_autoptr (VitrailFrame) back = codec->decode (&again, NULL);
  g_assert_nonnull (back);
  g_assert_cmpmem (frame->data, frame->stride * frame->format.height,
                   back->data, back->stride * back->format.height);
}

void
fuzz_decoder (const VitrailCodec *codec, const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;

  if (size < FUZZ_CODEC_HEADER_BYTES)
    return;
  VitrailCodecInput input = make_input (data, size);
  VitrailFrame *frame = codec->decode (&input, &error);
  if (frame == NULL) {
    g_assert_true (g_str_has_prefix (error->message, "fuzz: frame 1: "));
    return;
  }
  look_at (frame);
  if (codec->encode != NULL)
    write_and_read (codec, &input, frame);
  g_autoptr (VitrailFrame) normal = vitrail_frame_normalize (frame);
  look_at (normal);
}

void
fuzz_codec (const char *transfer_syntax, const uint8_t *data, size_t size)
{
  const VitrailCodec *codec = vitrail_codec_find (transfer_syntax);

  g_assert_nonnull (codec);
  fuzz_decoder (codec, data, size);
}
