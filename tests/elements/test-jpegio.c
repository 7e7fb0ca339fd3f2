/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG files of tiles, read back by libvips. */

#include "slide/jpegio.h"
#include "slidedata.h"
#include "testdata.h"

#include <stdlib.h>

static void
load (TestPicture *picture, GBytes *jpeg)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "tile.jpg", NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL),
                                      (gssize) g_bytes_get_size (jpeg), NULL));
  test_picture_load (picture, path);
}

static guint8 *
make_pixels (guint width, guint height)
{
  guint8 *rgb = g_malloc ((gsize) width * height * 3);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      guint8 *pixel = rgb + ((gsize) y * width + x) * 3;
      pixel[0] = (guint8) x;
      pixel[1] = (guint8) y;
      pixel[2] = (guint8) (x / 2 + y / 2);
    }
  return rgb;
}

static void
test_encode (void)
{
  g_autofree guint8 *rgb = make_pixels (200, 100);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = vitrail_jpeg_encode (rgb, 200, 100, 95, &error);
  g_auto (TestPicture) found = { 0 };

  g_assert_no_error (error);
  load (&found, jpeg);
  g_assert_cmpuint (found.width, ==, 200);
  g_assert_cmpuint (found.height, ==, 100);
  for (gsize i = 0; i < (gsize) 200 * 100 * 3; i++)
    g_assert_cmpint (abs (found.rgb[i] - rgb[i]), <=, 6);
}

/* Pixels away from the new edges are the very same: nothing was decoded. */
static void
test_crop (void)
{
  g_autofree guint8 *rgb = make_pixels (256, 256);
  g_autoptr (GBytes) whole = vitrail_jpeg_encode (rgb, 256, 256, 80, NULL);
  g_autoptr (GBytes) part = vitrail_jpeg_crop (whole, 101, 57);
  g_auto (TestPicture) a = { 0 };
  g_auto (TestPicture) b = { 0 };

  g_assert_nonnull (part);
  load (&a, whole);
  load (&b, part);
  g_assert_cmpuint (b.width, ==, 101);
  g_assert_cmpuint (b.height, ==, 57);
  for (gsize y = 0; y < 54; y++)
    g_assert_cmpmem (b.rgb + y * 101 * 3, 98 * 3, a.rgb + y * 256 * 3, 98 * 3);
}

static void
test_broken (void)
{
  g_autofree guint8 *rgb = make_pixels (64, 64);
  g_autoptr (GBytes) whole = vitrail_jpeg_encode (rgb, 64, 64, 80, NULL);
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (whole, 0, 30);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_jpeg_crop (head, 10, 10));
  g_assert_null (vitrail_jpeg_crop (nothing, 10, 10));
  g_assert_null (vitrail_jpeg_crop (whole, 65, 10));
  g_assert_null (vitrail_jpeg_encode (rgb, 0, 64, 80, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpegio/encode", test_encode);
  g_test_add_func ("/jpegio/crop", test_crop);
  g_test_add_func ("/jpegio/broken", test_broken);
  return g_test_run ();
}
