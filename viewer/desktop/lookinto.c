/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looking before opening: see lookinto.h. */

#include "lookinto.h"

#include "error.h"
#include "merge.h"

#include <glib/gi18n.h>

#include <string.h>

/* How often it is asked for what has turned up so far. */
#define INTERVAL_MS 100

typedef struct {
  char **paths;
  GCancellable *reading; /* ends it once something has been found */
  guint timer;
  gboolean asking;
  gboolean complete; /* read to the end */
} Look;

static void
look_free (Look *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->reading);
  g_strfreev (self->paths);
  g_free (self);
}

/* Answers, once; the rest of the reading is not waited for. */
static void
answer (GTask *task, GError *error)
{
  Look *look = g_task_get_task_data (task);
  if (g_task_get_completed (task) || look->timer == 0) {
    g_clear_error (&error);
    return;
  }
  g_clear_handle_id (&look->timer, g_source_remove);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_cancellable_cancel (look->reading);
}

/* "NAME" of one path, "N files" of several. */
static char *
name_paths (char **paths)
{
  guint n = g_strv_length (paths);
  if (n == 1)
    return g_path_get_basename (paths[0]);
  return g_strdup_printf (g_dngettext (NULL, "%u file", "%u files", n), n);
}

/* The first reason there is; a foreign file has none but its being foreign. */
static GError *
make_error (Look *look, VitrailDataSource *source)
{
  g_autofree char *name = name_paths (look->paths);
  g_autoptr (GPtrArray) files = vitrail_data_source_list_unreadable (source);
  if (files == NULL || files->len == 0)
    return g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                        _ ("%s holds no DICOM images and no slides."), name);
  const VitrailUnreadable *first = g_ptr_array_index (files, 0);
  g_autofree char *file = g_path_get_basename (first->path);
  if (strcmp (file, name) == 0)
    return g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                        _ ("%s cannot be read: %s."), name, first->reason);
  return g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                      _ ("%s holds no images that can be read: %s: %s."), name,
                      file, first->reason);
}

static gboolean
has_slides (VitrailDataSource *source)
{
  g_autoptr (GPtrArray) slides = vitrail_data_source_list_slides (source);

  return slides->len > 0;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query_finish (VITRAIL_DATA_SOURCE (source), result,
                                        &error);
  gboolean last = look->complete;
  look->asking = FALSE;
  if ((studies != NULL && studies->len > 0) ||
      has_slides (VITRAIL_DATA_SOURCE (source)))
    answer (task, NULL);
  else if (last && studies == NULL)
    answer (task, g_steal_pointer (&error));
  else if (last)
    answer (task, make_error (look, VITRAIL_DATA_SOURCE (source)));
}

static void
ask (GTask *task)
{
  static const VitrailQuery studies = { .level = VITRAIL_LEVEL_STUDY };
  Look *look = g_task_get_task_data (task);
  look->asking = TRUE;
  vitrail_data_source_query_async (
      VITRAIL_DATA_SOURCE (g_task_get_source_object (task)), &studies,
      g_task_get_cancellable (task), asked_cb, g_object_ref (task));
}

static gboolean
timer_cb (gpointer user_data)
{
  const Look *look = g_task_get_task_data (user_data);
  if (!look->asking)
    ask (user_data);
  return G_SOURCE_CONTINUE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  GError *error = NULL;
  if (!vitrail_data_source_refresh_finish (VITRAIL_DATA_SOURCE (source), result,
                                           &error))
  {
    answer (task, error);
    return;
  }
  look->complete = TRUE;
  if (look->timer != 0)
    ask (task);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

void
vitrail_look_into_async (const char *const *paths,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (VitrailDataSource) source = vitrail_merge_open (paths, &error);
  g_autoptr (GTask) task =
      g_task_new (source, cancellable, callback, user_data);
  Look *look = g_new0 (Look, 1);

  look->paths = g_strdupv ((char **) paths);
  look->reading = g_cancellable_new ();
  g_task_set_task_data (task, look, (GDestroyNotify) look_free);
  if (source == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                           g_object_ref (look->reading), g_object_unref);
  /* The reading holds the task until it ends; the timer does not. */
  look->timer = g_timeout_add (INTERVAL_MS, timer_cb, task);
  vitrail_data_source_refresh_async (source, look->reading, refreshed_cb,
                                     g_object_ref (task));
}

gboolean
vitrail_look_into_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
