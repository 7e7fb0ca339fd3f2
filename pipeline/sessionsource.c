/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The source of a session: opening it, and its studies as they become known. */

#include "session-private.h"
#include "sessionstate.h"
#include "studyloader.h"
#include "viewport-private.h"

/* How often the list of studies is looked at while a source is being read. */
#define READING_INTERVAL_MS 700

/* The study to open by itself: the saved one, or the only one. */
static char *
find_study_to_open (VitrailSession *self)
{
  if (self->restoring != NULL)
    return g_strdup (vitrail_session_state_get_text (self->restoring, "study"));
  if (self->studies->len != 1)
    return NULL;
  return vitrail_data_set_dup_string (g_ptr_array_index (self->studies, 0),
                                      VITRAIL_TAG (0x0020, 0x000d), 0);
}

/* What is there now may lie on slides that are shown already. */
static void
find_objects (VitrailSession *self)
{
  for (guint i = 0; i < self->viewports->len; i++)
    vitrail_viewport_find_objects (g_ptr_array_index (self->viewports, i));
}

/* Takes the list; @complete: the source has been read to the end. */
static void
take_studies (VitrailSession *self, GPtrArray *studies, gboolean complete)
{
  gboolean same = !complete && studies->len == self->studies->len;
  g_ptr_array_unref (self->studies);
  self->studies = studies;
  if (!same)
    vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_STUDIES);
  if (complete)
    find_objects (self);
  if (!complete || self->study_uid != NULL)
    return;
  g_autofree char *uid = find_study_to_open (self);
  if (uid != NULL)
    vitrail_session_open_study (self, uid);
}

static void
partial_studies_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSession) self = user_data;
  g_autoptr (GPtrArray) studies = vitrail_load_studies_finish (result, NULL);
  gboolean current =
      g_task_get_cancellable (G_TASK (result)) == self->cancellable;
  if (!current)
    return;
  self->listing = FALSE;
  if (studies != NULL && self->reading_timer != 0)
    take_studies (self, g_steal_pointer (&studies), FALSE);
}

static gboolean
look_again_cb (gpointer user_data)
{
  VitrailSession *self = user_data;
  if (!self->listing) {
    self->listing = TRUE;
    vitrail_load_studies_async (self->source, self->cancellable,
                                partial_studies_cb, g_object_ref (self));
  }
  return G_SOURCE_CONTINUE;
}

/* Ends the reading of a source; @task is owned, @error taken. */
static void
end_reading (VitrailSession *self, GTask *task, GError *error)
{
  g_autoptr (GTask) owned = task;
  if (g_task_get_task_data (task) == self->cancellable) {
    g_clear_handle_id (&self->reading_timer, g_source_remove);
    vitrail_session_set_error (self, error);
  }
  vitrail_session_add_busy (self, -1);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
studies_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (VitrailSession) self =
      g_object_ref (g_task_get_source_object (task));
  GError *error = NULL;
  g_autoptr (GPtrArray) studies = vitrail_load_studies_finish (result, &error);
  gboolean current = g_task_get_task_data (task) == self->cancellable;
  end_reading (self, task, error);
  if (studies != NULL && current)
    take_studies (self, g_steal_pointer (&studies), TRUE);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  VitrailSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  if (!vitrail_data_source_refresh_finish (VITRAIL_DATA_SOURCE (source), result,
                                           &error))
  {
    end_reading (self, task, error);
    return;
  }
  vitrail_load_studies_async (VITRAIL_DATA_SOURCE (source),
                              g_task_get_task_data (task), studies_cb, task);
}

void
vitrail_session_clear_source (VitrailSession *self)
{
  vitrail_session_clear_study (self);
  g_hash_table_remove_all (self->kept); /* other slides may have these ids */
  g_clear_pointer (&self->restoring, json_object_unref);
  g_clear_handle_id (&self->reading_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->source);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->error, g_free);
  g_ptr_array_set_size (self->studies, 0);
  self->listing = FALSE;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_STUDIES);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_DISPLAY_SETS);
}

/* Reads @source; @task (owned) ends when its studies are known. */
static void
read_source (VitrailSession *self, VitrailDataSource *source, GTask *task)
{
  self->source = g_object_ref (source);
  self->cancellable = g_cancellable_new ();
  self->reading_timer =
      g_timeout_add (READING_INTERVAL_MS, look_again_cb, self);
  g_task_set_task_data (task, g_object_ref (self->cancellable), g_object_unref);
  vitrail_session_add_busy (self, 1);
  vitrail_data_source_refresh_async (source, self->cancellable, refreshed_cb,
                                     task);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

void
vitrail_session_open_async (VitrailSession *self,
                            const char *location,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;
  g_autofree char *owned = g_strdup (location);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (owned, &error);

  vitrail_session_clear_source (self);
  if (source == NULL) {
    vitrail_session_set_error (self, error);
    g_task_return_error (task, error);
    return;
  }
  self->location = g_steal_pointer (&owned);
  read_source (self, source, g_steal_pointer (&task));
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                           g_object_ref (self->cancellable), g_object_unref);
}

gboolean
vitrail_session_open_finish (VitrailSession *self,
                             GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vitrail_session_set_source (VitrailSession *self, VitrailDataSource *source)
{
  vitrail_session_clear_source (self);
  read_source (self, source, g_task_new (self, NULL, NULL, NULL));
}
