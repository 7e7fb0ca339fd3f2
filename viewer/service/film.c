/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Films: see film.h. */

#include "film.h"

#include "error.h"

#include <gio/gio.h>
#include <gst/app/app.h>
#include <gst/gst.h>

#include <string.h>

/* Of a side; x264 takes no more. */
#define MAX_SIDE 16384u
/* What the encoder is given before it has to catch up. */
#define MAX_QUEUED_BYTES ((guint64) 8 * 1024 * 1024)

struct _VitrailFilm {
  guint width;
  guint height;
  guint channels;
  guint64 at_ns;
  GstElement *pipeline;
  GstElement *source;
  GOutputStream *memory;
};

gboolean
vitrail_film_is_possible (void)
{
  static gsize state = 0;

  if (g_once_init_enter (&state)) {
    static const char *const names[] = { "appsrc",     "videoconvert",
                                         "videoscale", "x264enc",
                                         "mp4mux",     "giostreamsink" };
    gsize found = gst_init_check (NULL, NULL, NULL) ? 1 : 2;
    for (guint i = 0; i < G_N_ELEMENTS (names) && found == 1; i++) {
      g_autoptr (GstElementFactory) factory =
          gst_element_factory_find (names[i]);
      found = factory != NULL ? 1 : 2;
    }
    g_once_init_leave (&state, found);
  }
  return state == 1;
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "film: %s",
               reason);
  return FALSE;
}

/* Chroma is shared by two by two pixels: sides are even. */
static char *
describe (const VitrailFilm *self)
{
  return g_strdup_printf (
      "appsrc name=source format=time max-bytes=0 ! videoconvert ! videoscale "
      "! video/x-raw,format=I420,width=%u,"
      "height=%u ! x264enc speed-preset=veryfast pass=quant quantizer=20 "
      "key-int-max=30 threads=2 ! video/x-h264,profile=high ! "
      "mp4mux faststart=true ! giostreamsink name=sink sync=false",
      MAX (self->width & ~1u, 2), MAX (self->height & ~1u, 2));
}

VitrailFilm *
vitrail_film_new (guint width, guint height, guint channels, GError **error)
{
  if (!vitrail_film_is_possible ()) {
    fail (error, "no x264enc and mp4mux here");
    return NULL;
  }
  if (width > MAX_SIDE || height > MAX_SIDE) {
    fail (error, "larger than H.264 allows: ask for a viewport");
    return NULL;
  }
  g_autoptr (VitrailFilm) self = g_new0 (VitrailFilm, 1);
  self->width = width;
  self->height = height;
  self->channels = channels;
  self->memory = g_memory_output_stream_new_resizable ();
  g_autofree char *text = describe (self);
  self->pipeline = gst_parse_launch (text, error);
  if (self->pipeline == NULL)
    return NULL;
  self->source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  g_object_set (sink, "stream", self->memory, NULL);
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                           channels == 1 ? "GRAY8" : "RGB", "width", G_TYPE_INT,
                           (int) width, "height", G_TYPE_INT, (int) height,
                           "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  gst_app_src_set_caps (GST_APP_SRC (self->source), caps);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
  {
    fail (error, "the encoder does not start");
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
vitrail_film_free (VitrailFilm *self)
{
  if (self == NULL)
    return;
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->source);
  g_clear_object (&self->pipeline);
  g_clear_object (&self->memory);
  g_free (self);
}

/* Rows as GStreamer lays them out: each begins at a multiple of four. */
static GstBuffer *
make_buffer (const VitrailFilm *self, const VitrailImage *image)
{
  const gsize row = (gsize) self->width * self->channels;
  const gsize stride = (row + 3) & ~(gsize) 3;
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, stride * self->height, NULL);
  GstMapInfo map;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gst_clear_buffer (&buffer);
    return NULL;
  }
  for (guint y = 0; y < self->height; y++) {
    memcpy (map.data + y * stride, image->data + y * image->stride, row);
    memset (map.data + y * stride + row, 0, stride - row);
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* Until the encoder has taken most of what it was given. An appsrc that blocks
 * would never come back from one that has failed. */
static gboolean
wait_for_room (const VitrailFilm *self, GError **error)
{
  const GstClockTime patience = 50 * GST_MSECOND;
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  while (gst_app_src_get_current_level_bytes (GST_APP_SRC (self->source)) >=
         MAX_QUEUED_BYTES)
  {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, patience, GST_MESSAGE_ERROR);
    if (message != NULL) {
      gst_message_parse_error (message, error, NULL);
      g_prefix_error (error, "film: ");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
vitrail_film_add (VitrailFilm *self,
                  const VitrailImage *image,
                  guint64 duration_ns,
                  GError **error)
{
  if (image->width != self->width || image->height != self->height ||
      image->channels != self->channels)
    return fail (error, "its pictures differ in size or kind");
  if (!wait_for_room (self, error))
    return FALSE;
  GstBuffer *buffer = make_buffer (self, image);
  if (buffer == NULL)
    return fail (error, "no memory for a picture");
  GST_BUFFER_PTS (buffer) = self->at_ns;
  GST_BUFFER_DURATION (buffer) = duration_ns;
  self->at_ns += duration_ns;
  return gst_app_src_push_buffer (GST_APP_SRC (self->source), buffer) ==
             GST_FLOW_OK ||
         fail (error, "the encoder takes no more");
}

GBytes *
vitrail_film_end (VitrailFilm *self, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_app_src_end_of_stream (GST_APP_SRC (self->source));
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                  GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    gst_message_parse_error (message, error, NULL);
    g_prefix_error (error, "film: ");
    return NULL;
  }
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (!g_output_stream_close (self->memory, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (
      G_MEMORY_OUTPUT_STREAM (self->memory));
}
