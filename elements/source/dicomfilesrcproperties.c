/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be set of dicomfilesrc: its properties, and the two of them that
 * make a URI. */

#include "source/dicomfilesrc-private.h"

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

static gpointer parent_class;

/* Called once after each g_object_set (), however many properties it set: an
 * instance and its frame are wanted together. */
static void
dispatch_properties_changed (GObject *object, guint n_specs, GParamSpec **specs)
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
  G_OBJECT_CLASS (parent_class)
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
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  VitrailDicomFileSrc *self = VITRAIL_DICOM_FILE_SRC (object);

  if (id == PROP_FRAME || id == PROP_INSTANCE) {
    set_demanded (self, id, value);
    return;
  }
  if (id == PROP_MODE) {
    const gboolean live =
        g_value_get_enum (value) == VITRAIL_SOURCE_MODE_DEMAND;
    gst_base_src_set_live (GST_BASE_SRC (self), live);
    gst_base_src_set_do_timestamp (GST_BASE_SRC (self), live);
  }
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
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
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

void
vitrail_dicom_file_src_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  parent_class = g_type_class_peek_parent (object_class);
  object_class->dispatch_properties_changed = dispatch_properties_changed;
  object_class->set_property = set_property;
  object_class->get_property = get_property;

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

void
vitrail_dicom_file_src_uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = uri_get_type;
  handler->get_protocols = uri_get_protocols;
  handler->get_uri = uri_get_uri;
  handler->set_uri = uri_set_uri;
}
