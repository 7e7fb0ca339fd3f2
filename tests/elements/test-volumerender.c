/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* volumerender in pipelines: what comes out, where it lies, how it is redrawn
 * behind a feed, and what it refuses. */

#include "framemeta.h"
#include "gstrun.h"
#include "sink/feed.h"
#include "testdata.h"
#include "volumedata.h"

#include <string.h>

static TestRun *
make_run (const char *properties)
{
  g_autofree char *folder = test_volume_dup_folder ("ct");

  return test_run_new ("dicomfilesrc location=%s ! volumebuilder ! "
                       "volumerender %s ! fakesink name=sink",
                       folder, properties);
}

static void
test_pictures (void)
{
  g_autoptr (TestRun) run = make_run ("width=40 height=30 preset=CT-Muscle "
                                      "shift=-300 frames=3 turn-step=90");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    static const char *const letters[] = { "L", "P", "R" };
    GstBuffer *buffer = test_run_get_buffer (run, i);
    const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
    const double right[3] = { meta->plane[0], meta->plane[4], meta->plane[8] };
    char found[4];
    guint n_seen = 0;
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, (gsize) 40 * 30 * 4);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, GST_SECOND / 10 * i);
    g_assert_true (meta->has_plane);
    vitrail_orientation_letters (right, found);
    g_assert_cmpstr (found, ==, letters[i]);
    for (guint n = 0; n < 40 * 30; n++)
      n_seen += test_run_get_byte (run, i, (gsize) 4 * n) > 0;
    g_assert_cmpuint (n_seen, >, 20);
  }
}

/* Where no point of a preset is opaque any more nothing is seen; where all are,
 * in one colour, that is, as dark as the light makes it. */
static void
test_points (void)
{
  g_autoptr (TestRun) none = make_run ("width=40 height=30 frames=1 "
                                       "preset=\"CT-Muscle;opacity=0:0\"");
  g_autoptr (TestRun) red = make_run (
      "width=40 height=30 frames=1 preset=\"CT-Muscle;opacity=-5000:1;"
      "color=0:ff0000;light=none\"");
  guint n_red = 0;

  g_assert_true (test_run_play (none));
  g_assert_true (test_run_play (red));
  for (guint n = 0; n < 40 * 30; n++) {
    const gsize at = (gsize) 4 * n;
    g_assert_cmpuint (test_run_get_byte (none, 0, at), ==, 0);
    g_assert_cmpuint (test_run_get_byte (red, 0, at + 1), ==, 0);
    n_red += test_run_get_byte (red, 0, at) > 200;
  }
  g_assert_cmpuint (n_red, >, 20);
}

static void
test_refused (void)
{
  g_autoptr (TestRun) run = make_run ("preset=none");

  g_assert_false (test_run_play (run));
  g_assert_cmpstr (run->error, ==, "volumerender: there is no preset none");
  g_autoptr (TestRun) points = make_run ("preset=\"CT-Bone;opacity=2:1,1:0\"");
  g_assert_false (test_run_play (points));
  g_assert_nonnull (strstr (points->error, "opacity=2:1,1:0 is none of"));
  g_autoptr (TestRun) other = make_run ("clip-planes=\"1 2\"");
  g_assert_false (test_run_play (other));
  g_assert_cmpstr (other->error, ==, "volumerender: 1 2 are no planes");
}

/* --- further volumes --- */

static const char *
get_fusion_folder (void)
{
  static char *folder;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "elements", "fusiondata.py", NULL);

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "layers", NULL);
    g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script, folder));
  }
  return folder;
}

/* @layer in the CT, which shows nothing of itself. */
static TestRun *
make_layered (const char *layer, const char *properties)
{
  const char *folder = get_fusion_folder ();

  return test_run_new (
      "volumerender name=body shift=100000 sink_0::colormap=hot_iron "
      "sink_0::window-center=12500 sink_0::window-width=5000 %s "
      "! fakesink name=sink "
      "dicomfilesrc location=%s/ct ! volumebuilder ! body.sink "
      "dicomfilesrc location=%s/%s ! volumebuilder ! body.sink_0",
      properties, folder, folder, layer);
}

/* From two sides the spot lies where it is in the patient. */
static void
check_spot (const char *layer, const char *properties)
{
  static const double spot[3] = { 21.3, -14.7, 33.1 };
  g_autofree char *more =
      g_strdup_printf ("frames=2 turn-step=90 %s", properties);
  g_autoptr (TestRun) run = make_layered (layer, more);

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const double *plane =
        vitrail_buffer_get_frame_meta (test_run_get_buffer (run, i))->plane;
    double sum[3] = { 0 };
    double at[3];
    for (guint n = 0; n < 512 * 512; n++) {
      const double weight = test_run_get_byte (run, i, (gsize) 4 * n);
      const guint line = n / 512;
      sum[0] += weight * (n % 512);
      sum[1] += weight * line;
      sum[2] += weight;
    }
    g_assert_cmpfloat (sum[2], >, 1000);
    vitrail_plane_map (plane, sum[0] / sum[2], sum[1] / sum[2], at);
    /* Seen from the front, and then along the patient's x. */
    g_assert_cmpfloat_with_epsilon (at[2], spot[2], 0.5);
    g_assert_cmpfloat_with_epsilon (at[i], spot[i], 0.5);
  }
}

static void
test_layer (void)
{
  const char *folder = get_fusion_folder ();
  g_autofree char *more = g_strdup_printf ("registration=%s/one.dcm", folder);
  g_autoptr (TestRun) run = make_layered ("moved", "");

  check_spot ("pet", "");
  check_spot ("moved", more);
  g_assert_false (test_run_play (run));
  g_test_message ("%s", run->error);
  g_assert_nonnull (strstr (
      run->error, "sink_0 cannot be laid over the first volume: their frames"));
}

/* --- behind a feed --- */

typedef struct {
  GMutex lock;
  GCond cond;
  GPtrArray *buffers; /* lock */
} Viewer;

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Viewer *self = data;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->buffers, gst_buffer_ref (buffer));
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static gboolean
is_full (GstBuffer *buffer)
{
  return vitrail_buffer_get_frame_meta (buffer)->quality ==
         VITRAIL_QUALITY_FULL;
}

static gboolean
is_same_place (GstBuffer *a, GstBuffer *b)
{
  const double *here = vitrail_buffer_get_frame_meta (a)->plane;
  const double *there = vitrail_buffer_get_frame_meta (b)->plane;
  double away = 0;

  for (guint n = 0; n < 12; n++)
    away += ABS (here[n] - there[n]);
  return away < 1e-6;
}

/* The first one of full quality from @first on that lies elsewhere than
 * @before, which may be NULL. */
static GstBuffer *
wait_for_full (Viewer *self, guint *first, GstBuffer *before)
{
  const gint64 end = g_get_monotonic_time () + (gint64) 20 * G_USEC_PER_SEC;
  GstBuffer *found = NULL;

  g_mutex_lock (&self->lock);
  while (found == NULL) {
    for (; *first < self->buffers->len && found == NULL; (*first)++) {
      GstBuffer *one = g_ptr_array_index (self->buffers, *first);
      if (is_full (one) && (before == NULL || !is_same_place (one, before)))
        found = gst_buffer_ref (one);
    }
    if (found == NULL)
      g_assert_true (g_cond_wait_until (&self->cond, &self->lock, end));
  }
  g_mutex_unlock (&self->lock);
  return found;
}

static GstElement *
start_view (const char *element, Viewer *viewer)
{
  g_autofree char *text =
      g_strdup_printf ("feedsrc feed-name=body ! %s ! fakesink name=sink "
                       "sync=false signal-handoffs=true",
                       element);
  g_autoptr (GError) error = NULL;
  GstElement *view = gst_parse_launch (text, &error);
  g_assert_no_error (error);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (view), "sink");

  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), viewer);
  gst_element_set_state (view, GST_STATE_PLAYING);
  return view;
}

/* A setter makes another picture though the volume came but once. */
static void
check_redrawn (const char *element, const char *property, double value)
{
  Viewer viewer = { .buffers = g_ptr_array_new_with_free_func (
                        (GDestroyNotify) gst_buffer_unref) };
  g_autoptr (VitrailFeed) feed = vitrail_feed_get_named ("body");
  g_autofree char *folder = test_volume_dup_folder ("ct");
  guint first = 0;

  g_mutex_init (&viewer.lock);
  g_cond_init (&viewer.cond);
  GstElement *view = start_view (element, &viewer);
  g_autofree char *text =
      g_strdup_printf ("dicomfilesrc location=%s ! volumebuilder ! feedsink "
                       "feed-name=body",
                       folder);
  GstElement *content = gst_parse_launch (text, NULL);
  gst_element_set_state (content, GST_STATE_PLAYING);
  g_autoptr (GstBuffer) before = wait_for_full (&viewer, &first, NULL);
  g_autoptr (GstElement) renderer =
      gst_bin_get_by_name (GST_BIN (view), "renderer");
  g_object_set (renderer, property, value, NULL);
  g_autoptr (GstBuffer) after = wait_for_full (&viewer, &first, before);
  g_assert_nonnull (after);
  gst_element_set_state (view, GST_STATE_NULL);
  gst_object_unref (view);
  gst_element_set_state (content, GST_STATE_NULL);
  gst_object_unref (content);
  vitrail_feed_clear (feed);
  g_ptr_array_unref (viewer.buffers);
  g_mutex_clear (&viewer.lock);
  g_cond_clear (&viewer.cond);
}

static void
test_feed (void)
{
  check_redrawn ("volumerender name=renderer width=64 height=64", "azimuth",
                 30);
  check_redrawn ("mprtransform name=renderer", "offset", 2);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volumerender/pictures", test_pictures);
  g_test_add_func ("/volumerender/points", test_points);
  g_test_add_func ("/volumerender/refused", test_refused);
  g_test_add_func ("/volumerender/layer", test_layer);
  g_test_add_func ("/volumerender/feed", test_feed);
  return g_test_run ();
}
