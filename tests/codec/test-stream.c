/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What wins where a code stream and its header contradict each other. */

#include "codec/stream.h"
#include "error.h"

#include <string.h>

static const VitrailCodecInput grey = {
  .format = { 64, 32, 1, 16, 12, 11, FALSE, FALSE, FALSE,
              VITRAIL_PHOTOMETRIC_MONOCHROME2 },
  .name = "test",
  .frame = 3,
};

static const VitrailStream plain = { "JPEG", 64, 32, 1, 12, 0, 0 };

static void
test_agreement (void)
{
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  g_assert_true (
      vitrail_stream_reconcile (&plain, &grey, &format, &warning, &error));
  g_assert_null (warning);
  g_assert_cmpmem (&format, sizeof format, &grey.format, sizeof format);
}

static void
test_bits (void)
{
  VitrailStream stream = plain;
  VitrailCodecInput input = grey;
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  stream.precision = 16;
  g_assert_true (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_assert_null (warning);
  g_assert_cmpuint (format.bits_stored, ==, 12);

  input.format.bits_allocated = 8;
  input.format.bits_stored = 8;
  input.format.high_bit = 7;
  stream.precision = 12;
  g_assert_true (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_assert_cmpstr (warning, ==,
                   "test: frame 3: JPEG samples of 12 bits, Bits Allocated 8");
  g_assert_cmpuint (format.bits_allocated, ==, 16);
  g_assert_cmpuint (format.bits_stored, ==, 12);
  g_assert_cmpuint (format.high_bit, ==, 11);
}

static void
test_sign (void)
{
  VitrailStream stream = plain;
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  stream.sign = VITRAIL_STREAM_SIGN_SIGNED;
  g_assert_true (
      vitrail_stream_reconcile (&stream, &grey, &format, &warning, &error));
  g_assert_nonnull (strstr (warning, "Pixel Representation 0"));
  g_assert_true (format.is_signed);
  g_assert_false (vitrail_stream_needs_signs (&stream, &format));
  stream.sign = VITRAIL_STREAM_SIGN_UNSAID;
  g_assert_true (vitrail_stream_needs_signs (&stream, &format));

  uint16_t samples[] = { 0, 1, 2047, 2048, 4095 };
  const uint16_t extended[] = { 0, 1, 2047, 0xf800, 0xffff };
  vitrail_stream_extend_signs (&stream, samples, G_N_ELEMENTS (samples), 2);
  g_assert_cmpmem (samples, sizeof samples, extended, sizeof extended);
}

static void
test_colour (void)
{
  static const struct {
    VitrailPhotometric said;
    VitrailStreamColour colour;
    VitrailPhotometric result;
    gboolean warns;
  } rows[] = {
    { VITRAIL_PHOTOMETRIC_RGB, 0, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_RGB, 2, VITRAIL_PHOTOMETRIC_YBR_FULL, TRUE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL_422, 0, VITRAIL_PHOTOMETRIC_YBR_FULL,
      FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL_422, 1, VITRAIL_PHOTOMETRIC_RGB, TRUE },
    { VITRAIL_PHOTOMETRIC_YBR_RCT, 1, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_ICT, 0, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420, 0,
      VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422, 2, VITRAIL_PHOTOMETRIC_YBR_FULL,
      TRUE },
    { VITRAIL_PHOTOMETRIC_MONOCHROME2, 1, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL, 3, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL_422, 3, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420, 3, VITRAIL_PHOTOMETRIC_RGB, TRUE },
    { VITRAIL_PHOTOMETRIC_RGB, 4, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL, 4, VITRAIL_PHOTOMETRIC_YBR_FULL, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_RCT, 4, VITRAIL_PHOTOMETRIC_RGB, FALSE },
    { VITRAIL_PHOTOMETRIC_YBR_FULL_422, 4, VITRAIL_PHOTOMETRIC_RGB, TRUE },
    { VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422, 4, VITRAIL_PHOTOMETRIC_RGB, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    VitrailStream stream = plain;
    VitrailCodecInput input = grey;
    VitrailPixelFormat format;
    g_autoptr (GError) error = NULL;
    g_autofree char *warning = NULL;
    stream.samples = 3;
    stream.colour = rows[i].colour;
    input.format.samples = 3;
    input.format.photometric = rows[i].said;
    g_assert_true (
        vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
    g_assert_cmpint (format.photometric, ==, rows[i].result);
    g_assert_true ((warning != NULL) == rows[i].warns);
  }
}

static void
test_size (void)
{
  VitrailStream stream = plain;
  VitrailCodecInput input = grey;
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  stream.width = 63;
  stream.samples = 3;
  input.length = 0;
  g_assert_false (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_clear_error (&error);
  input.length = 1000;
  g_assert_true (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_assert_nonnull (strstr (warning, "63 x 32 x 3"));
  g_assert_cmpuint (format.width, ==, 63);
  g_assert_cmpint (format.photometric, ==, VITRAIL_PHOTOMETRIC_RGB);

  stream.width = 60000;
  stream.height = 60000;
  g_clear_pointer (&warning, g_free);
  g_assert_false (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_null (warning);
}

/* Blank pictures are small, but not that small. */
static void
test_plausible (void)
{
  VitrailStream stream = plain;
  VitrailCodecInput input = grey;
  VitrailPixelFormat format;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  stream.width = input.format.width = 8192;
  stream.height = input.format.height = 8192;
  input.length = 16384;
  g_assert_true (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  input.length = 16383;
  g_assert_false (
      vitrail_stream_reconcile (&stream, &input, &format, &warning, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
}

static void
test_jpeg_colour (void)
{
  static const struct {
    VitrailJpegColour said;
    VitrailStreamColour colour;
  } rows[] = {
    { { FALSE, -1, { 1, 2, 3 }, FALSE }, VITRAIL_STREAM_COLOUR_UNSAID },
    { { FALSE, 0, { 1, 2, 3 }, FALSE }, VITRAIL_STREAM_COLOUR_RGB },
    { { TRUE, 0, { 1, 2, 3 }, FALSE }, VITRAIL_STREAM_COLOUR_RGB },
    { { FALSE, 1, { 'R', 'G', 'B' }, FALSE }, VITRAIL_STREAM_COLOUR_YBR },
    { { FALSE, -1, { 'R', 'G', 'B' }, FALSE }, VITRAIL_STREAM_COLOUR_RGB },
    { { TRUE, -1, { 1, 2, 3 }, FALSE }, VITRAIL_STREAM_COLOUR_YBR },
    { { FALSE, -1, { 1, 2, 3 }, TRUE }, VITRAIL_STREAM_COLOUR_YBR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (vitrail_jpeg_colour_decide (&rows[i].said), ==,
                     rows[i].colour);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/stream/agreement", test_agreement);
  g_test_add_func ("/codec/stream/bits", test_bits);
  g_test_add_func ("/codec/stream/sign", test_sign);
  g_test_add_func ("/codec/stream/colour", test_colour);
  g_test_add_func ("/codec/stream/size", test_size);
  g_test_add_func ("/codec/stream/plausible", test_plausible);
  g_test_add_func ("/codec/stream/jpeg-colour", test_jpeg_colour);
  return g_test_run ();
}
