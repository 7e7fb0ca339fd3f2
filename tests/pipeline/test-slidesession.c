/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A case of slides as a pathologist meets it, without a display: magnification,
 * slides that move as one, saving and restoring. */

#include "slidesessiontest.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

/* Vendors' slides of a folder are one case. */
static void
test_case (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  GPtrArray *sets = vitrail_session_get_display_sets (session);
  g_assert_cmpuint (vitrail_session_get_studies (session)->len, ==, 1);
  g_assert_cmpuint (sets->len, ==, 2);
  for (guint i = 0; i < sets->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_SLIDE);
  }
  test_session_close (session);
}

static void
test_magnification (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailView view;

  static const double powers[] = { 10, 20, 40 };
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    test_session_run (session, "set-magnification",
                      g_variant_new_double (powers[i]));
    g_assert_cmpfloat_with_epsilon (
        vitrail_viewport_get_magnification (viewport), powers[i], 1e-9);
  }
  test_session_run (session, "window-preset", g_variant_new_uint32 (5));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (viewport),
                                  20, 1e-9);
  /* 20x: one pixel of level 0 on one of the viewport. */
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.zoom, 600.0 / TEST_SESSION_WIDTH, 1e-9);
  test_session_refuse (session, "window-preset", g_variant_new_uint32 (7),
                       NULL);
  test_session_refuse (session, "set-magnification", g_variant_new_double (0),
                       NULL);
  test_session_refuse (session, "set-magnification", g_variant_new_double (NAN),
                       NULL);

  test_session_run (session, "turn", g_variant_new_double (12.5));
  test_session_run (session, "turn", g_variant_new_double (-30));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.rotation, 342.5, 1e-9);
  /* What is turned is not made smaller by it. */
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (viewport),
                                  20, 1e-9);
  test_session_run (session, "set-rotation", g_variant_new_double (0));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat (view.rotation, ==, 0);
  test_session_refuse (session, "turn", g_variant_new_double (INFINITY), NULL);
  test_session_close (session);
}

static gboolean
has_work (gpointer viewport)
{
  return vitrail_viewport_get_work (viewport) != NULL;
}

static VitrailSlideWork *
show_slide (VitrailSession *session, guint viewport, guint slide)
{
  VitrailViewport *place = vitrail_session_get_viewport (session, viewport);
  VitrailDisplaySet *set =
      g_ptr_array_index (vitrail_session_get_display_sets (session), slide);
  vitrail_viewport_show (place, vitrail_session_get_source (session), set);
  g_assert_true (test_wait_until (has_work, place));
  return vitrail_viewport_get_work (place);
}

/* With a higher magnification than the viewports have by themselves. */
static double
get_seen (VitrailSlideWork *work)
{
  return vitrail_coverage_get_share (vitrail_slide_work_get_coverage (work),
                                     NULL, 15);
}

/* All of what lies under @size is looked at for long enough. */
static void
look (VitrailSlideWork *work, guint width, guint height)
{
  static const double same[6] = { 1, 0, 0, 0, 1, 0 };
  const guint size[2] = { width, height };
  vitrail_slide_work_look (work, work, same, size, 20);
  g_usleep ((gulong) (VITRAIL_COVERAGE_MS + 50) * 1000);
  vitrail_slide_work_look (work, work, NULL, NULL, 0);
}

/* What has been seen is there when a slide comes back, for good; the counting
 * field as long as its case is open. */
static void
test_kept (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  VitrailSlideWork *work = show_slide (session, 0, 0);
  look (work, 300, 400);
  test_session_run (session, "counting-field",
                    g_variant_new ("(sd)", "circle", 0.01));
  double seen = get_seen (work);
  g_assert_cmpfloat_with_epsilon (seen, 0.5, 0.05);
  double x = vitrail_slide_work_get_field (work)->x;
  g_assert_cmpfloat (x, >, 0);

  work = show_slide (session, 0, 1);
  g_assert_cmpfloat (get_seen (work), ==, 0);
  g_assert_cmpfloat (vitrail_slide_work_get_field (work)->area_mm2, ==, 0);

  work = show_slide (session, 0, 0);
  g_assert_cmpfloat (get_seen (work), ==, seen);
  g_assert_true (vitrail_slide_work_get_field (work)->is_round);
  g_assert_cmpfloat (vitrail_slide_work_get_field (work)->x, ==, x);

  /* One viewport leaves, another one goes on: what that has done counts. */
  vitrail_session_set_layout (session, 1, 2);
  test_session_set_sizes (session);
  g_assert_true (show_slide (session, 1, 0) == work);
  show_slide (session, 0, 1);
  look (work, 600, 400);
  g_assert_true (show_slide (session, 0, 0) == work);
  g_assert_cmpfloat (get_seen (work), >, 0.95);
  test_session_close (session);

  session = test_session_open (test_session_get_case ());
  work = show_slide (session, 0, 0);
  g_assert_cmpfloat (get_seen (work), >, 0.95);
  g_assert_cmpfloat (vitrail_slide_work_get_field (work)->area_mm2, ==, 0);
  test_session_close (session);
}

static gboolean
has_display_set (gpointer session)
{
  return vitrail_viewport_get_display_set (
             vitrail_session_get_viewport (session, 0)) != NULL;
}

/* What a saved session says of its slides. */
static char *
dup_slides (const char *json)
{
  const char *from = strstr (json, "\"slides\"");
  return g_strdup (from != NULL ? from : "");
}

/* What was saved is saved again before the slide is open. */
static void
test_seen_early (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  look (show_slide (session, 0, 0), 300, 400);
  g_autofree char *json = vitrail_session_to_json (session);
  g_autofree char *seen = dup_slides (json);
  g_assert_nonnull (strstr (seen, "seen"));
  test_session_close (session);

  VitrailSession *restored = vitrail_session_new ();
  test_session_set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, json, NULL));
  g_assert_true (test_wait_until (has_display_set, restored));
  g_autofree char *again = vitrail_session_to_json (restored);
  g_autofree char *early = dup_slides (again);
  g_assert_cmpstr (early, ==, seen);
  test_session_close (restored);
}

/* What was done with a slide that is no longer shown is saved too. */
static void
test_saved_unseen (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  look (show_slide (session, 0, 0), 300, 400);
  test_session_run (session, "counting-field",
                    g_variant_new ("(sd)", "circle", 0.01));
  show_slide (session, 0, 1);
  g_autofree char *json = vitrail_session_to_json (session);
  test_session_close (session);

  VitrailSession *restored = vitrail_session_new ();
  test_session_set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, json, NULL));
  g_assert_true (test_wait_until (test_session_has_layout, restored));
  VitrailSlideWork *work = show_slide (restored, 0, 0);
  const VitrailCountingField *field = vitrail_slide_work_get_field (work);
  g_assert_cmpfloat (field->area_mm2, ==, 0.01);
  g_assert_true (field->is_round);
  g_assert_cmpfloat (get_seen (work), >, 0.3);
  test_session_close (restored);

  /* Nonsense is left out. */
  g_auto (GStrv) around = g_strsplit (json, "\"area\" : 0.01", 2);
  g_assert_cmpuint (g_strv_length (around), ==, 2);
  g_autofree char *bad = g_strjoinv ("\"area\" : -5", around);
  VitrailSession *other = vitrail_session_new ();
  test_session_set_sizes (other);
  g_assert_true (vitrail_session_from_json (other, bad, NULL));
  g_assert_true (test_wait_until (test_session_has_layout, other));
  work = show_slide (other, 0, 0);
  g_assert_cmpfloat (vitrail_slide_work_get_field (work)->area_mm2, ==, 0);
  test_session_close (other);
}

static void
test_layers (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);

  static const struct {
    const char *command;
    VitrailSlideLayer layer;
    gboolean at_first;
  } layers[] = {
    { "toggle-overview", VITRAIL_SLIDE_OVERVIEW, TRUE },
    { "toggle-label", VITRAIL_SLIDE_LABEL, FALSE },
    { "toggle-macro", VITRAIL_SLIDE_MACRO, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    g_assert_cmpint (vitrail_viewport_get_layer (viewport, layers[i].layer), ==,
                     layers[i].at_first);
    test_session_run (session, layers[i].command, NULL);
    g_assert_cmpint (vitrail_viewport_get_layer (viewport, layers[i].layer), !=,
                     layers[i].at_first);
  }
  test_session_close (session);
}

/* Micrometres of what lies in the centre. */
static void
get_centre (VitrailViewport *viewport, double um[2])
{
  VitrailViewportGeometry g;
  VitrailView view;
  double mpp_um[2];
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  g_assert_true (vitrail_viewport_get_geometry (viewport, &g));
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  vitrail_viewport_get_view (viewport, &view);
  um[0] = view.pan_x * g.image_width * mpp_um[0];
  um[1] = view.pan_y * g.image_height * mpp_um[1];
}

static void
test_compare (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  double before[2][2];
  double after[2][2];
  VitrailView view;

  test_session_run (session, "compare-slides", NULL);
  g_assert_cmpuint (vitrail_session_get_n_viewports (session), ==, 2);
  g_assert_true (vitrail_session_get_sync (session));
  test_session_set_sizes (session);
  VitrailViewport *a = vitrail_session_get_viewport (session, 0);
  VitrailViewport *b = vitrail_session_get_viewport (session, 1);
  g_assert_nonnull (vitrail_viewport_get_display_set (b));
  g_assert_true (test_wait_until (test_session_is_shown, session));

  /* Laid beside one another by hand: 20x both, the second one turned. */
  test_session_run (session, "toggle-sync", NULL);
  vitrail_viewport_get_view (b, &view);
  view.rotation = 90;
  vitrail_viewport_set_view (b, &view);
  vitrail_viewport_set_magnification (a, 20);
  vitrail_viewport_set_magnification (b, 20);
  test_session_run (session, "toggle-sync", NULL);
  get_centre (a, before[0]);
  get_centre (b, before[1]);

  /* 30 pixels to the left on the screen: 15 um to the right in the first, up
   * in the second, whose right is down. */
  test_session_run (session, "pan",
                    g_variant_new ("(dd)", -30.0 / TEST_SESSION_WIDTH, 0.0));
  get_centre (a, after[0]);
  get_centre (b, after[1]);
  g_assert_cmpfloat_with_epsilon (after[0][0] - before[0][0], 15, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[0][1] - before[0][1], 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[1][0] - before[1][0], 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[1][1] - before[1][1], -15, 1e-6);

  test_session_run (session, "set-magnification", g_variant_new_double (10));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (b), 10,
                                  1e-6);
  test_session_run (session, "rotate-right", NULL);
  vitrail_viewport_get_view (b, &view);
  g_assert_cmpfloat_with_epsilon (view.rotation, 180, 1e-6);
  test_session_run (session, "flip-horizontal", NULL);
  vitrail_viewport_get_view (b, &view);
  g_assert_true (view.flip_horizontal);
  g_assert_cmpfloat_with_epsilon (view.rotation, 180, 1e-6);

  /* The other one leads as well; alone, nothing follows. */
  test_session_run (session, "activate-viewport", g_variant_new_uint32 (2));
  test_session_run (session, "set-magnification", g_variant_new_double (40));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (a), 40,
                                  1e-6);
  test_session_run (session, "toggle-sync", NULL);
  test_session_run (session, "set-magnification", g_variant_new_double (20));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (a), 40,
                                  1e-6);
  test_session_close (session);
}

static void
test_restore (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  test_session_run (session, "set-look",
                    g_variant_new_string ("icc=0;stain=eosin"));
  test_session_run (session, "toggle-label", NULL);
  test_session_run (session, "toggle-overview", NULL);
  test_session_run (session, "toggle-sync", NULL);
  g_autofree char *json = vitrail_session_to_json (session);
  test_session_close (session);

  g_autoptr (GError) error = NULL;
  VitrailSession *restored = vitrail_session_new ();
  test_session_set_sizes (restored);
  vitrail_session_from_json (restored, json, &error);
  g_assert_no_error (error);
  g_assert_true (test_wait_until (test_session_has_layout, restored));
  test_session_expect_look (restored, "icc=0;z=0;stain=eosin");
  VitrailViewport *viewport = vitrail_session_get_active_viewport (restored);
  g_assert_true (vitrail_viewport_get_layer (viewport, VITRAIL_SLIDE_LABEL));
  g_assert_false (
      vitrail_viewport_get_layer (viewport, VITRAIL_SLIDE_OVERVIEW));
  g_assert_true (vitrail_session_get_sync (restored));
  test_session_close (restored);
}

/* When the pictures of a new field of view came. */
typedef struct {
  VitrailViewport *viewport;
  double step; /* pixels of level 0 on one of the picture */
  gint64 first_us;
  gint64 full_us;
} Arrival;

static void
arrived_cb (VitrailViewport *viewport, gpointer user_data)
{
  Arrival *self = user_data;
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  if (!shown.valid ||
      fabs (hypot (shown.to_frame[0], shown.to_frame[3]) - self->step) > 1e-6)
    return;
  if (self->first_us == 0)
    self->first_us = g_get_monotonic_time ();
  if (self->full_us == 0 && shown.quality != VITRAIL_QUALITY_PREVIEW &&
      !(shown.flags & VITRAIL_FRAME_META_INCOMPLETE))
    self->full_us = g_get_monotonic_time ();
}

static gboolean
has_arrived (gpointer arrival)
{
  return ((const Arrival *) arrival)->full_us != 0;
}

/* From the command to the picture, at 1920 x 1080: told, not judged, since a
 * machine may have other things to do. */
static void
test_new_field (void)
{
  const char *data = test_data_get_folder ();
  g_autofree char *path =
      data != NULL ? g_build_filename (data, "wsi-svs", NULL) : NULL;
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("no real files");
    return;
  }
  VitrailSession *session = test_session_open (path);
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  vitrail_viewport_set_size (viewport, 1920, 1080);
  g_assert_true (test_wait_until (test_session_is_shown, session));
  static const double powers[] = { 20, 10, 15, 5 };
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    Arrival arrival = { viewport, 20 / powers[i], 0, 0 };
    gulong id =
        g_signal_connect (viewport, "shown", G_CALLBACK (arrived_cb), &arrival);
    gint64 start = g_get_monotonic_time ();
    test_session_run (session, "set-magnification",
                      g_variant_new_double (powers[i]));
    g_assert_true (test_wait_until (has_arrived, &arrival));
    g_signal_handler_disconnect (viewport, id);
    g_test_message ("%gx: first picture after %.1f ms, complete after %.1f ms",
                    powers[i], (double) (arrival.first_us - start) / 1000,
                    (double) (arrival.full_us - start) / 1000);
    g_assert_cmpint (arrival.first_us, <=, arrival.full_us);
  }
  test_session_close (session);
}

int
main (int argc, char **argv)
{
  test_session_init (&argc, &argv);
  g_test_add_func ("/slidesession/case", test_case);
  g_test_add_func ("/slidesession/magnification", test_magnification);
  g_test_add_func ("/slidesession/layers", test_layers);
  g_test_add_func ("/slidesession/compare", test_compare);
  g_test_add_func ("/slidesession/restore", test_restore);
  g_test_add_func ("/slidesession/kept", test_kept);
  g_test_add_func ("/slidesession/seen-early", test_seen_early);
  g_test_add_func ("/slidesession/saved-unseen", test_saved_unseen);
  g_test_add_func ("/slidesession/new-field", test_new_field);
  return g_test_run ();
}
