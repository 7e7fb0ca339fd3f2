/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See volumemoment.h. */

#include "volumemoment.h"

/* What threads need; it lives as long as one of them runs. */
typedef struct {
  VitrailVolumeTimes *times;
} Shared;

struct _VitrailVolumeMoment {
  VitrailVolumePlan *plan;
  Shared *shared;
  VitrailVolumeMomentShow show;
  gpointer user_data;

  guint wanted; /* from 1; 0: several as one */
  guint shown;
  gboolean has_shown; /* the first one need not wait until it is full */
  gboolean goes_back; /* one came after the next: so will the one before */
  GCancellable *cancellable; /* of what is on its way to be shown, or NULL */
  GCancellable *life;        /* of what is fetched ahead */
  VitrailVolume *ahead;      /* so that it is not given up before its turn */
};

/* --- on threads --- */

typedef struct {
  VitrailVolumeMoment *moment; /* the main context's, unless cancelled */
  Shared *shared;
  guint time;
  gboolean may_fill;
  VitrailTimesOperation operation;
  GArray *times; /* of @operation; NULL: @time alone */
} Job;

static void
shared_clear (gpointer data)
{
  Shared *self = data;

  vitrail_volume_times_free (self->times);
}

static void
job_free (gpointer data)
{
  Job *self = data;

  g_atomic_rc_box_release_full (self->shared, shared_clear);
  g_clear_pointer (&self->times, g_array_unref);
  g_free (self);
}

static VitrailVolume *
get_volume (const Job *self, GCancellable *cancellable, GError **error)
{
  VitrailVolumeTimes *times = self->shared->times;

  if (self->times != NULL)
    return vitrail_volume_times_compute (
        times, self->operation, (const guint *) (gpointer) self->times->data,
        self->times->len, cancellable, error);
  g_autoptr (VitrailVolume) volume =
      vitrail_volume_times_ref_volume (times, self->time - 1, error);
  if (volume != NULL && !self->may_fill &&
      !vitrail_volume_wait (volume, G_MAXUINT, cancellable))
    g_cancellable_set_error_if_cancelled (cancellable, error);
  return g_steal_pointer (&volume);
}

static void
job_thread (GTask *task,
            gpointer source,
            gpointer task_data,
            GCancellable *cancellable)
{
  GError *error = NULL;
  VitrailVolume *volume = get_volume (task_data, cancellable, &error);

  if (error == NULL) {
    g_task_return_pointer (task, volume, g_object_unref);
    return;
  }
  g_clear_object (&volume);
  g_task_return_error (task, error);
}

static void
run_job (VitrailVolumeMoment *self,
         const Job *job,
         GCancellable *cancellable,
         GAsyncReadyCallback ready)
{
  Job *data = g_memdup2 (job, sizeof *job);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, ready, data);

  data->moment = self;
  data->shared = g_atomic_rc_box_acquire (self->shared);
  if (data->times != NULL)
    g_array_ref (data->times);
  g_task_set_task_data (task, data, job_free);
  g_task_run_in_thread (task, job_thread);
}

/* --- in the main context --- */

static void
ahead_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume =
      g_task_propagate_pointer (G_TASK (result), &error);

  /* What is wrong with it is told when it is asked for. */
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    g_set_object (&job->moment->ahead, volume);
}

static void
fetch_ahead (VitrailVolumeMoment *self)
{
  const guint n = self->plan->n_times;
  const guint before = (self->shown + n - 2) % n + 1;
  const Job job = { .time = self->goes_back ? before : self->shown % n + 1,
                    .may_fill = TRUE };

  run_job (self, &job, self->life, ahead_cb);
}

static void fetch (VitrailVolumeMoment *self);

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVolume) volume =
      g_task_propagate_pointer (G_TASK (result), &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  VitrailVolumeMoment *self = job->moment;
  g_clear_object (&self->cancellable);
  self->has_shown = TRUE;
  self->shown = job->times != NULL ? 0 : job->time;
  if (self->wanted != self->shown)
    fetch (self);
  else if (self->shown > 0)
    fetch_ahead (self);
  /* Last: whoever is told may have no more use for us. */
  self->show (volume, self->shown, error != NULL ? error->message : NULL,
              self->user_data);
}

static void
fetch (VitrailVolumeMoment *self)
{
  const Job job = { .time = self->wanted, .may_fill = !self->has_shown };

  self->cancellable = g_cancellable_new ();
  run_job (self, &job, self->cancellable, fetched_cb);
}

static void
stop_fetching (VitrailVolumeMoment *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
vitrail_volume_moment_go_to (VitrailVolumeMoment *self, guint time)
{
  const gboolean was_combined = self->wanted == 0;
  const guint n = self->plan->n_times;

  if (time < 1 || time > self->plan->n_times || time == self->wanted)
    return;
  /* One step back, round the end too; of two, each is both. */
  self->goes_back = n > 2 && (self->wanted + n - 2) % n + 1 == time;
  self->wanted = time;
  if (was_combined)
    stop_fetching (self);
  if (self->cancellable == NULL)
    fetch (self);
}

void
vitrail_volume_moment_combine (VitrailVolumeMoment *self,
                               VitrailTimesOperation operation,
                               GArray *times)
{
  const Job job = { .operation = operation, .times = times };

  stop_fetching (self);
  self->wanted = 0;
  self->cancellable = g_cancellable_new ();
  run_job (self, &job, self->cancellable, fetched_cb);
}

/* --- curves --- */

typedef struct {
  Shared *shared;
  VitrailBall ball;
  VitrailMeasured measured;
  gpointer user_data;
} Measuring;

static void
measuring_free (gpointer data)
{
  Measuring *self = data;

  g_atomic_rc_box_release_full (self->shared, shared_clear);
  g_free (self);
}

static void
measure_thread (GTask *task,
                gpointer source,
                gpointer task_data,
                GCancellable *cancellable)
{
  const Measuring *self = task_data;
  VitrailVolumeTimes *times = self->shared->times;
  g_autofree double *means = g_new (double, vitrail_volume_times_get_n (times));
  GError *error = NULL;

  if (vitrail_volume_times_measure_ball (times, &self->ball, means, cancellable,
                                         &error))
    g_task_return_pointer (task, g_steal_pointer (&means), g_free);
  else
    g_task_return_error (task, error);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Measuring *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree double *means = g_task_propagate_pointer (G_TASK (result), &error);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    self->measured (means, error != NULL ? error->message : NULL,
                    self->user_data);
}

void
vitrail_volume_moment_measure (VitrailVolumeMoment *self,
                               const VitrailBall *ball,
                               GCancellable *cancellable,
                               VitrailMeasured measured,
                               gpointer user_data)
{
  Measuring *data = g_new0 (Measuring, 1);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, measured_cb, data);

  data->shared = g_atomic_rc_box_acquire (self->shared);
  data->ball = *ball;
  data->measured = measured;
  data->user_data = user_data;
  g_task_set_task_data (task, data, measuring_free);
  g_task_run_in_thread (task, measure_thread);
}

const VitrailVolumePlan *
vitrail_volume_moment_get_plan (const VitrailVolumeMoment *self)
{
  return self->plan;
}

guint
vitrail_volume_moment_get_n (const VitrailVolumeMoment *self)
{
  return self->plan->n_times;
}

guint
vitrail_volume_moment_get_time (const VitrailVolumeMoment *self)
{
  return self->wanted;
}

double
vitrail_volume_moment_get_rate (const VitrailVolumeMoment *self)
{
  return vitrail_volume_plan_get_rate (self->plan);
}

VitrailVolumeMoment *
vitrail_volume_moment_new (VitrailVolumePlan *plan,
                           VitrailInstance *const *instances,
                           guint n,
                           VitrailVolumeMomentShow show,
                           gpointer user_data)
{
  VitrailVolumeMoment *self = g_new0 (VitrailVolumeMoment, 1);

  self->plan = vitrail_volume_plan_ref (plan);
  self->shared = g_atomic_rc_box_new0 (Shared);
  self->shared->times = vitrail_volume_times_new (plan, instances, n, NULL);
  self->show = show;
  self->user_data = user_data;
  self->life = g_cancellable_new ();
  vitrail_volume_moment_go_to (self, 1);
  return self;
}

void
vitrail_volume_moment_free (VitrailVolumeMoment *self)
{
  stop_fetching (self);
  g_cancellable_cancel (self->life);
  g_clear_object (&self->life);
  g_clear_object (&self->ahead);
  g_atomic_rc_box_release_full (self->shared, shared_clear);
  vitrail_volume_plan_unref (self->plan);
  g_free (self);
}
