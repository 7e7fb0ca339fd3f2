/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A volume over time in a session: all its planes are at one point in time,
 * which somebody chooses or which plays; or show what is made of several. */

#include "eye.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "volumedata.h"

#include <string.h>

/* The slice in the middle, and a voxel of it, as pydicom wrote it (it is 1000
 * more at each time). */
#define SLICE  5u
#define PIXEL  (TEST_EYE_SIZE / 2)
#define HIGHER 1000

typedef struct {
  VitrailSession *session;
  TestEye eyes[3];
} Fixture;

static VitrailViewport *
get_viewport (const Fixture *self, guint index)
{
  return vitrail_session_get_viewport (self->session, index);
}

static void
run (const Fixture *self, const char *name, GVariant *argument)
{
  test_session_run (self->session, name, argument);
}

/* Three planes of the series @name, looked at. */
static void
open_planes (Fixture *self, const char *name)
{
  g_autofree char *folder = test_volume_dup_folder (name);

  *self = (Fixture){ .session = test_session_open_images (folder) };
  run (self, "mpr", NULL);
  for (guint i = 0; i < 3; i++)
    test_eye_open (&self->eyes[i], get_viewport (self, i), -600, 3100);
  for (guint i = 0; i < 3; i++)
    g_assert_true (
        test_wait_until (test_viewport_is_shown, get_viewport (self, i)));
}

static void
fixture_clear (Fixture *self)
{
  for (guint i = 0; i < 3; i++)
    test_eye_clear (&self->eyes[i]);
  test_session_close (self->session);
}

static VitrailFrameTime
get_shown_time (const Fixture *self, guint index)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (get_viewport (self, index), &state);
  return state.info != NULL ? state.info->time : (VitrailFrameTime){ 0 };
}

typedef struct {
  const Fixture *fixture;
  guint number;
  guint n;
} Wanted;

static gboolean
is_everywhere (gpointer user_data)
{
  const Wanted *self = user_data;

  for (guint i = 0; i < 3; i++) {
    const VitrailFrameTime time = get_shown_time (self->fixture, i);
    if (time.number != self->number || time.n != self->n)
      return FALSE;
  }
  return TRUE;
}

/* In all planes, as words and as pixels: @more than at the first time. */
static void
expect (const Fixture *self, guint number, guint n, double more)
{
  Wanted wanted = { self, number, n };
  const double value = test_volume_get_value (4, 3, SLICE - 1) + more;

  if (!test_wait_until (is_everywhere, &wanted))
    g_error ("time %u of %u, not %u of %u", get_shown_time (self, 0).number,
             get_shown_time (self, 0).n, number, n);
  test_eye_expect (&self->eyes[0], PIXEL, PIXEL, value);
  /* The other planes lie between the fourth and the fifth slice. */
  for (guint i = 1; i < 3; i++)
    test_eye_expect (&self->eyes[i], PIXEL, PIXEL, value - 50);
}

static void
test_choose (void)
{
  Fixture self;

  open_planes (&self, "times");
  run (&self, "go-to-image", g_variant_new_uint32 (SLICE));
  expect (&self, 1, 3, 0);
  g_assert_cmpuint (vitrail_viewport_get_n_times (get_viewport (&self, 1)), ==,
                    3);
  g_assert_cmpstr (get_shown_time (&self, 0).name, ==, "temporal position");
  run (&self, "go-to-time", g_variant_new_uint32 (3));
  expect (&self, 3, 3, 2 * HIGHER);
  g_assert_cmpfloat (get_shown_time (&self, 0).value, ==, 3);
  /* Beyond the ends there is nothing. */
  run (&self, "next-time", NULL);
  g_assert_cmpuint (vitrail_viewport_get_time (get_viewport (&self, 2)), ==, 3);
  run (&self, "previous-time", NULL);
  expect (&self, 2, 3, HIGHER);
  run (&self, "go-to-time", g_variant_new_uint32 (99));
  expect (&self, 3, 3, 2 * HIGHER);
  /* Going through the planes stays at the time; and from another of them. */
  run (&self, "previous-image", NULL);
  test_eye_expect (&self.eyes[0], PIXEL, PIXEL,
                   test_volume_get_value (4, 3, SLICE - 2) + 2 * HIGHER);
  run (&self, "next-image", NULL);
  vitrail_session_set_active (self.session, 2);
  run (&self, "go-to-time", g_variant_new_uint32 (1));
  expect (&self, 1, 3, 0);
  fixture_clear (&self);
}

/* What has been seen of it, a bit each time. */
typedef struct {
  const Fixture *fixture;
  guint seen;
  guint wanted;
} Playing;

static gboolean
has_seen (gpointer user_data)
{
  Playing *self = user_data;

  self->seen |= 1u << get_shown_time (self->fixture, 1).number;
  return (self->seen & self->wanted) == self->wanted;
}

static void
test_play (void)
{
  Fixture self;
  Playing all = { .fixture = &self, .wanted = 1 << 1 | 1 << 2 | 1 << 3 };
  Playing two = { .fixture = &self, .wanted = 1 << 2 | 1 << 3 };
  VitrailViewport *viewport;

  open_planes (&self, "times");
  viewport = get_viewport (&self, 0);
  run (&self, "go-to-image", g_variant_new_uint32 (SLICE));
  expect (&self, 1, 3, 0);
  /* Time plays, not place; the data say no rate. */
  g_assert_cmpuint (vitrail_viewport_get_n_steps (viewport), ==, 3);
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (viewport), 10,
                                  1e-9);
  run (&self, "set-speed", g_variant_new_double (2));
  g_assert_cmpfloat_with_epsilon (vitrail_viewport_get_rate (viewport), 20,
                                  1e-9);
  run (&self, "cine-toggle", NULL);
  g_assert_true (test_wait_until (has_seen, &all));
  g_assert_cmpuint (vitrail_viewport_get_position (viewport), ==, SLICE);
  run (&self, "cine-toggle", NULL);
  g_assert_false (vitrail_viewport_get_playing (viewport));
  /* Only what is between the ends of the loop. */
  run (&self, "go-to-time", g_variant_new_uint32 (2));
  run (&self, "loop-start", NULL);
  expect (&self, 2, 3, HIGHER);
  run (&self, "cine-toggle", NULL);
  for (guint i = 0; i < 4; i++) {
    g_assert_true (test_wait_until (has_seen, &two));
    g_assert_cmpuint (two.seen, ==, two.wanted);
    two.seen = 0;
  }
  /* What is made of several ends it. */
  run (&self, "combine-times", g_variant_new ("(ss)", "mean", ""));
  g_assert_false (vitrail_viewport_get_playing (viewport));
  expect (&self, 0, 2, 1.5 * HIGHER);
  fixture_clear (&self);
}

static void
refuse (const Fixture *self,
        const char *operation,
        const char *times,
        const char *reason)
{
  test_session_refuse (self->session, "combine-times",
                       g_variant_new ("(ss)", operation, times), reason);
}

static void
test_combine (void)
{
  Fixture self;
  const double first = test_volume_get_value (4, 3, SLICE - 1);

  open_planes (&self, "times");
  run (&self, "go-to-image", g_variant_new_uint32 (SLICE));
  run (&self, "combine-times", g_variant_new ("(ss)", "mean", ""));
  expect (&self, 0, 3, HIGHER);
  g_assert_cmpstr (get_shown_time (&self, 2).combined, ==, "mean");
  run (&self, "combine-times", g_variant_new ("(ss)", "maximum", "1-2"));
  expect (&self, 0, 2, HIGHER);
  run (&self, "combine-times", g_variant_new ("(ss)", "sum", "1,3"));
  test_eye_expect (&self.eyes[0], PIXEL, PIXEL, 2 * first + 2 * HIGHER);
  run (&self, "combine-times", g_variant_new ("(ss)", "subtract", "3,1"));
  test_eye_expect (&self.eyes[0], PIXEL, PIXEL, 2 * HIGHER);
  g_assert_cmpuint (vitrail_viewport_get_time (get_viewport (&self, 0)), ==, 0);
  refuse (&self, "median", "",
          "median is none of sum, mean, subtract, maximum");
  refuse (&self, "mean", "4", "4: no points in time; there are 3");
  test_eye_expect (&self.eyes[0], PIXEL, PIXEL, 2 * HIGHER);
  /* One after the other again. */
  run (&self, "next-time", NULL);
  expect (&self, 1, 3, 0);
  fixture_clear (&self);
}

/* Of one that does not change with time. */
static void
test_one (void)
{
  Fixture self;

  open_planes (&self, "ct");
  g_assert_cmpuint (vitrail_viewport_get_n_times (get_viewport (&self, 0)), ==,
                    1);
  run (&self, "go-to-time", g_variant_new_uint32 (2));
  run (&self, "go-to-image", g_variant_new_uint32 (SLICE));
  g_assert_cmpuint (vitrail_viewport_get_time (get_viewport (&self, 0)), ==, 1);
  expect (&self, 0, 0, 0);
  refuse (&self, "mean", "", "There are no several points in time");
  /* Planes play as they always did. */
  g_assert_cmpuint (vitrail_viewport_get_n_steps (get_viewport (&self, 0)), ==,
                    TEST_VOLUME_SLICES);
  fixture_clear (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volume-moment/choose", test_choose);
  g_test_add_func ("/volume-moment/play", test_play);
  g_test_add_func ("/volume-moment/combine", test_combine);
  g_test_add_func ("/volume-moment/one", test_one);
  return g_test_run ();
}
