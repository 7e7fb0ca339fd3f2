/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewGraph: renderers are exchanged at any moment, also at the one in
 * which a stream begins: no event is lost, each kind of picture comes. */

#include "slidedata.h"
#include "viewgraph.h"

#include <gst/app/gstappsink.h>

#define ROUNDS 600

/* Warnings of GStreamer (data before stream-start) end the test. */
static void
test_exchange_at_start (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *const paths[] = { path, NULL };
  g_autoptr (VitrailFeed) feed = vitrail_feed_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailContent) content =
      vitrail_content_new (feed, paths, NULL, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  while (!vitrail_feed_peek (feed, &buffer, &caps, NULL))
    g_usleep (1000);
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
    vitrail_feed_store (own, buffer, caps);
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                      (GstClockTime) 30 * GST_SECOND);
    g_assert_nonnull (sample);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/viewgraph/exchange-at-start", test_exchange_at_start);
  return g_test_run ();
}
