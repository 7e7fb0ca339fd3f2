/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* slidesrc: one reference, its caps and place, then the end; errors. */

#include "framemeta.h"
#include "gstrun.h"
#include "slidedata.h"
#include "slidemeta.h"
#include "testdata.h"

#include <string.h>

static void
check_slide (TestRun *run)
{
  g_assert_cmpuint (run->samples->len, ==, 1);
  GstBuffer *buffer = test_run_get_buffer (run, 0);
  g_autofree char *caps = gst_caps_to_string (test_run_get_caps (run, 0));
  VitrailSlide *slide = vitrail_buffer_get_slide (buffer);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);

  g_assert_cmpstr (caps, ==,
                   "application/x-vitrail-slide, width=(int)600, "
                   "height=(int)400, format=(string)RGB");
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 0);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 0);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 3);
  g_assert_true (meta->has_plane);
  g_assert_cmpfloat (meta->plane[0], ==, 0.0005);
  g_assert_cmpfloat (meta->plane[5], ==, 0.0005);
}

static void
test_location (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autoptr (TestRun) run =
      test_run_new ("slidesrc location=%s ! fakesink name=sink", path);

  g_assert_true (test_run_play (run));
  check_slide (run);
  gst_element_set_state (run->pipeline, GST_STATE_READY);
  g_ptr_array_set_size (run->samples, 0);
  g_assert_true (test_run_play (run));
  check_slide (run);
}

static void
test_given (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autoptr (TestRun) run =
      test_run_new ("slidesrc name=src ! fakesink name=sink");
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "src");

  g_object_set (src, "slide", slide, NULL);
  g_assert_true (test_run_play (run));
  check_slide (run);
  g_assert_true (vitrail_buffer_get_slide (test_run_get_buffer (run, 0)) ==
                 slide);
}

/* A copy of the buffer still says which slide it is. */
static void
test_copy (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  vitrail_buffer_add_slide_meta (buffer, slide);
  g_autoptr (GstBuffer) copy = gst_buffer_copy (buffer);
  g_autoptr (GstBuffer) empty = gst_buffer_new ();

  g_assert_true (vitrail_buffer_get_slide (copy) == slide);
  g_assert_null (vitrail_buffer_get_slide (empty));
}

static void
test_errors (void)
{
  g_autofree char *text =
      g_build_filename (test_data_get_scratch (), "text.svs", NULL);
  g_assert_true (g_file_set_contents (text, "no slide", -1, NULL));
  g_autoptr (TestRun) none = test_run_new ("slidesrc ! fakesink name=sink");
  g_autoptr (TestRun) bad =
      test_run_new ("slidesrc location=%s ! fakesink name=sink", text);

  g_assert_false (test_run_play (none));
  g_assert_nonnull (strstr (none->error, "no location"));
  g_assert_false (test_run_play (bad));
  g_assert_nonnull (strstr (bad->error, "text.svs: not a whole-slide image"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slidesrc/location", test_location);
  g_test_add_func ("/slidesrc/given", test_given);
  g_test_add_func ("/slidesrc/copy", test_copy);
  g_test_add_func ("/slidesrc/errors", test_errors);
  return g_test_run ();
}
