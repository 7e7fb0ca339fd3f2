/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Shapes that cut: what is in a star and what is around it, from wherever it
 * was drawn; and what is no shape. */

#include "error.h"
#include "framemeta.h"
#include "volume/cut.h"
#include "volume/raycastcell.h"
#include "volume/vector.h"

#include <math.h>

#define CORNERS 10

/* A picture that looks aslant, 0.5 mm a pixel. */
static void
make_plane (double turn, double plane[12])
{
  double right[3] = { 1, 0, 0 };
  double down[3] = { 0, 0, -1 };
  double away[3];

  vitrail_vector_cross (right, down, away);
  vitrail_vector_turn (right, away, turn);
  vitrail_vector_turn (away, down, turn / 2);
  for (guint a = 0; a < 3; a++) {
    double *row = &plane[(gsize) 4 * a];
    row[0] = 0.5 * right[a];
    row[1] = 0.5 * down[a];
    row[2] = 0;
    row[3] = 7.0 * a - 3;
  }
}

/* Pixels of a star of five points about (50, 40). */
static void
make_star (double corners[CORNERS][2])
{
  for (guint i = 0; i < CORNERS; i++) {
    const double angle = 2 * G_PI * i / CORNERS + 0.1;
    const double radius = i % 2 == 0 ? 40 : 17;
    corners[i][0] = 50 + radius * cos (angle);
    corners[i][1] = 40 + radius * sin (angle);
  }
}

static gboolean
is_in (const double (*corners)[2], double x, double y)
{
  gboolean in = FALSE;

  for (guint i = 0; i < CORNERS; i++) {
    const double *a = corners[i];
    const double *b = corners[(i + 1) % CORNERS];
    if ((a[1] > y) != (b[1] > y) &&
        x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
      in = !in;
  }
  return in;
}

/* Places at many depths under each pixel. @matrix: of the volume. */
static guint
count_wrong (const VitrailRaycast *cast,
             const double inverse[16],
             const double plane[12],
             gboolean is_outside)
{
  double corners[CORNERS][2];
  double away[3];
  const double right[3] = { plane[0], plane[4], plane[8] };
  const double down[3] = { plane[1], plane[5], plane[9] };
  guint n_wrong = 0;

  make_star (corners);
  vitrail_vector_cross (right, down, away);
  for (guint n = 0; n < 120 * 100; n++) {
    const guint line = n / 120;
    const double x = n % 120 - 10 + 0.3;
    const double y = line - 10 + 0.4;
    const double depth = (n * 7) % 60 - 30.0;
    double mm[3];
    double index[3];
    vitrail_plane_map (plane, x, y, mm);
    for (guint a = 0; a < 3; a++)
      mm[a] += away[a] * depth;
    vitrail_matrix_map (inverse, mm, index);
    const float at[3] = { (float) index[0], (float) index[1],
                          (float) index[2] };
    const float kept = vitrail_raycast_get_kept (cast, at);
    const gboolean want =
        is_in ((const double (*)[2]) corners, x, y) == is_outside;
    n_wrong += (kept >= 0.5F) != want;
  }
  return n_wrong;
}

static void
test_shapes (void)
{
  const double matrix[16] = { 0.7, 0,    0.1, -20, 0, 0, 1.3, -5,
                              0,   -0.9, 0,   12,  0, 0, 0,   1 };
  double inverse[16];
  double corners[CORNERS][2];

  make_star (corners);
  g_assert_true (vitrail_matrix_invert (matrix, inverse));
  for (guint i = 0; i < 20; i++) {
    VitrailRaycast cast = { 0 };
    double plane[12];
    g_autoptr (GError) error = NULL;
    make_plane (37.0 * i, plane);
    g_autofree char *text =
        vitrail_cut_describe (plane, (const double (*)[2]) corners, CORNERS,
                              i % 2 != 0);
    g_autoptr (VitrailCuts) cuts = vitrail_cuts_new (text, &error);
    g_assert_no_error (error);
    vitrail_cuts_apply (cuts, matrix, &cast);
    g_assert_cmpuint (cast.n_cuts, ==, 1);
    /* None but those that lie on the line itself. */
    g_assert_cmpuint (count_wrong (&cast, inverse, plane, i % 2 != 0), <=, 3);
  }
}

/* Two: what either takes is gone. */
static void
test_both (void)
{
  const double matrix[16] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 };
  static const float places[][4] = { { 5, 5, 5, 0 },
                                     { 5, 15, 5, 0 },
                                     { 15, 5, 5, 1 },
                                     { 15, 15, 15, 0 } };
  VitrailRaycast cast = { 0 };
  g_autoptr (VitrailCuts) cuts =
      vitrail_cuts_new ("inside 0 0 1, 0 0 0, 10 0 0, 10 99 0, 0 99 0; "
                        "outside 0 0 2 -50 -50 0 50 -50 0 50 10 0 -50 10 0;",
                        NULL);

  vitrail_cuts_apply (cuts, matrix, &cast);
  g_assert_cmpuint (cast.n_cuts, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_assert_cmpfloat_with_epsilon (vitrail_raycast_get_kept (&cast, places[i]),
                                    places[i][3], 1e-6F);
}

static void
test_none (void)
{
  static const char *const wrong[] = {
    "in 0 0 1, 0 0 0, 1 0 0, 1 1 0",     "inside",
    "inside 0 0 1, 0 0 0, 1 0 0",        "inside 0 0 1, 0 0 0, 1 0 0, 1 1",
    "inside 0 0 0, 0 0 0, 1 0 0, 1 1 0", "inside 0 0 1, 0 0 0, 1 0 0, 1 1 nan",
    "inside 0 0 1, 0 0 0, 1 0 0, 1 x 1", "outside 0 0 1 0 0 0 1 0 0 1e99 1 1",
  };
  VitrailRaycast cast = { 0 };
  const double matrix[16] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 };
  const float at[3] = { 1, 1, 1 };
  g_autoptr (VitrailCuts) none = vitrail_cuts_new (" ; ", NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  vitrail_cuts_apply (none, matrix, &cast);
  g_assert_cmpuint (cast.n_cuts, ==, 0);
  g_assert_true (vitrail_raycast_get_kept (&cast, at) == 1);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) reason = NULL;
    g_assert_null (vitrail_cuts_new (wrong[i], &reason));
    g_assert_error (reason, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  }
  for (guint i = 0; i <= VITRAIL_RAYCAST_CUTS; i++)
    g_string_append (many, "inside 0 0 1, 0 0 0, 1 0 0, 1 1 0;");
  g_assert_null (vitrail_cuts_new (many->str, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT);
}

/* Corners on one line, or all at one place, cut nothing and harm nothing. */
static void
test_flat (void)
{
  g_autoptr (VitrailCuts) line =
      vitrail_cuts_new ("inside 0 0 1, 0 0 0, 1 1 0, 2 2 0", NULL);
  g_autoptr (VitrailCuts) point =
      vitrail_cuts_new ("inside 0 0 1, 3 3 3, 3 3 3, 3 3 3", NULL);

  g_assert_nonnull (line);
  g_assert_nonnull (point);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cut/shapes", test_shapes);
  g_test_add_func ("/cut/both", test_both);
  g_test_add_func ("/cut/none", test_none);
  g_test_add_func ("/cut/flat", test_flat);
  return g_test_run ();
}
