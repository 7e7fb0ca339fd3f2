/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides with looks: the slide itself where nothing changes, one object for one
 * look, and colours as Little CMS' tificc has them. */

#include "slide/look.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

static VitrailSlide *
with_look (VitrailSlide *slide, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlideLook) look =
      vitrail_slide_look_from_string (slide, text, &error);

  g_assert_no_error (error);
  return vitrail_slide_ref_with_look (slide, look);
}

/* A DICOM slide of one level whose colours mean what the profile @name says. */
static VitrailSlide *
open_with_profile (const char *name)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *folder = g_build_filename (dir, name, NULL);
  g_autofree char *path = g_build_filename (folder, "1.2.3.4.1.dcm", NULL);
  g_autofree char *profile =
      g_test_build_filename (G_TEST_DIST, "elements", "profiles", name, NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("mkdir -p '%s' && /usr/bin/python3 "
                         "\"$G_TEST_SRCDIR/slide/make-wsi.py\" '%s' full",
                         folder, folder));
  g_autofree char *program = g_strdup_printf (
      "import numpy, pydicom\n"
      "ds = pydicom.dcmread('%s')\n"
      "ds.OpticalPathSequence[0].ICCProfile = open('%s', 'rb').read()\n"
      "n = len(ds.PixelData)\n"
      "ds.PixelData = numpy.random.default_rng(5).bytes(n)\n"
      "ds.save_as('%s')\n",
      path, profile, path);
  g_free (test_data_python (program));
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

static void
test_identity (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  static const char *const texts[] = { "", "icc=0", "icc=1;z=0;stain=none",
                                       "channels=0:FF0000" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (VitrailSlide) same = with_look (slide, texts[i]);
    g_assert_true (same == slide);
  }
}

static void
test_one_object (void)
{
  g_autoptr (VitrailSlide) slide = open_with_profile ("lut16.icc");
  g_autoptr (VitrailSlide) a = with_look (slide, "icc=1");
  g_autoptr (VitrailSlide) b = with_look (slide, "icc=1;z=0");
  g_autoptr (VitrailSlide) raw = with_look (slide, "icc=0");

  g_assert_true (a == b);
  g_assert_true (a != slide);
  g_assert_true (raw == slide);
  g_assert_cmpstr (vitrail_slide_get_id (a), ==, vitrail_slide_get_id (slide));
  g_clear_object (&b);
  g_assert_finalize_object (g_steal_pointer (&a));
  a = with_look (slide, "icc=1");
  g_assert_nonnull (a);
}

static void
save (VitrailSlide *slide, const char *path, const VitrailSlideLevel *level)
{
  const gsize stride = (gsize) level->width * 3;
  const gint64 rect[4] = { 0, 0, (gint64) level->width,
                           (gint64) level->height };
  g_autofree guint8 *rgb = g_malloc (stride * level->height);
  g_autofree guint8 *tile =
      g_malloc ((gsize) level->tile_width * level->tile_height * 3);
  g_autoptr (GError) error = NULL;

  vitrail_slide_read_region (slide, 0, rect, rgb, stride, NULL, &error);
  g_assert_no_error (error);
  vitrail_slide_decode_tile (slide, 0, 1, 1, tile,
                             (gsize) level->tile_width * 3, NULL, &error);
  g_assert_no_error (error);
  for (guint y = 0; y < level->tile_height; y++) /* is whole */
    g_assert_cmpmem (tile + (gsize) y * level->tile_width * 3,
                     (gsize) level->tile_width * 3,
                     rgb + (level->tile_height + y) * stride +
                         (gsize) level->tile_width * 3,
                     (gsize) level->tile_width * 3);
  g_file_set_contents (path, (char *) rgb, (gssize) (stride * level->height),
                       &error);
  g_assert_no_error (error);
}

static void
test_colors (void)
{
  static const char *const names[] = { "lut16.icc", "mab.icc" };
  const char *dir = test_data_get_scratch ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (VitrailSlide) slide = open_with_profile (names[i]);
    g_autoptr (VitrailSlide) look = with_look (slide, "icc=1");
    g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (look);
    g_autofree char *stored = g_build_filename (dir, "stored.raw", NULL);
    g_autofree char *managed = g_build_filename (dir, "managed.raw", NULL);
    VitrailTileCoding coding;
    VitrailSlideLevel level;

    g_assert_null (profile); /* or it would be used twice */
    g_assert_null (vitrail_slide_get_tile (look, 0, 0, 0, &coding, NULL));
    vitrail_slide_get_level (slide, 0, &level);
    save (slide, stored, &level);
    save (look, managed, &level);
    g_autofree char *answer = test_data_run (
        "/usr/bin/python3 \"$G_TEST_SRCDIR/elements/judge-look.py\" %u %u '%s' "
        "'%s' \"$G_TEST_SRCDIR/elements/profiles/%s\"",
        (guint) level.width, (guint) level.height, stored, managed, names[i]);
    g_test_message ("%s: dE00 %s", names[i], answer);
    g_assert_cmpfloat (g_ascii_strtod (answer, NULL), <, 0.5);
  }
}

/* A stain of a real tile: H and E are told apart, white stays white. */
static void
test_stain (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autoptr (VitrailSlide) look = with_look (slide, "stain=eosin");
  g_autoptr (VitrailSlide) again = with_look (slide, "icc=1;stain=eosin");
  g_autofree VitrailStainTable *table = g_new (VitrailStainTable, 1);
  g_autofree guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);
  g_autofree guint8 *stained = g_malloc ((gsize) 256 * 256 * 3);
  VitrailTileCoding coding;

  g_assert_true (look == again && look != slide);
  g_assert_null (vitrail_slide_get_tile (look, 0, 0, 0, &coding, NULL));
  g_assert_true (
      vitrail_slide_decode_tile (slide, 0, 1, 0, rgb, 768, NULL, NULL));
  g_assert_true (
      vitrail_slide_decode_tile (look, 0, 1, 0, stained, 768, NULL, NULL));
  vitrail_stain_table_init (table, VITRAIL_STAIN_EOSIN);
  vitrail_stain_row (table, rgb, (gsize) 256 * 256);
  g_assert_cmpmem (stained, 256 * 768, rgb, 256 * 768);
  /* At a half of its size too. */
  vitrail_slide_decode_tile_reduced (slide, 0, 1, 0, 1, rgb, 384, NULL, NULL);
  vitrail_slide_decode_tile_reduced (look, 0, 1, 0, 1, stained, 384, NULL,
                                     NULL);
  vitrail_stain_row (table, rgb, (gsize) 128 * 128);
  g_assert_cmpmem (stained, 128 * 384, rgb, 128 * 384);
}

/* A profile that is none: colours stay as they are. */
static void
test_broken_profile (void)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "1.2.3.4.1.dcm", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("/usr/bin/python3 "
                         "\"$G_TEST_SRCDIR/slide/make-wsi.py\" '%s' full",
                         dir));
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailSlide) look = with_look (slide, "icc=1");
  g_assert_true (look == slide);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lookslide/identity", test_identity);
  g_test_add_func ("/lookslide/one-object", test_one_object);
  g_test_add_func ("/lookslide/colors", test_colors);
  g_test_add_func ("/lookslide/stain", test_stain);
  g_test_add_func ("/lookslide/broken-profile", test_broken_profile);
  return g_test_run ();
}
