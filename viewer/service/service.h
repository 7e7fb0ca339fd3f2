/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailService: what routes work on: the archive, the open slides, the web
 * pages, the counters. One per process. */

#pragma once

#include "accesslog.h"
#include "annotation/store.h"
#include "annotationcache.h"
#include "assets.h"
#include "folder.h"
#include "folder/store.h"
#include "kept.h"
#include "metrics.h"
#include "rasters.h"
#include "slides.h"

#include <pthread.h>

G_BEGIN_DECLS

/**
 * VitrailService:
 * @source: the archive; its calls may block: workers only
 * @folder: the same where it is one of folders and files, else an empty one
 * @slides: open slides and their encoded tiles; any thread
 * @annotation_store: annotation sets that were saved; any thread
 * @annotations: those that were read; any thread
 * @rasters: segmentations and parametric maps of slides; any thread
 * @films: (element-type GBytes): moving pictures by their ETag; any thread
 * @assets: the web pages, constant; any thread
 * @metrics: any thread
 * @access_log: (nullable): any thread
 * @store: (nullable): where instances are stored; any thread
 * @certificate: (nullable): with its key: HTTPS; constant
 * @origins: (nullable): of pages that may read open routes, or "*"; constant
 * @is_ready: the first scan is done; guarded by @lock
 * @is_scanning: it is under way; main loop only
 * @wants_scan: another one was asked for meanwhile; main loop only
 * @is_stopping: none is started any more; main loop only
 * @scan_cancellable: of all scans; main loop only
 * @scan_error: why it failed, or NULL; guarded by @lock
 * @lock: of what the main loop tells others
 */
struct _VitrailService {
  VitrailDataSource *source;
  VitrailFolder *folder;
  VitrailSlideCache *slides;
  VitrailAnnotationStore *annotation_store;
  VitrailAnnotationCache *annotations;
  VitrailRasters *rasters;
  VitrailKept *films;
  VitrailAssets *assets;
  VitrailMetrics *metrics;
  VitrailAccessLog *access_log;
  VitrailStore *store;
  GTlsCertificate *certificate;
  char **origins;
  gboolean is_ready;
  gboolean is_scanning;
  gboolean wants_scan;
  gboolean is_stopping;
  GCancellable *scan_cancellable;
  char *scan_error;
  pthread_mutex_t lock;
};

/* @paths: NULL-terminated files and folders. */
VitrailService *vitrail_service_new (const char *const *paths);
void vitrail_service_free (VitrailService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailService, vitrail_service_free)

/* Whether the archive is files and folders, @folder, and not elsewhere. */
gboolean vitrail_service_has_files (const VitrailService *self);
/* "http" or "https". */
const char *vitrail_service_get_scheme (const VitrailService *self);

/* Whether the first scan is done; if it failed, @failed (transfer full) says
 * why, else it is NULL. Any thread. */
gboolean vitrail_service_is_ready (VitrailService *self, char **failed);

/* Scans in the background; the service is ready then. */
void
vitrail_service_start_scan (VitrailService *self, GCancellable *cancellable);
/* Scans again, soon: somebody found the index wrong. On any thread. */
void vitrail_service_request_scan (VitrailService *self);
/* The same if a scan is under way, which may have read what has changed since.
 * On any thread. */
void vitrail_service_repeat_scan (VitrailService *self);
/* Cancels it and waits for its end. */
void
vitrail_service_stop_scan (VitrailService *self, GCancellable *cancellable);

G_END_DECLS
