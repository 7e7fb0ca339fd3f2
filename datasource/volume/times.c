/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over time, kept within the budget: see times.h. */

#include "volume/times.h"

#include "error.h"

#include <pthread.h>

typedef struct {
  guint time;
  VitrailVolume *volume;
  gsize bytes;
  VitrailMemoryEntry memory;
} Entry;

struct _VitrailVolumeTimes {
  /* Constant. */
  VitrailVolumePlan *plan;
  VitrailTimesLoad load;
  gpointer user_data;
  GDestroyNotify destroy;
  VitrailMemoryBudget *budget;
  VitrailMemoryClient *memory;
  GCancellable *cancellable; /* of all loading */

  pthread_mutex_t lock;
  Entry **entries; /* one a time, or NULL; guarded by lock */
};

static void
entry_free (Entry *self)
{
  g_object_unref (self->volume);
  g_free (self);
}

static gsize
evict_cb (gpointer user_data)
{
  VitrailVolumeTimes *self = user_data;

  pthread_mutex_lock (&self->lock);
  Entry *entry = vitrail_memory_client_get_oldest (self->memory);
  if (entry != NULL) {
    vitrail_memory_client_remove (self->memory, &entry->memory);
    self->entries[entry->time] = NULL;
  }
  pthread_mutex_unlock (&self->lock);
  if (entry == NULL)
    return 0;
  const gsize bytes = entry->bytes;
  entry_free (entry);
  return bytes;
}

VitrailVolumeTimes *
vitrail_volume_times_new_with (VitrailVolumePlan *plan,
                               VitrailTimesLoad load,
                               gpointer user_data,
                               GDestroyNotify destroy,
                               VitrailMemoryBudget *budget)
{
  VitrailVolumeTimes *self = g_new0 (VitrailVolumeTimes, 1);

  self->plan = vitrail_volume_plan_ref (plan);
  self->load = load;
  self->user_data = user_data;
  self->destroy = destroy;
  self->budget = budget != NULL ? budget : vitrail_memory_budget_get_default ();
  self->cancellable = g_cancellable_new ();
  pthread_mutex_init (&self->lock, NULL);
  self->entries = g_new0 (Entry *, plan->n_times);
  self->memory = vitrail_memory_client_new (self->budget, "volumes-over-time",
                                            evict_cb, self);
  return self;
}

void
vitrail_volume_times_free (VitrailVolumeTimes *self)
{
  g_cancellable_cancel (self->cancellable);
  vitrail_memory_client_free (self->memory);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self->entries);
  g_object_unref (self->cancellable);
  vitrail_volume_plan_unref (self->plan);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* --- of instances --- */

typedef struct {
  VitrailVolumePlan *plan;
  VitrailInstance **instances;
  guint n;
} Instances;

static void
instances_free (gpointer data)
{
  Instances *self = data;

  for (guint i = 0; i < self->n; i++)
    g_clear_object (&self->instances[i]);
  g_free (self->instances);
  vitrail_volume_plan_unref (self->plan);
  g_free (self);
}

static VitrailVolume *
load_instances (guint time,
                const VitrailVolumeHold *hold,
                GCancellable *cancellable,
                gpointer user_data,
                GError **error)
{
  const Instances *self = user_data;
  const VitrailVolumeRequest request = {
    .plan = self->plan,
    .time = time,
    .instances = self->instances,
    .order = VITRAIL_ORDER_INTERLEAVED,
    .priority = VITRAIL_PRIORITY_INTERACTIVE,
    .hold = *hold,
  };

  return vitrail_volume_load (&request, cancellable, error);
}

VitrailVolumeTimes *
vitrail_volume_times_new (VitrailVolumePlan *plan,
                          VitrailInstance *const *instances,
                          guint n,
                          VitrailMemoryBudget *budget)
{
  Instances *data = g_new0 (Instances, 1);

  data->plan = vitrail_volume_plan_ref (plan);
  data->instances = g_new0 (VitrailInstance *, n);
  data->n = n;
  for (guint i = 0; i < n; i++)
    g_set_object (&data->instances[i], instances[i]);
  return vitrail_volume_times_new_with (plan, load_instances, data,
                                        instances_free, budget);
}

/* --- volumes --- */

guint
vitrail_volume_times_get_n (const VitrailVolumeTimes *self)
{
  return self->plan->n_times;
}

static VitrailVolume *
look_up (VitrailVolumeTimes *self, guint time)
{
  VitrailVolume *volume = NULL;

  pthread_mutex_lock (&self->lock);
  Entry *entry = self->entries[time];
  if (entry != NULL) {
    vitrail_memory_client_use (self->memory, &entry->memory);
    volume = g_object_ref (entry->volume);
  }
  pthread_mutex_unlock (&self->lock);
  return volume;
}

gboolean
vitrail_volume_times_is_kept (VitrailVolumeTimes *self, guint time)
{
  g_autoptr (VitrailVolume) volume =
      time < self->plan->n_times ? look_up (self, time) : NULL;

  return volume != NULL;
}

static VitrailVolume *
load (VitrailVolumeTimes *self,
      guint time,
      gboolean is_counted,
      GCancellable *cancellable,
      GError **error)
{
  const VitrailVolumeHold hold = { self->budget, is_counted };

  return self->load (time, &hold, cancellable, self->user_data, error);
}

/* The one that is kept: @volume, or another thread's who was faster. */
static VitrailVolume *
keep (VitrailVolumeTimes *self, guint time, VitrailVolume *volume, gsize bytes)
{
  pthread_mutex_lock (&self->lock);
  Entry *entry = self->entries[time];
  if (entry == NULL) {
    entry = g_new0 (Entry, 1);
    entry->time = time;
    entry->bytes = bytes;
    entry->volume = g_object_ref (volume);
    self->entries[time] = entry;
    vitrail_memory_client_add (self->memory, &entry->memory, entry);
  } else {
    vitrail_memory_client_release (self->memory, bytes);
  }
  VitrailVolume *kept = g_object_ref (entry->volume);
  pthread_mutex_unlock (&self->lock);
  return kept;
}

VitrailVolume *
vitrail_volume_times_ref_volume (VitrailVolumeTimes *self,
                                 guint time,
                                 GError **error)
{
  if (time >= self->plan->n_times) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "There is no time %u: there are %u", time + 1,
                 self->plan->n_times);
    return NULL;
  }
  VitrailVolume *volume = look_up (self, time);
  if (volume != NULL)
    return volume;
  /* How large its voxels are is known when its headers have been read; pages
   * are taken as slices come, so that little is before it is counted. */
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VitrailVolume) loading =
      load (self, time, TRUE, cancellable, error);
  if (loading == NULL)
    return NULL;
  const gsize bytes = vitrail_volume_get_size_bytes (loading);
  if (vitrail_memory_client_reserve (self->memory, bytes))
    return keep (self, time, loading, bytes);
  g_cancellable_cancel (cancellable);
  return load (self, time, FALSE, self->cancellable, error);
}
