/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* volumebuilder: frames of a series, in any order, become one volume that many
 * views share; a buffer refers to it.
 *
 *   gst-launch-1.0 dicomfilesrc location=ct/ ! volumebuilder ! fakesink
 *
 * Straight behind a source it takes headers only, and decodes on all cores in
 * an order that soon shows the whole: with progressive the volume comes from
 * its third slice on, again as it fills, and at last complete. Behind
 * dcmdecode, or anything that changes frames, it is made of those.
 *
 * Of several points in time one comes, or some one after the other as long as
 * they are asked for, the next one decoding while the last one is shown; or
 * what is made of them (volume/volumeplay.h). */

#include "framecaps.h"
#include "madefrom.h"
#include "volume/volumecollect.h"
#include "volume/volumeplay.h"
#include "volumemeta.h"

GST_DEBUG_CATEGORY_STATIC (volumebuilder_debug);
#define GST_CAT_DEFAULT volumebuilder_debug

#define VITRAIL_TYPE_VOLUME_BUILDER (vitrail_volume_builder_get_type ())
G_DECLARE_FINAL_TYPE (VitrailVolumeBuilder,
                      vitrail_volume_builder,
                      VITRAIL,
                      VOLUME_BUILDER,
                      GstElement)

/* While it fills it comes so often at most. */
#define MIN_INTERVAL_US (G_USEC_PER_SEC / 10)

struct _VitrailVolumeBuilder {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;

  /* Guarded by the object lock. */
  guint volume;
  VitrailVolumePlay play;
  gboolean progressive;
  char *order;

  /* The streaming thread's. */
  VitrailVolumeCollect *collect;

  /* Cancelled where the thread has to stop; replaced when it may go on.
   * Guarded by the object lock. */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (VitrailVolumeBuilder,
                     vitrail_volume_builder,
                     GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (volumebuilder)
GST_ELEMENT_REGISTER_DEFINE (volumebuilder,
                             "volumebuilder",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_VOLUME_BUILDER)

enum {
  PROP_VOLUME = 1,
  PROP_PROGRESSIVE,
  PROP_ORDER,
  PROP_PLAY, /* and those behind it */
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_FRAME
                                              "; " VITRAIL_CAPS_DECODED));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_VOLUME));

static GstFlowReturn
vitrail_volume_builder_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (parent);
  g_autoptr (GstBuffer) buffer = in;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  if (caps == NULL)
    return GST_FLOW_NOT_NEGOTIATED;
  if (vitrail_volume_collect_add (self->collect, buffer, caps))
    return GST_FLOW_OK;
  GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                     ("volumebuilder: a frame does not say what it is: put it "
                      "behind dicomfilesrc, dicomwebsrc or dcmdecode"),
                     (NULL));
  return GST_FLOW_ERROR;
}

/* --- pushing --- */

/* One way from the frames to what downstream gets. */
typedef struct {
  VitrailVolumePlan *plan;
  VitrailVolumePlay play;
  VitrailSliceOrder order;
  gboolean progressive;
  guint64 n_pushed; /* buffers: some more while a volume fills */
  GCancellable *cancellable;
} Way;

static void
way_clear (Way *self)
{
  vitrail_volume_play_clear (&self->play);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Way, way_clear)

static GstBuffer *
make_buffer (VitrailVolume *volume, const Way *way)
{
  GstBuffer *buffer = vitrail_volume_buffer_new (volume);
  const double ns =
      GST_SECOND / vitrail_volume_play_get_rate (&way->play, way->plan);
  const GstClockTime start = (GstClockTime) ((double) way->n_pushed * ns);
  const GstClockTime end = (GstClockTime) ((double) (way->n_pushed + 1) * ns);

  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = end - start;
  GST_BUFFER_OFFSET (buffer) = way->n_pushed;
  return buffer;
}

/* Again while it fills, then complete. */
static GstFlowReturn
push_volume (VitrailVolumeBuilder *self, VitrailVolume *volume, Way *way)
{
  const guint n_slices = vitrail_volume_get_info (volume)->size[2];
  guint n_wanted = way->progressive ? VITRAIL_VOLUME_USABLE_SLICES : n_slices;
  GstFlowReturn flow = GST_FLOW_OK;
  gboolean is_last = FALSE;

  while (flow == GST_FLOW_OK && !is_last) {
    if (!vitrail_volume_wait (volume, n_wanted, way->cancellable))
      return GST_FLOW_FLUSHING;
    is_last = vitrail_volume_is_complete (volume);
    const gint64 start = g_get_monotonic_time ();
    flow = gst_pad_push (self->src, make_buffer (volume, way));
    way->n_pushed++;
    /* Whatever has come meanwhile is shown the next time. */
    n_wanted = vitrail_volume_get_n_there (volume) +
               vitrail_volume_get_n_failed (volume) + 1;
    const gint64 spent = g_get_monotonic_time () - start;
    if (!is_last && spent < MIN_INTERVAL_US)
      vitrail_volume_wait_until (volume, start + MIN_INTERVAL_US,
                                 way->cancellable);
  }
  return flow;
}

static void
warn_of (VitrailVolumeBuilder *self, VitrailVolume *volume)
{
  g_autofree char *warning = vitrail_volume_dup_warning (volume);

  if (warning != NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE,
                         ("%u slices are missing: %s",
                          vitrail_volume_get_n_failed (volume), warning),
                         (NULL));
}

/* Its caps; and, of the first one, that time begins, and of what it is. */
static gboolean
announce (VitrailVolumeBuilder *self,
          VitrailVolume *volume,
          const VitrailVolumePlan *plan,
          gboolean is_first)
{
  g_autoptr (GstCaps) caps = vitrail_volume_caps_new (volume);
  GstSegment segment;

  if (!gst_pad_set_caps (self->src, caps))
    return FALSE;
  if (!is_first)
    return TRUE;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  g_autoptr (GPtrArray) images =
      vitrail_volume_collect_list (self->collect, plan);
  return gst_pad_push_event (self->src, gst_event_new_segment (&segment)) &&
         gst_pad_push_event (self->src, vitrail_made_from_event_new (images));
}

static GstFlowReturn
fail (VitrailVolumeBuilder *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
announce_and_push (VitrailVolumeBuilder *self, VitrailVolume *volume, Way *way)
{
  if (!announce (self, volume, way->plan, way->n_pushed == 0))
    return GST_FLOW_NOT_NEGOTIATED;
  const GstFlowReturn flow = push_volume (self, volume, way);
  if (flow == GST_FLOW_OK)
    warn_of (self, volume);
  return flow;
}

static GstFlowReturn
push_one (VitrailVolumeBuilder *self, guint time, Way *way)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_collect_load (self->collect, way->plan, time, way->order,
                                   way->cancellable, &error);

  return volume != NULL ? announce_and_push (self, volume, way)
                        : fail (self, error);
}

static GstFlowReturn
push_combined (VitrailVolumeBuilder *self, const GArray *times, Way *way)
{
  g_autoptr (VitrailVolumeTimes) all =
      vitrail_volume_collect_get_times (self->collect, way->plan, way->order);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume = vitrail_volume_times_compute (
      all, (VitrailTimesOperation) (way->play.combine - VITRAIL_COMBINE_SUM),
      (const guint *) (gpointer) times->data, times->len, way->cancellable,
      &error);

  return volume != NULL ? announce_and_push (self, volume, way)
                        : fail (self, error);
}

/* The next one begins to be decoded before this one goes. */
static GstFlowReturn
push_times (VitrailVolumeBuilder *self, const GArray *times, Way *way)
{
  const gboolean is_endless = way->play.loops == VITRAIL_PLAY_FOREVER;
  const guint64 n = (guint64) times->len * (guint64) MAX (way->play.loops, 0);
  g_autoptr (VitrailVolumeTimes) all =
      vitrail_volume_collect_get_times (self->collect, way->plan, way->order);
  g_autoptr (VitrailVolume) next = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint64 i = 0; flow == GST_FLOW_OK && (is_endless || i < n); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailVolume) volume = g_steal_pointer (&next);
    if (volume == NULL)
      volume = vitrail_volume_times_ref_volume (
          all, g_array_index (times, guint, i % times->len), &error);
    if (volume == NULL)
      return fail (self, error);
    if (is_endless || i + 1 < n)
      next = vitrail_volume_times_ref_volume (
          all, g_array_index (times, guint, (i + 1) % times->len), NULL);
    flow = announce_and_push (self, volume, way);
  }
  return flow;
}

static GstFlowReturn
fail_without (VitrailVolumeBuilder *self, const VitrailVolumePlans *plans)
{
  g_autofree char *reasons = g_strjoinv ("; ", plans->reasons);

  GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
                     ("volumebuilder: the images form no such volume%s%s",
                      reasons[0] != '\0' ? ": " : "", reasons),
                     (NULL));
  return GST_FLOW_ERROR;
}

static void
read_properties (VitrailVolumeBuilder *self, Way *way, guint *volume)
{
  GST_OBJECT_LOCK (self);
  *volume = self->volume;
  if (self->order == NULL ||
      !vitrail_slice_order_parse (self->order, &way->order))
    way->order = VITRAIL_ORDER_INTERLEAVED;
  way->progressive = self->progressive;
  vitrail_volume_play_copy (&way->play, &self->play);
  way->cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);
}

static GstFlowReturn
build (VitrailVolumeBuilder *self)
{
  g_auto (Way) way = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolumePlans) plans =
      vitrail_volume_collect_plan (self->collect);
  guint volume = 0;

  read_properties (self, &way, &volume);
  if (volume < 1 || volume > plans->volumes->len)
    return fail_without (self, plans);
  way.plan = g_ptr_array_index (plans->volumes, volume - 1);
  g_autoptr (GArray) times =
      vitrail_volume_play_list (&way.play, way.plan, &error);
  if (times == NULL)
    return fail (self, error);
  if (way.play.combine != VITRAIL_COMBINE_NONE)
    return push_combined (self, times, &way);
  if (way.play.time > 0)
    return push_one (self, g_array_index (times, guint, 0), &way);
  return push_times (self, times, &way);
}

/* --- events --- */

static void
start_anew (VitrailVolumeBuilder *self)
{
  g_clear_pointer (&self->collect, vitrail_volume_collect_free);
  self->collect = vitrail_volume_collect_new ();
}

static void
stop_waiting (VitrailVolumeBuilder *self)
{
  GST_OBJECT_LOCK (self);
  g_cancellable_cancel (self->cancellable);
  GST_OBJECT_UNLOCK (self);
}

static void
wait_again (VitrailVolumeBuilder *self)
{
  GST_OBJECT_LOCK (self);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  GST_OBJECT_UNLOCK (self);
}

/* Frames' caps and times are not the volume's, which come with it. */
static gboolean
vitrail_volume_builder_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
  case GST_EVENT_SEGMENT:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_FLUSH_START:
    stop_waiting (self);
    break;
  case GST_EVENT_FLUSH_STOP:
    wait_again (self);
    start_anew (self);
    break;
  case GST_EVENT_EOS:
    if (build (self) == GST_FLOW_FLUSHING) {
      gst_event_unref (event);
      return FALSE;
    }
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_volume_builder_change_state (GstElement *element, GstStateChange change)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (element);

  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    wait_again (self);
    start_anew (self);
  }
  /* The base class waits for the streaming thread. */
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop_waiting (self);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_volume_builder_parent_class)
          ->change_state (element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_clear_pointer (&self->collect, vitrail_volume_collect_free);
  return result;
}

/* --- properties --- */

static void
vitrail_volume_builder_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *spec)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_VOLUME:
    self->volume = g_value_get_uint (value);
    break;
  case PROP_PROGRESSIVE:
    self->progressive = g_value_get_boolean (value);
    break;
  case PROP_ORDER:
    g_free (self->order);
    self->order = g_value_dup_string (value);
    break;
  default:
    if (!vitrail_volume_play_set (&self->play, id - PROP_PLAY, value))
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_volume_builder_get_property (GObject *object,
                                     guint id,
                                     GValue *value,
                                     GParamSpec *spec)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_VOLUME:
    g_value_set_uint (value, self->volume);
    break;
  case PROP_PROGRESSIVE:
    g_value_set_boolean (value, self->progressive);
    break;
  case PROP_ORDER:
    g_value_set_string (value, self->order);
    break;
  default:
    if (!vitrail_volume_play_get (&self->play, id - PROP_PLAY, value))
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_volume_builder_finalize (GObject *object)
{
  VitrailVolumeBuilder *self = VITRAIL_VOLUME_BUILDER (object);

  g_clear_pointer (&self->collect, vitrail_volume_collect_free);
  g_clear_object (&self->cancellable);
  g_free (self->order);
  vitrail_volume_play_clear (&self->play);
  G_OBJECT_CLASS (vitrail_volume_builder_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object_class, PROP_VOLUME,
      g_param_spec_uint ("volume", "Volume",
                         "Which of the volumes that the frames form, the "
                         "largest first, from 1",
                         1, G_MAXUINT, 1, flags));
  g_object_class_install_property (
      object_class, PROP_PROGRESSIVE,
      g_param_spec_boolean ("progressive", "Progressive",
                            "Refer to it from the third slice on, and again "
                            "as it fills; else once, complete",
                            FALSE, flags));
  g_object_class_install_property (
      object_class, PROP_ORDER,
      g_param_spec_string ("order", "Order",
                           "Which slices come first: interleaveCenter, "
                           "interleaveTopToBottom, nth; by default every "
                           "fourth",
                           NULL, flags));
  vitrail_volume_play_install (object_class, PROP_PLAY);
}

static void
vitrail_volume_builder_class_init (VitrailVolumeBuilderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (volumebuilder_debug, "volumebuilder", 0,
                           "frames to a volume");
  object_class->set_property = vitrail_volume_builder_set_property;
  object_class->get_property = vitrail_volume_builder_get_property;
  object_class->finalize = vitrail_volume_builder_finalize;
  element_class->change_state = vitrail_volume_builder_change_state;
  install_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Volume builder", "Filter/Converter/Video",
      "Puts the frames of a series together to a volume", "Vitrail");
}

static void
vitrail_volume_builder_init (VitrailVolumeBuilder *self)
{
  self->volume = 1;
  self->play = (VitrailVolumePlay) VITRAIL_VOLUME_PLAY_INIT;
  self->cancellable = g_cancellable_new ();
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, vitrail_volume_builder_chain);
  gst_pad_set_event_function (self->sink, vitrail_volume_builder_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
