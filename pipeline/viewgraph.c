/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewGraph: see viewgraph.h. */

#include "viewgraph.h"

#include "exchange.h"

/* Which renderer: what is shown as what. */
typedef enum {
  FRAMES,
  SLIDE,
  PLANE,
  WAVEFORM,
  BODY,
  N_FAMILIES,
} Family;

/* Elements of a renderer at most. */
#define MOST 5

/* What an element does for its renderer. */
typedef enum {
  PLACES,   /* which plane it is */
  VIEWS,    /* how it lies in the viewport */
  PRESENTS, /* values as grey levels */
  LAYS,     /* volumes over it */
  TRACES,   /* the ECG of a cine */
  OVERLAYS, /* what is drawn over it */
  N_ROLES,
} Role;

/* Elements in a row, each with its role. */
static const struct {
  const char *factory;
  Role role;
} renderers[N_FAMILIES][MOST + 1] = {
  [FRAMES] = { { "viewtransform", VIEWS },
               { "dcmwindow", PRESENTS },
               { "ecgoverlay", TRACES },
               { "annotationoverlay", OVERLAYS } },
  [SLIDE] = { { "wsitiler", VIEWS }, { "slideoverlay", OVERLAYS } },
  [PLANE] = { { "mprtransform", PLACES },
              { "viewtransform", VIEWS },
              { "dcmwindow", PRESENTS },
              { "fusionoverlay", LAYS },
              { "annotationoverlay", OVERLAYS } },
  [WAVEFORM] = { { "ecgrender", VIEWS } },
  [BODY] = { { "volumerender", PLACES } },
};

struct _VitrailViewGraph {
  GstElement *pipeline;
  GstElement *source;   /* feedsrc */
  GstElement *renderer; /* a bin */
  GstElement *size;     /* a capsfilter */
  GstElement *tail;
  GstPad *source_pad;
  GstPad *size_pad;
  VitrailGraphExchanges *exchanges;

  /* Within the renderer; NULL where that one does without. */
  GstElement *elements[N_ROLES];
  Family family;

  VitrailView view;
  VitrailPresentation presentation;
  char *look;
  VitrailEcgLook ecg;
  VitrailAnnotations *annotations;   /* or NULL */
  VitrailSlideObjects *objects;      /* or NULL */
  VitrailMeasurements *measurements; /* or NULL */

  VitrailContentFailed failed;
  gpointer user_data;
};

static void
add_ghost_pad (GstElement *bin, GstElement *element, const char *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  gst_element_add_pad (bin, gst_ghost_pad_new (name, pad));
}

/* A bin of the elements of @family, in a row; @elements: they, by role. */
static GstElement *
make_renderer (Family family, GstElement *elements[N_ROLES], GError **error)
{
  g_autoptr (GstElement) bin = gst_object_ref_sink (gst_bin_new (NULL));
  GstElement *last = NULL;
  for (guint n = 0; renderers[family][n].factory != NULL; n++) {
    GstElement *element =
        vitrail_make_element (renderers[family][n].factory, error);
    if (element == NULL)
      return NULL;
    gst_bin_add (GST_BIN (bin), element);
    if (last == NULL)
      add_ghost_pad (bin, element, "sink");
    else
      gst_element_link (last, element);
    elements[renderers[family][n].role] = last = element;
  }
  add_ghost_pad (bin, last, "src");
  return g_steal_pointer (&bin);
}

static void
apply_look (VitrailViewGraph *self)
{
  if (self->family == SLIDE)
    g_object_set (self->elements[VIEWS], "look", self->look, NULL);
}

static void
apply_drawn (VitrailViewGraph *self)
{
  if (self->family == SLIDE)
    g_object_set (self->elements[OVERLAYS], "annotations", self->annotations,
                  "objects", self->objects, NULL);
  if (self->family == FRAMES)
    g_object_set (self->elements[OVERLAYS], "measurements", self->measurements,
                  NULL);
}

static void
apply_ecg (VitrailViewGraph *self)
{
  const VitrailEcgLook *look = &self->ecg;

  if (self->family == WAVEFORM)
    g_object_set (self->elements[VIEWS], "layout", look->layout, "group",
                  look->group, "start", look->start, "speed", look->speed,
                  "gain", look->gain, "high-pass", look->filter.high_pass_hz,
                  "low-pass", look->filter.low_pass_hz, "notch",
                  look->filter.notch_hz, "caliper-channel",
                  look->caliper.channel, "caliper-from", look->caliper.from_s,
                  "caliper-to", look->caliper.to_s, "caliper-from-mv",
                  look->caliper.from_mv, "caliper-to-mv", look->caliper.to_mv,
                  NULL);
}

static gboolean
install_renderer (VitrailViewGraph *self, Family family, GError **error)
{
  GstElement *elements[N_ROLES] = { NULL };
  g_autoptr (GstElement) renderer = make_renderer (family, elements, error);
  if (renderer == NULL)
    return FALSE;
  if (family == SLIDE)
    gst_util_set_object_arg (G_OBJECT (elements[VIEWS]), "mode", "view");
  vitrail_graph_exchanges_add (self->exchanges, self->source, self->renderer,
                               renderer, self->size);
  g_set_object (&self->renderer, renderer);
  self->family = family;
  for (guint i = 0; i < N_ROLES; i++)
    g_set_object (&self->elements[i], elements[i]);
  vitrail_view_graph_set_view (self, &self->view);
  vitrail_view_graph_set_presentation (self, &self->presentation);
  apply_look (self);
  apply_drawn (self);
  apply_ecg (self);
  return TRUE;
}

gboolean
vitrail_view_graph_set_kind (VitrailViewGraph *self,
                             VitrailDisplaySetKind kind,
                             GError **error)
{
  static const Family families[] = {
    [VITRAIL_DISPLAY_SET_SLIDE] = SLIDE,
    [VITRAIL_DISPLAY_SET_PLANE] = PLANE,
    [VITRAIL_DISPLAY_SET_WAVEFORM] = WAVEFORM,
    [VITRAIL_DISPLAY_SET_BODY] = BODY,
    [VITRAIL_DISPLAY_SET_PATH] = PLANE,
  };
  const Family family =
      (guint) kind < G_N_ELEMENTS (families) ? families[kind] : FRAMES;
  if (self->renderer != NULL && self->family == family)
    return TRUE;
  return install_renderer (self, family, error);
}

void
vitrail_view_graph_set_plane (VitrailViewGraph *self, const VitrailMpr *plane)
{
  if (self->family == PLANE)
    g_object_set (self->elements[PLACES], "plane", plane, NULL);
}

void
vitrail_view_graph_set_path (VitrailViewGraph *self,
                             const char *path,
                             const double up[3])
{
  if (self->family == PLANE)
    g_object_set (self->elements[PLACES], "up-x", up[0], "up-y", up[1], "up-z",
                  up[2], "path", path, NULL);
}

void
vitrail_view_graph_set_layers (VitrailViewGraph *self,
                               const VitrailFusionLayers *layers)
{
  if (self->family == PLANE)
    g_object_set (self->elements[LAYS], "layers", layers, NULL);
  if (self->family == BODY)
    g_object_set (self->elements[PLACES], "layers", layers, NULL);
}

void
vitrail_view_graph_set_segments (VitrailViewGraph *self,
                                 const VitrailRenderSegments *segments)
{
  if (self->family == BODY)
    g_object_set (self->elements[PLACES], "segments-given", segments, NULL);
}

/* One face after the other, so that the box is one all the time: where both of
 * an axis move the same way, the one that goes first makes room. */
static void
set_box (GstElement *element, const double box[6])
{
  static const char *const names[] = {
    "box-i-low",  "box-i-high", "box-j-low",
    "box-j-high", "box-k-low",  "box-k-high"
  };

  for (guint a = 0; a < 3; a++) {
    double high = 1;
    g_object_get (element, names[2 * a + 1], &high, NULL);
    const double *ends = box + (gsize) 2 * a;
    const guint first = ends[0] < high ? 0 : 1;
    g_object_set (element, names[2 * a + first], ends[first], NULL);
    g_object_set (element, names[2 * a + 1 - first], ends[1 - first], NULL);
  }
}

void
vitrail_view_graph_set_body (VitrailViewGraph *self,
                             const VitrailBodyLook *look,
                             double zoom,
                             double roll,
                             const double pan[2])
{
  if (self->family != BODY)
    return;
  g_object_set (self->elements[PLACES], "orientation-cube", TRUE, "direction",
                look->direction, "azimuth", look->azimuth, "elevation",
                look->elevation, "mode", look->mode, "preset", look->preset,
                "shift", look->shift, "zoom", zoom, "roll", roll, "pan-x",
                pan[0], "pan-y", pan[1], "cuts", look->cuts, NULL);
  set_box (self->elements[PLACES], look->box);
}

void
vitrail_view_graph_set_ecg (VitrailViewGraph *self, const VitrailEcgLook *look)
{
  self->ecg = *look;
  apply_ecg (self);
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
  vitrail_graph_exchanges_add (self->exchanges, self->size, self->tail, tail,
                               NULL);
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
  if (self->elements[VIEWS] != NULL)
    g_object_set (self->elements[VIEWS], "view", view, NULL);
}

void
vitrail_view_graph_set_presentation (VitrailViewGraph *self,
                                     const VitrailPresentation *presentation)
{
  self->presentation = *presentation;
  self->presentation.colormap = g_intern_string (presentation->colormap);
  if (self->elements[PRESENTS] != NULL)
    g_object_set (self->elements[PRESENTS], "presentation", presentation, NULL);
  if (self->elements[OVERLAYS] != NULL && self->family != SLIDE)
    g_object_set (self->elements[OVERLAYS], "presentation", presentation, NULL);
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

void
vitrail_view_graph_set_measurements (VitrailViewGraph *self,
                                     VitrailMeasurements *measurements)
{
  g_set_object (&self->measurements, measurements);
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
  vitrail_graph_exchanges_finish (self->exchanges);
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
  self->ecg = (VitrailEcgLook) VITRAIL_ECG_LOOK_INIT;
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
  self->exchanges =
      vitrail_graph_exchanges_new (self->pipeline, self->source_pad);
  if (!install_renderer (self, FRAMES, error))
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
  g_clear_pointer (&self->exchanges, vitrail_graph_exchanges_free);
  for (guint i = 0; i < N_ROLES; i++)
    gst_clear_object (&self->elements[i]);
  gst_clear_object (&self->renderer);
  gst_clear_object (&self->tail);
  gst_clear_object (&self->source_pad);
  gst_clear_object (&self->size_pad);
  gst_clear_object (&self->pipeline);
  g_clear_object (&self->annotations);
  g_clear_object (&self->objects);
  g_clear_object (&self->measurements);
  g_free (self->look);
  g_free (self);
}
