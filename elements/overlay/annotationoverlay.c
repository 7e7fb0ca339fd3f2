/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* annotationoverlay: what is drawn over a picture at the place that its
 * VitrailFrameMeta says. Pictures over which nothing lies pass untouched.
 *
 * Layers: the display shutter (shutterdraw.h), the overlay planes of groups
 * 60xx (planes.h), measurements of the frame (measuremarks.h). */

#include "measurement/measurements.h"
#include "overlay/measuremarks.h"
#include "overlay/overlayfilter.h"
#include "overlay/planes.h"
#include "overlay/shutterdraw.h"
#include "pixel/state.h"
#include "pixel/view.h"
#include "sink/feed.h"

#define VITRAIL_TYPE_ANNOTATION_OVERLAY (vitrail_annotation_overlay_get_type ())
G_DECLARE_FINAL_TYPE (VitrailAnnotationOverlay,
                      vitrail_annotation_overlay,
                      VITRAIL,
                      ANNOTATION_OVERLAY,
                      VitrailOverlayFilter)

/* The presentation first: it is the whole of the state that is boxed. */
typedef struct {
  VitrailPresentation presentation;
  gboolean show_overlays;
  gboolean show_shutter;
  guint color;
} Settings;

struct _VitrailAnnotationOverlay {
  VitrailOverlayFilter parent_instance;

  VitrailState state;
  Settings settings;                 /* state.lock */
  VitrailMeasurements *measurements; /* GST_OBJECT_LOCK; or NULL */

  /* Streaming thread. */
  VitrailOverlays *warned; /* the last whose warning was posted */
};

enum {
  PROP_PRESENTATION = VITRAIL_STATE_PROP_WHOLE,
  PROP_SHOW_OVERLAYS,
  PROP_SHOW_SHUTTER,
  PROP_COLOR,
  N_STATE_PROPS,
  PROP_MEASUREMENTS = N_STATE_PROPS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (VitrailAnnotationOverlay,
                     vitrail_annotation_overlay,
                     VITRAIL_TYPE_OVERLAY_FILTER)
GST_ELEMENT_REGISTER_DECLARE (annotationoverlay)
GST_ELEMENT_REGISTER_DEFINE (annotationoverlay,
                             "annotationoverlay",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_ANNOTATION_OVERLAY);

/* --- what lies over a picture --- */

static guint
count_planes (const VitrailOverlays *overlays)
{
  return overlays != NULL ? overlays->n_planes : 0;
}

static VitrailOverlays *
get_separate (const VitrailFrameMeta *meta)
{
  return meta->info != NULL ? meta->info->overlays : NULL;
}

static gboolean
shows_overlays (const Settings *self)
{
  return self->show_overlays && !self->presentation.hide_overlays;
}

static gboolean
shows_shutter (const Settings *self)
{
  return self->show_shutter && !self->presentation.hide_shutter;
}

static const VitrailShutter *
get_shutter (const VitrailFrameMeta *meta)
{
  return meta->info != NULL ? meta->info->shutter : NULL;
}

/* --- measurements --- */

static VitrailMeasurements *
ref_measurements (VitrailAnnotationOverlay *self)
{
  GST_OBJECT_LOCK (self);
  VitrailMeasurements *measurements =
      self->measurements != NULL ? g_object_ref (self->measurements) : NULL;
  GST_OBJECT_UNLOCK (self);
  return measurements;
}

/* Those of the frame, what is being drawn last; (element-type
 * VitrailMeasurement), borrowed from @all and @draft. */
static GPtrArray *
list_on_frame (const GPtrArray *all,
               VitrailMeasurement *draft,
               const VitrailFrameInfo *info)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; info != NULL && i <= all->len; i++) {
    VitrailMeasurement *one = i < all->len ? all->pdata[i] : draft;
    if (one != NULL &&
        vitrail_measurement_is_on (one, info->sop_instance_uid, info->frame))
      g_ptr_array_add (list, one);
  }
  return list;
}

static gboolean
has_measurements (VitrailAnnotationOverlay *self, const VitrailFrameMeta *meta)
{
  g_autoptr (VitrailMeasurements) measurements = ref_measurements (self);
  if (measurements == NULL)
    return FALSE;
  g_autoptr (GPtrArray) all = vitrail_measurements_ref_all (measurements);
  g_autoptr (VitrailMeasurement) draft =
      vitrail_measurements_ref_draft (measurements);
  g_autoptr (GPtrArray) list = list_on_frame (all, draft, meta->info);
  return list->len > 0;
}

static void
draw_measurements (VitrailAnnotationOverlay *self,
                   const VitrailCanvas *canvas,
                   const VitrailFrameMeta *meta)
{
  g_autoptr (VitrailMeasurements) measurements = ref_measurements (self);
  if (measurements == NULL)
    return;
  g_autoptr (GPtrArray) all = vitrail_measurements_ref_all (measurements);
  g_autoptr (VitrailMeasurement) draft =
      vitrail_measurements_ref_draft (measurements);
  g_autoptr (VitrailMeasurement) selected =
      vitrail_measurements_ref_selected (measurements);
  g_autoptr (GPtrArray) list = list_on_frame (all, draft, meta->info);
  for (guint i = 0; i < list->len; i++) {
    const VitrailMeasurement *one = list->pdata[i];
    vitrail_measure_marks_draw (one, canvas, meta->to_frame,
                                one == draft || one == selected
                                    ? VITRAIL_MEASURE_COLOR_SELECTED
                                    : VITRAIL_MEASURE_COLOR);
  }
}

static void
changed_cb (VitrailAnnotationOverlay *self)
{
  vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
set_measurements (VitrailAnnotationOverlay *self,
                  VitrailMeasurements *measurements)
{
  g_autoptr (VitrailMeasurements) old = ref_measurements (self);

  if (old == measurements)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, changed_cb, self);
  GST_OBJECT_LOCK (self);
  g_set_object (&self->measurements, measurements);
  GST_OBJECT_UNLOCK (self);
  if (measurements != NULL)
    g_signal_connect_object (measurements, "changed", G_CALLBACK (changed_cb),
                             self, G_CONNECT_SWAPPED);
  changed_cb (self);
}

static gboolean
vitrail_annotation_overlay_has_any (VitrailOverlayFilter *filter,
                                    const VitrailFrameMeta *meta)
{
  Settings settings;

  vitrail_state_copy (&VITRAIL_ANNOTATION_OVERLAY (filter)->state, &settings);
  return (count_planes (get_separate (meta)) + count_planes (meta->overlays) >
              0 &&
          shows_overlays (&settings)) ||
         (get_shutter (meta) != NULL && shows_shutter (&settings)) ||
         has_measurements (VITRAIL_ANNOTATION_OVERLAY (filter), meta);
}

static void
warn_once (VitrailAnnotationOverlay *self, VitrailOverlays *overlays)
{
  if (overlays == NULL || overlays->warning == NULL ||
      (self->warned != NULL &&
       g_str_equal (self->warned->warning, overlays->warning)))
    return;
  g_clear_pointer (&self->warned, vitrail_overlays_unref);
  self->warned = vitrail_overlays_ref (overlays);
  GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", overlays->warning), (NULL));
}

static void
vitrail_annotation_overlay_meet (VitrailOverlayFilter *filter,
                                 const VitrailFrameMeta *meta)
{
  warn_once (VITRAIL_ANNOTATION_OVERLAY (filter), get_separate (meta));
  warn_once (VITRAIL_ANNOTATION_OVERLAY (filter), meta->overlays);
}

static void
vitrail_annotation_overlay_draw (VitrailOverlayFilter *filter,
                                 const VitrailCanvas *canvas,
                                 const VitrailFrameMeta *meta)
{
  const VitrailOverlays *separate = get_separate (meta);
  Settings settings;

  vitrail_state_copy (&VITRAIL_ANNOTATION_OVERLAY (filter)->state, &settings);
  if (get_shutter (meta) != NULL && shows_shutter (&settings))
    vitrail_shutter_draw (get_shutter (meta), canvas, meta->to_frame);
  draw_measurements (VITRAIL_ANNOTATION_OVERLAY (filter), canvas, meta);
  if (!shows_overlays (&settings))
    return;
  if (separate != NULL)
    vitrail_overlays_draw (separate, canvas, meta->to_frame, settings.color);
  if (meta->overlays != NULL)
    vitrail_overlays_draw (meta->overlays, canvas, meta->to_frame,
                           settings.color);
}

static gboolean
vitrail_annotation_overlay_stop (GstBaseTransform *base)
{
  g_clear_pointer (&VITRAIL_ANNOTATION_OVERLAY (base)->warned,
                   vitrail_overlays_unref);
  return TRUE;
}

/* --- properties --- */

static const Settings initial = {
  .presentation = VITRAIL_PRESENTATION_INIT,
  .show_overlays = TRUE,
  .show_shutter = TRUE,
  .color = VITRAIL_OVERLAY_COLOR,
};

static const size_t offsets[N_STATE_PROPS] = {
  [PROP_SHOW_OVERLAYS] = G_STRUCT_OFFSET (Settings, show_overlays),
  [PROP_SHOW_SHUTTER] = G_STRUCT_OFFSET (Settings, show_shutter),
  [PROP_COLOR] = G_STRUCT_OFFSET (Settings, color),
};

static gboolean
is_equal (gconstpointer a, gconstpointer b)
{
  const Settings *one = a;
  const Settings *other = b;

  return one->color == other->color &&
         shows_overlays (one) == shows_overlays (other) &&
         shows_shutter (one) == shows_shutter (other);
}

static const VitrailStateSpec state_spec = {
  .size = sizeof (Settings),
  .whole_size = sizeof (VitrailPresentation),
  .initial = &initial,
  .offsets = offsets,
  .n_props = N_STATE_PROPS,
  .equal = is_equal,
};

static void
vitrail_annotation_overlay_set_property (GObject *object,
                                         guint id,
                                         const GValue *value,
                                         GParamSpec *pspec)
{
  if (id == PROP_MEASUREMENTS)
    set_measurements (VITRAIL_ANNOTATION_OVERLAY (object),
                      g_value_get_object (value));
  else
    vitrail_state_set_property (&VITRAIL_ANNOTATION_OVERLAY (object)->state,
                                object, id, value, pspec);
}

static void
vitrail_annotation_overlay_get_property (GObject *object,
                                         guint id,
                                         GValue *value,
                                         GParamSpec *pspec)
{
  if (id == PROP_MEASUREMENTS)
    g_value_take_object (value, ref_measurements (
                                    VITRAIL_ANNOTATION_OVERLAY (object)));
  else
    vitrail_state_get_property (&VITRAIL_ANNOTATION_OVERLAY (object)->state,
                                object, id, value, pspec);
}

static void
vitrail_annotation_overlay_finalize (GObject *object)
{
  VitrailAnnotationOverlay *self = VITRAIL_ANNOTATION_OVERLAY (object);

  vitrail_state_clear (&self->state);
  g_clear_object (&self->measurements);
  G_OBJECT_CLASS (vitrail_annotation_overlay_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  klass->set_property = vitrail_annotation_overlay_set_property;
  klass->get_property = vitrail_annotation_overlay_get_property;
  props[PROP_PRESENTATION] =
      g_param_spec_boxed ("presentation", "Presentation",
                          "As dcmwindow's; its hide-overlays and hide-shutter "
                          "count here",
                          VITRAIL_TYPE_PRESENTATION, flags);
  props[PROP_SHOW_OVERLAYS] =
      g_param_spec_boolean ("show-overlays", "Show overlays",
                            "Draw the overlay planes of groups 60xx", TRUE,
                            flags);
  props[PROP_SHOW_SHUTTER] =
      g_param_spec_boolean ("show-shutter", "Show shutter",
                            "Cover what the display shutter covers", TRUE,
                            flags);
  props[PROP_COLOR] =
      g_param_spec_uint ("color", "Color",
                         "Of overlay planes, 0xRRGGBB; grey pictures get its "
                         "luma",
                         0, 0xffffff, VITRAIL_OVERLAY_COLOR, flags);
  props[PROP_MEASUREMENTS] =
      g_param_spec_object ("measurements", "Measurements",
                           "Drawn on the frames that they belong to",
                           VITRAIL_TYPE_MEASUREMENTS, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vitrail_annotation_overlay_class_init (VitrailAnnotationOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  VitrailOverlayFilterClass *filter_class =
      VITRAIL_OVERLAY_FILTER_CLASS (klass);

  object_class->finalize = vitrail_annotation_overlay_finalize;
  install_properties (object_class);
  filter_class->meet = vitrail_annotation_overlay_meet;
  filter_class->has_any = vitrail_annotation_overlay_has_any;
  filter_class->draw = vitrail_annotation_overlay_draw;
  GST_BASE_TRANSFORM_CLASS (klass)->stop = vitrail_annotation_overlay_stop;
  gst_element_class_set_static_metadata (
      element_class, "Annotation overlay", "Filter/Effect/Video",
      "Display shutter, overlay planes (groups 60xx) and measurements over "
      "windowed pictures",
      "Vitrail");
}

static void
vitrail_annotation_overlay_init (VitrailAnnotationOverlay *self)
{
  vitrail_state_init (&self->state, &state_spec, &self->settings);
}
