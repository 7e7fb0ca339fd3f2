/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Plain large pictures as slides, against libvips' own commands. */

#include "error.h"
#include "slide/imagesize.h"
#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>

static const guint8 white[3] = { 255, 255, 255 };

/* A picture of 4100 x 4200 of large flat parts and a little of everything. */
static const char *
make_large (void)
{
  static char *path;

  if (path != NULL)
    return path;
  path = g_build_filename (test_data_get_scratch (), "large.v", NULL);
  g_free (test_data_run ("cd '%s' && vips replicate '%s' a.v 21 21 && "
                         "vips extract_area a.v '%s' 0 0 4100 4200 && rm a.v",
                         test_data_get_scratch (), test_slide_source (200, 200),
                         path));
  return path;
}

static VitrailSlide *
open_slide (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

typedef struct {
  const char *name;
  const char *options;
  const char *after; /* what is done to the file */
} Kind;

static const Kind kinds[] = {
  { "a.png", "[compression=1]", "true" },
  { "turned.jpg", "[Q=85]", "exiftool" },
  { "strips.tif", "[compression=deflate]", "tiffset -s 274 6" },
};

static void
test_kind (gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), kind->name, NULL);
  g_autofree char *judged =
      g_build_filename (test_data_get_scratch (), "judged.v", NULL);
  g_auto (TestPicture) expected = { 0 };

  if (strcmp (kind->after, "exiftool") == 0)
    g_free (test_data_run ("cd '%s' && vips copy '%s' '%s%s' && "
                           "/usr/bin/python3 -c \"from PIL import Image; "
                           "i = Image.open ('%s'); e = i.getexif (); "
                           "e[274] = 8; i.save ('%s', exif=e, quality=85)\"",
                           test_data_get_scratch (), make_large (), path,
                           kind->options, path, path));
  else
    g_free (test_data_run ("vips copy '%s' '%s%s' && %s '%s'", make_large (),
                           path, kind->options, kind->after, path));
  g_free (test_data_run ("vips autorot '%s' '%s'", path, judged));
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
  test_picture_load (&expected, judged);
  test_slide_compare_level (slide, 0, &expected, 0, white);
  g_assert_cmpint (vitrail_slide_is_lossy (slide), ==,
                   g_str_has_suffix (path, ".jpg"));
  g_assert_cmpuint (strlen (vitrail_slide_get_id (slide)), ==, 32);
}

/* Sizes from headers, without libvips, against libvips. */
static void
test_sizes (void)
{
  static const char *const names[] = { "s.png", "s.jpg",  "s.tif",
                                       "s.jp2", "s.webp", "s2.webp[lossless]" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path =
        g_build_filename (test_data_get_scratch (), names[i], NULL);
    g_autofree char *contents = NULL;
    gsize length;
    guint64 width = 0;
    guint64 height = 0;
    g_free (test_data_run ("vips copy '%s' '%s'", test_slide_source (203, 77),
                           path));
    path[strcspn (path, "[")] = '\0';
    g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
    g_autoptr (GBytes) bytes = g_bytes_new (contents, length);
    g_assert_true (vitrail_image_size_read (bytes, &width, &height));
    g_assert_cmpuint (width, ==, 203);
    g_assert_cmpuint (height, ==, 77);
    /* A photograph is no slide. */
    g_assert_false (vitrail_slide_probe (path));
    for (gsize n = 0; n < MIN (length, 64); n++) {
      g_autoptr (GBytes) cut = g_bytes_new (contents, n);
      if (vitrail_image_size_read (cut, &width, &height))
        g_assert_cmpuint (width, <=, 203);
    }
  }
}

/* Truncated: an error for tiles, not a picture that is made up. */
static void
test_truncated (void)
{
  g_autofree char *whole =
      g_build_filename (test_data_get_scratch (), "w.png", NULL);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "cut.png", NULL);
  g_autofree guint8 *rgb = g_malloc ((gsize) 512 * 512 * 3);
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips copy '%s' '%s[compression=1]' && "
                         "head -c 300000 '%s' > '%s'",
                         make_large (), whole, whole, path));
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_assert_false (
      vitrail_slide_decode_tile (slide, 0, 0, 0, rgb, 1536, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_true (g_str_has_prefix (error->message, path));
}

/* What says that it is large and is something else. */
static void
test_refused (void)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "huge.png", NULL);
  const char *paths[] = { path, NULL };
  static const guint8 head[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                 0,    0,   0,   13,  'I',  'H',  'D',  'R',
                                 0,    1,   0,   0,   0,    1,    0,    0,
                                 8,    2,   0,   0,   0,    0xab, 0xcd, 0xef };
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_file_set_contents (path, (const char *) head, sizeof head, NULL));
  g_assert_true (vitrail_slide_probe (path));
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_null (slide);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, path));
}

/* Bytes of this process that no file stands behind. */
static guint64
get_own_bytes (void)
{
  g_autofree char *status = NULL;

  g_assert_true (
      g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  const char *at = strstr (status, "RssAnon:");
  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen ("RssAnon:"), NULL, 10) * 1024;
}

/* What has no tiles is decoded once, and into a file where it is large: 192 MB
 * of pixels are not held in memory. */
static void
test_memory (void)
{
  const guint64 most = (guint64) 120 * 1000 * 1000;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "huge.png", NULL);
  g_autofree guint8 *rgb = g_malloc ((gsize) 512 * 512 * 3);
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips black '%s[compression=1]' 8000 8000 --bands 3",
                         path));
  const guint64 before = get_own_bytes ();
  g_autoptr (VitrailSlide) slide = open_slide (path);
  for (guint i = 0; i < 4; i++) {
    g_assert_true (vitrail_slide_decode_tile (slide, 0, 4 * i, 4 * i, rgb,
                                              (gsize) 512 * 3, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (rgb[0], ==, 0);
    g_assert_cmpuint (get_own_bytes (), <, before + most);
  }
  g_assert_cmpuint (vitrail_slide_get_size_bytes (slide), <=, most);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libvips' own warnings are not ours. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *name = g_strconcat ("/vips/kind/", kinds[i].name, NULL);
    g_test_add_data_func (name, &kinds[i], test_kind);
  }
  g_test_add_func ("/vips/sizes", test_sizes);
  g_test_add_func ("/vips/memory", test_memory);
  g_test_add_func ("/vips/truncated", test_truncated);
  g_test_add_func ("/vips/refused", test_refused);
  return g_test_run ();
}
