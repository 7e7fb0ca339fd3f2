/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The viewport's pipelines without a display: what goes to the tail, input
 * through GstNavigation, cine, and that nothing waits for a slow decoder. */

#include "cineclock.h"
#include "dicom/builder.h"
#include "folder.h"
#include "lastreference.h"
#include "slidedata.h"
#include "testarchive.h"
#include "testdata.h"
#include "tools.h"
#include "viewport.h"

#include <gst/app/gstappsink.h>
#include <gst/video/navigation.h>
#include <gst/video/video.h>

#include <math.h>
#include <string.h>

#define SIZE 128

typedef struct {
  VitrailDataSource *source;
  VitrailDisplaySet *ct;
  VitrailDisplaySet *us;
  VitrailViewport *viewport;
  GstElement *sink;
} Fixture;

static VitrailDataSet *
make_match (const char *series)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0020, 0x000e),
                                       series);
  return vitrail_data_set_builder_end (builder);
}

static VitrailDisplaySet *
find_set (VitrailFolder *folder, const char *series)
{
  g_autoptr (VitrailDataSet) match = make_match (series);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) answers = vitrail_folder_query (folder, &query, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) sets = vitrail_display_sets_new (NULL, answers);
  g_assert_cmpuint (sets->len, ==, 1);
  return vitrail_display_set_ref (g_ptr_array_index (sets, 0));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const paths[] = { test_archive_get (), NULL };
  g_autoptr (GError) error = NULL;
  VitrailFolder *folder = vitrail_folder_new (paths, ":memory:");
  g_assert_true (vitrail_folder_scan (folder, NULL, &error));
  g_assert_no_error (error);
  self->source = VITRAIL_DATA_SOURCE (folder);
  self->ct = find_set (folder, "1.2.8.1");
  self->us = find_set (folder, "1.2.8.2");
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  self->viewport = vitrail_viewport_new (self->sink);
  g_assert_null (vitrail_viewport_get_error (self->viewport));
  vitrail_viewport_set_size (self->viewport, SIZE, SIZE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  vitrail_viewport_show (self->viewport, NULL, NULL);
  test_assert_ends (self->viewport);
  g_clear_object (&self->sink);
  test_run_for (20);
  vitrail_display_set_unref (self->ct);
  vitrail_display_set_unref (self->us);
  g_clear_object (&self->source);
}

static gboolean
shows_position (gpointer viewport)
{
  guint position = vitrail_viewport_get_position (viewport);
  return position > 0 &&
         vitrail_viewport_get_shown_position (viewport) == position;
}

static gboolean
has_error (gpointer viewport)
{
  return vitrail_viewport_get_error (viewport) != NULL;
}

static void
show (Fixture *self, VitrailDisplaySet *set)
{
  vitrail_viewport_show (self->viewport, self->source, set);
  g_assert_null (vitrail_viewport_get_error (self->viewport));
  g_assert_true (test_wait_until (shows_position, self->viewport));
}

/* The middle pixel of the last picture; 256: it is still on its way to the
 * sink. */
static guint
get_grey (Fixture *self)
{
  g_autoptr (GstSample) sample = NULL;
  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (sample == NULL)
    return 256;
  GstVideoInfo info;
  GstVideoFrame frame;
  g_assert_true (
      gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_cmpint (info.width, ==, SIZE);
  g_assert_cmpint (info.height, ==, SIZE);
  g_assert_true (gst_video_frame_map (
      &frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  const guint8 *row =
      (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
      (gsize) (SIZE / 2) * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  guint grey =
      row[(gsize) (SIZE / 2) * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, 0)];
  gst_video_frame_unmap (&frame);
  return grey;
}

typedef struct {
  Fixture *fixture;
  guint grey;
} Expected;

static gboolean
has_grey (gpointer user_data)
{
  const Expected *expected = user_data;
  return get_grey (expected->fixture) == expected->grey;
}

static void
assert_grey (Fixture *self, guint grey)
{
  Expected expected = { self, grey };
  if (!test_wait_until (has_grey, &expected))
    g_assert_cmpuint (get_grey (self), ==, grey);
}

/* PS3.3 C.11.2.1.2 LINEAR. */
static guint
window_linear (double value, double center, double width)
{
  double y = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
  return (guint) (CLAMP (y, 0, 255) + 0.5);
}

static void
test_picture (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 6);
  for (guint position = 1; position <= 3; position++) {
    vitrail_viewport_set_position (self->viewport, position);
    assert_grey (self, window_linear (100.0 * position, 40, 400));
  }
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  presentation.has_window = TRUE;
  presentation.window_center = 300;
  presentation.window_width = 1000;
  vitrail_viewport_set_presentation (self->viewport, &presentation);
  assert_grey (self, window_linear (300, 300, 1000));
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_true (shown.has_window);
  g_assert_cmpfloat (shown.window_center, ==, 300);
  g_assert_cmpfloat (shown.window_width, ==, 1000);
}

/* Nothing of one display set is left when another is shown. */
static void
test_switch (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  presentation.invert = TRUE;
  vitrail_viewport_set_presentation (self->viewport, &presentation);
  VitrailView view = VITRAIL_VIEW_INIT;
  view.zoom = 3;
  vitrail_viewport_set_view (self->viewport, &view);

  vitrail_viewport_show (self->viewport, self->source, self->us);
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_false (shown.valid);
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat (view.zoom, ==, 1);
  vitrail_viewport_get_presentation (self->viewport, &presentation);
  g_assert_false (presentation.invert);
  for (guint i = 0; i < 20; i++) { /* what comes is of the new one only */
    test_run_for (5);
    vitrail_shown_state_clear (&shown);
    vitrail_viewport_get_shown (self->viewport, &shown);
    if (shown.valid)
      g_assert_cmpstr (shown.info->sop_instance_uid, ==, "1.2.3.2.1");
  }
  g_assert_true (test_wait_until (shows_position, self->viewport));
}

static void
test_there_and_back (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 20; i++) {
    vitrail_viewport_show (self->viewport, self->source,
                           i % 2 == 0 ? self->ct : self->us);
    if (i % 3 == 0)
      test_run_for (3);
  }
  g_assert_true (test_wait_until (shows_position, self->viewport));
  g_assert_true (vitrail_viewport_get_display_set (self->viewport) == self->us);
}

/* Input */

static void
send (Fixture *self, GstEvent *event)
{
  gst_element_send_event (self->sink, event);
}

static void
drag (Fixture *self, int button, double dx, double dy)
{
  send (self, gst_navigation_event_new_mouse_button_press (button, 64, 64, 0));
  send (self,
        gst_navigation_event_new_mouse_move (64 + dx / 2, 64 + dy / 2, 0));
  send (self, gst_navigation_event_new_mouse_move (64 + dx, 64 + dy, 0));
  send (self, gst_navigation_event_new_mouse_button_release (button, 64 + dx,
                                                             64 + dy, 0));
  /* The button is up: this is no drag any more. */
  send (self, gst_navigation_event_new_mouse_move (0, 0, 0));
}

static void
wheel (Fixture *self, double up, GstNavigationModifierType state)
{
  send (self, gst_navigation_event_new_mouse_scroll (100, 30, 0, up, state));
}

static void
test_wheel (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  wheel (self, -1, 0);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 7);
  wheel (self, 3, 0);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 4);
  for (guint i = 0; i < 4; i++) /* a touch pad: parts of a click */
    wheel (self, -0.25, 0);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 5);
  wheel (self, 100, 0);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 1);
  g_assert_true (test_wait_until (shows_position, self->viewport));

  wheel (self, 2, GST_NAVIGATION_MODIFIER_CONTROL_MASK);
  VitrailView view;
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.zoom, 1.44, 1e-9);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 1);
}

/* Where the image point of viewport pixel (x, y) lies. */
static void
map (Fixture *self, double x, double y, double point[2])
{
  VitrailViewportGeometry g;
  VitrailView view;
  double a[6];
  g_assert_true (vitrail_viewport_get_geometry (self->viewport, &g));
  vitrail_viewport_get_view (self->viewport, &view);
  vitrail_view_get_affine (&view, g.image_width, g.image_height, g.aspect,
                           g.width, g.height, a);
  point[0] = a[0] * x + a[1] * y + a[2];
  point[1] = a[3] * x + a[4] * y + a[5];
}

static void
assert_maps_to (Fixture *self, double x, double y, const double expected[2])
{
  double point[2];
  map (self, x, y, point);
  g_assert_cmpfloat_with_epsilon (point[0], expected[0], 1e-6);
  g_assert_cmpfloat_with_epsilon (point[1], expected[1], 1e-6);
}

/* With the view turned and mirrored: the point under the pointer stays. */
static void
test_zoom_and_pan (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  VitrailView view = { .zoom = 2,
                       .pan_x = 0.4,
                       .pan_y = 0.6,
                       .rotation = 90,
                       .flip_horizontal = TRUE };
  vitrail_viewport_set_view (self->viewport, &view);
  double point[2];

  map (self, 100, 30, point);
  wheel (self, 1, GST_NAVIGATION_MODIFIER_CONTROL_MASK);
  assert_maps_to (self, 100, 30, point);

  map (self, 64, 64, point);
  drag (self, 2, 12, -7);
  assert_maps_to (self, 76, 57, point);

  map (self, 64, 64, point);
  drag (self, 3, 0, -150);
  assert_maps_to (self, 64, 64, point);
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat_with_epsilon (view.zoom, 4.8, 1e-9);
}

static void
test_window_drag (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  VitrailPresentation presentation;

  drag (self, 1, 75, 0); /* a quarter of 300 px: a quarter wider */
  vitrail_viewport_get_presentation (self->viewport, &presentation);
  g_assert_true (presentation.has_window);
  g_assert_cmpfloat_with_epsilon (presentation.window_width, 500, 1e-9);
  g_assert_cmpfloat_with_epsilon (presentation.window_center, 40, 1e-9);
  drag (self, 1, 0, 30);
  vitrail_viewport_get_presentation (self->viewport, &presentation);
  g_assert_cmpfloat_with_epsilon (presentation.window_center, 90, 1e-9);
  drag (self, 1, -10000, 0);
  vitrail_viewport_get_presentation (self->viewport, &presentation);
  g_assert_cmpfloat (presentation.window_width, ==, 1);
}

static void
test_other_tools (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  const char *const *names = vitrail_tool_list ();
  for (guint i = 0; names[i] != NULL; i++) {
    vitrail_viewport_set_tool (self->viewport, names[i]);
    g_assert_cmpstr (vitrail_viewport_get_tool (self->viewport), ==, names[i]);
  }
  vitrail_viewport_set_tool (self->viewport, "scroll");
  vitrail_viewport_set_tool (self->viewport, "no-such-tool");
  g_assert_cmpstr (vitrail_viewport_get_tool (self->viewport), ==, "scroll");
  drag (self, 1, 0, 12);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 8);
  vitrail_viewport_set_tool (self->viewport, "pan");
  drag (self, 1, 20, 0);
  VitrailView view;
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat (view.pan_x, <, 0.5);
}

/* Values that no hand produces are refused or clamped. */
static void
test_limits (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  VitrailView view = VITRAIL_VIEW_INIT;
  view.zoom = 1e9;
  view.pan_x = -7;
  view.rotation = -450;
  vitrail_viewport_set_view (self->viewport, &view);
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat (view.zoom, ==, 32); /* 64 px an image pixel, fit is 2 */
  g_assert_cmpfloat (view.pan_x, ==, 0);
  g_assert_cmpfloat (view.rotation, ==, 270);
  view.zoom = NAN;
  vitrail_viewport_set_view (self->viewport, &view);
  vitrail_viewport_get_view (self->viewport, &view);
  g_assert_cmpfloat (view.zoom, ==, 32);
  vitrail_viewport_set_position (self->viewport, 4000000000u);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 12);
}

/* Cine */

typedef struct {
  gboolean seen[TEST_ARCHIVE_FRAMES + 1];
  guint n_shown;
} Seen;

static void
shown_cb (VitrailViewport *viewport, Seen *seen)
{
  guint position = vitrail_viewport_get_shown_position (viewport);
  if (position <= TEST_ARCHIVE_FRAMES)
    seen->seen[position] = TRUE;
  seen->n_shown++;
}

static void
test_cine (Fixture *self, gconstpointer data)
{
  Seen seen = { 0 };
  show (self, self->us);
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (self->viewport),
                                  1000.0 / TEST_ARCHIVE_FRAME_MS, 1e-9);
  g_signal_connect (self->viewport, "shown", G_CALLBACK (shown_cb), &seen);
  gint64 start = g_get_monotonic_time ();
  vitrail_viewport_set_playing (self->viewport, TRUE);
  test_run_for (3 * TEST_ARCHIVE_FRAMES * TEST_ARCHIVE_FRAME_MS / 2);
  double elapsed_ms = (double) (g_get_monotonic_time () - start) / 1000;

  /* In step with the clock, past the end and from the start again. */
  guint due = (guint) (elapsed_ms / TEST_ARCHIVE_FRAME_MS);
  guint position = vitrail_viewport_get_position (self->viewport);
  guint behind =
      (due % TEST_ARCHIVE_FRAMES + 1 + TEST_ARCHIVE_FRAMES - position) %
      TEST_ARCHIVE_FRAMES;
  g_assert_true (behind <= 2 || behind == TEST_ARCHIVE_FRAMES - 1);
  guint n_seen = 0;
  for (guint i = 1; i <= TEST_ARCHIVE_FRAMES; i++)
    n_seen += seen.seen[i];
  g_assert_cmpuint (n_seen, >=, TEST_ARCHIVE_FRAMES - 2);

  vitrail_viewport_set_speed (self->viewport, 2);
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (self->viewport),
                                  2000.0 / TEST_ARCHIVE_FRAME_MS, 1e-9);
  vitrail_viewport_set_playing (self->viewport, FALSE);
  position = vitrail_viewport_get_position (self->viewport);
  test_run_for (2 * TEST_ARCHIVE_FRAME_MS);
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==,
                    position);
  g_assert_true (test_wait_until (shows_position, self->viewport));
  assert_grey (self, get_grey (self));
  g_signal_handlers_disconnect_by_data (self->viewport, &seen);
}

/* @n steps from @position, as text. */
static char *
walk_loop (VitrailCineLoop loop, guint position, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    position = vitrail_cine_loop_next (&loop, position);
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", position);
  }
  return g_string_free (text, FALSE);
}

static void
test_loop (void)
{
  static const struct {
    VitrailCineLoop loop;
    guint position;
    const char *steps;
  } cases[] = {
    { { 1, 4, FALSE, FALSE }, 1, "2 3 4 1 2 3 4 1" },
    { { 1, 4, TRUE, FALSE }, 2, "1 4 3 2 1 4 3 2" },
    { { 2, 4, FALSE, TRUE }, 2, "3 4 3 2 3 4 3 2" },
    { { 2, 4, TRUE, TRUE }, 4, "3 2 3 4 3 2 3 4" },
    { { 2, 4, FALSE, FALSE }, 9, "2 3 4 2 3 4 2 3" },
    { { 2, 4, TRUE, FALSE }, 1, "4 3 2 4 3 2 4 3" },
    { { 3, 3, FALSE, TRUE }, 3, "3 3 3 3 3 3 3 3" },
    { { 0, 0, TRUE, TRUE }, 1, "1 1 1 1 1 1 1 1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *steps = walk_loop (cases[i].loop, cases[i].position, 8);
    g_assert_cmpstr (steps, ==, cases[i].steps);
  }
}

/* From A to B, backwards; it begins where it is entered. */
static void
test_loop_played (Fixture *self, gconstpointer data)
{
  Seen seen = { 0 };
  guint first = 0;
  guint last = 0;
  show (self, self->us);
  vitrail_viewport_set_loop (self->viewport, 2, 4);
  vitrail_viewport_set_backwards (self->viewport, TRUE);
  vitrail_viewport_get_loop (self->viewport, &first, &last);
  g_assert_cmpuint (first, ==, 2);
  g_assert_cmpuint (last, ==, 4);
  g_signal_connect (self->viewport, "shown", G_CALLBACK (shown_cb), &seen);
  vitrail_viewport_set_position (self->viewport, 3);
  vitrail_viewport_set_playing (self->viewport, TRUE);
  test_run_for (10 * TEST_ARCHIVE_FRAME_MS);
  vitrail_viewport_set_playing (self->viewport, FALSE);
  for (guint i = 5; i <= TEST_ARCHIVE_FRAMES; i++)
    g_assert_false (seen.seen[i]);
  guint position = vitrail_viewport_get_position (self->viewport);
  g_assert_cmpuint (position, >=, 2);
  g_assert_cmpuint (position, <=, 4);
  /* Another display set has a loop of its own. */
  show (self, self->us);
  vitrail_viewport_get_loop (self->viewport, &first, &last);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (last, ==, TEST_ARCHIVE_FRAMES);
  g_signal_handlers_disconnect_by_data (self->viewport, &seen);
}

/* A tail that comes later gets the picture too. */
static void
test_tail (Fixture *self, gconstpointer data)
{
  vitrail_viewport_set_tail (self->viewport, NULL);
  show (self, self->ct);
  vitrail_viewport_set_tail (self->viewport, self->sink);
  vitrail_viewport_set_position (self->viewport, 2);
  g_assert_true (test_wait_until (shows_position, self->viewport));
  test_run_for (50);
  assert_grey (self, window_linear (200, 40, 400));
}

/* A view that cannot be drawn says so, and the next one is shown. */
static void
test_view_fails (Fixture *self, gconstpointer data)
{
  show (self, self->ct);
  GST_ELEMENT_ERROR (self->sink, STREAM, DECODE, ("cannot be drawn"), (NULL));
  g_assert_true (test_wait_until (has_error, self->viewport));
  g_assert_cmpstr (vitrail_viewport_get_error (self->viewport), ==,
                   "cannot be drawn");
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_false (shown.valid);
  vitrail_viewport_set_position (self->viewport, 2);
  g_assert_true (test_wait_until (shows_position, self->viewport));
  assert_grey (self, window_linear (200, 40, 400));
}

/* What cannot be a picture says so, and is not waited for. */
static void
test_no_format (Fixture *self, gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "no-bits.dcm", NULL);
  const char *const paths[] = { path, NULL };

  g_free (test_data_run ("/usr/bin/python3 -c \"import pydicom; "
                         "ds = pydicom.dcmread('%s/us.dcm'); del ds[0x280100]; "
                         "ds.save_as('%s')\"",
                         test_archive_get (), path));
  VitrailFolder *folder = vitrail_folder_new (paths, ":memory:");
  g_assert_true (vitrail_folder_scan (folder, NULL, NULL));
  g_clear_object (&self->source);
  self->source = VITRAIL_DATA_SOURCE (folder);
  vitrail_viewport_show (self->viewport, self->source, self->us);
  g_assert_true (test_wait_until (has_error, self->viewport));
  g_assert_nonnull (
      strstr (vitrail_viewport_get_error (self->viewport), "BitsAllocated"));
}

/* The first slide in @path. */
static void
show_slide (Fixture *self, const char *path)
{
  const char *const paths[] = { path, NULL };
  VitrailFolder *folder = vitrail_folder_new (paths, ":memory:");
  g_assert_true (vitrail_folder_scan (folder, NULL, NULL));
  g_autoptr (GPtrArray) slides = vitrail_folder_list_slides (folder);
  g_assert_cmpuint (slides->len, ==, 1);
  const VitrailSlideEntry *entry = g_ptr_array_index (slides, 0);
  g_autoptr (VitrailDisplaySet) set =
      vitrail_display_set_new_slide (entry->id, entry->name);
  g_clear_object (&self->source);
  self->source = VITRAIL_DATA_SOURCE (folder);
  show (self, set);
}

/* The picture of a slide says which one it is, of whom, and that it lost. */
static void
test_slide_words (Fixture *self, gconstpointer data)
{
  g_auto (VitrailShownState) shown = { 0 };
  g_autofree char *svs = test_slide_make_svs (600, 400, 80);
  g_autofree char *name = g_path_get_basename (svs);

  show_slide (self, svs);
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_null (shown.info);
  g_assert_cmpstr (vitrail_slide_get_name (shown.slide), ==, name);
  g_assert_true (shown.flags & VITRAIL_FRAME_META_LOSSY);
  g_assert_null (vitrail_slide_ref_frame_info (shown.slide));

  g_autofree char *folder =
      test_slide_make_dicom (600, 400, 80, "--dataset SAMPLE --max-size 0");
  g_autofree char *patient =
      test_data_run ("dcmdump +P 0010,0020 \"$(ls '%s'/*.dcm | head -n 1)\" "
                     "| sed 's/.*\\[\\(.*\\)\\].*/\\1/' | tr -d '\\n'",
                     folder);
  show_slide (self, folder);
  vitrail_shown_state_clear (&shown);
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_true (shown.flags & VITRAIL_FRAME_META_LOSSY);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_slide_ref_frame_info (shown.slide);
  g_assert_cmpstr (info->modality, ==, "SM");
  g_assert_cmpstr (info->patient_id, ==, patient);
  g_assert_cmpuint (strlen (patient), >, 0);
  vitrail_viewport_show (self->viewport, self->source, self->ct);
  vitrail_shown_state_clear (&shown);
  vitrail_viewport_get_shown (self->viewport, &shown);
  g_assert_null (shown.slide);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/viewport/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("picture", test_picture);
  ADD ("switch", test_switch);
  ADD ("there-and-back", test_there_and_back);
  ADD ("wheel", test_wheel);
  ADD ("zoom-and-pan", test_zoom_and_pan);
  ADD ("window-drag", test_window_drag);
  ADD ("other-tools", test_other_tools);
  ADD ("limits", test_limits);
  ADD ("cine", test_cine);
  ADD ("loop", test_loop_played);
  g_test_add_func ("/viewport/loop-order", test_loop);
  ADD ("tail", test_tail);
  ADD ("view-fails", test_view_fails);
  ADD ("no-format", test_no_format);
  ADD ("slide-words", test_slide_words);
  return g_test_run ();
}
