/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Points of transfer functions, moved, added and removed, and the text that
 * says what has become of them. */

#include "volume/transferedit.h"

#include <math.h>
#include <string.h>

/* By its text, and back. */
static void
assert_again (const VitrailTransfer *self)
{
  g_autofree char *text = vitrail_transfer_dup_text (self);
  VitrailTransfer again;
  g_autoptr (GError) error = NULL;

  g_assert_true (vitrail_transfer_parse (text, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (again.n_opacities, ==, self->n_opacities);
  g_assert_cmpuint (again.n_colors, ==, self->n_colors);
  for (guint i = 0; i < self->n_opacities; i++)
    for (guint c = 0; c < 2; c++)
      g_assert_true (again.opacities[i][c] == self->opacities[i][c]);
  for (guint i = 0; i < self->n_colors; i++) {
    g_assert_true (again.colors[i][0] == self->colors[i][0]);
    for (guint c = 1; c < 4; c++)
      g_assert_cmpfloat (fabs (again.colors[i][c] - self->colors[i][c]), <,
                         0.51 / 255);
  }
  g_assert_true (again.is_shaded == self->is_shaded);
  if (self->is_shaded)
    g_assert_true (again.ambient == self->ambient &&
                   again.diffuse == self->diffuse &&
                   again.specular == self->specular &&
                   again.specular_power == self->specular_power);
}

static void
test_text (void)
{
  guint n = 0;
  const VitrailTransfer *presets = vitrail_transfer_get_presets (&n);

  for (guint i = 0; i < n; i++) {
    VitrailTransfer self = presets[i];
    g_autofree char *text = vitrail_transfer_dup_text (&self);
    g_assert_cmpstr (text, ==, self.name);
    self.opacities[0][1] = 1.0 / 3;
    assert_again (&self);
    self.colors[1][2] = 0.123;
    assert_again (&self);
    self.is_shaded = !self.is_shaded;
    self.ambient = 0.7;
    assert_again (&self);
  }
}

static void
test_move (void)
{
  VitrailTransfer self = *vitrail_transfer_find_preset ("CT-Bone");
  const double before = self.opacities[0][0];
  const double after = self.opacities[2][0];

  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 1, 150, 1);
  vitrail_transfer_set_opacity (&self, 1, 0.25);
  g_assert_true (self.opacities[1][0] == 150 && self.opacities[1][1] == 0.25);
  assert_again (&self);
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 1, -1e6, 1);
  g_assert_true (self.opacities[1][0] == before + 1);
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 1, 1e6, 1);
  g_assert_true (self.opacities[1][0] == after - 1);
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 1, NAN, 1);
  vitrail_transfer_set_opacity (&self, 1, NAN);
  g_assert_true (self.opacities[1][0] == after - 1 &&
                 self.opacities[1][1] == 0.25);
  vitrail_transfer_set_opacity (&self, 1, 7);
  g_assert_true (self.opacities[1][1] == 1);
  /* Ends are free on one side. */
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 0, -9000, 1);
  g_assert_true (self.opacities[0][0] == -9000);
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_COLOR, self.n_colors - 1,
                               9000, 1);
  g_assert_true (self.colors[self.n_colors - 1][0] == 9000);
  vitrail_transfer_set_color (&self, 0, (const double[]){ 0.2, -1, 2 });
  g_assert_true (self.colors[0][1] == 0.2 && self.colors[0][2] == 0 &&
                 self.colors[0][3] == 1);
  /* There is none. */
  vitrail_transfer_move_point (&self, VITRAIL_TRANSFER_OPACITY, 99, 0, 1);
  vitrail_transfer_set_opacity (&self, 99, 0);
  vitrail_transfer_set_color (&self, 99, (const double[]){ 0, 0, 0 });
  assert_again (&self);
}

/* The curve is as it was until the new point is moved. */
static void
assert_same_curve (const VitrailTransfer *a, const VitrailTransfer *b)
{
  for (int value = -3100; value <= 3100; value += 7) {
    double one[4];
    double other[4];
    vitrail_transfer_get (a, value, one);
    vitrail_transfer_get (b, value, other);
    for (guint c = 0; c < 4; c++)
      g_assert_cmpfloat (fabs (one[c] - other[c]), <, 1e-9);
  }
}

static void
test_add (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  VitrailTransfer self = *bone;
  const guint n = self.n_opacities;
  const guint n_colors = self.n_colors;

  const int index =
      vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_OPACITY, 321.5);
  g_assert_cmpint (index, >, 0);
  g_assert_true (self.opacities[index][0] == 321.5);
  g_assert_cmpuint (self.n_opacities, ==, n + 1);
  g_assert_cmpint (vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_OPACITY,
                                               321.5),
                   ==, -1);
  g_assert_cmpint (
      vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_COLOR, 99), >, 0);
  g_assert_cmpint (
      vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_COLOR, -9999), ==, 0);
  g_assert_cmpint (vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_COLOR,
                                               9999),
                   ==, (int) n_colors + 2);
  assert_same_curve (&self, bone);
  assert_again (&self);
  for (guint i = 0; self.n_opacities < VITRAIL_TRANSFER_POINTS; i++)
    g_assert_cmpint (vitrail_transfer_add_point (
                         &self, VITRAIL_TRANSFER_OPACITY, 1000 + (double) i),
                     >=, 0);
  g_assert_cmpint (
      vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_OPACITY, 7), ==, -1);
  g_assert_cmpint (vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_OPACITY,
                                               NAN),
                   ==, -1);
  assert_again (&self);
}

static void
test_remove (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  VitrailTransfer self = *bone;
  const int index =
      vitrail_transfer_add_point (&self, VITRAIL_TRANSFER_OPACITY, 321.5);

  g_assert_true (vitrail_transfer_remove_point (&self, VITRAIL_TRANSFER_OPACITY,
                                                (guint) index));
  g_autofree char *text = vitrail_transfer_dup_text (&self);
  g_assert_cmpstr (text, ==, "CT-Bone");
  g_assert_false (
      vitrail_transfer_remove_point (&self, VITRAIL_TRANSFER_COLOR, 99));
  for (guint n = self.n_colors; n > 1; n--)
    g_assert_true (
        vitrail_transfer_remove_point (&self, VITRAIL_TRANSFER_COLOR, n / 2));
  g_assert_false (
      vitrail_transfer_remove_point (&self, VITRAIL_TRANSFER_COLOR, 0));
  g_assert_cmpuint (
      vitrail_transfer_get_n_points (&self, VITRAIL_TRANSFER_COLOR), ==, 1);
  g_assert_true (vitrail_transfer_get_value (&self, VITRAIL_TRANSFER_COLOR,
                                             0) == bone->colors[0][0]);
  assert_again (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer-edit/text", test_text);
  g_test_add_func ("/transfer-edit/move", test_move);
  g_test_add_func ("/transfer-edit/add", test_add);
  g_test_add_func ("/transfer-edit/remove", test_remove);
  return g_test_run ();
}
