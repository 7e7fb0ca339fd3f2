/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recording to disk: see recording.h. PATH.frames is 16 bytes of head, then 16
 * for each frame: where it ends in PATH.part, and its time. It is locked while
 * somebody records. */

#include "recording.h"

#include "dicom/part10.h"
#include "dicom/writer.h"
#include "error.h"
#include "mapping.h"
#include "recordinghead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC        "VITRAIL1"
#define RECORD       16u
#define MAX_LENGTH   0xfffffffeull
#define HEAD_LIMIT   (16u * 1024 * 1024)
#define SYNC_US      (G_USEC_PER_SEC / 2)
#define PIXEL_HEADER 12u
#define ITEM_HEADER  8u
#define PART         ".part"
#define FRAMES       ".frames"

struct _VitrailRecording {
  char *path;
  char *part;
  char *frames;
  int file;
  int journal;
  guint32 head; /* bytes before Pixel Data */
  VitrailRecordingLayout layout;
  gboolean is_words; /* native samples of 16 bits */
  guint64 end;
  gint64 synced; /* when what was there went to the disk for sure */
};

/* What PATH.frames says. */
typedef struct {
  guint32 head;
  guint32 layout;
  guint64 end;
  guint64 first;
  guint64 last;
  guint n_frames;
} Journal;

static gboolean
fail_io (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

static gboolean
write_all (int file, const void *data, gsize length)
{
  const guint8 *at = data;

  while (length > 0) {
    gssize n = write (file, at, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    at += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static gboolean
write_at (int file, guint64 offset, const void *data, gsize length)
{
  return lseek (file, (off_t) offset, SEEK_SET) >= 0 &&
         write_all (file, data, length);
}

/* From the start of Pixel Data to that of the frames. */
static guint
prefix_length (VitrailRecordingLayout layout)
{
  if (layout == VITRAIL_RECORDING_NATIVE)
    return PIXEL_HEADER;
  return PIXEL_HEADER +
         ITEM_HEADER * (layout == VITRAIL_RECORDING_STREAM ? 2 : 1);
}

static gboolean
write_head (VitrailRecording *self, GBytes *head)
{
  static const guint8 capsule[] = { 0xe0, 0x7f, 0x10, 0,    'O',  'B',  0,
                                    0,    0xff, 0xff, 0xff, 0xff, 0xfe, 0xff,
                                    0,    0xe0, 0,    0,    0,    0,    0xfe,
                                    0xff, 0,    0xe0, 0,    0,    0,    0 };
  const guint8 native[] = {
    0xe0, 0x7f, 0x10, 0, 'O', self->is_words ? 'W' : 'B', 0, 0, 0, 0, 0, 0
  };
  guint32 record[4] = { 0, 0, GUINT32_TO_LE (self->head),
                        GUINT32_TO_LE (self->layout) };
  gboolean is_native = self->layout == VITRAIL_RECORDING_NATIVE;

  memcpy (record, MAGIC, 8);
  return write_all (self->file, g_bytes_get_data (head, NULL), self->head) &&
         write_all (self->file, is_native ? native : capsule,
                    prefix_length (self->layout)) &&
         write_all (self->journal, record, sizeof record);
}

/* So that a power cut leaves the names of new files. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int file = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (file < 0)
    return;
  (void) fsync (file);
  close (file);
}

/* The journal has its name when it is locked and whole: who finishes what
 * others left sees no other. */
static gboolean
open_files (VitrailRecording *self, GBytes *head, GError **error)
{
  g_autofree char *early = g_strconcat (self->frames, ".new", NULL);

  self->file = open (self->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (self->file < 0)
    return fail_io (self->part, error);
  self->journal = open (early, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (self->journal < 0 || flock (self->journal, LOCK_EX | LOCK_NB) != 0 ||
      !write_head (self, head) || rename (early, self->frames) != 0)
    return fail_io (early, error);
  sync_folder (self->path);
  return TRUE;
}

VitrailRecording *
vitrail_recording_new (const char *path,
                       VitrailDataSet *head,
                       const char *transfer_syntax,
                       VitrailRecordingLayout layout,
                       GError **error)
{
  g_autoptr (VitrailRecording) self = g_new0 (VitrailRecording, 1);

  self->path = g_strdup (path);
  self->part = g_strconcat (path, PART, NULL);
  self->frames = g_strconcat (path, FRAMES, NULL);
  self->layout = layout;
  self->is_words =
      vitrail_data_set_get_int_or (head, VITRAIL_TAG (0x0028, 0x0100), 8) > 8;
  self->file = -1;
  self->journal = -1;
  g_autoptr (GBytes) bytes =
      vitrail_write_part10 (head, transfer_syntax, error);
  if (bytes == NULL)
    return NULL;
  self->head = (guint32) g_bytes_get_size (bytes);
  self->end = self->head + prefix_length (layout);
  return open_files (self, bytes, error) ? g_steal_pointer (&self) : NULL;
}

void
vitrail_recording_free (VitrailRecording *self)
{
  if (self->file >= 0)
    close (self->file);
  if (self->journal >= 0)
    close (self->journal);
  g_free (self->path);
  g_free (self->part);
  g_free (self->frames);
  g_free (self);
}

static gboolean
write_frame (VitrailRecording *self, const guint8 *data, gsize length)
{
  static const guint8 zero = 0;
  guint8 item[ITEM_HEADER] = { 0xfe, 0xff, 0, 0xe0 };
  guint32 padded = GUINT32_TO_LE ((guint32) (length + (length & 1)));

  if (self->layout != VITRAIL_RECORDING_ITEMS)
    return write_all (self->file, data, length);
  memcpy (item + 4, &padded, sizeof padded);
  return write_all (self->file, item, sizeof item) &&
         write_all (self->file, data, length) &&
         write_all (self->file, &zero, length & 1);
}

guint64
vitrail_recording_get_pixel_bytes (const VitrailRecording *self)
{
  return self->end - self->head - prefix_length (self->layout);
}

static guint64
get_room (const VitrailRecording *self)
{
  if (self->layout == VITRAIL_RECORDING_ITEMS)
    return MAX_LENGTH;
  return MAX_LENGTH - vitrail_recording_get_pixel_bytes (self);
}

gboolean
vitrail_recording_add (VitrailRecording *self,
                       const guint8 *data,
                       gsize length,
                       guint64 time,
                       GError **error)
{
  guint64 written = length;

  if (length >= get_room (self)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: Pixel Data holds 4 GB at most; begin another recording",
                 self->path);
    return FALSE;
  }
  if (self->layout == VITRAIL_RECORDING_ITEMS)
    written += ITEM_HEADER + (length & 1);
  const guint64 record[] = { GUINT64_TO_LE (self->end + written),
                             GUINT64_TO_LE (time) };
  if (!write_frame (self, data, length) ||
      !write_all (self->journal, record, sizeof record))
    return fail_io (self->part, error);
  self->end += written;
  const gint64 now = g_get_monotonic_time ();
  if (now - self->synced < SYNC_US)
    return TRUE;
  self->synced = now;
  return (fdatasync (self->file) == 0 && fdatasync (self->journal) == 0) ||
         fail_io (self->part, error);
}

/* --- finishing --- */

static guint64
read_number (const guint8 *at)
{
  guint64 number;

  memcpy (&number, at, sizeof number);
  return GUINT64_FROM_LE (number);
}

/* Frames that are in a file of @size bytes. FALSE: there is none. */
static gboolean
read_journal (Journal *self, GBytes *bytes, guint64 size)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  *self = (Journal){ .first = G_MAXUINT64 };
  if (length < RECORD || memcmp (data, MAGIC, 8) != 0)
    return FALSE;
  self->head = (guint32) (read_number (data + 8) & 0xffffffff);
  self->layout = (guint32) (read_number (data + 8) >> 32);
  if (self->layout > VITRAIL_RECORDING_NATIVE || self->head > HEAD_LIMIT)
    return FALSE;
  self->end = self->head + prefix_length (self->layout);
  for (gsize at = RECORD; length - at >= RECORD; at += RECORD) {
    guint64 end = read_number (data + at);
    guint64 time = read_number (data + at + 8);
    if (end <= self->end || end > size)
      break;
    self->end = end;
    self->first = MIN (self->first, time);
    self->last = MAX (self->last, time);
    self->n_frames++;
  }
  return self->n_frames > 0;
}

/* The head with the numbers that are known now. */
static gboolean
patch_head (int file, const char *part, const Journal *journal, GError **error)
{
  g_autofree guint8 *data = g_try_malloc (journal->head);

  if (data == NULL ||
      pread (file, data, journal->head, 0) != (gssize) journal->head)
    return fail_io (part, error);
  g_autoptr (GBytes) bytes =
      g_bytes_new_take (g_steal_pointer (&data), journal->head);
  g_autoptr (VitrailPart10) old =
      vitrail_part10_read (bytes, part, VITRAIL_READ_ALL, error);
  if (old == NULL)
    return FALSE;
  guint64 frames_at = journal->head + prefix_length (journal->layout);
  g_autoptr (VitrailDataSet) head = vitrail_recording_head_end (
      vitrail_part10_get_data_set (old), journal->n_frames,
      (double) (journal->last - journal->first) / 1e9,
      journal->end - frames_at);
  g_autoptr (GBytes) patched =
      vitrail_write_part10 (head, vitrail_part10_get_transfer_syntax (old),
                            error);
  if (patched == NULL)
    return FALSE;
  if (g_bytes_get_size (patched) != journal->head) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: its attributes have changed their length", part);
    return FALSE;
  }
  return write_at (file, 0, g_bytes_get_data (patched, NULL), journal->head) ||
         fail_io (part, error);
}

/* Cuts off what is no whole frame; lengths, and the end of the items. */
static gboolean
close_pixels (int file, const Journal *journal)
{
  static const guint8 end[] = { 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0 };
  static const guint8 zero = 0;
  guint64 frames_at = journal->head + prefix_length (journal->layout);
  guint64 padding = (journal->end - frames_at) & 1;
  guint32 length =
      GUINT32_TO_LE ((guint32) (journal->end - frames_at + padding));

  if (ftruncate (file, (off_t) journal->end) != 0 ||
      !write_at (file, journal->end, &zero, padding))
    return FALSE;
  if (journal->layout != VITRAIL_RECORDING_ITEMS &&
      !write_at (file, frames_at - sizeof length, &length, sizeof length))
    return FALSE;
  return journal->layout == VITRAIL_RECORDING_NATIVE ||
         write_at (file, journal->end + padding, end, sizeof end);
}

/* TRUE too where there was nothing, which is taken away then: @path is not
 * there. */
static gboolean
finish (const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, PART, NULL);
  g_autofree char *frames = g_strconcat (path, FRAMES, NULL);
  g_autoptr (GBytes) bytes = vitrail_map_file (frames, error);
  struct stat status;
  Journal journal;
  int file = bytes != NULL ? open (part, O_RDWR | O_CLOEXEC) : -1;

  if (bytes == NULL)
    return FALSE;
  if (file < 0 && errno == ENOENT)
    return unlink (frames) == 0 || fail_io (frames, error);
  if (file < 0 || fstat (file, &status) != 0)
    return fail_io (part, error);
  gboolean has_any = read_journal (&journal, bytes, (guint64) status.st_size);
  gboolean fine = !has_any;
  if (has_any && patch_head (file, part, &journal, error)) {
    fine = close_pixels (file, &journal) && fsync (file) == 0 &&
           rename (part, path) == 0;
    if (fine)
      sync_folder (path);
    else
      fail_io (part, error);
  }
  close (file);
  if (!has_any)
    unlink (part);
  if (fine)
    unlink (frames);
  return fine;
}

gboolean
vitrail_recording_end (VitrailRecording *self, GError **error)
{
  return finish (self->path, error);
}

/* TRUE where nobody else holds @journal, or has just finished it: then its name
 * is gone. */
static gboolean
lock_left (int journal)
{
  struct stat status;

  return flock (journal, LOCK_EX | LOCK_NB) == 0 &&
         fstat (journal, &status) == 0 && status.st_nlink > 0;
}

static void
finish_left (const char *frames, GPtrArray *done, GError **failed)
{
  g_autofree char *path = g_strndup (frames, strlen (frames) - strlen (FRAMES));
  int journal = open (frames, O_RDONLY | O_CLOEXEC);

  if (journal < 0)
    return;
  if (lock_left (journal)) {
    if (failed != NULL)
      g_clear_error (failed);
    if (finish (path, failed) && g_file_test (path, G_FILE_TEST_EXISTS))
      g_ptr_array_add (done, g_steal_pointer (&path));
  }
  close (journal);
}

GPtrArray *
vitrail_recording_finish_all (const char *folder, GError **failed)
{
  GPtrArray *done = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *frames = g_build_filename (folder, name, NULL);
    if (g_str_has_suffix (name, FRAMES))
      finish_left (frames, done, failed);
  }
  return done;
}
