/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Native (uncompressed) pixel data (PS3.5 8.1.1, 8.2, A.1 to A.3, A.5): samples
 * as they are, little or big endian, packed bits, planes, shared chroma. */

#include "codec/codec.h"

#include <string.h>

/* Where frames of other machines' byte order are turned around, @size bytes at
 * a time. */
static void
swap_units (uint8_t *data, size_t length, guint size)
{
  for (size_t i = 0; i + size <= length; i += size)
    for (guint k = 0; k < size / 2; k++) {
      uint8_t byte = data[i + k];
      data[i + k] = data[i + size - 1 - k];
      data[i + size - 1 - k] = byte;
    }
}

static guint
get_swap_unit (const VitrailCodecInput *input)
{
  guint bits = input->format.bits_allocated;

  if (!input->big_endian)
    return 1;
  if (bits == 1 || bits == 8 || bits == 12)
    return input->words ? 2 : 1;
  return bits / 8;
}

/* Two samples in three bytes, the first in the low bits; signed ones keep their
 * sign in 16 bits. */
static void
unpack_12 (const uint8_t *data, uint8_t *out, size_t n, gboolean is_signed)
{
  const guint sign = is_signed ? 0x800 : 0;

  for (size_t i = 0; i < n; i++) {
    const uint8_t *pair = data + i / 2 * 3;
    guint value = i % 2 == 0 ? pair[0] | (pair[1] & 0x0fu) << 8
                             : pair[1] >> 4 | (guint) pair[2] << 4;
    value = (value ^ sign) - sign;
    out[2 * i] = (uint8_t) value;
    out[2 * i + 1] = (uint8_t) (value >> 8);
  }
}

/* Planes of @size bytes a sample -> interleaved. */
static void
interleave (const uint8_t *data, uint8_t *out, const VitrailPixelFormat *format)
{
  size_t n = (size_t) format->width * format->height;
  guint size = vitrail_pixel_format_get_sample_bytes (format);
  size_t step = (size_t) size * format->samples;

  for (guint byte = 0; byte < step; byte++) {
    const uint8_t *plane = data + byte / size * n * size + byte % size;
    uint8_t *to = out + byte;
    for (size_t i = 0; i < n; i++)
      to[i * step] = plane[i * size];
  }
}

/* Y Y Cb Cr -> Y Cb Cr, Y Cb Cr: chroma is sited on the first of the pair and
 * stands for both (PS3.3 C.7.6.3.1.2). */
static void
expand_422 (const uint8_t *data, uint8_t *out, size_t n_pairs, guint size)
{
  static const uint8_t order[6] = { 0, 2, 3, 1, 2, 3 };

  for (size_t i = 0; i < n_pairs; i++, data += 4 * (size_t) size)
    for (guint k = 0; k < 6; k++, out += size)
      memcpy (out, data + (size_t) order[k] * size, size);
}

/* Can the bytes be handed out as they are? Rows need not be aligned for a
 * file's sake, but samples must be for ours. */
static gboolean
is_ready (const VitrailCodecInput *input)
{
  guint bits = input->format.bits_allocated;

  return bits != 1 && bits != 12 && get_swap_unit (input) == 1 &&
         !input->format.planar &&
         !vitrail_pixel_format_shares_chroma (&input->format) &&
         (uintptr_t) input->data % (bits / 8) == 0;
}

static void
convert (const VitrailCodecInput *input,
         const uint8_t *data,
         uint8_t *out,
         size_t length)
{
  const VitrailPixelFormat *format = &input->format;
  size_t n = (size_t) format->width * format->height;
  guint size = vitrail_pixel_format_get_sample_bytes (format);

  if (format->bits_allocated == 1)
    vitrail_codec_unpack_bits (data, out, n * format->samples);
  else if (format->bits_allocated == 12)
    unpack_12 (data, out, n * format->samples, format->is_signed);
  else if (vitrail_pixel_format_shares_chroma (format))
    expand_422 (data, out, n / 2, size);
  else if (format->planar)
    interleave (data, out, format);
  else
    memcpy (out, data, length);
}

static VitrailFrame *
wrap (const VitrailCodecInput *input, size_t needed)
{
  gsize length = 0;
  const uint8_t *start = g_bytes_get_data (input->bytes, &length);
  size_t stride = (size_t) input->format.width *
                  vitrail_pixel_format_get_pixel_bytes (&input->format);

  return vitrail_frame_new_take (
      &input->format,
      g_bytes_new_from_bytes (input->bytes, (gsize) (input->data - start),
                              needed),
      stride);
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  size_t needed = vitrail_pixel_format_get_frame_bytes (&input->format);

  if (needed == 0 || input->length < needed)
    return vitrail_codec_fail (input, error,
                               "%" G_GSIZE_FORMAT
                               " bytes are there, %" G_GSIZE_FORMAT
                               " are needed",
                               input->length, needed);
  if (vitrail_pixel_format_shares_chroma (&input->format) &&
      input->format.width % 2 != 0)
    return vitrail_codec_fail (input, error,
                               "%u columns with chroma shared by two",
                               input->format.width);
  if (input->format.planar && input->format.bits_allocated % 8 != 0)
    return vitrail_codec_refuse (input, error, "planes of packed samples");
  if (input->bytes != NULL && is_ready (input))
    return wrap (input, needed);

  VitrailPixelFormat format;
  vitrail_codec_get_output_format (input, &format);
  size_t length = 0;
  g_autofree uint8_t *out =
      vitrail_codec_alloc (&format, &length, input, error);
  if (out == NULL)
    return NULL;
  g_autofree uint8_t *swapped = NULL;
  const uint8_t *data = input->data;
  if (get_swap_unit (input) > 1) {
    swapped = g_try_malloc (needed);
    if (swapped == NULL)
      return vitrail_codec_fail (input, error, "no memory to swap bytes");
    memcpy (swapped, data, needed);
    swap_units (swapped, needed, get_swap_unit (input));
    data = swapped;
  }
  convert (input, data, out, length);
  if (format.photometric == VITRAIL_PHOTOMETRIC_YBR_FULL_422)
    format.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL;
  return vitrail_codec_finish (&format, g_steal_pointer (&out), length);
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  size_t row = (size_t) frame->format.width *
               vitrail_pixel_format_get_pixel_bytes (&frame->format);

  if (frame->stride == row)
    return g_bytes_new_from_bytes (frame->bytes, 0, row * frame->format.height);
  GByteArray *rows = g_byte_array_new ();
  for (guint y = 0; y < frame->format.height; y++)
    g_byte_array_append (rows, frame->data + y * frame->stride, (guint) row);
  return g_byte_array_free_to_bytes (rows);
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2",      /* Implicit VR Little Endian */
  "1.2.840.10008.1.2.1",    /* Explicit VR Little Endian */
  "1.2.840.10008.1.2.1.99", /* Deflated Explicit VR Little Endian */
  "1.2.840.10008.1.2.2",    /* Explicit VR Big Endian */
  "1.2.840.10008.1.2.1.98", /* Encapsulated Uncompressed Explicit VR LE */
  NULL,
};

const VitrailCodec vitrail_codec_native = {
  .name = "native",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
  .encode = encode,
};
