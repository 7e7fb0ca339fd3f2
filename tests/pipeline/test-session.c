/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The session as a reader meets it, without a display: opening, commands,
 * layout, saving and restoring. */

#include "error.h"
#include "lastreference.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"

#include <gst/gst.h>

#include <math.h>
#include <string.h>

static gboolean
has_display_sets (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         !vitrail_session_get_busy (session);
}

static gboolean
is_quiet (gpointer session)
{
  return !vitrail_session_get_busy (session);
}

static gboolean
shows_position (gpointer session)
{
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  return vitrail_viewport_get_shown_position (viewport) > 0 &&
         vitrail_viewport_get_shown_position (viewport) ==
             vitrail_viewport_get_position (viewport);
}

static VitrailSession *
open_archive (void)
{
  VitrailSession *session = vitrail_session_new ();
  vitrail_session_open_async (session, test_archive_get (), NULL, NULL, NULL);
  g_assert_true (test_wait_until (has_display_sets, session));
  g_assert_null (vitrail_session_get_error (session));
  return session;
}

/* What is under way holds a reference. */
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
  test_assert_ends (session);
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
test_open (void)
{
  VitrailSession *session = open_archive ();
  GPtrArray *sets = vitrail_session_get_display_sets (session);

  g_assert_cmpuint (vitrail_session_get_studies (session)->len, ==, 1);
  g_assert_cmpstr (vitrail_session_get_study (session), ==, "1.2.7");
  g_assert_cmpuint (sets->len, ==, 3);
  VitrailDisplaySet *ct = g_ptr_array_index (sets, 0);
  VitrailDisplaySet *us = g_ptr_array_index (sets, 1);
  VitrailDisplaySet *sr = g_ptr_array_index (sets, 2);
  g_assert_cmpint (ct->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_cmpstr (ct->label, ==, "Chest");
  g_assert_cmpuint (ct->n_positions, ==, TEST_ARCHIVE_SLICES);
  g_assert_cmpint (us->kind, ==, VITRAIL_DISPLAY_SET_CINE);
  g_assert_cmpuint (us->n_positions, ==, TEST_ARCHIVE_FRAMES);
  g_assert_cmpint (sr->kind, ==, VITRAIL_DISPLAY_SET_UNSUPPORTED);

  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  g_assert_true (vitrail_viewport_get_display_set (viewport) == ct);
  g_assert_true (test_wait_until (shows_position, session));
  close_session (session);
}

static void
test_open_nothing (void)
{
  VitrailSession *session = vitrail_session_new ();
  vitrail_session_open_async (session, "/no/such/folder", NULL, NULL, NULL);
  test_wait_until (is_quiet, session);
  g_assert_cmpuint (vitrail_session_get_studies (session)->len, ==, 0);
  const char *error = vitrail_session_get_error (session);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, "/no/such/folder"));
  close_session (session);
}

static void
test_positions (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);

  static const struct {
    const char *command;
    guint position;
  } steps[] = {
    { "first-image", 1 }, { "previous-image", 1 }, { "next-image", 2 },
    { "next-image", 3 },  { "previous-image", 2 }, { "last-image", 12 },
    { "next-image", 12 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    run (session, steps[i].command, NULL);
    g_assert_cmpuint (vitrail_viewport_get_position (viewport), ==,
                      steps[i].position);
  }
  run (session, "go-to-image", g_variant_new_uint32 (7));
  g_assert_true (test_wait_until (shows_position, session));
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  g_assert_cmpstr (shown.info->sop_instance_uid, ==, "1.2.3.1.7");
  close_session (session);
}

static void
test_series (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);

  run (session, "next-series", NULL);
  g_assert_cmpstr (vitrail_viewport_get_display_set (viewport)->id, ==,
                   "1.2.3.2.1");
  g_assert_cmpuint (vitrail_viewport_get_position (viewport), ==, 1);
  run (session, "next-series", NULL); /* a report: left out */
  g_assert_cmpstr (vitrail_viewport_get_display_set (viewport)->id, ==,
                   "1.2.3.2.1");
  run (session, "previous-series", NULL);
  g_assert_cmpstr (vitrail_viewport_get_display_set (viewport)->id, ==,
                   "1.2.8.1");

  run (session, "show", g_variant_new_string ("1.2.3.3.1"));
  g_assert_nonnull (strstr (vitrail_viewport_get_error (viewport), "reports"));
  run (session, "show", g_variant_new_string ("1.2.8.1"));
  g_assert_null (vitrail_viewport_get_error (viewport));
  close_session (session);
}

static void
test_layout (void)
{
  VitrailSession *session = open_archive ();
  guint rows = 0;
  guint columns = 0;

  run (session, "layout", g_variant_new ("(uu)", 2, 2));
  vitrail_session_get_layout (session, &rows, &columns);
  g_assert_cmpuint (rows, ==, 2);
  g_assert_cmpuint (columns, ==, 2);
  g_assert_cmpuint (vitrail_session_get_n_viewports (session), ==, 4);
  run (session, "previous-viewport", NULL);
  g_assert_cmpuint (vitrail_session_get_active (session), ==, 3);
  run (session, "next-viewport", NULL);
  g_assert_cmpuint (vitrail_session_get_active (session), ==, 0);
  run (session, "activate-viewport", g_variant_new_uint32 (4));
  run (session, "show", g_variant_new_string ("1.2.3.2.1"));
  run (session, "one-up-toggle", NULL);
  g_assert_true (vitrail_session_get_one_up (session));
  g_assert_cmpuint (vitrail_session_get_n_viewports (session), ==, 4);

  run (session, "layout", g_variant_new ("(uu)", 1, 2));
  g_assert_false (vitrail_session_get_one_up (session));
  g_assert_cmpuint (vitrail_session_get_active (session), ==, 1);
  g_assert_null (vitrail_session_get_viewport (session, 2));
  g_assert_false (vitrail_session_run (session, "layout",
                                       g_variant_new ("(uu)", 0, 5), NULL));
  close_session (session);
}

static void
assert_view (VitrailViewport *viewport, double zoom, double rotation, int flips)
{
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.zoom, zoom, 1e-9);
  g_assert_cmpfloat_with_epsilon (view.rotation, rotation, 1e-9);
  g_assert_cmpint (view.flip_horizontal + 2 * view.flip_vertical, ==, flips);
}

static void
test_view (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);

  run (session, "zoom-in", NULL);
  assert_view (viewport, 1.2, 0, 0);
  run (session, "rotate-right", NULL);
  run (session, "flip-horizontal", NULL);
  assert_view (viewport, 1.2, 270, 1);
  run (session, "flip-vertical", NULL);
  assert_view (viewport, 1.2, 90, 3);
  run (session, "rotate-left", NULL);
  assert_view (viewport, 1.2, 0, 3);
  run (session, "fit", NULL);
  assert_view (viewport, 1.0, 0, 3);
  run (session, "reset", NULL);
  assert_view (viewport, 1.0, 0, 0);
  close_session (session);
}

/* Keys move the picture as hands do: by parts of the viewport, whatever the
 * zoom and the rotation. */
static void
test_pan (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailView view;
  g_assert_true (test_wait_until (shows_position, session));

  vitrail_viewport_set_size (viewport, 300, 300);
  run (session, "pan", g_variant_new ("(dd)", 0.25, 0.0));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat (view.pan_x, <, 0.5);
  g_assert_cmpfloat_with_epsilon (view.pan_y, 0.5, 1e-9);
  double step = 0.5 - view.pan_x;
  run (session, "pan", g_variant_new ("(dd)", -0.25, 0.0));
  run (session, "rotate-right", NULL);
  run (session, "zoom-in", NULL);
  run (session, "pan", g_variant_new ("(dd)", 0.25, 0.0));
  vitrail_viewport_get_view (viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.pan_x, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (fabs (view.pan_y - 0.5), step / 1.2, 1e-6);
  g_assert_false (vitrail_session_run (
      session, "pan", g_variant_new ("(dd)", INFINITY, 0.0), NULL));
  close_session (session);
}

/* Which of the data's own VOI LUTs and windows, and in which colours. */
static void
test_presentation (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailPresentation presentation;
  g_assert_true (test_wait_until (shows_position, session));

  run (session, "set-window", g_variant_new ("(dd)", 10.0, 20.0));
  /* Colours and overlays are no window. */
  run (session, "colormap", g_variant_new_string ("HOT_IRON"));
  run (session, "overlays-toggle", NULL);
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_cmpstr (presentation.colormap, ==, "hot_iron");
  g_assert_true (presentation.hide_overlays);
  g_assert_cmpfloat (presentation.window_width, ==, 20);
  g_assert_false (vitrail_session_run (session, "colormap",
                                       g_variant_new_string ("no such"), NULL));
  run (session, "colormap", g_variant_new_string ("Grayscale"));
  run (session, "overlays-toggle", NULL);
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_null (presentation.colormap);
  g_assert_false (presentation.hide_overlays);

  /* The data's own: none that they do not have. */
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (viewport, &state);
  guint n = vitrail_frame_info_get_n_voi (state.info);
  g_assert_false (
      vitrail_session_run (session, "voi", g_variant_new_uint32 (n + 1), NULL));
  g_assert_false (
      vitrail_session_run (session, "voi", g_variant_new_uint32 (0), NULL));
  if (n > 0) {
    run (session, "voi", g_variant_new_uint32 (n));
    vitrail_viewport_get_presentation (viewport, &presentation);
    g_assert_false (presentation.has_window);
    g_assert_cmpuint (presentation.voi, ==, n - 1);
  }
  close_session (session);
}

/* {dir}/small.dcm: floats from 0 to 1, without a window. */
static const char small_values[] =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import ExplicitVRLittleEndian\n"
    "ds = Dataset()\n"
    "ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.30'\n"
    "ds.SOPInstanceUID = '1.2.3.4'\n"
    "ds.StudyInstanceUID = '1.2.3'\n"
    "ds.SeriesInstanceUID = '1.2.3.5'\n"
    "ds.Rows, ds.Columns, ds.BitsAllocated = 8, 8, 32\n"
    "ds.SamplesPerPixel = 1\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.add_new(0x7fe00008, 'OF',\n"
    "           np.linspace(0, 1, 64, dtype='f4').tobytes())\n"
    "ds.file_meta = FileMetaDataset()\n"
    "ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"
    "ds.is_little_endian, ds.is_implicit_VR = True, False\n"
    "ds.save_as('{dir}/small.dcm', write_like_original=False)\n";

/* Windows of small values stay small, and their pictures grey. */
static void
test_small_windows (void)
{
  g_free (test_data_python (small_values));
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "small.dcm", NULL);
  VitrailSession *session = vitrail_session_new ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailPresentation presentation;

  vitrail_session_open_async (session, path, NULL, NULL, NULL);
  g_assert_true (test_wait_until (shows_position, session));
  run (session, "change-window", g_variant_new ("(dd)", 0.0, 0.5));
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_cmpfloat (presentation.window_center, ==, 0.5);
  g_assert_cmpfloat (presentation.window_width, ==, 0.5);
  g_assert_cmpint (presentation.function, ==, VITRAIL_VOI_LINEAR_EXACT);
  run (session, "change-window", g_variant_new ("(dd)", 0.0, 0.5));
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_cmpfloat (presentation.window_width, ==, 0.25);
  close_session (session);
}

static void
test_windows (void)
{
  VitrailSession *session = open_archive ();
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  VitrailPresentation presentation;
  g_assert_true (test_wait_until (shows_position, session));

  run (session, "window-preset", g_variant_new_uint32 (2));
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_true (presentation.has_window);
  g_assert_cmpfloat (presentation.window_center, ==, -600);
  g_assert_cmpfloat (presentation.window_width, ==, 1500);
  run (session, "set-window", g_variant_new ("(dd)", 10.0, 20.0));
  run (session, "change-window", g_variant_new ("(dd)", 0.5, 2.0));
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_cmpfloat (presentation.window_center, ==, 20);
  g_assert_cmpfloat (presentation.window_width, ==, 40);
  run (session, "change-window", g_variant_new ("(dd)", -0.25, 0.5));
  g_assert_false (vitrail_session_run (session, "change-window",
                                       g_variant_new ("(dd)", 0.0, 0.0), NULL));
  g_assert_false (vitrail_session_run (session, "change-window",
                                       g_variant_new ("(dd)", NAN, 1.0), NULL));
  run (session, "invert", NULL);
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_cmpfloat (presentation.window_center, ==, 10);
  g_assert_cmpfloat (presentation.window_width, ==, 20);
  g_assert_true (presentation.invert);
  g_assert_false (vitrail_session_run (
      session, "set-window", g_variant_new ("(dd)", 10.0, -1.0), NULL));

  /* Nothing of it is applied to another series. */
  run (session, "colormap", g_variant_new_string ("hsv"));
  run (session, "next-series", NULL);
  vitrail_viewport_get_presentation (viewport, &presentation);
  g_assert_false (presentation.has_window);
  g_assert_false (presentation.invert);
  g_assert_null (presentation.colormap);
  close_session (session);
}

static void
test_bad_commands (void)
{
  VitrailSession *session = vitrail_session_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_session_run (session, "no-such", NULL, &error));
  g_assert_cmpstr (error->message, ==, "no-such: no such command");
  g_clear_error (&error);
  g_assert_false (vitrail_session_run (
      session, "set-tool", g_variant_new_string ("hammer"), &error));
  g_assert_cmpstr (error->message, ==,
                   "set-tool: cannot be done with 'hammer'");
  g_clear_error (&error);
  g_assert_false (
      vitrail_session_run (session, "invert", g_variant_new_uint32 (1), NULL));
  g_assert_false (vitrail_session_run (session, "set-tool", NULL, NULL));
  /* All others do no harm where nothing is open; some are refused. */
  const char *const *names = vitrail_session_list_commands ();
  for (guint i = 0; names[i] != NULL; i++) {
    g_clear_error (&error);
    if (vitrail_session_get_command_type (names[i]) == NULL &&
        !vitrail_session_run (session, names[i], NULL, &error))
      g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  }
  close_session (session);
}

static void
test_json (void)
{
  VitrailSession *session = open_archive ();
  run (session, "layout", g_variant_new ("(uu)", 1, 2));
  run (session, "set-tool", g_variant_new_string ("pan"));
  run (session, "go-to-image", g_variant_new_uint32 (3));
  run (session, "zoom-in", NULL);
  run (session, "rotate-right", NULL);
  g_assert_true (test_wait_until (shows_position, session));
  run (session, "set-window", g_variant_new ("(dd)", 50.5, 350.0));
  VitrailPresentation colored = VITRAIL_PRESENTATION_INIT;
  VitrailViewport *shown = vitrail_session_get_viewport (session, 0);
  vitrail_viewport_get_presentation (shown, &colored);
  colored.voi = 2;
  colored.colormap = "viridis";
  colored.hide_overlays = TRUE;
  vitrail_viewport_set_presentation (shown, &colored);
  run (session, "next-viewport", NULL);
  run (session, "show", g_variant_new_string ("1.2.3.2.1"));
  run (session, "cine-toggle", NULL);
  g_autofree char *saved = vitrail_session_to_json (session);
  close_session (session);

  VitrailSession *restored = vitrail_session_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (vitrail_session_from_json (restored, saved, &error));
  g_assert_no_error (error);
  g_assert_true (test_wait_until (has_display_sets, restored));
  VitrailViewport *first = vitrail_session_get_viewport (restored, 0);
  VitrailViewport *second = vitrail_session_get_viewport (restored, 1);
  g_assert_cmpuint (vitrail_session_get_active (restored), ==, 1);
  g_assert_cmpstr (vitrail_session_get_tool (restored), ==, "pan");
  g_assert_cmpstr (vitrail_viewport_get_display_set (first)->id, ==, "1.2.8.1");
  g_assert_cmpuint (vitrail_viewport_get_position (first), ==, 3);
  assert_view (first, 1.2, 90, 0);
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (first, &presentation);
  g_assert_cmpfloat (presentation.window_center, ==, 50.5);
  g_assert_cmpuint (presentation.voi, ==, 2);
  g_assert_cmpstr (presentation.colormap, ==, "viridis");
  g_assert_true (presentation.hide_overlays);
  g_assert_true (vitrail_viewport_get_playing (second));
  close_session (restored);
}

static void
test_bad_json (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{",
    "{\"rows\": 1e300, \"columns\": \"x\", \"active\": -4}",
    "{\"viewports\": 3, \"tool\": {}, \"location\": []}",
    "{\"viewports\": [1, null, {\"view\": [], \"position\": {}}]}",
  };
  VitrailSession *session = vitrail_session_new ();
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    gboolean taken = vitrail_session_from_json (session, texts[i], &error);
    g_assert_true (taken == (error == NULL));
    g_assert_true (taken == (i >= 3));
    g_assert_cmpuint (vitrail_session_get_n_viewports (session), >=, 1);
    g_assert_cmpuint (vitrail_session_get_n_viewports (session), <=, 16);
  }
  close_session (session);
}

/* docs/commands.md has one row for each command, and no others. */
static void
test_documented (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("VITRAIL_SOURCE"), "docs",
                                            "commands.md", NULL);
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &page, NULL, &error);
  g_assert_no_error (error);

  const char *const *names = vitrail_session_list_commands ();
  guint n = 0;
  for (; names[n] != NULL; n++) {
    const char *type = vitrail_session_get_command_type (names[n]);
    g_autofree char *row =
        g_strdup_printf ("| `%s` | %s%s%s | %s |\n", names[n],
                         type != NULL ? "`" : "", type != NULL ? type : "",
                         type != NULL ? "`" : "",
                         vitrail_session_get_command_summary (names[n]));
    if (strstr (page, row) == NULL)
      g_test_message ("docs/commands.md lacks: %s", row);
    g_assert_nonnull (strstr (page, row));
  }
  guint n_rows = 0;
  for (const char *p = strstr (page, "\n| `"); p != NULL;
       p = strstr (p + 1, "\n| `"))
    n_rows++;
  g_assert_cmpuint (n_rows, ==, n);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/session/open", test_open);
  g_test_add_func ("/session/open-nothing", test_open_nothing);
  g_test_add_func ("/session/positions", test_positions);
  g_test_add_func ("/session/series", test_series);
  g_test_add_func ("/session/layout", test_layout);
  g_test_add_func ("/session/view", test_view);
  g_test_add_func ("/session/windows", test_windows);
  g_test_add_func ("/session/small-windows", test_small_windows);
  g_test_add_func ("/session/presentation", test_presentation);
  g_test_add_func ("/session/pan", test_pan);
  g_test_add_func ("/session/bad-commands", test_bad_commands);
  g_test_add_func ("/session/json", test_json);
  g_test_add_func ("/session/bad-json", test_bad_json);
  g_test_add_func ("/session/documented", test_documented);
  return g_test_run ();
}
