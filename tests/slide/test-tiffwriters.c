/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What different writers of TIFF slides mean: OME, Philips, Aperio, and files
 * that must be refused. make-tiff.py writes them byte by byte. */

#include "error.h"
#include "slide/slide.h"
#include "slide/tiffindex.h"
#include "slidedata.h"
#include "testdata.h"
#include "testlog.h"

#include <math.h>
#include <string.h>

static char *
make (const char *kind)
{
  char *path = g_strdup_printf ("%s/%s.tif", test_data_get_scratch (), kind);

  g_free (test_data_run (
      "/usr/bin/python3 \"$G_TEST_SRCDIR/slide/make-tiff.py\" '%s' '%s'", kind,
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

static const char *
find_property (VitrailSlide *slide, const char *keyword)
{
  const VitrailSlideProperty *properties =
      vitrail_slide_list_properties (slide);

  for (; properties->keyword != NULL; properties++)
    if (strcmp (properties->keyword, keyword) == 0)
      return properties->value;
  return NULL;
}

/* A level's samples of one facet. @expected: of 16 bits, NULL: all 0. */
static void
expect_samples (VitrailSlide *facet, guint level, const guint16 *expected)
{
  VitrailSlideLevel at;

  vitrail_slide_get_level (facet, level, &at);
  gsize n = (gsize) at.tile_width * at.tile_height;
  g_autofree guint16 *samples = g_new (guint16, n);
  for (guint i = 0; i < at.columns * at.rows; i++) {
    guint64 left = (guint64) (i % at.columns) * at.tile_width;
    guint64 top = (guint64) (i / at.columns) * at.tile_height;
    g_autoptr (GError) error = NULL;
    memset (samples, 77, n * sizeof *samples);
    vitrail_slide_decode_samples (facet, level, i % at.columns, i / at.columns,
                                  samples, at.tile_width, NULL, &error);
    g_assert_no_error (error);
    for (gsize k = 0; k < n; k++) {
      guint64 x = left + k % at.tile_width;
      guint64 y = top + k / at.tile_width;
      guint16 wanted = 0;
      if (expected != NULL && x < at.width && y < at.height)
        wanted = expected[y * at.width + x];
      g_assert_cmpuint (samples[k], ==, wanted);
    }
  }
}

/* Each channel in each plane, both levels; the last plane lies in a file that
 * is not there. */
static void
expect_ome_samples (VitrailSlide *slide, const char *path)
{
  g_autofree char *name = g_strconcat (path, ".raw", NULL);
  g_autofree char *raw = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (name, &raw, &length, NULL));
  const guint16 *expected = (const guint16 *) (gpointer) raw;
  for (guint i = 0; i < 12; i++) {
    g_autoptr (VitrailSlide) facet =
        vitrail_slide_ref_facet (slide, i / 4, i % 4);
    g_autoptr (VitrailSlide) again =
        vitrail_slide_ref_facet (facet, i / 4, i % 4);
    g_assert_true (facet == again);
    g_assert_cmpstr (vitrail_slide_get_id (facet), ==,
                     vitrail_slide_get_id (slide));
    expect_samples (facet, 0, i < 11 ? expected : NULL);
    expected += (gsize) 150 * 90;
    expect_samples (facet, 1, i < 11 ? expected : NULL);
    expected += (gsize) 75 * 45;
  }
  g_assert_null (vitrail_slide_ref_facet (slide, 3, 0));
  g_assert_null (vitrail_slide_ref_facet (slide, 0, 4));
}

static void
expect_path (VitrailSlide *slide,
             guint index,
             const char *name,
             guint32 rgb,
             double wavelength_nm)
{
  VitrailSlidePath path;

  vitrail_slide_get_path (slide, index, &path);
  g_assert_cmpstr (path.name, ==, name);
  g_assert_false (path.is_color);
  g_assert_cmpuint (path.bits, ==, 12);
  g_assert_cmphex ((guint32) path.rgb[0] << 16 | (guint32) path.rgb[1] << 8 |
                       path.rgb[2],
                   ==, rgb);
  g_assert_cmpfloat_with_epsilon (path.wavelength_nm, wavelength_nm, 1e-6);
}

static void
test_ome (void)
{
  g_autofree char *path = make ("ome");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailSlide) middle = vitrail_slide_ref_facet (slide, 0, 1);
  double mpp_um[2];
  static const double heights_um[] = { -1.5, 0, 1.5, 3 };

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 2);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 3);
  g_assert_cmpuint (vitrail_slide_get_n_focal_planes (slide), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (vitrail_slide_get_focal_plane_um (slide, i), ==,
                       heights_um[i]);
  g_assert_true (slide == middle);
  expect_path (slide, 0, "DAPI", 0x0000ff, 461);
  expect_path (slide, 1, "FITC & more", 0x00ff00, 520);
  expect_path (slide, 2, NULL, 0xff0000, 0);
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat_with_epsilon (mpp_um[0], 0.325, 1e-9);
  g_assert_cmpfloat_with_epsilon (mpp_um[1], 0.325, 1e-9);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 40.0);
  g_assert_cmpstr (find_property (slide, "Manufacturer"), ==, "Maker");
  g_assert_cmpstr (find_property (slide, "DeviceSerialNumber"), ==, "S-7");
  g_assert_cmpstr (find_property (slide, "AcquisitionDateTime"), ==,
                   "2021-02-03T04:05:06");
  g_assert_cmpstr (find_property (slide, "ImageComments"), ==, "kidney");
  expect_ome_samples (slide, path);
  g_autoptr (VitrailFrame) label =
      vitrail_slide_read_associated (slide, "label", NULL);
  g_assert_cmpuint (label->format.width, ==, 64);
}

/* As many levels as a slide can have; the others are left out. */
static void
test_ome_levels (void)
{
  g_autofree char *path = make ("ome-levels");
  g_autoptr (VitrailSlide) slide = open_slide (path);

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 64);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 256);
}

/* A real one: 3 channels, 5 planes, signed samples in strips of one row. */
static void
test_ome_real (void)
{
  const char *folder = test_data_get_folder ();

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *path = g_build_filename (
      folder, "wsi-misc/test/test-suite/images/multi-channel-z-series.ome.tif",
      NULL);
  g_autofree char *raw =
      g_build_filename (test_data_get_scratch (), "page.raw", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autofree guint16 *expected = g_new (guint16, (gsize) 439 * 167);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 3);
  g_assert_cmpuint (vitrail_slide_get_n_focal_planes (slide), ==, 5);
  for (guint i = 0; i < 15; i++) {
    g_autofree char *bytes = NULL;
    gsize length;
    g_autoptr (VitrailSlide) facet =
        vitrail_slide_ref_facet (slide, i / 5, i % 5);
    g_free (test_data_run ("cd '%s' && vips tiffload '%s' p.v --page %u && "
                           "vips rawsave p.v '%s'",
                           test_data_get_scratch (), path, i, raw));
    g_assert_true (g_file_get_contents (raw, &bytes, &length, NULL));
    g_assert_cmpuint (length, ==, (gsize) 439 * 167);
    /* From 0: 128 more than the signed sample. */
    for (gsize k = 0; k < length; k++)
      expected[k] = (guint16) ((guint8) bytes[k] ^ 0x80);
    expect_samples (facet, 0, expected);
  }
}

static void
expect_level (VitrailSlide *slide, guint index, guint width, guint columns)
{
  VitrailSlideLevel level;

  vitrail_slide_get_level (slide, index, &level);
  g_assert_cmpuint (level.width, ==, width);
  g_assert_cmpuint (level.height, ==, width);
  g_assert_cmpuint (level.columns, ==, columns);
}

static void
test_philips (void)
{
  g_autofree char *path = make ("philips");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autofree guint8 *rgb = g_malloc0 ((gsize) 64 * 64 * 3);
  VitrailTileCoding coding;
  double mpp_um[2];
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 2);
  expect_level (slide, 0, 192, 3);
  /* 128 as stored, of which the XML says that it is half of 192. */
  expect_level (slide, 1, 96, 2);
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat_with_epsilon (mpp_um[0], 0.25, 1e-9);
  g_assert_cmpstr (find_property (slide, "Manufacturer"), ==, "PHILIPS");
  g_assert_cmpstr (find_property (slide, "ContainerIdentifier"), ==, "B-42");
  g_assert_cmpstr (find_property (slide, "AcquisitionDateTime"), ==,
                   "2016-07-18T12:23:00");
  /* The missing tile is background; beyond level 1 is background too. */
  g_assert_true (
      vitrail_slide_decode_tile (slide, 0, 1, 1, rgb, 192, NULL, &error));
  for (gsize i = 0; i < (gsize) 64 * 64 * 3; i++)
    g_assert_cmpuint (rgb[i], ==, 255);
  g_assert_null (vitrail_slide_get_tile (slide, 0, 1, 1, &coding, &error));
  g_assert_no_error (error);
  g_assert_true (
      vitrail_slide_decode_tile (slide, 1, 1, 0, rgb, 192, NULL, &error));
  for (gsize x = 32; x < 64; x++)
    g_assert_cmpuint (rgb[x * 3], ==, 255);
  g_autoptr (VitrailFrame) label =
      vitrail_slide_read_associated (slide, "label", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (label->format.width, ==, 60);
  g_assert_cmpuint (label->data[0], >, 190);
}

/* JPEG 2000 as RGB is exact, as YCbCr within the rounding of its colours. */
static void
test_aperio (gconstpointer data)
{
  const char *kind = data;
  g_autofree char *path = make (kind);
  g_autofree char *name = g_strconcat (path, ".raw", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  static const guint8 white[3] = { 255, 255, 255 };
  gboolean is_rgb = strcmp (kind, "33005") == 0;
  TestPicture expected = { 100, 80, NULL };
  VitrailTileCoding coding;
  gsize length;

  g_assert_true (
      g_file_get_contents (name, (char **) &expected.rgb, &length, NULL));
  test_slide_compare_level (slide, 0, &expected, is_rgb ? 0 : 1, white);
  test_picture_clear (&expected);
  g_autoptr (GBytes) tile =
      vitrail_slide_get_tile (slide, 0, 0, 0, &coding, NULL);
  g_assert_cmpint (coding, ==,
                   is_rgb ? VITRAIL_TILE_JPEG2000 : VITRAIL_TILE_NONE);
  g_assert_true ((tile != NULL) == is_rgb);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);
  g_assert_cmpmem (g_bytes_get_data (profile, NULL), g_bytes_get_size (profile),
                   "profile bytes", 13);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 40.0);
  g_assert_cmpstr (find_property (slide, "DeviceSerialNumber"), ==, "SS1234");
  g_assert_cmpstr (find_property (slide, "AcquisitionDateTime"), ==,
                   "2009-12-29T09:59:15");
  g_assert_cmpstr (find_property (slide, "ImageComments"), ==, "a title");
}

/* Colour as it is stored. */
static void
test_exact (gconstpointer kind)
{
  g_autofree char *path = make (kind);
  g_autofree char *name = g_strconcat (path, ".raw", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  static const guint8 white[3] = { 255, 255, 255 };
  g_auto (TestPicture) expected = { 100, 80, NULL };
  VitrailSlidePath optical;
  gsize length;

  g_assert_true (
      g_file_get_contents (name, (char **) &expected.rgb, &length, NULL));
  vitrail_slide_get_path (slide, 0, &optical);
  g_assert_true (optical.is_color);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 1);
  test_slide_compare_level (slide, 0, &expected, 0, white);
}

/* Samples of one page as channels. */
static void
test_channels (gconstpointer kind)
{
  g_autofree char *path = make (kind);
  g_autofree char *name = g_strconcat (path, ".raw", NULL);
  g_autofree char *raw = NULL;
  g_autoptr (VitrailSlide) slide = open_slide (path);
  gsize length;

  g_assert_true (g_file_get_contents (name, &raw, &length, NULL));
  const guint16 *expected = (const guint16 *) (gpointer) raw;
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, i, 0);
    g_autofree guint8 *rgb = g_malloc ((gsize) 64 * 64 * 3);
    expect_samples (facet, 0, expected);
    g_assert_true (
        vitrail_slide_decode_tile (facet, 0, 0, 0, rgb, 192, NULL, NULL));
    g_assert_cmpuint (rgb[0], ==, expected[0] >> 8);
    expected += (gsize) 100 * 80;
  }
}

typedef struct {
  const char *kind;
  const char *reason;
} Refusal;

static const Refusal refusals[] = {
  { "absurd", "a grid of" },
  { "huge-tiles", "tiles of 1048576 x 1048576" },
  { "no-width", "ImageWidth" },
  { "short-grid", "TileOffsets" },
  { "compression", "Compression 52479" },
  { "float", "SampleFormat 3" },
  { "ome-views", "256 channels in 100 focal planes in 3 levels" },
  { "children", "too many SubIFDs" },
  { "short-colours", "Compression 33005 (PhotometricInterpretation 2, 1 " },
  { "cycle", "a cycle" },
  { "beyond", "beyond the end of the file" },
  { "values-beyond", "of the tag (324)" },
  { "many-values", "of the tag (324)" },
};

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autofree char *path = make (refusal->kind);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);

  g_assert_null (slide);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, refusal->reason));
}

/* Planes in other files of the folder are shown; what would lead out of it, or
 * is another file than is meant, is background, and named once. */
static void
test_ome_set (void)
{
  g_autofree char *made = make ("ome-set");
  g_autofree char *raw = g_strconcat (made, ".raw", NULL);
  g_autofree char *path = g_strconcat (made, ".d/a.tif", NULL);
  g_autofree char *planes = NULL;
  const gsize size = (gsize) 150 * 90;

  g_assert_true (g_file_get_contents (raw, &planes, NULL, NULL));
  test_log_clear ();
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 5);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, i, 0);
    expect_samples (facet, 0,
                    i < 2 ? (const guint16 *) (gpointer) planes + i * size
                          : NULL);
  }
  g_assert_cmpuint (test_log_count ("'../up.tif' is outside of its folder"), ==,
                    1);
  g_assert_cmpuint (test_log_count ("'link.tif' is outside of its folder"), ==,
                    1);
  g_assert_cmpuint (test_log_count ("another UUID than urn:uuid:5"), ==, 1);
  g_assert_cmpuint (test_log_count ("channel 2 in focal plane 0 is missing"),
                    ==, 1);
  g_assert_cmpuint (test_log_count ("so are 2 others"), ==, 1);
}

/* A list that hundreds of pages share is not read for each without end. */
static void
test_shared (gconstpointer kind)
{
  g_autofree char *path = make (kind);
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_autoptr (GBytes) file = g_bytes_new (bytes, length);
  g_autoptr (VitrailTiffIndex) index =
      vitrail_tiff_index_new (file, path, &error);
  g_assert_null (index);
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "too many entries"));
}

/* A tile that is absent or lies beyond the file is background and named, once;
 * the others are there. */
static void
test_tiles (gconstpointer kind)
{
  g_autofree char *path = make (kind);
  g_autofree char *text = g_strconcat (path, ": TIFF directory at ", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autofree guint8 *rgb = g_malloc0 ((gsize) 64 * 64 * 3);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (test_log_count (path), ==, 0);
  for (guint i = 0; i < 3; i++) {
    memset (rgb, 0, (gsize) 64 * 64 * 3);
    vitrail_slide_decode_tile (slide, 0, 0, 0, rgb, 192, NULL, &error);
    g_assert_no_error (error);
    for (guint j = 0; j < 64 * 64 * 3; j++)
      g_assert_cmpuint (rgb[j], ==, 255);
  }
  g_assert_cmpuint (test_log_count (text), ==, 1);
  vitrail_slide_decode_tile (slide, 0, 1, 0, rgb, 192, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rgb[0], !=, 255);
  g_assert_cmpuint (test_log_count (path), ==, 1);
}

/* A tile of 121 megapixels in some twenty bytes takes no memory. */
static void
test_bomb (void)
{
  g_autofree char *path = make ("bomb");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  guint8 rgb[3];
  g_autoptr (GError) error = NULL;

  /* Refused before a pixel is written. */
  g_assert_false (
      vitrail_slide_decode_tile (slide, 0, 0, 0, rgb, 0, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "too few bytes"));
}

/* What large_image tests with: sizes, and pixels as vips has them. */
static void
test_real (void)
{
  static const char *const names[] = {
    "test_files/test_orient0.tif",  "test_files/test_orient1.tif",
    "test_files/test_orient2.tif",  "test_files/test_orient3.tif",
    "test_files/test_orient4.tif",  "test_files/test_orient5.tif",
    "test_files/test_orient6.tif",  "test_files/test_orient7.tif",
    "test_files/test_orient8.tif",  "test_files/rgba_geotiff.tiff",
    "../tests/fixtures/boxes.tiff", "test_files/yb10kx5k.zstd.tiff",
  };
  static const guint8 white[3] = { 255, 255, 255 };
  const char *folder = test_data_get_folder ();

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path =
        g_build_filename (folder, "wsi-misc/test", names[i], NULL);
    g_autofree char *page =
        g_build_filename (test_data_get_scratch (), "page.v", NULL);
    g_autoptr (VitrailSlide) slide = open_slide (path);
    gboolean is_large = strstr (path, "10k") != NULL;
    g_auto (TestPicture) expected = { 0 };
    guint level = is_large ? 3 : 0;
    g_free (test_data_run (
        "vips tiffload '%s' '%s.v' --page %u --autorotate 2> /dev/null && "
        "vips colourspace '%s.v' '%s' srgb",
        path, page, level, page, page));
    test_picture_load (&expected, page);
    test_slide_compare_level (slide, level, &expected,
                              strstr (path, "rgba") != NULL, white);
  }
}

int
main (int argc, char **argv)
{
  test_log_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiffwriters/ome", test_ome);
  g_test_add_func ("/tiffwriters/ome-set", test_ome_set);
  g_test_add_func ("/tiffwriters/ome-real", test_ome_real);
  g_test_add_func ("/tiffwriters/ome-levels", test_ome_levels);
  g_test_add_data_func ("/tiffwriters/ome-rgb", "ome-rgb", test_exact);
  g_test_add_data_func ("/tiffwriters/extra", "extra", test_exact);
  g_test_add_data_func ("/tiffwriters/channels/together", "channels",
                        test_channels);
  g_test_add_data_func ("/tiffwriters/channels/planar", "channels-planar",
                        test_channels);
  g_test_add_func ("/tiffwriters/philips", test_philips);
  g_test_add_data_func ("/tiffwriters/aperio/33003", "33003", test_aperio);
  g_test_add_data_func ("/tiffwriters/aperio/33005", "33005", test_aperio);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *name =
        g_strconcat ("/tiffwriters/refused/", refusals[i].kind, NULL);
    g_test_add_data_func (name, &refusals[i], test_refused);
  }
  g_test_add_data_func ("/tiffwriters/shared/258", "258", test_shared);
  g_test_add_data_func ("/tiffwriters/shared/330", "330", test_shared);
  g_test_add_data_func ("/tiffwriters/shared/338", "338", test_shared);
  g_test_add_data_func ("/tiffwriters/tile-beyond", "tile-beyond", test_tiles);
  g_test_add_data_func ("/tiffwriters/tile-absent", "tile-absent", test_tiles);
  g_test_add_func ("/tiffwriters/bomb", test_bomb);
  g_test_add_func ("/tiffwriters/real", test_real);
  return g_test_run ();
}
