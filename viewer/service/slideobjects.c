/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects that are of a slide: see slideobjects.h. */

#include "slideobjects.h"

#include "dicom/builder.h"
#include "dicom/part10.h"
#include "service.h"
#include "source.h"

#define SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define REFERENCED_SERIES   VITRAIL_TAG (0x0008, 0x1115)
#define STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define CONTENT_LABEL       VITRAIL_TAG (0x0070, 0x0080)

/* Objects of one kind and study that are looked into. */
#define MAX_OBJECTS 256u

static void
object_free (gpointer data)
{
  VitrailSlideObject *self = data;

  g_free (self->uid);
  g_free (self->label);
  g_free (self->path);
  g_free (self);
}

/* Of the study, as the index has them. */
static GPtrArray *
query_objects (const VitrailRequest *request,
               const char *study,
               const char *sop_class)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, STUDY_INSTANCE_UID, study);
  vitrail_data_set_builder_set_string (builder, SOP_CLASS_UID, sop_class);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match,
                               .limit = MAX_OBJECTS };
  return vitrail_data_source_query (request->service->source, &query,
                                    request->cancellable, NULL);
}

static gboolean
is_of_series (const VitrailDataSet *data_set, const char *series)
{
  const guint n = vitrail_data_set_get_n_items (data_set, REFERENCED_SERIES);

  for (guint i = 0; i < n; i++)
    if (vitrail_data_set_text_is (
            vitrail_data_set_get_item (data_set, REFERENCED_SERIES, i),
            SERIES_INSTANCE_UID, 0, series))
      return TRUE;
  return n == 0;
}

/* NULL where the file is no such object, or of another series. */
static VitrailSlideObject *
look_into (const VitrailRequest *request, const char *uid, const char *series)
{
  const VitrailReadFlags flags =
      VITRAIL_READ_HEADER | VITRAIL_READ_GROUPS_LATER;
  g_autofree char *path =
      vitrail_data_source_dup_path (request->service->source, uid);
  g_autoptr (VitrailPart10) file =
      path != NULL ? vitrail_part10_open (path, flags, NULL) : NULL;

  if (file == NULL)
    return NULL;
  const VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  if (!vitrail_data_set_text_is (data_set, SOP_INSTANCE_UID, 0, uid) ||
      !is_of_series (data_set, series))
    return NULL;
  VitrailSlideObject *object = g_new0 (VitrailSlideObject, 1);
  object->uid = g_strdup (uid);
  object->label = vitrail_data_set_dup_string (data_set, CONTENT_LABEL, 0);
  object->path = g_steal_pointer (&path);
  return object;
}

GPtrArray *
vitrail_slide_objects_list (const VitrailRequest *request,
                            const VitrailOpenSlide *slide,
                            const char *const *sop_classes)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (object_free);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_slide_ref_frame_info (slide->source);

  if (info == NULL || info->study_instance_uid == NULL ||
      info->series_instance_uid == NULL)
    return objects;
  for (guint k = 0; sop_classes[k] != NULL; k++) {
    g_autoptr (GPtrArray) found =
        query_objects (request, info->study_instance_uid, sop_classes[k]);
    for (guint i = 0; found != NULL && i < found->len; i++) {
      g_autofree char *uid =
          vitrail_data_set_dup_string (g_ptr_array_index (found, i),
                                       SOP_INSTANCE_UID, 0);
      VitrailSlideObject *object =
          uid != NULL ? look_into (request, uid, info->series_instance_uid)
                      : NULL;
      if (object == NULL)
        continue;
      object->sop_class = sop_classes[k];
      g_ptr_array_add (objects, object);
    }
  }
  return objects;
}
