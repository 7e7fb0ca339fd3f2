/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kept metadata: see metadata.h. */

#include "folder/metadata.h"

#include <sys/stat.h>

static void
kept_metadata_free (gpointer data)
{
  VitrailKeptMetadata *self = data;

  g_free (self->study);
  g_free (self->series);
  g_free (self->sop);
  g_free (self->path);
  g_clear_pointer (&self->json, g_bytes_unref);
  g_free (self);
}

static char *
dup_column (sqlite3_stmt *row, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

static VitrailKeptMetadata *
read_row (sqlite3_stmt *row)
{
  VitrailKeptMetadata *self = g_new0 (VitrailKeptMetadata, 1);
  int size = sqlite3_column_bytes (row, 9);

  self->id = sqlite3_column_int64 (row, 0);
  self->study = dup_column (row, 1);
  self->series = dup_column (row, 2);
  self->sop = dup_column (row, 3);
  self->path = dup_column (row, 4);
  self->size = (guint64) sqlite3_column_int64 (row, 5);
  self->mtime_ns = sqlite3_column_int64 (row, 6);
  self->inode = (guint64) sqlite3_column_int64 (row, 7);
  self->is_made = sqlite3_column_int (row, 8) != 0;
  if (size > 0)
    self->json = g_bytes_new (sqlite3_column_blob (row, 9), (gsize) size);
  return self;
}

GPtrArray *
vitrail_index_list_metadata (VitrailIndex *self,
                             const char *study,
                             const char *series,
                             const char *instance,
                             GError **error)
{
  const char *uids[] = { study, series, instance };
  g_autofree char *sql = g_strdup_printf (
      "SELECT instance.id, StudyInstanceUID, SeriesInstanceUID,"
      " SOPInstanceUID, path, size, mtime_ns, inode, made, json"
      " FROM instance JOIN file ON file.id = instance.file"
      " LEFT JOIN metadata ON metadata.instance = instance.id"
      " WHERE duplicate = 0 AND StudyInstanceUID = ?%s%s"
      " ORDER BY StudyInstanceUID, SeriesInstanceUID, InstanceNumber,"
      " SOPInstanceUID",
      series != NULL ? " AND SeriesInstanceUID = ?" : "",
      instance != NULL ? " AND SOPInstanceUID = ?" : "");
  g_autoptr (sqlite3_stmt) statement =
      vitrail_database_prepare (vitrail_index_get_database (self), sql, error);
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func (kept_metadata_free);
  g_autoptr (GError) failed = NULL;

  if (statement == NULL)
    return NULL;
  for (guint i = 0, position = 0; i < G_N_ELEMENTS (uids); i++)
    if (uids[i] != NULL)
      sqlite3_bind_text (statement, (int) ++position, uids[i], -1,
                         SQLITE_STATIC);
  while (vitrail_database_step (statement, &failed))
    g_ptr_array_add (found, read_row (statement));
  if (failed == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

/* The row may be another file's by now: the insertion looks once more. */
void
vitrail_index_keep_metadata (VitrailIndex *self,
                             const VitrailKeptMetadata *of,
                             GBytes *json)
{
  g_autoptr (sqlite3_stmt) statement = vitrail_database_prepare (
      vitrail_index_get_database (self),
      "INSERT OR REPLACE INTO metadata SELECT instance.id, ?1 FROM instance"
      " JOIN file ON file.id = instance.file WHERE instance.id = ?2"
      " AND SOPInstanceUID = ?3 AND path = ?4 AND size = ?5 AND mtime_ns = ?6"
      " AND inode = ?7",
      NULL);
  gsize size = 0;
  const void *data = g_bytes_get_data (json, &size);

  if (statement == NULL)
    return;
  sqlite3_bind_blob64 (statement, 1, data, size, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, of->id);
  sqlite3_bind_text (statement, 3, of->sop, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, of->path, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 5, (gint64) of->size);
  sqlite3_bind_int64 (statement, 6, of->mtime_ns);
  sqlite3_bind_int64 (statement, 7, (gint64) of->inode);
  vitrail_database_step (statement, NULL);
}

gboolean
vitrail_kept_metadata_is_current (const VitrailKeptMetadata *self)
{
  struct stat state;

  return stat (self->path, &state) == 0 &&
         (guint64) state.st_size == self->size &&
         (gint64) state.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) +
                 state.st_mtim.tv_nsec ==
             self->mtime_ns &&
         (guint64) state.st_ino == self->inode;
}
