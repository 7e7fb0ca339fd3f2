/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets of slides: see annotationcache.h. */

#include "annotationcache.h"

#include "annotation/ann.h"
#include "annotation/store.h"
#include "error.h"
#include "kept.h"
#include "service.h"

#include <string.h>

struct _VitrailAnnotationCache {
  VitrailKept *kept; /* sets by slide, name and tag */
};

VitrailAnnotationCache *
vitrail_annotation_cache_new (void)
{
  VitrailAnnotationCache *self = g_new0 (VitrailAnnotationCache, 1);

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
static VitrailInstance *
open_image (const VitrailRequest *request, const VitrailDataSet *data_set)
{
  g_autofree char *uid = vitrail_ann_dup_image_uid (data_set);

  return uid != NULL
             ? vitrail_data_source_open_instance (request->service->source, uid,
                                                  request->cancellable, NULL)
             : NULL;
}

static VitrailAnnotationSet *
read_object (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             const char *uid,
             GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (request->service->source, uid,
                                         request->cancellable, error);

  if (instance == NULL)
    return NULL;
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  g_autoptr (VitrailInstance) image = open_image (request, data_set);
  return vitrail_ann_read (data_set, vitrail_instance_get_name (instance),
                           slide->source,
                           image != NULL ? vitrail_instance_get_data_set (image)
                                         : NULL,
                           NULL, error);
}

/* --- sets --- */

static VitrailAnnotationSet *
fail_missing (const VitrailOpenSlide *slide, const char *name, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "slide %s has no annotations \"%s\"", slide->id, name);
  return NULL;
}

/* Others may read @key again; @fault goes to @error. */
static VitrailAnnotationSet *
end_reading (VitrailAnnotationCache *self,
             const char *key,
             VitrailAnnotationSet *set,
             GError **fault,
             GError **error)
{
  vitrail_kept_end (self->kept, key, *fault);
  if (*fault != NULL)
    g_propagate_error (error, g_steal_pointer (fault));
  return set;
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

  for (guint i = 0; i < objects->len && object == NULL; i++) {
    const VitrailSlideObject *one = g_ptr_array_index (objects, i);
    if (strcmp (one->uid, name + strlen (VITRAIL_ANN_PREFIX)) == 0)
      object = one;
  }
  if (object == NULL)
    return fail_missing (slide, name, error);
  g_autofree char *own =
      vitrail_slide_object_dup_tag (request, object->uid, error);
  if (own == NULL)
    return NULL;
  g_snprintf (tag, VITRAIL_SET_TAG_SIZE, "%s-%s", slide->version, own);
  g_autofree char *key = g_strjoin ("\n", slide->id, name, tag, NULL);
  g_autoptr (GError) fault = NULL;
  gpointer set;
  if (!vitrail_kept_begin (self->kept, key, &set, error))
    return set;
  set = read_object (request, slide, object->uid, &fault);
  if (set != NULL)
    keep (self, key, set);
  return end_reading (self, key, set, &fault, error);
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
  g_autoptr (GError) fault = NULL;
  g_autofree char *loaded = NULL;
  gpointer set;
  if (!vitrail_kept_begin (self->kept, key, &set, error))
    return set;
  set = vitrail_annotation_store_load (store, slide->id, name, &loaded, NULL,
                                       &fault);
  /* It may have been replaced since it was looked at. */
  if (set != NULL && strcmp (loaded, tag) == 0)
    keep (self, key, set);
  if (loaded != NULL)
    g_strlcpy (tag, loaded, VITRAIL_SET_TAG_SIZE);
  return end_reading (self, key, set, &fault, error);
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
