/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* feedsink: stores what arrives, in PAUSED too, and holds on to nothing. */

#include "lastreference.h"
#include "sink/feed.h"

#include <gst/app/gstappsrc.h>

static GstElement *
make_content (VitrailFeed *feed)
{
  GstElement *content = gst_parse_launch (
      "appsrc name=s format=time caps=test/x-any ! feedsink name=k sync=false",
      NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (content), "k");

  g_object_set (sink, "feed", feed, NULL);
  return content;
}

static void
push (GstElement *content, guint8 value)
{
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (content), "s");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 1, NULL);

  gst_buffer_memset (buffer, 0, value, 1);
  GST_BUFFER_PTS (buffer) = value * GST_MSECOND;
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (src), buffer), ==,
                   GST_FLOW_OK);
}

static gint
held_value (VitrailFeed *feed)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  guint generation = 0;
  guint8 value = 0;

  if (!vitrail_feed_peek (feed, &buffer, &caps, &generation))
    return -1;
  gst_buffer_extract (buffer, 0, &value, 1);
  return value;
}

static void
wait_for (VitrailFeed *feed, gint value)
{
  for (guint i = 0; held_value (feed) != value; i++) {
    g_assert_cmpuint (i, <, 5000);
    g_usleep (1000);
  }
}

static void
stop (GstElement *content)
{
  gst_element_set_state (content, GST_STATE_NULL);
  gst_object_unref (content);
}

static void
test_states (void)
{
  VitrailFeed *feed = vitrail_feed_new ();
  GstElement *content = make_content (feed);

  gst_element_set_state (content, GST_STATE_PAUSED);
  push (content, 1);
  wait_for (feed, 1);
  gst_element_set_state (content, GST_STATE_PLAYING);
  push (content, 2);
  push (content, 3);
  wait_for (feed, 3);
  stop (content);
  /* What was last there stays. */
  g_assert_cmpint (held_value (feed), ==, 3);
  test_assert_ends (feed);
}

/* A flush seek, or another property, and the old buffer does not come back. */
static void
test_detach (void)
{
  VitrailFeed *feed = vitrail_feed_new ();
  VitrailFeed *other = vitrail_feed_new ();
  GstElement *content = make_content (feed);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (content), "k");

  gst_element_set_state (content, GST_STATE_PLAYING);
  push (content, 1);
  wait_for (feed, 1);
  g_object_set (sink, "feed", other, NULL);
  vitrail_feed_clear (feed);
  push (content, 2);
  wait_for (other, 2);
  g_assert_cmpint (held_value (feed), ==, -1);
  g_object_set (sink, "feed", NULL, NULL);
  test_assert_ends (other);
  g_clear_object (&sink);
  stop (content);
  test_assert_ends (feed);
}

static void
test_name (void)
{
  GstElement *sink = gst_element_factory_make ("feedsink", NULL);
  g_autofree char *name = NULL;

  g_object_set (sink, "feed-name", "ward", NULL);
  VitrailFeed *feed = vitrail_feed_get_named ("ward");
  VitrailFeed *held = NULL;
  g_object_get (sink, "feed", &held, "feed-name", &name, NULL);
  g_assert_true (feed == held);
  g_assert_cmpstr (name, ==, "ward");
  g_object_unref (held);
  gst_object_unref (sink);
  test_assert_ends (feed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/feedsink/states", test_states);
  g_test_add_func ("/feedsink/detach", test_detach);
  g_test_add_func ("/feedsink/name", test_name);
  return g_test_run ();
}
