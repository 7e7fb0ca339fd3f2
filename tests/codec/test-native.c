/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Native pixel data in every transfer syntax and layout, and normalizing. */

#include "codec/codec.h"
#include "error.h"
#include "pictures.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

/* DCMTK writes every picture in the other native syntaxes. */
static void
test_syntax (gconstpointer option)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "native.dcm");
    g_free (
        test_data_run ("dcmconv %s %s %s", (const char *) option, from, to));
    test_pictures_assert_same (to, pictures[i].name);
  }
}

static VitrailFrame *
decode (const void *data, size_t length, const VitrailPixelFormat *format)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  gsize size = 0;
  const VitrailCodecInput input = {
    .data = g_bytes_get_data (bytes, &size),
    .length = length,
    .bytes = bytes,
    .format = *format,
    .name = "file",
    .frame = 1,
  };
  VitrailFrame *frame =
      vitrail_codec_find ("1.2.840.10008.1.2.1")->decode (&input, &error);

  g_assert_no_error (error);
  return frame;
}

static VitrailPixelFormat
make_format (guint width, guint samples, guint allocated, guint stored)
{
  return (VitrailPixelFormat){
    .width = width,
    .height = 1,
    .samples = samples,
    .bits_allocated = allocated,
    .bits_stored = stored,
    .high_bit = stored - 1,
    .photometric = samples == 3 ? VITRAIL_PHOTOMETRIC_RGB
                                : VITRAIL_PHOTOMETRIC_MONOCHROME2,
  };
}

static void
test_packed (void)
{
  const VitrailPixelFormat one = make_format (11, 1, 1, 1);
  const VitrailPixelFormat twelve = make_format (3, 1, 12, 12);
  const uint8_t bits[] = { 0xa5, 0x04 };
  const uint8_t samples[] = { 0x21, 0x43, 0x65, 0x87, 0xf9 };
  const uint8_t expected[] = { 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1 };
  g_autoptr (VitrailFrame) a = decode (bits, sizeof bits, &one);
  g_autoptr (VitrailFrame) b = decode (samples, sizeof samples, &twelve);

  g_assert_cmpuint (a->format.bits_allocated, ==, 8);
  g_assert_cmpmem (a->data, 11, expected, 11);
  const uint16_t *wide = (gconstpointer) b->data;
  g_assert_cmpuint (b->format.bits_allocated, ==, 16);
  g_assert_cmphex (wide[0], ==, 0x321);
  g_assert_cmphex (wide[1], ==, 0x654);
  g_assert_cmphex (wide[2], ==, 0x987);
}

static void
test_planar (void)
{
  VitrailPixelFormat narrow = make_format (2, 3, 8, 8);
  VitrailPixelFormat wide = make_format (2, 3, 16, 16);
  const uint8_t planes[] = { 1, 2, 3, 4, 5, 6 };
  const uint16_t wide_planes[] = { 256, 257, 258, 259, 260, 261 };
  const uint16_t wide_expected[] = { 256, 258, 260, 257, 259, 261 };
  narrow.planar = TRUE;
  wide.planar = TRUE;
  g_autoptr (VitrailFrame) a = decode (planes, sizeof planes, &narrow);
  g_autoptr (VitrailFrame) b = decode (wide_planes, sizeof wide_planes, &wide);

  g_assert_cmpmem (a->data, 6, ((const uint8_t[]){ 1, 3, 5, 2, 4, 6 }), 6);
  g_assert_cmpmem (b->data, 12, wide_expected, 12);
  g_assert_false (a->format.planar);
}

static void
test_422 (void)
{
  VitrailPixelFormat format = make_format (4, 3, 8, 8);
  const uint8_t data[] = { 10, 11, 12, 13, 20, 21, 22, 23 };
  const uint8_t expected[] = { 10, 12, 13, 11, 12, 13, 20, 22, 23, 21, 22, 23 };
  format.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL_422;
  g_autoptr (VitrailFrame) frame = decode (data, sizeof data, &format);

  g_assert_cmpmem (frame->data, 12, expected, 12);
  g_assert_cmpint (frame->format.photometric, ==, VITRAIL_PHOTOMETRIC_YBR_FULL);
}

/* A frame that is laid out right is handed out where it lies. */
static void
test_no_copy (void)
{
  g_autoptr (GError) error = NULL;
  const guint16 samples[4] = { 1, 2, 3, 4 };
  g_autoptr (GBytes) bytes = g_bytes_new (samples, sizeof samples);
  VitrailCodecInput input = {
    .data = g_bytes_get_data (bytes, NULL),
    .length = sizeof samples,
    .bytes = bytes,
    .format = make_format (4, 1, 16, 12),
    .name = "file",
    .frame = 1,
  };
  const VitrailCodec *codec = vitrail_codec_find ("1.2.840.10008.1.2.1");
  g_autoptr (VitrailFrame) frame = codec->decode (&input, &error);
  g_assert_no_error (error);
  g_assert_true (frame->data == input.data);
  g_autoptr (VitrailFrame) normal =
      vitrail_frame_normalize (vitrail_frame_ref (frame));
  g_assert_true (normal->normalized);
  g_assert_true (normal->data == input.data);

  /* Unaligned samples are copied. */
  input.data += 1;
  input.length -= 2;
  input.format.width = 3;
  g_autoptr (VitrailFrame) moved = codec->decode (&input, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (moved->data, 6, input.data, 6);
  g_assert_cmpuint ((guintptr) moved->data % 2, ==, 0);
}

static void
test_short (void)
{
  g_autoptr (GError) error = NULL;
  const uint8_t samples[3] = { 0 };
  const VitrailCodecInput input = {
    .data = samples,
    .length = sizeof samples,
    .format = make_format (2, 1, 16, 16),
    .name = "file",
    .frame = 7,
  };

  g_assert_null (
      vitrail_codec_find ("1.2.840.10008.1.2")->decode (&input, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_cmpstr (error->message, ==,
                   "file: frame 7: 3 bytes are there, 4 are needed");
}

/* Masks, shifts and offsets against their definition, in rows longer than the
 * kernels' blocks. */
static void
test_normalize_bits (gconstpointer data)
{
  const guint n = 1000;
  guint stored = GPOINTER_TO_UINT (data) & 0xff;
  guint high = GPOINTER_TO_UINT (data) >> 8 & 0xff;
  VitrailPixelFormat format = make_format (n, 1, 16, stored);
  g_autofree uint16_t *samples = g_new (uint16_t, n);
  format.high_bit = high;
  format.is_signed = GPOINTER_TO_UINT (data) >> 16 != 0;
  for (guint i = 0; i < n; i++)
    samples[i] = (uint16_t) g_test_rand_int ();

  g_autoptr (VitrailFrame) frame =
      vitrail_frame_normalize (decode (samples, n * sizeof *samples, &format));
  const uint16_t *out = (gconstpointer) frame->data;
  g_assert_false (frame->format.is_signed);
  g_assert_cmpuint (frame->format.high_bit, ==, stored - 1);
  for (guint i = 0; i < n; i++) {
    gint value = (samples[i] >> (high + 1 - stored)) & ((1 << stored) - 1);
    if (format.is_signed && value >= 1 << (stored - 1))
      value -= 1 << stored;
    g_assert_cmpint (out[i], ==,
                     value + (format.is_signed ? 1 << (stored - 1) : 0));
  }
}

/* Every Cb and Cr, at several Y: exactly the formula rounded to nearest, halves
 * up; in whole numbers, so that the judge does not round. */
static void
check_rgb (const uint8_t ybr[3], const uint8_t rgb[3])
{
  gint64 y = ybr[0];
  gint64 cb = ybr[1] - 128;
  gint64 cr = ybr[2] - 128;
  const gint64 numerator[3] = {
    1402 * cr,
    -(202008 * cb + 419198 * cr),
    1772 * cb,
  };
  const gint64 denominator[3] = { 1000, 587000, 1000 };

  for (guint k = 0; k < 3; k++) {
    gint64 d = denominator[k];
    gint64 sum = (y + 1000) * d + numerator[k] + d / 2;
    g_assert_cmpint (rgb[k], ==, CLAMP (sum / d - 1000, 0, 255));
  }
}

static void
test_normalize_ybr (void)
{
  const size_t n = (size_t) 256 * 256;
  VitrailPixelFormat format = make_format (256, 3, 8, 8);
  g_autofree uint8_t *samples = g_malloc (3 * n);
  format.height = 256;
  format.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL;

  for (guint y = 0; y < 256; y += 51) {
    for (size_t i = 0; i < n; i++) {
      samples[3 * i] = (uint8_t) y;
      samples[3 * i + 1] = (uint8_t) i;
      samples[3 * i + 2] = (uint8_t) (i >> 8);
    }
    g_autoptr (VitrailFrame) frame =
        vitrail_frame_normalize (decode (samples, 3 * n, &format));
    g_assert_cmpint (frame->format.photometric, ==, VITRAIL_PHOTOMETRIC_RGB);
    for (size_t i = 0; i < n; i++)
      check_rgb (samples + 3 * i, frame->data + 3 * i);
  }
}

static void
test_normalize_others (void)
{
  /* Black, white, and red of BT.601 with footroom and headroom. */
  const uint8_t pixels[] = { 16, 128, 128, 235, 128, 128, 81, 90, 240 };
  const uint8_t expected[] = { 0, 0, 0, 255, 255, 255, 254, 0, 0 };
  VitrailPixelFormat format = make_format (3, 3, 8, 8);
  format.photometric = VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420;
  g_autoptr (VitrailFrame) a =
      vitrail_frame_normalize (decode (pixels, sizeof pixels, &format));
  for (guint i = 0; i < 9; i++)
    g_assert_cmpint (ABS ((gint) a->data[i] - (gint) expected[i]), <=, 1);

  /* 32 bits: the extremes, and grey between. */
  VitrailPixelFormat widest = make_format (3, 3, 32, 32);
  const uint32_t zero = 1u << 31;
  const uint32_t ybr[] = { 0,    zero, zero, G_MAXUINT32, zero,
                           zero, 77,   zero, zero };
  const uint32_t rgb[] = { 0,           0,  0,  G_MAXUINT32, G_MAXUINT32,
                           G_MAXUINT32, 77, 77, 77 };
  widest.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL;
  g_autoptr (VitrailFrame) c =
      vitrail_frame_normalize (decode (ybr, sizeof ybr, &widest));
  g_assert_cmpint (c->format.photometric, ==, VITRAIL_PHOTOMETRIC_RGB);
  g_assert_cmpmem (c->data, sizeof rgb, rgb, sizeof rgb);

  /* 16 bits: grey stays grey, to the last bit. */
  VitrailPixelFormat wide = make_format (2, 3, 16, 16);
  const uint16_t grey[] = { 0, 32768, 32768, 65535, 32768, 32768 };
  const uint16_t grey_rgb[] = { 0, 0, 0, 65535, 65535, 65535 };
  wide.photometric = VITRAIL_PHOTOMETRIC_YBR_FULL;
  g_autoptr (VitrailFrame) b =
      vitrail_frame_normalize (decode (grey, sizeof grey, &wide));
  g_assert_cmpmem (b->data, sizeof grey_rgb, grey_rgb, sizeof grey_rgb);
}

#define BITS(stored, high, is_signed) \
  GUINT_TO_POINTER ((stored) | (high) << 8 | (is_signed) << 16)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/native/packed", test_packed);
  g_test_add_func ("/native/planar", test_planar);
  g_test_add_func ("/native/422", test_422);
  g_test_add_func ("/native/no-copy", test_no_copy);
  g_test_add_func ("/native/short", test_short);
  g_test_add_data_func ("/native/explicit", "+te", test_syntax);
  g_test_add_data_func ("/native/implicit", "+ti", test_syntax);
  g_test_add_data_func ("/native/big-endian", "+tb", test_syntax);
  g_test_add_data_func ("/native/deflated", "+td", test_syntax);
  g_test_add_data_func ("/normalize/12", BITS (12, 11, 0), test_normalize_bits);
  g_test_add_data_func ("/normalize/12-signed", BITS (12, 11, 1),
                        test_normalize_bits);
  g_test_add_data_func ("/normalize/12-high", BITS (12, 15, 0),
                        test_normalize_bits);
  g_test_add_data_func ("/normalize/10-signed-high", BITS (10, 12, 1),
                        test_normalize_bits);
  g_test_add_data_func ("/normalize/16-signed", BITS (16, 15, 1),
                        test_normalize_bits);
  g_test_add_data_func ("/normalize/1", BITS (1, 0, 0), test_normalize_bits);
  g_test_add_func ("/normalize/ybr", test_normalize_ybr);
  g_test_add_func ("/normalize/others", test_normalize_others);
  return g_test_run ();
}
