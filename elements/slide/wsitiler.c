/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* wsitiler: pictures of a slide. Each buffer that refers to a slide becomes one
 * view of it in the size that is negotiated, one region of a level pixel by
 * pixel, or all tiles of a level one after the other.
 *
 *   gst-launch-1.0 slidesrc location=slide.svs ! wsitiler mode=tiles level=1 !
 *     jpegenc ! multifilesink location=tile-%05d.jpg */

#include "framemeta.h"
#include "sink/feed.h"
#include "slide/tiler.h"
#include "slidemeta.h"

#include <gst/video/video.h>

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (wsitiler_debug);
#define GST_CAT_DEFAULT wsitiler_debug

/* The size of views where nobody downstream wants another. */
#define DEFAULT_WIDTH  1024
#define DEFAULT_HEIGHT 768

#define VITRAIL_TYPE_TILER_MODE (vitrail_tiler_mode_get_type ())
GType vitrail_tiler_mode_get_type (void);
G_DEFINE_ENUM_TYPE (VitrailTilerMode,
                    vitrail_tiler_mode,
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_VIEW, "view"),
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_TILES, "tiles"),
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_REGION, "region"))

#define VITRAIL_TYPE_WSI_TILER (vitrail_wsi_tiler_get_type ())
G_DECLARE_FINAL_TYPE (VitrailWsiTiler,
                      vitrail_wsi_tiler,
                      VITRAIL,
                      WSI_TILER,
                      GstElement)

struct _VitrailWsiTiler {
  GstElement parent;
  GstPad *sink_pad;
  GstPad *src_pad;

  VitrailTilerSettings settings; /* guarded by the object lock */

  /* The streaming thread's. */
  GstEvent *segment; /* held back until caps are known */
  GstVideoInfo info;
  VitrailSlide *slide; /* that the plan is of */
  VitrailDeepZoom plan;
};

G_DEFINE_TYPE (VitrailWsiTiler, vitrail_wsi_tiler, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (wsitiler)
GST_ELEMENT_REGISTER_DEFINE (wsitiler,
                             "wsitiler",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_WSI_TILER)

enum {
  PROP_MODE = 1,
  PROP_LEVEL,
  PROP_REGION,
  PROP_X,
  PROP_Y,
  PROP_DOWNSAMPLE,
  PROP_MAGNIFICATION,
  PROP_ROTATION,
  PROP_VIEW,
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_SLIDE));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("RGB")));

/* Negotiation. */

static GstCaps *
fixate (GstCaps *caps, int width, int height)
{
  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  GstStructure *structure = gst_caps_get_structure (caps, 0);

  gst_structure_fixate_field_nearest_int (structure, "width", width);
  gst_structure_fixate_field_nearest_int (structure, "height", height);
  if (gst_structure_has_field (structure, "framerate"))
    gst_structure_fixate_field_nearest_fraction (structure, "framerate", 0, 1);
  else
    gst_structure_set (structure, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  return gst_caps_fixate (caps);
}

/* Sets caps of @width x @height, or, where @exact is FALSE, what comes nearest
 * to it downstream. The segment follows its caps. */
static gboolean
negotiate (VitrailWsiTiler *self, int width, int height, gboolean exact)
{
  g_autoptr (GstCaps) allowed = gst_pad_get_allowed_caps (self->src_pad);
  GstVideoInfo info;

  if (allowed == NULL)
    allowed = gst_pad_get_pad_template_caps (self->src_pad);
  if (gst_caps_is_empty (allowed))
    return FALSE;
  g_autoptr (GstCaps) caps = fixate (g_steal_pointer (&allowed), width, height);
  if (!gst_video_info_from_caps (&info, caps) ||
      (exact && (info.width != width || info.height != height)))
    return FALSE;
  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_RGB,
                             (guint) info.width, (guint) info.height);
  self->info.fps_n = info.fps_n;
  self->info.fps_d = info.fps_d;
  if (!gst_pad_set_caps (self->src_pad, caps))
    return FALSE;
  if (self->segment != NULL)
    gst_pad_push_event (self->src_pad, g_steal_pointer (&self->segment));
  return TRUE;
}

static gboolean
ensure_size (VitrailWsiTiler *self, int width, int height, gboolean exact)
{
  gboolean reconfigure = gst_pad_check_reconfigure (self->src_pad);

  if (!reconfigure && self->info.finfo != NULL &&
      (!exact || (self->info.width == width && self->info.height == height)))
    return TRUE;
  if (negotiate (self, width, height, exact))
    return TRUE;
  if (!GST_PAD_IS_FLUSHING (self->src_pad))
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION,
                       ("wsitiler: pictures of %d x %d pixels are not wanted",
                        width, height),
                       (NULL));
  gst_pad_mark_reconfigure (self->src_pad);
  return FALSE;
}

/* Pictures. */

static gboolean
is_stale (gpointer meta)
{
  return vitrail_frame_meta_is_stale (meta);
}

/* An empty picture with what @input says of time and place, and of which slide
 * it is: who draws words beside a picture takes them from there. */
static GstBuffer *
new_picture (VitrailWsiTiler *self, GstBuffer *input, const double affine[6])
{
  GstBuffer *picture = gst_buffer_new_allocate (NULL, self->info.size, NULL);

  if (picture == NULL)
    return NULL;
  gst_buffer_copy_into (picture, input,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0,
                        (gsize) -1);
  vitrail_buffer_copy_frame_meta (picture, input, affine);
  vitrail_buffer_add_slide_meta (picture, self->slide);
  return picture;
}

static GstFlowReturn
fail (VitrailWsiTiler *self, const GError *error)
{
  GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
push_view (VitrailWsiTiler *self,
           const VitrailTilerSettings *settings,
           GstBuffer *input)
{
  VitrailFrameMeta *asked = vitrail_buffer_get_frame_meta (input);
  g_autoptr (GError) error = NULL;
  VitrailSlideView view = { 0 };
  gboolean incomplete = FALSE;
  GstMapInfo map;

  if (!ensure_size (self, DEFAULT_WIDTH, DEFAULT_HEIGHT, FALSE))
    return GST_FLOW_NOT_NEGOTIATED;
  view.width = (guint) self->info.width;
  view.height = (guint) self->info.height;
  view.preview = asked != NULL && asked->quality == VITRAIL_QUALITY_PREVIEW;
  view.is_stale = asked != NULL ? is_stale : NULL;
  view.stale_data = asked;
  view.on_black = settings->has_view;
  vitrail_tiler_set_affine (settings, self->slide, &view);
  g_autoptr (GstBuffer) picture = new_picture (self, input, view.affine);
  if (picture == NULL || !gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  gboolean done = vitrail_slide_view_render (
      self->slide, &self->plan, vitrail_tile_cache_get_default (), &view,
      map.data, (gsize) self->info.stride[0], &incomplete, &error);
  gst_buffer_unmap (picture, &map);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_OK; /* a newer one is on its way */
  if (!done)
    return fail (self, error);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (picture);
  if (meta != NULL && incomplete)
    meta->flags |= VITRAIL_FRAME_META_INCOMPLETE;
  return gst_pad_push (self->src_pad, g_steal_pointer (&picture));
}

/* One tile of a level. */
static GstFlowReturn
push_tile (VitrailWsiTiler *self,
           const VitrailTilerSettings *settings,
           GstBuffer *input,
           const guint place[2])
{
  g_autoptr (GError) error = NULL;
  VitrailSlideLevel level;
  double affine[6];
  GstMapInfo map;

  vitrail_slide_get_level (self->slide, settings->level, &level);
  gint64 corner[2] = { (gint64) place[0] * level.tile_width,
                       (gint64) place[1] * level.tile_height };
  vitrail_tiler_get_level_affine (self->slide, &level, corner, affine);
  g_autoptr (GstBuffer) picture = new_picture (self, input, affine);
  if (picture == NULL || !gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  gboolean done =
      vitrail_slide_decode_tile (self->slide, settings->level, place[0],
                                 place[1], map.data,
                                 (gsize) self->info.stride[0], NULL, &error);
  gst_buffer_unmap (picture, &map);
  if (!done)
    return fail (self, error);
  GST_BUFFER_OFFSET (picture) = (guint64) place[1] * level.columns + place[0];
  GST_BUFFER_OFFSET_END (picture) = GST_BUFFER_OFFSET (picture) + 1;
  return gst_pad_push (self->src_pad, g_steal_pointer (&picture));
}

static GstFlowReturn
push_tiles (VitrailWsiTiler *self,
            const VitrailTilerSettings *settings,
            GstBuffer *input)
{
  VitrailSlideLevel level;
  GstFlowReturn flow = GST_FLOW_OK;
  guint first[2];
  guint end[2];

  vitrail_slide_get_level (self->slide, settings->level, &level);
  if (!ensure_size (self, (int) level.tile_width, (int) level.tile_height,
                    TRUE))
    return GST_FLOW_NOT_NEGOTIATED;
  vitrail_tiler_find_tiles (settings, &level, first, end);
  for (guint row = first[1]; row < end[1] && flow == GST_FLOW_OK; row++) {
    for (guint column = first[0]; column < end[0] && flow == GST_FLOW_OK;
         column++) {
      guint place[2] = { column, row };
      flow = push_tile (self, settings, input, place);
    }
  }
  return flow;
}

static GstFlowReturn
push_region (VitrailWsiTiler *self,
             const VitrailTilerSettings *settings,
             GstBuffer *input)
{
  g_autoptr (GError) error = NULL;
  VitrailSlideLevel level;
  gint64 rect[4];
  double affine[6];
  GstMapInfo map;

  vitrail_slide_get_level (self->slide, settings->level, &level);
  memcpy (rect, settings->region, sizeof rect);
  if (rect[2] <= 0) { /* all of it */
    rect[0] = rect[1] = 0;
    rect[2] = (gint64) MIN (level.width, G_MAXINT);
    rect[3] = (gint64) MIN (level.height, G_MAXINT);
  }
  if (!ensure_size (self, (int) rect[2], (int) rect[3], TRUE))
    return GST_FLOW_NOT_NEGOTIATED;
  vitrail_tiler_get_level_affine (self->slide, &level, rect, affine);
  g_autoptr (GstBuffer) picture = new_picture (self, input, affine);
  if (picture == NULL || !gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  gboolean done =
      vitrail_slide_read_region (self->slide, settings->level, rect, map.data,
                                 (gsize) self->info.stride[0], NULL, &error);
  gst_buffer_unmap (picture, &map);
  if (!done)
    return fail (self, error);
  return gst_pad_push (self->src_pad, g_steal_pointer (&picture));
}

static GstFlowReturn
push_pictures (VitrailWsiTiler *self, GstBuffer *input)
{
  VitrailTilerSettings settings;

  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);
  if (settings.mode == VITRAIL_TILER_MODE_VIEW)
    return push_view (self, &settings, input);
  if (settings.level >= vitrail_slide_get_n_levels (self->slide)) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("%s: no level %u, there are %u",
                        vitrail_slide_get_name (self->slide), settings.level,
                        vitrail_slide_get_n_levels (self->slide)),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  if (settings.mode == VITRAIL_TILER_MODE_TILES)
    return push_tiles (self, &settings, input);
  return push_region (self, &settings, input);
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (parent);
  g_autoptr (GstBuffer) input = buffer;
  VitrailSlide *slide = vitrail_buffer_get_slide (input);

  if (slide == NULL) {
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
                       ("wsitiler: a buffer that refers to no slide"), (NULL));
    return GST_FLOW_ERROR;
  }
  if (g_set_object (&self->slide, slide))
    vitrail_deepzoom_init (&self->plan, slide);
  return push_pictures (self, input);
}

/* Caps of slides end here, those of pictures are ours; segments wait for them.
 */
static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_SEGMENT:
    if (self->info.finfo != NULL)
      return gst_pad_push_event (self->src_pad, event);
    gst_event_replace (&self->segment, event);
    gst_event_unref (event);
    return TRUE;
  default:
    return gst_pad_event_default (pad, parent, event);
  }
}

static GstStateChangeReturn
vitrail_wsi_tiler_change_state (GstElement *element, GstStateChange transition)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (element);
  GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_wsi_tiler_parent_class)
          ->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    gst_event_replace (&self->segment, NULL);
    g_clear_object (&self->slide);
    gst_video_info_init (&self->info);
    self->info.finfo = NULL;
  }
  return result;
}

/* Properties. */

static void
set_region (VitrailTilerSettings *settings, const GValue *value)
{
  memset (settings->region, 0, sizeof settings->region);
  if (gst_value_array_get_size (value) != 4)
    return;
  for (guint i = 0; i < 4; i++)
    settings->region[i] =
        g_value_get_int (gst_value_array_get_value (value, i));
  if (settings->region[2] <= 0 || settings->region[3] <= 0)
    memset (settings->region, 0, sizeof settings->region);
}

static void
get_region (const VitrailTilerSettings *settings, GValue *value)
{
  for (guint i = 0; i < 4; i++) {
    g_auto (GValue) number = G_VALUE_INIT;
    g_value_init (&number, G_TYPE_INT);
    g_value_set_int (&number, (int) settings->region[i]);
    gst_value_array_append_value (value, &number);
  }
}

static void
set_view (VitrailTilerSettings *settings, const GValue *value)
{
  const VitrailView *view = g_value_get_boxed (value);

  settings->has_view = view != NULL;
  if (view != NULL)
    settings->view = *view;
}

static double *
find_number (VitrailTilerSettings *settings, guint id)
{
  switch (id) {
  case PROP_X:
    return &settings->x;
  case PROP_Y:
    return &settings->y;
  case PROP_DOWNSAMPLE:
    return &settings->downsample;
  case PROP_MAGNIFICATION:
    return &settings->magnification;
  case PROP_ROTATION:
    return &settings->rotation;
  default:
    return NULL;
  }
}

static void
vitrail_wsi_tiler_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *spec)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (object);
  double *number = find_number (&self->settings, id);

  GST_OBJECT_LOCK (self);
  if (number != NULL)
    *number = g_value_get_double (value);
  else if (id == PROP_MODE)
    self->settings.mode = (VitrailTilerMode) g_value_get_enum (value);
  else if (id == PROP_LEVEL)
    self->settings.level = g_value_get_uint (value);
  else if (id == PROP_REGION)
    set_region (&self->settings, value);
  else if (id == PROP_VIEW)
    set_view (&self->settings, value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  GST_OBJECT_UNLOCK (self);
  vitrail_element_send_refresh (GST_ELEMENT (self));
}

static void
vitrail_wsi_tiler_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *spec)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (object);
  const double *number = find_number (&self->settings, id);

  GST_OBJECT_LOCK (self);
  if (number != NULL)
    g_value_set_double (value, *number);
  else if (id == PROP_MODE)
    g_value_set_enum (value, self->settings.mode);
  else if (id == PROP_LEVEL)
    g_value_set_uint (value, self->settings.level);
  else if (id == PROP_REGION)
    get_region (&self->settings, value);
  else if (id == PROP_VIEW)
    g_value_set_boxed (value,
                       self->settings.has_view ? &self->settings.view : NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_wsi_tiler_finalize (GObject *object)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (object);

  gst_event_replace (&self->segment, NULL);
  g_clear_object (&self->slide);
  G_OBJECT_CLASS (vitrail_wsi_tiler_parent_class)->finalize (object);
}

/* nick, what it is, least, most, default */
static void
install_number (GObjectClass *klass,
                guint id,
                const char *name,
                const char *blurb,
                const double range[3])
{
  g_object_class_install_property (
      klass, id,
      g_param_spec_double (name, name, blurb, range[0], range[1], range[2],
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                               GST_PARAM_MUTABLE_PLAYING));
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
  const double centre[] = { -1, G_MAXDOUBLE, -1 };
  const double factor[] = { 0, G_MAXDOUBLE, 0 };
  const double angle[] = { -G_MAXDOUBLE, G_MAXDOUBLE, 0 };

  g_object_class_install_property (
      klass, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What is made of a slide",
                         VITRAIL_TYPE_TILER_MODE, VITRAIL_TILER_MODE_VIEW,
                         flags));
  g_object_class_install_property (
      klass, PROP_LEVEL,
      g_param_spec_uint ("level", "Level",
                         "Level of tiles and regions, 0 is the finest", 0,
                         G_MAXUINT, 0, flags));
  g_object_class_install_property (
      klass, PROP_REGION,
      gst_param_spec_array (
          "region", "Region",
          "<x, y, width, height> in pixels of the level; all of it if not set",
          g_param_spec_int ("number", "Number", "Pixels", G_MININT, G_MAXINT, 0,
                            flags),
          flags));
  install_number (klass, PROP_X, "x",
                  "Centre of the view in level 0 pixels, -1: the middle",
                  centre);
  install_number (klass, PROP_Y, "y",
                  "Centre of the view in level 0 pixels, -1: the middle",
                  centre);
  install_number (klass, PROP_DOWNSAMPLE, "downsample",
                  "Level 0 pixels on one of the view, 0: all of the slide",
                  factor);
  install_number (klass, PROP_MAGNIFICATION, "magnification",
                  "Instead of downsample: 10 shows what a 10x objective does",
                  factor);
  install_number (klass, PROP_ROTATION, "rotation",
                  "Degrees clockwise that the view is turned", angle);
  g_object_class_install_property (
      klass, PROP_VIEW,
      g_param_spec_boxed ("view", "View",
                          "Zoom, pan, rotation and flips at once, instead of "
                          "the numbers; beside the slide is black then",
                          VITRAIL_TYPE_VIEW, flags));
}

static void
vitrail_wsi_tiler_class_init (VitrailWsiTilerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (wsitiler_debug, "wsitiler", 0, "slide views");
  object_class->set_property = vitrail_wsi_tiler_set_property;
  object_class->get_property = vitrail_wsi_tiler_get_property;
  object_class->finalize = vitrail_wsi_tiler_finalize;
  element_class->change_state = vitrail_wsi_tiler_change_state;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (VITRAIL_TYPE_TILER_MODE, 0);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Slide tiler", "Filter/Converter/Video",
      "Draws views, regions and tiles of whole-slide images", "Vitrail");
}

static void
vitrail_wsi_tiler_init (VitrailWsiTiler *self)
{
  self->settings.x = -1;
  self->settings.y = -1;
  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, chain);
  gst_pad_set_event_function (self->sink_pad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);
  self->src_pad = gst_pad_new_from_static_template (&src_template, "src");
  gst_element_add_pad (GST_ELEMENT (self), self->src_pad);
}
