/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dicomwebsrc: the frames of one series, or of one instance, of an archive over
 * DICOMweb, as they are stored, one a buffer: dicomfilesrc whose files lie
 * elsewhere.
 *
 *   gst-launch-1.0 dicomwebsrc location=http://localhost:8042/dicom-web !
 *     dcmdecode ! dcmwindow ! autovideosink */

#include "dicomweb/location.h"
#include "framecaps.h"
#include "source/dicomfilesrc-private.h"

#define VITRAIL_TYPE_DICOM_WEB_SRC (vitrail_dicom_web_src_get_type ())
GType vitrail_dicom_web_src_get_type (void);

typedef struct {
  VitrailDicomFileSrc parent;
} VitrailDicomWebSrc;

typedef struct {
  VitrailDicomFileSrcClass parent_class;
} VitrailDicomWebSrcClass;

static void uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_TYPE_WITH_CODE (VitrailDicomWebSrc,
                         vitrail_dicom_web_src,
                         VITRAIL_TYPE_DICOM_FILE_SRC,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                                                uri_handler_init))
GST_ELEMENT_REGISTER_DECLARE (dicomwebsrc)
GST_ELEMENT_REGISTER_DEFINE (dicomwebsrc,
                             "dicomwebsrc",
                             GST_RANK_PRIMARY,
                             VITRAIL_TYPE_DICOM_WEB_SRC)

static void
vitrail_dicom_web_src_class_init (VitrailDicomWebSrcClass *klass)
{
  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "DICOMweb source", "Source/Network",
      "Stored frames of one series of an archive over DICOMweb", "Vitrail");
}

static void
vitrail_dicom_web_src_init (VitrailDicomWebSrc *self)
{
}

static GstURIType
uri_get_type (GType type)
{
  return GST_URI_SRC;
}

static const char *const *
uri_get_protocols (GType type)
{
  static const char *const protocols[] = { "dicomweb", "dicomwebs", NULL };
  return protocols;
}

static char *
uri_get_uri (GstURIHandler *handler)
{
  char *location = NULL;

  g_object_get (handler, "location", &location, NULL);
  return location;
}

static gboolean
uri_set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse (uri, &failed);

  if (location == NULL) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI,
                         failed->message);
    return FALSE;
  }
  g_object_set (handler, "location", uri, NULL);
  return TRUE;
}

static void
uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = uri_get_type;
  handler->get_protocols = uri_get_protocols;
  handler->get_uri = uri_get_uri;
  handler->set_uri = uri_set_uri;
}
