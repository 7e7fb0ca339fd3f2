/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A case of slides as a pathologist meets it, without a display: magnification,
 * looks, channels, slides that move as one, saving and restoring. */

#include "session.h"
#include "slidedata.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

#include <glib/gstdio.h>
#include <gst/gst.h>

#include <math.h>
#include <string.h>

#define WIDTH  400
#define HEIGHT 300

static gboolean
is_ready (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         !vitrail_session_get_busy (session);
}

/* All viewports show their slides. */
static gboolean
is_shown (gpointer session)
{
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    VitrailViewportGeometry geometry;
    VitrailViewport *viewport = vitrail_session_get_viewport (session, i);
    if (vitrail_viewport_get_display_set (viewport) != NULL &&
        !vitrail_viewport_get_geometry (viewport, &geometry))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static void
close_session (VitrailSession *session)
{
  vitrail_session_close (session);
  g_assert_true (test_wait_until (is_ours_alone, session));
  g_assert_finalize_object (session);
}

static void
run (VitrailSession *session, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  gboolean done = vitrail_session_run (session, name, argument, &error);
  g_assert_no_error (error);
  g_assert_true (done);
}

static void
refuse (VitrailSession *session, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (vitrail_session_run (session, name, argument, &error));
  g_assert_nonnull (error);
}

/* Two slides of one folder: 0.5 micrometres a pixel, 20x. */
static const char *
get_case (void)
{
  static char *folder;
  if (folder != NULL)
    return folder;
  folder = g_build_filename (test_data_get_scratch (), "case", NULL);
  g_mkdir (folder, 0700);
  static const guint widths[] = { 600, 800 };
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++) {
    g_autofree char *made = test_slide_make_svs (widths[i], 400, 80);
    g_autofree char *name = g_strdup_printf ("slide-%u.svs", i + 1);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_assert_cmpint (g_rename (made, path), ==, 0);
  }
  return folder;
}

static void
set_sizes (VitrailSession *session)
{
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++)
    vitrail_viewport_set_size (vitrail_session_get_viewport (session, i), WIDTH,
                               HEIGHT);
}

static VitrailSession *
open_folder (const char *path)
{
  VitrailSession *session = vitrail_session_new ();
  set_sizes (session);
  vitrail_session_open_async (session, path, NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_ready, session));
  g_assert_null (vitrail_session_get_error (session));
  g_assert_true (test_wait_until (is_shown, session));
  return session;
}

/* Vendors' slides of a folder are one case. */
static void
test_case (void)
{
  VitrailSession *session = open_folder (get_case ());
  GPtrArray *sets = vitrail_session_get_display_sets (session);
  g_assert_cmpuint (vitrail_session_get_studies (session)->len, ==, 1);
  g_assert_cmpuint (sets->len, ==, 2);
  for (guint i = 0; i < sets->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_SLIDE);
  }
  close_session (session);
}

static void
test_magnification (void)
{
  VitrailSession *session = open_folder (get_case ());
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailView view;

  static const double powers[] = { 10, 20, 40 };
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    run (session, "set-magnification", g_variant_new_double (powers[i]));
    g_assert_cmpfloat_with_epsilon (
        vitrail_viewport_get_magnification (viewport), powers[i], 1e-9);
  }
  run (session, "window-preset", g_variant_new_uint32 (5));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (viewport),
                                  20, 1e-9);
  /* 20x: one pixel of level 0 on one of the viewport. */
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.zoom, 600.0 / WIDTH, 1e-9);
  refuse (session, "window-preset", g_variant_new_uint32 (7));
  refuse (session, "set-magnification", g_variant_new_double (0));
  refuse (session, "set-magnification", g_variant_new_double (NAN));

  run (session, "turn", g_variant_new_double (12.5));
  run (session, "turn", g_variant_new_double (-30));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.rotation, 342.5, 1e-9);
  /* What is turned is not made smaller by it. */
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (viewport),
                                  20, 1e-9);
  run (session, "set-rotation", g_variant_new_double (0));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat (view.rotation, ==, 0);
  refuse (session, "turn", g_variant_new_double (INFINITY));
  close_session (session);
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

/* What has been seen and the counting field are there when a slide comes back,
 * as long as its case is open. */
static void
test_kept (void)
{
  VitrailSession *session = open_folder (get_case ());
  VitrailSlideWork *work = show_slide (session, 0, 0);
  look (work, 300, 400);
  run (session, "counting-field", g_variant_new ("(sd)", "circle", 0.01));
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
  set_sizes (session);
  g_assert_true (show_slide (session, 1, 0) == work);
  show_slide (session, 0, 1);
  look (work, 600, 400);
  g_assert_true (show_slide (session, 0, 0) == work);
  g_assert_cmpfloat (get_seen (work), >, 0.95);
  close_session (session);

  session = open_folder (get_case ());
  work = show_slide (session, 0, 0);
  g_assert_cmpfloat (get_seen (work), ==, 0);
  g_assert_cmpfloat (vitrail_slide_work_get_field (work)->area_mm2, ==, 0);
  close_session (session);
}

static gboolean
has_display_set (gpointer session)
{
  return vitrail_viewport_get_display_set (
             vitrail_session_get_viewport (session, 0)) != NULL;
}

/* What was saved is saved again before the slide is open. */
static void
test_seen_early (void)
{
  VitrailSession *session = open_folder (get_case ());
  look (show_slide (session, 0, 0), 300, 400);
  g_autofree char *json = vitrail_session_to_json (session);
  g_autofree char *seen =
      vitrail_viewport_dup_seen (vitrail_session_get_viewport (session, 0));
  g_assert_nonnull (seen);
  close_session (session);

  VitrailSession *restored = vitrail_session_new ();
  set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, json, NULL));
  g_assert_true (test_wait_until (has_display_set, restored));
  g_autofree char *early =
      vitrail_viewport_dup_seen (vitrail_session_get_viewport (restored, 0));
  g_assert_cmpstr (early, ==, seen);
  close_session (restored);
}

typedef struct {
  VitrailViewport *viewport;
  const char *look;
} Expected;

static gboolean
shows_look (gpointer data)
{
  const Expected *expected = data;
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (expected->viewport, &shown);
  return g_strcmp0 (shown.look, expected->look) == 0;
}

/* The picture itself says what it was drawn with. */
static void
expect_look (VitrailSession *session, const char *look)
{
  Expected expected = { vitrail_session_get_active_viewport (session), look };
  g_assert_true (test_wait_until (shows_look, &expected));
}

static void
test_look (void)
{
  VitrailSession *session = open_folder (get_case ());

  expect_look (session, "icc=1;z=0;stain=none");
  run (session, "toggle-icc", NULL);
  expect_look (session, "icc=0;z=0;stain=none");
  run (session, "set-stain", g_variant_new_string ("hematoxylin"));
  expect_look (session, "icc=0;z=0;stain=hematoxylin");
  refuse (session, "set-stain", g_variant_new_string ("pink"));
  refuse (session, "set-stain", g_variant_new_string ("dab;z=0"));
  refuse (session, "set-look", g_variant_new_string ("z=1"));
  refuse (session, "set-focal-plane", g_variant_new_uint32 (2));
  run (session, "next-focal-plane", NULL); /* there is only one */
  expect_look (session, "icc=0;z=0;stain=hematoxylin");
  run (session, "set-look", g_variant_new_string ("stain=dab"));
  expect_look (session, "icc=1;z=0;stain=dab");
  run (session, "reset", NULL);
  expect_look (session, "icc=1;z=0;stain=none");
  close_session (session);
}

static void
test_layers (void)
{
  VitrailSession *session = open_folder (get_case ());
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
    run (session, layers[i].command, NULL);
    g_assert_cmpint (vitrail_viewport_get_layer (viewport, layers[i].layer), !=,
                     layers[i].at_first);
  }
  close_session (session);
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
  VitrailSession *session = open_folder (get_case ());
  double before[2][2];
  double after[2][2];
  VitrailView view;

  run (session, "compare-slides", NULL);
  g_assert_cmpuint (vitrail_session_get_n_viewports (session), ==, 2);
  g_assert_true (vitrail_session_get_sync (session));
  set_sizes (session);
  VitrailViewport *a = vitrail_session_get_viewport (session, 0);
  VitrailViewport *b = vitrail_session_get_viewport (session, 1);
  g_assert_nonnull (vitrail_viewport_get_display_set (b));
  g_assert_true (test_wait_until (is_shown, session));

  /* Laid beside one another by hand: 20x both, the second one turned. */
  run (session, "toggle-sync", NULL);
  vitrail_viewport_get_view (b, &view);
  view.rotation = 90;
  vitrail_viewport_set_view (b, &view);
  vitrail_viewport_set_magnification (a, 20);
  vitrail_viewport_set_magnification (b, 20);
  run (session, "toggle-sync", NULL);
  get_centre (a, before[0]);
  get_centre (b, before[1]);

  /* 30 pixels to the left on the screen: 15 um to the right in the first, up
   * in the second, whose right is down. */
  run (session, "pan", g_variant_new ("(dd)", -30.0 / WIDTH, 0.0));
  get_centre (a, after[0]);
  get_centre (b, after[1]);
  g_assert_cmpfloat_with_epsilon (after[0][0] - before[0][0], 15, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[0][1] - before[0][1], 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[1][0] - before[1][0], 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[1][1] - before[1][1], -15, 1e-6);

  run (session, "set-magnification", g_variant_new_double (10));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (b), 10,
                                  1e-6);
  run (session, "rotate-right", NULL);
  vitrail_viewport_get_view (b, &view);
  g_assert_cmpfloat_with_epsilon (view.rotation, 180, 1e-6);
  run (session, "flip-horizontal", NULL);
  vitrail_viewport_get_view (b, &view);
  g_assert_true (view.flip_horizontal);
  g_assert_cmpfloat_with_epsilon (view.rotation, 180, 1e-6);

  /* The other one leads as well; alone, nothing follows. */
  run (session, "activate-viewport", g_variant_new_uint32 (2));
  run (session, "set-magnification", g_variant_new_double (40));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (a), 40,
                                  1e-6);
  run (session, "toggle-sync", NULL);
  run (session, "set-magnification", g_variant_new_double (20));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_magnification (a), 40,
                                  1e-6);
  close_session (session);
}

static gboolean
has_layout (gpointer session)
{
  return is_ready (session) && is_shown (session) &&
         vitrail_viewport_get_display_set (
             vitrail_session_get_viewport (session, 0)) != NULL;
}

static void
test_restore (void)
{
  VitrailSession *session = open_folder (get_case ());
  run (session, "set-look", g_variant_new_string ("icc=0;stain=eosin"));
  run (session, "toggle-label", NULL);
  run (session, "toggle-overview", NULL);
  run (session, "toggle-sync", NULL);
  g_autofree char *json = vitrail_session_to_json (session);
  close_session (session);

  g_autoptr (GError) error = NULL;
  VitrailSession *restored = vitrail_session_new ();
  set_sizes (restored);
  vitrail_session_from_json (restored, json, &error);
  g_assert_no_error (error);
  g_assert_true (test_wait_until (has_layout, restored));
  expect_look (restored, "icc=0;z=0;stain=eosin");
  VitrailViewport *viewport = vitrail_session_get_active_viewport (restored);
  g_assert_true (vitrail_viewport_get_layer (viewport, VITRAIL_SLIDE_LABEL));
  g_assert_false (
      vitrail_viewport_get_layer (viewport, VITRAIL_SLIDE_OVERVIEW));
  g_assert_true (vitrail_session_get_sync (restored));
  close_session (restored);
}

/* A saved look that no longer fits is left out. */
static void
test_bad_look (void)
{
  VitrailSession *session = open_folder (get_case ());
  run (session, "set-look", g_variant_new_string ("icc=0"));
  g_autofree char *json = vitrail_session_to_json (session);
  close_session (session);
  g_auto (GStrv) around = g_strsplit (json, "\"icc=0\"", 2);
  g_autofree char *bad = g_strjoinv ("\"z=99\"", around);

  VitrailSession *restored = vitrail_session_new ();
  set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, bad, NULL));
  g_assert_true (test_wait_until (has_layout, restored));
  /* Refused at once, or left out when the slide is open: it is shown. */
  run (restored, "toggle-icc", NULL);
  expect_look (restored, "icc=0;z=0;stain=none");
  close_session (restored);
}

/* Fluorescence, where the real files are there. */
static void
test_channels (void)
{
  const char *data = test_data_get_folder ();
  g_autofree char *path =
      data != NULL ? g_build_filename (data, "wsi-dicom-BPAEC", NULL) : NULL;
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("no real files");
    return;
  }
  VitrailSession *session = open_folder (path);
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  if (slide == NULL || vitrail_slide_get_n_paths (slide) < 2) {
    g_test_message ("%u paths", vitrail_slide_get_n_paths (slide));
    g_test_skip ("not several channels");
  } else {
    run (session, "show-channel", g_variant_new_uint32 (2));
    g_autoptr (VitrailSlideLook) one =
        vitrail_viewport_dup_look (viewport, slide);
    g_assert_false (one->channels[0].visible);
    g_assert_true (one->channels[1].visible);
    run (session, "set-channel",
         g_variant_new ("(ubsdddd)", 1u, TRUE, "00FF80", 3.0, 90.0, 1.5, 0.5));
    g_autoptr (VitrailSlideLook) two =
        vitrail_viewport_dup_look (viewport, slide);
    g_assert_true (two->channels[0].visible);
    g_assert_cmpuint (two->channels[0].rgb[2], ==, 0x80);
    g_assert_cmpfloat (two->channels[0].high, ==, 90);
    refuse (session, "set-channel",
            g_variant_new ("(ubsdddd)", 99u, TRUE, "00FF80", 3.0, 90.0, 1.0,
                           1.0));
    refuse (session, "set-channel",
            g_variant_new ("(ubsdddd)", 1u, TRUE, "green", 3.0, 90.0, 1.0,
                           1.0));
    run (session, "hide-channels", NULL);
    run (session, "show-channel", g_variant_new_uint32 (0));
    g_autoptr (VitrailSlideLook) all =
        vitrail_viewport_dup_look (viewport, slide);
    g_assert_true (all->channels[0].visible && all->channels[1].visible);
  }
  g_clear_object (&slide);
  close_session (session);
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
  VitrailSession *session = open_folder (path);
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  vitrail_viewport_set_size (viewport, 1920, 1080);
  g_assert_true (test_wait_until (is_shown, session));
  static const double powers[] = { 20, 10, 15, 5 };
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++) {
    Arrival arrival = { viewport, 20 / powers[i], 0, 0 };
    gulong id =
        g_signal_connect (viewport, "shown", G_CALLBACK (arrived_cb), &arrival);
    gint64 start = g_get_monotonic_time ();
    run (session, "set-magnification", g_variant_new_double (powers[i]));
    g_assert_true (test_wait_until (has_arrived, &arrival));
    g_signal_handler_disconnect (viewport, id);
    g_test_message ("%gx: first picture after %.1f ms, complete after %.1f ms",
                    powers[i], (double) (arrival.first_us - start) / 1000,
                    (double) (arrival.full_us - start) / 1000);
    g_assert_cmpint (arrival.first_us, <=, arrival.full_us);
  }
  close_session (session);
}

/* On anything else the commands do nothing. */
static void
test_no_slide (void)
{
  VitrailSession *session = vitrail_session_new ();
  static const char *const commands[] = {
    "toggle-icc",      "next-focal-plane", "previous-focal-plane",
    "toggle-overview", "toggle-label",     "toggle-macro",
    "hide-channels",   "compare-slides",
  };
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    run (session, commands[i], NULL);
  run (session, "set-magnification", g_variant_new_double (10));
  run (session, "set-look", g_variant_new_string ("icc=0"));
  g_assert_cmpstr (vitrail_viewport_get_look (
                       vitrail_session_get_active_viewport (session)),
                   ==, "");
  g_assert_false (vitrail_session_get_sync (session));
  close_session (session);
}

int
main (int argc, char **argv)
{
  /* Before anyone asks GLib for the user's own folders. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("XDG_DATA_HOME", test_data_get_scratch (), TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slidesession/case", test_case);
  g_test_add_func ("/slidesession/magnification", test_magnification);
  g_test_add_func ("/slidesession/look", test_look);
  g_test_add_func ("/slidesession/layers", test_layers);
  g_test_add_func ("/slidesession/compare", test_compare);
  g_test_add_func ("/slidesession/restore", test_restore);
  g_test_add_func ("/slidesession/kept", test_kept);
  g_test_add_func ("/slidesession/seen-early", test_seen_early);
  g_test_add_func ("/slidesession/bad-look", test_bad_look);
  g_test_add_func ("/slidesession/channels", test_channels);
  g_test_add_func ("/slidesession/new-field", test_new_field);
  g_test_add_func ("/slidesession/no-slide", test_no_slide);
  return g_test_run ();
}
