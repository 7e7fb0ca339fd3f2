/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loading volumes: see loader.h. A few frames are under way at a time, in the
 * order that was asked for: the pool takes the newest job first, and would turn
 * a whole queue around. */

#include "volume/loader.h"

#include "codec/codec.h"
#include "error.h"
#include "mapping.h"
#include "volume/filler.h"

#include <pthread.h>

#define TAG_PIXEL_DATA VITRAIL_TAG (0x7fe0, 0x0010)

/* Frames under way: one more than there are workers from files, and from a
 * network so many that its delay is not waited for. */
#define AHEAD_OF_POOL 1u
#define AHEAD_OF_WEB  16u

typedef struct {
  gint ref_count;

  /* Constant. */
  VitrailVolumePlan *plan;
  guint time;
  VitrailInstance **instances; /* one a place; or NULL */
  VitrailVolumeFiller *filler;
  VitrailFrameStore *store;
  VitrailPriority priority;
  GCancellable *cancellable;
  guint *order;

  pthread_mutex_t lock;
  guint next; /* in order; guarded by lock */
} Loader;

typedef struct {
  Loader *loader;
  guint place;
} Job;

static void
loader_unref (Loader *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (guint i = 0; i < self->plan->n_places; i++)
    g_clear_object (&self->instances[i]);
  g_free (self->instances);
  g_clear_pointer (&self->filler, vitrail_volume_filler_free);
  vitrail_volume_plan_unref (self->plan);
  g_clear_object (&self->cancellable);
  g_free (self->order);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loader, loader_unref)

static Job *
job_new (Loader *loader, guint place)
{
  Job *self = g_new (Job, 1);

  g_atomic_int_inc (&loader->ref_count);
  *self = (Job){ loader, place };
  return self;
}

static void begin_next (Loader *self);

/* Stored pixels that were read before, or that are voxels now: nobody needs
 * both in memory. */
static void
let_go (VitrailInstance *instance)
{
  const VitrailElement *pixels =
      vitrail_data_set_find (vitrail_instance_get_data_set (instance),
                             TAG_PIXEL_DATA);

  if (pixels != NULL && pixels->value != NULL)
    vitrail_mapping_let_go (pixels->value, pixels->length);
}

/* The answer for a place. */
static void
put_frame (const Job *job, const VitrailFrame *frame, const GError *error)
{
  if (frame != NULL)
    vitrail_volume_filler_put (job->loader->filler, job->place, frame);
  else
    vitrail_volume_filler_fail (job->loader->filler, job->place,
                                error->message);
}

/* The next one takes its turn. */
static void
end_job (Job *job)
{
  Loader *loader = job->loader;

  g_free (job);
  begin_next (loader);
  loader_unref (loader);
}

static VitrailFrame *
decode (const Job *job, GError **error)
{
  const Loader *loader = job->loader;
  VitrailInstance *instance = loader->instances[job->place];
  const guint number =
      vitrail_volume_plan_get_source (loader->plan, loader->time, job->place)
          ->frame;
  VitrailFrame *frame =
      vitrail_frame_store_peek (loader->store, instance, number, 0);

  if (frame != NULL)
    return frame;
  frame = vitrail_instance_decode_frame (instance, number, 0,
                                         loader->cancellable, error);
  if (frame == NULL)
    return NULL;
  frame = vitrail_frame_normalize (frame);
  if (frame == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u: no memory",
                 vitrail_instance_get_name (instance), number);
  return frame;
}

static void
decode_cb (gpointer data, gboolean cancelled)
{
  Job *job = data;
  g_autoptr (VitrailInstance) instance =
      g_object_ref (job->loader->instances[job->place]);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame = NULL;

  if (cancelled)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         "Operation was cancelled");
  else
    frame = decode (job, &error);
  put_frame (job, frame, error);
  let_go (instance);
  end_job (job);
}

static void
ready_cb (VitrailFrame *frame, const GError *error, gpointer user_data)
{
  put_frame (user_data, frame, error);
  end_job (user_data);
}

static void
begin_place (Loader *self, guint place)
{
  VitrailInstance *instance = self->instances[place];
  const guint frame =
      vitrail_volume_plan_get_source (self->plan, self->time, place)->frame;

  if (vitrail_instance_is_frame_at_hand (instance, frame))
    vitrail_pool_push (self->priority, decode_cb, job_new (self, place),
                       self->cancellable);
  else
    vitrail_frame_store_request (self->store, instance, frame, 0,
                                 self->priority, self->cancellable, ready_cb,
                                 job_new (self, place));
}

/* The next place that has a frame, in order; FALSE when there is none left. */
static gboolean
take_next (Loader *self, guint *place)
{
  gboolean is_there = FALSE;

  pthread_mutex_lock (&self->lock);
  while (!is_there && self->next < self->plan->n_places) {
    *place = self->order[self->next++];
    is_there = self->instances[*place] != NULL;
  }
  pthread_mutex_unlock (&self->lock);
  return is_there;
}

static void
begin_next (Loader *self)
{
  guint place = 0;

  if (take_next (self, &place))
    begin_place (self, place);
}

static VitrailFrameInfo *
ref_info (const VitrailVolumeRequest *request, guint place, GError **error)
{
  const VitrailSliceSource *source =
      vitrail_volume_plan_get_source (request->plan, request->time, place);

  if (source == NULL || request->instances[source->input] == NULL)
    return NULL;
  return vitrail_instance_ref_frame_info (request->instances[source->input],
                                          source->frame, error);
}

static void
free_infos (VitrailFrameInfo **infos, guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&infos[i], vitrail_frame_info_unref);
  g_free (infos);
}

/* A header that cannot be read costs its slice; all of them the volume. */
static gboolean
make_filler (Loader *self, const VitrailVolumeRequest *request, GError **error)
{
  const guint n = request->plan->n_places;
  VitrailFrameInfo **infos = g_new0 (VitrailFrameInfo *, n);
  g_autoptr (GError) reason = NULL;
  guint n_infos = 0;

  for (guint i = 0; i < n; i++) {
    g_clear_error (&reason);
    infos[i] = ref_info (request, i, &reason);
    if (infos[i] == NULL)
      continue;
    n_infos++;
    self->instances[i] = g_object_ref (
        request->instances[vitrail_volume_plan_get_source (request->plan,
                                                           request->time, i)
                               ->input]);
    let_go (self->instances[i]);
  }
  if (n_infos == 0 && reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    self->filler = vitrail_volume_filler_new (request->plan, request->time,
                                              infos, &request->hold, error);
  free_infos (infos, n);
  return self->filler != NULL;
}

static guint
get_n_ahead (const Loader *self)
{
  for (guint i = 0; i < self->plan->n_places; i++) {
    const VitrailSliceSource *source =
        vitrail_volume_plan_get_source (self->plan, self->time, i);
    if (self->instances[i] != NULL &&
        !vitrail_instance_is_frame_at_hand (self->instances[i], source->frame))
      return AHEAD_OF_WEB;
  }
  return vitrail_pool_get_n_workers () + AHEAD_OF_POOL;
}

VitrailVolume *
vitrail_volume_load (const VitrailVolumeRequest *request,
                     GCancellable *cancellable,
                     GError **error)
{
  VitrailVolumePlan *plan = request->plan;
  const VitrailSliceOrder order =
      plan->is_resampled ? VITRAIL_ORDER_TOP_TO_BOTTOM : request->order;
  g_autoptr (Loader) self = g_new0 (Loader, 1);

  self->ref_count = 1;
  pthread_mutex_init (&self->lock, NULL);
  self->plan = vitrail_volume_plan_ref (plan);
  self->time = request->time;
  self->instances = g_new0 (VitrailInstance *, plan->n_places);
  self->store = request->store != NULL ? request->store
                                       : vitrail_frame_store_get_default ();
  self->priority = request->priority;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->order = vitrail_slice_order_new (order, plan->n_places);
  if (!make_filler (self, request, error))
    return NULL;
  g_autoptr (VitrailVolume) volume =
      g_object_ref (vitrail_volume_filler_get_volume (self->filler));
  const guint n_ahead = get_n_ahead (self);
  for (guint i = 0; i < n_ahead; i++)
    begin_next (self);
  return g_steal_pointer (&volume);
}
