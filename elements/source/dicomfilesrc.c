/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomfilesrc: the frames of a Part 10 file, or of one series below a folder,
 * as they are stored, one a buffer. What is shown when is VitrailTimeline's
 * business; here are segments, seeks and the waiting for demand.
 *
 *   gst-launch-1.0 dicomfilesrc location=ct/ ! dcmdecode ! dcmwindow !
 *     autovideosink */

#include "framecaps.h"
#include "source/playback.h"
#include "source/storedframe.h"

#include <gst/base/gstpushsrc.h>

#include <pthread.h>

GST_DEBUG_CATEGORY_STATIC (dicomfilesrc_debug);
#define GST_CAT_DEFAULT dicomfilesrc_debug

#define VITRAIL_TYPE_DICOM_FILE_SRC (vitrail_dicom_file_src_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomFileSrc,
                      vitrail_dicom_file_src,
                      VITRAIL,
                      DICOM_FILE_SRC,
                      GstPushSrc)

struct _VitrailDicomFileSrc {
  GstPushSrc parent;

  /* Guarded by the object lock. */
  char *location;
  char *series;
  VitrailSourceMode mode;
  guint start_frame;
  guint stop_frame;
  int fps_n;
  int fps_d;

  /* Set by start, constant until stop. NULL when an instance was given. */
  VitrailTimeline *timeline;
  /* The streaming thread's. */
  VitrailInstance *current; /* whose caps are set */
  guint64 next;             /* index to push; n_frames: the end */

  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. What is set in one go is wanted in one go. */
  VitrailInstance *instance;
  guint frame;
  gboolean is_wanted; /* demand: not pushed yet */
  gboolean flushing;
};

static void uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_TYPE_WITH_CODE (VitrailDicomFileSrc,
                         vitrail_dicom_file_src,
                         GST_TYPE_PUSH_SRC,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                                                uri_handler_init))
GST_ELEMENT_REGISTER_DECLARE (dicomfilesrc)
GST_ELEMENT_REGISTER_DEFINE (dicomfilesrc,
                             "dicomfilesrc",
                             GST_RANK_PRIMARY,
                             VITRAIL_TYPE_DICOM_FILE_SRC)

enum {
  PROP_LOCATION = 1,
  PROP_SERIES,
  PROP_INSTANCE,
  PROP_MODE,
  PROP_FRAME,
  PROP_START_FRAME,
  PROP_STOP_FRAME,
  PROP_FRAMERATE,
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_FRAME));

/* Opening. */

static gboolean
fail (VitrailDicomFileSrc *self, const GError *error)
{
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s", error->message), (NULL));
  return FALSE;
}

static VitrailTimeline *
open_timeline (VitrailDicomFileSrc *self, GError **error)
{
  g_autoptr (VitrailInstance) instance = NULL;
  g_autofree char *location = NULL;
  g_autofree char *series = NULL;

  pthread_mutex_lock (&self->lock);
  g_set_object (&instance, self->instance);
  pthread_mutex_unlock (&self->lock);
  if (instance != NULL)
    return vitrail_timeline_new_instance (instance, error);
  GST_OBJECT_LOCK (self);
  location = g_strdup (self->location);
  series = g_strdup (self->series);
  GST_OBJECT_UNLOCK (self);
  if (location == NULL) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                 "dicomfilesrc: no location");
    return NULL;
  }
  return vitrail_timeline_open (location, series, error);
}

static gboolean
limit_timeline (VitrailDicomFileSrc *self,
                VitrailTimeline *timeline,
                GError **error)
{
  GST_OBJECT_LOCK (self);
  guint start_frame = self->start_frame;
  guint stop_frame = self->stop_frame;
  double frame_ms = self->fps_n > 0 ? 1e3 * self->fps_d / self->fps_n : 0;
  GST_OBJECT_UNLOCK (self);

  if (frame_ms > 0)
    vitrail_timeline_set_frame_ms (timeline, frame_ms);
  return vitrail_timeline_set_range (timeline, start_frame, stop_frame, error);
}

static gboolean
is_demand (VitrailDicomFileSrc *self)
{
  GST_OBJECT_LOCK (self);
  gboolean is_demand = self->mode == VITRAIL_SOURCE_MODE_DEMAND;
  GST_OBJECT_UNLOCK (self);
  return is_demand;
}

static gboolean
vitrail_dicom_file_src_start (GstBaseSrc *base)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (base);
  g_autoptr (GError) error = NULL;

  pthread_mutex_lock (&self->lock);
  self->is_wanted = TRUE;
  gboolean has_instance = self->instance != NULL;
  pthread_mutex_unlock (&self->lock);
  self->next = 0;
  /* On demand, instances come and go; each says itself how it is shown. */
  if (is_demand (self) && has_instance)
    return TRUE;
  g_autoptr (VitrailTimeline) timeline = open_timeline (self, &error);
  if (timeline == NULL || !limit_timeline (self, timeline, &error))
    return fail (self, error);
  base->segment.duration =
      vitrail_timeline_get_start_ns (timeline, G_MAXUINT64);
  self->timeline = g_steal_pointer (&timeline);
  return TRUE;
}

static gboolean
vitrail_dicom_file_src_stop (GstBaseSrc *base)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (base);

  g_clear_pointer (&self->timeline, vitrail_timeline_free);
  g_clear_object (&self->current);
  return TRUE;
}

/* Pushing. */

/* A truncated file plays as far as it goes. */
static void
warn_missing (VitrailDicomFileSrc *self, VitrailInstance *instance)
{
  const guint there = vitrail_instance_get_n_frames (instance);
  const guint stated = vitrail_instance_get_n_stated_frames (instance);

  if (there < stated)
    GST_ELEMENT_WARNING (self, STREAM, DECODE,
                         ("%s: %u of %u frames are there",
                          vitrail_instance_get_name (instance), there, stated),
                         (NULL));
}

/* Caps are set where another instance begins. */
static gboolean
set_caps_of (VitrailDicomFileSrc *self, VitrailInstance *instance)
{
  g_autoptr (GError) error = NULL;
  double frame_ms = self->timeline != NULL
                        ? vitrail_timeline_get_frame_ms (self->timeline)
                        : 0;

  if (instance == self->current)
    return TRUE;
  g_autoptr (GstCaps) caps =
      vitrail_stored_caps_from_instance (instance, frame_ms, &error);
  if (caps == NULL) {
    GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", error->message), (NULL));
    return FALSE;
  }
  g_set_object (&self->current, instance);
  warn_missing (self, instance);
  g_autoptr (GstCaps) now = gst_pad_get_current_caps (GST_BASE_SRC_PAD (self));
  /* Whoever refuses them refuses the buffer too: that ends playing. */
  if (now == NULL || !gst_caps_is_equal (now, caps))
    gst_base_src_set_caps (GST_BASE_SRC (self), caps);
  return TRUE;
}

/* NULL, after a warning, when @instance holds nothing that can be shown. */
static GstBuffer *
make_buffer (VitrailDicomFileSrc *self, VitrailInstance *instance, guint frame)
{
  g_autoptr (GError) error = NULL;

  if (!set_caps_of (self, instance))
    return NULL;
  GstBuffer *buffer = vitrail_stored_buffer_new (instance, frame, &error);
  if (error != NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE, ("%s", error->message), (NULL));
  return buffer;
}

/* Frame @index of the timeline, timed; NULL after a warning. */
static GstBuffer *
make_timeline_buffer (VitrailDicomFileSrc *self, guint index)
{
  g_autoptr (GError) error = NULL;
  guint frame = 0;
  g_autoptr (VitrailInstance) instance =
      vitrail_timeline_ref_frame (self->timeline, index, &frame, &error);

  if (instance == NULL) {
    GST_ELEMENT_WARNING (self, RESOURCE, OPEN_READ, ("%s", error->message),
                         (NULL));
    return NULL;
  }
  GstBuffer *buffer = make_buffer (self, instance, frame);
  if (buffer == NULL)
    return NULL;
  vitrail_playback_stamp (self->timeline, index, buffer);
  return buffer;
}

static GstFlowReturn
create_next (VitrailDicomFileSrc *self, GstBuffer **buffer)
{
  const GstSegment *segment = &GST_BASE_SRC (self)->segment;

  *buffer = NULL;
  while (*buffer == NULL) {
    if (vitrail_playback_is_at_end (self->timeline, self->next, segment))
      return GST_FLOW_EOS;
    guint index = (guint) self->next;
    /* Backwards, 0 wraps to a number beyond the end. */
    self->next += segment->rate < 0 ? -1 : 1;
    *buffer = make_timeline_buffer (self, index);
  }
  return GST_FLOW_OK;
}

/* Waits until something is wanted that was not pushed yet. */
static gboolean
wait_for_demand (VitrailDicomFileSrc *self,
                 VitrailInstance **instance,
                 guint *frame)
{
  pthread_mutex_lock (&self->lock);
  while (!self->is_wanted && !self->flushing)
    pthread_cond_wait (&self->changed, &self->lock);
  gboolean is_wanted = self->is_wanted && !self->flushing;
  if (is_wanted) {
    self->is_wanted = FALSE;
    g_set_object (instance, self->instance);
    *frame = self->frame;
  }
  pthread_mutex_unlock (&self->lock);
  return is_wanted;
}

static GstBuffer *
make_instance_buffer (VitrailDicomFileSrc *self,
                      VitrailInstance *instance,
                      guint frame)
{
  guint n_frames = vitrail_instance_get_n_stated_frames (instance);

  /* None at all: the one asked for, so that the reason is told; it is told of
   * those that are missing, too, and no other is shown in their place. */
  frame = n_frames > 0 ? MIN (frame, n_frames) : frame;
  GstBuffer *buffer = make_buffer (self, instance, frame);
  if (buffer != NULL)
    GST_BUFFER_OFFSET (buffer) = frame - 1;
  return buffer;
}

static GstFlowReturn
create_demanded (VitrailDicomFileSrc *self, GstBuffer **buffer)
{
  *buffer = NULL;
  while (*buffer == NULL) {
    g_autoptr (VitrailInstance) instance = NULL;
    guint frame = 0;
    if (!wait_for_demand (self, &instance, &frame))
      return GST_FLOW_FLUSHING;
    if (instance != NULL) {
      *buffer = make_instance_buffer (self, instance, frame);
    } else if (self->timeline != NULL) {
      guint n_frames = vitrail_timeline_get_n_frames (self->timeline);
      *buffer = make_timeline_buffer (self, MIN (frame, n_frames) - 1);
    }
  }
  /* Stamped with the time of the push by the base class. */
  GST_BUFFER_PTS (*buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (*buffer) = GST_CLOCK_TIME_NONE;
  return GST_FLOW_OK;
}

static GstFlowReturn
vitrail_dicom_file_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (src);

  if (gst_base_src_is_live (GST_BASE_SRC (src)))
    return create_demanded (self, buffer);
  return create_next (self, buffer);
}

static gboolean
set_flushing (VitrailDicomFileSrc *self, gboolean flushing)
{
  pthread_mutex_lock (&self->lock);
  self->flushing = flushing;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
vitrail_dicom_file_src_unlock (GstBaseSrc *base)
{
  return set_flushing (VITRAIL_DICOM_FILE_SRC (base), TRUE);
}

static gboolean
vitrail_dicom_file_src_unlock_stop (GstBaseSrc *base)
{
  return set_flushing (VITRAIL_DICOM_FILE_SRC (base), FALSE);
}

/* Caps are set with the first buffer; there is nothing to fixate before. */
static gboolean
vitrail_dicom_file_src_negotiate (GstBaseSrc *base)
{
  return TRUE;
}

/* Seeking. */

static gboolean
vitrail_dicom_file_src_is_seekable (GstBaseSrc *base)
{
  return !gst_base_src_is_live (base);
}

static gboolean
vitrail_dicom_file_src_do_seek (GstBaseSrc *base, GstSegment *segment)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (base);

  /* The base class turns a seek in frames into one in time by asking us. */
  if (self->timeline != NULL)
    self->next = vitrail_playback_seek (self->timeline, segment);
  return TRUE;
}

static gboolean
vitrail_dicom_file_src_query (GstBaseSrc *base, GstQuery *query)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (base);

  if (self->timeline != NULL && !gst_base_src_is_live (base) &&
      vitrail_playback_answer (self->timeline, query))
    return TRUE;
  return GST_BASE_SRC_CLASS (vitrail_dicom_file_src_parent_class)
      ->query (base, query);
}

/* dicomfile:///PATH[?series=UID]. */

static GstURIType
uri_get_type (GType type)
{
  return GST_URI_SRC;
}

static const char *const *
uri_get_protocols (GType type)
{
  static const char *const protocols[] = { "dicomfile", NULL };
  return protocols;
}

static char *
uri_get_uri (GstURIHandler *handler)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (handler);
  char *uri = NULL;

  GST_OBJECT_LOCK (self);
  if (self->location != NULL) {
    g_autofree char *path = g_canonicalize_filename (self->location, NULL);
    g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
    uri = g_strconcat ("dicomfile://", escaped,
                       self->series != NULL ? "?series=" : NULL, self->series,
                       NULL);
  }
  GST_OBJECT_UNLOCK (self);
  return uri;
}

static gboolean
uri_set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (handler);
  g_autoptr (GstUri) parsed = gst_uri_from_string (uri);
  g_autofree char *path = parsed != NULL ? gst_uri_get_path (parsed) : NULL;

  if (path == NULL || gst_uri_get_host (parsed) != NULL) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                 "%s: not dicomfile:///PATH", uri);
    return FALSE;
  }
  g_object_set (self, "location", path, "series",
                gst_uri_get_query_value (parsed, "series"), NULL);
  return TRUE;
}

static void
uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = uri_get_type;
  handler->get_protocols = uri_get_protocols;
  handler->get_uri = uri_get_uri;
  handler->set_uri = uri_set_uri;
}

/* Properties. */

/* Called once after each g_object_set (), however many properties it set: an
 * instance and its frame are wanted together. */
static void
vitrail_dicom_file_src_dispatch_properties_changed (GObject *object,
                                                    guint n_specs,
                                                    GParamSpec **specs)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (object);
  gboolean is_wanted = FALSE;

  for (guint i = 0; i < n_specs; i++)
    is_wanted |= g_str_equal (specs[i]->name, "frame") ||
                 g_str_equal (specs[i]->name, "instance");
  if (is_wanted) {
    pthread_mutex_lock (&self->lock);
    self->is_wanted = TRUE;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
  }
  G_OBJECT_CLASS (vitrail_dicom_file_src_parent_class)
      ->dispatch_properties_changed (object, n_specs, specs);
}

static void
set_demanded (VitrailDicomFileSrc *self, guint id, const GValue *value)
{
  GObject *dropped = NULL;

  pthread_mutex_lock (&self->lock);
  if (id == PROP_FRAME) {
    self->frame = g_value_get_uint (value);
  } else {
    dropped = G_OBJECT (self->instance);
    self->instance = g_value_dup_object (value);
  }
  pthread_mutex_unlock (&self->lock);
  /* Its end may unmap a file: not under the lock. */
  g_clear_object (&dropped);
}

static void
vitrail_dicom_file_src_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *spec)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (object);

  if (id == PROP_FRAME || id == PROP_INSTANCE) {
    set_demanded (self, id, value);
    return;
  }
  if (id == PROP_MODE)
    gst_base_src_set_live (GST_BASE_SRC (self), g_value_get_enum (value) ==
                                                    VITRAIL_SOURCE_MODE_DEMAND);
  if (id == PROP_MODE)
    gst_base_src_set_do_timestamp (GST_BASE_SRC (self),
                                   g_value_get_enum (value) ==
                                       VITRAIL_SOURCE_MODE_DEMAND);
  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_free (self->location);
    self->location = g_value_dup_string (value);
    break;
  case PROP_SERIES:
    g_free (self->series);
    self->series = g_value_dup_string (value);
    break;
  case PROP_MODE:
    self->mode = (VitrailSourceMode) g_value_get_enum (value);
    break;
  case PROP_START_FRAME:
    self->start_frame = g_value_get_uint (value);
    break;
  case PROP_STOP_FRAME:
    self->stop_frame = g_value_get_uint (value);
    break;
  case PROP_FRAMERATE:
    self->fps_n = gst_value_get_fraction_numerator (value);
    self->fps_d = gst_value_get_fraction_denominator (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_dicom_file_src_get_property (GObject *object,
                                     guint id,
                                     GValue *value,
                                     GParamSpec *spec)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (object);

  GST_OBJECT_LOCK (self);
  pthread_mutex_lock (&self->lock);
  switch (id) {
  case PROP_LOCATION:
    g_value_set_string (value, self->location);
    break;
  case PROP_SERIES:
    g_value_set_string (value, self->series);
    break;
  case PROP_INSTANCE:
    g_value_set_object (value, self->instance);
    break;
  case PROP_MODE:
    g_value_set_enum (value, self->mode);
    break;
  case PROP_FRAME:
    g_value_set_uint (value, self->frame);
    break;
  case PROP_START_FRAME:
    g_value_set_uint (value, self->start_frame);
    break;
  case PROP_STOP_FRAME:
    g_value_set_uint (value, self->stop_frame);
    break;
  case PROP_FRAMERATE:
    gst_value_set_fraction (value, self->fps_n, self->fps_d);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  pthread_mutex_unlock (&self->lock);
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_dicom_file_src_finalize (GObject *object)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (object);

  g_free (self->location);
  g_free (self->series);
  g_clear_object (&self->instance);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
  G_OBJECT_CLASS (vitrail_dicom_file_src_parent_class)->finalize (object);
}

static void
vitrail_dicom_file_src_init (VitrailDicomFileSrc *self)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  self->frame = 1;
  self->start_frame = 1;
  self->fps_d = 1;
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object_class, PROP_LOCATION,
      g_param_spec_string ("location", "Location",
                           "Part 10 file, or folder of which one series is "
                           "shown in its order",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_SERIES,
      g_param_spec_string ("series", "Series",
                           "Series Instance UID below a folder; none: the "
                           "first by Series Number that has images",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_INSTANCE,
      g_param_spec_object ("instance", "Instance",
                           "An opened instance, instead of location; on demand "
                           "it can change at any time",
                           VITRAIL_TYPE_INSTANCE,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                               GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "As time goes, or on demand",
                         VITRAIL_TYPE_SOURCE_MODE, VITRAIL_SOURCE_MODE_TIMELINE,
                         flags));
  g_object_class_install_property (
      object_class, PROP_FRAME,
      g_param_spec_uint ("frame", "Frame",
                         "Which frame is wanted on demand, from 1; beyond the "
                         "end: the last",
                         1, G_MAXUINT, 1,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                             GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_START_FRAME,
      g_param_spec_uint ("start-frame", "Start frame",
                         "First frame of the timeline, from 1", 1, G_MAXUINT, 1,
                         flags));
  g_object_class_install_property (
      object_class, PROP_STOP_FRAME,
      g_param_spec_uint (
          "stop-frame", "Stop frame",
          "Last frame of the timeline, from 1; 0: the last there "
          "is",
          0, G_MAXUINT, 0, flags));
  g_object_class_install_property (
      object_class, PROP_FRAMERATE,
      gst_param_spec_fraction ("framerate", "Frame rate",
                               "Frames a second; 0/1: as the data say, 25 "
                               "where they do not",
                               0, 1, G_MAXINT, 1, 0, 1, flags));
}

static void
vitrail_dicom_file_src_class_init (VitrailDicomFileSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (dicomfilesrc_debug, "dicomfilesrc", 0,
                           "DICOM file source");
  object_class->dispatch_properties_changed =
      vitrail_dicom_file_src_dispatch_properties_changed;
  object_class->set_property = vitrail_dicom_file_src_set_property;
  object_class->get_property = vitrail_dicom_file_src_get_property;
  object_class->finalize = vitrail_dicom_file_src_finalize;
  install_properties (object_class);

  gst_element_class_set_static_metadata (
      element_class, "DICOM file source", "Source/File",
      "Stored frames of a Part 10 file, or of one series below a folder",
      "Vitrail");
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_type_mark_as_plugin_api (VITRAIL_TYPE_SOURCE_MODE, 0);

  base_class->start = vitrail_dicom_file_src_start;
  base_class->stop = vitrail_dicom_file_src_stop;
  base_class->unlock = vitrail_dicom_file_src_unlock;
  base_class->unlock_stop = vitrail_dicom_file_src_unlock_stop;
  base_class->negotiate = vitrail_dicom_file_src_negotiate;
  base_class->is_seekable = vitrail_dicom_file_src_is_seekable;
  base_class->do_seek = vitrail_dicom_file_src_do_seek;
  base_class->query = vitrail_dicom_file_src_query;
  GST_PUSH_SRC_CLASS (klass)->create = vitrail_dicom_file_src_create;
}
