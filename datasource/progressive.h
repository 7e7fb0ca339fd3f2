/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that become sharp while they come: the first bytes of a frame make a
 * picture, more of them a better one. */

#pragma once

#include "framestore.h"

G_BEGIN_DECLS

/* @frame, borrowed, is better than all that came before, and not the last:
 * smaller than what was asked for, or its samples are not exact. On a worker.
 * Must not block. */
typedef void (*VitrailFramePreview) (VitrailFrame *frame, gpointer user_data);

/**
 * VitrailProgressiveRequest:
 * @reduce: as in vitrail_frame_store_request (): a picture so small is had from
 *   no more bytes than it takes
 * @cancellable: or NULL
 * @preview: or NULL; called before @ready, never with or after it
 * @ready: as there
 *
 * Which frame, and who is told.
 */
typedef struct {
  VitrailInstance *instance;
  guint frame;
  guint reduce;
  VitrailPriority priority;
  GCancellable *cancellable;
  VitrailFramePreview preview;
  VitrailFrameReady ready;
  gpointer user_data;
} VitrailProgressiveRequest;

/**
 * vitrail_progressive_request: (skip)
 *
 * As vitrail_frame_store_request (); of frames that come from afar by
 * beginnings (vitrail_instance_load_beginning ()). What has nothing missing is
 * kept by
 * @store; a preview is not.
 */
void vitrail_progressive_request (VitrailFrameStore *store,
                                  const VitrailProgressiveRequest *request);

/* Whether @a shows more than @b, another frame of the same picture: it is
 * larger, or as large and nothing of it is missing, or less. */
gboolean vitrail_frame_is_better (const VitrailFrame *a, const VitrailFrame *b);

G_END_DECLS
