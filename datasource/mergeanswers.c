/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers of several sources: see mergeanswers.h. */

#include "mergeanswers.h"

#include "dicom/builder.h"

#include <string.h>

#define TAG_MODALITY           VITRAIL_TAG (0x0008, 0x0060)
#define TAG_MODALITIES         VITRAIL_TAG (0x0008, 0x0061)
#define TAG_N_STUDY_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_STUDY_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_N_SERIES_INSTANCES VITRAIL_TAG (0x0020, 0x1209)

static const VitrailTag identities[] = {
  [VITRAIL_LEVEL_STUDY] = VITRAIL_TAG (0x0020, 0x000d),
  [VITRAIL_LEVEL_SERIES] = VITRAIL_TAG (0x0020, 0x000e),
  [VITRAIL_LEVEL_INSTANCE] = VITRAIL_TAG (0x0008, 0x0018),
};

typedef struct {
  VitrailDataSet *answer;
  gboolean is_shared;
} Entry;

struct _VitrailMergeAnswers {
  VitrailLevel level;
  GPtrArray *entries; /* Entry */
  GHashTable *by_uid; /* UID -> Entry */
};

static void
entry_free (Entry *self)
{
  vitrail_data_set_unref (self->answer);
  g_free (self);
}

VitrailMergeAnswers *
vitrail_merge_answers_new (VitrailLevel level)
{
  VitrailMergeAnswers *self = g_new0 (VitrailMergeAnswers, 1);

  self->level = level;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
vitrail_merge_answers_free (VitrailMergeAnswers *self)
{
  g_hash_table_unref (self->by_uid);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

void
vitrail_merge_answers_add (VitrailMergeAnswers *self, const GPtrArray *answers)
{
  for (guint i = 0; i < answers->len; i++) {
    VitrailDataSet *answer = g_ptr_array_index (answers, i);
    g_autofree char *uid =
        vitrail_data_set_dup_string (answer, identities[self->level], 0);
    Entry *known = uid != NULL ? g_hash_table_lookup (self->by_uid, uid) : NULL;
    if (known != NULL) {
      known->is_shared = self->level != VITRAIL_LEVEL_INSTANCE;
    } else if (uid != NULL) {
      Entry *entry = g_new0 (Entry, 1);
      entry->answer = vitrail_data_set_ref (answer);
      g_ptr_array_add (self->entries, entry);
      g_hash_table_insert (self->by_uid, g_steal_pointer (&uid), entry);
    }
  }
}

guint
vitrail_merge_answers_get_n (const VitrailMergeAnswers *self)
{
  return self->entries->len;
}

VitrailDataSet *
vitrail_merge_answers_get (const VitrailMergeAnswers *self, guint i)
{
  return ((Entry *) g_ptr_array_index (self->entries, i))->answer;
}

gboolean
vitrail_merge_answers_is_shared (const VitrailMergeAnswers *self, guint i)
{
  return ((Entry *) g_ptr_array_index (self->entries, i))->is_shared;
}

/* All modalities of @series, each once. */
static char *
join_modalities (const GPtrArray *series)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < series->len; i++) {
    char *modality = vitrail_data_set_dup_string (g_ptr_array_index (series, i),
                                                  TAG_MODALITY, 0);
    if (modality != NULL &&
        !g_ptr_array_find_with_equal_func (found, modality, g_str_equal, NULL))
      g_ptr_array_add (found, modality);
    else
      g_free (modality);
  }
  g_ptr_array_add (found, NULL);
  return g_strjoinv ("\\", (char **) found->pdata);
}

void
vitrail_merge_answers_count (VitrailMergeAnswers *self,
                             guint i,
                             const GPtrArray *below)
{
  Entry *entry = g_ptr_array_index (self->entries, i);
  int64_t n_instances = 0;

  if (below == NULL)
    return;
  VitrailDataSetBuilder *builder =
      vitrail_data_set_builder_new_from (entry->answer);
  if (self->level == VITRAIL_LEVEL_SERIES) {
    vitrail_data_set_builder_set_int (builder, TAG_N_SERIES_INSTANCES,
                                      below->len);
  } else {
    g_autofree char *modalities = join_modalities (below);
    for (guint k = 0; k < below->len; k++)
      n_instances += vitrail_data_set_get_int_or (g_ptr_array_index (below, k),
                                                  TAG_N_SERIES_INSTANCES, 0);
    vitrail_data_set_builder_set_string (builder, TAG_MODALITIES, modalities);
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_SERIES, below->len);
    vitrail_data_set_builder_set_int (builder, TAG_N_STUDY_INSTANCES,
                                      n_instances);
  }
  vitrail_data_set_unref (entry->answer);
  entry->answer = vitrail_data_set_builder_end (builder);
}

GPtrArray *
vitrail_merge_answers_dup_list (const VitrailMergeAnswers *self)
{
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (list, vitrail_data_set_ref (
                               vitrail_merge_answers_get (self, i)));
  return list;
}

VitrailDataSet *
vitrail_merge_answers_make_match (VitrailLevel level,
                                  const VitrailDataSet *answer)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (guint i = 0; i < MIN ((guint) level, VITRAIL_LEVEL_INSTANCE); i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (answer, identities[i], 0);
    if (uid != NULL)
      vitrail_data_set_builder_set_string (builder, identities[i], uid);
  }
  return vitrail_data_set_builder_end (builder);
}
