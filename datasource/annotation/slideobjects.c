/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideObjects: see slideobjects.h. */

#include "annotation/slideobjects.h"

#include "annotation/objectstyle.h"

#include <pthread.h>
#include <string.h>

typedef struct {
  /* Constant once it is added. */
  char *id;
  char *label;
  VitrailSlideObjectKind kind;

  /* Guarded by the collection's lock. */
  VitrailSlideObjectStage stage;
  char *error; /* set once */
  VitrailObjectStyle style;
  VitrailAnnotationSet *read; /* as it was read: its texts stay */
  VitrailAnnotationSet *set;  /* as it is drawn */
  VitrailSlideRaster *raster;
} Object;

struct _VitrailSlideObjects {
  GObject parent_instance;

  pthread_mutex_t lock;
  GPtrArray *objects; /* (element-type Object); guarded by lock; only grows */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (VitrailSlideObjects, vitrail_slide_objects, G_TYPE_OBJECT)

static void
object_free (gpointer data)
{
  Object *self = data;

  g_free (self->id);
  g_free (self->label);
  g_free (self->error);
  vitrail_object_style_clear (&self->style);
  g_clear_pointer (&self->read, vitrail_annotation_set_unref);
  g_clear_pointer (&self->set, vitrail_annotation_set_unref);
  g_clear_object (&self->raster);
  g_free (self);
}

/* NULL beyond the last; to be looked at with the lock held. */
static Object *
get_locked (VitrailSlideObjects *self, guint index)
{
  return index < self->objects->len ? g_ptr_array_index (self->objects, index)
                                    : NULL;
}

static void
emit_changed (VitrailSlideObjects *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* --- parts --- */

static guint
count_parts (const Object *object)
{
  if (object->read != NULL)
    return vitrail_annotation_set_get_n_groups (object->read);
  return object->raster != NULL
             ? vitrail_slide_raster_get_n_segments (object->raster)
             : 0;
}

/* As the object itself says. */
static gboolean
get_own_part (const Object *object, guint part, VitrailSlideObjectPart *out)
{
  VitrailRasterSegment segment;

  if (object->read != NULL) {
    const VitrailAnnotationGroup *group =
        vitrail_annotation_set_get_group (object->read, part);
    if (group != NULL)
      *out =
          (VitrailSlideObjectPart){ group->label, group->rgb, group->visible };
    return group != NULL;
  }
  if (object->raster == NULL ||
      !vitrail_slide_raster_get_segment (object->raster, part, &segment))
    return FALSE;
  *out = (VitrailSlideObjectPart){ segment.label, segment.rgb, TRUE };
  return TRUE;
}

static gboolean
get_part (const Object *object, guint part, VitrailSlideObjectPart *out)
{
  if (!get_own_part (object, part, out))
    return FALSE;
  if (part < object->style.parts->len) {
    const VitrailPartStyle *style =
        &g_array_index (object->style.parts, VitrailPartStyle, part);
    out->rgb = style->rgb;
    out->visible = style->visible;
  }
  return TRUE;
}

/* --- how it is shown --- */

/* The groups as the style says; all shapes are shared. */
static void
apply_to_set (Object *object)
{
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_set_ref (object->read);
  const guint n = MIN (count_parts (object), object->style.parts->len);

  for (guint i = 0; i < n; i++) {
    VitrailSlideObjectPart part = { 0 };
    g_autoptr (VitrailAnnotationGroup) group = vitrail_annotation_group_copy (
        vitrail_annotation_set_get_group (object->read, i));
    get_part (object, i, &part);
    group->rgb = part.rgb;
    group->visible = part.visible;
    VitrailAnnotationSet *changed =
        vitrail_annotation_set_with_group (set, i, group, NULL);
    if (changed == NULL)
      continue;
    vitrail_annotation_set_unref (set);
    set = changed;
  }
  g_clear_pointer (&object->set, vitrail_annotation_set_unref);
  object->set = g_steal_pointer (&set);
}

static void
apply_to_values (Object *object)
{
  const VitrailObjectStyle *style = &object->style;
  VitrailRasterStyle now;
  double range[2] = { 0, 1 };

  vitrail_slide_raster_get_range (object->raster, &range[0], &range[1]);
  vitrail_slide_raster_get_style (object->raster, &now);
  vitrail_slide_raster_set_colors (
      object->raster, style->colormap != NULL ? style->colormap : now.colormap,
      style->has_range ? style->low : range[0],
      style->has_range ? style->high : range[1], style->opacity);
  vitrail_raster_style_clear (&now);
}

static void
apply_to_segments (Object *object)
{
  const guint n = count_parts (object);

  for (guint i = 0; i < n; i++) {
    VitrailSlideObjectPart part = { 0 };
    if (get_part (object, i, &part))
      vitrail_slide_raster_set_segment (object->raster, i, part.rgb,
                                        part.visible ? object->style.opacity
                                                     : 0);
  }
}

static void
apply (Object *object)
{
  if (object->read != NULL)
    apply_to_set (object);
  else if (object->raster != NULL &&
           vitrail_slide_raster_get_kind (object->raster) ==
               VITRAIL_RASTER_VALUES)
    apply_to_values (object);
  else if (object->raster != NULL)
    apply_to_segments (object);
}

gboolean
vitrail_slide_objects_style (VitrailSlideObjects *self,
                             guint index,
                             const char *text,
                             GError **error)
{
  pthread_mutex_lock (&self->lock);
  Object *object = get_locked (self, index);
  const gboolean done =
      object != NULL &&
      vitrail_object_style_parse (&object->style, text, error);
  if (done)
    apply (object);
  pthread_mutex_unlock (&self->lock);
  if (done)
    emit_changed (self);
  return done;
}

char *
vitrail_slide_objects_dup_style (VitrailSlideObjects *self, guint index)
{
  pthread_mutex_lock (&self->lock);
  const Object *object = get_locked (self, index);
  char *text =
      object != NULL ? vitrail_object_style_to_string (&object->style) : NULL;
  pthread_mutex_unlock (&self->lock);
  return text;
}

/* --- what there is --- */

guint
vitrail_slide_objects_get_n (VitrailSlideObjects *self)
{
  pthread_mutex_lock (&self->lock);
  const guint n = self->objects->len;
  pthread_mutex_unlock (&self->lock);
  return n;
}

static void
describe_values (const Object *object, VitrailSlideObject *out)
{
  VitrailRasterStyle style;

  vitrail_slide_raster_get_style (object->raster, &style);
  out->colormap = style.colormap;
  out->low = style.low;
  out->high = style.high;
  vitrail_raster_style_clear (&style);
  vitrail_slide_raster_get_range (object->raster, &out->least, &out->greatest);
  out->quantity = vitrail_slide_raster_get_quantity (object->raster);
  out->unit = vitrail_slide_raster_get_unit (object->raster);
}

static void
describe (const Object *object, VitrailSlideObject *out)
{
  *out = (VitrailSlideObject){
    .id = object->id,
    .label = object->label,
    .kind = object->kind,
    .stage = object->stage,
    .error = object->error,
    .shown = object->style.shown,
    .opacity = object->style.opacity,
    .n_parts = count_parts (object),
    .quantity = "",
    .unit = "",
  };
  if (object->raster != NULL &&
      vitrail_slide_raster_get_kind (object->raster) == VITRAIL_RASTER_VALUES)
    describe_values (object, out);
}

gboolean
vitrail_slide_objects_get (VitrailSlideObjects *self,
                           guint index,
                           VitrailSlideObject *object)
{
  pthread_mutex_lock (&self->lock);
  const Object *found = get_locked (self, index);
  if (found != NULL)
    describe (found, object);
  pthread_mutex_unlock (&self->lock);
  return found != NULL;
}

gboolean
vitrail_slide_objects_get_part (VitrailSlideObjects *self,
                                guint index,
                                guint part,
                                VitrailSlideObjectPart *out)
{
  pthread_mutex_lock (&self->lock);
  const Object *object = get_locked (self, index);
  const gboolean there = object != NULL && get_part (object, part, out);
  pthread_mutex_unlock (&self->lock);
  return there;
}

/* With the lock held; the number of objects where there is none. */
static guint
find_locked (VitrailSlideObjects *self, const char *id)
{
  guint i = 0;

  while (i < self->objects->len &&
         strcmp (((Object *) g_ptr_array_index (self->objects, i))->id, id) !=
             0)
    i++;
  return i;
}

gboolean
vitrail_slide_objects_find (VitrailSlideObjects *self,
                            const char *id,
                            guint *index)
{
  pthread_mutex_lock (&self->lock);
  *index = find_locked (self, id);
  const gboolean there = *index < self->objects->len;
  pthread_mutex_unlock (&self->lock);
  return there;
}

void
vitrail_slide_objects_add (VitrailSlideObjects *self,
                           const char *id,
                           const char *label,
                           VitrailSlideObjectKind kind)
{
  Object *object = g_new0 (Object, 1);

  object->id = g_strdup (id);
  object->label = g_utf8_make_valid (label, -1);
  object->kind = kind;
  vitrail_object_style_init (&object->style);
  pthread_mutex_lock (&self->lock);
  const gboolean is_new = find_locked (self, id) == self->objects->len;
  if (is_new)
    g_ptr_array_add (self->objects, object);
  pthread_mutex_unlock (&self->lock);
  if (is_new)
    emit_changed (self);
  else
    object_free (object);
}

/* --- what is read of it --- */

gboolean
vitrail_slide_objects_begin_reading (VitrailSlideObjects *self, guint index)
{
  pthread_mutex_lock (&self->lock);
  Object *object = get_locked (self, index);
  const gboolean begins = object != NULL && object->style.shown &&
                          object->stage == VITRAIL_SLIDE_OBJECT_FOUND;
  if (begins)
    object->stage = VITRAIL_SLIDE_OBJECT_READING;
  pthread_mutex_unlock (&self->lock);
  return begins;
}

void
vitrail_slide_objects_take (VitrailSlideObjects *self,
                            guint index,
                            VitrailAnnotationSet *set,
                            VitrailSlideRaster *raster,
                            const char *error)
{
  pthread_mutex_lock (&self->lock);
  Object *object = get_locked (self, index);
  const gboolean is_first =
      object != NULL && object->stage <= VITRAIL_SLIDE_OBJECT_READING;
  if (is_first) {
    object->read = set != NULL ? vitrail_annotation_set_ref (set) : NULL;
    object->raster = raster != NULL ? g_object_ref (raster) : NULL;
    object->error = g_strdup (error);
    object->stage = set != NULL || raster != NULL ? VITRAIL_SLIDE_OBJECT_READ
                                                  : VITRAIL_SLIDE_OBJECT_FAILED;
    apply (object);
  }
  pthread_mutex_unlock (&self->lock);
  if (is_first)
    emit_changed (self);
}

gboolean
vitrail_slide_objects_get_drawn (VitrailSlideObjects *self,
                                 guint index,
                                 VitrailSlideObjectDrawn *drawn)
{
  pthread_mutex_lock (&self->lock);
  const Object *object = get_locked (self, index);
  const gboolean there = object != NULL && object->style.shown &&
                         object->stage == VITRAIL_SLIDE_OBJECT_READ;
  if (there) {
    drawn->set =
        object->set != NULL ? vitrail_annotation_set_ref (object->set) : NULL;
    drawn->raster =
        object->raster != NULL ? g_object_ref (object->raster) : NULL;
    drawn->opacity = object->style.opacity;
  }
  pthread_mutex_unlock (&self->lock);
  return there;
}

void
vitrail_slide_object_drawn_clear (VitrailSlideObjectDrawn *drawn)
{
  g_clear_pointer (&drawn->set, vitrail_annotation_set_unref);
  g_clear_object (&drawn->raster);
}

/* --- the object --- */

VitrailSlideObjects *
vitrail_slide_objects_new (void)
{
  return g_object_new (VITRAIL_TYPE_SLIDE_OBJECTS, NULL);
}

static void
vitrail_slide_objects_finalize (GObject *object)
{
  VitrailSlideObjects *self = VITRAIL_SLIDE_OBJECTS (object);

  g_ptr_array_unref (self->objects);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_slide_objects_parent_class)->finalize (object);
}

static void
vitrail_slide_objects_class_init (VitrailSlideObjectsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_slide_objects_finalize;
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_SLIDE_OBJECTS, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_slide_objects_init (VitrailSlideObjects *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->objects = g_ptr_array_new_with_free_func (object_free);
}
