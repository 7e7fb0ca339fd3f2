/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been looked at: cells of views, times that add up, what comes next.
 */

#include "channelslide.h"
#include "slide/coverage.h"
#include "slide/slideview.h"

#include <string.h>

/* 200 x 150: cells of 1.5625 pixels, 128 x 96 of them. */
static VitrailCoverage *
new_coverage (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  VitrailCoverage *self = vitrail_coverage_new (slide, 500);

  g_assert_cmpuint (self->columns, ==, 128);
  g_assert_cmpuint (self->rows, ==, 96);
  return self;
}

/* Shows 50 x 40 pixels around a point, turned. */
static void
look (VitrailCoverage *self,
      double x,
      double y,
      double rotation,
      const double how[2]) /* magnification, ms */
{
  VitrailSlideView view = { .width = 100, .height = 80 };
  const guint size[2] = { 100, 80 };

  vitrail_slide_view_set_centre (&view, x, y, 0.5, rotation);
  vitrail_coverage_add (self, view.affine, size, how[0], (guint) how[1]);
}

static void
test_cells (void)
{
  static const double rotations[] = { 0, 90, 180, 270 };

  for (guint i = 0; i < 4; i++) {
    g_autoptr (VitrailCoverage) self = new_coverage ();
    const double half_x = i % 2 == 0 ? 25 : 20;
    const double half_y = i % 2 == 0 ? 20 : 25;
    look (self, 100, 70, rotations[i], (const double[]){ 10, 500 });
    for (guint row = 0; row < 96; row++)
      for (guint column = 0; column < 128; column++) {
        const double x = (column + 0.5) * 1.5625;
        const double y = (row + 0.5) * 1.5625;
        const gboolean inside = x > 100 - half_x && x < 100 + half_x &&
                                y > 70 - half_y && y < 70 + half_y;
        g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column,
                                                               row),
                           ==, inside ? 10 : 0);
      }
  }
}

/* Times add up; a higher magnification counts for a lower one, and the highest
 * that was long enough is told. */
static void
test_times (void)
{
  g_autoptr (VitrailCoverage) self = new_coverage ();
  const guint column = 64;
  const guint row = 44;

  look (self, 100, 70, 0, (const double[]){ 20, 300 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), ==,
                     0);
  look (self, 101, 70, 0, (const double[]){ 5, 199 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), ==,
                     0);
  look (self, 101, 70, 0, (const double[]){ 4.95, 1 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), ==,
                     5);
  look (self, 99, 70, 0, (const double[]){ 40, 150 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), ==,
                     5);
  look (self, 99, 70, 0, (const double[]){ 20.1, 50 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), ==,
                     20);
  look (self, 99, 70, 0,
        (const double[]){ 0.01, 5000 }); /* not to be counted */
  for (guint i = 0; i < 50; i++)         /* does not overflow */
    look (self, 99, 70, 0, (const double[]){ 1e9, 60000 });
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, column, row), >,
                     100);
}

/* A view smaller than a cell is one all the same. */
static void
test_tiny (void)
{
  g_autoptr (VitrailCoverage) self = new_coverage ();
  VitrailSlideView view = { .width = 10, .height = 10 };
  const guint size[2] = { 10, 10 };

  vitrail_slide_view_set_centre (&view, 10.1, 10.1, 0.01, 0);
  vitrail_coverage_add (self, view.affine, size, 40, 500);
  g_assert_cmpfloat (vitrail_coverage_get_magnification (self, 6, 6), ==, 40);
  g_assert_cmpfloat (vitrail_coverage_get_share (self, NULL, 40) * 128 * 96, ==,
                     1);
  view.affine[0] = 0; /* shows nothing */
  vitrail_coverage_add (self, view.affine, size, 40, 500);
}

static void
test_unseen (void)
{
  g_autoptr (VitrailCoverage) self = new_coverage ();
  double centre[2] = { -1, -1 };

  g_assert_true (vitrail_coverage_find_unseen (self, NULL, 10, centre));
  g_assert_cmpfloat (centre[0], ==, 0.5 * 1.5625);
  g_assert_cmpfloat (centre[1], ==, 0.5 * 1.5625);
  look (self, 0, 0, 0, (const double[]){ 20, 500 }); /* 16 x 13 cells */
  g_assert_true (vitrail_coverage_find_unseen (self, NULL, 10, centre));
  g_assert_cmpfloat (centre[0], ==, 16.5 * 1.5625);
  g_assert_cmpfloat (centre[1], ==, 0.5 * 1.5625);
  centre[0] = 199;
  g_assert_true (vitrail_coverage_find_unseen (self, NULL, 10, centre));
  g_assert_cmpfloat (centre[0], ==, 16.5 * 1.5625);
  g_assert_cmpfloat (centre[1], ==, 1.5 * 1.5625);
  g_assert_cmpfloat_with_epsilon (vitrail_coverage_get_share (self, NULL, 10),
                                  16 * 13 / (128 * 96.0), 1e-12);
  g_assert_cmpfloat (vitrail_coverage_get_share (self, NULL, 40), ==, 0);

  VitrailSlideView all = { .width = 300, .height = 300 };
  const guint size[2] = { 300, 300 };
  vitrail_slide_view_set_centre (&all, 100, 75, 1, 45);
  vitrail_coverage_add (self, all.affine, size, 10, 500);
  g_assert_false (vitrail_coverage_find_unseen (self, NULL, 10, centre));
  g_assert_cmpfloat (vitrail_coverage_get_share (self, NULL, 10), ==, 1);
}

/* Only tissue counts: here the bright part of the only channel. */
static void
test_tissue (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailTissue) tissue =
      vitrail_tissue_find (slide, vitrail_tile_cache_get_default (), NULL, NULL,
                           NULL);
  g_autoptr (VitrailCoverage) self = vitrail_coverage_new (slide, 500);
  double centre[2] = { -1, -1 };
  guint n_tissue = 0;

  g_assert_cmpuint (vitrail_tissue_get_n_regions (tissue), >, 0);
  while (vitrail_coverage_find_unseen (self, tissue, 10, centre)) {
    const double rect[4] = { centre[0] - 0.78125, centre[1] - 0.78125, 1.5625,
                             1.5625 };
    g_assert_cmpfloat (vitrail_tissue_get_share (tissue, rect), >, 0);
    vitrail_coverage_set_step (self, (guint) (centre[0] / self->cell),
                               (guint) (centre[1] / self->cell), 12);
    n_tissue++;
  }
  g_assert_cmpuint (n_tissue, >, 0);
  g_assert_cmpuint (n_tissue, <=, (guint64) 128 * 96);
  g_assert_cmpfloat (vitrail_coverage_get_share (self, tissue, 10), ==, 1);
  g_assert_cmpfloat (vitrail_coverage_get_share (self, NULL, 10) * 128 * 96, ==,
                     n_tissue);
}

static void
test_merge (void)
{
  g_autoptr (VitrailCoverage) a = new_coverage ();
  g_autoptr (VitrailCoverage) b = new_coverage ();

  look (a, 100, 70, 0, (const double[]){ 20, 300 });
  look (b, 100, 70, 0, (const double[]){ 20, 300 });
  g_autoptr (VitrailCoverage) c = vitrail_coverage_copy (a);
  g_assert_true (vitrail_coverage_merge (c, b));
  g_assert_cmpfloat (vitrail_coverage_get_magnification (c, 64, 44), ==, 20);
  g_assert_cmpfloat (vitrail_coverage_get_magnification (a, 64, 44), ==, 0);
  b->width++;
  g_assert_false (vitrail_coverage_merge (a, b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coverage/cells", test_cells);
  g_test_add_func ("/coverage/times", test_times);
  g_test_add_func ("/coverage/tiny", test_tiny);
  g_test_add_func ("/coverage/unseen", test_unseen);
  g_test_add_func ("/coverage/tissue", test_tissue);
  g_test_add_func ("/coverage/merge", test_merge);
  return g_test_run ();
}
