/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets of slides: see annotationcache.h. */

#include "annotationcache.h"

#include "annotation/ann.h"
#include "annotation/store.h"
#include "dicom/part10.h"
#include "error.h"
#include "kept.h"
#include "service.h"

#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

struct _VitrailAnnotationCache {
  pthread_mutex_t reading; /* one is read at a time: they are large */
  VitrailKept *kept;       /* sets by slide, name and tag */
};

VitrailAnnotationCache *
vitrail_annotation_cache_new (void)
{
  VitrailAnnotationCache *self = g_new0 (VitrailAnnotationCache, 1);

  pthread_mutex_init (&self->reading, NULL);
  self->kept = vitrail_kept_new ("annotations",
                                 (GBoxedCopyFunc) vitrail_annotation_set_ref,
                                 (GDestroyNotify) vitrail_annotation_set_unref);
  return self;
}

void
vitrail_annotation_cache_free (VitrailAnnotationCache *self)
{
  if (self == NULL)
    return;
  vitrail_kept_free (self->kept);
  pthread_mutex_destroy (&self->reading);
  g_free (self);
}

/* Where there is room. */
static void
keep (VitrailAnnotationCache *self, const char *key, VitrailAnnotationSet *set)
{
  vitrail_kept_add (self->kept, key, set,
                    (gsize) vitrail_annotation_set_get_size_bytes (set));
}

GPtrArray *
vitrail_annotation_cache_list_objects (const VitrailRequest *request,
                                       const VitrailOpenSlide *slide)
{
  static const char *const classes[] = { VITRAIL_ANN_SOP_CLASS, NULL };

  return vitrail_slide_objects_list (request, slide, classes);
}

/* The image that the object's coordinates are of; NULL where it is not
 * there. */
static VitrailDataSet *
load_image (const VitrailRequest *request, const VitrailDataSet *data_set)
{
  g_autofree char *uid = vitrail_ann_dup_image_uid (data_set);
  g_autofree char *path =
      uid != NULL ? vitrail_data_source_dup_path (request->service->source, uid)
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
             const VitrailSlideObject *object,
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
  const VitrailSlideObject *object = NULL;
  struct stat state;

  for (guint i = 0; i < objects->len && object == NULL; i++) {
    const VitrailSlideObject *one = g_ptr_array_index (objects, i);
    if (strcmp (one->uid, name + strlen (VITRAIL_ANN_PREFIX)) == 0)
      object = one;
  }
  if (object == NULL || stat (object->path, &state) != 0)
    return fail_missing (slide, name, error);
  g_snprintf (tag, VITRAIL_SET_TAG_SIZE, "%s-%lx-%lx", slide->version,
              (gulong) state.st_size,
              (gulong) state.st_mtim.tv_sec * 1000000000ul +
                  (gulong) state.st_mtim.tv_nsec);
  g_autofree char *key = g_strjoin ("\n", slide->id, name, tag, NULL);
  VitrailAnnotationSet *set = vitrail_kept_ref (self->kept, key);
  if (set != NULL)
    return set;
  pthread_mutex_lock (&self->reading);
  set = vitrail_kept_ref (self->kept, key);
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
  VitrailAnnotationSet *set = vitrail_kept_ref (self->kept, key);
  if (set != NULL)
    return set;
  pthread_mutex_lock (&self->reading);
  set = vitrail_kept_ref (self->kept, key);
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
