/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides in TIFF files against the pixels that libvips, libtiff and OpenSlide
 * get from the same files. */

#include "error.h"
#include "slide/slide.h"
#include "slide/tifflayout.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

static const guint8 white[3] = { 255, 255, 255 };

static VitrailSlide *
open_slide (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

/* Levels that are pages, as vips writes them. */
static void
compare_levels (VitrailSlide *slide, const char *path)
{
  for (guint i = 0; i < vitrail_slide_get_n_levels (slide); i++) {
    g_auto (TestPicture) expected = { 0 };
    g_autofree char *name =
        g_build_filename (test_data_get_scratch (), "page.v", NULL);
    g_free (test_data_run ("vips tiffload '%s' '%s' --page %u", path, name, i));
    test_picture_load (&expected, name);
    test_slide_compare_level (slide, i, &expected, 0, white);
  }
}

static void
test_made (void)
{
  g_autofree char *path = test_slide_make_svs (1024, 768, 80);
  g_autoptr (VitrailSlide) slide = open_slide (path);

  test_slide_expect_made (slide);
  compare_levels (slide, path);
}

static void
test_identity (void)
{
  test_slide_expect_identity (open_slide);
}

static void
test_region (void)
{
  test_slide_expect_region (open_slide);
}

static void
test_outside (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  guint8 rgb[3];
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      vitrail_slide_decode_tile (slide, 0, 3, 0, rgb, 3, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vitrail_slide_get_tile (slide, 9, 0, 0, &coding, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vitrail_slide_read_associated (slide, "label", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

/* JPEG tiles of both colour models are handed out; other tiles are not. */
static void
test_stored (void)
{
  g_autofree char *ybr = test_slide_make_svs (600, 400, 80);
  g_autofree char *rgb = test_slide_make_svs (600, 400, 92);
  g_autofree char *flat = g_strconcat (ybr, ".flat.tif", NULL);
  g_autoptr (VitrailSlide) in_ybr = open_slide (ybr);
  g_autoptr (VitrailSlide) in_rgb = open_slide (rgb);
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  test_slide_compare_stored (in_ybr);
  test_slide_compare_stored (in_rgb);
  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile",
                         test_slide_source (600, 400), flat));
  g_autoptr (VitrailSlide) native = open_slide (flat);
  g_assert_null (vitrail_slide_get_tile (native, 0, 0, 0, &coding, &error));
  g_assert_no_error (error);
  g_assert_cmpint (coding, ==, VITRAIL_TILE_NONE);
}

/* BigTIFF, and files in the other byte order, have the same tiles. */
static void
test_byte_orders (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  static const char *const options[] = { "", "-8", "-B", "-8 -B" };
  g_autoptr (GBytes) expected = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autofree char *other = g_strdup_printf ("%s.%zu.tif", path, i);
    VitrailTileCoding coding;
    g_free (test_data_run ("tiffcp %s '%s' '%s'", options[i], path, other));
    g_autoptr (VitrailSlide) slide = open_slide (other);
    g_autoptr (GBytes) found =
        vitrail_slide_get_tile (slide, 0, 1, 1, &coding, NULL);
    if (expected == NULL)
      expected = g_bytes_ref (found);
    g_assert_true (g_bytes_equal (found, expected));
    compare_levels (slide, other);
  }
}

/* Every byte of the directories turned over, one at a time: nothing is read
 * outside of the file, and no tile comes from there. */
static void
test_broken_directories (void)
{
  g_autofree char *path = test_slide_make_svs (300, 200, 80);
  g_autofree char *data = NULL;
  g_autofree guint8 *rgb = g_malloc ((gsize) 1024 * 1024 * 3);
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize from_end = 1; from_end < 700; from_end += 3) {
    g_autofree char *bad = g_memdup2 (data, length);
    bad[length - from_end] = (char) ~bad[length - from_end];
    g_autoptr (GBytes) bytes = g_bytes_new_static (bad, length);
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailTiffFile) file =
        vitrail_tiff_file_new (bytes, "bad", &error);
    g_autoptr (VitrailSlide) slide = NULL;
    VitrailSlideLevel level = { 0 };
    if (file != NULL)
      slide = vitrail_tiff_slide_new (file, "id", &error);
    if (slide == NULL) {
      g_assert_nonnull (error);
      continue;
    }
    vitrail_slide_get_level (slide, 0, &level);
    if (level.tile_width <= 1024 && level.tile_height <= 1024)
      vitrail_slide_decode_tile (slide, 0, 0, 0, rgb,
                                 (gsize) level.tile_width * 3, NULL, NULL);
  }
}

/* One tile overwritten: an error for that tile, the others stay readable. */
static void
test_corrupt_tile (void)
{
  g_autofree char *path = test_slide_make_svs (600, 512, 80);
  g_autoptr (VitrailSlide) good = open_slide (path);
  g_autofree char *bad_path = g_strconcat (path, ".bad.svs", NULL);
  g_autofree guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);
  g_autoptr (GError) error = NULL;

  /* TileOffsets (324) of the first directory: its first value. */
  g_free (test_data_run (
      "cp '%s' '%s' && at=$(tiffinfo -s '%s' | sed -n "
      "'s/^ *0: \\[ *\\([0-9]*\\), .*/\\1/p' | head -1) && "
      "head -c 64 /dev/zero | dd of='%s' bs=1 seek=$at conv=notrunc 2>&1",
      path, bad_path, path, bad_path));
  g_autoptr (VitrailSlide) slide = open_slide (bad_path);
  g_assert_false (
      vitrail_slide_decode_tile (slide, 0, 0, 0, rgb, 768, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_true (g_str_has_prefix (error->message, bad_path));
  g_clear_error (&error);
  g_assert_true (
      vitrail_slide_decode_tile (slide, 0, 1, 1, rgb, 768, NULL, &error));
  g_assert_no_error (error);
}

static gpointer
read_all_tiles (gpointer slide)
{
  g_autofree guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);
  guint sum = 0;

  for (guint i = 0; i < 12; i++) {
    g_autoptr (GError) error = NULL;
    vitrail_slide_decode_tile (slide, 0, i % 4, i / 4, rgb, 768, NULL, &error);
    g_assert_no_error (error);
    for (guint j = 0; j < 256 * 256 * 3; j++)
      sum = sum * 31 + rgb[j];
  }
  return GUINT_TO_POINTER (sum);
}

/* JPEG, which shares nothing, and what libtiff reads, by handles in turns. */
static void
test_threads (void)
{
  g_autofree char *svs = test_slide_make_svs (1024, 768, 80);
  g_autofree char *lzw = g_strconcat (svs, ".lzw.tif", NULL);
  const char *paths[] = { svs, lzw };

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --compression lzw "
                         "--tile-width 256 --tile-height 256",
                         test_slide_source (1024, 768), lzw));
  for (gsize k = 0; k < G_N_ELEMENTS (paths); k++) {
    g_autoptr (VitrailSlide) slide = open_slide (paths[k]);
    GThread *threads[4];
    gpointer expected = read_all_tiles (slide);
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
      threads[i] = g_thread_new ("reader", read_all_tiles, slide);
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
      g_assert_true (g_thread_join (threads[i]) == expected);
  }
}

static void
test_refused (void)
{
  g_autofree char *text =
      g_build_filename (test_data_get_scratch (), "text.svs", NULL);
  g_autofree char *svs = test_slide_make_svs (600, 400, 80);
  g_autofree char *cut = g_strconcat (svs, ".cut.svs", NULL);
  g_autofree char *absent = g_strconcat (svs, ".absent", NULL);

  g_assert_true (g_file_set_contents (text, "not a slide", -1, NULL));
  g_assert_false (vitrail_slide_probe (text));
  test_slide_expect_refused (text, "not a whole-slide image");
  test_slide_expect_refused (absent, "no such file");
  g_free (test_data_run ("head -c 300 '%s' > '%s'", svs, cut));
  test_slide_expect_refused (cut, "not a whole-slide image");
}

static void
test_real (void)
{
  static const char *const names[] = {
    "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs",
  };
  const char *folder = test_data_get_folder ();

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autoptr (VitrailSlide) slide = open_slide (path);
    compare_levels (slide, path);
    if (i == 0)
      test_slide_compare_stored (slide);
  }
}

static void
test_associated (void)
{
  const char *folder = test_data_get_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *path = g_build_filename (
      folder, "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs", NULL);
  g_autofree char *name =
      g_build_filename (test_data_get_scratch (), "label.v", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_auto (TestPicture) expected = { 0 };

  /* The label is the third directory of the file. */
  g_free (test_data_run ("vips tiffload '%s' '%s' --page 2", path, name));
  test_picture_load (&expected, name);
  g_assert_true (
      g_strv_contains (vitrail_slide_list_associated (slide), "macro"));
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (slide, "label", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (frame->format.width, ==, expected.width);
  g_assert_cmpuint (frame->format.height, ==, expected.height);
  g_assert_cmpmem (frame->data, frame->stride * frame->format.height,
                   expected.rgb, (gsize) expected.width * expected.height * 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiff/made", test_made);
  g_test_add_func ("/tiff/identity", test_identity);
  g_test_add_func ("/tiff/region", test_region);
  g_test_add_func ("/tiff/outside", test_outside);
  g_test_add_func ("/tiff/stored", test_stored);
  g_test_add_func ("/tiff/byte-orders", test_byte_orders);
  g_test_add_func ("/tiff/broken-directories", test_broken_directories);
  g_test_add_func ("/tiff/corrupt-tile", test_corrupt_tile);
  g_test_add_func ("/tiff/threads", test_threads);
  g_test_add_func ("/tiff/refused", test_refused);
  g_test_add_func ("/tiff/real", test_real);
  g_test_add_func ("/tiff/associated", test_associated);
  return g_test_run ();
}
