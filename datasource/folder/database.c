/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An SQLite database that is a cache: see database.h. */

#include "folder/database.h"

#include "error.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* "Vtrl": this database is ours (PRAGMA application_id). */
#define APPLICATION_ID 0x5674726c

/* How long another process may hold the database. */
#define BUSY_TIMEOUT_MS   10000
#define RETRY_INTERVAL_US 10000
#define MAX_RETRIES       200

gboolean
vitrail_database_set_error (sqlite3 *db, GError **error)
{
  int code = sqlite3_errcode (db);
  gboolean corrupt = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  const char *path = sqlite3_db_filename (db, "main");

  g_set_error (error, VITRAIL_ERROR,
               corrupt ? VITRAIL_ERROR_CORRUPT : VITRAIL_ERROR_IO, "%s: %s",
               path != NULL && path[0] != '\0' ? path : "index",
               sqlite3_errmsg (db));
  return FALSE;
}

gboolean
vitrail_database_execute (sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  return vitrail_database_set_error (db, error);
}

sqlite3_stmt *
vitrail_database_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    vitrail_database_set_error (db, error);
  return statement;
}

gboolean
vitrail_database_step (sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    vitrail_database_set_error (sqlite3_db_handle (statement), error);
  return FALSE;
}

void
vitrail_database_remove_files (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);
    g_unlink (name);
  }
}

/* An index names patients: nobody else reads it. SQLite gives its other files
 * the mode of this one. A file that is there is not opened: closing it would
 * drop the locks that this process's other connections hold on it. */
static void
make_private (const char *path)
{
  if (strcmp (path, ":memory:") == 0)
    return;
  g_autofree char *folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0700);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);
}

static int
read_number (sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      vitrail_database_prepare (db, sql, error);

  if (statement == NULL)
    return -1;
  if (!vitrail_database_step (statement, NULL)) {
    vitrail_database_set_error (db, error);
    return -1;
  }
  return sqlite3_column_int (statement, 0);
}

/* A file of another version, or somebody else's, counts as failed. */
typedef enum {
  SCHEMA_FAILED,
  SCHEMA_NONE,
  SCHEMA_CURRENT,
} SchemaState;

static SchemaState
read_schema_state (sqlite3 *db, int wanted, GError **error)
{
  int version = read_number (db, "PRAGMA user_version", error);
  int application =
      version >= 0 ? read_number (db, "PRAGMA application_id", error) : -1;

  if (application < 0)
    return SCHEMA_FAILED;
  if (version == wanted && application == APPLICATION_ID)
    return SCHEMA_CURRENT;
  if (version == 0 && application == 0)
    return SCHEMA_NONE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
               "%s: an index of another version",
               sqlite3_db_filename (db, "main"));
  return SCHEMA_FAILED;
}

/* Inside of a transaction: another process may have been faster. */
static gboolean
create_schema (sqlite3 *db, int version, const char *create, GError **error)
{
  SchemaState state = read_schema_state (db, version, error);

  if (state != SCHEMA_NONE)
    return state == SCHEMA_CURRENT;
  g_autofree char *sql = g_strdup_printf (
      "%s; PRAGMA application_id = %d; PRAGMA user_version = %d", create,
      APPLICATION_ID, version);
  return vitrail_database_execute (db, sql, error);
}

/* The tables, in an empty database. */
static gboolean
ensure_schema (sqlite3 *db, int version, const char *create, GError **error)
{
  switch (read_schema_state (db, version, error)) {
  case SCHEMA_CURRENT:
    return TRUE;
  case SCHEMA_NONE:
    if (!vitrail_database_execute (db, "BEGIN IMMEDIATE", error))
      return FALSE;
    if (create_schema (db, version, create, error))
      return vitrail_database_execute (db, "COMMIT", error);
    vitrail_database_execute (db, "ROLLBACK", NULL);
    return FALSE;
  case SCHEMA_FAILED:
  default:
    return FALSE;
  }
}

/* Durability is not asked for: what a crash of the machine loses is read
 * again. */
static gboolean
set_up (sqlite3 *db, int version, const char *create, GError **error)
{
  return vitrail_database_execute (
             db,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
             "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
             "PRAGMA trusted_schema = OFF",
             error) &&
         ensure_schema (db, version, create, error);
}

/* Where SQLite does not wait itself, since that could be a deadlock: while
 * another process turns the same new database into a WAL one. */
static gboolean
set_up_patiently (sqlite3 *db, int version, const char *create, GError **error)
{
  sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  for (guint i = 0;; i++) {
    g_autoptr (GError) failed = NULL;
    if (set_up (db, version, create, &failed))
      return TRUE;
    if (sqlite3_errcode (db) != SQLITE_BUSY || i == MAX_RETRIES) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
    g_usleep (RETRY_INTERVAL_US);
  }
}

static sqlite3 *
open_once (const char *path, int version, const char *create, GError **error)
{
  g_autoptr (sqlite3) db = NULL;

  make_private (path);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2 (path, &db, flags, NULL) != SQLITE_OK) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
                 sqlite3_errmsg (db));
    return NULL;
  }
  if (!set_up_patiently (db, version, create, error))
    return NULL;
  return g_steal_pointer (&db);
}

static sqlite3 *
open_or_make_anew (const char *path,
                   int version,
                   const char *create,
                   GError **error)
{
  g_autoptr (GError) first = NULL;
  sqlite3 *db = open_once (path, version, create, &first);

  if (db != NULL)
    return db;
  if (!g_error_matches (first, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT)) {
    g_propagate_error (error, g_steal_pointer (&first));
    return NULL;
  }
  g_info ("%s: broken or of another version; made anew", path);
  vitrail_database_remove_files (path);
  return open_once (path, version, create, error);
}

sqlite3 *
vitrail_database_open (const char *path,
                       int version,
                       const char *create,
                       GError **error)
{
  /* One thread at a time makes a new database. */
  static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

  pthread_mutex_lock (&opening);
  sqlite3 *db = open_or_make_anew (path, version, create, error);
  pthread_mutex_unlock (&opening);
  return db;
}
