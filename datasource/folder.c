/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFolder: see folder.h. The work is in folder/: walk, record, index,
 * scan, match, query, slides and opened; here it becomes a data source. */

#include "folder.h"

#include "dicomweb/location.h"
#include "error.h"
#include "folder/index.h"
#include "folder/metadata.h"
#include "folder/opened.h"
#include "folder/query.h"
#include "folder/scan.h"
#include "folder/slides.h"

#include <pthread.h>
#include <string.h>

#define IN_MEMORY ":memory:"

/* Connections for queries that are kept for the next one. */
#define MAX_IDLE_READERS 8
/* Instances kept open: several series of a thousand images. Each costs its
 * header and a mapping, of which Linux grants a process 65,530. */
#define MAX_OPENED 4096

struct _VitrailFolder {
  GObject parent_instance;

  char **roots;
  VitrailOpened *opened;

  /* Held through a scan, which lets those in who add. In memory there is no
   * other connection: queries then hold it too. */
  pthread_mutex_t write_lock;
  VitrailIndex *writer;    /* guarded by write_lock */
  gboolean wants_metadata; /* constant after the first scan */
  VitrailScanTurn turn;    /* of who adds while a scan is under way */

  pthread_mutex_t lock;
  /* Guarded by lock. */
  char *index_path;
  GQueue readers;   /* VitrailIndex, idle */
  guint generation; /* of the database file */

  VitrailScanStats stats; /* its fields are atomic */
};

static void data_source_init (VitrailDataSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VitrailFolder,
                               vitrail_folder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VITRAIL_TYPE_DATA_SOURCE,
                                                      data_source_init))

static void
close_readers_locked (VitrailFolder *self)
{
  VitrailIndex *reader;

  while ((reader = g_queue_pop_head (&self->readers)) != NULL)
    vitrail_index_close (reader);
}

static void
vitrail_folder_finalize (GObject *object)
{
  VitrailFolder *self = VITRAIL_FOLDER (object);

  close_readers_locked (self);
  g_clear_pointer (&self->writer, vitrail_index_close);
  vitrail_opened_free (self->opened);
  g_strfreev (self->roots);
  g_free (self->index_path);
  pthread_cond_destroy (&self->turn.taken);
  pthread_mutex_destroy (&self->write_lock);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_folder_parent_class)->finalize (object);
}

static void
vitrail_folder_class_init (VitrailFolderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_folder_finalize;
}

static void
vitrail_folder_init (VitrailFolder *self)
{
  pthread_mutex_init (&self->write_lock, NULL);
  pthread_cond_init (&self->turn.taken, NULL);
  self->turn.lock = &self->write_lock;
  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->readers);
  self->opened = vitrail_opened_new (MAX_OPENED);
}

/* In the user's cache, named after the paths. */
static char *
make_index_path (char *const *roots)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (; *roots != NULL; roots++)
    g_checksum_update (checksum, (const guchar *) *roots,
                       (gssize) strlen (*roots) + 1);
  g_autofree char *name =
      g_strdup_printf ("%.32s.sqlite", g_checksum_get_string (checksum));
  return g_build_filename (g_get_user_cache_dir (), "vitrail", "folders", name,
                           NULL);
}

VitrailFolder *
vitrail_folder_new (const char *const *paths, const char *index_path)
{
  VitrailFolder *self = g_object_new (VITRAIL_TYPE_FOLDER, NULL);
  g_autoptr (GStrvBuilder) roots = g_strv_builder_new ();

  for (; *paths != NULL; paths++) {
    g_autofree char *path = vitrail_web_location_is (*paths)
                                ? g_strdup (*paths)
                                : g_canonicalize_filename (*paths, NULL);
    g_strv_builder_add (roots, path);
  }
  self->roots = g_strv_builder_end (roots);
  self->index_path = index_path != NULL ? g_strdup (index_path)
                                        : make_index_path (self->roots);
  return self;
}

/* --- connections --- */

static char *
dup_index_path (VitrailFolder *self, guint *generation)
{
  pthread_mutex_lock (&self->lock);
  char *path = g_strdup (self->index_path);
  *generation = self->generation;
  pthread_mutex_unlock (&self->lock);
  return path;
}

static void
set_in_memory (VitrailFolder *self)
{
  pthread_mutex_lock (&self->lock);
  g_free (self->index_path);
  self->index_path = g_strdup (IN_MEMORY);
  pthread_mutex_unlock (&self->lock);
}

/* Where no cache can be written the index lives in memory. */
static VitrailIndex *
ensure_writer_locked (VitrailFolder *self, GError **error)
{
  g_autoptr (GError) failed = NULL;
  guint generation;

  if (self->writer != NULL)
    return self->writer;
  g_autofree char *path = dup_index_path (self, &generation);
  self->writer = vitrail_index_open (path, &failed);
  if (self->writer == NULL) {
    g_info ("%s; the index is kept in memory", failed->message);
    set_in_memory (self);
    self->writer = vitrail_index_open (IN_MEMORY, error);
  }
  if (self->writer != NULL)
    vitrail_index_set_wants_metadata (self->writer, self->wants_metadata);
  return self->writer;
}

/* A connection for one query: of one's own, or the writer's. */
typedef struct {
  VitrailFolder *folder;
  VitrailIndex *index;
  guint generation;
  gboolean shared; /* write_lock is held */
} Reader;

static gboolean
reader_open_shared (Reader *self, GError **error)
{
  pthread_mutex_lock (&self->folder->write_lock);
  self->shared = TRUE;
  self->index = ensure_writer_locked (self->folder, error);
  return self->index != NULL;
}

static gboolean
reader_open (Reader *self, VitrailFolder *folder, GError **error)
{
  self->folder = folder;
  self->shared = FALSE;
  g_autofree char *path = dup_index_path (folder, &self->generation);
  if (strcmp (path, IN_MEMORY) == 0)
    return reader_open_shared (self, error);
  pthread_mutex_lock (&folder->lock);
  self->index = g_queue_pop_head (&folder->readers);
  pthread_mutex_unlock (&folder->lock);
  if (self->index == NULL)
    self->index = vitrail_index_open (path, NULL);
  return self->index != NULL || reader_open_shared (self, error);
}

static void
reader_clear (Reader *self)
{
  VitrailFolder *folder = self->folder;

  if (self->shared) {
    pthread_mutex_unlock (&folder->write_lock);
    return;
  }
  pthread_mutex_lock (&folder->lock);
  if (self->generation == folder->generation &&
      folder->readers.length < MAX_IDLE_READERS)
    g_queue_push_head (&folder->readers, g_steal_pointer (&self->index));
  pthread_mutex_unlock (&folder->lock);
  g_clear_pointer (&self->index, vitrail_index_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* --- the blocking calls --- */

/* Throws a broken database away. */
static void
reset_index_locked (VitrailFolder *self)
{
  guint generation;

  g_clear_pointer (&self->writer, vitrail_index_close);
  g_autofree char *path = dup_index_path (self, &generation);
  pthread_mutex_lock (&self->lock);
  close_readers_locked (self);
  self->generation++;
  pthread_mutex_unlock (&self->lock);
  vitrail_database_remove_files (path);
}

static gboolean
scan_locked (VitrailFolder *self, GCancellable *cancellable, GError **error)
{
  VitrailIndex *index = ensure_writer_locked (self, error);

  return index != NULL &&
         vitrail_scan_run (index, (const char *const *) self->roots,
                           &self->turn, cancellable, &self->stats, error);
}

static gboolean
add_locked (VitrailFolder *self, GPtrArray *records, GError **error)
{
  VitrailIndex *index = ensure_writer_locked (self, error);
  gboolean ok = index != NULL && vitrail_index_begin (index, error);

  if (!ok)
    return FALSE;
  for (guint i = 0; i < records->len && ok; i++)
    ok = vitrail_index_put (index, g_ptr_array_index (records, i), error);
  ok = ok && vitrail_index_commit (index, error);
  if (!ok)
    vitrail_index_rollback (index);
  return ok;
}

gboolean
vitrail_folder_add_records (VitrailFolder *self,
                            GPtrArray *records,
                            GError **error)
{
  g_atomic_int_inc (&self->turn.n_waiting);
  pthread_mutex_lock (&self->write_lock);
  g_atomic_int_add (&self->turn.n_waiting, -1);
  gboolean ok = add_locked (self, records, error);
  pthread_cond_broadcast (&self->turn.taken);
  pthread_mutex_unlock (&self->write_lock);
  return ok;
}

void
vitrail_folder_prepare_metadata (VitrailFolder *self)
{
  self->wants_metadata = TRUE;
}

gboolean
vitrail_folder_wants_metadata (VitrailFolder *self)
{
  return self->wants_metadata;
}

gboolean
vitrail_folder_scan (VitrailFolder *self,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GError) failed = NULL;

  pthread_mutex_lock (&self->write_lock);
  gboolean ok = scan_locked (self, cancellable, &failed);
  if (g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT)) {
    g_info ("%s; made anew", failed->message);
    g_clear_error (&failed);
    reset_index_locked (self);
    ok = scan_locked (self, cancellable, &failed);
  }
  gboolean changed = self->stats.n_read > 0 || self->stats.n_removed > 0;
  pthread_mutex_unlock (&self->write_lock);
  if (changed)
    vitrail_opened_check (self->opened);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&failed));
  return ok;
}

GPtrArray *
vitrail_folder_query (VitrailFolder *self,
                      const VitrailQuery *query,
                      GError **error)
{
  g_auto (Reader) reader = { 0 };

  if (!reader_open (&reader, self, error))
    return NULL;
  return vitrail_index_query (reader.index, query, error);
}

gboolean
vitrail_folder_count (VitrailFolder *self,
                      const VitrailQuery *query,
                      guint most,
                      guint *n,
                      GError **error)
{
  g_auto (Reader) reader = { 0 };

  return reader_open (&reader, self, error) &&
         vitrail_index_count (reader.index, query, most, n, error);
}

GPtrArray *
vitrail_folder_list_metadata (VitrailFolder *self,
                              const char *study,
                              const char *series,
                              const char *instance,
                              GError **error)
{
  g_auto (Reader) reader = { 0 };

  if (!reader_open (&reader, self, error))
    return NULL;
  return vitrail_index_list_metadata (reader.index, study, series, instance,
                                      error);
}

void
vitrail_folder_keep_metadata (VitrailFolder *self,
                              const VitrailKeptMetadata *of,
                              GBytes *json)
{
  /* A scan takes long, and nobody waits for it here: the next request makes it
   * once more. */
  if (pthread_mutex_trylock (&self->write_lock) != 0)
    return;
  VitrailIndex *index = ensure_writer_locked (self, NULL);
  if (index != NULL)
    vitrail_index_keep_metadata (index, of, json);
  pthread_mutex_unlock (&self->write_lock);
}

char *
vitrail_folder_dup_path (VitrailFolder *self, const char *sop_instance_uid)
{
  g_auto (Reader) reader = { 0 };

  if (!reader_open (&reader, self, NULL))
    return NULL;
  return vitrail_index_dup_path (reader.index, sop_instance_uid);
}

gboolean
vitrail_folder_is_made (VitrailFolder *self, const char *sop_instance_uid)
{
  g_auto (Reader) reader = { 0 };

  return reader_open (&reader, self, NULL) &&
         vitrail_index_is_made (reader.index, sop_instance_uid);
}

VitrailInstance *
vitrail_folder_peek_instance (VitrailFolder *self, const char *sop_instance_uid)
{
  return vitrail_opened_find (self->opened, sop_instance_uid);
}

VitrailInstance *
vitrail_folder_open_instance (VitrailFolder *self,
                              const char *sop_instance_uid,
                              GError **error)
{
  VitrailInstance *instance =
      vitrail_opened_find (self->opened, sop_instance_uid);
  if (instance != NULL)
    return instance;

  g_autofree char *path = vitrail_folder_dup_path (self, sop_instance_uid);
  if (path != NULL)
    return vitrail_opened_open (self->opened, sop_instance_uid, path, error);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no instance %s",
               self->roots[0] != NULL ? self->roots[0] : "nowhere",
               sop_instance_uid);
  return NULL;
}

GPtrArray *
vitrail_folder_list_slides (VitrailFolder *self)
{
  g_auto (Reader) reader = { 0 };
  GPtrArray *slides = NULL;

  if (reader_open (&reader, self, NULL))
    slides = vitrail_index_list_slides (reader.index, NULL);
  if (slides == NULL)
    slides = g_ptr_array_new_with_free_func (
        (GDestroyNotify) vitrail_slide_entry_free);
  return slides;
}

void
vitrail_folder_get_stats (VitrailFolder *self, VitrailScanStats *stats)
{
  stats->n_files = g_atomic_int_get (&self->stats.n_files);
  stats->n_read = g_atomic_int_get (&self->stats.n_read);
  stats->n_removed = g_atomic_int_get (&self->stats.n_removed);
}

/* --- the data source --- */

static GPtrArray *
query (VitrailDataSource *source,
       const VitrailQuery *query,
       GCancellable *cancellable,
       GError **error)
{
  return vitrail_folder_query (VITRAIL_FOLDER (source), query, error);
}

static VitrailInstance *
open_instance (VitrailDataSource *source,
               const char *sop_instance_uid,
               GCancellable *cancellable,
               GError **error)
{
  return vitrail_folder_open_instance (VITRAIL_FOLDER (source),
                                       sop_instance_uid, error);
}

static gboolean
refresh (VitrailDataSource *source, GCancellable *cancellable, GError **error)
{
  return vitrail_folder_scan (VITRAIL_FOLDER (source), cancellable, error);
}

static VitrailInstance *
peek_instance (VitrailDataSource *source, const char *sop_instance_uid)
{
  return vitrail_folder_peek_instance (VITRAIL_FOLDER (source),
                                       sop_instance_uid);
}

static char *
dup_path (VitrailDataSource *source, const char *sop_instance_uid)
{
  return vitrail_folder_dup_path (VITRAIL_FOLDER (source), sop_instance_uid);
}

static GPtrArray *
list_slides (VitrailDataSource *source)
{
  return vitrail_folder_list_slides (VITRAIL_FOLDER (source));
}

static GPtrArray *
list_unreadable (VitrailDataSource *source)
{
  g_auto (Reader) reader = { 0 };

  if (!reader_open (&reader, VITRAIL_FOLDER (source), NULL))
    return NULL;
  return vitrail_index_list_unreadable (reader.index);
}

/* Paths and file:// URIs. */
static gboolean
takes (const char *location)
{
  g_autofree char *scheme = g_uri_parse_scheme (location);

  return scheme == NULL || strcmp (scheme, "file") == 0 ||
         strstr (location, "://") == NULL;
}

static VitrailDataSource *
open_location (const char *location, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (location);
  g_autofree char *path = g_file_get_path (file);
  const char *paths[] = { path, NULL };

  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return VITRAIL_DATA_SOURCE (vitrail_folder_new (paths, NULL));
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no such file or folder", location);
  return NULL;
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
  iface->list_slides = list_slides;
  iface->list_unreadable = list_unreadable;
}

void vitrail_source_folder_register (void);

void
vitrail_source_folder_register (void)
{
  g_io_extension_point_implement (VITRAIL_DATA_SOURCE_EXTENSION_POINT,
                                  VITRAIL_TYPE_FOLDER, "folder", 0);
}
