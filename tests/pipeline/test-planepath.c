/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A path that hands draw in planes, and what of the volume is along it. The
 * volume rises by 40 HU a millimetre towards the head, and by nothing else. */

#include "eye.h"
#include "planepath.h"
#include "sessiontest.h"
#include "testarchive.h"

#include <math.h>
#include <string.h>

#define HU_A_MM 40.0
#define MIDDLE  48u /* of TEST_EYE_SIZE */

enum { AXIAL, SAGITTAL, CORONAL, ALONG, N_EYES };

typedef struct {
  VitrailSession *session;
  TestEye eyes[N_EYES];
} Fixture;

static void
run (const Fixture *self, const char *name, GVariant *argument)
{
  test_session_run (self->session, name, argument);
}

/* Planes, the axial one in the sixth slice, and nothing along a path yet. */
static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = test_session_open_images (test_archive_get ());
  run (self, "curved", NULL);
  for (guint i = 0; i < N_EYES; i++)
    test_eye_open (&self->eyes[i], test_session_get_viewport (self->session, i),
                   0, 1300);
  for (guint i = 0; i < ALONG; i++)
    g_assert_true (
        test_wait_until (test_viewport_is_shown, self->eyes[i].viewport));
  run (self, "go-to-image", g_variant_new_uint32 (6));
  test_eye_expect (&self->eyes[AXIAL], MIDDLE, MIDDLE, 600);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_EYES; i++)
    test_eye_clear (&self->eyes[i]);
  test_session_close (self->session);
}

static void
click (const Fixture *self, guint eye, double x, double y)
{
  const double at[2] = { x, y };

  test_eye_drag (&self->eyes[eye], at, at);
}

typedef struct {
  VitrailSession *session;
  guint n;
} Wanted;

/* How many points the path has. */
static gboolean
has_points (gpointer data)
{
  const Wanted *self = data;
  g_autofree char *path = vitrail_session_dup_path (self->session);
  g_auto (GStrv) points = g_strsplit (path != NULL ? path : "", ";", -1);

  return g_strv_length (points) == self->n;
}

static void
expect_points (const Fixture *self, guint n)
{
  Wanted wanted = { self->session, n };

  if (!test_wait_until (has_points, &wanted)) {
    g_autofree char *path = vitrail_session_dup_path (self->session);
    g_error ("%s, not %u points", path, n);
  }
}

/* Point @index of the path. */
static void
get_point (const Fixture *self, guint index, double at[3])
{
  g_autofree char *path = vitrail_session_dup_path (self->session);
  g_auto (GStrv) points = g_strsplit (path, "; ", -1);
  g_auto (GStrv) numbers = g_strsplit (points[index], " ", -1);

  for (guint n = 0; n < 3; n++)
    at[n] = g_ascii_strtod (numbers[n], NULL);
}

/* Pixels of the picture along the path, at one of the viewport. */
static void
find_pixel (const Fixture *self, double x, double y, double at[2])
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (self->eyes[ALONG].viewport, &state);
  g_assert_true (state.valid);
  g_assert_false (state.has_plane);
  at[0] = state.to_frame[0] * x + state.to_frame[1] * y + state.to_frame[2];
  at[1] = state.to_frame[3] * x + state.to_frame[4] * y + state.to_frame[5];
}

static double
get_spacing (const Fixture *self)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (self->eyes[ALONG].viewport, &state);
  g_assert_true (state.info->has_spacing);
  return state.info->spacing[0];
}

/* Of a row of the viewport above the path. */
static double
get_height_mm (const Fixture *self, double y)
{
  g_auto (VitrailShownState) state = { 0 };
  double pixel[2];

  find_pixel (self, MIDDLE, y, pixel);
  vitrail_viewport_get_shown (self->eyes[ALONG].viewport, &state);
  return ((state.info->format.height - 1) / 2.0 - pixel[1]) *
         get_spacing (self);
}

static gboolean
has_picture (gpointer viewport)
{
  return vitrail_viewport_get_shown_position (viewport) > 0;
}

/* Up the coronal plane, from 240 to 1040 HU in 20 mm. */
static void
test_upwards (Fixture *self, gconstpointer data)
{
  double start[3];
  double pixel[2];

  g_assert_true (vitrail_viewport_wants_path (self->eyes[ALONG].viewport));
  click (self, CORONAL, MIDDLE, 68);
  expect_points (self, 1);
  g_assert_true (vitrail_viewport_wants_path (self->eyes[ALONG].viewport));
  click (self, CORONAL, MIDDLE, 28);
  expect_points (self, 2);
  g_assert_true (test_wait_until (has_picture, self->eyes[ALONG].viewport));
  test_eye_expect (&self->eyes[ALONG], 2, 2, 0);
  get_point (self, 0, start);
  const double first = 650 - (68.5 - 48) * 20;
  for (guint x = 40; x < 56; x += 4) {
    find_pixel (self, x, MIDDLE, pixel);
    const double hu = first + pixel[0] * get_spacing (self) * HU_A_MM;
    test_eye_expect (&self->eyes[ALONG], x, MIDDLE, hu);
    test_eye_expect (&self->eyes[ALONG], x, 20, hu);
  }
  /* A text says the same. */
  g_autofree char *path = vitrail_session_dup_path (self->session);
  run (self, "clear-path", NULL);
  g_assert_true (vitrail_viewport_wants_path (self->eyes[ALONG].viewport));
  vitrail_session_set_active (self->session, CORONAL);
  run (self, "set-path", g_variant_new_string (path));
  g_assert_true (test_wait_until (has_picture, self->eyes[ALONG].viewport));
  find_pixel (self, 44, MIDDLE, pixel);
  test_eye_expect (&self->eyes[ALONG], 44, MIDDLE,
                   first + pixel[0] * get_spacing (self) * HU_A_MM);
}

/* Across the axial plane: the head is up, until it is turned. */
static void
test_turn (Fixture *self, gconstpointer data)
{
  const TestEye *along = &self->eyes[ALONG];

  click (self, AXIAL, 24, MIDDLE);
  expect_points (self, 1);
  click (self, AXIAL, 72, MIDDLE);
  expect_points (self, 2);
  g_assert_true (test_wait_until (has_picture, along->viewport));
  const double up = get_height_mm (self, MIDDLE - 12) * HU_A_MM;
  const double down = get_height_mm (self, MIDDLE + 12) * HU_A_MM;
  g_assert_cmpfloat (up, >, 100);
  test_eye_expect (along, 30, MIDDLE - 12, 600 + up);
  test_eye_expect (along, 30, MIDDLE + 12, 600 + down);
  vitrail_session_set_active (self->session, ALONG);
  run (self, "go-to-image", g_variant_new_uint32 (19));
  test_eye_expect (along, 30, MIDDLE - 12, 600 - up);
  test_eye_expect (along, 30, MIDDLE + 12, 600 - down);
  /* A quarter: it lies in the axial plane, and a slab about it is as thick. */
  run (self, "go-to-image", g_variant_new_uint32 (10));
  test_eye_expect (along, 30, MIDDLE + 12, 600);
  test_eye_expect (along, 60, MIDDLE - 12, 600);
  run (self, "slab", g_variant_new_double (5));
  test_eye_expect (along, 60, MIDDLE - 12, 690);
}

/* A point is taken hold of and moved in another plane: only there. */
static void
test_drag (Fixture *self, gconstpointer data)
{
  double before[3];
  double after[3];

  click (self, AXIAL, 30, 30);
  expect_points (self, 1);
  click (self, AXIAL, 60, 50);
  expect_points (self, 2);
  click (self, AXIAL, 70, 70);
  expect_points (self, 3);
  g_autoptr (GArray) marks =
      vitrail_session_find_path_marks (self->session, CORONAL);
  const VitrailPathMark *second =
      &g_array_index (marks, VitrailPathMark, marks->len - 2);
  g_assert_true (second->is_point);
  get_point (self, 1, before);
  const double to[2] = { second->pixel[0] + 6, second->pixel[1] - 10 };
  test_eye_drag (&self->eyes[CORONAL], second->pixel, to);
  g_assert_true (
      test_wait_until (test_viewport_is_shown, self->eyes[AXIAL].viewport));
  test_eye_drag (&self->eyes[AXIAL], (double[2]){ 90, 90 },
                 (double[2]){ 90, 90 });
  expect_points (self, 4);
  get_point (self, 1, after);
  /* Half a millimetre a pixel; columns of the picture run to the left. */
  g_assert_cmpfloat_with_epsilon (after[0], before[0] + 3, 0.01);
  g_assert_cmpfloat_with_epsilon (after[1], before[1], 0.01);
  g_assert_cmpfloat_with_epsilon (after[2], before[2] + 5, 0.01);
  run (self, "shorten-path", NULL);
  expect_points (self, 3);
  /* Without it there is nothing along it, and nothing to be taken away. */
  for (guint i = 3; i > 0; i--)
    run (self, "shorten-path", NULL);
  expect_points (self, 0);
  g_assert_true (vitrail_viewport_wants_path (self->eyes[ALONG].viewport));
  test_session_refuse (self->session, "shorten-path", NULL, "There is no path");
}

/* Where the line is bright it is in the plane. */
static void
test_marks (Fixture *self, gconstpointer data)
{
  click (self, CORONAL, MIDDLE, 68);
  expect_points (self, 1);
  click (self, CORONAL, MIDDLE, 28);
  expect_points (self, 2);
  g_autoptr (GArray) own =
      vitrail_session_find_path_marks (self->session, CORONAL);
  g_autoptr (GArray) other =
      vitrail_session_find_path_marks (self->session, AXIAL);
  g_autoptr (GArray) none =
      vitrail_session_find_path_marks (self->session, ALONG);

  g_assert_cmpuint (none->len, ==, 0);
  /* A line of a millimetre's steps, and two points. */
  g_assert_cmpuint (own->len, ==, 21 + 2);
  g_assert_cmpuint (other->len, ==, own->len);
  for (guint i = 0; i < own->len; i++) {
    const VitrailPathMark *mark = &g_array_index (own, VitrailPathMark, i);
    g_assert_cmpfloat (mark->away_mm, <, 1e-2);
    g_assert_cmpfloat_with_epsilon (mark->pixel[0], MIDDLE, 0.1);
    g_assert_cmpint (mark->is_point, ==, i >= own->len - 2);
  }
  const VitrailPathMark *last =
      &g_array_index (other, VitrailPathMark, other->len - 1);
  g_assert_cmpfloat (last->away_mm, >, 5);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_assert_false (vitrail_session_run (self->session, "set-path",
                                       g_variant_new_string ("1 2"), NULL));
  g_assert_null (vitrail_session_dup_path (self->session));
  test_session_refuse (self->session, "set-path",
                       g_variant_new_string ("1 2 3; 1 2 3"),
                       "1 2 3; 1 2 3 is no path");
  g_assert_true (vitrail_viewport_wants_path (self->eyes[ALONG].viewport));
  /* The images again, without a path. */
  run (self, "curved", NULL);
  g_assert_null (vitrail_session_dup_path (self->session));
  VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      test_session_get_viewport (self->session, 0));
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  test_session_refuse (self->session, "set-path",
                       g_variant_new_string ("1 2 3; 4 5 6"),
                       "A path lies in planes of a volume: show these first");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/plane-path/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("upwards", test_upwards);
  ADD ("turn", test_turn);
  ADD ("drag", test_drag);
  ADD ("marks", test_marks);
  ADD ("refused", test_refused);
  return g_test_run ();
}
