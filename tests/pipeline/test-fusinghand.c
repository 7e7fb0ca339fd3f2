/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What lies over planes, moved and turned by a hand: by so many millimetres and
 * degrees, under the pointer, and onto its place where nothing else says it. */

#include "eye.h"
#include "fusinghand.h"
#include "fusiontest.h"
#include "sanitized.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "viewportplane.h"

#include <math.h>

static const char *const fitting[] = { "ct", "pet", NULL };
static const char *const lost[] = { "ct", "moved", NULL };

static void
open_layer (TestFusion *self, const char *const *names)
{
  *self = (TestFusion){ 0 };
  test_fusion_open (self, names);
  test_fusion_run (self, "fuse", g_variant_new_string (""));
  g_assert_true (test_wait_until (
      names == fitting ? test_fusion_is_seen : test_fusion_is_refused, self));
  if (names == lost)
    return;
  test_fusion_run (self, "layer-opacity", g_variant_new_double (1));
  test_fusion_expect_in_place (self, TEST_FUSION_VOXEL / 2);
}

/* --- where it is --- */

/* Of viewport @index: millimetres from the spot to the middle of colours, to
 * the right and down. FALSE: there are none, or they are not on the screen. */
static gboolean
find_offset (const TestFusion *self, guint index, double offset[2])
{
  g_auto (VitrailShownState) state = { 0 };
  double middle[2];
  double at[3];

  vitrail_viewport_get_shown (test_fusion_get_viewport (self, index), &state);
  if (!state.valid || !state.has_plane ||
      !test_fusion_find_colors (self, index, middle))
    return FALSE;
  vitrail_plane_map (state.plane, middle[0], middle[1], at);
  for (guint a = 0; a < 2; a++) {
    double length = 0;
    offset[a] = 0;
    for (guint n = 0; n < 3; n++) {
      const double step = state.plane[4 * n + a];
      offset[a] += (at[n] - test_fusion_spot[n]) * step;
      length += step * step;
    }
    offset[a] /= sqrt (length);
  }
  return TRUE;
}

typedef struct {
  const TestFusion *fixture;
  guint index;
  double offset[2];
} Wanted;

static gboolean
is_there (gpointer user_data)
{
  const Wanted *self = user_data;
  double offset[2];

  return find_offset (self->fixture, self->index, offset) &&
         hypot (offset[0] - self->offset[0], offset[1] - self->offset[1]) <
             TEST_FUSION_VOXEL / 2;
}

static gboolean
is_turned_by_quarter (gpointer user_data)
{
  const VitrailFusingStatus status = test_fusion_get_status (user_data);
  double mm = 0;
  double degrees = 0;

  vitrail_fusing_measure_hand (&status, &mm, &degrees);
  return fabs (degrees - 90) < 0.02;
}

static gboolean
is_told (gpointer user_data)
{
  const TestFusion *self = user_data;

  return self->told != NULL;
}

static void
expect_offset (const TestFusion *self, guint index, double right, double down)
{
  Wanted wanted = { self, index, { right, down } };
  double offset[2] = { NAN, NAN };

  if (test_wait_until (is_there, &wanted))
    return;
  find_offset (self, index, offset);
  g_error ("viewport %u: %g, %g mm, not %g, %g", index, offset[0], offset[1],
           right, down);
}

/* --- hands --- */

/* Where a point of the patient is in a viewport. */
static void
find_pixel (const TestFusion *self,
            guint index,
            const double place[3],
            double pixel[2])
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (test_fusion_get_viewport (self, index), &state);
  g_assert_true (state.valid && state.has_plane);
  for (guint a = 0; a < 2; a++) {
    double length = 0;
    pixel[a] = 0;
    for (guint n = 0; n < 3; n++) {
      const double step = state.plane[4 * n + a];
      pixel[a] += (place[n] - state.plane[4 * n + 3]) * step;
      length += step * step;
    }
    pixel[a] /= length;
  }
}

static void
drag (const TestFusion *self,
      guint index,
      const char *tool,
      const double from[2],
      const double to[2])
{
  const TestEye eye = { .sink = self->sinks[index] };

  vitrail_session_run (self->session, "set-tool", g_variant_new_string (tool),
                       NULL);
  test_eye_drag (&eye, from, to);
}

static double
measure (const TestFusion *self, double *degrees)
{
  const VitrailFusingStatus status = test_fusion_get_status (self);
  double mm = 0;

  vitrail_fusing_measure_hand (&status, &mm, degrees);
  return mm;
}

typedef struct {
  const TestFusion *fixture;
  double mm;
  double degrees;
} Moved;

static gboolean
is_moved (gpointer user_data)
{
  const Moved *self = user_data;
  double degrees = 0;
  const double mm = measure (self->fixture, &degrees);

  return fabs (mm - self->mm) < 0.02 && fabs (degrees - self->degrees) < 0.02;
}

/* --- tests --- */

static void
test_move (void)
{
  TestFusion self;

  open_layer (&self, fitting);
  test_fusion_run (&self, "move-layer", g_variant_new ("(dd)", 6.0, -4.0));
  g_assert_true (is_moved (&(Moved){ &self, sqrt (52), 0 }));
  expect_offset (&self, 0, 6, -4);
  /* The front sees what goes to the left, and it goes out of sight there. */
  test_fusion_run (&self, "move-layer", g_variant_new ("(dd)", 0.0, 4.0));
  for (guint i = 0; i < 3; i++) {
    g_auto (VitrailShownState) state = { 0 };
    vitrail_viewport_get_shown (test_fusion_get_viewport (&self, i), &state);
    const double right =
        6 * state.plane[0] /
        hypot (state.plane[0], hypot (state.plane[4], state.plane[8]));
    expect_offset (&self, i, right, 0);
  }
  test_fusion_run (&self, "reset-layer", NULL);
  g_assert_true (is_moved (&(Moved){ &self, 0, 0 }));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  test_fusion_close (&self);
}

/* In the picture it goes round the picture's middle. */
static void
test_turn (void)
{
  const double middle = (TEST_FUSION_SIZE - 1) / 2.0;
  double pixel[2];
  double spot[2];
  TestFusion self;
  double degrees = 0;

  open_layer (&self, fitting);
  find_pixel (&self, 0, test_fusion_spot, spot);
  test_fusion_run (&self, "turn-layer", g_variant_new_double (40));
  (void) measure (&self, &degrees);
  g_assert_cmpfloat (fabs (degrees - 40), <, 1e-9);
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (test_fusion_get_viewport (&self, 0), &state);
  const double mm =
      hypot (state.plane[0], hypot (state.plane[4], state.plane[8]));
  const double c = cos (40 * G_PI / 180);
  const double s = sin (40 * G_PI / 180);
  pixel[0] = middle + c * (spot[0] - middle) - s * (spot[1] - middle);
  pixel[1] = middle + s * (spot[0] - middle) + c * (spot[1] - middle);
  expect_offset (&self, 0, (pixel[0] - spot[0]) * mm,
                 (pixel[1] - spot[1]) * mm);
  test_fusion_run (&self, "turn-layer", g_variant_new_double (-40));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  /* By a quarter about the middle, with the pointer. */
  drag (&self, 0, "turn-layer", (const double[]){ middle + 30, middle },
        (const double[]){ middle, middle + 30 });
  g_assert_true (test_wait_until (is_turned_by_quarter, &self));
  expect_offset (&self, 0, (middle - (spot[1] - middle) - spot[0]) * mm,
                 (middle + (spot[0] - middle) - spot[1]) * mm);
  test_fusion_close (&self);
}

/* What is under the pointer stays there. */
static void
test_drag (void)
{
  double spot[2];
  TestFusion self;

  open_layer (&self, fitting);
  find_pixel (&self, 0, test_fusion_spot, spot);
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (test_fusion_get_viewport (&self, 0), &state);
  const double mm =
      hypot (state.plane[0], hypot (state.plane[4], state.plane[8]));
  drag (&self, 0, "move-layer", spot,
        (const double[]){ spot[0] - 9, spot[1] + 5 });
  g_assert_true (
      test_wait_until (is_moved, &(Moved){ &self, hypot (9, 5) * mm, 0 }));
  expect_offset (&self, 0, -9 * mm, 5 * mm);
  drag (&self, 0, "move-layer", (const double[]){ 3, 3 },
        (const double[]){ 12, -2 });
  g_assert_true (test_wait_until (is_moved, &(Moved){ &self, 0, 0 }));
  test_fusion_expect_in_place (&self, TEST_FUSION_VOXEL / 2);
  test_fusion_close (&self);
}

static gboolean
has_colors (gpointer user_data)
{
  const TestFusion *self = user_data;
  double offset[2];

  for (guint i = 0; i < 3; i++)
    if (!find_offset (self, i, offset))
      return FALSE;
  return TRUE;
}

typedef struct {
  const TestFusion *fixture;
  double last[3][2];
  gint64 since; /* microseconds */
} Still;

/* Nothing has moved for a second; for six where each picture takes long. */
static gboolean
is_still (gpointer user_data)
{
  Still *self = user_data;
  gboolean is_same = TRUE;

  for (guint i = 0; i < 3; i++) {
    double offset[2] = { 1e9, 1e9 };
    (void) find_offset (self->fixture, i, offset);
    for (guint a = 0; a < 2; a++) {
      is_same = is_same && offset[a] == self->last[i][a];
      self->last[i][a] = offset[a];
    }
  }
  if (!is_same)
    self->since = g_get_monotonic_time ();
  return g_get_monotonic_time () - self->since >
         (SANITIZED ? 6 : 1) * (gint64) G_USEC_PER_SEC;
}

static gboolean
is_in_place (const TestFusion *self)
{
  for (guint i = 0; i < 3; i++)
    if (!(test_fusion_get_distance (self, i) < TEST_FUSION_VOXEL / 2))
      return FALSE;
  return TRUE;
}

/* As a person does: looks where it is, moves it to where it should be, and
 * looks again, since more of it may have come. */
static void
bring_into_place (const TestFusion *self)
{
  for (guint n = 0; n < 12 && !is_in_place (self); n++) {
    Still still = { .fixture = self };
    double middle[2];
    double spot[2];
    g_assert_true (test_wait_until (has_colors, (gpointer) self));
    g_assert_true (test_wait_until (is_still, &still));
    if (!test_fusion_find_colors (self, n % 3, middle))
      continue;
    find_pixel (self, n % 3, test_fusion_spot, spot);
    drag (self, n % 3, "move-layer", middle, spot);
    still.since = g_get_monotonic_time ();
    g_assert_true (test_wait_until (is_still, &still));
  }
  test_fusion_expect_in_place (self, TEST_FUSION_VOXEL / 2);
}

/* Nothing says how it lies: a person brings it onto its place. */
static void
test_place (void)
{
  TestFusion self;

  open_layer (&self, lost);
  test_session_refuse (self.session, "move-layer",
                       g_variant_new ("(dd)", 1.0, 1.0),
                       "Nothing is laid over the planes");
  test_fusion_run (&self, "place-layer", NULL);
  g_assert_true (test_wait_until (test_fusion_is_seen, &self));
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_HAND);
  test_fusion_run (&self, "layer-opacity", g_variant_new_double (1));
  for (guint i = 0; i < 3; i++)
    vitrail_viewport_set_slab (test_fusion_get_viewport (&self, i), 200,
                               VITRAIL_SLAB_MAXIMUM);
  g_assert_true (test_wait_until (has_colors, &self));
  bring_into_place (&self);
  test_fusion_close (&self);
}

static void
test_refused (void)
{
  TestFusion self;

  open_layer (&self, fitting);
  g_assert_false (vitrail_session_run (self.session, "move-layer",
                                       g_variant_new ("(dd)", NAN, 1.0), NULL));
  g_assert_false (vitrail_session_run (self.session, "turn-layer",
                                       g_variant_new_double (INFINITY), NULL));
  test_fusion_run (&self, "place-layer", NULL);
  g_assert_cmpint (test_fusion_get_status (&self).by, ==,
                   VITRAIL_FUSING_BY_FRAME);
  test_fusion_run (&self, "unfuse", NULL);
  test_session_refuse (self.session, "reset-layer", NULL,
                       "Nothing is laid over the planes");
  test_session_refuse (self.session, "place-layer", NULL,
                       "Nothing is laid over the planes");
  /* A hand that finds nothing says so. */
  g_clear_pointer (&self.told, g_free);
  drag (&self, 0, "move-layer", (const double[]){ 30, 30 },
        (const double[]){ 40, 40 });
  g_assert_true (test_wait_until (is_told, &self));
  g_assert_cmpstr (self.told, ==, "Nothing is laid over the planes");
  test_fusion_run (&self, "volume-3d", NULL);
  test_session_refuse (self.session, "turn-layer", g_variant_new_double (3),
                       "Layers are moved in planes");
  test_fusion_close (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusing-hand/move", test_move);
  g_test_add_func ("/fusing-hand/turn", test_turn);
  g_test_add_func ("/fusing-hand/drag", test_drag);
  g_test_add_func ("/fusing-hand/place", test_place);
  g_test_add_func ("/fusing-hand/refused", test_refused);
  return g_test_run ();
}
