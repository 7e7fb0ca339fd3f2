/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmwindow: samples to grey levels or colours, by modality LUT, VOI,
 * presentation LUT or polarity and colormap, or palette (window.h). Beside the
 * image it is black. Colour that is shown as it is passes through. */

#include "framecaps.h"
#include "pixel/blank.h"
#include "pixel/colormap.h"
#include "pixel/display.h"
#include "pixel/pixelfilter.h"
#include "pixel/resample.h"
#include "pixel/state.h"
#include "pixel/window.h"
#include "pixel/windowcaps.h"
#include "sink/feed.h"

#include <math.h>
#include <string.h>

#define VITRAIL_TYPE_DCM_WINDOW (vitrail_dcm_window_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmWindow,
                      vitrail_dcm_window,
                      VITRAIL,
                      DCM_WINDOW,
                      VitrailPixelFilter)

struct _VitrailDcmWindow {
  VitrailPixelFilter parent_instance;

  VitrailState state;
  VitrailPresentation presentation; /* state.lock */
  VitrailDisplayFiles files;        /* state.lock; interned */
  const VitrailDisplay *display;    /* state.lock; NULL: the default one */
  char *complaint; /* state.lock; about files, to be posted at the start */

  /* Streaming thread: the table, and what it was made of. */
  VitrailWindowLut *lut;
  VitrailFrameInfo *lut_owner; /* or NULL; what lut_info points into */
  VitrailFrameInfo lut_info;
  VitrailPresentation lut_presentation;
  double lut_range[2];
  char *warned;       /* about the data's profile, last; or NULL */
  gboolean wants_rgb; /* a palette has come, or a colormap */
};

enum {
  PROP_PRESENTATION = VITRAIL_STATE_PROP_WHOLE,
  PROP_WINDOW_CENTER,
  PROP_WINDOW_WIDTH,
  PROP_VOI_FUNCTION,
  PROP_INVERT,
  PROP_VOI,
  PROP_COLORMAP,
  N_STATE_PROPS,
  PROP_DISPLAY_CALIBRATION = N_STATE_PROPS,
  PROP_DISPLAY_PROFILE,
  PROP_BLACK_POINT_COMPENSATION,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DECODED));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src",
    GST_PAD_SRC,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, format = (string) "
                     "{ GRAY8, RGB, RGBA, BGRx }, "
                     "width = (int) [ 1, 65535 ], "
                     "height = (int) [ 1, 65535 ], "
                     "framerate = (fraction) [ 0/1, 2147483647/1 ]"));

G_DEFINE_FINAL_TYPE (VitrailDcmWindow,
                     vitrail_dcm_window,
                     VITRAIL_TYPE_PIXEL_FILTER)
GST_ELEMENT_REGISTER_DECLARE (dcmwindow)
GST_ELEMENT_REGISTER_DEFINE (dcmwindow,
                             "dcmwindow",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_DCM_WINDOW);

static GstCaps *
vitrail_dcm_window_transform_caps (GstBaseTransform *base,
                                   GstPadDirection direction,
                                   GstCaps *caps,
                                   GstCaps *filter)
{
  g_autoptr (GstCaps) result = gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    if (direction == GST_PAD_SINK)
      vitrail_window_caps_append_outputs (result, structure);
    else
      vitrail_window_caps_append_inputs (result, structure);
  }
  if (filter == NULL)
    return g_steal_pointer (&result);
  return gst_caps_intersect_full (filter, result, GST_CAPS_INTERSECT_FIRST);
}

/* No larger than needed: grey, else three bytes, else four. */
static GstCaps *
vitrail_dcm_window_fixate_caps (GstBaseTransform *base,
                                GstPadDirection direction,
                                GstCaps *caps,
                                GstCaps *other_caps)
{
  GstCaps *chosen = NULL;

  if (direction == GST_PAD_SINK && !VITRAIL_DCM_WINDOW (base)->wants_rgb)
    chosen = vitrail_window_caps_choose (other_caps, "GRAY8");
  if (direction == GST_PAD_SINK && chosen == NULL)
    chosen = vitrail_window_caps_choose (other_caps, "RGB");
  if (chosen == NULL)
    return gst_caps_fixate (other_caps);
  gst_caps_unref (other_caps);
  return gst_caps_fixate (chosen);
}

/* Whether grey samples are shown in colour. */
static gboolean
has_colors (VitrailPixelFilter *filter,
            const VitrailFrameMeta *meta,
            const VitrailPresentation *presentation)
{
  if (meta != NULL && meta->info != NULL && meta->info->palette != NULL)
    return TRUE;
  return presentation->colormap != NULL &&
         vitrail_pixel_filter_get_in_caps (filter)->format.samples < 3;
}

/* Caps are settled before the first buffer says that it has a palette. */
static GstFlowReturn
vitrail_dcm_window_submit_input_buffer (GstBaseTransform *base,
                                        gboolean is_discont,
                                        GstBuffer *input)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (base);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (input);
  VitrailPresentation presentation;

  vitrail_state_copy (&self->state, &presentation);
  const gboolean wants_rgb =
      has_colors (VITRAIL_PIXEL_FILTER (self), meta, &presentation);
  if (wants_rgb != self->wants_rgb) {
    self->wants_rgb = wants_rgb;
    gst_base_transform_reconfigure_src (base);
  }
  return GST_BASE_TRANSFORM_CLASS (vitrail_dcm_window_parent_class)
      ->submit_input_buffer (base, is_discont, input);
}

static void
clear_lut (VitrailDcmWindow *self)
{
  g_clear_pointer (&self->lut, vitrail_window_lut_free);
  g_clear_pointer (&self->lut_owner, vitrail_frame_info_unref);
}

/* Where the presentation says no display, the element's. */
static void
copy_presentation (VitrailDcmWindow *self, VitrailPresentation *presentation)
{
  vitrail_state_copy (&self->state, presentation);
  pthread_mutex_lock (&self->state.lock);
  if (presentation->display == NULL)
    presentation->display = self->display;
  pthread_mutex_unlock (&self->state.lock);
}

static void
warn_once (VitrailDcmWindow *self)
{
  const char *warning = vitrail_window_lut_get_warning (self->lut);

  if (warning == NULL || g_strcmp0 (warning, self->warned) == 0)
    return;
  g_free (self->warned);
  self->warned = g_strdup (warning);
  GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", warning), (NULL));
}

static void
update_lut (VitrailDcmWindow *self,
            const VitrailFrame *frame,
            const VitrailFrameMeta *meta)
{
  VitrailFrameInfo info;
  VitrailPresentation presentation;
  double range[2] = { 0, 0 };
  gboolean has_range = FALSE;

  copy_presentation (self, &presentation);
  vitrail_pixel_filter_describe (meta, frame, &info);
  if (vitrail_window_needs_range (&info, &presentation)) {
    has_range = meta != NULL && meta->has_range;
    if (has_range)
      memcpy (range, meta->range, sizeof range);
    else
      has_range = vitrail_window_get_range (frame, &info, range);
  }
  if (self->lut != NULL &&
      vitrail_window_is_same_mapping (&info, &self->lut_info) &&
      vitrail_presentation_equal (&presentation, &self->lut_presentation) &&
      range[0] == self->lut_range[0] && range[1] == self->lut_range[1])
    return;
  clear_lut (self);
  self->lut = vitrail_window_lut_new_for_range (&info, &presentation,
                                                has_range ? range : NULL);
  warn_once (self);
  if (meta != NULL && meta->info != NULL)
    self->lut_owner = vitrail_frame_info_ref (meta->info);
  self->lut_info = info;
  self->lut_presentation = presentation;
  memcpy (self->lut_range, range, sizeof range);
}

static VitrailWindowLayout
get_layout (VitrailDcmWindow *self)
{
  const VitrailPixelCaps *caps =
      vitrail_pixel_filter_get_out_caps (VITRAIL_PIXEL_FILTER (self));

  switch (GST_VIDEO_INFO_FORMAT (&caps->video)) {
  case GST_VIDEO_FORMAT_GRAY8:
    return VITRAIL_WINDOW_GRAY;
  case GST_VIDEO_FORMAT_RGBA:
    return VITRAIL_WINDOW_RGBA;
  case GST_VIDEO_FORMAT_BGRx:
    return VITRAIL_WINDOW_BGRX;
  default:
    return VITRAIL_WINDOW_RGB;
  }
}

static void
window_rows (VitrailDcmWindow *self,
             const VitrailFrame *in,
             const VitrailFrameMeta *meta,
             const VitrailFrame *out)
{
  const VitrailWindowLayout layout = get_layout (self);
  const guint width = in->format.width;
  VitrailPixelFormat frame = in->format;

  if (meta != NULL) {
    frame.width = meta->frame_width;
    frame.height = meta->frame_height;
  }
  for (guint y = 0; y < in->format.height; y++) {
    uint8_t *row = (uint8_t *) (gpointer) out->data + y * out->stride;
    guint span[2] = { 0, width };
    if (meta != NULL && meta->frame_width > 0)
      vitrail_resample_get_span (meta->to_frame, &frame, y, width, span);
    vitrail_window_row_as (self->lut, layout, in->data + y * in->stride, row,
                           width, span);
  }
}

static GstFlowReturn
vitrail_dcm_window_filter (VitrailPixelFilter *filter,
                           const VitrailFrame *in,
                           GstBuffer *in_buffer,
                           VitrailFrame *out,
                           GstBuffer *out_buffer)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (filter);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (in_buffer);

  if (meta != NULL && (meta->flags & VITRAIL_FRAME_META_CORRUPT) != 0) {
    vitrail_blank_draw ((uint8_t *) (gpointer) out->data, out->stride,
                        out->format.width, out->format.height,
                        out->format.samples);
    vitrail_buffer_copy_frame_meta (out_buffer, in_buffer, NULL);
    return GST_FLOW_OK;
  }
  update_lut (self, in, meta);
  if (vitrail_window_lut_get_channels (self->lut) == 3 &&
      get_layout (self) == VITRAIL_WINDOW_GRAY)
  {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                       ("This picture has to be shown in colour."),
                       ("downstream takes GRAY8 only"));
    return GST_FLOW_NOT_NEGOTIATED;
  }
  window_rows (self, in, meta, out);
  vitrail_buffer_copy_frame_meta (out_buffer, in_buffer, NULL);
  VitrailFrameMeta *out_meta = vitrail_buffer_get_frame_meta (out_buffer);
  if (out_meta != NULL)
    out_meta->has_window =
        vitrail_window_lut_get_window (self->lut, &out_meta->window_center,
                                       &out_meta->window_width);
  return GST_FLOW_OK;
}

/* Colour whose bytes stay the same needs no copy. */
static void
vitrail_dcm_window_before_transform (GstBaseTransform *base, GstBuffer *buffer)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (base);
  VitrailPixelFilter *filter = VITRAIL_PIXEL_FILTER (base);
  const VitrailFrame frame = {
    .format = vitrail_pixel_filter_get_in_caps (filter)->format,
  };
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  const gboolean whole =
      meta == NULL || (meta->flags & VITRAIL_FRAME_META_CORRUPT) == 0;
  gboolean same = FALSE;

  if (whole && frame.format.samples == 3 && frame.format.bits_allocated == 8) {
    update_lut (self, &frame, meta);
    same = vitrail_window_lut_is_identity (self->lut) &&
           get_layout (self) == VITRAIL_WINDOW_RGB;
  }
  gst_base_transform_set_passthrough (base, same);
}

/* Who sets a wrong file before there is anybody to read a message is told when
 * it starts. */
static gboolean
vitrail_dcm_window_start (GstBaseTransform *base)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (base);

  pthread_mutex_lock (&self->state.lock);
  g_autofree char *complaint = g_steal_pointer (&self->complaint);
  pthread_mutex_unlock (&self->state.lock);
  if (complaint != NULL)
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", complaint), (NULL));
  return TRUE;
}

static gboolean
vitrail_dcm_window_stop (GstBaseTransform *base)
{
  clear_lut (VITRAIL_DCM_WINDOW (base));
  return TRUE;
}

static const VitrailPresentation initial = VITRAIL_PRESENTATION_INIT;

static const size_t offsets[N_STATE_PROPS] = {
  [PROP_WINDOW_CENTER] = G_STRUCT_OFFSET (VitrailPresentation, window_center),
  [PROP_WINDOW_WIDTH] = G_STRUCT_OFFSET (VitrailPresentation, window_width),
  [PROP_VOI_FUNCTION] = G_STRUCT_OFFSET (VitrailPresentation, function),
  [PROP_INVERT] = G_STRUCT_OFFSET (VitrailPresentation, invert),
  [PROP_VOI] = G_STRUCT_OFFSET (VitrailPresentation, voi),
  [PROP_COLORMAP] = G_STRUCT_OFFSET (VitrailPresentation, colormap),
};

static gboolean
is_equal (gconstpointer a, gconstpointer b)
{
  return vitrail_presentation_equal (a, b);
}

/* Scalars have no has_window: a width says that there is one. */
static void
settle (gpointer value, guint id)
{
  VitrailPresentation *presentation = value;

  if (id == PROP_PRESENTATION && !presentation->has_window)
    presentation->window_width = 0;
  presentation->has_window = isfinite (presentation->window_center) &&
                             isfinite (presentation->window_width) &&
                             presentation->window_width > 0;
  presentation->colormap = vitrail_colormap_find_name (presentation->colormap);
}

static const VitrailStateSpec state_spec = {
  .size = sizeof (VitrailPresentation),
  .whole_size = sizeof (VitrailPresentation),
  .initial = &initial,
  .offsets = offsets,
  .n_props = N_STATE_PROPS,
  .equal = is_equal,
  .settle = settle,
};

static void
complain (VitrailDcmWindow *self, const char *text)
{
  GST_OBJECT_LOCK (self);
  const gboolean started = GST_STATE (self) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (self);
  if (started) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", text), (NULL));
    return;
  }
  pthread_mutex_lock (&self->state.lock);
  g_autofree char *before = g_steal_pointer (&self->complaint);
  self->complaint =
      before != NULL ? g_strconcat (before, "; ", text, NULL) : g_strdup (text);
  pthread_mutex_unlock (&self->state.lock);
}

/* The display's files are read here, once: they are small, and a wrong one is
 * to be told at once. It changes nothing then. */
static void
set_display (VitrailDcmWindow *self, guint id, const GValue *value)
{
  const VitrailDisplay *display = NULL;
  g_autoptr (GError) error = NULL;

  pthread_mutex_lock (&self->state.lock);
  VitrailDisplayFiles files = self->files;
  pthread_mutex_unlock (&self->state.lock);
  if (id == PROP_DISPLAY_CALIBRATION)
    files.calibration = g_intern_string (g_value_get_string (value));
  else if (id == PROP_DISPLAY_PROFILE)
    files.profile = g_intern_string (g_value_get_string (value));
  else
    files.black_point = g_value_get_boolean (value);
  if (!vitrail_display_find (&files, &display, &error)) {
    complain (self, error->message);
    return;
  }
  pthread_mutex_lock (&self->state.lock);
  const gboolean same = self->display == display;
  self->files = files;
  self->display = display;
  pthread_mutex_unlock (&self->state.lock);
  if (!same)
    vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_dcm_window_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  if (id >= N_STATE_PROPS && id < N_PROPS)
    set_display (self, id, value);
  else
    vitrail_state_set_property (&self->state, object, id, value, pspec);
}

static void
vitrail_dcm_window_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  if (id < N_STATE_PROPS || id >= N_PROPS) {
    vitrail_state_get_property (&self->state, object, id, value, pspec);
    return;
  }
  pthread_mutex_lock (&self->state.lock);
  if (id == PROP_DISPLAY_CALIBRATION)
    g_value_set_static_string (value, self->files.calibration);
  else if (id == PROP_DISPLAY_PROFILE)
    g_value_set_static_string (value, self->files.profile);
  else
    g_value_set_boolean (value, self->files.black_point);
  pthread_mutex_unlock (&self->state.lock);
}

static void
vitrail_dcm_window_finalize (GObject *object)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  clear_lut (self);
  g_free (self->warned);
  g_free (self->complaint);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_dcm_window_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  klass->set_property = vitrail_dcm_window_set_property;
  klass->get_property = vitrail_dcm_window_get_property;
  props[PROP_PRESENTATION] =
      g_param_spec_boxed ("presentation", "Presentation",
                          "All of the below, set at once",
                          VITRAIL_TYPE_PRESENTATION, flags);
  props[PROP_WINDOW_CENTER] = g_param_spec_double (
      "window-center", "Window center",
      "In values after the modality LUT; used where window-width is not 0",
      -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  props[PROP_WINDOW_WIDTH] = g_param_spec_double (
      "window-width", "Window width",
      "0: one of the data's own (voi), else the range of its values", 0,
      G_MAXDOUBLE, 0, flags);
  props[PROP_VOI_FUNCTION] =
      g_param_spec_enum ("voi-function", "VOI LUT function",
                         "Used where window-width is not 0, else the data's",
                         VITRAIL_TYPE_VOI_FUNCTION, VITRAIL_VOI_LINEAR, flags);
  props[PROP_INVERT] =
      g_param_spec_boolean ("invert", "Invert",
                            "On top of what the data asks for", FALSE, flags);
  props[PROP_VOI] = g_param_spec_uint (
      "voi", "VOI",
      "Where window-width is 0: which of the data's own, VOI LUTs first, then "
      "windows; 0 is the default, also beyond the last",
      0, G_MAXUINT, 0, flags);
  props[PROP_COLORMAP] =
      g_param_spec_string ("colormap", "Colormap",
                           "For grey pictures: viridis, hot_iron, ...; none, "
                           "or an unknown one: grey",
                           NULL, flags);
  props[PROP_DISPLAY_CALIBRATION] =
      g_param_spec_string ("display-calibration", "Display calibration",
                           "File of the display's measured luminances (DCMTK's "
                           "text form): grey levels by PS3.14",
                           NULL, flags);
  props[PROP_DISPLAY_PROFILE] =
      g_param_spec_string ("display-profile", "Display profile",
                           "ICC profile of the display for colours; none: "
                           "sRGB; \"none\": colours as stored",
                           NULL, flags);
  props[PROP_BLACK_POINT_COMPENSATION] = g_param_spec_boolean (
      "black-point-compensation", "Black point compensation",
      "From the data's profile to the display's", FALSE, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vitrail_dcm_window_class_init (VitrailDcmWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->finalize = vitrail_dcm_window_finalize;
  install_properties (object_class);
  base_class->transform_caps = vitrail_dcm_window_transform_caps;
  base_class->fixate_caps = vitrail_dcm_window_fixate_caps;
  base_class->submit_input_buffer = vitrail_dcm_window_submit_input_buffer;
  base_class->before_transform = vitrail_dcm_window_before_transform;
  base_class->start = vitrail_dcm_window_start;
  base_class->stop = vitrail_dcm_window_stop;
  VITRAIL_PIXEL_FILTER_CLASS (klass)->filter = vitrail_dcm_window_filter;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "DICOM window", "Filter/Effect/Video",
      "Samples to grey levels or colours: modality LUT, VOI, palette, colormap",
      "Vitrail");
}

static void
vitrail_dcm_window_init (VitrailDcmWindow *self)
{
  vitrail_state_init (&self->state, &state_spec, &self->presentation);
}
