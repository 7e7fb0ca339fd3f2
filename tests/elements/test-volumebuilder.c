/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* volumebuilder: one reference to the volume that was written, from frames as
 * they are stored or decoded; again while it fills; each point in time; what it
 * refuses, and why. */

#include "framemeta.h"
#include "gstrun.h"
#include "volumedata.h"
#include "volumemeta.h"

static TestRun *
play (const char *name, const char *middle)
{
  g_autofree char *folder = test_volume_dup_folder (name);

  return test_run_new ("dicomfilesrc location=%s ! %s ! fakesink name=sink",
                       folder, middle);
}

static void
check_volume (TestRun *run, guint index, double more)
{
  GstBuffer *buffer = test_run_get_buffer (run, index);
  VitrailVolume *volume = vitrail_buffer_get_volume (buffer);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  g_autofree char *caps = gst_caps_to_string (test_run_get_caps (run, index));

  g_assert_cmpstr (caps, ==,
                   "application/x-vitrail-volume, width=(int)9, height=(int)7, "
                   "depth=(int)8, format=(string)u16");
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 0);
  g_assert_cmpstr (meta->info->patient_name, ==, "Phantom");
  g_assert_true (vitrail_volume_is_complete (volume));
  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    test_volume_check_slice (volume, k, k, more);
}

static void
test_once (gconstpointer middle)
{
  g_autoptr (TestRun) run = play ("ct", middle);

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 1);
  check_volume (run, 0, 0);
  /* And once more. */
  gst_element_set_state (run->pipeline, GST_STATE_READY);
  g_ptr_array_set_size (run->samples, 0);
  g_assert_true (test_run_play (run));
  check_volume (run, 0, 0);
}

static void
test_progressive (void)
{
  g_autoptr (TestRun) run = play ("ct", "volumebuilder progressive=true");

  g_assert_true (test_run_play (run));
  const guint n = run->samples->len;
  g_assert_cmpuint (n, >=, 1);
  check_volume (run, n - 1, 0);
  /* The last one is marked complete, and only that. */
  for (guint i = 0; i < n; i++) {
    const VitrailFrameMeta *meta =
        vitrail_buffer_get_frame_meta (test_run_get_buffer (run, i));
    g_assert_true (((meta->flags & VITRAIL_FRAME_META_INCOMPLETE) == 0) ==
                   (i == n - 1));
  }
}

static void
test_times (void)
{
  g_autoptr (TestRun) all = play ("times", "volumebuilder time=0");
  g_autoptr (TestRun) second = play ("times", "volumebuilder time=2");

  g_assert_true (test_run_play (all));
  g_assert_cmpuint (all->samples->len, ==, 3);
  for (guint time = 0; time < 3; time++)
    check_volume (all, time, 1000 * time);
  g_assert_true (test_run_play (second));
  g_assert_cmpuint (second->samples->len, ==, 1);
  check_volume (second, 0, 1000);
}

static void
test_broken (void)
{
  g_autoptr (TestRun) run = play ("broken", "volumebuilder");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 1);
  g_assert_cmpuint (run->warnings->len, >=, 1);
}

static void
test_refused (void)
{
  g_autoptr (TestRun) flat = play ("flat", "volumebuilder");
  g_autoptr (TestRun) other = play ("ct", "volumebuilder volume=2");
  g_autoptr (TestRun) strange = test_run_new (
      "videotestsrc num-buffers=1 ! video/x-raw,format=GRAY8 ! volumebuilder ! "
      "fakesink name=sink");

  g_assert_false (test_run_play (flat));
  g_assert_cmpstr (flat->error, ==,
                   "volumebuilder: the images form no such volume: 8 images: "
                   "they say no orientation");
  g_assert_false (test_run_play (other));
  g_assert_cmpstr (other->error, ==,
                   "volumebuilder: the images form no such volume");
  g_assert_false (test_run_play (strange));
  g_assert_nonnull (strstr (strange->error, "does not say what it is"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/volumebuilder/stored", "volumebuilder", test_once);
  g_test_add_data_func ("/volumebuilder/decoded", "dcmdecode ! volumebuilder",
                        test_once);
  g_test_add_func ("/volumebuilder/progressive", test_progressive);
  g_test_add_func ("/volumebuilder/times", test_times);
  g_test_add_func ("/volumebuilder/broken", test_broken);
  g_test_add_func ("/volumebuilder/refused", test_refused);
  return g_test_run ();
}
