/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finding a codec, and what codecs share: see codec.h. */

#include "codec/codec.h"

#include "error.h"
#include "limits.h"

const VitrailCodec *
vitrail_codec_find (const char *transfer_syntax)
{
  guint n_codecs = 0;
  const VitrailCodec *const *codecs = vitrail_codec_list (&n_codecs);

  if (transfer_syntax == NULL)
    return NULL;
  for (guint i = 0; i < n_codecs; i++)
    if (g_strv_contains (codecs[i]->transfer_syntaxes, transfer_syntax))
      return codecs[i];
  return NULL;
}

void
vitrail_codec_get_output_format (const VitrailCodecInput *input,
                                 VitrailPixelFormat *format)
{
  guint bits = input->format.bits_allocated;

  *format = input->format;
  format->bits_allocated = bits <= 8    ? 8
                           : bits <= 16 ? 16
                           : bits <= 32 ? 32
                                        : 64;
  format->planar = FALSE;
}

uint8_t *
vitrail_codec_alloc (const VitrailPixelFormat *format,
                     size_t *length,
                     const VitrailCodecInput *input,
                     GError **error)
{
  guint64 pixels = (guint64) format->width * format->height;
  guint64 bytes = 0;

  if (format->width > VITRAIL_LIMIT_SIDE ||
      format->height > VITRAIL_LIMIT_SIDE || pixels > VITRAIL_LIMIT_PIXELS ||
      !g_uint64_checked_mul (&bytes, pixels,
                             vitrail_pixel_format_get_pixel_bytes (format)) ||
      bytes > VITRAIL_LIMIT_FRAME_BYTES)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u: %u x %u pixels are beyond the limit",
                 input->name, input->frame, format->width, format->height);
    return NULL;
  }
  uint8_t *samples = g_try_malloc (MAX ((size_t) bytes, 1));
  if (samples == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u: no memory for %" G_GUINT64_FORMAT " bytes",
                 input->name, input->frame, bytes);
    return NULL;
  }
  *length = (size_t) bytes;
  return samples;
}

VitrailFrame *
vitrail_codec_finish (const VitrailPixelFormat *format,
                      uint8_t *samples,
                      size_t length)
{
  size_t stride =
      (size_t) format->width * vitrail_pixel_format_get_pixel_bytes (format);

  return vitrail_frame_new_take (format, g_bytes_new_take (samples, length),
                                 stride);
}

void
vitrail_codec_unpack_bits (const uint8_t *data, uint8_t *samples, size_t n)
{
  for (size_t i = 0; i < n; i++)
    samples[i] = (uint8_t) ((data[i / 8] >> (i % 8)) & 1u);
}

/* All bits that samples of @bytes have, as numbers without a sign: ~-1 is 0. */
static uint32_t
collect_bits (const VitrailFrame *frame, guint bytes, size_t n)
{
  const uint8_t *data = frame->data;
  const uint32_t sign = frame->format.is_signed ? 1u << (8 * bytes - 1) : 0;
  uint32_t all = 0;

  for (size_t i = 0; i < n; i++) {
    uint32_t value = data[i * bytes];
    for (guint b = 1; b < bytes; b++)
      value |= (uint32_t) data[i * bytes + b] << (8 * b);
    all |= (value & sign) != 0 ? ~value & (sign - 1) : value;
  }
  return all;
}

guint
vitrail_codec_measure_depth (const VitrailFrame *frame)
{
  const VitrailPixelFormat *format = &frame->format;
  const guint bits = format->bits_stored;
  const size_t n = (size_t) format->width * format->height * format->samples;

  if (bits >= format->bits_allocated || format->high_bit + 1 != bits)
    return format->bits_allocated;
  const uint32_t all =
      collect_bits (frame, vitrail_pixel_format_get_sample_bytes (format), n);
  return all >> (bits - (format->is_signed ? 1 : 0)) == 0
             ? bits
             : format->bits_allocated;
}

G_GNUC_PRINTF (4, 0)

static VitrailFrame *
set_error (const VitrailCodecInput *input,
           GError **error,
           VitrailError code,
           const char *format,
           va_list args)
{
  g_autofree char *reason = g_strdup_vprintf (format, args);

  g_set_error (error, VITRAIL_ERROR, (gint) code, "%s: frame %u: %s",
               input->name, input->frame, reason);
  return NULL;
}

VitrailFrame *
vitrail_codec_fail (const VitrailCodecInput *input,
                    GError **error,
                    const char *format,
                    ...)
{
  va_list args;

  va_start (args, format);
  set_error (input, error, VITRAIL_ERROR_CORRUPT, format, args);
  va_end (args);
  return NULL;
}

VitrailFrame *
vitrail_codec_refuse (const VitrailCodecInput *input,
                      GError **error,
                      const char *format,
                      ...)
{
  va_list args;

  va_start (args, format);
  set_error (input, error, VITRAIL_ERROR_UNSUPPORTED, format, args);
  va_end (args);
  return NULL;
}
