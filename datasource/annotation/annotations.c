/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The annotations of one slide: see annotations.h. A step of undo is the list
 * of sets before it: sets are shared, so that a step costs what it changed. */

#include "annotation/annotations.h"

#include <pthread.h>
#include <string.h>

/* Steps that are kept, and bytes of the sets that only they hold. */
#define MAX_STEPS      200u
#define MAX_STEP_BYTES (256ull * 1024 * 1024)

typedef struct {
  char *name;
  GPtrArray *sets; /* (element-type VitrailAnnotationSet): as they were */
  guint64 bytes;   /* of the set that the step changed */
} Step;

struct _VitrailAnnotations {
  GObject parent_instance;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  GPtrArray *sets; /* replaced, never changed */
  GQueue undo;     /* of Step, the last one first */
  GQueue redo;
  guint64 undo_bytes;
  char *selected; /* a set's name, or NULL */
  guint selected_shape;
};

G_DEFINE_FINAL_TYPE (VitrailAnnotations, vitrail_annotations, G_TYPE_OBJECT)

static guint changed_signal;

/* --- steps --- */

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->name);
  g_ptr_array_unref (step->sets);
  g_free (step);
}

static Step *
step_new (const char *name, GPtrArray *sets, guint64 bytes)
{
  Step *step = g_new (Step, 1);

  step->name = g_strdup (name);
  step->sets = g_ptr_array_ref (sets);
  step->bytes = bytes;
  return step;
}

static void
forget_old_steps_locked (VitrailAnnotations *self)
{
  while (self->undo.length > MAX_STEPS ||
         (self->undo.length > 1 && self->undo_bytes > MAX_STEP_BYTES))
  {
    Step *oldest = g_queue_pop_tail (&self->undo);
    self->undo_bytes -= oldest->bytes;
    step_free (oldest);
  }
}

/* --- sets --- */

static void
unref_set (gpointer set)
{
  vitrail_annotation_set_unref (set);
}

static GPtrArray *
copy_sets (const GPtrArray *sets)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (unref_set);

  for (guint i = 0; i < sets->len; i++)
    g_ptr_array_add (copy,
                     vitrail_annotation_set_ref (g_ptr_array_index (sets, i)));
  return copy;
}

static guint
find_set (const GPtrArray *sets, const char *name)
{
  guint i = 0;

  while (i < sets->len &&
         strcmp (vitrail_annotation_set_get_name (g_ptr_array_index (sets, i)),
                 name) != 0)
    i++;
  return i;
}

/* (transfer full) @sets; @bytes: of the set that is replaced. */
static void
replace_sets (VitrailAnnotations *self,
              GPtrArray *sets,
              const char *step,
              guint64 bytes)
{
  if (step != NULL) {
    g_queue_push_head (&self->undo, step_new (step, self->sets, bytes));
    self->undo_bytes += bytes;
    g_queue_clear_full (&self->redo, step_free);
    forget_old_steps_locked (self);
  }
  g_ptr_array_unref (self->sets);
  self->sets = sets;
}

static guint64
get_bytes (const GPtrArray *sets, guint at)
{
  return at < sets->len ? vitrail_annotation_set_get_size_bytes (
                              g_ptr_array_index (sets, at))
                        : 0;
}

void
vitrail_annotations_put (VitrailAnnotations *self,
                         VitrailAnnotationSet *set,
                         const char *step)
{
  pthread_mutex_lock (&self->lock);
  GPtrArray *sets = copy_sets (self->sets);
  const guint at = find_set (sets, vitrail_annotation_set_get_name (set));
  const guint64 bytes = get_bytes (sets, at);
  if (at < sets->len)
    g_ptr_array_remove_index (sets, at);
  g_ptr_array_insert (sets, (gint) at, vitrail_annotation_set_ref (set));
  replace_sets (self, sets, step, bytes);
  pthread_mutex_unlock (&self->lock);
  g_signal_emit (self, changed_signal, 0);
}

void
vitrail_annotations_remove (VitrailAnnotations *self,
                            const char *name,
                            const char *step)
{
  pthread_mutex_lock (&self->lock);
  const guint at = find_set (self->sets, name);
  const gboolean is_there = at < self->sets->len;
  if (is_there) {
    const guint64 bytes = get_bytes (self->sets, at);
    GPtrArray *sets = copy_sets (self->sets);
    g_ptr_array_remove_index (sets, at);
    replace_sets (self, sets, step, bytes);
  }
  pthread_mutex_unlock (&self->lock);
  if (is_there)
    g_signal_emit (self, changed_signal, 0);
}

guint
vitrail_annotations_get_n_sets (VitrailAnnotations *self)
{
  pthread_mutex_lock (&self->lock);
  const guint n = self->sets->len;
  pthread_mutex_unlock (&self->lock);
  return n;
}

VitrailAnnotationSet *
vitrail_annotations_ref_set (VitrailAnnotations *self, guint index)
{
  VitrailAnnotationSet *set = NULL;

  pthread_mutex_lock (&self->lock);
  if (index < self->sets->len)
    set = vitrail_annotation_set_ref (g_ptr_array_index (self->sets, index));
  pthread_mutex_unlock (&self->lock);
  return set;
}

VitrailAnnotationSet *
vitrail_annotations_ref_named (VitrailAnnotations *self, const char *name)
{
  VitrailAnnotationSet *set = NULL;

  pthread_mutex_lock (&self->lock);
  const guint at = find_set (self->sets, name);
  if (at < self->sets->len)
    set = vitrail_annotation_set_ref (g_ptr_array_index (self->sets, at));
  pthread_mutex_unlock (&self->lock);
  return set;
}

/* --- undo --- */

/* From one list of steps to the other. */
static gboolean
step_back (VitrailAnnotations *self, gboolean is_undo)
{
  GQueue *from = is_undo ? &self->undo : &self->redo;
  GQueue *to = is_undo ? &self->redo : &self->undo;

  pthread_mutex_lock (&self->lock);
  Step *step = g_queue_pop_head (from);
  if (step != NULL) {
    g_queue_push_head (to, step_new (step->name, self->sets, step->bytes));
    self->undo_bytes += is_undo ? -step->bytes : step->bytes;
    g_ptr_array_unref (self->sets);
    self->sets = g_ptr_array_ref (step->sets);
    /* The shape of this number may be another one now, or none. */
    g_clear_pointer (&self->selected, g_free);
    self->selected_shape = 0;
  }
  pthread_mutex_unlock (&self->lock);
  if (step == NULL)
    return FALSE;
  step_free (step);
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}

gboolean
vitrail_annotations_undo (VitrailAnnotations *self)
{
  return step_back (self, TRUE);
}

gboolean
vitrail_annotations_redo (VitrailAnnotations *self)
{
  return step_back (self, FALSE);
}

static char *
dup_step (VitrailAnnotations *self, GQueue *steps)
{
  pthread_mutex_lock (&self->lock);
  const Step *step = g_queue_peek_head (steps);
  char *name = step != NULL ? g_strdup (step->name) : NULL;
  pthread_mutex_unlock (&self->lock);
  return name;
}

char *
vitrail_annotations_dup_undo_step (VitrailAnnotations *self)
{
  return dup_step (self, &self->undo);
}

char *
vitrail_annotations_dup_redo_step (VitrailAnnotations *self)
{
  return dup_step (self, &self->redo);
}

/* --- what is selected --- */

void
vitrail_annotations_select (VitrailAnnotations *self,
                            const char *name,
                            guint shape)
{
  pthread_mutex_lock (&self->lock);
  const gboolean changed =
      g_strcmp0 (self->selected, name) != 0 || self->selected_shape != shape;
  g_free (self->selected);
  self->selected = g_strdup (name);
  self->selected_shape = shape;
  pthread_mutex_unlock (&self->lock);
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

gboolean
vitrail_annotations_get_selected (VitrailAnnotations *self,
                                  char **name,
                                  guint *shape)
{
  pthread_mutex_lock (&self->lock);
  const gboolean is_any = self->selected != NULL;
  if (name != NULL)
    *name = g_strdup (self->selected);
  *shape = is_any ? self->selected_shape : 0;
  pthread_mutex_unlock (&self->lock);
  return is_any;
}

/* --- the object --- */

static void
vitrail_annotations_finalize (GObject *object)
{
  VitrailAnnotations *self = VITRAIL_ANNOTATIONS (object);

  g_queue_clear_full (&self->undo, step_free);
  g_queue_clear_full (&self->redo, step_free);
  g_ptr_array_unref (self->sets);
  g_free (self->selected);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_annotations_parent_class)->finalize (object);
}

static void
vitrail_annotations_class_init (VitrailAnnotationsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_annotations_finalize;
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_ANNOTATIONS, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_annotations_init (VitrailAnnotations *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->sets = g_ptr_array_new_with_free_func (unref_set);
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
}

VitrailAnnotations *
vitrail_annotations_new (void)
{
  return g_object_new (VITRAIL_TYPE_ANNOTATIONS, NULL);
}
