/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewGraph: see viewgraph.h. */

#include "viewgraph.h"

struct _VitrailViewGraph {
  GstElement *pipeline;
  GstElement *source;   /* feedsrc */
  GstElement *renderer; /* a bin */
  GstElement *size;     /* a capsfilter */
  GstElement *tail;
  GstPad *source_pad;
  GstPad *size_pad;

  /* Within the renderer; NULL where that one does without. */
  GstElement *view_element;
  GstElement *presentation_element;
  GstElement *overlay_element;
  gboolean is_slide;

  VitrailView view;
  VitrailPresentation presentation;
  char *look;
  VitrailAnnotations *annotations; /* or NULL */
  VitrailSlideObjects *objects;    /* or NULL */

  VitrailContentFailed failed;
  gpointer user_data;
};

/* What is to be done at the next moment when no buffer is under way: take @old
 * out, put @new_one between @before and @after (NULL: at the end). */
typedef struct {
  GstElement *pipeline;
  GstElement *before;
  GstElement *old;
  GstElement *new_one;
  GstElement *after;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *self = data;
  gst_clear_object (&self->pipeline);
  gst_clear_object (&self->before);
  gst_clear_object (&self->old);
  gst_clear_object (&self->new_one);
  gst_clear_object (&self->after);
  g_free (self);
}

/* The pad may be idle just between two sticky events: a link made then has them
 * all sent again, but GStreamer (1.22) takes the one that was under way for
 * received, and the new element would never see it. An event that is stored
 * anew has it start over. */
static void
send_sticky_events_again (GstPad *pad)
{
  g_autoptr (GstEvent) start =
      gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);

  if (start == NULL)
    return;
  g_autoptr (GstEvent) again = gst_event_copy (start);
  gst_pad_store_sticky_event (pad, again);
}

static GstPadProbeReturn
exchange_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const Exchange *self = user_data;

  if (self->old != NULL) {
    gst_element_set_locked_state (self->old, TRUE);
    gst_element_set_state (self->old, GST_STATE_NULL);
    gst_bin_remove (GST_BIN (self->pipeline), self->old);
    gst_element_set_locked_state (self->old, FALSE);
  }
  gst_bin_add (GST_BIN (self->pipeline), self->new_one);
  gst_element_link (self->before, self->new_one);
  if (self->after != NULL)
    gst_element_link (self->new_one, self->after);
  send_sticky_events_again (pad);
  gst_element_sync_state_with_parent (self->new_one);
  return GST_PAD_PROBE_REMOVE;
}

static gpointer
ref_or_null (gpointer object)
{
  return object != NULL ? gst_object_ref (object) : NULL;
}

static void
exchange (VitrailViewGraph *self,
          GstElement *before,
          GstElement *old,
          GstElement *new_one,
          GstElement *after)
{
  Exchange *job = g_new0 (Exchange, 1);
  job->pipeline = gst_object_ref (self->pipeline);
  job->before = gst_object_ref (before);
  job->old = ref_or_null (old);
  job->new_one = gst_object_ref (new_one);
  job->after = ref_or_null (after);
  gst_pad_add_probe (self->source_pad, GST_PAD_PROBE_TYPE_IDLE, exchange_cb,
                     job, exchange_free);
}

static void
add_ghost_pad (GstElement *bin, GstElement *element, const char *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  gst_element_add_pad (bin, gst_ghost_pad_new (name, pad));
}

/* A bin of the elements in @factories (at most 3), in a row; @elements: they.
 */
static GstElement *
make_renderer (const char *const *factories,
               GstElement *elements[3],
               GError **error)
{
  g_autoptr (GstElement) bin = gst_object_ref_sink (gst_bin_new (NULL));
  guint n = 0;
  for (; factories[n] != NULL; n++) {
    elements[n] = vitrail_make_element (factories[n], error);
    if (elements[n] == NULL)
      return NULL;
    gst_bin_add (GST_BIN (bin), elements[n]);
  }
  for (guint i = 1; i < n; i++)
    gst_element_link (elements[i - 1], elements[i]);
  add_ghost_pad (bin, elements[0], "sink");
  add_ghost_pad (bin, elements[n - 1], "src");
  return g_steal_pointer (&bin);
}

static void
apply_look (VitrailViewGraph *self)
{
  if (self->is_slide && self->view_element != NULL)
    g_object_set (self->view_element, "look", self->look, NULL);
}

static void
apply_drawn (VitrailViewGraph *self)
{
  if (self->is_slide && self->overlay_element != NULL)
    g_object_set (self->overlay_element, "annotations", self->annotations,
                  "objects", self->objects, NULL);
}

static gboolean
install_renderer (VitrailViewGraph *self, gboolean is_slide, GError **error)
{
  static const char *const frame_elements[] = { "viewtransform", "dcmwindow",
                                                "annotationoverlay", NULL };
  static const char *const slide_elements[] = { "wsitiler", "slideoverlay",
                                                NULL };

  GstElement *elements[3] = { NULL, NULL, NULL };
  g_autoptr (GstElement) renderer =
      make_renderer (is_slide ? slide_elements : frame_elements, elements,
                     error);
  if (renderer == NULL)
    return FALSE;
  if (is_slide)
    gst_util_set_object_arg (G_OBJECT (elements[0]), "mode", "view");
  exchange (self, self->source, self->renderer, renderer, self->size);
  g_set_object (&self->renderer, renderer);
  g_set_object (&self->view_element, elements[0]);
  g_set_object (&self->overlay_element, elements[is_slide ? 1 : 2]);
  if (is_slide)
    gst_clear_object (&self->presentation_element);
  else
    g_set_object (&self->presentation_element, elements[1]);
  self->is_slide = is_slide;
  vitrail_view_graph_set_view (self, &self->view);
  vitrail_view_graph_set_presentation (self, &self->presentation);
  apply_look (self);
  apply_drawn (self);
  return TRUE;
}

gboolean
vitrail_view_graph_set_kind (VitrailViewGraph *self,
                             VitrailDisplaySetKind kind,
                             GError **error)
{
  gboolean is_slide = kind == VITRAIL_DISPLAY_SET_SLIDE;
  if (self->renderer != NULL && self->is_slide == is_slide)
    return TRUE;
  return install_renderer (self, is_slide, error);
}

static void
set_if_there (GstElement *element, const char *name, gboolean value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), name) != NULL)
    g_object_set (element, name, value, NULL);
}

void
vitrail_view_graph_set_tail (VitrailViewGraph *self, GstElement *tail)
{
  /* One dropped picture would leave a wrong one standing. */
  set_if_there (tail, "sync", FALSE);
  set_if_there (tail, "qos", FALSE);
  set_if_there (tail, "async", FALSE);
  gst_object_ref_sink (tail);
  exchange (self, self->size, self->tail, tail, NULL);
  gst_clear_object (&self->tail);
  self->tail = tail;
  vitrail_element_send_refresh (self->size);
}

GstElement *
vitrail_view_graph_get_tail (VitrailViewGraph *self)
{
  return self->tail;
}

/* The size asked for comes first, but any other is accepted: a picture of the
 * size before may be on its way. */
void
vitrail_view_graph_set_size (VitrailViewGraph *self, guint width, guint height)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty ();
  if (width > 0 && height > 0)
    gst_caps_append_structure (
        caps, gst_structure_new ("video/x-raw", "width", G_TYPE_INT,
                                 (int) MIN (width, 16384), "height", G_TYPE_INT,
                                 (int) MIN (height, 16384), NULL));
  gst_caps_append_structure (caps, gst_structure_new_empty ("video/x-raw"));
  g_object_set (self->size, "caps", caps, NULL);
  vitrail_element_send_refresh (self->size);
}

void
vitrail_view_graph_set_view (VitrailViewGraph *self, const VitrailView *view)
{
  self->view = *view;
  if (self->view_element != NULL)
    g_object_set (self->view_element, "view", view, NULL);
}

void
vitrail_view_graph_set_presentation (VitrailViewGraph *self,
                                     const VitrailPresentation *presentation)
{
  self->presentation = *presentation;
  self->presentation.colormap = g_intern_string (presentation->colormap);
  if (self->presentation_element != NULL)
    g_object_set (self->presentation_element, "presentation", presentation,
                  NULL);
  if (self->overlay_element != NULL && !self->is_slide)
    g_object_set (self->overlay_element, "presentation", presentation, NULL);
}

void
vitrail_view_graph_set_look (VitrailViewGraph *self, const char *look)
{
  g_autofree char *old = self->look;
  self->look = g_strdup (look);
  apply_look (self);
}

void
vitrail_view_graph_set_drawn (VitrailViewGraph *self,
                              VitrailAnnotations *annotations,
                              VitrailSlideObjects *objects)
{
  g_set_object (&self->annotations, annotations);
  g_set_object (&self->objects, objects);
  apply_drawn (self);
}

GstPad *
vitrail_view_graph_get_pad (VitrailViewGraph *self)
{
  return self->size_pad;
}

GstElement *
vitrail_view_graph_get_pipeline (VitrailViewGraph *self)
{
  return self->pipeline;
}

/* An error has ended the streaming: what failed is taken away, then it starts
 * again. */
static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  VitrailViewGraph *self = user_data;
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  g_autoptr (GError) error = NULL;
  gst_message_parse_error (message, &error, NULL);
  self->failed (error->message, self->user_data);
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return G_SOURCE_CONTINUE;
}

void
vitrail_view_graph_watch (VitrailViewGraph *self,
                          VitrailContentFailed failed,
                          gpointer user_data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  self->failed = failed;
  self->user_data = user_data;
  gst_bus_add_watch (bus, message_cb, self);
}

VitrailViewGraph *
vitrail_view_graph_new (VitrailFeed *feed, GstElement *tail, GError **error)
{
  g_autoptr (VitrailViewGraph) self = g_new0 (VitrailViewGraph, 1);
  self->view = (VitrailView) VITRAIL_VIEW_INIT;
  self->presentation = (VitrailPresentation) VITRAIL_PRESENTATION_INIT;
  self->look = g_strdup ("");
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->source = vitrail_make_element ("feedsrc", error);
  if (self->source == NULL)
    return NULL;
  gst_bin_add (GST_BIN (self->pipeline), self->source);
  self->size = vitrail_make_element ("capsfilter", error);
  if (self->size == NULL)
    return NULL;
  gst_bin_add (GST_BIN (self->pipeline), self->size);
  g_object_set (self->source, "feed", feed, "do-timestamp", TRUE, NULL);
  self->source_pad = gst_element_get_static_pad (self->source, "src");
  self->size_pad = gst_element_get_static_pad (self->size, "src");
  if (!install_renderer (self, FALSE, error))
    return NULL;
  vitrail_view_graph_set_tail (self, tail);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return g_steal_pointer (&self);
}

void
vitrail_view_graph_free (VitrailViewGraph *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  if (self->failed != NULL)
    gst_bus_remove_watch (bus);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->view_element);
  gst_clear_object (&self->presentation_element);
  gst_clear_object (&self->overlay_element);
  gst_clear_object (&self->renderer);
  gst_clear_object (&self->tail);
  gst_clear_object (&self->source_pad);
  gst_clear_object (&self->size_pad);
  gst_clear_object (&self->pipeline);
  g_clear_object (&self->annotations);
  g_clear_object (&self->objects);
  g_free (self->look);
  g_free (self);
}
