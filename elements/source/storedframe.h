/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stored frames as buffers and caps: what dicomfilesrc and dcmdemux push, and
 * whether they push as time goes or on demand. */

#pragma once

#include "instance.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VitrailSourceMode: of every source of pictures.
 * @VITRAIL_SOURCE_MODE_TIMELINE: one after the other, in time; seekable; ends
 * @VITRAIL_SOURCE_MODE_DEMAND: live; pushes what it is asked for by its
 *   properties, newest wins; never ends
 */
typedef enum {
  VITRAIL_SOURCE_MODE_TIMELINE,
  VITRAIL_SOURCE_MODE_DEMAND,
} VitrailSourceMode;

#define VITRAIL_TYPE_SOURCE_MODE (vitrail_source_mode_get_type ())
GType vitrail_source_mode_get_type (void);

/* image/x-dicom-frame of @instance's frames; @frame_ms 0: they stand
 * differently long. */
GstCaps *vitrail_stored_caps_from_instance (VitrailInstance *instance,
                                            double frame_ms,
                                            GError **error);

/* The stored bytes of @frame (from 1), not copied, with VitrailFrameMeta and
 * VitrailInstanceMeta. Where they cannot be read, the buffer is empty and
 * flagged CORRUPTED, and @error says why: never NULL, playing goes on. */
GstBuffer *vitrail_stored_buffer_new (VitrailInstance *instance,
                                      guint frame,
                                      GError **error);

G_END_DECLS
