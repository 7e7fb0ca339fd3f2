/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes through a series as a session shows them: which there are, what is in
 * them, one volume for all; and what is no volume says why. */

#include "eye.h"
#include "lastreference.h"
#include "measuring.h"
#include "planelines.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "viewportplane.h"
#include "volumework.h"

#include <gst/video/navigation.h>

#include <math.h>
#include <string.h>

static gboolean
has_sets (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         test_viewport_is_shown (vitrail_session_get_active_viewport (session));
}

/* 0 to 1300 HU are black to white. */
static void
open_eye (TestEye *eye, VitrailViewport *viewport)
{
  test_eye_open (eye, viewport, 0, 1300);
}

/* --- tests --- */

/* Of the axial plane: of 5 mm about the sixth slice the brightest is seen, a
 * little before the seventh. */
static void
check_slabs (VitrailSession *session, const TestEye *eye)
{
  test_session_run (session, "go-to-image", g_variant_new_uint32 (6));
  test_session_run (session, "slab", g_variant_new_double (5));
  test_eye_expect (eye, TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 690);
  test_session_run (session, "slab-mode", g_variant_new_string ("minimum"));
  test_eye_expect (eye, TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 510);
  test_session_run (session, "slab", g_variant_new_double (0));
  test_eye_expect (eye, TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 600);
  g_assert_false (
      vitrail_session_run (session, "slab", g_variant_new_double (-1), NULL));
  g_assert_false (vitrail_session_run (session, "slab-mode",
                                       g_variant_new_string ("median"), NULL));
}

/* Slice k is 100 * k HU, 2.5 mm apart, towards the head; pixels of 0.75 mm. */
static void
test_planes (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());
  TestEye eyes[3];
  guint rows = 0;
  guint columns = 0;

  test_session_run (session, "mpr", NULL);
  vitrail_session_get_layout (session, &rows, &columns);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (columns, ==, 3);
  for (guint i = 0; i < 3; i++)
    open_eye (&eyes[i], test_session_get_viewport (session, i));
  for (guint i = 0; i < 3; i++) {
    g_assert_true (test_wait_until (test_viewport_is_shown,
                                    test_session_get_viewport (session, i)));
    g_assert_cmpuint (vitrail_viewport_get_n_positions (
                          test_session_get_viewport (session, i)),
                      ==, i == 0 ? TEST_ARCHIVE_SLICES : 64);
  }
  /* A report could not refer to them: nothing is measured there. */
  for (guint i = 0; i < 3; i++)
    g_assert_null (
        vitrail_measuring_ref_frame (test_session_get_viewport (session, i)));
  /* Axial: one slice after the other. */
  for (guint k = 1; k <= TEST_ARCHIVE_SLICES; k++) {
    test_session_run (session, "go-to-image", g_variant_new_uint32 (k));
    test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 100 * k);
    g_assert_true (test_wait_until (test_viewport_is_shown,
                                    test_session_get_viewport (session, 0)));
  }
  /* The others: the head is up. 48 mm fill 96 pixels: half a millimetre each,
   * 20 HU a pixel; the middle is between two slices. */
  for (guint i = 1; i < 3; i++)
    for (guint y = 28; y <= 68; y += 4)
      test_eye_expect (&eyes[i], TEST_EYE_SIZE / 2, y,
                       650 - (y + 0.5 - TEST_EYE_SIZE / 2.0) * 20);
  check_slabs (session, &eyes[0]);
  /* The images again, and the layout. */
  test_session_run (session, "mpr", NULL);
  vitrail_session_get_layout (session, &rows, &columns);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (columns, ==, 1);
  VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (test_session_get_viewport (session, 0));
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  for (guint i = 0; i < 3; i++)
    test_eye_clear (&eyes[i]);
  test_session_close (session);
}

/* The line of viewport @other in the picture of @here. */
static VitrailPlaneLine
find_line (VitrailSession *session, guint here, guint other)
{
  g_autoptr (GArray) lines = vitrail_session_find_plane_lines (session, here);

  for (guint i = 0; i < lines->len; i++) {
    const VitrailPlaneLine *line = &g_array_index (lines, VitrailPlaneLine, i);
    if (line->viewport == other)
      return *line;
  }
  g_error ("no line of %u in %u", other, here);
}

static void
press (const TestEye *eye, double x, double y)
{
  test_eye_send (eye, gst_navigation_event_new_mouse_button_press (1, x, y, 0));
  test_eye_send (eye,
                 gst_navigation_event_new_mouse_button_release (1, x, y, 0));
}

typedef struct {
  VitrailViewport *viewport;
  guint position;
} Place;

static gboolean
is_at (gpointer user_data)
{
  const Place *self = user_data;

  return vitrail_viewport_get_position (self->viewport) == self->position &&
         test_viewport_is_shown (self->viewport);
}

/* 64 pixels of 0.75 mm in 96 of the viewport. Columns run to the left of the
 * patient, rows to the back; planes away from the reader: sagittal ones, seen
 * from the left, to the right; coronal ones to the back. */
static void
test_crosshairs (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());
  TestEye eyes[3];

  test_session_run (session, "go-to-image", g_variant_new_uint32 (3));
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  test_session_run (session, "mpr", NULL);
  for (guint i = 0; i < 3; i++)
    open_eye (&eyes[i], test_session_get_viewport (session, i));
  /* The image that was shown is the first plane. */
  Place first = { test_session_get_viewport (session, 0), 3 };
  g_assert_true (test_wait_until (is_at, &first));
  for (guint i = 1; i < 3; i++)
    g_assert_true (test_wait_until (test_viewport_is_shown,
                                    test_session_get_viewport (session, i)));

  test_session_run (session, "set-tool", g_variant_new_string ("crosshairs"));
  test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 300);
  press (&eyes[0], 30, 66);
  /* Pixel 30 is 30.5 of 96: column 20 of 64; 66.5: row 44. */
  Place sagittal = { test_session_get_viewport (session, 1), 64 - 20 };
  Place coronal = { test_session_get_viewport (session, 2), 44 + 1 };
  g_assert_true (test_wait_until (is_at, &coronal));
  g_assert_true (test_wait_until (is_at, &sagittal));
  g_assert_cmpuint (vitrail_viewport_get_position (first.viewport), ==, 3);
  /* Where the others run through the axial picture, to the nearest plane. */
  VitrailPlaneLine line = find_line (session, 0, 1);
  g_assert_cmphex (line.color, ==, 0xe5c33d);
  g_assert_cmpfloat_with_epsilon (line.from[0], 30, 0.8);
  g_assert_cmpfloat_with_epsilon (line.to[0], 30, 0.8);
  g_assert_cmpfloat_with_epsilon (fabs (line.to[1] - line.from[1]),
                                  TEST_EYE_SIZE, 1e-3);
  line = find_line (session, 0, 2);
  g_assert_cmphex (line.color, ==, 0x5fc46b);
  g_assert_cmpfloat_with_epsilon (line.from[1], 66, 0.8);
  /* The third slice, from below, of 27.5 mm about the middle of 48. */
  line = find_line (session, 2, 0);
  g_assert_cmphex (line.color, ==, 0xe5534b);
  g_assert_cmpfloat_with_epsilon (line.from[1],
                                  TEST_EYE_SIZE / 2.0 - 0.5 + (13.75 - 5) * 2,
                                  0.8);
  for (guint i = 0; i < 3; i++)
    test_eye_clear (&eyes[i]);
  test_session_close (session);
}

/* --- hands that turn and thicken --- */

/* A session with three planes, each looked at, the crosshairs in the hand. */
static VitrailSession *
open_planes (TestEye eyes[3])
{
  VitrailSession *session = test_session_open_images (test_archive_get ());

  test_session_run (session, "mpr", NULL);
  for (guint i = 0; i < 3; i++)
    open_eye (&eyes[i], test_session_get_viewport (session, i));
  for (guint i = 0; i < 3; i++)
    g_assert_true (test_wait_until (test_viewport_is_shown,
                                    test_session_get_viewport (session, i)));
  test_session_run (session, "set-tool", g_variant_new_string ("crosshairs"));
  test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 600);
  test_eye_expect (&eyes[2], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 640);
  return session;
}

static void
close_planes (VitrailSession *session, TestEye eyes[3])
{
  for (guint i = 0; i < 3; i++)
    test_eye_clear (&eyes[i]);
  test_session_close (session);
}

/* Degrees, clockwise, of the line of the axial plane in the coronal picture. */
static double
get_tilt (VitrailSession *session)
{
  const VitrailPlaneLine line = find_line (session, 2, 0);
  double tilt =
      atan2 (line.to[1] - line.from[1], line.to[0] - line.from[0]) * 180 / G_PI;

  while (tilt > 90)
    tilt -= 180;
  while (tilt <= -90)
    tilt += 180;
  return tilt;
}

static gboolean
is_tilted (gpointer session)
{
  return fabs (get_tilt (session) - 30) < 0.01;
}

static gboolean
is_level (gpointer session)
{
  return fabs (get_tilt (session)) < 0.01;
}

static void
assert_at_right_angles (VitrailSession *session)
{
  VitrailSheet sheets[3];

  for (guint i = 0; i < 3; i++)
    g_assert_true (vitrail_viewport_get_sheet (
        test_session_get_viewport (session, i), &sheets[i]));
  for (guint i = 0; i < 3; i++) {
    const double *a = sheets[i].away;
    const double *b = sheets[(i + 1) % 3].away;
    g_assert_cmpfloat_with_epsilon (a[0] * a[0] + a[1] * a[1] + a[2] * a[2], 1,
                                    1e-9);
    g_assert_cmpfloat_with_epsilon (a[0] * b[0] + a[1] * b[1] + a[2] * b[2], 0,
                                    1e-9);
  }
}

/* Millimetres from a pixel of what is shown to the next. */
static double
get_pixel_mm (VitrailViewport *viewport)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (viewport, &state);
  return sqrt (state.plane[0] * state.plane[0] +
               state.plane[4] * state.plane[4] +
               state.plane[8] * state.plane[8]);
}

/* Once the picture of the view that has been asked for is there. */
static gboolean
has_its_scale (gpointer viewport)
{
  return fabs (get_pixel_mm (viewport) - 0.5) < 1e-9;
}

/* The axial plane goes through the sixth slice, 1.25 mm below the middle of the
 * volume, and where the sagittal one is: 0.375 mm to the left of it. Turned by
 * 30 degrees, clockwise as seen from the front, it goes down to the patient's
 * left: 40 HU a millimetre, 20 along the picture, 10 a pixel of 0.5 mm. The
 * picture's middle is 0.375 cos 30 + 1.25 sin 30 = 0.95 mm before that place.
 */
static void
expect_tilted (const TestEye *eye, double more)
{
  for (guint x = 34; x <= 62; x += 7)
    for (guint y = 30; y <= 60; y += 15)
      test_eye_expect (eye, x, y,
                       619 + more - 10 * (x + 0.5 - TEST_EYE_SIZE / 2.0));
}

static void
test_turning (void)
{
  TestEye eyes[3];
  VitrailSession *session = open_planes (eyes);
  VitrailPlaneLine line = find_line (session, 2, 0);

  g_assert_cmpuint (line.n_turns, ==, 2);
  const double cross[2] = { (line.turns[0][0] + line.turns[1][0]) / 2,
                            (line.turns[0][1] + line.turns[1][1]) / 2 };
  const double radius = fabs (line.turns[1][0] - cross[0]);
  g_assert_cmpfloat_with_epsilon (radius, 0.36 * TEST_EYE_SIZE, 1e-6);
  const double to[2] = { cross[0] + radius * cos (G_PI / 6),
                         cross[1] + radius * sin (G_PI / 6) };
  const double from[2] = { cross[0] + radius, cross[1] };
  test_eye_drag (&eyes[2], from, to);
  expect_tilted (&eyes[0], 0);
  g_assert_true (test_wait_until (is_tilted, session));
  assert_at_right_angles (session);
  /* The plane that it was turned in stays, and nothing grows or shrinks. */
  test_eye_expect (&eyes[2], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 640);
  for (guint i = 0; i < 3; i++)
    g_assert_true (test_wait_until (has_its_scale,
                                    test_session_get_viewport (session, i)));
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  line = find_line (session, 2, 0);
  g_assert_cmphex (line.color, ==, 0xe5534b);
  /* From plane to plane as far as slices are apart along the way: 2.5 cos 30;
   * 1.875 mm nearer to the head. */
  test_session_run (session, "next-image", NULL);
  expect_tilted (&eyes[0], 75);
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  test_session_run (session, "previous-image", NULL);
  expect_tilted (&eyes[0], 0);

  /* By command, seen from the front, back again. */
  test_session_run (session, "activate-viewport", g_variant_new_uint32 (3));
  test_session_run (session, "turn-planes", g_variant_new_double (-30));
  g_assert_true (test_wait_until (is_level, session));
  test_eye_expect (&eyes[0], 30, TEST_EYE_SIZE / 2, 600);
  test_eye_expect (&eyes[0], 60, TEST_EYE_SIZE / 2, 600);
  assert_at_right_angles (session);
  g_assert_false (vitrail_session_run (session, "turn-planes",
                                       g_variant_new_double (NAN), NULL));
  close_planes (session, eyes);
}

/* Both others turn with the third, also about a place that was pointed at, and
 * all come back. */
static void
test_reset_planes (void)
{
  TestEye eyes[3];
  VitrailSession *session = open_planes (eyes);
  VitrailSheet sheet;
  const double bound = cos (25 * G_PI / 180);

  press (&eyes[0], 30, 66);
  Place sagittal = { test_session_get_viewport (session, 1), 64 - 20 };
  g_assert_true (test_wait_until (is_at, &sagittal));
  test_session_run (session, "turn-planes", g_variant_new_double (25));
  test_session_run (session, "activate-viewport", g_variant_new_uint32 (2));
  test_session_run (session, "turn-planes", g_variant_new_double (-40));
  assert_at_right_angles (session);
  vitrail_viewport_get_sheet (test_session_get_viewport (session, 1), &sheet);
  /* Seen from the left: turned in the axial plane only. */
  g_assert_cmpfloat_with_epsilon (sheet.away[0], -bound, 1e-9);
  g_assert_cmpfloat_with_epsilon (sheet.away[2], 0, 1e-9);
  test_session_run (session, "slab", g_variant_new_double (7));
  test_session_run (session, "reset-planes", NULL);
  test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 600);
  test_eye_expect (&eyes[0], 30, 30, 600);
  g_assert_true (test_wait_until (is_level, session));
  for (guint i = 0; i < 3; i++) {
    static const double away[3][3] = { { 0, 0, 1 }, { -1, 0, 0 }, { 0, 1, 0 } };
    double thickness = 0;
    guint slab = 0;
    VitrailView view;
    vitrail_viewport_get_sheet (test_session_get_viewport (session, i), &sheet);
    for (guint n = 0; n < 3; n++)
      g_assert_cmpfloat_with_epsilon (sheet.away[n], away[i][n], 1e-9);
    vitrail_viewport_get_slab (test_session_get_viewport (session, i),
                               &thickness, &slab);
    g_assert_cmpfloat (thickness, ==, 0);
    vitrail_viewport_get_view (test_session_get_viewport (session, i), &view);
    g_assert_cmpfloat (view.zoom, ==, 1);
    g_assert_true (test_wait_until (test_viewport_is_shown,
                                    test_session_get_viewport (session, i)));
  }
  /* Images have no planes to be turned. */
  test_session_run (session, "mpr", NULL);
  g_assert_false (vitrail_session_run (session, "reset-planes", NULL, NULL));
  g_assert_false (vitrail_session_run (session, "turn-planes",
                                       g_variant_new_double (5), NULL));
  close_planes (session, eyes);
}

typedef struct {
  VitrailViewport *viewport;
  double mm;
} Thickness;

static gboolean
is_as_thick (gpointer user_data)
{
  const Thickness *self = user_data;
  double thickness = 0;
  guint slab = 0;

  vitrail_viewport_get_slab (self->viewport, &thickness, &slab);
  return fabs (thickness - self->mm) < 1e-9;
}

/* The slab of the axial plane by its handle in the coronal one: from the line
 * down by 10 pixels of 0.5 mm is 10 mm, and no slab again. */
static void
test_thickening (void)
{
  TestEye eyes[3];
  VitrailSession *session = open_planes (eyes);
  VitrailPlaneLine line = find_line (session, 2, 0);
  Thickness thick = { test_session_get_viewport (session, 0), 10 };

  g_assert_cmpuint (line.n_slabs, ==, 2);
  g_assert_cmpfloat (line.slab_mm, ==, 0);
  const double from[2] = { line.slabs[0][0], line.slabs[0][1] };
  const double to[2] = { from[0] + 4, from[1] + 10 };
  test_eye_drag (&eyes[2], from, to);
  g_assert_true (test_wait_until (is_as_thick, &thick));
  /* 13 planes, 0.75 mm apart: the brightest is 4.5 mm nearer to the head. */
  test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2,
                   600 + 4.5 * 40);
  line = find_line (session, 2, 0);
  g_assert_cmpuint (line.n_slabs, ==, 4);
  g_assert_cmpfloat_with_epsilon (line.slab_mm, 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (hypot (line.half[0], line.half[1]), 10, 1e-6);
  /* The others have none, and no handle is seen without the tool. */
  g_assert_cmpfloat (find_line (session, 2, 1).slab_mm, ==, 0);
  const double face[2] = { line.slabs[0][0], line.slabs[0][1] };
  test_eye_drag (&eyes[2], face, from);
  thick.mm = 0;
  g_assert_true (test_wait_until (is_as_thick, &thick));
  test_eye_expect (&eyes[0], TEST_EYE_SIZE / 2, TEST_EYE_SIZE / 2, 600);
  test_session_run (session, "set-tool", g_variant_new_string ("window-level"));
  line = find_line (session, 2, 0);
  g_assert_cmpuint (line.n_slabs + line.n_turns, ==, 0);
  close_planes (session, eyes);
}

/* Of images: the active one in the others, where that is asked for. */
static void
test_reference_lines (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());

  test_session_run (session, "layout", g_variant_new ("(uu)", 1, 2));
  g_autoptr (GArray) none = vitrail_session_find_plane_lines (session, 1);
  g_assert_cmpuint (none->len, ==, 0);
  test_session_run (session, "reference-lines", NULL);
  g_assert_true (vitrail_session_get_reference_lines (session));
  /* Nothing is shown there, and what is parallel has no line. */
  g_autoptr (GArray) empty = vitrail_session_find_plane_lines (session, 1);
  g_assert_cmpuint (empty->len, ==, 0);
  VitrailDisplaySet *images =
      g_ptr_array_index (vitrail_session_get_display_sets (session), 0);
  g_autoptr (VitrailDisplaySet) planes =
      vitrail_display_set_new_planes (images, 1);
  vitrail_viewport_show (test_session_get_viewport (session, 1),
                         vitrail_session_get_source (session), planes);
  for (guint i = 0; i < 2; i++)
    vitrail_viewport_set_size (test_session_get_viewport (session, i),
                               TEST_EYE_SIZE, TEST_EYE_SIZE);
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 1)));
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  find_line (session, 1, 0);
  g_autoptr (GArray) own = vitrail_session_find_plane_lines (session, 0);
  g_assert_cmpuint (own->len, ==, 0);
  test_session_close (session);
}

static void
test_one_volume (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());
  VitrailDataSource *source = vitrail_session_get_source (session);
  VitrailDisplaySet *images =
      g_ptr_array_index (vitrail_session_get_display_sets (session), 0);
  g_autoptr (VitrailDisplaySet) a = vitrail_display_set_new_planes (images, 0);
  g_autoptr (VitrailDisplaySet) b = vitrail_display_set_new_planes (images, 1);

  VitrailVolumeWork *first = vitrail_volume_work_enter (source, a);
  VitrailVolumeWork *second = vitrail_volume_work_enter (source, b);
  g_assert_true (first == second);
  g_assert_cmpstr (a->id, !=, b->id);
  vitrail_volume_work_leave (second);
  /* Left while it reads: nothing is waited for, nothing comes any more. */
  vitrail_volume_work_leave (first);
  test_session_close (session);
}

static gboolean
has_error (gpointer viewport)
{
  return vitrail_viewport_get_error (viewport) != NULL;
}

/* A cine of an echo lies nowhere in space. */
static void
test_no_volume (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());

  test_session_run (session, "next-series", NULL);
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  test_session_run (session, "mpr", NULL);
  for (guint i = 0; i < 3; i++) {
    VitrailViewport *viewport = test_session_get_viewport (session, i);
    g_assert_true (test_wait_until (has_error, viewport));
    g_assert_true (g_str_has_prefix (vitrail_viewport_get_error (viewport),
                                     "The images are no volume: "));
    g_assert_cmpuint (vitrail_viewport_get_n_positions (viewport), ==, 0);
  }
  test_session_run (session, "mpr", NULL);
  g_assert_true (test_wait_until (test_viewport_is_shown,
                                  test_session_get_viewport (session, 0)));
  g_assert_null (
      vitrail_viewport_get_error (test_session_get_viewport (session, 0)));
  test_session_close (session);
}

/* Planes are of the study: they go with it, and series are stepped through from
 * them. */
static void
test_leaving (void)
{
  VitrailSession *session = test_session_open_images (test_archive_get ());

  test_session_run (session, "mpr", NULL);
  test_session_run (session, "next-series", NULL);
  VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (test_session_get_viewport (session, 0));
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_CINE);
  vitrail_session_open_study (session, "1.2.7");
  g_assert_true (test_wait_until (has_sets, session));
  test_session_run (session, "mpr", NULL);
  test_session_close (session);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volumework/planes", test_planes);
  g_test_add_func ("/volumework/crosshairs", test_crosshairs);
  g_test_add_func ("/volumework/turning", test_turning);
  g_test_add_func ("/volumework/reset-planes", test_reset_planes);
  g_test_add_func ("/volumework/thickening", test_thickening);
  g_test_add_func ("/volumework/reference-lines", test_reference_lines);
  g_test_add_func ("/volumework/one-volume", test_one_volume);
  g_test_add_func ("/volumework/no-volume", test_no_volume);
  g_test_add_func ("/volumework/leaving", test_leaving);
  return g_test_run ();
}
