/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The picture beside a slide of one large level: it stands in until tiles are
 * there. In the slides here it shows something else, so that one can tell. */

#include "slide/slideview.h"
#include "slide/standin.h"
#include "slide/tissue.h"
#include "testdata.h"

#include <string.h>

#define SIDE 2304u

/* White, in 1,296 tiles; its thumbnail of @width x @height has a dark square in
 * the middle of each quarter. */
static VitrailSlide *
open_slide (guint width, guint height)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path =
      g_strdup_printf ("%s/one-%ux%u.svs", dir, width, height);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf (
      "import numpy as np\n"
      "from PIL import Image\n"
      "w, h = %u, %u\n"
      "t = np.full((h, w, 3), 255, 'u1')\n"
      "for y in (h // 4, h * 3 // 4):\n"
      "    for x in (w // 4, w * 3 // 4):\n"
      "        t[y - h // 12:y + h // 12, x - w // 12:x + w // 12] = "
      "(120, 40, 90)\n"
      "Image.fromarray(t).save('{dir}/thumb.tif')\n"
      "Image.fromarray(np.full((%u, %u, 3), 255, 'u1'))"
      ".save('{dir}/white.png')\n",
      width, height, SIDE, SIDE);

  g_free (test_data_python (program));
  g_free (test_data_run (
      "cd '%s' && vips tiffsave white.png '%s' --tile --tile-width 64 "
      "--tile-height 64 --compression jpeg --Q 90 && "
      "tiffset -s 270 'Aperio Image Library v11|AppMag = 20' '%s' && "
      "tiffcp -a thumb.tif '%s'",
      dir, path, path, path));
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 1);
  g_assert_true (vitrail_slide_is_large (slide, 1295));
  g_assert_false (vitrail_slide_is_large (slide, 1296));
  return slide;
}

typedef struct {
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->budget = vitrail_memory_budget_new (64 << 20);
  f->cache = vitrail_tile_cache_new (f->budget);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->cache);
  vitrail_memory_budget_free (f->budget);
}

static void
test_picture (Fixture *f, gconstpointer data)
{
  static const guint8 dark[3] = { 120, 40, 90 };
  g_autoptr (VitrailSlide) slide = open_slide (576, 576);
  g_autoptr (VitrailTile) tile = vitrail_slide_ref_stand_in (slide, f->cache);
  g_autoptr (VitrailTile) again = vitrail_slide_ref_stand_in (slide, f->cache);

  g_assert_nonnull (tile);
  g_assert_true (tile == again);
  g_assert_cmpuint (tile->width, ==, 576);
  g_assert_cmpuint (tile->height, ==, 576);
  g_assert_cmpmem (tile->rgb + ((gsize) 144 * 576 + 144) * 3, 3, dark, 3);
}

/* What shows something else than the slide, or next to nothing, is not it. */
static void
test_other_shape (Fixture *f, gconstpointer data)
{
  g_autoptr (VitrailSlide) wide = open_slide (576, 400);
  g_autoptr (VitrailSlide) tiny = open_slide (96, 96);

  g_assert_null (vitrail_slide_ref_stand_in (wide, f->cache));
  g_assert_null (vitrail_slide_ref_stand_in (tiny, f->cache));
}

/* Until tiles are there it is what one sees, in its place; then it is not. */
static void
test_preview (Fixture *f, gconstpointer data)
{
  g_autoptr (VitrailSlide) slide = open_slide (576, 576);
  VitrailSlideView view = { .width = 200, .height = 200, .preview = TRUE };
  g_autofree guint8 *rgb = g_malloc ((gsize) 200 * 200 * 3);
  VitrailDeepZoom plan;
  gboolean incomplete = FALSE;
  g_autoptr (GError) error = NULL;

  vitrail_deepzoom_init (&plan, slide);
  /* The upper left quarter. */
  vitrail_slide_view_set_centre (&view, SIDE / 4.0, SIDE / 4.0,
                                 SIDE / 2.0 / 200, 0);
  vitrail_slide_view_render (slide, &plan, f->cache, &view, rgb, 600,
                             &incomplete, &error);
  g_assert_no_error (error);
  g_assert_true (incomplete);
  for (guint y = 0; y < 200; y++)
    for (guint x = 0; x < 200; x++) {
      const guint8 green = rgb[((gsize) y * 200 + x) * 3 + 1];
      if (MAX (ABS ((int) x - 100), ABS ((int) y - 100)) < 32)
        g_assert_cmpuint (green, ==, 40);
      else if (MAX (ABS ((int) x - 100), ABS ((int) y - 100)) > 35)
        g_assert_cmpuint (green, ==, 255);
    }
  view.preview = FALSE;
  vitrail_slide_view_render (slide, &plan, f->cache, &view, rgb, 600,
                             &incomplete, &error);
  g_assert_no_error (error);
  g_assert_false (incomplete);
  g_assert_cmpuint (rgb[((gsize) 100 * 200 + 100) * 3 + 1], >, 250);
}

/* Tissue is looked for where that takes no decoding of the whole slide. */
static void
test_tissue (Fixture *f, gconstpointer data)
{
  g_autoptr (VitrailSlide) slide = open_slide (576, 576);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTissue) tissue =
      vitrail_tissue_find (slide, f->cache, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_tissue_get_n_regions (tissue), ==, 4);
  for (guint i = 0; i < 4; i++) {
    VitrailTissueRegion region;
    vitrail_tissue_get_region (tissue, i, &region);
    g_assert_cmpfloat_with_epsilon (region.rect[0] + region.rect[2] / 2,
                                    SIDE * (i % 2 == 0 ? 0.25 : 0.75), 20);
    g_assert_cmpfloat_with_epsilon (region.rect[1] + region.rect[3] / 2,
                                    SIDE * (i < 2 ? 0.25 : 0.75), 20);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/standin/picture", Fixture, NULL, set_up, test_picture,
              tear_down);
  g_test_add ("/standin/other-shape", Fixture, NULL, set_up, test_other_shape,
              tear_down);
  g_test_add ("/standin/preview", Fixture, NULL, set_up, test_preview,
              tear_down);
  g_test_add ("/standin/tissue", Fixture, NULL, set_up, test_tissue, tear_down);
  return g_test_run ();
}
