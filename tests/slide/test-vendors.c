/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formats of scanners that OpenSlide reads for us: found by their content,
 * with OpenSlide's own pixels, scale and pictures, and the scanner's words. */

#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"

#include <openslide.h>
#include <string.h>

typedef struct {
  const char *file;
  double mpp_um;
  double objective_power;
  const char *associated;
  const char *words; /* keyword=value;... */
} Case;

static const Case cases[] = {
  { "leica.scn", 0.5, 20, "macro",
    "Manufacturer=Leica;ManufacturerModelName=Leica SCN400;"
    "AcquisitionDateTime=2026-01-02T03:04:05.6Z" },
  { "trestle.tif", 0.25, 40, "macro",
    "Manufacturer=Trestle;ImageComments=none" },
  { "ventana.bif", 0.465, 20, "macro",
    "Manufacturer=Ventana;DeviceSerialNumber=2000515" },
  { "hamamatsu.vms", 0.23, 40, "macro", "Manufacturer=Hamamatsu" },
  { "sakura.svslide", 0.5, 20, "label",
    "Manufacturer=Sakura;ContainerIdentifier=S26-9;"
    "SpecimenShortDescription=Kidney" },
};

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "vendors", NULL);
    g_free (test_data_run (
        "/usr/bin/python3 '%s/tests/slide/make-vendor.py' '%s' 2>&1",
        g_getenv ("VITRAIL_SOURCE"), folder));
  }
  return folder;
}

static VitrailSlide *
open_case (const Case *self, openslide_t **osr)
{
  g_autofree char *path = g_build_filename (get_folder (), self->file, NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (slide), ==, "VitrailOpenslide");
  *osr = openslide_open (path);
  g_assert_nonnull (*osr);
  g_assert_cmpstr (openslide_get_error (*osr), ==, NULL);
  return slide;
}

/* Premultiplied ARGB of OpenSlide over the slide's background. */
static void
expect_argb (const guint8 *found, guint32 argb, const guint8 background[3])
{
  guint32 rest = 255 - (argb >> 24);

  for (guint c = 0; c < 3; c++) {
    guint32 value = (argb >> (16 - 8 * c) & 255) + background[c] * rest / 255;
    g_assert_cmpint (found[c], >=, (int) value - 1);
    g_assert_cmpint (found[c], <=, (int) value + 1);
  }
}

/* All of a level, by one region of each: where a downsample is no whole number,
 * OpenSlide interpolates by an amount that depends on where one asks. */
static void
compare_level (VitrailSlide *slide, openslide_t *osr, guint i)
{
  VitrailSlideLevel level;
  guint8 background[3];
  g_autoptr (GError) error = NULL;
  guint64 sum = 0;
  gint64 width = 0;
  gint64 height = 0;

  vitrail_slide_get_level (slide, i, &level);
  vitrail_slide_get_background (slide, background);
  openslide_get_level_dimensions (osr, (gint32) i, &width, &height);
  g_assert_cmpint ((gint64) level.width, ==, width);
  g_assert_cmpint ((gint64) level.height, ==, height);
  gsize n = (gsize) (width * height);
  g_autofree guint32 *argb = g_new (guint32, n);
  g_autofree guint8 *rgb = g_new (guint8, n * 3);
  const gint64 rect[4] = { 0, 0, width, height };
  openslide_read_region (osr, argb, 0, 0, (gint32) i, width, height);
  g_assert_cmpstr (openslide_get_error (osr), ==, NULL);
  vitrail_slide_read_region (slide, i, rect, rgb, (gsize) width * 3, NULL,
                             &error);
  g_assert_no_error (error);
  for (gsize at = 0; at < n; at++) {
    expect_argb (rgb + at * 3, argb[at], background);
    sum += argb[at] >> 24 != 0;
  }
  /* There is something to be seen. */
  g_assert_cmpuint (sum, >, n / 3);
}

static void
expect_words (VitrailSlide *slide, const char *words)
{
  g_auto (GStrv) wanted = g_strsplit (words, ";", -1);

  for (guint i = 0; wanted[i] != NULL; i++) {
    const VitrailSlideProperty *one = vitrail_slide_list_properties (slide);
    g_autofree char *found = NULL;
    for (; one->keyword != NULL && found == NULL; one++) {
      g_autofree char *text =
          g_strdup_printf ("%s=%s", one->keyword, one->value);
      if (strcmp (text, wanted[i]) == 0)
        found = g_steal_pointer (&text);
    }
    g_assert_cmpstr (found, ==, wanted[i]);
  }
}

static void
test_vendor (gconstpointer data)
{
  const Case *self = data;
  openslide_t *osr = NULL;
  g_autoptr (VitrailSlide) slide = open_case (self, &osr);
  double mpp_um[2] = { 0, 0 };
  g_autoptr (GError) error = NULL;

  guint n_levels = vitrail_slide_get_n_levels (slide);
  g_assert_cmpuint (n_levels, >=, 2);
  g_assert_cmpint (openslide_get_level_count (osr), ==, (gint32) n_levels);
  for (guint i = 0; i < n_levels; i++)
    compare_level (slide, osr, i);
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat_with_epsilon (mpp_um[0], self->mpp_um, 1e-6);
  g_assert_cmpfloat_with_epsilon (mpp_um[1], self->mpp_um, 1e-6);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==,
                     self->objective_power);
  g_autoptr (VitrailFrame) picture =
      vitrail_slide_read_associated (slide, self->associated, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (picture->format.width, >=, 64);
  expect_words (slide, self->words);
  openslide_close (osr);
}

/* The scan lies where the collection says, and is what was scanned. */
static void
test_place (void)
{
  openslide_t *osr = NULL;
  g_autoptr (VitrailSlide) slide = open_case (&cases[0], &osr);
  g_autofree char *path = g_build_filename (get_folder (), "picture.ppm", NULL);
  g_auto (TestPicture) expected = { 0 };
  const gint64 rect[4] = { 20, 40, 256, 192 };
  const gsize stride = 768;
  g_autofree guint8 *rgb = g_new (guint8, stride * 192);
  g_autoptr (GError) error = NULL;

  test_picture_load (&expected, path);
  vitrail_slide_read_region (slide, 0, rect, rgb, stride, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (rgb, stride * 192, expected.rgb, stride * 192);
  openslide_close (osr);
}

/* Whatever is cut off or missing is refused with the file's name. */
static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path =
        g_build_filename (get_folder (), cases[i].file, NULL);
    g_autofree char *cut = g_strconcat (path, ".cut", NULL);
    const char *paths[] = { cut, NULL };
    g_autoptr (GError) error = NULL;
    g_free (test_data_run ("head -c 150 '%s' > '%s'", path, cut));
    g_assert_null (vitrail_slide_open (paths, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, cut));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = g_strconcat ("/vendors/", cases[i].file, NULL);
    g_test_add_data_func (name, &cases[i], test_vendor);
  }
  g_test_add_func ("/vendors/place", test_place);
  g_test_add_func ("/vendors/broken", test_broken);
  return g_test_run ();
}
