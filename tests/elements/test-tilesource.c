/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which level a picture is drawn from, and where its pixels lie. */

#include "lastreference.h"
#include "slide/tilesource.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

typedef struct {
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
} Fixture;

/** Made: a slide; nothing is lost in it. */
typedef struct {
  guint width;
  guint height;
  const char *options; /* of vips: --pyramid halves until it fits into a tile */
} Made;

static const Made pyramid = { 2050, 1030, "--pyramid" };
static const Made rounded = { 1011, 867, "--pyramid" };
static const Made flat = { 2050, 1030, "" };

static void
set_up (Fixture *f, gconstpointer data)
{
  const Made *made = data;
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "source.tif", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                         "--tile-height 256 %s",
                         test_slide_source (made->width, made->height), path,
                         made->options));
  f->slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  vitrail_deepzoom_init (&f->plan, f->slide);
  f->budget = vitrail_memory_budget_new (64u << 20);
  f->cache = vitrail_tile_cache_new (f->budget);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->cache);
  vitrail_memory_budget_free (f->budget);
  test_assert_ends (f->slide);
}

static void
assert_source (const Fixture *f, double downsample, const guint expected[4])
{
  VitrailTileSource source;

  vitrail_tile_source_init (&source, f->slide, &f->plan, f->cache, downsample);
  g_assert_cmpuint (source.is_computed, ==, expected[0]);
  if (!source.is_computed) {
    g_assert_cmpuint (source.level, ==, expected[1]);
    g_assert_cmpuint (source.reduce, ==, expected[2]);
  }
  g_assert_cmpfloat (source.scale[0], ==, expected[3]);
  g_assert_cmpfloat (source.scale[1], ==, expected[3]);
}

static void
test_pyramid (Fixture *f, gconstpointer data)
{
  assert_source (f, 0.1, (guint[]){ 0, 0, 0, 1 });
  assert_source (f, 1.99, (guint[]){ 0, 0, 0, 1 });
  assert_source (f, 2, (guint[]){ 0, 1, 0, 2 });
  assert_source (f, 3.9, (guint[]){ 0, 1, 0, 2 });
  assert_source (f, 8.001, (guint[]){ 0, 3, 0, 8 });
  assert_source (f, 17, (guint[]){ 0, 3, 1, 16 });
  assert_source (f, 64, (guint[]){ 0, 3, 3, 64 });
  assert_source (f, 128, (guint[]){ 1, 0, 0, 128 });
  assert_source (f, 1e9, (guint[]){ 1, 0, 0, 4096 });
}

/* Sides rounded down make the downsample more than 4: 1011 / 252. */
static void
test_rounded (Fixture *f, gconstpointer data)
{
  assert_source (f, 2, (guint[]){ 0, 1, 0, 2 });
  assert_source (f, 4, (guint[]){ 0, 2, 0, 4 });
  assert_source (f, 8, (guint[]){ 0, 2, 1, 8 });
}

static void
test_flat (Fixture *f, gconstpointer data)
{
  assert_source (f, 1, (guint[]){ 0, 0, 0, 1 });
  assert_source (f, 2, (guint[]){ 0, 0, 1, 2 });
  assert_source (f, 15, (guint[]){ 0, 0, 3, 8 });
  assert_source (f, 16, (guint[]){ 1, 0, 0, 16 });
}

/* Tiles that are halved are the mean of four, once and for all. */
static void
test_tiles (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *whole = g_malloc ((gsize) 256 * 256 * 3);
  g_autofree guint8 *half = g_malloc ((gsize) 128 * 128 * 3);
  VitrailTileSource source;

  vitrail_tile_source_init (&source, f->slide, &f->plan, f->cache, 2);
  g_assert_cmpuint (source.tile_width, ==, 128);
  g_assert_cmpuint (source.width, ==, 1025);
  g_assert_cmpuint (source.height, ==, 515);
  g_assert_null (vitrail_tile_source_peek (&source, 1, 2));
  g_autoptr (VitrailTile) tile = vitrail_tile_source_get (&source, 1, 2, NULL);
  g_autoptr (VitrailTile) held = vitrail_tile_source_peek (&source, 1, 2);
  g_assert_true (tile == held);
  vitrail_slide_decode_tile (f->slide, 0, 1, 2, whole, 768, NULL, NULL);
  vitrail_halve_rgb (whole, 768, 256, 256, half, 384);
  g_assert_cmpmem (tile->rgb, 128 * 384, half, 128 * 384);
  /* Beyond the last column: a pixel of the level, and background. */
  g_autoptr (VitrailTile) last = vitrail_tile_source_get (&source, 8, 0, NULL);
  g_assert_cmpmem (last->rgb + 3, 3, "\xff\xff\xff", 3);
  g_assert_null (vitrail_tile_source_get (&source, 9, 0, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/tilesource/pyramid", Fixture, &pyramid, set_up, test_pyramid,
              tear_down);
  g_test_add ("/tilesource/rounded", Fixture, &rounded, set_up, test_rounded,
              tear_down);
  g_test_add ("/tilesource/flat", Fixture, &flat, set_up, test_flat, tear_down);
  g_test_add ("/tilesource/tiles", Fixture, &flat, set_up, test_tiles,
              tear_down);
  return g_test_run ();
}
