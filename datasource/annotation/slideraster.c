/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations and parametric maps of slides: see slideraster.h. */

#include "annotation/slideraster.h"

#include "annotation/rasterframes.h"

#include <pthread.h>
#include <string.h>

struct _VitrailSlideRaster {
  GObject parent_instance;

  /* Constant once it is made. */
  VitrailRasterFrames frames;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  GArray *segments; /* VitrailRasterSegment; texts are frames' */
  const char *colormap;
  double low;
  double high;
  double opacity;
};

G_DEFINE_FINAL_TYPE (VitrailSlideRaster, vitrail_slide_raster, G_TYPE_OBJECT)

static guint changed_signal;

/* --- making it --- */

/* At first each segment is as it recommends, and values over all of them. */
static void
set_initial_style (VitrailSlideRaster *self)
{
  const double usual = 0.6;

  self->segments = g_array_new (FALSE, TRUE, sizeof (VitrailRasterSegment));
  for (guint i = 0; i < self->frames.segments->len; i++) {
    const VitrailRasterSource *source =
        &g_array_index (self->frames.segments, VitrailRasterSource, i);
    const VitrailRasterSegment segment = { source->number, source->label,
                                           source->rgb, usual };
    g_array_append_val (self->segments, segment);
  }
  self->colormap = "inferno";
  self->low = self->frames.range[0];
  self->high = self->frames.range[1];
  self->opacity = usual;
}

VitrailSlideRaster *
vitrail_slide_raster_new (VitrailInstance *instance,
                          VitrailSlide *slide,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (VitrailSlideRaster) self =
      g_object_new (VITRAIL_TYPE_SLIDE_RASTER, NULL);

  if (!vitrail_raster_frames_read (&self->frames, instance, slide, cancellable,
                                   error))
    return NULL;
  set_initial_style (self);
  return g_steal_pointer (&self);
}

static void
vitrail_slide_raster_finalize (GObject *object)
{
  VitrailSlideRaster *self = VITRAIL_SLIDE_RASTER (object);

  vitrail_raster_frames_clear (&self->frames);
  g_clear_pointer (&self->segments, g_array_unref);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_slide_raster_parent_class)->finalize (object);
}

static void
vitrail_slide_raster_class_init (VitrailSlideRasterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_slide_raster_finalize;
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_SLIDE_RASTER, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_slide_raster_init (VitrailSlideRaster *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

/* --- what it is --- */

const char *const *
vitrail_slide_raster_list_classes (void)
{
  return vitrail_raster_frames_list_classes ();
}

gboolean
vitrail_slide_raster_class_has_values (const char *sop_class)
{
  VitrailRasterKind kind;

  return vitrail_raster_frames_find_kind (sop_class, &kind) &&
         kind == VITRAIL_RASTER_VALUES;
}

VitrailRasterKind
vitrail_slide_raster_get_kind (VitrailSlideRaster *self)
{
  return self->frames.kind;
}

guint
vitrail_slide_raster_get_n_missing (VitrailSlideRaster *self)
{
  return self->frames.n_missing;
}

const char *
vitrail_slide_raster_get_quantity (VitrailSlideRaster *self)
{
  return self->frames.quantity;
}

const char *
vitrail_slide_raster_get_unit (VitrailSlideRaster *self)
{
  return self->frames.unit;
}

guint
vitrail_slide_raster_get_n_layers (VitrailSlideRaster *self)
{
  return self->frames.layers->len;
}

const VitrailRasterLayer *
vitrail_slide_raster_get_layer (VitrailSlideRaster *self, guint layer)
{
  return layer < self->frames.layers->len
             ? g_ptr_array_index (self->frames.layers, layer)
             : NULL;
}

void
vitrail_slide_raster_get_size (VitrailSlideRaster *self, guint64 size[2])
{
  memcpy (size, self->frames.size, sizeof self->frames.size);
}

void
vitrail_slide_raster_get_affine (VitrailSlideRaster *self, double affine[6])
{
  memcpy (affine, self->frames.affine, sizeof self->frames.affine);
}

gboolean
vitrail_slide_raster_get_range (VitrailSlideRaster *self,
                                double *low,
                                double *high)
{
  *low = self->frames.range[0];
  *high = self->frames.range[1];
  return self->frames.kind == VITRAIL_RASTER_VALUES && *high >= *low;
}

/* --- how it is shown --- */

guint
vitrail_slide_raster_get_n_segments (VitrailSlideRaster *self)
{
  return self->frames.segments->len;
}

gboolean
vitrail_slide_raster_get_segment (VitrailSlideRaster *self,
                                  guint index,
                                  VitrailRasterSegment *segment)
{
  memset (segment, 0, sizeof *segment);
  if (index >= self->frames.segments->len)
    return FALSE;
  pthread_mutex_lock (&self->lock);
  *segment = g_array_index (self->segments, VitrailRasterSegment, index);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

void
vitrail_slide_raster_set_segment (VitrailSlideRaster *self,
                                  guint index,
                                  guint32 rgb,
                                  double opacity)
{
  if (index >= self->frames.segments->len)
    return;
  pthread_mutex_lock (&self->lock);
  VitrailRasterSegment *segment =
      &g_array_index (self->segments, VitrailRasterSegment, index);
  segment->rgb = rgb & 0xffffffu;
  segment->opacity = CLAMP (opacity, 0.0, 1.0);
  pthread_mutex_unlock (&self->lock);
  g_signal_emit (self, changed_signal, 0);
}

void
vitrail_slide_raster_set_colors (VitrailSlideRaster *self,
                                 const char *colormap,
                                 double low,
                                 double high,
                                 double opacity)
{
  pthread_mutex_lock (&self->lock);
  self->colormap = g_intern_string (colormap);
  self->low = low;
  self->high = high;
  self->opacity = CLAMP (opacity, 0.0, 1.0);
  pthread_mutex_unlock (&self->lock);
  g_signal_emit (self, changed_signal, 0);
}

void
vitrail_slide_raster_get_style (VitrailSlideRaster *self,
                                VitrailRasterStyle *style)
{
  pthread_mutex_lock (&self->lock);
  style->segments = g_array_copy (self->segments);
  style->colormap = self->colormap;
  style->low = self->low;
  style->high = self->high;
  style->opacity = self->opacity;
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_raster_style_clear (VitrailRasterStyle *style)
{
  g_clear_pointer (&style->segments, g_array_unref);
}
