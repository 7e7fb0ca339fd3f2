/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPixelFilter: see pixelfilter.h. GstVideoFilter would do, but for
 * samples that video/x-raw cannot hold. */

#include "pixel/pixelfilter.h"

#include "framecaps.h"

#include <string.h>

typedef struct {
  VitrailPixelCaps in;  /* streaming thread */
  VitrailPixelCaps out; /* streaming thread */
} VitrailPixelFilterPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (VitrailPixelFilter,
                                     vitrail_pixel_filter,
                                     GST_TYPE_BASE_TRANSFORM)

static VitrailPixelFilterPrivate *
get_private (VitrailPixelFilter *self)
{
  return vitrail_pixel_filter_get_instance_private (self);
}

const VitrailPixelCaps *
vitrail_pixel_filter_get_in_caps (VitrailPixelFilter *self)
{
  return &get_private (self)->in;
}

const VitrailPixelCaps *
vitrail_pixel_filter_get_out_caps (VitrailPixelFilter *self)
{
  return &get_private (self)->out;
}

void
vitrail_pixel_filter_describe (const VitrailFrameMeta *meta,
                               const VitrailFrame *frame,
                               VitrailFrameInfo *info)
{
  const VitrailPixelFormat *format = &frame->format;

  memset (info, 0, sizeof *info);
  info->slope = 1;
  if (meta != NULL && meta->info != NULL)
    *info = *meta->info;
  /* Caps do not say how many bits of a container are used. */
  const gboolean known = meta != NULL && meta->info != NULL &&
                         info->format.bits_allocated == format->bits_allocated;
  const guint bits = known ? info->format.bits_stored : format->bits_stored;
  info->format = *format;
  info->format.bits_stored = bits;
}

static gboolean
parse_caps (VitrailPixelCaps *self, GstCaps *caps)
{
  self->is_video =
      gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw");
  return vitrail_decoded_caps_parse (caps, &self->format) &&
         (!self->is_video || gst_video_info_from_caps (&self->video, caps));
}

static gboolean
vitrail_pixel_filter_get_unit_size (GstBaseTransform *base,
                                    GstCaps *caps,
                                    gsize *size)
{
  VitrailPixelCaps parsed;

  if (!parse_caps (&parsed, caps))
    return FALSE;
  *size = parsed.is_video ? GST_VIDEO_INFO_SIZE (&parsed.video)
                          : vitrail_decoded_default_stride (&parsed.format) *
                                parsed.format.height;
  return TRUE;
}

/* One frame gives one frame, however much room the input's rows take. */
static gboolean
vitrail_pixel_filter_transform_size (GstBaseTransform *base,
                                     GstPadDirection direction,
                                     GstCaps *caps,
                                     gsize size,
                                     GstCaps *other_caps,
                                     gsize *other_size)
{
  return vitrail_pixel_filter_get_unit_size (base, other_caps, other_size);
}

static gboolean
vitrail_pixel_filter_set_caps (GstBaseTransform *base,
                               GstCaps *in_caps,
                               GstCaps *out_caps)
{
  VitrailPixelFilter *self = VITRAIL_PIXEL_FILTER (base);
  VitrailPixelFilterPrivate *priv = get_private (self);
  VitrailPixelFilterClass *klass = VITRAIL_PIXEL_FILTER_GET_CLASS (self);

  if (!parse_caps (&priv->in, in_caps) || !parse_caps (&priv->out, out_caps))
    return FALSE;
  if (klass->formats_changed != NULL)
    klass->formats_changed (self, &priv->in, &priv->out);
  return TRUE;
}

/* A mapped buffer, and the frame over its memory. */
typedef struct {
  VitrailFrame frame;
  gboolean is_video;
  GstVideoFrame video;
  GstBuffer *buffer;
  GstMapInfo map;
} Mapped;

static gboolean
map_samples (Mapped *self, const VitrailPixelCaps *caps, GstMapFlags flags)
{
  const size_t stride = vitrail_decoded_default_stride (&caps->format);

  if (!gst_buffer_map (self->buffer, &self->map, flags))
    return FALSE;
  if (self->map.size / caps->format.height < stride) {
    gst_buffer_unmap (self->buffer, &self->map);
    return FALSE;
  }
  self->frame.data = self->map.data;
  self->frame.stride = stride;
  return TRUE;
}

static gboolean
map_buffer (Mapped *self,
            const VitrailPixelCaps *caps,
            GstBuffer *buffer,
            GstMapFlags flags)
{
  memset (self, 0, sizeof *self);
  self->buffer = buffer;
  self->is_video = caps->is_video;
  self->frame.format = caps->format;
  self->frame.normalized = TRUE;
  if (!caps->is_video)
    return map_samples (self, caps, flags);
  /* The buffer outlives the map: no reference, it stays writable. */
  if (!gst_video_frame_map (&self->video, &caps->video, buffer,
                            flags | GST_VIDEO_FRAME_MAP_FLAG_NO_REF))
    return FALSE;
  self->frame.data = GST_VIDEO_FRAME_PLANE_DATA (&self->video, 0);
  self->frame.stride = GST_VIDEO_FRAME_PLANE_STRIDE (&self->video, 0);
  return TRUE;
}

static void
unmap_buffer (Mapped *self)
{
  if (self->is_video)
    gst_video_frame_unmap (&self->video);
  else
    gst_buffer_unmap (self->buffer, &self->map);
}

static GstFlowReturn
fail_map (VitrailPixelFilter *self, GstBuffer *buffer)
{
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, (NULL),
                     ("a buffer of %" G_GSIZE_FORMAT
                      " bytes does not hold a frame of its caps",
                      gst_buffer_get_size (buffer)));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
vitrail_pixel_filter_transform (GstBaseTransform *base,
                                GstBuffer *in_buffer,
                                GstBuffer *out_buffer)
{
  VitrailPixelFilter *self = VITRAIL_PIXEL_FILTER (base);
  VitrailPixelFilterPrivate *priv = get_private (self);
  Mapped in;
  Mapped out;

  if (!map_buffer (&in, &priv->in, in_buffer, GST_MAP_READ))
    return fail_map (self, in_buffer);
  if (!map_buffer (&out, &priv->out, out_buffer, GST_MAP_WRITE)) {
    unmap_buffer (&in);
    return fail_map (self, out_buffer);
  }
  const GstFlowReturn flow =
      VITRAIL_PIXEL_FILTER_GET_CLASS (self)->filter (self, &in.frame, in_buffer,
                                                     &out.frame, out_buffer);
  unmap_buffer (&out);
  unmap_buffer (&in);
  return flow;
}

/* Ours is copied by the subclass, which knows what became of the geometry. */
static gboolean
vitrail_pixel_filter_transform_meta (GstBaseTransform *base,
                                     GstBuffer *out_buffer,
                                     GstMeta *meta,
                                     GstBuffer *in_buffer)
{
  if (meta->info->api == VITRAIL_FRAME_META_API_TYPE)
    return FALSE;
  return GST_BASE_TRANSFORM_CLASS (vitrail_pixel_filter_parent_class)
      ->transform_meta (base, out_buffer, meta, in_buffer);
}

static gboolean
vitrail_pixel_filter_propose_allocation (GstBaseTransform *base,
                                         GstQuery *decide_query,
                                         GstQuery *query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_BASE_TRANSFORM_CLASS (vitrail_pixel_filter_parent_class)
      ->propose_allocation (base, decide_query, query);
}

static void
vitrail_pixel_filter_class_init (VitrailPixelFilterClass *klass)
{
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  base_class->get_unit_size = vitrail_pixel_filter_get_unit_size;
  base_class->transform_size = vitrail_pixel_filter_transform_size;
  base_class->set_caps = vitrail_pixel_filter_set_caps;
  base_class->transform = vitrail_pixel_filter_transform;
  base_class->transform_meta = vitrail_pixel_filter_transform_meta;
  base_class->propose_allocation = vitrail_pixel_filter_propose_allocation;
}

static void
vitrail_pixel_filter_init (VitrailPixelFilter *self)
{
}
