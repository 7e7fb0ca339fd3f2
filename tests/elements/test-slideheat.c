/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations and parametric maps over a slide: the letter F lies where it
 * belongs, whatever their resolution and however either is turned. */

#include "error.h"
#include "memorybudget.h"
#include "overlay/slideheat.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

#define WIDTH  200
#define HEIGHT 152

typedef struct {
  VitrailCanvas canvas;
  uint8_t rgb[WIDTH * HEIGHT * 3];
} Page;

static void
page_init (Page *page)
{
  memset (page, 0, sizeof *page);
  page->canvas =
      (VitrailCanvas){ WIDTH, HEIGHT, 3, (size_t) WIDTH * 3, page->rgb, FALSE };
}

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    const char *tests = g_getenv ("G_TEST_SRCDIR");
    folder = g_build_filename (test_data_get_scratch (), "raster", NULL);
    g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-ann.py' '%s'",
                           tests, folder));
    g_free (test_data_run (
        "/usr/bin/python3 '%s/annotation/make-raster.py' '%s'", tests, folder));
  }
  return folder;
}

static VitrailSlide *
open_slide (const char *turn)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (get_folder (), turn, "slide", "0.dcm", NULL);
  const char *paths[] = { path, NULL };
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  return slide;
}

static VitrailSlideRaster *
open_raster (const char *turn, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = g_strconcat (kind, ".dcm", NULL);
  g_autofree char *path = g_build_filename (get_folder (), turn, base, NULL);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailSlide) slide = open_slide (turn);
  VitrailSlideRaster *raster =
      vitrail_slide_raster_new (instance, slide, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_slide_raster_get_n_missing (raster), ==, 0);
  return raster;
}

static gboolean
is_in_letter (double x, double y)
{
  x -= 50;
  y -= 30;
  return (x >= 0 && x < 20 && y >= 0 && y < 100) ||
         (x >= 0 && x < 60 && y >= 0 && y < 16) ||
         (x >= 0 && x < 45 && y >= 42 && y < 58);
}

static gboolean
is_near_edge (double x, double y, double reach)
{
  const gboolean here = is_in_letter (x, y);

  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      if (is_in_letter (x + dx * reach, y + dy * reach) != here)
        return TRUE;
  return FALSE;
}

/* All pixels but those on the edge are @rgb where the letter is. */
static void
check_letter (VitrailSlideRaster *raster,
              const double affine[6],
              const uint8_t rgb[3])
{
  const double reach = 2 + 2 * hypot (affine[0], affine[3]);
  double middles[2][3] = { { 0 } }; /* of the letter, and as it is drawn */
  guint n_inside = 0;
  Page page;

  page_init (&page);
  vitrail_slide_raster_draw (raster, &page.canvas, affine);
  for (size_t i = 0; i < (size_t) WIDTH * HEIGHT; i++) {
    const double column = (double) (i % WIDTH);
    const double row = floor ((double) i / WIDTH);
    const double x = affine[0] * column + affine[1] * row + affine[2] + 0.5;
    const double y = affine[3] * column + affine[4] * row + affine[5] + 0.5;
    static const uint8_t none[3] = { 0, 0, 0 };
    const gboolean inside = is_in_letter (x, y);
    for (guint j = 0; j < 2; j++) {
      const double weight = j == 0 ? inside : page.rgb[3 * i + 1] / 255.0;
      middles[j][0] += weight;
      middles[j][1] += weight * column;
      middles[j][2] += weight * row;
    }
    if (is_near_edge (x, y, reach))
      continue;
    n_inside += inside;
    g_assert_cmpmem (&page.rgb[3 * i], 3, inside ? rgb : none, 3);
  }
  g_assert_cmpuint (n_inside, >, 50);
  /* On the average nothing is moved; where the letter is cut, the samples on
   * the cut count on one side only. */
  for (guint i = 1; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (middles[0][i] / middles[0][0],
                                    middles[1][i] / middles[1][0],
                                    reach > 3 ? 0.15 : 0.8);
}

static const double views[][6] = {
  { 1, 0, 0, 0, 1, 0 },
  { 0.5, 0, 30, 0, 0.5, 40 },
  { 0, -1, 160, 1, 0, -20 },
  { 1.5, 0.2, -80, -0.2, 1.5, 0 },
};

static void
test_segments (void)
{
  static const char *const turns[] = { "plain", "usual", "turned" };
  static const char *const kinds[] = { "binary", "sparse", "fractional",
                                       "labelmap" };
  static const uint8_t green[3] = { 0, 255, 0 };

  for (guint i = 0; i < 12; i++) {
    g_autoptr (VitrailSlideRaster) raster =
        open_raster (turns[i / 4], kinds[i % 4]);
    VitrailRasterSegment segment;
    g_assert_cmpuint (vitrail_slide_raster_get_n_segments (raster), ==, 2);
    vitrail_slide_raster_get_segment (raster, 1, &segment);
    g_assert_cmpuint (segment.number, ==, 9);
    g_assert_cmpstr (segment.label, ==, "segment 9");
    g_assert_cmphex (segment.rgb, ==, 0xff0000);
    g_assert_cmpfloat (segment.opacity, ==, 0.6);
    vitrail_slide_raster_set_segment (raster, 1, 0x00ff00, 1);
    for (guint j = 0; j < G_N_ELEMENTS (views); j++)
      check_letter (raster, views[j], green);
  }
}

static void
count_cb (GObject *object, gpointer user_data)
{
  ++*(guint *) user_data;
}

/* Hidden segments are not drawn; changes are told. */
static void
test_hidden (void)
{
  g_autoptr (VitrailSlideRaster) raster = open_raster ("usual", "labelmap");
  const double plain[6] = { 1, 0, 0, 0, 1, 0 };
  guint n_changes = 0;
  Page page;

  g_signal_connect (raster, "changed", G_CALLBACK (count_cb), &n_changes);
  vitrail_slide_raster_set_segment (raster, 1, 0x00ff00, 0);
  vitrail_slide_raster_set_segment (raster, 99, 0x00ff00, 0);
  g_assert_cmpuint (n_changes, ==, 1);
  page_init (&page);
  vitrail_slide_raster_draw (raster, &page.canvas, plain);
  for (size_t i = 0; i < sizeof page.rgb; i++)
    g_assert_cmpuint (page.rgb[i], ==, 0);
}

static void
test_values (void)
{
  static const char *const turns[] = { "plain", "usual", "turned" };
  static const uint8_t white[3] = { 255, 255, 255 };
  double low;
  double high;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (VitrailSlideRaster) raster = open_raster (turns[i], "values");
    g_assert_true (vitrail_slide_raster_get_range (raster, &low, &high));
    /* 0.25 and 5.5, times 2, plus 1. */
    g_assert_cmpfloat (low, ==, 1.5);
    g_assert_cmpfloat (high, ==, 12);
    g_assert_cmpstr (vitrail_slide_raster_get_quantity (raster), ==, "Score");
    g_assert_cmpstr (vitrail_slide_raster_get_unit (raster), ==, "1");
    vitrail_slide_raster_set_colors (raster, "grayscale", 5, 12, 1);
    for (guint j = 0; j < G_N_ELEMENTS (views); j++)
      check_letter (raster, views[j], white);
  }
}

static void
test_legend (void)
{
  g_autoptr (VitrailSlideRaster) values = open_raster ("usual", "values");
  g_autoptr (VitrailSlideRaster) labels = open_raster ("usual", "labelmap");
  guint n_bar = 0;
  guint n_words = 0;
  Page page;

  vitrail_slide_raster_set_colors (values, "grayscale", 0, 12, 1);
  page_init (&page);
  vitrail_slide_raster_draw_legend (labels, &page.canvas, 0);
  for (size_t i = 0; i < sizeof page.rgb; i++)
    g_assert_cmpuint (page.rgb[i], ==, 0);
  vitrail_slide_raster_draw_legend (values, &page.canvas, 0);
  for (size_t y = 0; y < HEIGHT; y++)
    for (size_t x = 0; x < WIDTH; x++) {
      const uint8_t value = page.rgb[(y * WIDTH + x) * 3];
      n_bar += x >= WIDTH - 26 && value > 0;
      n_words += x < WIDTH - 26 && value > 128;
    }
  g_assert_cmpuint (n_bar, >, 500);
  g_assert_cmpuint (n_words, >, 40);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (get_folder (), "usual", "slide", "0.dcm", NULL);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_autoptr (VitrailSlide) slide = open_slide ("usual");

  g_assert_null (vitrail_slide_raster_new (instance, slide, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

static guint64
get_taken_bytes (void)
{
  return vitrail_memory_budget_get_bytes (vitrail_memory_budget_get_default ());
}

/* What it takes is taken from the memory budget before it is read, and back
 * there once nobody has it. */
static void
test_memory (void)
{
  VitrailMemoryBudget *budget = vitrail_memory_budget_get_default ();
  const guint64 limit = vitrail_memory_budget_get_limit (budget);
  const guint64 tile_bytes =
      (guint64) VITRAIL_RASTER_TILE * VITRAIL_RASTER_TILE * sizeof (float);
  const guint64 before = get_taken_bytes ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (get_folder (), "usual", "values.dcm", NULL);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_autoptr (VitrailSlide) slide = open_slide ("usual");

  g_assert_no_error (error);
  VitrailSlideRaster *raster =
      vitrail_slide_raster_new (instance, slide, NULL, &error);
  g_assert_no_error (error);
  const guint64 taken = get_taken_bytes () - before;
  g_assert_cmpuint (taken, >=, tile_bytes);
  g_object_unref (raster);
  g_assert_cmpuint (get_taken_bytes (), ==, before);

  vitrail_memory_budget_set_limit (budget, before + taken - 1);
  g_assert_null (vitrail_slide_raster_new (instance, slide, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_assert_cmpuint (get_taken_bytes (), ==, before);
  vitrail_memory_budget_set_limit (budget, limit);
}

/* Real ones, by highdicom: each segment covers what is of its colour. */
static void
test_real (void)
{
  const char *folder = test_data_get_folder ();
  static const char *const names[] = { "seg_image_sm_control.dcm",
                                       "seg_image_sm_control_labelmap.dcm" };
  g_autoptr (GError) error = NULL;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *base =
      g_build_filename (folder, "highdicom", "data", "test_files", NULL);
  g_autofree char *image =
      g_build_filename (base, "sm_image_control.dcm", NULL);
  const char *paths[] = { image, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *path = g_build_filename (base, names[i], NULL);
    g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
    g_assert_no_error (error);
    g_autoptr (VitrailSlideRaster) raster =
        vitrail_slide_raster_new (instance, slide, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (vitrail_slide_raster_get_n_segments (raster), ==, 20);
    g_assert_cmpuint (vitrail_slide_raster_get_n_missing (raster), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slideheat/segments", test_segments);
  g_test_add_func ("/slideheat/hidden", test_hidden);
  g_test_add_func ("/slideheat/values", test_values);
  g_test_add_func ("/slideheat/legend", test_legend);
  g_test_add_func ("/slideheat/refused", test_refused);
  g_test_add_func ("/slideheat/memory", test_memory);
  g_test_add_func ("/slideheat/real", test_real);
  return g_test_run ();
}
