/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DICOM: what is written is read back by our own reader, tile by tile
 * the bytes that the slide stores, and judged by dciodvfy and dcentvfy. */

#include "error.h"
#include "instance.h"
#include "slide/dicomize.h"
#include "slide/dicomizefile.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

static VitrailSlide *
open_slide (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

static VitrailDicomized *
dicomize (VitrailSlide *slide)
{
  g_autoptr (GError) error = NULL;
  VitrailDicomized *dicomized = vitrail_dicomized_new (slide, 0, &error);
  g_assert_no_error (error);
  return dicomized;
}

/* Writes all into a folder of its own: its path. */
static char *
write_files (VitrailDicomized *dicomized)
{
  static guint n;
  char *folder =
      g_strdup_printf ("%s/dicomized-%u", test_data_get_scratch (), n++);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vitrail_dicomized_write_files (dicomized, folder, NULL, NULL, &error));
  g_assert_no_error (error);
  return folder;
}

/* Neither judge has anything to say but what it says of every object without a
 * patient. */
static void
judge (const char *folder)
{
  g_autofree char *said =
      test_data_run ("for f in '%s'/*.dcm; do dciodvfy -new \"$f\" 2>&1; done; "
                     "dcentvfy '%s'/*.dcm 2>&1",
                     folder, folder);
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (strstr (lines[i], "rror") != NULL ||
        (strstr (lines[i], "arning") != NULL &&
         strstr (lines[i], "DICOMDIR") == NULL))
      g_test_message ("%s", lines[i]);
    g_assert_null (strstr (lines[i], "rror"));
  }
}

/* A frame in a file may have a byte more, so that its length is even. */
static void
assert_same_stream (GBytes *original, GBytes *written)
{
  gsize n_original;
  gsize n_written;
  const guint8 *a = g_bytes_get_data (original, &n_original);
  const guint8 *b = g_bytes_get_data (written, &n_written);

  g_assert_cmpuint (n_written, ==, n_original + n_original % 2);
  g_assert_cmpmem (a, n_original, b, n_original);
}

static void
compare_tile (VitrailSlide *slide,
              VitrailSlide *written,
              guint level,
              guint column,
              guint row,
              gboolean is_stored)
{
  VitrailSlideLevel grid;
  g_autoptr (GError) error = NULL;

  vitrail_slide_get_level (slide, level, &grid);
  gsize length = (gsize) grid.tile_width * grid.tile_height * 3;
  g_autofree guint8 *a = g_malloc (length);
  g_autofree guint8 *b = g_malloc (length);
  g_assert_true (vitrail_slide_decode_tile (
      slide, level, column, row, a, (gsize) grid.tile_width * 3, NULL, &error));
  g_assert_true (vitrail_slide_decode_tile (written, level, column, row, b,
                                            (gsize) grid.tile_width * 3, NULL,
                                            &error));
  g_assert_no_error (error);
  g_assert_cmpmem (a, length, b, length);
  if (!is_stored)
    return;
  VitrailTileCoding coding;
  g_autoptr (GBytes) original =
      vitrail_slide_get_tile (slide, level, column, row, &coding, &error);
  g_autoptr (GBytes) there =
      vitrail_slide_get_tile (written, level, column, row, &coding, &error);
  assert_same_stream (original, there);
}

/* Every tile of @slide is in @folder, pixel by pixel, and where @is_stored byte
 * by byte. */
static void
compare_slides (VitrailSlide *slide, const char *folder, gboolean is_stored)
{
  g_autofree char *path = g_build_filename (folder, "level-0.dcm", NULL);
  g_autoptr (VitrailSlide) written = open_slide (path);
  double mpp_um[2][2] = { { 0 } };

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==,
                    vitrail_slide_get_n_levels (written));
  if (vitrail_slide_get_mpp_um (slide, mpp_um[0])) {
    g_assert_true (vitrail_slide_get_mpp_um (written, mpp_um[1]));
    g_assert_cmpfloat_with_epsilon (mpp_um[0][0], mpp_um[1][0], 1e-9);
    g_assert_cmpfloat_with_epsilon (mpp_um[0][1], mpp_um[1][1], 1e-9);
  }
  for (guint level = 0; level < vitrail_slide_get_n_levels (slide); level++) {
    VitrailSlideLevel a;
    VitrailSlideLevel b;
    vitrail_slide_get_level (slide, level, &a);
    vitrail_slide_get_level (written, level, &b);
    g_assert_cmpuint (a.width, ==, b.width);
    g_assert_cmpuint (a.height, ==, b.height);
    g_assert_cmpuint (a.columns, ==, b.columns);
    for (guint i = 0; i < a.columns * a.rows; i++)
      compare_tile (slide, written, level, i % a.columns, i / a.columns,
                    is_stored);
  }
}

static void
test_ycbcr (void)
{
  g_autofree char *path = test_slide_make_svs (1024, 768, 80);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_dicomized_get_n_instances (dicomized), ==, 3);
  g_assert_cmpstr (vitrail_dicomized_get_name (dicomized, 2), ==, "level-2");
  judge (folder);
  compare_slides (slide, folder, TRUE);

  g_autofree char *file = g_build_filename (folder, "level-0.dcm", NULL);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (file, &error);
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  g_assert_no_error (error);
  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0028, 0x0004), 0, "YBR_FULL_422"));
  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0028, 0x2114), 0, "ISO_10918_1"));
  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0008, 0x0008), 0, "ORIGINAL"));
}

/* What is there is not replaced, and nothing is added to it. */
static void
test_occupied (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);
  g_autofree char *file = g_build_filename (folder, "level-0.dcm", NULL);
  g_autofree char *listed = test_data_run ("ls -lA '%s'", folder);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      vitrail_dicomized_write_files (dicomized, folder, NULL, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, file));
  g_autofree char *after = test_data_run ("ls -lA '%s'", folder);
  g_assert_cmpstr (after, ==, listed);
}

/* Somebody else makes the last file while ours are being written. */
static void
take_place (guint64 done, guint64 all, gpointer folder)
{
  g_autofree char *file = g_build_filename (folder, "level-1.dcm", NULL);

  g_assert_true (g_file_set_contents (file, "theirs", -1, NULL));
}

/* It stays theirs, and ours are taken away again. */
static void
test_taken_meanwhile (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "taken", NULL);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_dicomized_write_files (dicomized, folder, take_place,
                                                 folder, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "level-1.dcm: File exists"));
  g_autofree char *said =
      test_data_run ("cd '%s' && ls -A && cat level-1.dcm", folder);
  g_assert_cmpstr (said, ==, "level-1.dcm\ntheirs");
}

static void
test_rgb (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 95);
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);
  g_autoptr (VitrailDataSet) data_set =
      vitrail_dicomized_ref_data_set (dicomized, 0, VITRAIL_DICOMIZE_BRIEF,
                                      NULL);

  judge (folder);
  compare_slides (slide, folder, TRUE);
  g_assert_true (vitrail_data_set_text_is (
      data_set, VITRAIL_TAG (0x0028, 0x0004), 0, "RGB"));
}

/* A pyramid without loss stays without. */
static void
test_lossless (void)
{
  g_autofree char *path =
      g_strconcat (test_data_get_scratch (), "/lossless.tif", NULL);
  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                         "--tile-height 256 --pyramid --compression deflate",
                         test_slide_source (600, 400), path));
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);

  g_assert_cmpstr (vitrail_dicomized_get_transfer_syntax (dicomized, 0), ==,
                   "1.2.840.10008.1.2.4.90");
  judge (folder);
  compare_slides (slide, folder, FALSE);
}

static char *
make_tiff (const char *kind)
{
  char *path = g_strdup_printf ("%s/%s.tif", test_data_get_scratch (), kind);

  g_free (test_data_run (
      "/usr/bin/python3 \"$G_TEST_SRCDIR/slide/make-tiff.py\" '%s' '%s'", kind,
      path));
  return path;
}

static void
compare_samples (VitrailSlide *a, VitrailSlide *b)
{
  for (guint level = 0; level < vitrail_slide_get_n_levels (a); level++) {
    VitrailSlideLevel g;
    vitrail_slide_get_level (a, level, &g);
    gsize n = (gsize) g.tile_width * g.tile_height;
    g_autofree uint16_t *first = g_new0 (uint16_t, n);
    g_autofree uint16_t *second = g_new0 (uint16_t, n);
    for (guint i = 0; i < g.columns * g.rows; i++) {
      g_autoptr (GError) error = NULL;
      vitrail_slide_decode_samples (a, level, i % g.columns, i / g.columns,
                                    first, g.tile_width, NULL, &error);
      g_assert_no_error (error);
      vitrail_slide_decode_samples (b, level, i % g.columns, i / g.columns,
                                    second, g.tile_width, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (first, n * 2, second, n * 2);
    }
  }
}

/* Channels become optical paths, every sample of every plane as it was. */
static void
test_channels (void)
{
  g_autofree char *path = make_tiff ("ome");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);
  g_autofree char *file = g_build_filename (folder, "level-0.dcm", NULL);
  guint n_paths = vitrail_slide_get_n_paths (slide);
  guint n_planes = vitrail_slide_get_n_focal_planes (slide);

  judge (folder);
  g_autoptr (VitrailSlide) written = open_slide (file);
  g_assert_cmpuint (n_paths, ==, 3);
  g_assert_cmpuint (n_planes, ==, 4);
  g_assert_cmpuint (vitrail_slide_get_n_paths (written), ==, n_paths);
  g_assert_cmpuint (vitrail_slide_get_n_focal_planes (written), ==, n_planes);
  for (guint i = 0; i < n_paths * n_planes; i++) {
    VitrailSlidePath a;
    VitrailSlidePath b;
    g_autoptr (VitrailSlide) first =
        vitrail_slide_ref_facet (slide, i / n_planes, i % n_planes);
    g_autoptr (VitrailSlide) second =
        vitrail_slide_ref_facet (written, i / n_planes, i % n_planes);
    vitrail_slide_get_path (slide, i / n_planes, &a);
    vitrail_slide_get_path (written, i / n_planes, &b);
    g_assert_cmpuint (a.bits, ==, 12);
    g_assert_cmpuint (b.bits, ==, 16);
    g_assert_cmpfloat (a.wavelength_nm, ==, b.wavelength_nm);
    compare_samples (first, second);
  }
}

/* Progressive tiles become baseline, with the same pixels; what is not there
 * becomes background. */
static void
test_progressive (void)
{
  g_autofree char *path = make_tiff ("progressive");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);

  g_assert_true (vitrail_dicomized_is_stored (dicomized, 0));
  judge (folder);
  compare_slides (slide, folder, FALSE);
}

/* Aperio's JPEG 2000: what is RGB goes over, what is YCbCr cannot. */
static void
test_j2k (void)
{
  static const struct {
    const char *kind;
    const char *syntax;
    gboolean is_stored;
  } cases[] = {
    { "33005", "1.2.840.10008.1.2.4.91", TRUE },
    { "33003", "1.2.840.10008.1.2.4.50", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = make_tiff (cases[i].kind);
    g_autoptr (VitrailSlide) slide = open_slide (path);
    g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
    g_autofree char *folder = write_files (dicomized);
    g_assert_cmpstr (vitrail_dicomized_get_transfer_syntax (dicomized, 0), ==,
                     cases[i].syntax);
    g_assert_cmpint (vitrail_dicomized_is_stored (dicomized, 0), ==,
                     cases[i].is_stored);
    judge (folder);
    if (cases[i].is_stored)
      compare_slides (slide, folder, TRUE);
  }
}

/* A grid of JPEG tiles of which one is missing, and a label. */
static void
test_philips (void)
{
  g_autofree char *path = make_tiff ("philips");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
  g_autofree char *folder = write_files (dicomized);

  judge (folder);
  g_assert_cmpstr (vitrail_dicomized_get_name (
                       dicomized,
                       vitrail_dicomized_get_n_instances (dicomized) - 1),
                   ==, "label");
}

/* The same UIDs wherever the file lies, others for another slide. */
static void
test_uids (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autofree char *other = test_slide_make_svs (600, 400, 95);
  g_autofree char *copy = g_strconcat (path, ".elsewhere", NULL);
  g_free (test_data_run ("cp '%s' '%s'", path, copy));
  const char *paths[] = { path, copy, other };
  static const VitrailTag tags[] = { VITRAIL_TAG (0x0008, 0x0018),
                                     VITRAIL_TAG (0x0020, 0x000d),
                                     VITRAIL_TAG (0x0020, 0x000e),
                                     VITRAIL_TAG (0x0020, 0x0052) };
  char *uids[3][G_N_ELEMENTS (tags)];

  for (guint i = 0; i < 3; i++) {
    g_autoptr (VitrailSlide) slide = open_slide (paths[i]);
    g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
    g_autoptr (VitrailDataSet) data_set =
        vitrail_dicomized_ref_data_set (dicomized, 0, VITRAIL_DICOMIZE_BRIEF,
                                        NULL);
    for (guint t = 0; t < G_N_ELEMENTS (tags); t++)
      uids[i][t] = vitrail_data_set_dup_string (data_set, tags[t], 0);
    g_assert_cmpuint (vitrail_dicomized_find (dicomized, uids[i][0]), ==, 0);
    g_assert_cmpuint (vitrail_dicomized_find (dicomized, "1.2.3"), ==,
                      G_MAXUINT);
  }
  for (guint t = 0; t < G_N_ELEMENTS (tags); t++) {
    g_assert_true (g_str_has_prefix (uids[0][t], "2.25."));
    g_assert_cmpuint (strlen (uids[0][t]), <=, 64);
    g_assert_cmpstr (uids[0][t], ==, uids[1][t]);
    g_assert_cmpstr (uids[0][t], !=, uids[2][t]);
    for (guint i = 0; i < 3; i++)
      g_free (uids[i][t]);
  }
}

/* What cannot be read ends it, with one line, and nothing is left. */
static void
test_broken (void)
{
  g_autofree char *path = test_slide_make_svs (1024, 768, 80);
  g_autofree char *broken = g_strconcat (path, ".broken.svs", NULL);
  g_autofree char *folder = g_strconcat (path, ".out", NULL);
  g_autoptr (GError) error = NULL;
  /* Nothing but zeroes where the last level's tiles were. */
  g_free (test_data_run (
      "/usr/bin/python3 - '%s' '%s' <<'END'\n"
      "import re, subprocess, sys\n"
      "data = bytearray(open(sys.argv[1], 'rb').read())\n"
      "text = subprocess.run(['tiffdump', '-m', '999', sys.argv[1]],\n"
      "  capture_output=True, text=True).stdout\n"
      "last = text.split('Directory')[-1]\n"
      "def numbers(name):\n"
      "  return [int(n) for n in re.search(name + r'.*<(.*)>', last)\n"
      "          .group(1).split()]\n"
      "for at, n in zip(numbers('TileOffsets'), numbers('TileByteCounts')):\n"
      "  data[at:at + n] = bytes(n)\n"
      "open(sys.argv[2], 'wb').write(data)\n"
      "END",
      path, broken));
  g_autoptr (VitrailSlide) slide = open_slide (broken);
  g_autoptr (VitrailDicomized) dicomized =
      vitrail_dicomized_new (slide, 0, &error);

  if (dicomized != NULL)
    g_assert_false (
        vitrail_dicomized_write_files (dicomized, folder, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_nonnull (strstr (error->message, "broken.svs"));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_real (void)
{
  static const char *const names[] = {
    "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs",
    "wsi-ndpi/images/test3-DAPI-2-(387).ndpi",
    "wsi-misc/test/test_files/rgba_geotiff.tiff",
    "wsi-misc/tests/fixtures/boxes.tiff",
  };
  const char *data = test_data_get_folder ();
  guint n_skipped = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path =
        data != NULL ? g_build_filename (data, names[i], NULL) : NULL;
    if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS)) {
      n_skipped++;
      continue;
    }
    g_autoptr (VitrailSlide) slide = open_slide (path);
    g_autoptr (VitrailDicomized) dicomized = dicomize (slide);
    g_autofree char *folder = write_files (dicomized);
    judge (folder);
    compare_slides (slide, folder, i < 2);
  }
  g_test_message ("%u files skipped", n_skipped);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dicomize/ycbcr", test_ycbcr);
  g_test_add_func ("/dicomize/occupied", test_occupied);
  g_test_add_func ("/dicomize/taken-meanwhile", test_taken_meanwhile);
  g_test_add_func ("/dicomize/rgb", test_rgb);
  g_test_add_func ("/dicomize/lossless", test_lossless);
  g_test_add_func ("/dicomize/channels", test_channels);
  g_test_add_func ("/dicomize/progressive", test_progressive);
  g_test_add_func ("/dicomize/j2k", test_j2k);
  g_test_add_func ("/dicomize/philips", test_philips);
  g_test_add_func ("/dicomize/uids", test_uids);
  g_test_add_func ("/dicomize/broken", test_broken);
  g_test_add_func ("/dicomize/real", test_real);
  return g_test_run ();
}
