/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDecodeQueue: the frames that dcmdecode has in flight. Several decode
 * at once on the pool; what is finished comes out in order (as time goes), or
 * newest first with the stale left out (on demand). */

#pragma once

#include "frame.h"

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _VitrailDecodeQueue VitrailDecodeQueue;

/**
 * VitrailStoredFormat: how the bytes of a buffer are to be read, for buffers
 * that do not say which instance they are of. A g_atomic_rc_box.
 */
typedef struct {
  VitrailPixelFormat format;
  char *transfer_syntax;
} VitrailStoredFormat;

VitrailStoredFormat *
vitrail_stored_format_new (const VitrailPixelFormat *format,
                           const char *transfer_syntax);
void vitrail_stored_format_unref (VitrailStoredFormat *self);

/**
 * VitrailDecoded: one frame that is finished.
 * @input: the buffer that went in
 * @frame: normalized; NULL when it could not be decoded. A preview at full size
 *   where a better one will come
 * @error: why; NULL with a NULL @frame when the source has told already
 */
typedef struct {
  GstBuffer *input;
  VitrailFrame *frame;
  GError *error;
} VitrailDecoded;

void vitrail_decoded_free (VitrailDecoded *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDecoded, vitrail_decoded_free)

/* Flushing at first: takes nothing. */
VitrailDecodeQueue *vitrail_decode_queue_new (void);
/* Jobs under way end by themselves later. */
void vitrail_decode_queue_unref (VitrailDecodeQueue *self);

/* TRUE: forgets all, takes nothing, and wakes who waits. FALSE only while
 * nobody pops. */
void
vitrail_decode_queue_set_flushing (VitrailDecodeQueue *self, gboolean flushing);
/* Whether pop_newest () is used, rather than pop_oldest (); while empty. */
void
vitrail_decode_queue_set_newest (VitrailDecodeQueue *self, gboolean newest);

/* Starts decoding @buffer (transfer full). Never blocks. With newest first, at
 * most as many as there are workers are under way, and one waits: the newest.
 */
void vitrail_decode_queue_push (VitrailDecodeQueue *self,
                                GstBuffer *buffer,
                                VitrailStoredFormat *format);

/* The oldest, when it is finished; waits for it while more than @most are in
 * flight. NULL: not finished, none there, or flushing. */
VitrailDecoded *
vitrail_decode_queue_pop_oldest (VitrailDecodeQueue *self, guint most);

/* Waits for one that is newer than all that came out before. NULL: flushing. */
VitrailDecoded *vitrail_decode_queue_pop_newest (VitrailDecodeQueue *self);
/* Waits until whoever calls pop_newest () has come back for more and nothing is
 * left (with @drop: whatever is left is dropped), or until flushing. */
void vitrail_decode_queue_wait_idle (VitrailDecodeQueue *self, gboolean drop);

G_END_DECLS
