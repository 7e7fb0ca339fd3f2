/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The service's state: see service.h. */

#include "service.h"

#include "merge.h"

/* One archive elsewhere, or files, folders and series. */
static void
set_source (VitrailService *self, const char *const *paths)
{
  const char *none[] = { NULL };
  g_autofree char *merged = vitrail_merge_dup_location (paths);

  if (merged != NULL)
    self->source = vitrail_data_source_new (merged, NULL);
  else if (paths[0] != NULL && vitrail_data_source_is_location (paths[0]) &&
           paths[1] == NULL)
    self->source = vitrail_data_source_new (paths[0], NULL);
  self->folder = self->source != NULL ? vitrail_folder_new (none, ":memory:")
                                      : vitrail_folder_new (paths, NULL);
  if (self->source == NULL)
    self->source = g_object_ref (VITRAIL_DATA_SOURCE (self->folder));
}

VitrailService *
vitrail_service_new (const char *const *paths)
{
  VitrailService *self = g_new0 (VitrailService, 1);

  pthread_mutex_init (&self->lock, NULL);
  set_source (self, paths);
  vitrail_folder_prepare_metadata (self->folder);
  self->slides = vitrail_slide_cache_new (self->source);
  self->annotation_store = vitrail_annotation_store_new (NULL);
  self->annotations = vitrail_annotation_cache_new ();
  self->rasters = vitrail_rasters_new ();
  self->films = vitrail_kept_new ("films", (GBoxedCopyFunc) g_bytes_ref,
                                  (GDestroyNotify) g_bytes_unref);
  self->assets = vitrail_assets_new ();
  self->metrics = vitrail_metrics_new ();
  return self;
}

void
vitrail_service_free (VitrailService *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->films, vitrail_kept_free);
  g_clear_pointer (&self->rasters, vitrail_rasters_free);
  g_clear_pointer (&self->annotations, vitrail_annotation_cache_free);
  g_clear_pointer (&self->annotation_store, vitrail_annotation_store_unref);
  g_clear_pointer (&self->slides, vitrail_slide_cache_free);
  g_clear_pointer (&self->store, vitrail_store_free);
  g_clear_object (&self->folder);
  g_clear_object (&self->source);
  g_clear_object (&self->scan_cancellable);
  g_clear_pointer (&self->assets, vitrail_assets_free);
  g_clear_pointer (&self->metrics, vitrail_metrics_free);
  g_clear_pointer (&self->access_log, vitrail_access_log_free);
  g_clear_object (&self->certificate);
  g_strfreev (self->origins);
  g_free (self->scan_error);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

gboolean
vitrail_service_has_files (const VitrailService *self)
{
  return self->source == VITRAIL_DATA_SOURCE (self->folder);
}

const char *
vitrail_service_get_scheme (const VitrailService *self)
{
  return self->certificate != NULL ? "https" : "http";
}

gboolean
vitrail_service_is_ready (VitrailService *self, char **failed)
{
  pthread_mutex_lock (&self->lock);
  gboolean is_ready = self->is_ready;
  *failed = g_strdup (self->scan_error);
  pthread_mutex_unlock (&self->lock);
  return is_ready;
}

static void
set_scanned (VitrailService *self, const GError *error)
{
  pthread_mutex_lock (&self->lock);
  if (error == NULL) {
    self->is_ready = TRUE;
  } else {
    g_free (self->scan_error);
    self->scan_error = g_strdup (error->message);
  }
  pthread_mutex_unlock (&self->lock);
}

static void
scan_thread (GTask *task,
             gpointer source,
             gpointer task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;

  if (vitrail_data_source_refresh (source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void start_scan (VitrailService *self);

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailService *self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_scanning = FALSE;
  if (self->wants_scan)
    start_scan (self);
  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    set_scanned (self, NULL);
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_printerr ("vitrail: %s\n", error->message);
  set_scanned (self, error);
}

/* One at a time. */
static void
start_scan (VitrailService *self)
{
  self->wants_scan = self->is_scanning && !self->is_stopping;
  if (self->is_scanning || self->is_stopping)
    return;
  /* A thread of its own: the scan waits for the pool's workers. */
  g_autoptr (GTask) task =
      g_task_new (self->source, self->scan_cancellable, scanned_cb, self);
  self->is_scanning = TRUE;
  g_task_run_in_thread (task, scan_thread);
}

static gboolean
start_scan_cb (gpointer user_data)
{
  start_scan (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
repeat_scan_cb (gpointer user_data)
{
  VitrailService *self = user_data;

  self->wants_scan = self->wants_scan || self->is_scanning;
  return G_SOURCE_REMOVE;
}

void
vitrail_service_repeat_scan (VitrailService *self)
{
  g_idle_add (repeat_scan_cb, self);
}

void
vitrail_service_start_scan (VitrailService *self, GCancellable *cancellable)
{
  g_set_object (&self->scan_cancellable, cancellable);
  start_scan (self);
}

void
vitrail_service_request_scan (VitrailService *self)
{
  g_idle_add (start_scan_cb, self);
}

void
vitrail_service_stop_scan (VitrailService *self, GCancellable *cancellable)
{
  self->is_stopping = TRUE;
  self->wants_scan = FALSE;
  g_cancellable_cancel (cancellable);
  while (self->is_scanning)
    g_main_context_iteration (NULL, TRUE);
}
