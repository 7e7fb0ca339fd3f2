/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrailpaintablesink: frames as a GdkPaintable for GTK 4, without a copy: the
 * texture is the mapped buffer. Input goes upstream: the widget that draws the
 * paintable sends GstNavigation events to the sink, in picture pixels.
 * Streaming thread and main loop never wait for each other. */

#include "sink/paintable.h"

#include <gst/video/gstvideosink.h>
#include <gst/video/navigation.h>

GST_DEBUG_CATEGORY_STATIC (vitrail_paintable_sink_debug);
#define GST_CAT_DEFAULT vitrail_paintable_sink_debug

#define VITRAIL_TYPE_PAINTABLE_SINK (vitrail_paintable_sink_get_type ())
G_DECLARE_FINAL_TYPE (VitrailPaintableSink,
                      vitrail_paintable_sink,
                      VITRAIL,
                      PAINTABLE_SINK,
                      GstVideoSink)

struct _VitrailPaintableSink {
  GstVideoSink parent_instance;

  VitrailPaintable *paintable; /* constant */
  GstVideoInfo info;           /* only on the streaming thread */
};

enum {
  PROP_PAINTABLE = 1,
};

/* GDK 4.8 has no grey, no YUV and no padded formats. RGB first: cairo draws
 * what is opaque with less work. */
static const struct {
  GstVideoFormat video;
  GdkMemoryFormat memory;
} formats[] = {
  { GST_VIDEO_FORMAT_RGB, GDK_MEMORY_R8G8B8 },
  { GST_VIDEO_FORMAT_BGR, GDK_MEMORY_B8G8R8 },
  { GST_VIDEO_FORMAT_RGBA, GDK_MEMORY_R8G8B8A8 },
  { GST_VIDEO_FORMAT_BGRA, GDK_MEMORY_B8G8R8A8 },
  { GST_VIDEO_FORMAT_ARGB, GDK_MEMORY_A8R8G8B8 },
  { GST_VIDEO_FORMAT_ABGR, GDK_MEMORY_A8B8G8R8 },
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (
                                 "{ RGB, BGR, RGBA, BGRA, ARGB, ABGR }")));

static void
vitrail_paintable_sink_navigation_init (GstNavigationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (
    VitrailPaintableSink,
    vitrail_paintable_sink,
    GST_TYPE_VIDEO_SINK,
    G_IMPLEMENT_INTERFACE (GST_TYPE_NAVIGATION,
                           vitrail_paintable_sink_navigation_init))
GST_ELEMENT_REGISTER_DECLARE (vitrailpaintablesink)
GST_ELEMENT_REGISTER_DEFINE (vitrailpaintablesink,
                             "vitrailpaintablesink",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_PAINTABLE_SINK)

static void
vitrail_paintable_sink_send_event (GstNavigation *navigation, GstEvent *event)
{
  gst_pad_push_event (GST_VIDEO_SINK_PAD (navigation), event);
}

static void
vitrail_paintable_sink_navigation_init (GstNavigationInterface *iface)
{
  iface->send_event_simple = vitrail_paintable_sink_send_event;
}

static gboolean
vitrail_paintable_sink_set_info (GstVideoSink *sink,
                                 GstCaps *caps,
                                 const GstVideoInfo *info)
{
  VITRAIL_PAINTABLE_SINK (sink)->info = *info;
  return TRUE;
}

static GdkMemoryFormat
find_format (GstVideoFormat video)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].video == video)
      return formats[i].memory;
  }
  return GDK_MEMORY_N_FORMATS;
}

static void
free_frame_cb (gpointer data)
{
  g_autofree GstVideoFrame *frame = data;
  gst_video_frame_unmap (frame);
}

/* The last row need not be padded to the stride. */
static gsize
get_plane_bytes (const GstVideoFrame *frame)
{
  gsize stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  gsize row = (gsize) GST_VIDEO_FRAME_WIDTH (frame) *
              GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);
  return stride * (GST_VIDEO_FRAME_HEIGHT (frame) - 1) + row;
}

static GstFlowReturn
vitrail_paintable_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  VitrailPaintableSink *self = VITRAIL_PAINTABLE_SINK (sink);
  g_autofree GstVideoFrame *frame = g_new (GstVideoFrame, 1);

  if (!gst_video_frame_map (frame, &self->info, buffer, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, ("The picture cannot be read."),
                       ("gst_video_frame_map"));
    return GST_FLOW_ERROR;
  }
  const GstVideoFrame *mapped = frame;
  gsize stride = GST_VIDEO_FRAME_PLANE_STRIDE (mapped, 0);
  g_autoptr (GBytes) bytes =
      g_bytes_new_with_free_func (GST_VIDEO_FRAME_PLANE_DATA (mapped, 0),
                                  get_plane_bytes (mapped), free_frame_cb,
                                  g_steal_pointer (&frame));
  GdkTexture *texture = gdk_memory_texture_new (
      GST_VIDEO_FRAME_WIDTH (mapped), GST_VIDEO_FRAME_HEIGHT (mapped),
      find_format (GST_VIDEO_FRAME_FORMAT (mapped)), bytes, stride);
  vitrail_paintable_take (self->paintable, texture);
  return GST_FLOW_OK;
}

static gboolean
vitrail_paintable_sink_propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

static gboolean
vitrail_paintable_sink_stop (GstBaseSink *sink)
{
  vitrail_paintable_take (VITRAIL_PAINTABLE_SINK (sink)->paintable, NULL);
  return TRUE;
}

static void
vitrail_paintable_sink_get_property (GObject *object,
                                     guint id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  VitrailPaintableSink *self = VITRAIL_PAINTABLE_SINK (object);
  if (id == PROP_PAINTABLE)
    g_value_set_object (value, self->paintable);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vitrail_paintable_sink_finalize (GObject *object)
{
  g_clear_object (&VITRAIL_PAINTABLE_SINK (object)->paintable);
  G_OBJECT_CLASS (vitrail_paintable_sink_parent_class)->finalize (object);
}

static void
vitrail_paintable_sink_class_init (VitrailPaintableSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (klass);
  GstVideoSinkClass *video_class = GST_VIDEO_SINK_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (vitrail_paintable_sink_debug, "vitrailpaintablesink",
                           0, "GTK 4 sink");
  object_class->get_property = vitrail_paintable_sink_get_property;
  object_class->finalize = vitrail_paintable_sink_finalize;
  base_class->propose_allocation = vitrail_paintable_sink_propose_allocation;
  base_class->stop = vitrail_paintable_sink_stop;
  video_class->set_info = vitrail_paintable_sink_set_info;
  video_class->show_frame = vitrail_paintable_sink_show_frame;

  g_object_class_install_property (
      object_class, PROP_PAINTABLE,
      g_param_spec_object ("paintable", "Paintable",
                           "The picture, to be drawn by a GTK 4 widget",
                           GDK_TYPE_PAINTABLE,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "GTK 4 paintable sink",
                                         "Sink/Video",
                                         "Shows frames as a GdkPaintable",
                                         "Vitrail");
}

static void
vitrail_paintable_sink_init (VitrailPaintableSink *self)
{
  self->paintable = vitrail_paintable_new ();
  gst_video_info_init (&self->info);
}
