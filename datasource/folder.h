/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFolder: folders and files as a data source. Recursive; needs no
 * DICOMDIR; reads headers only. Its index is an SQLite database (WAL) in the
 * user's cache, in which an unchanged file (path, size, mtime, inode) is not
 * read again. Broken files are listed with their reason, and foreign ones are
 * offered to the slide readers. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_FOLDER (vitrail_folder_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFolder, vitrail_folder, VITRAIL, FOLDER, GObject)

/**
 * vitrail_folder_new:
 * @paths: (array zero-terminated=1): files or folders
 * @index_path: (nullable): the database file; NULL for one in the cache named
 *   after @paths; ":memory:" for none
 */
VitrailFolder *
vitrail_folder_new (const char *const *paths, const char *index_path);

/* The metadata of new files (folder/metadata.h) is made with their rows in the
 * index, and not when it is asked for. Before the first scan. */
void vitrail_folder_prepare_metadata (VitrailFolder *self);

/* Brings the index up to date. Blocks; uses the pool. Other sources' async
 * calls run these blocking ones on a worker. */
gboolean vitrail_folder_scan (VitrailFolder *self,
                              GCancellable *cancellable,
                              GError **error);
/* Whether it was asked for: then records that are added have it. */
gboolean vitrail_folder_wants_metadata (VitrailFolder *self);
/**
 * vitrail_folder_add_records: (skip)
 * @records: (element-type VitrailFileRecord): read; of files inside @self
 *
 * Puts files that have just come into the index, all of them or none: queries
 * find them at once. Blocks, but not for the whole of a scan.
 */
gboolean vitrail_folder_add_records (VitrailFolder *self,
                                     GPtrArray *records,
                                     GError **error);
/**
 * vitrail_folder_query:
 *
 * Returns: (transfer container) (element-type VitrailDataSet):
 */
GPtrArray *vitrail_folder_query (VitrailFolder *self,
                                 const VitrailQuery *query,
                                 GError **error);
/**
 * vitrail_folder_count:
 * @most: how far to count
 * @n: (out): how many answers @query has on all its pages, at most @most
 */
gboolean vitrail_folder_count (VitrailFolder *self,
                               const VitrailQuery *query,
                               guint most,
                               guint *n,
                               GError **error);
/**
 * vitrail_folder_dup_path:
 *
 * Returns: (nullable): the file that holds @sop_instance_uid
 */
char *
vitrail_folder_dup_path (VitrailFolder *self, const char *sop_instance_uid);
/* Whether @sop_instance_uid is one that a vendor's slide becomes
 * (slide/dicomize.h): the path is then that slide's. */
gboolean
vitrail_folder_is_made (VitrailFolder *self, const char *sop_instance_uid);
/**
 * vitrail_folder_open_instance:
 *
 * Opened instances are kept (a bounded number) and shared.
 *
 * Returns: (transfer full):
 */
VitrailInstance *vitrail_folder_open_instance (VitrailFolder *self,
                                               const char *sop_instance_uid,
                                               GError **error);

/**
 * vitrail_folder_peek_instance:
 *
 * Never blocks for long.
 *
 * Returns: (transfer full) (nullable): the instance, if it is open already and
 *   its file is as it was
 */
VitrailInstance *vitrail_folder_peek_instance (VitrailFolder *self,
                                               const char *sop_instance_uid);

/**
 * vitrail_folder_list_slides:
 *
 * Returns: (transfer container) (element-type VitrailSlideEntry):
 */
GPtrArray *vitrail_folder_list_slides (VitrailFolder *self);

/**
 * VitrailScanStats:
 *
 * The last scan, or the one under way.
 */
typedef struct {
  guint n_files;   /* seen */
  guint n_read;    /* read in this scan: new or changed */
  guint n_removed; /* gone since the last scan */
} VitrailScanStats;

/**
 * vitrail_folder_get_stats:
 * @stats: (out caller-allocates): the counts
 */
void vitrail_folder_get_stats (VitrailFolder *self, VitrailScanStats *stats);

G_END_DECLS
