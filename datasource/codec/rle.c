/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* RLE Lossless (PS3.5 annex G): one segment a byte plane, most significant byte
 * first, each a PackBits stream. */

#include "codec/codec.h"
#include "error.h"

#include <string.h>

#define HEADER_BYTES 64
#define MAX_SEGMENTS 15

typedef struct {
  const uint8_t *data;
  size_t length;
} Segment;

static uint32_t
read_u32 (const uint8_t *data)
{
  return (uint32_t) data[0] | (uint32_t) data[1] << 8 |
         (uint32_t) data[2] << 16 | (uint32_t) data[3] << 24;
}

/* The segments that the header lists, all inside the frame (G.5). */
static gboolean
read_header (const VitrailCodecInput *input,
             guint n_needed,
             Segment segments[MAX_SEGMENTS],
             GError **error)
{
  if (input->length < HEADER_BYTES) {
    vitrail_codec_fail (input, error,
                        "%" G_GSIZE_FORMAT " bytes are no RLE header",
                        input->length);
    return FALSE;
  }
  uint32_t n_segments = read_u32 (input->data);
  if (n_segments != n_needed) {
    vitrail_codec_fail (input, error,
                        "%u RLE segments are there, %u are needed", n_segments,
                        n_needed);
    return FALSE;
  }
  for (guint i = 0; i < n_segments; i++) {
    size_t start = read_u32 (input->data + 4 + (size_t) i * 4);
    size_t end = i + 1 < n_segments
                     ? read_u32 (input->data + 8 + (size_t) i * 4)
                     : input->length;
    if (start < HEADER_BYTES || start > end || end > input->length) {
      vitrail_codec_fail (input, error,
                          "RLE segment %u lies from %" G_GSIZE_FORMAT
                          " to %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                          " bytes",
                          i + 1, start, end, input->length);
      return FALSE;
    }
    segments[i] = (Segment){ input->data + start, end - start };
  }
  return TRUE;
}

/* Returns how many of @n bytes there were. What follows the last is padding. */
static size_t
unpack (Segment segment, uint8_t *out, size_t n)
{
  const uint8_t *in = segment.data;
  const uint8_t *end = in + segment.length;
  size_t done = 0;

  while (done < n && in < end) {
    guint code = *in++;
    if (code < 128) {
      size_t run = MIN (code + 1u, MIN ((size_t) (end - in), n - done));
      memcpy (out + done, in, run);
      in += run;
      done += run;
    } else if (code > 128 && in < end) {
      size_t run = MIN (257u - code, n - done);
      memset (out + done, *in++, run);
      done += run;
    }
  }
  return done;
}

/* Planes, most significant byte of the first sample first -> interleaved little
 * endian. The usual two layouts have loops of their own. */
static void
merge (const uint8_t *planes,
       uint8_t *restrict out,
       const VitrailPixelFormat *format)
{
  size_t n = (size_t) format->width * format->height;
  guint size = vitrail_pixel_format_get_sample_bytes (format);
  guint step = size * format->samples;

  if (size == 2 && step == 2) {
    for (size_t i = 0; i < n; i++) {
      out[2 * i] = planes[n + i];
      out[2 * i + 1] = planes[i];
    }
    return;
  }
  if (size == 1 && step == 3) {
    for (size_t i = 0; i < n; i++) {
      out[3 * i] = planes[i];
      out[3 * i + 1] = planes[n + i];
      out[3 * i + 2] = planes[2 * n + i];
    }
    return;
  }
  for (guint k = 0; k < step; k++) {
    const uint8_t *plane = planes + k * n;
    uint8_t *to = out + (size_t) (k / size * size) + (size - 1 - k % size);
    for (size_t i = 0; i < n; i++)
      to[i * step] = plane[i];
  }
}

/* All segments, one after the other, each @n bytes. */
static gboolean
unpack_all (const VitrailCodecInput *input,
            guint n_segments,
            uint8_t *planes,
            size_t n,
            GError **error)
{
  Segment segments[MAX_SEGMENTS];

  if (!read_header (input, n_segments, segments, error))
    return FALSE;
  for (guint i = 0; i < n_segments; i++) {
    size_t done = unpack (segments[i], planes + i * n, n);
    if (done < n) {
      vitrail_codec_fail (input, error,
                          "RLE segment %u ends after %" G_GSIZE_FORMAT
                          " of %" G_GSIZE_FORMAT " bytes",
                          i + 1, done, n);
      return FALSE;
    }
  }
  return TRUE;
}

/* Segmentations: one segment of packed bits. */
static VitrailFrame *
decode_bits (const VitrailCodecInput *input, GError **error)
{
  VitrailPixelFormat format;
  size_t length = 0;

  vitrail_codec_get_output_format (input, &format);
  g_autofree uint8_t *out =
      vitrail_codec_alloc (&format, &length, input, error);
  if (out == NULL)
    return NULL;
  size_t n = (length + 7) / 8;
  g_autofree uint8_t *packed = g_try_malloc (n);
  if (packed == NULL || !unpack_all (input, 1, packed, n, error))
    return packed == NULL ? vitrail_codec_fail (input, error, "no memory")
                          : NULL;
  vitrail_codec_unpack_bits (packed, out, length);
  return vitrail_codec_finish (&format, g_steal_pointer (&out), length);
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailPixelFormat format;
  guint bits = input->format.bits_allocated;
  guint n_segments = bits / 8 * input->format.samples;

  if (bits == 1 && input->format.samples == 1)
    return decode_bits (input, error);
  if (bits % 8 != 0 || n_segments > MAX_SEGMENTS)
    return vitrail_codec_refuse (input, error, "RLE of %u x %u bits",
                                 input->format.samples, bits);
  vitrail_codec_get_output_format (input, &format);
  size_t length = 0;
  g_autofree uint8_t *planes =
      vitrail_codec_alloc (&format, &length, input, error);
  if (planes == NULL)
    return NULL;
  size_t n = (size_t) format.width * format.height;
  if (!unpack_all (input, n_segments, planes, n, error))
    return NULL;
  if (n_segments == 1)
    return vitrail_codec_finish (&format, g_steal_pointer (&planes), length);

  uint8_t *out = vitrail_codec_alloc (&format, &length, input, error);
  if (out == NULL)
    return NULL;
  merge (planes, out, &format);
  return vitrail_codec_finish (&format, out, length);
}

/* How many of @n bytes are the same as the first, at most 128. */
static guint
count_same (const uint8_t *in, size_t n)
{
  guint run = 1;

  while (run < n && run < 128 && in[run] == in[0])
    run++;
  return run;
}

/* How many of @n bytes come before three of a kind, at most 128. */
static guint
count_different (const uint8_t *in, size_t n)
{
  guint run = 1;

  while (run < n && run < 128 &&
         (run + 2 >= n || in[run] != in[run + 1] || in[run] != in[run + 2]))
    run++;
  return run;
}

/* One row: runs do not cross rows (G.3.1). */
static void
pack (GByteArray *out, const uint8_t *in, size_t n)
{
  for (size_t i = 0; i < n;) {
    guint run = count_same (in + i, n - i);
    if (run > 2) {
      const uint8_t pair[2] = { (uint8_t) (257u - run), in[i] };
      g_byte_array_append (out, pair, 2);
    } else {
      run = count_different (in + i, n - i);
      const uint8_t code = (uint8_t) (run - 1);
      g_byte_array_append (out, &code, 1);
      g_byte_array_append (out, in + i, run);
    }
    i += run;
  }
}

/* Byte plane @k of @frame, most significant first, as one segment. */
static void
pack_plane (GByteArray *out, const VitrailFrame *frame, guint k, uint8_t *row)
{
  guint size = vitrail_pixel_format_get_sample_bytes (&frame->format);
  guint step = size * frame->format.samples;
  size_t at = (size_t) (k / size * size) + (size - 1 - k % size);

  for (guint y = 0; y < frame->format.height; y++) {
    const uint8_t *from = frame->data + y * frame->stride + at;
    for (guint x = 0; x < frame->format.width; x++)
      row[x] = from[(size_t) x * step];
    pack (out, row, frame->format.width);
  }
  if (out->len % 2 != 0)
    g_byte_array_append (out, (const uint8_t[]){ 0 }, 1);
}

static void
write_u32 (uint8_t *data, uint32_t value)
{
  for (guint i = 0; i < 4; i++)
    data[i] = (uint8_t) (value >> (8 * i));
}

static GBytes *
encode (const VitrailFrame *frame,
        const VitrailEncodeOptions *options,
        GError **error)
{
  guint n_segments = vitrail_pixel_format_get_pixel_bytes (&frame->format);

  /* The worst case grows by one byte in 128, and offsets have 32 bits. */
  if (n_segments > MAX_SEGMENTS ||
      vitrail_frame_get_size_bytes (frame) > G_MAXINT32)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "RLE of %u x %u pixels of %u bytes", frame->format.width,
                 frame->format.height, n_segments);
    return NULL;
  }
  GByteArray *out = g_byte_array_new ();
  uint8_t header[HEADER_BYTES] = { 0 };
  g_autofree uint8_t *row = g_malloc (frame->format.width);
  g_byte_array_append (out, header, HEADER_BYTES);
  write_u32 (header, n_segments);
  for (guint k = 0; k < n_segments; k++) {
    write_u32 (header + 4 + (size_t) k * 4, out->len);
    pack_plane (out, frame, k, row);
  }
  memcpy (out->data, header, HEADER_BYTES);
  return g_byte_array_free_to_bytes (out);
}

static const char *const transfer_syntaxes[] = {
  "1.2.840.10008.1.2.5", /* RLE Lossless */
  NULL,
};

const VitrailCodec vitrail_codec_rle = {
  .name = "rle",
  .transfer_syntaxes = transfer_syntaxes,
  .decode = decode,
  .encode = encode,
};
