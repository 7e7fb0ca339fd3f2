/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* annotationoverlay: draws what the meta says where the meta says, and leaves
 * all else alone. */

#include "overlay/planes.h"
#include "pixel/view.h"
#include "testbuffer.h"
#include "testframe.h"

#include <string.h>

static uint8_t letter[] = { 0x81, 0x42, 0x3c };

static VitrailOverlayPlane plane = {
  .group = 0x6000,
  .row = 2,
  .column = 5,
  .rows = 3,
  .columns = 8,
  .box = { 0, 0, 7, 2 },
  .data = letter,
  .n_bits = 24,
};

static VitrailOverlays overlays = {
  .n_planes = 1,
  .planes = &plane,
  .ref_count = 1000,
};

static void
run (const char *element,
     const VitrailFrame *frame,
     VitrailFrameInfo *info,
     const double affine[6],
     const VitrailFrame *want)
{
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };
  GstBuffer *buffer = test_buffer_new (frame, info);

  if (affine != NULL)
    memcpy (vitrail_buffer_get_frame_meta (buffer)->to_frame, affine,
            6 * sizeof *affine);
  test_pipe_start (&pipe, element, caps);
  g_autoptr (GstSample) sample = test_pipe_run (&pipe, buffer);
  g_assert_nonnull (sample);
  test_sample_compare (sample, want->data, want->stride);
  g_assert_true (
      (info != NULL) ==
      (vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample)) != NULL));
}

/* A copy of @frame with the plane drawn on it. */
static VitrailFrame *
draw (const VitrailFrame *frame, const double affine[6], guint32 color)
{
  const VitrailPixelFormat *format = &frame->format;
  VitrailFrame *drawn =
      test_frame_new (format->width, format->height, format->samples, 8);
  const VitrailCanvas canvas = { format->width, format->height, format->samples,
                                 drawn->stride,
                                 (uint8_t *) (gpointer) drawn->data };

  for (guint y = 0; y < format->height; y++)
    memcpy (canvas.data + y * drawn->stride, frame->data + y * frame->stride,
            (size_t) format->width * format->samples);
  vitrail_overlays_draw (&overlays, &canvas, affine, color);
  g_assert_cmpuint (test_frame_count_different (frame, drawn), >, 0);
  return drawn;
}

static void
test_draws (void)
{
  const double affines[][6] = { { 1, 0, 0, 0, 1, 0 },
                                { 0.3, 0, 1, 0, -0.4, 6 } };

  for (guint i = 0; i < 4; i++) {
    g_autoptr (VitrailFrame) frame =
        test_frame_new_noise (33, 20, i % 2 ? 3 : 1, 8, i);
    g_autoptr (VitrailFrame) white = draw (frame, affines[i / 2], 0xffffff);
    g_autoptr (VitrailFrame) red = draw (frame, affines[i / 2], 0xff0000);
    VitrailFrameInfo *info = test_info_new (frame);
    info->overlays = &overlays;
    run ("annotationoverlay", frame, info, affines[i / 2], white);
    run ("annotationoverlay color=16711680", frame, info, affines[i / 2], red);
    run ("annotationoverlay show-overlays=false", frame, info, affines[i / 2],
         frame);
    info->overlays = NULL;
    run ("annotationoverlay", frame, info, affines[i / 2], frame);
    run ("annotationoverlay", frame, NULL, NULL, frame);
  }
}

/* Planes that were in the samples come with the meta. */
static void
test_embedded (void)
{
  const double same[6] = { 1, 0, 0, 0, 1, 0 };
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 20, 1, 8, 9);
  g_autoptr (VitrailFrame) want = draw (frame, same, 0xffffff);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };
  GstBuffer *buffer = test_buffer_new (frame, test_info_new (frame));

  vitrail_buffer_get_frame_meta (buffer)->overlays =
      vitrail_overlays_ref (&overlays);
  /* dcmwindow hands it on. */
  test_pipe_start (&pipe,
                   "dcmwindow window-center=128 window-width=256 ! "
                   "annotationoverlay",
                   caps);
  g_autoptr (GstSample) sample = test_pipe_run (&pipe, buffer);
  g_assert_nonnull (sample);
  test_sample_compare (sample, want->data, want->stride);
}

/* The presentation of a view hides; a blank for a broken frame stays one. */
static void
test_hides (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 20, 1, 8, 3);
  VitrailFrameInfo *info = test_info_new (frame);
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };
  gboolean shown = FALSE;

  info->overlays = &overlays;
  test_pipe_start (&pipe, "annotationoverlay name=a", caps);
  g_autoptr (GstElement) element = test_pipe_get (&pipe, "a");
  presentation.hide_overlays = TRUE;
  g_object_set (element, "presentation", &presentation, NULL);
  g_object_get (element, "show-overlays", &shown, NULL);
  g_assert_true (shown);
  g_autoptr (GstSample) hidden =
      test_pipe_run (&pipe, test_buffer_new (frame, info));
  test_sample_compare (hidden, frame->data, frame->stride);

  g_object_set (element, "presentation", NULL, NULL);
  GstBuffer *buffer = test_buffer_new (frame, info);
  vitrail_buffer_get_frame_meta (buffer)->flags |= VITRAIL_FRAME_META_CORRUPT;
  g_autoptr (GstSample) blank = test_pipe_run (&pipe, buffer);
  test_sample_compare (blank, frame->data, frame->stride);
}

/* Others may hold the buffer: they keep what they have, and where nothing is
 * drawn nothing is copied. */
static void
test_copies (void)
{
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (33, 20, 1, 8, 4);
  VitrailFrameInfo *info = test_info_new (frame);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  g_auto (TestPipe) pipe = { 0 };

  test_pipe_start (&pipe, "annotationoverlay", caps);
  g_autoptr (GstBuffer) buffer = test_buffer_new (frame, info);
  g_autoptr (GstSample) same = test_pipe_run (&pipe, gst_buffer_ref (buffer));
  g_assert_true (gst_buffer_peek_memory (gst_sample_get_buffer (same), 0) ==
                 gst_buffer_peek_memory (buffer, 0));

  info->overlays = &overlays;
  g_autoptr (GstSample) drawn = test_pipe_run (&pipe, gst_buffer_ref (buffer));
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpmem (map.data, 33, frame->data, 33);
  for (guint y = 0; y < 20; y++)
    g_assert_cmpmem (map.data + (gsize) 36 * y, 33,
                     frame->data + y * frame->stride, 33);
  gst_buffer_unmap (buffer, &map);
}

static void
warning_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_warning (message, &error, NULL);
  g_assert_cmpstr (error->message, ==, "a.dcm: overlay 6000: bad");
  g_atomic_int_inc ((gint *) user_data);
}

/* What is wrong with planes is said once. */
static void
test_warns (void)
{
  char text[] = "a.dcm: overlay 6000: bad";
  VitrailOverlays broken = { .warning = text, .ref_count = 1000 };
  g_autoptr (VitrailFrame) frame = test_frame_new_noise (8, 8, 1, 8, 5);
  VitrailFrameInfo *info = test_info_new (frame);
  g_autoptr (GstCaps) caps = test_buffer_get_caps (frame);
  gint n = 0;

  info->overlays = &broken;
  {
    g_auto (TestPipe) pipe = { 0 };
    test_pipe_start (&pipe, "annotationoverlay", caps);
    g_autoptr (GstBus) bus = gst_element_get_bus (pipe.pipeline);
    gst_bus_enable_sync_message_emission (bus);
    g_signal_connect (bus, "sync-message::warning", G_CALLBACK (warning_cb),
                      &n);
    for (guint i = 0; i < 3; i++) {
      g_autoptr (GstSample) sample =
          test_pipe_run (&pipe, test_buffer_new (frame, info));
      test_sample_compare (sample, frame->data, frame->stride);
    }
  }
  g_assert_cmpint (n, ==, 1);
  test_info_expect_released (info);
  info->overlays = NULL;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/annotationoverlay/draws", test_draws);
  g_test_add_func ("/annotationoverlay/embedded", test_embedded);
  g_test_add_func ("/annotationoverlay/hides", test_hides);
  g_test_add_func ("/annotationoverlay/copies", test_copies);
  g_test_add_func ("/annotationoverlay/warns", test_warns);
  return g_test_run ();
}
