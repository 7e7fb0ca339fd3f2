/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A static archive as a data source: "staticwado:FOLDER" reads its files
 * (staticwado/tree.h); "staticwado:https://..." is an archive over DICOMweb
 * whose server knows no queries. */

#include "dicom/builder.h"
#include "dicomweb/document.h"
#include "dicomweb/location.h"
#include "dicomweb/webanswers.h"
#include "dicomweb/webquery.h"
#include "error.h"
#include "folder/opened.h"
#include "source.h"
#include "staticwado/tree.h"

#include <pthread.h>
#include <string.h>

#define PREFIX     "staticwado:"
#define MAX_OPENED 4096

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)

struct _VitrailStaticWado {
  GObject parent_instance;
  /* Constant. */
  char *root;
  VitrailOpened *opened;
  pthread_mutex_t lock;
  /* Guarded by lock: SOP Instance UID -> VitrailDataSet, its metadata. */
  GHashTable *known;
};

#define VITRAIL_TYPE_STATIC_WADO (vitrail_static_wado_get_type ())
G_DECLARE_FINAL_TYPE (VitrailStaticWado,
                      vitrail_static_wado,
                      VITRAIL,
                      STATIC_WADO,
                      GObject)

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailStaticWado,
                               vitrail_static_wado,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
vitrail_static_wado_finalize (GObject *object)
{
  VitrailStaticWado *self = VITRAIL_STATIC_WADO (object);

  g_hash_table_unref (self->known);
  vitrail_opened_free (self->opened);
  g_free (self->root);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_static_wado_parent_class)->finalize (object);
}

static void
vitrail_static_wado_class_init (VitrailStaticWadoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_static_wado_finalize;
}

static void
vitrail_static_wado_init (VitrailStaticWado *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->opened = vitrail_opened_new (MAX_OPENED);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) vitrail_data_set_unref);
}

/* --- searches --- */

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_data_set_unref);
}

/* The series of all studies that @query is about. */
static GPtrArray *
list_series (VitrailStaticWado *self, const VitrailQuery *query, GError **error)
{
  const VitrailQuery about = { .level = VITRAIL_LEVEL_STUDY,
                               .match = query->match };
  g_autoptr (GPtrArray) all =
      vitrail_static_tree_list (self->root, "studies", error);
  g_autoptr (GPtrArray) studies =
      all != NULL ? vitrail_web_answers_filter (all, &about) : NULL;
  g_autoptr (GPtrArray) found = new_list ();

  for (guint i = 0; studies != NULL && i < studies->len; i++) {
    g_autofree char *study =
        vitrail_web_query_dup_uid (g_ptr_array_index (studies, i), TAG_STUDY);
    if (study == NULL)
      continue;
    g_autofree char *path = g_strdup_printf ("studies/%s/series", study);
    g_autoptr (GPtrArray) series =
        vitrail_static_tree_list (self->root, path, error);
    if (series == NULL)
      return NULL;
    for (guint k = 0; k < series->len; k++)
      if (vitrail_data_set_text_is (g_ptr_array_index (series, k), TAG_STUDY, 0,
                                    study))
        g_ptr_array_add (found,
                         vitrail_data_set_ref (g_ptr_array_index (series, k)));
  }
  return studies != NULL ? g_steal_pointer (&found) : NULL;
}

/* Takes the instances of @data_sets that are of the series. */
static void
take_instances (VitrailStaticWado *self,
                const GPtrArray *data_sets,
                const char *series,
                GPtrArray *all)
{
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    g_autofree char *study = vitrail_web_query_dup_uid (data_set, TAG_STUDY);
    char *uid = vitrail_web_query_dup_uid (data_set, TAG_SOP_INSTANCE);
    if (study == NULL || uid == NULL ||
        !vitrail_data_set_text_is (data_set, TAG_SERIES, 0, series))
    {
      g_free (uid);
      continue;
    }
    g_ptr_array_add (all, vitrail_data_set_ref (data_set));
    g_hash_table_replace (self->known, uid, vitrail_data_set_ref (data_set));
  }
  pthread_mutex_unlock (&self->lock);
}

static GPtrArray *
list_instances (VitrailStaticWado *self,
                const GPtrArray *series,
                GError **error)
{
  g_autoptr (GPtrArray) all = new_list ();

  for (guint i = 0; i < series->len; i++) {
    const VitrailDataSet *answer = g_ptr_array_index (series, i);
    g_autofree char *study = vitrail_web_query_dup_uid (answer, TAG_STUDY);
    g_autofree char *uid = vitrail_web_query_dup_uid (answer, TAG_SERIES);
    if (study == NULL || uid == NULL)
      continue;
    g_autoptr (GPtrArray) data_sets =
        vitrail_static_tree_read_metadata (self->root, study, uid, error);
    if (data_sets == NULL)
      return NULL;
    take_instances (self, data_sets, uid, all);
  }
  return g_steal_pointer (&all);
}

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  VitrailStaticWado *self = VITRAIL_STATIC_WADO (source);
  const VitrailQuery about = { .level = VITRAIL_LEVEL_SERIES,
                               .match = query->match };

  if (query->level == VITRAIL_LEVEL_STUDY) {
    g_autoptr (GPtrArray) studies =
        vitrail_static_tree_list (self->root, "studies", error);
    return studies != NULL ? vitrail_web_answers_filter (studies, query) : NULL;
  }
  g_autoptr (GPtrArray) listed = list_series (self, query, error);
  if (listed == NULL || query->level == VITRAIL_LEVEL_SERIES)
    return listed != NULL ? vitrail_web_answers_filter (listed, query) : NULL;
  g_autoptr (GPtrArray) series = vitrail_web_answers_filter (listed, &about);
  g_autoptr (GPtrArray) instances = list_instances (self, series, error);
  return instances != NULL ? vitrail_web_answers_new (instances, query, NULL)
                           : NULL;
}

static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  VitrailStaticWado *self = VITRAIL_STATIC_WADO (source);
  g_autoptr (GPtrArray) studies =
      vitrail_static_tree_list (self->root, "studies", error);

  pthread_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->known);
  pthread_mutex_unlock (&self->lock);
  vitrail_opened_forget (self->opened);
  return studies != NULL;
}

/* --- instances --- */

static VitrailDataSet *
find_known (VitrailStaticWado *self, const char *uid)
{
  pthread_mutex_lock (&self->lock);
  VitrailDataSet *found = g_hash_table_lookup (self->known, uid);
  if (found != NULL)
    vitrail_data_set_ref (found);
  pthread_mutex_unlock (&self->lock);
  return found;
}

/* Where nobody has looked yet: all there is. */
static VitrailDataSet *
look_for (VitrailStaticWado *self, const char *uid, GError **error)
{
  VitrailDataSet *found = find_known (self, uid);
  const VitrailQuery all = { .level = VITRAIL_LEVEL_INSTANCE };

  if (found != NULL)
    return found;
  g_autoptr (GPtrArray) instances =
      query (VITRAIL_DATA_SOURCE (self), &all, NULL, error);
  if (instances == NULL)
    return NULL;
  found = find_known (self, uid);
  if (found == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no instance %s", self->root, uid);
  return found;
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *uid)
{
  return vitrail_opened_find (VITRAIL_STATIC_WADO (source)->opened, uid);
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *uid,
               GCancellable *cancellable,
               GError **error)
{
  VitrailStaticWado *self = VITRAIL_STATIC_WADO (source);
  VitrailInstance *opened = peek_instance (source, uid);

  if (opened != NULL)
    return opened;
  g_autoptr (VitrailDataSet) data_set = look_for (self, uid, error);
  g_autoptr (VitrailInstance) instance =
      data_set != NULL
          ? vitrail_static_instance_new (self->root, data_set, error)
          : NULL;
  return instance != NULL ? vitrail_opened_keep (self->opened, instance) : NULL;
}

/* --- the source --- */

static gboolean
takes (const char *location)
{
  return g_str_has_prefix (location, PREFIX);
}

/* A server of files: what is known of it is noted for its root. */
static VitrailDataSource *
open_remote (const char *url, GError **error)
{
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse (url, error);

  if (location == NULL)
    return NULL;
  g_autoptr (VitrailWebOptions) options = vitrail_web_options_new ();
  options->is_static = TRUE;
  options->bulk_level = g_strdup ("studies");
  vitrail_web_options_note (location->root_url, options);
  return vitrail_data_source_new (url, error);
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  const char *path = location + strlen (PREFIX);

  if (vitrail_document_is_remote (path))
    return open_remote (path, error);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autofree char *root = g_file_get_path (file);
  g_autofree char *studies =
      root != NULL ? g_build_filename (root, "studies", NULL) : NULL;
  if (studies == NULL || !g_file_test (studies, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no static archive: it has no folder \"studies\"", path);
    return NULL;
  }
  VitrailStaticWado *self = g_object_new (VITRAIL_TYPE_STATIC_WADO, NULL);
  self->root = g_steal_pointer (&root);
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
}

void vitrail_source_staticwado_register (void);

void
vitrail_source_staticwado_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_STATIC_WADO, "staticwado", 10);
}
