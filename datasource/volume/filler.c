/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Filling the volume of a plan: see filler.h. */

#include "volume/filler.h"

#include "error.h"
#include "volume/voxels.h"

#include <pthread.h>
#include <string.h>

/* What is known of one place. */
typedef struct {
  VitrailFrameInfo *info; /* or NULL */
  /* The slices of the volume that are made of it: from first to end. */
  guint first;
  guint end;
  /* Guarded by the filler's lock. */
  guint n_waiting; /* slices between it and a neighbour, not made yet */
  void *voxels;    /* kept for them */
  gboolean has_failed;
} Place;

struct _VitrailVolumeFiller {
  /* Constant. */
  VitrailVolumePlan *plan;
  guint time;
  VitrailVolume *volume;
  VitrailVoxelScale scale;
  Place *places;
  size_t slice_bytes;

  pthread_mutex_t lock;
};

static gboolean
is_between (const VitrailPlanSlice *slice)
{
  return slice->a != slice->b;
}

/* Slices are in the order of the places they are made of. */
static void
find_slices (VitrailVolumeFiller *self)
{
  const VitrailVolumePlan *plan = self->plan;

  for (guint place = 0; place < plan->n_places; place++)
    self->places[place].first = plan->size[2];
  for (guint k = 0; k < plan->size[2]; k++) {
    const VitrailPlanSlice *slice = &plan->slices[k];
    if (slice->a == VITRAIL_SLICE_NONE)
      continue;
    for (guint place = slice->a; place <= slice->b; place++) {
      Place *of = &self->places[place];
      of->first = MIN (of->first, k);
      of->end = k + 1;
      of->n_waiting += is_between (slice);
    }
  }
}

static VitrailFrameInfo *
get_middle (VitrailFrameInfo *const *infos, guint n)
{
  for (guint i = 0; i < n; i++) {
    const guint place = (n / 2 + i) % n;
    if (infos[place] != NULL)
      return infos[place];
  }
  return NULL;
}

/* Which of several points in time it is. */
static void
set_time (VitrailVolumeFiller *self, VitrailVolumeInfo *info)
{
  const VitrailVolumePlan *plan = self->plan;
  const VitrailFrameTime time = {
    .number = self->time + 1,
    .n = plan->n_times,
    .name = vitrail_place_key_get_name (plan->time_key),
    .unit = vitrail_place_key_get_unit (plan->time_key),
    .value = plan->times[self->time],
  };
  g_autoptr (VitrailFrameInfo) frame = info->frame;

  info->frame = vitrail_frame_info_ref_at (frame, &time);
}

static gboolean
make_volume (VitrailVolumeFiller *self,
             VitrailFrameInfo *const *infos,
             const VitrailVolumeHold *hold,
             GError **error)
{
  const VitrailVolumePlan *plan = self->plan;
  VitrailFrameInfo *middle = get_middle (infos, plan->n_places);
  VitrailVolumeInfo info = { .space = plan->space,
                             .frame_of_reference_uid =
                                 plan->frame_of_reference_uid,
                             .notes = plan->notes };

  if (middle == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "There is no slice at this point in time");
    return FALSE;
  }
  memcpy (info.size, plan->size, sizeof info.size);
  memcpy (info.matrix, plan->matrix, sizeof info.matrix);
  self->scale = vitrail_voxel_scale_choose (infos, plan->n_places);
  vitrail_voxel_scale_describe (&self->scale, middle, &info);
  if (plan->n_times > 1)
    set_time (self, &info);
  self->volume = vitrail_volume_new (&info, hold, error);
  self->slice_bytes =
      (size_t) info.size[0] * info.size[1] *
      (info.type == VITRAIL_VOXEL_F32 ? sizeof (float) : sizeof (uint16_t));
  vitrail_frame_info_unref (info.frame);
  return self->volume != NULL;
}

static void
fail_absent (VitrailVolumeFiller *self)
{
  const VitrailVolumePlan *plan = self->plan;

  for (guint place = 0; place < plan->n_places; place++)
    if (self->places[place].info == NULL)
      vitrail_volume_filler_fail (self, place, "There is no image");
  for (guint k = 0; k < plan->size[2]; k++)
    if (plan->slices[k].a == VITRAIL_SLICE_NONE)
      vitrail_volume_fail_slice (self->volume, k, "There is no image");
}

VitrailVolumeFiller *
vitrail_volume_filler_new (VitrailVolumePlan *plan,
                           guint time,
                           VitrailFrameInfo *const *infos,
                           const VitrailVolumeHold *hold,
                           GError **error)
{
  g_autoptr (VitrailVolumeFiller) self = g_new0 (VitrailVolumeFiller, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->plan = vitrail_volume_plan_ref (plan);
  self->time = time;
  self->places = g_new0 (Place, plan->n_places);
  for (guint i = 0; i < plan->n_places; i++)
    if (infos[i] != NULL)
      self->places[i].info = vitrail_frame_info_ref (infos[i]);
  find_slices (self);
  if (!make_volume (self, infos, hold, error))
    return NULL;
  fail_absent (self);
  return g_steal_pointer (&self);
}

void
vitrail_volume_filler_free (VitrailVolumeFiller *self)
{
  for (guint i = 0; i < self->plan->n_places; i++) {
    g_clear_pointer (&self->places[i].info, vitrail_frame_info_unref);
    g_free (self->places[i].voxels);
  }
  g_free (self->places);
  g_clear_object (&self->volume);
  vitrail_volume_plan_unref (self->plan);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

VitrailVolume *
vitrail_volume_filler_get_volume (VitrailVolumeFiller *self)
{
  return self->volume;
}

void
vitrail_volume_filler_fail (VitrailVolumeFiller *self,
                            guint place,
                            const char *reason)
{
  const Place *of = &self->places[place];

  pthread_mutex_lock (&self->lock);
  self->places[place].has_failed = TRUE;
  pthread_mutex_unlock (&self->lock);
  for (guint k = of->first; k < of->end; k++)
    if (self->plan->slices[k].a != VITRAIL_SLICE_NONE)
      vitrail_volume_fail_slice (self->volume, k, reason);
}

static gboolean
convert (VitrailVolumeFiller *self,
         guint place,
         const VitrailFrame *frame,
         void *out,
         GError **error)
{
  const VitrailSliceSource *source =
      vitrail_volume_plan_get_source (self->plan, self->time, place);
  const guint at[2] = { source->x, source->y };

  return vitrail_voxel_scale_convert (&self->scale, frame,
                                      self->places[place].info, at,
                                      self->plan->size, out, error);
}

/* Slices that are this one as it is. */
static void
write_exact (VitrailVolumeFiller *self, guint place, const void *voxels)
{
  const Place *of = &self->places[place];

  for (guint k = of->first; k < of->end; k++) {
    const VitrailPlanSlice *slice = &self->plan->slices[k];
    if (is_between (slice) || slice->a != place)
      continue;
    void *out = vitrail_volume_begin_slice (self->volume, k);
    if (out == NULL) {
      vitrail_volume_fail_slice (self->volume, k, "No memory");
      continue;
    }
    memcpy (out, voxels, self->slice_bytes);
    vitrail_volume_end_slice (self->volume, k, VITRAIL_SLICE_THERE);
  }
}

static void
release_locked (Place *place)
{
  if (--place->n_waiting == 0)
    g_clear_pointer (&place->voxels, g_free);
}

/* Slices between this place and another that has come too. */
static void
write_between (VitrailVolumeFiller *self, guint place)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (self->volume);
  const Place *of = &self->places[place];

  for (guint k = of->first; k < of->end; k++) {
    const VitrailPlanSlice *slice = &self->plan->slices[k];
    if (slice->a == VITRAIL_SLICE_NONE || !is_between (slice))
      continue;
    Place *a = &self->places[slice->a];
    Place *b = &self->places[slice->b];
    pthread_mutex_lock (&self->lock);
    void *out = a->voxels != NULL && b->voxels != NULL
                    ? vitrail_volume_begin_slice (self->volume, k)
                    : NULL;
    pthread_mutex_unlock (&self->lock);
    if (out == NULL)
      continue;
    vitrail_voxels_interpolate (info, a->voxels, b->voxels, slice->weight, out);
    vitrail_volume_end_slice (self->volume, k, VITRAIL_SLICE_INTERPOLATED);
    pthread_mutex_lock (&self->lock);
    release_locked (a);
    release_locked (b);
    pthread_mutex_unlock (&self->lock);
  }
}

/* The only slice of a place that is in none between: written where it stays. */
static void
put_in_place (VitrailVolumeFiller *self, guint place, const VitrailFrame *frame)
{
  const guint k = self->places[place].first;
  g_autoptr (GError) error = NULL;
  void *out = vitrail_volume_begin_slice (self->volume, k);

  if (out == NULL)
    vitrail_volume_fail_slice (self->volume, k, "No memory");
  else if (convert (self, place, frame, out, &error))
    vitrail_volume_end_slice (self->volume, k, VITRAIL_SLICE_THERE);
  else
    vitrail_volume_fail_slice (self->volume, k, error->message);
}

void
vitrail_volume_filler_put (VitrailVolumeFiller *self,
                           guint place,
                           const VitrailFrame *frame)
{
  Place *of = &self->places[place];
  g_autoptr (GError) error = NULL;

  if (of->info == NULL || of->first >= of->end)
    return;
  if (of->end - of->first == 1 && !is_between (&self->plan->slices[of->first]))
  {
    put_in_place (self, place, frame);
    return;
  }
  void *voxels = g_try_malloc (self->slice_bytes);
  if (voxels == NULL || !convert (self, place, frame, voxels, &error)) {
    vitrail_volume_filler_fail (self, place,
                                error != NULL ? error->message : "No memory");
    g_free (voxels);
    return;
  }
  write_exact (self, place, voxels);
  pthread_mutex_lock (&self->lock);
  const gboolean is_kept = of->n_waiting > 0 && of->voxels == NULL;
  if (is_kept)
    of->voxels = voxels;
  pthread_mutex_unlock (&self->lock);
  if (is_kept)
    write_between (self, place);
  else
    g_free (voxels);
}
