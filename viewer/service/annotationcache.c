/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets of slides: see annotationcache.h. */

#include "annotationcache.h"

#include "annotation/ann.h"
#include "annotation/store.h"
#include "dicom/builder.h"
#include "dicom/part10.h"
#include "error.h"
#include "memorybudget.h"
#include "service.h"
#include "source.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#define SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define REFERENCED_SERIES   VITRAIL_TAG (0x0008, 0x1115)
#define STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define CONTENT_LABEL       VITRAIL_TAG (0x0070, 0x0080)

/* Objects of one study that are looked into. */
#define MAX_OBJECTS 256u

typedef struct {
  VitrailMemoryEntry memory;
  char *key;
  gsize bytes;
  VitrailAnnotationSet *set;
} Kept;

struct _VitrailAnnotationCache {
  VitrailMemoryClient *memory;
  pthread_mutex_t reading; /* one is read at a time: they are large */
  pthread_mutex_t lock;
  GHashTable *kept; /* key to Kept; guarded by lock */
};

/* --- what was read --- */

static void
kept_free (gpointer data)
{
  Kept *self = data;

  vitrail_annotation_set_unref (self->set);
  g_free (self->key);
  g_free (self);
}

static gsize
evict_cb (gpointer user_data)
{
  VitrailAnnotationCache *self = user_data;

  pthread_mutex_lock (&self->lock);
  Kept *kept = vitrail_memory_client_get_oldest (self->memory);
  if (kept != NULL) {
    vitrail_memory_client_remove (self->memory, &kept->memory);
    g_hash_table_steal (self->kept, kept->key);
  }
  pthread_mutex_unlock (&self->lock);
  if (kept == NULL)
    return 0;
  const gsize bytes = kept->bytes;
  kept_free (kept);
  return bytes;
}

VitrailAnnotationCache *
vitrail_annotation_cache_new (void)
{
  VitrailAnnotationCache *self = g_new0 (VitrailAnnotationCache, 1);

  pthread_mutex_init (&self->reading, NULL);
  pthread_mutex_init (&self->lock, NULL);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kept_free);
  self->memory =
      vitrail_memory_client_new (vitrail_memory_budget_get_default (),
                                 "annotations", evict_cb, self);
  return self;
}

void
vitrail_annotation_cache_free (VitrailAnnotationCache *self)
{
  if (self == NULL)
    return;
  vitrail_memory_client_free (self->memory);
  g_hash_table_unref (self->kept);
  pthread_mutex_destroy (&self->reading);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static VitrailAnnotationSet *
find_kept (VitrailAnnotationCache *self, const char *key)
{
  VitrailAnnotationSet *set = NULL;

  pthread_mutex_lock (&self->lock);
  Kept *kept = g_hash_table_lookup (self->kept, key);
  if (kept != NULL) {
    vitrail_memory_client_use (self->memory, &kept->memory);
    set = vitrail_annotation_set_ref (kept->set);
  }
  pthread_mutex_unlock (&self->lock);
  return set;
}

/* Where there is room; reading is held, so that nobody else adds it. */
static void
keep (VitrailAnnotationCache *self, const char *key, VitrailAnnotationSet *set)
{
  const gsize bytes = (gsize) vitrail_annotation_set_get_size_bytes (set);

  if (!vitrail_memory_client_reserve (self->memory, bytes))
    return;
  Kept *kept = g_new0 (Kept, 1);
  kept->key = g_strdup (key);
  kept->bytes = bytes;
  kept->set = vitrail_annotation_set_ref (set);
  pthread_mutex_lock (&self->lock);
  g_hash_table_insert (self->kept, kept->key, kept);
  vitrail_memory_client_add (self->memory, &kept->memory, kept);
  pthread_mutex_unlock (&self->lock);
}

/* --- objects of the archive --- */

static void
object_free (gpointer data)
{
  VitrailAnnotationObject *self = data;

  g_free (self->name);
  g_free (self->label);
  g_free (self->path);
  g_free (self);
}

/* Of the study of @slide, as the index has them. */
static GPtrArray *
query_objects (const VitrailRequest *request, const char *study)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, STUDY_INSTANCE_UID, study);
  vitrail_data_set_builder_set_string (builder, SOP_CLASS_UID,
                                       VITRAIL_ANN_SOP_CLASS);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match,
                               .limit = MAX_OBJECTS };
  return vitrail_folder_query (request->service->folder, &query, NULL);
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
static VitrailAnnotationObject *
look_into (const VitrailRequest *request, const char *uid, const char *series)
{
  g_autofree char *path =
      vitrail_folder_dup_path (request->service->folder, uid);
  g_autoptr (VitrailPart10) file =
      path != NULL ? vitrail_part10_open (path, VITRAIL_READ_ALL, NULL) : NULL;

  if (file == NULL)
    return NULL;
  const VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  if (!vitrail_data_set_text_is (data_set, SOP_INSTANCE_UID, 0, uid) ||
      !is_of_series (data_set, series))
    return NULL;
  VitrailAnnotationObject *object = g_new0 (VitrailAnnotationObject, 1);
  object->name = g_strconcat (VITRAIL_ANN_PREFIX, uid, NULL);
  object->label = vitrail_data_set_dup_string (data_set, CONTENT_LABEL, 0);
  object->path = g_steal_pointer (&path);
  return object;
}

GPtrArray *
vitrail_annotation_cache_list_objects (const VitrailRequest *request,
                                       const VitrailOpenSlide *slide)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (object_free);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_slide_ref_frame_info (slide->source);

  if (info == NULL || info->study_instance_uid == NULL ||
      info->series_instance_uid == NULL)
    return objects;
  g_autoptr (GPtrArray) found =
      query_objects (request, info->study_instance_uid);
  for (guint i = 0; found != NULL && i < found->len; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (g_ptr_array_index (found, i),
                                     SOP_INSTANCE_UID, 0);
    VitrailAnnotationObject *object =
        uid != NULL ? look_into (request, uid, info->series_instance_uid)
                    : NULL;
    if (object != NULL)
      g_ptr_array_add (objects, object);
  }
  return objects;
}

/* The image that the object's coordinates are of; NULL where it is not
 * there. */
static VitrailDataSet *
load_image (const VitrailRequest *request, const VitrailDataSet *data_set)
{
  g_autofree char *uid = vitrail_ann_dup_image_uid (data_set);
  g_autofree char *path =
      uid != NULL ? vitrail_folder_dup_path (request->service->folder, uid)
                  : NULL;
  g_autoptr (VitrailPart10) file =
      path != NULL ? vitrail_part10_open (path, VITRAIL_READ_HEADER, NULL)
                   : NULL;

  return file != NULL
             ? vitrail_data_set_ref (vitrail_part10_get_data_set (file))
             : NULL;
}

static VitrailAnnotationSet *
read_object (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             const VitrailAnnotationObject *object,
             GError **error)
{
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (object->path, VITRAIL_READ_ALL, error);

  if (file == NULL)
    return NULL;
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  g_autoptr (VitrailDataSet) image = load_image (request, data_set);
  return vitrail_ann_read (data_set, object->path, slide->source, image, NULL,
                           error);
}

/* --- sets --- */

static VitrailAnnotationSet *
fail_missing (const VitrailOpenSlide *slide, const char *name, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "slide %s has no annotations \"%s\"", slide->id, name);
  return NULL;
}

static VitrailAnnotationSet *
ref_object (const VitrailRequest *request,
            const VitrailOpenSlide *slide,
            const char *name,
            char tag[VITRAIL_SET_TAG_SIZE],
            GError **error)
{
  VitrailAnnotationCache *self = request->service->annotations;
  g_autoptr (GPtrArray) objects =
      vitrail_annotation_cache_list_objects (request, slide);
  const VitrailAnnotationObject *object = NULL;
  struct stat state;

  for (guint i = 0; i < objects->len && object == NULL; i++) {
    const VitrailAnnotationObject *one = g_ptr_array_index (objects, i);
    if (strcmp (one->name, name) == 0)
      object = one;
  }
  if (object == NULL || stat (object->path, &state) != 0)
    return fail_missing (slide, name, error);
  g_snprintf (tag, VITRAIL_SET_TAG_SIZE, "%s-%lx-%lx", slide->version,
              (gulong) state.st_size,
              (gulong) state.st_mtim.tv_sec * 1000000000ul +
                  (gulong) state.st_mtim.tv_nsec);
  g_autofree char *key = g_strjoin ("\n", slide->id, name, tag, NULL);
  VitrailAnnotationSet *set = find_kept (self, key);
  if (set != NULL)
    return set;
  pthread_mutex_lock (&self->reading);
  set = find_kept (self, key);
  if (set == NULL) {
    set = read_object (request, slide, object, error);
    if (set != NULL)
      keep (self, key, set);
  }
  pthread_mutex_unlock (&self->reading);
  return set;
}

static VitrailAnnotationSet *
ref_saved (const VitrailRequest *request,
           const VitrailOpenSlide *slide,
           const char *name,
           char tag[VITRAIL_SET_TAG_SIZE],
           GError **error)
{
  VitrailAnnotationCache *self = request->service->annotations;
  VitrailAnnotationStore *store = request->service->annotation_store;
  VitrailAnnotationFile file;

  if (!vitrail_annotation_store_look (store, slide->id, name, &file))
    return fail_missing (slide, name, error);
  g_strlcpy (tag, file.tag, VITRAIL_SET_TAG_SIZE);
  g_autofree char *key = g_strjoin ("\n", slide->id, name, tag, NULL);
  VitrailAnnotationSet *set = find_kept (self, key);
  if (set != NULL)
    return set;
  pthread_mutex_lock (&self->reading);
  set = find_kept (self, key);
  if (set == NULL) {
    g_autofree char *loaded = NULL;
    set = vitrail_annotation_store_load (store, slide->id, name, &loaded, NULL,
                                         error);
    /* It may have been replaced since it was looked at. */
    if (set != NULL && strcmp (loaded, tag) == 0)
      keep (self, key, set);
    if (loaded != NULL)
      g_strlcpy (tag, loaded, VITRAIL_SET_TAG_SIZE);
  }
  pthread_mutex_unlock (&self->reading);
  return set;
}

VitrailAnnotationSet *
vitrail_annotation_cache_ref_set (const VitrailRequest *request,
                                  const VitrailOpenSlide *slide,
                                  const char *name,
                                  char tag[VITRAIL_SET_TAG_SIZE],
                                  GError **error)
{
  return g_str_has_prefix (name, VITRAIL_ANN_PREFIX)
             ? ref_object (request, slide, name, tag, error)
             : ref_saved (request, slide, name, tag, error);
}
