/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* wsitiler: pictures of a slide. Each buffer that refers to a slide becomes one
 * view of it in the size that is negotiated, one region of a level pixel by
 * pixel, or all tiles of a level one after the other. Here are pads, caps and
 * events; wsitilerpictures.c draws, tilersettings.c has the properties.
 *
 *   gst-launch-1.0 slidesrc location=slide.svs ! wsitiler mode=tiles level=1 !
 *     jpegenc ! multifilesink location=tile-%05d.jpg */

#include "framecaps.h"
#include "sink/feed.h"
#include "slide/look.h"
#include "slide/tilersettings.h"
#include "slide/wsitiler-private.h"
#include "slidemeta.h"

GST_DEBUG_CATEGORY (vitrail_wsi_tiler_debug);

G_DEFINE_TYPE (VitrailWsiTiler, vitrail_wsi_tiler, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (wsitiler)
GST_ELEMENT_REGISTER_DEFINE (wsitiler,
                             "wsitiler",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_WSI_TILER)

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
  g_autoptr (GstCaps) caps =
      vitrail_picture_caps_fixate (g_steal_pointer (&allowed), width, height);
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

gboolean
vitrail_wsi_tiler_ensure_size (VitrailWsiTiler *self,
                               int width,
                               int height,
                               gboolean exact)
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

/* A look that makes no sense for this slide is told of, and none. */
static VitrailSlide *
ref_looked (VitrailWsiTiler *self, VitrailSlide *opened)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->look, g_free);
  if (self->look_asked == NULL)
    return g_object_ref (opened);
  g_autoptr (VitrailSlideLook) look =
      vitrail_slide_look_from_string (opened, self->look_asked, &error);
  if (look == NULL) {
    GST_ELEMENT_WARNING (self, STREAM, FORMAT, ("%s", error->message), (NULL));
    return g_object_ref (opened);
  }
  self->look = vitrail_slide_look_to_string (look);
  return vitrail_slide_ref_with_look (opened, look);
}

static void
take_slide (VitrailWsiTiler *self, VitrailSlide *opened)
{
  GST_OBJECT_LOCK (self);
  g_autofree char *asked = g_strdup (self->settings.look);
  GST_OBJECT_UNLOCK (self);
  if (opened == self->opened && g_strcmp0 (asked, self->look_asked) == 0)
    return;
  g_set_object (&self->opened, opened);
  g_free (self->look_asked);
  self->look_asked = g_steal_pointer (&asked);
  g_autoptr (VitrailSlide) slide = ref_looked (self, opened);
  if (g_set_object (&self->slide, slide))
    vitrail_deepzoom_init (&self->plan, slide);
}

static void
forget_slide (VitrailWsiTiler *self)
{
  g_clear_object (&self->slide);
  g_clear_object (&self->opened);
  g_clear_pointer (&self->look_asked, g_free);
  g_clear_pointer (&self->look, g_free);
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
  take_slide (self, slide);
  return vitrail_wsi_tiler_push_pictures (self, input);
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
    forget_slide (self);
    gst_video_info_init (&self->info);
    self->info.finfo = NULL;
  }
  return result;
}

/* Properties. */

static void
vitrail_wsi_tiler_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *spec)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (object);

  GST_OBJECT_LOCK (self);
  vitrail_tiler_settings_set (&self->settings, id, value);
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

  GST_OBJECT_LOCK (self);
  vitrail_tiler_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_wsi_tiler_finalize (GObject *object)
{
  VitrailWsiTiler *self = VITRAIL_WSI_TILER (object);

  gst_event_replace (&self->segment, NULL);
  forget_slide (self);
  vitrail_tiler_settings_clear (&self->settings);
  G_OBJECT_CLASS (vitrail_wsi_tiler_parent_class)->finalize (object);
}

static void
vitrail_wsi_tiler_class_init (VitrailWsiTilerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (vitrail_wsi_tiler_debug, "wsitiler", 0,
                           "slide views");
  object_class->set_property = vitrail_wsi_tiler_set_property;
  object_class->get_property = vitrail_wsi_tiler_get_property;
  object_class->finalize = vitrail_wsi_tiler_finalize;
  element_class->change_state = vitrail_wsi_tiler_change_state;
  vitrail_tiler_settings_install_properties (object_class);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Slide tiler", "Filter/Converter/Video",
      "Draws views, regions and tiles of whole-slide images", "Vitrail");
}

static void
vitrail_wsi_tiler_init (VitrailWsiTiler *self)
{
  vitrail_tiler_settings_init (&self->settings);
  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, chain);
  gst_pad_set_event_function (self->sink_pad, sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);
  self->src_pad = gst_pad_new_from_static_template (&src_template, "src");
  gst_element_add_pad (GST_ELEMENT (self), self->src_pad);
}
