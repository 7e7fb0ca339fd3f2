/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Our own DCT decoder. Judges: DCMTK's for 12 bits, libjpeg-turbo for 8, on
 * streams of DCMTK, of jpegstreams.py and real ones. */

#include "codec/jpegstream.h"
#include "error.h"
#include "instance.h"
#include "pictures.h"
#include "testdata.h"

#include <string.h>

/* Frame 1 of an object, to be decoded by whom we like. */
typedef struct {
  GBytes *bytes;
  VitrailPixelFormat format;
} Coded;

static void
coded_clear (Coded *self)
{
  g_bytes_unref (self->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Coded, coded_clear)

static Coded
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  Coded self;

  g_assert_no_error (error);
  g_assert_true (
      vitrail_instance_get_pixel_format (instance, &self.format, &error));
  self.bytes = vitrail_instance_load_frame (instance, 1, NULL, &error);
  g_assert_no_error (error);
  return self;
}

static VitrailCodecInput
make_input (const Coded *self, guint reduce)
{
  VitrailCodecInput input = {
    .format = self->format,
    .reduce = reduce,
    .name = "file",
    .frame = 1,
  };

  input.data = g_bytes_get_data (self->bytes, &input.length);
  return input;
}

/* By our decoder, whatever its precision. */
static VitrailFrame *
decode (const Coded *self, guint reduce, GError **error)
{
  const VitrailCodecInput input = make_input (self, reduce);
  VitrailJpegStream stream;

  if (!vitrail_jpeg_stream_open (&stream, &input, error))
    return NULL;
  return vitrail_jpeg_decode_12 (&stream, &input, error);
}

static guint64
compare (const VitrailFrame *a, const VitrailFrame *b)
{
  g_assert_cmpuint (a->format.width, ==, b->format.width);
  g_assert_cmpuint (a->format.bits_allocated, ==, b->format.bits_allocated);
  g_assert_cmpint (a->format.photometric, ==, b->format.photometric);
  return test_pictures_difference (a, b->data, b->stride * b->format.height);
}

/* Within a level, as is asked of lossy decoders; in fact the same. */
static void
assert_dcmtk (const char *path)
{
  g_autofree char *back = test_pictures_path ("back", "dcm");
  g_autoptr (GError) error = NULL;
  g_auto (Coded) coded = load (path);
  g_autoptr (VitrailFrame) ours = decode (&coded, 0, &error);

  g_assert_no_error (error);
  g_free (test_data_run ("dcmdjpeg -q --conv-never +px '%s' '%s'", path, back));
  g_autoptr (VitrailFrame) theirs = test_pictures_decode (back, 0);
  if (compare (ours, theirs) > 0)
    g_error ("%s: off by %" G_GUINT64_FORMAT, path, compare (ours, theirs));
}

/* All sizes, also reduced. */
static void
assert_libjpeg (const char *path)
{
  const VitrailCodec *codec = vitrail_codec_find ("1.2.840.10008.1.2.4.50");
  g_auto (Coded) coded = load (path);

  for (guint reduce = 0; reduce < 4; reduce++) {
    g_autoptr (GError) error = NULL;
    const VitrailCodecInput input = make_input (&coded, reduce);
    g_autoptr (VitrailFrame) ours = decode (&coded, reduce, &error);
    g_assert_no_error (error);
    g_autoptr (VitrailFrame) theirs = codec->decode (&input, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (ours->reduce, ==, reduce);
    if (compare (ours, theirs) > 0)
      g_error ("%s: reduced %u: off by %" G_GUINT64_FORMAT, path, reduce,
               compare (ours, theirs));
  }
}

/* What dcmcjpeg makes of grey and colour. @data: its options */
static void
test_dcmcjpeg (gconstpointer data)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "jpeg.dcm");
    if (pictures[i].bits != 12 &&
        (pictures[i].bits != 16 || pictures[i].samples != 3))
      continue;
    g_free (
        test_data_run ("dcmcjpeg -q %s %s %s", (const char *) data, from, to));
    assert_dcmtk (to);
  }
}

/* Those of jpegstreams.py, made once. */
static char **
get_streams (void)
{
  static char **names;

  if (names == NULL) {
    g_autofree char *program =
        g_test_build_filename (G_TEST_DIST, "codec", "jpegstreams.py", NULL);
    g_autofree char *text = test_data_run ("/usr/bin/python3 '%s' '%s'",
                                           program, test_data_get_scratch ());
    names = g_strsplit (g_strstrip (text), "\n", -1);
  }
  return names;
}

static void
test_streams_8 (void)
{
  char **names = get_streams ();
  guint n = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = test_pictures_path (names[i], "dcm");
    if (!g_str_has_prefix (names[i], "8-"))
      continue;
    assert_libjpeg (path);
    n++;
  }
  g_assert_cmpuint (n, >, 48);
}

static gboolean
is_variant (const char *name)
{
  return g_str_has_suffix (name, "-restart") ||
         g_str_has_suffix (name, "-apart") ||
         g_str_has_suffix (name, "-progressive");
}

/* dcmdjpeg once for each picture; the others have it in other scans. */
static void
test_streams_12 (void)
{
  char **names = get_streams ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) first = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = test_pictures_path (names[i], "dcm");
    if (!g_str_has_prefix (names[i], "12-"))
      continue;
    g_auto (Coded) coded = load (path);
    g_autoptr (VitrailFrame) frame = decode (&coded, 0, &error);
    g_assert_no_error (error);
    if (is_variant (names[i])) {
      g_assert_cmpuint (compare (frame, first), ==, 0);
    } else {
      assert_dcmtk (path);
      g_clear_pointer (&first, vitrail_frame_unref);
      first = g_steal_pointer (&frame);
    }
  }
}

static guint
get_sample (const VitrailFrame *frame, guint x, guint y)
{
  const uint8_t *at = frame->data + y * frame->stride + (size_t) x * 2;

  return (guint) at[0] | (guint) at[1] << 8;
}

/* Of a slope, a reduced decode is the mean. */
static void
test_reduce_12 (void)
{
  g_autofree char *path = test_pictures_path ("12-smooth", "dcm");
  g_autoptr (GError) error = NULL;

  get_streams ();
  g_auto (Coded) coded = load (path);
  g_autoptr (VitrailFrame) whole = decode (&coded, 0, &error);
  for (guint reduce = 1; reduce < 4; reduce++) {
    g_autoptr (VitrailFrame) frame = decode (&coded, reduce, &error);
    g_assert_no_error (error);
    const guint side = 1u << reduce;
    g_assert_cmpuint (frame->format.width, ==,
                      (whole->format.width + side - 1) / side);
    for (guint y = 0; y < whole->format.height / side; y++)
      for (guint x = 0; x < whole->format.width / side; x++) {
        guint sum = 0;
        for (guint k = 0; k < side * side; k++)
          sum += get_sample (whole, x * side + k % side, y * side + k / side);
        g_assert_cmpint (ABS ((gint) (sum / (side * side)) -
                              (gint) get_sample (frame, x, y)),
                         <=, 2);
      }
  }
}

/* Real files whose frames are lossy JPEG of 12 bits. */
static void
test_real (void)
{
  static const char *const files[] = {
    "pydicom/src/pydicom/data/test_files/JPEG-lossy.dcm",
    "pydicom/src/pydicom/data/test_files/JPGExtended.dcm",
    "cornerstone3D/packages/dicomImageLoader/testImages/"
    "CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
    "cornerstone3D/packages/dicomImageLoader/testImages/"
    "CTImage.dcm_JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53.dcm",
    "cornerstone3D/packages/dicomImageLoader/testImages/"
    "CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm",
    "pylibjpeg-data/ljdata/ds/JPEGExtended/RG2_JPLY_fixed.dcm",
    "pylibjpeg-data/ljdata/ds/JPEGExtended/JPEGExtended_3s_1f_u_08_08.dcm",
    "fo-dicom/Tests/FO-DICOM.Tests/Test Data/GH195.dcm",
  };
  const char *folder = test_data_get_folder ();
  guint n = 0;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (folder, files[i], NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    g_auto (Coded) coded = load (path);
    if (coded.format.samples == 1)
      assert_dcmtk (path);
    else
      assert_libjpeg (path);
    n++;
  }
  g_test_message ("%u of %u real files", n, (guint) G_N_ELEMENTS (files));
}

/* A stream of jpegstreams.py, to be changed. */
typedef struct {
  Coded coded;
  uint8_t *data;
  gsize length;
} Changed;

static void
changed_clear (Changed *self)
{
  coded_clear (&self->coded);
  g_free (self->data);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Changed, changed_clear)

static Changed
load_copy (const char *name)
{
  g_autofree char *path = test_pictures_path (name, "dcm");
  Changed self = { 0 };

  get_streams ();
  self.coded = load (path);
  const uint8_t *data = g_bytes_get_data (self.coded.bytes, &self.length);
  self.data = g_memdup2 (data, self.length);
  return self;
}

/* The @n-th marker of that kind, from 0. */
static uint8_t *
find_marker (const Changed *self, uint8_t marker, guint n)
{
  for (gsize i = 0; i + 1 < self->length; i++)
    if (self->data[i] == 0xff && self->data[i + 1] == marker && n-- == 0)
      return self->data + i;
  g_assert_not_reached ();
}

static void
assert_fails (const Changed *self,
              gsize length,
              VitrailError code,
              const char *message)
{
  g_autoptr (GError) error = NULL;
  const Coded coded = { g_bytes_new (self->data, length), self->coded.format };
  g_autoptr (VitrailFrame) frame = decode (&coded, 0, &error);

  g_assert_null (frame);
  g_assert_error (error, VITRAIL_ERROR, (gint) code);
  g_assert_cmpstr (error->message, ==, message);
  g_bytes_unref (coded.bytes);
}

static void
assert_corrupt (const Changed *self, gsize length, const char *reason)
{
  g_autofree char *message =
      g_strdup_printf ("file: frame 1: JPEG: %s", reason);

  assert_fails (self, length, VITRAIL_ERROR_CORRUPT, message);
}

/* No part of a stream is a picture. */
static void
test_truncated (void)
{
  static const char *const names[] = { "12-420-67x45", "12-420-67x45-restart",
                                       "12-420-67x45-apart",
                                       "12-420-67x45-progressive" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (Changed) stream = load_copy (names[i]);
    for (gsize length = 0; length + 100 < stream.length; length += 37) {
      g_autoptr (GError) error = NULL;
      const Coded coded = { g_bytes_new (stream.data, length),
                            stream.coded.format };
      g_assert_null (decode (&coded, (guint) length % 4, &error));
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
      g_assert_true (g_str_has_prefix (error->message, "file: frame 1: JPEG"));
      g_bytes_unref (coded.bytes);
    }
  }
  g_auto (Changed) stream = load_copy ("12-grey");
  assert_corrupt (&stream, stream.length / 2,
                  "no restart marker where one has to be");
  g_auto (Changed) plain = load_copy ("12-444-67x45");
  assert_corrupt (&plain, plain.length / 2, "its data end before the picture");
  g_auto (Changed) late = load_copy ("12-444-67x45-progressive");
  assert_corrupt (&late, late.length - 2 - late.length % 2,
                  "its data end before the last scan");
}

static void
test_damage (void)
{
  g_auto (Changed) restart = load_copy ("12-444-67x45-restart");
  find_marker (&restart, 0xd1, 0)[1] = 0xd2;
  assert_corrupt (&restart, restart.length,
                  "no restart marker where one has to be");

  g_auto (Changed) quant = load_copy ("12-444-67x45");
  find_marker (&quant, 0xdb, 0)[4] = 1;
  assert_corrupt (&quant, quant.length,
                  "a quantization table that is not there");

  g_auto (Changed) twice = load_copy ("12-444-67x45-apart");
  find_marker (&twice, 0xda, 1)[5] = 1;
  assert_corrupt (&twice, twice.length, "a second scan of a component");

  g_auto (Changed) again = load_copy ("12-444-67x45-progressive");
  uint8_t *band = find_marker (&again, 0xda, 2);
  band[7] = 5;
  assert_corrupt (&again, again.length,
                  "a scan that is none of its progression");
}

static void
test_refused (void)
{
  g_auto (Changed) ratio = load_copy ("12-420-67x45");
  uint8_t *sof = find_marker (&ratio, 0xc1, 0);
  sof[11] = 0x32;
  sof[14] = 0x21;
  sof[17] = 0x11;
  assert_fails (&ratio, ratio.length, VITRAIL_ERROR_UNSUPPORTED,
                "file: frame 1: JPEG: sampling factors whose ratio is not "
                "whole");

  g_auto (Changed) arithmetic = load_copy ("12-grey");
  find_marker (&arithmetic, 0xc1, 0)[1] = 0xc9;
  assert_fails (&arithmetic, arithmetic.length, VITRAIL_ERROR_UNSUPPORTED,
                "file: frame 1: JPEG of process SOF9");

  /* Few bytes that say they are four thousand million pixels. */
  g_auto (Changed) bomb = load_copy ("12-grey");
  sof = find_marker (&bomb, 0xc1, 0);
  memset (sof + 5, 0xff, 4);
  bomb.coded.format.width = bomb.coded.format.height = 65535;
  g_autofree char *message =
      g_strdup_printf ("file: frame 1: %" G_GSIZE_FORMAT
                       " bytes of JPEG cannot be 65535 x 65535 pixels",
                       bomb.length);
  assert_fails (&bomb, bomb.length, VITRAIL_ERROR_CORRUPT, message);
}

/* The stream wins over the header, which is told. */
static void
test_contradiction (void)
{
  g_auto (Changed) stream = load_copy ("12-grey");
  g_autoptr (GError) error = NULL;

  stream.coded.format.width = 60;
  stream.coded.format.bits_allocated = 8;
  g_autoptr (VitrailFrame) frame = decode (&stream.coded, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->format.width, ==, 67);
  g_assert_cmpuint (frame->format.bits_allocated, ==, 16);
  g_assert_cmpuint (frame->format.bits_stored, ==, 12);
  g_assert_cmpstr (frame->warning, ==,
                   "file: frame 1: JPEG samples of 12 bits, Bits Allocated 8; "
                   "JPEG of 67 x 45 x 1 samples, the header says 60 x 45 x 1");
}

/* Negative numbers are the two's complement of 12 bits. */
static void
test_signs (void)
{
  g_auto (Changed) stream = load_copy ("12-grey");
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) plain = decode (&stream.coded, 0, &error);

  stream.coded.format.is_signed = TRUE;
  g_autoptr (VitrailFrame) frame = decode (&stream.coded, 0, &error);
  g_assert_no_error (error);
  for (guint x = 0; x < 67; x++) {
    const gint value = (gint) get_sample (plain, x, 2);
    g_assert_cmpint ((int16_t) get_sample (frame, x, 2), ==,
                     value < 2048 ? value : value - 4096);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpeg12/extended", "+ee +bt", test_dcmcjpeg);
  g_test_add_data_func ("/jpeg12/rough", "+ee +bt +q 20 +s4", test_dcmcjpeg);
  g_test_add_data_func ("/jpeg12/spectral", "+es +bt", test_dcmcjpeg);
  g_test_add_data_func ("/jpeg12/progressive", "+ep +bt", test_dcmcjpeg);
  g_test_add_func ("/jpeg12/streams-8", test_streams_8);
  g_test_add_func ("/jpeg12/streams-12", test_streams_12);
  g_test_add_func ("/jpeg12/reduce-12", test_reduce_12);
  g_test_add_func ("/jpeg12/real", test_real);
  g_test_add_func ("/jpeg12/truncated", test_truncated);
  g_test_add_func ("/jpeg12/damage", test_damage);
  g_test_add_func ("/jpeg12/refused", test_refused);
  g_test_add_func ("/jpeg12/contradiction", test_contradiction);
  g_test_add_func ("/jpeg12/signs", test_signs);
  return g_test_run ();
}
