/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailView: a view as an affine. */

#include "pixel/view.h"

#include <glib.h>

#include <math.h>

static void
map (const double m[6], double x, double y, double out[2])
{
  out[0] = m[0] * x + m[1] * y + m[2];
  out[1] = m[3] * x + m[4] * y + m[5];
}

static void
assert_maps (const double m[6], double x, double y, double u, double v)
{
  double at[2];

  map (m, x, y, at);
  g_assert_cmpfloat_with_epsilon (at[0], u, 1e-9);
  g_assert_cmpfloat_with_epsilon (at[1], v, 1e-9);
}

/* One viewport pixel each image pixel: exactly the identity, odd or even. */
static void
test_identity (void)
{
  const VitrailView view = VITRAIL_VIEW_INIT;

  for (guint w = 1; w < 40; w++) {
    double m[6];
    vitrail_view_get_affine (&view, w, w + 3, 1.0, w, w + 3, m);
    g_assert_true (m[0] == 1 && m[1] == 0 && m[2] == 0);
    g_assert_true (m[3] == 0 && m[4] == 1 && m[5] == 0);
  }
}

/* What must happen to the image's corners, as data. */
static const struct {
  VitrailView view;
  double aspect;
  double corners[2][4]; /* viewport pixel 0,0 and 99,49: image u, v */
} cases[] = {
  /* 100 x 50 image in a 100 x 50 viewport */
  { { 1, .5, .5, 0, TRUE, FALSE, 0 }, 1, { { 99, 0 }, { 0, 49 } } },
  { { 1, .5, .5, 0, FALSE, TRUE, 0 }, 1, { { 0, 49 }, { 99, 0 } } },
  { { 1, .5, .5, 180, FALSE, FALSE, 0 }, 1, { { 99, 49 }, { 0, 0 } } },
  { { 1, .5, .5, -180, TRUE, TRUE, 0 }, 1, { { 0, 0 }, { 99, 49 } } },
  /* twice as large, centre in the centre: a quarter of it is seen */
  { { 2, .5, .5, 0, FALSE, FALSE, 0 },
    1,
    { { 24.75, 12.25 }, { 74.25, 36.75 } } },
  /* the left upper corner in the viewport's centre */
  { { 1, 0, 0, 0, FALSE, FALSE, 0 }, 1, { { -50, -25 }, { 49, 24 } } },
  /* a quarter turn clockwise: fit is half as large; the image's lower left
   * comes to the upper left */
  { { 1, .5, .5, 90, FALSE, FALSE, 0 },
    1,
    { { 0.5, 123.5 }, { 98.5, -74.5 } } },
  /* pixels twice as high as wide: the image is square, 50 pixels high */
  { { 1, .5, .5, 0, FALSE, FALSE, 0 }, 2, { { -49.5, 0 }, { 148.5, 49 } } },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    double m[6];
    g_test_message ("case %u", i);
    vitrail_view_get_affine (&cases[i].view, 100, 50, cases[i].aspect, 100, 50,
                             m);
    assert_maps (m, 0, 0, cases[i].corners[0][0], cases[i].corners[0][1]);
    assert_maps (m, 99, 49, cases[i].corners[1][0], cases[i].corners[1][1]);
  }
}

/* Any view keeps the panned point in the centre, and distances by the scale. */
static void
test_any (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 1000; i++) {
    const VitrailView view = {
      g_rand_double_range (rand, 0.1, 30),
      g_rand_double_range (rand, -1, 2),
      g_rand_double_range (rand, -1, 2),
      g_rand_double_range (rand, -400, 400),
      g_rand_boolean (rand),
      g_rand_boolean (rand),
      VITRAIL_INTERPOLATION_LINEAR,
    };
    const guint w = (guint) g_rand_int_range (rand, 1, 4000);
    const guint h = (guint) g_rand_int_range (rand, 1, 4000);
    const double aspect = g_rand_double_range (rand, 0.2, 5);
    double m[6];
    double at[2];
    double next[2];

    vitrail_view_get_affine (&view, w, h, aspect, 640, 480, m);
    map (m, 319.5, 239.5, at);
    g_assert_cmpfloat_with_epsilon (at[0], view.pan_x * w - 0.5, 1e-6);
    g_assert_cmpfloat_with_epsilon (at[1], view.pan_y * h - 0.5, 1e-6);
    map (m, 320.5, 239.5, next);
    const double scale =
        vitrail_view_get_fit_scale (&view, w, h, aspect, 640, 480) * view.zoom;
    g_assert_cmpfloat_with_epsilon (
        scale * hypot (next[0] - at[0], aspect * (next[1] - at[1])), 1.0, 1e-6);
  }
}

/* Values from outside that make no sense show the whole image. */
static void
test_senseless (void)
{
  const VitrailView view = { 0, .5, .5, NAN, FALSE, FALSE, 0 };
  double m[6];

  vitrail_view_get_affine (&view, 8, 8, -1.0, 8, 8, m);
  assert_maps (m, 3, 4, 3, 4);
}

static void
test_boxed (void)
{
  const VitrailView view = { 2, .25, .75, 90, TRUE, FALSE, 1 };
  VitrailView *copy = vitrail_view_copy (&view);
  const VitrailPresentation one = { FALSE, 1, 2, 0, FALSE };
  const VitrailPresentation other = { FALSE, 3, 4, 1, FALSE };

  g_assert_true (vitrail_view_equal (&view, copy));
  copy->flip_vertical = TRUE;
  g_assert_false (vitrail_view_equal (&view, copy));
  g_boxed_free (VITRAIL_TYPE_VIEW, copy);
  g_assert_true (vitrail_presentation_equal (&one, &other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/identity", test_identity);
  g_test_add_func ("/view/cases", test_cases);
  g_test_add_func ("/view/any", test_any);
  g_test_add_func ("/view/senseless", test_senseless);
  g_test_add_func ("/view/boxed", test_boxed);
  return g_test_run ();
}
