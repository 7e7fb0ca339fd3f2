/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bringing an index up to date: walks, compares with what is known, reads what
 * is new or changed on the pool, and drops what is gone. */

#pragma once

#include "folder.h"
#include "folder/index.h"

#include <pthread.h>

G_BEGIN_DECLS

/**
 * VitrailScanTurn: who else writes meanwhile.
 * @lock: held by who uses the index
 * @taken: signalled when somebody has used it
 * @n_waiting: how many want to; atomic
 */
typedef struct {
  pthread_mutex_t *lock;
  pthread_cond_t taken;
  int n_waiting;
} VitrailScanTurn;

/* @roots: NULL-terminated. @index: nobody else uses this connection meanwhile
 * but in a turn that it gives: the lock of @turn (which may be NULL) is held;
 * other connections see each second's progress. Never from a job of the pool,
 * on which it waits. What was read before it was cancelled is kept.
 * @stats: its fields are atomic, and count on the way. */
gboolean vitrail_scan_run (VitrailIndex *index,
                           const char *const *roots,
                           VitrailScanTurn *turn,
                           GCancellable *cancellable,
                           VitrailScanStats *stats,
                           GError **error);

G_END_DECLS
