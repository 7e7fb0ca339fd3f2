/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lossless JPEG: streams by DCMTK, by GDCM and by a writer of what they do not
 * write are read bit-identical; what we write DCMTK and GDCM read
 * bit-identical; damage is told. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define UID "1.2.840.10008.1.2.4.70"

/* @data: a command that takes two files. */
static void
test_read (gconstpointer data)
{
  test_codec_assert_reads (data, NULL);
}

/* One stream of losslessstreams.py. */
typedef struct {
  char *path;
  VitrailPixelFormat format;
  GBytes *bytes;
  char *samples;
  gsize length;
} Stream;

static void
stream_free (Stream *self)
{
  g_free (self->path);
  g_bytes_unref (self->bytes);
  g_free (self->samples);
  g_free (self);
}

static Stream *
load_stream (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 5);
  g_autofree char *raw = test_pictures_path (words[0], "raw");
  g_autoptr (GError) error = NULL;
  Stream *self = g_new0 (Stream, 1);
  char *data = NULL;
  gsize length = 0;

  self->path = test_pictures_path (words[0], "jpg");
  self->format.width = (guint) g_ascii_strtoull (words[1], NULL, 10);
  self->format.height = (guint) g_ascii_strtoull (words[2], NULL, 10);
  self->format.samples = (guint) g_ascii_strtoull (words[3], NULL, 10);
  self->format.bits_stored = (guint) g_ascii_strtoull (words[4], NULL, 10);
  self->format.high_bit = self->format.bits_stored - 1;
  self->format.bits_allocated = self->format.bits_stored <= 8 ? 8 : 16;
  self->format.photometric = self->format.samples == 3
                                 ? VITRAIL_PHOTOMETRIC_RGB
                                 : VITRAIL_PHOTOMETRIC_MONOCHROME2;
  g_file_get_contents (self->path, &data, &length, &error);
  g_assert_no_error (error);
  self->bytes = g_bytes_new_take (data, length);
  g_file_get_contents (raw, &self->samples, &self->length, &error);
  g_assert_no_error (error);
  return self;
}

static GPtrArray *
load_streams (void)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "codec", "losslessstreams.py", NULL);
  g_autofree char *lines = test_data_run ("/usr/bin/python3 %s %s", script,
                                          test_data_get_scratch ());
  g_auto (GStrv) line = g_strsplit (g_strstrip (lines), "\n", -1);
  GPtrArray *streams =
      g_ptr_array_new_with_free_func ((GDestroyNotify) stream_free);

  for (guint i = 0; line[i] != NULL; i++)
    g_ptr_array_add (streams, load_stream (line[i]));
  return streams;
}

static VitrailFrame *
decode_stream (const Stream *stream)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  const void *data = g_bytes_get_data (stream->bytes, &length);
  VitrailFrame *frame =
      test_codec_decode_data (UID, data, length, &stream->format, &error);

  if (frame == NULL)
    g_error ("%s: %s", stream->path, error->message);
  return frame;
}

static void
test_streams (void)
{
  g_autoptr (GPtrArray) streams = load_streams ();

  for (guint i = 0; i < streams->len; i++) {
    const Stream *stream = g_ptr_array_index (streams, i);
    g_autoptr (VitrailFrame) frame = decode_stream (stream);
    g_test_message ("%s", stream->path);
    g_assert_cmpmem (frame->data, frame->stride * frame->format.height,
                     stream->samples, stream->length);
  }
  g_assert_cmpuint (streams->len, >, 50);
}

/* FFmpeg, which reads many of them, finds the same samples: it is JPEG. It has
 * no DNL, extends what has less than 8 or 16 bits, spreads halved components
 * otherwise, begins grey intervals like others. */
static gboolean
is_judged (const Stream *stream)
{
  g_autofree char *name = g_path_get_basename (stream->path);

  if (g_str_has_prefix (name, "halved") || g_str_has_prefix (name, "dnl") ||
      g_str_has_prefix (name, "extremes") || g_str_has_prefix (name, "tall") ||
      g_str_has_prefix (name, "restart") ||
      g_str_has_prefix (name, "same-ids") || stream->format.samples == 4)
    return FALSE;
  return stream->format.bits_stored == stream->format.bits_allocated;
}

static void
test_judge (void)
{
  g_autoptr (GPtrArray) streams = load_streams ();
  guint n = 0;

  for (guint i = 0; i < streams->len; i++) {
    const Stream *stream = g_ptr_array_index (streams, i);
    g_autofree char *out = test_pictures_path ("judged", "raw");
    g_autofree char *samples = NULL;
    gsize length = 0;
    if (!is_judged (stream))
      continue;
    g_free (test_data_run (
        "ffmpeg -v error -y -i %s -f rawvideo -pix_fmt %s %s", stream->path,
        stream->format.samples == 3          ? "rgb24"
        : stream->format.bits_allocated == 8 ? "gray"
                                             : "gray16le",
        out));
    g_assert_true (g_file_get_contents (out, &samples, &length, NULL));
    if (length != stream->length ||
        memcmp (samples, stream->samples, length) != 0)
      g_error ("%s: not as FFmpeg reads it", stream->path);
    n++;
  }
  g_assert_cmpuint (n, >=, 20);
}

/* Samples end where the data do: no frame comes of less. */
static void
test_truncated (void)
{
  g_autoptr (GPtrArray) streams = load_streams ();

  for (guint i = 0; i < streams->len; i++) {
    const Stream *stream = g_ptr_array_index (streams, i);
    gsize length = 0;
    const uint8_t *data = g_bytes_get_data (stream->bytes, &length);
    for (gsize cut = 4; cut < length; cut += length / 16) {
      g_autoptr (GError) error = NULL;
      g_autofree uint8_t *part = g_memdup2 (data, length - cut);
      g_assert_null (test_codec_decode_data (UID, part, length - cut,
                                             &stream->format, &error));
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
    }
  }
}

static const Stream *
find_stream (GPtrArray *streams, const char *name)
{
  g_autofree char *path = test_pictures_path (name, "jpg");

  for (guint i = 0; i < streams->len; i++) {
    const Stream *stream = g_ptr_array_index (streams, i);
    if (g_str_equal (stream->path, path))
      return stream;
  }
  g_assert_not_reached ();
}

static void
assert_fails (const Stream *stream,
              const void *data,
              gsize length,
              const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      test_codec_decode_data (UID, data, length, &stream->format, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_cmpstr (error->message, ==, message);
}

static uint8_t *
find_marker (uint8_t *data, gsize length, guint marker)
{
  for (gsize i = 0; i + 1 < length; i++)
    if (data[i] == 0xff && data[i + 1] == marker)
      return data + i;
  g_assert_not_reached ();
}

static void
test_damage (void)
{
  g_autoptr (GPtrArray) streams = load_streams ();
  const Stream *stream = find_stream (streams, "restart-1");
  gsize length = g_bytes_get_size (stream->bytes);
  g_autofree uint8_t *data =
      g_memdup2 (g_bytes_get_data (stream->bytes, NULL), length);

  const Stream *plain = find_stream (streams, "p1");
  assert_fails (plain, g_bytes_get_data (plain->bytes, NULL),
                g_bytes_get_size (plain->bytes) - 100,
                "file: frame 3: JPEG: the data end early, in row 16 of 17");
  find_marker (data, length, 0xd3)[1] = 0xd4;
  assert_fails (stream, data, length,
                "file: frame 3: JPEG: a restart marker is not where it should "
                "be, in row 6 of 17");
  /* One code more than there are of four bits, then all have sixteen. */
  memcpy (find_marker (data, length, 0xc4) + 8, "\x11\x00", 2);
  assert_fails (stream, data, length,
                "file: frame 3: JPEG: a Huffman table with too many codes");
  find_marker (data, length, 0xc4)[8] = 0;
  find_marker (data, length, 0xc4)[20] = 17;
  assert_fails (stream, data, length,
                "file: frame 3: JPEG: a code that is in no table, in row 1 of "
                "17");
  find_marker (data, length, 0xda)[7] = 8;
  assert_fails (stream, data, length,
                "file: frame 3: JPEG: a predictor that is not 1 to 7");
}

/* 12 bits under a header that calls them signed, and under one of 32 bits. */
static void
test_contradictions (void)
{
  g_autoptr (GPtrArray) streams = load_streams ();
  const Stream *stream = find_stream (streams, "bits-12");
  const guint16 *expected = (const guint16 *) (gpointer) stream->samples;
  gsize length = 0;
  const void *data = g_bytes_get_data (stream->bytes, &length);
  VitrailPixelFormat format = stream->format;

  format.is_signed = TRUE;
  g_autoptr (VitrailFrame) narrow =
      test_codec_decode_data (UID, data, length, &format, NULL);
  format.bits_allocated = 32;
  g_autoptr (VitrailFrame) wide =
      test_codec_decode_data (UID, data, length, &format, NULL);
  for (guint i = 0; i < stream->length / 2; i++) {
    gint sample = expected[i] >= 2048 ? expected[i] - 4096 : expected[i];
    g_assert_cmpint (((const gint16 *) (gpointer) narrow->data)[i], ==, sample);
    g_assert_cmpint (((const gint32 *) (gpointer) wide->data)[i], ==, sample);
  }
  /* A header of 8 bits, of another size, in colour. */
  format = stream->format;
  format.bits_allocated = format.bits_stored = 8;
  format.samples = 3;
  format.width = 20;
  format.photometric = VITRAIL_PHOTOMETRIC_RGB;
  g_autoptr (VitrailFrame) other =
      test_codec_decode_data (UID, data, length, &format, NULL);
  g_assert_cmpmem (other->data, other->stride * other->format.height,
                   stream->samples, stream->length);
  g_assert_nonnull (strstr (other->warning, "JPEG of 19 x 23 x 1 samples"));
}

static void
test_write (void)
{
  const VitrailEncodeOptions options = { UID, 0, 0 };
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  test_codec_write_ours (&options);
  test_codec_wrap_ours (UID);
  for (guint i = 0; i < n; i++) {
    g_autofree char *ours = test_pictures_path (pictures[i].name, "ours.dcm");
    g_autofree char *dcmtk = test_pictures_path (pictures[i].name, "dcmtk.dcm");
    g_autofree char *gdcm = test_pictures_path (pictures[i].name, "gdcm.dcm");
    g_free (test_data_run ("dcmdjpeg -q %s %s", ours, dcmtk));
    g_free (test_data_run ("gdcmconv --raw %s %s", ours, gdcm));
    test_pictures_assert_same (ours, pictures[i].name);
    test_pictures_assert_same (dcmtk, pictures[i].name);
    test_pictures_assert_same (gdcm, pictures[i].name);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpeglossless/dcmtk", "dcmcjpeg -q +e1", test_read);
  g_test_add_data_func ("/jpeglossless/gdcm", "gdcmconv --jpeg", test_read);
  g_test_add_func ("/jpeglossless/streams", test_streams);
  g_test_add_func ("/jpeglossless/judge", test_judge);
  g_test_add_func ("/jpeglossless/truncated", test_truncated);
  g_test_add_func ("/jpeglossless/damage", test_damage);
  g_test_add_func ("/jpeglossless/contradictions", test_contradictions);
  g_test_add_func ("/jpeglossless/write", test_write);
  return g_test_run ();
}
