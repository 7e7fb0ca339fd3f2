/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One piece of work on several cores: for what somebody waits for. */

#pragma once

#include "pool.h"

G_BEGIN_DECLS

/* Piece @index of the work, on any thread. */
typedef void (*VitrailPiece) (guint index, gpointer data);

/* Does pieces 0 to @n - 1 on the pool (VITRAIL_PRIORITY_INTERACTIVE) and on the
 * calling thread, which never waits for a worker to become free: where all are
 * busy it does all of them by itself, so that workers may call this too.
 * Returns when no piece is being worked at any more.
 *
 * @should_stop (may be NULL) is asked on the calling thread before each of its
 * pieces; TRUE: no more are begun. FALSE is returned then, if any was left. */
gboolean vitrail_parallel_run (guint n,
                               VitrailPiece piece,
                               gpointer data,
                               gboolean (*should_stop) (gpointer),
                               gpointer stop_data);

G_END_DECLS
