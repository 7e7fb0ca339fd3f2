/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A data source of OHIF's configuration: "ohif:PATH", "ohif:https://...", and
 * behind it "#NAME" or "#NAME?url=URL". */

#include "delegate.h"
#include "dicomweb/location.h"
#include "error.h"
#include "ohif/config.h"

#include <string.h>

#define PREFIX "ohif:"

struct _VitrailOhif {
  VitrailDelegate parent_instance;
  /* Constant. */
  char *document;
  char *name; /* NULL: the default */
  char *url;  /* NULL: none */
};

#define VITRAIL_TYPE_OHIF (vitrail_ohif_get_type ())
G_DECLARE_FINAL_TYPE (VitrailOhif, vitrail_ohif, VITRAIL, OHIF, VitrailDelegate)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailOhif,
                               vitrail_ohif,
                               VITRAIL_TYPE_DELEGATE,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
vitrail_ohif_finalize (GObject *object)
{
  VitrailOhif *self = VITRAIL_OHIF (object);

  g_free (self->document);
  g_free (self->name);
  g_free (self->url);
  G_OBJECT_CLASS (vitrail_ohif_parent_class)->finalize (object);
}

static char *
find_location (VitrailDelegate *delegate,
               GCancellable *cancellable,
               GError **error)
{
  VitrailOhif *self = VITRAIL_OHIF (delegate);
  g_autoptr (VitrailOhifConfig) config =
      vitrail_ohif_config_read (self->document, cancellable, error);

  return config != NULL ? vitrail_ohif_config_dup_location (config, self->name,
                                                            self->url, error)
                        : NULL;
}

static void
vitrail_ohif_class_init (VitrailOhifClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_ohif_finalize;
  VITRAIL_DELEGATE_CLASS (klass)->find_location = find_location;
}

static void
vitrail_ohif_init (VitrailOhif *self)
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
  g_auto (GStrv) parts = g_strsplit (location + strlen (PREFIX), "#", 2);
  g_auto (GStrv) words = parts[0] != NULL && parts[1] != NULL
                             ? g_strsplit (parts[1], "?url=", 2)
                             : NULL;

  if (parts[0] == NULL || parts[0][0] == '\0') {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: names no configuration", location);
    return NULL;
  }
  VitrailOhif *self = g_object_new (VITRAIL_TYPE_OHIF, NULL);
  self->document = g_strdup (parts[0]);
  if (words != NULL && words[0] != NULL && words[0][0] != '\0')
    self->name = g_strdup (words[0]);
  if (words != NULL && words[0] != NULL && words[1] != NULL)
    self->url = g_uri_unescape_string (words[1], NULL);
  return VITRAIL_DATA_SOURCE (self);
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = takes;
  iface->open = open_location;
}

void vitrail_source_ohif_register (void);

void
vitrail_source_ohif_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_OHIF, "ohif", 10);
}
