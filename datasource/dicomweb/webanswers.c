/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers from metadata: see webanswers.h. */

#include "dicomweb/webanswers.h"

#include "dicom/builder.h"
#include "dicomweb/webseries.h"
#include "folder/match.h"

#define TAG_SOP_INSTANCE       VITRAIL_TAG (0x0008, 0x0018)
#define TAG_AVAILABILITY       VITRAIL_TAG (0x0008, 0x0056)
#define TAG_MODALITY           VITRAIL_TAG (0x0008, 0x0060)
#define TAG_MODALITIES         VITRAIL_TAG (0x0008, 0x0061)
#define TAG_AVAILABLE_SYNTAX   VITRAIL_TAG (0x0008, 0x3002)
#define TAG_INSTANCE_NUMBER    VITRAIL_TAG (0x0020, 0x0013)
#define TAG_STUDY              VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES             VITRAIL_TAG (0x0020, 0x000e)
#define TAG_N_STUDY_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES VITRAIL_TAG (0x0020, 0x1209)

/* The attributes of @level and above that @data_set has. */
static VitrailDataSetBuilder *
trim (VitrailDataSet *data_set, VitrailLevel level)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    if (attribute->level > level)
      break;
    g_autofree char *text =
        vitrail_data_set_dup_strings (data_set, attribute->tag);
    if (text != NULL)
      vitrail_data_set_builder_set_string (builder, attribute->tag, text);
  }
  vitrail_data_set_builder_set_string (builder, TAG_AVAILABILITY, "ONLINE");
  return builder;
}

static gboolean
matches_attribute (const VitrailFolderAttribute *attribute,
                   const VitrailDataSet *data_set,
                   const VitrailQuery *query)
{
  g_autofree char *key =
      vitrail_data_set_dup_strings (query->match, attribute->tag);

  if (vitrail_match_is_universal (key))
    return TRUE;
  g_autofree char *value =
      vitrail_data_set_dup_strings (data_set, attribute->tag);
  g_autoptr (VitrailMatcher) matcher =
      vitrail_matcher_new (attribute->kind, key, query->fuzzy);
  return vitrail_matcher_test (matcher, value);
}

static gboolean
matches (const VitrailDataSet *data_set, const VitrailQuery *query)
{
  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    if (attribute->level > query->level)
      break;
    if (!matches_attribute (attribute, data_set, query))
      return FALSE;
  }
  return TRUE;
}

static VitrailDataSet *
make_instance (VitrailDataSet *data_set)
{
  VitrailDataSetBuilder *builder = trim (data_set, VITRAIL_LEVEL_INSTANCE);
  g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);

  if (syntax[0] != '\0')
    vitrail_data_set_builder_set_string (builder, TAG_AVAILABLE_SYNTAX, syntax);
  return vitrail_data_set_builder_end (builder);
}

/* --- series and studies --- */

/* Instances that are of the same series or study. */
typedef struct {
  VitrailDataSet *first;
  guint n_instances;
  GHashTable *series; /* set of UIDs, owned */
  GPtrArray *modalities;
} Group;

static void
group_free (Group *self)
{
  g_hash_table_unref (self->series);
  g_ptr_array_unref (self->modalities);
  g_free (self);
}

static Group *
group_new (VitrailDataSet *first)
{
  Group *self = g_new0 (Group, 1);

  self->first = first;
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->modalities = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
group_take (Group *self, const VitrailDataSet *data_set)
{
  char *series = vitrail_data_set_dup_string (data_set, TAG_SERIES, 0);
  g_autofree char *modality =
      vitrail_data_set_dup_string (data_set, TAG_MODALITY, 0);

  self->n_instances++;
  g_hash_table_add (self->series, series != NULL ? series : g_strdup (""));
  if (modality == NULL)
    modality = g_strdup ("OT");
  if (!g_ptr_array_find_with_equal_func (self->modalities, modality,
                                         g_str_equal, NULL))
    g_ptr_array_add (self->modalities, g_steal_pointer (&modality));
}

static char *
group_dup_modalities (const Group *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->modalities->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\\" : "",
                            (char *) g_ptr_array_index (self->modalities, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static VitrailDataSet *
group_answer (const Group *self, VitrailLevel level)
{
  VitrailDataSetBuilder *builder = trim (self->first, level);

  if (level == VITRAIL_LEVEL_SERIES) {
    vitrail_data_set_builder_set_int (builder, TAG_N_SERIES_INSTANCES,
                                      self->n_instances);
  } else {
    g_autofree char *modalities = group_dup_modalities (self);
    vitrail_data_set_builder_set_string (builder, TAG_MODALITIES, modalities);
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_SERIES,
                                      g_hash_table_size (self->series));
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_INSTANCES,
                                      self->n_instances);
  }
  return vitrail_data_set_builder_end (builder);
}

/* (element-type Group), by their first instances. */
static GPtrArray *
make_groups (const GPtrArray *data_sets, VitrailTag tag)
{
  GPtrArray *groups =
      g_ptr_array_new_with_free_func ((GDestroyNotify) group_free);
  g_autoptr (GHashTable) by_uid =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    g_autofree char *uid = vitrail_data_set_dup_string (data_set, tag, 0);
    Group *group = g_hash_table_lookup (by_uid, uid != NULL ? uid : "");
    if (group == NULL) {
      group = group_new (data_set);
      g_ptr_array_add (groups, group);
      g_hash_table_insert (by_uid, g_strdup (uid != NULL ? uid : ""), group);
    }
    group_take (group, data_set);
  }
  return groups;
}

/* --- the answers --- */

/* By series, then by number. */
static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const VitrailDataSet *left = *(VitrailDataSet *const *) a;
  const VitrailDataSet *right = *(VitrailDataSet *const *) b;
  g_autofree char *series = vitrail_data_set_dup_string (left, TAG_SERIES, 0);
  g_autofree char *other_series =
      vitrail_data_set_dup_string (right, TAG_SERIES, 0);
  const int order = g_strcmp0 (series, other_series);
  const int64_t one =
      vitrail_data_set_get_int_or (left, TAG_INSTANCE_NUMBER, INT64_MAX);
  const int64_t other =
      vitrail_data_set_get_int_or (right, TAG_INSTANCE_NUMBER, INT64_MAX);

  if (order != 0)
    return order;
  if (one != other)
    return one < other ? -1 : 1;
  g_autofree char *uid =
      vitrail_data_set_dup_string (left, TAG_SOP_INSTANCE, 0);
  g_autofree char *other_uid =
      vitrail_data_set_dup_string (right, TAG_SOP_INSTANCE, 0);
  return g_strcmp0 (uid, other_uid);
}

static gboolean
is_instance (const VitrailDataSet *data_set, const char *instance)
{
  return instance == NULL ||
         vitrail_data_set_text_is (data_set, TAG_SOP_INSTANCE, 0, instance);
}

/* What a study's Modalities in Study must be one of. */
static gboolean
matches_modalities (const VitrailDataSet *answer, const VitrailQuery *query)
{
  g_autofree char *key =
      vitrail_data_set_dup_strings (query->match, TAG_MODALITIES);
  char *value = NULL;

  if (query->level != VITRAIL_LEVEL_STUDY || vitrail_match_is_universal (key))
    return TRUE;
  g_autoptr (VitrailMatcher) matcher =
      vitrail_matcher_new (VITRAIL_MATCH_TEXT, key, FALSE);
  for (guint i = 0;
       (value = vitrail_data_set_dup_string (answer, TAG_MODALITIES, i)) !=
       NULL;
       i++)
  {
    const gboolean is_it = vitrail_matcher_test (matcher, value);
    g_free (value);
    if (is_it)
      return TRUE;
  }
  return FALSE;
}

/* The page of @answers that @query asks for. */
static GPtrArray *
cut_page (const GPtrArray *answers, const VitrailQuery *query)
{
  const guint n = query->limit > 0 ? query->limit : G_MAXUINT;
  GPtrArray *page =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = query->offset; i < answers->len && page->len < n; i++)
    g_ptr_array_add (page,
                     vitrail_data_set_ref (g_ptr_array_index (answers, i)));
  return page;
}

static GPtrArray *
answer_instances (GPtrArray *found, const VitrailQuery *query)
{
  const guint n = query->limit > 0 ? query->limit : G_MAXUINT;
  GPtrArray *page =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  g_ptr_array_sort (found, compare_numbers);
  for (guint i = query->offset; i < found->len && page->len < n; i++)
    g_ptr_array_add (page, make_instance (g_ptr_array_index (found, i)));
  return page;
}

GPtrArray *
vitrail_web_answers_new (const GPtrArray *data_sets,
                         const VitrailQuery *query,
                         const char *instance)
{
  const gboolean is_study = query->level == VITRAIL_LEVEL_STUDY;
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < data_sets->len; i++)
    if (is_instance (g_ptr_array_index (data_sets, i), instance) &&
        matches (g_ptr_array_index (data_sets, i), query))
      g_ptr_array_add (found, g_ptr_array_index (data_sets, i));
  if (query->level == VITRAIL_LEVEL_INSTANCE)
    return answer_instances (found, query);
  g_autoptr (GPtrArray) groups =
      make_groups (found, is_study ? TAG_STUDY : TAG_SERIES);
  for (guint i = 0; i < groups->len; i++) {
    g_autoptr (VitrailDataSet) answer =
        group_answer (g_ptr_array_index (groups, i), query->level);
    if (matches_modalities (answer, query))
      g_ptr_array_add (answers, g_steal_pointer (&answer));
  }
  return cut_page (answers, query);
}

GPtrArray *
vitrail_web_answers_filter (const GPtrArray *answers, const VitrailQuery *query)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < answers->len; i++) {
    VitrailDataSet *answer = g_ptr_array_index (answers, i);
    if (matches (answer, query) && matches_modalities (answer, query))
      g_ptr_array_add (found, answer);
  }
  return cut_page (found, query);
}
