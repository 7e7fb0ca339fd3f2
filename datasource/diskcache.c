/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDiskCache: see diskcache.h. A file is a header of HEADER_BYTES, the
 * key, zeroes up to a multiple of 8, and what is kept, all numbers little
 * endian:
 *
 *    0  "VTRCACHE"
 *    8  version, 4 bytes
 *   12  CRC-32 of all from 16 to what is kept
 *   16  length of what is kept, 8 bytes
 *   24  CRC-32 of what is kept
 *   28  length of the key, 4 bytes
 *   32  stamp: size, time, inode, 8 bytes each
 *   56  zeroes
 *
 * Its name is the SHA-256 of the key, its time of change when it was last
 * used. */

#include "diskcache.h"

#include "mapping.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define VERSION      1u
#define HEADER_BYTES 64u
/* Shorter things are copied: a process has only so many mappings. */
#define MIN_MAPPED ((gsize) 128 * 1024)
/* When a file counts as used again. */
#define FRESH_SECONDS 60
/* How old a file that is being written must be to count as left behind. */
#define STALE_SECONDS 3600
#define TEMPORARY     ".new-"

static const guint8 magic[8] = { 'V', 'T', 'R', 'C', 'A', 'C', 'H', 'E' };

struct _VitrailDiskCache {
  char *folder;
  pthread_mutex_t lock;
  /* Guarded by lock. */
  guint64 limit_bytes;
  guint64 bytes;    /* as last counted, and what was written since */
  guint64 written;  /* since last counted */
  gboolean counted; /* at all */
  gboolean busy;    /* some thread counts */
};

VitrailDiskCache *
vitrail_disk_cache_new (const char *folder, guint64 limit_bytes)
{
  VitrailDiskCache *self = g_new0 (VitrailDiskCache, 1);

  self->folder = g_strdup (folder);
  self->limit_bytes = limit_bytes;
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

void
vitrail_disk_cache_free (VitrailDiskCache *self)
{
  pthread_mutex_destroy (&self->lock);
  g_free (self->folder);
  g_free (self);
}

VitrailDiskCache *
vitrail_disk_cache_get_default (void)
{
  static gsize once;
  static VitrailDiskCache *cache;

  if (g_once_init_enter (&once)) {
    g_autofree char *folder =
        g_build_filename (g_get_user_cache_dir (), "vitrail", NULL);
    cache = vitrail_disk_cache_new (folder, VITRAIL_DISK_CACHE_BYTES);
    g_once_init_leave (&once, 1);
  }
  return cache;
}

void
vitrail_disk_cache_set_limit (VitrailDiskCache *self, guint64 limit_bytes)
{
  pthread_mutex_lock (&self->lock);
  self->limit_bytes = limit_bytes;
  self->counted = FALSE;
  pthread_mutex_unlock (&self->lock);
}

static guint64
get_limit (VitrailDiskCache *self)
{
  pthread_mutex_lock (&self->lock);
  guint64 limit = self->limit_bytes;
  pthread_mutex_unlock (&self->lock);
  return limit;
}

static gint64
modified_ns (const struct stat *status)
{
  return (gint64) status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

gboolean
vitrail_disk_cache_stamp (const char *path, VitrailDiskCacheStamp *stamp)
{
  struct stat status;

  if (stat (path, &status) != 0)
    return FALSE;
  stamp->size = (guint64) status.st_size;
  stamp->mtime_ns = modified_ns (&status);
  stamp->inode = (guint64) status.st_ino;
  return TRUE;
}

static char *
make_path (const VitrailDiskCache *self, const char *kind, const char *key)
{
  g_autofree char *name =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  return g_build_filename (self->folder, kind, name, NULL);
}

static guint32
get_u32 (const guint8 *at)
{
  guint32 value;
  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_LE (value);
}

static guint64
get_u64 (const guint8 *at)
{
  guint64 value;
  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_LE (value);
}

static void
put_u32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

static void
put_u64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

static void
put_bytes (guint8 *at, gconstpointer bytes, gsize length)
{
  memcpy (at, bytes, length);
}

static guint32
checksum (const guint8 *data, gsize length)
{
  return (guint32) crc32_z (0, data, length);
}

static gsize
prefix_bytes (gsize key_length)
{
  return (HEADER_BYTES + key_length + 7) / 8 * 8;
}

/* All that stands before what is kept. */
static guint8 *
make_prefix (const char *key,
             const VitrailDiskCacheStamp *stamp,
             gconstpointer data,
             gsize length)
{
  gsize key_length = strlen (key);
  gsize size = prefix_bytes (key_length);
  guint8 *prefix = g_malloc0 (size);

  put_bytes (prefix, magic, sizeof magic);
  put_u32 (prefix + 8, VERSION);
  put_u64 (prefix + 16, length);
  put_u32 (prefix + 24, checksum (data, length));
  put_u32 (prefix + 28, (guint32) key_length);
  if (stamp != NULL) {
    put_u64 (prefix + 32, stamp->size);
    put_u64 (prefix + 40, (guint64) stamp->mtime_ns);
    put_u64 (prefix + 48, stamp->inode);
  }
  put_bytes (prefix + HEADER_BYTES, key, key_length);
  put_u32 (prefix + 12, checksum (prefix + 16, size - 16));
  return prefix;
}

static gboolean
same_stamp (const guint8 *at, const VitrailDiskCacheStamp *stamp)
{
  static const VitrailDiskCacheStamp none;

  if (stamp == NULL)
    stamp = &none;
  return get_u64 (at) == stamp->size &&
         get_u64 (at + 8) == (guint64) stamp->mtime_ns &&
         get_u64 (at + 16) == stamp->inode;
}

GBytes *
vitrail_disk_cache_unwrap (GBytes *file,
                           const char *key,
                           const VitrailDiskCacheStamp *stamp)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  gsize key_length = strlen (key);
  gsize start = prefix_bytes (key_length);

  if (size < start || memcmp (data, magic, sizeof magic) != 0 ||
      get_u32 (data + 8) != VERSION || get_u64 (data + 16) != size - start ||
      get_u32 (data + 28) != key_length ||
      memcmp (data + HEADER_BYTES, key, key_length) != 0 ||
      !same_stamp (data + 32, stamp) ||
      get_u32 (data + 12) != checksum (data + 16, start - 16) ||
      get_u32 (data + 24) != checksum (data + start, size - start))
    return NULL;
  if (size - start < MIN_MAPPED)
    return g_bytes_new (data + start, size - start);
  return g_bytes_new_from_bytes (file, start, size - start);
}

/* Notes that the file is used, unless that was noted just now. */
static void
touch (const char *path, const struct stat *status)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (now - status->st_mtim.tv_sec > FRESH_SECONDS)
    utimensat (AT_FDCWD, path, NULL, 0);
}

GBytes *
vitrail_disk_cache_lookup (VitrailDiskCache *self,
                           const char *kind,
                           const char *key,
                           const VitrailDiskCacheStamp *stamp)
{
  struct stat status;
  g_autofree char *path = make_path (self, kind, key);

  /* Only what this user wrote here: no links, nobody else's files. */
  if (get_limit (self) == 0 || lstat (path, &status) != 0 ||
      !S_ISREG (status.st_mode) || status.st_uid != geteuid ())
    return NULL;
  g_autoptr (GBytes) file = vitrail_map_file (path, NULL);
  GBytes *kept =
      file != NULL ? vitrail_disk_cache_unwrap (file, key, stamp) : NULL;
  if (kept != NULL)
    touch (path, &status);
  else
    (void) g_unlink (path);
  return kept;
}

/* One file of the cache, as counting finds it. */
typedef struct {
  char *path;
  guint64 bytes;
  gint64 used_ns;
} Kept;

static void
kept_clear (gpointer data)
{
  g_free (((Kept *) data)->path);
}

static int
compare_used (gconstpointer a, gconstpointer b)
{
  const Kept *left = a;
  const Kept *right = b;
  return (left->used_ns > right->used_ns) - (left->used_ns < right->used_ns);
}

/* Whose name is not one of ours is not ours: folder.c keeps its own beside. */
static gboolean
is_kept_name (const char *name)
{
  return strlen (name) == 64 && strspn (name, "0123456789abcdef") == 64;
}

static void
list_file (GArray *all, const char *folder, const char *name)
{
  struct stat status;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gboolean is_new = g_str_has_prefix (name, TEMPORARY);

  if ((!is_new && !is_kept_name (name)) || lstat (path, &status) != 0 ||
      !S_ISREG (status.st_mode))
    return;
  if (is_new) {
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;
    if (now - status.st_mtim.tv_sec > STALE_SECONDS)
      (void) g_unlink (path);
    return;
  }
  Kept kept = { g_steal_pointer (&path), (guint64) status.st_size,
                modified_ns (&status) };
  g_array_append_val (all, kept);
}

static void
list_kind (GArray *all, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    list_file (all, folder, name);
}

/* Everything that is kept, what was not used for the longest first. */
static GArray *
list_all (const VitrailDiskCache *self)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Kept));
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  g_array_set_clear_func (all, kept_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (self->folder, name, NULL);
    if (!g_file_test (folder, G_FILE_TEST_IS_SYMLINK))
      list_kind (all, folder);
  }
  g_array_sort (all, compare_used);
  return all;
}

static guint64
sum_bytes (const GArray *all)
{
  guint64 bytes = 0;

  for (guint i = 0; i < all->len; i++)
    bytes += g_array_index (all, Kept, i).bytes;
  return bytes;
}

guint64
vitrail_disk_cache_measure (VitrailDiskCache *self)
{
  g_autoptr (GArray) all = list_all (self);
  return sum_bytes (all);
}

/* Counts, and lets go of what is above nine tenths of the limit. */
static guint64
shrink (VitrailDiskCache *self, guint64 limit)
{
  g_autoptr (GArray) all = list_all (self);
  guint64 bytes = sum_bytes (all);

  if (bytes <= limit)
    return bytes;
  for (guint i = 0; i < all->len && bytes > limit / 10 * 9; i++) {
    const Kept *kept = &g_array_index (all, Kept, i);
    if (g_unlink (kept->path) == 0)
      bytes -= kept->bytes;
  }
  return bytes;
}

/* Takes the next count upon this thread where one is due: the limit may be
 * reached, or much was written; other processes write too. */
static gboolean
begin_count (VitrailDiskCache *self, gsize length, guint64 *limit)
{
  pthread_mutex_lock (&self->lock);
  self->bytes += length;
  self->written += length;
  *limit = self->limit_bytes;
  gboolean due = !self->busy && (!self->counted ||
                                 (self->written > 0 && self->bytes > *limit) ||
                                 self->written > *limit / 8);
  if (due) {
    self->busy = TRUE;
    self->written = 0;
  }
  pthread_mutex_unlock (&self->lock);
  return due;
}

/* What others wrote meanwhile may be counted twice, never left out. */
static void
end_count (VitrailDiskCache *self, guint64 bytes)
{
  pthread_mutex_lock (&self->lock);
  self->bytes = bytes + self->written;
  self->counted = TRUE;
  self->busy = FALSE;
  pthread_mutex_unlock (&self->lock);
}

static void
account (VitrailDiskCache *self, gsize length)
{
  guint64 limit;

  while (begin_count (self, length, &limit)) {
    end_count (self, shrink (self, limit));
    length = 0;
  }
}

static gboolean
write_all (int fd, const guint8 *data, gsize length)
{
  while (length > 0) {
    ssize_t n = write (fd, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

/* A file in the making. */
typedef struct {
  const guint8 *prefix;
  gsize prefix_bytes;
  const guint8 *data;
  gsize length;
} Content;

static gboolean
write_file (const char *path, const Content *content)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = g_build_filename (folder, TEMPORARY "XXXXXX", NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return FALSE;
  int fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return FALSE;
  gboolean fine = write_all (fd, content->prefix, content->prefix_bytes) &&
                  write_all (fd, content->data, content->length);
  fine = close (fd) == 0 && fine && g_rename (beside, path) == 0;
  if (!fine)
    (void) g_unlink (beside);
  return fine;
}

gboolean
vitrail_disk_cache_store (VitrailDiskCache *self,
                          const char *kind,
                          const char *key,
                          const VitrailDiskCacheStamp *stamp,
                          gconstpointer data,
                          gsize length)
{
  gsize key_length = strlen (key);
  guint64 limit = get_limit (self);

  if (limit == 0 || length > limit / 8 ||
      key_length > VITRAIL_DISK_CACHE_MAX_KEY)
    return FALSE;
  g_autofree char *path = make_path (self, kind, key);
  g_autofree guint8 *prefix = make_prefix (key, stamp, data, length);
  Content content = { prefix, prefix_bytes (key_length), data, length };
  if (!write_file (path, &content))
    return FALSE;
  account (self, content.prefix_bytes + length);
  return TRUE;
}
