/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Previews: what is held, coarser or finer where it must be, and a coarser
 * level within a deadline. */

#include "lastreference.h"
#include "slide/slidepreview.h"
#include "slide/slideview.h"
#include "slidedata.h"
#include "testdata.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 300, HEIGHT = 200, BYTES = WIDTH * HEIGHT * 3 };

typedef struct {
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
} Fixture;

/* 2048 x 1024, 1024 x 512, 512 x 256 and 256 x 128, nothing lost. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "source.tif", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 256 "
                           "--tile-height 256 --pyramid",
                           test_slide_source (2048, 1024), path));
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

static guint8 *
draw (Fixture *f, const VitrailSlideView *view, gboolean *incomplete)
{
  g_autoptr (GError) error = NULL;
  guint8 *rgb = g_malloc (BYTES);

  memset (rgb, 77, BYTES);
  vitrail_slide_view_render (f->slide, &f->plan, f->cache, view, rgb,
                             (gsize) WIDTH * 3, incomplete, &error);
  g_assert_no_error (error);
  return rgb;
}

static VitrailSlideView
get_view (double downsample, double rotation)
{
  VitrailSlideView view = { .width = WIDTH, .height = HEIGHT };

  vitrail_slide_view_set_centre (&view, 1000, 500, downsample, rotation);
  return view;
}

static double
get_difference (const guint8 *a, const guint8 *b)
{
  double sum = 0;

  for (gsize i = 0; i < BYTES; i++)
    sum += abs (a[i] - b[i]);
  return sum / BYTES;
}

/* What is held entirely is the full picture. */
static void
test_held (Fixture *f, gconstpointer data)
{
  static const double rotations[] = { 0, 90, 33 };

  for (guint i = 0; i < G_N_ELEMENTS (rotations); i++) {
    VitrailSlideView view = get_view (1, rotations[i]);
    gboolean incomplete = TRUE;
    g_autofree guint8 *full = draw (f, &view, NULL);
    view.preview = TRUE;
    g_autofree guint8 *held = draw (f, &view, &incomplete);
    g_assert_false (incomplete);
    g_assert_cmpmem (full, BYTES, held, BYTES);
  }
}

/* Nothing is held: background; with time to decode: a rough picture. */
static void
test_deadline (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = get_view (1, 0);
  gboolean incomplete = FALSE;

  view.preview = TRUE;
  g_autofree guint8 *nothing = draw (f, &view, &incomplete);
  g_assert_true (incomplete);
  for (guint i = 0; i < BYTES; i++)
    g_assert_cmpuint (nothing[i], ==, 255);
  view.preview_us = (gint64) 10 * G_USEC_PER_SEC;
  incomplete = FALSE;
  g_autofree guint8 *rough = draw (f, &view, &incomplete);
  g_assert_true (incomplete);
  view.preview = FALSE;
  g_autofree guint8 *full = draw (f, &view, NULL);
  const double difference = get_difference (rough, full);
  g_test_message ("%.2f levels", difference);
  g_assert_cmpfloat (difference, >, 0);
  g_assert_cmpfloat (difference, <, get_difference (nothing, full) / 3);
}

/* Zooming in or out: what was seen before stands in. */
static void
test_zoomed (Fixture *f, gconstpointer data)
{
  static const double before[] = { 4, 2, 0.5, 0.25 };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (f->budget);
    VitrailTileCache *kept = f->cache;
    VitrailSlideView view = get_view (before[i] < 1 ? 2 : 1, 0);
    VitrailSlideView seen = get_view (before[i] < 1 ? 1 : before[i], 0);
    gboolean incomplete = FALSE;
    g_autofree guint8 *full = draw (f, &view, NULL);
    f->cache = cache;
    g_free (draw (f, &seen, NULL));
    view.preview = TRUE;
    g_autofree guint8 *rough = draw (f, &view, &incomplete);
    f->cache = kept;
    g_assert_true (incomplete);
    const double difference = get_difference (rough, full);
    g_test_message ("%g: %.2f levels", before[i], difference);
    g_assert_cmpfloat (difference, >, 0);
    g_assert_cmpfloat (difference, <, before[i] < 1 ? 60 : 20);
  }
}

/* Beside the slide is black where that was asked for. */
static void
test_black (Fixture *f, gconstpointer data)
{
  VitrailSlideView view = { .width = WIDTH, .height = HEIGHT };
  gboolean incomplete = FALSE;

  view.preview = TRUE;
  view.on_black = TRUE;
  vitrail_slide_view_set_centre (&view, 0, 0, 1, 0);
  g_autofree guint8 *rgb = draw (f, &view, &incomplete);
  for (guint i = 0; i < BYTES; i++) {
    const gboolean is_on_slide =
        i / (WIDTH * 3) >= HEIGHT / 2 && i % (WIDTH * 3) >= WIDTH / 2 * 3;
    g_assert_cmpuint (rgb[i], ==, is_on_slide ? 255 : 0);
  }
}

#define ADD(name, test) \
  g_test_add ("/slidepreview/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("held", test_held);
  ADD ("deadline", test_deadline);
  ADD ("zoomed", test_zoomed);
  ADD ("black", test_black);
  return g_test_run ();
}
