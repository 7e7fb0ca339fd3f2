/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects that lie on a slide: see objectfinder.h. A chain of questions to the
 * source: which objects the study has, then each of them. */

#include "objectfinder.h"

#include "annotation/ann.h"
#include "dicom/builder.h"
#include "slide/dicomize.h"

#include <string.h>

#define TAG_SOP_CLASS           VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE        VITRAIL_TAG (0x0008, 0x0018)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_REFERENCED_SERIES   VITRAIL_TAG (0x0008, 0x1115)
#define TAG_STUDY               VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES              VITRAIL_TAG (0x0020, 0x000e)
#define TAG_FRAME_OF_REFERENCE  VITRAIL_TAG (0x0020, 0x0052)
#define TAG_CONTAINER           VITRAIL_TAG (0x0040, 0x0512)
#define TAG_CONTENT_LABEL       VITRAIL_TAG (0x0070, 0x0080)
#define TAG_CONTENT_DESCRIPTION VITRAIL_TAG (0x0070, 0x0081)

static const struct {
  const char *uid;
  const char *name;
  VitrailSlideObjectKind kind;
} classes[] = {
  { VITRAIL_ANN_SOP_CLASS, "Annotations", VITRAIL_SLIDE_OBJECT_SHAPES },
  { "1.2.840.10008.5.1.4.1.1.66.4", "Segmentation",
    VITRAIL_SLIDE_OBJECT_SEGMENTS },
  { "1.2.840.10008.5.1.4.1.1.66.7", "Label map",
    VITRAIL_SLIDE_OBJECT_SEGMENTS },
  { "1.2.840.10008.5.1.4.1.1.30", "Parametric map",
    VITRAIL_SLIDE_OBJECT_VALUES },
};

/* By what an object is known to lie on a slide; each may be NULL. */
typedef struct {
  char *study;
  char *series;
  char *frame_of_reference;
  char *container;
} Marks;

typedef struct {
  VitrailSlideObjects *objects;
  Marks slide;
  char *instance;     /* of the slide, or NULL */
  GPtrArray *answers; /* (element-type VitrailDataSet), sorted */
  guint next;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *self = data;
  g_object_unref (self->objects);
  g_free (self->slide.study);
  g_free (self->slide.series);
  g_free (self->slide.frame_of_reference);
  g_free (self->slide.container);
  g_free (self->instance);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_free (self);
}

/* What the slide says, or what it would say if it were DICOM. */
static void
find_marks (Finding *self, VitrailSlide *slide)
{
  g_autoptr (VitrailFrameInfo) info = vitrail_slide_ref_frame_info (slide);
  if (info != NULL && info->study_instance_uid != NULL) {
    self->slide.study = g_strdup (info->study_instance_uid);
    self->slide.series = g_strdup (info->series_instance_uid);
    self->instance = g_strdup (info->sop_instance_uid);
    return;
  }
  const char *id = vitrail_slide_get_id (slide);
  self->slide.study = vitrail_dicomize_dup_uid (id, "study");
  self->slide.series = vitrail_dicomize_dup_uid (id, "series");
}

/* Whether it lies on the slide */

static gboolean
names_series (const VitrailDataSet *data_set, const char *series)
{
  guint n = vitrail_data_set_get_n_items (data_set, TAG_REFERENCED_SERIES);
  for (guint i = 0; i < n; i++)
    if (vitrail_data_set_text_is (
            vitrail_data_set_get_item (data_set, TAG_REFERENCED_SERIES, i),
            TAG_SERIES, 0, series))
      return TRUE;
  return FALSE;
}

static gboolean
has_mark (const VitrailDataSet *data_set, VitrailTag tag, const char *mark)
{
  return mark != NULL && *mark != '\0' &&
         vitrail_data_set_text_is (data_set, tag, 0, mark);
}

static gboolean
lies_on (const VitrailDataSet *data_set, const Marks *slide)
{
  gboolean says_series =
      vitrail_data_set_get_n_items (data_set, TAG_REFERENCED_SERIES) > 0;
  if (slide->series != NULL && names_series (data_set, slide->series))
    return TRUE;
  if (has_mark (data_set, TAG_FRAME_OF_REFERENCE, slide->frame_of_reference))
    return TRUE;
  /* The same glass, scanned once more: places mean something else there. */
  if (slide->frame_of_reference != NULL &&
      vitrail_data_set_has (data_set, TAG_FRAME_OF_REFERENCE))
    return FALSE;
  if (has_mark (data_set, TAG_CONTAINER, slide->container))
    return TRUE;
  return !says_series &&
         !vitrail_data_set_has (data_set, TAG_FRAME_OF_REFERENCE) &&
         !vitrail_data_set_has (data_set, TAG_CONTAINER);
}

/* The first that says something. */
static char *
dup_label (const VitrailDataSet *data_set, const char *fallback)
{
  static const VitrailTag tags[] = { TAG_CONTENT_DESCRIPTION,
                                     TAG_SERIES_DESCRIPTION,
                                     TAG_CONTENT_LABEL };
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *text = vitrail_data_set_dup_string (data_set, tags[i], 0);
    if (text != NULL && *g_strstrip (text) != '\0')
      return g_steal_pointer (&text);
  }
  return g_strdup (fallback);
}

static void
look_into (Finding *self, VitrailInstance *instance)
{
  const VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  if (!lies_on (data_set, &self->slide))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    if (!vitrail_data_set_text_is (data_set, TAG_SOP_CLASS, 0, classes[i].uid))
      continue;
    g_autofree char *label = dup_label (data_set, classes[i].name);
    vitrail_slide_objects_add (self->objects,
                               vitrail_instance_get_sop_instance_uid (instance),
                               label, classes[i].kind);
  }
}

/* One object after the other */

static void ask_next (GTask *task);

static void
object_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, &error);
  if (instance != NULL)
    look_into (g_task_get_task_data (task), instance);
  else
    g_debug ("objects of a slide: %s", error->message);
  ask_next (task);
}

static void
ask_next (GTask *task)
{
  Finding *self = g_task_get_task_data (task);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->next == self->answers->len) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  g_autofree char *uid = vitrail_data_set_dup_string (
      g_ptr_array_index (self->answers, self->next++), TAG_SOP_INSTANCE, 0);
  vitrail_data_source_open_instance_async (g_task_get_source_object (task),
                                           uid != NULL ? uid : "",
                                           g_task_get_cancellable (task),
                                           object_cb, g_object_ref (task));
}

static void
answers_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Finding *self = g_task_get_task_data (task);
  GError *error = NULL;
  self->answers =
      vitrail_data_source_query_finish (VITRAIL_DATA_SOURCE (source), result,
                                        &error);
  if (self->answers == NULL)
    g_task_return_error (task, error);
  else
    ask_next (task);
}

static void
ask_objects (GTask *task)
{
  const Finding *self = g_task_get_task_data (task);
  g_autoptr (GString) uids = g_string_new (classes[0].uid);
  for (guint i = 1; i < G_N_ELEMENTS (classes); i++)
    g_string_append_printf (uids, "\\%s", classes[i].uid);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  vitrail_data_set_builder_set_string (builder, TAG_STUDY, self->slide.study);
  vitrail_data_set_builder_set_string (builder, TAG_SOP_CLASS, uids->str);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match,
                               .limit = VITRAIL_OBJECT_FINDER_MAX };
  vitrail_data_source_query_async (g_task_get_source_object (task), &query,
                                   g_task_get_cancellable (task), answers_cb,
                                   g_object_ref (task));
}

/* The slide itself: what else objects may name. */
static void
slide_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Finding *self = g_task_get_task_data (task);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, NULL);
  if (instance != NULL) {
    const VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
    self->slide.frame_of_reference =
        vitrail_data_set_dup_string (data_set, TAG_FRAME_OF_REFERENCE, 0);
    self->slide.container =
        vitrail_data_set_dup_string (data_set, TAG_CONTAINER, 0);
  }
  ask_objects (task);
}

void
vitrail_find_objects_async (VitrailDataSource *source,
                            VitrailSlide *slide,
                            VitrailSlideObjects *objects,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task =
      g_task_new (source, cancellable, callback, user_data);
  Finding *self = g_new0 (Finding, 1);
  self->objects = g_object_ref (objects);
  find_marks (self, slide);
  g_task_set_task_data (task, self, finding_free);
  if (self->instance != NULL)
    vitrail_data_source_open_instance_async (source, self->instance,
                                             cancellable, slide_cb,
                                             g_object_ref (task));
  else
    ask_objects (task);
}

gboolean
vitrail_find_objects_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Reading one */

typedef struct {
  VitrailSlide *slide;
  VitrailSlideObjects *objects;
  guint index;
  VitrailSlideObjectKind kind;
  VitrailInstance *instance;
  VitrailInstance *image; /* that annotations are of, or NULL */
  /* What was read. */
  VitrailAnnotationSet *set;
  VitrailSlideRaster *raster;
  char *warning;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;
  g_object_unref (self->slide);
  g_object_unref (self->objects);
  g_clear_object (&self->instance);
  g_clear_object (&self->image);
  g_clear_pointer (&self->set, vitrail_annotation_set_unref);
  g_clear_object (&self->raster);
  g_free (self->warning);
  g_free (self);
}

static gboolean
read_shapes (Reading *self, GError **error)
{
  self->set = vitrail_ann_read (
      vitrail_instance_get_data_set (self->instance),
      vitrail_instance_get_name (self->instance), self->slide,
      self->image != NULL ? vitrail_instance_get_data_set (self->image) : NULL,
      &self->warning, error);
  return self->set != NULL;
}

static gboolean
read_raster (Reading *self, GCancellable *cancellable, GError **error)
{
  self->raster = vitrail_slide_raster_new (self->instance, self->slide,
                                           cancellable, error);
  guint n = self->raster != NULL
                ? vitrail_slide_raster_get_n_missing (self->raster)
                : 0;
  if (n > 0)
    self->warning = g_strdup_printf ("%u frames could not be read", n);
  return self->raster != NULL;
}

static void
read_thread (GTask *task,
             gpointer source,
             gpointer data,
             GCancellable *cancellable)
{
  Reading *self = data;
  GError *error = NULL;
  if (self->kind == VITRAIL_SLIDE_OBJECT_SHAPES
          ? read_shapes (self, &error)
          : read_raster (self, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Whoever listens to the objects lives here. */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Reading *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);
  vitrail_slide_objects_take (self->objects, self->index, self->set,
                              self->raster,
                              done ? self->warning : error->message);
}

static void
image_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *self = g_task_get_task_data (task);
  self->image =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, NULL);
  g_task_run_in_thread (task, read_thread);
}

static void
instance_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *self = g_task_get_task_data (task);
  if (!vitrail_data_source_open_instance_for (VITRAIL_DATA_SOURCE (source),
                                              task, result, &self->instance))
    return;
  g_autofree char *image =
      self->kind == VITRAIL_SLIDE_OBJECT_SHAPES
          ? vitrail_ann_dup_image_uid (
                vitrail_instance_get_data_set (self->instance))
          : NULL;
  if (image != NULL)
    vitrail_data_source_open_instance_async (VITRAIL_DATA_SOURCE (source),
                                             image,
                                             g_task_get_cancellable (task),
                                             image_cb, g_object_ref (task));
  else
    g_task_run_in_thread (task, read_thread);
}

void
vitrail_read_object (VitrailDataSource *source,
                     VitrailSlide *slide,
                     VitrailSlideObjects *objects,
                     guint index,
                     GCancellable *cancellable)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, read_cb, NULL);
  VitrailSlideObject object = { 0 };
  Reading *self = g_new0 (Reading, 1);
  vitrail_slide_objects_get (objects, index, &object);
  self->slide = g_object_ref (slide);
  self->objects = g_object_ref (objects);
  self->index = index;
  self->kind = object.kind;
  g_task_set_task_data (task, self, reading_free);
  vitrail_data_source_open_instance_async (source,
                                           object.id != NULL ? object.id : "",
                                           cancellable, instance_cb,
                                           g_object_ref (task));
}
