/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What wsitiler's numbers mean. */

#include "slide/tiler.h"
#include "slidedata.h"

/* 600 x 400, half a micrometre a pixel, scanned with a 20x objective. */
static VitrailSlide *
open_slide (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  VitrailSlide *slide = vitrail_slide_open (paths, NULL);
  g_assert_nonnull (slide);
  return slide;
}

typedef struct {
  VitrailTilerSettings settings;
  double affine[6];
} AffineCase;

/* All for a view of 100 x 50. */
static const AffineCase affine_cases[] = {
  /* Fit: 8 pixels on one, 400 of them being 50 high. */
  { { .x = -1, .y = -1 }, { 8, 0, -96.5, 0, 8, 3.5 } },
  { { .x = -1, .y = -1, .downsample = 2 }, { 2, 0, 200.5, 0, 2, 150.5 } },
  { { .x = 50, .y = 25, .downsample = 1 }, { 1, 0, 0, 0, 1, 0 } },
  { { .x = 50, .y = 25, .magnification = 20 }, { 1, 0, 0, 0, 1, 0 } },
  { { .x = -1, .y = -1, .magnification = 5 }, { 4, 0, 101.5, 0, 4, 101.5 } },
  { { .x = 50, .y = 25, .downsample = 1, .rotation = 180 },
    { -1, 0, 99, 0, -1, 49 } },
  { { .x = 50, .has_view = TRUE, .view = { 2, 0.5, 0.5, 0, TRUE, FALSE, 0 } },
    { -4, 0, 497.5, 0, 4, 101.5 } },
};

static void
test_affine (void)
{
  g_autoptr (VitrailSlide) slide = open_slide ();

  for (gsize i = 0; i < G_N_ELEMENTS (affine_cases); i++) {
    VitrailSlideView view = { .width = 100, .height = 50 };
    VitrailTilerSettings settings = affine_cases[i].settings;
    settings.x_mm = settings.y_mm = VITRAIL_TILER_UNSET;
    vitrail_tiler_set_affine (&settings, slide, &view);
    for (guint j = 0; j < 6; j++)
      g_assert_cmpfloat_with_epsilon (view.affine[j], affine_cases[i].affine[j],
                                      1e-9);
  }
}

static void
test_level_affine (void)
{
  g_autoptr (VitrailSlide) slide = open_slide ();
  const gint64 corner[2] = { 10, -4 };
  VitrailSlideLevel level;
  double affine[6];

  vitrail_slide_get_level (slide, 1, &level);
  vitrail_tiler_get_level_affine (slide, &level, corner, affine);
  g_assert_cmpfloat (affine[0], ==, 2);
  g_assert_cmpfloat (affine[2], ==, 20.5);
  g_assert_cmpfloat (affine[4], ==, 2);
  g_assert_cmpfloat (affine[5], ==, -7.5);
}

typedef struct {
  gint64 region[4];
  guint first[2];
  guint end[2];
} TilesCase;

static const TilesCase tiles_cases[] = {
  { { 0, 0, 0, 0 }, { 0, 0 }, { 3, 2 } },
  { { 0, 0, 1, 1 }, { 0, 0 }, { 1, 1 } },
  { { 255, 256, 1, 1 }, { 0, 1 }, { 1, 2 } },
  { { 255, 255, 2, 2 }, { 0, 0 }, { 2, 2 } },
  { { -50, -50, 51, 51 }, { 0, 0 }, { 1, 1 } },
  { { 500, 300, 5000, 5000 }, { 1, 1 }, { 3, 2 } },
};

static void
test_tiles (void)
{
  const VitrailSlideLevel level = { 600, 400, 256, 256, 3, 2, 1.0 };

  for (gsize i = 0; i < G_N_ELEMENTS (tiles_cases); i++) {
    const TilesCase *wanted = &tiles_cases[i];
    VitrailTilerSettings settings = { 0 };
    guint first[2];
    guint end[2];
    for (guint j = 0; j < 4; j++)
      settings.region[j] = wanted->region[j];
    vitrail_tiler_find_tiles (&settings, &level, first, end);
    g_assert_cmpmem (first, sizeof first, wanted->first, sizeof first);
    g_assert_cmpmem (end, sizeof end, wanted->end, sizeof end);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiler/affine", test_affine);
  g_test_add_func ("/tiler/level-affine", test_level_affine);
  g_test_add_func ("/tiler/tiles", test_tiles);
  return g_test_run ();
}
