/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRecorder: buffers of one stream into a recording (see recording.h):
 * which transfer syntax and layout its caps and its own header ask for, and how
 * a buffer becomes bytes of Pixel Data. What dcmmux does between its pads. Used
 * by one thread at a time. */

#pragma once

#include "recordinghead.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What a recorder takes. */
#define VITRAIL_RECORDER_CAPS                                                 \
  "video/x-h264, stream-format = (string) byte-stream, alignment = "          \
  "(string) au, profile = (string) { high, constrained-high, "                \
  "progressive-high, main, constrained-baseline }; "                          \
  "video/x-h265, stream-format = (string) byte-stream, alignment = "          \
  "(string) au, profile = (string) { main, main-10 }; "                       \
  "video/mpeg, mpegversion = (int) 2, systemstream = (boolean) false, "       \
  "parsed = (boolean) true; image/jpeg; video/x-raw, format = (string) { "    \
  "RGB, GRAY8, GRAY16_LE }, width = (int) [ 1, 65535 ], height = (int) [ 1, " \
  "65535 ]"

/* Of one object's Pixel Data, which holds 4 GB. */
#define VITRAIL_RECORDER_MAX_BYTES G_GUINT64_CONSTANT (0xf8000000)

/**
 * VitrailRecorderSettings:
 * @kind: what the object is
 * @is_stills: each picture is an object, all in one series
 * @max_bytes: from where on a film goes on in another object of the series
 * @source: path of what says who is recorded, or NULL
 * @attributes: "Keyword=value,..." that come on top, or NULL
 * @derivation: in words, of pictures made from others, or NULL
 * @folder: where the object grows
 */
typedef struct {
  VitrailRecordingKind kind;
  gboolean is_stills;
  guint64 max_bytes;
  char *source;
  char *attributes;
  char *derivation;
  char *folder;
} VitrailRecorderSettings;

typedef struct _VitrailRecorder VitrailRecorder;

/* Takes what is in @settings. */
VitrailRecorder *vitrail_recorder_new (VitrailRecorderSettings *settings);
/* What was not ended stays in the folder, to be finished. */
void vitrail_recorder_free (VitrailRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRecorder, vitrail_recorder_free)

/* What vitrail_recorder_set_caps () does not refuse: also streams of which only
 * the first header tells that they are none for DICOM. */
gboolean vitrail_recorder_knows (const GstCaps *caps);
/* FALSE with @error where the stream would change in a recording. */
gboolean vitrail_recorder_set_caps (VitrailRecorder *self,
                                    const GstCaps *caps,
                                    GError **error);
/* What the pictures are made from (see madefrom.h): referenced. Without, they
 * are where frames say which they are. */
void vitrail_recorder_set_made_from (VitrailRecorder *self, GPtrArray *images);
/* One picture. Those before a video's first header are dropped. @error is
 * UNSUPPORTED where no transfer syntax holds the stream, and says what to put
 * before. */
gboolean
vitrail_recorder_add (VitrailRecorder *self, GstBuffer *buffer, GError **error);
gboolean vitrail_recorder_is_recording (const VitrailRecorder *self);
/* Where the objects are that were ended since, oldest first: (element-type
 * filename) (transfer full). */
GPtrArray *vitrail_recorder_take_paths (VitrailRecorder *self);
/* Makes an object of what was recorded. */
gboolean vitrail_recorder_end (VitrailRecorder *self, GError **error);

G_END_DECLS
