/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Views of slides against the pixels of their levels: where a view lies on
 * pixels they are the very same, turned and mirrored ones included; a picture
 * that is linear stays linear. */

#include "error.h"
#include "lastreference.h"
#include "slide/slideview.h"
#include "slidedata.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_BYTES (16u << 20)

typedef struct {
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
  TestPicture pixels;
} Fixture;

/* 600 x 400, one level. */
static void
set_up (Fixture *f, gconstpointer data)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "flat.tif", NULL);
  const char *paths[] = { path, NULL };

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 128 "
                           "--tile-height 128",
                           test_slide_source (600, 400), path));
  f->slide = vitrail_slide_open (paths, NULL);
  vitrail_deepzoom_init (&f->plan, f->slide);
  f->budget = vitrail_memory_budget_new (CACHE_BYTES);
  f->cache = vitrail_tile_cache_new (f->budget);
  test_picture_load (&f->pixels, path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->cache);
  vitrail_memory_budget_free (f->budget);
  test_picture_clear (&f->pixels);
  test_assert_ends (f->slide);
}

static guint8 *
draw (Fixture *f, const VitrailSlideView *view, gboolean *incomplete)
{
  g_autoptr (GError) error = NULL;
  guint8 *rgb = g_malloc ((gsize) view->width * view->height * 3);

  vitrail_slide_view_render (f->slide, &f->plan, f->cache, view, rgb,
                             (gsize) view->width * 3, incomplete, &error);
  g_assert_no_error (error);
  return rgb;
}

static const guint8 *
pixel_of (const Fixture *f, int x, int y)
{
  static const guint8 white[3] = { 255, 255, 255 };
  if (x < 0 || y < 0 || x >= (int) f->pixels.width ||
      y >= (int) f->pixels.height)
    return white;
  return f->pixels.rgb + ((gsize) y * f->pixels.width + (gsize) x) * 3;
}

static void
test_exact (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 200, .height = 300 };

  /* Partly beside the slide, to the left and above. */
  vitrail_slide_view_set_centre (&view, 60, 120, 1, 0);
  g_autofree guint8 *rgb = draw (f, &view, NULL);
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 200; x++)
      g_assert_cmpmem (rgb + ((gsize) y * 200 + x) * 3, 3,
                       pixel_of (f, x - 40, y - 30), 3);
}

/* Clockwise: what is up in the slide is right in the view. */
static void
test_turned (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 300, .height = 200 };

  vitrail_slide_view_set_centre (&view, 300, 200, 1, 90);
  g_autofree guint8 *rgb = draw (f, &view, NULL);
  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 300; x++)
      g_assert_cmpmem (rgb + ((gsize) y * 300 + x) * 3, 3,
                       pixel_of (f, 200 + y, 349 - x), 3);
}

static void
test_halved (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 300, .height = 200 };
  g_autofree guint8 *half = g_malloc ((gsize) 300 * 200 * 3);

  vitrail_slide_view_set_centre (&view, 300, 200, 2, 0);
  g_autofree guint8 *rgb = draw (f, &view, NULL);
  vitrail_halve_rgb (f->pixels.rgb, (gsize) 600 * 3, 600, 400, half,
                     (gsize) 300 * 3);
  g_assert_cmpmem (rgb, (gsize) 300 * 200 * 3, half, (gsize) 300 * 200 * 3);
}

/* Half a pixel aside: the mean of neighbours. */
static void
test_interpolated (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 100, .height = 100 };

  vitrail_slide_view_set_centre (&view, 300.5, 200, 1, 0);
  g_autofree guint8 *rgb = draw (f, &view, NULL);
  for (int y = 0; y < 100; y++)
    for (int x = 0; x < 100; x++)
      for (int c = 0; c < 3; c++) {
        int mean = pixel_of (f, x + 250, y + 150)[c] +
                   pixel_of (f, x + 251, y + 150)[c] + 1;
        g_assert_cmpint (rgb[((gsize) y * 100 + x) * 3 + c], ==, mean / 2);
      }
}

static void
test_nearest (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 100, .height = 100, .nearest = TRUE };

  vitrail_slide_view_set_centre (&view, 300, 200, 0.25, 0);
  g_autofree guint8 *rgb = draw (f, &view, NULL);
  for (int y = 0; y < 100; y++)
    for (int x = 0; x < 100; x++)
      g_assert_cmpmem (rgb + ((gsize) y * 100 + x) * 3, 3,
                       pixel_of (f, 287 + (x + 2) / 4, 187 + (y + 2) / 4), 3);
}

static void
test_beside (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 10, .height = 10 };

  vitrail_slide_view_set_centre (&view, 1e12, -5, 1, 45);
  g_autofree guint8 *far = draw (f, &view, NULL);
  view.affine[0] = NAN;
  g_autofree guint8 *nowhere = draw (f, &view, NULL);
  for (guint i = 0; i < 300; i++) {
    g_assert_cmpuint (far[i], ==, 255);
    g_assert_cmpuint (nowhere[i], ==, 255);
  }
}

static gboolean
always (gpointer data)
{
  return TRUE;
}

static void
test_stale (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 64, .height = 64, .is_stale = always };
  guint8 rgb[64 * 64 * 3];
  g_autoptr (GError) error = NULL;

  vitrail_slide_view_set_centre (&view, 300, 200, 1, 0);
  g_assert_false (vitrail_slide_view_render (
      f->slide, &f->plan, f->cache, &view, rgb, (gsize) 64 * 3, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_squeezed (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = 10, .height = 10 };
  guint8 rgb[300];
  g_autoptr (GError) error = NULL;

  /* Squeezed: one pixel high, and all of the slide wide. */
  vitrail_slide_view_set_centre (&view, 300, 200, 1, 0);
  view.affine[0] = 1e6;
  view.affine[4] = 1e-6;
  g_assert_true (vitrail_slide_view_render (f->slide, &f->plan, f->cache, &view,
                                            rgb, 30, NULL, &error));
  g_assert_no_error (error);
}

#define ADD(name, test) \
  g_test_add ("/slideview/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("exact", test_exact);
  ADD ("turned", test_turned);
  ADD ("halved", test_halved);
  ADD ("interpolated", test_interpolated);
  ADD ("nearest", test_nearest);
  ADD ("beside", test_beside);
  ADD ("stale", test_stale);
  ADD ("squeezed", test_squeezed);
  return g_test_run ();
}
