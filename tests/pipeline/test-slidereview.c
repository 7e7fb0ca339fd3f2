/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reviewing a slide without a display: tissue, what has been seen, a counting
 * field. */

#include "drawingtest.h"
#include "slide/coveragestore.h"
#include "testarchive.h"

#include <math.h>
#include <string.h>

static gboolean
has_tissue (gpointer work)
{
  return vitrail_slide_work_get_tissue (work) != NULL;
}

static void
test_tissue (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  test_drawing_run (self, "set-magnification", g_variant_new_double (40));
  test_drawing_run (self, "next-tissue",
                    NULL); /* done once tissue has been found */
  g_assert_true (test_wait_until (has_tissue, work));
  if (vitrail_tissue_get_n_regions (vitrail_slide_work_get_tissue (work)) > 0)
    g_assert_cmpfloat (vitrail_viewport_get_magnification (self->viewport), !=,
                       40);
  test_drawing_run (self, "next-tissue", NULL);
  test_drawing_run (self, "previous-tissue", NULL);
  test_drawing_run (self, "next-unseen", NULL);
}

/* Nobody is sent to bare glass because tissue is not known yet. */
static void
test_unseen (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  VitrailView before;
  VitrailView after;
  test_drawing_run (self, "set-magnification", g_variant_new_double (40));
  vitrail_viewport_get_view (self->viewport, &before);
  g_assert_false (vitrail_slide_work_is_tissue_known (work));
  test_drawing_run (self, "next-unseen", NULL);
  vitrail_viewport_get_view (self->viewport, &after);
  g_assert_cmpfloat (after.pan_x, ==, before.pan_x);
  g_assert_cmpfloat (after.pan_y, ==, before.pan_y);
  g_assert_true (test_wait_until (has_tissue, work));
  vitrail_viewport_get_view (self->viewport, &after);
  g_assert_true (after.pan_x != before.pan_x || after.pan_y != before.pan_y);

  VitrailViewportGeometry g;
  VitrailTissue *tissue = vitrail_slide_work_get_tissue (work);
  double centre[2] = { before.pan_x * TEST_DRAWING_WIDTH,
                       before.pan_y * TEST_DRAWING_HEIGHT };
  g_assert_true (vitrail_viewport_get_geometry (self->viewport, &g));
  g_assert_true (vitrail_coverage_find_unseen (
      vitrail_slide_work_get_coverage (work), tissue, 40, centre));
  g_assert_cmpfloat_with_epsilon (after.pan_x * g.image_width, centre[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (after.pan_y * g.image_height, centre[1],
                                  1e-6);
}

static gboolean
is_sharp (gpointer viewport)
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  return shown.valid && shown.quality == VITRAIL_QUALITY_FULL;
}

static void
test_seen (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  const VitrailCoverage *coverage = vitrail_slide_work_get_coverage (work);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 1), ==, 0);
  /* What stands in for a picture does not count. */
  static const double stand_in[6] = { 1, 0, 0, 0, 1, 0 };
  static const guint whole[2] = { TEST_DRAWING_WIDTH, TEST_DRAWING_HEIGHT };
  g_assert_true (test_wait_until (is_sharp, self->viewport));
  vitrail_slide_work_look (work, self, stand_in, whole, 0);
  g_usleep ((gulong) (VITRAIL_COVERAGE_MS + 50) * 1000);
  vitrail_slide_work_look (work, self, NULL, NULL, 0);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 1), ==, 0);
  g_usleep ((gulong) (VITRAIL_COVERAGE_MS + 50) * 1000);
  const guint size[2] = { TEST_DRAWING_WIDTH, TEST_DRAWING_HEIGHT };
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  vitrail_slide_work_look (work, self->viewport, same, size, 20);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 10), >, 0.95);
  g_assert_cmpfloat (vitrail_coverage_get_share (coverage, NULL, 40), ==, 0);
  g_autofree char *json = vitrail_session_to_json (self->session);
  g_assert_nonnull (strstr (json, "\"seen\""));
}

/* A magnification that no viewport here has. */
#define CLOSE 80

typedef struct {
  VitrailSlideWork *work;
  double least; /* share that has been seen */
  double most;
} Kept;

static gboolean
is_between (const Kept *self, const VitrailCoverage *coverage)
{
  const double share = vitrail_coverage_get_share (coverage, NULL, CLOSE);
  return share >= self->least && share <= self->most;
}

/* On the disk and here. */
static gboolean
is_kept (gpointer data)
{
  const Kept *self = data;
  g_autoptr (VitrailCoverage) kept =
      vitrail_coverage_store_load (vitrail_slide_work_get_slide (self->work));
  return is_between (self, kept) &&
         is_between (self, vitrail_slide_work_get_coverage (self->work));
}

/* Looks at a part of the slide, long enough, and closer than the viewport. */
static void
look_at (TestDrawing *self, VitrailSlideWork *work, guint width)
{
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  const guint size[2] = { width, TEST_DRAWING_HEIGHT };
  vitrail_slide_work_look (work, self, same, size, CLOSE);
  g_usleep ((gulong) (VITRAIL_COVERAGE_MS + 50) * 1000);
  vitrail_slide_work_look (work, self, NULL, NULL, 0);
}

/* What was seen here is kept a moment later, once: when somebody else begins
 * anew, what is seen next does not bring it back, and neither does the end. */
static void
test_begun_anew (TestDrawing *self, gconstpointer data)
{
  g_autoptr (VitrailSlideWork) work =
      g_object_ref (vitrail_viewport_get_work (self->viewport));
  VitrailSlide *slide = vitrail_slide_work_get_slide (work);

  look_at (self, work, TEST_DRAWING_WIDTH);
  g_assert_true (test_wait_until (is_kept, &(Kept){ work, 0.9, 1 }));
  g_assert_true (vitrail_coverage_store_forget (slide, NULL));
  look_at (self, work, TEST_DRAWING_WIDTH / 2);
  g_assert_true (test_wait_until (is_kept, &(Kept){ work, 0.4, 0.6 }));
  g_assert_true (vitrail_coverage_store_forget (slide, NULL));
  vitrail_slide_work_flush_all ();
  g_autoptr (VitrailCoverage) kept = vitrail_coverage_store_load (slide);
  g_assert_cmpfloat (vitrail_coverage_get_share (kept, NULL, CLOSE), ==, 0);
}

static void
test_field (TestDrawing *self, gconstpointer data)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  double half[2];
  g_assert_false (vitrail_slide_work_get_field_half (work, half));
  test_drawing_run (self, "counting-field",
                    g_variant_new ("(sd)", "square", 0.01));
  g_assert_true (vitrail_slide_work_get_field_half (work, half));
  g_assert_cmpfloat_with_epsilon (half[0], 100, 1e-9);
  /* Moved by its edge. */
  static const double edge[2] = { 200, 200 };
  static const double to[2] = { 230, 210 };
  test_drawing_use (self, "pan");
  test_drawing_drag (self, edge, to);
  const VitrailCountingField *field = vitrail_slide_work_get_field (work);
  g_assert_cmpfloat_with_epsilon (field->x, 330, 1e-6);
  g_assert_cmpfloat_with_epsilon (field->y, 210, 1e-6);
  test_drawing_run (self, "counting-field",
                    g_variant_new ("(sd)", "circle", 0.01));
  g_assert_true (vitrail_slide_work_get_field_half (work, half));
  g_assert_cmpfloat_with_epsilon (half[0], sqrt (10000 / G_PI) / 0.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (field->x, 330, 1e-6);
  g_assert_false (vitrail_session_run (self->session, "counting-field",
                                       g_variant_new ("(sd)", "star", 1.0),
                                       NULL));
  test_drawing_run (self, "counting-field",
                    g_variant_new ("(sd)", "circle", 0.0));
  g_assert_false (vitrail_slide_work_get_field_half (work, half));
}

#define ADD(name, function) TEST_DRAWING_ADD ("/slidereview/" name, function)

int
main (int argc, char **argv)
{
  test_drawing_init (&argc, &argv);
  ADD ("tissue", test_tissue);
  ADD ("unseen", test_unseen);
  ADD ("seen", test_seen);
  ADD ("begun-anew", test_begun_anew);
  ADD ("field", test_field);
  return g_test_run ();
}
