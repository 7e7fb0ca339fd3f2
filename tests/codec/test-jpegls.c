/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG-LS: what DCMTK and GDCM write is read bit-identical, or within NEAR;
 * what we write they read; streams and headers that contradict each other;
 * damage, bombs. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define LOSSLESS "1.2.840.10008.1.2.4.80"
#define NEAR     "1.2.840.10008.1.2.4.81"

/* Where components lie is a question only of several; GDCM refuses to write a
 * single pixel. */
static gboolean
is_for (const char *command, const TestPicture *picture)
{
  if (strstr (command, "interleave") != NULL)
    return picture->samples > 1;
  return !g_str_has_prefix (command, "gdcm") ||
         !g_str_has_suffix (picture->name, "1x1");
}

static void
test_read (gconstpointer command)
{
  test_codec_assert_reads (command, is_for);
}

static void
test_near (void)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "near.dcm");
    g_autofree char *raw = test_pictures_path (pictures[i].name, "raw");
    g_autofree char *expected = NULL;
    gsize length = 0;
    if (pictures[i].is_signed)
      continue;
    g_free (test_data_run ("dcmcjpls --encode-nearlossless --max-deviation 3 "
                           "%s %s",
                           from, to));
    g_assert_true (g_file_get_contents (raw, &expected, &length, NULL));
    g_autoptr (VitrailFrame) frame = test_pictures_decode (to, 0);
    guint64 most =
        test_pictures_difference (frame, (const uint8_t *) expected, length);
    g_assert_cmpuint (most, <=, 3);
    if (length > 100)
      g_assert_cmpuint (most, >, 0);
  }
}

/* DCMTK leaves the bits above a signed sample clear: what lies there is taken
 * away before both are compared. */
static void
assert_same_numbers (const char *name)
{
  g_autofree char *from = test_pictures_path (name, "dcm");
  g_autofree char *to = test_pictures_path (name, "back.dcm");
  g_autoptr (VitrailFrame) before =
      vitrail_frame_normalize (test_pictures_decode (from, 0));
  g_autoptr (VitrailFrame) after =
      vitrail_frame_normalize (test_pictures_decode (to, 0));

  g_assert_cmpmem (before->data, before->stride * before->format.height,
                   after->data, after->stride * after->format.height);
}

static void
test_write (void)
{
  const VitrailEncodeOptions options = { LOSSLESS, 0, 7 };
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  test_codec_write_ours (&options);
  test_codec_wrap_ours (LOSSLESS);
  for (guint i = 0; i < n; i++) {
    g_autofree char *ours = test_pictures_path (pictures[i].name, "ours.dcm");
    g_autofree char *theirs = test_pictures_path (pictures[i].name, "back.dcm");
    g_free (test_data_run ("dcmdjpls %s %s", ours, theirs));
    assert_same_numbers (pictures[i].name);
  }
}

static void
test_write_near (void)
{
  const VitrailEncodeOptions options = { NEAR, 0, 5 };
  g_autofree char *from_signed = test_pictures_path ("12s-1-511x513", "dcm");
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) coded =
      test_codec_encode ("8-3-511x513", &options, &frame);
  g_autoptr (VitrailFrame) number = test_pictures_decode (from_signed, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) back =
      test_codec_decode (LOSSLESS, coded, &frame->format, 0, &error);
  g_assert_no_error (error);
  guint64 most =
      test_pictures_difference (back, frame->data,
                                frame->stride * frame->format.height);

  g_assert_cmpuint (most, ==, 5);
  g_assert_null (vitrail_codec_find (NEAR)->encode (number, &options, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

static const VitrailEncodeOptions lossless = { LOSSLESS, 0, 0 };

static void
assert_corrupt (const uint8_t *data,
                gsize length,
                const VitrailPixelFormat *format,
                const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  test_codec_assert_fails (LOSSLESS, bytes, format, VITRAIL_ERROR_CORRUPT,
                           message);
}

/* Where CharLS's layout is not the frame's. */
static void
test_widen (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = test_codec_encode ("8-3-48x64", &lossless, &frame);
  VitrailPixelFormat format = frame->format;
  g_autoptr (GError) error = NULL;

  for (guint bits = 16; bits <= 32; bits *= 2) {
    format.bits_allocated = bits;
    g_autoptr (VitrailFrame) wide =
        test_codec_decode (LOSSLESS, bytes, &format, 0, &error);
    g_assert_no_error (error);
    g_assert_null (wide->warning);
    g_assert_cmpuint (wide->format.bits_allocated, ==, bits);
    for (size_t i = 0; i < (size_t) 64 * 48 * 3; i++)
      for (guint b = 0; b < bits / 8; b++)
        g_assert_cmpuint (wide->data[i * bits / 8 + b], ==,
                          b == 0 ? frame->data[i] : 0);
  }
}

/* Samples that lie component by component, with a parameter of CharLS's. */
static void
test_contradiction (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes =
      test_codec_encode ("12-1-511x513", &lossless, &frame);
  VitrailPixelFormat format = frame->format;
  g_autoptr (GError) error = NULL;

  format.width = 600;
  format.bits_allocated = 8;
  format.bits_stored = 8;
  format.high_bit = 7;
  g_autoptr (VitrailFrame) decoded =
      test_codec_decode (LOSSLESS, bytes, &format, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (decoded->warning, ==,
                   "file: frame 3: JPEG-LS samples of 12 bits, Bits Allocated "
                   "8; JPEG-LS of 511 x 513 x 1 samples, the header says 600 x "
                   "513 x 1");
  g_assert_cmpmem (frame->data, (size_t) 511 * 513 * 2, decoded->data,
                   511 * 513 * 2);
  format = frame->format;
  format.is_signed = TRUE;
  g_autoptr (VitrailFrame) number =
      test_codec_decode (LOSSLESS, bytes, &format, 0, &error);
  g_assert_no_error (error);
  for (size_t i = 0; i < (size_t) 511 * 513; i++) {
    const guint from = ((const uint16_t *) (gconstpointer) frame->data)[i];
    const gint to = ((const int16_t *) (gconstpointer) number->data)[i];
    g_assert_cmpint (to, ==, from < 2048 ? (gint) from : (gint) from - 4096);
  }
}

static void
test_damage (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes =
      test_codec_encode ("12-1-511x513", &lossless, &frame);
  gsize length = 0;
  const uint8_t *data = g_bytes_get_data (bytes, &length);

  for (guint i = 0; i < 8; i++)
    assert_corrupt (data, length * i / 8, &frame->format, NULL);
  assert_corrupt (data, 0, &frame->format,
                  "file: frame 3: JPEG-LS: ends without EOI");
  assert_corrupt ((const uint8_t *) "no JPEG-LS", 10, &frame->format, NULL);
}

/* SOF: height at 7, width at 9 where it is the first segment. */
static void
test_bombs (void)
{
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) bytes = test_codec_encode ("8-1-48x64", &lossless, &frame);
  gsize length = g_bytes_get_size (bytes);
  g_autofree uint8_t *data = g_memdup2 (g_bytes_get_data (bytes, NULL), length);
  VitrailPixelFormat format = frame->format;
  const gint64 start = g_get_monotonic_time ();

  g_assert_cmphex (data[3], ==, 0xf7);
  memset (data + 7, 0xff, 4);
  data[98] = 0xff;
  data[99] = 0xd9;
  assert_corrupt (data, 100, &format,
                  "file: frame 3: 100 bytes of JPEG-LS cannot be 65535 x 65535 "
                  "pixels");
  g_autofree uint8_t *large = g_memdup2 (data, length);
  large = g_realloc (large, 20000);
  memset (large + 100, 0, 19900);
  assert_corrupt (large, 20000, &format,
                  "file: frame 3: the JPEG-LS stream has 65535 x 65535 x 1 "
                  "samples, the header 48 x 64 x 1");
  format.width = 65535;
  format.height = 65535;
  assert_corrupt (data, length, &format, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpegls/read/dcmtk", "dcmcjpls", test_read);
  g_test_add_data_func ("/jpegls/read/dcmtk/planes",
                        "dcmcjpls --interleave-none", test_read);
  g_test_add_data_func ("/jpegls/read/dcmtk/sample",
                        "dcmcjpls --interleave-sample", test_read);
  g_test_add_data_func ("/jpegls/read/gdcm", "gdcmconv -L", test_read);
  g_test_add_func ("/jpegls/near", test_near);
  g_test_add_func ("/jpegls/write", test_write);
  g_test_add_func ("/jpegls/write/near", test_write_near);
  g_test_add_func ("/jpegls/widen", test_widen);
  g_test_add_func ("/jpegls/contradiction", test_contradiction);
  g_test_add_func ("/jpegls/damage", test_damage);
  g_test_add_func ("/jpegls/bombs", test_bombs);
  return g_test_run ();
}
