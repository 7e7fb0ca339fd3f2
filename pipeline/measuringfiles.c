/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements as reports: see measuringfiles.h. */

#include "measuringfiles.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "dicomweb/webstore.h"
#include "measuring.h"
#include "session-private.h"

#include <string.h>

#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)
#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)

#define EXPLICIT_LITTLE "1.2.840.10008.1.2.1"
/* Reports of one study that are looked into. */
#define MAX_REPORTS 256u

/* --- saving --- */

typedef struct {
  VitrailDataSource *source;
  GPtrArray *measurements;
  VitrailReportKind kind;
  char *location; /* of the archive, or NULL */
} Saving;

static void
saving_free (gpointer data)
{
  Saving *self = data;

  g_object_unref (self->source);
  g_ptr_array_unref (self->measurements);
  g_free (self->location);
  g_free (self);
}

static void
stored_cb (const VitrailStoreResult *result, gpointer user_data)
{
  GError **error = user_data;

  if (!result->is_stored && *error == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", result->name,
                 result->message != NULL ? result->message : "not stored");
}

static gboolean
send (const char *location,
      VitrailDataSet *report,
      GCancellable *cancellable,
      GError **error)
{
  GError *refused = NULL;
  g_autoptr (GBytes) file =
      vitrail_write_part10 (report, EXPLICIT_LITTLE, error);
  g_autoptr (VitrailWebStore) store =
      file != NULL ? vitrail_web_store_new (location, VITRAIL_STORE_PLAIN,
                                            stored_cb, &refused, error)
                   : NULL;

  if (store == NULL ||
      !vitrail_web_store_add (store, "measurements", file, cancellable,
                              error) ||
      !vitrail_web_store_end (store, cancellable, error))
  {
    g_clear_error (&refused);
    return FALSE;
  }
  if (refused != NULL)
    g_propagate_error (error, refused);
  return refused == NULL;
}

/* Beside the image. */
static gboolean
write_beside (const Saving *self, VitrailDataSet *report, GError **error)
{
  const VitrailMeasurement *first = self->measurements->pdata[0];
  g_autofree char *image =
      vitrail_data_source_dup_path (self->source,
                                    first->image.sop_instance_uid);
  g_autofree char *uid =
      vitrail_data_set_dup_string (report, TAG_SOP_INSTANCE, 0);

  if (image == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         "measurements: no file holds their image");
    return FALSE;
  }
  g_autofree char *folder = g_path_get_dirname (image);
  g_autofree char *path =
      g_strdup_printf ("%s/measurements-%s.dcm", folder, uid);
  return vitrail_write_part10_file (report, EXPLICIT_LITTLE, path, error);
}

static void
save_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  const Saving *self = data;
  const VitrailMeasurement *first = self->measurements->pdata[0];
  GError *error = NULL;
  g_autofree char *syntax = NULL;
  g_autoptr (VitrailDataSet) image =
      vitrail_data_source_read_metadata (self->source,
                                         first->image.sop_instance_uid, &syntax,
                                         cancellable, &error);
  g_autoptr (VitrailDataSet) report =
      image != NULL ? vitrail_measure_report_write (self->measurements, image,
                                                    self->kind, NULL, &error)
                    : NULL;

  const gboolean is_saved =
      report != NULL &&
      (self->location != NULL
           ? send (self->location, report, cancellable, &error)
           : write_beside (self, report, &error));
  if (is_saved)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailSession *session = VITRAIL_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    vitrail_measurements_set_saved (session->measurements);
  else
    vitrail_session_set_error (session, error);
  vitrail_session_add_busy (session, -1);
}

gboolean
vitrail_measuring_save (VitrailSession *session, VitrailReportKind kind)
{
  g_autoptr (GPtrArray) all =
      vitrail_measurements_ref_all (session->measurements);

  if (session->source == NULL || all->len == 0)
    return FALSE;
  Saving *saving = g_new0 (Saving, 1);
  saving->source = g_object_ref (session->source);
  saving->measurements = g_steal_pointer (&all);
  saving->kind = kind;
  if (session->location != NULL &&
      vitrail_data_source_is_location (session->location))
    saving->location = g_strdup (session->location);
  g_autoptr (GTask) task =
      g_task_new (session, session->cancellable, saved_cb, NULL);
  g_task_set_task_data (task, saving, saving_free);
  vitrail_session_add_busy (session, 1);
  g_task_run_in_thread (task, save_thread);
  return TRUE;
}

/* --- reading --- */

typedef struct {
  VitrailDataSource *source;
  char *study_uid;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *self = data;

  g_object_unref (self->source);
  g_free (self->study_uid);
  g_free (self);
}

static GPtrArray *
query (const Loading *self, GCancellable *cancellable)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, TAG_STUDY, self->study_uid);
  vitrail_data_set_builder_set_string (builder, TAG_MODALITY, "SR");
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  VitrailQuery *query = vitrail_query_new (VITRAIL_LEVEL_INSTANCE, match);
  query->limit = MAX_REPORTS;
  GPtrArray *answers =
      vitrail_data_source_query (self->source, query, cancellable, NULL);
  vitrail_query_free (query);
  return answers;
}

static void
add_report (const Loading *self,
            const VitrailDataSet *answer,
            GCancellable *cancellable,
            GPtrArray *found)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE, 0);
  g_autofree char *syntax = NULL;
  g_autoptr (VitrailDataSet) data_set =
      uid != NULL
          ? vitrail_data_source_read_metadata (self->source, uid, &syntax,
                                               cancellable, NULL)
          : NULL;
  g_autoptr (VitrailReport) report =
      data_set != NULL ? vitrail_measure_report_read (data_set, NULL) : NULL;

  for (guint i = 0; report != NULL && i < report->measurements->len; i++)
    g_ptr_array_add (found,
                     vitrail_measurement_ref (report->measurements->pdata[i]));
}

static void
load_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  const Loading *self = data;
  g_autoptr (GPtrArray) answers = query (self, cancellable);
  GPtrArray *found = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);

  for (guint i = 0; answers != NULL && i < answers->len; i++)
    add_report (self, answers->pdata[i], cancellable, found);
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailSession *session = VITRAIL_SESSION (source);
  g_autoptr (GPtrArray) found =
      g_task_propagate_pointer (G_TASK (result), NULL);

  vitrail_session_add_busy (session, -1);
  for (guint i = 0; found != NULL && i < found->len; i++)
    vitrail_measurements_put (session->measurements, found->pdata[i], FALSE);
}

void
vitrail_measuring_load (VitrailSession *session)
{
  Loading *loading = g_new0 (Loading, 1);
  g_autoptr (GTask) task =
      g_task_new (session, session->study_cancellable, loaded_cb, NULL);

  loading->source = g_object_ref (session->source);
  loading->study_uid = g_strdup (session->study_uid);
  g_task_set_task_data (task, loading, loading_free);
  vitrail_session_add_busy (session, 1);
  g_task_run_in_thread (task, load_thread);
}
