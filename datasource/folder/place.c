/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Putting instances into their places: see place.h. */

#define _GNU_SOURCE /* syncfs */

#include "folder/place.h"

#include "dicomweb/location.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders known to last are remembered up to this many. */
#define MAX_LASTING 65536u

#define COMPARE_BYTES 65536

struct _VitrailPlacing {
  char *root;
  VitrailFolder *folder;
  VitrailDuplicates duplicates;
  GHashTable *placed;  /* SOP Instance UID to path: not yet in the index */
  GHashTable *unsaved; /* folders whose entries are to be synced */
  GHashTable *made;    /* folders whose own entries are among these */
  GHashTable *lasting; /* folders whose own entries are known to last */
  gboolean needs_all;  /* files that are not ours are to be synced too */
};

VitrailPlacing *
vitrail_placing_new (const char *root,
                     VitrailFolder *folder,
                     VitrailDuplicates duplicates)
{
  VitrailPlacing *self = g_new0 (VitrailPlacing, 1);

  self->root = g_strdup (root);
  self->folder = folder;
  self->duplicates = duplicates;
  self->placed =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->unsaved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lasting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
vitrail_placing_free (VitrailPlacing *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->placed);
  g_hash_table_unref (self->unsaved);
  g_hash_table_unref (self->made);
  g_hash_table_unref (self->lasting);
  g_free (self->root);
  g_free (self);
}

/* --- duplicates --- */

static gssize
read_full (int fd, char *buffer, gsize length)
{
  gsize done = 0;

  while (done < length) {
    const gssize n = read (fd, buffer + done, length - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n < 0 ? -1 : (gssize) done;
    done += (gsize) n;
  }
  return (gssize) done;
}

static gboolean
is_same_stream (int a, int b)
{
  g_autofree char *first = g_malloc (COMPARE_BYTES);
  g_autofree char *second = g_malloc (COMPARE_BYTES);

  for (;;) {
    const gssize n = read_full (a, first, COMPARE_BYTES);
    if (n < 0 || read_full (b, second, COMPARE_BYTES) != n ||
        memcmp (first, second, (gsize) n) != 0)
      return FALSE;
    if (n < COMPARE_BYTES)
      return TRUE;
  }
}

/* Byte for byte. */
static gboolean
is_same_file (const char *path, const VitrailIncoming *file)
{
  struct stat info;
  const int a = open (path, O_RDONLY | O_CLOEXEC);
  const int b = open (file->path, O_RDONLY | O_CLOEXEC);
  const gboolean same =
      a >= 0 && b >= 0 && fstat (a, &info) == 0 && S_ISREG (info.st_mode) &&
      (guint64) info.st_size == file->size && is_same_stream (a, b);

  if (a >= 0)
    close (a);
  if (b >= 0)
    close (b);
  return same;
}

/* Where the instance is already, or NULL. */
static char *
find_existing (const VitrailPlacing *self,
               const VitrailIncoming *file,
               const char *place)
{
  const char *placed = g_hash_table_lookup (self->placed, file->sop);
  g_autofree char *path =
      placed != NULL ? g_strdup (placed)
                     : vitrail_folder_dup_path (self->folder, file->sop);

  if (path != NULL && !vitrail_web_location_is (path) &&
      g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  return g_file_test (place, G_FILE_TEST_EXISTS) ? g_strdup (place) : NULL;
}

/* Whether it is a file of this store that holds the instance and nothing else:
 * not a slide that it would be made of. */
static gboolean
is_replaceable (const VitrailPlacing *self,
                const VitrailIncoming *file,
                const char *path)
{
  return g_str_has_prefix (path, self->root) &&
         path[strlen (self->root)] == '/' &&
         !vitrail_folder_is_made (self->folder, file->sop);
}

/* --- folders --- */

gboolean
vitrail_placing_sync_folder (const char *path, GError **error)
{
  const int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean done = fd >= 0 && fsync (fd) == 0;

  if (!done)
    vitrail_incoming_set_errno (error, path);
  if (fd >= 0)
    close (fd);
  return done;
}

/* Makes @path, a folder in @parent. One that is there may have been made by a
 * process that died before it was synced. */
static gboolean
make_folder (VitrailPlacing *self,
             const char *path,
             const char *parent,
             GError **error)
{
  if (g_hash_table_contains (self->lasting, path) &&
      g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (mkdir (path, 0755) != 0 && errno != EEXIST) {
    vitrail_incoming_set_errno (error, path);
    return FALSE;
  }
  g_hash_table_add (self->unsaved, g_strdup (parent));
  g_hash_table_add (self->made, g_strdup (path));
  return TRUE;
}

static gboolean
make_folders (VitrailPlacing *self, const VitrailIncoming *file, GError **error)
{
  g_autofree char *study = g_build_filename (self->root, file->study, NULL);
  g_autofree char *series = g_build_filename (study, file->series, NULL);

  return make_folder (self, study, self->root, error) &&
         make_folder (self, series, study, error);
}

/* --- placing --- */

/* The record was made of the same file under its first name. */
static gboolean
note_place (VitrailPlacing *self,
            VitrailIncoming *file,
            const char *path,
            GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0) {
    vitrail_incoming_set_errno (error, path);
    return FALSE;
  }
  g_free (file->record->path);
  file->record->path = g_strdup (path);
  file->record->size = (guint64) info.st_size;
  file->record->mtime_ns =
      (gint64) info.st_mtim.tv_sec * 1000000000 + (gint64) info.st_mtim.tv_nsec;
  file->record->inode = (guint64) info.st_ino;
  file->placed = g_strdup (path);
  g_hash_table_add (self->unsaved, g_path_get_dirname (path));
  g_hash_table_insert (self->placed, g_strdup (file->sop), g_strdup (path));
  return TRUE;
}

static gboolean
move (VitrailPlacing *self,
      VitrailIncoming *file,
      const char *path,
      GError **error)
{
  if (rename (file->path, path) != 0) {
    vitrail_incoming_set_errno (error, path);
    return FALSE;
  }
  g_clear_pointer (&file->path, g_free);
  file->success = VITRAIL_OUTCOME_STORED;
  return note_place (self, file, path, error);
}

/* Another instance of the UID is at @path. */
static gboolean
settle (VitrailPlacing *self,
        VitrailIncoming *file,
        const char *path,
        GError **error)
{
  if (is_same_file (path, file)) {
    /* Nobody may have been told yet that it is there. */
    self->needs_all = TRUE;
    file->success = VITRAIL_OUTCOME_SAME;
    vitrail_incoming_discard (file);
    return note_place (self, file, path, error);
  }
  if (self->duplicates == VITRAIL_DUPLICATES_REPLACE &&
      is_replaceable (self, file, path))
    return move (self, file, path, error);
  file->outcome = self->duplicates == VITRAIL_DUPLICATES_IGNORE
                      ? VITRAIL_OUTCOME_KEPT
                      : VITRAIL_OUTCOME_DUPLICATE;
  vitrail_incoming_discard (file);
  return TRUE;
}

static gboolean
place (VitrailPlacing *self, VitrailIncoming *file, GError **error)
{
  g_autofree char *name = g_strconcat (file->sop, ".dcm", NULL);
  g_autofree char *path =
      g_build_filename (self->root, file->study, file->series, name, NULL);
  g_autofree char *existing = find_existing (self, file, path);

  if (existing != NULL)
    return settle (self, file, existing, error);
  return make_folders (self, file, error) && move (self, file, path, error);
}

void
vitrail_placing_place (VitrailPlacing *self, VitrailIncoming *file)
{
  g_autoptr (GError) error = NULL;

  if (!place (self, file, &error))
    vitrail_incoming_fail (file, error);
}

static gboolean
sync_unsaved (const VitrailPlacing *self, int root_fd, GError **error)
{
  GHashTableIter iter;
  gpointer path;

  if (self->needs_all || g_hash_table_size (self->unsaved) > 1) {
    /* As fast as two folders alone. */
    if (syncfs (root_fd) == 0)
      return TRUE;
    vitrail_incoming_set_errno (error, self->root);
    return FALSE;
  }
  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!vitrail_placing_sync_folder (path, error))
      return FALSE;
  return TRUE;
}

/* What is synced now is known to last. */
static void
remember_lasting (VitrailPlacing *self)
{
  GHashTableIter iter;
  gpointer path;

  if (g_hash_table_size (self->lasting) > MAX_LASTING)
    g_hash_table_remove_all (self->lasting);
  g_hash_table_iter_init (&iter, self->made);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_hash_table_add (self->lasting, g_strdup (path));
}

gboolean
vitrail_placing_sync (VitrailPlacing *self, int root_fd, GError **error)
{
  const gboolean done = sync_unsaved (self, root_fd, error);

  if (done)
    remember_lasting (self);
  g_hash_table_remove_all (self->made);
  g_hash_table_remove_all (self->unsaved);
  g_hash_table_remove_all (self->placed);
  self->needs_all = FALSE;
  return done;
}
