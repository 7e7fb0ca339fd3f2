/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The cache of decoded tiles: its budget, its order, and threads. */

#include "slide/tilecache.h"
#include "slidedata.h"

#include <string.h>

static void
put (VitrailTileCache *cache, guint column)
{
  VitrailTileKey key = { 1, 0, column, 0 };
  g_autoptr (VitrailTile) tile = vitrail_tile_new (64, 64);
  memset (tile->rgb, (int) column, (gsize) 64 * 64 * 3);
  vitrail_tile_cache_insert (cache, &key, tile);
}

static gboolean
holds (VitrailTileCache *cache, guint column)
{
  VitrailTileKey key = { 1, 0, column, 0 };
  g_autoptr (VitrailTile) tile = vitrail_tile_cache_peek (cache, &key);

  if (tile != NULL)
    g_assert_cmpuint (tile->rgb[100], ==, column);
  return tile != NULL;
}

/* Three tiles of 12 KiB fit; the one not used for longest goes. */
static void
test_budget (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (40000);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);

  for (guint i = 0; i < 3; i++)
    put (cache, i);
  g_assert_true (holds (cache, 0));
  put (cache, 3);
  g_assert_false (holds (cache, 1));
  g_assert_true (holds (cache, 0));
  g_assert_true (holds (cache, 2));
  g_assert_true (holds (cache, 3));
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), <=, 40000);
  vitrail_memory_budget_set_limit (budget, 15000);
  g_assert_true (holds (cache, 3));
  g_assert_false (holds (cache, 2));
  vitrail_memory_budget_set_limit (budget, 0);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), ==, 0);
  put (cache, 4);
  g_assert_false (holds (cache, 4));
}

/* What is in use outlives its place in the cache. */
static void
test_reference (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (40000);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  VitrailTileKey key = { 1, 0, 7, 0 };

  put (cache, 7);
  g_autoptr (VitrailTile) tile = vitrail_tile_cache_peek (cache, &key);
  vitrail_memory_budget_set_limit (budget, 0);
  g_assert_cmpuint (tile->rgb[0], ==, 7);
}

static void
test_decode (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autoptr (VitrailSlide) again = vitrail_slide_open (paths, NULL);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  g_autofree guint8 *rgb = g_malloc ((gsize) 256 * 256 * 3);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_tile_cache_get_slide_number (slide), !=,
                    vitrail_tile_cache_get_slide_number (again));
  g_autoptr (VitrailTile) tile =
      vitrail_tile_cache_get (cache, slide, 0, 1, 1, &error);
  g_assert_no_error (error);
  vitrail_slide_decode_tile (slide, 0, 1, 1, rgb, 768, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (tile->rgb, (gsize) 256 * 256 * 3, rgb,
                   (gsize) 256 * 256 * 3);
  g_autoptr (VitrailTile) held =
      vitrail_tile_cache_get (cache, slide, 0, 1, 1, &error);
  g_assert_true (held == tile);
  g_assert_null (vitrail_tile_cache_get (cache, slide, 0, 9, 0, &error));
  g_assert_nonnull (error);
}

static gpointer
hammer (gpointer data)
{
  VitrailTileCache *cache = data;
  for (guint i = 0; i < 2000; i++) {
    put (cache, i * 7 % 13);
    holds (cache, i * 5 % 13);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (70000);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hammer", hammer, cache);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (vitrail_memory_budget_get_bytes (budget), <=, 70000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tilecache/budget", test_budget);
  g_test_add_func ("/tilecache/reference", test_reference);
  g_test_add_func ("/tilecache/decode", test_decode);
  g_test_add_func ("/tilecache/threads", test_threads);
  return g_test_run ();
}
