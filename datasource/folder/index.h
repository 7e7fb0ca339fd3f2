/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The index of a folder: one SQLite database. It is a cache: whatever is wrong
 * with it, it can be thrown away and made again. One connection; whoever holds
 * it sees to it that one thread at a time uses it. */

#pragma once

#include "folder/database.h"
#include "folder/record.h"

G_BEGIN_DECLS

typedef struct _VitrailIndex VitrailIndex;

/* @path: the database file, made where absent, made anew where it is broken or
 * of another version; ":memory:" for none. Errors: VITRAIL_ERROR_IO. */
VitrailIndex *vitrail_index_open (const char *path, GError **error);
void vitrail_index_close (VitrailIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailIndex, vitrail_index_close)

/**
 * VitrailKnownFile: what the index knows of a file without reading it.
 */
typedef struct {
  const char *path; /* in the list's chunk */
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
} VitrailKnownFile;

typedef struct {
  GArray *files; /* VitrailKnownFile, sorted by the bytes of the path */
  GStringChunk *chunk;
} VitrailKnownFiles;

gboolean vitrail_index_list_known (VitrailIndex *self,
                                   VitrailKnownFiles *known,
                                   GError **error);
void vitrail_known_files_clear (VitrailKnownFiles *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailKnownFiles, vitrail_known_files_clear)

/* Changes: between begin and commit. Put replaces what is at the path. Commit
 * also renews the studies and series that changed; after its failure too,
 * rollback ends the change. */
gboolean vitrail_index_begin (VitrailIndex *self, GError **error);
gboolean vitrail_index_put (VitrailIndex *self,
                            const VitrailFileRecord *record,
                            GError **error);
gboolean
vitrail_index_remove (VitrailIndex *self, const char *path, GError **error);
gboolean vitrail_index_commit (VitrailIndex *self, GError **error);
void vitrail_index_rollback (VitrailIndex *self);

/* Whether records for this index are to bring metadata; FALSE at first. */
void vitrail_index_set_wants_metadata (VitrailIndex *self, gboolean wanted);
gboolean vitrail_index_wants_metadata (const VitrailIndex *self);

/* The file of an instance, NULL when there is none: of duplicates the first
 * path. */
char *vitrail_index_dup_path (VitrailIndex *self, const char *sop_instance_uid);
/* Whether that file is a vendor's slide, of which the instance is made. */
gboolean
vitrail_index_is_made (VitrailIndex *self, const char *sop_instance_uid);

/* (element-type VitrailUnreadable), by path. */
GPtrArray *vitrail_index_list_unreadable (VitrailIndex *self);

/* For the files beside: the connection, with the functions of functions.h. */
sqlite3 *vitrail_index_get_database (VitrailIndex *self);

/* Around a query: files are counted that it opened. FALSE where there were too
 * many, which it then failed of: VITRAIL_ERROR_LIMIT. */
void vitrail_index_begin_query (VitrailIndex *self);
gboolean vitrail_index_end_query (const VitrailIndex *self, GError **error);

G_END_DECLS
