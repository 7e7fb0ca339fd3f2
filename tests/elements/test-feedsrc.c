/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* feedsrc: pushes when the feed changes and when asked, once for any number of
 * reasons; marks; never ends. */

#include "lastreference.h"
#include "sink/feed.h"

#include <gst/app/gstappsink.h>

typedef struct {
  VitrailFeed *feed;
  GstElement *view;
  GstElement *source;
  GstElement *sink;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->feed = vitrail_feed_new ();
  f->view = gst_parse_launch ("feedsrc name=s ! appsink name=k sync=false "
                              "qos=false max-buffers=1",
                              NULL);
  f->source = gst_bin_get_by_name (GST_BIN (f->view), "s");
  f->sink = gst_bin_get_by_name (GST_BIN (f->view), "k");
  g_object_set (f->source, "feed", f->feed, NULL);
  gst_element_set_state (f->view, GST_STATE_PLAYING);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gst_element_set_state (f->view, GST_STATE_NULL);
  gst_object_unref (f->source);
  gst_object_unref (f->sink);
  gst_object_unref (f->view);
  test_assert_ends (f->feed);
}

static void
store (VitrailFeed *feed, guint8 value, const char *caps_text)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 1, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);

  gst_buffer_memset (buffer, 0, value, 1);
  GST_BUFFER_PTS (buffer) = 12345 * GST_SECOND;
  vitrail_feed_store (feed, buffer, caps);
}

static GstSample *
pull (Fixture *f, guint milliseconds)
{
  return gst_app_sink_try_pull_sample (GST_APP_SINK (f->sink),
                                       milliseconds * GST_MSECOND);
}

/* The next sample must hold @value. */
static GstSample *
expect (Fixture *f, guint8 value)
{
  GstSample *sample = pull (f, 5000);
  guint8 got = 0;

  g_assert_nonnull (sample);
  gst_buffer_extract (gst_sample_get_buffer (sample), 0, &got, 1);
  g_assert_cmpuint (got, ==, value);
  return sample;
}

static void
expect_nothing (Fixture *f)
{
  g_assert_null (pull (f, 60));
}

static void
send_refresh (Fixture *f)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f->sink, "sink");

  vitrail_element_send_refresh (f->sink);
  g_assert_true (gst_pad_is_active (pad));
}

static void
test_push (Fixture *f, gconstpointer data)
{
  expect_nothing (f);
  store (f->feed, 1, "test/x-any, n = 1");
  g_autoptr (GstSample) one = expect (f, 1);
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (one));
  g_assert_nonnull (meta);
  g_assert_cmpuint (meta->generation, ==, 1);
  g_assert_cmpint (meta->quality, ==, VITRAIL_QUALITY_FULL);
  g_assert_false (vitrail_frame_meta_is_stale (meta));
  /* Timestamps are those of the view, not of the content. */
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (one)), <,
                    100 * GST_SECOND);

  store (f->feed, 2, "test/x-any, n = 2");
  g_autoptr (GstSample) two = expect (f, 2);
  gint n = 0;
  g_assert_true (gst_structure_get_int (
      gst_caps_get_structure (gst_sample_get_caps (two), 0), "n", &n));
  g_assert_cmpint (n, ==, 2);
  g_assert_true (vitrail_frame_meta_is_stale (meta));
  expect_nothing (f);
}

/* While one buffer waits for the sink, and another is on its way, many events
 * and frames make one push. */
static void
test_coalesce (Fixture *f, gconstpointer data)
{
  store (f->feed, 1, "test/x-any");
  g_autoptr (GstSample) first = expect (f, 1);
  for (guint i = 0; i < 100; i++)
    send_refresh (f);
  g_autoptr (GstSample) again = expect (f, 1);
  guint pushes = 0;
  for (;;) {
    g_autoptr (GstSample) more = pull (f, 60);
    if (more == NULL)
      break;
    pushes++;
  }
  g_assert_cmpuint (pushes, <=, 2);

  for (guint8 i = 2; i < 200; i++)
    store (f->feed, i, "test/x-any");
  guint8 last = 0;
  pushes = 0;
  for (;;) {
    g_autoptr (GstSample) more = pull (f, 60);
    if (more == NULL)
      break;
    gst_buffer_extract (gst_sample_get_buffer (more), 0, &last, 1);
    pushes++;
  }
  g_assert_cmpuint (last, ==, 199);
  g_assert_cmpuint (pushes, <=, 4);
}

static VitrailQuality
expect_quality (Fixture *f, guint8 value)
{
  g_autoptr (GstSample) sample = expect (f, value);

  return vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample))
      ->quality;
}

/* What has to be rendered comes twice: PREVIEW, then FULL. */
static void
test_quality (Fixture *f, gconstpointer data)
{
  store (f->feed, 1, "application/x-vitrail-slide");
  g_assert_cmpint (expect_quality (f, 1), ==, VITRAIL_QUALITY_PREVIEW);
  g_assert_cmpint (expect_quality (f, 1), ==, VITRAIL_QUALITY_FULL);
  expect_nothing (f);
  send_refresh (f);
  g_autoptr (GstSample) preview = expect (f, 1);
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (preview));
  g_assert_cmpint (meta->quality, ==, VITRAIL_QUALITY_PREVIEW);
  g_assert_false (vitrail_frame_meta_is_stale (meta));
  /* Asked again: what is rendered now is not wanted any more. */
  send_refresh (f);
  g_assert_true (vitrail_frame_meta_is_stale (meta));
}

static void
test_states (Fixture *f, gconstpointer data)
{
  store (f->feed, 7, "test/x-any");
  g_autoptr (GstSample) first = expect (f, 7);
  for (guint i = 0; i < 20; i++) {
    gst_element_set_state (f->view, GST_STATE_PAUSED);
    if (i % 5 == 0)
      gst_element_set_state (f->view, GST_STATE_READY);
    gst_element_set_state (f->view, GST_STATE_PLAYING);
    store (f->feed, (guint8) (10 + i), "test/x-any");
    guint8 value = 0;
    for (guint n = 0; value != 10 + i; n++) {
      g_autoptr (GstSample) sample = pull (f, 5000);
      g_assert_nonnull (sample);
      g_assert_cmpuint (n, <, 10);
      gst_buffer_extract (gst_sample_get_buffer (sample), 0, &value, 1);
    }
  }
}

/* Cleared: nothing is pushed, and it does not end. */
static void
test_clear (Fixture *f, gconstpointer data)
{
  store (f->feed, 1, "test/x-any");
  g_autoptr (GstSample) first = expect (f, 1);
  vitrail_feed_clear (f->feed);
  send_refresh (f);
  expect_nothing (f);
  g_assert_false (gst_app_sink_is_eos (GST_APP_SINK (f->sink)));
  store (f->feed, 2, "test/x-any");
  g_autoptr (GstSample) second = expect (f, 2);
}

static void
test_other_feed (Fixture *f, gconstpointer data)
{
  VitrailFeed *other = vitrail_feed_get_named ("other");

  store (f->feed, 1, "test/x-any");
  g_autoptr (GstSample) first = expect (f, 1);
  store (other, 9, "test/x-any");
  g_object_set (f->source, "feed-name", "other", NULL);
  g_autoptr (GstSample) second = expect (f, 9);
  store (f->feed, 2, "test/x-any");
  expect_nothing (f);
  g_object_set (f->source, "feed", NULL, NULL);
  test_assert_ends (other);
}

#define ADD(name, test) \
  g_test_add ("/feedsrc/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("push", test_push);
  ADD ("coalesce", test_coalesce);
  ADD ("quality", test_quality);
  ADD ("states", test_states);
  ADD ("clear", test_clear);
  ADD ("other-feed", test_other_feed);
  return g_test_run ();
}
