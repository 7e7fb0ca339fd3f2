/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFeed: newest wins, readers are woken, and what is let go is freed. */

#include "sink/feed.h"

static GstBuffer *
make_buffer (guint8 value)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 16, NULL);

  gst_buffer_memset (buffer, 0, value, 16);
  return buffer;
}

static void
count_cb (gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
}

static void
test_store (void)
{
  VitrailFeed *feed = vitrail_feed_new ();
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("test/x-any");
  GstBuffer *first = make_buffer (1);
  GstBuffer *second = make_buffer (2);
  GstBuffer *got = NULL;
  GstCaps *got_caps = NULL;
  guint generation = 0;

  g_assert_cmpuint (vitrail_feed_get_generation (feed), ==, 0);
  g_assert_false (vitrail_feed_peek (feed, &got, &got_caps, &generation));
  vitrail_feed_store (feed, first, caps);
  vitrail_feed_store (feed, second, caps);
  g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (first), ==, 1);
  g_assert_true (vitrail_feed_peek (feed, &got, &got_caps, &generation));
  g_assert_true (got == second);
  g_assert_true (got_caps == caps);
  g_assert_cmpuint (generation, ==, 2);
  gst_buffer_unref (got);
  gst_caps_unref (got_caps);

  vitrail_feed_clear (feed);
  g_assert_cmpuint (vitrail_feed_get_generation (feed), ==, 3);
  g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (second), ==, 1);
  g_assert_false (vitrail_feed_peek (feed, &got, &got_caps, &generation));
  vitrail_feed_store (feed, first, caps);
  g_assert_finalize_object (feed);
  g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (first), ==, 1);
  gst_buffer_unref (first);
  gst_buffer_unref (second);
}

static void
test_readers (void)
{
  VitrailFeed *feed = vitrail_feed_new ();
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("test/x-any");
  g_autoptr (GstBuffer) buffer = make_buffer (1);
  gint woken[3] = { 0 };
  gulong ids[3];

  for (guint i = 0; i < 3; i++)
    ids[i] = vitrail_feed_add_reader (feed, count_cb, &woken[i]);
  vitrail_feed_store (feed, buffer, caps);
  vitrail_feed_remove_reader (feed, ids[0]);
  vitrail_feed_clear (feed);
  vitrail_feed_remove_reader (feed, ids[2]);
  vitrail_feed_remove_reader (feed, 12345);
  vitrail_feed_store (feed, buffer, caps);
  g_assert_cmpint (woken[0], ==, 1);
  g_assert_cmpint (woken[1], ==, 3);
  g_assert_cmpint (woken[2], ==, 2);
  g_assert_finalize_object (feed);
}

static void
test_named (void)
{
  VitrailFeed *one = vitrail_feed_get_named ("one");
  VitrailFeed *same = vitrail_feed_get_named ("one");
  VitrailFeed *other = vitrail_feed_get_named ("other");

  g_assert_true (one == same);
  g_assert_true (one != other);
  g_object_unref (same);
  g_assert_finalize_object (one);
  g_assert_finalize_object (other);
  VitrailFeed *again = vitrail_feed_get_named ("one");
  g_assert_cmpuint (vitrail_feed_get_generation (again), ==, 0);
  g_assert_finalize_object (again);
}

static gpointer
store_thread (gpointer data)
{
  VitrailFeed *feed = data;
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("test/x-any");

  for (guint i = 0; i < 3000; i++) {
    g_autoptr (GstBuffer) buffer = make_buffer ((guint8) i);
    vitrail_feed_store (feed, buffer, caps);
    if (i % 100 == 0)
      vitrail_feed_clear (feed);
  }
  return NULL;
}

/* Writers, readers that come and go, and readers that look, all at once. */
static void
test_threads (void)
{
  VitrailFeed *feed = vitrail_feed_new ();
  GThread *writers[2];
  gint woken = 0;

  for (guint i = 0; i < 2; i++)
    writers[i] = g_thread_new ("writer", store_thread, feed);
  while (vitrail_feed_get_generation (feed) < 6000) {
    const gulong id = vitrail_feed_add_reader (feed, count_cb, &woken);
    GstBuffer *buffer = NULL;
    GstCaps *caps = NULL;
    guint generation = 0;
    if (vitrail_feed_peek (feed, &buffer, &caps, &generation)) {
      g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 16);
      gst_buffer_unref (buffer);
      gst_caps_unref (caps);
    }
    vitrail_feed_remove_reader (feed, id);
  }
  for (guint i = 0; i < 2; i++)
    g_thread_join (writers[i]);
  g_assert_cmpuint (vitrail_feed_get_generation (feed), ==, 6060);
  g_assert_finalize_object (feed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/feed/store", test_store);
  g_test_add_func ("/feed/readers", test_readers);
  g_test_add_func ("/feed/named", test_named);
  g_test_add_func ("/feed/threads", test_threads);
  return g_test_run ();
}
