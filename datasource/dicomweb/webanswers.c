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

/* The series, or its study as far as it is this series. */
static VitrailDataSet *
make_whole (VitrailDataSet *first, VitrailLevel level, guint n)
{
  VitrailDataSetBuilder *builder = trim (first, level);
  g_autofree char *modality =
      vitrail_data_set_dup_string (first, TAG_MODALITY, 0);

  if (level == VITRAIL_LEVEL_SERIES) {
    vitrail_data_set_builder_set_int (builder, TAG_N_SERIES_INSTANCES, n);
  } else {
    vitrail_data_set_builder_set_string (builder, TAG_MODALITIES,
                                         modality != NULL ? modality : "OT");
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_SERIES, 1);
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_INSTANCES, n);
  }
  return vitrail_data_set_builder_end (builder);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const VitrailDataSet *left = *(VitrailDataSet *const *) a;
  const VitrailDataSet *right = *(VitrailDataSet *const *) b;
  const int64_t one =
      vitrail_data_set_get_int_or (left, TAG_INSTANCE_NUMBER, INT64_MAX);
  const int64_t other =
      vitrail_data_set_get_int_or (right, TAG_INSTANCE_NUMBER, INT64_MAX);

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

GPtrArray *
vitrail_web_answers_new (const GPtrArray *data_sets,
                         const VitrailQuery *query,
                         const char *instance)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GPtrArray *answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < data_sets->len; i++)
    if (is_instance (g_ptr_array_index (data_sets, i), instance) &&
        matches (g_ptr_array_index (data_sets, i), query))
      g_ptr_array_add (found, g_ptr_array_index (data_sets, i));
  if (query->level != VITRAIL_LEVEL_INSTANCE) {
    if (found->len > 0 && query->offset == 0)
      g_ptr_array_add (answers, make_whole (g_ptr_array_index (found, 0),
                                            query->level, found->len));
    return answers;
  }
  g_ptr_array_sort (found, compare_numbers);
  const guint n = query->limit > 0 ? query->limit : G_MAXUINT;
  for (guint i = query->offset; i < found->len && answers->len < n; i++)
    g_ptr_array_add (answers, make_instance (g_ptr_array_index (found, i)));
  return answers;
}
