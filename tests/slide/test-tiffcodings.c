/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every coding and layout of samples that a TIFF slide may have, against what
 * OpenSlide, libvips and libtiff make of the same file. */

#include "error.h"
#include "slide/slidelist.h"
#include "slidedata.h"
#include "testdata.h"

#include <string.h>

static const guint8 white[3] = { 255, 255, 255 };

static VitrailSlide *
open_by (const char *reader, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  gsize i = 0;

  while (strcmp (vitrail_slide_readers[i]->name, reader) != 0)
    i++;
  g_assert_true (vitrail_slide_readers[i]->probe (path));
  VitrailSlide *slide = vitrail_slide_readers[i]->open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

static char *
make_path (const char *name)
{
  return g_build_filename (test_data_get_scratch (), name, NULL);
}

/* NULL where it does not decode. */
static guint8 *
read_level (VitrailSlide *slide, guint level)
{
  VitrailSlideLevel at;
  g_autoptr (GError) error = NULL;

  vitrail_slide_get_level (slide, level, &at);
  const gint64 rect[4] = { 0, 0, (gint64) at.width, (gint64) at.height };
  g_autofree guint8 *rgb = g_malloc0 ((gsize) (at.width * at.height * 3));
  if (vitrail_slide_read_region (slide, level, rect, rgb, (gsize) at.width * 3,
                                 NULL, &error))
    return g_steal_pointer (&rgb);
  g_test_message ("%s", error->message);
  return NULL;
}

/* Every pixel by two readers, of the levels whose downsample is a whole number:
 * of others OpenSlide interpolates, and pictures smaller than a tile it puts
 * elsewhere. */
static void
compare_with_openslide (VitrailSlide *slide, const char *path)
{
  g_autoptr (VitrailSlide) judge = open_by ("openslide", path);
  guint n_levels = vitrail_slide_get_n_levels (slide);

  g_assert_cmpuint (n_levels, ==, vitrail_slide_get_n_levels (judge));
  for (guint i = 0; i < n_levels; i++) {
    VitrailSlideLevel finest;
    VitrailSlideLevel level;
    vitrail_slide_get_level (slide, 0, &finest);
    vitrail_slide_get_level (slide, i, &level);
    if (finest.width % level.width != 0 || finest.height % level.height != 0 ||
        finest.width / level.width != finest.height / level.height ||
        level.width < level.tile_width || level.height < level.tile_height)
      continue;
    g_autofree guint8 *ours = read_level (slide, i);
    g_autofree guint8 *theirs = read_level (judge, i);
    g_assert_nonnull (ours);
    for (gsize k = 0;
         theirs != NULL && k < (gsize) (level.width * level.height * 3); k++)
      if (ours[k] != theirs[k])
        g_error ("%s: level %u: byte %zu is %u, not %u", path, i, k, ours[k],
                 theirs[k]);
  }
}

/* Every pixel of every page, as vips reads it: three bands, @first and the
 * following of what @option counts. */
static void
compare_with_vips (VitrailSlide *slide,
                   const char *path,
                   const char *option,
                   int first)
{
  guint n = vitrail_slide_get_n_levels (slide);
  g_autofree char *raw = make_path ("page.raw");

  g_free (test_data_run ("i=0; while [ $i -lt %u ]; do "
                         "vips rawsave \"%s[%s=$((i + %d))]\" %s-$i || exit; "
                         "i=$((i + 1)); done",
                         n, path, option, first, raw));
  for (guint i = 0; i < n; i++) {
    g_auto (TestPicture) expected = { 0 };
    g_autofree char *name = g_strdup_printf ("%s-%u", raw, i);
    VitrailSlideLevel level;
    gsize length;
    vitrail_slide_get_level (slide, i, &level);
    g_assert_true (
        g_file_get_contents (name, (char **) &expected.rgb, &length, NULL));
    g_assert_cmpuint (length, ==, level.width * level.height * 3);
    expected.width = (guint) level.width;
    expected.height = (guint) level.height;
    test_slide_compare_level (slide, i, &expected, 0, white);
  }
}

typedef struct {
  const char *name;
  const char *options; /* of vips tiffsave */
} Coding;

static const Coding codings[] = {
  { "none", "--tile --pyramid" },
  { "deflate", "--tile --pyramid --compression deflate --predictor horizontal "
               "--depth one" },
  { "lzw-onepixel", "--tile --pyramid --compression lzw --depth onepixel" },
  { "packbits", "--tile --pyramid --compression packbits --tile-width 48 "
                "--tile-height 80" },
  { "zstd", "--tile --pyramid --compression zstd --properties" },
  { "webp", "--tile --pyramid --compression webp --lossless" },
  { "webp-lossy", "--tile --compression webp --Q 60" },
  { "jpeg-big", "--tile --pyramid --compression jpeg --Q 70 --bigtiff" },
  { "jpeg-rgb", "--tile --pyramid --compression jpeg --Q 95 --depth onetile" },
  { "large-tiles", "--tile --pyramid --tile-width 1024 --tile-height 1024" },
};

static void
test_coding (gconstpointer data)
{
  const Coding *coding = data;
  g_autofree char *name = g_strconcat (coding->name, ".tif", NULL);
  g_autofree char *path = make_path (name);

  g_free (test_data_run ("vips tiffsave '%s' '%s' %s",
                         test_slide_source (304, 208), path, coding->options));
  g_autoptr (VitrailSlide) slide = open_by ("tiff", path);
  compare_with_vips (slide, path, "page", 0);
  compare_with_openslide (slide, path);
  g_assert_cmpint (vitrail_slide_is_lossy (slide), ==,
                   strstr (coding->options, "jpeg") != NULL ||
                       strstr (coding->options, "webp") != NULL);
}

/* Levels in SubIFDs, which OpenSlide does not look for. */
static void
test_sub_ifds (void)
{
  g_autofree char *path = make_path ("subifd.tif");

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --pyramid --subifd "
                         "--compression jpeg --tile-width 64 --tile-height 64",
                         test_slide_source (304, 208), path));
  g_autoptr (VitrailSlide) slide = open_by ("tiff", path);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 4);
  compare_with_vips (slide, path, "subifd", -1);
  test_slide_compare_stored (slide);
}

/* Layouts that vips does not write: by other tools, from the same picture. */
static const Coding layouts[] = {
  { "separate", "tiffcp -p separate -t -w 64 -l 64 -c lzw" },
  { "separate-none", "tiffcp -p separate -t -w 64 -l 64 -c none" },
  { "ycbcr", "tiffcp -t -w 64 -l 64 -c jpeg:90" },
  { "big-endian", "tiffcp -B -t -w 64 -l 64 -c none" },
  { "big-endian-lzw", "tiffcp -B -t -w 64 -l 64 -c lzw:2" },
  { "palette", "convert -define tiff:tile-geometry=64x64 -colors 200 "
               "-type palette" },
  { "bilevel", "convert -define tiff:tile-geometry=64x64 -type bilevel" },
  { "cmyk", "convert -define tiff:tile-geometry=64x64 -colorspace cmyk" },
};

static void
test_layout (gconstpointer data)
{
  const Coding *layout = data;
  g_autofree char *name = g_strconcat (layout->name, ".tif", NULL);
  g_autofree char *path = make_path (name);
  g_autofree char *flat = make_path ("flat.tif");

  g_free (test_data_run ("vips tiffsave '%s' '%s' && %s '%s' '%s'",
                         test_slide_source (304, 208), flat, layout->options,
                         flat, path));
  g_autoptr (VitrailSlide) slide = open_by ("tiff", path);
  /* OpenSlide takes no big endian files. */
  if (g_str_has_prefix (layout->name, "big-endian"))
    compare_with_vips (slide, path, "page", 0);
  else
    compare_with_openslide (slide, path);
}

/* Depths and channels: vips makes them, OpenSlide and raw samples judge. */
typedef struct {
  const char *name;
  const char *make; /* from "in.v" to "out.v" */
  const char *options;
  guint n_paths; /* 0: in colour */
  guint bits;
} Depth;

static const Depth depths[] = {
  { "grey8", "vips extract_band in.v out.v 0", "", 1, 8 },
  { "grey8-jpeg", "vips extract_band in.v out.v 0", "--compression jpeg", 1,
    8 },
  { "grey8-white", "vips extract_band in.v out.v 0", "--miniswhite", 1, 8 },
  { "grey16",
    "vips extract_band in.v a.v 0 && vips linear a.v b.v 201 13 && "
    "vips cast b.v c.v ushort && vips copy c.v out.v --interpretation grey16",
    "--compression deflate --predictor horizontal", 1, 16 },
  { "rgb16",
    "vips linear in.v b.v 201 13 && vips cast b.v c.v ushort && "
    "vips copy c.v out.v --interpretation rgb16",
    "--compression lzw", 0, 16 },
  { "rgba", "vips extract_band in.v a.v 1 && vips bandjoin 'in.v a.v' out.v",
    "--compression deflate", 0, 8 },
};

/* Samples as vips has them. */
typedef struct {
  const guint8 *raw;
  gsize size; /* of a sample */
  gboolean is_inverted;
  VitrailSlideLevel level;
} Samples;

static guint
get_sample (const Samples *self, guint64 x, guint64 y)
{
  if (x >= self->level.width || y >= self->level.height)
    return 0;
  gsize at = (gsize) (y * self->level.width + x) * self->size;
  guint value = self->raw[at];
  if (self->size > 1)
    value |= (guint) self->raw[at + 1] << 8;
  return self->is_inverted ? 255 - value : value;
}

static void
compare_samples (VitrailSlide *slide, const char *path, const Depth *depth)
{
  g_autofree char *name = make_path ("samples.raw");
  g_autofree guint8 *raw = NULL;
  gsize length;

  g_free (test_data_run ("vips rawsave '%s' '%s'", path, name));
  g_assert_true (g_file_get_contents (name, (char **) &raw, &length, NULL));
  Samples expected = { .raw = raw,
                       .size = depth->bits / 8,
                       .is_inverted =
                           strstr (depth->options, "miniswhite") != NULL };
  vitrail_slide_get_level (slide, 0, &expected.level);
  const VitrailSlideLevel *level = &expected.level;
  g_assert_cmpuint (length, ==, level->width * level->height * expected.size);
  gsize n = (gsize) level->tile_width * level->tile_height;
  g_autofree guint16 *samples = g_new (guint16, n);
  for (guint i = 0; i < level->columns * level->rows; i++) {
    guint column = i % level->columns;
    guint row = i / level->columns;
    g_autoptr (GError) error = NULL;
    vitrail_slide_decode_samples (slide, 0, column, row, samples,
                                  level->tile_width, NULL, &error);
    g_assert_no_error (error);
    for (gsize k = 0; k < n; k++)
      g_assert_cmpuint (samples[k], ==,
                        get_sample (&expected,
                                    (guint64) column * level->tile_width +
                                        k % level->tile_width,
                                    (guint64) row * level->tile_height +
                                        k / level->tile_width));
  }
}

static void
test_depth (gconstpointer data)
{
  const Depth *depth = data;
  g_autofree char *name = g_strconcat (depth->name, ".tif", NULL);
  g_autofree char *path = make_path (name);
  VitrailSlidePath optical;
  guint16 sample;
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("cd '%s' && cp '%s' in.v && %s && vips tiffsave out.v "
                         "'%s' --tile --pyramid --tile-width 64 "
                         "--tile-height 64 %s",
                         test_data_get_scratch (), test_slide_source (304, 208),
                         depth->make, path, depth->options));
  g_autoptr (VitrailSlide) slide = open_by ("tiff", path);
  compare_with_openslide (slide, path);
  vitrail_slide_get_path (slide, 0, &optical);
  g_assert_cmpint (optical.is_color, ==, depth->n_paths == 0);
  if (depth->n_paths > 0) {
    g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, depth->n_paths);
    g_assert_cmpuint (optical.bits, ==, depth->bits);
    compare_samples (slide, path, depth);
    return;
  }
  g_assert_false (
      vitrail_slide_decode_samples (slide, 0, 0, 0, &sample, 1, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
}

/* Orientation as vips turns it (test-tiffwriters has real files of all), said
 * of the first page only. */
static void
test_orientation (gconstpointer data)
{
  int orientation = GPOINTER_TO_INT (data);
  g_autofree char *path = make_path ("turned.tif");
  g_autofree char *upright = make_path ("b.v");
  static const char *const turns[] = {
    [2] = "vips flip a.v b.v horizontal",
    [4] = "vips flip a.v b.v vertical",
    [6] = "vips rot a.v b.v d90",
    [8] = "vips rot a.v b.v d270",
  };

  g_free (test_data_run ("vips tiffsave '%s' '%s' --tile --compression jpeg "
                         "--tile-width 64 --tile-height 48 --pyramid && "
                         "tiffset -s 274 %d '%s'",
                         test_slide_source (304, 208), path, orientation,
                         path));
  g_autoptr (VitrailSlide) slide = open_by ("tiff", path);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), >=, 3);
  for (guint i = 0; i < 2; i++) {
    g_auto (TestPicture) expected = { 0 };
    g_free (test_data_run ("cd '%s' && vips tiffload '%s' a.v --page %u && %s",
                           test_data_get_scratch (), path, i,
                           turns[orientation]));
    test_picture_load (&expected, upright);
    test_slide_compare_level (slide, i, &expected, 0, white);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++) {
    g_autofree char *name =
        g_strconcat ("/tiffcodings/coding/", codings[i].name, NULL);
    g_test_add_data_func (name, &codings[i], test_coding);
  }
  g_test_add_func ("/tiffcodings/sub-ifds", test_sub_ifds);
  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++) {
    g_autofree char *name =
        g_strconcat ("/tiffcodings/layout/", layouts[i].name, NULL);
    g_test_add_data_func (name, &layouts[i], test_layout);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (depths); i++) {
    g_autofree char *name =
        g_strconcat ("/tiffcodings/depth/", depths[i].name, NULL);
    g_test_add_data_func (name, &depths[i], test_depth);
  }
  for (int i = 2; i <= 8; i += 2) {
    g_autofree char *name = g_strdup_printf ("/tiffcodings/orientation/%d", i);
    g_test_add_data_func (name, GINT_TO_POINTER (i), test_orientation);
  }
  return g_test_run ();
}
