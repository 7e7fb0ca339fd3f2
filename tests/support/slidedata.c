/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides for tests: see slidedata.h. */

#include "slidedata.h"

#include "error.h"
#include "testdata.h"

#include <stdlib.h>
#include <string.h>

void
test_picture_clear (TestPicture *self)
{
  g_clear_pointer (&self->rgb, g_free);
}

void
test_picture_load (TestPicture *self, const char *vips_name)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *raw = g_build_filename (dir, "picture.raw", NULL);
  g_autofree char *header = test_data_run (
      "size=$(vipsheader '%s') && case $size in *', 4 bands,'*) "
      "vips flatten '%s' '%s' --background 255;; *) vips rawsave '%s' '%s';; "
      "esac && echo \"$size\" | "
      "sed 's/.*: \\([0-9]*\\)x\\([0-9]*\\) .*/\\1 \\2/'",
      vips_name, vips_name, raw, vips_name, raw);
  g_autoptr (GError) error = NULL;
  gsize length;

  const char *space = strchr (header, ' ');
  g_assert_nonnull (space);
  self->width = (guint) g_ascii_strtoull (header, NULL, 10);
  self->height = (guint) g_ascii_strtoull (space, NULL, 10);
  g_file_get_contents (raw, (char **) &self->rgb, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, (gsize) self->width * self->height * 3);
}

const char *
test_slide_source (guint width, guint height)
{
  static GHashTable *made;
  const char *dir = test_data_get_scratch ();
  g_autofree char *path =
      g_strdup_printf ("%s/source-%ux%u.v", dir, width, height);

  if (made == NULL)
    made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *known = g_hash_table_lookup (made, path);
  if (known != NULL)
    return known;
  g_free (test_data_run (
      "cd '%s' && vips gaussnoise noise.v %u %u --mean 150 --sigma 40 && "
      "vips gaussblur noise.v soft.v 1.5 && "
      "vips grey ramp.v %u %u --uchar && vips sines waves.v %u %u "
      "--hfreq 7 --vfreq 5 --uchar && "
      "vips bandjoin 'soft.v ramp.v waves.v' joined.v && "
      "vips cast joined.v bytes.v uchar && "
      "vips copy bytes.v '%s' --interpretation srgb && "
      "rm noise.v soft.v ramp.v waves.v joined.v bytes.v",
      dir, width, height, width, height, width, height, path));
  g_hash_table_add (made, path);
  return g_steal_pointer (&path);
}

char *
test_slide_make_svs (guint width, guint height, int quality)
{
  const char *source = test_slide_source (width, height);
  char *path =
      g_strdup_printf ("%s/made-%ux%u-%d.svs", test_data_get_scratch (), width,
                       height, quality);

  g_free (test_data_run (
      "vips tiffsave '%s' '%s' --compression jpeg --Q %d --tile "
      "--tile-width 256 --tile-height 256 --pyramid && "
      "tiffset -s 270 'Aperio Image Library v11\n%ux%u [0,0 %ux%u] (256x256) "
      "JPEG/RGB Q=%d|AppMag = 20|MPP = 0.5' '%s'",
      source, path, quality, width, height, width, height, quality, path));
  return path;
}

char *
test_slide_make_dicom (guint width,
                       guint height,
                       int quality,
                       const char *options)
{
  static guint n_made;
  g_autofree char *svs = test_slide_make_svs (width, height, quality);
  char *folder =
      g_strdup_printf ("%s/dicom-%u", test_data_get_scratch (), n_made++);

  g_free (test_data_run (
      "mkdir -p '%s' && cp '%s' '%s.tif' && "
      "OrthancWSIDicomizer --sample-dataset 2> /dev/null > '%s.json' && "
      "OrthancWSIDicomizer '%s.tif' --folder '%s' --imaged-width 1 "
      "--imaged-height 0.75 $(echo '%s' | sed 's#SAMPLE#%s.json#')",
      folder, svs, folder, folder, folder, folder, options, folder));
  return folder;
}

static int
difference (const guint8 *a, const guint8 *b)
{
  int most = 0;
  for (int c = 0; c < 3; c++)
    most = MAX (most, abs (a[c] - b[c]));
  return most;
}

typedef struct {
  const TestPicture *expected;
  const guint8 *background;
  int tolerance;
} Comparison;

/* The pixel that should be at @x, @y of the level. */
static const guint8 *
expected_pixel (const Comparison *self, guint64 x, guint64 y)
{
  const TestPicture *picture = self->expected;
  if (x >= picture->width || y >= picture->height)
    return self->background;
  return picture->rgb + (y * picture->width + x) * 3;
}

static void
compare_tile (const Comparison *self,
              const VitrailSlideLevel *level,
              const guint8 *tile,
              guint column,
              guint row)
{
  for (guint y = 0; y < level->tile_height; y++) {
    for (guint x = 0; x < level->tile_width; x++) {
      const guint8 *found = tile + ((gsize) y * level->tile_width + x) * 3;
      guint64 at_x = (guint64) column * level->tile_width + x;
      guint64 at_y = (guint64) row * level->tile_height + y;
      const guint8 *wanted = expected_pixel (self, at_x, at_y);
      if (difference (found, wanted) > self->tolerance)
        g_error ("tile %u, %u: pixel %u, %u is %d %d %d, not %d %d %d", column,
                 row, x, y, found[0], found[1], found[2], wanted[0], wanted[1],
                 wanted[2]);
    }
  }
}

void
test_slide_compare_level (VitrailSlide *slide,
                          guint level,
                          const TestPicture *expected,
                          int tolerance,
                          const guint8 background[3])
{
  Comparison comparison = { expected, background, tolerance };
  VitrailSlideLevel geometry;

  vitrail_slide_get_level (slide, level, &geometry);
  g_assert_cmpuint (geometry.width, ==, expected->width);
  g_assert_cmpuint (geometry.height, ==, expected->height);
  gsize stride = (gsize) geometry.tile_width * 3;
  g_autofree guint8 *tile = g_malloc (stride * geometry.tile_height);
  for (guint row = 0; row < geometry.rows; row++) {
    for (guint column = 0; column < geometry.columns; column++) {
      g_autoptr (GError) error = NULL;
      memset (tile, 77, stride * geometry.tile_height);
      vitrail_slide_decode_tile (slide, level, column, row, tile, stride, NULL,
                                 &error);
      g_assert_no_error (error);
      compare_tile (&comparison, &geometry, tile, column, row);
    }
  }
}

void
test_slide_compare_stored (VitrailSlide *slide)
{
  VitrailSlideLevel level;
  g_autoptr (GString) names = g_string_new (NULL);
  const char *dir = test_data_get_scratch ();

  vitrail_slide_get_level (slide, 0, &level);
  for (guint i = 0; i < level.columns * level.rows; i++) {
    VitrailTileCoding coding;
    g_autoptr (GError) error = NULL;
    g_autofree char *path = g_strdup_printf ("%s/stored-%03u.jpg", dir, i);
    g_autoptr (GBytes) tile =
        vitrail_slide_get_tile (slide, 0, i % level.columns, i / level.columns,
                                &coding, &error);
    g_assert_no_error (error);
    g_assert_cmpint (coding, ==, VITRAIL_TILE_JPEG);
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (tile, NULL),
                                        (gssize) g_bytes_get_size (tile),
                                        NULL));
    g_string_append_printf (names, " '%s'", path);
  }
  g_free (test_data_run ("/usr/bin/python3 \"$G_TEST_SRCDIR/slide/frames.py\" "
                         "--jpeg '%s/stored.raw' %s",
                         dir, names->str));
  g_autofree char *raw = g_build_filename (dir, "stored.raw", NULL);
  g_autofree guint8 *expected = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (raw, (char **) &expected, &length, NULL));
  gsize stride = (gsize) level.tile_width * 3;
  gsize size = stride * level.tile_height;
  g_assert_cmpuint (length, ==, size * level.columns * level.rows);
  g_autofree guint8 *rgb = g_malloc (size);
  for (guint i = 0; i < level.columns * level.rows; i++) {
    guint column = i % level.columns;
    guint row = i / level.columns;
    g_assert_true (vitrail_slide_decode_tile (slide, 0, column, row, rgb,
                                              stride, NULL, NULL));
    gsize n = MIN (level.tile_width,
                   level.width - (guint64) column * level.tile_width);
    gsize rows = MIN (level.tile_height,
                      level.height - (guint64) row * level.tile_height);
    for (gsize y = 0; y < rows; y++)
      g_assert_cmpmem (rgb + y * stride, n * 3,
                       expected + i * size + y * stride, n * 3);
  }
}

void
test_slide_expect_made (VitrailSlide *slide)
{
  VitrailSlideLevel level;
  double mpp_um[2];

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 3);
  vitrail_slide_get_level (slide, 2, &level);
  g_assert_cmpuint (level.width, ==, 256);
  g_assert_cmpuint (level.height, ==, 192);
  g_assert_cmpuint (level.tile_width, ==, 256);
  g_assert_cmpuint (level.columns, ==, 1);
  g_assert_cmpfloat (level.downsample, ==, 4.0);
  vitrail_slide_get_level (slide, 3, &level);
  g_assert_cmpuint (level.width, ==, 0);
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat (mpp_um[0], ==, 0.5);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 20.0);
  g_assert_true (vitrail_slide_is_lossy (slide));
}

void
test_slide_expect_identity (TestSlideOpen open)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autofree char *copy = g_strconcat (path, ".copy", NULL);
  g_autofree char *changed = g_strconcat (path, ".changed", NULL);
  g_free (test_data_run ("cp '%s' '%s'; cp '%s' '%s'; echo x >> '%s'", path,
                         copy, path, changed, changed));
  g_autoptr (VitrailSlide) a = open (path);
  g_autoptr (VitrailSlide) b = open (copy);
  g_autoptr (VitrailSlide) c = open (changed);

  g_assert_cmpuint (strlen (vitrail_slide_get_id (a)), ==, 32);
  g_assert_cmpstr (vitrail_slide_get_id (a), ==, vitrail_slide_get_id (b));
  g_assert_cmpstr (vitrail_slide_get_id (a), !=, vitrail_slide_get_id (c));
  g_assert_true (g_str_has_suffix (path, vitrail_slide_get_name (a)));
}

#define N_REGIONS 40u

/* Regions of @level at random, within the level, across its edges and beside
 * it. */
static void
choose_regions (const VitrailSlideLevel *level,
                guint32 seed,
                gint64 rects[N_REGIONS][4])
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < N_REGIONS; i++) {
    rects[i][0] = g_rand_int_range (random, -60, (gint32) level->width + 30);
    rects[i][1] = g_rand_int_range (random, -60, (gint32) level->height + 30);
    rects[i][2] = g_rand_int_range (random, 1, 300);
    rects[i][3] = g_rand_int_range (random, 1, 300);
  }
}

static void
expect_regions (VitrailSlide *slide, const char *path, guint level)
{
  const char *dir = test_data_get_scratch ();
  g_autofree char *out = g_build_filename (dir, "regions.raw", NULL);
  g_autoptr (GString) command = g_string_new (NULL);
  gint64 rects[N_REGIONS][4];
  VitrailSlideLevel geometry;
  g_autofree char *raw = NULL;
  gsize length;
  gsize at = 0;

  vitrail_slide_get_level (slide, level, &geometry);
  choose_regions (&geometry, level + 1, rects);
  g_string_append_printf (
      command,
      "/usr/bin/python3 \"$G_TEST_SRCDIR/slide/openslides.py\" '%s' %u '%s'",
      path, level, out);
  for (guint i = 0; i < N_REGIONS; i++)
    g_string_append_printf (command,
                            " %" G_GINT64_FORMAT ":%" G_GINT64_FORMAT
                            ":%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
                            rects[i][0], rects[i][1], rects[i][2], rects[i][3]);
  g_free (test_data_run ("%s", command->str));
  g_assert_true (g_file_get_contents (out, &raw, &length, NULL));
  for (guint i = 0; i < N_REGIONS; i++) {
    const gsize stride = (gsize) rects[i][2] * 3;
    const gsize size = stride * (gsize) rects[i][3];
    g_autofree guint8 *rgb = g_malloc (size);
    g_autoptr (GError) error = NULL;
    vitrail_slide_read_region (slide, level, rects[i], rgb, stride, NULL,
                               &error);
    g_assert_no_error (error);
    g_assert_cmpuint (at + size, <=, length);
    g_assert_cmpmem (rgb, size, raw + at, size);
    at += size;
  }
  g_assert_cmpuint (at, ==, length);
}

void
test_slide_expect_region (TestSlideOpen open)
{
  g_autofree char *path = test_slide_make_svs (1200, 800, 80);
  g_autoptr (VitrailSlide) slide = open (path);
  gint64 rect[4] = { 0, 0, 0, 1 };
  guint8 rgb[3];
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 4);
  /* The others are smaller than a tile, which OpenSlide 3 garbles. */
  for (guint level = 0; level < 2; level++)
    expect_regions (slide, path, level);
  g_assert_false (
      vitrail_slide_read_region (slide, 0, rect, rgb, 300, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
}

void
test_slide_expect_refused (const char *path, const char *reason)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);

  g_assert_null (slide);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, reason));
}
