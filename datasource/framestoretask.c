/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frame store for callers with a main context: see framestore.h. */

#include "framestore.h"

static void
task_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (frame != NULL)
    g_task_return_pointer (task, vitrail_frame_ref (frame),
                           (GDestroyNotify) vitrail_frame_unref);
  else
    g_task_return_error (task, g_error_copy (error));
}

void
vitrail_frame_store_get_async (VitrailFrameStore *self,
                               VitrailInstance *instance,
                               guint frame,
                               guint reduce,
                               VitrailPriority priority,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (instance, cancellable, callback, user_data);

  g_task_set_source_tag (task, vitrail_frame_store_get_async);
  vitrail_frame_store_request (self, instance, frame, reduce, priority,
                               cancellable, task_cb, task);
}

VitrailFrame *
vitrail_frame_store_get_finish (VitrailFrameStore *self,
                                GAsyncResult *result,
                                GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
