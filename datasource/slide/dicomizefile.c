/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances as files: see dicomizefile.h. Stored tiles go from the slide into
 * the file as they are; those that are encoded here are made on the pool, a
 * batch at a time. */

#define _GNU_SOURCE /* sync_file_range (), renameat2 () */

#include "slide/dicomizefile.h"

#include "error.h"
#include "pool.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Frames that are written at once, without being copied. */
#define QUEUE_FRAMES 64u
/* Frames in the making at once, of each worker. */
#define BATCH_PER_WORKER 4u

/* So many bytes go on their way to the disk while the next are made. */
#define SYNC_BYTES ((off_t) 8 << 20)

/* What the frames before a given one may take so that its offset has 32 bits.
 */
#define BASIC_LIMIT G_MAXUINT32

/* One file in the making. */
typedef struct {
  char *path;
  char *temporary;
  int fd;
} OutFile;

/* Frames on their way into a file. */
typedef struct {
  struct iovec parts[QUEUE_FRAMES * 3]; /* head, stream, padding */
  guint n_parts;
  uint8_t heads[QUEUE_FRAMES][VITRAIL_ITEM_HEAD_BYTES];
  GBytes *streams[QUEUE_FRAMES];
  guint n_frames;
} FrameQueue;

typedef struct {
  VitrailDicomized *dicomized;
  const char *folder;
  GPtrArray *files; /* OutFile */
  gboolean made_folder;
  FrameQueue queue;
  guint64 n_done;
  guint64 n_frames;
  VitrailDicomizeProgress progress;
  gpointer user_data;
} Writing;

/* One instance on its way into a file. */
typedef struct {
  Writing *writing;
  guint image;
  const OutFile *file;
  VitrailOffsets offsets;
  guint64 *starts; /* of each frame's item, from the first item on */
  guint64 *lengths;
  guint64 at;
  guint64 syncing; /* of @at: on its way to the disk */
} ImageWriting;

static gboolean
set_io_error (const char *path, int code, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

static void
out_file_free (OutFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

static char *
make_path (const char *folder, const char *name)
{
  return g_strdup_printf ("%s/%s.dcm", folder, name);
}

static OutFile *
out_file_new (const char *folder, const char *name, GError **error)
{
  OutFile *self = g_new0 (OutFile, 1);

  self->path = make_path (folder, name);
  self->temporary =
      g_strdup_printf ("%s/.%s.%08x.part", folder, name, g_random_int ());
  self->fd =
      open (self->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (self->fd >= 0)
    return self;
  set_io_error (self->path, errno, error);
  g_clear_pointer (&self->temporary, g_free);
  out_file_free (self);
  return NULL;
}

/* Takes @written bytes off the front of @parts; how many of @n are done. */
static guint
skip_written (struct iovec *parts, guint n, gsize written)
{
  guint i = 0;

  while (i < n && written >= parts[i].iov_len)
    written -= parts[i++].iov_len;
  if (i < n) {
    parts[i].iov_base = (uint8_t *) parts[i].iov_base + written;
    parts[i].iov_len -= written;
  }
  return i;
}

static gboolean
write_parts (const OutFile *file, struct iovec *parts, guint n, GError **error)
{
  while (n > 0) {
    gssize written = writev (file->fd, parts, (int) n);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return set_io_error (file->path, errno, error);
    guint done = skip_written (parts, n, (gsize) written);
    parts += done;
    n -= done;
  }
  return TRUE;
}

static gboolean
write_bytes (const OutFile *file,
             const uint8_t *data,
             gsize length,
             GError **error)
{
  /* writev () only reads. */
  struct iovec part = { (uint8_t *) (uintptr_t) data, length };

  return write_parts (file, &part, 1, error);
}

static void
queue_clear (FrameQueue *self)
{
  for (guint i = 0; i < self->n_frames; i++)
    g_bytes_unref (self->streams[i]);
  self->n_frames = 0;
  self->n_parts = 0;
}

static void
start_sync (ImageWriting *self)
{
  const off_t length = (off_t) (self->at - self->syncing);

  if (length < SYNC_BYTES)
    return;
  (void) sync_file_range (self->file->fd, (off_t) self->syncing, length,
                          SYNC_FILE_RANGE_WRITE);
  self->syncing = self->at;
}

static gboolean
flush (ImageWriting *self, GError **error)
{
  FrameQueue *queue = &self->writing->queue;
  gboolean done = write_parts (self->file, queue->parts, queue->n_parts, error);

  queue_clear (queue);
  start_sync (self);
  return done;
}

static void
queue_part (FrameQueue *self, const uint8_t *data, gsize length)
{
  self->parts[self->n_parts].iov_base = (uint8_t *) (uintptr_t) data;
  self->parts[self->n_parts++].iov_len = length;
}

static void
queue_frame (FrameQueue *self, GBytes *stream)
{
  static const uint8_t padding = 0;
  uint8_t *head = self->heads[self->n_frames];
  gsize length;
  const uint8_t *data = g_bytes_get_data (stream, &length);

  vitrail_item_head_write (head, length);
  queue_part (self, head, VITRAIL_ITEM_HEAD_BYTES);
  queue_part (self, data, length);
  if (length % 2 != 0)
    queue_part (self, &padding, 1);
  self->streams[self->n_frames++] = g_bytes_ref (stream);
}

static gboolean
put_frame (ImageWriting *self, guint frame, GBytes *stream, GError **error)
{
  Writing *writing = self->writing;
  const gsize length = g_bytes_get_size (stream);
  const gsize even = length + length % 2;

  if (length > G_MAXUINT32 - 2) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u is longer than 4 GB", self->file->path, frame);
    return FALSE;
  }
  self->starts[frame - 1] = self->at;
  self->lengths[frame - 1] = even;
  self->at += VITRAIL_ITEM_HEAD_BYTES + even;
  writing->n_done++;
  if (writing->progress != NULL)
    writing->progress (writing->n_done, writing->n_frames, writing->user_data);
  queue_frame (&writing->queue, stream);
  return writing->queue.n_frames < QUEUE_FRAMES || flush (self, error);
}

/* --- frames --- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  guint n_left; /* guarded by lock */
} Batch;

typedef struct {
  Batch *batch;
  VitrailDicomized *dicomized;
  guint image;
  guint frame;
  GBytes *stream;
  GError *error;
} FrameJob;

static void
frame_job_clear (gpointer data)
{
  FrameJob *self = data;

  g_clear_pointer (&self->stream, g_bytes_unref);
  g_clear_error (&self->error);
}

static void
load_frame_cb (gpointer data, gboolean cancelled)
{
  FrameJob *job = data;

  job->stream = vitrail_dicomized_load_frame (job->dicomized, job->image,
                                              job->frame, NULL, &job->error);
  pthread_mutex_lock (&job->batch->lock);
  job->batch->n_left--;
  pthread_cond_signal (&job->batch->changed);
  pthread_mutex_unlock (&job->batch->lock);
}

/* The pool takes the newest first: the last frame is pushed first. */
static void
run_batch (GArray *jobs)
{
  Batch batch = { .n_left = jobs->len };

  pthread_mutex_init (&batch.lock, NULL);
  pthread_cond_init (&batch.changed, NULL);
  for (guint i = jobs->len; i > 0; i--) {
    FrameJob *job = &g_array_index (jobs, FrameJob, i - 1);
    job->batch = &batch;
    vitrail_pool_push (VITRAIL_PRIORITY_BACKGROUND, load_frame_cb, job, NULL);
  }
  pthread_mutex_lock (&batch.lock);
  while (batch.n_left > 0)
    pthread_cond_wait (&batch.changed, &batch.lock);
  pthread_mutex_unlock (&batch.lock);
  pthread_cond_destroy (&batch.changed);
  pthread_mutex_destroy (&batch.lock);
}

/* Frames from @first on, @n of them. */
static gboolean
write_batch (ImageWriting *self, guint first, guint n, GError **error)
{
  g_autoptr (GArray) jobs =
      g_array_sized_new (FALSE, TRUE, sizeof (FrameJob), n);

  g_array_set_clear_func (jobs, frame_job_clear);
  for (guint i = 0; i < n; i++) {
    FrameJob job = { .dicomized = self->writing->dicomized,
                     .image = self->image,
                     .frame = first + i };
    g_array_append_val (jobs, job);
  }
  run_batch (jobs);
  for (guint i = 0; i < n; i++) {
    FrameJob *job = &g_array_index (jobs, FrameJob, i);
    if (job->stream == NULL) {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return FALSE;
    }
    if (!put_frame (self, job->frame, job->stream, error))
      return FALSE;
  }
  return TRUE;
}

/* There is nothing to do but to write. */
static gboolean
write_stored (ImageWriting *self, guint n, GError **error)
{
  for (guint frame = 1; frame <= n; frame++) {
    g_autoptr (GBytes) stream =
        vitrail_dicomized_load_frame (self->writing->dicomized, self->image,
                                      frame, NULL, error);
    if (stream == NULL || !put_frame (self, frame, stream, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_encoded (ImageWriting *self, guint n, GError **error)
{
  const guint step = BATCH_PER_WORKER * vitrail_pool_get_n_workers ();

  for (guint first = 1; first <= n; first += step)
    if (!write_batch (self, first, MIN (step, n - first + 1), error))
      return FALSE;
  return TRUE;
}

static gboolean
write_frames (ImageWriting *self, GError **error)
{
  VitrailDicomized *dicomized = self->writing->dicomized;
  const guint n = vitrail_dicomized_get_n_frames (dicomized, self->image);
  gboolean done = vitrail_dicomized_is_stored (dicomized, self->image)
                      ? write_stored (self, n, error)
                      : write_encoded (self, n, error);

  return done && flush (self, error) &&
         write_bytes (self->file, vitrail_sequence_tail,
                      VITRAIL_SEQUENCE_TAIL_BYTES, error);
}

/* --- the table, when all is known --- */

static gboolean
patch (const OutFile *file,
       const void *data,
       gsize length,
       guint64 at,
       GError **error)
{
  if (pwrite (file->fd, data, length, (off_t) at) == (gssize) length)
    return TRUE;
  return set_io_error (file->path, errno != 0 ? errno : EIO, error);
}

/* @n_head: bytes before the first frame. */
static gboolean
write_table (const ImageWriting *self, gsize n_head, GError **error)
{
  const guint n =
      vitrail_dicomized_get_n_frames (self->writing->dicomized, self->image);

  if (self->offsets == VITRAIL_OFFSETS_BASIC) {
    g_autofree guint32 *table = g_new (guint32, n);
    for (guint i = 0; i < n; i++)
      table[i] = GUINT32_TO_LE ((guint32) self->starts[i]);
    return patch (self->file, table, (gsize) n * sizeof *table,
                  n_head - (gsize) n * sizeof *table, error);
  }
  /* Two values of 8 bytes a frame with headers of 12 bytes, then Pixel Data's
   * header and the empty table. */
  const gsize length = (gsize) n * sizeof (guint64);
  const guint64 lengths_at = n_head - 20 - length;
  for (guint i = 0; i < n; i++) {
    self->starts[i] = GUINT64_TO_LE (self->starts[i]);
    self->lengths[i] = GUINT64_TO_LE (self->lengths[i]);
  }
  return patch (self->file, self->lengths, length, lengths_at, error) &&
         patch (self->file, self->starts, length, lengths_at - 12 - length,
                error);
}

static gboolean
is_too_long (const ImageWriting *self)
{
  const guint n =
      vitrail_dicomized_get_n_frames (self->writing->dicomized, self->image);

  return self->offsets == VITRAIL_OFFSETS_BASIC &&
         self->starts[n - 1] > BASIC_LIMIT;
}

static gboolean
write_once (ImageWriting *self, GError **error)
{
  g_autoptr (GBytes) head =
      vitrail_dicomized_ref_head (self->writing->dicomized, self->image,
                                  self->offsets, error);

  if (head == NULL)
    return FALSE;
  gsize n_head;
  const uint8_t *bytes = g_bytes_get_data (head, &n_head);
  self->at = self->syncing = 0;
  return write_bytes (self->file, bytes, n_head, error) &&
         write_frames (self, error) &&
         (is_too_long (self) || write_table (self, n_head, error));
}

static gboolean
write_image (Writing *writing, guint image, const OutFile *file, GError **error)
{
  const guint n = vitrail_dicomized_get_n_frames (writing->dicomized, image);
  g_autofree guint64 *starts = g_try_new0 (guint64, n);
  g_autofree guint64 *lengths = g_try_new0 (guint64, n);
  ImageWriting self = { .writing = writing,
                        .image = image,
                        .file = file,
                        .offsets = VITRAIL_OFFSETS_BASIC,
                        .starts = starts,
                        .lengths = lengths };

  if (starts == NULL || lengths == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for the offsets of %u frames", file->path, n);
    return FALSE;
  }
  if (!write_once (&self, error))
    return FALSE;
  if (!is_too_long (&self))
    return TRUE;
  /* Seldom, and only known at the end. */
  writing->n_done -= n;
  self.offsets = VITRAIL_OFFSETS_EXTENDED;
  if (ftruncate (file->fd, 0) != 0 || lseek (file->fd, 0, SEEK_SET) != 0)
    return set_io_error (file->path, errno, error);
  return write_once (&self, error);
}

/* --- all --- */

static gboolean
write_images (Writing *self, GError **error)
{
  const guint n = vitrail_dicomized_get_n_instances (self->dicomized);

  for (guint i = 0; i < n; i++) {
    OutFile *file =
        out_file_new (self->folder,
                      vitrail_dicomized_get_name (self->dicomized, i), error);
    if (file == NULL)
      return FALSE;
    g_ptr_array_add (self->files, file);
    if (!write_image (self, i, file, error))
      return FALSE;
    /* While the next is being made, this one goes to the disk. */
    (void) sync_file_range (file->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  }
  return TRUE;
}

/* Whoever has taken the place meanwhile keeps it; 0, or what errno says. File
 * systems that cannot rename so can mostly link, which replaces nothing either.
 */
static int
move_into_place (const OutFile *file)
{
  if (renameat2 (AT_FDCWD, file->temporary, AT_FDCWD, file->path,
                 RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;
  if (link (file->temporary, file->path) != 0)
    return errno;
  g_unlink (file->temporary);
  return 0;
}

/* All are complete: now they get their places. Those that have it already are
 * taken away again when one cannot. */
static gboolean
commit (Writing *self, GError **error)
{
  for (guint i = 0; i < self->files->len; i++) {
    OutFile *file = g_ptr_array_index (self->files, i);
    if (fsync (file->fd) != 0)
      return set_io_error (file->path, errno, error);
  }
  for (guint i = 0; i < self->files->len; i++) {
    OutFile *file = g_ptr_array_index (self->files, i);
    const int code = move_into_place (file);
    if (code != 0) {
      set_io_error (file->path, code, error);
      while (i-- > 0)
        g_unlink (((OutFile *) g_ptr_array_index (self->files, i))->path);
      return FALSE;
    }
    g_clear_pointer (&file->temporary, g_free);
  }
  return TRUE;
}

/* What is there already is not replaced: it could not be put back. */
static gboolean
check_places (const Writing *self, GError **error)
{
  const guint n = vitrail_dicomized_get_n_instances (self->dicomized);

  for (guint i = 0; i < n; i++) {
    g_autofree char *path =
        make_path (self->folder,
                   vitrail_dicomized_get_name (self->dicomized, i));
    if (faccessat (AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
      return set_io_error (path, EEXIST, error);
  }
  return TRUE;
}

static gboolean
make_folder (Writing *self, GError **error)
{
  if (g_mkdir (self->folder, 0777) == 0) {
    self->made_folder = TRUE;
    return TRUE;
  }
  if (errno == EEXIST && g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  return set_io_error (self->folder, errno == EEXIST ? ENOTDIR : errno, error);
}

gboolean
vitrail_dicomized_write_files (VitrailDicomized *self,
                               const char *folder,
                               VitrailDicomizeProgress progress,
                               gpointer user_data,
                               GError **error)
{
  g_autoptr (GPtrArray) files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) out_file_free);
  Writing writing = { .dicomized = self,
                      .folder = folder,
                      .files = files,
                      .progress = progress,
                      .user_data = user_data };

  for (guint i = 0; i < vitrail_dicomized_get_n_instances (self); i++)
    writing.n_frames += vitrail_dicomized_get_n_frames (self, i);
  if (!make_folder (&writing, error) || !check_places (&writing, error))
    return FALSE;
  if (write_images (&writing, error) && commit (&writing, error))
    return TRUE;
  queue_clear (&writing.queue);
  g_ptr_array_set_size (files, 0);
  if (writing.made_folder)
    g_rmdir (folder);
  return FALSE;
}
