/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where planes lie: of volumes that are turned, sheared or offset, the plane in
 * space and the way through the voxels are the same thing. */

#include "error.h"
#include "volume/mpr.h"

#include <math.h>
#include <string.h>

static void
make_info (VitrailVolumeInfo *info, GRand *rand)
{
  memset (info, 0, sizeof *info);
  for (guint a = 0; a < 3; a++)
    info->size[a] = (guint) g_rand_int_range (rand, 5, 60);
  do {
    for (guint n = 0; n < 12; n++)
      info->matrix[n] = n % 4 == 3 ? g_rand_double_range (rand, -200, 200)
                                   : g_rand_double_range (rand, -1, 1);
    info->matrix[15] = 1;
  } while (!vitrail_matrix_invert (info->matrix, info->inverse));
}

static VitrailMpr
make_wish (GRand *rand)
{
  VitrailMpr mpr = { .orientation =
                         (VitrailMprOrientation) g_rand_int_range (rand, 0, 5),
                     .turn = g_rand_double_range (rand, -180, 180),
                     .offset = g_rand_double_range (rand, -20, 20),
                     .thickness = g_rand_double_range (rand, 0, 9),
                     .spacing = g_rand_double_range (rand, 0.1, 2),
                     .width = 31,
                     .height = 22,
                     .interpolation = VITRAIL_RESLICE_LINEAR };

  for (guint n = 0; n < 3; n++) {
    mpr.right[n] = g_rand_double_range (rand, -1, 1);
    mpr.down[n] = g_rand_double_range (rand, -1, 1);
  }
  return mpr;
}

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Pixel (x, y) of the middle of the slab, by way of the voxels, lies where the
 * plane says. */
static void
check_pixel (const VitrailMprPicture *picture,
             const VitrailVolumeInfo *info,
             guint x,
             guint y)
{
  const VitrailReslice *r = &picture->reslice;
  double index[3];
  double at[3];

  for (guint n = 0; n < 3; n++)
    index[n] = r->origin[n] + x * r->right[n] + y * r->down[n] +
               (r->n_planes - 1) / 2.0 * r->step[n];
  vitrail_matrix_map (info->matrix, index, at);
  for (guint n = 0; n < 3; n++) {
    const double *row = picture->plane + (gsize) 4 * n;
    g_assert_cmpfloat_with_epsilon (at[n], row[0] * x + row[1] * y + row[3],
                                    1e-6);
  }
}

static void
test_anywhere (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint i = 0; i < 300; i++) {
    VitrailVolumeInfo info;
    VitrailMprPicture picture;
    g_autoptr (GError) error = NULL;
    make_info (&info, rand);
    const VitrailMpr mpr = make_wish (rand);
    vitrail_mpr_place (&mpr, &info, &picture, &error);
    g_assert_no_error (error);
    const double *plane = picture.plane;
    const double right[3] = { plane[0], plane[4], plane[8] };
    const double down[3] = { plane[1], plane[5], plane[9] };
    g_assert_cmpfloat_with_epsilon (dot (right, down), 0, 1e-9);
    g_assert_cmpfloat_with_epsilon (sqrt (dot (right, right)), mpr.spacing,
                                    1e-9);
    g_assert_cmpfloat_with_epsilon (sqrt (dot (down, down)), mpr.spacing, 1e-9);
    check_pixel (&picture, &info, 0, 0);
    check_pixel (&picture, &info, 30, 0);
    check_pixel (&picture, &info, 7, 21);
  }
}

/* Along the axes of an upright volume a picture has its voxels, one a pixel. */
static void
test_upright (void)
{
  VitrailVolumeInfo info = { .size = { 11, 9, 7 },
                             .matrix = { 0.5, 0, 0, -3, 0, 0.5, 0, 4, 0, 0, 2,
                                         50, 0, 0, 0, 1 } };
  VitrailMpr mpr = { .orientation = VITRAIL_MPR_AXIAL };
  VitrailMprPicture picture;

  g_assert_true (vitrail_matrix_invert (info.matrix, info.inverse));
  g_assert_true (vitrail_mpr_place (&mpr, &info, &picture, NULL));
  g_assert_cmpuint (picture.width, ==, 11);
  g_assert_cmpuint (picture.height, ==, 9);
  g_assert_cmpuint (picture.reslice.n_planes, ==, 1);
  for (guint n = 0; n < 3; n++)
    g_assert_cmpfloat_with_epsilon (picture.reslice.origin[n], n == 2 ? 3 : 0,
                                    1e-9);
  mpr.orientation = VITRAIL_MPR_SAGITTAL;
  mpr.thickness = 2;
  g_assert_true (vitrail_mpr_place (&mpr, &info, &picture, NULL));
  g_assert_cmpuint (picture.width, ==, 9);
  g_assert_cmpuint (picture.height, ==, 25);
  g_assert_cmpuint (picture.reslice.n_planes, ==, 4);
  /* Feet down: the first line is the last slice. */
  g_assert_cmpfloat_with_epsilon (picture.reslice.origin[2], 6, 1e-9);
  g_assert_cmpfloat_with_epsilon (picture.reslice.down[2], -0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (picture.reslice.step[0], -1, 1e-9);
}

static void
test_refused (void)
{
  VitrailVolumeInfo info = { .size = { 11, 9, 7 },
                             .matrix = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0,
                                         0, 0, 1 } };
  const double strange[] = { 0, NAN, INFINITY };
  VitrailMprPicture picture;

  g_assert_true (vitrail_matrix_invert (info.matrix, info.inverse));
  for (guint i = 0; i < G_N_ELEMENTS (strange); i++) {
    const VitrailMpr mpr = { .orientation = VITRAIL_MPR_OBLIQUE,
                             .right = { strange[i], 0, 0 },
                             .down = { 0, 1, 0 } };
    g_autoptr (GError) error = NULL;
    g_assert_false (vitrail_mpr_place (&mpr, &info, &picture, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  }
  const VitrailMpr fine = { .spacing = 1e-7 };
  const VitrailMpr large = { .width = 65000, .height = 65000 };
  g_autoptr (GError) error = NULL;
  g_assert_false (vitrail_mpr_place (&fine, &info, &picture, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_false (vitrail_mpr_place (&large, &info, &picture, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
}

/* Planes one by one: as many as there are voxels where an axis runs straight
 * away, as far apart; the first and the last go through the outer voxels. */
static void
test_way (void)
{
  static const double spacing[3] = { 0.5, 0.8, 2.5 };
  static const guint axes[3] = { 2, 1, 0 }; /* of axial, coronal, sagittal */
  VitrailVolumeInfo info = { .size = { 20, 31, 12 } };
  VitrailMprWay way;

  for (guint a = 0; a < 3; a++) {
    info.matrix[4 * a + a] = spacing[a];
    info.matrix[4 * a + 3] = 10.0 * a - 7;
  }
  info.matrix[15] = 1;
  g_assert_true (vitrail_matrix_invert (info.matrix, info.inverse));
  for (guint i = 0; i < 3; i++) {
    const VitrailMpr mpr = { .orientation = (VitrailMprOrientation) i };
    const guint a = axes[i];
    g_assert_true (vitrail_mpr_get_way (&mpr, &info, &way, NULL));
    g_assert_cmpuint (way.n_planes, ==, info.size[a]);
    g_assert_cmpfloat_with_epsilon (way.step, spacing[a], 1e-9);
    for (guint n = 1; n <= way.n_planes; n++) {
      const double offset = vitrail_mpr_way_get_offset (&way, n);
      double place[3];
      for (guint c = 0; c < 3; c++)
        place[c] = way.middle[c] + offset * way.away[c];
      const double index = (place[a] - info.matrix[4 * a + 3]) / spacing[a];
      g_assert_cmpfloat_with_epsilon (fabs (index - (info.size[a] - 1) / 2.0),
                                      fabs (n - (info.size[a] + 1) / 2.0),
                                      1e-9);
      place[(a + 1) % 3] += 4;
      g_assert_cmpuint (vitrail_mpr_way_find (&way, place), ==, n);
    }
    const double beyond[3] = { 1e9, 1e9, 1e9 };
    const double nowhere[3] = { NAN, 0, 0 };
    g_assert_cmpuint (vitrail_mpr_way_find (&way, beyond), <=, way.n_planes);
    g_assert_cmpuint (vitrail_mpr_way_find (&way, nowhere), >=, 1);
  }
  const VitrailMpr none = { .orientation = VITRAIL_MPR_OBLIQUE };
  g_autoptr (GError) error = NULL;
  g_assert_false (vitrail_mpr_get_way (&none, &info, &way, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mpr/anywhere", test_anywhere);
  g_test_add_func ("/mpr/upright", test_upright);
  g_test_add_func ("/mpr/way", test_way);
  g_test_add_func ("/mpr/refused", test_refused);
  return g_test_run ();
}
