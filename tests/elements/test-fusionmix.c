/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fusionmix: a point source that a CT and a PET saw on grids of their own lies
 * at one place of one picture; what cannot be laid together is refused. */

#include "framemeta.h"
#include "gstrun.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

static const char oblique[] =
    "orientation=oblique right-x=1 right-y=0.4 right-z=-0.3 down-z=-1 "
    "down-y=0.2";
static const double spot[3] = { 21.3, -14.7, 33.1 };
/* The finest voxels of both. */
#define VOXEL 0.9

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

/* @upper over the CT. */
static TestRun *
make_run (const char *upper, const char *properties)
{
  const char *folder = get_folder ();

  return test_run_new (
      "fusionmix name=mix %s ! fakesink name=sink "
      "dicomfilesrc location=%s/ct ! volumebuilder ! mix.sink_0 "
      "dicomfilesrc location=%s/%s ! volumebuilder ! mix.sink_1",
      properties, folder, folder, upper);
}

/* Where what is bright has its middle: millimetres in the CT's space. */
static void
find_spot (TestRun *run, guint index, double at[3])
{
  GstBuffer *buffer = test_run_get_buffer (run, index);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  const GstStructure *caps =
      gst_caps_get_structure (test_run_get_caps (run, index), 0);
  double sum[3] = { 0, 0, 0 };
  GstMapInfo map;
  int width = 0;

  g_assert_true (gst_structure_get_int (caps, "width", &width));
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size / 4; i++) {
    const double weight = map.data[4 * i];
    const gsize line = i / (gsize) width;
    sum[0] += weight * (double) (i % (gsize) width);
    sum[1] += weight * (double) line;
    sum[2] += weight;
  }
  gst_buffer_unmap (buffer, &map);
  g_assert_cmpfloat (sum[2], >, 1000);
  g_assert_true (meta->has_plane);
  vitrail_plane_map (meta->plane, sum[0] / sum[2], sum[1] / sum[2], at);
}

static double
get_distance (const double a[3], const double b[3])
{
  return sqrt ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
               (a[2] - b[2]) * (a[2] - b[2]));
}

#define AT_SPOT "center-x=21.3 center-y=-14.7 center-z=33.1 "
#define ONLY_CT \
  "sink_1::opacity=0 sink_0::window-center=10000 sink_0::window-width=20000"
#define ONLY_PET                                                              \
  "sink_0::opacity=0 sink_1::window-center=10000 sink_1::window-width=20000 " \
  "sink_1::interpolation=cubic"

/* Both, and each other, in each plane. */
static void
check_spots (const char *upper, const char *more)
{
  static const char *const planes[] = {
    "orientation=axial",
    "orientation=coronal",
    "orientation=sagittal spacing=0.4",
    "orientation=acquisition",
    oblique,
  };

  for (guint i = 0; i < G_N_ELEMENTS (planes); i++) {
    g_autofree char *lower_wish =
        g_strdup_printf ("%s " AT_SPOT ONLY_CT " %s", planes[i], more);
    g_autofree char *upper_wish =
        g_strdup_printf ("%s " AT_SPOT ONLY_PET " %s", planes[i], more);
    g_autoptr (TestRun) low = make_run (upper, lower_wish);
    g_autoptr (TestRun) high = make_run (upper, upper_wish);
    double seen[2][3];
    g_assert_true (test_run_play (low));
    g_assert_true (test_run_play (high));
    g_assert_cmpuint (low->samples->len, ==, 1);
    find_spot (low, 0, seen[0]);
    find_spot (high, 0, seen[1]);
    g_assert_cmpfloat (get_distance (seen[0], spot), <, VOXEL / 2);
    g_assert_cmpfloat (get_distance (seen[1], spot), <, VOXEL / 2);
    g_assert_cmpfloat (get_distance (seen[0], seen[1]), <, VOXEL / 2);
    g_test_message ("%s: %.3f %.3f mm", planes[i], get_distance (seen[0], spot),
                    get_distance (seen[1], spot));
  }
}

static void
test_spot (void)
{
  check_spots ("pet", "");
}

static void
test_registered (void)
{
  static const char *const files[] = { "one", "two", "inverse", "atlas" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *more =
        g_strdup_printf ("registration=%s/%s.dcm", get_folder (), files[i]);
    g_autofree char *wish = g_strdup_printf (AT_SPOT ONLY_PET " %s", more);
    g_autoptr (TestRun) run = make_run ("moved", wish);
    double seen[3];
    if (i == 0)
      check_spots ("moved", more);
    g_assert_true (test_run_play (run));
    find_spot (run, 0, seen);
    g_assert_cmpfloat (get_distance (seen, spot), <, VOXEL / 2);
  }
}

static void
test_matrix (void)
{
  g_autofree char *path = g_build_filename (get_folder (), "matrix.txt", NULL);
  g_autofree char *text = NULL;
  double seen[3];

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_autofree char *wish =
      g_strdup_printf (AT_SPOT ONLY_PET " sink_1::matrix=\"%s\"", text);
  g_autoptr (TestRun) run = make_run ("moved", wish);
  g_assert_true (test_run_play (run));
  find_spot (run, 0, seen);
  g_assert_cmpfloat (get_distance (seen, spot), <, VOXEL / 2);
}

static void
check_refused (const char *upper, const char *properties, const char *reason)
{
  g_autoptr (TestRun) run = make_run (upper, properties);

  g_assert_false (test_run_play (run));
  g_assert_nonnull (run->error);
  g_test_message ("%s", run->error);
  g_assert_nonnull (strstr (run->error, reason));
}

static void
test_refused (void)
{
  g_autofree char *deformable =
      g_strdup_printf ("registration=%s/deformable.dcm", get_folder ());
  g_autofree char *none = g_strdup_printf ("registration=%s/ct", get_folder ());

  check_refused ("moved", "",
                 "sink_1 cannot be laid over the first layer: their frames of "
                 "reference differ, and no registration leads from one to the "
                 "other");
  check_refused ("moved", deformable, "a deformable registration");
  check_refused ("moved", none, "there is no Spatial Registration");
  check_refused ("moved", "sink_1::matrix=\"1 2 3\"", "16 numbers");
  check_refused ("moved", "registration=/nowhere/at-all", "/nowhere/at-all");
}

/* Colours and a threshold; what lies below it is the CT's. */
static void
test_look (void)
{
  g_autoptr (TestRun) run =
      make_run ("pet", AT_SPOT
                "sink_0::window-center=100000 sink_0::window-width=10 "
                "sink_1::colormap=hot_iron sink_1::threshold-low=10000 "
                "sink_1::window-center=10000 sink_1::window-width=20000");
  guint n_red = 0;

  g_assert_true (test_run_play (run));
  GstBuffer *buffer = test_run_get_buffer (run, 0);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i += 4) {
    const guint8 *pixel = map.data + i;
    g_assert_cmpint (pixel[3], ==, 255);
    n_red += pixel[0] > 200 && pixel[2] < 255;
    if (pixel[0] == 0)
      g_assert_true (pixel[1] == 0 && pixel[2] == 0);
    else
      g_assert_cmpint (pixel[0], >, 200);
  }
  gst_buffer_unmap (buffer, &map);
  /* A disk of half the height: 1.1774 sigma about. */
  const double want = G_PI * 1.1774 * 1.1774 * 36 / (VOXEL * VOXEL);
  g_assert_cmpfloat (n_red, >, want * 0.75);
  g_assert_cmpfloat (n_red, <, want * 1.25);
}

static void
test_film (void)
{
  g_autoptr (TestRun) run = make_run ("pet", "frames=3 step=2");

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, ==, 3);
}

static void
test_alone (void)
{
  g_autoptr (TestRun) run =
      test_run_new ("dicomfilesrc location=%s/ct ! volumebuilder "
                    "progressive=true ! fusionmix ! fakesink name=sink",
                    get_folder ());

  g_assert_true (test_run_play (run));
  g_assert_cmpuint (run->samples->len, >=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/fusionmix/spot", test_spot);
  g_test_add_func ("/fusionmix/registered", test_registered);
  g_test_add_func ("/fusionmix/matrix", test_matrix);
  g_test_add_func ("/fusionmix/refused", test_refused);
  g_test_add_func ("/fusionmix/look", test_look);
  g_test_add_func ("/fusionmix/film", test_film);
  g_test_add_func ("/fusionmix/alone", test_alone);
  return g_test_run ();
}
