/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Planes through a series as a session shows them: which there are, what is in
 * them, one volume for all; and what is no volume says why. */

#include "lastreference.h"
#include "measuring.h"
#include "planelines.h"
#include "session.h"
#include "testarchive.h"
#include "volumework.h"

#include <gst/app/gstappsink.h>
#include <gst/video/navigation.h>
#include <gst/video/video.h>

#include <math.h>
#include <string.h>

enum { SIZE = 96 };

static VitrailViewport *
get_viewport (VitrailSession *session, guint index)
{
  VitrailViewport *viewport = vitrail_session_get_viewport (session, index);
  g_assert_nonnull (viewport);
  return viewport;
}

static gboolean
is_shown (gpointer user_data)
{
  VitrailViewport *viewport = user_data;
  const guint position = vitrail_viewport_get_position (viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (viewport) == position;
}

static gboolean
has_sets (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         is_shown (vitrail_session_get_active_viewport (session));
}

static VitrailSession *
open_archive (void)
{
  VitrailSession *session = vitrail_session_new ();

  vitrail_session_open_async (session, test_archive_get (), NULL, NULL, NULL);
  g_assert_true (test_wait_until (has_sets, session));
  return session;
}

static void
run (VitrailSession *session, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (session, name, argument, &error);
  g_assert_no_error (error);
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static void
close_session (VitrailSession *session)
{
  vitrail_session_close (session);
  g_assert_true (test_wait_until (is_ours_alone, session));
  test_assert_ends (session);
}

/* --- what is in the picture --- */

typedef struct {
  GstElement *sink;
  VitrailViewport *viewport;
} Eye;

static void
eye_open (Eye *self, VitrailViewport *viewport)
{
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;

  self->viewport = viewport;
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (viewport, self->sink);
  vitrail_viewport_set_size (viewport, SIZE, SIZE);
  /* 0 to 1300 HU are black to white. */
  presentation.has_window = TRUE;
  presentation.window_center = 650;
  presentation.window_width = 1300;
  vitrail_viewport_set_presentation (viewport, &presentation);
}

/* HU at a pixel of the last picture; a large number while there is none of this
 * size. */
static double
eye_look (const Eye *self, guint x, guint y)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;
  double hu = 1e9;

  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != SIZE || info.height != SIZE ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return hu;
  const guint8 *row = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                      (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  hu = row[(gsize) x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, 0)] * 1300.0 / 255;
  gst_video_frame_unmap (&frame);
  return hu;
}

typedef struct {
  const Eye *eye;
  guint x;
  guint y;
  double hu;
} Expected;

static gboolean
is_as_expected (gpointer user_data)
{
  const Expected *self = user_data;

  return ABS (eye_look (self->eye, self->x, self->y) - self->hu) < 8;
}

static void
expect (const Eye *eye, guint x, guint y, double hu)
{
  Expected expected = { eye, x, y, hu };

  if (!test_wait_until (is_as_expected, &expected))
    g_error ("%g at %u, %u, not %g", eye_look (eye, x, y), x, y, hu);
}

/* --- tests --- */

/* Slice k is 100 * k HU, 2.5 mm apart, towards the head; pixels of 0.75 mm. */
static void
test_planes (void)
{
  VitrailSession *session = open_archive ();
  Eye eyes[3];
  guint rows = 0;
  guint columns = 0;

  run (session, "mpr", NULL);
  vitrail_session_get_layout (session, &rows, &columns);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (columns, ==, 3);
  for (guint i = 0; i < 3; i++)
    eye_open (&eyes[i], get_viewport (session, i));
  for (guint i = 0; i < 3; i++) {
    g_assert_true (test_wait_until (is_shown, get_viewport (session, i)));
    g_assert_cmpuint (vitrail_viewport_get_n_positions (
                          get_viewport (session, i)),
                      ==, i == 0 ? TEST_ARCHIVE_SLICES : 64);
  }
  /* A report could not refer to them: nothing is measured there. */
  for (guint i = 0; i < 3; i++)
    g_assert_null (vitrail_measuring_ref_frame (get_viewport (session, i)));
  /* Axial: one slice after the other. */
  for (guint k = 1; k <= TEST_ARCHIVE_SLICES; k++) {
    run (session, "go-to-image", g_variant_new_uint32 (k));
    expect (&eyes[0], SIZE / 2, SIZE / 2, 100 * k);
    g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  }
  /* The others: the head is up. 48 mm fill 96 pixels: half a millimetre each,
   * 20 HU a pixel; the middle is between two slices. */
  for (guint i = 1; i < 3; i++)
    for (guint y = 28; y <= 68; y += 4)
      expect (&eyes[i], SIZE / 2, y, 650 - (y + 0.5 - SIZE / 2.0) * 20);
  /* A slab of the axial plane: of 5 mm about the sixth slice the brightest is
   * seen, a little before the seventh. */
  run (session, "go-to-image", g_variant_new_uint32 (6));
  run (session, "slab", g_variant_new_double (5));
  expect (&eyes[0], SIZE / 2, SIZE / 2, 690);
  run (session, "slab-mode", g_variant_new_string ("minimum"));
  expect (&eyes[0], SIZE / 2, SIZE / 2, 510);
  run (session, "slab", g_variant_new_double (0));
  expect (&eyes[0], SIZE / 2, SIZE / 2, 600);
  g_assert_false (
      vitrail_session_run (session, "slab", g_variant_new_double (-1), NULL));
  g_assert_false (vitrail_session_run (session, "slab-mode",
                                       g_variant_new_string ("median"), NULL));
  /* The images again, and the layout. */
  run (session, "mpr", NULL);
  vitrail_session_get_layout (session, &rows, &columns);
  g_assert_cmpuint (rows, ==, 1);
  g_assert_cmpuint (columns, ==, 1);
  VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (get_viewport (session, 0));
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  for (guint i = 0; i < 3; i++)
    gst_clear_object (&eyes[i].sink);
  close_session (session);
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
send (const Eye *eye, GstEvent *event)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (eye->sink, "sink");

  gst_pad_push_event (pad, event);
}

static void
press (const Eye *eye, double x, double y)
{
  send (eye, gst_navigation_event_new_mouse_button_press (1, x, y, 0));
  send (eye, gst_navigation_event_new_mouse_button_release (1, x, y, 0));
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
         is_shown (self->viewport);
}

/* 64 pixels of 0.75 mm in 96 of the viewport. Columns run to the left of the
 * patient, rows to the back; planes away from the reader: sagittal ones, seen
 * from the left, to the right; coronal ones to the back. */
static void
test_crosshairs (void)
{
  VitrailSession *session = open_archive ();
  Eye eyes[3];

  run (session, "go-to-image", g_variant_new_uint32 (3));
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  run (session, "mpr", NULL);
  for (guint i = 0; i < 3; i++)
    eye_open (&eyes[i], get_viewport (session, i));
  /* The image that was shown is the first plane. */
  Place first = { get_viewport (session, 0), 3 };
  g_assert_true (test_wait_until (is_at, &first));
  for (guint i = 1; i < 3; i++)
    g_assert_true (test_wait_until (is_shown, get_viewport (session, i)));

  run (session, "set-tool", g_variant_new_string ("crosshairs"));
  expect (&eyes[0], SIZE / 2, SIZE / 2, 300);
  press (&eyes[0], 30, 66);
  /* Pixel 30 is 30.5 of 96: column 20 of 64; 66.5: row 44. */
  Place sagittal = { get_viewport (session, 1), 64 - 20 };
  Place coronal = { get_viewport (session, 2), 44 + 1 };
  g_assert_true (test_wait_until (is_at, &coronal));
  g_assert_true (test_wait_until (is_at, &sagittal));
  g_assert_cmpuint (vitrail_viewport_get_position (first.viewport), ==, 3);
  /* Where the others run through the axial picture, to the nearest plane. */
  VitrailPlaneLine line = find_line (session, 0, 1);
  g_assert_cmphex (line.color, ==, 0xe5c33d);
  g_assert_cmpfloat_with_epsilon (line.from[0], 30, 0.8);
  g_assert_cmpfloat_with_epsilon (line.to[0], 30, 0.8);
  g_assert_cmpfloat_with_epsilon (fabs (line.to[1] - line.from[1]), SIZE, 1e-3);
  line = find_line (session, 0, 2);
  g_assert_cmphex (line.color, ==, 0x5fc46b);
  g_assert_cmpfloat_with_epsilon (line.from[1], 66, 0.8);
  /* The third slice, from below, of 27.5 mm about the middle of 48. */
  line = find_line (session, 2, 0);
  g_assert_cmphex (line.color, ==, 0xe5534b);
  g_assert_cmpfloat_with_epsilon (line.from[1],
                                  SIZE / 2.0 - 0.5 + (13.75 - 5) * 2, 0.8);
  for (guint i = 0; i < 3; i++)
    gst_clear_object (&eyes[i].sink);
  close_session (session);
}

/* Of images: the active one in the others, where that is asked for. */
static void
test_reference_lines (void)
{
  VitrailSession *session = open_archive ();

  run (session, "layout", g_variant_new ("(uu)", 1, 2));
  g_autoptr (GArray) none = vitrail_session_find_plane_lines (session, 1);
  g_assert_cmpuint (none->len, ==, 0);
  run (session, "reference-lines", NULL);
  g_assert_true (vitrail_session_get_reference_lines (session));
  /* Nothing is shown there, and what is parallel has no line. */
  g_autoptr (GArray) empty = vitrail_session_find_plane_lines (session, 1);
  g_assert_cmpuint (empty->len, ==, 0);
  VitrailDisplaySet *images =
      g_ptr_array_index (vitrail_session_get_display_sets (session), 0);
  g_autoptr (VitrailDisplaySet) planes =
      vitrail_display_set_new_planes (images, 1);
  vitrail_viewport_show (get_viewport (session, 1),
                         vitrail_session_get_source (session), planes);
  for (guint i = 0; i < 2; i++)
    vitrail_viewport_set_size (get_viewport (session, i), SIZE, SIZE);
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 1)));
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  find_line (session, 1, 0);
  g_autoptr (GArray) own = vitrail_session_find_plane_lines (session, 0);
  g_assert_cmpuint (own->len, ==, 0);
  close_session (session);
}

static void
test_one_volume (void)
{
  VitrailSession *session = open_archive ();
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
  close_session (session);
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
  VitrailSession *session = open_archive ();

  run (session, "next-series", NULL);
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  run (session, "mpr", NULL);
  for (guint i = 0; i < 3; i++) {
    VitrailViewport *viewport = get_viewport (session, i);
    g_assert_true (test_wait_until (has_error, viewport));
    g_assert_true (g_str_has_prefix (vitrail_viewport_get_error (viewport),
                                     "The images are no volume: "));
    g_assert_cmpuint (vitrail_viewport_get_n_positions (viewport), ==, 0);
  }
  run (session, "mpr", NULL);
  g_assert_true (test_wait_until (is_shown, get_viewport (session, 0)));
  g_assert_null (vitrail_viewport_get_error (get_viewport (session, 0)));
  close_session (session);
}

/* Planes are of the study: they go with it, and series are stepped through from
 * them. */
static void
test_leaving (void)
{
  VitrailSession *session = open_archive ();

  run (session, "mpr", NULL);
  run (session, "next-series", NULL);
  VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (get_viewport (session, 0));
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_CINE);
  vitrail_session_open_study (session, "1.2.7");
  g_assert_true (test_wait_until (has_sets, session));
  run (session, "mpr", NULL);
  close_session (session);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volumework/planes", test_planes);
  g_test_add_func ("/volumework/crosshairs", test_crosshairs);
  g_test_add_func ("/volumework/reference-lines", test_reference_lines);
  g_test_add_func ("/volumework/one-volume", test_one_volume);
  g_test_add_func ("/volumework/no-volume", test_no_volume);
  g_test_add_func ("/volumework/leaving", test_leaving);
  return g_test_run ();
}
