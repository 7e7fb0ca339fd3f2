/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames for tests: see testframe.h. */

#include "testframe.h"

#include <string.h>

enum { GAP = 6 };

VitrailFrame *
test_frame_new (guint width, guint height, guint samples, guint bits)
{
  VitrailPixelFormat format = { 0 };

  format.width = width;
  format.height = height;
  format.samples = samples;
  format.bits_allocated = format.bits_stored = bits;
  format.high_bit = bits - 1;
  format.is_float = bits == 32;
  format.photometric =
      samples == 1 ? VITRAIL_PHOTOMETRIC_MONOCHROME2 : VITRAIL_PHOTOMETRIC_RGB;
  const size_t stride =
      (size_t) width * samples * bits / 8 + (bits == 32 ? 0 : GAP);
  GBytes *bytes =
      g_bytes_new_take (g_malloc0 (stride * height), stride * height);
  VitrailFrame *frame = vitrail_frame_new_take (&format, bytes, stride);
  frame->normalized = TRUE;
  return frame;
}

VitrailFrame *
test_frame_new_noise (guint width,
                      guint height,
                      guint samples,
                      guint bits,
                      guint seed)
{
  VitrailFrame *frame = test_frame_new (width, height, samples, bits);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < samples; c++)
        test_frame_set (frame, x, y, c,
                        bits == 8 ? g_rand_int_range (rand, 0, 256)
                                  : g_rand_int_range (rand, 0, 65536));
  return frame;
}

static guint8 *
locate (const VitrailFrame *frame, guint x, guint y, guint c)
{
  const VitrailPixelFormat *format = &frame->format;

  return (guint8 *) (gpointer) frame->data + y * frame->stride +
         ((size_t) x * format->samples + c) * format->bits_allocated / 8;
}

VitrailFrameInfo
test_frame_info (guint bits, gboolean is_signed)
{
  VitrailFrameInfo info = { 0 };

  info.format.width = 256;
  info.format.height = 256;
  info.format.samples = 1;
  info.format.bits_allocated = bits <= 8 ? 8 : 16;
  info.format.bits_stored = bits;
  info.format.high_bit = bits - 1;
  info.format.is_signed = is_signed;
  info.format.photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  info.sample_offset = is_signed ? (double) (1u << (bits - 1)) : 0;
  info.slope = 1;
  info.ref_count = 1;
  return info;
}

double
test_frame_get (const VitrailFrame *frame, guint x, guint y, guint c)
{
  const void *at = locate (frame, x, y, c);

  switch (frame->format.bits_allocated) {
  case 8:
    return *(const guint8 *) at;
  case 16:
    return *(const guint16 *) at;
  default:
    return (double) *(const float *) at;
  }
}

void
test_frame_set (VitrailFrame *frame, guint x, guint y, guint c, double value)
{
  void *at = locate (frame, x, y, c);

  switch (frame->format.bits_allocated) {
  case 8:
    *(guint8 *) at = (guint8) value;
    break;
  case 16:
    *(guint16 *) at = (guint16) value;
    break;
  default:
    *(float *) at = (float) value;
    break;
  }
}

VitrailFrame *
test_frame_flip (const VitrailFrame *frame)
{
  const VitrailPixelFormat *f = &frame->format;
  VitrailFrame *out =
      test_frame_new (f->width, f->height, f->samples, f->bits_allocated);

  for (guint y = 0; y < f->height; y++)
    for (guint x = 0; x < f->width; x++)
      for (guint c = 0; c < f->samples; c++)
        test_frame_set (out, f->width - 1 - x, y, c,
                        test_frame_get (frame, x, y, c));
  return out;
}

VitrailFrame *
test_frame_turn (const VitrailFrame *frame)
{
  const VitrailPixelFormat *f = &frame->format;
  VitrailFrame *out =
      test_frame_new (f->height, f->width, f->samples, f->bits_allocated);

  for (guint y = 0; y < f->height; y++)
    for (guint x = 0; x < f->width; x++)
      for (guint c = 0; c < f->samples; c++)
        test_frame_set (out, f->height - 1 - y, x, c,
                        test_frame_get (frame, x, y, c));
  return out;
}

guint64
test_frame_count_different (const VitrailFrame *a, const VitrailFrame *b)
{
  guint64 different = 0;

  g_assert_cmpuint (a->format.width, ==, b->format.width);
  g_assert_cmpuint (a->format.height, ==, b->format.height);
  g_assert_cmpuint (a->format.samples, ==, b->format.samples);
  for (guint y = 0; y < a->format.height; y++)
    for (guint x = 0; x < a->format.width; x++)
      for (guint c = 0; c < a->format.samples; c++)
        different += test_frame_get (a, x, y, c) != test_frame_get (b, x, y, c);
  return different;
}
