/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmdisplay: dcmdecode ! dcmwindow ! annotationoverlay as one decoder: what
 * autoplugging takes, so that players which know nothing of windows show a
 * picture that is windowed as the data ask for, with the overlays on it. */

#include "framecaps.h"

#define VITRAIL_TYPE_DCM_DISPLAY (vitrail_dcm_display_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmDisplay,
                      vitrail_dcm_display,
                      VITRAIL,
                      DCM_DISPLAY,
                      GstBin)

struct _VitrailDcmDisplay {
  GstBin parent;
};

G_DEFINE_TYPE (VitrailDcmDisplay, vitrail_dcm_display, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DECLARE (dcmdisplay)
GST_ELEMENT_REGISTER_DEFINE (dcmdisplay,
                             "dcmdisplay",
                             GST_RANK_PRIMARY,
                             VITRAIL_TYPE_DCM_DISPLAY)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS (VITRAIL_CAPS_FRAME));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src",
    GST_PAD_SRC,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("{ GRAY8, RGB }")));

static void
add_ghost (VitrailDcmDisplay *self,
           GstElement *element,
           GstStaticPadTemplate *static_template)
{
  const char *name = static_template->name_template;
  g_autoptr (GstPad) target = gst_element_get_static_pad (element, name);
  g_autoptr (GstPadTemplate) pad_template =
      gst_static_pad_template_get (static_template);

  gst_element_add_pad (GST_ELEMENT (self),
                       gst_ghost_pad_new_from_template (name, target,
                                                        pad_template));
}

static void
vitrail_dcm_display_init (VitrailDcmDisplay *self)
{
  GstElement *decode = gst_element_factory_make ("dcmdecode", NULL);
  GstElement *window = gst_element_factory_make ("dcmwindow", NULL);
  GstElement *overlay = gst_element_factory_make ("annotationoverlay", NULL);

  /* All are in this plugin. */
  g_return_if_fail (decode != NULL && window != NULL && overlay != NULL);
  gst_bin_add_many (GST_BIN (self), decode, window, overlay, NULL);
  gst_element_link_many (decode, window, overlay, NULL);
  add_ghost (self, decode, &sink_template);
  add_ghost (self, overlay, &src_template);
}

static void
vitrail_dcm_display_class_init (VitrailDcmDisplayClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_set_static_metadata (
      element_class, "DICOM display decoder", "Codec/Decoder/Video",
      "Stored frames to pictures, windowed as the data ask for", "Vitrail");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
}
