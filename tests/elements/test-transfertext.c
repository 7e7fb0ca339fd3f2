/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transfer functions as text: presets, what is changed of them, and what is
 * none. */

#include "error.h"
#include "volume/transfer.h"

static void
test_preset (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  g_autoptr (GError) error = NULL;
  VitrailTransfer read;

  g_assert_true (vitrail_transfer_parse ("CT-Bone", &read, &error));
  g_assert_no_error (error);
  g_assert_true (vitrail_transfer_is_same (&read, bone));
  g_assert_cmpint (read.is_shaded, ==, bone->is_shaded);
}

static void
test_changed (void)
{
  const VitrailTransfer *bone = vitrail_transfer_find_preset ("CT-Bone");
  double rgba[4];
  VitrailTransfer read;

  g_assert_true (vitrail_transfer_parse (
      "CT-Bone;opacity=-100:0,100:0.5,300:1;light=0.5,0.25,0,1", &read, NULL));
  g_assert_false (vitrail_transfer_is_same (&read, bone));
  g_assert_cmpuint (read.n_opacities, ==, 3);
  g_assert_cmpuint (read.n_colors, ==, bone->n_colors);
  g_assert_cmpfloat (read.ambient, ==, 0.5);
  vitrail_transfer_get (&read, 0, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[3], 0.25, 1e-12);
  g_assert_true (vitrail_transfer_parse (
      "MR-Angio;color=10:000000,20:ff8000;opacity=0:1;light=none", &read,
      NULL));
  g_assert_false (read.is_shaded);
  vitrail_transfer_get (&read, 15, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[0], 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (rgba[1], 128 / 255.0 / 2, 1e-12);
  g_assert_cmpfloat (rgba[2], ==, 0);
  g_assert_cmpfloat (rgba[3], ==, 1);
}

/* As many points as there may be, and one more. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new ("CT-Bone;opacity=0:0");
  VitrailTransfer read;

  for (guint i = 1; i < VITRAIL_TRANSFER_POINTS; i++)
    g_string_append_printf (text, ",%u:1", i);
  g_assert_true (vitrail_transfer_parse (text->str, &read, NULL));
  g_assert_cmpuint (read.n_opacities, ==, VITRAIL_TRANSFER_POINTS);
  g_string_append (text, ",100:1");
  g_assert_false (vitrail_transfer_parse (text->str, &read, NULL));
}

static void
test_wrong (void)
{
  static const char *const wrong[] = {
    "",
    "CT-None",
    "opacity=0:1",
    "CT-Bone;",
    "CT-Bone;opacity=",
    "CT-Bone;opacity=1",
    "CT-Bone;opacity=1:2",
    "CT-Bone;opacity=1:-0.1",
    "CT-Bone;opacity=nan:1",
    "CT-Bone;opacity=1:inf",
    "CT-Bone;opacity=2:0,1:1",
    "CT-Bone;opacity=1:0,1:1",
    "CT-Bone;opacity=1:0x",
    "CT-Bone;color=1:ff",
    "CT-Bone;color=1:gg0000",
    "CT-Bone;color=1:-00001",
    "CT-Bone;light=1,2",
    "CT-Bone;light=0,0,0,0,0",
    "CT-Bone;light=0,0,0,1000",
    "CT-Bone;what=1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    VitrailTransfer read;
    if (vitrail_transfer_parse (wrong[i], &read, &error))
      g_error ("%s was read", wrong[i]);
    g_assert_nonnull (error);
    g_assert_true (error->domain == VITRAIL_ERROR);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfertext/preset", test_preset);
  g_test_add_func ("/transfertext/changed", test_changed);
  g_test_add_func ("/transfertext/many", test_many);
  g_test_add_func ("/transfertext/wrong", test_wrong);
  return g_test_run ();
}
