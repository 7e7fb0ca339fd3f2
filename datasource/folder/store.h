/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStore: puts instances into a folder so that a crash loses none that
 * was acknowledged and shows none in part.
 *
 * An instance is written into ROOT/.vitrail-incoming/, which no scan enters;
 * synced; renamed to ROOT/STUDY/SERIES/SOP.dcm; that folder synced, and those
 * above that are new; and put into the index. Only then its callback runs. One
 * thread does this for all that wait, so that many share each sync. */

#pragma once

#include "folder.h"
#include "folder/incoming.h"

G_BEGIN_DECLS

/** VitrailDuplicates: when another instance of the same UID is there. The very
 * same bytes are always a success. */
typedef enum {
  VITRAIL_DUPLICATES_REFUSE,
  VITRAIL_DUPLICATES_IGNORE,  /* what is there stays */
  VITRAIL_DUPLICATES_REPLACE, /* atomically */
} VitrailDuplicates;

/* "refuse", "ignore" or "replace". */
gboolean
vitrail_duplicates_parse (const char *text, VitrailDuplicates *duplicates);

typedef struct _VitrailStore VitrailStore;

/* Makes @root if it is not there, takes it for this process alone, and removes
 * what an earlier one left unfinished. @folder, whose index is kept, must hold
 * @root; it is referenced. Errors: G_IO_ERROR. */
VitrailStore *vitrail_store_new (const char *root,
                                 VitrailFolder *folder,
                                 VitrailDuplicates duplicates,
                                 GError **error);
/* Waits for what was committed. */
void vitrail_store_free (VitrailStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStore, vitrail_store_free)

/* A new file of the store; @is_part10 as in incoming.h. On any thread. */
VitrailIncoming *vitrail_store_begin (VitrailStore *self, gboolean is_part10);

typedef void (*VitrailStoreCallback) (gpointer user_data);

/* Makes those of @files that are PENDING durable and visible, and sets their
 * outcomes; then calls @callback, on the store's thread. On any thread;
 * (element-type VitrailIncoming), nobody else touches them meanwhile. */
void vitrail_store_commit (VitrailStore *self,
                           GPtrArray *files,
                           VitrailStoreCallback callback,
                           gpointer user_data);

G_END_DECLS
