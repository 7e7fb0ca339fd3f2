/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ecgoverlay: the ECG of a cine along the lower edge of its pictures, with a
 * line at the moment that each was taken.
 *
 *   gst-launch-1.0 filesrc location=echo.dcm ! dcmdemux ! dcmdecode ! dcmwindow
 * ! ecgoverlay location=ecg.dcm ! videoconvert ! autovideosink
 *
 * Without a location: the waveform within the pictures' own object. Only where
 * the objects say that their times belong together (synchrony.h); else pictures
 * pass untouched, and a warning says why. */

#include "dicom/part10.h"
#include "overlay/overlayfilter.h"
#include "waveform/ecg.h"
#include "waveform/ecgmoment.h"
#include "waveform/synchrony.h"

#include <math.h>
#include <string.h>

#define VITRAIL_TYPE_ECG_OVERLAY (vitrail_ecg_overlay_get_type ())
G_DECLARE_FINAL_TYPE (VitrailEcgOverlay,
                      vitrail_ecg_overlay,
                      VITRAIL,
                      ECG_OVERLAY,
                      VitrailOverlayFilter)

#define DEFAULT_SPAN 4.0
#define MOST_VALUES  (4u << 20)

struct _VitrailEcgOverlay {
  VitrailOverlayFilter parent_instance;

  char *location; /* GST_OBJECT_LOCK */
  double span;    /* the same */
  guint channel;  /* the same */

  /* Streaming thread. */
  VitrailPart10 *file;       /* of the location, or NULL */
  VitrailWaveform *waveform; /* that is shown, or NULL */
  VitrailFrameInfo *of;      /* whose own it is, or was looked for */
  const char *warned;        /* the last reason */
  float *values;             /* of the channel */
  guint n_values;
  guint of_channel;
  float low;
  float high;
};

enum { PROP_0, PROP_LOCATION, PROP_SPAN, PROP_CHANNEL };

G_DEFINE_FINAL_TYPE (VitrailEcgOverlay,
                     vitrail_ecg_overlay,
                     VITRAIL_TYPE_OVERLAY_FILTER)
GST_ELEMENT_REGISTER_DECLARE (ecgoverlay)
GST_ELEMENT_REGISTER_DEFINE (ecgoverlay,
                             "ecgoverlay",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_ECG_OVERLAY);

/* --- the waveform --- */

static void
forget (VitrailEcgOverlay *self)
{
  g_clear_pointer (&self->waveform, vitrail_waveform_unref);
  g_clear_pointer (&self->of, vitrail_frame_info_unref);
  g_clear_pointer (&self->values, g_free);
  self->warned = NULL;
}

/* Lead II, else any lead, else the first channel. */
static guint
choose_channel (const VitrailWaveformGroup *group)
{
  guint chosen = 0;
  gboolean found = FALSE;

  for (guint i = 0; i < group->n_channels; i++) {
    const char *lead = vitrail_ecg_get_lead (&group->channels[i]);
    if (lead != NULL && strcmp (lead, "II") == 0)
      return i;
    if (lead != NULL && !found) {
      chosen = i;
      found = TRUE;
    }
  }
  return chosen;
}

static const VitrailWaveformGroup *
get_group (const VitrailEcgOverlay *self)
{
  return self->waveform->groups->pdata[0];
}

static void
read_values (VitrailEcgOverlay *self, guint channel)
{
  const VitrailWaveformGroup *group = get_group (self);

  self->of_channel = channel;
  self->n_values = MIN (group->n_samples, MOST_VALUES);
  g_free (self->values);
  self->values = g_new (float, self->n_values);
  vitrail_waveform_group_get_values (group, channel, 0, self->n_values,
                                     self->values);
  self->low = INFINITY;
  self->high = -INFINITY;
  for (guint i = 0; i < self->n_values; i++) {
    self->low = fminf (self->low, self->values[i]);
    self->high = fmaxf (self->high, self->values[i]);
  }
}

static void
warn (VitrailEcgOverlay *self, const char *why_not)
{
  if (why_not == self->warned)
    return;
  self->warned = why_not;
  GST_ELEMENT_WARNING (
      self, STREAM, FAILED,
      ("ecgoverlay: the waveform is not shown, because %s", why_not), (NULL));
}

/* The waveform within the pictures' object is read once. */
static void
look_into (VitrailEcgOverlay *self, VitrailFrameInfo *info)
{
  if (self->file != NULL ||
      (self->of != NULL && self->of->data_set == info->data_set))
    return;
  forget (self);
  self->of = vitrail_frame_info_ref (info);
  if (!vitrail_waveform_is_there (info->data_set))
    return;
  g_autoptr (GError) error = NULL;
  self->waveform = vitrail_waveform_new (info->data_set, &error);
  if (self->waveform == NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE,
                         ("ecgoverlay: %s", error->message), (NULL));
}

/* When the picture was taken, in the group's seconds; FALSE: nothing is to be
 * drawn. */
static gboolean
find_time (VitrailEcgOverlay *self, VitrailFrameInfo *info, double *seconds)
{
  if (info == NULL || info->data_set == NULL || info->frame == 0)
    return FALSE;
  look_into (self, info);
  if (self->waveform == NULL)
    return FALSE;
  const VitrailDataSet *own = self->file != NULL
                                  ? vitrail_part10_get_data_set (self->file)
                                  : info->data_set;
  const char *why_not =
      vitrail_synchrony_find (info->data_set, info->frame, own, seconds);
  if (why_not != NULL) {
    warn (self, why_not);
    return FALSE;
  }
  *seconds -= get_group (self)->offset_s;
  return *seconds >= 0 &&
         *seconds <= vitrail_ecg_get_length (self->waveform, 0);
}

static gboolean
vitrail_ecg_overlay_has_any (VitrailOverlayFilter *filter,
                             const VitrailFrameMeta *meta)
{
  double seconds = 0;

  return find_time (VITRAIL_ECG_OVERLAY (filter), meta->info, &seconds);
}

/* --- drawing --- */

static void
vitrail_ecg_overlay_draw (VitrailOverlayFilter *filter,
                          const VitrailCanvas *canvas,
                          const VitrailFrameMeta *meta)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (filter);
  VitrailEcgMoment strip = { 0 };

  if (!find_time (self, meta->info, &strip.now))
    return;
  GST_OBJECT_LOCK (self);
  strip.span = self->span;
  guint channel = self->channel;
  GST_OBJECT_UNLOCK (self);
  const VitrailWaveformGroup *group = get_group (self);
  channel = channel > 0 && channel <= group->n_channels
                ? channel - 1
                : choose_channel (group);
  if (self->values == NULL || self->of_channel != channel)
    read_values (self, channel);
  strip.values = self->values;
  strip.n_values = self->n_values;
  strip.low = self->low;
  strip.high = self->high;
  strip.rate_hz = group->rate_hz;
  vitrail_ecg_draw_moment (canvas, &strip);
}

/* --- the element --- */

static gboolean
vitrail_ecg_overlay_start (GstBaseTransform *base)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (base);
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  g_autofree char *location = g_strdup (self->location);
  GST_OBJECT_UNLOCK (self);
  if (location == NULL)
    return TRUE;
  self->file = vitrail_part10_open (location, VITRAIL_READ_ALL, &error);
  if (self->file != NULL)
    self->waveform =
        vitrail_waveform_new (vitrail_part10_get_data_set (self->file), &error);
  if (self->waveform != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ,
                     ("ecgoverlay: %s", error->message), (NULL));
  return FALSE;
}

static gboolean
vitrail_ecg_overlay_stop (GstBaseTransform *base)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (base);

  forget (self);
  g_clear_pointer (&self->file, vitrail_part10_unref);
  return TRUE;
}

static void
vitrail_ecg_overlay_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *spec)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_free (self->location);
    self->location = g_value_dup_string (value);
    break;
  case PROP_SPAN:
    self->span = g_value_get_double (value);
    break;
  case PROP_CHANNEL:
    self->channel = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_ecg_overlay_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *spec)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_value_set_string (value, self->location);
    break;
  case PROP_SPAN:
    g_value_set_double (value, self->span);
    break;
  case PROP_CHANNEL:
    g_value_set_uint (value, self->channel);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_ecg_overlay_finalize (GObject *object)
{
  VitrailEcgOverlay *self = VITRAIL_ECG_OVERLAY (object);

  forget (self);
  g_clear_pointer (&self->file, vitrail_part10_unref);
  g_free (self->location);
  G_OBJECT_CLASS (vitrail_ecg_overlay_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (
      klass, PROP_LOCATION,
      g_param_spec_string ("location", "Location",
                           "File of the waveform; none: the pictures' own",
                           NULL, flags));
  g_object_class_install_property (
      klass, PROP_SPAN,
      g_param_spec_double ("span", "Span", "Seconds across the picture", 0.1,
                           3600, DEFAULT_SPAN,
                           flags | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      klass, PROP_CHANNEL,
      g_param_spec_uint ("channel", "Channel",
                         "Channel of the waveform, from 1; 0: lead II, else "
                         "the first lead",
                         0, G_MAXUINT, 0, flags | GST_PARAM_MUTABLE_PLAYING));
}

static void
vitrail_ecg_overlay_class_init (VitrailEcgOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);
  VitrailOverlayFilterClass *filter_class =
      VITRAIL_OVERLAY_FILTER_CLASS (klass);

  object_class->set_property = vitrail_ecg_overlay_set_property;
  object_class->get_property = vitrail_ecg_overlay_get_property;
  object_class->finalize = vitrail_ecg_overlay_finalize;
  base_class->start = vitrail_ecg_overlay_start;
  base_class->stop = vitrail_ecg_overlay_stop;
  filter_class->has_any = vitrail_ecg_overlay_has_any;
  filter_class->draw = vitrail_ecg_overlay_draw;
  install_properties (object_class);
  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "ECG overlay", "Filter/Effect/Video",
      "The ECG of a cine, with a line at the moment of each picture",
      "Vitrail");
}

static void
vitrail_ecg_overlay_init (VitrailEcgOverlay *self)
{
  self->span = DEFAULT_SPAN;
}
