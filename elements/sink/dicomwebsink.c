/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomwebsink: Part 10 files to an archive over DICOMweb (STOW-RS). What comes
 * until the end of the stream is one instance; with framed=true in the caps
 * each buffer is one. The end of the stream is passed on when the archive has
 * acknowledged all of them; where it has not, there is an error instead.
 *
 *   gst-launch-1.0 filesrc location=ct.dcm !
 *     dicomwebsink location=http://localhost:8042/dicom-web
 *
 * Requests are made on the streaming thread, which waits for them. */

#include "dicomweb/webstore.h"
#include "framecaps.h"
#include "limits.h"

#include <gst/base/gstadapter.h>
#include <gst/base/gstbasesink.h>

#define VITRAIL_TYPE_DICOM_WEB_SINK (vitrail_dicom_web_sink_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomWebSink,
                      vitrail_dicom_web_sink,
                      VITRAIL,
                      DICOM_WEB_SINK,
                      GstBaseSink)

struct _VitrailDicomWebSink {
  GstBaseSink parent_instance;

  /* Constant while it runs. */
  GCancellable *cancellable;
  /* The streaming thread's. */
  VitrailWebStore *store;
  GstAdapter *adapter; /* what has come of an instance */
  gboolean is_framed;
  guint n_instances;
  char *failure; /* of the last that failed, or NULL */

  /* Guarded by the object lock. */
  char *location;
  gboolean resume;
  guint n_stored;
  guint n_failed;
};

enum {
  PROP_LOCATION = 1,
  PROP_RESUME,
  PROP_N_STORED,
  PROP_N_FAILED,
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DICOM));

G_DEFINE_FINAL_TYPE (VitrailDicomWebSink,
                     vitrail_dicom_web_sink,
                     GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DECLARE (dicomwebsink)
GST_ELEMENT_REGISTER_DEFINE (dicomwebsink,
                             "dicomwebsink",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_DICOM_WEB_SINK)

/* --- results --- */

static void
post_result (VitrailDicomWebSink *self, const VitrailStoreResult *result)
{
  GstStructure *structure = gst_structure_new (
      "dicom-store-result", "name", G_TYPE_STRING, result->name,
      "sop-instance-uid", G_TYPE_STRING, result->sop_instance_uid, "stored",
      G_TYPE_BOOLEAN, result->is_stored, "reason", G_TYPE_UINT,
      (guint) result->reason, "message", G_TYPE_STRING, result->message, NULL);

  gst_element_post_message (GST_ELEMENT (self),
                            gst_message_new_element (GST_OBJECT (self),
                                                     structure));
}

static void
done_cb (const VitrailStoreResult *result, gpointer user_data)
{
  VitrailDicomWebSink *self = user_data;

  GST_OBJECT_LOCK (self);
  if (result->is_stored)
    self->n_stored++;
  else
    self->n_failed++;
  GST_OBJECT_UNLOCK (self);
  if (!result->is_stored) {
    g_free (self->failure);
    self->failure = g_strdup_printf ("%s: %s", result->name, result->message);
  }
  post_result (self, result);
}

/* --- instances --- */

static GstFlowReturn
fail (VitrailDicomWebSink *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  GST_ELEMENT_ERROR (self, RESOURCE, WRITE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

typedef struct {
  GstBuffer *buffer;
  GstMapInfo map;
} Held;

static void
held_free (gpointer data)
{
  Held *self = data;

  gst_buffer_unmap (self->buffer, &self->map);
  gst_buffer_unref (self->buffer);
  g_free (self);
}

/* A buffer that is the instance is not copied: it may be a file of gigabytes.
 */
static GBytes *
take_bytes (VitrailDicomWebSink *self, gsize length)
{
  Held *held = g_new0 (Held, 1);

  held->buffer = gst_adapter_take_buffer (self->adapter, length);
  if (gst_buffer_map (held->buffer, &held->map, GST_MAP_READ))
    return g_bytes_new_with_free_func (held->map.data, held->map.size,
                                       held_free, held);
  gst_buffer_unref (held->buffer);
  g_free (held);
  return NULL;
}

/* What has come is an instance, if it is anything. */
static GstFlowReturn
end_instance (VitrailDicomWebSink *self)
{
  const gsize length = gst_adapter_available (self->adapter);
  g_autoptr (GError) error = NULL;

  if (length == 0)
    return GST_FLOW_OK;
  g_autofree char *name = g_strdup_printf ("instance %u", ++self->n_instances);
  g_autoptr (GBytes) file = take_bytes (self, length);
  if (file == NULL)
    return GST_FLOW_ERROR;
  return vitrail_web_store_add (self->store, name, file, self->cancellable,
                                &error)
             ? GST_FLOW_OK
             : fail (self, error);
}

static GstFlowReturn
render (GstBaseSink *base, GstBuffer *buffer)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (base);

  if (gst_adapter_available (self->adapter) + gst_buffer_get_size (buffer) >
      VITRAIL_LIMIT_STREAM_BYTES)
  {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("The instance is too long"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  gst_adapter_push (self->adapter, gst_buffer_ref (buffer));
  return self->is_framed ? end_instance (self) : GST_FLOW_OK;
}

/* TRUE where the archive has all that came. */
static gboolean
end_stream (VitrailDicomWebSink *self)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow = end_instance (self);

  if (flow == GST_FLOW_OK &&
      !vitrail_web_store_end (self->store, self->cancellable, &error))
    flow = fail (self, error);
  if (flow != GST_FLOW_OK)
    return FALSE;
  if (self->failure == NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, WRITE, ("%s", self->failure), (NULL));
  return FALSE;
}

/* --- the stream --- */

static gboolean
set_caps (GstBaseSink *base, GstCaps *caps)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (base);
  gboolean is_framed = FALSE;

  gst_structure_get_boolean (gst_caps_get_structure (caps, 0), "framed",
                             &is_framed);
  self->is_framed = is_framed;
  return TRUE;
}

/* What came before the flush is of no stream any more. */
static void
forget_stream (VitrailDicomWebSink *self)
{
  gst_adapter_clear (self->adapter);
  g_clear_pointer (&self->failure, g_free);
  if (self->store != NULL)
    vitrail_web_store_clear (self->store);
}

static gboolean
take_event (VitrailDicomWebSink *self, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    return end_instance (self) == GST_FLOW_OK;
  case GST_EVENT_EOS:
    return end_stream (self);
  case GST_EVENT_FLUSH_START:
    g_cancellable_cancel (self->cancellable);
    return TRUE;
  case GST_EVENT_FLUSH_STOP:
    g_cancellable_reset (self->cancellable);
    forget_stream (self);
    return TRUE;
  default:
    return TRUE;
  }
}

static gboolean
handle_event (GstBaseSink *base, GstEvent *event)
{
  if (take_event (VITRAIL_DICOM_WEB_SINK (base), event))
    return GST_BASE_SINK_CLASS (vitrail_dicom_web_sink_parent_class)
        ->event (base, event);
  gst_event_unref (event);
  return FALSE;
}

/* Who drains wants to know whether the archive has all, before the end. */
static gboolean
handle_query (GstBaseSink *base, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_DRAIN)
    return end_stream (VITRAIL_DICOM_WEB_SINK (base));
  return GST_BASE_SINK_CLASS (vitrail_dicom_web_sink_parent_class)
      ->query (base, query);
}

/* --- states --- */

static gboolean
start (GstBaseSink *base)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (base);
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  g_autofree char *location = g_strdup (self->location);
  const VitrailStoreFlags flags =
      self->resume ? VITRAIL_STORE_RESUME : VITRAIL_STORE_PLAIN;
  self->n_stored = 0;
  self->n_failed = 0;
  GST_OBJECT_UNLOCK (self);
  self->n_instances = 0;
  self->is_framed = FALSE;
  g_cancellable_reset (self->cancellable);
  self->store = vitrail_web_store_new (location != NULL ? location : "", flags,
                                       done_cb, self, &error);
  if (self->store != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("%s", error->message), (NULL));
  return FALSE;
}

static gboolean
stop (GstBaseSink *base)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (base);

  g_clear_pointer (&self->store, vitrail_web_store_free);
  g_clear_pointer (&self->failure, g_free);
  gst_adapter_clear (self->adapter);
  return TRUE;
}

/* A request that is under way is given up, before its thread is waited for. A
 * pause waits for it. */
static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_cancellable_cancel (VITRAIL_DICOM_WEB_SINK (element)->cancellable);
  return GST_ELEMENT_CLASS (vitrail_dicom_web_sink_parent_class)
      ->change_state (element, transition);
}

/* --- the object --- */

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_free (self->location);
    self->location = g_value_dup_string (value);
    break;
  case PROP_RESUME:
    self->resume = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_value_set_string (value, self->location);
    break;
  case PROP_RESUME:
    g_value_set_boolean (value, self->resume);
    break;
  case PROP_N_STORED:
    g_value_set_uint (value, self->n_stored);
    break;
  case PROP_N_FAILED:
    g_value_set_uint (value, self->n_failed);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_dicom_web_sink_finalize (GObject *object)
{
  VitrailDicomWebSink *self = VITRAIL_DICOM_WEB_SINK (object);

  g_clear_pointer (&self->store, vitrail_web_store_free);
  g_object_unref (self->cancellable);
  g_object_unref (self->adapter);
  g_free (self->failure);
  g_free (self->location);
  G_OBJECT_CLASS (vitrail_dicom_web_sink_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
  const GParamFlags read_flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (
      object_class, PROP_LOCATION,
      g_param_spec_string ("location", "Location",
                           "URL of an archive, or of a study of it", NULL,
                           flags));
  g_object_class_install_property (
      object_class, PROP_RESUME,
      g_param_spec_boolean ("resume", "Resume",
                            "Do not send what the archive has", FALSE, flags));
  g_object_class_install_property (
      object_class, PROP_N_STORED,
      g_param_spec_uint ("n-stored", "Stored",
                         "Instances that the archive has acknowledged", 0,
                         G_MAXUINT, 0, read_flags));
  g_object_class_install_property (
      object_class, PROP_N_FAILED,
      g_param_spec_uint ("n-failed", "Failed", "Instances that are not stored",
                         0, G_MAXUINT, 0, read_flags));
}

static void
vitrail_dicom_web_sink_class_init (VitrailDicomWebSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = vitrail_dicom_web_sink_finalize;
  element_class->change_state = change_state;
  sink_class->start = start;
  sink_class->stop = stop;
  sink_class->set_caps = set_caps;
  sink_class->event = handle_event;
  sink_class->query = handle_query;
  sink_class->render = render;
  install_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (
      element_class, "DICOMweb sink", "Sink/Network",
      "Stores Part 10 files at an archive over DICOMweb: the stream, or, with "
      "framed=true in the caps, each buffer; a dicom-store-result message says "
      "what became of each",
      "Vitrail");
}

static void
vitrail_dicom_web_sink_init (VitrailDicomWebSink *self)
{
  self->cancellable = g_cancellable_new ();
  self->adapter = gst_adapter_new ();
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
