/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries on the index: see query.h. */

#include "folder/query.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "folder/conditions.h"
#include "folder/schema.h"

#define TAG_INSTANCE_AVAILABILITY VITRAIL_TAG (0x0008, 0x0056)
#define TAG_N_STUDY_SERIES        VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES     VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES    VITRAIL_TAG (0x0020, 0x1209)

/* What differs between the levels: the counts behind the attributes' columns,
 * where they all come from, and the order. */
typedef struct {
  const char *counts;
  const char *from;
  const char *condition;
  const char *order;
} LevelQuery;

static const LevelQuery level_queries[] = {
  [VITRAIL_LEVEL_STUDY] = { ", modalities, classes, n_series, n_instances",
                            "study", "",
                            "StudyDate DESC, StudyTime DESC,"
                            " StudyInstanceUID" },
  [VITRAIL_LEVEL_SERIES] = { ", series.n_instances",
                             "series JOIN (SELECT StudyInstanceUID, modalities,"
                             " classes FROM study) USING (StudyInstanceUID)",
                             "",
                             "StudyInstanceUID, SeriesNumber,"
                             " SeriesInstanceUID" },
  [VITRAIL_LEVEL_INSTANCE] = { "", "instance", " AND duplicate = 0",
                               "StudyInstanceUID, SeriesInstanceUID,"
                               " InstanceNumber, SOPInstanceUID" },
};

static const VitrailTag study_counts[] = { VITRAIL_TAG_MODALITIES_IN_STUDY,
                                           VITRAIL_TAG_CLASSES_IN_STUDY,
                                           TAG_N_STUDY_SERIES,
                                           TAG_N_STUDY_INSTANCES, 0 };
static const VitrailTag series_counts[] = { TAG_N_SERIES_INSTANCES, 0 };
static const VitrailTag instance_counts[] = { 0 };
static const VitrailTag *const level_counts[] = {
  [VITRAIL_LEVEL_STUDY] = study_counts,
  [VITRAIL_LEVEL_SERIES] = series_counts,
  [VITRAIL_LEVEL_INSTANCE] = instance_counts,
};

/* @columns, and what comes behind the conditions. */
static sqlite3_stmt *
prepare_query (VitrailIndex *self,
               const VitrailQuery *query,
               const char *columns,
               const char *tail,
               GError **error)
{
  const LevelQuery *level = &level_queries[query->level];
  g_auto (VitrailConditions) conditions;

  vitrail_conditions_init (&conditions, query);
  g_autofree char *sql =
      g_strdup_printf ("SELECT %s FROM %s WHERE %s%s%s", columns, level->from,
                       conditions.where->str, level->condition, tail);
  sqlite3_stmt *statement =
      vitrail_database_prepare (vitrail_index_get_database (self), sql, error);
  if (statement != NULL)
    vitrail_conditions_bind (&conditions, statement);
  return statement;
}

static sqlite3_stmt *
prepare_page (VitrailIndex *self, const VitrailQuery *query, GError **error)
{
  const LevelQuery *level = &level_queries[query->level];
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autofree char *tail = g_strdup_printf (
      " ORDER BY %s LIMIT %d OFFSET %u", level->order,
      query->limit > 0 && query->limit <= G_MAXINT ? (int) query->limit : -1,
      query->offset);

  vitrail_schema_append_columns (columns, VITRAIL_LEVEL_STUDY, query->level);
  g_string_append (columns, level->counts);
  return prepare_query (self, query, columns->str, tail, error);
}

/* A sequence that is kept as DICOM JSON. */
static void
add_items (VitrailDataSetBuilder *builder, VitrailTag tag, const char *json)
{
  g_autoptr (GPtrArray) read = vitrail_json_read (json, -1, "index", NULL);
  VitrailDataSet *whole =
      read != NULL && read->len > 0 ? g_ptr_array_index (read, 0) : NULL;
  guint n_items = vitrail_data_set_get_n_items (whole, tag);

  if (n_items == 0)
    return;
  g_autofree VitrailDataSet **items = g_new (VitrailDataSet *, n_items);
  for (guint i = 0; i < n_items; i++)
    items[i] = vitrail_data_set_get_item (whole, tag, i);
  vitrail_data_set_builder_set_items (builder, tag, items, n_items);
}

static void
add_column (VitrailDataSetBuilder *builder,
            VitrailTag tag,
            sqlite3_stmt *row,
            int column)
{
  switch (sqlite3_column_type (row, column)) {
  case SQLITE_NULL:
    break;
  case SQLITE_INTEGER:
    vitrail_data_set_builder_set_int (builder, tag,
                                      sqlite3_column_int64 (row, column));
    break;
  default:
    vitrail_data_set_builder_set_string (
        builder, tag, (const char *) sqlite3_column_text (row, column));
    break;
  }
}

static VitrailDataSet *
make_answer (sqlite3_stmt *row, VitrailLevel level)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  int column = 0;

  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    const char *text = attribute->kind == VITRAIL_MATCH_ITEMS
                           ? (const char *) sqlite3_column_text (row, column)
                           : NULL;
    if (attribute->level > level)
      break;
    if (text != NULL)
      add_items (builder, attribute->tag, text);
    else
      add_column (builder, attribute->tag, row, column);
    column++;
  }
  for (const VitrailTag *tag = level_counts[level]; *tag != 0; tag++)
    add_column (builder, *tag, row, column++);
  vitrail_data_set_builder_set_string (builder, TAG_INSTANCE_AVAILABILITY,
                                       "ONLINE");
  return vitrail_data_set_builder_end (builder);
}

GPtrArray *
vitrail_index_query (VitrailIndex *self,
                     const VitrailQuery *query,
                     GError **error)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  g_autoptr (sqlite3_stmt) statement = prepare_page (self, query, error);
  g_autoptr (GError) failed = NULL;

  if (statement == NULL)
    return NULL;
  vitrail_index_begin_query (self);
  while (vitrail_database_step (statement, &failed))
    g_ptr_array_add (answers, make_answer (statement, query->level));
  if (!vitrail_index_end_query (self, error))
    return NULL;
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  return g_steal_pointer (&answers);
}

gboolean
vitrail_index_count (VitrailIndex *self,
                     const VitrailQuery *query,
                     guint most,
                     guint *n,
                     GError **error)
{
  g_autofree char *tail = g_strdup_printf (" LIMIT %u)", most);
  g_autoptr (sqlite3_stmt) statement =
      prepare_query (self, query, "count(*) FROM (SELECT 1", tail, error);
  g_autoptr (GError) failed = NULL;

  if (statement == NULL)
    return FALSE;
  vitrail_index_begin_query (self);
  if (vitrail_database_step (statement, &failed))
    *n = (guint) sqlite3_column_int64 (statement, 0);
  if (!vitrail_index_end_query (self, error))
    return FALSE;
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}
