/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fusionmix: several volumes as layers of one plane, the first pad's at the
 * bottom.
 *
 *   gst-launch-1.0 fusionmix name=mix orientation=coronal
 *       sink_1::colormap=hot_iron sink_1::opacity=0.5 !
 *     videoconvert ! pngenc ! filesink location=fused.png
 *     dicomfilesrc location=ct/ ! volumebuilder ! mix.
 *     dicomfilesrc location=pet/ ! volumebuilder ! mix.
 *
 * Where the plane lies is said in the first volume's terms. Others lie in it as
 * their frames of reference say; where those differ a registration has to lead
 * from one to the other, or a matrix: else there is no picture, but a reason.
 */

#include "framemeta.h"
#include "registration/registration.h"
#include "sink/feed.h"
#include "volume/fusionpad.h"
#include "volume/mprwish.h"
#include "volumemeta.h"

#include <gst/video/video.h>

#include <pthread.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (fusionmix_debug);
#define GST_CAT_DEFAULT fusionmix_debug

#define VITRAIL_TYPE_FUSION_MIX (vitrail_fusion_mix_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFusionMix,
                      vitrail_fusion_mix,
                      VITRAIL,
                      FUSION_MIX,
                      GstElement)

/* Pictures of a film a second. */
#define RATE 10

struct _VitrailFusionMix {
  GstElement parent_instance;

  GstPad *src;
  VitrailState state;
  VitrailMprWish wish; /* state.lock */
  char *registration;  /* the object's lock */

  /* Guards what follows, the pads' volumes, and pushing. */
  pthread_mutex_t lock;
  GPtrArray *registrations; /* of loaded; or NULL */
  char *loaded;
  guint n_requested;
  guint n_pushed;
  guint width; /* of the caps that were sent; 0: none */
  guint height;
  gboolean is_started;
};

static void child_proxy_init (GstChildProxyInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailFusionMix,
                               vitrail_fusion_mix,
                               GST_TYPE_ELEMENT,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
                                                      child_proxy_init))
GST_ELEMENT_REGISTER_DECLARE (fusionmix)
GST_ELEMENT_REGISTER_DEFINE (fusionmix,
                             "fusionmix",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_FUSION_MIX)

enum {
  PROP_REGISTRATION = VITRAIL_MPR_WISH_N_PROPS,
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink_%u",
                             GST_PAD_SINK,
                             GST_PAD_REQUEST,
                             GST_STATIC_CAPS (VITRAIL_CAPS_VOLUME));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("RGBA")));

/* --- layers --- */

/* Our pads, in order. */
static GPtrArray *
list_pads (VitrailFusionMix *self)
{
  GPtrArray *pads = g_ptr_array_new_with_free_func (gst_object_unref);

  GST_OBJECT_LOCK (self);
  for (GList *l = GST_ELEMENT (self)->sinkpads; l != NULL; l = l->next)
    g_ptr_array_add (pads, gst_object_ref (l->data));
  GST_OBJECT_UNLOCK (self);
  return pads;
}

/* What the property names, read once. */
static gboolean
load_registrations (VitrailFusionMix *self, GError **error)
{
  GST_OBJECT_LOCK (self);
  g_autofree char *path = g_strdup (self->registration);
  GST_OBJECT_UNLOCK (self);

  if (g_strcmp0 (path, self->loaded) == 0)
    return TRUE;
  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_clear_pointer (&self->loaded, g_free);
  if (path == NULL)
    return TRUE;
  self->registrations = vitrail_registrations_load (path, error);
  if (self->registrations == NULL)
    return FALSE;
  self->loaded = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
set_layer (VitrailFusionMix *self,
           VitrailFusionPad *pad,
           VitrailVolume *first,
           VitrailFusionLayer *layer,
           GError **error)
{
  VitrailFusionWish wish;
  g_autoptr (GError) reason = NULL;

  vitrail_fusion_pad_get_wish (pad, &wish);
  layer->volume = vitrail_buffer_get_volume (pad->buffer);
  layer->look = wish.look;
  if (vitrail_fusion_find_matrix (self->registrations, wish.matrix, first,
                                  layer->volume, layer->matrix, &reason))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&reason),
                              "%s cannot be laid over the first layer: ",
                              GST_PAD_NAME (pad));
  return FALSE;
}

/* --- pictures --- */

static gboolean
send_caps (VitrailFusionMix *self, guint width, guint height)
{
  GstSegment segment;

  if (width == self->width && height == self->height)
    return TRUE;
  if (!self->is_started) {
    g_autofree char *id =
        g_strdup_printf ("%s-%08x", GST_ELEMENT_NAME (self), g_random_int ());
    gst_pad_push_event (self->src, gst_event_new_stream_start (id));
  }
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGBA",
                           "width", G_TYPE_INT, (int) width, "height",
                           G_TYPE_INT, (int) height, "framerate",
                           GST_TYPE_FRACTION, RATE, 1, "pixel-aspect-ratio",
                           GST_TYPE_FRACTION, 1, 1, NULL);
  if (!gst_pad_set_caps (self->src, caps))
    return FALSE;
  self->width = width;
  self->height = height;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (!self->is_started)
    gst_pad_push_event (self->src, gst_event_new_segment (&segment));
  self->is_started = TRUE;
  return TRUE;
}

/* Where it lies, and for whom it was made. */
static void
describe (GstBuffer *out,
          GstBuffer *in,
          VitrailVolume *first,
          const VitrailMprPicture *picture)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (first);
  const VitrailFrameMeta *from = vitrail_buffer_get_frame_meta (in);
  const VitrailSampleScale as = { FALSE, info->frame->sample_offset,
                                  picture->width, picture->height };
  g_autoptr (VitrailFrameInfo) frame =
      vitrail_frame_info_ref_made (info->frame, &as, picture->plane,
                                   picture->spacing);
  VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (out, frame);

  meta->has_plane = info->space == VITRAIL_SPACE_PATIENT;
  if (from == NULL)
    return;
  meta->flags |= from->flags;
  meta->generation = from->generation;
  meta->quality = from->quality;
}

static GstBuffer *
draw (const VitrailFusionLayer *layers,
      guint n,
      const VitrailMpr *mpr,
      VitrailMprPicture *picture,
      GError **error)
{
  if (!vitrail_mpr_place (mpr, vitrail_volume_get_info (layers[0].volume),
                          picture, error))
    return NULL;
  const gsize size = (gsize) picture->width * picture->height * 4;
  g_autofree guint8 *pixels = g_try_malloc (size);
  if (pixels == NULL) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
                         "no memory for a picture");
    return NULL;
  }
  if (!vitrail_fusion_draw (layers, n, mpr, picture, pixels, error))
    return NULL;
  return gst_buffer_new_wrapped (g_steal_pointer (&pixels), size);
}

static GstFlowReturn
push (VitrailFusionMix *self, GstBuffer *out, const VitrailMprPicture *picture)
{
  if (!send_caps (self, picture->width, picture->height)) {
    gst_buffer_unref (out);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  GST_BUFFER_PTS (out) = self->n_pushed * (GST_SECOND / RATE);
  GST_BUFFER_DURATION (out) = GST_SECOND / RATE;
  GST_BUFFER_OFFSET (out) = self->n_pushed++;
  return gst_pad_push (self->src, out);
}

static GstFlowReturn
fail (VitrailFusionMix *self, const GError *error)
{
  GST_ELEMENT_ERROR (self, STREAM, FAILED, ("fusionmix: %s", error->message),
                     (NULL));
  return GST_FLOW_ERROR;
}

/* All of @pads have a volume; @in came last. */
static GstFlowReturn
mix (VitrailFusionMix *self, const GPtrArray *pads, GstBuffer *in)
{
  VitrailFusionLayer layers[VITRAIL_FUSION_LAYERS] = { { 0 } };
  VitrailFusionPad *bottom = g_ptr_array_index (pads, 0);
  VitrailVolume *first = vitrail_buffer_get_volume (bottom->buffer);
  GstFlowReturn flow = GST_FLOW_OK;
  g_autoptr (GError) error = NULL;
  VitrailMprWish wish;

  if (!load_registrations (self, &error))
    return fail (self, error);
  for (guint i = 0; i < pads->len; i++)
    if (!set_layer (self, g_ptr_array_index (pads, i), first, &layers[i],
                    &error))
      return fail (self, error);
  vitrail_state_copy (&self->state, &wish);
  for (guint i = 0; i < wish.n_frames && flow == GST_FLOW_OK; i++) {
    VitrailMprPicture picture;
    GstBuffer *out = draw (layers, pads->len, &wish.mpr, &picture, &error);
    if (out == NULL)
      return fail (self, error);
    describe (out, in, first, &picture);
    flow = push (self, out, &picture);
    wish.mpr.offset += wish.step;
    wish.mpr.turn += wish.turn_step;
  }
  return flow;
}

static gboolean
have_volumes (const GPtrArray *pads)
{
  for (guint i = 0; i < pads->len; i++) {
    const VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    if (pad->buffer == NULL)
      return FALSE;
  }
  return TRUE;
}

static GstFlowReturn
vitrail_fusion_mix_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (parent);
  g_autoptr (GstBuffer) buffer = in;
  g_autoptr (GPtrArray) pads = list_pads (self);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  GstFlowReturn flow = GST_FLOW_OK;

  if (vitrail_buffer_get_volume (buffer) == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                       ("fusionmix: there is no volume in its input"), (NULL));
    return GST_FLOW_ERROR;
  }
  pthread_mutex_lock (&self->lock);
  gst_buffer_replace (&VITRAIL_FUSION_PAD (pad)->buffer, buffer);
  /* Where something newer is on its way nobody wants this picture. */
  if (have_volumes (pads) &&
      (meta == NULL || !vitrail_frame_meta_is_stale (meta)))
    flow = mix (self, pads, buffer);
  pthread_mutex_unlock (&self->lock);
  return flow;
}

/* --- events --- */

/* Ends when all inputs have. */
static gboolean
end_input (VitrailFusionMix *self, VitrailFusionPad *pad)
{
  g_autoptr (GPtrArray) pads = list_pads (self);
  const VitrailFusionPad *empty = NULL;
  gboolean at_end = TRUE;

  pthread_mutex_lock (&self->lock);
  pad->at_end = TRUE;
  for (guint i = 0; i < pads->len; i++) {
    const VitrailFusionPad *one = g_ptr_array_index (pads, i);
    at_end = at_end && one->at_end;
    if (one->buffer == NULL)
      empty = one;
  }
  if (at_end && empty != NULL)
    GST_ELEMENT_ERROR (
        self, STREAM, FAILED,
        ("fusionmix: no volume came to %s", GST_PAD_NAME (empty)), (NULL));
  const gboolean ok =
      !at_end || gst_pad_push_event (self->src, gst_event_new_eos ());
  pthread_mutex_unlock (&self->lock);
  return ok;
}

static void
forget (VitrailFusionMix *self)
{
  g_autoptr (GPtrArray) pads = list_pads (self);

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < pads->len; i++) {
    VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    gst_clear_buffer (&pad->buffer);
    pad->at_end = FALSE;
  }
  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_clear_pointer (&self->loaded, g_free);
  self->n_pushed = self->width = self->height = 0;
  self->is_started = FALSE;
  pthread_mutex_unlock (&self->lock);
}

/* A flush behind one input is one of all. */
static void
begin_again (VitrailFusionMix *self, VitrailFusionPad *pad)
{
  pthread_mutex_lock (&self->lock);
  gst_clear_buffer (&pad->buffer);
  pad->at_end = FALSE;
  self->n_pushed = self->width = self->height = 0;
  self->is_started = FALSE;
  pthread_mutex_unlock (&self->lock);
}

/* Streams, caps and times of the volumes are not the pictures'. */
static gboolean
vitrail_fusion_mix_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
  case GST_EVENT_CAPS:
  case GST_EVENT_SEGMENT:
  case GST_EVENT_TAG:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_EOS:
    gst_event_unref (event);
    return end_input (self, VITRAIL_FUSION_PAD (pad));
  case GST_EVENT_FLUSH_STOP:
    begin_again (self, VITRAIL_FUSION_PAD (pad));
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* --- pads --- */

static GstPad *
vitrail_fusion_mix_request_new_pad (GstElement *element,
                                    GstPadTemplate *template,
                                    const char *name,
                                    const GstCaps *caps)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (element);
  g_autoptr (GPtrArray) pads = list_pads (self);

  if (pads->len >= VITRAIL_FUSION_LAYERS)
    return NULL;
  pthread_mutex_lock (&self->lock);
  g_autofree char *own = name != NULL
                             ? g_strdup (name)
                             : g_strdup_printf ("sink_%u", self->n_requested);
  self->n_requested++;
  pthread_mutex_unlock (&self->lock);
  GstPad *pad =
      g_object_new (VITRAIL_TYPE_FUSION_PAD, "name", name, "direction",
                    GST_PAD_SINK, "template", template, NULL);
  gst_pad_set_chain_function (pad, vitrail_fusion_mix_chain);
  gst_pad_set_event_function (pad, vitrail_fusion_mix_event);
  if (!gst_element_add_pad (element, pad))
    return NULL;
  gst_child_proxy_child_added (GST_CHILD_PROXY (self), G_OBJECT (pad), own);
  return pad;
}

static void
vitrail_fusion_mix_release_pad (GstElement *element, GstPad *pad)
{
  gst_child_proxy_child_removed (GST_CHILD_PROXY (element), G_OBJECT (pad),
                                 GST_PAD_NAME (pad));
  gst_element_remove_pad (element, pad);
}

static GObject *
get_child (GstChildProxy *proxy, guint index)
{
  g_autoptr (GPtrArray) pads = list_pads (VITRAIL_FUSION_MIX (proxy));

  return index < pads->len ? g_object_ref (g_ptr_array_index (pads, index))
                           : NULL;
}

static guint
count_children (GstChildProxy *proxy)
{
  g_autoptr (GPtrArray) pads = list_pads (VITRAIL_FUSION_MIX (proxy));

  return pads->len;
}

static void
child_proxy_init (GstChildProxyInterface *iface)
{
  iface->get_child_by_index = get_child;
  iface->get_children_count = count_children;
}

/* --- the element --- */

static GstStateChangeReturn
vitrail_fusion_mix_change_state (GstElement *element, GstStateChange change)
{
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_fusion_mix_parent_class)
          ->change_state (element, change);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    forget (VITRAIL_FUSION_MIX (element));
  return result;
}

static void
vitrail_fusion_mix_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *spec)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (object);

  if (id != PROP_REGISTRATION) {
    vitrail_state_set_property (&self->state, object, id, value, spec);
    return;
  }
  GST_OBJECT_LOCK (self);
  g_free (self->registration);
  self->registration = g_value_dup_string (value);
  GST_OBJECT_UNLOCK (self);
  vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_fusion_mix_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *spec)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (object);

  if (id != PROP_REGISTRATION) {
    vitrail_state_get_property (&self->state, object, id, value, spec);
    return;
  }
  GST_OBJECT_LOCK (self);
  g_value_set_string (value, self->registration);
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_fusion_mix_finalize (GObject *object)
{
  VitrailFusionMix *self = VITRAIL_FUSION_MIX (object);

  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_free (self->loaded);
  g_free (self->registration);
  pthread_mutex_destroy (&self->lock);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_fusion_mix_parent_class)->finalize (object);
}

static void
vitrail_fusion_mix_class_init (VitrailFusionMixClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (fusionmix_debug, "fusionmix", 0,
                           "volumes over volumes");
  object_class->set_property = vitrail_fusion_mix_set_property;
  object_class->get_property = vitrail_fusion_mix_get_property;
  object_class->finalize = vitrail_fusion_mix_finalize;
  element_class->change_state = vitrail_fusion_mix_change_state;
  element_class->request_new_pad = vitrail_fusion_mix_request_new_pad;
  element_class->release_pad = vitrail_fusion_mix_release_pad;
  vitrail_mpr_wish_install (object_class);
  g_object_class_install_property (
      object_class, PROP_REGISTRATION,
      g_param_spec_string ("registration", "Registration",
                           "A Spatial Registration, or a folder with some: how "
                           "frames of reference lie in each other",
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                               GST_PARAM_MUTABLE_PLAYING));
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &sink_template, VITRAIL_TYPE_FUSION_PAD);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Fusion of volumes", "Filter/Editor/Video",
      "Several volumes as layers of one plane", "Vitrail");
}

static void
vitrail_fusion_mix_init (VitrailFusionMix *self)
{
  pthread_mutex_init (&self->lock, NULL);
  vitrail_state_init (&self->state, &vitrail_mpr_wish_spec, &self->wish);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
