/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* annotationoverlay: what is drawn over a picture at the place that its
 * VitrailFrameMeta says. Pictures over which nothing lies pass untouched.
 *
 * Layers: the overlay planes of groups 60xx (planes.h). */

#include "framemeta.h"
#include "overlay/planes.h"
#include "pixel/view.h"
#include "sink/feed.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

#include <pthread.h>

#define VITRAIL_TYPE_ANNOTATION_OVERLAY (vitrail_annotation_overlay_get_type ())
G_DECLARE_FINAL_TYPE (VitrailAnnotationOverlay,
                      vitrail_annotation_overlay,
                      VITRAIL,
                      ANNOTATION_OVERLAY,
                      GstBaseTransform)

struct _VitrailAnnotationOverlay {
  GstBaseTransform parent_instance;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailPresentation presentation;
  gboolean show_overlays;
  guint32 color;

  /* Streaming thread. */
  GstVideoInfo video;
  VitrailOverlays *warned; /* the last whose warning was posted */
};

enum {
  PROP_PRESENTATION = 1,
  PROP_SHOW_OVERLAYS,
  PROP_COLOR,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

#define PICTURES GST_VIDEO_CAPS_MAKE ("{ GRAY8, RGB, RGBA, BGRx }")

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

G_DEFINE_FINAL_TYPE (VitrailAnnotationOverlay,
                     vitrail_annotation_overlay,
                     GST_TYPE_BASE_TRANSFORM)
GST_ELEMENT_REGISTER_DECLARE (annotationoverlay)
GST_ELEMENT_REGISTER_DEFINE (annotationoverlay,
                             "annotationoverlay",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_ANNOTATION_OVERLAY);

/* --- what lies over a picture --- */

static guint
count_planes (const VitrailOverlays *overlays)
{
  return overlays != NULL ? overlays->n_planes : 0;
}

static VitrailOverlays *
get_separate (const VitrailFrameMeta *meta)
{
  return meta->info != NULL ? meta->info->overlays : NULL;
}

static gboolean
shows_overlays (VitrailAnnotationOverlay *self, guint32 *color)
{
  pthread_mutex_lock (&self->lock);
  const gboolean shown =
      self->show_overlays && !self->presentation.hide_overlays;
  *color = self->color;
  pthread_mutex_unlock (&self->lock);
  return shown;
}

/* A blank that stands for a broken frame stays one. */
static gboolean
has_any (VitrailAnnotationOverlay *self, const VitrailFrameMeta *meta)
{
  guint32 color;

  return meta != NULL && (meta->flags & VITRAIL_FRAME_META_CORRUPT) == 0 &&
         count_planes (get_separate (meta)) + count_planes (meta->overlays) >
             0 &&
         shows_overlays (self, &color);
}

static void
warn_once (VitrailAnnotationOverlay *self, VitrailOverlays *overlays)
{
  if (overlays == NULL || overlays->warning == NULL ||
      (self->warned != NULL &&
       g_str_equal (self->warned->warning, overlays->warning)))
    return;
  g_clear_pointer (&self->warned, vitrail_overlays_unref);
  self->warned = vitrail_overlays_ref (overlays);
  GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", overlays->warning), (NULL));
}

/* --- buffers --- */

static gboolean
vitrail_annotation_overlay_set_caps (GstBaseTransform *base,
                                     GstCaps *in_caps,
                                     GstCaps *out_caps)
{
  return gst_video_info_from_caps (&VITRAIL_ANNOTATION_OVERLAY (base)->video,
                                   in_caps);
}

/* Nothing to draw: the buffer goes on as it is, without a copy, whoever else
 * holds it. */
static GstFlowReturn
vitrail_annotation_overlay_prepare_output_buffer (GstBaseTransform *base,
                                                  GstBuffer *in,
                                                  GstBuffer **out)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (base);

  if (!has_any (self, vitrail_buffer_get_frame_meta (in))) {
    *out = in;
    return GST_FLOW_OK;
  }
  return GST_BASE_TRANSFORM_CLASS (vitrail_annotation_overlay_parent_class)
      ->prepare_output_buffer (base, in, out);
}

static void
draw (VitrailAnnotationOverlay *self,
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
  const VitrailOverlays *separate = get_separate (meta);
  guint32 color;

  if (!shows_overlays (self, &color))
    return;
  if (separate != NULL)
    vitrail_overlays_draw (separate, &canvas, meta->to_frame, color);
  if (meta->overlays != NULL)
    vitrail_overlays_draw (meta->overlays, &canvas, meta->to_frame, color);
}

static GstFlowReturn
vitrail_annotation_overlay_transform_ip (GstBaseTransform *base,
                                         GstBuffer *buffer)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (base);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  GstVideoFrame frame;

  if (meta != NULL) {
    warn_once (self, get_separate (meta));
    warn_once (self, meta->overlays);
  }
  /* Switched on since: the next one will have them. */
  if (!has_any (self, meta) || !gst_buffer_is_writable (buffer))
    return GST_FLOW_OK;
  if (!gst_video_frame_map (&frame, &self->video, buffer,
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

static gboolean
vitrail_annotation_overlay_stop (GstBaseTransform *base)
{
  g_clear_pointer (&VITRAIL_ANNOTATION_OVERLAY (base)->warned,
                   vitrail_overlays_unref);
  return TRUE;
}

/* --- properties --- */

/* TRUE when the picture changes. */
static gboolean
set_property_locked (VitrailAnnotationOverlay *self,
                     guint id,
                     const GValue *value)
{
  const VitrailPresentation plain = VITRAIL_PRESENTATION_INIT;
  const gboolean shown =
      self->show_overlays && !self->presentation.hide_overlays;
  const guint32 color = self->color;
  const VitrailPresentation *given = NULL;

  switch (id) {
  case PROP_PRESENTATION:
    given = g_value_get_boxed (value);
    self->presentation = given != NULL ? *given : plain;
    break;
  case PROP_SHOW_OVERLAYS:
    self->show_overlays = g_value_get_boolean (value);
    break;
  case PROP_COLOR:
    self->color = g_value_get_uint (value);
    break;
  default:
    break;
  }
  return color != self->color ||
         shown != (self->show_overlays && !self->presentation.hide_overlays);
}

static void
vitrail_annotation_overlay_set_property (GObject *object,
                                         guint id,
                                         const GValue *value,
                                         GParamSpec *pspec)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (object);

  if (id == 0 || id >= N_PROPS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  pthread_mutex_lock (&self->lock);
  const gboolean changed = set_property_locked (self, id, value);
  pthread_mutex_unlock (&self->lock);
  if (changed)
    vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_annotation_overlay_get_property (GObject *object,
                                         guint id,
                                         GValue *value,
                                         GParamSpec *pspec)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (object);

  pthread_mutex_lock (&self->lock);
  switch (id) {
  case PROP_PRESENTATION:
    g_value_set_boxed (value, &self->presentation);
    break;
  case PROP_SHOW_OVERLAYS:
    g_value_set_boolean (value, self->show_overlays);
    break;
  case PROP_COLOR:
    g_value_set_uint (value, self->color);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_annotation_overlay_finalize (GObject *object)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (object);

  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_annotation_overlay_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  klass->set_property = vitrail_annotation_overlay_set_property;
  klass->get_property = vitrail_annotation_overlay_get_property;
  props[PROP_PRESENTATION] =
      g_param_spec_boxed ("presentation", "Presentation",
                          "As dcmwindow's; its hide-overlays counts here",
                          VITRAIL_TYPE_PRESENTATION, flags);
  props[PROP_SHOW_OVERLAYS] =
      g_param_spec_boolean ("show-overlays", "Show overlays",
                            "Draw the overlay planes of groups 60xx", TRUE,
                            flags);
  props[PROP_COLOR] =
      g_param_spec_uint ("color", "Color",
                         "Of overlay planes, 0xRRGGBB; grey pictures get its "
                         "luma",
                         0, 0xffffff, VITRAIL_OVERLAY_COLOR, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vitrail_annotation_overlay_class_init (VitrailAnnotationOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->finalize = vitrail_annotation_overlay_finalize;
  install_properties (object_class);
  base_class->set_caps = vitrail_annotation_overlay_set_caps;
  base_class->prepare_output_buffer =
      vitrail_annotation_overlay_prepare_output_buffer;
  base_class->transform_ip = vitrail_annotation_overlay_transform_ip;
  base_class->stop = vitrail_annotation_overlay_stop;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Annotation overlay", "Filter/Effect/Video",
      "Overlay planes (groups 60xx) over windowed pictures", "Vitrail");
}

static void
vitrail_annotation_overlay_init (VitrailAnnotationOverlay *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->show_overlays = TRUE;
  self->color = VITRAIL_OVERLAY_COLOR;
}
