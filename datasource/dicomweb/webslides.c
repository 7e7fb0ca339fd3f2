/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides over DICOMweb: see webslides.h. */

#include "dicomweb/webslides.h"

#include "dicomweb/webquery.h"

#include <pthread.h>
#include <string.h>

#define TAG_IMAGE_TYPE   VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_CLASS    VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_PYRAMID      VITRAIL_TAG (0x0008, 0x0019)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)
#define TAG_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_CONTAINER    VITRAIL_TAG (0x0040, 0x0512)

#define SLIDE_SOP_CLASS "1.2.840.10008.5.1.4.1.1.77.1.6"

struct _VitrailWebSlides {
  const VitrailWebLocation *location;
  pthread_mutex_t lock;
  GPtrArray *entries; /* VitrailSlideEntry; guarded by lock */
};

VitrailWebSlides *
vitrail_web_slides_new (const VitrailWebLocation *location)
{
  VitrailWebSlides *self = g_new0 (VitrailWebSlides, 1);

  self->location = location;
  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_slide_entry_free);
  return self;
}

void
vitrail_web_slides_free (VitrailWebSlides *self)
{
  g_ptr_array_unref (self->entries);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

void
vitrail_web_slides_forget (VitrailWebSlides *self)
{
  pthread_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->entries, 0);
  pthread_mutex_unlock (&self->lock);
}

GPtrArray *
vitrail_web_slides_list (VitrailWebSlides *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_slide_entry_free);

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (list, vitrail_slide_entry_copy (
                               g_ptr_array_index (self->entries, i)));
  pthread_mutex_unlock (&self->lock);
  return list;
}

static gboolean
is_known_locked (const VitrailWebSlides *self, const char *id)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (self->entries, i);
    if (strcmp (entry->id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* @path: (transfer full): its URL. Those that are known stay as they are. */
static void
take (VitrailWebSlides *self, const char *id, const char *name, char *path)
{
  VitrailSlideEntry *entry = g_new0 (VitrailSlideEntry, 1);

  entry->id = g_strdup (id);
  entry->name = g_strdup (name != NULL ? name : id);
  entry->paths = g_new0 (char *, 2);
  entry->paths[0] = path;
  pthread_mutex_lock (&self->lock);
  if (!is_known_locked (self, id))
    g_ptr_array_add (self->entries, g_steal_pointer (&entry));
  pthread_mutex_unlock (&self->lock);
  g_clear_pointer (&entry, vitrail_slide_entry_free);
}

void
vitrail_web_slides_take_answers (VitrailWebSlides *self,
                                 const GPtrArray *answers)
{
  for (guint i = 0; i < answers->len; i++) {
    const VitrailDataSet *answer = g_ptr_array_index (answers, i);
    g_autofree char *study = vitrail_web_query_dup_uid (answer, TAG_STUDY);
    g_autofree char *series = vitrail_web_query_dup_uid (answer, TAG_SERIES);
    g_autofree char *name =
        vitrail_data_set_dup_string (answer, TAG_DESCRIPTION, 0);
    if (study == NULL)
      study = g_strdup (self->location->study);
    if (study != NULL && series != NULL &&
        vitrail_data_set_text_is (answer, TAG_MODALITY, 0, "SM"))
      take (self, series, name,
            g_strdup_printf ("%s/studies/%s/series/%s",
                             self->location->root_name, study, series));
  }
}

/* Labels and overviews lie beside (PS3.3 C.8.12.4.1.1). */
static gboolean
is_level (const VitrailDataSet *data_set)
{
  return vitrail_data_set_text_is (data_set, TAG_SOP_CLASS, 0,
                                   SLIDE_SOP_CLASS) &&
         !vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2, "LABEL") &&
         !vitrail_data_set_text_is (data_set, TAG_IMAGE_TYPE, 2, "OVERVIEW");
}

/* PyramidUID, "" for none -> one of its levels. */
static GHashTable *
find_pyramids (const GPtrArray *data_sets)
{
  GHashTable *pyramids =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    char *pyramid = vitrail_data_set_dup_string (data_set, TAG_PYRAMID, 0);
    if (is_level (data_set))
      g_hash_table_replace (pyramids, pyramid != NULL ? pyramid : g_strdup (""),
                            data_set);
    else
      g_free (pyramid);
  }
  /* What names none belongs to whichever there is, as thumbnails do. */
  if (g_hash_table_size (pyramids) > 1)
    g_hash_table_remove (pyramids, "");
  return pyramids;
}

void
vitrail_web_slides_take_series (VitrailWebSlides *self,
                                const VitrailWebLocation *series,
                                const GPtrArray *data_sets)
{
  g_autoptr (GHashTable) pyramids = find_pyramids (data_sets);
  const gboolean is_only = g_hash_table_size (pyramids) == 1;
  GHashTableIter iter;
  gpointer pyramid = NULL;
  gpointer level = NULL;

  g_hash_table_iter_init (&iter, pyramids);
  while (g_hash_table_iter_next (&iter, &pyramid, &level)) {
    g_autofree char *uid = vitrail_web_query_dup_uid (level, TAG_SOP_INSTANCE);
    g_autofree char *name =
        vitrail_data_set_dup_string (level, TAG_CONTAINER, 0);
    g_autofree char *id =
        is_only || *(const char *) pyramid == '\0'
            ? g_strdup (series->series)
            : g_strdup_printf ("%s.%s", series->series, (char *) pyramid);
    if (uid != NULL)
      take (self, id, name,
            is_only ? g_strdup (series->name)
                    : g_strconcat (series->name, "/instances/", uid, NULL));
  }
}
