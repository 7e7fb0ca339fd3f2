/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Studies and display sets from a source: see studyloader.h. */

#include "studyloader.h"

#include "dicom/builder.h"

#include <string.h>

#define TAG_MODALITY          VITRAIL_TAG (0x0008, 0x0060)
#define TAG_MODALITIES        VITRAIL_TAG (0x0008, 0x0061)
#define TAG_STUDY_DESCRIPTION VITRAIL_TAG (0x0008, 0x1030)
#define TAG_STUDY             VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES            VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER     VITRAIL_TAG (0x0020, 0x0011)

static void
query (GTask *task,
       VitrailLevel level,
       VitrailDataSet *match,
       GAsyncReadyCallback callback)
{
  const VitrailQuery what = { .level = level, .match = match };
  vitrail_data_source_query_async (
      VITRAIL_DATA_SOURCE (g_task_get_source_object (task)), &what,
      g_task_get_cancellable (task), callback, g_object_ref (task));
}

/* The answers, or NULL when @task has been ended with the error. */
static GPtrArray *
query_finish (GTask *task, GObject *source, GAsyncResult *result)
{
  GError *error = NULL;
  GPtrArray *answers =
      vitrail_data_source_query_finish (VITRAIL_DATA_SOURCE (source), result,
                                        &error);
  if (answers == NULL)
    g_task_return_error (task, error);
  return answers;
}

static VitrailDataSet *
make_match (const char *study_uid, const char *series_uid)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  if (study_uid != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_STUDY, study_uid);
  if (series_uid != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_SERIES, series_uid);
  return vitrail_data_set_builder_end (builder);
}

/* A slide's id is its SeriesInstanceUID, with more behind a "." where a series
 * holds several. */
static gboolean
is_dicom_slide (const char *id, GPtrArray *series)
{
  for (guint i = 0; i < series->len; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (g_ptr_array_index (series, i), TAG_SERIES,
                                     0);
    size_t length = uid != NULL ? strlen (uid) : 0;
    if (length > 0 && strncmp (id, uid, length) == 0 &&
        (id[length] == '\0' || id[length] == '.'))
      return TRUE;
  }
  return FALSE;
}

/* Slides that are no DICOM objects and lie in one folder are a case, under the
 * id of the first of them. */
static gboolean
is_same_case (const VitrailSlideEntry *a, const VitrailSlideEntry *b)
{
  g_autofree char *folder_a = g_path_get_dirname (a->paths[0]);
  g_autofree char *folder_b = g_path_get_dirname (b->paths[0]);
  return strcmp (folder_a, folder_b) == 0;
}

static VitrailDataSet *
make_slide_study (const VitrailSlideEntry *entry, gboolean alone)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  g_autofree char *folder = g_path_get_dirname (entry->paths[0]);
  g_autofree char *base = g_path_get_basename (folder);
  vitrail_data_set_builder_set_string (builder, TAG_STUDY, entry->id);
  vitrail_data_set_builder_set_string (builder, TAG_MODALITIES, "SM");
  vitrail_data_set_builder_set_string (builder, TAG_STUDY_DESCRIPTION,
                                       alone ? entry->name : base);
  return vitrail_data_set_builder_end (builder);
}

/* One study for each folder of @slides that are not in @series. */
static void
add_cases (GPtrArray *studies, GPtrArray *slides, GPtrArray *series)
{
  /* Folder -> how many slides of it have been seen. */
  g_autoptr (GHashTable) counts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) firsts = g_ptr_array_new ();
  for (guint i = 0; i < slides->len; i++) {
    VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    if (is_dicom_slide (entry->id, series))
      continue;
    char *folder = g_path_get_dirname (entry->paths[0]);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, folder));
    if (n == 0)
      g_ptr_array_add (firsts, entry);
    g_hash_table_insert (counts, folder, GUINT_TO_POINTER (n + 1));
  }
  for (guint i = 0; i < firsts->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (firsts, i);
    g_autofree char *folder = g_path_get_dirname (entry->paths[0]);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, folder));
    g_ptr_array_add (studies, make_slide_study (entry, n == 1));
  }
}

static void
slide_series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) series = query_finish (task, source, result);
  if (series == NULL)
    return;
  GPtrArray *studies = g_task_get_task_data (task);
  g_autoptr (GPtrArray) slides =
      vitrail_data_source_list_slides (VITRAIL_DATA_SOURCE (source));
  add_cases (studies, slides, series);
  g_task_return_pointer (task, g_ptr_array_ref (studies),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
studies_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) answers = query_finish (task, source, result);
  if (answers == NULL)
    return;
  GPtrArray *studies =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  for (guint i = 0; i < answers->len; i++)
    g_ptr_array_add (studies,
                     vitrail_data_set_ref (g_ptr_array_index (answers, i)));
  g_task_set_task_data (task, studies, (GDestroyNotify) g_ptr_array_unref);

  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (builder, TAG_MODALITY, "SM");
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  query (task, VITRAIL_LEVEL_SERIES, match, slide_series_cb);
}

void
vitrail_load_studies_async (VitrailDataSource *source,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task =
      g_task_new (source, cancellable, callback, user_data);
  query (task, VITRAIL_LEVEL_STUDY, NULL, studies_cb);
}

GPtrArray *
vitrail_load_studies_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A study on its way: the series still to be asked for, in order. */
typedef struct {
  char *study_uid;
  GPtrArray *series;
  guint next;
  GPtrArray *sets;
} Study;

static void
study_free (Study *self)
{
  g_free (self->study_uid);
  g_clear_pointer (&self->series, g_ptr_array_unref);
  g_ptr_array_unref (self->sets);
  g_free (self);
}

static int
compare_series (gconstpointer a, gconstpointer b)
{
  int64_t number_a = vitrail_data_set_get_int_or (*(VitrailDataSet *const *) a,
                                                  TAG_SERIES_NUMBER, INT64_MAX);
  int64_t number_b = vitrail_data_set_get_int_or (*(VitrailDataSet *const *) b,
                                                  TAG_SERIES_NUMBER, INT64_MAX);
  return (number_a > number_b) - (number_a < number_b);
}

static void ask_next_series (GTask *task);

static void
instances_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) answers = query_finish (task, source, result);
  if (answers == NULL)
    return;
  Study *study = g_task_get_task_data (task);
  g_autoptr (GPtrArray) sets =
      vitrail_display_sets_new (g_ptr_array_index (study->series, study->next),
                                answers);
  for (guint i = 0; i < sets->len; i++)
    g_ptr_array_add (study->sets,
                     vitrail_display_set_ref (g_ptr_array_index (sets, i)));
  study->next++;
  ask_next_series (task);
}

static void
ask_next_series (GTask *task)
{
  Study *study = g_task_get_task_data (task);
  if (study->next >= study->series->len) {
    g_task_return_pointer (task, g_ptr_array_ref (study->sets),
                           (GDestroyNotify) g_ptr_array_unref);
    return;
  }
  g_autofree char *uid = vitrail_data_set_dup_string (
      g_ptr_array_index (study->series, study->next), TAG_SERIES, 0);
  g_autoptr (VitrailDataSet) match = make_match (study->study_uid, uid);
  query (task, VITRAIL_LEVEL_INSTANCE, match, instances_cb);
}

static void
series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Study *study = g_task_get_task_data (task);
  study->series = query_finish (task, source, result);
  if (study->series == NULL)
    return;
  g_ptr_array_sort (study->series, compare_series);
  ask_next_series (task);
}

/* Ids of slides that are no DICOM objects are checksums, not UIDs. */
static gboolean
is_foreign (const VitrailSlideEntry *entry)
{
  return strchr (entry->id, '.') == NULL;
}

/* The slides of the case with this id; FALSE when it is the id of none. */
static gboolean
add_foreign_slides (VitrailDataSource *source,
                    const char *study_uid,
                    GPtrArray *sets)
{
  g_autoptr (GPtrArray) slides = vitrail_data_source_list_slides (source);
  const VitrailSlideEntry *first = NULL;
  for (guint i = 0; i < slides->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    if (!is_foreign (entry))
      continue;
    if (g_strcmp0 (entry->id, study_uid) == 0)
      first = entry;
    if (first != NULL && is_same_case (first, entry))
      g_ptr_array_add (sets,
                       vitrail_display_set_new_slide (entry->id, entry->name));
  }
  return first != NULL;
}

void
vitrail_load_display_sets_async (VitrailDataSource *source,
                                 const char *study_uid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task =
      g_task_new (source, cancellable, callback, user_data);
  Study *study = g_new0 (Study, 1);
  study->study_uid = g_strdup (study_uid);
  study->sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  g_task_set_task_data (task, study, (GDestroyNotify) study_free);

  if (add_foreign_slides (source, study_uid, study->sets)) {
    g_task_return_pointer (task, g_ptr_array_ref (study->sets),
                           (GDestroyNotify) g_ptr_array_unref);
    return;
  }
  g_autoptr (VitrailDataSet) match = make_match (study_uid, NULL);
  query (task, VITRAIL_LEVEL_SERIES, match, series_cb);
}

GPtrArray *
vitrail_load_display_sets_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
