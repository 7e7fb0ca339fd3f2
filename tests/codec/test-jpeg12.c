/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Our own DCT decoder. Judges: DCMTK's for 12 bits, libjpeg-turbo for 8. */

#include "codec/jpegstream.h"
#include "error.h"
#include "instance.h"
#include "pictures.h"
#include "testdata.h"

#include <string.h>

/* Frame 1 of @path by our decoder, whatever the dispatcher says; NULL when its
 * frames are no lossy JPEG of Huffman codes. */
static VitrailFrame *
decode (const char *path, guint reduce)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  VitrailPixelFormat format;
  VitrailJpegStream stream;
  gsize length = 0;

  g_assert_no_error (error);
  g_assert_true (vitrail_instance_get_pixel_format (instance, &format, &error));
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, 1, NULL, &error);
  g_assert_no_error (error);
  const uint8_t *data = g_bytes_get_data (bytes, &length);
  g_assert_cmpstr (vitrail_jpeg_stream_open (&stream, data, length), ==, NULL);
  const VitrailCodecInput input = {
    .data = data,
    .length = length,
    .format = format,
    .reduce = reduce,
    .name = "file",
    .frame = 1,
  };
  VitrailFrame *frame = vitrail_jpeg_decode_12 (&stream, &input, &error);
  g_assert_no_error (error);
  return frame;
}

/* The largest difference from what dcmdjpeg makes of @path. */
static guint64
compare_with_dcmtk (const char *path)
{
  g_autofree char *back = test_pictures_path ("back", "dcm");
  g_autoptr (VitrailFrame) ours = decode (path, 0);

  g_free (test_data_run ("dcmdjpeg -q --conv-never '%s' %s", path, back));
  g_autoptr (VitrailFrame) theirs = test_pictures_decode (back, 0);
  g_assert_cmpuint (ours->format.bits_allocated, ==,
                    theirs->format.bits_allocated);
  return test_pictures_difference (ours, theirs->data,
                                   theirs->stride * theirs->format.height);
}

/* Grey ones of 12 bits. */
static void
test_read (gconstpointer data)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "jpeg.dcm");
    if (pictures[i].bits != 12)
      continue;
    g_free (
        test_data_run ("dcmcjpeg -q %s %s %s", (const char *) data, from, to));
    g_assert_cmpuint (compare_with_dcmtk (to), <=, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/jpeg12/extended", "+ee", test_read);
  g_test_add_data_func ("/jpeg12/spectral", "+es", test_read);
  g_test_add_data_func ("/jpeg12/progressive", "+ep", test_read);
  return g_test_run ();
}
