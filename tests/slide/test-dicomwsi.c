/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM slides against pydicom and Pillow, against the TIFF that Orthanc's
 * dicomizer made them from, and against pixels known beforehand. */

#include "error.h"
#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"
#include "testlog.h"

#include <string.h>

static const guint8 white[3] = { 255, 255, 255 };
static const guint8 black[3] = { 0, 0, 0 };

#define SIDE 32 /* of the tiles that make-wsi.py writes */

/* The folder with the files of one case of make-wsi.py. */
static char *
make_case (const char *name)
{
  static char *all;

  if (all == NULL) {
    all = g_build_filename (test_data_get_scratch (), "cases", NULL);
    g_free (test_data_run ("mkdir '%s' && /usr/bin/python3 "
                           "\"$G_TEST_SRCDIR/slide/make-wsi.py\" '%s' 2>&1",
                           all, all));
  }
  return g_build_filename (all, name, NULL);
}

static VitrailSlide *
open_in (const char *folder, const char *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  const char *paths[] = { path, NULL };
  return vitrail_slide_open (paths, error);
}

static VitrailSlide *
open_case (const char *name)
{
  g_autofree char *folder = make_case (name);
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = open_in (folder, "1.2.3.4.1.dcm", &error);
  g_assert_no_error (error);
  return slide;
}

/* One tile of make-wsi.py's: its colour, or @absent. */
static void
expect_tile (VitrailSlide *slide,
             guint level,
             guint column,
             guint row,
             const guint8 *absent)
{
  guint8 rgb[SIDE * SIDE * 3];
  guint8 colour[3] = { (guint8) (column * 40 + 10), (guint8) (row * 40 + 20),
                       200 };
  static const guint8 corner[3] = { 1, 2, 3 };
  VitrailSlideLevel geometry;
  g_autoptr (GError) error = NULL;

  vitrail_slide_get_level (slide, level, &geometry);
  g_assert_cmpuint (geometry.tile_width, ==, SIDE);
  vitrail_slide_decode_tile (slide, level, column, row, rgb, (gsize) SIDE * 3,
                             NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    guint x = column * SIDE + i % SIDE;
    guint y = row * SIDE + i / SIDE;
    const guint8 *wanted = i == 0 ? corner : colour;
    if (absent != NULL)
      wanted = absent;
    else if (x >= geometry.width || y >= geometry.height)
      wanted = white;
    g_assert_cmpmem (rgb + (gsize) i * 3, 3, wanted, 3);
  }
}

static void
expect_tiles (VitrailSlide *slide, guint level)
{
  VitrailSlideLevel geometry;
  vitrail_slide_get_level (slide, level, &geometry);
  for (guint row = 0; row < geometry.rows; row++)
    for (guint column = 0; column < geometry.columns; column++)
      expect_tile (slide, level, column, row, NULL);
}

static void
test_full (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("full");
  VitrailSlideLevel level;
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 2);
  vitrail_slide_get_level (slide, 1, &level);
  g_assert_cmpuint (level.width, ==, 50);
  g_assert_cmpuint (level.rows, ==, 2);
  g_assert_cmpfloat (level.downsample, ==, 2.0);
  expect_tiles (slide, 0);
  expect_tiles (slide, 1);
  g_assert_null (vitrail_slide_get_tile (slide, 0, 0, 0, &coding, &error));
  g_assert_no_error (error);
  g_assert_cmpint (coding, ==, VITRAIL_TILE_NONE);
}

static void
test_description (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("full");
  double mpp_um[2];
  double plane[12];
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (vitrail_slide_get_id (slide), ==, "1.2.3.2");
  g_assert_cmpstr (vitrail_slide_get_name (slide), ==, "Glass 7");
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat_with_epsilon (mpp_um[0], 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (mpp_um[1], 1.0, 1e-9);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 20.0);
  /* A step along a row goes to smaller y on the glass, one down to smaller x.
   */
  g_assert_true (vitrail_slide_get_plane (slide, plane));
  g_assert_cmpfloat_with_epsilon (plane[1], -0.001, 1e-12);
  g_assert_cmpfloat_with_epsilon (plane[4], -0.0005, 1e-12);
  g_assert_cmpfloat (plane[3], ==, 20.0);
  g_assert_cmpfloat (plane[7], ==, 40.0);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);
  g_assert_cmpmem (g_bytes_get_data (profile, NULL), 9, "a profile", 9);
  g_assert_cmpstr (vitrail_slide_list_associated (slide)[0], ==, "label");
  g_assert_null (vitrail_slide_list_associated (slide)[1]);
  g_autoptr (VitrailFrame) label =
      vitrail_slide_read_associated (slide, "label", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (label->format.width, ==, SIDE);
  g_assert_cmpmem (label->data + 3, 3, "\x32\x3c\xc8", 3);
}

static void
test_sparse (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("sparse");

  for (guint row = 0; row < 3; row++)
    for (guint column = 0; column < 4; column++)
      expect_tile (slide, 0, column, row,
                   column == 2 && row == 1 ? white : NULL);
}

static void
test_simple_case (gconstpointer name)
{
  g_autoptr (VitrailSlide) slide = open_case (name);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
  expect_tiles (slide, 0);
}

static void
test_paths (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("paths");
  guint8 rgb[SIDE * SIDE * 3];
  g_autoptr (GError) error = NULL;

  vitrail_slide_decode_tile (slide, 0, 2, 1, rgb, (gsize) SIDE * 3, NULL,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rgb[0], ==, 91);
  g_assert_cmpuint (rgb[2], ==, 91);
  expect_tile (slide, 0, 3, 2, black);
}

static void
test_pyramids (void)
{
  g_autofree char *folder = make_case ("pyramids");
  g_autoptr (VitrailSlide) slide = open_in (folder, "1.2.3.4.2.dcm", NULL);

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
  g_assert_cmpstr (vitrail_slide_get_id (slide), ==, "1.2.3.2.1.2.3.7");
}

static void
test_missing_frames (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("missing_frames");

  expect_tile (slide, 0, 0, 1, NULL);
  expect_tile (slide, 0, 1, 1, white);
}

static void
test_given_paths (void)
{
  g_autofree char *folder = make_case ("full");
  g_autofree char *fine = g_build_filename (folder, "1.2.3.4.1.dcm", NULL);
  g_autofree char *label = g_build_filename (folder, "1.2.3.4.3.dcm", NULL);
  const char *paths[] = { label, fine, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
}

typedef struct {
  const char *name;
  VitrailError code;
  const char *reason;
} BadCase;

static const BadCase bad_cases[] = {
  { "absurd_grid", VITRAIL_ERROR_LIMIT,
    "(0048,0006) TotalPixelMatrixColumns: 4294967295 x 4294967295 pixels in "
    "tiles of 32 x 32 are too many" },
  { "large_tile", VITRAIL_ERROR_LIMIT,
    "(0028,0011) Columns: too large for a tile" },
  { "no_matrix", VITRAIL_ERROR_MALFORMED,
    "(0048,0007) TotalPixelMatrixRows: 0 is not a size" },
  { "zero_tile", VITRAIL_ERROR_MALFORMED,
    "(0028,0011) Columns: 0 is not a size" },
  { "no_groups", VITRAIL_ERROR_MALFORMED,
    "(5200,9230) PerFrameFunctionalGroupsSequence: missing, though the tiles "
    "are sparse" },
  { "all_outside", VITRAIL_ERROR_MALFORMED,
    "(0048,021E) ColumnPositionInTotalImagePixelMatrix: -31 of frame 1 is "
    "outside of the matrix" },
  { "no_volume", VITRAIL_ERROR_NOT_FOUND,
    "no VOLUME image in its series, so there is no slide" },
};

static void
test_bad (gconstpointer data)
{
  const BadCase *bad = data;
  g_autofree char *folder = make_case (bad->name);
  g_autofree char *expected =
      g_strdup_printf ("%s/1.2.3.4.1.dcm: %s", folder, bad->reason);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) slide = open_in (folder, "1.2.3.4.1.dcm", &error);

  g_assert_null (slide);
  g_assert_error (error, VITRAIL_ERROR, (int) bad->code);
  g_assert_cmpstr (error->message, ==, expected);
}

typedef struct {
  const char *name;
  guint frame; /* from 0 */
  const char *reason;
} OutsideCase;

static const OutsideCase outside_cases[] = {
  { "no_position", 3,
    "(0048,021F) RowPositionInTotalImagePixelMatrix: missing for frame 4; 1 "
    "such frames are not shown" },
  { "negative", 2,
    "(0048,021E) ColumnPositionInTotalImagePixelMatrix: -31 of frame 3 is "
    "outside of the matrix; 1 such frames are not shown" },
  { "outside", 2,
    "(0048,021F) RowPositionInTotalImagePixelMatrix: 97 of frame 3 is outside "
    "of the matrix; 1 such frames are not shown" },
};

/* A frame that is nowhere is named once; all others are there. */
static void
test_frame_outside (gconstpointer data)
{
  const OutsideCase *outside = data;

  test_log_clear ();
  g_autoptr (VitrailSlide) slide = open_case (outside->name);
  for (guint i = 0; i < 12; i++)
    expect_tile (slide, 0, i % 4, i / 4, i == outside->frame ? white : NULL);
  g_assert_cmpuint (test_log_count (outside->reason), ==, 1);
  g_assert_cmpuint (test_log_count ("1.2.3.4.1.dcm"), ==, 1);
}

/* Colour of 16 bits a sample is shown by its upper 8: every other byte of what
 * was written for 8. */
static void
test_deep (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("deep");
  guint8 rgb[SIDE * SIDE * 3];
  g_autoptr (GError) error = NULL;
  const guint8 expected[] = { 2, 10, 200, 20, 10, 200 };

  vitrail_slide_decode_tile (slide, 0, 0, 0, rgb, (gsize) SIDE * 3, NULL,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpmem (rgb, sizeof expected, expected, sizeof expected);
}

/* Indices are shown by their colours, and are not samples to be mixed. */
static void
test_palette (gconstpointer name)
{
  g_autoptr (VitrailSlide) slide = open_case (name);
  guint8 rgb[SIDE * SIDE * 3];
  guint16 samples[SIDE * SIDE];
  VitrailSlidePath path;
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  vitrail_slide_get_path (slide, 0, &path);
  g_assert_true (path.is_color);
  for (guint column = 0; column < 3; column++) {
    /* What make-wsi.py's tile () fills grey ones with. */
    const guint8 index = (guint8) (column * 40 + 1 * 10 + 1);
    const guint8 expected[3] = { (guint8) (255 - index), index, 200 };
    vitrail_slide_decode_tile (slide, 0, column, 1, rgb, (gsize) SIDE * 3, NULL,
                               &error);
    g_assert_no_error (error);
    for (guint i = 0; i < SIDE * SIDE; i++)
      g_assert_cmpmem (rgb + (gsize) i * 3, 3, expected, 3);
  }
  /* Outside there is glass, not darkness. */
  vitrail_slide_decode_tile (slide, 0, 3, 2, rgb, (gsize) SIDE * 3, NULL,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpmem (rgb + sizeof rgb - 3, 3, white, 3);
  g_assert_null (vitrail_slide_get_tile (slide, 0, 0, 0, &coding, &error));
  g_assert_no_error (error);
  g_assert_false (vitrail_slide_decode_samples (slide, 0, 0, 0, samples, SIDE,
                                                NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

static void
test_palette_missing (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("palette_missing");
  guint8 rgb[SIDE * SIDE * 3];
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_slide_decode_tile (slide, 0, 0, 0, rgb,
                                             (gsize) SIDE * 3, NULL, &error));
  g_assert_nonnull (strstr (error->message, "(0028,1202)"));
}

/* A frame two pixels beside the grid lies where it says, over its neighbour. */
static void
test_off_grid (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("off_grid");
  const gint64 rect[4] = { 31, 0, 36, 1 };
  g_autoptr (GError) error = NULL;
  VitrailTileCoding coding;
  g_autoptr (GBytes) region =
      vitrail_slide_ref_region (slide, 0, rect, NULL, &error);
  const guint8 *rgb = g_bytes_get_data (region, NULL);
  static const guint8 expected[][4] = {
    { 0, 10, 20, 200 },  { 1, 255, 255, 255 }, { 2, 1, 2, 3 },
    { 3, 50, 20, 200 },  { 33, 50, 20, 200 },  { 34, 90, 20, 200 },
    { 35, 90, 20, 200 },
  };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpmem (rgb + (gsize) expected[i][0] * 3, 3, expected[i] + 1, 3);
  g_assert_null (vitrail_slide_get_tile (slide, 0, 1, 0, &coding, &error));
  g_assert_no_error (error);
}

typedef struct {
  const char *name;
  const char *options;
  int quality;
  guint size[2];
} OrthancCase;

/* "default" writes no Image Type; "split" spreads levels over instances that
 * are no concatenations; from quality 90 on vips writes RGB without a marker
 * that says so. */
static const OrthancCase orthanc_cases[] = {
  { "proper", "--dataset SAMPLE --max-size 0", 80, { 800, 600 } },
  { "rgb", "--dataset SAMPLE --max-size 0", 92, { 800, 600 } },
  { "default", "--pyramid 1", 80, { 800, 600 } },
  { "split", "--max-size 1", 97, { 1600, 1200 } },
};

static void
test_orthanc (gconstpointer data)
{
  const OrthancCase *made = data;
  g_autofree char *svs =
      test_slide_make_svs (made->size[0], made->size[1], made->quality);
  g_autofree char *folder =
      test_slide_make_dicom (made->size[0], made->size[1], made->quality,
                             made->options);
  g_autofree char *listing = test_data_run ("ls '%s' | wc -l", folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) slide = open_in (folder, "wsi-000001.dcm", &error);

  g_assert_no_error (error);
  g_test_message ("%s: %s files", made->name, g_strstrip (listing));
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), >=, 3);
  /* 1 mm wide, 0.75 mm high: square pixels, whatever its Pixel Spacing says. */
  double mpp_um[2] = { 0, 0 };
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat_with_epsilon (mpp_um[0], 1000.0 / made->size[0], 1e-3);
  g_assert_cmpfloat_with_epsilon (mpp_um[1], 1000.0 / made->size[0], 1e-3);
  for (guint i = 0; i < 3; i++) {
    g_auto (TestPicture) expected = { 0 };
    g_autofree char *name = g_strdup_printf ("%s[level=%u]", svs, i);
    if (i > 0 && g_strcmp0 (made->name, "default") == 0)
      break; /* its levels are its own */
    test_picture_load (&expected, name);
    test_slide_compare_level (slide, i, &expected, 0, white);
  }
  test_slide_compare_stored (slide);
}

typedef struct {
  const char *path;
  int tolerance;
  gboolean is_dark;
} RealCase;

/* Decoders of JPEG 2000 agree when they are the same: OpenJPEG in both. */
static const RealCase real_cases[] = {
  { "wsi-dicom-google/tests/jpeg.dicom", 0, FALSE },
  { "wsi-dicom-google/tests/jpeg2000.dicom", 0, FALSE },
  { "wsi-dicom-google/pathology/transformation_pipeline/testdata/"
    "test_raw_dicom.dcm",
    0, FALSE },
  { "wsi-dicom-google/pathology/transformation_pipeline/testdata/"
    "test_jpeg_dicom.dcm",
    0, FALSE },
  { "wsi-dicom-google/pathology/dicom_proxy/testdata/"
    "multi_frame_jpeg_camelyon_challenge_image.dcm",
    0, FALSE },
  { "wsi-dicom-BPAEC/images/BPAEC/5_0", 0, TRUE },
};

static void
test_real (void)
{
  const char *folder = test_data_get_folder ();
  const char *dir = test_data_get_scratch ();

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (real_cases); i++) {
    const RealCase *real = &real_cases[i];
    g_auto (TestPicture) expected = { 0 };
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_build_filename (folder, real->path, NULL);
    const char *paths[] = { path, NULL };
    g_autofree char *size = test_data_run (
        "/usr/bin/python3 \"$G_TEST_SRCDIR/slide/frames.py\" '%s' "
        "'%s/real.raw'",
        path, dir);
    g_autofree char *raw = g_build_filename (dir, "real.raw", NULL);

    g_test_message ("%s", path);
    expected.width = (guint) g_ascii_strtoull (size, NULL, 10);
    expected.height = (guint) g_ascii_strtoull (strchr (size, ' '), NULL, 10);
    g_assert_true (
        g_file_get_contents (raw, (char **) &expected.rgb, NULL, NULL));
    g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
    g_assert_no_error (error);
    test_slide_compare_level (slide, 0, &expected, real->tolerance,
                              real->is_dark ? black : white);
  }
}

/* The fluorescence series: 7 levels, 3 optical paths each, a label and a map
 * without a matrix. */
static void
test_real_series (void)
{
  const char *folder = test_data_get_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *path =
      g_build_filename (folder, "wsi-dicom-BPAEC/images/BPAEC", NULL);
  g_autoptr (VitrailSlide) slide = open_in (path, "9_0", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 8);
  g_assert_cmpstr (vitrail_slide_list_associated (slide)[0], ==, "label");
}

int
main (int argc, char **argv)
{
  test_log_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dicomwsi/full", test_full);
  g_test_add_func ("/dicomwsi/description", test_description);
  g_test_add_func ("/dicomwsi/sparse", test_sparse);
  g_test_add_data_func ("/dicomwsi/rle", "rle", test_simple_case);
  g_test_add_data_func ("/dicomwsi/concatenation", "concatenation",
                        test_simple_case);
  g_test_add_func ("/dicomwsi/paths", test_paths);
  g_test_add_func ("/dicomwsi/pyramids", test_pyramids);
  g_test_add_func ("/dicomwsi/missing-frames", test_missing_frames);
  g_test_add_func ("/dicomwsi/given-paths", test_given_paths);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_cases); i++) {
    g_autofree char *name =
        g_strconcat ("/dicomwsi/bad/", bad_cases[i].name, NULL);
    g_test_add_data_func (name, &bad_cases[i], test_bad);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (outside_cases); i++) {
    g_autofree char *name =
        g_strconcat ("/dicomwsi/outside/", outside_cases[i].name, NULL);
    g_test_add_data_func (name, &outside_cases[i], test_frame_outside);
  }
  g_test_add_func ("/dicomwsi/deep", test_deep);
  g_test_add_data_func ("/dicomwsi/palette", "palette", test_palette);
  g_test_add_data_func ("/dicomwsi/palette-narrow", "palette_narrow",
                        test_palette);
  g_test_add_func ("/dicomwsi/palette-missing", test_palette_missing);
  g_test_add_func ("/dicomwsi/off-grid", test_off_grid);
  for (gsize i = 0; i < G_N_ELEMENTS (orthanc_cases); i++) {
    g_autofree char *name =
        g_strconcat ("/dicomwsi/orthanc/", orthanc_cases[i].name, NULL);
    g_test_add_data_func (name, &orthanc_cases[i], test_orthanc);
  }
  g_test_add_func ("/dicomwsi/real", test_real);
  g_test_add_func ("/dicomwsi/real-series", test_real_series);
  return g_test_run ();
}
