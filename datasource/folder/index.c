/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The index of a folder: see index.h. */

#include "folder/index.h"

#include "error.h"
#include "folder/functions.h"
#include "folder/schema.h"
#include "reader-version.h"

#include <string.h>

/* Another one with every change of what is kept or how it is read: a database
 * of another version is made anew. */
#define SCHEMA_VERSION VITRAIL_READER_VERSION

#define TAG_SOP_INSTANCE_UID   VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000d)

enum {
  STATEMENT_BEGIN,
  STATEMENT_COMMIT,
  STATEMENT_PUT_FILE,
  STATEMENT_PUT_INSTANCE,
  STATEMENT_PUT_METADATA,
  STATEMENT_TOUCH,
  STATEMENT_FIND_SAME,
  STATEMENT_FIND_FIRST,
  STATEMENT_MARK,
  STATEMENT_FIND_FILE,
  STATEMENT_REMOVE_FILE,
  STATEMENT_REMOVE_INSTANCE,
  STATEMENT_REMOVE_METADATA,
  N_STATEMENTS
};

/* clang-format off */
static const char *const statement_texts[N_STATEMENTS] = {
  [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
  [STATEMENT_COMMIT] = "COMMIT",
  [STATEMENT_PUT_FILE] =
    "INSERT INTO file (path, size, mtime_ns, inode, state, reason, slide_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)",
  [STATEMENT_PUT_INSTANCE] = NULL, /* made from the table of attributes */
  [STATEMENT_PUT_METADATA] = "INSERT INTO metadata VALUES (?, ?)",
  [STATEMENT_TOUCH] = "INSERT OR IGNORE INTO touched VALUES (?)",
  [STATEMENT_FIND_SAME] =
    "SELECT instance.id, path, StudyInstanceUID, made FROM instance"
    " JOIN file ON file.id = instance.file"
    " WHERE SOPInstanceUID = ? AND duplicate = 0",
  [STATEMENT_FIND_FIRST] =
    "SELECT instance.id, StudyInstanceUID FROM instance"
    " JOIN file ON file.id = instance.file"
    " WHERE SOPInstanceUID = ? ORDER BY made, path LIMIT 1",
  [STATEMENT_MARK] = "UPDATE instance SET duplicate = ? WHERE id = ?",
  [STATEMENT_FIND_FILE] =
    "SELECT file.id, duplicate, SOPInstanceUID, StudyInstanceUID FROM file"
    " LEFT JOIN instance ON file.id = instance.file WHERE path = ?",
  [STATEMENT_REMOVE_FILE] = "DELETE FROM file WHERE id = ?",
  [STATEMENT_REMOVE_INSTANCE] = "DELETE FROM instance WHERE file = ?",
  [STATEMENT_REMOVE_METADATA] =
    "DELETE FROM metadata WHERE instance IN"
    " (SELECT id FROM instance WHERE file = ?)",
};

/* clang-format on */

struct _VitrailIndex {
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS]; /* made at first use */
  char *renew;                            /* SQL */
  gboolean wants_metadata;
  guint n_opened; /* files, by the query under way */
  guint sop;      /* positions in a record's values */
  guint study;
};

/* A kept statement, reset, without bindings of before. */
static sqlite3_stmt *
take_statement (VitrailIndex *self, guint which, GError **error)
{
  if (self->statements[which] == NULL) {
    g_autofree char *made = which == STATEMENT_PUT_INSTANCE
                                ? vitrail_schema_insert_instance ()
                                : NULL;
    const char *sql = made != NULL ? made : statement_texts[which];
    self->statements[which] = vitrail_database_prepare (self->db, sql, error);
  }
  return self->statements[which];
}

/* Runs a statement that answers no rows. */
static gboolean
finish_statement (VitrailIndex *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);
  gboolean ok = code == SQLITE_DONE;

  if (!ok)
    vitrail_database_set_error (self->db, error);
  sqlite3_reset (statement);
  return ok;
}

static void
bind_text (sqlite3_stmt *statement, int position, const char *text)
{
  sqlite3_bind_text (statement, position, text, -1, SQLITE_STATIC);
}

static const char *
column_text (sqlite3_stmt *statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

/* --- opening --- */

VitrailIndex *
vitrail_index_open (const char *path, GError **error)
{
  g_autofree char *create = vitrail_schema_create ();
  sqlite3 *db = vitrail_database_open (path, SCHEMA_VERSION, create, error);
  if (db == NULL)
    return NULL;

  g_autoptr (VitrailIndex) self = g_new0 (VitrailIndex, 1);
  self->db = db;
  self->sop = vitrail_folder_attribute_index (TAG_SOP_INSTANCE_UID);
  self->study = vitrail_folder_attribute_index (TAG_STUDY_INSTANCE_UID);
  self->renew = vitrail_schema_renew ();
  vitrail_index_functions_add (db, &self->n_opened);
  if (!vitrail_database_execute (db,
                                 "CREATE TEMP TABLE touched"
                                 " (StudyInstanceUID TEXT PRIMARY KEY)"
                                 " WITHOUT ROWID",
                                 error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vitrail_index_set_wants_metadata (VitrailIndex *self, gboolean wanted)
{
  self->wants_metadata = wanted;
}

gboolean
vitrail_index_wants_metadata (const VitrailIndex *self)
{
  return self->wants_metadata;
}

void
vitrail_index_begin_query (VitrailIndex *self)
{
  self->n_opened = 0;
}

gboolean
vitrail_index_end_query (const VitrailIndex *self, GError **error)
{
  if (self->n_opened <= VITRAIL_INDEX_MAX_OPENED)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "the search would look into more than %u files: ask for an"
               " attribute that is indexed too",
               VITRAIL_INDEX_MAX_OPENED);
  return FALSE;
}

sqlite3 *
vitrail_index_get_database (VitrailIndex *self)
{
  return self->db;
}

void
vitrail_index_close (VitrailIndex *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_free (self->renew);
  g_free (self);
}

/* --- what is known --- */

void
vitrail_known_files_clear (VitrailKnownFiles *self)
{
  g_clear_pointer (&self->files, g_array_unref);
  g_clear_pointer (&self->chunk, g_string_chunk_free);
}

gboolean
vitrail_index_list_known (VitrailIndex *self,
                          VitrailKnownFiles *known,
                          GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (sqlite3_stmt) statement = vitrail_database_prepare (
      self->db, "SELECT path, size, mtime_ns, inode FROM file ORDER BY path",
      error);

  known->files = g_array_new (FALSE, FALSE, sizeof (VitrailKnownFile));
  known->chunk = g_string_chunk_new (65536);
  if (statement == NULL)
    return FALSE;
  while (vitrail_database_step (statement, &failed)) {
    VitrailKnownFile file = {
      g_string_chunk_insert (known->chunk, column_text (statement, 0)),
      (guint64) sqlite3_column_int64 (statement, 1),
      sqlite3_column_int64 (statement, 2),
      (guint64) sqlite3_column_int64 (statement, 3),
    };
    g_array_append_val (known->files, file);
  }
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

char *
vitrail_index_dup_path (VitrailIndex *self, const char *sop_instance_uid)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_FIND_SAME, NULL);
  char *path = NULL;

  if (statement == NULL)
    return NULL;
  bind_text (statement, 1, sop_instance_uid);
  if (vitrail_database_step (statement, NULL))
    path = g_strdup (column_text (statement, 1));
  sqlite3_reset (statement);
  return path;
}

gboolean
vitrail_index_is_made (VitrailIndex *self, const char *sop_instance_uid)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_FIND_SAME, NULL);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, sop_instance_uid);
  gboolean made = vitrail_database_step (statement, NULL) &&
                  sqlite3_column_int (statement, 3) != 0;
  sqlite3_reset (statement);
  return made;
}

GPtrArray *
vitrail_index_list_unreadable (VitrailIndex *self)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_unreadable_free);
  g_autoptr (sqlite3_stmt) statement = vitrail_database_prepare (
      self->db,
      "SELECT path, reason FROM file WHERE state <> 0 AND state = 1"
      " UNION ALL"
      " SELECT file.path, 'a duplicate of ' || first.path"
      " FROM instance JOIN file ON file.id = instance.file"
      " JOIN instance AS same ON same.SOPInstanceUID = instance.SOPInstanceUID"
      "  AND same.duplicate = 0"
      " JOIN file AS first ON first.id = same.file"
      " WHERE instance.duplicate <> 0 AND instance.made = 0"
      " UNION ALL"
      " SELECT file.path, 'a duplicate of ' || first.path FROM file"
      " JOIN (SELECT slide_id, min (path) AS path FROM file"
      "  WHERE state <> 0 AND state = 2 GROUP BY slide_id) AS first"
      " ON first.slide_id = file.slide_id AND first.path <> file.path"
      " WHERE file.state <> 0 AND file.state = 2"
      " UNION ALL"
      " SELECT rtrim (first_path, replace (first_path, '/', '')), conflict"
      " FROM study WHERE conflict IS NOT NULL"
      " ORDER BY 1",
      NULL);

  while (statement != NULL && vitrail_database_step (statement, NULL))
    g_ptr_array_add (list, vitrail_unreadable_new (column_text (statement, 0),
                                                   column_text (statement, 1)));
  return list;
}

/* --- changes --- */

gboolean
vitrail_index_begin (VitrailIndex *self, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_BEGIN, error);

  return statement != NULL && finish_statement (self, statement, error);
}

gboolean
vitrail_index_commit (VitrailIndex *self, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_COMMIT, error);

  return statement != NULL &&
         vitrail_database_execute (self->db, self->renew, error) &&
         finish_statement (self, statement, error);
}

void
vitrail_index_rollback (VitrailIndex *self)
{
  vitrail_database_execute (self->db, "ROLLBACK; DELETE FROM touched", NULL);
}

static gboolean
touch (VitrailIndex *self, const char *study, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_TOUCH, error);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, study);
  return finish_statement (self, statement, error);
}

static gboolean
mark (VitrailIndex *self, gint64 file, gboolean duplicate, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_MARK, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int (statement, 1, duplicate);
  sqlite3_bind_int64 (statement, 2, file);
  return finish_statement (self, statement, error);
}

/* One instance of a record. */
typedef struct {
  const VitrailFileRecord *record;
  gint64 file;
  gboolean made;
  char *const *values;
} NewInstance;

/* Whether @added comes after the instance that has its UID now: its path, or
 * that it is made of a slide and the other is not; if it comes before, that one
 * becomes the duplicate. */
static gboolean
settle_duplicate (VitrailIndex *self,
                  const NewInstance *added,
                  gboolean *duplicate,
                  GError **error)
{
  sqlite3_stmt *same = take_statement (self, STATEMENT_FIND_SAME, error);
  g_autofree char *study = NULL;
  gint64 other = 0;

  *duplicate = FALSE;
  if (same == NULL)
    return FALSE;
  bind_text (same, 1, added->values[self->sop]);
  if (vitrail_database_step (same, NULL)) {
    gboolean made = sqlite3_column_int (same, 3) != 0;
    *duplicate = added->made == made
                     ? strcmp (added->record->path, column_text (same, 1)) > 0
                     : added->made;
    other = sqlite3_column_int64 (same, 0);
    study = g_strdup (column_text (same, 2));
  }
  sqlite3_reset (same);
  if (study == NULL || *duplicate)
    return TRUE;
  return mark (self, other, TRUE, error) && touch (self, study, error);
}

/* Of the instance that has just been put. */
static gboolean
put_metadata (VitrailIndex *self, const NewInstance *added, GError **error)
{
  GBytes *json = added->record->metadata;
  gsize size = 0;

  if (json == NULL)
    return TRUE;
  sqlite3_stmt *statement =
      take_statement (self, STATEMENT_PUT_METADATA, error);
  if (statement == NULL)
    return FALSE;
  const void *data = g_bytes_get_data (json, &size);
  sqlite3_bind_int64 (statement, 1, sqlite3_last_insert_rowid (self->db));
  sqlite3_bind_blob64 (statement, 2, data, size, SQLITE_STATIC);
  return finish_statement (self, statement, error);
}

static gboolean
put_instance (VitrailIndex *self, const NewInstance *added, GError **error)
{
  gboolean duplicate;

  if (!settle_duplicate (self, added, &duplicate, error))
    return FALSE;

  sqlite3_stmt *statement =
      take_statement (self, STATEMENT_PUT_INSTANCE, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, added->file);
  sqlite3_bind_int (statement, 2, added->made);
  sqlite3_bind_int (statement, 3, duplicate);
  for (guint i = 0; i < vitrail_folder_n_attributes; i++)
    bind_text (statement, (int) i + 4, added->values[i]);
  return finish_statement (self, statement, error) &&
         put_metadata (self, added, error) &&
         touch (self, added->values[self->study], error);
}

/* The instances of @record, whose file has just been put. */
static gboolean
put_instances (VitrailIndex *self,
               const VitrailFileRecord *record,
               GError **error)
{
  NewInstance added = { .record = record,
                        .file = sqlite3_last_insert_rowid (self->db),
                        .values = record->values };

  if (record->state == VITRAIL_FILE_INSTANCE)
    return put_instance (self, &added, error);
  added.made = TRUE;
  for (guint i = 0; record->made != NULL && i < record->made->len; i++) {
    added.values = g_ptr_array_index (record->made, i);
    if (!put_instance (self, &added, error))
      return FALSE;
  }
  return TRUE;
}

/* An instance that the index has at a path. */
typedef struct {
  gint64 file;
  gboolean duplicate;
  char *sop; /* NULL: no instance */
  char *study;
} FoundInstance;

static void
found_instance_clear (gpointer data)
{
  FoundInstance *self = data;

  g_free (self->sop);
  g_free (self->study);
}

/* All at @path: (element-type FoundInstance). */
static GArray *
find_instances (VitrailIndex *self, const char *path, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, STATEMENT_FIND_FILE, error);

  if (statement == NULL)
    return NULL;
  GArray *found = g_array_new (FALSE, FALSE, sizeof (FoundInstance));
  g_array_set_clear_func (found, found_instance_clear);
  bind_text (statement, 1, path);
  while (vitrail_database_step (statement, NULL)) {
    FoundInstance instance = {
      .file = sqlite3_column_int64 (statement, 0),
      .duplicate = sqlite3_column_int (statement, 1) != 0,
      .sop = g_strdup (column_text (statement, 2)),
      .study = g_strdup (column_text (statement, 3)),
    };
    g_array_append_val (found, instance);
  }
  sqlite3_reset (statement);
  return found;
}

static gboolean
delete_row (VitrailIndex *self, guint which, gint64 id, GError **error)
{
  sqlite3_stmt *statement = take_statement (self, which, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return finish_statement (self, statement, error);
}

/* The first of the duplicates that are left takes the place. */
static gboolean
promote_duplicate (VitrailIndex *self, const char *sop, GError **error)
{
  sqlite3_stmt *first = take_statement (self, STATEMENT_FIND_FIRST, error);
  g_autofree char *study = NULL;
  gint64 file = 0;

  if (first == NULL)
    return FALSE;
  bind_text (first, 1, sop);
  if (vitrail_database_step (first, NULL)) {
    file = sqlite3_column_int64 (first, 0);
    study = g_strdup (column_text (first, 1));
  }
  sqlite3_reset (first);
  return study == NULL ||
         (mark (self, file, FALSE, error) && touch (self, study, error));
}

gboolean
vitrail_index_remove (VitrailIndex *self, const char *path, GError **error)
{
  g_autoptr (GArray) found = find_instances (self, path, error);

  if (found == NULL)
    return FALSE;
  if (found->len == 0)
    return TRUE;
  gint64 file = g_array_index (found, FoundInstance, 0).file;
  if (!delete_row (self, STATEMENT_REMOVE_METADATA, file, error) ||
      !delete_row (self, STATEMENT_REMOVE_FILE, file, error) ||
      !delete_row (self, STATEMENT_REMOVE_INSTANCE, file, error))
    return FALSE;
  for (guint i = 0; i < found->len; i++) {
    const FoundInstance *gone = &g_array_index (found, FoundInstance, i);
    if (gone->sop == NULL)
      continue;
    if (!touch (self, gone->study, error) ||
        (!gone->duplicate && !promote_duplicate (self, gone->sop, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_index_put (VitrailIndex *self,
                   const VitrailFileRecord *record,
                   GError **error)
{
  /* Another process may have been here since the list of what is known. */
  if (!vitrail_index_remove (self, record->path, error))
    return FALSE;
  sqlite3_stmt *statement = take_statement (self, STATEMENT_PUT_FILE, error);
  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, record->path);
  sqlite3_bind_int64 (statement, 2, (gint64) record->size);
  sqlite3_bind_int64 (statement, 3, record->mtime_ns);
  sqlite3_bind_int64 (statement, 4, (gint64) record->inode);
  sqlite3_bind_int (statement, 5, (int) record->state);
  bind_text (statement, 6, record->reason);
  bind_text (statement, 7, record->slide_id);
  if (!finish_statement (self, statement, error))
    return FALSE;
  return put_instances (self, record, error);
}
