/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Deflated Image Frame Compression (PS3.5 A.4): native frames, deflated one by
 * one (RFC 1951, no header). */

#include "codec/codec.h"
#include "limits.h"

#define ZLIB_CONST
#include <zlib.h>

/* What deflating can make of nothing at best. */
#define MAX_RATIO 1032

/* How many of @n bytes the stream gave. What follows them is padding. */
static size_t
inflate_frame (const VitrailCodecInput *input, uint8_t *out, size_t n)
{
  z_stream stream = { .next_in = input->data,
                      .avail_in = (uInt) MIN (input->length, G_MAXUINT32),
                      .avail_out = (uInt) n };

  stream.next_out = out;

  if (inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    return 0;
  inflate (&stream, Z_FINISH);
  inflateEnd (&stream);
  return stream.total_out;
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  const VitrailCodec *native = vitrail_codec_find ("1.2.840.10008.1.2.1");
  VitrailCodecInput inflated = *input;
  size_t n = vitrail_pixel_format_get_frame_bytes (&input->format);

  if (n == 0 || n > VITRAIL_LIMIT_FRAME_BYTES)
    return vitrail_codec_fail (input, error, "no frame of that size");
  if (n / MAX_RATIO > input->length)
    return vitrail_codec_fail (input, error,
                               "%" G_GSIZE_FORMAT
                               " bytes inflate to no %" G_GSIZE_FORMAT,
                               input->length, n);
  g_autofree uint8_t *data = g_try_malloc (n);
  if (data == NULL)
    return vitrail_codec_fail (input, error, "no memory");
  size_t done = inflate_frame (input, data, n);
  if (done < n)
    return vitrail_codec_fail (input, error,
                               "%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                               " bytes inflate",
                               done, n);

  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&data), n);
  inflated.bytes = bytes;
  inflated.data = g_bytes_get_data (bytes, NULL);
  inflated.length = n;
  return native->decode (&inflated, error);
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.8.1", /* Deflated Image Frame Compression */
  NULL,
};

const VitrailCodec vitrail_codec_deflatedframe = {
  .name = "deflatedframe",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
};
