/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* viewtransform: zoom, pan, rotation and flips at the size that downstream asks
 * for, on stored samples (resample.h). Where downstream does not ask, and the
 * view is the default, buffers pass through. */

#include "framecaps.h"
#include "pixel/pixelfilter.h"
#include "pixel/resample.h"
#include "pixel/state.h"
#include "pixel/window.h"

#include <string.h>

#define VITRAIL_TYPE_VIEW_TRANSFORM (vitrail_view_transform_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewTransform,
                      vitrail_view_transform,
                      VITRAIL,
                      VIEW_TRANSFORM,
                      VitrailPixelFilter)

struct _VitrailViewTransform {
  VitrailPixelFilter parent_instance;

  VitrailState state;
  VitrailView view; /* state.lock */

  /* Streaming thread. */
  VitrailView current;         /* for the buffer in work */
  gboolean size_is_free;       /* downstream takes any, and got the input's */
  VitrailFrameInfo *range_for; /* or NULL: whose range is kept */
  double range[2];
  gboolean has_range;
};

enum {
  PROP_VIEW = VITRAIL_STATE_PROP_WHOLE,
  PROP_ZOOM,
  PROP_PAN_X,
  PROP_PAN_Y,
  PROP_ROTATION,
  PROP_FLIP_HORIZONTAL,
  PROP_FLIP_VERTICAL,
  PROP_INTERPOLATION,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DECODED));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_DECODED));

G_DEFINE_FINAL_TYPE (VitrailViewTransform,
                     vitrail_view_transform,
                     VITRAIL_TYPE_PIXEL_FILTER)
GST_ELEMENT_REGISTER_DECLARE (viewtransform)
GST_ELEMENT_REGISTER_DEFINE (viewtransform,
                             "viewtransform",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_VIEW_TRANSFORM);

static GstCaps *
vitrail_view_transform_transform_caps (GstBaseTransform *base,
                                       GstPadDirection direction,
                                       GstCaps *caps,
                                       GstCaps *filter)
{
  g_autoptr (GstCaps) result = gst_caps_copy (caps);

  for (guint i = 0; i < gst_caps_get_size (result); i++) {
    GstStructure *structure = gst_caps_get_structure (result, i);
    gst_structure_set (structure, "width", GST_TYPE_INT_RANGE, 1, 65535,
                       "height", GST_TYPE_INT_RANGE, 1, 65535, NULL);
    gst_structure_remove_field (structure, "pixel-aspect-ratio");
  }
  if (filter == NULL)
    return g_steal_pointer (&result);
  return gst_caps_intersect_full (filter, result, GST_CAPS_INTERSECT_FIRST);
}

/* The input's size where that is possible; where one side is given, the other
 * follows. Pixels are square unless the picture passes as it is. */
static GstCaps *
vitrail_view_transform_fixate_caps (GstBaseTransform *base,
                                    GstPadDirection direction,
                                    GstCaps *caps,
                                    GstCaps *other_caps)
{
  GstCaps *fixed = gst_caps_make_writable (gst_caps_truncate (other_caps));
  const GstStructure *in = gst_caps_get_structure (caps, 0);
  GstStructure *out = gst_caps_get_structure (fixed, 0);
  int in_width = 1;
  int in_height = 1;
  int width = 0;
  int height = 0;

  gst_structure_get_int (in, "width", &in_width);
  gst_structure_get_int (in, "height", &in_height);
  if (gst_structure_get_int (out, "width", &width))
    in_height =
        (int) gst_util_uint64_scale_int_round ((guint64) in_height, width,
                                               MAX (in_width, 1));
  else if (gst_structure_get_int (out, "height", &height))
    in_width =
        (int) gst_util_uint64_scale_int_round ((guint64) in_width, height,
                                               MAX (in_height, 1));
  gst_structure_fixate_field_nearest_int (out, "width", MAX (in_width, 1));
  gst_structure_fixate_field_nearest_int (out, "height", MAX (in_height, 1));
  if (gst_structure_has_field (out, "pixel-aspect-ratio"))
    gst_structure_fixate_field_nearest_fraction (out, "pixel-aspect-ratio", 1,
                                                 1);
  return gst_caps_fixate (fixed);
}

/* Whether every structure says which size it wants. */
static gboolean
is_size_fixed (const GstCaps *caps)
{
  int side = 0;

  if (gst_caps_is_any (caps))
    return FALSE;
  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    if (!gst_structure_get_int (structure, "width", &side) ||
        !gst_structure_get_int (structure, "height", &side))
      return FALSE;
  }
  return TRUE;
}

static void
update_passthrough (VitrailViewTransform *self)
{
  const VitrailView whole = VITRAIL_VIEW_INIT;

  gst_base_transform_set_passthrough (
      GST_BASE_TRANSFORM (self),
      self->size_is_free && vitrail_view_equal (&self->current, &whole));
}

/* Also between before_transform () and the buffer it was called for, when
 * downstream has asked for another size: decides anew, or the buffer would pass
 * with its old size under the new caps. */
static void
vitrail_view_transform_formats_changed (VitrailPixelFilter *filter,
                                        const VitrailPixelCaps *in,
                                        const VitrailPixelCaps *out)
{
  VitrailViewTransform *self = VITRAIL_VIEW_TRANSFORM (filter);
  g_autoptr (GstCaps) peer = NULL;

  self->size_is_free = FALSE;
  if (in->format.width == out->format.width &&
      in->format.height == out->format.height)
  {
    peer = gst_pad_peer_query_caps (GST_BASE_TRANSFORM_SRC_PAD (self), NULL);
    self->size_is_free = !is_size_fixed (peer);
  }
  update_passthrough (self);
}

/* Decides for each buffer: the view may have changed. */
static void
vitrail_view_transform_before_transform (GstBaseTransform *base,
                                         GstBuffer *buffer)
{
  VitrailViewTransform *self = VITRAIL_VIEW_TRANSFORM (base);

  vitrail_state_copy (&self->state, &self->current);
  update_passthrough (self);
}

/* Height over width of an input pixel, measured in output pixels. */
static double
get_aspect (VitrailPixelFilter *filter, const VitrailFrameMeta *meta)
{
  const VitrailPixelCaps *in = vitrail_pixel_filter_get_in_caps (filter);
  const VitrailPixelCaps *out = vitrail_pixel_filter_get_out_caps (filter);
  double aspect = 1.0;

  if (meta != NULL && meta->info != NULL &&
      (meta->info->has_spacing || meta->info->pixel_aspect > 0))
    aspect = vitrail_frame_info_get_aspect (meta->info);
  else if (in->is_video)
    aspect = (double) in->video.par_d / in->video.par_n;
  if (out->is_video)
    aspect *= (double) out->video.par_n / out->video.par_d;
  return aspect;
}

/* Size and range of the whole frame, for dcmwindow, which sees a part of it.
 * The range is kept for as long as the same frame comes. */
static void
update_meta (VitrailViewTransform *self,
             const VitrailFrame *in,
             const VitrailFrameInfo *described,
             const VitrailFrameMeta *in_meta,
             VitrailFrameMeta *out_meta)
{
  vitrail_frame_meta_set_frame_size (out_meta, in->format.width,
                                     in->format.height);
  if (in_meta->info == NULL || in_meta->has_range ||
      !vitrail_window_needs_range (described, NULL))
    return;
  if (self->range_for != in_meta->info) {
    g_clear_pointer (&self->range_for, vitrail_frame_info_unref);
    self->range_for = vitrail_frame_info_ref (in_meta->info);
    self->has_range = vitrail_window_get_range (in, described, self->range);
  }
  out_meta->has_range = self->has_range;
  memcpy (out_meta->range, self->range, sizeof self->range);
}

static GstFlowReturn
vitrail_view_transform_filter (VitrailPixelFilter *filter,
                               const VitrailFrame *in,
                               GstBuffer *in_buffer,
                               VitrailFrame *out,
                               GstBuffer *out_buffer)
{
  VitrailViewTransform *self = VITRAIL_VIEW_TRANSFORM (filter);
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (in_buffer);
  VitrailFrameInfo described;
  VitrailResample resample;
  double affine[6];

  vitrail_view_get_affine (&self->current, in->format.width, in->format.height,
                           get_aspect (filter, meta), out->format.width,
                           out->format.height, affine);
  vitrail_pixel_filter_describe (meta, in, &described);
  vitrail_resample_init (&resample, in, &described, affine,
                         self->current.interpolation);
  vitrail_resample_rows (&resample, 0, out->format.height, out->format.width,
                         (gpointer) out->data, out->stride);
  vitrail_buffer_copy_frame_meta (out_buffer, in_buffer, affine);
  if (meta != NULL)
    update_meta (self, in, &described, meta,
                 vitrail_buffer_get_frame_meta (out_buffer));
  return GST_FLOW_OK;
}

static gboolean
vitrail_view_transform_stop (GstBaseTransform *base)
{
  g_clear_pointer (&VITRAIL_VIEW_TRANSFORM (base)->range_for,
                   vitrail_frame_info_unref);
  return TRUE;
}

static const VitrailView initial = VITRAIL_VIEW_INIT;

static const size_t offsets[N_PROPS] = {
  [PROP_ZOOM] = G_STRUCT_OFFSET (VitrailView, zoom),
  [PROP_PAN_X] = G_STRUCT_OFFSET (VitrailView, pan_x),
  [PROP_PAN_Y] = G_STRUCT_OFFSET (VitrailView, pan_y),
  [PROP_ROTATION] = G_STRUCT_OFFSET (VitrailView, rotation),
  [PROP_FLIP_HORIZONTAL] = G_STRUCT_OFFSET (VitrailView, flip_horizontal),
  [PROP_FLIP_VERTICAL] = G_STRUCT_OFFSET (VitrailView, flip_vertical),
  [PROP_INTERPOLATION] = G_STRUCT_OFFSET (VitrailView, interpolation),
};

static gboolean
is_equal (gconstpointer a, gconstpointer b)
{
  return vitrail_view_equal (a, b);
}

static const VitrailStateSpec state_spec = {
  .size = sizeof (VitrailView),
  .whole_size = sizeof (VitrailView),
  .initial = &initial,
  .offsets = offsets,
  .n_props = N_PROPS,
  .equal = is_equal,
};

static void
vitrail_view_transform_set_property (GObject *object,
                                     guint id,
                                     const GValue *value,
                                     GParamSpec *pspec)
{
  vitrail_state_set_property (&VITRAIL_VIEW_TRANSFORM (object)->state, object,
                              id, value, pspec);
}

static void
vitrail_view_transform_get_property (GObject *object,
                                     guint id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  vitrail_state_get_property (&VITRAIL_VIEW_TRANSFORM (object)->state, object,
                              id, value, pspec);
}

static void
vitrail_view_transform_finalize (GObject *object)
{
  VitrailViewTransform *self = VITRAIL_VIEW_TRANSFORM (object);

  g_clear_pointer (&self->range_for, vitrail_frame_info_unref);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_view_transform_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  klass->set_property = vitrail_view_transform_set_property;
  klass->get_property = vitrail_view_transform_get_property;
  props[PROP_VIEW] =
      g_param_spec_boxed ("view", "View", "All of the below, set at once",
                          VITRAIL_TYPE_VIEW, flags);
  props[PROP_ZOOM] =
      g_param_spec_double ("zoom", "Zoom",
                           "1 shows the whole image, 2 twice as large", 1e-6,
                           1e6, 1, flags);
  props[PROP_PAN_X] = g_param_spec_double (
      "pan-x", "Pan x", "Fraction of the image's width that is in the centre",
      -1e3, 1e3, 0.5, flags);
  props[PROP_PAN_Y] = g_param_spec_double (
      "pan-y", "Pan y", "Fraction of the image's height that is in the centre",
      -1e3, 1e3, 0.5, flags);
  props[PROP_ROTATION] =
      g_param_spec_double ("rotation", "Rotation",
                           "Degrees clockwise, after the flips", -1e6, 1e6, 0,
                           flags);
  props[PROP_FLIP_HORIZONTAL] =
      g_param_spec_boolean ("flip-horizontal", "Flip horizontally",
                            "Left becomes right", FALSE, flags);
  props[PROP_FLIP_VERTICAL] =
      g_param_spec_boolean ("flip-vertical", "Flip vertically",
                            "Top becomes bottom", FALSE, flags);
  props[PROP_INTERPOLATION] = g_param_spec_enum (
      "interpolation", "Interpolation", "Palettes are nearest always",
      VITRAIL_TYPE_INTERPOLATION, VITRAIL_INTERPOLATION_LINEAR, flags);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
vitrail_view_transform_class_init (VitrailViewTransformClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);
  VitrailPixelFilterClass *filter_class = VITRAIL_PIXEL_FILTER_CLASS (klass);

  object_class->finalize = vitrail_view_transform_finalize;
  install_properties (object_class);
  base_class->transform_caps = vitrail_view_transform_transform_caps;
  base_class->fixate_caps = vitrail_view_transform_fixate_caps;
  base_class->before_transform = vitrail_view_transform_before_transform;
  base_class->stop = vitrail_view_transform_stop;
  filter_class->formats_changed = vitrail_view_transform_formats_changed;
  filter_class->filter = vitrail_view_transform_filter;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "View transform", "Filter/Effect/Video",
      "Zoom, pan, rotation and flips at display resolution, on stored samples",
      "Vitrail");
}

static void
vitrail_view_transform_init (VitrailViewTransform *self)
{
  vitrail_state_init (&self->state, &state_spec, &self->view);
}
