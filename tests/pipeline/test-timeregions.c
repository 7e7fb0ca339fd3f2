/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Means of regions of a volume over time in a session, judged by what was
 * written at each voxel; drawn by hands, as a file, and why there are none. */

#include "eye.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "testdata.h"
#include "timeregions.h"
#include "volumedata.h"

#include <math.h>
#include <string.h>

/* It is so much more at each time. */
#define HIGHER 1000
/* Where volumedata.py puts voxel 0, and from one to the next. */
static const double origin[3] = { -10, 20, 0 };
static const double step[3] = { 0.5, 0.7, 2 };

typedef struct {
  VitrailSession *session;
  TestEye eye; /* of the axial plane */
  char *told;
} Fixture;

static void
told_cb (VitrailSession *session, const char *text, gpointer user_data)
{
  Fixture *self = user_data;

  g_free (self->told);
  self->told = g_strdup (text);
}

static gboolean
has_told (gpointer fixture)
{
  return ((const Fixture *) fixture)->told != NULL;
}

static void
open_series (Fixture *self, const char *name)
{
  g_autofree char *folder = test_volume_dup_folder (name);

  *self = (Fixture){ .session = test_session_open_images (folder) };
  g_signal_connect (self->session, "told", G_CALLBACK (told_cb), self);
  test_session_run (self->session, "mpr", NULL);
  test_eye_open (&self->eye, test_session_get_viewport (self->session, 0), -600,
                 3100);
  g_assert_true (test_wait_until (test_viewport_is_shown, self->eye.viewport));
  test_session_run (self->session, "go-to-image", g_variant_new_uint32 (5));
  test_eye_expect (&self->eye, 48, 48, test_volume_get_value (4, 3, 4));
}

static void
close_series (Fixture *self)
{
  test_eye_clear (&self->eye);
  test_session_close (self->session);
  g_free (self->told);
}

/* At the first time. */
static double
get_mean (const double center[3], double radius)
{
  double sum = 0;
  guint n = 0;

  for (guint k = 0; k < TEST_VOLUME_SLICES; k++)
    for (guint j = 0; j < TEST_VOLUME_ROWS; j++)
      for (guint i = 0; i < TEST_VOLUME_COLUMNS; i++) {
        const double x = origin[0] + step[0] * i - center[0];
        const double y = origin[1] + step[1] * j - center[1];
        const double z = origin[2] + step[2] * k - center[2];
        if (x * x + y * y + z * z > radius * radius)
          continue;
        sum += test_volume_get_value (i, j, k);
        n++;
      }
  g_assert_cmpuint (n, >, 3);
  return sum / n;
}

typedef struct {
  VitrailSession *session;
  guint n;
} Wanted;

static gboolean
has_curves (gpointer data)
{
  const Wanted *self = data;
  const VitrailTimeCurves *curves =
      vitrail_session_get_time_curves (self->session);

  return (curves != NULL ? curves->n_regions : 0) == self->n;
}

static void
expect_curves (const Fixture *self, guint n)
{
  Wanted wanted = { self->session, n };

  g_assert_true (test_wait_until (has_curves, &wanted));
}

static void
expect_means (const Fixture *self, guint region, double first)
{
  const VitrailTimeCurves *curves =
      vitrail_session_get_time_curves (self->session);

  g_assert_cmpuint (curves->n_times, ==, 3);
  for (guint t = 0; t < 3; t++)
    g_assert_cmpfloat_with_epsilon (curves->means[(gsize) region * 3 + t],
                                    first + t * HIGHER, 1e-3);
}

static void
test_command (void)
{
  const double center[3] = { -8.1, 22.2, 7.5 };
  Fixture self;

  open_series (&self, "times");
  test_session_run (self.session, "add-region",
                    g_variant_new ("(dddd)", center[0], center[1], center[2],
                                   2.4));
  expect_curves (&self, 1);
  expect_means (&self, 0, get_mean (center, 2.4));
  g_assert_cmpstr (vitrail_session_get_time_curves (self.session)->name, ==,
                   "temporal position");
  /* As a file. */
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "curves.csv", NULL);
  g_autofree char *text = NULL;
  test_session_run (self.session, "save-curves", g_variant_new_string (path));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (lines[0], ==, "frame,temporal position,region 1");
  g_assert_true (g_str_has_prefix (lines[3], "3,3,"));
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (lines[3] + 4, NULL),
                                  get_mean (center, 2.4) + 2 * HIGHER, 1e-3);
  /* A ball without a voxel says so, and goes. */
  test_session_run (self.session, "add-region",
                    g_variant_new ("(dddd)", 500.0, 0.0, 0.0, 1.0));
  g_assert_true (test_wait_until (has_told, &self));
  expect_curves (&self, 1);
  /* With the planes all of them. */
  test_session_run (self.session, "mpr", NULL);
  expect_curves (&self, 0);
  test_session_refuse (self.session, "save-curves", g_variant_new_string (path),
                       "There are no curves over time");
  close_series (&self);
}

static void
test_hand (void)
{
  g_auto (VitrailShownState) state = { 0 };
  double center[3];
  double edge[3];
  Fixture self;

  open_series (&self, "times");
  test_session_run (self.session, "set-tool", g_variant_new_string ("region"));
  vitrail_viewport_get_shown (self.eye.viewport, &state);
  vitrail_plane_map (state.plane, 48, 48, center);
  vitrail_plane_map (state.plane, 48 + 24, 48, edge);
  const double radius = hypot (edge[0] - center[0], edge[1] - center[1]);
  test_eye_drag (&self.eye, (double[2]){ 48, 48 }, (double[2]){ 72, 48 });
  expect_curves (&self, 1);
  expect_means (&self, 0, get_mean (center, radius));
  /* Where this plane cuts it, and a plane beyond it does not. */
  g_autoptr (GArray) marks =
      vitrail_session_find_region_marks (self.session, 0);
  g_assert_cmpuint (marks->len, ==, 1);
  const VitrailRegionMark *mark = &g_array_index (marks, VitrailRegionMark, 0);
  g_assert_cmpfloat_with_epsilon (mark->center[0], 48, 1e-6);
  g_assert_cmpfloat_with_epsilon (mark->radius, 24, 0.1);
  g_assert_cmphex (mark->color, ==, vitrail_time_curves_get_color (0));
  test_session_run (self.session, "go-to-image", g_variant_new_uint32 (1));
  g_assert_true (test_wait_until (test_viewport_is_shown, self.eye.viewport));
  g_autoptr (GArray) none = vitrail_session_find_region_marks (self.session, 0);
  g_assert_cmpuint (none->len, ==, 0);
  /* A click is no region. */
  test_eye_drag (&self.eye, (double[2]){ 30, 30 }, (double[2]){ 30, 30 });
  test_session_run (self.session, "clear-regions", NULL);
  expect_curves (&self, 0);
  /* More than can be told from each other: the oldest go. */
  for (guint i = 0; i < 8; i++)
    test_session_run (self.session, "add-region",
                      g_variant_new ("(dddd)", center[0], center[1],
                                     center[2] - 4.0 + i, 2.5));
  expect_curves (&self, 6);
  /* But not for a click. */
  test_eye_drag (&self.eye, (double[2]){ 30, 30 }, (double[2]){ 30, 30 });
  test_session_run (self.session, "go-to-image", g_variant_new_uint32 (5));
  g_assert_true (test_wait_until (test_viewport_is_shown, self.eye.viewport));
  expect_curves (&self, 6);
  close_series (&self);
}

static void
test_one_time (void)
{
  Fixture self;

  open_series (&self, "ct");
  test_session_refuse (self.session, "add-region",
                       g_variant_new ("(dddd)", 0.0, 0.0, 0.0, 5.0),
                       "There are no several points in time");
  test_session_run (self.session, "set-tool", g_variant_new_string ("region"));
  test_eye_drag (&self.eye, (double[2]){ 48, 48 }, (double[2]){ 72, 48 });
  g_assert_true (test_wait_until (has_told, &self));
  g_assert_cmpstr (self.told, ==, "There are no several points in time");
  close_series (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-regions/command", test_command);
  g_test_add_func ("/time-regions/hand", test_hand);
  g_test_add_func ("/time-regions/one-time", test_one_time);
  return g_test_run ();
}
