/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* slideoverlay: annotations lie where the slide's pixels do, behind wsitiler at
 * any place, scale and rotation, and come again when they change. */

#include "annotation/annotations.h"
#include "annotation/slideraster.h"
#include "gstrun.h"
#include "lastreference.h"
#include "letter.h"
#include "sink/feed.h"
#include "slidedata.h"
#include "testdata.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>
#include <string.h>

#define WIDTH  300
#define HEIGHT 200

static const char *
get_path (void)
{
  static char *path;
  if (path == NULL)
    path = test_slide_make_svs (600, 400, 80);
  return path;
}

/* Where the letter F stands. */
#define LEFT 200
#define TOP  100

static VitrailAnnotations *
make_annotations (void)
{
  VitrailAnnotations *annotations = vitrail_annotations_new ();
  g_autoptr (VitrailAnnotationSet) set = test_letter_new (LEFT, TOP, 0xff00ff);

  vitrail_annotations_put (annotations, set, NULL);
  return annotations;
}

static GstBuffer *
run (const char *view, VitrailAnnotations *annotations)
{
  g_autoptr (TestRun) run =
      test_run_new ("slidesrc location=%s ! wsitiler %s ! "
                    "video/x-raw,width=%d,height=%d ! slideoverlay "
                    "name=overlay fill=1 ! fakesink name=sink",
                    get_path (), view, WIDTH, HEIGHT);
  g_autoptr (GstElement) overlay =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "overlay");

  g_object_set (overlay, "annotations", annotations, NULL);
  g_assert_true (test_run_play (run));
  g_assert_cmpstr (run->error, ==, NULL);
  return gst_buffer_ref (test_run_get_buffer (run, 0));
}

static const guint8 *
get_pixel (const GstMapInfo *map, guint x, guint y)
{
  return map->data + (gsize) y * GST_ROUND_UP_4 (WIDTH * 3) + (gsize) x * 3;
}

/* Pixels inside of the letter are its colour, those outside the slide's. */
static void
check_view (const char *view, double downsample, double degrees)
{
  VitrailAnnotations *annotations = make_annotations ();
  g_autoptr (GstBuffer) with = run (view, annotations);
  g_autoptr (GstBuffer) without = run (view, NULL);
  const double c = cos (degrees * G_PI / 180) * downsample;
  const double s = sin (degrees * G_PI / 180) * downsample;
  guint n_inside = 0;
  GstMapInfo a;
  GstMapInfo b;

  g_assert_true (gst_buffer_map (with, &a, GST_MAP_READ));
  g_assert_true (gst_buffer_map (without, &b, GST_MAP_READ));
  for (guint row = 0; row < HEIGHT; row++)
    for (guint column = 0; column < WIDTH; column++) {
      /* The picture is turned clockwise: the way back is the other one. */
      const double dx = column + 0.5 - WIDTH / 2.0;
      const double dy = row + 0.5 - HEIGHT / 2.0;
      const double x = 230 + c * dx + s * dy;
      const double y = 150 - s * dx + c * dy;
      const guint8 *pixel = get_pixel (&a, column, row);
      if (test_letter_is_near_edge (x - LEFT, y - TOP, 2.5 * downsample))
        continue;
      if (test_letter_has (x - LEFT, y - TOP)) {
        n_inside++;
        g_assert_cmpmem (pixel, 3, "\xff\x00\xff", 3);
      } else
        g_assert_cmpmem (pixel, 3, get_pixel (&b, column, row), 3);
    }
  g_assert_cmpuint (n_inside, >, 200);
  gst_buffer_unmap (with, &a);
  gst_buffer_unmap (without, &b);
  test_assert_ends (annotations);
}

static void
test_places (void)
{
  check_view ("x=230 y=150 downsample=1", 1, 0);
  check_view ("x=230 y=150 downsample=0.5", 0.5, 0);
  check_view ("x=230 y=150 downsample=1 rotation=90", 1, 90);
  check_view ("x=230 y=150 downsample=0.7 rotation=30", 0.7, 30);
  check_view ("x=230 y=150 downsample=1.3 rotation=200", 1.3, 200);
}

/* Where nothing is drawn the buffer passes as it is. */
static void
test_passes (void)
{
  VitrailAnnotations *annotations = vitrail_annotations_new ();
  g_autoptr (GstBuffer) with = run ("x=230 y=150 downsample=1", annotations);
  g_autoptr (GstBuffer) without = run ("x=230 y=150 downsample=1", NULL);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (without, &map, GST_MAP_READ));
  g_assert_cmpint (gst_buffer_memcmp (with, 0, map.data, map.size), ==, 0);
  gst_buffer_unmap (without, &map);
  test_assert_ends (annotations);
}

static void
test_location (void)
{
  static const char text[] =
      "{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
      "[[[0,0],[600,0],[600,400],[0,400],[0,0]]]},\"properties\":{\"color\":"
      "[0,255,0]}}]}";
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "all.geojson", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_autoptr (TestRun) run = test_run_new (
      "slidesrc location=%s ! wsitiler x=300 y=200 downsample=1 ! "
      "video/x-raw,width=300,height=200 ! slideoverlay location=%s fill=1 ! "
      "fakesink name=sink",
      get_path (), path);
  g_assert_true (test_run_play (run));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (test_run_get_byte (run, 0, i), ==, i == 1 ? 255 : 0);
  g_autoptr (TestRun) missing =
      test_run_new ("slidesrc location=%s ! wsitiler ! slideoverlay "
                    "location=/nowhere.geojson ! fakesink name=sink",
                    get_path ());
  g_assert_false (test_run_play (missing));
  g_assert_nonnull (strstr (missing->error, "/nowhere.geojson"));
}

/* --- behind a feed: a change asks for the picture again --- */

static GstSample *
pull (GstElement *sink)
{
  GstSample *sample =
      gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
                                    (GstClockTime) 60 * GST_SECOND);
  g_assert_nonnull (sample);
  return sample;
}

static guint8
get_middle (GstSample *sample)
{
  GstMapInfo map;
  g_assert_true (
      gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  const guint8 value = get_pixel (&map, WIDTH / 2, HEIGHT / 2)[1];
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return value;
}

static gboolean
is_full (GstSample *sample)
{
  return vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample))
             ->quality == VITRAIL_QUALITY_FULL;
}

/* The next full picture with that green in its middle, or with another one: a
 * picture asked for before the change may come first. */
static GstSample *
pull_until (GstElement *sink, guint8 green, gboolean is_green)
{
  GstSample *sample = pull (sink);

  while (!is_full (sample) || (get_middle (sample) == green) != is_green) {
    gst_sample_unref (sample);
    sample = pull (sink);
  }
  return sample;
}

static void
test_refresh (void)
{
  const double all[] = { 0, 0, 600, 0, 600, 400, 0, 400 };
  VitrailFeed *feed = vitrail_feed_new ();
  VitrailAnnotations *annotations = vitrail_annotations_new ();
  g_autofree char *text =
      g_strdup_printf ("slidesrc location=%s ! feedsink name=in", get_path ());
  GstElement *content = gst_parse_launch (text, NULL);
  GstElement *view = gst_parse_launch (
      "feedsrc name=out ! wsitiler x=300 y=200 downsample=1 ! "
      "video/x-raw,width=300,height=200 ! slideoverlay name=overlay fill=1 ! "
      "appsink name=sink sync=false qos=false",
      NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (content), "in");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (view), "out");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (view), "sink");
  g_autoptr (GstElement) overlay =
      gst_bin_get_by_name (GST_BIN (view), "overlay");

  g_object_set (in, "feed", feed, NULL);
  g_object_set (out, "feed", feed, NULL);
  g_object_set (overlay, "annotations", annotations, NULL);
  gst_element_set_state (view, GST_STATE_PLAYING);
  gst_element_set_state (content, GST_STATE_PLAYING);
  g_autoptr (GstSample) before = pull_until (sink, 0xd4, FALSE);
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("all");
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_set_with_shape (empty, VITRAIL_SHAPE_RECTANGLE, 0, all,
                                         8, NULL);
  vitrail_annotations_put (annotations, set, "Draw rectangle");
  g_autoptr (GstSample) drawn = pull_until (sink, 0xd4, TRUE);
  vitrail_annotations_undo (annotations);
  g_autoptr (GstSample) undone = pull_until (sink, get_middle (before), TRUE);
  gst_element_set_state (view, GST_STATE_NULL);
  gst_element_set_state (content, GST_STATE_NULL);
  gst_object_unref (view);
  gst_object_unref (content);
  g_clear_object (&overlay);
  g_object_unref (feed);
  g_object_unref (annotations);
}

/* --- below the annotations --- */

static void
test_raster (void)
{
  g_autofree char *folder =
      g_build_filename (test_data_get_scratch (), "raster", NULL);
  const char *tests = g_getenv ("G_TEST_SRCDIR");
  g_autoptr (GError) error = NULL;

  g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-ann.py' '%s'",
                         tests, folder));
  g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-raster.py' '%s'",
                         tests, folder));
  g_autofree char *slide_path =
      g_build_filename (folder, "usual", "slide", "0.dcm", NULL);
  g_autofree char *path =
      g_build_filename (folder, "usual", "labelmap.dcm", NULL);
  const char *paths[] = { slide_path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  VitrailSlideRaster *raster =
      vitrail_slide_raster_new (instance, slide, NULL, &error);
  g_assert_no_error (error);
  vitrail_slide_raster_set_segment (raster, 1, 0x0000ff, 1);
  TestRun *run = test_run_new (
      "slidesrc location=%s ! wsitiler x=60 y=80 downsample=1 ! "
      "video/x-raw,width=4,height=4 ! slideoverlay name=overlay ! "
      "fakesink name=sink",
      slide_path);
  GstElement *overlay =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "overlay");
  g_object_set (overlay, "raster", raster, NULL);
  gst_object_unref (overlay);
  g_assert_true (test_run_play (run));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (test_run_get_byte (run, 0, i), ==, i == 2 ? 255 : 0);
  test_run_free (run);
  g_object_unref (raster);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slideoverlay/places", test_places);
  g_test_add_func ("/slideoverlay/passes", test_passes);
  g_test_add_func ("/slideoverlay/location", test_location);
  g_test_add_func ("/slideoverlay/refresh", test_refresh);
  g_test_add_func ("/slideoverlay/raster", test_raster);
  return g_test_run ();
}
