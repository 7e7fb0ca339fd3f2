/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmdemux: a Part 10 byte stream to what it carries, for programs that are not
 * ours (playbin, decodebin). Takes the whole stream first, pulled or pushed;
 * then one source pad plays it: frames on a timeline, those of a video too,
 * seekable in time and in frames, or a document as it is; a video stream as it
 * is for who asks for that.
 *
 * Loading runs on the sink pad's task (pulled) or with upstream's EOS (pushed);
 * playing always on the source pad's task. */

#include "decode/payload.h"
#include "framecaps.h"
#include "limits.h"
#include "source/playback.h"
#include "source/storedframe.h"

#include <gst/base/gstadapter.h>

GST_DEBUG_CATEGORY_STATIC (dcmdemux_debug);
#define GST_CAT_DEFAULT dcmdemux_debug

/* One pull, and one push of what is no frames. */
#define CHUNK_BYTES (4u << 20)

#define VITRAIL_TYPE_DCM_DEMUX (vitrail_dcm_demux_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmDemux,
                      vitrail_dcm_demux,
                      VITRAIL,
                      DCM_DEMUX,
                      GstElement)

struct _VitrailDcmDemux {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad; /* NULL before something is loaded */

  gboolean as_streams; /* a property: constant from READY on */

  GstAdapter *adapter; /* pushed: what has come; upstream's thread */

  /* Constant while there is a source pad. */
  VitrailPayload payload;
  VitrailTimeline *timeline; /* NULL for what is no frames */

  /* Guarded by the source pad's stream lock. */
  GstSegment segment;
  gboolean sends_segment; /* before the next buffer */
  guint32 seqnum;         /* of what has made the segment */
  guint64 next;           /* frame, or byte */
};

G_DEFINE_TYPE (VitrailDcmDemux, vitrail_dcm_demux, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (dcmdemux)
GST_ELEMENT_REGISTER_DEFINE (dcmdemux,
                             "dcmdemux",
                             GST_RANK_PRIMARY,
                             VITRAIL_TYPE_DCM_DEMUX)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DICOM));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src",
    GST_PAD_SRC,
    GST_PAD_SOMETIMES,
    GST_STATIC_CAPS (VITRAIL_CAPS_FRAME
                     "; video/mpeg; video/x-h264; video/x-h265; "
                     "video/quicktime; video/mpegts; application/pdf; "
                     "application/x-dicom-waveform"));

/* Playing. */

static GstBuffer *
next_frame (VitrailDcmDemux *self)
{
  g_autoptr (GError) error = NULL;
  guint index = (guint) self->next;

  if (vitrail_playback_is_at_end (self->timeline, self->next, &self->segment))
    return NULL;
  /* Backwards, 0 wraps to a number beyond the end. */
  self->next += self->segment.rate < 0 ? -1 : 1;
  GstBuffer *buffer =
      vitrail_stored_buffer_new (self->payload.instance, index + 1, &error);
  if (error != NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE, ("%s", error->message), (NULL));
  vitrail_playback_stamp (self->timeline, index, buffer);
  self->segment.position = GST_BUFFER_PTS (buffer);
  return buffer;
}

static GstBuffer *
next_chunk (VitrailDcmDemux *self)
{
  gsize length = g_bytes_get_size (self->payload.bytes);
  gsize from = (gsize) self->next;

  if (from >= length)
    return NULL;
  g_autoptr (GBytes) chunk =
      g_bytes_new_from_bytes (self->payload.bytes, from,
                              MIN (CHUNK_BYTES, length - from));
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (chunk);
  self->next += g_bytes_get_size (chunk);
  GST_BUFFER_OFFSET (buffer) = from;
  GST_BUFFER_OFFSET_END (buffer) = self->next;
  return buffer;
}

static GstEvent *
mark (VitrailDcmDemux *self, GstEvent *event)
{
  gst_event_set_seqnum (event, self->seqnum);
  return event;
}

/* A looping player is told, and goes on; others are at the end. */
static void
push_end (VitrailDcmDemux *self)
{
  GstObject *object = GST_OBJECT (self);
  GstFormat format = self->segment.format;

  if ((self->segment.flags & GST_SEGMENT_FLAG_SEGMENT) == 0) {
    gst_pad_push_event (self->srcpad, mark (self, gst_event_new_eos ()));
    return;
  }
  gint64 position = (gint64) (self->segment.rate < 0 ? self->segment.start
                                                     : self->segment.duration);
  if (self->segment.rate >= 0 && self->segment.stop != GST_CLOCK_TIME_NONE)
    position = (gint64) self->segment.stop;
  gst_element_post_message (GST_ELEMENT (self),
                            gst_message_new_segment_done (object, format,
                                                          position));
  gst_pad_push_event (
      self->srcpad, mark (self, gst_event_new_segment_done (format, position)));
}

static void
play_cb (gpointer user_data)
{
  VitrailDcmDemux *self = user_data;
  GstFlowReturn flow = GST_FLOW_EOS;

  if (self->sends_segment)
    gst_pad_push_event (self->srcpad,
                        mark (self, gst_event_new_segment (&self->segment)));
  self->sends_segment = FALSE;
  GstBuffer *buffer =
      self->timeline != NULL ? next_frame (self) : next_chunk (self);
  if (buffer != NULL)
    flow = gst_pad_push (self->srcpad, buffer);
  else
    push_end (self);
  if (flow == GST_FLOW_OK)
    return;
  gst_pad_pause_task (self->srcpad);
  if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS) {
    GST_ELEMENT_FLOW_ERROR (self, flow);
    gst_pad_push_event (self->srcpad, mark (self, gst_event_new_eos ()));
  } else if (flow == GST_FLOW_EOS && buffer != NULL) {
    push_end (self);
  }
}

/* Seeking. */

static gboolean
convert_end (VitrailDcmDemux *self,
             GstFormat format,
             GstSeekType type,
             gint64 *value)
{
  return type == GST_SEEK_TYPE_NONE ||
         vitrail_playback_convert (self->timeline, format, *value,
                                   GST_FORMAT_TIME, value);
}

typedef struct {
  double rate;
  GstSeekFlags flags;
  GstSeekType start_type;
  gint64 start;
  GstSeekType stop_type;
  gint64 stop;
} Seek;

/* In time, whatever it came in. */
static gboolean
parse_seek (VitrailDcmDemux *self, GstEvent *event, Seek *seek)
{
  GstFormat format = GST_FORMAT_UNDEFINED;

  if (self->timeline == NULL)
    return FALSE;
  gst_event_parse_seek (event, &seek->rate, &format, &seek->flags,
                        &seek->start_type, &seek->start, &seek->stop_type,
                        &seek->stop);
  return convert_end (self, format, seek->start_type, &seek->start) &&
         convert_end (self, format, seek->stop_type, &seek->stop);
}

static void
apply_seek (VitrailDcmDemux *self, const Seek *seek)
{
  gst_segment_do_seek (&self->segment, seek->rate, GST_FORMAT_TIME, seek->flags,
                       seek->start_type, (guint64) seek->start, seek->stop_type,
                       (guint64) seek->stop, NULL);
  self->next = vitrail_playback_seek (self->timeline, &self->segment);
  self->sends_segment = TRUE;
  if ((seek->flags & GST_SEEK_FLAG_SEGMENT) != 0)
    gst_element_post_message (
        GST_ELEMENT (self),
        gst_message_new_segment_start (GST_OBJECT (self), GST_FORMAT_TIME,
                                       (gint64) self->segment.position));
}

static gboolean
handle_seek (VitrailDcmDemux *self, GstPad *pad, GstEvent *event)
{
  Seek seek = { 0 };
  guint32 seqnum = gst_event_get_seqnum (event);

  if (!parse_seek (self, event, &seek))
    return FALSE;
  gboolean flushes = (seek.flags & GST_SEEK_FLAG_FLUSH) != 0;
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (TRUE);
  gst_event_set_seqnum (start, seqnum);
  gst_event_set_seqnum (stop, seqnum);
  if (flushes)
    gst_pad_push_event (pad, gst_event_ref (start));
  gst_pad_pause_task (pad);
  GST_PAD_STREAM_LOCK (pad);
  self->seqnum = seqnum;
  apply_seek (self, &seek);
  if (flushes)
    gst_pad_push_event (pad, gst_event_ref (stop));
  gst_pad_start_task (pad, play_cb, self, NULL);
  GST_PAD_STREAM_UNLOCK (pad);
  gst_event_unref (start);
  gst_event_unref (stop);
  return TRUE;
}

static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gboolean done = FALSE;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return gst_pad_event_default (pad, parent, event);
  done = handle_seek (VITRAIL_DCM_DEMUX (parent), pad, event);
  gst_event_unref (event);
  return done;
}

static gboolean
answer_position (VitrailDcmDemux *self, GstQuery *query)
{
  GstFormat format = GST_FORMAT_UNDEFINED;
  gint64 position = (gint64) self->segment.position;

  gst_query_parse_position (query, &format, NULL);
  if (!vitrail_playback_convert (self->timeline, GST_FORMAT_TIME, position,
                                 format, &position))
    return FALSE;
  gst_query_set_position (query, format, position);
  return TRUE;
}

static gboolean
src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (parent);

  if (self->timeline != NULL && vitrail_playback_answer (self->timeline, query))
    return TRUE;
  if (self->timeline != NULL && GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    return answer_position (self, query);
  return gst_pad_query_default (pad, parent, query);
}

/* Loading. */

static gboolean
open_payload (VitrailDcmDemux *self, GBytes *file, GError **error)
{
  g_autoptr (GstQuery) query = gst_query_new_uri ();
  g_autofree char *uri = NULL;
  g_autofree char *path = NULL;

  /* For people, who know their files by path. */
  if (gst_pad_peer_query (self->sinkpad, query))
    gst_query_parse_uri (query, &uri);
  if (uri != NULL)
    path = g_filename_from_uri (uri, NULL, NULL);
  const char *name = path != NULL ? path : uri;
  if (!vitrail_payload_open (&self->payload, file,
                             name != NULL ? name : "stream", self->as_streams,
                             error))
    return FALSE;
  if (self->payload.instance == NULL)
    return TRUE;
  self->timeline =
      vitrail_timeline_new_instance (self->payload.instance, error);
  if (self->timeline == NULL)
    return FALSE;
  self->payload.caps = vitrail_stored_caps_from_instance (
      self->payload.instance, vitrail_timeline_get_frame_ms (self->timeline),
      error);
  return self->payload.caps != NULL;
}

static void
add_source_pad (VitrailDcmDemux *self)
{
  GstPad *pad = gst_pad_new_from_static_template (&src_template, "src");
  g_autofree char *id =
      gst_pad_create_stream_id (pad, GST_ELEMENT (self), NULL);

  gst_pad_set_event_function (pad, src_event);
  gst_pad_set_query_function (pad, src_query);
  gst_pad_use_fixed_caps (pad);
  gst_pad_set_active (pad, TRUE);
  gst_segment_init (&self->segment, self->timeline != NULL ? GST_FORMAT_TIME
                                                           : GST_FORMAT_BYTES);
  self->next = 0;
  if (self->timeline != NULL)
    self->next = vitrail_playback_seek (self->timeline, &self->segment);
  else
    self->segment.duration = g_bytes_get_size (self->payload.bytes);
  self->seqnum = gst_util_seqnum_next ();
  self->sends_segment = TRUE;
  self->srcpad = pad;
  gst_pad_push_event (pad, mark (self, gst_event_new_stream_start (id)));
  gst_pad_push_event (pad, gst_event_new_caps (self->payload.caps));
  gst_element_add_pad (GST_ELEMENT (self), gst_object_ref (pad));
  gst_element_no_more_pads (GST_ELEMENT (self));
  gst_pad_start_task (pad, play_cb, self, NULL);
}

static void
load (VitrailDcmDemux *self, GBytes *file)
{
  g_autoptr (GError) error = NULL;

  if (self->srcpad != NULL)
    return;
  if (open_payload (self, file, &error))
    add_source_pad (self);
  else
    GST_ELEMENT_ERROR (self, STREAM, DEMUX, ("%s", error->message), (NULL));
}

static GstFlowReturn
pull_chunk (VitrailDcmDemux *self, guint8 *data, guint64 from, guint size)
{
  /* Not into a buffer of ours: elements that pass their own through refuse
   * one. */
  g_autoptr (GstBuffer) buffer = NULL;
  GstFlowReturn flow = gst_pad_pull_range (self->sinkpad, from, size, &buffer);

  if (flow == GST_FLOW_OK && gst_buffer_extract (buffer, 0, data, size) != size)
    return GST_FLOW_ERROR;
  return flow;
}

static GBytes *
pull_all (VitrailDcmDemux *self, GstFlowReturn *flow)
{
  gint64 size = 0;

  *flow = GST_FLOW_ERROR;
  if (!gst_pad_peer_query_duration (self->sinkpad, GST_FORMAT_BYTES, &size) ||
      size <= 0 || (guint64) size > VITRAIL_LIMIT_STREAM_BYTES)
    return NULL;
  g_autofree guint8 *data = g_try_malloc ((gsize) size);
  if (data == NULL)
    return NULL;
  *flow = GST_FLOW_OK;
  for (guint64 from = 0; from < (guint64) size && *flow == GST_FLOW_OK;
       from += CHUNK_BYTES)
    *flow = pull_chunk (self, data + from, from,
                        (guint) MIN (CHUNK_BYTES, (guint64) size - from));
  if (*flow != GST_FLOW_OK)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), (gsize) size);
}

static void
pull_cb (gpointer user_data)
{
  VitrailDcmDemux *self = user_data;
  GstFlowReturn flow = GST_FLOW_OK;
  g_autoptr (GBytes) file = pull_all (self, &flow);

  gst_pad_pause_task (self->sinkpad);
  if (file != NULL)
    load (self, file);
  else if (flow != GST_FLOW_FLUSHING)
    GST_ELEMENT_ERROR (self, STREAM, DEMUX,
                       ("The stream cannot be read, or is too long"), (NULL));
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (parent);
  gsize length = gst_adapter_available (self->adapter);

  if (length + gst_buffer_get_size (buffer) > VITRAIL_LIMIT_STREAM_BYTES) {
    gst_buffer_unref (buffer);
    GST_ELEMENT_ERROR (self, STREAM, DEMUX, ("The stream is too long"), (NULL));
    return GST_FLOW_ERROR;
  }
  gst_adapter_push (self->adapter, buffer);
  return GST_FLOW_OK;
}

static void
load_pushed (VitrailDcmDemux *self)
{
  gsize length = gst_adapter_available (self->adapter);

  if (length == 0) {
    GST_ELEMENT_ERROR (self, STREAM, DEMUX, ("The stream is empty"), (NULL));
    return;
  }
  g_autoptr (GBytes) file =
      g_bytes_new_take (gst_adapter_take (self->adapter, length), length);
  load (self, file);
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_EOS:
    load_pushed (self);
    break;
  case GST_EVENT_FLUSH_STOP:
    gst_adapter_clear (self->adapter);
    break;
  default:
    break;
  }
  /* All that goes out is made here. */
  gst_event_unref (event);
  return TRUE;
}

static gboolean
sink_activate (GstPad *pad, GstObject *parent)
{
  g_autoptr (GstQuery) query = gst_query_new_scheduling ();
  gboolean pulls =
      gst_pad_peer_query (pad, query) &&
      gst_query_has_scheduling_mode_with_flags (query, GST_PAD_MODE_PULL,
                                                GST_SCHEDULING_FLAG_SEEKABLE);

  return gst_pad_activate_mode (pad,
                                pulls ? GST_PAD_MODE_PULL : GST_PAD_MODE_PUSH,
                                TRUE);
}

static gboolean
sink_activatemode (GstPad *pad,
                   GstObject *parent,
                   GstPadMode mode,
                   gboolean active)
{
  if (mode != GST_PAD_MODE_PULL)
    return TRUE;
  return active ? gst_pad_start_task (pad, pull_cb, parent, NULL)
                : gst_pad_stop_task (pad);
}

/* State. */

static void
unload (VitrailDcmDemux *self)
{
  gst_adapter_clear (self->adapter);
  if (self->srcpad != NULL) {
    gst_pad_stop_task (self->srcpad);
    gst_element_remove_pad (GST_ELEMENT (self), self->srcpad);
    gst_clear_object (&self->srcpad);
  }
  g_clear_pointer (&self->timeline, vitrail_timeline_free);
  vitrail_payload_clear (&self->payload);
}

static GstStateChangeReturn
vitrail_dcm_demux_change_state (GstElement *element, GstStateChange transition)
{
  GstStateChangeReturn done = GST_ELEMENT_CLASS (vitrail_dcm_demux_parent_class)
                                  ->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    unload (VITRAIL_DCM_DEMUX (element));
  return done;
}

enum {
  PROP_AS_STREAMS = 1,
  N_PROPS,
};

static void
vitrail_dcm_demux_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *spec)
{
  VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (object);

  if (id == PROP_AS_STREAMS)
    self->as_streams = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_dcm_demux_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *spec)
{
  const VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (object);

  if (id == PROP_AS_STREAMS)
    g_value_set_boolean (value, self->as_streams);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_dcm_demux_finalize (GObject *object)
{
  VitrailDcmDemux *self = VITRAIL_DCM_DEMUX (object);

  g_object_unref (self->adapter);
  G_OBJECT_CLASS (vitrail_dcm_demux_parent_class)->finalize (object);
}

static void
vitrail_dcm_demux_init (VitrailDcmDemux *self)
{
  self->adapter = gst_adapter_new ();
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_activate_function (self->sinkpad, sink_activate);
  gst_pad_set_activatemode_function (self->sinkpad, sink_activatemode);
  gst_pad_set_chain_function (self->sinkpad, sink_chain);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
}

static void
vitrail_dcm_demux_class_init (VitrailDcmDemuxClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (dcmdemux_debug, "dcmdemux", 0, "DICOM demuxer");
  G_OBJECT_CLASS (klass)->finalize = vitrail_dcm_demux_finalize;
  G_OBJECT_CLASS (klass)->set_property = vitrail_dcm_demux_set_property;
  G_OBJECT_CLASS (klass)->get_property = vitrail_dcm_demux_get_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_AS_STREAMS,
      g_param_spec_boolean ("as-streams", "As streams",
                            "Hand out a video as the stream or container that "
                            "it is, not as frames",
                            FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                GST_PARAM_MUTABLE_READY));
  element_class->change_state = vitrail_dcm_demux_change_state;
  gst_element_class_set_static_metadata (
      element_class, "DICOM demuxer", "Codec/Demuxer",
      "A Part 10 byte stream to the frames, video or document it carries",
      "Vitrail");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
}
