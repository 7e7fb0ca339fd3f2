/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An instance on its way in: see incoming.h. */

#define _GNU_SOURCE /* sync_file_range */

#include "folder/incoming.h"

#include "dicom/parser.h"
#include "dicom/part10.h"
#include "error.h"
#include "limits.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TAG_SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define TAG_PIXEL_DATA          VITRAIL_TAG (0x7fe0, 0x0010)

#define PREAMBLE 128u

/* The kernel is asked to write so many bytes at a time while more come, so that
 * the sync at the end waits for little. */
#define FLUSH_BYTES ((guint64) 4 * 1024 * 1024)
/* And the rest, unless it is small. */
#define FLUSH_REST ((guint64) 64 * 1024)

void
vitrail_incoming_set_errno (GError **error, const char *what)
{
  const int code = errno;
  const gboolean is_full = code == ENOSPC || code == EDQUOT || code == EFBIG;

  g_set_error (error, G_IO_ERROR,
               is_full ? G_IO_ERROR_NO_SPACE
                       : (int) g_io_error_from_errno (code),
               "%s: %s", what, g_strerror (code));
}

static void
close_file (VitrailIncoming *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

VitrailIncoming *
vitrail_incoming_new (const char *folder, gboolean is_part10)
{
  VitrailIncoming *self = g_new0 (VitrailIncoming, 1);

  self->folder = g_strdup (folder);
  self->is_part10 = is_part10;
  self->fd = -1;
  return self;
}

/* Its file, not before something is to be written to it. */
static gboolean
open_file (VitrailIncoming *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "XXXXXX.part", NULL);

  self->fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0644);
  if (self->fd < 0) {
    vitrail_incoming_set_errno (error, "a new file");
    return FALSE;
  }
  self->path = g_steal_pointer (&path);
  return TRUE;
}

void
vitrail_incoming_free (VitrailIncoming *self)
{
  close_file (self);
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_pointer (&self->record, vitrail_file_record_free);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->placed);
  g_free (self->reason);
  g_free (self->sop_class);
  g_free (self->sop);
  g_free (self->study);
  g_free (self->series);
  g_free (self);
}

/* Without the name of our file, which says nothing to who sent it. */
static char *
dup_reason (const VitrailIncoming *self, const GError *error)
{
  const char *text = error->message;

  if (self->path != NULL && g_str_has_prefix (text, self->path) &&
      g_str_has_prefix (text + strlen (self->path), ": "))
    text += strlen (self->path) + 2;
  return g_strdup (text);
}

void
vitrail_incoming_discard (VitrailIncoming *self)
{
  close_file (self);
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_pointer (&self->path, g_free);
}

void
vitrail_incoming_fail (VitrailIncoming *self, const GError *error)
{
  if (self->reason == NULL)
    self->reason = dup_reason (self, error);
  if (self->outcome == VITRAIL_OUTCOME_PENDING)
    self->outcome =
        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
            ? VITRAIL_OUTCOME_NO_SPACE
        : error->domain == VITRAIL_ERROR && error->code != VITRAIL_ERROR_IO
            ? VITRAIL_OUTCOME_NOT_DICOM
            : VITRAIL_OUTCOME_FAILED;
  vitrail_incoming_discard (self);
}

static gboolean
write_all (VitrailIncoming *self, const char *at, gsize length, GError **error)
{
  if (length > VITRAIL_LIMIT_STORED_BYTES - self->size) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "an instance of more than %llu bytes",
                 VITRAIL_LIMIT_STORED_BYTES);
    return FALSE;
  }
  self->size += length;
  while (length > 0) {
    const gssize n = write (self->fd, at, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      vitrail_incoming_set_errno (error, self->path);
      return FALSE;
    }
    at += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static gboolean
fail_format (GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "not a DICOM file (PS3.10)");
  return FALSE;
}

/* The first bytes are kept until there are enough to tell: what is no DICOM
 * file costs no file. Moves @data behind those that were taken. */
static gboolean
take_head (VitrailIncoming *self,
           const char **data,
           gsize *length,
           GError **error)
{
  const gsize n =
      self->is_part10 ? MIN (*length, sizeof self->head - self->n_head) : 0;

  memcpy (self->head + self->n_head, *data, n);
  self->n_head += n;
  *data += n;
  *length -= n;
  if (self->is_part10 && self->n_head < sizeof self->head)
    return TRUE;
  if (self->is_part10 && memcmp (self->head + PREAMBLE, "DICM", 4) != 0)
    return fail_format (error);
  return open_file (self, error) &&
         write_all (self, self->head, self->n_head, error);
}

gboolean
vitrail_incoming_write (VitrailIncoming *self,
                        const void *data,
                        gsize length,
                        GError **error)
{
  const char *at = data;

  if (self->fd < 0 && !take_head (self, &at, &length, error))
    return FALSE;
  if (length > 0 && !write_all (self, at, length, error))
    return FALSE;
  if (self->size - self->flushed >= FLUSH_BYTES) {
    /* A hint: what it says is not asked for. */
    sync_file_range (self->fd, (off64_t) self->flushed,
                     (off64_t) (self->size - self->flushed),
                     SYNC_FILE_RANGE_WRITE);
    self->flushed = self->size;
  }
  return TRUE;
}

static gboolean
fail (VitrailIncoming *self,
      VitrailOutcome outcome,
      const char *what,
      GError **error)
{
  self->outcome = outcome;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s", what);
  return FALSE;
}

/* NULL where there is none, or what is there is not one UID. */
static char *
dup_uid (const VitrailDataSet *data_set, VitrailTag tag)
{
  g_autofree char *uid = vitrail_data_set_dup_strings (data_set, tag);

  return uid != NULL && vitrail_uid_is_valid (uid) ? g_steal_pointer (&uid)
                                                   : NULL;
}

/* The reader takes what is left of a value that is cut off, and says so. */
static gboolean
is_cut (const VitrailPart10 *file)
{
  const char *const *warnings = vitrail_part10_get_warnings (file);

  for (; *warnings != NULL; warnings++)
    if (g_str_has_suffix (*warnings, VITRAIL_PARSER_CUT))
      return TRUE;
  return FALSE;
}

/* Fragments end in a delimiter, or something has cut them off. */
static gboolean
is_whole (const VitrailPart10 *file)
{
  const guint16 sequence_end = 0xe0dd;
  const VitrailElement *pixels =
      vitrail_data_set_find (vitrail_part10_get_data_set (file),
                             TAG_PIXEL_DATA);

  if (is_cut (file))
    return FALSE;
  if (pixels == NULL || !pixels->undefined_length)
    return TRUE;
  const size_t end =
      vitrail_parser_walk_fragments (pixels->value, 0, pixels->length);
  return vitrail_parser_at_delimiter (pixels->value + end, pixels->length - end,
                                      FALSE, sequence_end);
}

/* Whether what was written is an instance that can be stored. */
static gboolean
check (VitrailIncoming *self, GError **error)
{
  g_autoptr (VitrailPart10) file = vitrail_part10_open (
      self->path, VITRAIL_READ_HEADER | VITRAIL_READ_GROUPS_LATER, error);

  if (file == NULL) {
    self->outcome = VITRAIL_OUTCOME_NOT_DICOM;
    return FALSE;
  }
  const VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  self->sop_class = dup_uid (data_set, TAG_SOP_CLASS_UID);
  self->sop = dup_uid (data_set, TAG_SOP_INSTANCE_UID);
  self->study = dup_uid (data_set, TAG_STUDY_INSTANCE_UID);
  self->series = dup_uid (data_set, TAG_SERIES_INSTANCE_UID);
  if (vitrail_part10_get_meta (file) == NULL)
    return fail (self, VITRAIL_OUTCOME_NOT_DICOM, "no file meta information",
                 error);
  if (self->sop_class == NULL || self->sop == NULL || self->study == NULL ||
      self->series == NULL)
    return fail (self, VITRAIL_OUTCOME_NOT_DICOM,
                 "its class, instance, series or study has no valid UID",
                 error);
  if (vitrail_uid_name (vitrail_part10_get_transfer_syntax (file)) == NULL)
    return fail (self, VITRAIL_OUTCOME_SYNTAX, "unknown transfer syntax",
                 error);
  if (!is_whole (file))
    return fail (self, VITRAIL_OUTCOME_NOT_DICOM, "it is cut off", error);
  return TRUE;
}

gboolean
vitrail_incoming_end (VitrailIncoming *self, gboolean keep_open, GError **error)
{
  const VitrailWalkFile walked = { .path = self->path };
  g_autoptr (VitrailFileRecord) record = NULL;

  if (self->fd < 0)
    return fail_format (error);
  if (self->size - self->flushed >= FLUSH_REST)
    sync_file_range (self->fd, (off64_t) self->flushed, 0,
                     SYNC_FILE_RANGE_WRITE);
  if (!keep_open)
    close_file (self);
  if (!check (self, error))
    return FALSE;
  record = vitrail_file_record_new (&walked);
  record->wants_metadata = self->wants_metadata;
  vitrail_file_record_read (record);
  if (record->state != VITRAIL_FILE_INSTANCE)
    return fail (self, VITRAIL_OUTCOME_NOT_DICOM,
                 record->reason != NULL ? record->reason : "not an instance",
                 error);
  self->record = g_steal_pointer (&record);
  return TRUE;
}
