/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* volumerender: a volume as a body, seen from anywhere.
 *
 *   gst-launch-1.0 dicomfilesrc location=ct/ ! volumebuilder !
 *     volumerender preset=CT-Bone azimuth=30 ! videoconvert ! pngenc !
 *     filesink location=bone.png
 *
 * Its pictures have the size that is asked for downstream, else that of width
 * and height. Behind a feedsrc it draws a coarse picture while things move, and
 * a fine one when they are still. With frames it pushes that many pictures of
 * each volume, each turned a step further: a film.
 *
 * Further volumes, of pads "sink_0" and "sink_1", lie in the first one as their
 * frames of reference say, or registrations, or a matrix.
 *
 * With segments it colours what a Segmentation says. */

#include "framecaps.h"
#include "framemeta.h"
#include "sink/feed.h"
#include "volume/renderinputs.h"
#include "volume/renderwish.h"
#include "volumemeta.h"

#include <gst/video/video.h>

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (volumerender_debug);
#define GST_CAT_DEFAULT volumerender_debug

#define VITRAIL_TYPE_VOLUME_RENDER (vitrail_volume_render_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVolumeRender,
                      vitrail_volume_render,
                      VITRAIL,
                      VOLUME_RENDER,
                      GstElement)

/* What programs give, not files or pads. */
enum { LAYERS, SEGMENTS, N_GIVEN };

struct _VitrailVolumeRender {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;
  VitrailState state;
  VitrailRenderWish wish;  /* state.lock */
  gpointer given[N_GIVEN]; /* GST_OBJECT_LOCK; each may be NULL */

  VitrailRenderInputs inputs;

  /* inputs.lock */
  VitrailRender *render;
  guint n_pushed;
  guint width; /* of the caps that were sent; 0: none */
  guint height;
};

static void child_proxy_init (GstChildProxyInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailVolumeRender,
                               vitrail_volume_render,
                               GST_TYPE_ELEMENT,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
                                                      child_proxy_init))
GST_ELEMENT_REGISTER_DECLARE (volumerender)
GST_ELEMENT_REGISTER_DEFINE (volumerender,
                             "volumerender",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_VOLUME_RENDER)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_VOLUME));
static GstStaticPadTemplate layer_template =
    GST_STATIC_PAD_TEMPLATE ("sink_%u",
                             GST_PAD_SINK,
                             GST_PAD_REQUEST,
                             GST_STATIC_CAPS (VITRAIL_CAPS_VOLUME));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("RGBA")));

/* --- pictures --- */

/* The size that is asked for downstream, else that of the properties. Asked for
 * each picture: a size that changes while caps are on their way would be lost
 * otherwise. */
static gboolean
negotiate (VitrailVolumeRender *self,
           VitrailCamera *camera,
           const VitrailPicturePace *pace)
{
  g_autoptr (GstCaps) caps =
      vitrail_picture_caps_ask (self->src, (int) camera->width,
                                (int) camera->height);
  GstVideoInfo info;
  GstSegment segment;

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return FALSE;
  camera->width = (guint) info.width;
  camera->height = (guint) info.height;
  if (self->width == camera->width && self->height == camera->height)
    return TRUE;
  gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, pace->fps_n,
                       pace->fps_d, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1,
                       1, NULL);
  if (!gst_pad_set_caps (self->src, caps))
    return FALSE;
  const gboolean is_first = self->width == 0;
  self->width = camera->width;
  self->height = camera->height;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  return !is_first ||
         gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

/* Where it lies, so that letters can be drawn on it, and how good it is. */
static void
describe (GstBuffer *out,
          GstBuffer *in,
          VitrailVolume *volume,
          const VitrailCamera *camera,
          const double plane[12],
          double spacing)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const VitrailFrameMeta *from = vitrail_buffer_get_frame_meta (in);
  const VitrailSampleScale as = { FALSE, info->frame->sample_offset,
                                  camera->width, camera->height };
  g_autoptr (VitrailFrameInfo) frame =
      vitrail_frame_info_ref_made (info->frame, &as, plane, spacing);
  VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (out, frame);

  meta->has_plane = info->space == VITRAIL_SPACE_PATIENT;
  if (from == NULL)
    return;
  meta->flags |= from->flags;
  meta->generation = from->generation;
  meta->quality = from->quality;
}

static GstBuffer *
draw (VitrailVolumeRender *self,
      GstBuffer *in,
      const VitrailRenderLook *look,
      GError **error)
{
  VitrailVolume *volume = vitrail_buffer_get_volume (in);
  const VitrailCamera *camera = &look->camera;
  const gsize size = (gsize) camera->width * camera->height * 4;
  g_autofree guint8 *pixels = g_try_malloc (size);
  double plane[12];
  double spacing = 0;

  if (pixels == NULL) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
                         "no memory for a picture");
    return NULL;
  }
  if (!vitrail_render_draw (self->render, volume, look, pixels, plane, &spacing,
                            error))
    return NULL;
  GstBuffer *out = gst_buffer_new_wrapped (g_steal_pointer (&pixels), size);
  describe (out, in, volume, camera, plane, spacing);
  return out;
}

static GstFlowReturn
push_picture (VitrailVolumeRender *self,
              GstBuffer *in,
              const VitrailRenderWish *wish)
{
  g_autoptr (GError) error = NULL;
  VitrailRenderLook look = wish->look;
  VitrailPicturePace pace;

  vitrail_volume_get_pace (in, wish->n_frames, self->n_pushed, &pace);
  if (!negotiate (self, &look.camera, &pace)) {
    self->width = 0;
    return GST_FLOW_NOT_NEGOTIATED;
  }
  GstBuffer *out = draw (self, in, &look, &error);
  if (out == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("volumerender: %s", error->message), (NULL));
    return GST_FLOW_ERROR;
  }
  GST_BUFFER_PTS (out) = pace.start;
  GST_BUFFER_DURATION (out) = pace.duration;
  GST_BUFFER_OFFSET (out) = self->n_pushed++;
  return gst_pad_push (self->src, out);
}

/* Why not, or NULL. @transfer: where the wish's lies. */
static char *
get_wish (VitrailVolumeRender *self,
          GstBuffer *in,
          VitrailRenderWish *wish,
          VitrailTransfer *transfer)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (in);
  g_autoptr (GError) error = NULL;

  vitrail_state_copy (&self->state, wish);
  wish->look.is_coarse =
      meta != NULL && meta->quality == VITRAIL_QUALITY_PREVIEW;
  if (!vitrail_transfer_parse (wish->preset != NULL ? wish->preset : "CT-Bone",
                               transfer, &error))
    return g_strdup (error->message);
  wish->look.transfer = transfer;
  if (!vitrail_camera_set_clips (&wish->look.camera, wish->clip_planes))
    return g_strdup_printf ("%s are no planes", wish->clip_planes);
  return NULL;
}

static GstFlowReturn
fail (VitrailVolumeRender *self, const char *reason)
{
  GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("volumerender: %s", reason),
                     (NULL));
  return GST_FLOW_ERROR;
}

static GType
get_given_type (guint given)
{
  return given == LAYERS ? VITRAIL_TYPE_FUSION_LAYERS
                         : VITRAIL_TYPE_RENDER_SEGMENTS;
}

/* (transfer full) (nullable): of get_given_type () */
static gpointer
copy_given (VitrailVolumeRender *self, guint given)
{
  gpointer copy = NULL;

  GST_OBJECT_LOCK (self);
  if (self->given[given] != NULL)
    copy = g_boxed_copy (get_given_type (given), self->given[given]);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

/* Pictures of @in, which holds the first volume, and of @pads' volumes in it.
 * Under the lock. */
static GstFlowReturn
push_pictures (VitrailVolumeRender *self, const GPtrArray *pads, GstBuffer *in)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (in);
  GstFlowReturn flow = GST_FLOW_OK;
  g_autoptr (GError) error = NULL;
  VitrailRenderWish wish;
  VitrailTransfer transfer;
  g_autofree char *reason = get_wish (self, in, &wish, &transfer);
  g_autoptr (VitrailFusionLayers) layers = copy_given (self, LAYERS);
  g_autoptr (VitrailRenderSegments) segments = copy_given (self, SEGMENTS);

  if (reason != NULL)
    return fail (self, reason);
  if (!vitrail_render_inputs_fill (&self->inputs, pads, wish.registration,
                                   vitrail_buffer_get_volume (in), &wish.look,
                                   &error) ||
      !vitrail_render_inputs_add_layers (layers, &wish.look, &error) ||
      !vitrail_render_inputs_segment (&self->inputs, wish.segments, segments,
                                      wish.registration,
                                      vitrail_buffer_get_volume (in),
                                      &wish.look, &error))
    return fail (self, error->message);
  for (guint i = 0; i < wish.n_frames && flow == GST_FLOW_OK; i++) {
    /* Something newer is on its way: nobody wants the fine picture. */
    if (!wish.look.is_coarse && meta != NULL &&
        vitrail_frame_meta_is_stale (meta))
      return GST_FLOW_OK;
    flow = push_picture (self, in, &wish);
    wish.look.camera.azimuth += wish.turn_step;
  }
  return flow;
}

static GstFlowReturn
vitrail_volume_render_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (parent);
  g_autoptr (GstBuffer) buffer = in;
  g_autoptr (GPtrArray) pads =
      vitrail_render_inputs_list (GST_ELEMENT (parent));
  VitrailRenderInputs *inputs = &self->inputs;
  GstFlowReturn flow = GST_FLOW_OK;

  if (vitrail_buffer_get_volume (buffer) == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                       ("volumerender: there is no volume in its input"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  pthread_mutex_lock (&inputs->lock);
  if (pad != self->sink)
    gst_buffer_replace (&VITRAIL_FUSION_PAD (pad)->buffer, buffer);
  else if (pads->len > 0)
    gst_buffer_replace (&inputs->main, buffer);
  GstBuffer *first = pads->len > 0 ? inputs->main : buffer;
  if (first != NULL && vitrail_render_inputs_are_there (pads))
    flow = push_pictures (self, pads, first);
  pthread_mutex_unlock (&inputs->lock);
  return flow;
}

/* Ends when all inputs have. */
static gboolean
end_input (VitrailVolumeRender *self, GstPad *pad)
{
  g_autoptr (GPtrArray) pads = vitrail_render_inputs_list (GST_ELEMENT (self));
  VitrailRenderInputs *inputs = &self->inputs;
  gboolean ok = TRUE;

  pthread_mutex_lock (&inputs->lock);
  if (pad == self->sink)
    inputs->at_end = TRUE;
  else
    VITRAIL_FUSION_PAD (pad)->at_end = TRUE;
  if (vitrail_render_inputs_at_end (inputs, pads)) {
    if (!vitrail_render_inputs_are_there (pads))
      fail (self, "a further volume did not come");
    ok = gst_pad_push_event (self->src, gst_event_new_eos ());
  }
  pthread_mutex_unlock (&inputs->lock);
  return ok;
}

/* Streams and times of further volumes are not the pictures'. */
static gboolean
vitrail_volume_render_layer_event (GstPad *pad,
                                   GstObject *parent,
                                   GstEvent *event)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (parent);
  VitrailFusionPad *layer = VITRAIL_FUSION_PAD (pad);
  const GstEventType type = GST_EVENT_TYPE (event);

  gst_event_unref (event);
  if (type == GST_EVENT_EOS)
    return end_input (self, pad);
  if (type != GST_EVENT_FLUSH_STOP)
    return TRUE;
  pthread_mutex_lock (&self->inputs.lock);
  gst_clear_buffer (&layer->buffer);
  layer->at_end = FALSE;
  pthread_mutex_unlock (&self->inputs.lock);
  return TRUE;
}

/* The volume's caps are not the pictures', and time begins behind those. */
static gboolean
vitrail_volume_render_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS ||
      GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
  {
    gst_event_unref (event);
    return TRUE;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    gst_event_unref (event);
    return end_input (self, pad);
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    pthread_mutex_lock (&self->inputs.lock);
    self->n_pushed = self->width = self->height = 0;
    gst_clear_buffer (&self->inputs.main);
    self->inputs.at_end = FALSE;
    pthread_mutex_unlock (&self->inputs.lock);
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_volume_render_change_state (GstElement *element, GstStateChange change)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (element);

  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    self->n_pushed = self->width = self->height = 0;
    self->render = vitrail_render_new ();
  }
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_volume_render_parent_class)
          ->change_state (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) {
    g_clear_pointer (&self->render, vitrail_render_free);
    vitrail_render_inputs_forget (&self->inputs, element);
  }
  return result;
}

/* --- properties --- */

/* --- further inputs --- */

static GstPad *
vitrail_volume_render_request_new_pad (GstElement *element,
                                       GstPadTemplate *template,
                                       const char *name,
                                       const GstCaps *caps)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (element);
  GstPad *pad =
      vitrail_render_inputs_add (&self->inputs, element, template, name);

  if (pad == NULL)
    return NULL;
  gst_pad_set_chain_function (pad, vitrail_volume_render_chain);
  gst_pad_set_event_function (pad, vitrail_volume_render_layer_event);
  if (!gst_element_add_pad (element, pad))
    return NULL;
  gst_child_proxy_child_added (GST_CHILD_PROXY (self), G_OBJECT (pad),
                               GST_PAD_NAME (pad));
  return pad;
}

static void
vitrail_volume_render_release_pad (GstElement *element, GstPad *pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
                                 GST_PAD_NAME (pad));
  gst_element_remove_pad (element, pad);
}

static GObject *
get_child (GstChildProxy *proxy, guint index)
{
  g_autoptr (GPtrArray) pads = vitrail_render_inputs_list (GST_ELEMENT (proxy));

  return index < pads->len ? g_object_ref (g_ptr_array_index (pads, index))
                           : NULL;
}

static guint
count_children (GstChildProxy *proxy)
{
  g_autoptr (GPtrArray) pads = vitrail_render_inputs_list (GST_ELEMENT (proxy));

  return pads->len;
}

static void
child_proxy_init (GstChildProxyInterface *iface)
{
  iface->get_child_by_index = get_child;
  iface->get_children_count = count_children;
}

static void
set_given (VitrailVolumeRender *self, guint given, const GValue *value)
{
  GST_OBJECT_LOCK (self);
  gpointer old = self->given[given];
  self->given[given] = g_value_dup_boxed (value);
  const gboolean is_same = old == NULL && self->given[given] == NULL;
  GST_OBJECT_UNLOCK (self);
  if (old != NULL)
    g_boxed_free (get_given_type (given), old);
  if (!is_same)
    vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_volume_render_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *spec)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (object);

  if (id >= VITRAIL_RENDER_PROP_GIVEN)
    set_given (self, id - VITRAIL_RENDER_PROP_GIVEN, value);
  else
    vitrail_state_set_property (&self->state, object, id, value, spec);
}

static void
vitrail_volume_render_get_property (GObject *object,
                                    guint id,
                                    GValue *value,
                                    GParamSpec *spec)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (object);

  if (id >= VITRAIL_RENDER_PROP_GIVEN)
    g_value_take_boxed (value,
                        copy_given (self, id - VITRAIL_RENDER_PROP_GIVEN));
  else
    vitrail_state_get_property (&self->state, object, id, value, spec);
}

static void
vitrail_volume_render_finalize (GObject *object)
{
  VitrailVolumeRender *self = VITRAIL_VOLUME_RENDER (object);

  vitrail_render_free (self->render);
  for (guint i = 0; i < N_GIVEN; i++)
    if (self->given[i] != NULL)
      g_boxed_free (get_given_type (i), self->given[i]);
  vitrail_render_inputs_clear (&self->inputs);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_volume_render_parent_class)->finalize (object);
}

static void
install_given (GObjectClass *object_class,
               guint given,
               const char *name,
               const char *blurb)
{
  g_object_class_install_property (
      object_class, VITRAIL_RENDER_PROP_GIVEN + given,
      g_param_spec_boxed (name, name, blurb, get_given_type (given),
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                              GST_PARAM_MUTABLE_PLAYING));
}

static void
vitrail_volume_render_class_init (VitrailVolumeRenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (volumerender_debug, "volumerender", 0,
                           "volumes as bodies");
  object_class->set_property = vitrail_volume_render_set_property;
  object_class->get_property = vitrail_volume_render_get_property;
  object_class->finalize = vitrail_volume_render_finalize;
  element_class->change_state = vitrail_volume_render_change_state;
  element_class->request_new_pad = vitrail_volume_render_request_new_pad;
  element_class->release_pad = vitrail_volume_render_release_pad;
  vitrail_render_wish_install (object_class);
  install_given (object_class, LAYERS, "layers",
                 "Volumes in it besides those of pads, where they lie and how "
                 "they look");
  install_given (object_class, SEGMENTS, "segments-given",
                 "Segments that a program has read, where they lie, where "
                 "segments names none");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &layer_template, VITRAIL_TYPE_FUSION_PAD);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Volume renderer", "Filter/Converter/Video",
      "A volume as a body, seen from anywhere", "Vitrail");
}

static void
vitrail_volume_render_init (VitrailVolumeRender *self)
{
  vitrail_render_inputs_init (&self->inputs);
  vitrail_state_init (&self->state, &vitrail_render_wish_spec, &self->wish);
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, vitrail_volume_render_chain);
  gst_pad_set_event_function (self->sink, vitrail_volume_render_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
