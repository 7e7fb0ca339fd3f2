/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Running pipelines in tests: see gstrun.h. */

#include "gstrun.h"

#define DEADLINE (20 * GST_SECOND)

/* On the streaming thread; the test looks only when that rests. */
static void
handoff_cb (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  TestRun *self = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstSegment *segment = NULL;
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  gst_event_parse_segment (event, &segment);
  GST_OBJECT_LOCK (self->pipeline);
  guint n = self->samples->len;
  /* The picture of the preroll comes again when playing starts. */
  if (n > 0 && gst_sample_get_buffer (self->samples->pdata[n - 1]) == buffer)
    g_ptr_array_set_size (self->samples, (gint) n - 1);
  g_ptr_array_add (self->samples, gst_sample_new (buffer, caps, segment, NULL));
  GST_OBJECT_UNLOCK (self->pipeline);
}

/* In the pipeline, or in the one that a player has been given. */
static GstElement *
find_sink (GstElement *pipeline)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstElement) given = NULL;

  if (sink != NULL)
    return sink;
  g_object_get (pipeline, "video-sink", &given, NULL);
  g_assert_nonnull (given);
  if (!GST_IS_BIN (given))
    return g_steal_pointer (&given);
  sink = gst_bin_get_by_name (GST_BIN (given), "sink");
  g_assert_nonnull (sink);
  return sink;
}

TestRun *
test_run_new (const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  TestRun *self = g_new0 (TestRun, 1);
  va_list args;

  va_start (args, format);
  g_autofree char *description = g_strdup_vprintf (format, args);
  va_end (args);
  self->samples =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_sample_unref);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);

  g_autoptr (GstElement) sink = find_sink (self->pipeline);
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (handoff_cb), self);
  g_signal_connect (sink, "preroll-handoff", G_CALLBACK (handoff_cb), self);
  return self;
}

void
test_run_free (TestRun *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_ptr_array_unref (self->samples);
  g_ptr_array_unref (self->warnings);
  g_free (self->error);
  g_free (self);
}

static void
forget (TestRun *self)
{
  GST_OBJECT_LOCK (self->pipeline);
  g_ptr_array_set_size (self->samples, 0);
  GST_OBJECT_UNLOCK (self->pipeline);
}

/* The next message of @types; warnings are kept on the way. */
static GstMessageType
wait_for (TestRun *self, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        bus, DEADLINE, types | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
    if (message == NULL)
      return GST_MESSAGE_UNKNOWN;
    switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      g_ptr_array_add (self->warnings, g_strdup (error->message));
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_free (self->error);
      self->error = g_strdup (error->message);
      return GST_MESSAGE_ERROR;
    default:
      return GST_MESSAGE_TYPE (message);
    }
  }
}

gboolean
test_run_play (TestRun *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  GstMessageType type = wait_for (self, GST_MESSAGE_EOS);
  g_assert_cmpint (type, !=, GST_MESSAGE_UNKNOWN);
  return type == GST_MESSAGE_EOS;
}

void
test_run_preroll (TestRun *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  g_assert_cmpint (wait_for (self, GST_MESSAGE_ASYNC_DONE), ==,
                   GST_MESSAGE_ASYNC_DONE);
}

void
test_run_seek (TestRun *self,
               double rate,
               GstFormat format,
               gint64 start,
               gint64 stop)
{
  forget (self);
  g_assert_true (gst_element_seek (
      self->pipeline, rate, format,
      GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET, start,
      stop >= 0 ? GST_SEEK_TYPE_SET : GST_SEEK_TYPE_NONE, stop));
  g_assert_cmpint (wait_for (self, GST_MESSAGE_ASYNC_DONE), ==,
                   GST_MESSAGE_ASYNC_DONE);
}

TestRun *
test_run_to_end (const char *description)
{
  TestRun *self = test_run_new ("%s", description);

  test_run_play (self);
  g_assert_cmpstr (self->error, ==, NULL);
  return self;
}

GstBuffer *
test_run_get_buffer (TestRun *self, guint index)
{
  g_assert_cmpuint (index, <, self->samples->len);
  return gst_sample_get_buffer (g_ptr_array_index (self->samples, index));
}

const GstCaps *
test_run_get_caps (TestRun *self, guint index)
{
  g_assert_cmpuint (index, <, self->samples->len);
  return gst_sample_get_caps (g_ptr_array_index (self->samples, index));
}

guint8
test_run_get_byte (TestRun *self, guint index, gsize offset)
{
  guint8 byte = 0;

  g_assert_cmpuint (gst_buffer_extract (test_run_get_buffer (self, index),
                                        offset, &byte, 1),
                    ==, 1);
  return byte;
}
