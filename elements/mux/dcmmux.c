/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmmux: a video as a DICOM object. H.264, HEVC and MPEG-2 become a transport
 * stream in the syntax that holds them; JPEG and raw frames a multi-frame
 * object.
 *
 *   gst-launch-1.0 -e v4l2src ! videoconvert ! x264enc tune=zerolatency !
 *     dcmmux template=patient.wl ! dicomwebsink location=http://...
 *
 * The object grows in a folder, where a crash leaves it; it goes on its way at
 * the end of the stream, when its numbers are known. What others left in the
 * folder is finished when recording begins. */

#include "error.h"
#include "framecaps.h"
#include "madefrom.h"
#include "mux/delivery.h"
#include "mux/recorder.h"
#include "recording.h"

#define VITRAIL_TYPE_DCM_MUX (vitrail_dcm_mux_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmMux,
                      vitrail_dcm_mux,
                      VITRAIL,
                      DCM_MUX,
                      GstElement)

struct _VitrailDcmMux {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;

  /* The streaming thread's. */
  VitrailRecorder *recorder; /* between READY and PAUSED */
  VitrailDelivery delivery;
  gboolean is_stills_now; /* constant while it runs */

  /* Guarded by the object lock. */
  VitrailRecordingKind kind;
  gboolean is_stills;
  char *source;
  char *attributes;
  char *derivation;
  char *folder;
  guint64 max_bytes;
};

enum {
  PROP_SOP_CLASS = 1,
  PROP_STILLS,
  PROP_TEMPLATE,
  PROP_ATTRIBUTES,
  PROP_DERIVATION,
  PROP_SPOOL,
  PROP_KEEP,
  PROP_MAX_SIZE
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_RECORDER_CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DICOM));

G_DEFINE_FINAL_TYPE (VitrailDcmMux, vitrail_dcm_mux, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (dcmmux)
GST_ELEMENT_REGISTER_DEFINE (dcmmux,
                             "dcmmux",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_DCM_MUX)

#define VITRAIL_TYPE_RECORDING_KIND (recording_kind_get_type ())

static GType
recording_kind_get_type (void)
{
  static const GEnumValue values[] = {
    { VITRAIL_RECORDING_ENDOSCOPIC, "Video Endoscopic Image", "endoscopic" },
    { VITRAIL_RECORDING_MICROSCOPIC, "Video Microscopic Image", "microscopic" },
    { VITRAIL_RECORDING_PHOTOGRAPHIC, "Video Photographic Image",
      "photographic" },
    { VITRAIL_RECORDING_ULTRASOUND, "Ultrasound Multi-frame Image",
      "ultrasound" },
    { VITRAIL_RECORDING_SECONDARY, "Multi-frame Secondary Capture Image",
      "secondary-capture" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    GType made = g_enum_register_static ("VitrailDcmMuxSopClass", values);
    g_once_init_leave (&type, made);
  }
  return type;
}

static GstFlowReturn
fail (VitrailDcmMux *self, const GError *error)
{
  if (g_error_matches (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED))
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message), (NULL));
  else
    GST_ELEMENT_ERROR (self, RESOURCE, WRITE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

/* --- frames --- */

/* What an encoder holds back is lost in a crash. */
static void
warn_of_delay (VitrailDcmMux *self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime held = 0;

  if (!gst_pad_peer_query (self->sink, query))
    return;
  gst_query_parse_latency (query, NULL, &held, NULL);
  if (held < GST_SECOND)
    return;
  GST_ELEMENT_WARNING (self, STREAM, ENCODE,
                       ("The encoder holds back %.1f s, which a crash loses",
                        (double) held / GST_SECOND),
                       ("x264enc and x265enc: tune=zerolatency"));
}

/* --- on its way --- */

/* The end is the end when the objects have arrived; only then they go from
 * here. */
static gboolean
end (VitrailDcmMux *self, GstEvent *eos)
{
  g_autoptr (GError) error = NULL;
  gboolean fine = !vitrail_recorder_is_recording (self->recorder) ||
                  vitrail_recorder_end (self->recorder, &error);
  g_autoptr (GPtrArray) paths = vitrail_recorder_take_paths (self->recorder);

  if (!fine)
    fail (self, error);
  else if (paths->len == 0 && !self->is_stills_now)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("Nothing was recorded"),
                         (NULL));
  if (!vitrail_delivery_send (&self->delivery, paths) || !fine) {
    vitrail_delivery_settle (&self->delivery, paths, FALSE);
    gst_event_unref (eos);
    return FALSE;
  }
  vitrail_delivery_begin (&self->delivery);
  fine = gst_pad_push_event (self->src, eos);
  vitrail_delivery_settle (&self->delivery, paths, fine);
  return fine;
}

/* Each still is known to have arrived before the next one comes. */
static GstFlowReturn
deliver_still (VitrailDcmMux *self)
{
  g_autoptr (GError) error = NULL;

  if (!vitrail_recorder_end (self->recorder, &error))
    return fail (self, error);
  g_autoptr (GPtrArray) paths = vitrail_recorder_take_paths (self->recorder);
  const gboolean fine = vitrail_delivery_send (&self->delivery, paths);
  vitrail_delivery_settle (&self->delivery, paths, FALSE);
  return fine ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (parent);
  g_autoptr (GstBuffer) owned = buffer;
  g_autoptr (GError) error = NULL;
  gboolean was_recording = vitrail_recorder_is_recording (self->recorder);

  if (!vitrail_recorder_add (self->recorder, buffer, &error))
    return fail (self, error);
  if (self->is_stills_now)
    return deliver_still (self);
  if (!was_recording && vitrail_recorder_is_recording (self->recorder))
    warn_of_delay (self);
  return GST_FLOW_OK;
}

static gboolean
set_caps (VitrailDcmMux *self, GstEvent *event)
{
  g_autoptr (GError) error = NULL;
  GstCaps *caps = NULL;

  gst_event_parse_caps (event, &caps);
  if (vitrail_recorder_set_caps (self->recorder, caps, &error))
    return TRUE;
  fail (self, error);
  return FALSE;
}

static gboolean
handle_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (parent);
  GPtrArray *images = NULL;
  gboolean fine = TRUE;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_EOS:
    return end (self, event);
  case GST_EVENT_CAPS:
    fine = set_caps (self, event);
    break;
  case GST_EVENT_FLUSH_START:
  case GST_EVENT_FLUSH_STOP:
    return gst_pad_event_default (pad, parent, event);
  case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
    images = vitrail_made_from_event_parse (event);
    if (images != NULL)
      vitrail_recorder_set_made_from (self->recorder, images);
    break;
  default:
    /* What is said of the video is not said of the object. */
    break;
  }
  gst_event_unref (event);
  return fine;
}

/* What comes out waits for no clock: others of the pipeline, who show what is
 * recorded, need not wait for the encoder. */
static gboolean
handle_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, FALSE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* A stream that no syntax holds comes in too, to be refused in words. */
static gboolean
handle_sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstCaps *caps = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return gst_pad_query_default (pad, parent, query);
  gst_query_parse_accept_caps (query, &caps);
  gst_query_set_accept_caps_result (query, vitrail_recorder_knows (caps));
  return TRUE;
}

/* --- states --- */

static char *
dup_folder (VitrailDcmMux *self)
{
  GST_OBJECT_LOCK (self);
  char *folder = g_strdup (self->folder);
  GST_OBJECT_UNLOCK (self);
  return folder != NULL ? folder
                        : g_build_filename (g_get_user_data_dir (), "vitrail",
                                            "recordings", NULL);
}

static void
finish_left (VitrailDcmMux *self, const char *folder)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GPtrArray) done = vitrail_recording_finish_all (folder, &failed);

  for (guint i = 0; i < done->len; i++)
    GST_ELEMENT_INFO (self, RESOURCE, OPEN_READ,
                      ("%s: an earlier recording, finished now",
                       (char *) g_ptr_array_index (done, i)),
                      (NULL));
  if (failed != NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, OPEN_READ, ("%s", failed->message),
                         (NULL));
}

static void
start (VitrailDcmMux *self)
{
  VitrailRecorderSettings settings = { .folder = dup_folder (self) };

  finish_left (self, settings.folder);
  GST_OBJECT_LOCK (self);
  settings.kind = self->kind;
  settings.is_stills = self->is_stills;
  settings.max_bytes = self->max_bytes;
  settings.derivation = g_strdup (self->derivation);
  settings.source = g_strdup (self->source);
  settings.attributes = g_strdup (self->attributes);
  GST_OBJECT_UNLOCK (self);
  self->is_stills_now = settings.is_stills;
  self->recorder = vitrail_recorder_new (&settings);
  self->delivery.is_begun = FALSE;
}

/* Stopped without an end: what is there is an object, and stays here. */
static void
stop (VitrailDcmMux *self)
{
  g_autoptr (GError) error = NULL;

  if (vitrail_recorder_is_recording (self->recorder) &&
      !vitrail_recorder_end (self->recorder, &error))
    GST_ELEMENT_WARNING (self, RESOURCE, WRITE, ("%s", error->message), (NULL));
  g_autoptr (GPtrArray) paths = vitrail_recorder_take_paths (self->recorder);
  vitrail_delivery_settle (&self->delivery, paths, FALSE);
  g_clear_pointer (&self->recorder, vitrail_recorder_free);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    start (self);
  GstStateChangeReturn result = GST_ELEMENT_CLASS (vitrail_dcm_mux_parent_class)
                                    ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
       result == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return result;
}

/* --- the object --- */

static void
take_string (char **field, const GValue *value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_SOP_CLASS:
    self->kind = (VitrailRecordingKind) g_value_get_enum (value);
    break;
  case PROP_STILLS:
    self->is_stills = g_value_get_boolean (value);
    break;
  case PROP_DERIVATION:
    take_string (&self->derivation, value);
    break;
  case PROP_TEMPLATE:
    take_string (&self->source, value);
    break;
  case PROP_ATTRIBUTES:
    take_string (&self->attributes, value);
    break;
  case PROP_SPOOL:
    take_string (&self->folder, value);
    break;
  case PROP_KEEP:
    self->delivery.keep = g_value_get_boolean (value);
    break;
  case PROP_MAX_SIZE:
    self->max_bytes = g_value_get_uint64 (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_SOP_CLASS:
    g_value_set_enum (value, self->kind);
    break;
  case PROP_STILLS:
    g_value_set_boolean (value, self->is_stills);
    break;
  case PROP_DERIVATION:
    g_value_set_string (value, self->derivation);
    break;
  case PROP_TEMPLATE:
    g_value_set_string (value, self->source);
    break;
  case PROP_ATTRIBUTES:
    g_value_set_string (value, self->attributes);
    break;
  case PROP_SPOOL:
    g_value_set_string (value, self->folder);
    break;
  case PROP_KEEP:
    g_value_set_boolean (value, self->delivery.keep);
    break;
  case PROP_MAX_SIZE:
    g_value_set_uint64 (value, self->max_bytes);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_dcm_mux_finalize (GObject *object)
{
  VitrailDcmMux *self = VITRAIL_DCM_MUX (object);

  g_free (self->source);
  g_free (self->attributes);
  g_free (self->derivation);
  g_free (self->folder);
  G_OBJECT_CLASS (vitrail_dcm_mux_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object_class, PROP_SOP_CLASS,
      g_param_spec_enum ("sop-class", "SOP class", "What the object is",
                         VITRAIL_TYPE_RECORDING_KIND,
                         VITRAIL_RECORDING_ENDOSCOPIC, flags));
  g_object_class_install_property (
      object_class, PROP_STILLS,
      g_param_spec_boolean ("stills", "Stills",
                            "Each picture is an object of its own, of the "
                            "single-frame class, all in one series",
                            FALSE, flags));
  g_object_class_install_property (
      object_class, PROP_DERIVATION,
      g_param_spec_string ("derivation", "Derivation",
                           "How pictures were made from other images, as in "
                           "Maximum intensity projection",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_TEMPLATE,
      g_param_spec_string ("template", "Template",
                           "Who is recorded: an item of a work list (.wl), an "
                           "object, or DICOM JSON",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_ATTRIBUTES,
      g_param_spec_string ("attributes", "Attributes",
                           "Attributes besides, as in "
                           "PatientName=DOE^JOHN,PatientID=1",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_SPOOL,
      g_param_spec_string ("spool", "Spool",
                           "Folder where the object grows (NULL: "
                           "vitrail/recordings of the user's data)",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_KEEP,
      g_param_spec_boolean ("keep", "Keep",
                            "Leave the object in the folder when it has "
                            "arrived",
                            FALSE, flags));
  g_object_class_install_property (
      object_class, PROP_MAX_SIZE,
      g_param_spec_uint64 ("max-size", "Greatest size",
                           "Bytes of Pixel Data, beyond which the film goes on "
                           "in another object of the series",
                           1, VITRAIL_RECORDER_MAX_BYTES,
                           VITRAIL_RECORDER_MAX_BYTES, flags));
}

static void
vitrail_dcm_mux_class_init (VitrailDcmMuxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = vitrail_dcm_mux_finalize;
  element_class->change_state = change_state;
  install_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "DICOM video muxer", "Codec/Muxer",
      "Records a video as a DICOM object, which a crash does not lose; a "
      "dicom-recorded message says where it is, or was",
      "Vitrail");
  gst_type_mark_as_plugin_api (VITRAIL_TYPE_RECORDING_KIND, 0);
}

static void
vitrail_dcm_mux_init (VitrailDcmMux *self)
{
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  self->max_bytes = VITRAIL_RECORDER_MAX_BYTES;
  gst_pad_set_chain_function (self->sink, chain);
  gst_pad_set_event_function (self->sink, handle_event);
  gst_pad_set_query_function (self->sink, handle_sink_query);
  gst_pad_set_query_function (self->src, handle_query);
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
  self->delivery.element = GST_ELEMENT (self);
  self->delivery.src = self->src;
}
