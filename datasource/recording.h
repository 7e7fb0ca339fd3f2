/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRecording: an object that is written while it is recorded. It grows on
 * disk as PATH.part, a frame at a time; PATH.frames says after each frame where
 * it ends. What was begun by a process that is no more is finished from these
 * two: nothing that was added is lost. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailRecordingLayout:
 * @VITRAIL_RECORDING_STREAM: one fragment: a video
 * @VITRAIL_RECORDING_ITEMS: a fragment each frame
 * @VITRAIL_RECORDING_NATIVE: not encapsulated, 8 or 16 bits
 */
typedef enum {
  VITRAIL_RECORDING_STREAM,
  VITRAIL_RECORDING_ITEMS,
  VITRAIL_RECORDING_NATIVE,
} VitrailRecordingLayout;

typedef struct _VitrailRecording VitrailRecording;

/* @head: of vitrail_recording_head_new (). */
VitrailRecording *vitrail_recording_new (const char *path,
                                         VitrailDataSet *head,
                                         const char *transfer_syntax,
                                         VitrailRecordingLayout layout,
                                         GError **error);
/* Leaves what was not ended as it is, to be finished. */
void vitrail_recording_free (VitrailRecording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRecording, vitrail_recording_free)

/* One frame that is shown at @time, in nanoseconds. */
gboolean vitrail_recording_add (VitrailRecording *self,
                                const guint8 *data,
                                gsize length,
                                guint64 time,
                                GError **error);
/* Of what has been added. */
guint64 vitrail_recording_get_pixel_bytes (const VitrailRecording *self);
/* Makes it the object at PATH. */
gboolean vitrail_recording_end (VitrailRecording *self, GError **error);

/**
 * vitrail_recording_finish_all:
 * @folder: where recordings were made
 * @failed: (out) (optional): what went wrong with the last that is not finished
 *
 * Finishes all in @folder that nobody is making any more; those without a frame
 * are removed.
 *
 * Returns: (transfer full) (element-type utf8): paths of the objects
 */
GPtrArray *vitrail_recording_finish_all (const char *folder, GError **failed);

G_END_DECLS
