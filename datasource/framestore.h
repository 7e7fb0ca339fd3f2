/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameStore: one per process. Hands out decoded, normalized frames:
 * from its cache, from a decode already under way (single flight), or by
 * decoding on the pool. What it keeps is a client of the memory budget. */

#pragma once

#include "instance.h"
#include "memorybudget.h"
#include "pool.h"

G_BEGIN_DECLS

typedef struct _VitrailFrameStore VitrailFrameStore;

/**
 * vitrail_frame_store_get_default:
 *
 * Returns: (transfer none): the process's store
 */
VitrailFrameStore *vitrail_frame_store_get_default (void);
#ifndef __GI_SCANNER__ /* for C only */
/* For tests: a store of one's own. */
VitrailFrameStore *vitrail_frame_store_new (VitrailMemoryBudget *budget);
void vitrail_frame_store_free (VitrailFrameStore *self);
#endif

/* Called once for each request, on a worker, or before the request returns
 * when the frame was there. Exactly one of @frame and @error is set, both
 * borrowed. VITRAIL_ERROR or G_IO_ERROR_CANCELLED. Must not block. */
typedef void (*VitrailFrameReady) (VitrailFrame *frame,
                                   const GError *error,
                                   gpointer user_data);

/**
 * vitrail_frame_store_request:
 * @frame: from 1
 * @reduce: a frame with both sides halved so many times is good enough (the
 *   store may hand out a better one)
 * @ready: (scope async): the answer
 *
 * Never blocks. The instance is identified by itself, not by its UID: two
 * archives may disagree.
 */
void vitrail_frame_store_request (VitrailFrameStore *self,
                                  VitrailInstance *instance,
                                  guint frame,
                                  guint reduce,
                                  VitrailPriority priority,
                                  GCancellable *cancellable,
                                  VitrailFrameReady ready,
                                  gpointer user_data);

/* The same for callers with a main context. */
void vitrail_frame_store_get_async (VitrailFrameStore *self,
                                    VitrailInstance *instance,
                                    guint frame,
                                    guint reduce,
                                    VitrailPriority priority,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
VitrailFrame *vitrail_frame_store_get_finish (VitrailFrameStore *self,
                                              GAsyncResult *result,
                                              GError **error);

/* Waits; decodes on the calling thread when nobody does it yet. */
VitrailFrame *vitrail_frame_store_get (VitrailFrameStore *self,
                                       VitrailInstance *instance,
                                       guint frame,
                                       guint reduce,
                                       GCancellable *cancellable,
                                       GError **error);
/**
 * vitrail_frame_store_peek:
 *
 * Returns: (transfer full) (nullable): only what is cached, else NULL
 */
VitrailFrame *vitrail_frame_store_peek (VitrailFrameStore *self,
                                        VitrailInstance *instance,
                                        guint frame,
                                        guint reduce);

/* Keeps @frame, normalized and not a preview, that was made elsewhere, if there
 * is room. */
void vitrail_frame_store_keep (VitrailFrameStore *self,
                               VitrailInstance *instance,
                               guint number,
                               VitrailFrame *frame);

/**
 * VitrailFrameStoreStats:
 * @bytes: of the frames that are kept
 * @hits, @misses: frames asked for that were there, that were not
 * @evictions: frames that went to make room
 * @in_flight: frames being decoded
 */
typedef struct {
  guint64 bytes;
  guint64 hits;
  guint64 misses;
  guint64 evictions;
  guint64 in_flight;
} VitrailFrameStoreStats;

/**
 * vitrail_frame_store_get_stats:
 * @stats: (out caller-allocates): the counts
 */
void vitrail_frame_store_get_stats (VitrailFrameStore *self,
                                    VitrailFrameStoreStats *stats);

G_END_DECLS
