/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMeasurements: see measurements.h. A step of undo is the list before
 * it: measurements are shared. */

#include "measurement/measurements.h"

#include "limits.h"

#include <pthread.h>

#define MAX_STEPS 200u

struct _VitrailMeasurements {
  GObject parent_instance;

  pthread_mutex_t lock;
  /* Guarded by lock. */
  GPtrArray *all; /* replaced, never changed */
  GQueue undo;    /* of GPtrArray, the last one first */
  GQueue redo;
  char *selected; /* a uid, or NULL */
  VitrailMeasurement *draft;
  gboolean is_dirty;
};

G_DEFINE_FINAL_TYPE (VitrailMeasurements, vitrail_measurements, G_TYPE_OBJECT)

static guint changed_signal;

static void
unref_list (gpointer list)
{
  g_ptr_array_unref (list);
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);
}

static GPtrArray *
copy_list (const GPtrArray *list)
{
  GPtrArray *copy = new_list ();

  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (copy, vitrail_measurement_ref (list->pdata[i]));
  return copy;
}

static guint
find (const GPtrArray *list, const char *uid)
{
  guint i = 0;

  while (i < list->len &&
         g_strcmp0 (((VitrailMeasurement *) list->pdata[i])->uid, uid) != 0)
    i++;
  return i;
}

/* (transfer full) @list. */
static void
replace_locked (VitrailMeasurements *self, GPtrArray *list, gboolean is_step)
{
  if (is_step) {
    g_queue_push_head (&self->undo, g_ptr_array_ref (self->all));
    g_queue_clear_full (&self->redo, unref_list);
    if (self->undo.length > MAX_STEPS)
      unref_list (g_queue_pop_tail (&self->undo));
    self->is_dirty = TRUE;
  }
  g_ptr_array_unref (self->all);
  self->all = list;
}

static void
emit_changed (VitrailMeasurements *self)
{
  g_signal_emit (self, changed_signal, 0);
}

void
vitrail_measurements_put (VitrailMeasurements *self,
                          VitrailMeasurement *measurement,
                          gboolean is_step)
{
  pthread_mutex_lock (&self->lock);
  GPtrArray *list = copy_list (self->all);
  const guint at = find (list, measurement->uid);
  if (at < list->len)
    g_ptr_array_remove_index (list, at);
  if (list->len < VITRAIL_LIMIT_MEASUREMENTS)
    g_ptr_array_insert (list, (gint) at, vitrail_measurement_ref (measurement));
  replace_locked (self, list, is_step);
  pthread_mutex_unlock (&self->lock);
  emit_changed (self);
}

void
vitrail_measurements_remove (VitrailMeasurements *self, const char *uid)
{
  pthread_mutex_lock (&self->lock);
  const guint at = find (self->all, uid);
  const gboolean is_there = at < self->all->len;
  if (is_there) {
    GPtrArray *list = copy_list (self->all);
    g_ptr_array_remove_index (list, at);
    replace_locked (self, list, TRUE);
  }
  pthread_mutex_unlock (&self->lock);
  if (is_there)
    emit_changed (self);
}

static void
clear_locked (VitrailMeasurements *self)
{
  g_queue_clear_full (&self->undo, unref_list);
  g_queue_clear_full (&self->redo, unref_list);
  g_clear_pointer (&self->selected, g_free);
  g_clear_pointer (&self->draft, vitrail_measurement_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  self->is_dirty = FALSE;
}

void
vitrail_measurements_clear (VitrailMeasurements *self)
{
  pthread_mutex_lock (&self->lock);
  clear_locked (self);
  self->all = new_list ();
  pthread_mutex_unlock (&self->lock);
  emit_changed (self);
}

static gboolean
step (VitrailMeasurements *self, GQueue *from, GQueue *to)
{
  pthread_mutex_lock (&self->lock);
  GPtrArray *list = g_queue_pop_head (from);
  if (list != NULL) {
    g_queue_push_head (to, self->all);
    self->all = list;
    self->is_dirty = TRUE;
  }
  pthread_mutex_unlock (&self->lock);
  if (list != NULL)
    emit_changed (self);
  return list != NULL;
}

gboolean
vitrail_measurements_undo (VitrailMeasurements *self)
{
  return step (self, &self->undo, &self->redo);
}

gboolean
vitrail_measurements_redo (VitrailMeasurements *self)
{
  return step (self, &self->redo, &self->undo);
}

GPtrArray *
vitrail_measurements_ref_all (VitrailMeasurements *self)
{
  pthread_mutex_lock (&self->lock);
  GPtrArray *all = g_ptr_array_ref (self->all);
  pthread_mutex_unlock (&self->lock);
  return all;
}

guint
vitrail_measurements_get_n (VitrailMeasurements *self)
{
  g_autoptr (GPtrArray) all = vitrail_measurements_ref_all (self);

  return all->len;
}

void
vitrail_measurements_select (VitrailMeasurements *self, const char *uid)
{
  pthread_mutex_lock (&self->lock);
  g_free (self->selected);
  self->selected = g_strdup (uid);
  pthread_mutex_unlock (&self->lock);
  emit_changed (self);
}

VitrailMeasurement *
vitrail_measurements_ref_selected (VitrailMeasurements *self)
{
  VitrailMeasurement *selected = NULL;

  pthread_mutex_lock (&self->lock);
  const guint at =
      self->selected != NULL ? find (self->all, self->selected) : G_MAXUINT;
  if (at < self->all->len)
    selected = vitrail_measurement_ref (self->all->pdata[at]);
  pthread_mutex_unlock (&self->lock);
  return selected;
}

void
vitrail_measurements_set_draft (VitrailMeasurements *self,
                                VitrailMeasurement *draft)
{
  pthread_mutex_lock (&self->lock);
  const gboolean is_other = self->draft != draft;
  g_clear_pointer (&self->draft, vitrail_measurement_unref);
  self->draft = draft != NULL ? vitrail_measurement_ref (draft) : NULL;
  pthread_mutex_unlock (&self->lock);
  if (is_other)
    emit_changed (self);
}

VitrailMeasurement *
vitrail_measurements_ref_draft (VitrailMeasurements *self)
{
  pthread_mutex_lock (&self->lock);
  VitrailMeasurement *draft =
      self->draft != NULL ? vitrail_measurement_ref (self->draft) : NULL;
  pthread_mutex_unlock (&self->lock);
  return draft;
}

gboolean
vitrail_measurements_is_dirty (VitrailMeasurements *self)
{
  pthread_mutex_lock (&self->lock);
  const gboolean is_dirty = self->is_dirty;
  pthread_mutex_unlock (&self->lock);
  return is_dirty;
}

void
vitrail_measurements_set_saved (VitrailMeasurements *self)
{
  pthread_mutex_lock (&self->lock);
  self->is_dirty = FALSE;
  pthread_mutex_unlock (&self->lock);
}

static void
vitrail_measurements_finalize (GObject *object)
{
  VitrailMeasurements *self = VITRAIL_MEASUREMENTS (object);

  clear_locked (self);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_measurements_parent_class)->finalize (object);
}

static void
vitrail_measurements_class_init (VitrailMeasurementsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vitrail_measurements_finalize;
  changed_signal =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_measurements_init (VitrailMeasurements *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->all = new_list ();
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
}

VitrailMeasurements *
vitrail_measurements_new (void)
{
  return g_object_new (VITRAIL_TYPE_MEASUREMENTS, NULL);
}
