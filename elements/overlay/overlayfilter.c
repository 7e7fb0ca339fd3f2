/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailOverlayFilter: see overlayfilter.h. */

#include "overlay/overlayfilter.h"

typedef struct {
  GstVideoInfo video; /* streaming thread */
} VitrailOverlayFilterPrivate;

#define PICTURES GST_VIDEO_CAPS_MAKE ("{ RGB, RGBA, BGRx, GRAY8 }")

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

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VitrailOverlayFilter,
                                     vitrail_overlay_filter,
                                     GST_TYPE_BASE_TRANSFORM)

static VitrailOverlayFilterPrivate *
get_private (GstBaseTransform *base)
{
  return vitrail_overlay_filter_get_instance_private (
      VITRAIL_OVERLAY_FILTER (base));
}

/* A blank that stands for a broken frame stays one. */
static gboolean
has_any (VitrailOverlayFilter *self, const VitrailFrameMeta *meta)
{
  return meta != NULL && (meta->flags & VITRAIL_FRAME_META_CORRUPT) == 0 &&
         VITRAIL_OVERLAY_FILTER_GET_CLASS (self)->has_any (self, meta);
}

static gboolean
vitrail_overlay_filter_set_caps (GstBaseTransform *base,
                                 GstCaps *in_caps,
                                 GstCaps *out_caps)
{
  return gst_video_info_from_caps (&get_private (base)->video, in_caps);
}

/* Nothing to draw: the buffer goes on as it is, without a copy, whoever else
 * holds it. */
static GstFlowReturn
vitrail_overlay_filter_prepare_output_buffer (GstBaseTransform *base,
                                              GstBuffer *in,
                                              GstBuffer **out)
{
  if (!has_any (VITRAIL_OVERLAY_FILTER (base),
                vitrail_buffer_get_frame_meta (in)))
  {
    *out = in;
    return GST_FLOW_OK;
  }
  return GST_BASE_TRANSFORM_CLASS (vitrail_overlay_filter_parent_class)
      ->prepare_output_buffer (base, in, out);
}

static void
draw (VitrailOverlayFilter *self,
      GstVideoFrame *frame,
      const VitrailFrameMeta *meta)
{
  const VitrailCanvas canvas = {
    .width = (guint) GST_VIDEO_FRAME_WIDTH (frame),
    .height = (guint) GST_VIDEO_FRAME_HEIGHT (frame),
    .channels = (guint) GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0),
    .stride = (size_t) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0),
    .data = GST_VIDEO_FRAME_PLANE_DATA (frame, 0),
    .reversed = GST_VIDEO_FRAME_FORMAT (frame) == GST_VIDEO_FORMAT_BGRx,
  };

  VITRAIL_OVERLAY_FILTER_GET_CLASS (self)->draw (self, &canvas, meta);
}

static GstFlowReturn
vitrail_overlay_filter_transform_ip (GstBaseTransform *base, GstBuffer *buffer)
{
  VitrailOverlayFilter *self = VITRAIL_OVERLAY_FILTER (base);
  const VitrailOverlayFilterClass *klass =
      VITRAIL_OVERLAY_FILTER_GET_CLASS (self);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  GstVideoFrame frame;

  if (meta != NULL && klass->meet != NULL)
    klass->meet (self, meta);
  /* Switched on since: the next one will have them. */
  if (!has_any (self, meta) || !gst_buffer_is_writable (buffer))
    return GST_FLOW_OK;
  if (!gst_video_frame_map (&frame, &get_private (base)->video, buffer,
                            (GstMapFlags) (GST_MAP_READWRITE |
                                           GST_VIDEO_FRAME_MAP_FLAG_NO_REF)))
  {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, (NULL),
                       ("a buffer does not hold a picture of its caps"));
    return GST_FLOW_ERROR;
  }
  draw (self, &frame, meta);
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

static void
vitrail_overlay_filter_class_init (VitrailOverlayFilterClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  base_class->set_caps = vitrail_overlay_filter_set_caps;
  base_class->prepare_output_buffer =
      vitrail_overlay_filter_prepare_output_buffer;
  base_class->transform_ip = vitrail_overlay_filter_transform_ip;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
}

static void
vitrail_overlay_filter_init (VitrailOverlayFilter *self)
{
}
