/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a volume fills: see volume.h. Voxels are written without the lock, each
 * slice by the one who began it; the lock guards what is known of the slices,
 * and the copies that stand in for those that have not come. */

#include "volume/volume-private.h"

#include <math.h>
#include <string.h>

/* Where slice @k is written: its place, or memory on the way to the bricks. */
static void *
get_begun_locked (VitrailVolume *self, guint k)
{
  if (self->bricks == NULL)
    return vitrail_volume_get_slice (self, k);
  g_free (self->begun[k]);
  self->begun[k] = g_try_malloc (self->slice_bytes);
  return self->begun[k];
}

void *
vitrail_volume_begin_slice (VitrailVolume *self, guint k)
{
  void *voxels = NULL;

  if (k >= self->info.size[2])
    return NULL;
  pthread_mutex_lock (&self->lock);
  if (!self->writing[k] && !vitrail_volume_has_slice_locked (self, k) &&
      self->states[k] != VITRAIL_SLICE_FAILED)
    voxels = get_begun_locked (self, k);
  if (voxels != NULL)
    self->writing[k] = TRUE;
  pthread_mutex_unlock (&self->lock);
  return voxels;
}

/* Slices so near by always are worth a copy. */
#define NEAR_BY 3

/* Whether slice @k is worth copying to @other: it is near by, or what stands in
 * for that is at least eight times as far. Slices that come one after the other
 * would else be copied to all the rest each. */
static gboolean
is_worth_it_locked (const VitrailVolume *self, guint k, guint other)
{
  const int64_t away = ABS ((int64_t) k - other);

  return self->bricks != NULL || away <= NEAR_BY ||
         self->states[other] != VITRAIL_SLICE_COPIED ||
         ABS ((int64_t) self->shown[other] - other) >= 8 * away;
}

/* Lets slice @k stand in for those to which it is the nearest by now, in one
 * direction. */
static void
stand_in_locked (VitrailVolume *self, guint k, int step)
{
  const int64_t n = self->info.size[2];
  int64_t end = k;

  do
    end += step;
  while (end >= 0 && end < n &&
         !vitrail_volume_has_slice_locked (self, (guint) end));
  const gboolean is_shared = end >= 0 && end < n;
  /* Halfway, where there is another one beyond. */
  const int64_t reach = is_shared ? ABS (end - k) / 2 : ABS (end - k) - 1;
  for (int64_t i = 1; i <= reach; i++) {
    const guint other = (guint) (k + i * step);
    if (self->writing[other] || self->states[other] == VITRAIL_SLICE_FAILED ||
        !is_worth_it_locked (self, k, other))
      continue;
    if (self->bricks == NULL)
      memcpy (vitrail_volume_get_slice (self, other),
              vitrail_volume_get_slice (self, k), self->slice_bytes);
    self->shown[other] = k;
    self->states[other] = VITRAIL_SLICE_COPIED;
  }
}

static gboolean
is_data (const VitrailVolumeInfo *info, double voxel)
{
  return isfinite (voxel) &&
         !(info->has_padding && voxel >= info->padding_low &&
           voxel <= info->padding_high);
}

typedef struct {
  gboolean has;
  double low;
  double high;
} Range;

static void
range_add (Range *self, double value)
{
  if (!self->has || value < self->low)
    self->low = value;
  if (!self->has || value > self->high)
    self->high = value;
  self->has = TRUE;
}

/* Of 16 bits, where neither end is padding: many at a time. */
static gboolean
find_ends (const VitrailVolume *self, const uint16_t *voxels, Range *range)
{
  const size_t n = vitrail_volume_get_slice_voxels (self);
  uint16_t low = UINT16_MAX;
  uint16_t high = 0;

  if (self->info.type == VITRAIL_VOXEL_F32)
    return FALSE;
  for (size_t i = 0; i < n; i++) {
    low = MIN (low, voxels[i]);
    high = MAX (high, voxels[i]);
  }
  *range = (Range){ TRUE, low, high };
  if (n > 0 && is_data (&self->info, low) && is_data (&self->info, high))
    return TRUE;
  range->has = FALSE;
  return FALSE;
}

static Range
find_range (const VitrailVolume *self, const void *slice)
{
  const size_t n = vitrail_volume_get_slice_voxels (self);
  const uint16_t *integers = slice;
  const float *floats = slice;
  Range range = { FALSE, 0, 0 };

  if (find_ends (self, slice, &range))
    return range;
  for (size_t i = 0; i < n; i++) {
    const double voxel = self->info.type == VITRAIL_VOXEL_F32
                             ? (double) floats[i]
                             : (double) integers[i];
    if ((!range.has || voxel < range.low || voxel > range.high) &&
        is_data (&self->info, voxel))
      range_add (&range, voxel);
  }
  return range;
}

static void
widen_range_locked (VitrailVolume *self, const Range *range)
{
  Range sum = { self->has_range, self->low, self->high };

  if (!range->has)
    return;
  range_add (&sum, range->low);
  range_add (&sum, range->high);
  self->has_range = TRUE;
  self->low = sum.low;
  self->high = sum.high;
}

static void
tell_watches (VitrailVolume *self)
{
  g_atomic_int_inc (&self->generation);
  pthread_mutex_lock (&self->watch_lock);
  for (guint i = 0; i < self->watches->len; i++) {
    const VitrailVolumeWatch *watch =
        &g_array_index (self->watches, VitrailVolumeWatch, i);
    watch->changed (self, watch->user_data);
  }
  pthread_mutex_unlock (&self->watch_lock);
}

/* Takes the slice from where it was written to the bricks. */
static gboolean
commit_slice (VitrailVolume *self, guint k)
{
  g_autoptr (GError) error = NULL;

  if (self->bricks == NULL)
    return TRUE;
  const gboolean ok =
      vitrail_bricks_write_slice (self->bricks, k, self->begun[k], &error);
  g_clear_pointer (&self->begun[k], g_free);
  if (!ok)
    vitrail_volume_fail_slice (self, k, error->message);
  return ok;
}

void
vitrail_volume_end_slice (VitrailVolume *self, guint k, VitrailSliceState state)
{
  const Range range =
      find_range (self, self->bricks != NULL
                            ? self->begun[k]
                            : vitrail_volume_get_slice (self, k));

  if (!commit_slice (self, k))
    return;
  pthread_mutex_lock (&self->lock);
  self->writing[k] = FALSE;
  /* Somebody had given it up. */
  self->n_failed -= self->states[k] == VITRAIL_SLICE_FAILED;
  self->states[k] = (uint8_t) state;
  self->shown[k] = k;
  self->n_there++;
  widen_range_locked (self, &range);
  stand_in_locked (self, k, -1);
  stand_in_locked (self, k, 1);
  pthread_cond_broadcast (&self->arrived);
  pthread_mutex_unlock (&self->lock);
  tell_watches (self);
}

void
vitrail_volume_fail_slice (VitrailVolume *self, guint k, const char *reason)
{
  pthread_mutex_lock (&self->lock);
  if (!vitrail_volume_has_slice_locked (self, k) &&
      self->states[k] != VITRAIL_SLICE_FAILED)
  {
    self->writing[k] = FALSE;
    self->states[k] = VITRAIL_SLICE_FAILED;
    self->shown[k] = VITRAIL_BRICKS_EMPTY;
    self->n_failed++;
    if (self->warning == NULL)
      self->warning = g_strdup (reason);
    if (self->bricks == NULL)
      vitrail_volume_fill_background (self, vitrail_volume_get_slice (self, k),
                                      vitrail_volume_get_slice_voxels (self));
  }
  pthread_cond_broadcast (&self->arrived);
  pthread_mutex_unlock (&self->lock);
  tell_watches (self);
}
