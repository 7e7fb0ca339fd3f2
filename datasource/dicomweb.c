/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Archives over DICOMweb as a data source: dicomweb://host:port/dicom-web and
 * what dicomweb/location.h names beside it. The work is in dicomweb/: webquery,
 * webseries, webinstance and webarchive. */

#include "dicomweb/webarchive.h"
#include "folder/opened.h"

/* As many as a folder keeps open. */
#define MAX_OPENED 4096

struct _VitrailDicomWeb {
  GObject parent_instance;
  VitrailWebArchive *archive;
  VitrailOpened *opened;
};

#define VITRAIL_TYPE_DICOM_WEB (vitrail_dicom_web_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomWeb,
                      vitrail_dicom_web,
                      VITRAIL,
                      DICOM_WEB,
                      GObject)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailDicomWeb,
                               vitrail_dicom_web,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
vitrail_dicom_web_finalize (GObject *object)
{
  VitrailDicomWeb *self = VITRAIL_DICOM_WEB (object);

  vitrail_web_archive_free (self->archive);
  vitrail_opened_free (self->opened);
  G_OBJECT_CLASS (vitrail_dicom_web_parent_class)->finalize (object);
}

static void
vitrail_dicom_web_class_init (VitrailDicomWebClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_dicom_web_finalize;
}

static void
vitrail_dicom_web_init (VitrailDicomWeb *self)
{
  self->opened = vitrail_opened_new (MAX_OPENED);
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  return vitrail_web_archive_query (VITRAIL_DICOM_WEB (source)->archive, query,
                                    cancellable, error);
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *sop_instance_uid)
{
  return vitrail_opened_find (VITRAIL_DICOM_WEB (source)->opened,
                              sop_instance_uid);
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *sop_instance_uid,
               GCancellable *cancellable,
               GError **error)
{
  VitrailDicomWeb *self = VITRAIL_DICOM_WEB (source);
  VitrailInstance *opened = peek_instance (source, sop_instance_uid);
  gboolean is_whole = FALSE;

  if (opened != NULL)
    return opened;
  g_autoptr (VitrailInstance) instance =
      vitrail_web_archive_open (self->archive, sop_instance_uid, cancellable,
                                &is_whole, error);
  return instance != NULL && is_whole
             ? vitrail_opened_keep (self->opened, instance)
             : g_steal_pointer (&instance);
}

static VitrailDataSet *
read_metadata (VitrailDataSource *source,
               const char *sop_instance_uid,
               char **transfer_syntax,
               GCancellable *cancellable,
               GError **error)
{
  return vitrail_web_archive_read (VITRAIL_DICOM_WEB (source)->archive,
                                   sop_instance_uid, transfer_syntax,
                                   cancellable, error);
}

static VitrailPart10 *
read_file (VitrailDataSource *source,
           const char *sop_instance_uid,
           GCancellable *cancellable,
           GError **error)
{
  return vitrail_web_archive_read_file (VITRAIL_DICOM_WEB (source)->archive,
                                        sop_instance_uid, cancellable, error);
}

/* What is open may be otherwise on the server by now. */
static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailDicomWeb *self = VITRAIL_DICOM_WEB (source);

  vitrail_opened_forget (self->opened);
  return vitrail_web_archive_refresh (self->archive, cancellable, error);
}

static char *
dup_path (VitrailDataSource *source, const char *sop_instance_uid)
{
  return vitrail_web_archive_dup_path (VITRAIL_DICOM_WEB (source)->archive,
                                       sop_instance_uid);
}

static GPtrArray *
list_slides (VitrailDataSource *source)
{
  return vitrail_web_archive_list_slides (VITRAIL_DICOM_WEB (source)->archive);
}

/* Which instances the server has others of is not known: none stays. */
static void
changed_cb (gpointer opened)
{
  vitrail_opened_forget (opened);
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  VitrailWebLocation *parsed = vitrail_web_location_parse (location, error);

  if (parsed == NULL)
    return NULL;
  VitrailDicomWeb *self = g_object_new (VITRAIL_TYPE_DICOM_WEB, NULL);
  self->archive = vitrail_web_archive_new (parsed, changed_cb, self->opened);
  return VITRAIL_DATA_SOURCE (self);
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = vitrail_web_location_is;
  iface->open = open_location;
  iface->query = query;
  iface->open_instance = open_instance;
  iface->refresh = refresh;
  iface->peek_instance = peek_instance;
  iface->dup_path = dup_path;
  iface->list_slides = list_slides;
  iface->read_metadata = read_metadata;
  iface->read_file = read_file;
}

void vitrail_source_dicomweb_register (void);

void
vitrail_source_dicomweb_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_DICOM_WEB, "dicomweb", 10);
}
