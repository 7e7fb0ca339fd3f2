/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines of planes in pictures: points of them lie in both planes and on the
 * border of one of the pictures. */

#include "volume/planeline.h"

#include <math.h>

/* A plane at random: right and down at right angles, not equally long. */
static void
make_plane (GRand *rand, double plane[12])
{
  double right[3];
  double down[3];
  double along = 0;
  double length = 0;

  for (guint n = 0; n < 3; n++) {
    right[n] = g_rand_double_range (rand, -1, 1);
    down[n] = g_rand_double_range (rand, -1, 1);
    along += right[n] * down[n];
    length += right[n] * right[n];
  }
  for (guint n = 0; n < 3; n++) {
    double *row = &plane[(gsize) 4 * n];
    row[0] = right[n];
    row[1] = down[n] - along / length * right[n];
    row[2] = 0;
    row[3] = g_rand_double_range (rand, -20, 20);
  }
}

/* Of a place, pixels and millimetres from the plane. */
static void
look (const double plane[12],
      const double place[3],
      double pixel[2],
      double *mm)
{
  double normal[3];
  double lengths[2] = { 0, 0 };
  double length = 0;

  *mm = pixel[0] = pixel[1] = 0;
  for (guint n = 0; n < 3; n++) {
    const double *row = &plane[(gsize) 4 * n];
    const double *b = &plane[(gsize) 4 * ((n + 1) % 3)];
    const double *c = &plane[(gsize) 4 * ((n + 2) % 3)];
    const double from = place[n] - row[3];
    normal[n] = b[0] * c[1] - c[0] * b[1];
    length += normal[n] * normal[n];
    *mm += normal[n] * from;
    for (guint a = 0; a < 2; a++) {
      pixel[a] += row[a] * from;
      lengths[a] += row[a] * row[a];
    }
  }
  *mm /= sqrt (length);
  pixel[0] /= lengths[0];
  pixel[1] /= lengths[1];
}

static double
to_border (const double pixel[2], double width, double height)
{
  const double x = fmin (pixel[0] + 0.5, width - 0.5 - pixel[0]);
  const double y = fmin (pixel[1] + 0.5, height - 0.5 - pixel[1]);

  return fmin (x, y);
}

static void
test_anywhere (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint n_found = 0;

  for (guint i = 0; i < 2000; i++) {
    double planes[2][12];
    double ends[2][2];
    make_plane (rand, planes[0]);
    make_plane (rand, planes[1]);
    const VitrailPlanePicture here = { planes[0], 60, 40 };
    const VitrailPlanePicture other = { planes[1], 50, 70 };
    if (!vitrail_plane_line_find (&here, &other, ends[0], ends[1]))
      continue;
    n_found++;
    for (guint e = 0; e < 2; e++) {
      double place[3];
      double pixel[2];
      double mm = 0;
      for (guint n = 0; n < 3; n++) {
        const double *row = &planes[0][(gsize) 4 * n];
        place[n] = row[0] * ends[e][0] + row[1] * ends[e][1] + row[3];
      }
      look (planes[1], place, pixel, &mm);
      g_assert_cmpfloat_with_epsilon (mm, 0, 1e-9);
      const double border = to_border (ends[e], 60, 40);
      const double other_border = to_border (pixel, 50, 70);
      g_assert_cmpfloat (border, >, -1e-6);
      g_assert_cmpfloat (other_border, >, -1e-6);
      g_assert_cmpfloat (fmin (border, other_border), <, 1e-6);
    }
  }
  g_assert_cmpuint (n_found, >, 200);
}

/* A coronal plane in an axial picture is a row of it. */
static void
test_upright (void)
{
  const double axial[12] = { 0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 0, 7 };
  const double coronal[12] = { 0.5, 0, 0, -10, 0, 0, 0, -15, 0, -1, 0, 30 };
  const VitrailPlanePicture here = { axial, 40, 60 };
  VitrailPlanePicture other = { coronal, 20, 60 };
  double from[2];
  double to[2];

  g_assert_true (vitrail_plane_line_find (&here, &other, from, to));
  g_assert_cmpfloat_with_epsilon (from[1], 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (to[1], 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (fmin (from[0], to[0]), -0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (fmax (from[0], to[0]), 19.5, 1e-9);
  /* It ends above that place. */
  other.height = 20;
  g_assert_false (vitrail_plane_line_find (&here, &other, from, to));
  /* Parallel, and no plane at all. */
  g_assert_false (vitrail_plane_line_find (&here, &here, from, to));
  const double none[12] = { 0 };
  other.plane = none;
  g_assert_false (vitrail_plane_line_find (&here, &other, from, to));
  g_assert_false (vitrail_plane_line_find (&other, &here, from, to));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planeline/anywhere", test_anywhere);
  g_test_add_func ("/planeline/upright", test_upright);
  return g_test_run ();
}
