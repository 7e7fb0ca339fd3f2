/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Picture files, read back by others: numpy and PIL. */

#include "error.h"
#include "pixel/present.h"
#include "testdata.h"
#include "testframe.h"

#include <string.h>

static void
save (const char *name, const void *data, gsize length)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize) length, &error);
  g_assert_no_error (error);
}

static void
save_bytes (const char *name, GBytes *bytes)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  save (name, data, length);
}

static const char exact_program[] =
    "import numpy as np\n"
    "from PIL import Image\n"
    "for c in (1, 3):\n"
    "  im = Image.open('{dir}/%d.png' % c)\n"
    "  raw = np.fromfile('{dir}/%d.raw' % c, dtype='uint8')\n"
    "  print(im.mode, im.size, (np.asarray(im).ravel() == raw).all())\n";

static void
test_png (void)
{
  for (guint channels = 1; channels <= 3; channels += 2) {
    g_autoptr (VitrailFrame) noise =
        test_frame_new_noise (61, 47, channels, 8, channels);
    const VitrailImage image = { 61, 47, channels, noise->stride,
                                 (uint8_t *) (gpointer) noise->data };
    g_autoptr (GByteArray) raw = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) png = vitrail_image_to_png (&image, &error);
    g_autofree char *name = g_strdup_printf ("%u.png", channels);
    g_autofree char *raw_name = g_strdup_printf ("%u.raw", channels);

    g_assert_no_error (error);
    for (guint y = 0; y < 47; y++)
      g_byte_array_append (raw, image.data + y * image.stride, 61 * channels);
    save_bytes (name, png);
    save (raw_name, raw->data, raw->len);
  }
  g_autofree char *said = test_data_python (exact_program);
  g_assert_cmpstr (said, ==, "L (61, 47) True\nRGB (61, 47) True\n");
}

static const char png16_program[] =
    "import numpy as np\n"
    "from PIL import Image\n"
    "a = np.asarray(Image.open('{dir}/16.png')).astype('int64')\n"
    "b = np.asarray(Image.open('{dir}/8.png')).astype('int64')\n"
    "print(a.shape, a[0,0], a[3,2], a[9,19], b.max(), b.min())\n";

static void
test_png16 (void)
{
  g_autoptr (VitrailFrame) wide = test_frame_new (20, 10, 1, 16);
  g_autoptr (VitrailFrame) narrow = test_frame_new (20, 10, 1, 8);
  g_autoptr (VitrailFrame) real = test_frame_new (20, 10, 1, 32);
  g_autoptr (GError) error = NULL;

  test_frame_set (wide, 0, 0, 0, 65535);
  test_frame_set (wide, 2, 3, 0, 258);
  test_frame_set (wide, 19, 9, 0, 4095);
  test_frame_set (narrow, 5, 5, 0, 201);
  g_autoptr (GBytes) a = vitrail_frame_to_png16 (wide, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) b = vitrail_frame_to_png16 (narrow, &error);
  g_assert_no_error (error);
  save_bytes ("16.png", a);
  save_bytes ("8.png", b);
  g_autofree char *said = test_data_python (png16_program);
  g_assert_cmpstr (said, ==, "(10, 20) 65535 258 4095 201 0\n");

  g_assert_null (vitrail_frame_to_png16 (real, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

static const char jpeg_program[] =
    "import numpy as np\n"
    "from PIL import Image\n"
    "for n in ('g', 'c'):\n"
    "  im = Image.open('{dir}/%s.jpg' % n)\n"
    "  raw = np.fromfile('{dir}/%s.raw' % n, dtype='uint8').astype(int)\n"
    "  d = np.abs(np.asarray(im).ravel().astype(int) - raw).max()\n"
    "  print(im.mode, im.size, d <= 4, getattr(im, 'layer', None)[0][1:3])\n";

static void
test_jpeg (void)
{
  for (guint channels = 1; channels <= 3; channels += 2) {
    uint8_t data[64 * 48 * 3];
    const VitrailImage image = { 64, 48, channels, (size_t) 64 * channels,
                                 data };
    g_autoptr (GError) error = NULL;
    for (guint y = 0; y < 48; y++)
      for (guint x = 0; x < 64; x++)
        for (guint c = 0; c < channels; c++)
          data[(y * 64 + x) * channels + c] = (uint8_t) (3 * x + y + 9 * c);
    g_autoptr (GBytes) jpeg = vitrail_image_to_jpeg (&image, 97, &error);
    g_assert_no_error (error);
    save_bytes (channels == 1 ? "g.jpg" : "c.jpg", jpeg);
    save (channels == 1 ? "g.raw" : "c.raw", data, (gsize) 64 * 48 * channels);
  }
  g_autofree char *said = test_data_python (jpeg_program);
  g_assert_cmpstr (said, ==,
                   "L (64, 48) True (1, 1)\nRGB (64, 48) True (1, 1)\n");
}

/* What the format cannot hold is an error that says so. */
static void
test_too_large (void)
{
  const VitrailImage image = { 65535, 65535, 1, 0, (uint8_t[1]){ 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_image_to_jpeg (&image, 90, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_assert_true (g_str_has_prefix (error->message, "JPEG of 65535 x 65535"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/png", test_png);
  g_test_add_func ("/image/png16", test_png16);
  g_test_add_func ("/image/jpeg", test_jpeg);
  g_test_add_func ("/image/too-large", test_too_large);
  return g_test_run ();
}
