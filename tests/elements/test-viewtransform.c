/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* viewtransform: sizes, passing through, planes, and what setters do. The
 * samples are judged by test-dcmwindow. */

#include "pixel/resample.h"
#include "sink/feed.h"
#include "testbuffer.h"
#include "testframe.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>
#include <string.h>

static void
get_size (GstSample *sample, int *width, int *height)
{
  const GstStructure *structure =
      gst_caps_get_structure (gst_sample_get_caps (sample), 0);

  g_assert_true (gst_structure_get_int (structure, "width", width));
  g_assert_true (gst_structure_get_int (structure, "height", height));
}

static void
test_sizes (void)
{
  const struct {
    const char *caps;
    int width;
    int height;
  } cases[] = {
    { "video/x-raw", 60, 40 },
    { "video/x-raw, width=200, height=100", 200, 100 },
    { "video/x-raw, width=30", 30, 20 },
    { "video/x-raw, height=400", 600, 400 },
    { "video/x-raw, width=[100, 300], height=[1, 30]", 100, 30 },
  };

  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *middle =
        g_strdup_printf ("viewtransform ! %s", cases[i].caps);
    g_auto (TestPipe) pipe = { 0 };
    int width = 0;
    int height = 0;

    test_pipe_start (&pipe, middle, caps);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    g_assert_nonnull (sample);
    get_size (sample, &width, &height);
    g_assert_cmpint (width, ==, cases[i].width);
    g_assert_cmpint (height, ==, cases[i].height);
  }
}

static gboolean
is_same_memory (GstBuffer *a, GstBuffer *b)
{
  return gst_buffer_peek_memory (a, 0) == gst_buffer_peek_memory (b, 0);
}

/* Nothing to do: not a byte is touched; and back, while it plays. */
static void
test_passthrough (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_autoptr (GstBuffer) buffer = NULL;
  VitrailFrameInfo *info = test_info_new (frame);
  VitrailView view = VITRAIL_VIEW_INIT;
  g_auto (TestPipe) pipe = { 0 };

  buffer = test_buffer_new (frame, info);
  test_pipe_start (&pipe, "viewtransform name=view", caps);
  g_autoptr (GstElement) element = test_pipe_get (&pipe, "view");
  for (guint i = 0; i < 6; i++) {
    view.zoom = i % 2 ? 2 : 1;
    g_object_set (element, "view", &view, NULL);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, gst_buffer_ref (buffer));
    g_assert_nonnull (sample);
    g_assert_cmpint (is_same_memory (buffer, gst_sample_get_buffer (sample)),
                     ==, i % 2 == 0);
    g_assert_nonnull (
        vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample)));
  }
}

/* Each pixel of the output lies where the image point under it does. */
static void
test_plane (void)
{
  const double plane[12] = {
    0.5, 0.1, 0, -100, 0.05, 0.6, 0, 20, 0, 0.2, 0, 7
  };
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  const VitrailView view = { 1.7, 0.4, 0.3, 28, TRUE, FALSE, 0 };
  g_auto (TestPipe) pipe = { 0 };
  double m[6];

  info->has_plane = TRUE;
  memcpy (info->plane, plane, sizeof plane);
  test_pipe_start (&pipe,
                   "viewtransform name=view ! video/x-raw, width=90, height=70",
                   caps);
  g_autoptr (GstElement) element = test_pipe_get (&pipe, "view");
  g_object_set (element, "view", &view, NULL);
  g_autoptr (GstSample) sample =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  g_assert_true (meta->has_plane);
  g_assert_cmpuint (meta->frame_width, ==, 60);
  g_assert_cmpuint (meta->frame_height, ==, 40);
  vitrail_view_get_affine (&view, 60, 40, 1, 90, 70, m);
  for (guint y = 0; y < 70; y += 23)
    for (guint x = 0; x < 90; x += 17) {
      double expected[3];
      double got[3];
      vitrail_plane_map (plane, m[0] * x + m[1] * y + m[2],
                         m[3] * x + m[4] * y + m[5], expected);
      vitrail_plane_map (meta->plane, x, y, got);
      for (guint i = 0; i < 3; i++)
        g_assert_cmpfloat_with_epsilon (got[i], expected[i], 1e-9);
      const double *f = meta->to_frame;
      g_assert_cmpfloat_with_epsilon (f[0] * x + f[1] * y + f[2],
                                      m[0] * x + m[1] * y + m[2], 1e-9);
    }
}

static GstPadProbeReturn
count_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info),
                          VITRAIL_EVENT_REFRESH))
    g_atomic_int_inc ((gint *) user_data);
  return GST_PAD_PROBE_OK;
}

/* A setter that changes something asks for a redraw, once; one that does not,
 * does not. */
static void
test_setters (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (8, 8, 1, 16, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  const VitrailView view = { 2, 0.25, 0.75, 90, TRUE, TRUE, 1 };
  VitrailView *got = NULL;
  gint events = 0;
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "viewtransform name=view", caps);
  g_autoptr (GstElement) element = test_pipe_get (&pipe, "view");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (pipe.source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, count_cb, &events,
                     NULL);
  g_object_set (element, "zoom", 2.0, NULL);
  g_assert_cmpint (events, ==, 1);
  g_object_set (element, "zoom", 2.0, "rotation", 0.0, NULL);
  g_assert_cmpint (events, ==, 1);
  g_object_set (element, "view", &view, NULL);
  g_assert_cmpint (events, ==, 2);
  g_object_get (element, "view", &got, NULL);
  g_assert_true (vitrail_view_equal (got, &view));
  g_boxed_free (VITRAIL_TYPE_VIEW, got);
  g_object_set (element, "pan-x", 0.25, "flip-vertical", FALSE, "interpolation",
                VITRAIL_INTERPOLATION_LINEAR, NULL);
  g_assert_cmpint (events, ==, 4);
  g_object_set (element, "view", NULL, NULL);
  g_object_get (element, "view", &got, NULL);
  g_assert_cmpfloat (got->zoom, ==, 1);
  g_boxed_free (VITRAIL_TYPE_VIEW, got);
}

/* Another size while it plays, as when a window is dragged larger. */
static void
test_resize (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 3, 8, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  VitrailFrameInfo *info = test_info_new (frame);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "viewtransform ! capsfilter name=size", caps);
  g_autoptr (GstElement) size = test_pipe_get (&pipe, "size");
  for (int side = 20; side < 200; side += 30) {
    g_autoptr (GstCaps) wanted =
        gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, side, "height",
                             G_TYPE_INT, side, NULL);
    int width = 0;
    int height = 0;
    g_object_set (size, "caps", wanted, NULL);
    g_autoptr (GstSample) sample =
        test_pipe_run (&pipe, test_buffer_new (frame, info));
    get_size (sample, &width, &height);
    g_assert_cmpint (width, ==, side);
    g_assert_cmpint (height, ==, side);
  }
}

/* The next sample that is @width wide; each on the way holds what its caps
 * say. */
static void
expect_width (GstElement *sink, int width)
{
  int got = 0;
  while (got != width) {
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                      (GstClockTime) 60 * GST_SECOND);
    GstVideoInfo info;
    g_assert_nonnull (sample);
    g_assert_true (
        gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
    g_assert_cmpuint (gst_buffer_get_size (gst_sample_get_buffer (sample)), ==,
                      GST_VIDEO_INFO_SIZE (&info));
    got = GST_VIDEO_INFO_WIDTH (&info);
  }
}

/* A view is given its size after a picture of any size has passed. The source
 * of a view does not repeat its caps: only the buffer brings the new size. */
static void
test_resize_after_passthrough (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 3, 8, 1);
  g_autoptr (GstBuffer) buffer = test_buffer_new (frame, test_info_new (frame));
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_autoptr (GstCaps) any = gst_caps_new_empty_simple ("video/x-raw");
  g_autoptr (GstCaps) wanted =
      gst_caps_from_string ("video/x-raw, width=30, height=70; video/x-raw");
  g_autoptr (VitrailFeed) feed = vitrail_feed_new ();
  g_autoptr (GstElement) view =
      gst_parse_launch ("feedsrc name=source ! viewtransform ! capsfilter "
                        "name=size ! appsink name=sink sync=false",
                        NULL);
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (view), "source");
  g_autoptr (GstElement) size = gst_bin_get_by_name (GST_BIN (view), "size");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (view), "sink");

  vitrail_feed_store (feed, buffer, caps);
  g_object_set (source, "feed", feed, NULL);
  gst_element_set_state (view, GST_STATE_PLAYING);
  for (guint i = 0; i < 6; i++) {
    g_object_set (size, "caps", i % 2 ? wanted : any, NULL);
    expect_width (sink, i % 2 ? 30 : 60);
  }
  gst_element_set_state (view, GST_STATE_NULL);
}

/* A buffer too short for its caps is an error, not a read beyond. */
static void
test_short (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (60, 40, 1, 32, 1);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "viewtransform zoom=2", caps);
  g_assert_null (
      test_pipe_run (&pipe, gst_buffer_new_allocate (NULL, 100, NULL)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/viewtransform/sizes", test_sizes);
  g_test_add_func ("/viewtransform/passthrough", test_passthrough);
  g_test_add_func ("/viewtransform/plane", test_plane);
  g_test_add_func ("/viewtransform/setters", test_setters);
  g_test_add_func ("/viewtransform/resize", test_resize);
  g_test_add_func ("/viewtransform/resize-after-passthrough",
                   test_resize_after_passthrough);
  g_test_add_func ("/viewtransform/short", test_short);
  return g_test_run ();
}
