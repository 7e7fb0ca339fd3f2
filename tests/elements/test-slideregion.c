/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Regions of slides: pixel by pixel where they lie on the grid, background
 * beside the slide. */

#include "slide/slideregion.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

typedef struct {
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
  TestPicture pixels;
} Fixture;

/* 600 x 400, one level, nothing lost. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "flat.tif", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 128 "
                         "--tile-height 128",
                         test_slide_source (600, 400), path));
  f->slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  vitrail_deepzoom_init (&f->plan, f->slide);
  f->budget = vitrail_memory_budget_new (16u << 20);
  f->cache = vitrail_tile_cache_new (f->budget);
  test_picture_load (&f->pixels, path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->cache);
  vitrail_memory_budget_free (f->budget);
  test_picture_clear (&f->pixels);
  g_assert_finalize_object (f->slide);
}

static guint8 *
draw (Fixture *f, const VitrailSlideRegion *region)
{
  g_autoptr (GError) error = NULL;
  guint8 *rgb = g_malloc ((gsize) region->width * region->height * 3);

  vitrail_slide_render_region (f->slide, &f->plan, f->cache, region, rgb,
                               (gsize) region->width * 3, &error);
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
  static const int corners[][2] = { { 37, 90 }, { -20, -30 }, { 500, 300 } };

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    const VitrailSlideRegion region = {
      .rect = { corners[i][0], corners[i][1], 200, 150 },
      .width = 200,
      .height = 150,
    };
    g_autofree guint8 *rgb = draw (f, &region);
    for (int y = 0; y < 150; y++)
      for (int x = 0; x < 200; x++)
        g_assert_cmpmem (rgb + ((gsize) y * 200 + x) * 3, 3,
                         pixel_of (f, x + corners[i][0], y + corners[i][1]), 3);
  }
}

static gboolean
is_stale_cb (gpointer data)
{
  return TRUE;
}

static void
test_stale (Fixture *f, gconstpointer data)
{
  const VitrailSlideRegion region = {
    .rect = { 0, 0, 600, 400 },
    .width = 300,
    .height = 200,
    .is_stale = is_stale_cb,
  };
  g_autofree guint8 *rgb = g_malloc (300 * 200 * 3);
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_slide_render_region (f->slide, &f->plan, f->cache,
                                               &region, rgb, 900, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/slideregion/exact", test_exact);
  add ("/slideregion/stale", test_stale);
  return g_test_run ();
}
