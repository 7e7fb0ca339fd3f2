/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a DICOM object carries, as caps: frames, a video stream, a document, a
 * waveform. For dcmdemux. */

#pragma once

#include "instance.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VitrailPayload:
 * @instance: holds frames; else NULL
 * @bytes: all of what is no frames; else NULL
 * @caps: of @bytes
 */
typedef struct {
  VitrailInstance *instance;
  GBytes *bytes;
  GstCaps *caps;
} VitrailPayload;

/* @file: a whole Part 10 file; @name stands for it in errors. @as_streams: a
 * video is the bytes that it is, not frames. */
gboolean vitrail_payload_open (VitrailPayload *self,
                               GBytes *file,
                               const char *name,
                               gboolean as_streams,
                               GError **error);
void vitrail_payload_clear (VitrailPayload *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailPayload, vitrail_payload_clear)

G_END_DECLS
