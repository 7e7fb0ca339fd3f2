/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Optical paths, focal planes, parts, codings and words of DICOM slides, each
 * pixel known beforehand (make-facets.py says how). */

#include "error.h"
#include "instance.h"
#include "slide/framegroups.h"
#include "slide/slide.h"
#include "testdata.h"

#include <string.h>

#define SIDE   32
#define STRIDE ((size_t) SIDE * 3)

static const guint8 white[3] = { 255, 255, 255 };

/* The first file of a case. */
static char *
make_case (const char *name)
{
  static char *all;

  if (all == NULL) {
    all = g_build_filename (test_data_get_scratch (), "cases", NULL);
    g_autofree char *apart =
        g_build_filename (test_data_get_scratch (), "apart", NULL);
    /* It leaves nothing where it runs. */
    g_free (test_data_run ("mkdir '%s' '%s' && cd '%s' && /usr/bin/python3 "
                           "\"$G_TEST_SRCDIR/slide/make-facets.py\" '%s' 2>&1"
                           " && rmdir '%s'",
                           all, apart, apart, all, apart));
  }
  return g_build_filename (all, name, "1.2.3.4.1.dcm", NULL);
}

static VitrailSlide *
open_case (const char *name)
{
  g_autofree char *path = make_case (name);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

/* Every pixel of a tile of level 0: @mark is its blue; 0: nothing is there. */
static void
expect_tile (VitrailSlide *slide,
             guint column,
             guint row,
             guint mark,
             const guint8 *absent,
             guint tolerance)
{
  guint8 rgb[SIDE * SIDE * 3];
  const guint8 colour[3] = { (guint8) (column * 40 + 10),
                             (guint8) (row * 40 + 20), (guint8) mark };
  static const guint8 corner[3] = { 1, 2, 3 };
  VitrailSlideLevel level;
  g_autoptr (GError) error = NULL;

  vitrail_slide_get_level (slide, 0, &level);
  vitrail_slide_decode_tile (slide, 0, column, row, rgb, STRIDE, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SIDE * SIDE; i++) {
    const guint8 *wanted = i == 0 ? corner : colour;
    if (mark == 0)
      wanted = absent;
    else if (column * SIDE + i % SIDE >= level.width ||
             row * SIDE + i / SIDE >= level.height)
      wanted = white;
    /* JPEG smears the corner over its block. */
    if (tolerance > 0 && i % SIDE < 8 && i / SIDE < 8)
      continue;
    for (guint c = 0; c < 3; c++)
      g_assert_cmpuint ((guint) ABS (rgb[i * 3 + c] - wanted[c]), <=,
                        tolerance);
  }
}

static void
expect_tiles (VitrailSlide *slide, guint mark, guint tolerance)
{
  for (guint row = 0; row < 3; row++)
    for (guint column = 0; column < 4; column++)
      expect_tile (slide, column, row, mark, white, tolerance);
}

/* Two paths in three planes, however they are stored. */
static void
expect_facets (VitrailSlide *slide, const double z_um[3])
{
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 2);
  g_assert_cmpuint (vitrail_slide_get_n_focal_planes (slide), ==, 3);
  for (guint plane = 0; plane < 3; plane++)
    g_assert_cmpfloat_with_epsilon (
        vitrail_slide_get_focal_plane_um (slide, plane), z_um[plane], 1e-4);
  /* What is opened is the first path in the plane nearest to 0. */
  expect_tiles (slide, 101, 0);
  for (guint path = 0; path < 2; path++) {
    for (guint plane = 0; plane < 3; plane++) {
      g_autoptr (VitrailSlide) facet =
          vitrail_slide_ref_facet (slide, path, plane);
      g_autoptr (VitrailSlide) again =
          vitrail_slide_ref_facet (facet, path, plane);
      g_assert_true (facet == again);
      g_assert_cmpstr (vitrail_slide_get_id (facet), ==, "1.2.3.2");
      expect_tiles (facet, 100 + 10 * path + plane, 0);
    }
  }
  g_autoptr (VitrailSlide) same = vitrail_slide_ref_facet (slide, 0, 1);
  g_assert_true (same == slide);
  g_assert_null (vitrail_slide_ref_facet (slide, 2, 0));
  g_assert_null (vitrail_slide_ref_facet (slide, 0, 3));
}

static void
expect_path (VitrailSlide *slide, guint path, const char *id, const char *name)
{
  VitrailSlidePath found;

  vitrail_slide_get_path (slide, path, &found);
  g_assert_cmpstr (found.id, ==, id);
  g_assert_cmpstr (found.name, ==, name);
}

static void
test_facets (gconstpointer name)
{
  static const double regular[3] = { -1.0, 0.5, 2.0 };
  g_autoptr (VitrailSlide) slide = open_case (name);

  expect_facets (slide, regular);
  if (g_str_equal (name, "facets_split")) {
    expect_path (slide, 0, "1", "DAPI");
    expect_path (slide, 1, "1", "FITC");
  } else {
    expect_path (slide, 0, "b", NULL);
    expect_path (slide, 1, "a", NULL);
  }
}

/* The same in another transfer syntax without loss, by other people's tools. */
static void
test_coded (gconstpointer command)
{
  static const double regular[3] = { -1.0, 0.5, 2.0 };
  g_autofree char *path = make_case ("facets_sparse");
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "coded", NULL);
  g_autofree char *coded = g_build_filename (folder, "coded.dcm", NULL);
  const char *paths[] = { coded, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("rm -rf '%s' && mkdir '%s' && %s '%s' '%s' 2>&1",
                         folder, folder, (const char *) command, path, coded));
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  expect_facets (slide, regular);
}

/* The stream of positions is what the data set says. */
static void
test_streamed (gconstpointer name)
{
  const VitrailTag groups = VITRAIL_TAG (0x5200, 0x9230);
  g_autofree char *path = make_case (name);
  g_autoptr (VitrailInstance) whole = vitrail_instance_open (path, NULL);
  g_autoptr (VitrailInstance) later =
      vitrail_instance_open_with (path, VITRAIL_READ_GROUPS_LATER, NULL);
  const VitrailDataSet *data_set = vitrail_instance_get_data_set (whole);
  const VitrailElement *element =
      vitrail_data_set_find (vitrail_instance_get_data_set (later), groups);
  g_autoptr (VitrailFramePlaces) places =
      vitrail_frame_places_read (element, 1000, path);

  g_assert_cmpuint (element->n_items, ==, 0);
  g_assert_cmpuint (places->n_places, ==, 72);
  g_assert_cmpuint (places->n_places, ==,
                    vitrail_data_set_get_n_items (data_set, groups));
  for (guint i = 0; i < places->n_places; i++) {
    VitrailDataSet *item = vitrail_data_set_get_item (data_set, groups, i);
    VitrailDataSet *position =
        vitrail_data_set_get_item (item, VITRAIL_TAG (0x0048, 0x021a), 0);
    VitrailDataSet *optics =
        vitrail_data_set_get_item (item, VITRAIL_TAG (0x0048, 0x0207), 0);
    const VitrailFramePlace *place = &places->places[i];
    double z_um = 0;
    g_assert_true (vitrail_data_set_get_double (
        position, VITRAIL_TAG (0x0040, 0x074a), 0, &z_um));
    g_assert_cmpfloat (place->z_um, ==, z_um);
    g_assert_cmpint (place->column, ==,
                     vitrail_data_set_get_int_or (
                         position, VITRAIL_TAG (0x0048, 0x021e), -1));
    g_assert_cmpint (place->row, ==,
                     vitrail_data_set_get_int_or (
                         position, VITRAIL_TAG (0x0048, 0x021f), -1));
    g_assert_true (vitrail_data_set_text_is (
        optics, VITRAIL_TAG (0x0048, 0x0106), 0, places->paths[place->path]));
  }
  g_autoptr (VitrailFramePlaces) few =
      vitrail_frame_places_read (element, 5, path);
  g_assert_cmpuint (few->n_places, ==, 5);
  g_autoptr (GBytes) packed = vitrail_frame_places_pack (places);
  g_autoptr (VitrailFramePlaces) again = vitrail_frame_places_unpack (packed);
  g_assert_cmpmem (again->places, again->n_places * sizeof *again->places,
                   places->places, places->n_places * sizeof *places->places);
  g_assert_cmpstrv (again->paths, places->paths);
}

/* A level that has one plane shows it in all; optics are a path's own. */
static void
test_levels_of_facets (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("facets_full");
  g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, 1, 2);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (facet);
  guint8 rgb[SIDE * SIDE * 3];

  g_assert_cmpuint (vitrail_slide_get_n_levels (facet), ==, 2);
  g_assert_true (
      vitrail_slide_decode_tile (facet, 1, 1, 1, rgb, STRIDE, NULL, NULL));
  g_assert_cmpuint (rgb[5], ==, 119);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 20);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (facet), ==, 40);
  g_assert_cmpmem (g_bytes_get_data (profile, NULL), 9, "of path a", 9);
  g_assert_null (vitrail_slide_get_icc_profile (slide));
}

/* Facets outlive what was opened, and each other. */
static void
test_lifetime (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("facets_full");
  g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, 1, 2);

  g_clear_object (&slide);
  expect_tiles (facet, 112, 0);
  slide = vitrail_slide_ref_facet (facet, 0, 0);
  g_clear_object (&facet);
  expect_tiles (slide, 100, 0);
}

static gpointer
hold_facets (gpointer data)
{
  for (guint i = 0; i < 2000; i++) {
    g_autoptr (VitrailSlide) facet =
        vitrail_slide_ref_facet (data, i % 2, i / 2 % 3);
    g_assert_cmpuint (vitrail_slide_get_n_paths (facet), ==, 2);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("facets_full");
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("facets", hold_facets, slide);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_part_missing (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("part_missing");

  for (guint row = 0; row < 3; row++)
    for (guint column = 0; column < 4; column++)
      expect_tile (slide, column, row, row == 1 ? 0 : 100, white, 0);
}

/* Samples of a path at level 0, then how the path is described. */
static void
expect_samples (VitrailSlide *slide, guint path)
{
  g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, path, 0);
  guint16 samples[SIDE][SIDE + 3];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 12; i++) {
    guint column = i % 4;
    guint row = i / 4;
    memset (samples, 0xff, sizeof samples);
    vitrail_slide_decode_samples (facet, 0, column, row, samples[0], SIDE + 3,
                                  NULL, &error);
    g_assert_no_error (error);
    for (guint y = 0; y < SIDE; y++) {
      for (guint x = 0; x < SIDE; x++) {
        guint wanted = column * 100 + row * 10 + path * 1000;
        if (column * SIDE + x >= 100 || row * SIDE + y >= 70)
          wanted = 0;
        else if (x == 0 && y == 0)
          wanted = 7;
        g_assert_cmpuint (samples[y][x], ==, wanted);
      }
      g_assert_cmpuint (samples[y][SIDE], ==, 0xffff);
    }
  }
}

static void
test_channels (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("channels");
  static const guint8 colors[4][3] = { { 0, 0, 255 },
                                       { 255, 0, 0 },
                                       { 0x12, 0xff, 0x80 },
                                       { 0, 0, 0 } };
  VitrailSlidePath path;
  guint8 rgb[SIDE * SIDE * 3];
  guint16 samples[SIDE * SIDE];

  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 4);
  for (guint i = 0; i < 4; i++) {
    vitrail_slide_get_path (slide, i, &path);
    g_assert_false (path.is_color);
    g_assert_cmpuint (path.bits, ==, 12);
    expect_samples (slide, i);
    if (i == 0)
      g_assert_cmpuint (path.rgb[2], >,
                        2 * (guint64) MAX (path.rgb[0], path.rgb[1]));
    else if (i < 3)
      g_assert_cmpmem (path.rgb, 3, colors[i], 3);
    else
      g_assert_cmpuint (path.rgb[0] | path.rgb[1] | path.rgb[2], >, 128);
  }
  expect_path (slide, 0, "1", "Nuclei");
  vitrail_slide_get_path (slide, 0, &path);
  g_assert_cmpfloat (path.wavelength_nm, ==, 440);
  /* For the eye: the upper 8 of 12 bits; nothing is dark. */
  g_assert_true (
      vitrail_slide_decode_tile (slide, 0, 3, 2, rgb, STRIDE, NULL, NULL));
  g_assert_cmpuint (rgb[3], ==, 320 >> 4);
  g_assert_cmpuint (rgb[STRIDE - 1], ==, 0);
  /* What has 8 bits is brought to 12. */
  g_assert_true (
      vitrail_slide_decode_samples (slide, 1, 0, 0, samples, SIDE, NULL, NULL));
  g_assert_cmpuint (samples[0], ==, 50 << 4);
  g_autoptr (VitrailSlide) other = vitrail_slide_ref_facet (slide, 1, 0);
  g_assert_true (
      vitrail_slide_decode_samples (other, 1, 0, 0, samples, SIDE, NULL, NULL));
  g_assert_cmpuint (samples[0], ==, 0);
}

/* A name, a code or a wavelength says more than the place among the paths. */
static void
test_colors (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("colors");
  static const guint8 colors[7][3] = { { 0, 255, 0 },  { 0, 0, 255 },
                                       { 255, 0, 0 },  { 255, 0, 0 },
                                       { 255, 0, 0 },  { 255, 255, 0 },
                                       { 255, 255, 0 } };

  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 7);
  for (guint i = 0; i < 7; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i, &path);
    g_test_message ("path %u, %s", i, path.name);
    g_assert_cmpmem (path.rgb, 3, colors[i], 3);
  }
}

static void
test_no_samples (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("facets_full");
  guint16 samples[SIDE * SIDE];
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_slide_decode_samples (slide, 0, 0, 0, samples, SIDE,
                                                NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

static void
test_lying (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("lying");
  VitrailTileCoding coding;
  g_autoptr (GError) error = NULL;

  expect_tile (slide, 0, 1, 100, white, 0);
  expect_tile (slide, 1, 1, 0, white, 0);
  g_assert_null (vitrail_slide_get_tile (slide, 0, 1, 1, &coding, &error));
  g_assert_no_error (error);
}

static void
test_same (gconstpointer name)
{
  g_autoptr (VitrailSlide) slide = open_case (name);

  VitrailSlideLevel level;

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
  vitrail_slide_get_level (slide, 0, &level);
  g_assert_cmpuint (level.width, ==, 100);
  expect_tiles (slide, 100, g_str_has_prefix (name, "bare") ? 4 : 0);
}

static void
test_beside (void)
{
  g_autoptr (VitrailSlide) slide = open_case ("beside");
  const char *const *names = vitrail_slide_list_associated (slide);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length ((GStrv) names), ==, 3);
  g_assert_true (g_strv_contains (names, "thumbnail"));
  g_autoptr (VitrailFrame) label =
      vitrail_slide_read_associated (slide, "label", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (label->data[3], ==, 3 * 40 + 10);
  g_autoptr (VitrailFrame) macro =
      vitrail_slide_read_associated (slide, "macro", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (macro->format.width, ==, 40);
  g_assert_cmpuint (macro->format.height, ==, 50);
  g_assert_cmpuint (macro->data[3], ==, 10);
  const guint8 *last = macro->data + 49 * macro->stride + 117;
  g_assert_cmpuint (last[0], ==, 50);
  g_assert_cmpuint (last[1], ==, 60);
}

static void
test_words (void)
{
  static const VitrailSlideProperty expected[] = {
    { "ContainerIdentifier", "Glass 7" },
    { "ContainerTypeCodeSequence", "Microscope slide" },
    { "SpecimenIdentifier", "S1" },
    { "SpecimenShortDescription", "Niere links" },
    { "SpecimenDetailedDescription", "Two pieces" },
    { "PrimaryAnatomicStructureSequence", "Kidney" },
    { "SpecimenPreparationSequence", "Specimen collection: Excision" },
    { "SpecimenPreparationSequence", "Formalin" },
    { "SpecimenPreparationSequence", "Staining: hematoxylin stain, water "
                                     "soluble eosin stain, H\xc3\xa4rtung" },
    { "SpecimenIdentifier", "S2" },
    { "Manufacturer", "Scanners Ltd" },
    { "ManufacturerModelName", "Quick 3" },
    { "DeviceSerialNumber", "0042" },
    { "AcquisitionDateTime", "2026-01-02T03:04:05.25+01:30" },
    { "ImageComments", "Bubbles" },
  };
  g_autoptr (VitrailSlide) slide = open_case ("words");
  const VitrailSlideProperty *found = vitrail_slide_list_properties (slide);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++, found++) {
    g_assert_cmpstr (found->keyword, ==, expected[i].keyword);
    g_assert_cmpstr (found->value, ==, expected[i].value);
  }
  g_assert_null (found->keyword);
}

int
main (int argc, char **argv)
{
  static const char *const facets[] = { "facets_full",        "facets_sparse",
                                        "facets_undefined",   "facets_odd",
                                        "facets_implicit",    "facets_split",
                                        "facets_concatenated" };
  static const char *const coders[] = { "dcmcjpls",        "dcmcjpeg +e1",
                                        "dcmcrle",         "gdcmconv --j2k",
                                        "gdcmconv --jpeg", "dcmconv +tb",
                                        "dcmconv +ti -e",  "dcmconv +td" };
  static const char *const same[] = {
    "htj2k",  "bare_ybr",  "bare_rgb", "overlap", "broken_neighbour",
    "copies", "short_type"
  };

  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (facets); i++) {
    g_autofree char *name = g_strconcat ("/wsifacets/", facets[i], NULL);
    g_test_add_data_func (name, facets[i], test_facets);
  }
  for (guint i = 1; i <= 4; i++) {
    g_autofree char *name =
        g_strconcat ("/wsifacets/streamed/", facets[i], NULL);
    g_test_add_data_func (name, facets[i], test_streamed);
  }
  for (guint i = 0; i < G_N_ELEMENTS (coders); i++) {
    g_autofree char *name = g_strconcat ("/wsifacets/coded/", coders[i], NULL);
    g_test_add_data_func (name, coders[i], test_coded);
  }
  for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *name = g_strconcat ("/wsifacets/", same[i], NULL);
    g_test_add_data_func (name, same[i], test_same);
  }
  g_test_add_func ("/wsifacets/levels", test_levels_of_facets);
  g_test_add_func ("/wsifacets/lifetime", test_lifetime);
  g_test_add_func ("/wsifacets/threads", test_threads);
  g_test_add_func ("/wsifacets/part-missing", test_part_missing);
  g_test_add_func ("/wsifacets/channels", test_channels);
  g_test_add_func ("/wsifacets/colors", test_colors);
  g_test_add_func ("/wsifacets/no-samples", test_no_samples);
  g_test_add_func ("/wsifacets/lying", test_lying);
  g_test_add_func ("/wsifacets/beside", test_beside);
  g_test_add_func ("/wsifacets/words", test_words);
  return g_test_run ();
}
