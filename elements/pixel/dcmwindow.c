/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmwindow: samples to grey levels or colours, by modality LUT, VOI and
 * polarity, or palette (window.h). Beside the image it is black. */

#include "framecaps.h"
#include "pixel/blank.h"
#include "pixel/pixelfilter.h"
#include "pixel/resample.h"
#include "pixel/window.h"
#include "sink/feed.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define VITRAIL_TYPE_DCM_WINDOW (vitrail_dcm_window_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmWindow,
                      vitrail_dcm_window,
                      VITRAIL,
                      DCM_WINDOW,
                      VitrailPixelFilter)

struct _VitrailDcmWindow {
  VitrailPixelFilter parent_instance;

  pthread_mutex_t lock;
  VitrailPresentation presentation; /* lock */

  /* Streaming thread: the table, and what it was made of. */
  VitrailWindowLut *lut;
  VitrailFrameInfo *lut_owner; /* or NULL; what lut_info points into */
  VitrailFrameInfo lut_info;
  VitrailPresentation lut_presentation;
  double lut_range[2];
  gboolean wants_rgb; /* a palette has come */
};

enum {
  PROP_PRESENTATION = 1,
  PROP_WINDOW_CENTER,
  PROP_WINDOW_WIDTH,
  PROP_VOI_FUNCTION,
  PROP_INVERT,
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
    GST_STATIC_CAPS ("video/x-raw, format = (string) { GRAY8, RGB }, "
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

/* What it takes from one structure to the other side: size and rate, without
 * what describes samples. */
static void
append_with_format (GstCaps *caps,
                    const GstStructure *from,
                    const char *name,
                    const char *formats)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GstStructure *structure = gst_structure_copy (from);

  gst_structure_set_name (structure, name);
  gst_structure_remove_fields (structure, "format", "channels", "colorimetry",
                               "chroma-site", NULL);
  if (formats != NULL) {
    g_value_init (&value, GST_TYPE_LIST);
    gst_value_deserialize (&value, formats);
    gst_structure_set_value (structure, "format", &value);
  }
  gst_caps_append_structure (caps, structure);
}

/* A palette makes colour of grey samples, which their caps do not say: both are
 * possible. Colour stays colour. */
static void
append_outputs (GstCaps *caps, const GstStructure *input)
{
  const char *format = gst_structure_get_string (input, "format");
  const gboolean colour =
      gst_structure_has_name (input, "video/x-raw") &&
      (g_strcmp0 (format, "RGB") == 0 || g_strcmp0 (format, "RGBA64_LE") == 0);

  append_with_format (caps, input, "video/x-raw",
                      colour ? "{ RGB }" : "{ GRAY8, RGB }");
}

static void
append_inputs (GstCaps *caps, const GstStructure *output)
{
  const char *format = gst_structure_get_string (output, "format");
  const gboolean grey = g_strcmp0 (format, "GRAY8") == 0;

  append_with_format (caps, output, "video/x-raw",
                      grey ? "{ GRAY8, GRAY16_LE }"
                           : "{ GRAY8, GRAY16_LE, RGB, RGBA64_LE }");
  append_with_format (caps, output, VITRAIL_CAPS_SAMPLES_NAME, NULL);
}

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
      append_outputs (result, structure);
    else
      append_inputs (result, structure);
  }
  if (filter == NULL)
    return g_steal_pointer (&result);
  return gst_caps_intersect_full (filter, result, GST_CAPS_INTERSECT_FIRST);
}

static GstCaps *
vitrail_dcm_window_fixate_caps (GstBaseTransform *base,
                                GstPadDirection direction,
                                GstCaps *caps,
                                GstCaps *other_caps)
{
  const char *wanted = VITRAIL_DCM_WINDOW (base)->wants_rgb ? "RGB" : "GRAY8";
  GstCaps *fixed = gst_caps_make_writable (gst_caps_truncate (other_caps));

  if (direction == GST_PAD_SINK)
    gst_structure_fixate_field_string (gst_caps_get_structure (fixed, 0),
                                       "format", wanted);
  return gst_caps_fixate (fixed);
}

/* Caps are settled before the first buffer says that it has a palette. */
static GstFlowReturn
vitrail_dcm_window_submit_input_buffer (GstBaseTransform *base,
                                        gboolean is_discont,
                                        GstBuffer *input)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (base);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (input);
  const gboolean wants_rgb =
      meta != NULL && meta->info != NULL && meta->info->palette != NULL;

  if (wants_rgb != self->wants_rgb) {
    self->wants_rgb = wants_rgb;
    gst_base_transform_reconfigure_src (base);
  }
  return GST_BASE_TRANSFORM_CLASS (vitrail_dcm_window_parent_class)
      ->submit_input_buffer (base, is_discont, input);
}

/* Whether two infos give the same table: the frames of a series mostly do. */
static gboolean
is_same_mapping (const VitrailFrameInfo *a, const VitrailFrameInfo *b)
{
  if (a->palette != b->palette || a->modality_lut != b->modality_lut ||
      a->voi_lut != b->voi_lut ||
      memcmp (&a->format, &b->format, sizeof a->format) != 0 ||
      a->sample_offset != b->sample_offset || a->slope != b->slope ||
      a->intercept != b->intercept || a->inverted != b->inverted ||
      a->voi_function != b->voi_function ||
      (a->n_windows > 0) != (b->n_windows > 0))
    return FALSE;
  return a->n_windows == 0 || (a->windows[0].center == b->windows[0].center &&
                               a->windows[0].width == b->windows[0].width);
}

static void
clear_lut (VitrailDcmWindow *self)
{
  g_clear_pointer (&self->lut, vitrail_window_lut_free);
  g_clear_pointer (&self->lut_owner, vitrail_frame_info_unref);
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

  pthread_mutex_lock (&self->lock);
  presentation = self->presentation;
  pthread_mutex_unlock (&self->lock);
  vitrail_pixel_filter_describe (meta, frame, &info);
  if (vitrail_window_needs_range (&info, &presentation)) {
    has_range = meta != NULL && meta->has_range;
    if (has_range)
      memcpy (range, meta->range, sizeof range);
    else
      has_range = vitrail_window_get_range (frame, &info, range);
  }
  if (self->lut != NULL && is_same_mapping (&info, &self->lut_info) &&
      vitrail_presentation_equal (&presentation, &self->lut_presentation) &&
      range[0] == self->lut_range[0] && range[1] == self->lut_range[1])
    return;
  clear_lut (self);
  self->lut = vitrail_window_lut_new_for_range (&info, &presentation,
                                                has_range ? range : NULL);
  if (meta != NULL && meta->info != NULL)
    self->lut_owner = vitrail_frame_info_ref (meta->info);
  self->lut_info = info;
  self->lut_presentation = presentation;
  memcpy (self->lut_range, range, sizeof range);
}

/* Grey bytes at the row's start become RGB, from the end, in place. */
static void
spread_grey (uint8_t *row, size_t n)
{
  for (size_t i = n; i-- > 0;)
    row[3 * i] = row[3 * i + 1] = row[3 * i + 2] = row[i];
}

static void
window_rows (VitrailDcmWindow *self,
             const VitrailFrame *in,
             const VitrailFrameMeta *meta,
             const VitrailFrame *out)
{
  const gboolean spread = vitrail_window_lut_get_channels (self->lut) == 1 &&
                          out->format.samples == 3;
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
    vitrail_window_row_within (self->lut, in->data + y * in->stride, row, width,
                               span);
    if (spread)
      spread_grey (row, width);
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
  if (vitrail_window_lut_get_channels (self->lut) > out->format.samples) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
                       ("A picture with a palette has to be shown in colour."),
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

static gboolean
vitrail_dcm_window_stop (GstBaseTransform *base)
{
  clear_lut (VITRAIL_DCM_WINDOW (base));
  return TRUE;
}

static void
set_presentation (VitrailPresentation *presentation,
                  guint id,
                  const GValue *value)
{
  const VitrailPresentation from_data = VITRAIL_PRESENTATION_INIT;
  const VitrailPresentation *given = NULL;

  switch (id) {
  case PROP_PRESENTATION:
    given = g_value_get_boxed (value);
    *presentation = given != NULL ? *given : from_data;
    if (!presentation->has_window)
      presentation->window_width = 0;
    break;
  case PROP_WINDOW_CENTER:
    presentation->window_center = g_value_get_double (value);
    break;
  case PROP_WINDOW_WIDTH:
    presentation->window_width = g_value_get_double (value);
    break;
  case PROP_VOI_FUNCTION:
    presentation->function = (VitrailVoiFunction) g_value_get_enum (value);
    break;
  case PROP_INVERT:
    presentation->invert = g_value_get_boolean (value);
    break;
  default:
    break;
  }
  presentation->has_window = isfinite (presentation->window_center) &&
                             isfinite (presentation->window_width) &&
                             presentation->window_width > 0;
}

static void
vitrail_dcm_window_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  if (id == 0 || id >= N_PROPS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  pthread_mutex_lock (&self->lock);
  const VitrailPresentation old = self->presentation;
  set_presentation (&self->presentation, id, value);
  const gboolean same = vitrail_presentation_equal (&old, &self->presentation);
  pthread_mutex_unlock (&self->lock);
  if (!same)
    vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_dcm_window_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  pthread_mutex_lock (&self->lock);
  switch (id) {
  case PROP_PRESENTATION:
    g_value_set_boxed (value, &self->presentation);
    break;
  case PROP_WINDOW_CENTER:
    g_value_set_double (value, self->presentation.window_center);
    break;
  case PROP_WINDOW_WIDTH:
    g_value_set_double (value, self->presentation.window_width);
    break;
  case PROP_VOI_FUNCTION:
    g_value_set_enum (value, self->presentation.function);
    break;
  case PROP_INVERT:
    g_value_set_boolean (value, self->presentation.invert);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_dcm_window_finalize (GObject *object)
{
  VitrailDcmWindow *self = VITRAIL_DCM_WINDOW (object);

  clear_lut (self);
  pthread_mutex_destroy (&self->lock);
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
      "0: the data's first window, else the range of its values", 0,
      G_MAXDOUBLE, 0, flags);
  props[PROP_VOI_FUNCTION] =
      g_param_spec_enum ("voi-function", "VOI LUT function",
                         "Used where window-width is not 0, else the data's",
                         VITRAIL_TYPE_VOI_FUNCTION, VITRAIL_VOI_LINEAR, flags);
  props[PROP_INVERT] =
      g_param_spec_boolean ("invert", "Invert",
                            "On top of what the data asks for", FALSE, flags);
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
  base_class->stop = vitrail_dcm_window_stop;
  VITRAIL_PIXEL_FILTER_CLASS (klass)->filter = vitrail_dcm_window_filter;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "DICOM window", "Filter/Effect/Video",
      "Samples to grey levels or colours: modality LUT, VOI, palette",
      "Vitrail");
}

static void
vitrail_dcm_window_init (VitrailDcmWindow *self)
{
  pthread_mutex_init (&self->lock, NULL);
}
