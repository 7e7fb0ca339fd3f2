/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of level 0 to RGB, one thread: by decode_tile (), and as regions on
 * the grid, beside OpenSlide's read_region of the same rectangles. All in
 * turns; each round reads each tile once, in an order of its own, and OpenSlide
 * gets a new handle, for its cache would hold a small slide.
 *
 *   bench_tile NAME SLIDE BOUND */

#include "rounds.h"
#include "slide/slide.h"

#include <openslide.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N_ROUNDS 7
/* Of a large slide not all tiles are read. */
#define N_TILES 240u

typedef struct {
  VitrailSlide *slide;
  VitrailSlideLevel level;
  const char *path;
  openslide_t *peer;
  guint n;      /* tiles of a round */
  guint *order; /* numbers of tiles */
  guint8 *rgb;
  guint32 *argb;
} Bench;

/* Of the processor: others may be busy. */
static double
get_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static void
check (gboolean ok, GError *error)
{
  if (ok)
    return;
  g_printerr ("%s\n", error->message);
  exit (1);
}

static void
read_tile (Bench *self, guint column, guint row)
{
  g_autoptr (GError) error = NULL;
  gboolean ok =
      vitrail_slide_decode_tile (self->slide, 0, column, row, self->rgb,
                                 (size_t) self->level.tile_width * 3, NULL,
                                 &error);

  check (ok, error);
}

static void
read_region (Bench *self, guint column, guint row)
{
  const VitrailSlideLevel *level = &self->level;
  const gint64 rect[4] = { (gint64) column * level->tile_width,
                           (gint64) row * level->tile_height, level->tile_width,
                           level->tile_height };
  g_autoptr (GError) error = NULL;
  gboolean ok =
      vitrail_slide_read_region (self->slide, 0, rect, self->rgb,
                                 (size_t) level->tile_width * 3, NULL, &error);

  check (ok, error);
}

static void
read_peer (Bench *self, guint column, guint row)
{
  const VitrailSlideLevel *level = &self->level;

  openslide_read_region (self->peer, self->argb,
                         (gint64) column * level->tile_width,
                         (gint64) row * level->tile_height, 0,
                         level->tile_width, level->tile_height);
}

typedef void (*Read) (Bench *self, guint column, guint row);

/* Tiles a second. */
static double
run (Bench *self, Read read)
{
  if (read == read_peer)
    self->peer = openslide_open (self->path);
  const double start = get_seconds ();
  for (guint i = 0; i < self->n; i++)
    read (self, self->order[i] % self->level.columns,
          self->order[i] / self->level.columns);
  const double seconds = get_seconds () - start;
  g_clear_pointer (&self->peer, openslide_close);
  return self->n / seconds;
}

static void
shuffle (Bench *self, GRand *random, guint n_all)
{
  for (guint i = 0; i < self->n; i++) {
    guint other = (guint) g_rand_int_range (random, (gint32) i, (gint32) n_all);
    guint number = self->order[i];
    self->order[i] = self->order[other];
    self->order[other] = number;
  }
}

static void
print (char **argv, const char *what, double ours, double peer)
{
  g_autofree char *title = g_strdup_printf ("tile %s, %s", argv[1], what);

  g_print ("%-32s %10.0f/s %10.0f/s %8.2f  %s\n", title, ours, peer,
           ours / peer, argv[3]);
}

int
main (int argc, char **argv)
{
  const char *paths[] = { argc > 2 ? argv[2] : NULL, NULL };
  g_autoptr (GError) error = NULL;
  const guint n_rounds = bench_get_rounds (N_ROUNDS);
  double speeds[3][N_ROUNDS];
  static const Read reads[] = { read_tile, read_region, read_peer };

  if (argc != 4)
    return 2;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  check (slide != NULL, error);
  Bench self = { .slide = slide, .path = argv[2] };
  vitrail_slide_get_level (slide, 0, &self.level);
  const guint n_all = self.level.columns * self.level.rows;
  const size_t n_pixels =
      (size_t) self.level.tile_width * self.level.tile_height;
  self.n = MIN (n_all, N_TILES);
  self.order = g_new (guint, n_all);
  self.rgb = g_malloc (n_pixels * 3);
  self.argb = g_new (guint32, n_pixels);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  for (guint i = 0; i < n_all; i++)
    self.order[i] = i;
  for (guint round = 0; round < n_rounds; round++) {
    shuffle (&self, random, n_all);
    for (guint i = 0; i < G_N_ELEMENTS (reads); i++)
      speeds[i][round] = run (&self, reads[i]);
  }
  const double peer = bench_median (speeds[2], n_rounds);
  print (argv, "decoded", bench_median (speeds[0], n_rounds), peer);
  print (argv, "region", bench_median (speeds[1], n_rounds), peer);
  g_free (self.order);
  g_free (self.rgb);
  g_free (self.argb);
  return 0;
}
