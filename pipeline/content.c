/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailContent: see content.h. */

#include "content.h"

#include "error.h"

struct _VitrailContent {
  GstElement *pipeline;
  GstElement *source;
  GstElement *sink;
  VitrailContentFailed failed;
  gpointer user_data;
  gboolean started;
};

/* Attached to the pipeline, for state changes on other threads: whether it is
 * to be stopped. Atomic. */
#define STOPPED_KEY "vitrail-stopped"

GstElement *
vitrail_make_element (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);
  if (element == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "The element \"%s\" is missing: is the plugin of Vitrail "
                 "where GStreamer looks (GST_PLUGIN_PATH)?",
                 factory);
  return element;
}

static gint *
get_stopped (GstElement *pipeline)
{
  return g_object_get_data (G_OBJECT (pipeline), STOPPED_KEY);
}

/* Start and stop run on threads of a pool, in any order: whichever comes
 * second sees the flag. */
static void
start_cb (GstElement *pipeline, gpointer user_data)
{
  gint *stopped = get_stopped (pipeline);
  if (!g_atomic_int_get (stopped))
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  if (g_atomic_int_get (stopped))
    gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
stop_cb (GstElement *pipeline, gpointer user_data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  VitrailContent *self = user_data;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;
    gst_message_parse_error (message, &error, NULL);
    self->failed (error->message, self->user_data);
  }
  return G_SOURCE_CONTINUE;
}

/* Adds the elements in @factories, NULL-terminated, and links them in a row. */
static gboolean
build (VitrailContent *self, const char *const *factories, GError **error)
{
  GstElement *last = NULL;
  for (guint i = 0; factories[i] != NULL; i++) {
    GstElement *element = vitrail_make_element (factories[i], error);
    if (element == NULL)
      return FALSE;
    gst_bin_add (GST_BIN (self->pipeline), element);
    if (last == NULL)
      self->source = element;
    else
      gst_element_link (last, element);
    last = element;
  }
  self->sink = last;
  return TRUE;
}

static void
start (VitrailContent *self)
{
  self->started = TRUE;
  gst_element_call_async (self->pipeline, start_cb, NULL, NULL);
}

VitrailContent *
vitrail_content_new (VitrailFeed *feed,
                     const char *const *slide_paths,
                     VitrailContentFailed failed,
                     gpointer user_data,
                     GError **error)
{
  static const char *const frame_elements[] = { "dicomfilesrc", "dcmdecode",
                                                "feedsink", NULL };
  static const char *const slide_elements[] = { "slidesrc", "feedsink", NULL };

  g_autoptr (VitrailContent) self = g_new0 (VitrailContent, 1);
  self->failed = failed;
  self->user_data = user_data;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_object_set_data_full (G_OBJECT (self->pipeline), STOPPED_KEY,
                          g_new0 (gint, 1), g_free);
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gst_bus_add_watch (bus, message_cb, self);

  if (!build (self, slide_paths != NULL ? slide_elements : frame_elements,
              error))
    return NULL;
  g_object_set (self->sink, "feed", feed, NULL);
  if (slide_paths == NULL)
    gst_util_set_object_arg (G_OBJECT (self->source), "mode", "demand");
  else {
    g_object_set (self->source, "location", slide_paths[0], NULL);
    start (self);
  }
  return g_steal_pointer (&self);
}

void
vitrail_content_seek (VitrailContent *self,
                      VitrailInstance *instance,
                      guint frame)
{
  g_object_set (self->source, "instance", instance, "frame", frame, NULL);
  if (!self->started)
    start (self);
}

void
vitrail_content_stop (VitrailContent *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gst_bus_remove_watch (bus);
  g_atomic_int_set (get_stopped (self->pipeline), 1);
  if (self->sink != NULL)
    g_object_set (self->sink, "feed", NULL, NULL);
  gst_element_call_async (self->pipeline, stop_cb, NULL, NULL);
  gst_object_unref (self->pipeline);
  g_free (self);
}

void
vitrail_content_dump (VitrailContent *self, const char *name)
{
  GST_DEBUG_BIN_TO_DOT_FILE (GST_BIN (self->pipeline), GST_DEBUG_GRAPH_SHOW_ALL,
                             name);
}
