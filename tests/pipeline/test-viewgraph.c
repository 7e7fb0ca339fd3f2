/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewGraph: renderers are exchanged at any moment, also at the one in
 * which a stream begins: no event is lost, each kind of picture comes. */

#include "slidedata.h"
#include "viewgraph.h"

#include <gst/app/gstappsink.h>

#define ROUNDS 300

typedef struct {
  VitrailFeed *feed;
  VitrailContent *content;
  GstBuffer *buffer;
  GstCaps *caps;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  self->feed = vitrail_feed_new ();
  self->content = vitrail_content_new (self->feed, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  while (!vitrail_feed_peek (self->feed, &self->buffer, &self->caps, NULL))
    g_usleep (1000);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  vitrail_content_stop (self->content);
  g_clear_object (&self->feed);
  gst_clear_buffer (&self->buffer);
  gst_clear_caps (&self->caps);
}

/* Warnings of GStreamer (data before stream-start) end the test. */
static void
test_exchange_at_start (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (VitrailFeed) own = vitrail_feed_new ();
    GstElement *sink = gst_element_factory_make ("appsink", NULL);
    g_autoptr (VitrailViewGraph) graph =
        vitrail_view_graph_new (own, sink, &error);
    g_assert_no_error (error);
    vitrail_view_graph_set_size (graph, 64, 64);
    /* Any moment of the stream's first half millisecond. */
    g_usleep (i * 7 % 500);
    g_assert_true (
        vitrail_view_graph_set_kind (graph, VITRAIL_DISPLAY_SET_SLIDE, &error));
    g_assert_no_error (error);
    vitrail_feed_store (own, self->buffer, self->caps);
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                      (GstClockTime) 30 * GST_SECOND);
    g_assert_nonnull (sample);
  }
}

/* An exchange that waits for a picture under way meets the end of the graph:
 * what is taken out is not set going again with all the others. */
static void
test_exchange_at_end (Fixture *self, gconstpointer data)
{
  static const VitrailDisplaySetKind kinds[] = { VITRAIL_DISPLAY_SET_STACK,
                                                 VITRAIL_DISPLAY_SET_SLIDE };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (VitrailFeed) own = vitrail_feed_new ();
    GstElement *sink = gst_element_factory_make ("appsink", NULL);
    g_autoptr (VitrailViewGraph) graph =
        vitrail_view_graph_new (own, sink, &error);
    g_assert_no_error (error);
    vitrail_view_graph_set_size (graph, 64, 64);
    vitrail_view_graph_set_kind (graph, VITRAIL_DISPLAY_SET_SLIDE, &error);
    vitrail_feed_store (own, self->buffer, self->caps);
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                      (GstClockTime) 30 * GST_SECOND);
    g_assert_nonnull (sample);
    /* Once more, and away with it. */
    vitrail_feed_store (own, self->buffer, self->caps);
    g_usleep (i * 7 % 500);
    for (guint n = 0; n <= i % 3; n++)
      g_assert_true (vitrail_view_graph_set_kind (graph, kinds[n % 2], &error));
    g_usleep (i * 11 % 300);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/viewgraph/exchange-at-start", Fixture, NULL, set_up,
              test_exchange_at_start, tear_down);
  g_test_add ("/viewgraph/exchange-at-end", Fixture, NULL, set_up,
              test_exchange_at_end, tear_down);
  return g_test_run ();
}
