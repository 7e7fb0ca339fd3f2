/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A new field of view of 1920 x 1080 pixels, of which no tile is held: how long
 * until something coarse is there, and until all of it is, beside OpenSlide's
 * read_region of the same rectangle where a level has the same scale. Both in
 * turns, each place once.
 *
 *   bench_fieldofview NAME SLIDE DOWNSAMPLE... */

#include "slide/slideview.h"

#include <math.h>
#include <openslide.h>
#include <stdlib.h>

#define WIDTH   1920
#define HEIGHT  1080
#define N_VIEWS 15
/* As wsitiler. */
#define PREVIEW_US 6000

typedef struct {
  const char *name;
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  openslide_t *peer; /* or NULL */
  GRand *random;
  guint8 *rgb;
  guint32 *argb;
} Bench;

/* Milliseconds of each view. */
typedef struct {
  double coarse[N_VIEWS];
  double whole[N_VIEWS];
  double peer[N_VIEWS];
} Times;

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
get_median (double *times)
{
  qsort (times, N_VIEWS, sizeof *times, compare);
  return times[N_VIEWS / 2];
}

/* Middle of a view that lies on the slide. */
static void
choose_place (const Bench *self, double downsample, double centre[2])
{
  const double half[2] = { WIDTH / 2.0 * downsample,
                           HEIGHT / 2.0 * downsample };
  VitrailSlideLevel finest;

  vitrail_slide_get_level (self->slide, 0, &finest);
  const double sides[2] = { (double) finest.width, (double) finest.height };
  for (guint axis = 0; axis < 2; axis++)
    centre[axis] = sides[axis] > 2 * half[axis]
                       ? rint (g_rand_double_range (self->random, half[axis],
                                                    sides[axis] - half[axis]))
                       : rint (sides[axis] / 2);
}

static void
draw (const Bench *self,
      double downsample,
      const double centre[2],
      double times[2])
{
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (1024u << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  VitrailSlideView view = { .width = WIDTH, .height = HEIGHT, .preview = TRUE };
  const gint64 start = g_get_monotonic_time ();

  view.preview_us = PREVIEW_US;
  vitrail_slide_view_set_centre (&view, centre[0], centre[1], downsample, 0);
  vitrail_slide_view_render (self->slide, &self->plan, cache, &view, self->rgb,
                             (gsize) WIDTH * 3, NULL, NULL);
  times[0] = (double) (g_get_monotonic_time () - start) / 1e3;
  view.preview = FALSE;
  vitrail_slide_view_render (self->slide, &self->plan, cache, &view, self->rgb,
                             (gsize) WIDTH * 3, NULL, NULL);
  times[1] = (double) (g_get_monotonic_time () - start) / 1e3;
}

static double
draw_peer (const Bench *self,
           int level,
           double downsample,
           const double centre[2])
{
  const gint64 start = g_get_monotonic_time ();

  openslide_read_region (self->peer, self->argb,
                         (int64_t) (centre[0] - WIDTH / 2.0 * downsample),
                         (int64_t) (centre[1] - HEIGHT / 2.0 * downsample),
                         level, WIDTH, HEIGHT);
  return (double) (g_get_monotonic_time () - start) / 1e3;
}

/* A level of that scale, or -1. */
static int
find_peer_level (const Bench *self, double downsample)
{
  for (int i = 0;
       self->peer != NULL && i < openslide_get_level_count (self->peer); i++)
    if (fabs (openslide_get_level_downsample (self->peer, i) / downsample - 1) <
        0.01)
      return i;
  return -1;
}

static void
print (const Bench *self,
       double downsample,
       const char *what,
       const double figures[3]) /* ours, the peer's or 0, bound */
{
  g_autofree char *name =
      g_strdup_printf ("view %s 1:%g, %s", self->name, downsample, what);
  g_autofree char *peer =
      figures[1] > 0 ? g_strdup_printf ("%.1f ms", figures[1]) : NULL;
  g_autofree char *ratio =
      figures[1] > 0 ? g_strdup_printf ("%.2f", figures[1] / figures[0]) : NULL;

  g_print ("%-32s %9.1f ms %12s %8s  <= %g ms\n", name, figures[0],
           peer != NULL ? peer : "-", ratio != NULL ? ratio : "-", figures[2]);
}

static void
measure (const Bench *self, double downsample)
{
  const int level = find_peer_level (self, downsample);
  Times times = { 0 };

  for (guint i = 0; i < N_VIEWS; i++) {
    double centre[2];
    double ours[2];
    choose_place (self, downsample, centre);
    draw (self, downsample, centre, ours);
    times.coarse[i] = ours[0];
    times.whole[i] = ours[1];
    times.peer[i] =
        level >= 0 ? draw_peer (self, level, downsample, centre) : 0;
  }
  print (self, downsample, "first coarse",
         (const double[]){ get_median (times.coarse), 0, 16 });
  print (self, downsample, "complete",
         (const double[]){ get_median (times.whole), get_median (times.peer),
                           60 });
}

int
main (int argc, char **argv)
{
  const char *paths[] = { argc > 2 ? argv[2] : NULL, NULL };
  g_autoptr (GError) error = NULL;
  Bench self = { 0 };

  if (argc < 4)
    return 2;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  if (slide == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree guint8 *rgb = g_malloc ((gsize) WIDTH * HEIGHT * 3);
  g_autofree guint32 *argb = g_malloc ((gsize) WIDTH * HEIGHT * 4);
  self.name = argv[1];
  self.slide = slide;
  self.random = random;
  self.rgb = rgb;
  self.argb = argb;
  self.peer = openslide_open (argv[2]);
  vitrail_deepzoom_init (&self.plan, slide);
  for (int i = 3; i < argc; i++)
    measure (&self, g_ascii_strtod (argv[i], NULL));
  g_clear_pointer (&self.peer, openslide_close);
  return 0;
}
