/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The archive that a document of OHIF's dicomwebproxy source names:
 * "dicomwebproxy:PATH" or "dicomwebproxy:https://...". A token is of one origin
 * (dicomweb/token.h), so that no document can send it anywhere else. */

#include "delegate.h"
#include "dicomweb/location.h"
#include "error.h"
#include "ohif/config.h"

#include <string.h>

#define PREFIX "dicomwebproxy:"

struct _VitrailDicomWebProxy {
  VitrailDelegate parent_instance;
  /* Constant. */
  char *document;
};

#define VITRAIL_TYPE_DICOM_WEB_PROXY (vitrail_dicom_web_proxy_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomWebProxy,
                      vitrail_dicom_web_proxy,
                      VITRAIL,
                      DICOM_WEB_PROXY,
                      VitrailDelegate)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailDicomWebProxy,
                               vitrail_dicom_web_proxy,
                               VITRAIL_TYPE_DELEGATE,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
vitrail_dicom_web_proxy_finalize (GObject *object)
{
  VitrailDicomWebProxy *self = VITRAIL_DICOM_WEB_PROXY (object);

  g_free (self->document);
  G_OBJECT_CLASS (vitrail_dicom_web_proxy_parent_class)->finalize (object);
}

static char *
find_location (VitrailDelegate *delegate,
               GCancellable *cancellable,
               GError **error)
{
  VitrailDicomWebProxy *self = VITRAIL_DICOM_WEB_PROXY (delegate);
  g_autoptr (VitrailOhifConfig) config =
      vitrail_ohif_config_read_proxy (self->document, cancellable, error);

  return config != NULL
             ? vitrail_ohif_config_dup_location (config, NULL, NULL, error)
             : NULL;
}

static void
vitrail_dicom_web_proxy_class_init (VitrailDicomWebProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_dicom_web_proxy_finalize;
  VITRAIL_DELEGATE_CLASS (klass)->find_location = find_location;
}

static void
vitrail_dicom_web_proxy_init (VitrailDicomWebProxy *self)
{
}

static gboolean
takes (const char *location)
{
  return g_str_has_prefix (location, PREFIX);
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  const char *document = location + strlen (PREFIX);

  if (document[0] == '\0') {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: names no document", location);
    return NULL;
  }
  VitrailDicomWebProxy *self =
      g_object_new (VITRAIL_TYPE_DICOM_WEB_PROXY, NULL);
  self->document = g_strdup (document);
  return VITRAIL_DATA_SOURCE (self);
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = takes;
  iface->open = open_location;
}

void vitrail_source_dicomwebproxy_register (void);

void
vitrail_source_dicomwebproxy_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_DICOM_WEB_PROXY, "dicomwebproxy",
                                  10);
}
