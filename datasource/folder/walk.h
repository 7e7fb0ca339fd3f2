/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walking over files and folders, in the byte order of whole paths, so that the
 * walk can be compared with a sorted list in one pass. Symbolic links are
 * followed; a folder is entered once, however many links lead to it. Only
 * regular files are reported: a FIFO or a device is never opened. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder of this name is passed by: its files are not complete. */
#define VITRAIL_WALK_INCOMING ".vitrail-incoming"

/**
 * VitrailWalkFile: what the walk met.
 * @path: borrowed, until the next call
 * @error: errno where the file or folder could not be looked at, else 0
 * @is_root: one of the roots, not met in a folder
 */
typedef struct {
  const char *path;
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
  int error;
  gboolean is_root;
} VitrailWalkFile;

typedef struct _VitrailWalk VitrailWalk;

/* @roots: NULL-terminated files and folders; those inside others are walked
 * once. */
VitrailWalk *vitrail_walk_new (const char *const *roots);
void vitrail_walk_free (VitrailWalk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWalk, vitrail_walk_free)

/* FALSE at the end. */
gboolean vitrail_walk_next (VitrailWalk *self, VitrailWalkFile *file);

G_END_DECLS
