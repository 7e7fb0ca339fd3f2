/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes lossless JPEG (ISO 10918-1 annex H, predictor 1): once over the frame
 * to count differences, once to write them. */

#include "codec/jpegencode.h"
#include "error.h"

#include <string.h>

#define N_CATEGORIES 17
#define MAX_LENGTH   16

/* A code of one category. */
typedef struct {
  guint code;
  guint length;
} Code;

/* Both passes. */
typedef struct {
  const VitrailFrame *frame;
  guint precision;
  guint counts[N_CATEGORIES];
  Code codes[N_CATEGORIES];
  GByteArray *out; /* NULL while counting */
  uint64_t bits;   /* the lowest @n_bits are to be written */
  guint n_bits;
} Encoder;

/* H.1.2.2: -32767..32768, modulo 2^16 */
static int
wrap (int difference)
{
  difference = (int16_t) (uint16_t) difference;
  return difference == -32768 ? 32768 : difference;
}

static guint
get_category (int difference)
{
  return difference == 0 ? 0 : g_bit_storage ((gulong) ABS (difference));
}

static void
put_byte (GByteArray *out, guint byte)
{
  const uint8_t bytes[2] = { (uint8_t) byte, 0 };

  g_byte_array_append (out, bytes, byte == 0xff ? 2 : 1);
}

static void
put_bits (Encoder *self, guint value, guint n)
{
  self->bits = self->bits << n | value;
  self->n_bits += n;
  while (self->n_bits >= 8) {
    self->n_bits -= 8;
    put_byte (self->out, (guint) (self->bits >> self->n_bits) & 0xff);
  }
}

static void
put_difference (Encoder *self, int difference)
{
  const guint category = get_category (difference);
  const Code *code = &self->codes[category];

  if (self->out == NULL) {
    self->counts[category]++;
    return;
  }
  put_bits (self, code->code, code->length);
  if (category == 0 || category == 16)
    return;
  const guint value = (guint) (difference < 0 ? difference - 1 : difference);
  put_bits (self, value & ((1u << category) - 1), category);
}

static guint
read_sample (const VitrailFrame *frame, size_t at)
{
  if (frame->format.bits_allocated == 8)
    return frame->data[at];
  return (guint) frame->data[at] | (guint) frame->data[at + 1] << 8;
}

/* All differences, in the order in which they are written. */
static void
put_frame (Encoder *self)
{
  const VitrailPixelFormat *format = &self->frame->format;
  const guint size = format->bits_allocated / 8;
  const guint step = format->samples * size;
  guint first[4];

  for (guint c = 0; c < format->samples; c++)
    first[c] = 1u << (self->precision - 1);
  for (guint y = 0; y < format->height; y++) {
    const size_t row = y * self->frame->stride;
    guint before[4];
    memcpy (before, first, sizeof before);
    for (size_t at = row; at < row + (size_t) step * format->width; at += step)
      for (guint c = 0; c < format->samples; c++) {
        const guint sample = read_sample (self->frame, at + (size_t) c * size);
        put_difference (self, wrap ((int) sample - (int) before[c]));
        before[c] = sample;
        if (at == row)
          first[c] = sample;
      }
  }
}

#define N_LEAVES (N_CATEGORIES + 1)

/* The one of the least weight that is not 0, apart from @other; -1: none. */
static int
find_rarest (const guint64 weights[N_LEAVES], int other)
{
  int found = -1;

  for (int i = 0; i < N_LEAVES; i++)
    if (i != other && weights[i] > 0 &&
        (found < 0 || weights[i] < weights[found]))
      found = i;
  return found;
}

/* Joins the two rarest trees until one is left; with each the @depths of their
 * leaves grow. Returns the greatest. */
static guint
find_depths (const guint64 weights[N_LEAVES], guint depths[N_LEAVES])
{
  guint64 weight[N_LEAVES];
  int tree[N_LEAVES];
  guint deepest = 0;

  memcpy (weight, weights, sizeof weight);
  for (int i = 0; i < N_LEAVES; i++) {
    tree[i] = i;
    depths[i] = 0;
  }
  for (;;) {
    const int a = find_rarest (weight, -1);
    const int b = find_rarest (weight, a);
    if (b < 0)
      return deepest;
    weight[b] += weight[a];
    weight[a] = 0;
    for (guint i = 0; i < N_LEAVES; i++) {
      if (tree[i] != a && tree[i] != b)
        continue;
      tree[i] = b;
      depths[i]++;
      deepest = MAX (deepest, depths[i]);
    }
  }
}

/* The best codes of at most 16 bits. One leaf more, the rarest, keeps the code
 * of ones only free, which no category may have (C). */
static void
choose_codes (Encoder *self, guint depths[N_LEAVES])
{
  guint64 weights[N_LEAVES];

  for (guint i = 0; i < N_CATEGORIES; i++)
    weights[i] = (guint64) self->counts[i] << 8;
  weights[N_CATEGORIES] = 1;
  while (find_depths (weights, depths) > MAX_LENGTH)
    for (guint i = 0; i < N_CATEGORIES; i++)
      if (weights[i] > 0)
        weights[i] = weights[i] / 2 + 1;
}

static void
put_marker (GByteArray *out, guint marker)
{
  const uint8_t bytes[2] = { 0xff, (uint8_t) marker };

  g_byte_array_append (out, bytes, 2);
}

static void
put_u16 (GByteArray *out, guint value)
{
  const uint8_t bytes[2] = { (uint8_t) (value >> 8), (uint8_t) value };

  g_byte_array_append (out, bytes, 2);
}

static void
put_u8 (GByteArray *out, guint value)
{
  const uint8_t byte = (uint8_t) value;

  g_byte_array_append (out, &byte, 1);
}

static guint
get_id (const VitrailPixelFormat *format, guint component)
{
  return format->photometric == VITRAIL_PHOTOMETRIC_RGB
             ? (guint) "RGBA"[component]
             : component + 1;
}

static void
put_frame_header (Encoder *self, GByteArray *out)
{
  const VitrailPixelFormat *format = &self->frame->format;

  put_marker (out, 0xc3);
  put_u16 (out, 8 + 3 * format->samples);
  put_u8 (out, self->precision);
  put_u16 (out, format->height);
  put_u16 (out, format->width);
  put_u8 (out, format->samples);
  for (guint c = 0; c < format->samples; c++) {
    put_u8 (out, get_id (format, c));
    put_u16 (out, 0x1100);
  }
}

/* The table: codes get longer with @depths, and grow among the same (C.2). */
static void
put_table (Encoder *self, GByteArray *out, const guint *depths)
{
  uint8_t values[N_CATEGORIES];
  uint8_t counts[MAX_LENGTH] = { 0 };
  guint code = 0;
  guint n = 0;

  for (guint length = 1; length <= MAX_LENGTH; length++, code <<= 1)
    for (guint i = 0; i < N_CATEGORIES; i++)
      if (depths[i] == length) {
        self->codes[i] = (Code){ code++, length };
        values[n++] = (uint8_t) i;
        counts[length - 1]++;
      }
  put_marker (out, 0xc4);
  put_u16 (out, 19 + n);
  put_u8 (out, 0);
  g_byte_array_append (out, counts, MAX_LENGTH);
  g_byte_array_append (out, values, n);
}

static void
put_scan_header (const VitrailPixelFormat *format, GByteArray *out)
{
  put_marker (out, 0xda);
  put_u16 (out, 6 + 2 * format->samples);
  put_u8 (out, format->samples);
  for (guint c = 0; c < format->samples; c++) {
    put_u8 (out, get_id (format, c));
    put_u8 (out, 0);
  }
  put_u8 (out, 1);
  put_u16 (out, 0);
}

/* Other decoders do not extend signs: signed samples are all of the container,
 * modulo 2^16. */
static guint
get_precision (const VitrailFrame *frame)
{
  if (frame->format.is_signed)
    return frame->format.bits_allocated;
  return MAX (vitrail_codec_measure_depth (frame), 2);
}

static gboolean
is_possible (const VitrailFrame *frame, GError **error)
{
  const VitrailPixelFormat *format = &frame->format;

  if (!format->is_float && format->samples <= 4 &&
      (format->bits_allocated == 8 || format->bits_allocated == 16) &&
      format->width <= G_MAXUINT16 && format->height <= G_MAXUINT16 &&
      vitrail_frame_get_size_bytes (frame) < G_MAXINT32 / 4)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "lossless JPEG of %u x %u x %u samples of %u bits",
               format->width, format->height, format->samples,
               format->bits_allocated);
  return FALSE;
}

GBytes *
vitrail_jpeg_encode_lossless (const VitrailFrame *frame, GError **error)
{
  guint depths[N_LEAVES];

  if (!is_possible (frame, error))
    return NULL;
  Encoder self = { .frame = frame, .precision = get_precision (frame) };
  put_frame (&self);
  choose_codes (&self, depths);
  GByteArray *out = g_byte_array_new ();
  put_marker (out, 0xd8);
  put_frame_header (&self, out);
  put_table (&self, out, depths);
  put_scan_header (&frame->format, out);
  self.out = out;
  put_frame (&self);
  if (self.n_bits > 0) /* the last byte is filled with ones */
    put_bits (&self, 0xffu >> self.n_bits, 8 - self.n_bits);
  put_marker (out, 0xd9);
  return g_byte_array_free_to_bytes (out);
}
