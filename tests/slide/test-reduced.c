/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles whole and at 1/2, 1/4 and 1/8 of their size, pixel by pixel as others
 * make them: of JPEG djpeg -scale, of JPEG 2000 opj_decompress -r, of what was
 * stored without loss the means that Pillow's reduce () makes; background
 * beside the level. */

#include "error.h"
#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"

#include <stdlib.h>

static VitrailSlide *
open_tiff (const char *options)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "reduced.tif", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                         "--tile-height 256 %s",
                         test_slide_source (600, 400), path, options));
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

static VitrailSlide *
open_dicom (const char *options)
{
  g_autofree char *folder = test_slide_make_dicom (600, 400, 80, options);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *path =
      g_build_filename (folder, g_dir_read_name (dir), NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  return slide;
}

/* What makes a tile at 1 / 2^reduce of its size, as PPM: @command, with
 * the stream (or the whole picture) as $1, 2^reduce as $2, reduce as $3, the
 * outcome as $4. */
typedef struct {
  const char *name;
  const char *options;
  gboolean is_dicom;
  VitrailTileCoding coding; /* of the stream; NONE: the source's pixels */
  int tolerance;
  const char *command;
} Case;

static const Case cases[] = {
  { "jpeg", "--compression jpeg --Q 85", FALSE, VITRAIL_TILE_JPEG, 0,
    "djpeg -dct int -scale 1/$2 -outfile \"$4\" \"$1\"" },
  { "jpeg-rgb", "--compression jpeg --Q 95", FALSE, VITRAIL_TILE_JPEG, 0,
    "djpeg -dct int -scale 1/$2 -outfile \"$4\" \"$1\"" },
  /* Ours rounds after each of up to three halvings, Pillow once. */
  { "deflate", "--compression deflate", FALSE, VITRAIL_TILE_NONE, 1,
    "/usr/bin/python3 -c 'import sys; from PIL import Image; "
    "Image.open(sys.argv[1]).crop((0, 0, 256, 256)).reduce(int(sys.argv[2]))"
    ".save(sys.argv[4])' \"$@\"" },
  { "dicom-jpeg", "--levels 1", TRUE, VITRAIL_TILE_JPEG, 0,
    "djpeg -dct int -scale 1/$2 -outfile \"$4\" \"$1\"" },
  /* Written as RGB, called YBR_FULL_422. */
  { "dicom-jpeg2000", "--levels 1 --reencode 1 --compression jpeg2000", TRUE,
    VITRAIL_TILE_JPEG2000, 0,
    "opj_decompress -i \"$1\" -r $3 -o \"$4\" > \"$4.log\"" },
};

/* A file with what the judge reads: the stream of tile (0, 0), or the picture
 * that the slide was made of. */
static char *
save_for_judge (const Case *self, VitrailSlide *slide)
{
  const char *dir = test_data_get_scratch ();
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  if (self->coding == VITRAIL_TILE_NONE) {
    char *path = g_build_filename (dir, "source.ppm", NULL);
    g_free (test_data_run ("vips copy '%s' '%s'", test_slide_source (600, 400),
                           path));
    return path;
  }
  g_autoptr (GBytes) stream =
      vitrail_slide_get_tile (slide, 0, 0, 0, &coding, &error);
  g_assert_no_error (error);
  g_assert_cmpint (coding, ==, self->coding);
  char *path = g_build_filename (
      dir, coding == VITRAIL_TILE_JPEG ? "tile.jpg" : "tile.j2k", NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (stream, NULL),
                                      (gssize) g_bytes_get_size (stream),
                                      NULL));
  return path;
}

static void
expect_judged (const Case *self,
               const char *source,
               guint reduce,
               const guint8 *rgb)
{
  g_autofree char *out =
      g_build_filename (test_data_get_scratch (), "judged.ppm", NULL);
  g_auto (TestPicture) wanted = { 0 };
  int most = 0;

  g_free (test_data_run ("set -- '%s' %u %u '%s'; %s", source, 1u << reduce,
                         reduce, out, self->command));
  test_picture_load (&wanted, out);
  g_assert_cmpuint (wanted.width, ==, 256 >> reduce);
  g_assert_cmpuint (wanted.height, ==, 256 >> reduce);
  for (guint i = 0; i < wanted.width * wanted.height * 3; i++)
    most = MAX (most, abs (rgb[i] - wanted.rgb[i]));
  g_test_message ("1/%u: %d at most", 1u << reduce, most);
  g_assert_cmpint (most, <=, self->tolerance);
}

/* 600 x 400 ends in tile (2, 1). */
static void
expect_background (VitrailSlide *slide, guint reduce, guint8 *rgb)
{
  const guint side = 256 >> reduce;
  const gsize stride = (gsize) side * 3;

  g_assert_true (vitrail_slide_decode_tile_reduced (slide, 0, 2, 1, reduce, rgb,
                                                    stride, NULL, NULL));
  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      if (x << reduce >= 88 || y << reduce >= 144)
        g_assert_cmpmem (rgb + y * stride + (gsize) x * 3, 3, "\xff\xff\xff",
                         3);
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (VitrailSlide) slide =
      self->is_dicom ? open_dicom (self->options) : open_tiff (self->options);
  g_autofree char *source = save_for_judge (self, slide);
  g_autofree guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);

  for (guint reduce = 0; reduce <= VITRAIL_SLIDE_MAX_REDUCE; reduce++) {
    g_autoptr (GError) error = NULL;
    vitrail_slide_decode_tile_reduced (slide, 0, 0, 0, reduce, rgb,
                                       (gsize) (256 >> reduce) * 3, NULL,
                                       &error);
    g_assert_no_error (error);
    expect_judged (self, source, reduce, rgb);
    expect_background (slide, reduce, rgb);
  }
}

static void
test_refused (void)
{
  g_autoptr (VitrailSlide) slide = open_tiff ("--compression deflate");
  static const guint places[][4] = { { 0, 3, 0, 1 },
                                     { 0, 0, 2, 1 },
                                     { 1, 0, 0, 1 },
                                     { 0, 0, 0, 4 } };
  guint8 rgb[128 * 128 * 3];

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    const guint *place = places[i];
    g_autoptr (GError) error = NULL;
    g_assert_false (vitrail_slide_decode_tile_reduced (
        slide, place[0], place[1], place[2], place[3], rgb, 384, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = g_strdup_printf ("/reduced/%s", cases[i].name);
    g_test_add_data_func (name, &cases[i], test_case);
  }
  g_test_add_func ("/reduced/refused", test_refused);
  return g_test_run ();
}
