/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomfilesrc: the frames of a Part 10 file, or of one series below a folder,
 * as they are stored, one a buffer. What is shown when is VitrailTimeline's
 * business; here are segments, seeks and the waiting for demand, and in
 * dicomfilesrcproperties.c what can be set, as properties or as a URI.
 *
 *   gst-launch-1.0 dicomfilesrc location=ct/ ! dcmdecode ! dcmwindow !
 *     autovideosink */

#include "framecaps.h"
#include "source/dicomfilesrc-private.h"
#include "source/playback.h"

GST_DEBUG_CATEGORY_STATIC (dicomfilesrc_debug);
#define GST_CAT_DEFAULT dicomfilesrc_debug

G_DEFINE_TYPE_WITH_CODE (
    VitrailDicomFileSrc,
    vitrail_dicom_file_src,
    GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                           vitrail_dicom_file_src_uri_handler_init))
GST_ELEMENT_REGISTER_DECLARE (dicomfilesrc)
GST_ELEMENT_REGISTER_DEFINE (dicomfilesrc,
                             "dicomfilesrc",
                             GST_RANK_PRIMARY,
                             VITRAIL_TYPE_DICOM_FILE_SRC)

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

/* Life. */

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
vitrail_dicom_file_src_class_init (VitrailDicomFileSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (dicomfilesrc_debug, "dicomfilesrc", 0,
                           "DICOM file source");
  object_class->finalize = vitrail_dicom_file_src_finalize;
  vitrail_dicom_file_src_install_properties (object_class);

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
