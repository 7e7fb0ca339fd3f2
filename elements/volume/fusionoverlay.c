/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fusionoverlay: lays volumes over a picture that is there already, as large as
 * it is on the screen: a PET over the windowed plane of a CT. What lies where
 * is said by the picture's VitrailFrameMeta. For programs: volumes are objects.
 * On a command line fusionmix does the same from files. */

#include "framemeta.h"
#include "sink/feed.h"
#include "volume/fusion.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

#define VITRAIL_TYPE_FUSION_OVERLAY (vitrail_fusion_overlay_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFusionOverlay,
                      vitrail_fusion_overlay,
                      VITRAIL,
                      FUSION_OVERLAY,
                      GstBaseTransform)

struct _VitrailFusionOverlay {
  GstBaseTransform parent_instance;

  VitrailFusionLayers *layers; /* GST_OBJECT_LOCK; or NULL */

  /* Streaming thread. */
  VitrailFusionLayers *current; /* of the buffer under way, or NULL */
  GstVideoInfo video;
};

enum {
  PROP_LAYERS = 1,
};

G_DEFINE_FINAL_TYPE (VitrailFusionOverlay,
                     vitrail_fusion_overlay,
                     GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DECLARE (fusionoverlay)
GST_ELEMENT_REGISTER_DEFINE (fusionoverlay,
                             "fusionoverlay",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_FUSION_OVERLAY)

#define PICTURES GST_VIDEO_CAPS_MAKE ("RGBA")

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (PICTURES));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (PICTURES));

static VitrailFusionLayers *
copy_layers (VitrailFusionOverlay *self)
{
  GST_OBJECT_LOCK (self);
  VitrailFusionLayers *layers =
      self->layers != NULL ? vitrail_fusion_layers_copy (self->layers) : NULL;
  GST_OBJECT_UNLOCK (self);
  return layers;
}

static gboolean
vitrail_fusion_overlay_set_caps (GstBaseTransform *base,
                                 GstCaps *in_caps,
                                 GstCaps *out_caps)
{
  return gst_video_info_from_caps (&VITRAIL_FUSION_OVERLAY (base)->video,
                                   in_caps);
}

/* What has no place, and a blank in place of a broken frame, stays as it is. */
static void
vitrail_fusion_overlay_before_transform (GstBaseTransform *base,
                                         GstBuffer *buffer)
{
  VitrailFusionOverlay *self = VITRAIL_FUSION_OVERLAY (base);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);

  g_clear_pointer (&self->current, vitrail_fusion_layers_free);
  if (meta != NULL && meta->has_plane &&
      (meta->flags & VITRAIL_FRAME_META_CORRUPT) == 0)
    self->current = copy_layers (self);
  gst_base_transform_set_passthrough (base, self->current == NULL);
}

static gboolean
draw (VitrailFusionOverlay *self, GstVideoFrame *frame, GError **error)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (frame->buffer);
  const guint width = (guint) GST_VIDEO_FRAME_WIDTH (frame);
  const guint height = (guint) GST_VIDEO_FRAME_HEIGHT (frame);

  if (GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) != (int) width * 4) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                         "lines of the picture have gaps");
    return FALSE;
  }
  return vitrail_fusion_draw_over (self->current, meta->plane, width, height,
                                   GST_VIDEO_FRAME_PLANE_DATA (frame, 0),
                                   error);
}

static GstFlowReturn
vitrail_fusion_overlay_transform_ip (GstBaseTransform *base, GstBuffer *buffer)
{
  VitrailFusionOverlay *self = VITRAIL_FUSION_OVERLAY (base);
  g_autoptr (GError) error = NULL;
  GstVideoFrame frame;

  if (self->current == NULL)
    return GST_FLOW_OK;
  if (!gst_video_frame_map (&frame, &self->video, buffer,
                            (GstMapFlags) (GST_MAP_READWRITE |
                                           GST_VIDEO_FRAME_MAP_FLAG_NO_REF)))
  {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, (NULL),
                       ("a buffer does not hold a picture of its caps"));
    return GST_FLOW_ERROR;
  }
  const gboolean is_drawn = draw (self, &frame, &error);
  gst_video_frame_unmap (&frame);
  g_clear_pointer (&self->current, vitrail_fusion_layers_free);
  if (is_drawn)
    return GST_FLOW_OK;
  GST_ELEMENT_ERROR (self, STREAM, FAILED,
                     ("fusionoverlay: %s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

static gboolean
vitrail_fusion_overlay_stop (GstBaseTransform *base)
{
  g_clear_pointer (&VITRAIL_FUSION_OVERLAY (base)->current,
                   vitrail_fusion_layers_free);
  return TRUE;
}

static void
vitrail_fusion_overlay_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *spec)
{
  VitrailFusionOverlay *self = VITRAIL_FUSION_OVERLAY (object);
  g_autoptr (VitrailFusionLayers) old = NULL;

  if (id != PROP_LAYERS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    return;
  }
  GST_OBJECT_LOCK (self);
  old = g_steal_pointer (&self->layers);
  self->layers = g_value_dup_boxed (value);
  const gboolean is_same = old == NULL && self->layers == NULL;
  GST_OBJECT_UNLOCK (self);
  if (!is_same)
    vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_fusion_overlay_get_property (GObject *object,
                                     guint id,
                                     GValue *value,
                                     GParamSpec *spec)
{
  if (id == PROP_LAYERS)
    g_value_take_boxed (value, copy_layers (VITRAIL_FUSION_OVERLAY (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_fusion_overlay_finalize (GObject *object)
{
  VitrailFusionOverlay *self = VITRAIL_FUSION_OVERLAY (object);

  g_clear_pointer (&self->layers, vitrail_fusion_layers_free);
  g_clear_pointer (&self->current, vitrail_fusion_layers_free);
  G_OBJECT_CLASS (vitrail_fusion_overlay_parent_class)->finalize (object);
}

static void
vitrail_fusion_overlay_class_init (VitrailFusionOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = vitrail_fusion_overlay_set_property;
  object_class->get_property = vitrail_fusion_overlay_get_property;
  object_class->finalize = vitrail_fusion_overlay_finalize;
  base_class->set_caps = vitrail_fusion_overlay_set_caps;
  base_class->before_transform = vitrail_fusion_overlay_before_transform;
  base_class->transform_ip = vitrail_fusion_overlay_transform_ip;
  base_class->stop = vitrail_fusion_overlay_stop;
  g_object_class_install_property (
      object_class, PROP_LAYERS,
      g_param_spec_boxed ("layers", "Layers",
                          "Volumes, where they lie and how they look",
                          VITRAIL_TYPE_FUSION_LAYERS,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                              GST_PARAM_MUTABLE_PLAYING));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Fusion overlay",
                                         "Filter/Effect/Video",
                                         "Volumes over a windowed picture",
                                         "Vitrail");
}

static void
vitrail_fusion_overlay_init (VitrailFusionOverlay *self)
{
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), TRUE);
}
