/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walking over files and folders: see walk.h.
 *
 * A folder is read whole, its entries looked at relative to its descriptor,
 * sorted, and the descriptor closed again: the depth of a tree costs no
 * descriptors and no stack. */

#include "folder/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *name; /* folders end in '/': that makes the order that of paths */
  guint64 size;
  gint64 mtime_ns;
  guint64 inode;
  int error;
} WalkEntry;

/* A folder that is being walked. */
typedef struct {
  GArray *entries; /* WalkEntry */
  guint next;
  gsize path_length; /* of the path up to here, the '/' included */
} WalkLevel;

typedef struct {
  guint64 device;
  guint64 inode;
} FolderId;

struct _VitrailWalk {
  GArray *levels;      /* WalkLevel: the stack */
  GString *path;       /* of the entry that is being looked at */
  GHashTable *visited; /* FolderId: folders entered */
};

static void
walk_entry_clear (gpointer entry)
{
  g_free (((WalkEntry *) entry)->name);
}

static int
walk_entry_compare (gconstpointer a, gconstpointer b)
{
  return strcmp (((const WalkEntry *) a)->name, ((const WalkEntry *) b)->name);
}

static guint
folder_id_hash (gconstpointer key)
{
  const FolderId *id = key;

  return (guint) (id->inode ^ (id->inode >> 32) ^ (id->device << 7));
}

static gboolean
folder_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (FolderId)) == 0;
}

static GArray *
entries_new (void)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (WalkEntry));

  g_array_set_clear_func (entries, walk_entry_clear);
  return entries;
}

/* Adds what @name in @folder is, unless it is neither file nor folder. */
static void
entries_add (GArray *entries, int folder, const char *name)
{
  struct stat info;
  WalkEntry entry = { 0 };

  if (fstatat (folder, name, &info, 0) != 0)
    entry.error = errno;
  else if (!S_ISREG (info.st_mode) && !S_ISDIR (info.st_mode))
    return;

  if (entry.error == 0) {
    entry.size = (guint64) info.st_size;
    entry.mtime_ns = (gint64) info.st_mtim.tv_sec * 1000000000 +
                     (gint64) info.st_mtim.tv_nsec;
    entry.inode = (guint64) info.st_ino;
  }
  gboolean is_folder = entry.error == 0 && S_ISDIR (info.st_mode);
  entry.name = is_folder && !g_str_has_suffix (name, "/")
                   ? g_strconcat (name, "/", NULL)
                   : g_strdup (name);
  g_array_append_val (entries, entry);
}

/* TRUE the first time. */
static gboolean
mark_visited (VitrailWalk *self, int folder)
{
  struct stat info;
  FolderId *id = g_new0 (FolderId, 1);

  if (fstat (folder, &info) == 0) {
    id->device = (guint64) info.st_dev;
    id->inode = (guint64) info.st_ino;
  }
  return g_hash_table_add (self->visited, id);
}

/* What is no entry, or not one of the archive's yet (store.h). */
static gboolean
is_passed_by (const char *name)
{
  return strcmp (name, ".") == 0 || strcmp (name, "..") == 0 ||
         strcmp (name, VITRAIL_WALK_INCOMING) == 0;
}

/* Puts the folder at self->path on the stack. Returns errno. */
static int
walk_enter (VitrailWalk *self)
{
  int fd = open (self->path->str, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return errno;
  if (!mark_visited (self, fd)) {
    close (fd);
    return 0;
  }
  DIR *folder = fdopendir (fd);
  if (folder == NULL) {
    int error = errno;
    close (fd);
    return error;
  }

  WalkLevel level = { entries_new (), 0, self->path->len };
  struct dirent *entry;
  while ((entry = readdir (folder)) != NULL) {
    if (!is_passed_by (entry->d_name))
      entries_add (level.entries, fd, entry->d_name);
  }
  closedir (folder);
  g_array_sort (level.entries, walk_entry_compare);
  g_array_append_val (self->levels, level);
  return 0;
}

static gboolean
is_inside (const char *path, const WalkEntry *root)
{
  return g_str_has_suffix (root->name, "/") &&
         g_str_has_prefix (path, root->name);
}

/* @roots sorted, without those that lie inside others. */
static GArray *
collect_roots (const char *const *roots)
{
  g_autoptr (GArray) all = entries_new ();
  GArray *kept = entries_new ();

  for (guint i = 0; roots[i] != NULL; i++) {
    g_autofree char *path = g_canonicalize_filename (roots[i], NULL);
    entries_add (all, AT_FDCWD, path);
  }
  g_array_sort (all, walk_entry_compare);
  for (guint i = 0; i < all->len; i++) {
    WalkEntry *entry = &g_array_index (all, WalkEntry, i);
    const WalkEntry *last =
        kept->len > 0 ? &g_array_index (kept, WalkEntry, kept->len - 1) : NULL;
    if (last != NULL && (is_inside (entry->name, last) ||
                         strcmp (entry->name, last->name) == 0))
      continue;
    WalkEntry copy = *entry;
    copy.name = g_steal_pointer (&entry->name);
    g_array_append_val (kept, copy);
  }
  return kept;
}

VitrailWalk *
vitrail_walk_new (const char *const *roots)
{
  VitrailWalk *self = g_new0 (VitrailWalk, 1);

  self->path = g_string_new (NULL);
  self->levels = g_array_new (FALSE, FALSE, sizeof (WalkLevel));
  self->visited =
      g_hash_table_new_full (folder_id_hash, folder_id_equal, g_free, NULL);
  WalkLevel level = { collect_roots (roots), 0, 0 };
  g_array_append_val (self->levels, level);
  return self;
}

void
vitrail_walk_free (VitrailWalk *self)
{
  for (guint i = 0; i < self->levels->len; i++)
    g_array_unref (g_array_index (self->levels, WalkLevel, i).entries);
  g_array_unref (self->levels);
  g_string_free (self->path, TRUE);
  g_hash_table_unref (self->visited);
  g_free (self);
}

/* The next entry, its path in self->path; NULL at the end. Borrowed, until
 * folders are entered or left. */
static const WalkEntry *
walk_step (VitrailWalk *self)
{
  while (self->levels->len > 0) {
    WalkLevel *level =
        &g_array_index (self->levels, WalkLevel, self->levels->len - 1);
    if (level->next < level->entries->len) {
      const WalkEntry *entry =
          &g_array_index (level->entries, WalkEntry, level->next++);
      g_string_truncate (self->path, level->path_length);
      g_string_append (self->path, entry->name);
      return entry;
    }
    g_array_unref (level->entries);
    g_array_set_size (self->levels, self->levels->len - 1);
  }
  return NULL;
}

gboolean
vitrail_walk_next (VitrailWalk *self, VitrailWalkFile *file)
{
  const WalkEntry *entry;

  while ((entry = walk_step (self)) != NULL) {
    const gboolean is_root = self->levels->len == 1;
    *file = (VitrailWalkFile){ self->path->str, entry->size,  entry->mtime_ns,
                               entry->inode,    entry->error, is_root };
    if (self->path->str[self->path->len - 1] != '/')
      return TRUE;
    file->error = walk_enter (self);
    if (file->error != 0)
      return TRUE;
  }
  return FALSE;
}
