/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmdecode: stored frames to normalized samples, several at once on the pool.
 * As time goes they leave in order, pushed by whoever brings the next; from a
 * live source the newest finished one leaves, pushed by the source pad's task,
 * and the stale ones do not.
 *
 * What comes out is planned from the caps that come in: the codecs keep to the
 * header. A frame that does not decode becomes a black one, flagged, with a
 * warning that says which file and why, and playing goes on. */

#include "codec/codec.h"
#include "decode/decodedbuffer.h"
#include "decode/decodequeue.h"
#include "framecaps.h"
#include "framemeta.h"
#include "pool.h"
#include "video/videoindex.h"

GST_DEBUG_CATEGORY_STATIC (dcmdecode_debug);
#define GST_CAT_DEFAULT dcmdecode_debug

#define VITRAIL_TYPE_DCM_DECODE (vitrail_dcm_decode_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmDecode,
                      vitrail_dcm_decode,
                      VITRAIL,
                      DCM_DECODE,
                      GstElement)

struct _VitrailDcmDecode {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad;
  VitrailDecodeQueue *queue;

  /* The streaming thread's; the task reads them only while the queue is not
   * idle, and they change only while it is. */
  VitrailStoredFormat *stored; /* NULL before caps */
  int fps_n;
  int fps_d;
  VitrailFrameInfo *info; /* for buffers without one */
  GstSegment segment;
  gboolean is_live;

  /* Of whoever pushes: what left last. */
  VitrailDecodedFormat output;
  gboolean has_warned;

  gint flow; /* atomic: what the task's last push returned */

  /* Guarded by the object lock: running time before which frames come too
   * late. */
  GstClockTime earliest;
};

G_DEFINE_TYPE (VitrailDcmDecode, vitrail_dcm_decode, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (dcmdecode)
GST_ELEMENT_REGISTER_DEFINE (dcmdecode,
                             "dcmdecode",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_DCM_DECODE)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_FRAME));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DECODED));

/* Caps that leave. */

static void
ask_allocation (VitrailDcmDecode *self, GstCaps *caps)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, FALSE);

  self->output.has_video_meta =
      gst_pad_peer_query (self->srcpad, query) &&
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
}

static gboolean
push_caps (VitrailDcmDecode *self)
{
  g_autoptr (GstCaps) caps =
      vitrail_decoded_caps_new (&self->output.format, self->fps_n, self->fps_d);
  g_autoptr (GstCaps) now = gst_pad_get_current_caps (self->srcpad);
  if (caps == NULL)
    return FALSE;
  if ((now == NULL || !gst_caps_is_equal (now, caps)) &&
      !gst_pad_push_event (self->srcpad, gst_event_new_caps (caps)))
    return FALSE;
  ask_allocation (self, caps);
  return TRUE;
}

/* Pushing what is finished. */

/* A code stream that contradicts its header wins: what leaves is what was
 * decoded. */
static gboolean
follow (VitrailDcmDecode *self, VitrailDecoded *decoded)
{
  const VitrailFrame *frame = decoded->frame;

  if (frame->warning != NULL && !self->has_warned) {
    self->has_warned = TRUE;
    GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", frame->warning), (NULL));
  }
  return vitrail_decoded_format_fits (&self->output, frame) ||
         (vitrail_decoded_format_plan (&self->output, &frame->format,
                                       &decoded->error) &&
          push_caps (self));
}

static GstBuffer *
make_buffer (VitrailDcmDecode *self, VitrailDecoded *decoded)
{
  GstBuffer *buffer = NULL;

  if (decoded->frame != NULL && follow (self, decoded))
    buffer = vitrail_decoded_buffer_new (&self->output, decoded->frame,
                                         &decoded->error);
  if (decoded->error != NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE, ("%s", decoded->error->message),
                         (NULL));
  gboolean is_corrupt = buffer == NULL;
  if (is_corrupt)
    buffer = vitrail_decoded_buffer_new_blank (&self->output);
  if (buffer == NULL)
    return NULL;

  gst_buffer_copy_into (buffer, decoded->input,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0,
                        -1);
  if (vitrail_buffer_get_frame_meta (decoded->input) != NULL)
    vitrail_buffer_copy_frame_meta (buffer, decoded->input, NULL);
  else
    vitrail_buffer_add_frame_meta (buffer, self->info);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  if (!is_corrupt) {
    vitrail_frame_meta_adapt (meta, decoded->frame);
    if (decoded->frame->preview_bytes > 0)
      meta->flags |= VITRAIL_FRAME_META_INCOMPLETE;
  } else {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_CORRUPTED);
    meta->flags |= VITRAIL_FRAME_META_CORRUPT;
    if (decoded->error != NULL)
      vitrail_frame_meta_set_reason (meta, decoded->error->message);
  }
  return buffer;
}

static GstFlowReturn
push_decoded (VitrailDcmDecode *self, VitrailDecoded *decoded)
{
  GstBuffer *buffer = make_buffer (self, decoded);

  if (buffer == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT, ("No memory for a frame"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  return gst_pad_push (self->srcpad, buffer);
}

/* In order, until at most @most are in flight and the next is not finished. */
static GstFlowReturn
push_finished (VitrailDcmDecode *self, guint most)
{
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK) {
    g_autoptr (VitrailDecoded) decoded =
        vitrail_decode_queue_pop_oldest (self->queue, most);
    if (decoded == NULL)
      return GST_FLOW_OK;
    flow = push_decoded (self, decoded);
  }
  return flow;
}

static void
push_newest_cb (gpointer user_data)
{
  VitrailDcmDecode *self = user_data;
  g_autoptr (VitrailDecoded) decoded =
      vitrail_decode_queue_pop_newest (self->queue);
  GstFlowReturn flow =
      decoded != NULL ? push_decoded (self, decoded) : GST_FLOW_FLUSHING;

  g_atomic_int_set (&self->flow, flow);
  if (flow != GST_FLOW_OK)
    gst_pad_pause_task (self->srcpad);
}

static void
start_task (VitrailDcmDecode *self)
{
  g_atomic_int_set (&self->flow, GST_FLOW_OK);
  gst_pad_start_task (self->srcpad, push_newest_cb, self, NULL);
}

/* What has come must have left before what comes now. */
static void
drain (VitrailDcmDecode *self, gboolean drop)
{
  if (!self->is_live)
    push_finished (self, 0);
  else if (g_atomic_int_get (&self->flow) == GST_FLOW_OK)
    vitrail_decode_queue_wait_idle (self->queue, drop);
}

/* Frames. */

/* A sink that keeps time has said that it cannot use frames so old. */
static gboolean
is_too_late (VitrailDcmDecode *self, GstBuffer *buffer)
{
  GstClockTime time = GST_CLOCK_TIME_NONE;

  if (self->segment.format == GST_FORMAT_TIME)
    time = gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME,
                                        GST_BUFFER_PTS (buffer));
  GST_OBJECT_LOCK (self);
  gboolean is_late = GST_CLOCK_TIME_IS_VALID (time) &&
                     GST_CLOCK_TIME_IS_VALID (self->earliest) &&
                     time < self->earliest;
  GST_OBJECT_UNLOCK (self);
  return is_late;
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VitrailDcmDecode *self = VITRAIL_DCM_DECODE (parent);

  if (self->stored == NULL) {
    gst_buffer_unref (buffer);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if (self->is_live) {
    vitrail_decode_queue_push (self->queue, buffer, self->stored);
    return (GstFlowReturn) g_atomic_int_get (&self->flow);
  }
  if (is_too_late (self, buffer)) {
    GST_DEBUG_OBJECT (self, "too late: %" GST_PTR_FORMAT, buffer);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  vitrail_decode_queue_push (self->queue, buffer, self->stored);
  return push_finished (self, vitrail_pool_get_n_workers ());
}

/* Caps that come. */

static gboolean
plan (VitrailDcmDecode *self, const GstCaps *caps, GError **error)
{
  VitrailPixelFormat format;
  const char *transfer_syntax = NULL;

  if (!vitrail_stored_caps_parse (caps, &format, &transfer_syntax, error) ||
      !vitrail_decoded_format_plan (&self->output, &format, error))
    return FALSE;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_frame_info_from_format (&format, transfer_syntax, error);
  if (info == NULL)
    return FALSE;
  g_clear_pointer (&self->info, vitrail_frame_info_unref);
  self->info = g_steal_pointer (&info);
  g_clear_pointer (&self->stored, vitrail_stored_format_unref);
  self->stored = vitrail_stored_format_new (&format, transfer_syntax);
  self->fps_n = 0;
  self->fps_d = 1;
  gst_structure_get_fraction (gst_caps_get_structure (caps, 0), "framerate",
                              &self->fps_n, &self->fps_d);
  self->has_warned = FALSE;
  return TRUE;
}

static gboolean
ask_live (VitrailDcmDecode *self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean is_live = FALSE;

  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_latency (query, &is_live, NULL, NULL);
  return is_live;
}

static gboolean
has_codec (VitrailDcmDecode *self)
{
  const char *uid = self->stored->transfer_syntax;
  const char *name = vitrail_uid_name (uid);

  /* On demand, others may come that have one: black frames till then. */
  if (vitrail_codec_find (uid) != NULL ||
      vitrail_video_find_syntax (uid, NULL) || ask_live (self))
    return TRUE;
  GST_ELEMENT_ERROR (self, STREAM, CODEC_NOT_FOUND,
                     ("No codec for transfer syntax %s (%s)", uid,
                      name != NULL ? name : "unknown"),
                     (NULL));
  return FALSE;
}

static gboolean
set_caps (VitrailDcmDecode *self, const GstCaps *caps)
{
  g_autoptr (GError) error = NULL;

  drain (self, TRUE);
  if (!plan (self, caps, &error)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message), (NULL));
    return FALSE;
  }
  return has_codec (self) && push_caps (self);
}

/* Events. */

static void
begin_segment (VitrailDcmDecode *self, GstEvent *event)
{
  drain (self, FALSE);
  gst_event_copy_segment (event, &self->segment);
  self->is_live = ask_live (self);
  vitrail_decode_queue_set_newest (self->queue, self->is_live);
  if (self->is_live)
    start_task (self);
}

static void
begin_flush (VitrailDcmDecode *self)
{
  vitrail_decode_queue_set_flushing (self->queue, TRUE);
  gst_pad_pause_task (self->srcpad);
}

static void
end_flush (VitrailDcmDecode *self)
{
  /* The task has ended its last round. */
  GST_PAD_STREAM_LOCK (self->srcpad);
  GST_PAD_STREAM_UNLOCK (self->srcpad);
  vitrail_decode_queue_set_flushing (self->queue, FALSE);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  GST_OBJECT_LOCK (self);
  self->earliest = GST_CLOCK_TIME_NONE;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailDcmDecode *self = VITRAIL_DCM_DECODE (parent);
  GstCaps *caps = NULL;
  gboolean done = FALSE;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    gst_event_parse_caps (event, &caps);
    done = set_caps (self, caps);
    gst_event_unref (event);
    return done;
  case GST_EVENT_SEGMENT:
    begin_segment (self, event);
    break;
  case GST_EVENT_FLUSH_START:
    done = gst_pad_push_event (self->srcpad, event);
    begin_flush (self);
    return done;
  case GST_EVENT_FLUSH_STOP:
    end_flush (self);
    break;
  default:
    if (GST_EVENT_IS_SERIALIZED (event))
      drain (self, FALSE);
  }
  return gst_pad_event_default (pad, parent, event);
}

static void
take_qos (VitrailDcmDecode *self, GstEvent *event)
{
  GstQOSType type;
  GstClockTimeDiff diff = 0;
  GstClockTime time = 0;

  gst_event_parse_qos (event, &type, NULL, &diff, &time);
  GST_OBJECT_LOCK (self);
  /* Twice the delay: to catch up, not only to keep it. */
  if (GST_CLOCK_TIME_IS_VALID (time) && diff > 0)
    self->earliest = time + 2 * (GstClockTime) diff;
  else
    self->earliest = GST_CLOCK_TIME_NONE;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS)
    take_qos (VITRAIL_DCM_DECODE (parent), event);
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_dcm_decode_change_state (GstElement *element, GstStateChange transition)
{
  VitrailDcmDecode *self = VITRAIL_DCM_DECODE (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    end_flush (self);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    vitrail_decode_queue_set_flushing (self->queue, TRUE);
  GstStateChangeReturn done =
      GST_ELEMENT_CLASS (vitrail_dcm_decode_parent_class)
          ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    gst_pad_stop_task (self->srcpad);
    g_clear_pointer (&self->stored, vitrail_stored_format_unref);
    g_clear_pointer (&self->info, vitrail_frame_info_unref);
    self->is_live = FALSE;
  }
  return done;
}

static void
vitrail_dcm_decode_finalize (GObject *object)
{
  VitrailDcmDecode *self = VITRAIL_DCM_DECODE (object);

  vitrail_decode_queue_unref (self->queue);
  G_OBJECT_CLASS (vitrail_dcm_decode_parent_class)->finalize (object);
}

static void
vitrail_dcm_decode_init (VitrailDcmDecode *self)
{
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, sink_chain);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->srcpad, src_event);
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);

  self->queue = vitrail_decode_queue_new ();
}

static void
vitrail_dcm_decode_class_init (VitrailDcmDecodeClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (dcmdecode_debug, "dcmdecode", 0, "DICOM decoder");
  G_OBJECT_CLASS (klass)->finalize = vitrail_dcm_decode_finalize;
  element_class->change_state = vitrail_dcm_decode_change_state;
  gst_element_class_set_static_metadata (
      element_class, "DICOM frame decoder", "Codec/Decoder/Image",
      "Stored frames of every known transfer syntax to samples", "Vitrail");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
}
