/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A DICOM JSON document of OHIF as a data source: "dicomjson:PATH" or
 * "dicomjson:https://...". It is read with the first query, and again when it
 * is refreshed; its files are read when they are opened, whole. */

#include "dicomweb/document.h"
#include "dicomweb/jsonstudies.h"
#include "dicomweb/location.h"
#include "dicomweb/webanswers.h"
#include "dicomweb/webfile.h"
#include "error.h"
#include "folder/opened.h"
#include "limits.h"

#include <pthread.h>
#include <string.h>

#define PREFIX     "dicomjson:"
#define MAX_OPENED 4096

struct _VitrailDicomJson {
  GObject parent_instance;
  /* Constant. */
  char *document;
  char *name;
  VitrailOpened *opened;
  pthread_mutex_t lock;
  VitrailJsonStudies *studies; /* guarded by lock; NULL: not read yet */
};

#define VITRAIL_TYPE_DICOM_JSON (vitrail_dicom_json_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomJson,
                      vitrail_dicom_json,
                      VITRAIL,
                      DICOM_JSON,
                      GObject)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailDicomJson,
                               vitrail_dicom_json,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
vitrail_dicom_json_finalize (GObject *object)
{
  VitrailDicomJson *self = VITRAIL_DICOM_JSON (object);

  vitrail_opened_free (self->opened);
  g_clear_pointer (&self->studies, vitrail_json_studies_unref);
  g_free (self->document);
  g_free (self->name);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_dicom_json_parent_class)->finalize (object);
}

static void
vitrail_dicom_json_class_init (VitrailDicomJsonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_dicom_json_finalize;
}

static void
vitrail_dicom_json_init (VitrailDicomJson *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->opened = vitrail_opened_new (MAX_OPENED);
}

/* --- the document --- */

static VitrailJsonStudies *
read_studies (VitrailDicomJson *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) json =
      vitrail_document_read (self->document, VITRAIL_LIMIT_JSON_BYTES,
                             cancellable, error);
  VitrailJsonStudies *studies =
      json != NULL ? vitrail_json_studies_read (json, self->name, error) : NULL;

  if (studies == NULL)
    return NULL;
  pthread_mutex_lock (&self->lock);
  g_clear_pointer (&self->studies, vitrail_json_studies_unref);
  self->studies = vitrail_json_studies_ref (studies);
  pthread_mutex_unlock (&self->lock);
  return studies;
}

static VitrailJsonStudies *
find_studies (VitrailDicomJson *self)
{
  pthread_mutex_lock (&self->lock);
  VitrailJsonStudies *studies =
      self->studies != NULL ? vitrail_json_studies_ref (self->studies) : NULL;
  pthread_mutex_unlock (&self->lock);
  return studies;
}

static VitrailJsonStudies *
get_studies (VitrailDicomJson *self, GCancellable *cancellable, GError **error)
{
  VitrailJsonStudies *studies = find_studies (self);

  return studies != NULL ? studies : read_studies (self, cancellable, error);
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (VitrailJsonStudies) studies =
      get_studies (VITRAIL_DICOM_JSON (source), cancellable, error);

  return studies != NULL
             ? vitrail_web_answers_new (studies->data_sets, query, NULL)
             : NULL;
}

static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailDicomJson *self = VITRAIL_DICOM_JSON (source);
  g_autoptr (VitrailJsonStudies) studies =
      read_studies (self, cancellable, error);

  if (studies != NULL)
    vitrail_opened_forget (self->opened);
  return studies != NULL;
}

/* --- its files --- */

/* How OHIF's image loaders are named before the URL that they load. */
static const char *const loaders[] = { "dicomweb:", "dicomfile:", "wadouri:",
                                       "wadors:" };

/* The path or URL of the whole instance that "url" is about. */
static char *
dup_target (const VitrailDicomJson *self, const char *url, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    if (g_str_has_prefix (url, loaders[i])) {
      url += strlen (loaders[i]);
      break;
    }
  /* One frame over WADO-RS; the instance is what stands before. */
  const char *frames = strstr (url, "/frames/");
  g_autofree char *instance =
      frames != NULL ? g_strndup (url, (gsize) (frames - url)) : g_strdup (url);
  return vitrail_document_resolve (self->document, instance, error);
}

static VitrailInstance *
open_remote (VitrailDicomJson *self,
             const char *uid,
             const char *url,
             GCancellable *cancellable,
             GError **error)
{
  const gboolean is_rs =
      strstr (url, "/instances/") != NULL && strchr (url, '?') == NULL;
  const char *accept = is_rs ? "multipart/related; type=\"application/dicom\"; "
                               "transfer-syntax=*"
                             : "application/dicom, */*;q=0.5";
  g_autoptr (VitrailPart10) file =
      vitrail_web_file_read (url, accept, NULL, cancellable, error);

  if (file == NULL)
    return NULL;
  g_autofree char *name = vitrail_web_location_dup_public (url);
  g_autoptr (VitrailInstance) instance = vitrail_instance_new (file, name);
  if (strcmp (vitrail_instance_get_sop_instance_uid (instance), uid) == 0)
    return vitrail_opened_keep (self->opened, instance);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: not the instance %s that %s names", name, uid, self->name);
  return NULL;
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *sop_instance_uid)
{
  return vitrail_opened_find (VITRAIL_DICOM_JSON (source)->opened,
                              sop_instance_uid);
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *sop_instance_uid,
               GCancellable *cancellable,
               GError **error)
{
  VitrailDicomJson *self = VITRAIL_DICOM_JSON (source);
  VitrailInstance *opened = peek_instance (source, sop_instance_uid);

  if (opened != NULL)
    return opened;
  g_autoptr (VitrailJsonStudies) studies =
      get_studies (self, cancellable, error);
  if (studies == NULL)
    return NULL;
  const char *url = g_hash_table_lookup (studies->urls, sop_instance_uid);
  if (url == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no instance %s", self->name, sop_instance_uid);
    return NULL;
  }
  g_autofree char *target = dup_target (self, url, error);
  if (target == NULL)
    return NULL;
  if (vitrail_document_is_remote (target))
    return open_remote (self, sop_instance_uid, target, cancellable, error);
  return vitrail_opened_open (self->opened, sop_instance_uid, target, error);
}

static char *
dup_path (VitrailDataSource *source, const char *sop_instance_uid)
{
  VitrailDicomJson *self = VITRAIL_DICOM_JSON (source);
  g_autoptr (VitrailJsonStudies) studies = find_studies (self);
  const char *url = studies != NULL
                        ? g_hash_table_lookup (studies->urls, sop_instance_uid)
                        : NULL;

  return url != NULL ? dup_target (self, url, NULL) : NULL;
}

/* --- the source --- */

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
  VitrailDicomJson *self = g_object_new (VITRAIL_TYPE_DICOM_JSON, NULL);
  self->document = g_strdup (document);
  self->name = vitrail_web_location_dup_public (document);
  return VITRAIL_DATA_SOURCE (self);
}

static void
data_source_init (VitrailDataSourceInterface *iface)
{
  iface->takes = takes;
  iface->open = open_location;
  iface->query = query;
  iface->open_instance = open_instance;
  iface->refresh = refresh;
  iface->peek_instance = peek_instance;
  iface->dup_path = dup_path;
}

void vitrail_source_dicomjson_register (void);

void
vitrail_source_dicomjson_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_DICOM_JSON, "dicomjson", 10);
}
