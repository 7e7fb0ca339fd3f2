/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fusionoverlay: what it lays over a windowed plane is what fusionmix makes of
 * both volumes; what has no place stays as it was. */

#include "framemeta.h"
#include "gstrun.h"
#include "testdata.h"
#include "volume/fusion.h"
#include "volumemeta.h"

#include <string.h>

static const char *
get_folder (void)
{
  static char *folder;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "elements", "fusiondata.py", NULL);

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "fusion", NULL);
    g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script, folder));
  }
  return folder;
}

/* (transfer full): of a folder of the data. */
static VitrailVolume *
load (const char *name)
{
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc location=%s/%s ! volumebuilder ! "
                    "fakesink name=sink",
                    get_folder (), name);

  g_assert_true (test_run_play (run));
  return g_object_ref (
      vitrail_buffer_get_volume (test_run_get_buffer (run, 0)));
}

static void
set_layers (TestRun *run, VitrailVolume *volume, double opacity)
{
  g_autoptr (GstElement) over =
      gst_bin_get_by_name (GST_BIN (run->pipeline), "over");
  VitrailFusionLayers layers = { .n = 1, .thickness = 6 };
  VitrailFusionLayer *layer = &layers.layers[0];

  layers.slab = VITRAIL_SLAB_MEAN;
  layer->volume = volume;
  layer->look = (VitrailFusionLook) VITRAIL_FUSION_LOOK_INIT;
  layer->look.opacity = opacity;
  layer->look.low = 100;
  layer->look.presentation.has_window = TRUE;
  layer->look.presentation.window_center = 4000;
  layer->look.presentation.window_width = 8000;
  layer->look.presentation.colormap = g_intern_string ("hot_iron");
  for (guint i = 0; i < 16; i++)
    layer->matrix[i] = i % 5 == 0;
  g_object_set (over, "layers", &layers, NULL);
}

#define PLANE                                                         \
  "orientation=oblique right-x=1 right-y=0.4 right-z=-0.3 down-z=-1 " \
  "down-y=0.2 center-x=21.3 center-y=-14.7 center-z=33.1 width=160 "  \
  "height=120 thickness=6 slab=mean "

/* The greatest difference of a byte of two pictures, and how many bytes
 * differ. */
static guint
compare (TestRun *a, TestRun *b, guint *n)
{
  GstMapInfo first;
  GstMapInfo second;
  guint most = 0;

  *n = 0;
  g_assert_true (
      gst_buffer_map (test_run_get_buffer (a, 0), &first, GST_MAP_READ));
  g_assert_true (
      gst_buffer_map (test_run_get_buffer (b, 0), &second, GST_MAP_READ));
  g_assert_cmpuint (first.size, ==, 76800);
  g_assert_cmpuint (first.size, ==, second.size);
  for (gsize i = 0; i < first.size; i++) {
    const guint difference =
        (guint) ABS ((int) first.data[i] - (int) second.data[i]);
    most = MAX (most, difference);
    *n += difference > 0;
  }
  gst_buffer_unmap (test_run_get_buffer (a, 0), &first);
  gst_buffer_unmap (test_run_get_buffer (b, 0), &second);
  return most;
}

static TestRun *
run_over (VitrailVolume *volume, double opacity)
{
  TestRun *run = test_run_new (
      "dicomfilesrc location=%s/ct ! volumebuilder ! mprtransform " PLANE
      "! dcmwindow window-center=2000 window-width=4000 ! "
      "fusionoverlay name=over ! fakesink name=sink",
      get_folder ());

  if (volume != NULL)
    set_layers (run, volume, opacity);
  g_assert_true (test_run_play (run));
  return run;
}

static void
test_as_mixed (void)
{
  g_autoptr (VitrailVolume) pet = load ("pet");
  g_autoptr (TestRun) over = run_over (pet, 0.6);
  g_autoptr (TestRun) none = run_over (NULL, 0);
  g_autoptr (TestRun) nothing = run_over (pet, 0);
  g_autoptr (TestRun) mixed =
      test_run_new ("fusionmix name=mix " PLANE
                    "sink_0::window-center=2000 sink_0::window-width=4000 "
                    "sink_1::window-center=4000 sink_1::window-width=8000 "
                    "sink_1::colormap=hot_iron sink_1::opacity=0.6 "
                    "sink_1::threshold-low=100 ! fakesink name=sink "
                    "dicomfilesrc location=%s/ct ! volumebuilder ! mix.sink_0 "
                    "dicomfilesrc location=%s/pet ! volumebuilder ! mix.sink_1",
                    get_folder (), get_folder ());
  guint n = 0;

  g_assert_true (test_run_play (mixed));
  g_assert_cmpuint (compare (over, mixed, &n), <=, 1);
  /* It is there at all, and goes away. */
  g_assert_cmpuint (compare (over, none, &n), >, 50);
  g_assert_cmpuint (n, >, 300);
  g_assert_cmpuint (compare (nothing, none, &n), ==, 0);
}

/* A picture that says nothing of its place. */
static void
test_no_place (void)
{
  g_autoptr (VitrailVolume) pet = load ("pet");
  g_autoptr (TestRun) run =
      test_run_new ("videotestsrc num-buffers=1 pattern=white ! "
                    "video/x-raw,format=RGBA,width=160,height=120 ! "
                    "fusionoverlay name=over ! fakesink name=sink");
  GstMapInfo map;

  set_layers (run, pet, 1);
  g_assert_true (test_run_play (run));
  g_assert_true (
      gst_buffer_map (test_run_get_buffer (run, 0), &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    g_assert_cmpuint (map.data[i], ==, 255);
  gst_buffer_unmap (test_run_get_buffer (run, 0), &map);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusionoverlay/as-mixed", test_as_mixed);
  g_test_add_func ("/fusionoverlay/no-place", test_no_place);
  return g_test_run ();
}
