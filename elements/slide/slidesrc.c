/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* slidesrc: opens a slide of any format and pushes one buffer that refers to
 * it; then the stream ends. What is shown of it is wsitiler's business.
 *
 *   gst-launch-1.0 slidesrc location=slide.svs ! wsitiler ! pngenc !
 *     filesink location=slide.png */

#include "framemeta.h"
#include "slidemeta.h"

#include <gst/base/gstpushsrc.h>

GST_DEBUG_CATEGORY_STATIC (slidesrc_debug);
#define GST_CAT_DEFAULT slidesrc_debug

#define VITRAIL_TYPE_SLIDE_SRC (vitrail_slide_src_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideSrc,
                      vitrail_slide_src,
                      VITRAIL,
                      SLIDE_SRC,
                      GstPushSrc)

struct _VitrailSlideSrc {
  GstPushSrc parent;

  /* Guarded by the object lock. */
  char *location;
  VitrailSlide *slide; /* as given */

  VitrailSlide *opened; /* set by start, constant until stop */
  gboolean pushed;      /* the streaming thread's */
};

G_DEFINE_TYPE (VitrailSlideSrc, vitrail_slide_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DECLARE (slidesrc)
GST_ELEMENT_REGISTER_DEFINE (slidesrc,
                             "slidesrc",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_SLIDE_SRC)

enum {
  PROP_LOCATION = 1,
  PROP_SLIDE,
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src",
                             GST_PAD_SRC,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_SLIDE));

static gboolean
vitrail_slide_src_start (GstBaseSrc *base)
{
  VitrailSlideSrc *self = VITRAIL_SLIDE_SRC (base);
  g_autoptr (GError) error = NULL;
  g_autofree char *location = NULL;

  GST_OBJECT_LOCK (self);
  g_set_object (&self->opened, self->slide);
  location = g_strdup (self->location);
  GST_OBJECT_UNLOCK (self);
  self->pushed = FALSE;
  if (self->opened == NULL && location == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
                       ("slidesrc: no location was set"), (NULL));
    return FALSE;
  }
  const char *paths[] = { location, NULL };
  if (self->opened == NULL)
    self->opened = vitrail_slide_open (paths, &error);
  if (self->opened == NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s", error->message),
                       (NULL));
  return self->opened != NULL;
}

static gboolean
vitrail_slide_src_stop (GstBaseSrc *base)
{
  g_clear_object (&VITRAIL_SLIDE_SRC (base)->opened);
  return TRUE;
}

/* Caps hold what fits; the slide itself knows its size. */
static GstCaps *
make_caps (VitrailSlide *slide)
{
  VitrailSlideLevel level;

  vitrail_slide_get_level (slide, 0, &level);
  return gst_caps_new_simple ("application/x-vitrail-slide", "width",
                              G_TYPE_INT, (int) MIN (level.width, G_MAXINT),
                              "height", G_TYPE_INT,
                              (int) MIN (level.height, G_MAXINT), "format",
                              G_TYPE_STRING, "RGB", NULL);
}

static GstFlowReturn
vitrail_slide_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  VitrailSlideSrc *self = VITRAIL_SLIDE_SRC (src);
  g_autoptr (GstCaps) caps = NULL;

  if (self->pushed)
    return GST_FLOW_EOS;
  caps = make_caps (self->opened);
  if (!gst_base_src_set_caps (GST_BASE_SRC (src), caps))
    return GST_FLOW_NOT_NEGOTIATED;
  *buffer = gst_buffer_new ();
  vitrail_buffer_add_slide_meta (*buffer, self->opened);
  VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (*buffer, NULL);
  meta->has_plane = vitrail_slide_get_plane (self->opened, meta->plane);
  if (vitrail_slide_is_lossy (self->opened))
    meta->flags |= VITRAIL_FRAME_META_LOSSY;
  GST_BUFFER_PTS (*buffer) = 0;
  GST_BUFFER_OFFSET (*buffer) = 0;
  self->pushed = TRUE;
  return GST_FLOW_OK;
}

/* Caps are set with the buffer. */
static gboolean
vitrail_slide_src_negotiate (GstBaseSrc *base)
{
  return TRUE;
}

static gboolean
vitrail_slide_src_is_seekable (GstBaseSrc *base)
{
  return FALSE;
}

static void
vitrail_slide_src_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *spec)
{
  VitrailSlideSrc *self = VITRAIL_SLIDE_SRC (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_free (self->location);
    self->location = g_value_dup_string (value);
    break;
  case PROP_SLIDE:
    g_set_object (&self->slide, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_slide_src_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *spec)
{
  VitrailSlideSrc *self = VITRAIL_SLIDE_SRC (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_LOCATION:
    g_value_set_string (value, self->location);
    break;
  case PROP_SLIDE:
    g_value_set_object (value, self->slide);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void
vitrail_slide_src_finalize (GObject *object)
{
  VitrailSlideSrc *self = VITRAIL_SLIDE_SRC (object);

  g_free (self->location);
  g_clear_object (&self->slide);
  g_clear_object (&self->opened);
  G_OBJECT_CLASS (vitrail_slide_src_parent_class)->finalize (object);
}

static void
vitrail_slide_src_class_init (VitrailSlideSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  GST_DEBUG_CATEGORY_INIT (slidesrc_debug, "slidesrc", 0, "slide source");
  object_class->set_property = vitrail_slide_src_set_property;
  object_class->get_property = vitrail_slide_src_get_property;
  object_class->finalize = vitrail_slide_src_finalize;
  base_class->start = vitrail_slide_src_start;
  base_class->stop = vitrail_slide_src_stop;
  base_class->negotiate = vitrail_slide_src_negotiate;
  base_class->is_seekable = vitrail_slide_src_is_seekable;
  GST_PUSH_SRC_CLASS (klass)->create = vitrail_slide_src_create;

  g_object_class_install_property (
      object_class, PROP_LOCATION,
      g_param_spec_string ("location", "Location",
                           "A file of the slide: of a DICOM series any one",
                           NULL, flags));
  g_object_class_install_property (
      object_class, PROP_SLIDE,
      g_param_spec_object ("slide", "Slide",
                           "An open slide, instead of a location",
                           VITRAIL_TYPE_SLIDE, flags));
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (
      element_class, "Slide source", "Source/File",
      "Opens a whole-slide image of any format", "Vitrail");
}

static void
vitrail_slide_src_init (VitrailSlideSrc *self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}
