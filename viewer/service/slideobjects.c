/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects that are of a slide: see slideobjects.h. */

#include "slideobjects.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/part10.h"
#include "service.h"
#include "source.h"

#include <sys/stat.h>

#define SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define REFERENCED_SERIES   VITRAIL_TAG (0x0008, 0x1115)
#define STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define CONTENT_LABEL       VITRAIL_TAG (0x0070, 0x0080)

/* Longer values do not go into a tag. */
#define TAG_INLINE_BYTES 4096

/* Objects of one kind and study that are looked into. */
#define MAX_OBJECTS 256u

static void
object_free (gpointer data)
{
  VitrailSlideObject *self = data;

  g_free (self->uid);
  g_free (self->label);
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

/* The file that holds it, and what that is; NULL: it is on another server. */
static char *
find_file (const VitrailRequest *request, const char *uid, struct stat *state)
{
  g_autofree char *path =
      vitrail_data_source_dup_path (request->service->source, uid);

  return path != NULL && stat (path, state) == 0 ? g_steal_pointer (&path)
                                                 : NULL;
}

/* Of a file no more than is needed is read. */
static VitrailDataSet *
ref_header (const VitrailRequest *request, const char *uid)
{
  const VitrailReadFlags flags =
      VITRAIL_READ_HEADER | VITRAIL_READ_GROUPS_LATER;
  struct stat state;
  g_autofree char *path = find_file (request, uid, &state);

  if (path != NULL) {
    g_autoptr (VitrailPart10) file = vitrail_part10_open (path, flags, NULL);
    return file != NULL
               ? vitrail_data_set_ref (vitrail_part10_get_data_set (file))
               : NULL;
  }
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (request->service->source, uid,
                                         request->cancellable, NULL);
  return instance != NULL
             ? vitrail_data_set_ref (vitrail_instance_get_data_set (instance))
             : NULL;
}

/* NULL where it is no such object, or of another series. */
static VitrailSlideObject *
look_into (const VitrailRequest *request, const char *uid, const char *series)
{
  g_autoptr (VitrailDataSet) data_set = ref_header (request, uid);

  if (data_set == NULL ||
      !vitrail_data_set_text_is (data_set, SOP_INSTANCE_UID, 0, uid) ||
      !is_of_series (data_set, series))
    return NULL;
  VitrailSlideObject *object = g_new0 (VitrailSlideObject, 1);
  object->uid = g_strdup (uid);
  object->label = vitrail_data_set_dup_string (data_set, CONTENT_LABEL, 0);
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

/* --- tags --- */

static G_DEFINE_QUARK (vitrail - slide - object - tag, object_tag)

static char *
make_tag (VitrailDataSet *data_set)
{
  const gsize digits = 16;
  g_autoptr (GString) json = g_string_new (NULL);

  vitrail_json_write (data_set, json, TAG_INLINE_BYTES, NULL, NULL);
  g_autofree char *sum =
      g_compute_checksum_for_string (G_CHECKSUM_SHA1, json->str, -1);
  return g_strndup (sum, digits);
}

/* Of an object that stays open it is made once. */
static char *
dup_instance_tag (VitrailInstance *instance)
{
  const char *known =
      g_object_get_qdata (G_OBJECT (instance), object_tag_quark ());

  if (known != NULL)
    return g_strdup (known);
  char *tag = make_tag (vitrail_instance_get_data_set (instance));
  /* Somebody else may be first: then theirs is the same. */
  g_autofree char *mine = g_strdup (tag);
  if (g_object_replace_qdata (G_OBJECT (instance), object_tag_quark (), NULL,
                              mine, g_free, NULL))
    g_steal_pointer (&mine);
  return tag;
}

char *
vitrail_slide_object_dup_tag (const VitrailRequest *request,
                              const char *uid,
                              GError **error)
{
  struct stat state;
  g_autofree char *path = find_file (request, uid, &state);

  if (path != NULL)
    return g_strdup_printf ("%lx-%lx", (gulong) state.st_size,
                            (gulong) state.st_mtim.tv_sec * 1000000000ul +
                                (gulong) state.st_mtim.tv_nsec);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (request->service->source, uid,
                                         request->cancellable, error);
  return instance != NULL ? dup_instance_tag (instance) : NULL;
}
