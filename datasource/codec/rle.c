/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* RLE Lossless (PS3.5 annex G): one segment a byte plane, most significant byte
 * first, each a PackBits stream. */

#include "byteorder.h"
#include "codec/codec.h"
#include "error.h"

#include <string.h>

#define HEADER_BYTES 64
#define MAX_SEGMENTS 15

typedef struct {
  const uint8_t *data;
  size_t length;
} Segment;

/* The segments that the header lists, all inside the frame (G.5). */
static gboolean
read_header (const VitrailCodecInput *input,
             guint n_needed,
             Segment *segments,
             GError **error)
{
  if (input->length < HEADER_BYTES) {
    vitrail_codec_fail (input, error,
                        "%" G_GSIZE_FORMAT " bytes are no RLE header",
                        input->length);
    return FALSE;
  }
  uint32_t n_segments = vitrail_read_u32 (input->data, FALSE);
  if (n_segments != n_needed) {
    vitrail_codec_fail (input, error,
                        "%u RLE segments are there, %u are needed", n_segments,
                        n_needed);
    return FALSE;
  }
  for (guint i = 0; i < n_segments; i++) {
    size_t start = vitrail_read_u32 (input->data + 4 + (size_t) i * 4, FALSE);
    size_t end =
        i + 1 < n_segments
            ? vitrail_read_u32 (input->data + 8 + (size_t) i * 4, FALSE)
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

/* A segment takes two bytes for 128 at least. */
static gboolean
check_lengths (const VitrailCodecInput *input,
               const Segment *segments,
               guint n_segments,
               size_t n,
               GError **error)
{
  for (guint i = 0; i < n_segments; i++)
    if (segments[i].length / 2 < n / 128) {
      vitrail_codec_fail (input, error,
                          "RLE segment %u has %" G_GSIZE_FORMAT
                          " bytes for %" G_GSIZE_FORMAT,
                          i + 1, segments[i].length, n);
      return FALSE;
    }
  return TRUE;
}

/* What one code gives at most, and takes with its literal bytes. */
#define RUN_BYTES  128
#define CODE_BYTES (1 + RUN_BYTES)

/* One code: its bytes go to @out, where there is room for RUN_BYTES. Returns
 * how many. */
static size_t
unpack_code (Segment *segment, uint8_t *out)
{
  const uint8_t *in = segment->data + 1;
  const guint code = segment->data[0];
  size_t left = segment->length - 1;
  size_t run = 0;

  if (code < 128) {
    run = MIN (code + 1u, left);
    memcpy (out, in, run);
    left -= run;
    in += run;
  } else if (code > 128 && left > 0) {
    run = 257 - code;
    memset (out, *in++, run);
    left--;
  }
  segment->data = in;
  segment->length = left;
  return run;
}

/* The same where CODE_BYTES are there to be read: whole blocks, more than are
 * needed, are faster than exact copies. */
static inline size_t
unpack_code_fast (Segment *segment, uint8_t *out)
{
  const uint8_t *in = segment->data + 1;
  const guint code = segment->data[0];
  uint8_t block[16];
  size_t used = 1;
  size_t run = 0;

  if (code < 128) {
    run = code + 1;
    used = 1 + run;
    for (size_t k = 0; k < run; k += sizeof block)
      memcpy (out + k, in + k, sizeof block);
  } else if (code > 128) {
    run = 257 - code;
    used = 2;
    memset (block, *in, sizeof block);
    for (size_t k = 0; k < run; k += sizeof block)
      memcpy (out + k, block, sizeof block);
  }
  segment->data += used;
  segment->length -= used;
  return run;
}

/* Unpacks codes into @out until there are @want bytes; the last code may give
 * up to RUN_BYTES - 1 more, for which there must be room. Returns how many
 * there are: fewer than @want where the segment ends. */
static size_t
unpack (Segment *segment, uint8_t *out, size_t want)
{
  Segment rest = *segment;
  size_t done = 0;

  while (done < want && rest.length >= CODE_BYTES)
    done += unpack_code_fast (&rest, out + done);
  while (done < want && rest.length > 0)
    done += unpack_code (&rest, out + done);
  *segment = rest;
  return done;
}

static VitrailFrame *
fail_short (const VitrailCodecInput *input,
            guint segment,
            size_t done,
            size_t n,
            GError **error)
{
  return vitrail_codec_fail (input, error,
                             "RLE segment %u ends after %" G_GSIZE_FORMAT
                             " of %" G_GSIZE_FORMAT " bytes",
                             segment + 1, done, n);
}

/* One segment, the only one: to where it stays. */
static gboolean
unpack_whole (const VitrailCodecInput *input,
              Segment segment,
              uint8_t *out,
              size_t n,
              GError **error)
{
  uint8_t last[2 * RUN_BYTES];
  const size_t safe = n > RUN_BYTES ? n - RUN_BYTES : 0;
  size_t done = safe > 0 ? unpack (&segment, out, safe) : 0;

  if (done >= safe && done < n) {
    const size_t more = unpack (&segment, last, n - done);
    memcpy (out + done, last, MIN (more, n - done));
    done += more;
  }
  if (done >= n)
    return TRUE;
  fail_short (input, 0, done, n, error);
  return FALSE;
}

/* Several segments go side by side, a piece of each at a time: the pieces stay
 * in the nearest cache until they are samples. */
#define PIECE 4096

typedef struct {
  size_t have;
  uint8_t bytes[PIECE + RUN_BYTES];
} Piece;

#ifdef __x86_64__
#  include <immintrin.h>

/* 16 pixels of three planes at a time. Returns how many were done. */
__attribute__ ((target ("ssse3"))) static size_t
merge_rgb_ssse3 (const Piece *pieces, uint8_t *out, size_t n)
{
  /* Where bytes 0..47 of the result come from: plane i % 3, pixel i / 3. */
  __m128i masks[3][3];
  size_t i = 0;

  for (int part = 0; part < 3; part++)
    for (int plane = 0; plane < 3; plane++) {
      uint8_t mask[16];
      for (int k = 0; k < 16; k++) {
        const int at = part * 16 + k;
        mask[k] = at % 3 == plane ? (uint8_t) (at / 3) : 0x80;
      }
      masks[part][plane] = _mm_loadu_si128 ((const __m128i *) mask);
    }
  for (; i + 16 <= n; i += 16) {
    const __m128i r = _mm_loadu_si128 ((const __m128i *) (pieces[0].bytes + i));
    const __m128i g = _mm_loadu_si128 ((const __m128i *) (pieces[1].bytes + i));
    const __m128i b = _mm_loadu_si128 ((const __m128i *) (pieces[2].bytes + i));
    for (int part = 0; part < 3; part++) {
      const __m128i v =
          _mm_or_si128 (_mm_or_si128 (_mm_shuffle_epi8 (r, masks[part][0]),
                                      _mm_shuffle_epi8 (g, masks[part][1])),
                        _mm_shuffle_epi8 (b, masks[part][2]));
      _mm_storeu_si128 ((__m128i *) (out + 3 * i + (size_t) part * 16), v);
    }
  }
  return i;
}
#else
static size_t
merge_rgb_ssse3 (const Piece *pieces, uint8_t *out, size_t n)
{
  return 0;
}
#endif

static void
merge_rgb (const Piece *pieces, uint8_t *out, size_t n)
{
  size_t i = 0;

#ifdef __x86_64__
  if (__builtin_cpu_supports ("ssse3"))
    i = merge_rgb_ssse3 (pieces, out, n);
#endif
  for (; i < n; i++)
    for (guint k = 0; k < 3; k++)
      out[3 * i + k] = pieces[k].bytes[i];
}

static void
merge_16 (const uint8_t *high, const uint8_t *low, uint8_t *out, size_t n)
{
  uint16_t *restrict to = (void *) out;

  for (size_t i = 0; i < n; i++)
    to[i] = GUINT16_TO_LE ((uint16_t) (high[i] << 8 | low[i]));
}

/* @n pixels: byte planes, most significant byte of the first sample first ->
 * interleaved little endian. The usual two layouts have loops of their own. */
static void
merge (const Piece *pieces,
       uint8_t *out,
       const VitrailPixelFormat *format,
       size_t n)
{
  const guint size = vitrail_pixel_format_get_sample_bytes (format);
  const guint step = size * format->samples;

  if (size == 2 && step == 2) {
    merge_16 (pieces[0].bytes, pieces[1].bytes, out, n);
    return;
  }
  if (size == 1 && step == 3) {
    merge_rgb (pieces, out, n);
    return;
  }
  for (guint k = 0; k < step; k++) {
    uint8_t *to = out + (size_t) (k / size * size) + (size - 1 - k % size);
    for (size_t i = 0; i < n; i++)
      to[i * step] = pieces[k].bytes[i];
  }
}

static gboolean
unpack_pieces (const VitrailCodecInput *input,
               Segment *segments,
               Piece *pieces,
               const VitrailPixelFormat *format,
               uint8_t *out,
               GError **error)
{
  const size_t n = (size_t) format->width * format->height;
  const guint step = vitrail_pixel_format_get_pixel_bytes (format);

  for (size_t at = 0; at < n; at += PIECE) {
    const size_t now = MIN (PIECE, n - at);
    for (guint i = 0; i < step; i++) {
      Piece *piece = &pieces[i];
      if (piece->have < now)
        piece->have += unpack (&segments[i], piece->bytes + piece->have,
                               now - piece->have);
      if (piece->have < now) {
        fail_short (input, i, at + piece->have, n, error);
        return FALSE;
      }
    }
    merge (pieces, out + at * step, format, now);
    for (guint i = 0; i < step; i++) {
      pieces[i].have -= now;
      memmove (pieces[i].bytes, pieces[i].bytes + now, pieces[i].have);
    }
  }
  return TRUE;
}

/* Segmentations: one segment of packed bits. */
static VitrailFrame *
decode_bits (const VitrailCodecInput *input, GError **error)
{
  VitrailPixelFormat format;
  Segment segment = { NULL, 0 };
  size_t length = 0;

  vitrail_codec_get_output_format (input, &format);
  const size_t n = ((size_t) format.width * format.height + 7) / 8;
  if (!read_header (input, 1, &segment, error) ||
      !check_lengths (input, &segment, 1, n, error))
    return NULL;
  g_autofree uint8_t *out =
      vitrail_codec_alloc (&format, &length, input, error);
  if (out == NULL)
    return NULL;
  g_autofree uint8_t *packed = g_try_malloc (n);
  if (packed == NULL)
    return vitrail_codec_fail (input, error, "no memory");
  if (!unpack_whole (input, segment, packed, n, error))
    return NULL;
  vitrail_codec_unpack_bits (packed, out, length);
  return vitrail_codec_finish (&format, g_steal_pointer (&out), length);
}

static VitrailFrame *
decode (const VitrailCodecInput *input, GError **error)
{
  VitrailPixelFormat format;
  Segment segments[MAX_SEGMENTS] = { { NULL, 0 } };
  const guint bits = input->format.bits_allocated;
  const guint n_segments = bits / 8 * input->format.samples;

  if (bits == 1 && input->format.samples == 1)
    return decode_bits (input, error);
  if (bits % 8 != 0 || n_segments > MAX_SEGMENTS)
    return vitrail_codec_refuse (input, error, "RLE of %u x %u bits",
                                 input->format.samples, bits);
  vitrail_codec_get_output_format (input, &format);
  const size_t n = (size_t) format.width * format.height;
  if (!read_header (input, n_segments, segments, error) ||
      !check_lengths (input, segments, n_segments, n, error))
    return NULL;
  size_t length = 0;
  g_autofree uint8_t *out =
      vitrail_codec_alloc (&format, &length, input, error);
  if (out == NULL)
    return NULL;
  if (n_segments == 1) {
    if (!unpack_whole (input, segments[0], out, n, error))
      return NULL;
  } else {
    g_autofree Piece *pieces = g_new0 (Piece, n_segments);
    if (!unpack_pieces (input, segments, pieces, &format, out, error))
      return NULL;
  }
  return vitrail_codec_finish (&format, g_steal_pointer (&out), length);
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
