/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transfer functions: the presets' names and points, what lies between, and
 * tables. */

#include "volume/transfer.h"

#include <math.h>

static void
test_presets (void)
{
  guint n;
  const VitrailTransfer *presets = vitrail_transfer_get_presets (&n);

  g_assert_cmpuint (n, ==, 26);
  for (guint i = 0; i < n; i++) {
    const VitrailTransfer *self = &presets[i];
    g_assert_true (vitrail_transfer_find_preset (self->name) == self);
    g_assert_cmpuint (self->n_opacities, >=, 2);
    g_assert_cmpuint (self->n_colors, >=, 2);
    for (guint p = 1; p < self->n_opacities; p++)
      g_assert_cmpfloat (self->opacities[p - 1][0], <, self->opacities[p][0]);
    for (guint p = 1; p < self->n_colors; p++)
      g_assert_cmpfloat (self->colors[p - 1][0], <, self->colors[p][0]);
    for (guint p = 0; p < self->n_opacities; p++) {
      g_assert_cmpfloat (self->opacities[p][1], >=, 0);
      g_assert_cmpfloat (self->opacities[p][1], <=, 1);
    }
  }
  g_assert_null (vitrail_transfer_find_preset ("CT-Nothing"));
}

static void
test_between (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  double rgba[4];

  vitrail_transfer_get (bone, -5000, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[3], 0, 1e-12);
  vitrail_transfer_get (bone, 641.385, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[0], 0.905882, 1e-12);
  g_assert_cmpfloat_with_epsilon (rgba[3], 0.715686, 1e-12);
  vitrail_transfer_get (bone, (641.385 - 16.4458) / 2, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[3], 0.715686 / 2, 1e-12);
  g_assert_cmpfloat_with_epsilon (rgba[1], (0.254902 + 0.815686) / 2, 1e-12);
  vitrail_transfer_get (bone, 9000, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[2], 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (rgba[3], 0.705882, 1e-12);
}

/* Entries are what the curves say, for the length of a step, moved. */
static void
test_table (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  g_autoptr (VitrailTransferTable) table =
      vitrail_transfer_table_new (bone, 100, 2, -1024, 10, 1500, 0.5);

  g_assert_cmpuint (table->n, ==, 1491);
  for (guint i = 0; i < table->n; i++) {
    double rgba[4];
    vitrail_transfer_get (bone, (10.0 + i) * 2 - 1024 - 100, rgba);
    g_assert_cmpfloat_with_epsilon ((table->opacity_red[i] >> 16) / 65535.0,
                                    1 - sqrt (1 - rgba[3]), 1e-5);
    g_assert_cmpfloat_with_epsilon ((table->opacity_red[i] & 0xffff) / 65535.0,
                                    rgba[0], 1e-5);
    g_assert_cmpfloat_with_epsilon ((table->green_blue[i] >> 16) / 65535.0,
                                    rgba[1], 1e-5);
    g_assert_cmpfloat_with_epsilon ((table->green_blue[i] & 0xffff) / 65535.0,
                                    rgba[2], 1e-5);
  }
}

/* One value only, and more than there are steps. */
static void
test_ranges (void)
{
  const VitrailTransfer *fat = vitrail_transfer_find_preset ("CT-Fat");
  g_autoptr (VitrailTransferTable) one =
      vitrail_transfer_table_new (fat, 0, 1, 0, 7, 7, 1);
  g_autoptr (VitrailTransferTable) many =
      vitrail_transfer_table_new (fat, 0, 1, -1024, 0, 65535, 1);

  g_assert_cmpuint (one->n, ==, 2);
  g_assert_cmpuint (many->n, ==, VITRAIL_TRANSFER_STEPS);
  g_assert_cmpfloat_with_epsilon ((double) (65535 * many->scale), many->n - 1,
                                  0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/presets", test_presets);
  g_test_add_func ("/transfer/between", test_between);
  g_test_add_func ("/transfer/table", test_table);
  g_test_add_func ("/transfer/ranges", test_ranges);
  return g_test_run ();
}
