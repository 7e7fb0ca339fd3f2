/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opened instances: see opened.h. */

#include "folder/opened.h"

#include "dicomweb/location.h"
#include "dicomweb/webseries.h"
#include "error.h"
#include "memorybudget.h"
#include "slide/dicomizedinstance.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one state of a file from the next. */
typedef struct {
  gint64 size;
  gint64 mtime_ns;
  guint64 inode;
} FileStamp;

typedef struct {
  char *sop_instance_uid;
  char *path;
  FileStamp stamp;
  VitrailInstance *instance;
  gsize bytes;
  VitrailMemoryEntry memory;
} OpenedEntry;

struct _VitrailOpened {
  guint max_instances;
  VitrailMemoryClient *memory;
  pthread_mutex_t lock;
  /* SOP instance UID -> OpenedEntry, owned; guarded by lock. */
  GHashTable *entries;
};

static void
opened_entry_free (OpenedEntry *self)
{
  g_free (self->sop_instance_uid);
  g_free (self->path);
  g_object_unref (self->instance);
  g_free (self);
}

/* Freed without the lock: that unmaps a file. */
static gsize
evict_cb (gpointer user_data)
{
  VitrailOpened *self = user_data;

  pthread_mutex_lock (&self->lock);
  OpenedEntry *entry = vitrail_memory_client_get_oldest (self->memory);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->memory, &entry->memory);
    g_hash_table_steal (self->entries, entry->sop_instance_uid);
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return 0;
  gsize bytes = entry->bytes;
  opened_entry_free (entry);
  return bytes;
}

VitrailOpened *
vitrail_opened_new (guint max_instances)
{
  VitrailOpened *self = g_new0 (VitrailOpened, 1);

  self->max_instances = max_instances;
  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) opened_entry_free);
  self->memory =
      vitrail_memory_client_new (vitrail_memory_budget_get_default (),
                                 "instances", evict_cb, self);
  return self;
}

void
vitrail_opened_free (VitrailOpened *self)
{
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->entries);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static FileStamp
read_stamp (const char *path)
{
  struct stat info;

  if (stat (path, &info) != 0)
    return (FileStamp){ -1, 0, 0 };
  return (FileStamp){ (gint64) info.st_size,
                      (gint64) info.st_mtim.tv_sec * 1000000000 +
                          (gint64) info.st_mtim.tv_nsec,
                      (guint64) info.st_ino };
}

static void
drop_locked (VitrailOpened *self, OpenedEntry *entry)
{
  gsize bytes = entry->bytes;

  vitrail_memory_client_remove (self->memory, &entry->memory);
  g_hash_table_remove (self->entries, entry->sop_instance_uid);
  vitrail_memory_client_release (self->memory, bytes);
}

static gboolean
is_unchanged (const OpenedEntry *entry)
{
  FileStamp now = read_stamp (entry->path);

  return now.size == entry->stamp.size &&
         now.mtime_ns == entry->stamp.mtime_ns &&
         now.inode == entry->stamp.inode;
}

/* None whose file has changed: it may be of another patient by now. */
static VitrailInstance *
find_locked (VitrailOpened *self, const char *sop_instance_uid)
{
  OpenedEntry *entry = g_hash_table_lookup (self->entries, sop_instance_uid);

  if (entry == NULL)
    return NULL;
  if (!is_unchanged (entry)) {
    drop_locked (self, entry);
    return NULL;
  }
  vitrail_memory_client_use (self->memory, &entry->memory);
  return g_object_ref (entry->instance);
}

VitrailInstance *
vitrail_opened_find (VitrailOpened *self, const char *sop_instance_uid)
{
  pthread_mutex_lock (&self->lock);
  VitrailInstance *instance = find_locked (self, sop_instance_uid);
  pthread_mutex_unlock (&self->lock);
  return instance;
}

/* Keeps @entry's instance where there is room, unless somebody was faster: then
 * hands out theirs. */
static VitrailInstance *
keep (VitrailOpened *self, OpenedEntry *entry)
{
  if (!vitrail_memory_client_reserve (self->memory, entry->bytes)) {
    opened_entry_free (entry);
    return NULL;
  }
  pthread_mutex_lock (&self->lock);
  VitrailInstance *other = find_locked (self, entry->sop_instance_uid);
  if (other == NULL) {
    g_hash_table_insert (self->entries, entry->sop_instance_uid, entry);
    vitrail_memory_client_add (self->memory, &entry->memory, entry);
    if (g_hash_table_size (self->entries) > self->max_instances)
      drop_locked (self, vitrail_memory_client_get_oldest (self->memory));
  }
  pthread_mutex_unlock (&self->lock);
  if (other != NULL) {
    vitrail_memory_client_release (self->memory, entry->bytes);
    opened_entry_free (entry);
  }
  return other;
}

/* The slide at @path, if another of its instances is held. */
static VitrailDicomized *
find_dicomized (VitrailOpened *self, const char *path)
{
  VitrailDicomized *found = NULL;
  GHashTableIter iter;
  gpointer value = NULL;

  pthread_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->entries);
  while (found == NULL && g_hash_table_iter_next (&iter, NULL, &value)) {
    OpenedEntry *entry = value;
    if (VITRAIL_IS_DICOMIZED_INSTANCE (entry->instance) &&
        strcmp (entry->path, path) == 0 && is_unchanged (entry))
      found = vitrail_dicomized_ref (vitrail_dicomized_instance_get_dicomized (
          VITRAIL_DICOMIZED_INSTANCE (entry->instance)));
  }
  pthread_mutex_unlock (&self->lock);
  return found;
}

/* @bytes: what the slide takes, where it was not open. */
static VitrailInstance *
open_made (VitrailOpened *self,
           const char *sop_instance_uid,
           const char *path,
           guint64 *bytes,
           GError **error)
{
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailDicomized) dicomized = find_dicomized (self, path);

  if (dicomized == NULL) {
    g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, error);
    if (slide == NULL)
      return NULL;
    *bytes = vitrail_slide_get_size_bytes (slide);
    dicomized = vitrail_dicomized_new (slide, 0, error);
  }
  return dicomized != NULL
             ? vitrail_dicomized_instance_new (dicomized, path,
                                               sop_instance_uid, error)
             : NULL;
}

static VitrailInstance *
open_remote (const char *location, GError **error)
{
  g_autoptr (VitrailWebLocation) parsed =
      vitrail_web_location_parse_series (location, error);

  return parsed != NULL ? vitrail_web_series_open_instance (parsed, error)
                        : NULL;
}

static VitrailInstance *
open_either (VitrailOpened *self,
             const char *sop_instance_uid,
             const char *path,
             guint64 *bytes,
             GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (vitrail_web_location_is (path))
    return open_remote (path, error);
  VitrailInstance *instance = vitrail_instance_open (path, &failed);
  if (instance != NULL)
    return instance;
  if (g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT) &&
      vitrail_slide_probe (path))
    return open_made (self, sop_instance_uid, path, bytes, error);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

/* Keeps @instance, or hands out the one that somebody was faster to keep. */
static VitrailInstance *
keep_instance (VitrailOpened *self,
               const char *path,
               const FileStamp *stamp,
               VitrailInstance *instance,
               guint64 bytes)
{
  OpenedEntry *entry = g_new0 (OpenedEntry, 1);

  entry->sop_instance_uid =
      g_strdup (vitrail_instance_get_sop_instance_uid (instance));
  entry->path = g_strdup (path);
  entry->stamp = *stamp;
  entry->instance = g_object_ref (instance);
  entry->bytes = vitrail_instance_get_size_bytes (instance) + bytes;
  VitrailInstance *other = keep (self, entry);
  return other != NULL ? other : g_object_ref (instance);
}

VitrailInstance *
vitrail_opened_keep (VitrailOpened *self, VitrailInstance *instance)
{
  const char *path = vitrail_instance_get_name (instance);
  const FileStamp stamp = read_stamp (path);

  return keep_instance (self, path, &stamp, instance, 0);
}

VitrailInstance *
vitrail_opened_open (VitrailOpened *self,
                     const char *sop_instance_uid,
                     const char *path,
                     GError **error)
{
  const FileStamp stamp = read_stamp (path);
  guint64 bytes = 0;
  g_autoptr (VitrailInstance) instance =
      open_either (self, sop_instance_uid, path, &bytes, error);
  if (instance == NULL)
    return NULL;
  const char *found = vitrail_instance_get_sop_instance_uid (instance);
  if (found == NULL || strcmp (found, sop_instance_uid) != 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no longer holds the instance %s", path, sop_instance_uid);
    return NULL;
  }
  return keep_instance (self, path, &stamp, instance, bytes);
}

/* Lets go of those that are no longer what they were, or of all. */
static void
check (VitrailOpened *self, gboolean everything)
{
  GHashTableIter iter;
  gpointer value = NULL;

  pthread_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    OpenedEntry *entry = value;
    if (!everything && is_unchanged (entry))
      continue;
    vitrail_memory_client_remove (self->memory, &entry->memory);
    vitrail_memory_client_release (self->memory, entry->bytes);
    g_hash_table_iter_remove (&iter);
  }
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_opened_check (VitrailOpened *self)
{
  check (self, FALSE);
}

void
vitrail_opened_forget (VitrailOpened *self)
{
  check (self, TRUE);
}
