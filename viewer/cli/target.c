/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `vitrail render` shows: see target.h. */

#include "target.h"

#include "decode/videoinstance.h"
#include "dicom/builder.h"
#include "displayset.h"
#include "error.h"
#include "locations.h"

#include <string.h>

#define TAG_SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define SLIDE_SOP_CLASS         "1.2.840.10008.5.1.4.1.1.77.1.6"

void
vitrail_target_clear (VitrailTarget *self)
{
  g_clear_object (&self->instance);
  g_clear_object (&self->slide);
}

/* --- one file --- */

static gboolean
open_slide_file (VitrailTarget *self, const char *path, GError **error)
{
  const char *paths[] = { path, NULL };

  self->slide = vitrail_slide_open (paths, error);
  return self->slide != NULL;
}

static gboolean
is_slide (VitrailInstance *instance)
{
  return vitrail_data_set_text_is (vitrail_instance_get_data_set (instance),
                                   TAG_SOP_CLASS_UID, 0, SLIDE_SOP_CLASS);
}

static gboolean
find_in_file (VitrailTarget *self,
              const char *path,
              VitrailTargetKind kind,
              guint position,
              GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GError) no_slide = NULL;

  if (kind == VITRAIL_TARGET_SLIDE)
    return open_slide_file (self, path, error);
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &failed);
  gboolean may_be_slide =
      instance != NULL
          ? is_slide (instance)
          : g_error_matches (failed, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT) &&
                vitrail_slide_probe (path);
  if (kind == VITRAIL_TARGET_ANY && may_be_slide) {
    if (open_slide_file (self, path, &no_slide))
      return TRUE;
    /* A label or an overview without its slide is an image like others. */
    if (instance == NULL ||
        !g_error_matches (no_slide, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&no_slide));
      return FALSE;
    }
  }
  if (instance == NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  self->instance =
      vitrail_video_instance_wrap (g_steal_pointer (&instance), error);
  self->frame = position;
  return self->instance != NULL;
}

/* --- a folder --- */

static VitrailDataSet *
make_match (const char *study, const char *series)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (study != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_STUDY_INSTANCE_UID,
                                         study);
  if (series != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_SERIES_INSTANCE_UID,
                                         series);
  return vitrail_data_set_builder_end (builder);
}

static GPtrArray *
query (VitrailDataSource *source,
       VitrailLevel level,
       const char *study,
       const char *series,
       GError **error)
{
  g_autoptr (VitrailDataSet) match = make_match (study, series);
  const VitrailQuery query = { .level = level, .match = match };

  return vitrail_data_source_query (source, &query, NULL, error);
}

/* The first display set of one series that shows frames, or NULL. */
static VitrailDisplaySet *
find_display_set (VitrailDataSource *source,
                  VitrailDataSet *series,
                  GError **error)
{
  g_autofree char *study =
      vitrail_data_set_dup_string (series, TAG_STUDY_INSTANCE_UID, 0);
  g_autofree char *uid =
      vitrail_data_set_dup_string (series, TAG_SERIES_INSTANCE_UID, 0);
  g_autoptr (GPtrArray) instances =
      query (source, VITRAIL_LEVEL_INSTANCE, study, uid, error);
  if (instances == NULL)
    return NULL;
  g_autoptr (GPtrArray) sets = vitrail_display_sets_new (series, instances);
  for (guint i = 0; i < sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (sets, i);
    if (set->kind == VITRAIL_DISPLAY_SET_STACK ||
        set->kind == VITRAIL_DISPLAY_SET_CINE)
      return vitrail_display_set_ref (set);
  }
  return NULL;
}

static gboolean
open_position (VitrailTarget *self,
               VitrailDataSource *source,
               const VitrailDisplaySet *set,
               guint position,
               GError **error)
{
  const char *uid = vitrail_display_set_get_image (set, position, &self->frame);

  if (uid != NULL) {
    self->instance = vitrail_video_instance_wrap (
        vitrail_data_source_open_instance (source, uid, NULL, error), error);
    return self->instance != NULL;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "series %s: no frame %u: it has %u", set->series_instance_uid,
               position, set->n_positions);
  return FALSE;
}

/* TRUE without an instance when there is no such series. */
static gboolean
find_stack (VitrailTarget *self,
            VitrailDataSource *source,
            const char *uid,
            guint position,
            GError **error)
{
  g_autoptr (GPtrArray) all =
      query (source, VITRAIL_LEVEL_SERIES, NULL, uid, error);

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    g_autoptr (GError) failed = NULL;
    g_autoptr (VitrailDisplaySet) set =
        find_display_set (source, g_ptr_array_index (all, i), &failed);
    if (set != NULL)
      return open_position (self, source, set, position, error);
    if (failed != NULL) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
find_slide (VitrailTarget *self,
            VitrailDataSource *source,
            const char *id,
            GError **error)
{
  g_autoptr (GPtrArray) slides = vitrail_data_source_list_slides (source);

  for (guint i = 0; i < slides->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    if (id != NULL && strcmp (entry->id, id) != 0)
      continue;
    self->slide =
        vitrail_slide_open ((const char *const *) entry->paths, error);
    return self->slide != NULL;
  }
  return TRUE;
}

static gboolean
find_in_folder (VitrailTarget *self,
                VitrailDataSource *source,
                VitrailTargetKind kind,
                const char *series,
                guint position,
                GError **error)
{
  if (kind != VITRAIL_TARGET_SLIDE &&
      !find_stack (self, source, series, position, error))
    return FALSE;
  if (kind != VITRAIL_TARGET_STACK && self->instance == NULL)
    return find_slide (self, source, series, error);
  return TRUE;
}

gboolean
vitrail_target_find (VitrailTarget *self,
                     const char *location,
                     VitrailTargetKind kind,
                     const char *series,
                     guint position,
                     GError **error)
{
  g_autofree char *path = vitrail_location_dup_path (location, error);

  if (path == NULL)
    return FALSE;
  if (!vitrail_data_source_is_location (path) &&
      !g_file_test (path, G_FILE_TEST_IS_DIR))
    return find_in_file (self, path, kind, position, error);
  char *locations[] = { path, NULL };
  g_autoptr (VitrailDataSource) source =
      vitrail_locations_open (locations, error);
  if (source == NULL ||
      !find_in_folder (self, source, kind, series, position, error))
    return FALSE;
  if (self->instance != NULL || self->slide != NULL)
    return TRUE;
  if (series != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: nothing to show in series %s", location, series);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: nothing to show", location);
  return FALSE;
}
