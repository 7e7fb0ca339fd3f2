/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opens a slide and draws all of it, 1920 x 1080: how long until it is there.
 *
 *   bench_slideopen NAME SLIDE [cold]
 *
 * cold: what was kept of it on the disk is not used, and its files are out of
 * the page cache. */

#include "diskcache.h"
#include "slide/slideview.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WIDTH  1920
#define HEIGHT 1080

static void
drop_pages (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fsync (fd);
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  (void) close (fd);
}

static void
drop_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (folder, name, NULL);
    drop_pages (file);
  }
}

static gboolean
draw (VitrailSlide *slide, GError **error)
{
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new ((guint64) 256 << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  g_autofree uint8_t *rgb = g_malloc ((gsize) WIDTH * HEIGHT * 3);
  VitrailSlideView view = { .width = WIDTH, .height = HEIGHT };
  VitrailDeepZoom plan;
  VitrailSlideLevel level;

  vitrail_deepzoom_init (&plan, slide);
  vitrail_slide_get_level (slide, 0, &level);
  vitrail_slide_view_set_centre (
      &view, (double) level.width / 2, (double) level.height / 2,
      MAX ((double) level.width / WIDTH, (double) level.height / HEIGHT), 0);
  return vitrail_slide_view_render (slide, &plan, cache, &view, rgb,
                                    (size_t) WIDTH * 3, NULL, error);
}

int
main (int argc, char **argv)
{
  const char *paths[] = { argc > 2 ? argv[2] : NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (argc < 3)
    return 2;
  if (argc > 3 && strcmp (argv[3], "cold") == 0) {
    vitrail_disk_cache_set_limit (vitrail_disk_cache_get_default (), 0);
    drop_folder (argv[2]);
  }
  gint64 start = g_get_monotonic_time ();
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  gint64 opened = g_get_monotonic_time ();
  if (slide == NULL || !draw (slide, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  gint64 drawn = g_get_monotonic_time ();
  printf ("%s %.1f %.1f\n", argv[1], (double) (opened - start) / 1000,
          (double) (drawn - start) / 1000);
  return 0;
}
