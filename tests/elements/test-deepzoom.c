/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DeepZoom levels and tiles, against the arithmetic of the format, libvips and
 * the stored tiles themselves. */

#include "error.h"
#include "slide/deepzoom.h"
#include "slidedata.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static VitrailSlide *
open_path (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

/* 1001 x 770 as DICOM: levels 1001 x 770, 500 x 385, 250 x 192. */
static VitrailSlide *
open_odd (void)
{
  static char *path;
  if (path == NULL) {
    g_autofree char *folder =
        test_slide_make_dicom (1001, 770, 80, "--dataset SAMPLE --max-size 0");
    path = g_build_filename (folder, "wsi-000000.dcm", NULL);
  }
  return open_path (path);
}

static void
test_levels (void)
{
  static const guint sides[][2] = { { 1, 1 },   { 2, 2 },   { 4, 4 },  { 8, 7 },
                                    { 16, 13 }, { 32, 25 }, { 63, 49 } };
  g_autoptr (VitrailSlide) slide = open_odd ();
  VitrailDeepZoom plan;

  vitrail_deepzoom_init (&plan, slide);
  g_assert_cmpuint (plan.tile_size, ==, 256);
  g_assert_cmpuint (plan.n_levels, ==, 11);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_assert_cmpuint (plan.levels[i].width, ==, sides[i][0]);
    g_assert_cmpuint (plan.levels[i].height, ==, sides[i][1]);
    g_assert_cmpuint (plan.levels[i].columns, ==, 1);
    g_assert_cmpint (plan.levels[i].kind, ==, VITRAIL_DEEPZOOM_HALVED);
  }
  g_assert_cmpuint (plan.levels[10].columns, ==, 4);
  g_assert_cmpuint (plan.levels[10].rows, ==, 4);
  /* 500 where DeepZoom rounds 500.5 up: the same pixels, one column short. */
  g_assert_cmpuint (plan.levels[9].width, ==, 501);
  g_assert_cmpint (plan.levels[9].kind, ==, VITRAIL_DEEPZOOM_STORED);
  g_assert_cmpuint (plan.levels[9].native, ==, 1);
  g_assert_cmpint (plan.levels[8].kind, ==, VITRAIL_DEEPZOOM_STORED);
  g_assert_cmpuint (plan.levels[8].native, ==, 2);
}

static void
test_xml (void)
{
  g_autoptr (VitrailSlide) slide = open_odd ();
  VitrailDeepZoom plan;

  vitrail_deepzoom_init (&plan, slide);
  g_autofree char *xml = vitrail_deepzoom_to_xml (&plan);
  g_assert_nonnull (strstr (xml, "<Size Width=\"1001\" Height=\"770\"/>"));
  g_assert_nonnull (strstr (xml, "TileSize=\"256\""));
  g_assert_nonnull (strstr (xml, "Overlap=\"0\""));
  g_autofree char *checked = test_data_run (
      "/usr/bin/python3 -c 'import sys, xml.dom.minidom as m; "
      "print(m.parseString(sys.argv[1]).documentElement.tagName)' '%s'",
      xml);
  g_assert_cmpstr (checked, ==, "Image\n");
}

static void
test_halve (void)
{
  static const uint8_t src[] = { 0, 10, 20, 1, 11, 21, 100, 0, 0,
                                 2, 12, 22, 4, 14, 24, 200, 1, 0,
                                 9, 8,  7,  9, 8,  7,  50,  3, 4 };
  static const uint8_t expected[] = { 2, 12, 22, 150, 1, 0, 9, 8, 7, 50, 3, 4 };
  uint8_t dst[12];

  vitrail_halve_rgb (src, 9, 3, 3, dst, 6);
  g_assert_cmpmem (dst, sizeof dst, expected, sizeof expected);
}

static void
load (TestPicture *picture, GBytes *jpeg)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "tile.jpg", NULL);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (jpeg, NULL),
                                      (gssize) g_bytes_get_size (jpeg), NULL));
  test_picture_load (picture, path);
}

/* Inner tiles of native levels are the stored bytes; those on an edge that both
 * share are cropped in them; the others are encoded. */
static void
test_passthrough (void)
{
  g_autoptr (VitrailSlide) slide = open_odd ();
  VitrailDeepZoom plan;
  VitrailTileCoding coding;
  gboolean passed;
  g_autoptr (GError) error = NULL;
  g_auto (TestPicture) edge = { 0 };

  vitrail_deepzoom_init (&plan, slide);
  g_autoptr (GBytes) inner =
      vitrail_deepzoom_ref_tile (slide, &plan, 10, 2, 1, &passed, &error);
  g_assert_no_error (error);
  g_assert_true (passed);
  g_autoptr (GBytes) stored =
      vitrail_slide_get_tile (slide, 0, 2, 1, &coding, &error);
  g_assert_true (g_bytes_equal (inner, stored));
  g_autoptr (GBytes) quick =
      vitrail_deepzoom_ref_stored_tile (slide, &plan, 10, 2, 1);
  g_assert_true (g_bytes_equal (quick, stored));
  g_assert_null (vitrail_deepzoom_ref_stored_tile (slide, &plan, 10, 3, 1));
  g_assert_null (vitrail_deepzoom_ref_stored_tile (slide, &plan, 10, 4, 1));
  g_assert_null (vitrail_deepzoom_ref_stored_tile (slide, &plan, 5, 0, 0));

  g_autoptr (GBytes) corner =
      vitrail_deepzoom_ref_tile (slide, &plan, 10, 3, 3, &passed, &error);
  g_assert_no_error (error);
  g_assert_true (passed);
  load (&edge, corner);
  g_assert_cmpuint (edge.width, ==, 1001 - 768);
  g_assert_cmpuint (edge.height, ==, 2);

  g_autoptr (GBytes) below =
      vitrail_deepzoom_ref_tile (slide, &plan, 9, 0, 0, &passed, &error);
  g_assert_true (passed);
  g_autoptr (GBytes) longer =
      vitrail_deepzoom_ref_tile (slide, &plan, 9, 1, 0, &passed, &error);
  g_assert_no_error (error);
  g_assert_false (passed);
  test_picture_clear (&edge);
  load (&edge, longer);
  g_assert_cmpuint (edge.width, ==, 245);
}

/* @picture as the next coarser level should be. */
static void
halve_picture (TestPicture *picture)
{
  TestPicture half = { (picture->width + 1) / 2, (picture->height + 1) / 2,
                       NULL };
  half.rgb = g_malloc ((gsize) half.width * half.height * 3);
  vitrail_halve_rgb (picture->rgb, (gsize) picture->width * 3, picture->width,
                     picture->height, half.rgb, (gsize) half.width * 3);
  test_picture_clear (picture);
  *picture = half;
}

static void
compare_tile (const VitrailTile *tile,
              const TestPicture *picture,
              guint left,
              guint top)
{
  g_assert_cmpuint (tile->width, ==, MIN (256, picture->width - left));
  g_assert_cmpuint (tile->height, ==, MIN (256, picture->height - top));
  for (guint y = 0; y < tile->height; y++)
    g_assert_cmpmem (tile->rgb + (gsize) y * tile->width * 3,
                     (gsize) tile->width * 3,
                     picture->rgb +
                         ((gsize) (top + y) * picture->width + left) * 3,
                     (gsize) tile->width * 3);
}

/* A slide of one level: every coarser one is the finer one halved. */
static void
test_computed_levels (void)
{
  const char *source = test_slide_source (1001, 770);
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "flat.tif", NULL);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (64 << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  g_auto (TestPicture) picture = { 0 };
  VitrailDeepZoom plan;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                         "--tile-height 256",
                         source, path));
  g_autoptr (VitrailSlide) slide = open_path (path);
  vitrail_deepzoom_init (&plan, slide);
  test_picture_load (&picture, path);
  for (guint level = plan.n_levels; level-- > 0;) {
    for (guint row = 0; row < plan.levels[level].rows; row++)
      for (guint column = 0; column < plan.levels[level].columns; column++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (VitrailTile) tile =
            vitrail_deepzoom_render_tile (slide, &plan, cache, level, column,
                                          row, &error);
        g_assert_no_error (error);
        compare_tile (tile, &picture, column * 256, row * 256);
      }
    halve_picture (&picture);
  }
  g_autoptr (VitrailTile) held =
      vitrail_deepzoom_peek_tile (slide, &plan, cache, 3, 0, 0);
  g_assert_nonnull (held);
}

/* An eighth of JPEG tiles comes from their blocks' means: as good as halving
 * three times, in the same place; the edges are halved. */
static void
test_reduced_level (void)
{
  const char *source = test_slide_source (4300, 2200);
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "reduced.tif", NULL);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (64 << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  g_auto (TestPicture) picture = { 0 };
  VitrailDeepZoom plan;
  double squares = 0;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                         "--tile-height 256 --compression jpeg --Q 90",
                         source, path));
  g_autoptr (VitrailSlide) slide = open_path (path);
  vitrail_deepzoom_init (&plan, slide);
  test_picture_load (&picture, path);
  for (guint i = 0; i < 3; i++)
    halve_picture (&picture);
  const guint level = plan.n_levels - 4;
  for (guint i = 0; i < plan.levels[level].columns * plan.levels[level].rows;
       i++) {
    const guint column = i % plan.levels[level].columns;
    const guint row = i / plan.levels[level].columns;
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailTile) tile =
        vitrail_deepzoom_render_tile (slide, &plan, cache, level, column, row,
                                      &error);
    g_assert_no_error (error);
    for (guint y = 0; y < tile->height; y++)
      for (guint x = 0; x < tile->width * 3; x++) {
        const gsize at = ((gsize) row * 256 + y) * picture.width * 3 +
                         (gsize) column * 768 + x;
        const int d =
            tile->rgb[(gsize) y * tile->width * 3 + x] - picture.rgb[at];
        squares += d * d;
      }
  }
  squares /= (double) picture.width * picture.height * 3;
  g_test_message ("PSNR %.1f dB", 10 * log10 (255 * 255 / squares));
  g_assert_cmpfloat (10 * log10 (255 * 255 / squares), >, 45);
}

/* Levels a third of the next: DeepZoom's lie between them. */
static void
test_resampled (void)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "thirds.tif", NULL);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (64 << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  VitrailDeepZoom plan;

  /* A ramp stays a ramp however it is resampled. */
  g_free (test_data_run (
      "cd '%s' && vips xyz ramp.v 1200 1200 && vips extract_band ramp.v x.v 0 "
      "&& vips linear x.v soft.v 0.2 0 --uchar && vips bandjoin "
      "'soft.v soft.v soft.v' rgb.v && vips copy rgb.v full.v "
      "--interpretation srgb && vips shrink full.v third.v 3 3 && "
      "for i in full third; do vips tiffsave $i.v $i.tif --tile "
      "--tile-width 256 --tile-height 256; done && "
      "tiffcp full.tif third.tif thirds.tif && tiffset -d 1 -s 254 1 "
      "thirds.tif",
      dir));
  g_autoptr (VitrailSlide) slide = open_path (path);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 2);
  vitrail_deepzoom_init (&plan, slide);
  g_assert_cmpint (plan.levels[10].kind, ==, VITRAIL_DEEPZOOM_HALVED);
  g_assert_cmpint (plan.levels[9].kind, ==, VITRAIL_DEEPZOOM_RESAMPLED);
  g_assert_cmpuint (plan.levels[9].native, ==, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTile) tile =
      vitrail_deepzoom_render_tile (slide, &plan, cache, 9, 1, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tile->width, ==, 300 - 256);
  for (guint x = 0; x < tile->width - 2; x++) {
    double wanted = (4.0 * (256 + x) + 1.5) * 0.2;
    g_assert_cmpfloat (ABS (tile->rgb[(gsize) x * 3] - wanted), <=, 1.5);
  }
}

static void
test_outside (void)
{
  static const guint places[][3] = { { 11, 0, 0 },
                                     { 10, 4, 0 },
                                     { 10, 0, 4 },
                                     { 0, 1, 0 } };
  g_autoptr (VitrailSlide) slide = open_odd ();
  VitrailDeepZoom plan;

  vitrail_deepzoom_init (&plan, slide);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_deepzoom_ref_tile (
        slide, &plan, places[i][0], places[i][1], places[i][2], NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  }
}

/* An overview of 16 million tiles is not computed; what is near them is. */
static void
test_cost (void)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "1.2.3.4.1.dcm", NULL);
  VitrailDeepZoom plan;
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("/usr/bin/python3 "
                         "\"$G_TEST_SRCDIR/slide/make-wsi.py\" '%s' huge",
                         dir));
  g_autoptr (VitrailSlide) slide = open_path (path);
  vitrail_deepzoom_init (&plan, slide);
  g_assert_cmpuint (plan.n_levels, ==, 19);
  g_assert_cmpuint (plan.levels[18].halvings, ==, 0);
  g_assert_cmpuint (plan.levels[15].halvings, ==, 3);
  g_assert_null (
      vitrail_deepzoom_ref_tile (slide, &plan, 0, 0, 0, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  g_autoptr (GBytes) near =
      vitrail_deepzoom_ref_tile (slide, &plan, 15, 0, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (near);
}

/* Every tile of every level of real slides comes, and adds up to the size. */
static void
test_real (void)
{
  static const char *const names[] = {
    "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs",
    "wsi-dicom-google/tests/jpeg2000.dicom",
    "wsi-dicom-BPAEC/images/BPAEC/9_0",
  };
  const char *folder = test_data_get_folder ();

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autoptr (VitrailSlide) slide = open_path (path);
    VitrailDeepZoom plan;
    vitrail_deepzoom_init (&plan, slide);
    for (guint level = 0; level < plan.n_levels; level++) {
      const VitrailDeepZoomLevel *at = &plan.levels[level];
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) tile =
          vitrail_deepzoom_ref_tile (slide, &plan, level, at->columns - 1,
                                     at->rows - 1, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (tile), >, 100);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deepzoom/levels", test_levels);
  g_test_add_func ("/deepzoom/xml", test_xml);
  g_test_add_func ("/deepzoom/halve", test_halve);
  g_test_add_func ("/deepzoom/passthrough", test_passthrough);
  g_test_add_func ("/deepzoom/computed-levels", test_computed_levels);
  g_test_add_func ("/deepzoom/reduced-level", test_reduced_level);
  g_test_add_func ("/deepzoom/resampled", test_resampled);
  g_test_add_func ("/deepzoom/outside", test_outside);
  g_test_add_func ("/deepzoom/cost", test_cost);
  g_test_add_func ("/deepzoom/real", test_real);
  return g_test_run ();
}
