/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* mprtransform: what each pixel shows is what lies at the millimetres that its
 * plane says. The series' values rise evenly along each axis, so that any plane
 * through it can be reckoned without looking at a voxel. */

#include "framemeta.h"
#include "gstrun.h"
#include "volume/curve.h"
#include "volumedata.h"

#include <math.h>
#include <string.h>

static TestRun *
play (const char *properties)
{
  g_autofree char *folder = test_volume_dup_folder ("ct");
  TestRun *run = test_run_new ("dicomfilesrc location=%s ! volumebuilder ! "
                               "mprtransform %s ! fakesink name=sink",
                               folder, properties);

  if (!test_run_play (run))
    g_error ("%s: %s", properties, run->error);
  return run;
}

static void
get_size (TestRun *run, guint index, guint *width, guint *height)
{
  const GstStructure *caps =
      gst_caps_get_structure (test_run_get_caps (run, index), 0);
  int w = 0;
  int h = 0;

  g_assert_true (gst_structure_get_int (caps, "width", &w));
  g_assert_true (gst_structure_get_int (caps, "height", &h));
  *width = (guint) w;
  *height = (guint) h;
}

/* The value of pixel (@x, @y). */
static double
get_value (TestRun *run, guint index, guint x, guint y)
{
  GstBuffer *buffer = test_run_get_buffer (run, index);
  const VitrailFrameInfo *info = vitrail_buffer_get_frame_meta (buffer)->info;
  guint width;
  guint height;
  guint16 word = 0;
  float value = 0;

  get_size (run, index, &width, &height);
  const gsize size = gst_buffer_get_size (buffer);
  const gsize at = size / height * y;
  if (info->format.is_float) {
    gst_buffer_extract (buffer, at + (gsize) 4 * x, &value, 4);
    return (double) value;
  }
  gst_buffer_extract (buffer, at + (gsize) 2 * x, &word, 2);
  return (word - info->sample_offset) * info->slope + info->intercept;
}

/* What the series has at a place; FALSE: nothing, or its border. */
static gboolean
reckon (const double at[3], double *value)
{
  const double index[3] = { (at[0] + 10) / 0.5, (at[1] - 20) / 0.7, at[2] / 2 };
  const double last[3] = { TEST_VOLUME_COLUMNS - 1, TEST_VOLUME_ROWS - 1,
                           TEST_VOLUME_SLICES - 1 };

  for (guint a = 0; a < 3; a++)
    if (index[a] < -1e-6 || index[a] > last[a] + 1e-6)
      return FALSE;
  *value = index[0] + 10 * index[1] + 100 * index[2] - 500;
  return TRUE;
}

/* How many pixels showed something. */
static guint
check_picture (TestRun *run, guint index)
{
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (test_run_get_buffer (run, index));
  guint n_inside = 0;
  guint width;
  guint height;

  get_size (run, index, &width, &height);
  g_assert_true (meta->has_plane);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++) {
      double at[3];
      double want;
      vitrail_plane_map (meta->plane, x, y, at);
      if (!reckon (at, &want))
        continue;
      g_assert_cmpfloat_with_epsilon (get_value (run, index, x, y), want, 0.52);
      n_inside++;
    }
  return n_inside;
}

static void
test_orientations (void)
{
  static const struct {
    const char *properties;
    guint width;
    guint height;
    const char *right;
    const char *down;
  } cases[] = {
    { "orientation=axial", 9, 9, "L", "P" },
    { "orientation=coronal", 9, 29, "L", "F" },
    { "orientation=sagittal", 9, 29, "P", "F" },
    { "orientation=acquisition", 9, 9, "L", "P" },
    { "orientation=axial turn=90", 29, 9, "H", "P" },
    { "orientation=oblique right-x=-2 right-z=0 down-x=5 down-y=-1", 9, 9, "R",
      "A" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestRun) run = play (cases[i].properties);
    guint size[2];
    char letters[4];
    g_assert_cmpuint (run->samples->len, ==, 1);
    get_size (run, 0, &size[0], &size[1]);
    g_assert_cmpuint (size[0], ==, cases[i].width);
    g_assert_cmpuint (size[1], ==, cases[i].height);
    g_assert_cmpuint (check_picture (run, 0), >, 40);
    const double *plane =
        vitrail_buffer_get_frame_meta (test_run_get_buffer (run, 0))->plane;
    const double right[3] = { plane[0], plane[4], plane[8] };
    const double down[3] = { plane[1], plane[5], plane[9] };
    vitrail_orientation_letters (right, letters);
    g_assert_cmpstr (letters, ==, cases[i].right);
    vitrail_orientation_letters (down, letters);
    g_assert_cmpstr (letters, ==, cases[i].down);
  }
}

/* Anywhere, at any angle and size. */
static void
test_anywhere (void)
{
  static const char *const cases[] = {
    "orientation=axial offset=3.3 spacing=0.21",
    "orientation=sagittal offset=-0.6",
    "orientation=oblique right-x=1 right-y=0.3 right-z=0.2 down-y=1 down-z=-1",
    "orientation=coronal turn=33 spacing=0.3 width=40 height=37",
    "center-x=-8 center-y=22 center-z=7.1 width=11 height=11",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestRun) run = play (cases[i]);
    g_assert_cmpuint (check_picture (run, 0), >, 15);
  }
}

/* Of planes through the volume the last one is the highest; all of them lie
 * about the picture's plane evenly. */
static void
test_slabs (void)
{
  static const struct {
    const char *properties;
    double more; /* than at the middle, where values rise by 50 a millimetre */
  } cases[] = { { "thickness=4.5 slab=maximum", 100 },
                { "thickness=4.5 slab=minimum", -100 },
                { "thickness=4.5 slab=mean", 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestRun) run = play (cases[i].properties);
    double at[3];
    double want = 0;
    vitrail_plane_map (
        vitrail_buffer_get_frame_meta (test_run_get_buffer (run, 0))->plane, 3,
        4, at);
    g_assert_true (reckon (at, &want));
    g_assert_cmpfloat_with_epsilon (get_value (run, 0, 3, 4),
                                    want + cases[i].more, 0.52);
  }
  g_autoptr (TestRun) sum = play ("thickness=4.5 slab=sum");
  g_autoptr (TestRun) mean = play ("thickness=4.5 slab=mean");
  g_assert_cmpfloat_with_epsilon (get_value (sum, 0, 3, 4),
                                  9 * get_value (mean, 0, 3, 4), 5);
}

#define PATH "-9 21 1; -7.2 23 5; -8.5 22 9; -7 21.5 13"

/* Along a path each pixel shows what lies that far along and beside it; the
 * picture lies in no one plane. */
static void
test_path (void)
{
  g_autoptr (TestRun) run =
      play ("path=\"" PATH
            "\" up-x=1 up-z=0.2 turn=20 spacing=0.25 height=9 frames=2 "
            "turn-step=30");

  for (guint i = 0; i < 2; i++) {
    const VitrailCurveWish wish = { .path = PATH,
                                    .across = { 1, 0, 0.2 },
                                    .angle = 20 + 30.0 * i };
    const VitrailFrameMeta *meta =
        vitrail_buffer_get_frame_meta (test_run_get_buffer (run, i));
    g_autoptr (GArray) columns = vitrail_curve_walk (&wish, 0.25, NULL);
    guint n_inside = 0;
    guint width;
    guint height;
    get_size (run, i, &width, &height);
    g_assert_cmpuint (width, ==, columns->len);
    g_assert_cmpuint (height, ==, 9);
    g_assert_false (meta->has_plane);
    g_assert_false (meta->info->has_plane);
    g_assert_false (meta->info->has_orientation);
    g_assert_cmpfloat (meta->info->spacing[0], ==, 0.25);
    for (guint x = 0; x < width; x++)
      for (guint y = 0; y < height; y++) {
        const VitrailCurveColumn *column =
            &g_array_index (columns, VitrailCurveColumn, x);
        double at[3];
        double want;
        for (guint n = 0; n < 3; n++)
          at[n] = column->at[n] + (4.0 - y) * 0.25 * column->up[n];
        if (!reckon (at, &want))
          continue;
        g_assert_cmpfloat_with_epsilon (get_value (run, i, x, y), want, 0.52);
        n_inside++;
      }
    g_assert_cmpuint (n_inside, >, width * height / 2);
  }
}

/* A film: each picture a step further, and each is right. */
static void
test_frames (void)
{
  g_autoptr (TestRun) run =
      play ("orientation=axial frames=5 step=2 offset=-4 turn-step=3");

  g_assert_cmpuint (run->samples->len, ==, 5);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = test_run_get_buffer (run, i);
    g_assert_cmpuint (check_picture (run, i), >, 10);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, i * GST_SECOND / 10);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
  }
}

/* It is no frame of the series, but of its patient. */
static void
test_info (void)
{
  g_autoptr (TestRun) run = play ("orientation=coronal spacing=0.4");
  const VitrailFrameInfo *info =
      vitrail_buffer_get_frame_meta (test_run_get_buffer (run, 0))->info;

  g_assert_cmpstr (info->patient_name, ==, "Phantom");
  g_assert_cmpstr (info->sop_instance_uid, ==, "");
  g_assert_cmpuint (info->n_frames, ==, 1);
  g_assert_true (info->has_spacing);
  g_assert_cmpfloat_with_epsilon (info->spacing[0], 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (info->spacing[1], 0.4, 1e-12);
}

static void
test_refused (void)
{
  g_autofree char *folder = test_volume_dup_folder ("ct");
  g_autoptr (TestRun) none =
      test_run_new ("dicomfilesrc location=%s ! volumebuilder ! mprtransform "
                    "orientation=oblique right-x=0 ! fakesink name=sink",
                    folder);
  g_autoptr (TestRun) large =
      test_run_new ("dicomfilesrc location=%s ! volumebuilder ! mprtransform "
                    "spacing=0.000001 "
                    "! fakesink name=sink",
                    folder);

  g_autoptr (TestRun) lost =
      test_run_new ("dicomfilesrc location=%s ! volumebuilder ! mprtransform "
                    "path=\"1 2 3\" ! fakesink name=sink",
                    folder);

  g_assert_false (test_run_play (lost));
  g_assert_cmpstr (lost->error, ==, "mprtransform: 1 2 3 is no path");
  g_assert_false (test_run_play (none));
  g_assert_cmpstr (none->error, ==,
                   "mprtransform: right and down are no two directions");
  g_assert_false (test_run_play (large));
  g_assert_nonnull (strstr (large->error, "beyond the limit"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/mprtransform/orientations", test_orientations);
  g_test_add_func ("/mprtransform/anywhere", test_anywhere);
  g_test_add_func ("/mprtransform/slabs", test_slabs);
  g_test_add_func ("/mprtransform/path", test_path);
  g_test_add_func ("/mprtransform/frames", test_frames);
  g_test_add_func ("/mprtransform/info", test_info);
  g_test_add_func ("/mprtransform/refused", test_refused);
  return g_test_run ();
}
