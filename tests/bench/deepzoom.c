/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DeepZoom tiles of a slide's level 0 a second, without a network: as stored,
 * and decoded and encoded anew. Two threads, random tiles.
 *
 *   bench_deepzoom NAME SLIDE */

#include "slide/deepzoom.h"

#include <stdio.h>

#define N_THREADS   2
#define RUN_SECONDS 2

typedef struct {
  VitrailSlide *slide;
  const VitrailDeepZoom *plan;
  gint64 end_us;
} Work;

static gpointer
run (gpointer data)
{
  const Work *work = data;
  guint level = work->plan->n_levels - 1;
  const VitrailDeepZoomLevel *at = &work->plan->levels[level];
  g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint n_tiles = 0;

  while (g_get_monotonic_time () < work->end_us) {
    g_autoptr (GBytes) tile = vitrail_deepzoom_ref_tile (
        work->slide, work->plan, level,
        (guint) g_rand_int_range (random, 0, (gint32) at->columns),
        (guint) g_rand_int_range (random, 0, (gint32) at->rows), NULL, NULL);
    n_tiles += tile != NULL;
  }
  return GUINT_TO_POINTER (n_tiles);
}

static void
measure (const char *name,
         const char *how,
         VitrailSlide *slide,
         const VitrailDeepZoom *plan)
{
  GThread *threads[N_THREADS];
  guint n_tiles = 0;
  Work work = { slide, plan,
                g_get_monotonic_time () + RUN_SECONDS * G_USEC_PER_SEC };

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("tiles", run, &work);
  for (guint i = 0; i < N_THREADS; i++)
    n_tiles += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_print ("deepzoom %s, %-14s %8u /s %12s %8s  -\n", name, how,
           n_tiles / RUN_SECONDS, "-", "-");
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
  /* Every tile is decoded: none is found in the cache. */
  vitrail_tile_cache_set_budget (vitrail_tile_cache_get_default (), 0);
  vitrail_deepzoom_init (&plan, slide);
  if (plan.levels[plan.n_levels - 1].can_pass)
    measure (argv[1], "as stored", slide, &plan);
  for (guint i = 0; i < plan.n_levels; i++)
    plan.levels[i].can_pass = FALSE;
  measure (argv[1], "encoded anew", slide, &plan);
  return 0;
}
