/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries on the index: see query.h. */

#include "folder/query.h"

#include "dicom/builder.h"
#include "folder/match.h"
#include "folder/schema.h"

#include <string.h>

#define TAG_INSTANCE_AVAILABILITY VITRAIL_TAG (0x0008, 0x0056)
#define TAG_MODALITIES_IN_STUDY   VITRAIL_TAG (0x0008, 0x0061)
#define TAG_N_STUDY_SERIES        VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES     VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES    VITRAIL_TAG (0x0020, 0x1209)

/* UIDs that are looked up; a longer list is compared row by row. */
#define MAX_LOOKUP_UIDS 256

/* One parameter of the statement: a text, or a matcher. */
typedef struct {
  char *text;
  VitrailMatcher *matcher;
} QueryParameter;

typedef struct {
  GString *where;
  GArray *parameters; /* QueryParameter */
} QueryConditions;

static void
query_parameter_clear (gpointer data)
{
  QueryParameter *parameter = data;

  g_free (parameter->text);
  g_clear_pointer (&parameter->matcher, vitrail_matcher_free);
}

static void
query_conditions_clear (QueryConditions *self)
{
  g_string_free (self->where, TRUE);
  g_array_unref (self->parameters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QueryConditions, query_conditions_clear)

static void
query_conditions_init (QueryConditions *self)
{
  self->where = g_string_new (" WHERE 1");
  self->parameters = g_array_new (FALSE, FALSE, sizeof (QueryParameter));
  g_array_set_clear_func (self->parameters, query_parameter_clear);
}

static void
add_matcher (QueryConditions *self, const char *column, VitrailMatcher *matcher)
{
  QueryParameter parameter = { NULL, matcher };

  g_string_append_printf (self->where, " AND vitrail_match (%s, ?)", column);
  g_array_append_val (self->parameters, parameter);
}

/* TRUE when the key is a list that an index can look up. */
static gboolean
add_uids (QueryConditions *self, const char *column, const char *key)
{
  g_auto (GStrv) uids = g_strsplit (key, "\\", -1);

  if (g_strv_length (uids) > MAX_LOOKUP_UIDS)
    return FALSE;
  g_string_append_printf (self->where, " AND %s IN (", column);
  for (guint i = 0; uids[i] != NULL; i++) {
    QueryParameter parameter = { g_strdup (uids[i]), NULL };
    g_string_append (self->where, i == 0 ? "?" : ", ?");
    g_array_append_val (self->parameters, parameter);
  }
  g_string_append_c (self->where, ')');
  return TRUE;
}

static void
add_key (QueryConditions *self,
         const VitrailFolderAttribute *attribute,
         const char *key,
         gboolean fuzzy)
{
  if (vitrail_match_is_universal (key))
    return;
  if (attribute->kind == VITRAIL_MATCH_UID &&
      add_uids (self, attribute->keyword, key))
    return;
  add_matcher (self, attribute->keyword,
               vitrail_matcher_new (attribute->kind, key, fuzzy));
}

static void
add_keys (QueryConditions *self, const VitrailQuery *query)
{
  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    if (attribute->level > query->level)
      break;
    g_autofree char *key =
        vitrail_data_set_dup_strings (query->match, attribute->tag);
    add_key (self, attribute, key, query->fuzzy);
  }
  g_autofree char *modalities =
      vitrail_data_set_dup_strings (query->match, TAG_MODALITIES_IN_STUDY);
  if (query->level != VITRAIL_LEVEL_INSTANCE &&
      !vitrail_match_is_universal (modalities))
    add_matcher (self, "modalities",
                 vitrail_matcher_new (VITRAIL_MATCH_TEXT, modalities, FALSE));
}

/* What differs between the levels: the counts behind the attributes' columns,
 * where they all come from, and the order. */
typedef struct {
  const char *counts;
  const char *from;
  const char *condition;
  const char *order;
} LevelQuery;

static const LevelQuery level_queries[] = {
  [VITRAIL_LEVEL_STUDY] = { ", modalities, n_series, n_instances", "study", "",
                            "StudyDate DESC, StudyTime DESC,"
                            " StudyInstanceUID" },
  [VITRAIL_LEVEL_SERIES] = { ", series.n_instances",
                             "series JOIN (SELECT StudyInstanceUID, modalities"
                             " FROM study) USING (StudyInstanceUID)",
                             "",
                             "StudyInstanceUID, SeriesNumber,"
                             " SeriesInstanceUID" },
  [VITRAIL_LEVEL_INSTANCE] = { "", "instance", " AND duplicate = 0",
                               "StudyInstanceUID, SeriesInstanceUID,"
                               " InstanceNumber, SOPInstanceUID" },
};

static const VitrailTag study_counts[] = { TAG_MODALITIES_IN_STUDY,
                                           TAG_N_STUDY_SERIES,
                                           TAG_N_STUDY_INSTANCES, 0 };
static const VitrailTag series_counts[] = { TAG_N_SERIES_INSTANCES, 0 };
static const VitrailTag instance_counts[] = { 0 };
static const VitrailTag *const level_counts[] = {
  [VITRAIL_LEVEL_STUDY] = study_counts,
  [VITRAIL_LEVEL_SERIES] = series_counts,
  [VITRAIL_LEVEL_INSTANCE] = instance_counts,
};

static sqlite3_stmt *
prepare_query (VitrailIndex *self, const VitrailQuery *query, GError **error)
{
  const LevelQuery *level = &level_queries[query->level];
  g_auto (QueryConditions) conditions;
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  query_conditions_init (&conditions);
  add_keys (&conditions, query);
  if (!query->with_slides)
    g_string_append (conditions.where, " AND made = 0");
  vitrail_schema_append_columns (sql, VITRAIL_LEVEL_STUDY, query->level);
  g_string_append_printf (
      sql, "%s FROM %s%s%s ORDER BY %s LIMIT %d OFFSET %u", level->counts,
      level->from, conditions.where->str, level->condition, level->order,
      query->limit > 0 && query->limit <= G_MAXINT ? (int) query->limit : -1,
      query->offset);
  sqlite3_stmt *statement =
      vitrail_database_prepare (vitrail_index_get_database (self), sql->str,
                                error);
  if (statement == NULL)
    return NULL;
  for (guint i = 0; i < conditions.parameters->len; i++) {
    QueryParameter *parameter =
        &g_array_index (conditions.parameters, QueryParameter, i);
    if (parameter->text != NULL)
      sqlite3_bind_text (statement, (int) i + 1, parameter->text, -1,
                         SQLITE_TRANSIENT);
    else
      sqlite3_bind_pointer (statement, (int) i + 1,
                            g_steal_pointer (&parameter->matcher),
                            VITRAIL_INDEX_MATCHER,
                            (void (*) (void *)) vitrail_matcher_free);
  }
  return statement;
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
    if (vitrail_folder_attributes[i].level > level)
      break;
    add_column (builder, vitrail_folder_attributes[i].tag, row, column++);
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
  g_autoptr (sqlite3_stmt) statement = prepare_query (self, query, error);
  g_autoptr (GError) failed = NULL;

  if (statement == NULL)
    return NULL;
  while (vitrail_database_step (statement, &failed))
    g_ptr_array_add (answers, make_answer (statement, query->level));
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  return g_steal_pointer (&answers);
}
