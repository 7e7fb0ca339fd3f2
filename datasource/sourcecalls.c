/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking a data source: it implements a call either as one that blocks or as
 * one that does not; here each is made of the other. */

#include "source.h"
#include "wholefile.h"

/* --- not waiting, by those that block --- */

static void
query_thread (GTask *task,
              gpointer source,
              gpointer query,
              GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *answers =
      vitrail_data_source_query (source, query, cancellable, &error);

  if (answers != NULL)
    g_task_return_pointer (task, answers, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
vitrail_data_source_query_async (VitrailDataSource *self,
                                 const VitrailQuery *query,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (VITRAIL_IS_DATA_SOURCE (self));
  g_return_if_fail (query != NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->query_async != NULL) {
    iface->query_async (self, query, cancellable, callback, user_data);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, vitrail_query_copy (query),
                        (GDestroyNotify) vitrail_query_free);
  g_task_run_in_thread (task, query_thread);
}

GPtrArray *
vitrail_data_source_query_finish (VitrailDataSource *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  return iface->query_async != NULL
             ? iface->query_finish (self, result, error)
             : g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_thread (GTask *task,
             gpointer source,
             gpointer sop_instance_uid,
             GCancellable *cancellable)
{
  GError *error = NULL;
  VitrailInstance *instance =
      vitrail_data_source_open_instance (source, sop_instance_uid, cancellable,
                                         &error);

  if (instance != NULL)
    g_task_return_pointer (task, instance, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
vitrail_data_source_open_instance_async (VitrailDataSource *self,
                                         const char *sop_instance_uid,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_return_if_fail (VITRAIL_IS_DATA_SOURCE (self));
  g_return_if_fail (sop_instance_uid != NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->open_instance_async != NULL) {
    iface->open_instance_async (self, sop_instance_uid, cancellable, callback,
                                user_data);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, g_strdup (sop_instance_uid), g_free);
  g_task_run_in_thread (task, open_thread);
}

VitrailInstance *
vitrail_data_source_open_instance_finish (VitrailDataSource *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  return iface->open_instance_async != NULL
             ? iface->open_instance_finish (self, result, error)
             : g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
vitrail_data_source_open_instance_for (VitrailDataSource *self,
                                       GTask *task,
                                       GAsyncResult *result,
                                       VitrailInstance **instance)
{
  GError *error = NULL;

  *instance = vitrail_data_source_open_instance_finish (self, result, &error);
  if (*instance == NULL)
    g_task_return_error (task, error);
  return *instance != NULL;
}

static void
refresh_thread (GTask *task,
                gpointer source,
                gpointer unused,
                GCancellable *cancellable)
{
  GError *error = NULL;

  if (vitrail_data_source_refresh (source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
vitrail_data_source_refresh_async (VitrailDataSource *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (VITRAIL_IS_DATA_SOURCE (self));

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->refresh_async != NULL) {
    iface->refresh_async (self, cancellable, callback, user_data);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_run_in_thread (task, refresh_thread);
}

gboolean
vitrail_data_source_refresh_finish (VitrailDataSource *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), FALSE);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  return iface->refresh_async != NULL
             ? iface->refresh_finish (self, result, error)
             : g_task_propagate_boolean (G_TASK (result), error);
}

/* --- waiting, by those that do not block --- */

/* A main context of this thread's own, and what comes there. */
typedef struct {
  GMainContext *context;
  GAsyncResult *result;
} Wait;

static void
wait_init (Wait *self)
{
  self->context = g_main_context_new ();
  self->result = NULL;
  g_main_context_push_thread_default (self->context);
}

static void
wait_clear (Wait *self)
{
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_clear_object (&self->result);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wait, wait_clear)

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Wait *) user_data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_for (Wait *self)
{
  while (self->result == NULL)
    g_main_context_iteration (self->context, TRUE);
  return self->result;
}

GPtrArray *
vitrail_data_source_query (VitrailDataSource *self,
                           const VitrailQuery *query,
                           GCancellable *cancellable,
                           GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->query != NULL)
    return iface->query (self, query, cancellable, error);
  g_auto (Wait) wait;
  wait_init (&wait);
  iface->query_async (self, query, cancellable, waited_cb, &wait);
  return iface->query_finish (self, wait_for (&wait), error);
}

VitrailInstance *
vitrail_data_source_open_instance (VitrailDataSource *self,
                                   const char *sop_instance_uid,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->open_instance != NULL)
    return iface->open_instance (self, sop_instance_uid, cancellable, error);
  g_auto (Wait) wait;
  wait_init (&wait);
  iface->open_instance_async (self, sop_instance_uid, cancellable, waited_cb,
                              &wait);
  return iface->open_instance_finish (self, wait_for (&wait), error);
}

VitrailDataSet *
vitrail_data_source_read_metadata (VitrailDataSource *self,
                                   const char *sop_instance_uid,
                                   char **transfer_syntax,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  g_autofree char *unasked = NULL;
  if (transfer_syntax == NULL)
    transfer_syntax = &unasked;
  *transfer_syntax = NULL;
  if (iface->read_metadata != NULL)
    return iface->read_metadata (self, sop_instance_uid, transfer_syntax,
                                 cancellable, error);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (self, sop_instance_uid, cancellable,
                                         error);
  if (instance == NULL)
    return NULL;
  *transfer_syntax = g_strdup (vitrail_instance_get_transfer_syntax (instance));
  return vitrail_data_set_ref (vitrail_instance_get_data_set (instance));
}

VitrailPart10 *
vitrail_data_source_read_file (VitrailDataSource *self,
                               const char *sop_instance_uid,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), NULL);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->read_file != NULL)
    return iface->read_file (self, sop_instance_uid, cancellable, error);
  g_autofree char *path = vitrail_data_source_dup_path (self, sop_instance_uid);
  if (path != NULL && g_path_is_absolute (path))
    return vitrail_part10_open (path, VITRAIL_READ_ALL, error);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (self, sop_instance_uid, cancellable,
                                         error);
  return instance != NULL
             ? vitrail_whole_file_new (instance, cancellable, error)
             : NULL;
}

gboolean
vitrail_data_source_refresh (VitrailDataSource *self,
                             GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (VITRAIL_IS_DATA_SOURCE (self), FALSE);

  VitrailDataSourceInterface *iface = VITRAIL_DATA_SOURCE_GET_IFACE (self);
  if (iface->refresh != NULL)
    return iface->refresh (self, cancellable, error);
  g_auto (Wait) wait;
  wait_init (&wait);
  iface->refresh_async (self, cancellable, waited_cb, &wait);
  return iface->refresh_finish (self, wait_for (&wait), error);
}
