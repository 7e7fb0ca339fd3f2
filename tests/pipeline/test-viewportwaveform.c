/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A waveform in a session: its page is the kernel's, placed by the view; it
 * scrolls, plays and looks as it is told. */

#include "lastreference.h"
#include "measuring.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportwaveform.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>

enum { WIDTH = 600, HEIGHT = 300 };

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  GstElement *sink;
} Fixture;

static const char *
get_study (void)
{
  static char *folder;

  if (folder != NULL)
    return folder;
  folder = g_build_filename (test_data_get_scratch (), "ecg", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_free (test_data_run ("/usr/bin/python3 -W ignore %s %s/ecg.dcm",
                         g_test_get_filename (G_TEST_DIST, "viewer",
                                              "make-ecg.py", NULL),
                         folder));
  return folder;
}

static gboolean
is_shown (gpointer data)
{
  const Fixture *self = data;
  const guint position = vitrail_viewport_get_position (self->viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (self->viewport) == position &&
         !vitrail_session_get_busy (self->session);
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (self->viewport, self->sink);
  vitrail_viewport_set_size (self->viewport, WIDTH, HEIGHT);
  vitrail_session_open_async (self->session, get_study (), NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_shown, self));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gst_object_unref (self->sink);
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

static gboolean
run (Fixture *self, const char *name, GVariant *argument)
{
  return vitrail_session_run (self->session, name, argument, NULL);
}

/* --- what is in the picture --- */

typedef struct {
  const Fixture *fixture;
  guint8 *pixels; /* WIDTH x HEIGHT */
} Expected;

static gboolean
is_as_expected (gpointer data)
{
  const Expected *self = data;
  g_autoptr (GstSample) sample = NULL;

  g_object_get (self->fixture->sink, "last-sample", &sample, NULL);
  return sample != NULL &&
         gst_buffer_get_size (gst_sample_get_buffer (sample)) ==
             (gsize) WIDTH * HEIGHT * 4 &&
         gst_buffer_memcmp (gst_sample_get_buffer (sample), 0, self->pixels,
                            (gsize) WIDTH * HEIGHT * 4) == 0;
}

/* @pixels: (nullable): room for the picture. */
static void
expect (Fixture *self, const VitrailEcgLook *look, guint8 *pixels)
{
  g_autofree guint8 *own =
      pixels == NULL ? g_malloc ((gsize) WIDTH * HEIGHT * 4) : NULL;
  guint8 *room = pixels != NULL ? pixels : own;
  VitrailView view;
  double to_page[6];

  vitrail_viewport_get_view (self->viewport, &view);
  vitrail_view_get_affine (&view, VITRAIL_ECG_PAGE_WIDTH,
                           VITRAIL_ECG_PAGE_HEIGHT, 1, WIDTH, HEIGHT, to_page);
  const VitrailEcgPicture picture = { WIDTH, HEIGHT, (gsize) WIDTH * 4, room,
                                      to_page };
  const VitrailWaveform *waveform =
      vitrail_viewport_get_waveform (self->viewport);
  g_autofree char *measured = vitrail_ecg_dup_measured (waveform, look->group);
  VitrailEcgLook with = *look;

  with.measured = measured;
  g_assert_true (vitrail_ecg_paint (waveform, &with, &picture));
  Expected expected = { self, room };
  g_assert_true (test_wait_until (is_as_expected, &expected));
}

static gboolean
is_black (const guint8 *pixels, guint x, guint y)
{
  const guint8 *pixel = pixels + ((gsize) y * WIDTH + x) * 4;

  return pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0;
}

/* --- tests --- */

static void
test_page (Fixture *self, gconstpointer data)
{
  const VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;
  VitrailView view = VITRAIL_VIEW_INIT;
  g_autofree guint8 *pixels = g_malloc ((gsize) WIDTH * HEIGHT * 4);
  const VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (self->viewport);

  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_WAVEFORM);
  g_assert_cmpuint (set->n_positions, ==, 1);
  expect (self, &look, pixels);
  /* As high as it fits: nothing beside it. */
  g_assert_true (is_black (pixels, 2, HEIGHT / 2));
  g_assert_false (is_black (pixels, WIDTH / 2, 2));
  /* Twice as large it fills the viewport. */
  view.zoom = 2;
  vitrail_viewport_set_view (self->viewport, &view);
  expect (self, &look, pixels);
  g_assert_false (is_black (pixels, 2, HEIGHT / 2));
  g_assert_null (vitrail_measuring_ref_frame (self->viewport));
}

typedef struct {
  const Fixture *fixture;
  int width;
  int height;
} Size;

static gboolean
has_size (gpointer data)
{
  const Size *self = data;
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;

  g_object_get (self->fixture->sink, "last-sample", &sample, NULL);
  return sample != NULL &&
         gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) &&
         info.width == self->width && info.height == self->height;
}

/* Pages have the size that the viewport has now. */
static void
test_size (Fixture *self, gconstpointer data)
{
  const VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;
  Size size = { self, 300, 333 };

  for (guint i = 0; i < 10; i++) {
    vitrail_viewport_set_size (self->viewport, 300, 333);
    g_assert_true (test_wait_until (has_size, &size));
    vitrail_viewport_set_size (self->viewport, WIDTH, HEIGHT);
    expect (self, &look, NULL);
  }
}

static void
test_scrolls (Fixture *self, gconstpointer data)
{
  VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;

  look.speed = 50;
  g_assert_true (run (self, "ecg-speed", g_variant_new_double (50)));
  /* Five of ten seconds on a page: 125 steps of 40 ms. */
  g_assert_cmpuint (vitrail_viewport_get_n_positions (self->viewport), ==, 126);
  expect (self, &look, NULL);
  g_assert_true (run (self, "go-to-image", g_variant_new_uint32 (26)));
  look.start = 1;
  expect (self, &look, NULL);
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (self->viewport),
                                  25, 1e-9);
  g_assert_true (run (self, "last-image", NULL));
  g_assert_true (run (self, "ecg-speed", g_variant_new_double (25)));
  g_assert_cmpuint (vitrail_viewport_get_position (self->viewport), ==, 1);
}

static gboolean
has_moved (gpointer data)
{
  return vitrail_viewport_get_shown_position (data) > 3;
}

static void
test_plays (Fixture *self, gconstpointer data)
{
  g_assert_true (run (self, "ecg-speed", g_variant_new_double (100)));
  vitrail_viewport_set_playing (self->viewport, TRUE);
  g_assert_true (test_wait_until (has_moved, self->viewport));
  vitrail_viewport_set_playing (self->viewport, FALSE);
}

static void
test_looks (Fixture *self, gconstpointer data)
{
  VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;

  look.layout = VITRAIL_ECG_12X1;
  look.gain = 5;
  g_assert_true (run (self, "ecg-layout", g_variant_new_string ("12x1")));
  g_assert_true (run (self, "ecg-gain", g_variant_new_double (5)));
  g_assert_true (run (self, "ecg-group", g_variant_new_uint32 (1)));
  expect (self, &look, NULL);
  g_assert_true (run (self, "ecg-scale", g_variant_new ("(dd)", 2.0, 0.5)));
  look.speed = 50;
  look.gain = 2.5;
  expect (self, &look, NULL);
  g_assert_true (
      run (self, "ecg-filter", g_variant_new ("(ddd)", 0.5, 40.0, 50.0)));
  look.filter = (VitrailWaveFilter){ 0.5, 40, 50 };
  expect (self, &look, NULL);
  g_assert_false (
      run (self, "ecg-filter", g_variant_new ("(ddd)", -1.0, 40.0, 0.0)));
  g_assert_false (run (self, "ecg-scale", g_variant_new ("(dd)", 1e9, 1.0)));
  g_assert_false (run (self, "ecg-layout", g_variant_new_string ("9x9")));
  g_assert_false (run (self, "ecg-gain", g_variant_new_double (0)));
  g_assert_false (run (self, "ecg-group", g_variant_new_uint32 (0)));
  g_assert_false (run (self, "ecg-group", g_variant_new_uint32 (2)));
  expect (self, &look, NULL);
}

/* --- calipers --- */

/* Viewport pixels of a place of the page, mm: as large as it fits, in the
 * middle. */
static void
get_pixel (double x_mm, double y_mm, double pixel[2])
{
  const double scale = HEIGHT / VITRAIL_ECG_HEIGHT;

  pixel[0] = (WIDTH - scale * VITRAIL_ECG_WIDTH) / 2 + scale * x_mm;
  pixel[1] = scale * y_mm;
}

static void
send (Fixture *self, GstEvent *event)
{
  g_assert_true (gst_element_send_event (self->sink, event));
}

static void
drag (Fixture *self, const double from[2], const double to[2])
{
  send (self,
        gst_navigation_event_new_mouse_button_press (1, from[0], from[1], 0));
  send (self, gst_navigation_event_new_mouse_move (to[0], to[1], 0));
  send (self,
        gst_navigation_event_new_mouse_button_release (1, to[0], to[1], 0));
}

static gboolean
has_caliper (gpointer data)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (data, &look);
  return look.caliper.channel > 0;
}

/* On lead II of the whole width: 50 mm are 2 s, 10 mm are 1 mV. */
static void
test_caliper (Fixture *self, gconstpointer data)
{
  const double line = 30 + 165.0 / 4 * 3.5;
  VitrailEcgLook look;
  double from[2];
  double to[2];

  get_pixel (75, line, from);
  get_pixel (95, line - 10, to);
  drag (self, from, to);
  g_assert_true (test_wait_until (has_caliper, self->viewport));
  vitrail_viewport_get_ecg (self->viewport, &look);
  g_assert_cmpuint (look.caliper.channel, ==, 2);
  g_assert_cmpfloat_with_epsilon (look.caliper.from_s, 2, 1e-6);
  g_assert_cmpfloat_with_epsilon (look.caliper.to_s, 2.8, 1e-6);
  g_assert_cmpfloat_with_epsilon (look.caliper.from_mv, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (look.caliper.to_mv, 1, 1e-6);
  expect (self, &look, NULL);

  g_assert_true (run (self, "ecg-no-caliper", NULL));
  g_assert_false (has_caliper (self->viewport));
  look.caliper = (VitrailEcgCaliper){ 0 };
  expect (self, &look, NULL);
  g_assert_true (run (self, "ecg-caliper",
                      g_variant_new ("(udddd)", 12u, 0.5, 1.5, 1.0, 0.0)));
  look.caliper = (VitrailEcgCaliper){ 12, 0.5, 1.5, 1, 0 };
  expect (self, &look, NULL);
  g_assert_false (run (self, "ecg-caliper",
                       g_variant_new ("(udddd)", 13u, 0.5, 1.5, 1.0, 0.0)));
  g_assert_false (run (self, "ecg-caliper",
                       g_variant_new ("(udddd)", 1u, NAN, 1.5, 1.0, 0.0)));
}

/* --- under a cine --- */

/* 40 frames, 50 ms apart, of one grey, with the ECG of make-ecg.py inside. */
static const char cine[] =
    "import os, pydicom\n"
    "ds = pydicom.dcmread ('{dir}/ecg/ecg.dcm')\n"
    "ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.3.1'\n"
    "ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "ds.Modality, ds.FrameTime, ds.NumberOfFrames = 'US', 50, 40\n"
    "ds.Rows, ds.Columns, ds.SamplesPerPixel = 60, 120, 1\n"
    "ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "ds.BitsAllocated = ds.BitsStored = 8\n"
    "ds.HighBit, ds.PixelRepresentation = 7, 0\n"
    "ds.PixelData = bytes ([40]) * (120 * 60 * 40)\n"
    "ds['PixelData'].VR = 'OB'\n"
    "os.makedirs ('{dir}/cine', exist_ok=True)\n"
    "ds.save_as ('{dir}/cine/cine.dcm')\n";

typedef struct {
  Fixture *fixture;
  guint x;
} Line;

/* Whether column @x is white in the lower sixth, and not above. */
static gboolean
has_line (gpointer data)
{
  const Line *self = data;
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  GstVideoFrame picture;
  gboolean found = TRUE;

  g_object_get (self->fixture->sink, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != WIDTH || info.height != HEIGHT ||
      !gst_video_frame_map (&picture, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return FALSE;
  for (int y = HEIGHT / 2; y < HEIGHT; y++) {
    const guint8 *pixel =
        (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&picture, 0) +
        (gsize) y * (guint) GST_VIDEO_FRAME_PLANE_STRIDE (&picture, 0) +
        (gsize) self->x * (guint) GST_VIDEO_FRAME_COMP_PSTRIDE (&picture, 0);
    found = found && (*pixel > 240) == (y >= HEIGHT - HEIGHT / 6);
  }
  gst_video_frame_unmap (&picture);
  return found;
}

static void
test_cine (Fixture *self, gconstpointer data)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "cine", NULL);
  Line line = { self, 0 };

  g_free (test_data_python (cine));
  vitrail_session_open_async (self->session, folder, NULL, NULL, NULL);
  /* At 0 s half of it, two pixels wide, is to be seen; 4 s are 600 pixels. */
  g_assert_true (test_wait_until (has_line, &line));
  g_assert_true (run (self, "go-to-image", g_variant_new_uint32 (21)));
  line.x = 150;
  g_assert_true (test_wait_until (has_line, &line));
  g_assert_true (run (self, "go-to-image", g_variant_new_uint32 (31)));
  line.x = 225;
  g_assert_true (test_wait_until (has_line, &line));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                               \
  g_test_add ("/viewportwaveform/" path, Fixture, NULL, set_up, function, \
              tear_down)
  ADD ("page", test_page);
  ADD ("size", test_size);
  ADD ("scrolls", test_scrolls);
  ADD ("plays", test_plays);
  ADD ("looks", test_looks);
  ADD ("caliper", test_caliper);
  ADD ("cine", test_cine);
  return g_test_run ();
}
