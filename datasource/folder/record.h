/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the index keeps of one file, and reading that from the file. */

#pragma once

#include "folder/attributes.h"
#include "folder/walk.h"

G_BEGIN_DECLS

/* Longer values are named by a BulkDataURI in metadata, in bytes. */
#define VITRAIL_METADATA_INLINE_BYTES 1024

/** What a file turned out to be. The numbers are in databases. */
typedef enum {
  VITRAIL_FILE_INSTANCE = 0,
  VITRAIL_FILE_UNREADABLE = 1,
  VITRAIL_FILE_SLIDE = 2,   /* of a vendor's format */
  VITRAIL_FILE_SKIPPED = 3, /* DICOMDIR: says only what the files say too */
} VitrailFileState;

/**
 * VitrailFileRecord:
 * @path, @size, @mtime_ns, @inode: as walked; @mtime_ns is -1, which no file
 *   has, where the file must be read again next time
 * @is_named: somebody named this very file
 * @reason: why UNREADABLE, without the path
 * @slide_id: of a SLIDE
 * @values: of an INSTANCE: one UTF-8 text or NULL for each of
 *   vitrail_folder_attributes
 * @wants_metadata: set by whoever has it read: @metadata is asked for
 * @metadata: of an INSTANCE: its DICOM JSON, packed (dicom/packedjson.h), where
 *   that was asked for and does not take long to make
 * @made: (element-type char**) the same of each instance that a SLIDE becomes
 *   (slide/dicomize.h); NULL where it cannot be opened
 */
typedef struct {
  char *path;
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
  gboolean is_named;
  VitrailFileState state;
  char *reason;
  char *slide_id;
  char **values;
  gboolean wants_metadata;
  GBytes *metadata;
  GPtrArray *made;
} VitrailFileRecord;

VitrailFileRecord *vitrail_file_record_new (const VitrailWalkFile *file);
void vitrail_file_record_free (VitrailFileRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFileRecord, vitrail_file_record_free)

/* Fills in all but the first five fields. Headers only. On any thread. */
void vitrail_file_record_read (VitrailFileRecord *self);

/* The same of what comes from elsewhere: an instance, or why there is none. */
void vitrail_file_record_take (VitrailFileRecord *self,
                               VitrailDataSet *data_set,
                               const char *transfer_syntax);
void vitrail_file_record_refuse (VitrailFileRecord *self, const GError *error);

G_END_DECLS
