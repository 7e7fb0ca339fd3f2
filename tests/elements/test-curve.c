/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Paths laid straight: columns follow the path by its length, at right angles
 * to it; what they show is what a plane shows there, in memory and on disk;
 * texts that are no path. */

#include "error.h"
#include "reslicejudge.h"
#include "volume/curve.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

static GArray *
walk (const VitrailCurveWish *wish, double spacing)
{
  g_autoptr (GError) error = NULL;
  GArray *columns = vitrail_curve_walk (wish, spacing, &error);

  g_assert_no_error (error);
  return columns;
}

static const VitrailCurveColumn *
get_column (const GArray *columns, guint index)
{
  g_assert_cmpuint (index, <, columns->len);
  return &g_array_index (columns, VitrailCurveColumn, index);
}

static void
assert_vector (const double got[3], double x, double y, double z, double within)
{
  g_assert_cmpfloat_with_epsilon (got[0], x, within);
  g_assert_cmpfloat_with_epsilon (got[1], y, within);
  g_assert_cmpfloat_with_epsilon (got[2], z, within);
}

/* Points at uneven distances on one line: columns at even ones. */
static void
test_straight (void)
{
  VitrailCurveWish wish = VITRAIL_CURVE_WISH_INIT;
  wish.path = "1 2 3; 2 2 3;4.5 2 3 ; 4.5 2 3; 11 2 3;";
  g_autoptr (GArray) columns = walk (&wish, 0.5);

  g_assert_cmpuint (columns->len, ==, 21);
  for (guint i = 0; i < columns->len; i++) {
    const VitrailCurveColumn *column = get_column (columns, i);
    assert_vector (column->at, 1 + 0.5 * i, 2, 3, 1e-3);
    assert_vector (column->along, 1, 0, 0, 1e-9);
    assert_vector (column->up, 0, 0, 1, 1e-9);
  }
  /* Clockwise as one looks to the left: from the head to the front. */
  wish.angle = 90;
  g_autoptr (GArray) turned = walk (&wish, 0.5);
  assert_vector (get_column (turned, 7)->up, 0, -1, 0, 1e-9);
}

/* Sixteen points on half a circle of 40 mm: all columns lie on it, as far apart
 * as they say. */
static void
test_circle (void)
{
  g_autoptr (GString) path = g_string_new (NULL);
  VitrailCurveWish wish = VITRAIL_CURVE_WISH_INIT;

  for (guint i = 0; i <= 16; i++)
    g_string_append_printf (path, "%.9f %.9f 7;", 40 * cos (i * G_PI / 16),
                            40 * sin (i * G_PI / 16));
  wish.path = path->str;
  g_autoptr (GArray) columns = walk (&wish, 1);
  g_assert_cmpuint (columns->len, ==, 126);
  for (guint i = 0; i < columns->len; i++) {
    const VitrailCurveColumn *column = get_column (columns, i);
    const double angle = i / 40.0;
    /* At the ends as between them. */
    assert_vector (column->at, 40 * cos (angle), 40 * sin (angle), 7, 0.02);
    assert_vector (column->along, -sin (angle), cos (angle), 0, 0.02);
    assert_vector (column->up, 0, 0, 1, 1e-9);
  }
}

/* Up a screw: at right angles everywhere, and carried along where nothing is
 * said, or what is said lies along the path. */
static void
test_carried (gconstpointer across)
{
  g_autoptr (GString) path = g_string_new ("0 0 -30; 0 0 -20; 0 0 -10;");
  VitrailCurveWish wish = VITRAIL_CURVE_WISH_INIT;

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (path, "%.9f %.9f %.9f;", 20 * cos (i * 0.2),
                            20 * sin (i * 0.2), 1.5 * i);
  wish.path = path->str;
  memcpy (wish.across, across, sizeof wish.across);
  wish.angle = 33;
  g_autoptr (GArray) columns = walk (&wish, 0.3);
  for (guint i = 0; i < columns->len; i++) {
    const VitrailCurveColumn *column = get_column (columns, i);
    const double *up = column->up;
    g_assert_cmpfloat_with_epsilon (vitrail_vector_dot (up, up), 1, 1e-9);
    g_assert_cmpfloat_with_epsilon (vitrail_vector_dot (up, column->along), 0,
                                    1e-9);
    /* No leaps. */
    if (i > 0 && ((const double *) across)[2] == 0)
      g_assert_cmpfloat (
          vitrail_vector_dot (up, get_column (columns, i - 1)->up), >, 0.99);
  }
}

static void
test_refused (void)
{
  static const char *const texts[] = { NULL,
                                       "",
                                       ";",
                                       "1 2 3",
                                       "1 2 3;1",
                                       "1 2 3; 1 2 3",
                                       "1 2 3;;",
                                       "1 2 nan; 1 2 3",
                                       "1 2 inf; 1 2 3",
                                       "1 2 3 4; 1 2 3",
                                       "1e30 0 0; 1 2 3" };
  VitrailCurveWish wish = VITRAIL_CURVE_WISH_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    wish.path = texts[i];
    g_assert_null (vitrail_curve_walk (&wish, 1, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  }
  const double spacings[] = { 1e-3, 1e-9 };
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    wish.path = "0 0 0; 1000 0 0";
    g_assert_null (vitrail_curve_walk (&wish, spacings[i], &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  }
}

/* --- pictures --- */

static const guint size[3] = { 50, 61, 43 };

static VitrailVolume *
make_volume (const guint16 *voxels, VitrailMemoryBudget *budget)
{
  const gsize slice = (gsize) size[0] * size[1];
  const VitrailVolumeInfo info = { .size = { size[0], size[1], size[2] },
                                   .type = VITRAIL_VOXEL_U16,
                                   .matrix = { 0, 0.1, -0.7, 10, 0.5, 0.2, 0,
                                               -20, 0.1, -0.6, 0, 5, 0, 0, 0,
                                               1 } };
  const VitrailVolumeHold hold = { .budget = budget };
  g_autoptr (GError) error = NULL;
  VitrailVolume *volume = vitrail_volume_new (&info, &hold, &error);

  g_assert_no_error (error);
  for (guint k = 0; k < size[2]; k++) {
    memcpy (vitrail_volume_begin_slice (volume, k), voxels + k * slice,
            slice * sizeof *voxels);
    vitrail_volume_end_slice (volume, k, VITRAIL_SLICE_THERE);
  }
  return volume;
}

/* The plane that a path along a line lies in. */
static VitrailMpr
make_plane (const VitrailCurvePicture *curve)
{
  const GArray *columns = curve->columns;
  const VitrailCurveColumn *first = get_column (columns, 0);
  VitrailMpr mpr = { .orientation = VITRAIL_MPR_OBLIQUE,
                     .has_center = TRUE,
                     .thickness = curve->wish.thickness,
                     .slab = curve->wish.slab,
                     .interpolation = curve->wish.interpolation,
                     .spacing = curve->wish.spacing,
                     .width = columns->len,
                     .height = curve->wish.height };

  for (guint n = 0; n < 3; n++) {
    mpr.right[n] = first->along[n];
    mpr.down[n] = -first->up[n];
    mpr.center[n] = first->at[n] + (columns->len - 1) / 2.0 *
                                       curve->wish.spacing * first->along[n];
  }
  return mpr;
}

static double
get_sample (const guint8 *samples, gboolean is_float, gsize n)
{
  return is_float ? (double) ((const float *) (gconstpointer) samples)[n]
                  : ((const guint16 *) (gconstpointer) samples)[n];
}

/* Within a thousandth of the range of @n_planes together; places at the border
 * may be rounded out of the volume. */
static void
compare (VitrailVolume *volume, const VitrailCurvePicture *curve)
{
  const VitrailMpr mpr = make_plane (curve);
  const gsize n = (gsize) curve->columns->len * curve->wish.height;
  const gboolean is_float = vitrail_reslice_is_float (&curve->first.reslice);
  g_autofree guint8 *want = g_malloc (n * 4);
  g_autofree guint8 *got = g_malloc (n * 4);
  VitrailMprPicture plane;
  g_autoptr (GError) error = NULL;
  gsize n_far = 0;
  gsize n_seen = 0;

  g_assert_true (vitrail_mpr_place (&mpr, vitrail_volume_get_info (volume),
                                    &plane, &error));
  g_assert_true (vitrail_mpr_draw (volume, &plane, want, &error));
  g_assert_true (vitrail_curve_draw (volume, curve, got, &error));
  for (gsize i = 0; i < n; i++) {
    const double a = get_sample (want, is_float, i);
    const double b = get_sample (got, is_float, i);
    n_far += fabs (a - b) > 66.0 * (is_float ? plane.reslice.n_planes : 1);
    n_seen += a > 0;
  }
  g_assert_cmpuint (n_seen, >, n / 4);
  g_assert_cmpuint (n_far, <, n / 100);
}

/* Along a line it is the plane in which that lies. */
static void
test_plane (void)
{
  g_autofree guint16 *voxels = reslice_judge_make_noise (5, size, FALSE);
  g_autoptr (VitrailMemoryBudget) budget = vitrail_memory_budget_new (1 << 16);
  g_autoptr (VitrailVolume) memory = make_volume (voxels, NULL);
  g_autoptr (VitrailVolume) disk = make_volume (voxels, budget);

  g_assert_nonnull (vitrail_volume_get_voxels (memory));
  g_assert_null (vitrail_volume_get_voxels (disk));
  for (guint i = 0; i < 8; i++) {
    VitrailCurveWish wish = {
      .path = i % 2 == 0 ? "-15 3 -20; -2 -2 -6; 4.5 -4.5 1"
                         : "6 -14 -12; -10 -2 3",
      .across = { i % 3, 1, 1 },
      .angle = 25.0 * i,
      .thickness = i % 4 == 3 ? 4 : 0,
      .slab = (VitrailSlab) (i % 4),
      .interpolation = (VitrailReslicing) (i % 3),
      .spacing = 0.4,
      .height = 33,
    };
    g_auto (VitrailCurvePicture) curve = { 0 };
    g_autoptr (GError) error = NULL;
    vitrail_curve_place (&wish, vitrail_volume_get_info (memory), &curve,
                         &error);
    g_assert_no_error (error);
    compare (memory, &curve);
    compare (disk, &curve);
  }
}

int
main (int argc, char **argv)
{
  static const double nothing[3] = { 0, 0, 0 };
  static const double head[3] = { 0, 0, 1 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curve/straight", test_straight);
  g_test_add_func ("/curve/circle", test_circle);
  g_test_add_data_func ("/curve/carried", nothing, test_carried);
  g_test_add_data_func ("/curve/carried-head", head, test_carried);
  g_test_add_func ("/curve/plane", test_plane);
  g_test_add_func ("/curve/refused", test_refused);
  return g_test_run ();
}
