/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The volume of a series as a body in a session: from where it is seen, where
 * it lies, the hand that turns it, and the way back to the images. */

#include "bodyhands.h"
#include "lastreference.h"
#include "measuring.h"
#include "session.h"
#include "testarchive.h"
#include "viewportbody.h"

#include <gst/app/gstappsink.h>
#include <gst/video/navigation.h>
#include <gst/video/video.h>

enum { WIDTH = 160, HEIGHT = 96 };

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  GstElement *sink;
} Fixture;

static gboolean
is_shown (gpointer data)
{
  const Fixture *self = data;
  const guint position = vitrail_viewport_get_position (self->viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (self->viewport) == position;
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static void
run (Fixture *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

static gboolean
is_refused (Fixture *self, const char *name, GVariant *argument)
{
  return !vitrail_session_run (self->session, name, argument, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (self->viewport, self->sink);
  vitrail_viewport_set_size (self->viewport, WIDTH, HEIGHT);
  vitrail_session_open_async (self->session, test_archive_get (), NULL, NULL,
                              NULL);
  g_assert_true (test_wait_until (is_shown, self));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gst_object_unref (self->sink);
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

/* --- what is in the picture --- */

/* Red at a pixel of the last picture; -1 while there is none of RGBA and this
 * size. */
static int
look_at (const Fixture *self, guint x, guint y)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  guint8 red = 0;

  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      GST_VIDEO_INFO_FORMAT (&info) != GST_VIDEO_FORMAT_RGBA ||
      info.width != WIDTH || info.height != HEIGHT)
    return -1;
  gst_buffer_extract (gst_sample_get_buffer (sample),
                      ((gsize) y * WIDTH + x) * 4, &red, 1);
  return red;
}

/* How much light falls on the columns of one half: of the left and right, or of
 * the top and bottom. */
typedef struct {
  double left;
  double right;
  double top;
  double bottom;
} Light;

static Light
measure (const Fixture *self)
{
  Light light = { 0 };

  for (guint y = 0; y < HEIGHT; y++)
    for (guint x = 0; x < WIDTH; x++) {
      const int red = MAX (look_at (self, x, y), 0);
      *(x < WIDTH / 2 ? &light.left : &light.right) += red;
      *(y < HEIGHT / 2 ? &light.top : &light.bottom) += red;
    }
  return light;
}

typedef gboolean (*Expectation) (const Light *light);

typedef struct {
  Fixture *fixture;
  Expectation holds;
} Waiting;

static gboolean
holds_now (gpointer data)
{
  const Waiting *self = data;
  const Light light = measure (self->fixture);

  return look_at (self->fixture, 0, 0) >= 0 && self->holds (&light);
}

static void
expect (Fixture *self, Expectation holds)
{
  Waiting waiting = { self, holds };

  g_assert_true (test_wait_until (holds_now, &waiting));
}

/* The archive's slices are the brighter the nearer they are to the head. */
static gboolean
head_is_up (const Light *light)
{
  return light->top > 1.3 * light->bottom && light->bottom > 0;
}

static gboolean
head_is_down (const Light *light)
{
  return light->bottom > 1.3 * light->top && light->top > 0;
}

static gboolean
is_even (const Light *light)
{
  return light->top > 0 && light->top < 1.1 * light->bottom &&
         light->bottom < 1.1 * light->top && light->left < 1.1 * light->right &&
         light->right < 1.1 * light->left;
}

static gboolean
is_on_the_right (const Light *light)
{
  return light->right > 3 * light->left;
}

static gboolean
is_on_the_left (const Light *light)
{
  return light->left > 3 * light->right;
}

static void
show_body (Fixture *self)
{
  run (self, "volume-3d", NULL);
  g_assert_true (vitrail_viewport_is_body (self->viewport));
  g_assert_true (test_wait_until (is_shown, self));
  run (self, "render-mode", g_variant_new_string ("maximum"));
}

/* --- tests --- */

static void
test_directions (Fixture *self, gconstpointer data)
{
  show_body (self);
  expect (self, head_is_up);
  run (self, "look-from", g_variant_new_string ("head"));
  expect (self, is_even);
  run (self, "look-from", g_variant_new_string ("back"));
  expect (self, head_is_up);
  /* Over the top to the other side. */
  run (self, "turn-body", g_variant_new ("(dd)", 0.0, 90.0));
  expect (self, is_even);
  run (self, "look-from", g_variant_new_string ("left"));
  run (self, "rotate-right", NULL);
  run (self, "rotate-right", NULL);
  expect (self, head_is_down);
  g_assert_null (vitrail_measuring_ref_frame (self->viewport));
}

static void
test_view (Fixture *self, gconstpointer data)
{
  VitrailView view = VITRAIL_VIEW_INIT;
  double all = 0;

  show_body (self);
  run (self, "look-from", g_variant_new_string ("head"));
  expect (self, is_even);
  Light light = measure (self);
  all = light.left + light.right;
  /* Half of the picture's width to the right of the middle. */
  view.pan_x = 0.25;
  vitrail_viewport_set_view (self->viewport, &view);
  expect (self, is_on_the_right);
  light = measure (self);
  g_assert_cmpfloat (light.left + light.right, >, 0.9 * all);
  g_assert_cmpfloat (light.left + light.right, <, 1.1 * all);
}

static gboolean
has_other_size (gpointer data)
{
  return look_at (data, 0, 0) < 0;
}

/* Pictures have the size that the viewport has now. */
static void
test_size (Fixture *self, gconstpointer data)
{
  show_body (self);
  expect (self, head_is_up);
  vitrail_viewport_set_size (self->viewport, 60, 50);
  g_assert_true (test_wait_until (has_other_size, self));
  vitrail_viewport_set_size (self->viewport, WIDTH, HEIGHT);
  expect (self, head_is_up);
}

static void
send (Fixture *self, GstEvent *event)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->sink, "sink");

  gst_pad_push_event (pad, event);
}

static gboolean
was_turned (gpointer data)
{
  VitrailBodyLook look;

  vitrail_viewport_get_body (data, &look);
  return look.azimuth < -10 && look.elevation > 5;
}

static void
test_hand (Fixture *self, gconstpointer data)
{
  show_body (self);
  send (self, gst_navigation_event_new_mouse_button_press (1, 40, 40, 0));
  send (self, gst_navigation_event_new_mouse_move (80, 60, 0));
  send (self, gst_navigation_event_new_mouse_button_release (1, 80, 60, 0));
  g_assert_true (test_wait_until (was_turned, self->viewport));
}

static void
test_presets (Fixture *self, gconstpointer data)
{
  VitrailBodyLook look;

  g_assert_true (
      is_refused (self, "render-preset", g_variant_new_string ("CT-Bone")));
  show_body (self);
  run (self, "render-preset", g_variant_new_string ("CT-Fat"));
  run (self, "render-shift", g_variant_new_double (-100));
  vitrail_viewport_get_body (self->viewport, &look);
  g_assert_cmpstr (look.preset, ==, "CT-Fat");
  g_assert_cmpint (look.mode, ==, VITRAIL_RENDER_COMPOSITE);
  g_assert_cmpfloat (look.shift, ==, -100);
  g_assert_true (
      is_refused (self, "render-preset", g_variant_new_string ("CT-Stone")));
  g_assert_true (
      is_refused (self, "render-mode", g_variant_new_string ("sum")));
  g_assert_true (
      is_refused (self, "look-from", g_variant_new_string ("below")));
  run (self, "render-mode", g_variant_new_string ("surface"));
}

/* --- cutting --- */

static double
sum_light (Fixture *self)
{
  const Light light = measure (self);

  return light.left + light.right;
}

typedef struct {
  Fixture *fixture;
  double low;
  double high;
} LightRange;

static gboolean
is_within (gpointer data)
{
  const LightRange *self = data;
  const double light = sum_light (self->fixture);

  return look_at (self->fixture, 0, 0) >= 0 && light > self->low &&
         light < self->high;
}

static void
expect_light (Fixture *self, double low, double high)
{
  LightRange range = { self, low, high };

  if (!test_wait_until (is_within, &range))
    g_error ("%g, not %g to %g", sum_light (self), low, high);
}

static void
drag (Fixture *self, const double (*way)[2], guint n)
{
  send (self, gst_navigation_event_new_mouse_button_press (1, way[0][0],
                                                           way[0][1], 0));
  for (guint i = 1; i < n; i++)
    send (self, gst_navigation_event_new_mouse_move (way[i][0], way[i][1], 0));
  send (self, gst_navigation_event_new_mouse_button_release (1, way[n - 1][0],
                                                             way[n - 1][1], 0));
}

/* Seen from the head all columns are as bright: half of them give half of the
 * light. */
static double
show_even (Fixture *self)
{
  show_body (self);
  run (self, "look-from", g_variant_new_string ("head"));
  expect (self, is_even);
  return sum_light (self);
}

static void
test_crop_box (Fixture *self, gconstpointer data)
{
  const double all = show_even (self);
  VitrailBodyLook look;

  run (self, "crop-box",
       g_variant_new ("(dddddd)", 0.0, 0.5, 0.0, 1.0, 0.0, 1.0));
  expect_light (self, 0.45 * all, 0.56 * all);
  /* To the other side at once: never a box of nothing between. */
  run (self, "crop-box",
       g_variant_new ("(dddddd)", 0.75, 1.0, 0.0, 1.0, 0.0, 1.0));
  expect_light (self, 0.2 * all, 0.31 * all);
  run (self, "undo", NULL);
  expect_light (self, 0.45 * all, 0.56 * all);
  run (self, "redo", NULL);
  expect_light (self, 0.2 * all, 0.31 * all);
  run (self, "reset-cuts", NULL);
  expect_light (self, 0.97 * all, 1.03 * all);
  run (self, "undo", NULL);
  vitrail_viewport_get_body (self->viewport, &look);
  g_assert_cmpfloat (look.box[0], ==, 0.75);
  g_assert_true (
      is_refused (self, "crop-box",
                  g_variant_new ("(dddddd)", 0.5, 0.5, 0.0, 1.0, 0.0, 1.0)));
  g_assert_true (
      is_refused (self, "crop-box",
                  g_variant_new ("(dddddd)", 0.0, 2.0, 0.0, 1.0, 0.0, 1.0)));
}

/* A face by its handle, half of the way to the middle: a quarter goes. */
static void
test_crop_hand (Fixture *self, gconstpointer data)
{
  const double all = show_even (self);
  VitrailBodyMarks marks;

  g_assert_false (vitrail_viewport_find_body_marks (self->viewport, &marks));
  run (self, "set-tool", g_variant_new_string ("crop"));
  g_assert_true (vitrail_viewport_find_body_marks (self->viewport, &marks));
  /* The faces towards the reader and away from him have none. */
  g_assert_cmpuint (marks.n_handles, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (marks.faces[i], ==, i);
  const double middle = (marks.handles[0][0] + marks.handles[1][0]) / 2;
  const double way[2][2] = {
    { marks.handles[0][0], marks.handles[0][1] },
    { (marks.handles[0][0] + middle) / 2, marks.handles[0][1] + 3 },
  };
  drag (self, way, 2);
  expect_light (self, 0.7 * all, 0.8 * all);
  run (self, "undo", NULL);
  expect_light (self, 0.97 * all, 1.03 * all);
}

/* A shape round the left half: inside goes, then what is around it. */
static void
test_scissors (Fixture *self, gconstpointer data)
{
  static const double left[5][2] = { { WIDTH / 2.0 - 0.5, 2 },
                                     { WIDTH / 2.0 - 0.5, HEIGHT - 2 },
                                     { 2, HEIGHT - 2 },
                                     { 2, 2 },
                                     { 20, 2 } };
  const double all = show_even (self);
  VitrailBodyLook look;

  run (self, "set-tool", g_variant_new_string ("cut-inside"));
  drag (self, left, 5);
  expect (self, is_on_the_right);
  expect_light (self, 0.44 * all, 0.56 * all);
  /* It stays when the body is turned: what is left, the patient's right, is
   * seen on the right from the head and from the back, on the left from the
   * front and from the feet. */
  run (self, "look-from", g_variant_new_string ("front"));
  expect (self, is_on_the_left);
  run (self, "look-from", g_variant_new_string ("feet"));
  expect (self, is_on_the_left);
  run (self, "look-from", g_variant_new_string ("back"));
  expect (self, is_on_the_right);
  run (self, "look-from", g_variant_new_string ("head"));
  run (self, "undo", NULL);
  expect_light (self, 0.97 * all, 1.03 * all);
  run (self, "set-tool", g_variant_new_string ("cut-outside"));
  drag (self, left, 5);
  expect_light (self, 0.44 * all, 0.56 * all);
  run (self, "reset-cuts", NULL);
  expect_light (self, 0.97 * all, 1.03 * all);
  vitrail_viewport_get_body (self->viewport, &look);
  g_assert_null (look.cuts);
  /* A click cuts nothing. */
  drag (self, left, 1);
  expect_light (self, 0.97 * all, 1.03 * all);
}

static void
assert_layout (Fixture *self, guint rows, guint columns)
{
  guint r = 0;
  guint c = 0;

  vitrail_session_get_layout (self->session, &r, &c);
  g_assert_cmpuint (r, ==, rows);
  g_assert_cmpuint (c, ==, columns);
}

static VitrailDisplaySetKind
get_kind (Fixture *self, guint index)
{
  return vitrail_viewport_get_display_set (
             vitrail_session_get_viewport (self->session, index))
      ->kind;
}

static void
test_layouts (Fixture *self, gconstpointer data)
{
  run (self, "four-up", NULL);
  assert_layout (self, 2, 2);
  g_assert_cmpint (get_kind (self, 0), ==, VITRAIL_DISPLAY_SET_PLANE);
  g_assert_cmpint (get_kind (self, 3), ==, VITRAIL_DISPLAY_SET_BODY);
  g_assert_true (test_wait_until (is_shown, self));
  run (self, "mpr", NULL);
  assert_layout (self, 1, 3);
  run (self, "volume-3d", NULL);
  assert_layout (self, 1, 1);
  g_assert_cmpint (get_kind (self, 0), ==, VITRAIL_DISPLAY_SET_BODY);
  run (self, "volume-3d", NULL);
  assert_layout (self, 1, 1);
  g_assert_cmpint (get_kind (self, 0), ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_true (test_wait_until (is_shown, self));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add ("/viewportbody/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("directions", test_directions);
  ADD ("view", test_view);
  ADD ("size", test_size);
  ADD ("hand", test_hand);
  ADD ("presets", test_presets);
  ADD ("crop-box", test_crop_box);
  ADD ("crop-hand", test_crop_hand);
  ADD ("scissors", test_scissors);
  ADD ("layouts", test_layouts);
  return g_test_run ();
}
