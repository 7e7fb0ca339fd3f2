/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where instances lie in a store, and putting them there: names, duplicates,
 * and the folders that have to be synced for it to last. One thread. */

#pragma once

#include "folder/store.h"

G_BEGIN_DECLS

typedef struct _VitrailPlacing VitrailPlacing;

/* @root: canonical. @folder is borrowed. */
VitrailPlacing *vitrail_placing_new (const char *root,
                                     VitrailFolder *folder,
                                     VitrailDuplicates duplicates);
void vitrail_placing_free (VitrailPlacing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailPlacing, vitrail_placing_free)

/* Moves @file, whose content is on disk, to its place, unless that is taken:
 * sets @placed, or an outcome. */
void vitrail_placing_place (VitrailPlacing *self, VitrailIncoming *file);

/* Makes what was placed since the last time last. @root_fd: a descriptor on the
 * root's file system. */
gboolean
vitrail_placing_sync (VitrailPlacing *self, int root_fd, GError **error);

/* Makes the entries of the folder @path last. */
gboolean vitrail_placing_sync_folder (const char *path, GError **error);

G_END_DECLS
