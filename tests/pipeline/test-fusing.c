/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A PET over the planes of a CT, and in its body, in a session: which is
 * proposed, where a point source that both saw lies, how it looks, and why it
 * is refused. */

#include "error.h"
#include "eye.h"
#include "fusiontest.h"
#include "testarchive.h"
#include "viewportbody.h"

#include <math.h>
#include <string.h>

/* --- tests --- */

static void
test_one_frame (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  VitrailFusingStatus status = test_fusion_get_status (&self);
  g_assert_cmpint (status.by, ==, VITRAIL_FUSING_BY_FRAME);
  g_assert_cmpstr (status.upper->modality, ==, "PT");
  g_assert_cmpstr (status.lower->modality, ==, "CT");
  g_assert_cmpstr (status.look.presentation.colormap, ==, "hot_iron");
  g_assert_cmpfloat (status.look.opacity, ==, 0.5);
  test_fusion_run (&self, "layer-opacity", g_variant_new_double (1));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  /* However planes are turned. */
  test_fusion_run (&self, "turn-planes", g_variant_new_double (33));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  test_fusion_run (&self, "change-layer-opacity", g_variant_new_double (-2));
  g_assert_cmpfloat (test_fusion_get_status (&self).look.opacity, ==, 0);
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  test_fusion_run (&self, "layer-opacity", g_variant_new_double (0.7));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  /* Nothing is as high as that. */
  test_fusion_run (&self, "layer-threshold", g_variant_new ("(dd)", 1e6, 2e6));
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  test_fusion_run (&self, "layer-threshold",
                   g_variant_new ("(dd)", 5000.0, 1e9));
  test_fusion_run (&self, "layer-colormap", g_variant_new_string ("Grayscale"));
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  test_fusion_run (&self, "layer-colormap", g_variant_new_string ("hot_iron"));
  test_fusion_run (&self, "layer-window",
                   g_variant_new ("(dd)", 9000.0, 18000.0));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  g_assert_null (self.told);
  test_fusion_run (&self, "toggle-fusion", NULL);
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  test_fusion_close (&self);
}

static void
test_bad_looks (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };
  g_autoptr (GError) error = NULL;

  test_fusion_open (&self, names);
  g_assert_false (vitrail_session_run (self.session, "layer-opacity",
                                       g_variant_new_double (0.5), &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "layer-opacity: Nothing is laid over the planes");
  vitrail_session_act (self.session, "align-layer", NULL);
  g_assert_cmpstr (self.told, ==, "Nothing is laid over the planes");
  vitrail_session_act (self.session, "fuse", g_variant_new_string ("1.9"));
  g_assert_cmpstr (self.told, ==, "The study has no such series");
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  vitrail_session_act (self.session, "layer-opacity",
                       g_variant_new_double (1.5));
  g_assert_cmpstr (self.told, ==,
                   "This cannot be done here: How much of the layer is seen, "
                   "0 to 1");
  g_assert_false (vitrail_session_run (self.session, "layer-window",
                                       g_variant_new ("(dd)", NAN, 3.0), NULL));
  g_assert_false (vitrail_session_run (self.session, "layer-colormap",
                                       g_variant_new_string ("mud"), NULL));
  /* Under itself nothing lies. */
  g_autofree char *ct = test_fusion_find_id (&self, "CT");
  g_assert_false (vitrail_session_run (self.session, "fuse",
                                       g_variant_new_string (ct), NULL));
  /* Left with its planes. */
  test_fusion_run (&self, "mpr", NULL);
  VitrailFusingStatus status;
  g_assert_false (vitrail_session_get_fusing (self.session, &status));
  test_fusion_close (&self);
}

static void
test_registered (void)
{
  static const char *const names[] = { "ct", "moved", "one.dcm", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_REGISTRATION);
  test_fusion_run (&self, "layer-opacity", g_variant_new_double (1));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  test_fusion_close (&self);
}

static gboolean
glows_in_body (gpointer data)
{
  return test_fusion_get_distance (data, 0) < TEST_FUSION_VOXEL / 2;
}

static gboolean
is_body_plain (gpointer data)
{
  const TestFusion *self = data;
  g_autofree guint8 *rgb = test_fusion_dup_picture (self, 0);
  double middle[2];

  return rgb != NULL &&
         test_viewport_is_shown (test_fusion_get_viewport (self, 0)) &&
         !test_fusion_find_colors (self, 0, middle);
}

/* The CT as a body that shows nothing of itself. */
static void
open_body (TestFusion *self, const char *const *names)
{
  test_fusion_open (self, names);
  test_fusion_run (self, "volume-3d", NULL);
  g_assert_true (vitrail_viewport_is_body (test_fusion_get_viewport (self, 0)));
  test_fusion_run (self, "render-shift", g_variant_new_double (1e5));
  g_assert_true (test_wait_until (is_body_plain, self));
}

/* From three sides the test_fusion_spot lies where it is in the patient. */
static void
expect_in_body (TestFusion *self)
{
  static const char *const sides[] = { "front", "left", "head" };

  test_fusion_run (self, "layer-opacity", g_variant_new_double (1));
  test_fusion_run (self, "layer-window",
                   g_variant_new ("(dd)", 12500.0, 5000.0));
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    test_fusion_run (self, "look-from", g_variant_new_string (sides[i]));
    if (!test_wait_until (glows_in_body, self))
      g_error ("%s: %g mm beside", sides[i],
               test_fusion_get_distance (self, 0));
  }
}

static void
test_body (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };

  open_body (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_FRAME);
  expect_in_body (&self);
  test_fusion_run (&self, "layer-threshold", g_variant_new ("(dd)", 1e6, 2e6));
  g_assert_true (test_wait_until (is_body_plain, &self));
  test_fusion_run (&self, "layer-threshold",
                   g_variant_new ("(dd)", 5000.0, 1e9));
  g_assert_true (test_wait_until (glows_in_body, &self));
  test_fusion_run (&self, "layer-colormap", g_variant_new_string ("Grayscale"));
  g_assert_true (test_wait_until (is_body_plain, &self));
  test_fusion_run (&self, "layer-colormap", g_variant_new_string ("hot_iron"));
  g_assert_true (test_wait_until (glows_in_body, &self));
  test_fusion_run (&self, "toggle-fusion", NULL);
  g_assert_true (test_wait_until (is_body_plain, &self));
  test_fusion_close (&self);
}

static gboolean
is_told (gpointer user_data)
{
  const TestFusion *self = user_data;

  return self->told != NULL;
}

/* A body of maxima shows no layers, and says so. */
static void
test_body_grey (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  test_fusion_run (&self, "volume-3d", NULL);
  test_fusion_run (&self, "render-mode", g_variant_new_string ("maximum"));
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_true (test_wait_until (is_told, &self));
  g_assert_cmpstr (self.told, ==,
                   "Layers are seen in a body with colours: choose a preset");
  test_fusion_close (&self);
}

static void
test_body_registered (void)
{
  static const char *const names[] = { "ct", "moved", "one.dcm", NULL };
  TestFusion self = { 0 };

  open_body (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_REGISTRATION);
  expect_in_body (&self);
  test_fusion_close (&self);
}

static void
test_body_refused (void)
{
  static const char *const names[] = { "ct", "moved", NULL };
  TestFusion self = { 0 };

  open_body (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_refused, &self));
  g_assert_nonnull (strstr (self.told, "frames of reference differ"));
  g_assert_true (is_body_plain (&self));
  test_fusion_close (&self);
}

/* What lies in the same frame of reference goes before what is registered. */
static void
test_proposal (void)
{
  static const char *const names[] = { "moved", "ct", "one.dcm", "pet", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_FRAME);
  test_fusion_close (&self);
}

static void
test_refused (void)
{
  static const char *const names[] = { "ct", "moved", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  g_assert_true (test_wait_until (test_fusion_has_no_colors, &self));
  g_autofree char *pet = test_fusion_find_id (&self, "PT");
  test_fusion_run (&self, "fuse", g_variant_new_string (pet));
  g_assert_true (test_wait_until (test_fusion_is_refused, &self));
  g_assert_nonnull (self.told);
  g_assert_nonnull (strstr (self.told, "cannot be laid over"));
  g_assert_nonnull (strstr (self.told, "frames of reference differ"));
  g_assert_true (test_fusion_has_no_colors (&self));
  /* The offer: two balls far from each other give little to go by, but they
   * are laid over each other. */
  test_fusion_run (&self, "align-layer", NULL);
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_ALIGNMENT);
  test_fusion_close (&self);
}

/* What lies well is found to lie well. */
static void
test_aligned (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  test_fusion_run (&self, "align-layer", NULL);
  g_assert_cmpint (test_fusion_get_status (&self).state, ==,
                   VITRAIL_FUSING_ALIGNING);
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_ALIGNMENT);
  test_fusion_run (&self, "layer-opacity", g_variant_new_double (1));
  test_fusion_expect_in_place (&self, 1);
  test_fusion_close (&self);
}

/* Left while it is looked for and read. */
static void
test_leaving (void)
{
  static const char *const names[] = { "ct", "pet", NULL };
  TestFusion self = { 0 };

  test_fusion_open (&self, names);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  test_fusion_run (&self, "unfuse", NULL);
  test_fusion_run (&self, "fuse", g_variant_new_string (""));
  test_fusion_close (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusing/one-frame", test_one_frame);
  g_test_add_func ("/fusing/bad-looks", test_bad_looks);
  g_test_add_func ("/fusing/registered", test_registered);
  g_test_add_func ("/fusing/body", test_body);
  g_test_add_func ("/fusing/body-grey", test_body_grey);
  g_test_add_func ("/fusing/body-registered", test_body_registered);
  g_test_add_func ("/fusing/body-refused", test_body_refused);
  g_test_add_func ("/fusing/proposal", test_proposal);
  g_test_add_func ("/fusing/refused", test_refused);
  g_test_add_func ("/fusing/aligned", test_aligned);
  g_test_add_func ("/fusing/leaving", test_leaving);
  return g_test_run ();
}
