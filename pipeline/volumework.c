/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See volumework.h. */

#include "volumework.h"

#include "error.h"
#include "volume/loader.h"

#include <string.h>

/* Objects that are being opened at a time. */
#define AT_ONCE 16
/* The first picture is wanted once so many slices are there. */
#define MIN_SLICES 3
/* While it fills. */
#define INTERVAL_MS 100

struct _VitrailVolumeWork {
  GObject parent_instance;

  VitrailDataSource *source;
  guint n_users;
  char *key;
  GPtrArray *names;     /* SOPInstanceUIDs */
  GPtrArray *instances; /* as names; NULL where one cannot be read */
  guint n_asked;
  guint n_answered;
  char *reason; /* of the first that cannot be read, or NULL */
  GCancellable *cancellable;
  GMainContext *context;

  gboolean is_planned;
  VitrailVolumeMoment *moment; /* of several points in time, or NULL */
  VitrailVolume *volume;
  guint watch;
  gint is_scheduled; /* atomic */
  char *error;
};

G_DEFINE_FINAL_TYPE (VitrailVolumeWork, vitrail_volume_work, G_TYPE_OBJECT)

static guint changed_signal;

/* Of all works that have users, by key. The main context's. */
static GHashTable *works;

/* --- changes --- */

static void
emit_changed (VitrailVolumeWork *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
changed_cb (gpointer user_data)
{
  VitrailVolumeWork *self = user_data;

  g_atomic_int_set (&self->is_scheduled, 0);
  emit_changed (self);
  return G_SOURCE_REMOVE;
}

/* On any thread. */
static void
schedule (VitrailVolumeWork *self, guint milliseconds)
{
  if (!g_atomic_int_compare_and_exchange (&self->is_scheduled, 0, 1))
    return;
  g_autoptr (GSource) source = g_timeout_source_new (milliseconds);
  g_source_set_callback (source, changed_cb, g_object_ref (self),
                         g_object_unref);
  g_source_attach (source, self->context);
}

static void
volume_changed_cb (VitrailVolume *volume, gpointer user_data)
{
  schedule (user_data, INTERVAL_MS);
}

static void
take_volume (VitrailVolumeWork *self, VitrailVolume *volume)
{
  if (self->watch != 0)
    vitrail_volume_unwatch (self->volume, self->watch);
  g_set_object (&self->volume, volume);
  self->watch = vitrail_volume_watch (volume, volume_changed_cb, self);
}

static void
take_error (VitrailVolumeWork *self, const char *error)
{
  g_free (self->error);
  self->error = g_strdup (error);
}

static void
moment_cb (VitrailVolume *volume,
           guint time,
           const char *error,
           gpointer user_data)
{
  VitrailVolumeWork *self = user_data;

  take_error (self, error);
  if (volume != NULL)
    take_volume (self, volume);
  emit_changed (self);
}

/* --- from objects to a volume --- */

typedef struct {
  GPtrArray *instances;
  GPtrArray *read; /* those that could be */
  GPtrArray *headers;
} Plan;

static void
plan_free (gpointer data)
{
  Plan *self = data;

  g_ptr_array_unref (self->instances);
  g_ptr_array_unref (self->read);
  g_ptr_array_unref (self->headers);
  g_free (self);
}

static GError *
fail_without (const VitrailVolumePlans *plans)
{
  g_autofree char *reasons = g_strjoinv ("; ", plans->reasons);

  return g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                      "The images are no volume%s%s",
                      reasons[0] != '\0' ? ": " : "", reasons);
}

/* One of these two. */
typedef struct {
  VitrailVolume *volume;   /* begins to fill */
  VitrailVolumePlan *plan; /* of several points in time */
} Planned;

static void
planned_free (gpointer data)
{
  Planned *self = data;

  g_clear_object (&self->volume);
  g_clear_pointer (&self->plan, vitrail_volume_plan_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Planned, planned_free)

/* On a thread: the largest of the volumes. */
static void
plan_thread (GTask *task,
             gpointer source,
             gpointer task_data,
             GCancellable *cancellable)
{
  const Plan *self = task_data;
  GError *error = NULL;
  g_autoptr (VitrailVolumePlans) plans =
      vitrail_volume_plans_new ((VitrailDataSet *const *) self->headers->pdata,
                                self->headers->len);
  g_autoptr (Planned) planned = g_new0 (Planned, 1);

  if (plans->volumes->len == 0) {
    g_task_return_error (task, fail_without (plans));
    return;
  }
  const VitrailVolumeRequest request = {
    .plan = g_ptr_array_index (plans->volumes, 0),
    .instances = (VitrailInstance *const *) self->read->pdata,
    .order = VITRAIL_ORDER_INTERLEAVED,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
  };
  if (request.plan->n_times > 1)
    planned->plan = vitrail_volume_plan_ref (request.plan);
  else
    planned->volume = vitrail_volume_load (&request, cancellable, &error);
  if (error == NULL)
    g_task_return_pointer (task, g_steal_pointer (&planned), planned_free);
  else
    g_task_return_error (task, error);
}

static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailVolumeWork *self = VITRAIL_VOLUME_WORK (source);
  const Plan *data = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (Planned) planned =
      g_task_propagate_pointer (G_TASK (result), &error);

  self->is_planned = planned != NULL;
  if (planned == NULL)
    take_error (self, error->message);
  else if (planned->plan != NULL)
    self->moment =
        vitrail_volume_moment_new (planned->plan,
                                   (VitrailInstance *const *) data->read->pdata,
                                   data->read->len, moment_cb, self);
  else
    take_volume (self, planned->volume);
  emit_changed (self);
}

static void
plan (VitrailVolumeWork *self)
{
  Plan *data = g_new0 (Plan, 1);
  g_autoptr (GTask) task =
      g_task_new (self, self->cancellable, planned_cb, NULL);

  data->instances = g_ptr_array_ref (self->instances);
  data->read = g_ptr_array_new ();
  data->headers = g_ptr_array_new ();
  for (guint i = 0; i < self->instances->len; i++) {
    VitrailInstance *instance = g_ptr_array_index (self->instances, i);
    if (instance == NULL)
      continue;
    g_ptr_array_add (data->read, instance);
    g_ptr_array_add (data->headers,
                     (gpointer) vitrail_instance_get_data_set (instance));
  }
  g_task_set_task_data (task, data, plan_free);
  if (data->read->len == 0)
    g_task_return_new_error (task, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND, "%s",
                             self->reason != NULL ? self->reason
                                                  : "There are no images");
  else
    g_task_run_in_thread (task, plan_thread);
}

/* --- objects --- */

typedef struct {
  VitrailVolumeWork *work;
  guint index;
} Opening;

static void open_more (VitrailVolumeWork *self);

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (VitrailVolumeWork) self = opening->work;
  g_autoptr (GError) error = NULL;

  g_ptr_array_index (self->instances, opening->index) =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, &error);
  if (error != NULL && self->reason == NULL)
    self->reason = g_strdup (error->message);
  self->n_answered++;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  open_more (self);
  if (self->n_answered == self->names->len)
    plan (self);
}

static void
open_more (VitrailVolumeWork *self)
{
  while (self->n_asked < self->names->len &&
         self->n_asked - self->n_answered < AT_ONCE)
  {
    Opening *opening = g_new0 (Opening, 1);
    opening->work = g_object_ref (self);
    opening->index = self->n_asked++;
    vitrail_data_source_open_instance_async (
        self->source, g_ptr_array_index (self->names, opening->index),
        self->cancellable, opened_cb, opening);
  }
}

/* --- the object --- */

static void
instance_unref (gpointer instance)
{
  if (instance != NULL)
    g_object_unref (instance);
}

/* Planes of one display set are of one volume. */
static char *
make_key (VitrailDataSource *source, const VitrailDisplaySet *planes)
{
  const char *end = strrchr (planes->id, '/');
  const size_t length =
      end != NULL ? (size_t) (end - planes->id) : strlen (planes->id);

  return g_strdup_printf ("%p %.*s", (void *) source, (int) length, planes->id);
}

VitrailVolumeWork *
vitrail_volume_work_enter (VitrailDataSource *source,
                           const VitrailDisplaySet *planes)
{
  g_autofree char *key = make_key (source, planes);

  if (works == NULL)
    works = g_hash_table_new (g_str_hash, g_str_equal);
  VitrailVolumeWork *self = g_hash_table_lookup (works, key);
  if (self != NULL) {
    self->n_users++;
    return g_object_ref (self);
  }
  self = g_object_new (VITRAIL_TYPE_VOLUME_WORK, NULL);
  self->n_users = 1;
  self->source = g_object_ref (source);
  self->key = g_steal_pointer (&key);
  for (guint i = 0; i < planes->images->len; i++)
    g_ptr_array_add (self->names,
                     g_strdup (g_ptr_array_index (planes->images, i)));
  g_ptr_array_set_size (self->instances, (int) self->names->len);
  g_hash_table_insert (works, self->key, self);
  if (self->names->len > 0)
    open_more (self);
  else
    plan (self);
  return self;
}

void
vitrail_volume_work_leave (VitrailVolumeWork *self)
{
  if (--self->n_users == 0) {
    g_hash_table_remove (works, self->key);
    g_cancellable_cancel (self->cancellable);
  }
  g_object_unref (self);
}

VitrailVolume *
vitrail_volume_work_get_volume (VitrailVolumeWork *self)
{
  const gboolean is_usable =
      self->volume != NULL &&
      (vitrail_volume_is_complete (self->volume) ||
       vitrail_volume_get_generation (self->volume) >= MIN_SLICES);

  return is_usable ? self->volume : NULL;
}

guint
vitrail_volume_work_get_n_times (VitrailVolumeWork *self)
{
  if (self->moment != NULL)
    return vitrail_volume_moment_get_n (self->moment);
  return self->is_planned ? 1 : 0;
}

guint
vitrail_volume_work_get_time (VitrailVolumeWork *self)
{
  return self->moment != NULL ? vitrail_volume_moment_get_time (self->moment)
                              : 1;
}

double
vitrail_volume_work_get_rate (VitrailVolumeWork *self)
{
  return self->moment != NULL ? vitrail_volume_moment_get_rate (self->moment)
                              : 0;
}

void
vitrail_volume_work_set_time (VitrailVolumeWork *self, guint time)
{
  const guint before = vitrail_volume_work_get_time (self);

  if (self->moment == NULL)
    return;
  vitrail_volume_moment_go_to (self->moment, time);
  if (vitrail_volume_work_get_time (self) != before)
    emit_changed (self);
}

gboolean
vitrail_volume_work_combine (VitrailVolumeWork *self,
                             VitrailTimesOperation operation,
                             const char *times,
                             GError **error)
{
  g_autoptr (GArray) list = vitrail_volume_times_parse (
      times, MAX (vitrail_volume_work_get_n_times (self), 1), error);

  if (list == NULL)
    return FALSE;
  if (self->moment == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "The volume has one point in time only");
    return FALSE;
  }
  vitrail_volume_moment_combine (self->moment, operation, list);
  emit_changed (self);
  return TRUE;
}

VitrailVolumeMoment *
vitrail_volume_work_get_moment (VitrailVolumeWork *self)
{
  return self->moment;
}

const char *
vitrail_volume_work_get_error (VitrailVolumeWork *self)
{
  return self->error;
}

static void
vitrail_volume_work_dispose (GObject *object)
{
  VitrailVolumeWork *self = VITRAIL_VOLUME_WORK (object);

  if (self->watch != 0)
    vitrail_volume_unwatch (self->volume, self->watch);
  self->watch = 0;
  g_clear_pointer (&self->moment, vitrail_volume_moment_free);
  G_OBJECT_CLASS (vitrail_volume_work_parent_class)->dispose (object);
}

static void
vitrail_volume_work_finalize (GObject *object)
{
  VitrailVolumeWork *self = VITRAIL_VOLUME_WORK (object);

  g_clear_object (&self->source);
  g_clear_object (&self->volume);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->instances);
  g_free (self->key);
  g_free (self->reason);
  g_free (self->error);
  G_OBJECT_CLASS (vitrail_volume_work_parent_class)->finalize (object);
}

static void
vitrail_volume_work_class_init (VitrailVolumeWorkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vitrail_volume_work_dispose;
  object_class->finalize = vitrail_volume_work_finalize;
  changed_signal =
      g_signal_new ("changed", VITRAIL_TYPE_VOLUME_WORK, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_volume_work_init (VitrailVolumeWork *self)
{
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->instances = g_ptr_array_new_with_free_func (instance_unref);
}
