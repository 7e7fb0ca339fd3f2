/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See eye.h. */

#include "eye.h"

#include "testarchive.h"

#include <gst/app/gstappsink.h>
#include <gst/video/navigation.h>
#include <gst/video/video.h>

void
test_eye_open (TestEye *self,
               VitrailViewport *viewport,
               double low,
               double high)
{
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;

  self->viewport = viewport;
  self->low = low;
  self->high = high;
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (viewport, self->sink);
  vitrail_viewport_set_size (viewport, TEST_EYE_SIZE, TEST_EYE_SIZE);
  presentation.has_window = TRUE;
  presentation.window_center = (low + high) / 2;
  presentation.window_width = high - low;
  vitrail_viewport_set_presentation (viewport, &presentation);
}

void
test_eye_clear (TestEye *self)
{
  gst_clear_object (&self->sink);
}

double
test_eye_look (const TestEye *self, guint x, guint y)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;
  GstVideoInfo info;

  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != TEST_EYE_SIZE || info.height != TEST_EYE_SIZE ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return 1e9;
  const guint8 *row = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                      (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  const guint8 grey = row[(gsize) x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, 0)];
  gst_video_frame_unmap (&frame);
  return self->low + grey * (self->high - self->low) / 255;
}

typedef struct {
  const TestEye *eye;
  guint x;
  guint y;
  double value;
} Expected;

static gboolean
is_as_expected (gpointer user_data)
{
  const Expected *self = user_data;
  const double step = (self->eye->high - self->eye->low) / 255;

  return ABS (test_eye_look (self->eye, self->x, self->y) - self->value) <=
         1.6 * step;
}

void
test_eye_expect (const TestEye *self, guint x, guint y, double value)
{
  Expected expected = { self, x, y, value };

  if (!test_wait_until (is_as_expected, &expected))
    g_error ("%g at %u, %u, not %g", test_eye_look (self, x, y), x, y, value);
}

void
test_eye_send (const TestEye *self, GstEvent *event)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->sink, "sink");

  gst_pad_push_event (pad, event);
}

void
test_eye_drag (const TestEye *self, const double from[2], const double to[2])
{
  test_eye_send (self,
                 gst_navigation_event_new_mouse_button_press (1, from[0],
                                                              from[1], 0));
  test_eye_send (self, gst_navigation_event_new_mouse_move (
                           (from[0] + to[0]) / 2, (from[1] + to[1]) / 2, 0));
  test_eye_send (self, gst_navigation_event_new_mouse_move (to[0], to[1], 0));
  test_eye_send (
      self, gst_navigation_event_new_mouse_button_release (1, to[0], to[1], 0));
}

gboolean
test_viewport_is_shown (gpointer viewport)
{
  const guint position = vitrail_viewport_get_position (viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (viewport) == position;
}
