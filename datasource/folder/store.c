/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Storing instances durably: see store.h. */

#define _GNU_SOURCE /* syncfs */

#include "folder/store.h"

#include "folder/place.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* More files than this are synced all at once with their file system: that
 * costs about as much as one alone. */
#define MAX_SINGLE_SYNCS 1u

/* What is committed at a time; the rest waits for the next round. */
#define MAX_BATCH 4096u

/* What one call of commit handed over. */
typedef struct {
  GPtrArray *files; /* VitrailIncoming */
  VitrailStoreCallback callback;
  gpointer user_data;
} Order;

struct _VitrailStore {
  VitrailFolder *folder;
  VitrailPlacing *placing; /* of the thread */
  char *root;
  char *incoming;
  int root_fd;
  int lock_fd;

  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  /* Guarded by lock. */
  GQueue orders;
  gboolean is_ending;
};

gboolean
vitrail_duplicates_parse (const char *text, VitrailDuplicates *duplicates)
{
  static const char *const names[] = {
    [VITRAIL_DUPLICATES_REFUSE] = "refuse",
    [VITRAIL_DUPLICATES_IGNORE] = "ignore",
    [VITRAIL_DUPLICATES_REPLACE] = "replace",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0) {
      *duplicates = (VitrailDuplicates) i;
      return TRUE;
    }
  return FALSE;
}

static VitrailIncoming *
get_file (const GPtrArray *files, guint i)
{
  return g_ptr_array_index (files, i);
}

static void
fail_all (const GPtrArray *files, const GError *error)
{
  for (guint i = 0; i < files->len; i++)
    vitrail_incoming_fail (get_file (files, i), error);
}

/* Only what is still to be done. */
static GPtrArray *
list_pending (const GPtrArray *files)
{
  GPtrArray *pending = g_ptr_array_new ();

  for (guint i = 0; i < files->len; i++)
    if (get_file (files, i)->outcome == VITRAIL_OUTCOME_PENDING)
      g_ptr_array_add (pending, get_file (files, i));
  return pending;
}

/* --- first: what the files hold --- */

static void
sync_file (VitrailIncoming *file)
{
  g_autoptr (GError) error = NULL;

  if (fdatasync (file->fd) == 0)
    return;
  vitrail_incoming_set_errno (&error, file->path);
  vitrail_incoming_fail (file, error);
}

static void
sync_all (const VitrailStore *self, const GPtrArray *files)
{
  g_autoptr (GError) error = NULL;

  if (syncfs (self->root_fd) == 0)
    return;
  vitrail_incoming_set_errno (&error, self->root);
  fail_all (files, error);
}

static void
sync_contents (const VitrailStore *self, const GPtrArray *files)
{
  gboolean is_single = files->len <= MAX_SINGLE_SYNCS;

  for (guint i = 0; i < files->len; i++)
    is_single = is_single && get_file (files, i)->fd >= 0;
  if (!is_single) {
    sync_all (self, files);
    return;
  }
  for (guint i = 0; i < files->len; i++)
    sync_file (get_file (files, i));
}

/* --- last: the index --- */

static gboolean
put_into_index (const VitrailStore *self,
                const GPtrArray *files,
                GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  for (guint i = 0; i < files->len; i++)
    if (get_file (files, i)->placed != NULL)
      g_ptr_array_add (records, get_file (files, i)->record);
  return records->len == 0 ||
         vitrail_folder_add_records (self->folder, records, error);
}

static void
finish (const GPtrArray *files, const GError *error)
{
  for (guint i = 0; i < files->len; i++) {
    VitrailIncoming *file = get_file (files, i);
    if (file->placed == NULL)
      continue;
    /* Not acknowledged; yet it is there, and sent again it is the same. */
    if (error != NULL)
      vitrail_incoming_fail (file, error);
    else
      file->outcome = file->success;
  }
}

static void
commit_files (VitrailStore *self, const GPtrArray *all)
{
  g_autoptr (GPtrArray) files = list_pending (all);
  g_autoptr (GError) error = NULL;

  if (files->len == 0)
    return;
  sync_contents (self, files);
  for (guint i = 0; i < files->len; i++)
    if (get_file (files, i)->outcome == VITRAIL_OUTCOME_PENDING)
      vitrail_placing_place (self->placing, get_file (files, i));
  if (vitrail_placing_sync (self->placing, self->root_fd, &error))
    put_into_index (self, files, &error);
  finish (files, error);
}

/* --- the thread --- */

/* All that wait, up to the size of a batch; NULL at the end of the store. */
static GPtrArray *
take_orders (VitrailStore *self)
{
  GPtrArray *orders = g_ptr_array_new ();
  guint n_files = 0;
  Order *order;

  pthread_mutex_lock (&self->lock);
  while (self->orders.length == 0 && !self->is_ending)
    pthread_cond_wait (&self->changed, &self->lock);
  while (n_files < MAX_BATCH &&
         (order = g_queue_pop_head (&self->orders)) != NULL)
  {
    g_ptr_array_add (orders, order);
    n_files += order->files->len;
  }
  pthread_mutex_unlock (&self->lock);
  return orders;
}

static void
commit_orders (VitrailStore *self, const GPtrArray *orders)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (guint i = 0; i < orders->len; i++) {
    const Order *order = g_ptr_array_index (orders, i);
    for (guint j = 0; j < order->files->len; j++)
      g_ptr_array_add (files, get_file (order->files, j));
  }
  commit_files (self, files);
  for (guint i = 0; i < orders->len; i++) {
    Order *order = g_ptr_array_index (orders, i);
    g_ptr_array_unref (order->files);
    order->callback (order->user_data);
    g_free (order);
  }
}

static void *
run_thread (void *data)
{
  VitrailStore *self = data;

  for (;;) {
    g_autoptr (GPtrArray) orders = take_orders (self);
    if (orders->len == 0)
      return NULL;
    commit_orders (self, orders);
  }
}

void
vitrail_store_commit (VitrailStore *self,
                      GPtrArray *files,
                      VitrailStoreCallback callback,
                      gpointer user_data)
{
  Order *order = g_new0 (Order, 1);

  order->files = g_ptr_array_ref (files);
  order->callback = callback;
  order->user_data = user_data;
  pthread_mutex_lock (&self->lock);
  g_queue_push_tail (&self->orders, order);
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

VitrailIncoming *
vitrail_store_begin (VitrailStore *self, gboolean is_part10)
{
  VitrailIncoming *file = vitrail_incoming_new (self->incoming, is_part10);

  file->wants_metadata = vitrail_folder_wants_metadata (self->folder);
  return file;
}

/* --- opening --- */

/* This process alone: another one's unfinished files are none of ours. */
static gboolean
take_root (VitrailStore *self, GError **error)
{
  g_autofree char *name = g_build_filename (self->incoming, "lock", NULL);
  g_autofree char *above = g_path_get_dirname (self->root);

  if (g_mkdir_with_parents (self->incoming, 0755) != 0) {
    vitrail_incoming_set_errno (error, self->incoming);
    return FALSE;
  }
  self->lock_fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  self->root_fd = open (self->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->lock_fd < 0 || self->root_fd < 0) {
    vitrail_incoming_set_errno (error, self->root);
    return FALSE;
  }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return vitrail_placing_sync_folder (above, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               "%s: another process stores there", self->root);
  return FALSE;
}

/* What a process that died had begun. */
static void
remove_leftovers (const VitrailStore *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->incoming, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->incoming, name, NULL);
    if (g_str_has_suffix (name, ".part"))
      g_unlink (path);
  }
}

static void
close_all (VitrailStore *self)
{
  if (self->root_fd >= 0)
    close (self->root_fd);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  vitrail_placing_free (self->placing);
  g_object_unref (self->folder);
  g_free (self->root);
  g_free (self->incoming);
  g_free (self);
}

VitrailStore *
vitrail_store_new (const char *root,
                   VitrailFolder *folder,
                   VitrailDuplicates duplicates,
                   GError **error)
{
  VitrailStore *self = g_new0 (VitrailStore, 1);

  self->folder = g_object_ref (folder);
  self->root = g_canonicalize_filename (root, NULL);
  self->incoming = g_build_filename (self->root, VITRAIL_WALK_INCOMING, NULL);
  self->root_fd = -1;
  self->lock_fd = -1;
  if (!take_root (self, error)) {
    close_all (self);
    return NULL;
  }
  remove_leftovers (self);
  self->placing = vitrail_placing_new (self->root, folder, duplicates);
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  g_queue_init (&self->orders);
  pthread_create (&self->thread, NULL, run_thread, self);
  return self;
}

void
vitrail_store_free (VitrailStore *self)
{
  if (self == NULL)
    return;
  pthread_mutex_lock (&self->lock);
  self->is_ending = TRUE;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
  pthread_join (self->thread, NULL);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
  close_all (self);
}
