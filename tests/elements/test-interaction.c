/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A viewport without a display: content and view with a feed between, as the
 * pipelines of pipeline/ are, over a decoder slowed to 37 ms. */

#include "pixel/view.h"
#include "sink/feed.h"
#include "testbuffer.h"
#include "testframe.h"

#include <gst/app/gstappsrc.h>

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum {
  RATE = 60,
  SIDE = 64,
};

/* What a view last showed, and how often it showed something. */
typedef struct {
  GstElement *pipeline;
  GstElement *view;
  GstElement *window;
  pthread_mutex_t lock;
  pthread_cond_t shown;
  double center; /* lock */
  double zoom;   /* lock */
  guint frame;   /* lock */
  guint count;   /* lock */
} View;

typedef struct {
  GstElement *pipeline;
  GstElement *source;
  VitrailFeed *feed;
} Content;

static void
handoff_cb (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  View *self = data;

  pthread_mutex_lock (&self->lock);
  self->frame = meta->info->frame;
  self->center = meta->window_center;
  self->zoom = 1.0 / meta->to_frame[0];
  self->count++;
  pthread_cond_broadcast (&self->shown);
  pthread_mutex_unlock (&self->lock);
}

static void
view_start (View *self, VitrailFeed *feed)
{
  g_autoptr (GError) error = NULL;
  self->pipeline = gst_parse_launch (
      "feedsrc name=s ! viewtransform name=v ! dcmwindow name=w ! "
      "capsfilter name=size caps=\"video/x-raw, width=64, height=64\" ! "
      "fakesink name=k sync=false qos=false "
      "signal-handoffs=true",
      &error);
  g_assert_no_error (error);
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "s");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "k");

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->shown, NULL);
  self->view = gst_bin_get_by_name (GST_BIN (self->pipeline), "v");
  self->window = gst_bin_get_by_name (GST_BIN (self->pipeline), "w");
  g_object_set (source, "feed", feed, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (handoff_cb), self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
view_stop (View *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->view);
  g_clear_object (&self->window);
  g_clear_object (&self->pipeline);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->shown);
}

static guint
view_get_count (View *self)
{
  pthread_mutex_lock (&self->lock);
  const guint count = self->count;
  pthread_mutex_unlock (&self->lock);
  return count;
}

/* Until @frame is shown with @center, and with @zoom where that is not 0; at
 * most a minute. */
static gboolean
view_wait_zoom (View *self, guint frame, double center, double zoom)
{
  const gint64 end = g_get_real_time () + (gint64) 60 * G_USEC_PER_SEC;
  const struct timespec until = { end / G_USEC_PER_SEC,
                                  (end % G_USEC_PER_SEC) * 1000L };
  int timed_out = 0;

  pthread_mutex_lock (&self->lock);
  while (timed_out == 0 && (self->frame != frame || self->center != center ||
                            (zoom != 0 && fabs (self->zoom - zoom) > 1e-9)))
    timed_out = pthread_cond_timedwait (&self->shown, &self->lock, &until);
  pthread_mutex_unlock (&self->lock);
  return timed_out == 0;
}

static gboolean
view_wait (View *self, guint frame, double center)
{
  return view_wait_zoom (self, frame, center, 0);
}

static void
content_start (Content *self, const char *decoder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "appsrc name=s is-live=true format=time max-buffers=1 "
      "leaky-type=downstream ! %s ! feedsink name=k sync=false",
      decoder);
  g_autoptr (VitrailFrame) frame = test_frame_new (SIDE, SIDE, 1, 16);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);

  self->feed = vitrail_feed_new ();
  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  self->source = gst_bin_get_by_name (GST_BIN (self->pipeline), "s");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "k");
  g_object_set (self->source, "caps", caps, NULL);
  g_object_set (sink, "feed", self->feed, NULL);
}

static void
content_stop (Content *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->source);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->feed);
}

static void
content_ask (Content *self, guint number)
{
  g_autoptr (VitrailFrame) frame =
      test_frame_new_noise (SIDE, SIDE, 1, 16, number);
  VitrailFrameInfo *info = test_info_new (frame);

  info->frame = number;
  gst_app_src_push_buffer (GST_APP_SRC (self->source),
                           test_buffer_new (frame, info));
}

static void
set_center (View *self, double center)
{
  const VitrailPresentation p = { TRUE, center, 1000, VITRAIL_VOI_LINEAR,
                                  FALSE };

  g_object_set (self->window, "presentation", &p, NULL);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Input at 60 a second of both kinds, for a second. Frames come at the rate of
 * the decoder; windows do not wait for it; and the last of both is shown. */
static void
test_drag (void)
{
  gint64 times[RATE];
  Content content = { 0 };
  View view = { 0 };

  content_start (&content, "identity sleep-time=37000");
  view_start (&view, content.feed);
  gst_element_set_state (content.pipeline, GST_STATE_PLAYING);
  set_center (&view, 1);
  content_ask (&content, 1000);
  g_assert_true (view_wait (&view, 1000, 1));
  const guint before = view_get_count (&view);
  gint64 next = g_get_monotonic_time ();
  for (guint i = 0; i < RATE; i++) {
    content_ask (&content, i + 1);
    const gint64 start = g_get_monotonic_time ();
    set_center (&view, i + 2);
    times[i] = g_get_monotonic_time () - start;
    next += G_USEC_PER_SEC / RATE;
    g_usleep ((gulong) MAX (next - g_get_monotonic_time (), 0));
  }
  g_assert_true (view_wait (&view, RATE, RATE + 1));
  const guint shown = view_get_count (&view) - before;
  qsort (times, RATE, sizeof *times, compare_times);
  g_test_message ("%u pictures; setter: median %d us, 95 %% %d us, longest "
                  "%d us",
                  shown, (int) times[RATE / 2], (int) times[RATE * 95 / 100],
                  (int) times[RATE - 1]);
  /* A decoder in the way would give 27. */
  g_assert_cmpuint (shown, >=, 40);
  g_assert_cmpint (times[RATE / 2], <, 1000);
  /* Now and then a busy machine lets it wait, but not for a decode. */
  g_assert_cmpint (times[RATE * 95 / 100], <, 20000);
  view_stop (&view);
  content_stop (&content);
}

/* Four views on one feed: a change of one redraws that one; a frame, all. */
static void
test_four (void)
{
  Content content = { 0 };
  View views[4] = { 0 };
  guint before[4];

  content_start (&content, "identity");
  for (guint i = 0; i < 4; i++) {
    view_start (&views[i], content.feed);
    set_center (&views[i], 1);
  }
  gst_element_set_state (content.pipeline, GST_STATE_PLAYING);
  content_ask (&content, 1);
  for (guint i = 0; i < 4; i++)
    g_assert_true (view_wait (&views[i], 1, 1));
  g_usleep (50000);
  for (guint i = 0; i < 4; i++)
    before[i] = view_get_count (&views[i]);
  for (guint i = 0; i < 50; i++) {
    set_center (&views[2], 100 + i);
    g_assert_true (view_wait (&views[2], 1, 100 + i));
  }
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (view_get_count (&views[i]) - before[i], ==,
                      i == 2 ? 50 : 0);
  content_ask (&content, 2);
  for (guint i = 0; i < 4; i++) {
    g_assert_true (view_wait (&views[i], 2, i == 2 ? 149 : 1));
    view_stop (&views[i]);
  }
  content_stop (&content);
}

/* A paused video is windowed and zoomed all the same. */
static void
test_paused (void)
{
  Content content = { 0 };
  View view = { 0 };

  content_start (&content, "identity");
  view_start (&view, content.feed);
  g_object_set (content.source, "is-live", FALSE, NULL);
  gst_element_set_state (content.pipeline, GST_STATE_PAUSED);
  content_ask (&content, 5);
  set_center (&view, 1);
  g_assert_true (view_wait (&view, 5, 1));
  for (guint i = 2; i < 22; i++) {
    g_object_set (view.view, "zoom", (double) i, NULL);
    set_center (&view, i);
    g_assert_true (view_wait_zoom (&view, 5, i, i));
  }
  view_stop (&view);
  content_stop (&content);
}

/* The window is dragged larger over a still: it is drawn at the new size
 * without anybody asking for it. */
static void
test_resize (void)
{
  Content content = { 0 };
  View view = { 0 };

  content_start (&content, "identity");
  view_start (&view, content.feed);
  g_autoptr (GstElement) size =
      gst_bin_get_by_name (GST_BIN (view.pipeline), "size");
  gst_element_set_state (content.pipeline, GST_STATE_PLAYING);
  set_center (&view, 1);
  content_ask (&content, 1);
  for (int i = 1; i < 10; i++) {
    g_autoptr (GstCaps) caps =
        gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, SIDE * i,
                             "height", G_TYPE_INT, SIDE * i, NULL);
    g_object_set (size, "caps", caps, NULL);
    g_assert_true (view_wait_zoom (&view, 1, 1, i));
  }
  g_clear_object (&size);
  view_stop (&view);
  content_stop (&content);
}

/* Input on two threads while the view goes through its states: whatever came
 * last is what stands. */
static gpointer
ask_thread (gpointer data)
{
  Content *content = data;

  for (guint i = 1; i <= 40; i++) {
    content_ask (content, i);
    g_usleep (200);
  }
  return NULL;
}

static void
test_states (void)
{
  Content content = { 0 };
  View view = { 0 };

  content_start (&content, "identity");
  view_start (&view, content.feed);
  gst_element_set_state (content.pipeline, GST_STATE_PLAYING);
  for (guint round = 0; round < 20; round++) {
    GThread *thread = g_thread_new ("ask", ask_thread, &content);
    for (guint i = 0; i < 10; i++) {
      set_center (&view, g_random_double ());
      gst_element_set_state (view.pipeline,
                             i % 2 ? GST_STATE_PLAYING : GST_STATE_PAUSED);
      if (i == 5 && round % 3 == 0)
        gst_element_set_state (view.pipeline, GST_STATE_READY);
    }
    gst_element_set_state (view.pipeline, GST_STATE_PLAYING);
    set_center (&view, 1000 + round);
    g_thread_join (thread);
    g_assert_true (view_wait (&view, 40, 1000 + round));
    content_ask (&content, 1);
    g_assert_true (view_wait (&view, 1, 1000 + round));
  }
  view_stop (&view);
  content_stop (&content);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/interaction/drag", test_drag);
  g_test_add_func ("/interaction/four-views", test_four);
  g_test_add_func ("/interaction/paused", test_paused);
  g_test_add_func ("/interaction/resize", test_resize);
  g_test_add_func ("/interaction/states", test_states);
  return g_test_run ();
}
