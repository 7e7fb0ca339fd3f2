/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DeepZoom tiles of a slide's level 0 a second, without a network: as stored,
 * and decoded and encoded anew. Two threads, random tiles.
 *
 *   bench_deepzoom NAME SLIDE */

#include "slide/deepzoom.h"

#include "slide/jpegio.h"

#include <stdio.h>

#define N_THREADS   2
#define RUN_SECONDS 2

typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  VitrailTileCache *cache; /* that holds nothing; NULL: as stored */
  gint64 end_us;
} Work;

static GBytes *
make_tile (const Work *work, guint level, guint column, guint row)
{
  if (work->cache == NULL)
    return vitrail_deepzoom_ref_tile (work->slide, work->plan, level, column,
                                      row, NULL, NULL);
  g_autoptr (VitrailTile) tile =
      vitrail_deepzoom_render_tile (work->slide, work->plan, work->cache, level,
                                    column, row, NULL);
  return tile != NULL
             ? vitrail_jpeg_encode (tile->rgb, tile->width, tile->height,
                                    work->plan->quality, NULL)
             : NULL;
}

static gpointer
run (gpointer data)
{
  const Work *work = data;
  guint level = work->plan->n_levels - 1;
  const VitrailDeepZoomLevel *at = &work->plan->levels[level];
  g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint n_tiles = 0;

  while (g_get_monotonic_time () < work->end_us) {
    g_autoptr (GBytes) tile =
        make_tile (work, level,
                   (guint) g_rand_int_range (random, 0, (gint32) at->columns),
                   (guint) g_rand_int_range (random, 0, (gint32) at->rows));
    n_tiles += tile != NULL;
  }
  return GUINT_TO_POINTER (n_tiles);
}

static void
measure (const char *name,
         VitrailSlide *slide,
         const VitrailDeepZoom *plan,
         VitrailTileCache *cache)
{
  GThread *threads[N_THREADS];
  guint n_tiles = 0;
  Work work = { slide, plan, cache,
                g_get_monotonic_time () +
                    (gint64) RUN_SECONDS * G_USEC_PER_SEC };

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("tiles", run, &work);
  for (guint i = 0; i < N_THREADS; i++)
    n_tiles += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_print ("deepzoom %s, %-14s %8u /s %12s %8s  -\n", name,
           cache == NULL ? "as stored" : "encoded anew", n_tiles / RUN_SECONDS,
           "-", "-");
}

int
main (int argc, char **argv)
{
  const char *paths[] = { argc > 2 ? argv[2] : NULL, NULL };
  g_autoptr (GError) error = NULL;
  VitrailDeepZoom plan;

  if (argc != 3)
    return 2;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  if (slide == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (0);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  vitrail_deepzoom_init (&plan, slide);
  if (plan.levels[plan.n_levels - 1].can_pass)
    measure (argv[1], slide, &plan, NULL);
  measure (argv[1], slide, &plan, cache);
  return 0;
}
