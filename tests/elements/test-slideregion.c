/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Regions of slides: pixel by pixel where they lie on the grid, background
 * beside the slide; else what NumPy makes of the same pixels by the same filter
 * in double precision: levels as libvips reads them, tiles in part as djpeg
 * decodes them. */

#include "lastreference.h"
#include "slide/slideregion.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

typedef struct {
  VitrailSlide *slide;
  VitrailDeepZoom plan;
  VitrailMemoryBudget *budget;
  VitrailTileCache *cache;
  TestPicture pixels;
} Fixture;

/* 600 x 400, one level, nothing lost. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "flat.tif", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --tile-width 128 "
                         "--tile-height 128",
                         test_slide_source (600, 400), path));
  f->slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  vitrail_deepzoom_init (&f->plan, f->slide);
  f->budget = vitrail_memory_budget_new (16u << 20);
  f->cache = vitrail_tile_cache_new (f->budget);
  test_picture_load (&f->pixels, path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_tile_cache_free (f->cache);
  vitrail_memory_budget_free (f->budget);
  test_picture_clear (&f->pixels);
  test_assert_ends (f->slide);
}

static guint8 *
draw (Fixture *f, const VitrailSlideRegion *region)
{
  g_autoptr (GError) error = NULL;
  guint8 *rgb = g_malloc ((gsize) region->width * region->height * 3);

  vitrail_slide_render_region (f->slide, &f->plan, f->cache, region, rgb,
                               (gsize) region->width * 3, &error);
  g_assert_no_error (error);
  return rgb;
}

static const guint8 *
pixel_of (const Fixture *f, int x, int y)
{
  static const guint8 white[3] = { 255, 255, 255 };
  if (x < 0 || y < 0 || x >= (int) f->pixels.width ||
      y >= (int) f->pixels.height)
    return white;
  return f->pixels.rgb + ((gsize) y * f->pixels.width + (gsize) x) * 3;
}

static void
test_exact (Fixture *f, gconstpointer data)
{
  static const int corners[][2] = { { 37, 90 }, { -20, -30 }, { 500, 300 } };

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++) {
    const VitrailSlideRegion region = {
      .rect = { corners[i][0], corners[i][1], 200, 150 },
      .width = 200,
      .height = 150,
    };
    g_autofree guint8 *rgb = draw (f, &region);
    for (int y = 0; y < 150; y++)
      for (int x = 0; x < 200; x++)
        g_assert_cmpmem (rgb + ((gsize) y * 200 + x) * 3, 3,
                         pixel_of (f, x + corners[i][0], y + corners[i][1]), 3);
  }
}

/* --- against NumPy --- */

/* x, y, width, height, and the picture's size: all of one source's scale. */
typedef struct {
  double rect[4];
  guint size[2];
} Place;

static void
judge (VitrailSlide *slide,
       const Place *places,
       guint n_places,
       const char *source)
{
  const char *dir = test_data_get_scratch ();
  g_autoptr (VitrailMemoryBudget) budget =
      vitrail_memory_budget_new (64u << 20);
  g_autoptr (VitrailTileCache) cache = vitrail_tile_cache_new (budget);
  g_autoptr (GString) command = g_string_new (NULL);
  VitrailDeepZoom plan;

  vitrail_deepzoom_init (&plan, slide);
  g_string_append_printf (
      command,
      "/usr/bin/python3 \"$G_TEST_SRCDIR/elements/judge-region.py\" %s",
      source);
  for (guint i = 0; i < n_places; i++) {
    const Place *place = &places[i];
    const VitrailSlideRegion region = {
      .rect = { place->rect[0], place->rect[1], place->rect[2],
                place->rect[3] },
      .width = place->size[0],
      .height = place->size[1],
    };
    const gsize bytes = (gsize) region.width * region.height * 3;
    g_autofree guint8 *rgb = g_malloc (bytes);
    g_autofree char *name = g_strdup_printf ("%s/region-%u.raw", dir, i);
    g_autoptr (GError) error = NULL;
    vitrail_slide_render_region (slide, &plan, cache, &region, rgb,
                                 (gsize) region.width * 3, &error);
    g_assert_no_error (error);
    g_assert_true (
        g_file_set_contents (name, (char *) rgb, (gssize) bytes, NULL));
    g_string_append_printf (command, " %s:%.17g:%.17g:%.17g:%.17g:%u:%u", name,
                            place->rect[0], place->rect[1], place->rect[2],
                            place->rect[3], place->size[0], place->size[1]);
  }
  g_autofree char *answer = test_data_run ("%s", command->str);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (answer), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, n_places);
  for (guint i = 0; i < n_places; i++) {
    g_test_message ("%s dB", lines[i]);
    g_assert_cmpfloat (g_ascii_strtod (lines[i], NULL), >, 45);
  }
}

static void
test_filter (Fixture *f, gconstpointer data)
{
  static const Place places[] = {
    { { 10, 20, 300, 200 }, { 300, 200 } },
    { { 10.3, 20.7, 300, 200 }, { 300, 200 } },
    { { 0, 0, 600, 400 }, { 377, 299 } },
    { { 100.5, 33.25, 40, 30 }, { 320, 300 } },
    { { 0, 0, 20, 20 }, { 300, 40 } },
    { { 590, 390, 10, 10 }, { 77, 8 } },
    { { 0, 0, 600, 20 }, { 100, 20 } },
  };
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_build_filename (dir, "level.raw", NULL);
  g_autofree char *source = g_strdup_printf ("%s 600 400 1", path);

  g_assert_true (g_file_set_contents (path, (char *) f->pixels.rgb,
                                      (gssize) 600 * 400 * 3, NULL));
  judge (f->slide, places, G_N_ELEMENTS (places), source);
}

/* One level of JPEG: pictures of half and a quarter of the size, and between
 * them. */
static void
test_reduced (void)
{
  static const struct {
    guint denominator;
    Place places[3];
  } cases[] = {
    { 2,
      { { { 0, 0, 512, 512 }, { 256, 256 } },
        { { 101, 77, 512, 300 }, { 256, 150 } },
        { { 30.5, 400, 333, 200 }, { 111, 99 } } } },
    { 4,
      { { { 4, 8, 800, 600 }, { 200, 150 } },
        { { 101, 77, 888, 600 }, { 127, 90 } },
        { { 0, 0, 1024, 768 }, { 256, 192 } } } },
  };

  const char *dir = test_data_get_scratch ();
  g_autofree char *tif = g_build_filename (dir, "jpeg.tif", NULL);
  const char *paths[] = { tif, NULL };
  g_autoptr (GError) error = NULL;

  g_free (
      test_data_run ("vips tiffsave '%s' '%s' --tile --compression jpeg --Q 85 "
                     "--tile-width 256 --tile-height 256",
                     test_slide_source (1024, 768), tif));
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 12; i++) {
    VitrailTileCoding coding;
    g_autofree char *path = g_strdup_printf ("%s/part-%02u.jpg", dir, i);
    g_autoptr (GBytes) tile =
        vitrail_slide_get_tile (slide, 0, i % 4, i / 4, &coding, &error);
    g_assert_no_error (error);
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (tile, NULL),
                                        (gssize) g_bytes_get_size (tile),
                                        NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint scale = cases[i].denominator;
    g_autofree char *source =
        g_strdup_printf ("%s/parts.raw %u %u %u", dir, 1024 / scale,
                         768 / scale, scale);
    g_free (test_data_run (
        "cd '%s' && for i in part-??.jpg; do "
        "djpeg -scale 1/%u -dct int -outfile \"${i%%.jpg}.ppm\" \"$i\"; done; "
        "vips arrayjoin \"$(echo part-??.ppm)\" parts.v --across 4 && "
        "vips rawsave parts.v parts.raw",
        dir, scale));
    judge (slide, cases[i].places, 3, source);
  }
}

/* --- what cannot be had --- */

/* 512 x 256, two tiles, of which the first @n_bad hold nothing that decodes. */
static VitrailSlide *
open_bad (guint n_bad)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *path = g_strdup_printf ("%s/bad-%u.tif", dir, n_bad);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf (
      "import struct\n"
      "d = bytearray(open('%s', 'rb').read())\n"
      "at = struct.unpack_from('<I', d, 4)[0]\n"
      "n = struct.unpack_from('<H', d, at)[0]\n"
      "tags = {}\n"
      "for i in range(n):\n"
      "    tag, kind, count, value = struct.unpack_from('<HHII', d, at + 2 + "
      "12 "
      "* i)\n"
      "    tags[tag] = kind, count, value\n"
      "def get(tag):\n"
      "    kind, count, value = tags[tag]\n"
      "    return struct.unpack_from('<%%d%%s' %% (count, 'HI'[kind == 4]), d, "
      "value)\n"
      "for o, n in list(zip(get(324), get(325)))[:%u]:\n"
      "    d[o:o + n] = bytes(n)\n"
      "open('%s', 'wb').write(d)\n",
      path, n_bad, path);

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --compression jpeg "
                         "--tile-width 256 --tile-height 256",
                         test_slide_source (512, 256), path));
  g_free (test_data_python (program));
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

/* Alone and in parallel: a bad tile is background, the other is there; where
 * there is no good one, the reason is told. */
static void
test_bad (void)
{
  static guint8 rgb[512 * 256 * 3];

  for (guint n_bad = 1; n_bad <= 2; n_bad++) {
    g_autoptr (VitrailSlide) slide = open_bad (n_bad);
    VitrailDeepZoom plan;
    vitrail_deepzoom_init (&plan, slide);
    for (guint parallel = 0; parallel < 2; parallel++) {
      const VitrailSlideRegion region = {
        .rect = { 0, 0, 512, 256 },
        .width = 512,
        .height = 256,
        .in_parallel = parallel != 0,
      };
      g_autoptr (GError) error = NULL;
      guint n_white = 0;
      memset (rgb, 0, sizeof rgb);
      g_assert_cmpint (vitrail_slide_render_region (
                           slide, &plan, vitrail_tile_cache_get_default (),
                           &region, rgb, (size_t) 512 * 3, &error),
                       ==, n_bad < 2);
      if (n_bad == 2) {
        g_test_message ("%s", error->message);
        g_assert_nonnull (error);
        continue;
      }
      for (guint i = 0; i < 512 * 256; i++) {
        const gboolean is_white =
            memcmp (rgb + (gsize) i * 3, "\xff\xff\xff", 3) == 0;
        if (i % 512 < 256)
          g_assert_true (is_white);
        n_white += is_white;
      }
      g_assert_cmpuint (n_white, <, 256 * 256 + 1000);
    }
  }
}

static gboolean
is_stale_cb (gpointer data)
{
  return TRUE;
}

static void
test_stale (Fixture *f, gconstpointer data)
{
  const VitrailSlideRegion region = {
    .rect = { 0, 0, 600, 400 },
    .width = 300,
    .height = 200,
    .is_stale = is_stale_cb,
  };
  g_autofree guint8 *rgb = g_malloc ((gsize) 300 * 200 * 3);
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_slide_render_region (f->slide, &f->plan, f->cache,
                                               &region, rgb, 900, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/slideregion/exact", test_exact);
  add ("/slideregion/filter", test_filter);
  add ("/slideregion/stale", test_stale);
  g_test_add_func ("/slideregion/reduced", test_reduced);
  g_test_add_func ("/slideregion/bad", test_bad);
  return g_test_run ();
}
