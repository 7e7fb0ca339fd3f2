/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An SQLite database that is a cache: opened whatever state it is in, by
 * several processes at once, made anew where it is broken. Not for several
 * threads at a time. */

#pragma once

#include <glib.h>

#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * vitrail_database_open:
 * @path: the file, made where absent, readable by its owner only; ":memory:"
 *   for none
 * @version: above 0; a file of another version is made anew
 * @create: the statements that make an empty database
 *
 * Returns: to be closed with sqlite3_close (). Errors: VITRAIL_ERROR_IO.
 */
sqlite3 *vitrail_database_open (const char *path,
                                int version,
                                const char *create,
                                GError **error);

/* Removes a database with what belongs to it. */
void vitrail_database_remove_files (const char *path);

/* The database's own words about the last failure. A broken database is
 * VITRAIL_ERROR_CORRUPT, all else VITRAIL_ERROR_IO. Returns FALSE. */
gboolean vitrail_database_set_error (sqlite3 *db, GError **error);

/* Statements without answers. */
gboolean
vitrail_database_execute (sqlite3 *db, const char *sql, GError **error);

/* A prepared statement, to be finalized; NULL with @error set. */
sqlite3_stmt *
vitrail_database_prepare (sqlite3 *db, const char *sql, GError **error);

/* TRUE with a row to be read. FALSE at the end, and on failure with @error. */
gboolean vitrail_database_step (sqlite3_stmt *statement, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close)

G_END_DECLS
