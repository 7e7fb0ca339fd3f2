/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* mprtransform: planes and slabs of a volume, in the patient's terms, as frames
 * that dcmwindow and all behind it take.
 *
 *   gst-launch-1.0 dicomfilesrc location=ct/ ! volumebuilder !
 *     mprtransform orientation=coronal thickness=20 slab=maximum ! dcmwindow !
 *     videoconvert ! pngenc ! filesink location=coronal.png
 *
 * With a path it lays the volume straight along it (volume/curve.h).
 *
 * With frames it pushes that many pictures of each volume, each a step further
 * or turned: a film. */

#include "framecaps.h"
#include "framemeta.h"
#include "volume/mprdraw.h"
#include "volume/mprwish.h"
#include "volumemeta.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (mprtransform_debug);
#define GST_CAT_DEFAULT mprtransform_debug

#define VITRAIL_TYPE_MPR_TRANSFORM (vitrail_mpr_transform_get_type ())
G_DECLARE_FINAL_TYPE (VitrailMprTransform,
                      vitrail_mpr_transform,
                      VITRAIL,
                      MPR_TRANSFORM,
                      GstElement)

struct _VitrailMprTransform {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;
  VitrailState state;
  VitrailMprWish wish; /* state.lock */

  /* The streaming thread's. */
  guint n_pushed;
  VitrailPixelFormat format; /* of the caps that were sent */
  gboolean has_caps;
};

G_DEFINE_FINAL_TYPE (VitrailMprTransform,
                     vitrail_mpr_transform,
                     GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (mprtransform)
GST_ELEMENT_REGISTER_DEFINE (mprtransform,
                             "mprtransform",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_MPR_TRANSFORM)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_VOLUME));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DECODED));

/* --- pictures --- */

static gboolean
send_caps (VitrailMprTransform *self,
           const VitrailPixelFormat *format,
           const VitrailPicturePace *pace)
{
  if (self->has_caps && format->width == self->format.width &&
      format->height == self->format.height &&
      format->is_float == self->format.is_float)
    return TRUE;
  g_autoptr (GstCaps) caps =
      vitrail_decoded_caps_new (format, pace->fps_n, pace->fps_d);
  const gboolean is_first = !self->has_caps;
  GstSegment segment;

  self->format = *format;
  self->has_caps = gst_pad_set_caps (self->src, caps);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  return self->has_caps &&
         (!is_first ||
          gst_pad_push_event (self->src, gst_event_new_segment (&segment)));
}

/* What is drawn: a plane, or along a path, of which the picture says all that
 * planes and it have in common. */
typedef struct {
  gboolean is_curved;
  VitrailMprPicture picture;
  VitrailCurvePicture curve;
} Drawing;

static void
drawing_clear (Drawing *self)
{
  vitrail_curve_picture_clear (&self->curve);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drawing, drawing_clear)

static gboolean
place (Drawing *self,
       const VitrailMprWish *wish,
       const VitrailVolumeInfo *info,
       GError **error)
{
  VitrailCurveWish curve;

  self->is_curved = vitrail_mpr_wish_get_curve (wish, &curve);
  if (!self->is_curved)
    return vitrail_mpr_place (&wish->mpr, info, &self->picture, error);
  if (!vitrail_curve_place (&curve, info, &self->curve, error))
    return FALSE;
  self->picture = self->curve.first;
  self->picture.width = self->curve.columns->len;
  self->picture.height = self->curve.wish.height;
  return TRUE;
}

static gboolean
draw_samples (VitrailVolume *volume,
              const Drawing *drawing,
              void *samples,
              GError **error)
{
  return drawing->is_curved
             ? vitrail_curve_draw (volume, &drawing->curve, samples, error)
             : vitrail_mpr_draw (volume, &drawing->picture, samples, error);
}

static GstBuffer *
draw (VitrailVolume *volume,
      const Drawing *drawing,
      VitrailFrameInfo *frame,
      GError **error)
{
  const VitrailMprPicture *picture = &drawing->picture;
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const gboolean is_float = vitrail_reslice_is_float (&picture->reslice);
  const gsize stride = vitrail_decoded_default_stride (&frame->format);
  const gsize line = picture->width * (is_float ? sizeof (float) : 2);
  g_autofree guint8 *samples =
      g_try_malloc (MAX (stride, line) * picture->height);

  if (samples == NULL) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
                         "no memory for a picture");
    return NULL;
  }
  if (!draw_samples (volume, drawing, samples, error))
    return NULL;
  vitrail_mpr_make_values (info, picture, samples);
  /* Lines are drawn without gaps; the last one moves first. */
  for (guint y = picture->height; y-- > 1 && stride > line;)
    memmove (samples + y * stride, samples + y * line, line);
  return gst_buffer_new_wrapped (g_steal_pointer (&samples),
                                 stride * picture->height);
}

static GstBuffer *
make_buffer (VitrailMprTransform *self,
             GstBuffer *in,
             const VitrailMprWish *wish,
             const VitrailPicturePace *pace,
             GError **error)
{
  VitrailVolume *volume = vitrail_buffer_get_volume (in);
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const VitrailFrameMeta *from = vitrail_buffer_get_frame_meta (in);
  g_auto (Drawing) drawing = { 0 };
  const VitrailMprPicture *picture = &drawing.picture;

  if (!place (&drawing, wish, info, error))
    return NULL;
  const gboolean is_float = vitrail_reslice_is_float (&picture->reslice);
  const VitrailSampleScale as = { is_float,
                                  is_float ? 0 : info->frame->sample_offset,
                                  picture->width, picture->height };
  g_autoptr (VitrailFrameInfo) frame =
      vitrail_frame_info_ref_made (info->frame, &as,
                                   drawing.is_curved ? NULL : picture->plane,
                                   picture->spacing);
  g_autoptr (GstBuffer) out = draw (volume, &drawing, frame, error);
  if (out == NULL)
    return NULL;
  VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (out, frame);
  /* Letters are the patient's; a volume of its own space has none. */
  meta->has_plane = info->space == VITRAIL_SPACE_PATIENT && !drawing.is_curved;
  meta->has_range =
      vitrail_volume_get_range (volume, &meta->range[0], &meta->range[1]);
  if (from != NULL) {
    meta->flags |= from->flags;
    meta->generation = from->generation;
    meta->quality = from->quality;
  }
  if (!send_caps (self, &frame->format, pace)) {
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
                         "what follows does not take its pictures");
    return NULL;
  }
  return g_steal_pointer (&out);
}

static GstFlowReturn
push_picture (VitrailMprTransform *self,
              GstBuffer *in,
              const VitrailMprWish *wish)
{
  g_autoptr (GError) error = NULL;
  VitrailPicturePace pace;

  vitrail_volume_get_pace (in, wish->n_frames, self->n_pushed, &pace);
  GstBuffer *out = make_buffer (self, in, wish, &pace, &error);

  if (out == NULL &&
      g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION))
    return GST_FLOW_NOT_NEGOTIATED;
  if (out == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("mprtransform: %s", error->message), (NULL));
    return GST_FLOW_ERROR;
  }
  GST_BUFFER_PTS (out) = pace.start;
  GST_BUFFER_DURATION (out) = pace.duration;
  GST_BUFFER_OFFSET (out) = self->n_pushed++;
  return gst_pad_push (self->src, out);
}

static GstFlowReturn
vitrail_mpr_transform_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailMprTransform *self = VITRAIL_MPR_TRANSFORM (parent);
  g_autoptr (GstBuffer) buffer = in;
  GstFlowReturn flow = GST_FLOW_OK;
  VitrailMprWish wish;

  if (vitrail_buffer_get_volume (buffer) == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                       ("mprtransform: there is no volume in its input"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  vitrail_state_copy (&self->state, &wish);
  for (guint i = 0; i < wish.n_frames && flow == GST_FLOW_OK; i++) {
    flow = push_picture (self, buffer, &wish);
    wish.mpr.offset += wish.step;
    wish.mpr.turn += wish.turn_step;
  }
  return flow;
}

/* The volume's caps are not the pictures', and time begins behind those. */
static gboolean
vitrail_mpr_transform_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailMprTransform *self = VITRAIL_MPR_TRANSFORM (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS ||
      GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
  {
    gst_event_unref (event);
    return TRUE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    self->n_pushed = 0;
    self->has_caps = FALSE;
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_mpr_transform_change_state (GstElement *element, GstStateChange change)
{
  VitrailMprTransform *self = VITRAIL_MPR_TRANSFORM (element);

  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    self->n_pushed = 0;
    self->has_caps = FALSE;
  }
  return GST_ELEMENT_CLASS (vitrail_mpr_transform_parent_class)
      ->change_state (element, change);
}

/* --- properties --- */

static void
vitrail_mpr_transform_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *spec)
{
  vitrail_state_set_property (&VITRAIL_MPR_TRANSFORM (object)->state, object,
                              id, value, spec);
}

static void
vitrail_mpr_transform_get_property (GObject *object,
                                    guint id,
                                    GValue *value,
                                    GParamSpec *spec)
{
  vitrail_state_get_property (&VITRAIL_MPR_TRANSFORM (object)->state, object,
                              id, value, spec);
}

static void
vitrail_mpr_transform_finalize (GObject *object)
{
  vitrail_state_clear (&VITRAIL_MPR_TRANSFORM (object)->state);
  G_OBJECT_CLASS (vitrail_mpr_transform_parent_class)->finalize (object);
}

static void
vitrail_mpr_transform_class_init (VitrailMprTransformClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (mprtransform_debug, "mprtransform", 0,
                           "planes of volumes");
  object_class->set_property = vitrail_mpr_transform_set_property;
  object_class->get_property = vitrail_mpr_transform_get_property;
  object_class->finalize = vitrail_mpr_transform_finalize;
  element_class->change_state = vitrail_mpr_transform_change_state;
  vitrail_mpr_wish_install (object_class);
  vitrail_mpr_wish_install_path (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Multiplanar reconstruction", "Filter/Converter/Video",
      "Planes and slabs of a volume", "Vitrail");
}

static void
vitrail_mpr_transform_init (VitrailMprTransform *self)
{
  vitrail_state_init (&self->state, &vitrail_mpr_wish_spec, &self->wish);
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, vitrail_mpr_transform_chain);
  gst_pad_set_event_function (self->sink, vitrail_mpr_transform_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
