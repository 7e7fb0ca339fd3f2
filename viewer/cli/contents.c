/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a folder holds: see contents.h. */

#include "contents.h"

#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

static GPtrArray *
query (VitrailDataSource *source, VitrailLevel level, GError **error)
{
  const VitrailQuery everything = { .level = level };

  return vitrail_data_source_query (source, &everything, NULL, error);
}

static char *
dup_study_key (const VitrailDataSet *answer)
{
  return vitrail_data_set_dup_string (answer, TAG_STUDY_INSTANCE_UID, 0);
}

/* A series is named by its study too: copies made in haste share UIDs. */
static char *
dup_series_key (const VitrailDataSet *answer)
{
  g_autofree char *study = dup_study_key (answer);
  g_autofree char *series =
      vitrail_data_set_dup_string (answer, TAG_SERIES_INSTANCE_UID, 0);

  return g_strconcat (study, "/", series, NULL);
}

/* Answers by what they belong to, in their order. Frees @answers. */
static GHashTable *
group (GPtrArray *answers, char *(*dup_key) (const VitrailDataSet *) )
{
  GHashTable *groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                             (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < answers->len; i++) {
    VitrailDataSet *answer = g_ptr_array_index (answers, i);
    g_autofree char *key = dup_key (answer);
    GPtrArray *members = g_hash_table_lookup (groups, key);
    if (members == NULL) {
      members = g_ptr_array_new_with_free_func (
          (GDestroyNotify) vitrail_data_set_unref);
      g_hash_table_insert (groups, g_steal_pointer (&key), members);
    }
    g_ptr_array_add (members, vitrail_data_set_ref (answer));
  }
  g_ptr_array_unref (answers);
  return groups;
}

/* Keeps those that open; the others are unreadable. */
static void
open_slides (VitrailContents *self)
{
  guint i = 0;

  while (i < self->slides->len) {
    const VitrailSlideEntry *entry = g_ptr_array_index (self->slides, i);
    g_autoptr (GError) error = NULL;
    VitrailSlide *slide =
        vitrail_slide_open ((const char *const *) entry->paths, &error);
    if (slide != NULL) {
      g_ptr_array_add (self->pyramids, slide);
      i++;
      continue;
    }
    g_ptr_array_add (self->unreadable,
                     vitrail_unreadable_new (entry->paths[0], error->message));
    g_ptr_array_remove_index (self->slides, i);
  }
}

gboolean
vitrail_contents_read (VitrailContents *self,
                       VitrailDataSource *source,
                       GError **error)
{
  self->source = g_object_ref (source);
  self->studies = query (source, VITRAIL_LEVEL_STUDY, error);
  GPtrArray *series = self->studies != NULL
                          ? query (source, VITRAIL_LEVEL_SERIES, error)
                          : NULL;
  if (series == NULL)
    return FALSE;
  self->series = group (series, dup_study_key);
  GPtrArray *instances = query (source, VITRAIL_LEVEL_INSTANCE, error);
  if (instances == NULL)
    return FALSE;
  self->instances = group (instances, dup_series_key);
  self->slides = vitrail_data_source_list_slides (source);
  self->unreadable = vitrail_data_source_list_unreadable (source);
  self->pyramids = g_ptr_array_new_with_free_func (g_object_unref);
  open_slides (self);
  return TRUE;
}

void
vitrail_contents_clear (VitrailContents *self)
{
  g_clear_object (&self->source);
  g_clear_pointer (&self->studies, g_ptr_array_unref);
  g_clear_pointer (&self->series, g_hash_table_unref);
  g_clear_pointer (&self->instances, g_hash_table_unref);
  g_clear_pointer (&self->slides, g_ptr_array_unref);
  g_clear_pointer (&self->pyramids, g_ptr_array_unref);
  g_clear_pointer (&self->unreadable, g_ptr_array_unref);
}

GPtrArray *
vitrail_contents_get_series (const VitrailContents *self,
                             const VitrailDataSet *study)
{
  g_autofree char *key = dup_study_key (study);

  return g_hash_table_lookup (self->series, key);
}

GPtrArray *
vitrail_contents_get_instances (const VitrailContents *self,
                                const VitrailDataSet *series)
{
  g_autofree char *key = dup_series_key (series);

  return g_hash_table_lookup (self->instances, key);
}
