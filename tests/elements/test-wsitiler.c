/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* wsitiler: views, regions and tiles with their caps, pixels and places; behind
 * a feed, first a preview and then the full picture. */

#include "framemeta.h"
#include "gstrun.h"
#include "pixel/view.h"
#include "sink/feed.h"
#include "slidedata.h"
#include "slidemeta.h"
#include "slowslide.h"
#include "testdata.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <string.h>

/* 600 x 400: levels of 600, 300 and 150 pixels, half a micrometre each. */
static const char *
get_path (void)
{
  static char *path;
  if (path == NULL)
    path = test_slide_make_svs (600, 400, 80);
  return path;
}

static TestRun *
run_tiler (const char *properties, const char *caps)
{
  TestRun *run =
      test_run_new ("slidesrc location=%s ! wsitiler name=tiler %s ! %s ! "
                    "fakesink name=sink",
                    get_path (), properties, caps);
  g_assert_true (test_run_play (run));
  g_assert_cmpstr (run->error, ==, NULL);
  return run;
}

static void
check_size (TestRun *run, guint index, int width, int height)
{
  GstVideoInfo info;
  g_assert_true (
      gst_video_info_from_caps (&info, test_run_get_caps (run, index)));
  g_assert_cmpint (GST_VIDEO_INFO_FORMAT (&info), ==, GST_VIDEO_FORMAT_RGB);
  g_assert_cmpint (info.width, ==, width);
  g_assert_cmpint (info.height, ==, height);
}

/* @buffer shows @rect of @level. */
static void
check_pixels (GstBuffer *buffer, guint level, const gint64 rect[4])
{
  const char *paths[] = { get_path (), NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  gsize stride = GST_ROUND_UP_4 ((gsize) rect[2] * 3);
  g_autofree guint8 *expected = g_malloc0 (stride * (gsize) rect[3]);
  g_autoptr (GError) error = NULL;
  GstMapInfo map;

  vitrail_slide_read_region (slide, level, rect, expected, stride, NULL,
                             &error);
  g_assert_no_error (error);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, ==, stride * (gsize) rect[3]);
  for (gsize y = 0; y < (gsize) rect[3]; y++)
    g_assert_cmpmem (map.data + y * stride, (gsize) rect[2] * 3,
                     expected + y * stride, (gsize) rect[2] * 3);
  gst_buffer_unmap (buffer, &map);
}

static void
check_place (GstBuffer *buffer, double x, double y, const double expected[2])
{
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  double millimetres[3];

  g_assert_nonnull (meta);
  g_assert_true (meta->has_plane);
  vitrail_plane_map (meta->plane, x, y, millimetres);
  g_assert_cmpfloat_with_epsilon (millimetres[0], expected[0], 1e-9);
  g_assert_cmpfloat_with_epsilon (millimetres[1], expected[1], 1e-9);
}

static void
test_view (void)
{
  g_autoptr (TestRun) run =
      run_tiler ("x=150 y=100 downsample=1",
                 "video/x-raw,width=200,height=100,framerate=0/1");
  const gint64 rect[4] = { 50, 50, 200, 100 };
  const double place[2] = { 50 * 0.0005, 51 * 0.0005 };

  g_assert_cmpuint (run->samples->len, ==, 1);
  check_size (run, 0, 200, 100);
  check_pixels (test_run_get_buffer (run, 0), 0, rect);
  check_place (test_run_get_buffer (run, 0), 0, 1, place);
}

/* The same place by millimetres. */
static void
test_millimetres (void)
{
  g_autoptr (TestRun) run =
      run_tiler ("x-mm=0.07475 y-mm=0.04975 magnification=20",
                 "video/x-raw,width=200,height=100,framerate=0/1");
  const gint64 rect[4] = { 50, 50, 200, 100 };

  check_pixels (test_run_get_buffer (run, 0), 0, rect);
}

/* All of the slide in what nobody else has decided. */
static void
test_fit (void)
{
  g_autoptr (TestRun) run = run_tiler ("", "identity");
  const double middle[2] = { 299.5 * 0.0005, 199.5 * 0.0005 };

  check_size (run, 0, 1024, 768);
  check_place (test_run_get_buffer (run, 0), 511.5, 383.5, middle);
}

/* 20x scanned, shown as 10x: level 1. */
static void
test_magnification (void)
{
  g_autoptr (TestRun) run =
      run_tiler ("magnification=10", "video/x-raw,width=300,height=200");
  const gint64 rect[4] = { 0, 0, 300, 200 };

  check_pixels (test_run_get_buffer (run, 0), 1, rect);
}

static void
test_region (void)
{
  g_autoptr (TestRun) run =
      run_tiler ("mode=region level=1 region=<-10,150,100,80>", "identity");
  const gint64 rect[4] = { -10, 150, 100, 80 };
  const double place[2] = { (-9.5 * 2 - 0.5) * 0.0005,
                            (150.5 * 2 - 0.5) * 0.0005 };

  check_size (run, 0, 100, 80);
  check_pixels (test_run_get_buffer (run, 0), 1, rect);
  check_place (test_run_get_buffer (run, 0), 0, 0, place);
}

static void
test_tiles (void)
{
  g_autoptr (TestRun) run = run_tiler ("mode=tiles", "identity");

  g_assert_cmpuint (run->samples->len, ==, 6);
  for (guint i = 0; i < 6; i++) {
    const gint64 rect[4] = { (gint64) (i % 3) * 256, (gint64) (i / 3) * 256,
                             256, 256 };
    const double place[2] = { (double) rect[0] * 0.0005,
                              (double) rect[1] * 0.0005 };
    GstBuffer *buffer = test_run_get_buffer (run, i);
    check_size (run, i, 256, 256);
    check_pixels (buffer, 0, rect);
    check_place (buffer, 0, 0, place);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
    const VitrailSlideMeta *meta = vitrail_buffer_get_slide_meta (buffer);
    g_assert_true (meta->is_tile);
    g_assert_cmpuint (meta->level, ==, 0);
    g_assert_cmpuint (meta->column, ==, i % 3);
    g_assert_cmpuint (meta->row, ==, i / 3);
    g_autoptr (GstBuffer) copy = gst_buffer_copy (buffer);
    g_assert_cmpuint (vitrail_buffer_get_slide_meta (copy)->column, ==, i % 3);
  }
}

static void
test_tiles_of_region (void)
{
  g_autoptr (TestRun) run =
      run_tiler ("mode=tiles region=<255,10,2,20>", "identity");

  g_assert_cmpuint (run->samples->len, ==, 2);
  g_assert_cmpuint (GST_BUFFER_OFFSET (test_run_get_buffer (run, 0)), ==, 0);
  g_assert_cmpuint (GST_BUFFER_OFFSET (test_run_get_buffer (run, 1)), ==, 1);
}

static void
expect_error (const char *properties, const char *caps, const char *reason)
{
  g_autoptr (TestRun) run =
      test_run_new ("slidesrc location=%s ! wsitiler %s ! %s ! "
                    "fakesink name=sink",
                    get_path (), properties, caps);

  g_assert_false (test_run_play (run));
  g_test_message ("%s", run->error);
  g_assert_nonnull (strstr (run->error, reason));
}

static void
test_errors (void)
{
  expect_error ("mode=tiles level=7", "identity", "no level 7, there are 3");
  expect_error ("mode=tiles", "video/x-raw,width=99",
                "pictures of 256 x 256 pixels are not wanted");
  expect_error ("mode=region region=<0,0,70000,10>", "identity",
                "region of 70000 x 10 pixels cannot be read");
}

/* Setting what is there is getting it. */
static void
test_properties (void)
{
  g_autoptr (GstElement) tiler = gst_element_factory_make ("wsitiler", NULL);
  const VitrailView view = { 2, 0.25, 0.75, 90, TRUE, FALSE, 0 };
  VitrailView *got = NULL;
  double x = 0;

  gst_object_ref_sink (tiler);
  g_object_get (tiler, "view", &got, NULL);
  g_assert_null (got);
  g_object_set (tiler, "view", &view, "x", 12.5, NULL);
  g_object_get (tiler, "view", &got, "x", &x, NULL);
  g_assert_true (vitrail_view_equal (got, &view));
  vitrail_view_free (got);
  g_assert_cmpfloat (x, ==, 12.5);
}

/* The next picture of a view; fails after 5 s. */
static GstSample *
pull (GstElement *sink)
{
  GstSample *sample =
      gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                    (GstClockTime) 60 * GST_SECOND);
  g_assert_nonnull (sample);
  return sample;
}

/* Waits for the full picture whose first pixel lies at @x (pixels). How many
 * come before it is up to the scheduler, but they never go back. */
static void
expect_picture (GstElement *sink, double x)
{
  double last = 0;

  for (;;) {
    g_autoptr (GstSample) sample = pull (sink);
    const VitrailFrameMeta *meta =
        vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
    g_assert_cmpfloat (meta->plane[3], >=, last);
    g_assert_cmpfloat (meta->plane[3], <, x * 0.0005 + 1e-9);
    last = meta->plane[3];
    if (meta->quality != VITRAIL_QUALITY_FULL || last < x * 0.0005 - 1e-9)
      continue;
    g_assert_false ((meta->flags & VITRAIL_FRAME_META_INCOMPLETE) != 0);
    return;
  }
}

static void
test_feed (void)
{
  g_autofree char *line =
      g_strdup_printf ("slidesrc location=%s ! feedsink feed-name=slides",
                       get_path ());
  g_autoptr (GstElement) content = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) view = gst_parse_launch (
      "feedsrc feed-name=slides do-timestamp=true ! wsitiler name=tiler "
      "downsample=1 x=100 y=100 ! video/x-raw,width=64,height=64 ! appsink "
      "name=sink sync=false qos=false",
      NULL);
  g_autoptr (GstElement) tiler = gst_bin_get_by_name (GST_BIN (view), "tiler");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (view), "sink");

  gst_object_ref_sink (content);
  gst_object_ref_sink (view);
  gst_element_set_state (view, GST_STATE_PLAYING);
  gst_element_set_state (content, GST_STATE_PLAYING);
  expect_picture (sink, 68);
  g_object_set (tiler, "x", 200.0, NULL);
  expect_picture (sink, 168);
  for (guint i = 0; i < 50; i++)
    g_object_set (tiler, "x", 300.0 + i, NULL);
  expect_picture (sink, 317);
  gst_element_set_state (view, GST_STATE_NULL);
  gst_element_set_state (content, GST_STATE_NULL);
}

/* How many of the tiles of a slow slide @picture shows. */
static guint
count_tiles (GstSample *sample)
{
  GstMapInfo map;
  guint n = 0;

  g_assert_true (
      gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  for (guint y = 0; y < TEST_SLOW_SIDE; y += TEST_SLOW_TILE)
    for (guint x = 0; x < TEST_SLOW_SIDE; x += TEST_SLOW_TILE)
      n += map.data[((gsize) (y + 16) * TEST_SLOW_SIDE + x + 16) * 3] == 200;
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return n;
}

/* What takes long is shown as far as it has come, before it is all there. */
static void
test_progress (void)
{
  /* All of it takes nearly two seconds, however many cores there are. */
  const guint64 tile_us = 7000 * ((guint64) g_get_num_processors () + 1);
  g_autoptr (VitrailSlide) slide = test_slow_slide_new (tile_us);
  g_autoptr (GstElement) content =
      gst_parse_launch ("slidesrc name=source ! feedsink feed-name=slow", NULL);
  g_autoptr (GstElement) view = gst_parse_launch (
      "feedsrc feed-name=slow do-timestamp=true ! wsitiler downsample=1 x=256 "
      "y=256 ! video/x-raw,width=512,height=512 ! appsink name=sink "
      "sync=false qos=false",
      NULL);
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (content), "source");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (view), "sink");
  guint n_partial = 0;
  guint n = 0;

  gst_object_ref_sink (content);
  gst_object_ref_sink (view);
  g_object_set (source, "slide", slide, NULL);
  gst_element_set_state (view, GST_STATE_PLAYING);
  gst_element_set_state (content, GST_STATE_PLAYING);
  while (n < 256) {
    g_autoptr (GstSample) sample = pull (sink);
    const VitrailFrameMeta *meta =
        vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
    g_assert_cmpuint (count_tiles (sample), >=, n);
    n = count_tiles (sample);
    n_partial += n > 0 && n < 256;
    g_assert_true ((n < 256) ==
                   ((meta->flags & VITRAIL_FRAME_META_INCOMPLETE) != 0));
  }
  g_assert_cmpuint (n_partial, >, 0);
  gst_element_set_state (view, GST_STATE_NULL);
  gst_element_set_state (content, GST_STATE_NULL);
}

/* The view as the viewport sets it: zoom 1 shows all. */
static void
test_boxed_view (void)
{
  g_autoptr (TestRun) run =
      test_run_new ("slidesrc location=%s ! wsitiler name=tiler ! "
                    "video/x-raw,width=300,height=200 ! fakesink name=sink",
                    get_path ());
  g_autoptr (GstElement) tiler =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "tiler");
  const VitrailView view = VITRAIL_VIEW_INIT;
  const gint64 rect[4] = { 0, 0, 300, 200 };

  g_object_set (tiler, "view", &view, NULL);
  g_assert_true (test_run_play (run));
  check_pixels (test_run_get_buffer (run, 0), 1, rect);
}

/* What is drawn says which look it was drawn with; a look that makes no sense
 * is told of and left out. */
static void
test_look (void)
{
  static const struct {
    const char *property;
    const char *look;
  } cases[] = {
    { "", NULL },
    { "look=\"\"", "icc=1;z=0;stain=none" },
    { "look=\"icc=0;stain=eosin\"", "icc=0;z=0;stain=eosin" },
    { "look=z=7", NULL },
    { "mode=tiles look=stain=dab", "icc=1;z=0;stain=dab" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestRun) run = run_tiler (cases[i].property, "video/x-raw");
    GstBuffer *picture = test_run_get_buffer (run, 0);
    g_autoptr (GstBuffer) copy = gst_buffer_copy (picture);
    g_assert_cmpstr (vitrail_buffer_get_slide_look (picture), ==,
                     cases[i].look);
    g_assert_cmpstr (vitrail_buffer_get_slide_look (copy), ==, cases[i].look);
    g_assert_nonnull (vitrail_buffer_get_slide (picture));
  }
  g_autoptr (TestRun) plain = run_tiler ("", "video/x-raw");
  g_autoptr (TestRun) eosin = run_tiler ("look=stain=eosin", "video/x-raw");
  GstMapInfo a;
  GstMapInfo b;
  gst_buffer_map (test_run_get_buffer (plain, 0), &a, GST_MAP_READ);
  gst_buffer_map (test_run_get_buffer (eosin, 0), &b, GST_MAP_READ);
  g_assert_cmpuint (a.size, ==, b.size);
  g_assert_cmpint (memcmp (a.data, b.data, a.size), !=, 0);
  gst_buffer_unmap (test_run_get_buffer (plain, 0), &a);
  gst_buffer_unmap (test_run_get_buffer (eosin, 0), &b);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wsitiler/view", test_view);
  g_test_add_func ("/wsitiler/millimetres", test_millimetres);
  g_test_add_func ("/wsitiler/fit", test_fit);
  g_test_add_func ("/wsitiler/magnification", test_magnification);
  g_test_add_func ("/wsitiler/region", test_region);
  g_test_add_func ("/wsitiler/tiles", test_tiles);
  g_test_add_func ("/wsitiler/tiles-of-region", test_tiles_of_region);
  g_test_add_func ("/wsitiler/errors", test_errors);
  g_test_add_func ("/wsitiler/properties", test_properties);
  g_test_add_func ("/wsitiler/boxed-view", test_boxed_view);
  g_test_add_func ("/wsitiler/feed", test_feed);
  g_test_add_func ("/wsitiler/progress", test_progress);
  g_test_add_func ("/wsitiler/look", test_look);
  return g_test_run ();
}
