/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames as buffers: see testbuffer.h. */

#include "testbuffer.h"

#include "framecaps.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <string.h>

GstCaps *
test_buffer_get_caps (const VitrailFrame *frame)
{
  return vitrail_decoded_caps_new (&frame->format, 0, 1);
}

static gboolean
is_deep_colour (const VitrailPixelFormat *format)
{
  return format->samples == 3 && format->bits_allocated == 16;
}

GstBuffer *
test_buffer_new (const VitrailFrame *frame, VitrailFrameInfo *info)
{
  const VitrailPixelFormat *format = &frame->format;
  const gsize stride = vitrail_decoded_default_stride (format);
  const gsize row =
      (gsize) format->width * vitrail_pixel_format_get_pixel_bytes (format);
  g_autofree guint8 *data = g_malloc0 (stride * format->height);

  for (guint y = 0; y < format->height; y++) {
    const guint8 *from = frame->data + y * frame->stride;
    guint8 *to = data + y * stride;
    if (!is_deep_colour (format)) {
      memcpy (to, from, row);
      continue;
    }
    for (guint x = 0; x < format->width; x++) {
      memcpy (to + 8 * (gsize) x, from + 6 * (gsize) x, 6);
      memset (to + 8 * (gsize) x + 6, 0xff, 2);
    }
  }
  GstBuffer *buffer =
      gst_buffer_new_wrapped (g_steal_pointer (&data), stride * format->height);
  if (info != NULL)
    vitrail_buffer_add_frame_meta (buffer, info);
  return buffer;
}

VitrailFrameInfo *
test_info_new (const VitrailFrame *frame)
{
  static GPtrArray *infos;
  VitrailFrameInfo *info = g_new0 (VitrailFrameInfo, 1);

  if (infos == NULL)
    infos = g_ptr_array_new ();
  g_ptr_array_add (infos, info);
  info->format = frame->format;
  info->frame = info->n_frames = 1;
  info->slope = 1;
  info->ref_count = 1;
  return info;
}

void
test_info_expect_released (const VitrailFrameInfo *info)
{
  for (guint i = 0; g_atomic_int_get (&info->ref_count) != 1; i++) {
    g_assert_cmpuint (i, <, 5000);
    g_usleep (1000);
  }
}

void
test_pipe_start (TestPipe *self, const char *middle, GstCaps *caps)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "appsrc name=source format=time ! %s ! appsink name=sink sync=false "
      "qos=false",
      middle);

  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  self->source = test_pipe_get (self, "source");
  self->sink = test_pipe_get (self, "sink");
  g_object_set (self->source, "caps", caps, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

void
test_pipe_stop (TestPipe *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->source);
  g_clear_object (&self->sink);
  g_clear_object (&self->pipeline);
}

GstElement *
test_pipe_get (TestPipe *self, const char *name)
{
  return gst_bin_get_by_name (GST_BIN (self->pipeline), name);
}

void
test_pipe_push_eos_after (TestPipe *self)
{
  self->eos_after = TRUE;
}

static gboolean
has_failed (TestPipe *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  return message != NULL;
}

GstSample *
test_pipe_run (TestPipe *self, GstBuffer *buffer)
{
  GstSample *sample = NULL;

  gst_app_src_push_buffer (GST_APP_SRC (self->source), buffer);
  if (self->eos_after)
    gst_app_src_end_of_stream (GST_APP_SRC (self->source));
  for (guint i = 0; i < 500 && sample == NULL && !has_failed (self); i++)
    sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink),
                                           10 * GST_MSECOND);
  return sample;
}

void
test_sample_compare (GstSample *sample, const guint8 *rows, gsize stride)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstVideoInfo info;
  GstVideoFrame frame;

  g_assert_true (
      gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_true (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  const guint bytes = (guint) info.width * (guint) info.finfo->pixel_stride[0];
  for (gint y = 0; y < info.height; y++) {
    const guint8 *got = GST_VIDEO_FRAME_PLANE_DATA (&frame, 0);
    got += (gsize) y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
    g_assert_cmpmem (got, bytes, rows + (gsize) y * stride, bytes);
  }
  gst_video_frame_unmap (&frame);
}
