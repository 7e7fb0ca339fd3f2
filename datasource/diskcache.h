/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDiskCache: what was costly to find out or to fetch, kept in files
 * from one run to the next: frame indexes of slides, tiles that came over a
 * network. One folder of one user, `$XDG_CACHE_HOME/vitrail/KIND/`, read by no
 * one else (0700), with an upper bound in bytes: what was not used for the
 * longest goes first. Losing any of it costs time, never data.
 *
 * What is read back is trusted no more than a file from a stranger: magic,
 * version, lengths, key, stamp and checksum are verified here, and whoever
 * looks something up verifies the numbers in it. Safe on any thread, and from
 * several processes at once. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _VitrailDiskCache VitrailDiskCache;

/**
 * VitrailDiskCacheStamp:
 * @size: of the file in bytes
 * @mtime_ns: when it was last written, nanoseconds since 1970
 * @inode: its number
 *
 * By which something made from a file is known to be of that very file. All
 * zeroes where there is no file: then the key says all.
 */
typedef struct {
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
} VitrailDiskCacheStamp;

/* FALSE when @path cannot be looked at. */
gboolean
vitrail_disk_cache_stamp (const char *path, VitrailDiskCacheStamp *stamp);

/**
 * vitrail_disk_cache_get_default:
 *
 * Returns: (transfer none): the process's cache, of
 *   VITRAIL_DISK_CACHE_BYTES
 */
VitrailDiskCache *vitrail_disk_cache_get_default (void);
#define VITRAIL_DISK_CACHE_BYTES (2048ull * 1024 * 1024)

#ifndef __GI_SCANNER__ /* for C only */
/* One of one's own in @folder, which is made when first written to. */
VitrailDiskCache *
vitrail_disk_cache_new (const char *folder, guint64 limit_bytes);
void vitrail_disk_cache_free (VitrailDiskCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDiskCache, vitrail_disk_cache_free)

/* 0 turns the cache off: nothing is found, nothing is kept. What is above goes
 * with the next thing that is kept. */
void vitrail_disk_cache_set_limit (VitrailDiskCache *self, guint64 limit_bytes);

/* What was kept under @key, a text of at most VITRAIL_DISK_CACHE_MAX_KEY bytes,
 * for @stamp (NULL: none). @kind: a word that is a folder's name, constant.
 * Data starts at a multiple of 8 bytes; it may be a mapped file, so hold it
 * only as long as needed. NULL where there is nothing, or not for this stamp,
 * or it is damaged: then it is gone. */
GBytes *vitrail_disk_cache_lookup (VitrailDiskCache *self,
                                   const char *kind,
                                   const char *key,
                                   const VitrailDiskCacheStamp *stamp);

/* Keeps @length bytes at @data under @key instead of what was there. Written
 * beside and renamed, so that readers see all of it or nothing. FALSE where it
 * cannot be kept (cache off, disk full, larger than an eighth of the limit):
 * worth a line in no log, since all works without. May block. */
gboolean vitrail_disk_cache_store (VitrailDiskCache *self,
                                   const char *kind,
                                   const char *key,
                                   const VitrailDiskCacheStamp *stamp,
                                   gconstpointer data,
                                   gsize length);
#  define VITRAIL_DISK_CACHE_MAX_KEY 4096u

/* Bytes of all that is kept, counted on the disk. May block. */
guint64 vitrail_disk_cache_measure (VitrailDiskCache *self);

/* What vitrail_disk_cache_lookup () makes of the content @file of a file: the
 * part of it that was kept, or NULL. */
GBytes *vitrail_disk_cache_unwrap (GBytes *file,
                                   const char *key,
                                   const VitrailDiskCacheStamp *stamp);
#endif

G_END_DECLS
