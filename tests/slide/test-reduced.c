/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles at 1/2, 1/4 and 1/8 of their size against the means of the whole ones:
 * near to them where the coding has coarser pictures of its own, the same where
 * not; background beside the level. */

#include "error.h"
#include "slide/halve.h"
#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

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

/* The tile at (@column, @row) of level 0, halved from the whole one. */
static guint8 *
get_means (VitrailSlide *slide, guint column, guint row, guint reduce)
{
  guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);

  g_assert_true (
      vitrail_slide_decode_tile (slide, 0, column, row, rgb, 768, NULL, NULL));
  for (guint i = 0; i < reduce; i++)
    vitrail_halve_rgb (rgb, 768, 256 >> i, 256 >> i, rgb, 768);
  return rgb;
}

static double
get_psnr (const guint8 *a, gsize a_stride, const guint8 *b, guint side)
{
  double sum = 0;

  for (guint y = 0; y < side; y++)
    for (guint i = 0; i < side * 3; i++)
      sum += pow (a[y * a_stride + i] - (double) b[y * 768 + i], 2);
  return 10 * log10 (255 * 255 / fmax (sum / (side * side * 3), 1e-9));
}

typedef struct {
  const char *name;
  const char *options;
  gboolean is_dicom;
  double least; /* dB */
} Case;

static const Case cases[] = {
  { "jpeg", "--compression jpeg --Q 85", FALSE, 27 },
  { "deflate", "--compression deflate", FALSE, 99 },
  { "dicom-jpeg", "--levels 1", TRUE, 27 },
  { "dicom-jpeg2000", "--levels 1 --reencode 1 --compression jpeg2000", TRUE,
    27 },
};

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (VitrailSlide) slide =
      self->is_dicom ? open_dicom (self->options) : open_tiff (self->options);

  for (guint reduce = 1; reduce <= VITRAIL_SLIDE_MAX_REDUCE; reduce++) {
    const guint side = 256 >> reduce;
    const gsize stride = (gsize) side * 3;
    g_autofree guint8 *rgb = g_malloc (stride * side);
    g_autofree guint8 *means = get_means (slide, 0, 0, reduce);
    g_autoptr (GError) error = NULL;
    g_assert_true (vitrail_slide_decode_tile_reduced (
        slide, 0, 0, 0, reduce, rgb, stride, NULL, &error));
    g_assert_no_error (error);
    const double psnr = get_psnr (rgb, stride, means, side);
    g_test_message ("1/%u: %.1f dB", 1u << reduce, psnr);
    g_assert_cmpfloat (psnr, >, self->least);
    /* 600 x 400 ends in this tile. */
    g_assert_true (vitrail_slide_decode_tile_reduced (
        slide, 0, 2, 1, reduce, rgb, stride, NULL, &error));
    for (guint y = 0; y < side; y++)
      for (guint x = 0; x < side; x++)
        if (x << reduce >= 88 || y << reduce >= 144)
          g_assert_cmpmem (rgb + y * stride + (gsize) x * 3, 3, "\xff\xff\xff",
                           3);
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
