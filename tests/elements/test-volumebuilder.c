/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* volumebuilder: one reference to the volume that was written, from frames as
 * they are stored or decoded; again while it fills; each point in time; what it
 * refuses, and why. */

#include "framemeta.h"
#include "gstrun.h"
#include "volume/volumeplay.h"
#include "volumedata.h"
#include "volumemeta.h"

#include <math.h>

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

/* Some of them, twice, at their own pace; as they are stored, and decoded. */
static void
test_loops (gconstpointer before)
{
  g_autofree char *middle = g_strconcat (
      before, "volumebuilder time=0 times=3,1 loops=2 rate=4 speed=2", NULL);
  g_autoptr (TestRun) run = play ("times", middle);

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 4);
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = test_run_get_buffer (run, i);
    check_volume (run, i, i % 2 == 0 ? 2000 : 0);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==,
                      (guint64) i * 125 * GST_MSECOND);
    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, 125 * GST_MSECOND);
  }
}

/* Until somebody downstream has had enough. */
static void
test_endless (void)
{
  g_autofree char *folder = test_volume_dup_folder ("times");
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc location=%s ! volumebuilder time=0 loops=-1 "
                    "rate=1000 ! fakesink name=sink num-buffers=20",
                    folder);

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, >=, 20);
  check_volume (run, 19, 1000);
}

static void
test_combined (gconstpointer before)
{
  static const struct {
    const char *properties;
    double sign;
    double more;
  } rows[] = {
    { "combine=sum", 3, 3000 },
    { "combine=mean times=1,3", 1, 1000 },
    { "combine=maximum times=1-2", 1, 1000 },
    { "combine=subtract times=3,1", 0, 2000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *middle =
        g_strconcat (before, "volumebuilder ", rows[i].properties, NULL);
    g_autoptr (TestRun) run = play ("times", middle);
    g_assert_true (test_run_play (run));
    g_assert_cmpuint (run->samples->len, ==, 1);
    VitrailVolume *volume =
        vitrail_buffer_get_volume (test_run_get_buffer (run, 0));
    for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
      g_assert_cmpfloat_with_epsilon (
          test_volume_look (volume, 4, 3, k),
          rows[i].sign * test_volume_get_value (4, 3, k) + rows[i].more, 1e-3);
  }
}

/* A heart beats as it did; what nobody can follow does not. */
static void
test_rate (void)
{
  double times[] = { 0, 38, 80 };
  VitrailVolumePlan plan = { .n_times = 3,
                             .time_key = VITRAIL_PLACE_TRIGGER_TIME,
                             .times = times };
  VitrailVolumePlay wish = VITRAIL_VOLUME_PLAY_INIT;

  g_assert_cmpfloat_with_epsilon (vitrail_volume_play_get_rate (&wish, &plan),
                                  25, 1e-9);
  wish.speed = 0.5;
  g_assert_cmpfloat_with_epsilon (vitrail_volume_play_get_rate (&wish, &plan),
                                  12.5, 1e-9);
  times[2] = 60000;
  g_assert_cmpfloat (vitrail_volume_play_get_rate (&wish, &plan), ==, 5);
  times[2] = NAN;
  g_assert_cmpfloat (vitrail_volume_play_get_rate (&wish, &plan), ==, 5);
  times[2] = 0;
  g_assert_cmpfloat (vitrail_volume_play_get_rate (&wish, &plan), ==, 5);
  times[2] = 80;
  plan.time_key = VITRAIL_PLACE_ACQUISITION;
  g_assert_cmpfloat (vitrail_volume_play_get_rate (&wish, &plan), ==, 5);
  wish.rate = 30;
  g_assert_cmpfloat (vitrail_volume_play_get_rate (&wish, &plan), ==, 15);
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
  g_autoptr (TestRun) late = play ("times", "volumebuilder time=4");
  g_autoptr (TestRun) none =
      play ("times", "volumebuilder combine=sum times=2-9");
  g_assert_false (test_run_play (late));
  g_assert_cmpstr (late->error, ==, "There is no time 4: there are 3");
  g_assert_false (test_run_play (none));
  g_assert_cmpstr (none->error, ==, "2-9: no points in time; there are 3");
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
  g_test_add_data_func ("/volumebuilder/loops", "", test_loops);
  g_test_add_data_func ("/volumebuilder/loops-decoded", "dcmdecode ! ",
                        test_loops);
  g_test_add_func ("/volumebuilder/endless", test_endless);
  g_test_add_data_func ("/volumebuilder/combined", "", test_combined);
  g_test_add_data_func ("/volumebuilder/combined-decoded", "dcmdecode ! ",
                        test_combined);
  g_test_add_func ("/volumebuilder/rate", test_rate);
  g_test_add_func ("/volumebuilder/broken", test_broken);
  g_test_add_func ("/volumebuilder/refused", test_refused);
  return g_test_run ();
}
