/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailIncoming: one instance on its way into a folder: a file beside the
 * archive that grows as bytes come, and is looked at when it is whole. Nothing
 * of it is visible before the store has placed it (store.h). One thread at a
 * time. */

#pragma once

#include "folder/record.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** VitrailOutcome: what became of it. */
typedef enum {
  VITRAIL_OUTCOME_PENDING,
  VITRAIL_OUTCOME_STORED,
  VITRAIL_OUTCOME_SAME,        /* was there already, byte for byte */
  VITRAIL_OUTCOME_KEPT,        /* another one of this UID is there and stays */
  VITRAIL_OUTCOME_DUPLICATE,   /* refused for that reason */
  VITRAIL_OUTCOME_OTHER_STUDY, /* not of the study that was named */
  VITRAIL_OUTCOME_NOT_DICOM,   /* no Part 10 file, or a broken one */
  VITRAIL_OUTCOME_SYNTAX,      /* a transfer syntax that is none */
  VITRAIL_OUTCOME_NO_SPACE,
  VITRAIL_OUTCOME_FAILED, /* the operating system refused */
} VitrailOutcome;

/**
 * VitrailIncoming:
 * @folder: where its file is made
 * @is_part10: it has to begin as a Part 10 file
 * @head, @n_head: its first bytes
 * @path: the file, once there is one and until it is placed
 * @fd: its descriptor, -1 when closed
 * @size: bytes written
 * @flushed: of these, how many the kernel was asked to start writing
 * @wants_metadata: that of the record, too
 * @record: what the index will say of it, once vitrail_incoming_end () has
 *   looked at it and found an instance
 * @sop_class, @sop, @study, @series: UIDs; NULL where it has none, or what is
 *   there is no UID
 * @placed: where it lies, once the store has placed it
 * @reason: in words, of one that failed
 * @outcome: PENDING until something is decided
 * @success: of one that is placed, what will be so when it lasts
 */
typedef struct {
  char *folder;
  gboolean is_part10;
  char head[132];
  gsize n_head;
  char *path;
  int fd;
  guint64 size;
  guint64 flushed;
  gboolean wants_metadata;
  VitrailFileRecord *record;
  char *sop_class;
  char *sop;
  char *study;
  char *series;
  char *placed;
  char *reason;
  VitrailOutcome outcome;
  VitrailOutcome success;
} VitrailIncoming;

/* One that will have its file in @folder. @is_part10: it has to be a Part 10
 * file, which is seen before it is made. */
VitrailIncoming *vitrail_incoming_new (const char *folder, gboolean is_part10);
/* Removes the file, unless it was placed. */
void vitrail_incoming_free (VitrailIncoming *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailIncoming, vitrail_incoming_free)

/* Removes the file early. */
void vitrail_incoming_discard (VitrailIncoming *self);
/* The same, and gives the error's outcome. */
void vitrail_incoming_fail (VitrailIncoming *self, const GError *error);

/* Appends. Errors: G_IO_ERROR, NO_SPACE among them; VITRAIL_ERROR_FORMAT where
 * it begins as no Part 10 file does, LIMIT beyond VITRAIL_LIMIT_STORED_BYTES.
 */
gboolean vitrail_incoming_write (VitrailIncoming *self,
                                 const void *data,
                                 gsize length,
                                 GError **error);

/* It is whole: reads its header, which must be that of an instance with UIDs
 * that are UIDs, in a transfer syntax of PS3.6, its Pixel Data not cut off.
 * FALSE: @outcome and @error say why not. @keep_open: a later fdatasync () is
 * wanted; else the descriptor is closed. */
gboolean vitrail_incoming_end (VitrailIncoming *self,
                               gboolean keep_open,
                               GError **error);

/* Sets @error from errno: @what, then the text. */
void vitrail_incoming_set_errno (GError **error, const char *what);

G_END_DECLS
