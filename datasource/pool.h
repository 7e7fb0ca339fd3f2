/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one pool of workers, as many as there are cores. Within a priority the
 * newest job runs first: it is what the reader looks at now. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* VitrailPriority: an urgent job is taken before any less urgent one. */
typedef enum {
  VITRAIL_PRIORITY_INTERACTIVE, /* what is looked at */
  VITRAIL_PRIORITY_THUMBNAIL,
  VITRAIL_PRIORITY_PREFETCH,
  VITRAIL_PRIORITY_BACKGROUND,
} VitrailPriority;

#define VITRAIL_N_PRIORITIES 4

/* Runs on a worker; @cancelled: the job was cancelled before it started, and
 * must only free @data and tell whoever waits. */
typedef void (*VitrailJob) (gpointer data, gboolean cancelled);

/**
 * vitrail_pool_push: (skip)
 *
 * Never blocks. @cancellable may be NULL. Threads start at first use.
 */
void vitrail_pool_push (VitrailPriority priority,
                        VitrailJob job,
                        gpointer data,
                        GCancellable *cancellable);
/* How many workers there are. */
guint vitrail_pool_get_n_workers (void);
/* Before the first push; 0 means the number of cores. */
void vitrail_pool_set_n_workers (guint n_workers);

G_END_DECLS
