/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Metadata of instances as the index keeps it: DICOM JSON, packed. Good only as
 * long as the file is what the index says, which is for the caller to see. */

#pragma once

#include "folder.h"
#include "folder/index.h"

G_BEGIN_DECLS

/**
 * VitrailKeptMetadata: an instance with its metadata.
 * @id: its row
 * @study, @series, @sop: UIDs
 * @path, @size, @mtime_ns, @inode: its file when that was read
 * @is_made: of a vendor's slide
 * @json: packed (dicom/packedjson.h); NULL where it has not been made yet
 */
typedef struct {
  gint64 id;
  char *study;
  char *series;
  char *sop;
  char *path;
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
  gboolean is_made;
  GBytes *json;
} VitrailKeptMetadata;

/* (element-type VitrailKeptMetadata): of a study, or of one series or instance
 * of it (else NULL), in the order of searches. */
GPtrArray *vitrail_index_list_metadata (VitrailIndex *self,
                                        const char *study,
                                        const char *series,
                                        const char *instance,
                                        GError **error);
/* Adds what was missing of @of; failures do not matter. */
void vitrail_index_keep_metadata (VitrailIndex *self,
                                  const VitrailKeptMetadata *of,
                                  GBytes *json);

/* Whether the file is what it was when the index read it. */
gboolean vitrail_kept_metadata_is_current (const VitrailKeptMetadata *self);

/* The same of a folder. Keeping does nothing while a scan is under way. */
GPtrArray *vitrail_folder_list_metadata (VitrailFolder *self,
                                         const char *study,
                                         const char *series,
                                         const char *instance,
                                         GError **error);
void vitrail_folder_keep_metadata (VitrailFolder *self,
                                   const VitrailKeptMetadata *of,
                                   GBytes *json);

G_END_DECLS
