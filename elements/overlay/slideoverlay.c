/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* slideoverlay: a segmentation or a parametric map, and annotations of a slide
 * over views of it, behind wsitiler at any place, scale and rotation: the map
 * to level 0 is the buffer's VitrailFrameMeta's. Pictures over which nothing
 * lies pass untouched.
 *
 *   gst-launch-1.0 slidesrc location=slide.svs ! wsitiler !
 *     slideoverlay location=cells.geojson ! pngenc ! filesink location=view.png
 */

#include "annotation/annotations.h"
#include "annotation/geojson.h"
#include "annotation/slideobjects.h"
#include "overlay/overlayfilter.h"
#include "overlay/slideheat.h"
#include "overlay/slideshapes.h"
#include "sink/feed.h"
#include "slidemeta.h"

#include <pthread.h>

#define VITRAIL_TYPE_SLIDE_OVERLAY (vitrail_slide_overlay_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideOverlay,
                      vitrail_slide_overlay,
                      VITRAIL,
                      SLIDE_OVERLAY,
                      VitrailOverlayFilter)

struct _VitrailSlideOverlay {
  VitrailOverlayFilter parent_instance;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailAnnotations *annotations; /* or NULL */
  VitrailSlideRaster *raster;      /* or NULL; below the annotations */
  VitrailSlideObjects *objects;    /* or NULL; between the two */
  char *location;                  /* or NULL */
  gboolean show_legend;
  gboolean show;
  VitrailShapeStyle style;
  gulong changed_id; /* of annotations' signal */
  gulong raster_id;  /* of raster's */
  gulong objects_id; /* of objects' */

  /* Streaming thread. */
  VitrailAnnotationSet *loaded; /* from location */
};

enum {
  PROP_ANNOTATIONS = 1,
  PROP_RASTER,
  PROP_OBJECTS,
  PROP_SHOW_LEGEND,
  PROP_LOCATION,
  PROP_SHOW_ANNOTATIONS,
  PROP_LINE_WIDTH,
  PROP_FILL,
  PROP_OPACITY,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (VitrailSlideOverlay,
                     vitrail_slide_overlay,
                     VITRAIL_TYPE_OVERLAY_FILTER)
GST_ELEMENT_REGISTER_DECLARE (slideoverlay)
GST_ELEMENT_REGISTER_DEFINE (slideoverlay,
                             "slideoverlay",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_SLIDE_OVERLAY);

/* --- what lies over a picture --- */

/* What is shown now; NULL: nothing. (transfer full) */
static VitrailAnnotations *
ref_shown (VitrailSlideOverlay *self, VitrailShapeStyle *style)
{
  VitrailAnnotations *shown = NULL;

  pthread_mutex_lock (&self->lock);
  if (self->show && self->annotations != NULL)
    shown = g_object_ref (self->annotations);
  *style = self->style;
  pthread_mutex_unlock (&self->lock);
  return shown;
}

static VitrailSlideRaster *
ref_raster (VitrailSlideOverlay *self, gboolean *show_legend)
{
  VitrailSlideRaster *raster = NULL;

  pthread_mutex_lock (&self->lock);
  if (self->raster != NULL)
    raster = g_object_ref (self->raster);
  *show_legend = self->show_legend;
  pthread_mutex_unlock (&self->lock);
  return raster;
}

static VitrailSlideObjects *
ref_objects (VitrailSlideOverlay *self)
{
  pthread_mutex_lock (&self->lock);
  VitrailSlideObjects *objects =
      self->objects != NULL ? g_object_ref (self->objects) : NULL;
  pthread_mutex_unlock (&self->lock);
  return objects;
}

static gboolean
shows_objects (VitrailSlideOverlay *self)
{
  g_autoptr (VitrailSlideObjects) objects = ref_objects (self);
  const guint n = objects != NULL ? vitrail_slide_objects_get_n (objects) : 0;
  gboolean any = FALSE;

  for (guint i = 0; i < n && !any; i++) {
    VitrailSlideObjectDrawn drawn = { 0 };
    any = vitrail_slide_objects_get_drawn (objects, i, &drawn);
    if (any)
      vitrail_slide_object_drawn_clear (&drawn);
  }
  return any;
}

static gboolean
shows_loaded (VitrailSlideOverlay *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean shows = self->show && self->loaded != NULL;
  pthread_mutex_unlock (&self->lock);
  return shows;
}

static gboolean
vitrail_slide_overlay_has_any (VitrailOverlayFilter *filter,
                               const VitrailFrameMeta *meta)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (filter);
  VitrailShapeStyle style;

  g_autoptr (VitrailAnnotations) shown = ref_shown (self, &style);
  gboolean show_legend;
  g_autoptr (VitrailSlideRaster) raster = ref_raster (self, &show_legend);
  return raster != NULL || shows_objects (self) || shows_loaded (self) ||
         (shown != NULL && vitrail_annotations_get_n_sets (shown) > 0);
}

static void
draw_sets (VitrailAnnotations *annotations,
           const VitrailCanvas *canvas,
           const double affine[6],
           const VitrailShapeStyle *style)
{
  const guint n = vitrail_annotations_get_n_sets (annotations);
  g_autofree char *selected = NULL;
  guint shape;
  const gboolean has_selected =
      vitrail_annotations_get_selected (annotations, &selected, &shape);

  for (guint i = 0; i < n; i++) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_set (annotations, i);
    VitrailShapeStyle own = *style;
    if (set == NULL) /* removed since */
      return;
    own.has_selected =
        has_selected &&
        g_str_equal (vitrail_annotation_set_get_name (set), selected);
    own.selected = shape;
    vitrail_slide_shapes_draw (set, canvas, affine, &own, NULL);
  }
}

/* Rasters below all shapes. */
static void
draw_objects (VitrailSlideObjects *objects,
              const VitrailCanvas *canvas,
              const double affine[6],
              const VitrailShapeStyle *style,
              gboolean rasters)
{
  const guint n = vitrail_slide_objects_get_n (objects);

  for (guint i = 0; i < n; i++) {
    VitrailSlideObjectDrawn drawn = { 0 };
    VitrailShapeStyle own = *style;
    if (!vitrail_slide_objects_get_drawn (objects, i, &drawn))
      continue;
    own.opacity *= drawn.opacity;
    if (rasters && drawn.raster != NULL)
      vitrail_slide_raster_draw (drawn.raster, canvas, affine);
    if (!rasters && drawn.set != NULL)
      vitrail_slide_shapes_draw (drawn.set, canvas, affine, &own, NULL);
    vitrail_slide_object_drawn_clear (&drawn);
  }
}

static void
draw_legends (VitrailSlideRaster *raster,
              VitrailSlideObjects *objects,
              const VitrailCanvas *canvas)
{
  const guint n = objects != NULL ? vitrail_slide_objects_get_n (objects) : 0;
  guint n_drawn = 0;

  if (raster != NULL)
    n_drawn += vitrail_slide_raster_draw_legend (raster, canvas, 0) ? 1 : 0;
  for (guint i = 0; i < n; i++) {
    VitrailSlideObjectDrawn drawn = { 0 };
    if (!vitrail_slide_objects_get_drawn (objects, i, &drawn))
      continue;
    if (drawn.raster != NULL &&
        vitrail_slide_raster_draw_legend (drawn.raster, canvas, n_drawn))
      n_drawn++;
    vitrail_slide_object_drawn_clear (&drawn);
  }
}

static void
vitrail_slide_overlay_draw (VitrailOverlayFilter *filter,
                            const VitrailCanvas *canvas,
                            const VitrailFrameMeta *meta)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (filter);
  VitrailShapeStyle style;
  g_autoptr (VitrailAnnotations) shown = ref_shown (self, &style);

  gboolean show_legend;
  g_autoptr (VitrailSlideRaster) raster = ref_raster (self, &show_legend);

  g_autoptr (VitrailSlideObjects) objects = ref_objects (self);
  if (raster != NULL)
    vitrail_slide_raster_draw (raster, canvas, meta->to_frame);
  for (int shapes = 0; objects != NULL && shapes < 2; shapes++)
    draw_objects (objects, canvas, meta->to_frame, &style, shapes == 0);
  if (shows_loaded (self))
    vitrail_slide_shapes_draw (self->loaded, canvas, meta->to_frame, &style,
                               NULL);
  if (shown != NULL)
    draw_sets (shown, canvas, meta->to_frame, &style);
  if (show_legend)
    draw_legends (raster, objects, canvas);
}

static gboolean
vitrail_slide_overlay_start (GstBaseTransform *base)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (base);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  pthread_mutex_lock (&self->lock);
  g_autofree char *location = g_strdup (self->location);
  pthread_mutex_unlock (&self->lock);
  if (location == NULL)
    return TRUE;
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_geojson_load (location, &warning, &error);
  if (set == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, ("%s", error->message), (NULL));
    return FALSE;
  }
  if (warning != NULL)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", warning), (NULL));
  pthread_mutex_lock (&self->lock);
  self->loaded = g_steal_pointer (&set);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
vitrail_slide_overlay_stop (GstBaseTransform *base)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (base);

  pthread_mutex_lock (&self->lock);
  g_clear_pointer (&self->loaded, vitrail_annotation_set_unref);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

/* --- properties --- */

/* On the thread that changed them: asks for the picture again. */
static void
changed_cb (GObject *shown, gpointer user_data)
{
  vitrail_element_send_refresh (GST_ELEMENT (user_data));
}

/* (transfer full) @object: shown from now on, in @place, whose signal has its
 * id in @id. */
static void
show_object (VitrailSlideOverlay *self,
             gpointer *place,
             gulong *id,
             gpointer object)
{
  const gulong new_id =
      object != NULL
          ? g_signal_connect_object (object, "changed", G_CALLBACK (changed_cb),
                                     self, (GConnectFlags) 0)
          : 0;

  pthread_mutex_lock (&self->lock);
  gpointer before = *place;
  const gulong before_id = *id;
  *place = object;
  *id = new_id;
  pthread_mutex_unlock (&self->lock);
  if (before == NULL)
    return;
  g_signal_handler_disconnect (before, before_id);
  g_object_unref (before);
}

static void
set_annotations (VitrailSlideOverlay *self, gpointer annotations)
{
  show_object (self, (gpointer *) &self->annotations, &self->changed_id,
               annotations);
}

static void
set_raster (VitrailSlideOverlay *self, gpointer raster)
{
  show_object (self, (gpointer *) &self->raster, &self->raster_id, raster);
}

static void
set_objects (VitrailSlideOverlay *self, gpointer objects)
{
  show_object (self, (gpointer *) &self->objects, &self->objects_id, objects);
}

static void
set_locked (VitrailSlideOverlay *self, guint id, const GValue *value)
{
  switch (id) {
  case PROP_LOCATION:
    g_free (self->location);
    self->location = g_value_dup_string (value);
    break;
  case PROP_SHOW_ANNOTATIONS:
    self->show = g_value_get_boolean (value);
    break;
  case PROP_SHOW_LEGEND:
    self->show_legend = g_value_get_boolean (value);
    break;
  case PROP_LINE_WIDTH:
    self->style.line_px = g_value_get_double (value);
    break;
  case PROP_FILL:
    self->style.fill = g_value_get_double (value);
    break;
  default:
    self->style.opacity = g_value_get_double (value);
    break;
  }
}

static void
vitrail_slide_overlay_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (object);

  if (id == PROP_ANNOTATIONS) {
    set_annotations (self, g_value_dup_object (value));
  } else if (id == PROP_RASTER) {
    set_raster (self, g_value_dup_object (value));
  } else if (id == PROP_OBJECTS) {
    set_objects (self, g_value_dup_object (value));
  } else if (id > 0 && id < N_PROPS) {
    pthread_mutex_lock (&self->lock);
    set_locked (self, id, value);
    pthread_mutex_unlock (&self->lock);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_slide_overlay_get_property (GObject *object,
                                    guint id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (object);

  pthread_mutex_lock (&self->lock);
  switch (id) {
  case PROP_ANNOTATIONS:
    g_value_set_object (value, self->annotations);
    break;
  case PROP_RASTER:
    g_value_set_object (value, self->raster);
    break;
  case PROP_OBJECTS:
    g_value_set_object (value, self->objects);
    break;
  case PROP_SHOW_LEGEND:
    g_value_set_boolean (value, self->show_legend);
    break;
  case PROP_LOCATION:
    g_value_set_string (value, self->location);
    break;
  case PROP_SHOW_ANNOTATIONS:
    g_value_set_boolean (value, self->show);
    break;
  case PROP_LINE_WIDTH:
    g_value_set_double (value, self->style.line_px);
    break;
  case PROP_FILL:
    g_value_set_double (value, self->style.fill);
    break;
  case PROP_OPACITY:
    g_value_set_double (value, self->style.opacity);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    break;
  }
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_slide_overlay_dispose (GObject *object)
{
  set_annotations (VITRAIL_SLIDE_OVERLAY (object), NULL);
  set_raster (VITRAIL_SLIDE_OVERLAY (object), NULL);
  set_objects (VITRAIL_SLIDE_OVERLAY (object), NULL);
  G_OBJECT_CLASS (vitrail_slide_overlay_parent_class)->dispose (object);
}

static void
vitrail_slide_overlay_finalize (GObject *object)
{
  VitrailSlideOverlay *self = VITRAIL_SLIDE_OVERLAY (object);

  g_free (self->location);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_slide_overlay_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  klass->set_property = vitrail_slide_overlay_set_property;
  klass->get_property = vitrail_slide_overlay_get_property;
  props[PROP_ANNOTATIONS] = g_param_spec_object (
      "annotations", "Annotations",
      "Annotations of the slide; drawn again whenever they change",
      VITRAIL_TYPE_ANNOTATIONS, flags);
  props[PROP_RASTER] = g_param_spec_object (
      "raster", "Raster",
      "Segmentation or parametric map of the slide, below the annotations",
      VITRAIL_TYPE_SLIDE_RASTER, flags);
  props[PROP_OBJECTS] = g_param_spec_object (
      "objects", "Objects",
      "Annotations, segmentations and parametric maps of the slide, each "
      "shown or hidden",
      VITRAIL_TYPE_SLIDE_OBJECTS, flags);
  props[PROP_SHOW_LEGEND] =
      g_param_spec_boolean ("show-legend", "Show legend",
                            "Draw the colours and range of a parametric map",
                            TRUE, flags);
  props[PROP_LOCATION] = g_param_spec_string (
      "location", "Location", "GeoJSON file that is drawn too", NULL,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  props[PROP_SHOW_ANNOTATIONS] =
      g_param_spec_boolean ("show-annotations", "Show annotations",
                            "Draw annotations", TRUE, flags);
  props[PROP_LINE_WIDTH] =
      g_param_spec_double ("line-width", "Line width", "Of outlines, in pixels",
                           0.5, 20, 1.5, flags);
  props[PROP_FILL] = g_param_spec_double (
      "fill", "Fill", "How much of their colour closed shapes are filled with",
      0, 1, 0.2, flags);
  props[PROP_OPACITY] =
      g_param_spec_double ("opacity", "Opacity", "Of all that is drawn", 0, 1,
                           1, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vitrail_slide_overlay_class_init (VitrailSlideOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);
  VitrailOverlayFilterClass *filter_class =
      VITRAIL_OVERLAY_FILTER_CLASS (klass);

  object_class->dispose = vitrail_slide_overlay_dispose;
  object_class->finalize = vitrail_slide_overlay_finalize;
  install_properties (object_class);
  filter_class->has_any = vitrail_slide_overlay_has_any;
  filter_class->draw = vitrail_slide_overlay_draw;
  base_class->start = vitrail_slide_overlay_start;
  base_class->stop = vitrail_slide_overlay_stop;

  gst_element_class_set_static_metadata (
      element_class, "Slide overlay", "Filter/Effect/Video",
      "Annotations, segmentations and parametric maps over views of a slide",
      "Vitrail");
}

static void
vitrail_slide_overlay_init (VitrailSlideOverlay *self)
{
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;

  pthread_mutex_init (&self->lock, NULL);
  self->show = TRUE;
  self->show_legend = TRUE;
  self->style = style;
}
